"""When markets trade: over clock changes, holidays, early closes and lunch breaks."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.clock import NS_PER_SECOND, iso_from_ns, ns_from_iso
from markets import calendars

MINUTE_NS = 60 * NS_PER_SECOND
HOUR_NS = 60 * MINUTE_NS
DAY_NS = 24 * HOUR_NS


def at(text: str) -> int:
    return ns_from_iso(text)


def expected(calendar: str, interval_ns: int, start: str, end: str) -> list[str]:
    times = calendars.expected_times(calendar, interval_ns, at(start), at(end))
    return [iso_from_ns(int(time))[:16] for time in times]


def runs(calendar: str, interval_ns: int, *times: str) -> list[tuple[str, int]]:
    """Each run as the bar before it and how many bars are missing."""
    found = calendars.missing_runs(np.array([at(time) for time in times]), interval_ns, calendar)
    return [
        (iso_from_ns(int(after))[:16], int(missing))
        for after, missing in zip(found.after_ns, found.missing_bars, strict=True)
    ]


@pytest.mark.parametrize(
    ("calendar", "time", "end"),
    [
        ("24/7", "2024-03-31T22:30:00Z", "2024-04-01T00:00"),
        ("24/7", "2024-04-01T00:00:00Z", "2024-04-02T00:00"),
        ("equities", "2024-07-02T15:00:00Z", "2024-07-02T20:00"),
        ("equities", "2024-07-02T20:00:00Z", "2024-07-03T17:00"),  # the next session, which closes early
        ("equities", "2024-07-04T15:00:00Z", "2024-07-05T20:00"),  # a holiday
        ("XTKS", "2024-07-02T03:00:00Z", "2024-07-02T06:00"),  # a lunch break ends no session
        ("fx", "2024-07-02T15:00:00Z", "2024-07-02T21:00"),
        ("fx", "2024-07-06T15:00:00Z", "2024-07-08T21:00"),
        ("equities", "2200-01-01T15:00:00Z", "2200-01-02T00:00"),  # beyond what is known of the exchange
    ],
)
def test_a_session_ends_at_its_close_or_while_closed_the_next_one_does(calendar, time, end):
    assert iso_from_ns(calendars.session_end_ns(calendar, at(time)))[:16] == end


def test_a_market_that_never_closes_expects_every_bar():
    assert expected("24/7", HOUR_NS, "2024-03-31T22:30:00Z", "2024-04-01T01:00:00Z") == [
        "2024-03-31T23:00",
        "2024-04-01T00:00",
    ]
    assert runs("24/7", MINUTE_NS, "2024-01-06T00:00:00Z", "2024-01-06T00:01:00Z", "2024-01-06T00:05:00Z") == [
        ("2024-01-06T00:01", 3)
    ]


@pytest.mark.parametrize(
    ("time", "is_open"),
    [
        ("2024-01-05T21:59:00Z", True),  # Friday, 16:59 in New York in winter
        ("2024-01-05T22:00:00Z", False),
        ("2024-01-07T21:59:00Z", False),  # Sunday
        ("2024-01-07T22:00:00Z", True),
        ("2024-03-08T21:59:00Z", True),  # the last Friday of winter time
        ("2024-03-10T20:59:00Z", False),  # the Sunday of the clock change
        ("2024-03-10T21:00:00Z", True),
        ("2024-11-01T20:59:00Z", True),  # the last Friday of summer time
        ("2024-11-01T21:00:00Z", False),
        ("2024-11-03T21:59:00Z", False),
        ("2024-11-03T22:00:00Z", True),
        ("2024-12-25T12:00:00Z", True),  # a holiday is not assumed
        ("2023-12-31T22:30:00Z", True),  # the first session of a year begins in the old one
    ],
)
def test_the_currency_week_keeps_new_yorks_clock(time, is_open):
    assert calendars.is_open("fx", at(time)) is is_open


def test_a_currency_weekend_is_a_break_and_a_silent_christmas_a_gap_with_a_name():
    friday, sunday = "2024-01-05T21:00:00Z", "2024-01-07T22:00:00Z"
    assert runs("fx", HOUR_NS, friday, sunday) == [("2024-01-05T21:00", 0)]
    assert runs("fx", HOUR_NS, "2024-01-05T20:00:00Z", "2024-01-07T23:00:00Z") == [("2024-01-05T20:00", 2)]
    christmas = "2024-12-24T21:00:00Z", "2024-12-25T23:00:00Z"
    assert runs("fx", HOUR_NS, *christmas) == [("2024-12-24T21:00", 25)]
    assert calendars.holiday_between(*map(at, christmas)) == "Christmas Day"
    assert calendars.holiday_between(at(friday), at(sunday)) is None


def test_currency_days_begin_at_five_in_the_afternoon_in_new_york():
    assert expected("fx", DAY_NS, "2024-03-07T00:00:00Z", "2024-03-13T00:00:00Z") == [
        "2024-03-07T22:00",
        "2024-03-10T21:00",
        "2024-03-11T21:00",
        "2024-03-12T21:00",
    ]


def test_an_exchange_closes_at_night_on_weekends_and_on_holidays():
    # Thursday 2024-03-28, Good Friday, the weekend, Monday.
    assert runs("XNYS", MINUTE_NS, "2024-03-28T19:59:00Z", "2024-04-01T13:30:00Z") == [("2024-03-28T19:59", 0)]
    assert runs("XNYS", DAY_NS, "2024-03-28T00:00:00Z", "2024-04-01T00:00:00Z") == [("2024-03-28T00:00", 0)]
    assert runs("XNYS", DAY_NS, "2024-03-27T00:00:00Z", "2024-04-02T00:00:00Z") == [("2024-03-27T00:00", 2)]


def test_an_exchanges_hours_follow_its_own_clock():
    winter = expected("XNYS", HOUR_NS, "2024-03-08T00:00:00Z", "2024-03-09T00:00:00Z")
    summer = expected("XNYS", HOUR_NS, "2024-03-11T00:00:00Z", "2024-03-12T00:00:00Z")
    assert (winter[0], winter[-1], len(winter)) == ("2024-03-08T14:00", "2024-03-08T20:00", 7)
    assert (summer[0], summer[-1], len(summer)) == ("2024-03-11T13:00", "2024-03-11T19:00", 7)


def test_an_early_close_expects_no_bar_after_it():
    # The day after Thanksgiving ends at 13:00 in New York.
    minutes = calendars.expected_times("XNYS", MINUTE_NS, at("2023-11-24T00:00:00Z"), at("2023-11-25T00:00:00Z"))
    assert (len(minutes), iso_from_ns(int(minutes[-1]))) == (210, "2023-11-24T17:59:00.000Z")
    assert not calendars.is_open("XNYS", at("2023-11-24T18:00:00Z"))


def test_a_lunch_break_is_no_gap():
    assert runs("XHKG", MINUTE_NS, "2024-01-03T03:59:00Z", "2024-01-03T05:00:00Z") == [("2024-01-03T03:59", 0)]
    assert runs("XHKG", MINUTE_NS, "2024-01-03T03:58:00Z", "2024-01-03T05:01:00Z") == [("2024-01-03T03:58", 2)]


def test_equities_and_nasdaq_keep_new_yorks_calendar():
    span = at("2024-06-01T00:00:00Z"), at("2024-08-01T00:00:00Z")
    york = calendars.expected_times("XNYS", HOUR_NS, *span).tolist()
    assert calendars.expected_times("equities", HOUR_NS, *span).tolist() == york
    assert calendars.expected_times("XNAS", HOUR_NS, *span).tolist() == york


def test_every_exchange_of_the_list_is_known_to_the_library():
    import exchange_calendars

    names = set(exchange_calendars.get_calendar_names())
    assert calendars.EXCHANGES - set(calendars.SAME_SESSIONS) <= names


def test_hourly_bars_that_open_at_half_past_are_counted_in_their_own_steps():
    assert runs("XNYS", HOUR_NS, "2024-01-03T14:30:00Z", "2024-01-03T17:30:00Z") == [("2024-01-03T14:30", 2)]
    assert runs("XNYS", HOUR_NS, "2024-01-03T20:30:00Z", "2024-01-04T14:30:00Z") == [("2024-01-03T20:30", 0)]


def test_daily_bars_are_known_by_session_however_they_are_stamped():
    midnight_of_new_york = "2024-03-08T05:00:00Z", "2024-03-11T04:00:00Z"
    assert runs("XNYS", DAY_NS, *midnight_of_new_york) == [("2024-03-08T05:00", 0)]
    by_date = "2024-03-07T00:00:00Z", "2024-03-08T00:00:00Z", "2024-03-11T00:00:00Z", "2024-03-13T00:00:00Z"
    assert runs("fx", DAY_NS, *by_date) == [("2024-03-08T00:00", 0), ("2024-03-11T00:00", 1)]


@settings(deadline=None)  # the first look at an exchange loads its calendar
@given(
    calendar=st.sampled_from(["24/7", "fx", "XNYS", "XHKG", "XLON"]),
    interval_s=st.sampled_from([300, 900, 3_600, 14_400, 86_400]),
    first=st.integers(0, 300),
    days=st.integers(1, 40),
    dropped=st.sets(st.integers(0, 5_000), max_size=60),
)
def test_what_is_dropped_from_the_expected_bars_is_what_is_missing(calendar, interval_s, first, days, dropped):
    start_ns = at("2024-01-01T00:00:00Z") + first * DAY_NS
    every = calendars.expected_times(calendar, interval_s * NS_PER_SECOND, start_ns, start_ns + days * DAY_NS)
    assert np.all(np.diff(every) > 0)
    inner = [number for number in range(1, len(every) - 1) if number in dropped]
    kept = np.delete(every, inner)
    found = calendars.missing_runs(kept, interval_s * NS_PER_SECOND, calendar)
    assert int(found.missing_bars.sum()) == len(inner)
    assert len(found.gaps()) + len(found.breaks()) == len(found)
    for after, before, missing in zip(found.after_ns, found.before_ns, found.missing_bars, strict=True):
        assert np.count_nonzero((every > after) & (every < before)) == missing


def test_trades_outside_of_a_session_belong_to_the_nearer_one():
    label = lambda time: iso_from_ns(int(calendars.session_times("XNYS", np.array([at(time)]))[0]))[:10]  # noqa: E731
    assert label("2024-01-03T13:00:00Z") == "2024-01-03"  # before the open
    assert label("2024-01-03T23:30:00Z") == "2024-01-03"  # after the close
    assert label("2024-01-05T23:30:00Z") == "2024-01-05"  # on a Friday evening
    assert label("2024-01-08T09:00:00Z") == "2024-01-08"  # on a Monday morning
    assert label("1910-01-08T09:00:00Z") == "1910-01-08"  # before anything is known


def test_a_day_begins_where_its_session_does():
    begin = lambda calendar, **of: iso_from_ns(calendars.day_start_ns(calendar, date(2020, 8, 31), **of))[:16]  # noqa: E731
    assert begin("24/7", of_daily_bars=False) == "2020-08-31T00:00"
    assert begin("fx", of_daily_bars=False) == "2020-08-30T21:00"
    assert begin("fx", of_daily_bars=True) == "2020-08-30T21:00"
    assert begin("XNYS", of_daily_bars=True) == "2020-08-31T00:00"
    # Halfway through the weekend: what trades on Monday before the open is Monday's.
    assert begin("XNYS", of_daily_bars=False) == "2020-08-30T04:00"


def test_the_next_open_is_told():
    saturday = at("2024-03-09T12:00:00Z")
    assert iso_from_ns(calendars.next_open_ns("fx", saturday))[:16] == "2024-03-10T21:00"
    assert iso_from_ns(calendars.next_open_ns("XNYS", saturday))[:16] == "2024-03-11T13:30"
    assert calendars.next_open_ns("24/7", saturday) == saturday


@pytest.mark.parametrize(("calendar", "interval_ns"), [("nyse", HOUR_NS), ("fx", 2 * DAY_NS), ("24/7", 0)])
def test_what_cannot_be_is_refused(calendar, interval_ns):
    with pytest.raises(ValueError, match="calendar"):
        calendars.expected_times(calendar, interval_ns, 0, DAY_NS)


def test_a_span_without_a_bound_is_refused():
    with pytest.raises(ValueError, match="30,000,000"):
        calendars.expected_times("24/7", NS_PER_SECOND, 0, at("2020-01-01T00:00:00Z"))


@pytest.mark.parametrize(
    ("calendar", "zone"),
    [("24/7", "UTC"), ("fx", "America/New_York"), ("equities", "America/New_York"), ("XLON", "Europe/London")],
)
def test_a_market_lives_in_a_zone(calendar, zone):
    assert calendars.zone_of(calendar) == zone
