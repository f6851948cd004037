"""What distances and sizes are measured with: the average true range and the volatility of closes, as kernels."""

import math

import numpy as np

from analytics.backtests.engine.layout import Integers
from quant.compiled import kernel


@kernel
def average_ranges_nb(high: Integers, low: Integers, close: Integers, bars: int) -> Integers:
    """The average true range after each bar, in millionths of a tick, int64 [T]; -1 before `bars` of them and without a bar.

    Wilder's (New Concepts in Technical Trading Systems, 1978): the first is the mean of `bars` true ranges, each further
    one moves a `bars`-th towards the newest. The true range of the first bar is its range. Bars that are not there (high 0)
    are passed over: the next true range reaches back to the last close there was.
    """
    average = np.full(high.shape[0], -1, np.int64)
    value, seen, before = 0.0, 0, 0
    for bar in range(high.shape[0]):
        if high[bar] == 0:
            continue
        true_range = float(high[bar] - low[bar])
        if seen > 0:
            true_range = float(max(high[bar], before) - min(low[bar], before))
        before, seen = close[bar], seen + 1
        if seen <= bars:
            value += true_range / bars
        else:
            value += (true_range - value) / bars
        if seen >= bars:
            average[bar] = int(value * 1e6)
    return average


@kernel
def volatility_shares_nb(close: Integers, bars: int, bars_per_year: float, target: float, most_ppm: int) -> Integers:
    """The share of equity, in millionths, at which a position's volatility is `target` a year, int64 [T]; -1: unknown.

    The target over the sample deviation (ddof 1) of the last `bars` changes of the logarithm of the close, by the year: its
    root of time. At most `most_ppm`, also where prices stood still. Bars that are not there (close 0) are passed over.
    """
    shares = np.full(close.shape[0], -1, np.int64)
    changes = np.zeros(bars)
    seen, before = 0, 0
    for bar in range(close.shape[0]):
        if close[bar] == 0:
            continue
        if before > 0:
            changes[seen % bars] = math.log(close[bar] / before)
            seen += 1
        before = close[bar]
        if seen >= bars:
            deviation = math.sqrt(np.sum((changes - np.mean(changes)) ** 2) / (bars - 1))
            yearly = deviation * math.sqrt(bars_per_year)
            share = target / yearly * 1e6 if yearly > 0.0 else float(most_ppm)
            shares[bar] = int(min(share, float(most_ppm)))
    return shares
