"""Replay: the rows of a data set become steps, exactly, and nothing that cannot be true."""

import pytest

from kit.clock import NS_PER_SECOND
from kit.units import Step
from markets.candles import CandleSeries
from markets.datasets.records import Candles, Trades
from markets.instruments import make_instrument
from markets.paging import MAX_TIME_NS, Window
from markets.sources.base import SourceFailed
from markets.sources.replay import TRADES_LONGEST_WAIT_NS, Recording, ReplaySource, bars_of, counted_in_steps
from tests.markets.conftest import MINUTE_NS, START_NS, make_bars

INSTRUMENT = make_instrument("AAA-USD", tick="0.01", lot="0.001")


def rows_of(bars):
    return Candles(
        [bar.time_ns for bar in bars],
        *[[getattr(bar, f"{name}_ticks") / 100 for bar in bars] for name in ("open", "high", "low", "close")],
        [bar.volume_lots / 1000 for bar in bars],
    )


def replay(batches, *, bar_s=60, rows=0):
    return ReplaySource(Recording("set-1", INSTRUMENT, bar_s, rows, START_NS, iter(batches)))


async def all_steps(source):
    found = []
    while (steps := await source.next_steps()) is not None:
        found += steps
    return found


@pytest.mark.parametrize("size", [1, 2, 7, 100])
async def test_bars_come_back_as_they_are_stored_whatever_the_batches(size):
    bars = make_bars(40)
    batches = [rows_of(bars[index : index + size]) for index in range(0, 40, size)]
    steps = await all_steps(replay(batches, rows=40))
    series = CandleSeries(60)
    for step in steps:
        series.add(step.update.time_ns, step.update.last_ticks, step.volume_lots)
    assert series.read("1m", Window(0, MAX_TIME_NS, 100, True)) == bars
    assert sum(step.ends_beat for step in steps) == 40


async def test_a_bar_that_begins_early_cuts_the_one_before_it_short():
    bars = make_bars(3)
    early = [bars[0], *make_bars(1, start_ns=START_NS + 20 * NS_PER_SECOND)]
    times = [step.update.time_ns for step in await all_steps(replay([rows_of(early)], rows=2))]
    assert times == sorted(times)
    assert times[3] < START_NS + 20 * NS_PER_SECOND <= times[4]


async def test_nothing_at_all_is_an_end_and_no_failure():
    assert await all_steps(replay([])) == []


async def test_each_print_is_a_jump_with_a_book_around_it():
    trades = Trades(
        [START_NS + n * NS_PER_SECOND for n in range(50)],
        [100 + n % 7 / 10 for n in range(50)],
        [0.5 + n % 3 for n in range(50)],
        ["buy" if n % 2 else "sell" for n in range(50)],
    )
    source = replay([trades], bar_s=0, rows=50)
    assert source.longest_wait_ns == TRADES_LONGEST_WAIT_NS
    steps = await all_steps(source)
    assert [step.update.last_ticks for step in steps] == [10_000 + n % 7 * 10 for n in range(50)]
    assert [step.volume_lots for step in steps] == [500 + n % 3 * 1_000 for n in range(50)]
    assert [step.side for step in steps[:2]] == ["sell", "buy"]
    for step in steps:
        update = step.update
        assert update.from_ticks == update.last_ticks
        assert step.ends_beat
        assert update.bids[0][0] <= update.last_ticks <= update.asks[0][0]
        assert update.bids[0][0] < update.asks[0][0]
        levels = (*update.bids, *update.asks)
        assert all(1 <= update.low_ticks <= ticks <= update.high_ticks and lots >= 1 for ticks, lots in levels)
    spreads = [step.update.asks[0][0] - step.update.bids[0][0] for step in steps]
    assert spreads[0] == 1
    assert spreads[-1] > 5, "it follows how far prices move between prints"


async def test_prints_near_the_smallest_price_keep_every_level_positive():
    trades = Trades([START_NS, START_NS + 1, START_NS + 2], [0.01, 0.9, 0.01], [1.0, 0.0, 2.0], ["buy"] * 3)
    for step in await all_steps(replay([trades], bar_s=0, rows=3)):
        assert all(ticks >= 1 and lots >= 1 for ticks, lots in (*step.update.bids, *step.update.asks))


def test_floats_are_counted_exactly():
    prices = [n / 100 for n in range(1, 200_000, 7)]
    assert counted_in_steps(prices, Step.from_text("0.01")) == list(range(1, 200_000, 7))
    assert counted_in_steps([46_319.5, 46_320.0], Step.from_text("0.5")) == [92_639, 92_640]
    assert counted_in_steps([2_300_413.7295], Step.from_text("0.0001")) == [23_004_137_295]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [("low", 150.0, "contradicts itself"), ("open", -1.0, "contradicts itself"), ("close", float("nan"), "finite")],
)
def test_a_row_that_cannot_be_true_is_refused_with_its_time(column, value, reason):
    rows = rows_of(make_bars(3))
    getattr(rows, column)[1] = value
    with pytest.raises(SourceFailed, match=reason):
        bars_of(rows, INSTRUMENT)


async def test_a_print_without_a_price_fails_the_source():
    trades = Trades([START_NS], [0.0], [1.0], ["buy"])
    with pytest.raises(SourceFailed, match=r"2026-01-01T00:00:00\.000Z has no positive price"):
        await all_steps(replay([trades], bar_s=0, rows=1))


def test_bars_wait_no_longer_than_a_bar():
    assert replay([]).longest_wait_ns == MINUTE_NS
