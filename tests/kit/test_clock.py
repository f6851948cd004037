"""Times in and out: ISO 8601 in UTC, to the nanosecond."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.clock import NS_PER_SECOND, ManualClock, iso_from_ns, ns_from_iso

any_time_ns = st.integers(-(10**18), 4 * 10**18)


@given(any_time_ns)
def test_a_time_survives_the_way_out_and_in(time_ns):
    assert ns_from_iso(iso_from_ns(time_ns)) == time_ns


@given(st.integers(0, 4 * 10**15))
def test_text_is_what_datetime_says(time_us):
    expected = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time_us)
    assert datetime.fromisoformat(iso_from_ns(time_us * 1_000)) == expected


@pytest.mark.parametrize(
    ("time_ns", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1_700_000_000_123_000_000, "2023-11-14T22:13:20.123Z"),
        (1_700_000_000_123_456_000, "2023-11-14T22:13:20.123456Z"),
        (1_700_000_000_123_456_789, "2023-11-14T22:13:20.123456789Z"),
    ],
)
def test_as_many_digits_as_the_time_needs(time_ns, text):
    assert iso_from_ns(time_ns) == text


def test_zone_is_read_and_a_missing_one_is_utc():
    assert ns_from_iso("2026-01-01T01:00:00+01:00") == ns_from_iso("2026-01-01T00:00:00")


@pytest.mark.parametrize("text", ["", "now", "2026-13-01", "2026-01-01T00:00:00.0123456789Z", "1e9"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError):
        ns_from_iso(text)


def test_manual_clock_set_back_does_not_turn_durations_back():
    clock = ManualClock(start_ns=10 * NS_PER_SECOND)
    clock.advance_ns(NS_PER_SECOND)
    clock.set_ns(0)
    assert (clock.now_ns(), clock.monotonic_s()) == (0, 1.0)
