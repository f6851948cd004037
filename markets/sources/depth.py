"""Replay of recorded depth: a book that follows the recording, message by message, and the trades that really printed.

Every message is a step: a diff or a snapshot changes the book, a trade prints at its price. A recording with trades makes
the market begin with its first one, and the last price is always a trade's; one without has the middle of the book, or,
of a one-sided book, its best level. From a gap in the chain to the next snapshot the book is lost: steps are stale,
without levels, so that nothing fills.
"""

import asyncio
from bisect import bisect_left
from collections.abc import Iterator

import msgspec

from kit.clock import NS_PER_SECOND
from kit.units import MONEY_DECIMALS
from kit.units import Step as UnitStep
from markets.books import Side
from markets.datasets.records import DepthRows
from markets.depth.chains import Diff, Snapshot, linked
from markets.depth.following import BookCounts, FollowedBook
from markets.instruments import Instrument
from markets.sources.base import Past, SourceFailed, Step
from markets.updates import Level, MarketUpdate

LEVELS_SHOWN = 1_000
"""Levels a side of the market: all that a snapshot of a venue usually holds, and the most that `orderbook/` shows."""

LONGEST_WAIT_NS = 60 * NS_PER_SECOND
"""A pause between two messages longer than this is skipped rather than waited for."""


class DepthRecording(msgspec.Struct, frozen=True):
    """What is replayed. The first of `steps` is at `start_ns`; messages before it only build the book. `first_step` is how
    many steps a replay from the beginning would have had before that.

    `batches` gives the messages in order, some thousands at once; it is advanced in a thread, never by two.
    """

    dataset: str
    instrument: Instrument
    steps: int
    start_ns: int
    has_trades: bool
    batches: Iterator[DepthRows]
    first_step: int = 0
    content_hash: str | None = None


class Print(msgspec.Struct, frozen=True, gc=False):
    """A trade of the recording in ticks and lots."""

    price_ticks: int
    quantity_lots: int
    side: str


Timed = tuple[int, Diff | Snapshot | Print]
"""(time_ns, message)."""


class DepthSource:
    """The steps of one recording of a book."""

    name = "replay"
    bar_s = 0
    longest_wait_ns = LONGEST_WAIT_NS

    def __init__(self, recording: DepthRecording) -> None:
        self._recording = recording
        self._followed = FollowedBook(linked, _next_one_comes)
        self._bids: Side = ()
        self._asks: Side = ()
        self._last_ticks: int | None = None
        self.symbols = (recording.instrument.symbol,)
        self.dataset = recording.dataset
        self.dataset_hash = recording.content_hash
        self.start_ns = recording.start_ns
        self.first_beat = recording.first_step
        self.total_beats = recording.first_step + recording.steps

    @property
    def counts(self) -> BookCounts:
        """What the book has met so far."""
        return self._followed.counts

    def history(self) -> Iterator[Past]:
        """Nothing: a recording begins where it begins."""
        return iter(())

    async def next_steps(self) -> Iterator[Step] | None:
        """The steps of the next messages; None at the end. Raises SourceFailed."""
        messages = await asyncio.to_thread(self._read)
        return None if messages is None else self._steps(messages)

    def _read(self) -> list[Timed] | None:
        """The next messages; those before the start are taken in here, in the thread, and only build the book."""
        rows = next(self._recording.batches, None)
        if rows is None:
            return None
        messages = messages_of(rows, self._recording.instrument)
        early = bisect_left(rows.time_ns, self.start_ns)
        for _, message in messages[:early]:
            self._take_in(message)
        return messages[early:]

    def _steps(self, messages: list[Timed]) -> Iterator[Step]:
        for time_ns, message in messages:
            self._take_in(message)
            if isinstance(message, Print):
                yield self._step(time_ns, message.quantity_lots, message.side)
            elif self._last_ticks is not None:
                yield self._step(time_ns, 0, "buy")

    def _take_in(self, message: Diff | Snapshot | Print) -> None:
        if isinstance(message, Print):
            self._last_ticks = message.price_ticks
        else:
            self._change(message)

    def _change(self, message: Diff | Snapshot) -> None:
        """Bring the book up to a message, and the price with it where no trade says it."""
        followed = self._followed
        stands = followed.on_diff(message) if isinstance(message, Diff) else followed.on_snapshot(message)
        self._bids, self._asks = followed.book.view(LEVELS_SHOWN) if stands else ((), ())
        if not self._recording.has_trades and (self._bids or self._asks):
            best = [side[0][0] for side in (self._bids, self._asks) if side]
            self._last_ticks = sum(best) // len(best)

    def _step(self, time_ns: int, volume_lots: int, side: str) -> Step:
        """A step to the last price, a jump: nothing says that the prices between two messages were passed."""
        last_ticks, bids, asks = self._last_ticks, self._bids, self._asks
        assert last_ticks is not None, "a step has a price"
        low_ticks = min(last_ticks, bids[-1][0]) if bids else last_ticks
        high_ticks = max(last_ticks, asks[-1][0]) if asks else last_ticks
        symbol, traded_side = self.symbols[0], side if volume_lots else ""
        update = MarketUpdate(
            symbol,
            time_ns,
            last_ticks,
            last_ticks,
            low_ticks,
            high_ticks,
            bids,
            asks,
            True,
            volume_lots,
            traded_side,
        )
        return Step(update, volume_lots, side, True, self._followed.is_stale)


def messages_of(rows: DepthRows, instrument: Instrument) -> list[Timed]:
    """Recorded messages in ticks and lots; quantities to the nearest lot.

    Raises SourceFailed for a price that is on no tick.
    """
    prices = _Counter(instrument.tick)
    lots = _Counter(instrument.lot)
    bids = list(zip(prices.exact(rows.bid_prices), lots.nearest(rows.bid_quantities), strict=True))
    asks = list(zip(prices.exact(rows.ask_prices), lots.nearest(rows.ask_quantities), strict=True))
    trade_prices, trade_lots = prices.exact(rows.price), lots.nearest(rows.quantity)
    found: list[Timed] = []
    bid = ask = 0
    for row, event in enumerate(rows.event):
        next_bid, next_ask = bid + rows.bid_counts[row], ask + rows.ask_counts[row]
        message: Diff | Snapshot | Print
        if event == "trade":
            message = Print(trade_prices[row], trade_lots[row], rows.side[row])
        else:
            message = _book_message(rows, row, bids[bid:next_bid], asks[ask:next_ask])
        found.append((rows.time_ns[row], message))
        bid, ask = next_bid, next_ask
    return found


def _book_message(rows: DepthRows, row: int, bids: list[Level], asks: list[Level]) -> Diff | Snapshot:
    event, last_id = rows.event[row], rows.last_id[row]
    if event == "diff":
        return Diff(rows.first_id[row], last_id, bids, asks, rows.previous_id[row])
    return Snapshot(last_id, bids, asks, is_reset=event == "reset")


class _Counter:
    """Counts numbers in 10**-8 in steps of an instrument."""

    def __init__(self, step: UnitStep) -> None:
        assert step.decimals <= MONEY_DECIMALS, "an instrument's steps are no finer than money"
        self._step = step
        self._units = step.units * 10 ** (MONEY_DECIMALS - step.decimals)

    def exact(self, values: list[int]) -> list[int]:
        units = self._units
        if any(value % units for value in values):
            raise SourceFailed(f"the recording has a price that is no multiple of the tick {self._step}")
        return [value // units for value in values]

    def nearest(self, values: list[int]) -> list[int]:
        units, half = self._units, self._units // 2
        return [(value + half) // units for value in values]


def _next_one_comes(reason: str) -> None:
    """A recording cannot be asked: its next snapshot comes when it comes."""
