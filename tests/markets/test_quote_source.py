"""Replay of quotes: every quote is the book as it was, candles are made of the middle, and nothing prints."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.clock import NS_PER_SECOND
from markets.datasets.records import Quotes
from markets.instruments import make_instrument
from markets.paging import MAX_TIME_NS, Window
from markets.sources.base import SourceFailed
from markets.sources.quotes import QuoteSource, steps_of_quotes
from markets.sources.replay import Recording
from markets.updates import Candle
from tests.markets.conftest import MINUTE_NS, START_NS

INSTRUMENT = make_instrument("AAA-USD", tick="0.01", lot="0.001")


def quotes_of(rows):
    """Rows of (time_ns, bid, ask, bid_size, ask_size) as columns."""
    return Quotes(*map(list, zip(*rows, strict=True)))


def quote_source(*batches):
    rows = sum(len(batch) for batch in batches)
    return QuoteSource(Recording("set-1", INSTRUMENT, 0, rows, START_NS, iter(batches), content_hash="abc"))


@given(
    st.lists(
        st.tuples(st.integers(1, 10**7), st.integers(0, 500), st.integers(1, 10**6), st.integers(1, 10**6)),
        min_size=1,
        max_size=30,
    )
)
def test_bid_and_ask_with_their_sizes_are_the_book_exactly(rows):
    bids_and_asks = [(bid, bid + spread, bid_lots, ask_lots) for bid, spread, bid_lots, ask_lots in rows]
    quotes = quotes_of(
        (START_NS + place, bid / 100, ask / 100, bid_lots / 1000, ask_lots / 1000)
        for place, (bid, ask, bid_lots, ask_lots) in enumerate(bids_and_asks)
    )
    steps = steps_of_quotes(quotes, INSTRUMENT)
    for place, (step, (bid, ask, bid_lots, ask_lots)) in enumerate(zip(steps, bids_and_asks, strict=True)):
        update = step.update
        assert (update.time_ns, update.bids, update.asks) == (START_NS + place, ((bid, bid_lots),), ((ask, ask_lots),))
        assert (update.low_ticks, update.high_ticks) == (bid, ask)
        assert update.from_ticks == update.last_ticks == (bid + ask) // 2
        assert (step.volume_lots, step.ends_beat, step.is_stale) == (0, True, False)


def test_a_quote_without_sizes_holds_a_lot_a_side():
    (step,) = steps_of_quotes(quotes_of([(START_NS, 1.0, 1.02, 0.0, 0.0)]), INSTRUMENT)
    assert (step.update.bids, step.update.asks) == (((100, 1),), ((102, 1),))


@pytest.mark.parametrize(
    ("bid", "ask", "size", "reason"),
    [
        (0.0, 1.0, 1.0, r"2026-01-01T00:00:00\.000Z contradicts itself or has no positive price"),
        (2.0, 1.0, 1.0, "contradicts itself"),
        (1.0, 2.0, -1.0, "contradicts itself"),
        (1.0, float("nan"), 1.0, "finite"),
        (1.0, 2.0, float("inf"), "finite"),
    ],
)
def test_a_quote_that_cannot_be_true_fails_the_source(bid, ask, size, reason):
    with pytest.raises(SourceFailed, match=reason):
        steps_of_quotes(quotes_of([(START_NS, bid, ask, size, 1.0)]), INSTRUMENT)


async def test_a_replay_of_quotes_has_their_ticks_and_candles_of_the_middle_and_no_prints(bench):
    half_minute_ns = MINUTE_NS // 2
    rows = [(START_NS + place * half_minute_ns, 100.0 + place, 102.0 + place, 1.0, 2.0) for place in range(5)]
    await bench.feed.switch(quote_source(quotes_of(rows[:2]), quotes_of(rows[2:])), speed=0, is_paused=True)
    assert await bench.feed.step(10) == 5
    market = bench.board.get("AAA-USD")
    assert [update.bids[0] for update in bench.updates] == [(10_000 + 100 * place, 1_000) for place in range(5)]
    assert [update.asks[0] for update in bench.updates] == [(10_200 + 100 * place, 2_000) for place in range(5)]
    assert market.candles.read("1m", Window(0, MAX_TIME_NS, 10, True)) == [
        Candle(START_NS, 10_100, 10_200, 10_100, 10_200, 0),
        Candle(START_NS + MINUTE_NS, 10_300, 10_400, 10_300, 10_400, 0),
        Candle(START_NS + 2 * MINUTE_NS, 10_500, 10_500, 10_500, 10_500, 0),
    ]
    assert (market.trade_count, bench.feed.state().total_beats, bench.feed.state().dataset_hash) == (0, 5, "abc")


async def test_quotes_are_played_in_their_own_time_and_a_long_silence_is_skipped(bench):
    rows = [(START_NS, 1.0, 1.02, 1.0, 1.0), (START_NS + 3_600 * NS_PER_SECOND, 2.0, 2.02, 1.0, 1.0)]
    source = quote_source(quotes_of(rows))
    assert source.longest_wait_ns == 60 * NS_PER_SECOND
    await bench.feed.switch(source, speed=1, is_paused=True)
    assert await bench.feed.step(1) == 1
    assert bench.feed.market_time_ns == START_NS
    assert await bench.feed.step(1) == 1
    assert bench.feed.market_time_ns == rows[1][0]
