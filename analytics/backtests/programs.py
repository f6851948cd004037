"""Backtests of programs: what the exchange did with a program's orders, as the result that any backtest has.

Programs deal by orders that rest and fill in parts, which the kernels do not know; so the exchange's own matching fills them
over the same bars (`trading/strategies/played`), and this reads equity, round trips and figures off the fills. Django-free.
"""

from collections import deque
from typing import Any, Final, NamedTuple

import numpy as np

from analytics.backtests.engine import layout, reasons
from analytics.backtests.engine.bars import Bars, Panel
from analytics.backtests.engine.layout import Floats, Integers
from analytics.backtests.engine.results import Position, Result, Trades
from analytics.backtests.engine.specs import Backtest, cash_units_of, fee_ppm_of
from jobs.progress import Progress
from kit.units import MONEY_DECIMALS
from markets.updates import Candle
from trading.strategies.played import services as played

UNITS: Final = 10.0**MONEY_DECIMALS
FUNDS: Final = "INSUFFICIENT"
"""How the exchange's codes begin that say that money does not cover an order."""


def run_program(spec: Backtest, panel: Panel, progress: Progress) -> Result:
    """Carry out a backtest of a program over the bars of a panel whose symbols are those of the spec, in its order.

    Deterministic, and blind to what comes. Raises Invalid for a program that does not fit its instruments.
    """
    acted = played.play(
        play_of(spec),
        {each.symbol: each.instrument for each in panel.symbols},
        {each.symbol: _candles(each) for each in panel.symbols},
        lambda share: progress.update(0.2 + 0.65 * share, "Trading"),
    )
    rows = _order_rows(acted, panel, cash_units_of(spec.starting_cash))
    lots = _lots_by_bar(rows, panel)
    equity = _equity(rows, lots, panel, cash_units_of(spec.starting_cash))
    values = rows[:, layout.PRICE] * rows[:, layout.FILLED_LOTS] * _unit_values(panel)[rows[:, layout.SYMBOL]]
    return Result(
        spec=spec,
        content_hashes=tuple(each.content_hash for each in panel.symbols),
        time_ns=panel.time_ns,
        equity=equity,
        starting_equity=cash_units_of(spec.starting_cash) / UNITS,
        trades=_trades(rows, panel),
        order_rows=rows,
        positions=_positions(lots, panel),
        ambiguous_bars=0,
        bounds=(),
        exposure=float((lots != 0).any(axis=0).mean()),
        traded_value=float(values.sum() / UNITS),
        fees=float(rows[:, layout.FEE].sum() / UNITS),
    )


def play_of(spec: Backtest) -> played.Play:
    """What a backtest of a program asks to be played."""
    fills = spec.fills
    return played.Play(
        spec={
            "symbols": list(spec.symbols),
            "interval": spec.interval,
            "program": spec.program,
            "allow_short": spec.allow_short,
            "leverage": spec.leverage,
        },
        cash_units=cash_units_of(spec.starting_cash),
        maker_ppm=fee_ppm_of("fees.maker_bps", spec.fees.maker_bps),
        taker_ppm=fee_ppm_of("fees.taker_bps", spec.fees.taker_bps),
        slippage_ticks=fills.slippage_ticks,
        slippage_percent=fills.slippage_percent,
        volume_share_impact_percent=fills.volume_share_impact_percent,
        root_impact_percent=fills.root_impact_percent,
        volume_cap_percent=fills.volume_cap_percent,
        is_through=fills.limit_fill == "through",
    )


def _candles(bars: Bars) -> list[Candle]:
    columns = (bars.time_ns, bars.open_ticks, bars.high_ticks, bars.low_ticks, bars.close_ticks, bars.volume_lots)
    return list(map(Candle, *(column.tolist() for column in columns)))


def _unit_values(panel: Panel) -> Integers:
    return np.array([each.instrument.unit_value for each in panel.symbols], np.int64)


# Orders --------------------------------------------------------------------------------------------------------------


def _order_rows(acted: list[played.Acted], panel: Panel, cash_units: int) -> Integers:
    """A row of `layout` for each fill and each refusal; several fills of one order are as many rows."""
    places = {each.symbol: place for place, each in enumerate(panel.symbols)}
    rows = np.zeros((len(acted), layout.ORDER_COLUMNS), np.int64)
    lots = [0] * len(places)
    for row, each in zip(rows, acted, strict=True):
        place, side = places[each.symbol], 1 if each.is_buy else -1
        cash_units -= side * each.price_ticks * each.lots * panel.symbols[place].instrument.unit_value + each.fee_units
        row[layout.BAR] = _bar_at(panel, each.time_ns)
        row[layout.SOURCE] = max(_bar_at(panel, each.created_ns) - 1, 0)
        row[layout.SYMBOL], row[layout.SIDE] = place, side
        row[layout.ORDERED_LOTS], row[layout.FILLED_LOTS] = each.ordered_lots, each.lots
        row[layout.PRICE], row[layout.FEE], row[layout.CASH_AFTER] = each.price_ticks, each.fee_units, cash_units
        row[layout.REASON] = reasons.LIQUIDATION if each.purpose == "liquidation" else reasons.PROGRAM
        row[layout.STATUS] = _status(each)
        row[layout.IS_ENTRY] = lots[place] * side >= 0
        row[layout.IS_MAKER], row[layout.RISK] = each.is_maker, -1
        lots[place] += side * each.lots
    return rows


def _bar_at(panel: Panel, time_ns: int) -> int:
    return int(np.searchsorted(panel.time_ns, time_ns, side="right")) - 1


def _status(acted: played.Acted) -> int:
    if acted.refused is not None:
        return reasons.NO_CASH if acted.refused.startswith(FUNDS) else reasons.REFUSED
    return reasons.FILLED if acted.lots == acted.ordered_lots else reasons.PARTLY_FILLED


# Money ---------------------------------------------------------------------------------------------------------------


def _lots_by_bar(rows: Integers, panel: Panel) -> Integers:
    """What is held of each symbol after each close: int64 [K, T]."""
    changes = np.zeros((len(panel.symbols), len(panel.time_ns)), np.int64)
    signed = rows[:, layout.SIDE] * rows[:, layout.FILLED_LOTS]
    np.add.at(changes, (rows[:, layout.SYMBOL], rows[:, layout.BAR]), signed)
    held: Integers = np.cumsum(changes, axis=1)
    return held


def _equity(rows: Integers, lots: Integers, panel: Panel, cash_units: int) -> Floats:
    """Equity after each close in the quote asset: float64 [T]."""
    cash = np.append(cash_units, rows[:, layout.CASH_AFTER])
    last = np.searchsorted(rows[:, layout.BAR], np.arange(len(panel.time_ns)), side="right")
    worth = (lots * panel.prices[layout.MARK] * _unit_values(panel)[:, np.newaxis]).sum(axis=0)
    equity: Floats = (cash[last] + worth) / UNITS
    return equity


def _positions(lots: Integers, panel: Panel) -> tuple[Position, ...]:
    held, marks = lots[:, -1].tolist(), panel.prices[layout.MARK, :, -1].tolist()
    return tuple(
        Position(each.symbol, count, mark)
        for each, count, mark in zip(panel.symbols, held, marks, strict=True)
        if count
    )


# Round trips ---------------------------------------------------------------------------------------------------------


class _Lot(NamedTuple):
    """A part of a position that is still held, signed, with its fee in smallest units."""

    lots: int
    price_ticks: int
    fee_units: float
    bar: int


class _Trade(NamedTuple):
    """A part of a position that was closed."""

    symbol: int
    side: int
    lots: int
    entry: _Lot
    price_ticks: int
    bar: int
    fee_units: float


def _trades(rows: Integers, panel: Panel) -> Trades:
    """Round trips, first in, first out: what is sold closes what was bought first."""
    held: list[deque[_Lot]] = [deque() for _ in panel.symbols]
    found: list[_Trade] = []
    for row in rows.tolist():
        if row[layout.FILLED_LOTS]:
            found += _closed_by(row, held[row[layout.SYMBOL]])
    return _as_arrays(found, panel)


def _closed_by(row: list[int], held: deque[_Lot]) -> list[_Trade]:
    """What a fill closes; what it has beyond that is held from then on."""
    side, left = row[layout.SIDE], row[layout.FILLED_LOTS]
    fee_a_lot = row[layout.FEE] / left
    found = []
    while left and held and held[0].lots * side < 0:
        entry = held.popleft()
        closed = min(left, abs(entry.lots))
        share = entry.fee_units * closed / abs(entry.lots)
        rest = abs(entry.lots) - closed
        if rest:
            held.appendleft(entry._replace(lots=-side * rest, fee_units=entry.fee_units - share))
        fees = share + fee_a_lot * closed
        found.append(_Trade(row[layout.SYMBOL], -side, closed, entry, row[layout.PRICE], row[layout.BAR], fees))
        left -= closed
    if left:
        held.append(_Lot(side * left, row[layout.PRICE], fee_a_lot * left, row[layout.BAR]))
    return found


def _as_arrays(found: list[_Trade], panel: Panel) -> Trades:
    symbols = panel.symbols
    values = [each.lots * symbols[each.symbol].instrument.unit_value / UNITS for each in found]
    fees = np.array([each.fee_units / UNITS for each in found], np.float64)
    moved = np.array([each.side * (each.price_ticks - each.entry.price_ticks) for each in found], np.float64)
    reach = [_reach(each, panel) for each in found]
    times = panel.time_ns

    def floats(numbers: Any) -> Floats:
        return np.array(list(numbers), np.float64)

    return Trades(
        symbol=np.array([each.symbol for each in found], np.int64),
        side=np.array([each.side for each in found], np.int8),
        quantity=floats(each.lots * symbols[each.symbol].lot_size for each in found),
        entry_price=floats(each.entry.price_ticks * symbols[each.symbol].tick_size for each in found),
        exit_price=floats(each.price_ticks * symbols[each.symbol].tick_size for each in found),
        entry_time_ns=times[np.array([each.entry.bar for each in found], np.int64)],
        exit_time_ns=times[np.array([each.bar for each in found], np.int64)],
        fees=fees,
        profit=moved * floats(values) - fees,
        mae=floats(worst * value for (worst, _), value in zip(reach, values, strict=True)),
        mfe=floats(best * value for (_, best), value in zip(reach, values, strict=True)),
        risk=np.full(len(found), np.nan),
        is_ambiguous=np.zeros(len(found), np.bool_),
    )


def _reach(trade: _Trade, panel: Panel) -> tuple[int, int]:
    """The worst and the best in ticks that it certainly stood at: the whole bars between, and its own exit."""
    between = slice(trade.entry.bar + 1, trade.bar)
    low = panel.prices[layout.LOW, trade.symbol, between].min(initial=trade.price_ticks)
    high = panel.prices[layout.HIGH, trade.symbol, between].max(initial=trade.price_ticks)
    entry = trade.entry.price_ticks
    ends = (trade.side * (int(low) - entry), trade.side * (int(high) - entry))
    return min(*ends, 0), max(*ends, 0)
