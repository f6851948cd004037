"""The candle builder against a naive resample of the same steps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.clock import NS_PER_SECOND
from markets.calendars import fx_day
from markets.candles import CandleSeries, intervals_from
from markets.paging import MAX_TIME_NS, Window
from markets.updates import INTERVALS, Candle

START_NS = 1_700_000_000 * NS_PER_SECOND


def every_candle(series, interval):
    return series.read(interval, Window(0, MAX_TIME_NS, 1_000_000, True))


@st.composite
def steps(draw):
    """(time_ns, price, volume) in order of time, with pauses from nothing to days."""
    pauses = st.one_of(st.integers(0, 90), st.integers(0, 200_000))
    time_s, found = 1_700_000_000, []
    for pause_s in draw(st.lists(pauses, min_size=1, max_size=60)):
        time_s += pause_s
        found.append((time_s * NS_PER_SECOND, draw(st.integers(1, 1_000)), draw(st.integers(0, 10**12))))
    return found


def naive(found, length_s):
    """Group by interval, then first, max, min, last and sum."""
    groups = {}
    for time_ns, price, volume in found:
        groups.setdefault(time_ns // (length_s * NS_PER_SECOND), []).append((price, volume))
    return [
        Candle(
            number * length_s * NS_PER_SECOND,
            group[0][0],
            max(price for price, _ in group),
            min(price for price, _ in group),
            group[-1][0],
            sum(volume for _, volume in group),
        )
        for number, group in groups.items()
    ]


@given(found=steps())
def test_every_interval_equals_a_naive_resample_while_forming_and_when_finished(found):
    series = CandleSeries()
    told = []
    for step in found:
        told += series.add(*step) or []
    forming = {interval: every_candle(series, interval) for interval in INTERVALS}
    told += series.finish()
    for interval, length_s in INTERVALS.items():
        expected = naive(found, length_s)
        assert forming[interval] == expected
        assert every_candle(series, interval) == expected
        assert [one.candle for one in told if one.interval == interval] == expected
        assert series.forming(interval) is None


@given(found=steps())
def test_whole_bars_build_the_same_candles_as_their_steps(found):
    by_step, by_bar = CandleSeries(), CandleSeries()
    for step in found:
        by_step.add(*step)
    for bar in naive(found, 60):
        by_bar.add_candle(bar)
    for interval in INTERVALS:
        assert every_candle(by_bar, interval) == every_candle(by_step, interval)


@given(found=steps(), first=st.integers(0, 4_000_000), length=st.integers(0, 4_000_000), limit=st.integers(1, 20))
def test_reads_are_slices_of_all_candles(found, first, length, limit):
    series = CandleSeries()
    for step in found:
        series.add(*step)
    every = every_candle(series, "5m")
    from_ns = START_NS + first * NS_PER_SECOND
    to_ns = from_ns + length * NS_PER_SECOND
    within = [candle for candle in every if from_ns <= candle.time_ns <= to_ns]
    assert series.read("5m", Window(from_ns, to_ns, limit, True)) == within[:limit]
    assert series.read("5m", Window(from_ns, to_ns, limit, False)) == within[-limit:]


def test_memory_is_bounded_and_keeps_the_newest():
    series = CandleSeries(kept=100)
    for minute in range(20_000):
        series.add(START_NS + minute * 60 * NS_PER_SECOND, 10, 1)
    kept = every_candle(series, "1m")
    assert len(kept) == 101, "a hundred closed ones and the forming one"
    assert kept[-1].time_ns == START_NS // (60 * NS_PER_SECOND) * 60 * NS_PER_SECOND + 19_999 * 60 * NS_PER_SECOND


def test_bars_build_only_the_intervals_they_divide():
    assert intervals_from(0) == ["1m", "5m", "15m", "1h", "4h", "1d"]
    assert intervals_from(3_600) == ["1h", "4h", "1d"]
    assert intervals_from(120) == ["1h", "4h", "1d"]
    assert intervals_from(7 * 86_400) == []
    weekly = CandleSeries(bar_s=7 * 86_400)
    assert weekly.add(START_NS, 10, 1) is None
    assert not weekly.has_interval("1d")


def test_a_step_back_in_time_is_refused_and_changes_nothing():
    series = CandleSeries()
    series.add(START_NS, 10, 1)
    with pytest.raises(ValueError, match="follows one at"):
        series.add(START_NS - 1, 99, 1)
    assert series.forming("1m") == Candle(START_NS // (60 * NS_PER_SECOND) * 60 * NS_PER_SECOND, 10, 10, 10, 10, 1)


def naive_fx_days(found):
    """Steps by the day that began at 17:00 in New York."""
    groups = {}
    for time_ns, price, volume in found:
        groups.setdefault(fx_day(time_ns)[0], []).append((price, volume))
    return [
        Candle(
            start_ns,
            group[0][0],
            max(price for price, _ in group),
            min(price for price, _ in group),
            group[-1][0],
            sum(volume for _, volume in group),
        )
        for start_ns, group in groups.items()
    ]


@given(found=steps(), bar_s=st.sampled_from([0, 60, 300, 3_600]))
def test_days_of_the_currency_market_begin_at_five_in_the_afternoon_in_new_york(found, bar_s):
    series = CandleSeries(bar_s, calendar="fx")
    told = []
    for step in found:
        told += series.add(*step) or []
    days = naive_fx_days(found)
    assert every_candle(series, "1d") == days
    assert every_candle(series, "4h") == naive(found, 14_400)
    told += series.finish()
    assert [one.candle for one in told if one.interval == "1d"] == every_candle(series, "1d") == days
    assert [one.candle for one in told if one.interval == "4h"] == naive(found, 14_400)
    assert series.forming("1d") is None


def test_daily_bars_of_the_currency_market_keep_their_days():
    series = CandleSeries(86_400, calendar="fx")
    begin_ns = fx_day(START_NS)[0]
    series.add(begin_ns, 5, 1)
    series.add(fx_day(begin_ns)[1], 6, 1)
    assert [candle.time_ns for candle in every_candle(series, "1d")] == [begin_ns, fx_day(begin_ns)[1]]
