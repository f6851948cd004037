"""Figures as kernels: one pass, nothing allocated. A sweep takes them for every combination, `measure` for one."""

import math

import numpy as np

from quant.compiled import float_kernel

ROUNDING = 1e-13
"""A deviation of returns below this is one of roundings: equity that never moves, or grows by the same share every day."""


@float_kernel
def depth_nb(equity: np.ndarray, start: float) -> float:
    """The deepest fall below the highest equity so far, `start` included, as a share of it: at most 0."""
    peak, lowest, deepest = start, start, 0.0
    for value in equity:
        if value > peak:
            deepest = max(deepest, (peak - lowest) / peak) if lowest < peak else deepest
            peak = lowest = value
        elif value < lowest:
            lowest = value
    return -max(deepest, (peak - lowest) / peak) if lowest < peak else -deepest


@float_kernel
def ratios_nb(daily: np.ndarray, days_per_year: float) -> tuple[float, float, float]:
    """Volatility, Sharpe and Sortino (annual, without a riskless rate) of daily equity, the start first; NaN: undefined."""
    days = daily.size - 1
    if days < 2:
        return np.nan, np.nan, np.nan
    total = 0.0
    for day in range(days):
        if not daily[day] > 0.0:
            return np.nan, np.nan, np.nan
        total += daily[day + 1] / daily[day] - 1.0
    mean = total / days
    squares, downs = 0.0, 0.0
    for day in range(days):
        value = daily[day + 1] / daily[day] - 1.0
        squares += (value - mean) * (value - mean)
        if value < 0.0:
            downs += value * value
    year = math.sqrt(days_per_year)
    deviation = math.sqrt(squares / (days - 1))
    down = math.sqrt(downs / days)
    sharpe = mean / deviation * year if deviation > ROUNDING else np.nan
    sortino = mean / down * year if down > ROUNDING else np.nan
    return deviation * year, sharpe, sortino


@float_kernel
def drawdowns_nb(equity: np.ndarray, time_ns: np.ndarray, start: float) -> tuple[float, float, int, int, float]:
    """Falls below the highest equity so far, `start` included.

    The deepest (at most 0), the mean of the deepest points of all falls, how many there were, the longest in nanoseconds
    (from its highest to the recovery, or to the end), and how deep the last bar is.
    """
    peak, lowest, peak_ns = start, start, time_ns[0]
    deepest, total = 0.0, 0.0
    count, longest_ns = 0, 0
    for bar in range(equity.size):
        value = equity[bar]
        if value >= peak:
            if lowest < peak:
                depth = (peak - lowest) / peak
                longest_ns = max(longest_ns, time_ns[bar] - peak_ns)
                deepest, total, count = max(deepest, depth), total + depth, count + 1
            peak, lowest, peak_ns = value, value, time_ns[bar]
        elif value < lowest:
            lowest = value
    if lowest < peak:
        depth = (peak - lowest) / peak
        longest_ns = max(longest_ns, time_ns[equity.size - 1] - peak_ns)
        deepest, total, count = max(deepest, depth), total + depth, count + 1
    current = -(peak - equity[equity.size - 1]) / peak if peak > 0.0 else 0.0
    return -deepest, -total / max(count, 1), count, longest_ns, current


@float_kernel
def sample_nb(values: np.ndarray, base: float) -> tuple[float, float, float, float, float, float, float]:
    """What a sample of returns sums up to: its mean and sample deviation (ddof 1; 0 for one value or one of roundings).

    Then the third and fourth powers of the distances from the mean in deviations; what is above `base`, what is below it,
    and the squares of that: distances from `base`, none of them negative.
    """
    total = squares = cubes = fourths = gains = losses = downs = 0.0
    for value in values:
        total += value
    mean = total / values.size if values.size else np.nan
    for value in values:
        squares += (value - mean) * (value - mean)
    deviation = math.sqrt(squares / (values.size - 1)) if values.size > 1 else 0.0
    deviation = deviation if deviation > ROUNDING else 0.0
    for value in values:
        excess = value - base
        if deviation > 0.0:
            z = (value - mean) / deviation
            cubes += z * z * z
            fourths += z * z * z * z
        if excess > 0.0:
            gains += excess
        else:
            losses -= excess
            downs += excess * excess
    return mean, deviation, cubes, fourths, gains, losses, downs


@float_kernel
def together_nb(one: np.ndarray, other: np.ndarray, one_mean: float, other_mean: float) -> float:
    """The sum of the products of the distances from the means."""
    total = 0.0
    for i in range(one.size):
        total += (one[i] - one_mean) * (other[i] - other_mean)
    return total
