"""The live source on a manual clock: what it hears becomes steps, and what cannot be true does not."""

import asyncio
import math

import pytest

from kit.clock import NS_PER_MS, NS_PER_SECOND, ManualClock
from markets.instruments import make_instrument
from markets.sources.live import source as live_source
from markets.sources.live.listings import Listing
from markets.sources.live.source import LiveSource, past_candles
from tests.markets.conftest import START_NS

BTC = make_instrument("BTC-USDT", tick="0.01", lot="0.001")
NOW_MS = START_NS // NS_PER_MS


@pytest.fixture
def clock():
    return ManualClock(START_NS)


@pytest.fixture
def source(clock):
    return LiveSource("live:test", [Listing(BTC, "BTC/USDT")], clock=clock, max_jump=lambda: 0.2)


def trade(price, *, amount=1.0, time_ms=NOW_MS, side="buy"):
    return {"symbol": "BTC/USDT", "price": price, "amount": amount, "timestamp": time_ms, "side": side}


def quote(last, bid, ask, **more):
    return {"symbol": "BTC/USDT", "last": last, "bid": bid, "ask": ask, "bidVolume": 2.0, "askVolume": 3.0, **more}


def book(bids, asks):
    return {"symbol": "BTC/USDT", "bids": bids, "asks": asks, "timestamp": NOW_MS}


async def steps_of(source):
    return list(await source.next_steps())


async def test_a_first_price_is_a_jump_and_the_next_ones_are_moves(source):
    source.take_print(trade(100.0))
    source.take_print(trade(100.5, amount=0.25, time_ms=NOW_MS + 1, side="sell"))
    first, second = await steps_of(source)
    assert (first.update.from_ticks, first.update.last_ticks, first.volume_lots) == (10_000, 10_000, 1_000)
    assert (second.update.from_ticks, second.update.last_ticks) == (10_000, 10_050)
    assert (second.volume_lots, second.side) == (250, "sell")
    assert second.update.time_ns == (NOW_MS + 1) * NS_PER_MS


async def test_a_quote_gives_the_touch_with_its_sizes(source):
    source.take_quote(quote(100.0, 99.99, 100.02))
    (step,) = await steps_of(source)
    assert (step.update.bids, step.update.asks) == (((9_999, 2_000),), ((10_002, 3_000),))
    assert (step.update.low_ticks, step.update.high_ticks) == (9_999, 10_002)
    assert step.volume_lots == 0


async def test_a_book_comes_in_our_steps_bids_down_and_asks_up(clock):
    coarse = make_instrument("BTC-USDT", tick="0.5", lot="0.01")
    source = LiveSource("live:test", [Listing(coarse, "BTC/USDT")], clock=clock, max_jump=lambda: 0.2)
    source.take_book(book([[100.2, 1.0], [100.1, 2.0], [99.9, 0.001]], [[100.3, 1.0], [100.4, 1.5], [100.6, 1.0]]))
    (step,) = await steps_of(source)
    assert step.update.bids == ((200, 300),)
    assert step.update.asks == ((201, 250), (202, 100))


async def test_while_the_book_is_fresh_a_ticker_does_not_take_its_place(source, clock):
    source.take_book(book([[99.0, 1.0]], [[101.0, 1.0]]))
    source.take_quote(quote(100.0, 99.9, 100.1))
    assert [step.update.bids for step in await steps_of(source)] == [((9_900, 1_000),)] * 2
    clock.advance_ns(3 * NS_PER_SECOND)
    source.take_quote(quote(100.0, 99.9, 100.1))
    assert [step.update.bids for step in await steps_of(source)] == [((9_990, 2_000),)]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (trade(0.0), "zero"),
        (trade(-3.0), "negative"),
        (trade(math.nan), "nan"),
        (trade(None), "nan"),
        (trade(100.0, time_ms=NOW_MS - 1_000), "out_of_order"),
        (trade(1_000.0), "jump"),
        (trade(100.0, time_ms=NOW_MS + 3_600_000), "ahead"),
    ],
)
async def test_a_print_that_cannot_be_true_makes_no_step_and_is_counted(source, said, reason):
    source.take_print(trade(100.0))
    await steps_of(source)
    source.take_print(said)
    assert source.drops.by_reason == {reason: 1}
    assert source.drops.last.startswith("BTC-USDT: ")
    source.take_print(trade(101.0))
    assert [step.update.last_ticks for step in await steps_of(source)] == [10_100]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (book([[101.0, 1]], [[100.0, 1]]), "crossed"),
        (book([], [[100.0, 1]]), "garbage"),
        (book([[0.0, 1]], [[100.0, 1]]), "zero"),
        (book([[1.0, 1]], [[2.0, 1]]), "jump"),
    ],
)
async def test_a_book_that_cannot_be_true_leaves_the_one_before(source, said, reason):
    source.take_print(trade(100.0))
    source.take_book(book([[99.0, 1.0]], [[101.0, 1.0]]))
    source.take_book(said)
    source.take_print(trade(100.1, time_ms=NOW_MS + 5))
    assert source.drops.by_reason == {reason: 1}
    assert (await steps_of(source))[-1].update.bids == ((9_900, 1_000),)


async def test_bad_levels_are_left_out_of_a_good_book(source):
    source.take_print(trade(100.0))
    source.take_book(book([[99.0, 1.0], [98.0, math.nan], [0.0, 5.0], [97.0, 1.0]], [[101.0, 1.0], [math.inf, 1.0]]))
    update = (await steps_of(source))[-1].update
    assert (update.bids, update.asks) == (((9_900, 1_000), (9_700, 1_000)), ((10_100, 1_000),))


async def test_after_a_silence_the_first_price_is_a_jump_again(source):
    source.take_print(trade(100.0))
    source.fell_silent("BTC-USDT")
    source.take_print(trade(110.0, time_ms=NOW_MS + 10))
    assert [step.update.from_ticks for step in await steps_of(source)] == [10_000, 11_000]


async def test_it_says_when_each_market_was_last_heard_of(source, clock):
    assert source.heard_ns() == {} and not source.has_prices
    source.take_print(trade(100.0))
    clock.advance_ns(5 * NS_PER_SECOND)
    source.take_print(trade(0.0))
    assert source.heard_ns() == {"BTC-USDT": START_NS}
    assert source.silent_since(START_NS + 1) == ["BTC/USDT"]
    assert source.silent_since(START_NS) == []


async def test_times_of_a_market_never_go_back(source):
    source.take_print(trade(100.0, time_ms=NOW_MS + 50))
    source.take_book({**book([[99.0, 1.0]], [[101.0, 1.0]]), "timestamp": NOW_MS + 10})
    assert [step.update.time_ns for step in await steps_of(source)] == [(NOW_MS + 50) * NS_PER_MS] * 2


async def test_a_feed_that_is_too_slow_loses_the_oldest(source, monkeypatch):
    monkeypatch.setattr(live_source, "MAX_WAITING_STEPS", 10)
    for number in range(15):
        source.take_print(trade(100.0 + number / 100, time_ms=NOW_MS + number))
    steps = await steps_of(source)
    assert (len(steps), source.overflows, steps[-1].update.last_ticks) == (10, 5, 10_014)


async def test_it_waits_for_something_to_say(source):
    waiting = asyncio.create_task(steps_of(source))
    await asyncio.sleep(0)
    assert not waiting.done()
    source.take_print(trade(100.0))
    assert [step.update.last_ticks for step in await waiting] == [10_000]


async def test_what_is_no_price_at_all_is_dropped_whatever_it_is(source):
    source.take_print(trade(100.0))
    for nonsense in ("100", [], {}, None):
        source.take_print(trade(nonsense))
        source.take_quote(quote(nonsense, 99.0, 101.0))
    assert source.drops.by_reason.keys() <= {"nan"}
    assert next(iter(await steps_of(source))).update.last_ticks == 10_000


async def test_what_it_does_not_follow_is_no_concern_of_its(source):
    source.take_print({**trade(100.0), "symbol": "XXX/USDT"})
    source.take_quote({**quote(1, 1, 2), "symbol": None})
    assert not source.has_prices and source.drops.total == 0


def test_past_candles_that_cannot_be_true_are_left_out():
    rows = [
        [NOW_MS - 180_000, 100.0, 101.0, 99.0, 100.5, 2.0],
        [NOW_MS - 120_000, 100.0, 90.0, 99.0, 100.5, 2.0],
        [NOW_MS - 120_000, 0.0, 101.0, 99.0, 100.5, 2.0],
        [NOW_MS - 60_000, 100.5, 102.0, 100.0, 101.0, math.nan],
        [NOW_MS, 100.0, 101.0, 99.0, 100.5, 2.0],
    ]
    (candle,) = past_candles(BTC, rows, NOW_MS)
    assert (candle.open_ticks, candle.high_ticks, candle.low_ticks, candle.close_ticks) == (
        10_000,
        10_100,
        9_900,
        10_050,
    )
    assert candle.volume_lots == 2_000
