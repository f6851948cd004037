"""backtesting.py (0.6): the strategy of its documentation, a cross of 10 and 20 bars, long and short, by its own helpers."""

import warnings

import numpy as np
import pandas as pd
from backtesting import Backtest, Strategy
from backtesting.lib import crossover
from backtesting.test import SMA

from benchmarks.peers.backtesting_py import frame_of, trades_of
from benchmarks.tools.bars import read
from benchmarks.tools.sma_cross import DOCUMENTED_FAST, DOCUMENTED_FEE, DOCUMENTED_SLOW, QUANTITY, STARTING_CASH


class SmaCross(Strategy):
    """Always in the market, on the side of the faster average; the sizes are fixed, as money rounds differently."""

    def init(self) -> None:
        """Declare the averages."""
        price = self.data.Close
        self.fast = self.I(SMA, price, DOCUMENTED_FAST)
        self.slow = self.I(SMA, price, DOCUMENTED_SLOW)

    def next(self) -> None:
        """Change sides at a cross."""
        if crossover(self.fast, self.slow):
            self.position.close()
            self.buy(size=QUANTITY)
        elif crossover(self.slow, self.fast):
            self.position.close()
            self.sell(size=QUANTITY)


def trade(*, path: str, result_path: str) -> dict[str, int]:
    """Run it once over a file's bars and write its trades."""
    frame = frame_of(read(path))
    warnings.filterwarnings("ignore", message="Some trades remain open")
    statistics: pd.Series = Backtest(
        frame, SmaCross, cash=STARTING_CASH, commission=DOCUMENTED_FEE, exclusive_orders=True
    ).run()
    trades = trades_of(statistics)
    trades.write(result_path)
    return {"trades": len(trades), "bars": len(frame), "long": int(np.sum(trades.side > 0))}
