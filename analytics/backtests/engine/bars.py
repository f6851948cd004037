"""Bars as backtests read them: whole ticks and lots of one symbol, and several symbols on one axis of time.

Several symbols are aligned on the union of their times; where a symbol has no bar it has none, and nothing is made up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analytics.backtests.engine.layout import (
    BLOCK,
    CLOSE,
    FIELDS,
    HIGH,
    LOW,
    MARK,
    NO_LOW,
    OPEN,
    VOLUME,
    Floats,
    Integers,
)
from kit.errors import Invalid, invalid_field
from kit.units import Step
from markets.instruments import Instrument

MAX_CELLS = 10_000_000
"""Bars times symbols of one backtest: seven arrays of 80 MB. Twenty years of minutes of one symbol."""

MAX_TICKS = 2**40
"""A price has at most so many ticks, so that what fills multiply with stays within 64 bits."""


@dataclass(frozen=True)
class Bars:
    """The bars of one symbol, oldest first: arrays of T, `time_ns` the open of each bar in UTC nanoseconds.

    Prices in ticks and volumes in lots of `instrument`, int64. `interval_ns` is a bar's length, `content_hash` that of the
    data they came from.
    """

    instrument: Instrument
    interval_ns: int
    time_ns: Integers
    open_ticks: Integers
    high_ticks: Integers
    low_ticks: Integers
    close_ticks: Integers
    volume_lots: Integers
    content_hash: str = ""

    def __post_init__(self) -> None:
        _check(self)

    def __len__(self) -> int:
        return len(self.time_ns)

    @property
    def symbol(self) -> str:
        """BASE-QUOTE."""
        return self.instrument.symbol

    @property
    def tick_size(self) -> float:
        """One tick in the quote asset."""
        return float(self.instrument.tick.units / 10**self.instrument.tick.decimals)

    @property
    def lot_size(self) -> float:
        """One lot in the base asset."""
        return float(self.instrument.lot.units / 10**self.instrument.lot.decimals)

    @cached_property
    def open(self) -> Floats:
        """Opens as prices, float64 [T]."""
        return self._priced(self.open_ticks)

    @cached_property
    def high(self) -> Floats:
        """Highs as prices, float64 [T]."""
        return self._priced(self.high_ticks)

    @cached_property
    def low(self) -> Floats:
        """Lows as prices, float64 [T]."""
        return self._priced(self.low_ticks)

    @cached_property
    def close(self) -> Floats:
        """Closes as prices, float64 [T]."""
        return self._priced(self.close_ticks)

    @cached_property
    def volume(self) -> Floats:
        """Volumes in the base asset, float64 [T]."""
        return _numbers(self.volume_lots, self.instrument.lot)

    def _priced(self, ticks: Integers) -> Floats:
        return _numbers(ticks, self.instrument.tick)

    def part(self, start: int, stop: int) -> "Bars":
        """The bars `[start, stop)`."""
        cut = slice(start, stop)
        return Bars(
            self.instrument,
            self.interval_ns,
            self.time_ns[cut],
            self.open_ticks[cut],
            self.high_ticks[cut],
            self.low_ticks[cut],
            self.close_ticks[cut],
            self.volume_lots[cut],
            self.content_hash,
        )

    def until(self, bars: int) -> "Bars":
        """The first `bars` bars."""
        return self.part(0, bars)


def bars_from_prices(
    instrument: Instrument,
    interval_ns: int,
    time_ns: Integers,
    *,
    prices: tuple[Floats, Floats, Floats, Floats],
    volume: Floats,
    content_hash: str = "",
) -> Bars:
    """Bars from prices (open, high, low, close) and volumes, each rounded to the nearest tick or lot as a replay does.

    Raises Invalid, naming the bar, for bars that cannot be true.
    """
    opens, highs, lows, closes = (_counted(column, instrument.tick) for column in prices)
    times = np.ascontiguousarray(time_ns, np.int64)
    lots = _counted(volume, instrument.lot)
    return Bars(instrument, interval_ns, times, opens, highs, lows, closes, lots, content_hash)


@dataclass(frozen=True)
class Panel:
    """Several symbols on one axis of time, `time_ns` [T], as the kernels read them (`layout.Run`).

    `prices` [FIELDS, K, T] are ticks and lots, `blocks` [2, K, ceil(T / BLOCK)] the extremes of every `BLOCK` bars.
    """

    symbols: tuple[Bars, ...]
    time_ns: Integers
    prices: Integers
    blocks: Integers

    @property
    def interval_ns(self) -> int:
        """The length of a bar."""
        return self.symbols[0].interval_ns

    @property
    def is_dense(self) -> bool:
        """Whether every symbol has a bar at every time."""
        return all(len(each) == len(self.time_ns) for each in self.symbols)

    @property
    def quote(self) -> str:
        """The asset that all symbols are quoted in, which money is counted in."""
        return self.symbols[0].instrument.quote


def align(symbols: Sequence[Bars]) -> Panel:
    """Put symbols on one axis of time, in the order given. Raises Invalid for what cannot be back-tested together."""
    _check_together(symbols)
    time_ns = symbols[0].time_ns if len(symbols) == 1 else np.unique(np.concatenate([each.time_ns for each in symbols]))
    if len(time_ns) * len(symbols) > MAX_CELLS:
        raise invalid_field(
            "symbols", f"{len(symbols)} symbols at {len(time_ns)} times are more than {MAX_CELLS} bars."
        )
    prices = np.zeros((FIELDS, len(symbols), len(time_ns)), np.int64)
    prices[LOW] = NO_LOW
    for row, each in enumerate(symbols):
        columns = (each.open_ticks, each.high_ticks, each.low_ticks, each.close_ticks, each.volume_lots)
        is_whole = len(each) == len(time_ns)
        places = slice(None) if is_whole else np.searchsorted(time_ns, each.time_ns)
        for field, column in zip((OPEN, HIGH, LOW, CLOSE, VOLUME), columns, strict=True):
            prices[field, row, places] = column
        prices[MARK, row] = prices[CLOSE, row] if is_whole else _last_known(prices[CLOSE, row])
    starts = np.arange(0, len(time_ns), BLOCK)
    highest = np.maximum.reduceat(prices[HIGH], starts, axis=1)
    lowest = np.minimum.reduceat(prices[LOW], starts, axis=1)
    return Panel(tuple(symbols), time_ns, prices, np.stack([highest, lowest]))


def _last_known(closes: Integers) -> Integers:
    """Each close, or where there is none the last one before it; 0 before the first."""
    places = np.where(closes > 0, np.arange(len(closes)), 0)
    known: Integers = closes[np.maximum.accumulate(places)]
    return known


def _numbers(steps: Integers, step: Step) -> Floats:
    numbers: Floats = steps * step.units / 10**step.decimals
    return numbers


def _counted(values: Floats, step: Step) -> Integers:
    values = np.asarray(values, np.float64)
    if not np.isfinite(values).all():
        place = int(np.argmin(np.isfinite(values)))
        raise Invalid(f"Bar {place} holds a value that is not a finite number.", code="INVALID_BARS")
    counted: Integers = np.rint(values * 10**step.decimals / step.units).astype(np.int64)
    return counted


def _check(bars: Bars) -> None:
    """Raise Invalid for bars that cannot be true, naming the first."""
    count = len(bars.time_ns)
    arrays = (bars.open_ticks, bars.high_ticks, bars.low_ticks, bars.close_ticks, bars.volume_lots)
    assert all(array.shape == (count,) for array in arrays), "every column has a value for every bar"
    if count == 0:
        raise Invalid(f"{bars.symbol} has no bars in this range. Choose another range.", code="NO_DATA")
    if count > MAX_CELLS:
        raise Invalid(f"{bars.symbol} has {count} bars; a backtest takes up to {MAX_CELLS}.", code="TOO_MANY_BARS")
    if (np.diff(bars.time_ns) <= 0).any():
        raise Invalid(f"The bars of {bars.symbol} are not in order of time.", code="INVALID_BARS")
    opens, highs, lows, closes, volumes = arrays
    is_sound = (lows > 0) & (highs < MAX_TICKS) & (volumes >= 0)
    is_sound &= (lows <= opens) & (lows <= closes) & (highs >= opens) & (highs >= closes)
    if not is_sound.all():
        place = int(np.argmin(is_sound))
        raise Invalid(f"Bar {place} of {bars.symbol} contradicts itself or has no positive price.", code="INVALID_BARS")


def _check_together(symbols: Sequence[Bars]) -> None:
    if not symbols:
        raise invalid_field("symbols", "Name at least one symbol.")
    names = [each.symbol for each in symbols]
    if len(set(names)) < len(names):
        raise invalid_field("symbols", "Name each symbol once.")
    if len({each.interval_ns for each in symbols}) > 1:
        raise invalid_field("interval", "All symbols need bars of one length.")
    if len({each.instrument.quote for each in symbols}) > 1:
        raise invalid_field("symbols", "Symbols that share cash must be quoted in one asset.")
