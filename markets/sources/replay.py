"""Replay of a data set: its candles or trades become steps, in their own time, read a slice at a time.

The source is told how to read; where data sets are kept is the business of `markets.datasets`. Data whose decimals are
finer than the instrument's tick or lot are rounded to the nearest one.
"""

import asyncio
import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from kit.clock import NS_PER_SECOND, iso_from_ns
from kit.units import Step as UnitStep
from markets.books import ladder, ladder_sizes
from markets.datasets.records import Candles, Quotes, Trades
from markets.instruments import Instrument
from markets.sources.base import Past, SourceFailed, Step, is_sound_bar, steps_of_bar
from markets.updates import Candle, MarketUpdate, Trade

TRADES_LONGEST_WAIT_NS = 60 * NS_PER_SECOND
"""A pause between two prints longer than this is skipped rather than waited for."""

PRINTS_OF_DEPTH = 20
"""Each side of the book around a print holds this many average prints."""

AVERAGE_WEIGHT = 16
"""Averages over prints move by a 16th towards each new value."""


class Recording(msgspec.Struct, frozen=True):
    """What is replayed. `bar_s` is the length of its bars, 0 for trades and quotes; times in UTC nanoseconds.

    `batches` gives the rows from `start_ns` on in order of time, some thousands at once; it is advanced in a thread, never
    by two. Of all `rows`, `first_row` lie before it; `past` are the last candles of those.
    """

    dataset: str
    instrument: Instrument
    bar_s: int
    rows: int
    start_ns: int
    batches: Iterator[Candles | Trades | Quotes]
    first_row: int = 0
    past: tuple[Candle, ...] = ()
    content_hash: str | None = None


def counted_in_steps(values: Sequence[float], step: UnitStep) -> list[int]:
    """Each value counted in steps, to the nearest. Raises SourceFailed for what is not a finite number."""
    if not all(map(math.isfinite, values)):
        raise SourceFailed("the data hold a value that is not a finite number")
    scale, units = 10**step.decimals, step.units
    return [round(value * scale / units) for value in values]


def bars_of(rows: Candles, instrument: Instrument) -> list[Candle]:
    """Rows of a candle data set in ticks and lots. Raises SourceFailed naming a bar that cannot be true."""
    prices = [counted_in_steps(column, instrument.tick) for column in (rows.open, rows.high, rows.low, rows.close)]
    bars = list(map(Candle, rows.time_ns, *prices, counted_in_steps(rows.volume, instrument.lot)))
    for bar in bars:
        if not is_sound_bar(bar):
            raise SourceFailed(f"the bar of {iso_from_ns(bar.time_ns)} contradicts itself or has no positive price")
    return bars


def prints_of(rows: Trades, instrument: Instrument) -> list[Trade]:
    """Rows of a trade data set in ticks and lots. Raises SourceFailed naming a print without a positive price."""
    prices = counted_in_steps(rows.price, instrument.tick)
    quantities = counted_in_steps(rows.quantity, instrument.lot)
    symbols = [instrument.symbol] * len(rows)
    prints = list(map(Trade, symbols, rows.time_ns, prices, quantities, rows.side))
    for trade in prints:
        if trade.price_ticks <= 0 or trade.quantity_lots < 0:
            raise SourceFailed(f"the trade of {iso_from_ns(trade.time_ns)} has no positive price")
    return prints


class ReplaySource:
    """The steps of one recording, from where it was opened to its last row."""

    name = "replay"

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._waiting: Candle | None = None
        self._last_close_ticks = 0
        self._tape = _Tape()
        self.symbols = (recording.instrument.symbol,)
        self.dataset = recording.dataset
        self.first_beat = recording.first_row
        self.dataset_hash = recording.content_hash
        self.start_ns = recording.start_ns
        self.bar_s = recording.bar_s
        self.total_beats = recording.rows
        self.longest_wait_ns = recording.bar_s * NS_PER_SECOND or TRADES_LONGEST_WAIT_NS

    def history(self) -> Iterator[Past]:
        """The candles before the moment it was opened at; none at its first row."""
        return (Past(self.symbols[0], candle) for candle in self._recording.past)

    async def next_steps(self) -> Iterator[Step] | None:
        """The steps of the next rows; None at the end. Raises SourceFailed."""
        if self.bar_s:
            bars = await asyncio.to_thread(self._read_bars)
            return self._bar_steps(bars) if bars else None
        prints = await asyncio.to_thread(self._read_prints)
        return map(self._tape.step, prints) if prints else None

    def _read_bars(self) -> list[Candle]:
        """The next bars after the one that waits, with that one in front."""
        rows = next(self._recording.batches, None)
        assert rows is None or isinstance(rows, Candles), "a recording of bars holds candles"
        bars = [] if rows is None else bars_of(rows, self._recording.instrument)
        if self._waiting is not None:
            bars.insert(0, self._waiting)
        # The last bar waits for the next one, which may cut it short; at the end of the data nothing does.
        self._waiting = bars[-1] if rows is not None and bars else None
        return bars

    def _read_prints(self) -> list[Trade]:
        rows = next(self._recording.batches, None)
        assert rows is None or isinstance(rows, Trades), "a recording without bars holds trades"
        return [] if rows is None else prints_of(rows, self._recording.instrument)

    def _bar_steps(self, bars: list[Candle]) -> Iterator[Step]:
        symbol, length_ns = self.symbols[0], self.bar_s * NS_PER_SECOND
        for bar, following in pairwise(bars):
            length_to_next_ns = min(length_ns, following.time_ns - bar.time_ns)
            yield from steps_of_bar(symbol, bar, length_to_next_ns, self._last_close_ticks)
            self._last_close_ticks = bar.close_ticks
        if self._waiting is None:
            yield from steps_of_bar(symbol, bars[-1], length_ns, self._last_close_ticks)


class _Tape:
    """Turns prints into steps: each a jump to its price, with a book as wide as prices lately moved between prints."""

    def __init__(self) -> None:
        self._last_ticks = 0
        self._sixteenth_moves = 0
        self._sixteenth_lots = 0

    def step(self, trade: Trade) -> Step:
        price_ticks = trade.price_ticks
        spread_ticks, sizes = self._learn(price_ticks, trade.quantity_lots)
        reach_ticks = spread_ticks * (len(sizes) + 1)
        bids, asks = ladder(
            price_ticks,
            spread_ticks=spread_ticks,
            gap_ticks=spread_ticks,
            sizes=sizes,
            low_ticks=max(1, price_ticks - reach_ticks),
            high_ticks=price_ticks + reach_ticks,
        )
        update = MarketUpdate(
            trade.symbol,
            trade.time_ns,
            price_ticks,
            price_ticks,
            bids[-1][0],
            asks[-1][0],
            bids,
            asks,
            False,
            trade.quantity_lots,
            trade.side,
        )
        return Step(update, trade.quantity_lots, trade.side, ends_beat=True)

    def _learn(self, price_ticks: int, quantity_lots: int) -> tuple[int, tuple[int, ...]]:
        """Spread and ladder sizes after this print."""
        if not self._last_ticks:
            self._last_ticks = price_ticks
            self._sixteenth_lots = quantity_lots * AVERAGE_WEIGHT
        self._sixteenth_moves += abs(price_ticks - self._last_ticks) - self._sixteenth_moves // AVERAGE_WEIGHT
        self._sixteenth_lots += quantity_lots - self._sixteenth_lots // AVERAGE_WEIGHT
        self._last_ticks = price_ticks
        spread_ticks = max(1, self._sixteenth_moves // AVERAGE_WEIGHT)
        return spread_ticks, ladder_sizes(self._sixteenth_lots * PRINTS_OF_DEPTH // AVERAGE_WEIGHT)
