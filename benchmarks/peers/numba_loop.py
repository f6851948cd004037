"""The bare limit of a backtest: one hand-written numba loop that knows this one rule and nothing else.

Running sums for the averages, fills at the next open, trades and equity into arrays; float64 throughout.
"""

import numba
import numpy as np

from benchmarks.tools.bars import read
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


@numba.njit(cache=True)
def run_nb(
    open_: np.ndarray,
    high: np.ndarray,
    low: np.ndarray,
    close: np.ndarray,
    equity: np.ndarray,
    stop: float,
    target: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Bars (entry, exit) and prices (entry, exit) of the closed trades; fills `equity`. A stop of 0: no stop, no target."""
    bars = np.empty((close.shape[0] // 2 + 1, 2), np.int64)
    prices = np.empty((close.shape[0] // 2 + 1, 2))
    cash, held, count = STARTING_CASH, 0.0, 0
    fast_sum, slow_sum, side_before, order = 0.0, 0.0, 0, 0
    for bar in range(close.shape[0]):
        if order == 1 and held == 0.0:
            bars[count, 0], prices[count, 0] = bar, open_[bar]
            held = float(QUANTITY)
            cash -= held * open_[bar] * (1.0 + FEE_SHARE)
        elif held > 0.0:
            price = 0.0
            if order == -1:
                price = open_[bar]
            elif stop > 0.0 and bar > bars[count, 0]:
                stop_price, target_price = prices[count, 0] * (1.0 - stop), prices[count, 0] * (1.0 + target)
                if low[bar] <= stop_price:
                    price = min(open_[bar], stop_price)
                elif high[bar] >= target_price:
                    price = max(open_[bar], target_price)
            if price > 0.0:
                bars[count, 1], prices[count, 1] = bar, price
                cash += held * price * (1.0 - FEE_SHARE)
                held = 0.0
                count += 1
        equity[bar] = cash + held * close[bar]
        order = 0
        fast_sum += close[bar]
        slow_sum += close[bar]
        if bar >= FAST_BARS:
            fast_sum -= close[bar - FAST_BARS]
        if bar >= SLOW_BARS:
            slow_sum -= close[bar - SLOW_BARS]
        if bar >= SLOW_BARS - 1:
            apart = fast_sum / FAST_BARS - slow_sum / SLOW_BARS
            side = 1 if apart > 0.0 else (-1 if apart < 0.0 else 0)
            if side * side_before < 0:
                order = side
            if side != 0:
                side_before = side
    return bars[:count], prices[:count]


def measure(*, path: str, result_path: str, has_stops: bool) -> dict[str, object]:
    """One backtest, from arrays in memory to trades and equity; no figures are computed."""
    bars = read(path)
    stop, target = (STOP_SHARE, TARGET_SHARE) if has_stops else (0.0, 0.0)
    arrays = [bars[name] for name in ("open", "high", "low", "close")]

    def once() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        equity = np.empty(len(arrays[0]))
        return *run_nb(*arrays, equity, stop, target), equity

    times_s, (places, prices, equity) = time_calls(once)
    Trades(
        entry_bar=places[:, 0],
        exit_bar=places[:, 1],
        side=np.ones(len(places), np.int64),
        entry_price=prices[:, 0],
        exit_price=prices[:, 1],
        final_equity=float(equity[-1]),
    ).write(result_path)
    return {"times_s": times_s, "peak_mb": peak_mb()}
