"""From a spec, bars and signals to the arrays that the kernels walk."""

from collections.abc import Sequence
from dataclasses import dataclass

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
from quant.fills import PPM

Flags = npt.NDArray[np.bool_]


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


def events_of(panel: Panel, signals: Sequence[Signals], *, at_close: bool, delisted_after_bars: int) -> Events:
    """The sparse lists of one or more sets of signals, each a row. Raises Invalid for arrays of another shape."""
    _, symbols, bars = panel.prices.shape
    parts: list[tuple[Integers, Integers, npt.NDArray[np.uint8]]] = []
    for each in signals:
        codes = _codes(each, bars, symbols)
        parts += [_acting(panel, codes, symbol, at_close, delisted_after_bars) for symbol in range(symbols)]
    first = np.zeros(len(parts) + 1, np.int64)
    np.cumsum([len(part[0]) for part in parts], out=first[1:])
    rows = np.empty((int(first[-1]), 3), np.int32)
    for part, start, end in zip(parts, first[:-1], first[1:], strict=True):
        for column in range(3):
            rows[start:end, column] = part[column]
    return Events(rows, first)


def settings_of(spec: Backtest, panel: Panel, measures: Measures) -> Integers:
    """The memory of a run with its settings, int64 [K, COLUMNS]. Raises Invalid for what does not fit an instrument."""
    settings = np.zeros((len(panel.symbols), layout.COLUMNS), np.int64)
    for row, bars in zip(settings, panel.symbols, strict=True):
        _set_account(row, spec)
        _set_fills(row, spec)
        _set_size(row, spec, bars.instrument, measures)
        _set_instrument(row, bars)
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


def _codes(signals: Signals, bars: int, symbols: int) -> npt.NDArray[np.uint8]:
    """The bits of all four signals, uint8 [T, K]."""
    codes = np.zeros((bars, symbols), np.uint8)
    bits = {
        "long_entry": layout.LONG_ENTRY,
        "long_exit": layout.LONG_EXIT,
        "short_entry": layout.SHORT_ENTRY,
        "short_exit": layout.SHORT_EXIT,
    }
    for name, bit in bits.items():
        flags = getattr(signals, name)
        if flags is None:
            continue
        if flags.dtype != np.bool_ or flags.shape not in ((bars, symbols), (bars,) if symbols == 1 else ()):
            raise invalid_field(name, f"Must be a bool array of {bars} bars and {symbols} symbols.")
        codes |= flags.reshape(bars, symbols).view(np.uint8) * np.uint8(bit)
    return codes


def _acting(
    panel: Panel, codes: npt.NDArray[np.uint8], symbol: int, at_close: bool, delisted_after_bars: int
) -> tuple[Integers, Integers, npt.NDArray[np.uint8]]:
    """The events of one symbol: the bars they act at, the bars they were said at, and their codes."""
    bars = codes.shape[0]
    column = np.ascontiguousarray(codes[:, symbol])
    if panel.is_dense:
        source = np.flatnonzero(column != 0)  # many times faster on bools
        return (source if at_close else source + 1), source, column[source]
    there = np.flatnonzero(panel.prices[HIGH, symbol] > 0)
    source = there[column[there] != 0]
    following = np.append(there, bars)
    acting = source if at_close else following[np.searchsorted(there, source, side="right")]
    # A symbol is gone when its last bar lies so far back; should bars come again, it trades again.
    ends = following[:-1] + delisted_after_bars
    is_gone = ends < following[1:]
    gone = np.full(int(is_gone.sum()), layout.GONE, np.uint8)
    acts = np.concatenate([acting, ends[is_gone]])
    order = np.argsort(acts, kind="stable")
    return acts[order], np.concatenate([source, there[is_gone]])[order], np.concatenate([column[source], gone])[order]


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


def _set_instrument(row: Integers, bars: Bars) -> None:
    instrument = bars.instrument
    row[layout.UNIT_VALUE] = instrument.unit_value
    row[layout.LEAST_LOTS], row[layout.MOST_LOTS] = instrument.min_lots, instrument.max_lots
    row[layout.LEAST_NOTIONAL] = instrument.min_notional_units
    if int(bars.high_ticks.max()) * instrument.unit_value >= layout.MAX_NOTIONAL_UNITS // PPM:
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
