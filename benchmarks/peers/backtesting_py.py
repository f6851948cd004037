"""backtesting.py (0.6): the cross of averages as its tutorial writes it, a Strategy whose `next` is called for every bar.

Its units are whole, and one unit is bought here, so that quantities are equal. Stop and target are set when the strategy
first sees the trade, after the close of its entry's bar: their prices are measured from the price of the entry.
"""

import warnings

import numpy as np
import pandas as pd
from backtesting import Backtest, Strategy

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

WARM_UP_BARS = 2_000


def average(values: np.ndarray, bars: int) -> pd.Series:
    """The simple moving average, as the tutorial computes it."""
    return pd.Series(values).rolling(bars).mean()


def is_cross(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether the first rose above the second at this bar. `backtesting.lib.crossover` misses a cross by way of equality."""
    return bool(one[-2] <= other[-2] and one[-1] > other[-1])


class Cross(Strategy):
    """Long while the fast average is above the slow one."""

    def init(self) -> None:
        """Declare the averages."""
        self.fast = self.I(average, self.data.Close, FAST_BARS)
        self.slow = self.I(average, self.data.Close, SLOW_BARS)

    def next(self) -> None:
        """Buy and sell at crosses."""
        if is_cross(self.fast, self.slow):
            self.buy(size=QUANTITY)
        elif is_cross(self.slow, self.fast):
            self.position.close()


class GuardedCross(Cross):
    """The same, with a stop and a target from the price of the entry."""

    def next(self) -> None:
        """Guard the new trade, then buy and sell at crosses."""
        for trade in self.trades:
            if trade.sl is None:
                trade.sl = trade.entry_price * (1 - STOP_SHARE)
                trade.tp = trade.entry_price * (1 + TARGET_SHARE)
        super().next()


def measure(*, path: str, result_path: str, has_stops: bool) -> dict[str, object]:
    """One backtest with all of its statistics; from bars in memory as pandas holds them."""
    frame = frame_of(read(path))
    strategy = GuardedCross if has_stops else Cross
    warnings.filterwarnings("ignore", message="Some trades remain open")

    def run(bars: int) -> pd.Series:
        return Backtest(frame.iloc[:bars], strategy, cash=STARTING_CASH, commission=FEE_SHARE).run()

    times_s, statistics = time_calls(lambda: run(len(frame)), warm_up=lambda: run(WARM_UP_BARS))
    trades_of(statistics).write(result_path)
    return {"times_s": times_s, "peak_mb": peak_mb()}


def frame_of(bars: Arrays) -> pd.DataFrame:
    """Bars in the form that it takes."""
    index = pd.DatetimeIndex(bars["time_ns"])
    return pd.DataFrame({name.title(): bars[name] for name in ("open", "high", "low", "close", "volume")}, index=index)


def trades_of(statistics: pd.Series) -> Trades:
    """Its closed trades, oldest first."""
    rows = statistics["_trades"].sort_values("EntryBar")
    return Trades(
        entry_bar=rows["EntryBar"].to_numpy(np.int64),
        exit_bar=rows["ExitBar"].to_numpy(np.int64),
        side=np.sign(rows["Size"].to_numpy()).astype(np.int64),
        entry_price=rows["EntryPrice"].to_numpy(np.float64),
        exit_price=rows["ExitPrice"].to_numpy(np.float64),
        final_equity=float(statistics["_equity_curve"]["Equity"].iloc[-1]),
    )
