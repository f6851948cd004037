"""What a backtest gives back: orders, round trips, equity, and how sure it is of the fills inside bars."""

from dataclasses import dataclass
from functools import cached_property

import msgspec
import numpy as np
import numpy.typing as npt

from analytics.backtests.engine import layout, marking
from analytics.backtests.engine.layout import Floats, Integers
from analytics.backtests.engine.reasons import REASON_NAMES, STATUS_NAMES
from analytics.backtests.engine.specs import Backtest, cash_units_of


@dataclass(frozen=True)
class Trades:
    """Round trips in the order in which they were closed, arrays of length n.

    `side` int8 is 1 for long and -1 for short. Money is in the quote asset, `profit` after fees; `mae` (at most 0) and `mfe`
    (at least 0) are the worst and the best that the position certainly stood at; `risk` is what the nearer stop would have
    lost, NaN without one. A position that was closed in parts is as many trades.
    """

    symbol: npt.NDArray[np.int64]
    side: npt.NDArray[np.int8]
    quantity: Floats
    entry_price: Floats
    exit_price: Floats
    entry_time_ns: Integers
    exit_time_ns: Integers
    fees: Floats
    profit: Floats
    mae: Floats
    mfe: Floats
    risk: Floats
    is_ambiguous: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.side)


class Order(msgspec.Struct, frozen=True):
    """One order as a person reads it. Quantities and prices in lots and ticks; `price_ticks` None: nothing filled.

    `time_ns` is the open of the bar it acted in, `signal_time_ns` that of the bar that asked for it. `step` counts the steps
    of the bar's path: 0 its open, then its extremes and its close.
    """

    symbol: str
    side: str
    time_ns: int
    signal_time_ns: int
    quantity_lots: int
    filled_lots: int
    price_ticks: int | None
    fee_units: int
    reason: str
    status: str
    step: int
    is_entry: bool
    is_maker: bool
    is_ambiguous: bool


class Bound(msgspec.Struct, frozen=True):
    """What the same orders would have come to had every bar taken one path."""

    path: str
    final_equity: float
    trades: int
    profit: float


class Position(msgspec.Struct, frozen=True):
    """What was still held at the end; `quantity_lots` is negative for a short one."""

    symbol: str
    quantity_lots: int
    mark_ticks: int


@dataclass(frozen=True)
class Result:
    """One backtest. `time_ns` and `equity` (float64, in the quote asset) are [T], after each close.

    `order_rows` are the columns of `layout`, one row an order; `orders()` reads them out. `bounds` are the pessimistic and
    the optimistic path, the same as the run itself where no bar is ambiguous. `exposure` is the share of bars with a
    position, `traded_value` the sum of all fills in the quote asset.
    """

    spec: Backtest
    content_hashes: tuple[str, ...]
    time_ns: Integers
    equity: Floats
    starting_equity: float
    trades: Trades
    order_rows: Integers
    positions: tuple[Position, ...]
    ambiguous_bars: int
    bounds: tuple[Bound, ...]
    exposure: float
    traded_value: float
    fees: float

    @cached_property
    def drawdown(self) -> Floats:
        """How far equity is below its highest so far, the start included: float64 [T], at most 0; NaN for a peak of 0."""
        peaks = np.maximum(np.maximum.accumulate(self.equity), self.starting_equity)
        with np.errstate(divide="ignore", invalid="ignore"):
            drawdown: Floats = np.where(peaks > 0, self.equity / peaks - 1.0, np.nan)
        return drawdown

    @cached_property
    def cash_units(self) -> Integers:
        """Cash after each close in the quote's smallest units, exact: int64 [T]."""
        cash = np.append(cash_units_of(self.spec.starting_cash), self.order_rows[:, layout.CASH_AFTER])
        last = np.searchsorted(self.order_rows[:, layout.BAR], np.arange(len(self.time_ns)), side="right")
        units: Integers = cash[last]
        return units

    @property
    def final_equity(self) -> float:
        """Equity after the last bar."""
        return float(self.equity[-1])

    def orders(self, start: int = 0, stop: int | None = None) -> list[Order]:
        """The orders of `[start, stop)` in the order in which they acted."""
        return [self._order(row) for row in self.order_rows[start:stop].tolist()]

    def refusals(self) -> dict[str, int]:
        """How many orders were refused, by why."""
        status = self.order_rows[:, layout.STATUS]
        codes, counts = np.unique(status[status >= 10], return_counts=True)
        return {STATUS_NAMES[code]: count for code, count in zip(codes.tolist(), counts.tolist(), strict=True)}

    def _order(self, row: list[int]) -> Order:
        filled = row[layout.FILLED_LOTS]
        return Order(
            symbol=self.spec.symbols[row[layout.SYMBOL]],
            side="buy" if row[layout.SIDE] > 0 else "sell",
            time_ns=int(self.time_ns[row[layout.BAR]]),
            signal_time_ns=int(self.time_ns[row[layout.SOURCE]]),
            quantity_lots=row[layout.ORDERED_LOTS],
            filled_lots=filled,
            price_ticks=row[layout.PRICE] if filled else None,
            fee_units=row[layout.FEE],
            reason=REASON_NAMES[row[layout.REASON]],
            status=STATUS_NAMES[row[layout.STATUS]],
            step=row[layout.STEP],
            is_entry=bool(row[layout.IS_ENTRY]),
            is_maker=bool(row[layout.IS_MAKER]),
            is_ambiguous=bool(row[layout.IS_AMBIGUOUS]),
        )


def trades_from(rows: Integers, time_ns: Integers, tick_sizes: Floats, lot_sizes: Floats) -> Trades:
    """Round trips from the rows that `marking.trades_nb` wrote; sizes by symbol, [K]."""
    numbers = np.empty((8, len(rows)))
    times = np.empty((2, len(rows)), np.int64)
    marking.trade_columns_nb(rows, time_ns, tick_sizes, lot_sizes, numbers, times)
    quantity, entry_price, exit_price, fees, profit, mae, mfe, risk = numbers
    return Trades(
        symbol=rows[:, marking.TRADE_SYMBOL].copy(),
        side=rows[:, marking.TRADE_SIDE].astype(np.int8),
        quantity=quantity,
        entry_price=entry_price,
        exit_price=exit_price,
        entry_time_ns=times[0],
        exit_time_ns=times[1],
        fees=fees,
        profit=profit,
        mae=mae,
        mfe=mfe,
        risk=risk,
        is_ambiguous=rows[:, marking.TRADE_AMBIGUOUS] != 0,
    )
