"""What the tests of the markets share: a source of their own making, a hub that records, a feed on a manual clock."""

from collections import deque

import pytest

from kit.clock import NS_PER_SECOND, ManualClock
from markets.board import Board
from markets.channels import StreamPublisher
from markets.feed import Feed
from markets.instruments import make_instrument
from markets.sources.base import Past, SourceFailed, steps_of_bar
from markets.updates import Candle

MINUTE_NS = 60 * NS_PER_SECOND
START_NS = 1_767_225_600 * NS_PER_SECOND
"""2026-01-01, a full day by UTC."""


class ListSource:
    """A source of given bars, a few at a time; `fault` is raised at the end instead of ending well."""

    dataset = "set-1"
    bar_s = 60
    longest_wait_ns = MINUTE_NS

    def __init__(self, bars, *, symbol="AAA-USD", name="replay", batch=3, history=(), fault=None):
        self.name = name
        self.symbols = (symbol,)
        self.start_ns = bars[0].time_ns if bars else START_NS
        self.total_beats = len(bars)
        self._symbol = symbol
        self._history = [Past(symbol, candle) for candle in history]
        self._batches = deque(bars[index : index + batch] for index in range(0, len(bars), batch))
        self._fault = fault

    def history(self):
        return iter(self._history)

    async def next_steps(self):
        if not self._batches:
            if self._fault:
                raise SourceFailed(self._fault)
            return None
        batch = self._batches.popleft()
        return (step for bar in batch for step in steps_of_bar(self._symbol, bar, MINUTE_NS, 0))


class RecordingHub:
    """A hub that keeps what is published; `listened` holds the channels somebody listens to (None: all)."""

    def __init__(self):
        self.published = []
        self.listened = None

    def publish(self, channel, data, *, final=False):
        self.published.append((channel, data, final))

    def has_subscribers(self, channel):
        return self.listened is None or channel in self.listened

    def on(self, channel):
        """What was published on a channel."""
        return [data for name, data, _ in self.published if name == channel]


class Bench:
    """A feed with everything around it under control."""

    def __init__(self):
        self.clock = ManualClock(START_NS)
        self.board = Board()
        self.hub = RecordingHub()
        self.publisher = StreamPublisher(self.hub)
        instruments = {symbol: make_instrument(symbol, tick="0.01", lot="0.001") for symbol in ("AAA-USD", "BBB-USD")}
        self.feed = Feed(
            board=self.board, instrument_of=instruments.__getitem__, publisher=self.publisher, clock=self.clock
        )
        self.updates = []
        self.closed = []
        self.halted = []
        self.feed.subscribe(self.updates.append)
        self.feed.on_market_closed(self.closed.append)
        self.feed.on_market_halted(self.halted.append)


def make_bars(count, *, start_ns=START_NS, price=10_000, volume=1_000):
    """Bars that rise by a dime a minute within a range of a dollar."""
    return [
        Candle(
            start_ns + minute * MINUTE_NS,
            price + 10 * minute,
            price + 10 * minute + 60,
            price + 10 * minute - 40,
            price + 10 * minute + 10,
            volume + minute,
        )
        for minute in range(count)
    ]


@pytest.fixture
async def bench():
    made = Bench()
    yield made
    await made.feed.stop()
