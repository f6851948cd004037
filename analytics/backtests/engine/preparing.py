"""From a spec, bars and signals to the arrays that the kernels walk."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.backtests.engine import layout
from analytics.backtests.engine.bars import Bars, Panel
from analytics.backtests.engine.layout import CLOSE, HIGH, LOW, Integers
from analytics.backtests.engine.measures import average_ranges_nb, volatility_shares_nb
from analytics.backtests.engine.specs import (
    PATHS,
    AtrDistance,
    Backtest,
    Distance,
    EquityShare,
    FixedDistance,
    FixedQuantity,
    PercentDistance,
    VolatilityTarget,
    cash_units_of,
    fee_ppm_of,
    lots_of,
    ppm_of,
    share_limit_ppm,
    ticks_of,
)
from kit.errors import invalid_field
from markets.instruments import Instrument
from quant.compiled import kernel
from quant.fills import PPM

Flags = npt.NDArray[np.bool_]

SIDES = ("long_entry", "long_exit", "short_entry", "short_exit")
NEVER = np.empty(0, np.int64)


@dataclass(frozen=True)
class Signals:
    """When to be in the market: bool arrays of the panel's shape, [T] or [T, K], true at the bar whose close says so.

    None is never. What is true at a bar acts at the symbol's next open (or at that close, by the fill rules). Where a symbol
    has no bar, nothing is said.
    """

    long_entry: Flags | None = None
    long_exit: Flags | None = None
    short_entry: Flags | None = None
    short_exit: Flags | None = None


@dataclass(frozen=True)
class Moments:
    """The same as lists: for each symbol of the panel the bars at which it is said, int64 and rising. None is never."""

    long_entry: Sequence[Integers] | None = None
    long_exit: Sequence[Integers] | None = None
    short_entry: Sequence[Integers] | None = None
    short_exit: Sequence[Integers] | None = None

    def between(self, start: int, stop: int) -> "Moments":
        """Those of the bars `[start, stop)`, counted from `start`."""
        return Moments(
            *[None if side is None else [_cut(bars, start, stop) for bars in side] for side in sides_of(self)]
        )


def sides_of(said: Signals | Moments) -> tuple[Any, Any, Any, Any]:
    """The four lists of signals in the order of their bits."""
    return said.long_entry, said.long_exit, said.short_entry, said.short_exit


def _cut(bars: Integers, start: int, stop: int) -> Integers:
    first, last = np.searchsorted(bars, (start, stop))
    cut: Integers = bars[first:last] - start
    return cut


@dataclass(frozen=True)
class Events:
    """What strategies say as the kernels read it: `rows` int32 [E, 3] (`layout.Run.events`).

    The events of row r and symbol k are `rows[first[r * K + k] : first[r * K + k + 1]]`.
    """

    rows: npt.NDArray[np.int32]
    first: Integers


class Measures:
    """The average true ranges and volatility shares that settings point to, each computed once for a panel."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._rows: dict[tuple[float, ...], int] = {}
        self._found: list[Integers] = []

    def range_row(self, bars: int) -> int:
        """The row of an average true range over so many bars."""
        return self._row((bars,))

    def share_row(self, sizing: VolatilityTarget, most_ppm: int) -> int:
        """The row of the shares of equity that keep to a volatility."""
        return self._row((sizing.bars, float(sizing.bars_per_year), float(sizing.annual_percent) / 100, most_ppm))

    def array(self) -> Integers:
        """All that was asked for, int64 [rows, K, T]."""
        return np.stack(self._found) if self._found else np.zeros((0, 0, 0), np.int64)

    def _row(self, key: tuple[float, ...]) -> int:
        if key not in self._rows:
            prices = self._panel.prices
            if len(key) == 1:
                columns = zip(prices[HIGH], prices[LOW], prices[CLOSE], strict=True)
                found = [average_ranges_nb(high, low, close, int(key[0])) for high, low, close in columns]
            else:
                bars, per_year, target, most = int(key[0]), key[1], key[2], int(key[3])
                found = [volatility_shares_nb(close, bars, per_year, target, most) for close in prices[CLOSE]]
            self._rows[key] = len(self._found)
            self._found.append(np.stack(found))
        return self._rows[key]


def events_of(
    panel: Panel, signals: Sequence[Signals | Moments], *, at_close: bool, delisted_after_bars: int
) -> Events:
    """The sparse lists of one or more sets of signals, each a row. Raises Invalid for arrays of another shape."""
    _, symbols, bars = panel.prices.shape
    is_dense, delay = panel.is_dense, 0 if at_close else 1
    parts: list[npt.NDArray[np.int32]] = []
    for each in signals:
        said = moments_of(each, bars, symbols) if isinstance(each, Signals) else each
        for symbol in range(symbols):
            rows = _said(said, symbol, delay)
            parts.append(rows if is_dense else _acting(panel, rows, symbol, at_close, delisted_after_bars))
    first = np.zeros(len(parts) + 1, np.int64)
    np.cumsum([len(part) for part in parts], out=first[1:])
    return Events(parts[0] if len(parts) == 1 else np.concatenate(parts), first)


def moments_of(signals: Signals, bars: int, symbols: int) -> Moments:
    """The bars at which signals are true; raises Invalid for arrays of another shape."""
    found: dict[str, list[Integers]] = {}
    for name, flags in zip(SIDES, sides_of(signals), strict=True):
        if flags is None:
            continue
        if flags.dtype != np.bool_ or flags.shape not in ((bars, symbols), (bars,) if symbols == 1 else ()):
            raise invalid_field(name, f"Must be a bool array of {bars} bars and {symbols} symbols.")
        found[name] = [np.flatnonzero(column) for column in flags.reshape(bars, symbols).T]
    return Moments(**found)


def settings_of(spec: Backtest, panel: Panel, measures: Measures) -> Integers:
    """The memory of a run with its settings, int64 [K, COLUMNS]. Raises Invalid for what does not fit an instrument."""
    settings = np.zeros((len(panel.symbols), layout.COLUMNS), np.int64)
    highest = panel.blocks[layout.HIGHEST].max(axis=1)
    for row, bars, high in zip(settings, panel.symbols, highest.tolist(), strict=True):
        _set_account(row, spec)
        _set_fills(row, spec)
        _set_size(row, spec, bars.instrument, measures)
        _set_instrument(row, bars, high)
        strategy, instrument = spec.strategy, bars.instrument
        columns = (layout.STOP_KIND, layout.TARGET_KIND, layout.TRAIL_KIND)
        distances = (strategy.stop, strategy.target, strategy.trailing)
        for kind, name, distance in zip(columns, ("stop", "target", "trailing"), distances, strict=True):
            row[kind : kind + 3] = _distance(f"strategy.{name}", distance, instrument, measures)
    return settings


def distance_values(field: str, distance: Distance | None, panel: Panel, measures: Measures) -> Integers:
    """Kind, value and row of a distance for each symbol, int64 [K, 3], as they stand in the settings."""
    rows = [_distance(field, distance, each.instrument, measures) for each in panel.symbols]
    return np.array(rows, np.int64)


def _said(said: Moments, symbol: int, delay: int) -> npt.NDArray[np.int32]:
    """What is said about one symbol, in order of time: the bar `delay` later, the bar, and the bits of all that is said."""
    lists = [NEVER if side is None else side[symbol] for side in sides_of(said)]
    rows = np.empty((sum(map(len, lists)), 3), np.int32)
    return rows[: merged_nb(lists[0], lists[1], lists[2], lists[3], delay, rows)]


@kernel
def merged_nb(one: Integers, two: Integers, three: Integers, four: Integers, delay: int, rows: layout.Rows) -> int:
    """Write four rising lists as one of rows, with a bit for each of them that has the bar; return how many rows."""
    a = b = c = d = found = 0
    while a < one.size or b < two.size or c < three.size or d < four.size:
        bar = layout.NO_LOW
        bar = min(bar, one[a]) if a < one.size else bar
        bar = min(bar, two[b]) if b < two.size else bar
        bar = min(bar, three[c]) if c < three.size else bar
        bar = min(bar, four[d]) if d < four.size else bar
        code = 0
        if a < one.size and one[a] == bar:
            a, code = a + 1, code | layout.LONG_ENTRY
        if b < two.size and two[b] == bar:
            b, code = b + 1, code | layout.LONG_EXIT
        if c < three.size and three[c] == bar:
            c, code = c + 1, code | layout.SHORT_ENTRY
        if d < four.size and four[d] == bar:
            d, code = d + 1, code | layout.SHORT_EXIT
        rows[found, 0], rows[found, 1], rows[found, 2] = bar + delay, bar, code
        found += 1
    return found


def _acting(
    panel: Panel, rows: npt.NDArray[np.int32], symbol: int, at_close: bool, delisted_after_bars: int
) -> npt.NDArray[np.int32]:
    """What is said about a symbol that has no bar at some times: at its own bars, acting at its next one; and its end."""
    bars = panel.prices.shape[2]
    there = np.flatnonzero(panel.prices[HIGH, symbol] > 0)
    rows = rows[panel.prices[HIGH, symbol, rows[:, 1]] > 0]
    following = np.append(there, bars)
    if not at_close:
        rows[:, 0] = following[np.searchsorted(there, rows[:, 1], side="right")]
    # A symbol is gone when its last bar lies so far back; should bars come again, it trades again.
    ends = following[:-1] + delisted_after_bars
    is_gone = ends < following[1:]
    gone = np.column_stack((ends[is_gone], there[is_gone], np.full(int(is_gone.sum()), layout.GONE))).astype(np.int32)
    both = np.concatenate((rows, gone))
    return both[np.argsort(both[:, 0], kind="stable")]


def _set_account(row: Integers, spec: Backtest) -> None:
    row[layout.STARTING_CASH] = cash_units_of(spec.starting_cash)
    row[layout.ALLOW_SHORT], row[layout.LEVERAGE] = spec.allow_short, spec.leverage
    row[layout.MAKER_PPM] = fee_ppm_of("fees.maker_bps", spec.fees.maker_bps)
    row[layout.TAKER_PPM] = fee_ppm_of("fees.taker_bps", spec.fees.taker_bps)
    row[layout.MAX_POSITIONS] = spec.limits.max_open_positions
    row[layout.MAX_SHARE_PPM] = share_limit_ppm(spec)
    row[layout.CLOSE_AT_END] = spec.close_at_end


def _set_fills(row: Integers, spec: Backtest) -> None:
    fills = spec.fills
    row[layout.FILL_AT_CLOSE] = fills.fill_at == "signal_close"
    row[layout.PATH] = PATHS[fills.path]
    row[layout.IS_THROUGH] = fills.limit_fill == "through"
    row[layout.SLIPPAGE_TICKS] = fills.slippage_ticks
    half = PPM // 2
    row[layout.SLIPPAGE_PPM] = ppm_of("fills.slippage_percent", fills.slippage_percent, least=0, most=half)
    impacts = {
        layout.SHARE_IMPACT_PPM: "volume_share_impact_percent",
        layout.ROOT_IMPACT_PPM: "root_impact_percent",
    }
    for column, name in impacts.items():
        row[column] = ppm_of(f"fills.{name}", getattr(fills, name), least=0, most=half)
    row[layout.CAP_PERCENT] = fills.volume_cap_percent
    asks = fills.volume_cap_percent or fills.volume_share_impact_percent or fills.root_impact_percent
    row[layout.ASKS_VOLUME] = bool(asks) or fills.spread == "bar" or fills.spread_ticks > 0
    row[layout.SPREAD_TICKS] = layout.BAR_SPREAD if fills.spread == "bar" else fills.spread_ticks


def _set_instrument(row: Integers, bars: Bars, highest_ticks: int) -> None:
    instrument = bars.instrument
    row[layout.UNIT_VALUE] = instrument.unit_value
    row[layout.LEAST_LOTS], row[layout.MOST_LOTS] = instrument.min_lots, instrument.max_lots
    row[layout.LEAST_NOTIONAL] = instrument.min_notional_units
    if highest_ticks * instrument.unit_value >= layout.MAX_NOTIONAL_UNITS // PPM:
        raise invalid_field("symbols", f"One lot of {bars.symbol} is worth more than a backtest can count with.")
    if row[layout.CAP_PERCENT] and not bars.volume_lots.any():
        raise invalid_field("fills.volume_cap_percent", f"The bars of {bars.symbol} have no volume to take a share of.")


def _set_size(row: Integers, spec: Backtest, instrument: Instrument, measures: Measures) -> None:
    sizing = spec.strategy.sizing
    most = spec.leverage * PPM
    if isinstance(sizing, FixedQuantity):
        lots = lots_of("strategy.sizing.quantity", sizing.quantity, instrument)
        row[layout.SIZE_KIND], row[layout.SIZE_VALUE] = layout.FIXED_LOTS, min(lots, layout.MAX_LOTS)
    elif isinstance(sizing, VolatilityTarget):
        row[layout.SIZE_KIND], row[layout.SIZE_ROW] = layout.SHARE_BY_BAR, measures.share_row(sizing, most)
    else:
        is_share = isinstance(sizing, EquityShare)
        row[layout.SIZE_KIND] = layout.EQUITY_SHARE if is_share else layout.RISK_SHARE
        row[layout.SIZE_VALUE] = ppm_of("strategy.sizing.percent", sizing.percent, least=1, most=most)


def _distance(
    field: str, distance: Distance | None, instrument: Instrument, measures: Measures
) -> tuple[int, int, int]:
    if distance is None:
        return layout.NO_DISTANCE, 0, 0
    if isinstance(distance, FixedDistance):
        return layout.TICKS, ticks_of(f"{field}.amount", distance.amount, instrument), 0
    if isinstance(distance, PercentDistance):
        ppm = ppm_of(f"{field}.percent", distance.percent, least=1, most=PPM - 1)
        return layout.SHARE_OF_PRICE, ppm, 0
    assert isinstance(distance, AtrDistance), "there are three kinds of distances"
    return layout.OF_ATR, int(distance.multiple * PPM), measures.range_row(distance.bars)
