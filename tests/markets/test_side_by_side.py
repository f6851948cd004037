"""Bars of several symbols side by side: by time, whole, and counted by the times at which they open."""

import pytest

from kit.clock import NS_PER_SECOND
from markets.candles import CandleSeries
from markets.datasets.records import Candles
from markets.instruments import make_instrument
from markets.paging import MAX_TIME_NS, Window
from markets.sources.replay import Recording, ReplaySource
from markets.sources.side_by_side import SideBySide
from tests.markets.conftest import MINUTE_NS, START_NS, make_bars
from tests.markets.test_replay_source import all_steps, rows_of

AAA, BBB = (make_instrument(symbol, tick="0.01", lot="0.001") for symbol in ("AAA-USD", "BBB-USD"))


def replay_of(instrument, bars, size):
    rows = rows_of(bars)
    columns = (rows.time_ns, rows.open, rows.high, rows.low, rows.close, rows.volume)
    batches = [Candles(*(column[at : at + size] for column in columns)) for at in range(0, len(bars), size)]
    return ReplaySource(Recording("set", instrument, 60, len(bars), bars[0].time_ns, iter(batches)))


def side_by_side(*replays, beats=0):
    return SideBySide(replays, dataset="set, set", total_beats=beats)


@pytest.mark.parametrize("sizes", [(1, 1), (3, 7), (100, 2), (100, 100)])
async def test_every_bar_of_each_comes_back_in_order_of_time_whatever_the_batches(sizes):
    many, few = make_bars(40), make_bars(25, start_ns=START_NS + 5 * MINUTE_NS)
    steps = await all_steps(side_by_side(replay_of(AAA, many, sizes[0]), replay_of(BBB, few, sizes[1])))
    times = [step.update.time_ns for step in steps]
    assert times == sorted(times)
    for symbol, bars in ((AAA.symbol, many), (BBB.symbol, few)):
        series = CandleSeries(60)
        for step in steps:
            if step.update.symbol == symbol:
                series.add(step.update.time_ns, step.update.last_ticks, step.volume_lots)
        assert series.read("1m", Window(0, MAX_TIME_NS, 100, True)) == bars


async def test_where_times_are_equal_the_first_symbol_comes_first():
    bars = make_bars(10)
    steps = await all_steps(side_by_side(replay_of(BBB, bars, 4), replay_of(AAA, bars, 3)))
    opens = [step.update.symbol for step in steps if step.update.time_ns % MINUTE_NS == 0]
    assert opens[:2] == ["BBB-USD", "AAA-USD"]
    assert opens == ["BBB-USD", "AAA-USD"] * 10


async def test_a_beat_is_all_bars_that_open_at_one_time():
    many, few = make_bars(12), make_bars(30)[::3]
    source = side_by_side(replay_of(AAA, many, 5), replay_of(BBB, few, 4), beats=18)
    steps = await all_steps(source)
    ends = [place for place, step in enumerate(steps) if step.ends_beat]
    opened = {bar.time_ns for bar in many + few}
    assert (len(ends), source.total_beats) == (len(opened), 18)
    assert ends[-1] == len(steps) - 1
    for end in ends[:-1]:
        assert steps[end + 1].update.time_ns in opened
        assert steps[end].update.time_ns < steps[end + 1].update.time_ns
    assert [step.update.symbol for step in steps if step.update.time_ns < START_NS + NS_PER_SECOND] == [
        "AAA-USD", "BBB-USD",
    ]  # fmt: skip


async def test_it_begins_with_the_first_bar_of_all_and_has_nothing_before_it():
    late, early = make_bars(3, start_ns=START_NS + MINUTE_NS), make_bars(3)
    source = side_by_side(replay_of(AAA, late, 2), replay_of(BBB, early, 2))
    assert (source.start_ns, source.symbols, source.bar_s) == (START_NS, ("AAA-USD", "BBB-USD"), 60)
    assert list(source.history()) == []
    assert (await all_steps(source))[0].update.symbol == "BBB-USD"
