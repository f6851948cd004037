"""vectorbt (1.2): the cross of averages through `MA` and `Portfolio.from_signals`, by its own documentation.

It fills at the close of the signal unless told otherwise: signals are moved by one bar and the price is the open. Its stops
look at bars after the entry's, as wanted here. Where a stop is touched in a bar at whose open an exit signal fills, the stop
would win, though the position was gone by then (3 of 498 trades on the real month): its hooks for stops silence them there.
"""

import gc

import numpy as np
import pandas as pd
import vectorbt as vbt
from numba import njit
from vectorbt.portfolio.enums import StopEntryPrice

from benchmarks.tools.bars import Arrays, read
from benchmarks.tools.sma_cross import (
    FAST_BARS,
    FEE_SHARE,
    QUANTITY,
    SLOW_BARS,
    STARTING_CASH,
    STOP_SHARE,
    TARGET_SHARE,
    Trades,
)
from benchmarks.tools.timing import peak_mb, time_calls

COLUMNS_A_TURN = 50
"""Combinations at a time in a sweep: it keeps several tables of bars times combinations."""

RULES = {
    "size": QUANTITY,
    "fees": FEE_SHARE,
    "init_cash": STARTING_CASH,
    "freq": "1min",
    "direction": "longonly",
}


@njit(cache=True)
def stop_unless_sold_nb(context: tuple, exits: np.ndarray) -> tuple[float, bool]:
    """The stop as it is, or none in a bar at whose open the position is sold."""
    return (np.nan if exits[context.i, 0] else context.curr_stop), context.curr_trail


@njit(cache=True)
def target_unless_sold_nb(context: tuple, exits: np.ndarray) -> float:
    """The target as it is, or none in a bar at whose open the position is sold."""
    return np.nan if exits[context.i, 0] else context.curr_stop


def measure(*, path: str, result_path: str, has_stops: bool) -> dict[str, object]:
    """One backtest: averages, crosses, portfolio and the whole of `stats()`; from bars in memory as pandas holds them."""
    frame = _frame(read(path))

    def once() -> vbt.Portfolio:
        portfolio = _run(frame, has_stops=has_stops)
        portfolio.stats()
        return portfolio

    times_s, portfolio = time_calls(once)
    _trades(portfolio).write(result_path)
    return {"times_s": times_s, "peak_mb": peak_mb()}


def sweep(*, path: str, result_path: str, fast: list[int], slow: list[int]) -> dict[str, object]:
    """Every fast with every slow average: total return, deepest fall, Sharpe ratio and number of trades of each."""
    gc.freeze()  # what the libraries made at their import need not be looked through after every turn
    frame = _frame(read(path))
    fast_bars, slow_bars = (table.ravel() for table in np.meshgrid(fast, slow, indexing="ij"))

    def once() -> np.ndarray:
        parts = [
            _sweep_some(frame, fast_bars[first : first + COLUMNS_A_TURN], slow_bars[first : first + COLUMNS_A_TURN])
            for first in range(0, len(fast_bars), COLUMNS_A_TURN)
        ]
        return np.concatenate(parts)

    def warm_up() -> None:
        _sweep_some(frame, fast_bars[:COLUMNS_A_TURN], slow_bars[:COLUMNS_A_TURN])

    times_s, figures = time_calls(once, warm_up=warm_up)
    np.savez(result_path, fast=fast_bars, slow=slow_bars, figures=figures)
    return {"times_s": times_s, "peak_mb": peak_mb()}


def _frame(bars: Arrays) -> pd.DataFrame:
    index = pd.DatetimeIndex(bars["time_ns"])
    return pd.DataFrame({name: bars[name] for name in ("open", "high", "low", "close")}, index=index)


def _run(frame: pd.DataFrame, *, has_stops: bool) -> vbt.Portfolio:
    fast = vbt.MA.run(frame["close"], FAST_BARS)
    slow = vbt.MA.run(frame["close"], SLOW_BARS)
    entries = fast.ma_crossed_above(slow).vbt.signals.fshift(1)
    exits = fast.ma_crossed_below(slow).vbt.signals.fshift(1)
    stops = {}
    if has_stops:
        sold = (exits.to_numpy()[:, None],)
        stops = {
            "adjust_sl_func_nb": stop_unless_sold_nb,
            "adjust_sl_args": sold,
            "adjust_tp_func_nb": target_unless_sold_nb,
            "adjust_tp_args": sold,
            "sl_stop": STOP_SHARE,
            "tp_stop": TARGET_SHARE,
            "stop_entry_price": StopEntryPrice.FillPrice,
            "open": frame["open"],
            "high": frame["high"],
            "low": frame["low"],
        }
    return vbt.Portfolio.from_signals(frame["close"], entries, exits, price=frame["open"], **RULES, **stops)


def _sweep_some(frame: pd.DataFrame, fast_bars: np.ndarray, slow_bars: np.ndarray) -> np.ndarray:
    """The four figures of each of some combinations, [n, 4]."""
    fast = vbt.MA.run(frame["close"], fast_bars.tolist(), short_name="fast", run_unique=True)
    slow = vbt.MA.run(frame["close"], slow_bars.tolist(), short_name="slow", run_unique=True)
    entries = fast.ma_crossed_above(slow).vbt.signals.fshift(1)
    exits = fast.ma_crossed_below(slow).vbt.signals.fshift(1)
    portfolio = vbt.Portfolio.from_signals(frame["close"], entries, exits, price=frame["open"], **RULES)
    returns = (
        portfolio.returns_acc
    )  # the portfolio's own max_drawdown() makes a record of every fall, and takes 50 times as long
    figures = (
        portfolio.total_return(),
        returns.max_drawdown(),
        returns.sharpe_ratio(),
        portfolio.trades.closed.count(),
    )
    gc.collect()  # portfolios stand in circles with their caches, and the next ones need the memory
    return np.column_stack([np.asarray(figure, np.float64) for figure in figures])


def _trades(portfolio: vbt.Portfolio) -> Trades:
    closed = portfolio.trades.closed.values
    return Trades(
        entry_bar=closed["entry_idx"],
        exit_bar=closed["exit_idx"],
        side=1 - 2 * closed["direction"].astype(np.int64),
        entry_price=closed["entry_price"],
        exit_price=closed["exit_price"],
        final_equity=float(portfolio.final_value()),
    )
