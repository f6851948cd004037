"""A live source's markets grow stale and fresh again: what trading and streams are told of it."""

import asyncio
from collections import deque

import pytest

from kit.clock import NS_PER_SECOND
from markets.answers import ticker_of
from markets.sources.base import Step
from markets.updates import MarketUpdate
from tests.markets.conftest import START_NS

SYMBOL = "AAA-USD"


class PushedSource:
    """A source that gives what it is told, when it is told."""

    name = "live:test"
    symbols = (SYMBOL, "BBB-USD")
    dataset = None
    bar_s = 0
    start_ns = START_NS
    total_beats = None
    longest_wait_ns = 0

    def __init__(self):
        self._steps = deque()
        self._told = asyncio.Event()

    def say(self, price, time_ns, symbol=SYMBOL):
        update = MarketUpdate(symbol, time_ns, price, price, price - 1, price + 1, ((price - 1, 5),), ((price + 1, 5),))
        self._steps.append(Step(update, 1, "buy", True))
        self._told.set()

    def history(self):
        return iter(())

    async def next_steps(self):
        await self._told.wait()
        self._told.clear()
        steps, self._steps = list(self._steps), deque()
        return iter(steps)


@pytest.fixture
async def source(bench):
    made = PushedSource()
    made.say(10_000, START_NS)
    made.say(500, START_NS, "BBB-USD")
    bench.stale = []
    bench.feed.on_market_stale(lambda symbol, good_ns: bench.stale.append((symbol, good_ns)))
    await bench.feed.switch(made, speed=1.0, is_paused=False, is_live=True)
    return made


async def taken(bench, count):
    while len(bench.updates) < count:  # noqa: ASYNC110 (no event tells this)
        await asyncio.sleep(0)


async def test_what_is_said_is_taken_at_once_whatever_its_time(bench, source):
    source.say(10_010, START_NS + 3_600 * NS_PER_SECOND)
    await taken(bench, 3)
    assert bench.board.get(SYMBOL).last_update.last_ticks == 10_010


async def test_the_clock_of_a_live_market_is_the_machines_and_never_goes_back(bench, source):
    bench.clock.advance_ns(NS_PER_SECOND)
    assert bench.feed.market_time_ns == START_NS + NS_PER_SECOND
    source.say(10_010, START_NS + 5 * NS_PER_SECOND)
    source.say(501, START_NS + 2 * NS_PER_SECOND, "BBB-USD")
    await taken(bench, 4)
    assert bench.feed.market_time_ns == START_NS + 5 * NS_PER_SECOND


async def test_a_stale_market_keeps_its_last_price_and_says_how_old_it_is(bench, source):
    bench.clock.advance_ns(12 * NS_PER_SECOND)
    bench.feed.grow_stale(SYMBOL, START_NS + NS_PER_SECOND)
    market = bench.board.get(SYMBOL)
    shown = ticker_of(SYMBOL, market)
    assert (shown.last, shown.stale, shown.age_ms, market.is_closed) == ("100.00", True, 11_000, False)
    bench.clock.advance_ns(NS_PER_SECOND)
    assert ticker_of(SYMBOL, market).age_ms == 12_000
    assert bench.feed.stale_symbols() == (SYMBOL,)


async def test_trading_and_streams_are_told_once_and_streams_of_its_age_again(bench, source):
    bench.feed.grow_stale(SYMBOL, START_NS)
    bench.feed.grow_stale(SYMBOL, START_NS)
    assert bench.stale == [(SYMBOL, START_NS)]
    assert [ticker.stale for ticker in bench.hub.on(f"ticker:{SYMBOL}")][-1] is True
    assert bench.hub.on(f"orderbook:{SYMBOL}")[-1].stale
    bench.clock.advance_ns(2 * NS_PER_SECOND)
    bench.feed.tell_ages()
    assert bench.hub.on(f"ticker:{SYMBOL}")[-1].age_ms == 2_000
    assert all(not ticker.stale for ticker in bench.hub.on("ticker:BBB-USD"))


async def test_the_next_step_makes_it_fresh(bench, source):
    bench.feed.grow_stale(SYMBOL, START_NS)
    source.say(10_020, START_NS + NS_PER_SECOND)
    await taken(bench, 3)
    shown = ticker_of(SYMBOL, bench.board.get(SYMBOL))
    assert (shown.last, shown.stale, shown.age_ms) == ("100.20", False, None)
    assert bench.feed.stale_symbols() == ()


async def test_a_symbol_without_a_market_cannot_grow_stale(bench, source):
    bench.feed.grow_stale("CCC-USD", START_NS)
    await bench.feed.switch(None, speed=1, is_paused=False)
    bench.feed.grow_stale(SYMBOL, START_NS)
    assert bench.stale == []
