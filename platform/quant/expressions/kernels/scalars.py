"""What windows come to: functions of `n` values that lie side by side in a row, from `first` on, none of them NaN.

Sums run in four parts at once, which the processor works on side by side, always in the same way. What is about spread is
measured from the window's first value: a constant window has a spread of exactly 0, whatever its level.
"""

import math

import numpy as np

from quant.compiled import float_kernel
from quant.expressions.kernels.elements import finite

(
    VAR, STD, SKEW, KURT, SLOPE, RSQUARE, RESID, PRODUCT, DECAY, MAD, MIN, MAX, ARGMIN, ARGMAX,
) = range(14)  # fmt: skip
CORR, COV = range(2)


@float_kernel
def mean_from(row: np.ndarray, first: int, n: int, base: float) -> float:
    """The mean of the distances from `base`."""
    a = b = c = d = 0.0
    i, last, stop = first, first + n, first + n // 4 * 4
    while i < stop:
        a += row[i] - base
        b += row[i + 1] - base
        c += row[i + 2] - base
        d += row[i + 3] - base
        i += 4
    while i < last:
        a += row[i] - base
        i += 1
    return ((a + b) + (c + d)) / n


@float_kernel
def squares_from(row: np.ndarray, first: int, n: int, middle: float) -> float:
    """The sum of the squared distances from `middle`."""
    a = b = c = d = 0.0
    i, last, stop = first, first + n, first + n // 4 * 4
    while i < stop:
        e, f, g, h = row[i] - middle, row[i + 1] - middle, row[i + 2] - middle, row[i + 3] - middle
        a += e * e
        b += f * f
        c += g * g
        d += h * h
        i += 4
    while i < last:
        e = row[i] - middle
        a += e * e
        i += 1
    return (a + b) + (c + d)


@float_kernel
def spread_of(row: np.ndarray, first: int, n: int) -> float:
    """The sum of the squared distances from the mean; 0 for a constant window."""
    base = row[first]
    shift = mean_from(row, first, n, base)
    if shift == 0.0:
        return squares_from(row, first, n, base)
    # The mean is known to a rounding alone; what that adds to every square is taken off again.
    middle = base + shift
    rest = mean_from(row, first, n, middle)
    return max(squares_from(row, first, n, middle) - n * rest * rest, 0.0)


@float_kernel
def shape_of(code: int, row: np.ndarray, first: int, n: int) -> float:
    """Skewness or excess kurtosis, bias corrected (G1 and G2 of Joanes and Gill 1998); NaN for a constant window."""
    base = row[first]
    middle = base + mean_from(row, first, n, base)
    second = third = fourth = 0.0
    for i in range(first, first + n):
        distance = row[i] - middle
        square = distance * distance
        second += square
        third += square * distance
        fourth += square * square
    if second <= 0.0 or spread_of(row, first, n) == 0.0:
        return np.nan
    if code == SKEW:
        deviation = math.sqrt(second / (n - 1))
        return n / ((n - 1.0) * (n - 2.0)) * third / (deviation * deviation * deviation)
    variance = second / (n - 1)
    fourths = n * (n + 1.0) / ((n - 1.0) * (n - 2.0) * (n - 3.0)) * fourth / (variance * variance)
    return fourths - 3.0 * (n - 1.0) * (n - 1.0) / ((n - 2.0) * (n - 3.0))


@float_kernel
def line_of(code: int, row: np.ndarray, first: int, n: int) -> float:
    """The least squares line through the window against 0, 1, ..., n - 1: its slope, its R squared, or the last residual."""
    base = row[first]
    shift = mean_from(row, first, n, base)
    half = (n - 1) * 0.5
    a = b = 0.0
    i, last, place = first, first + n, -half
    while i + 1 < last:
        a += place * (row[i] - base)
        b += (place + 1.0) * (row[i + 1] - base)
        place += 2.0
        i += 2
    if i < last:
        a += place * (row[i] - base)
    widths = n * (n * n - 1.0) / 12.0
    slope = (a + b) / widths
    if code == SLOPE:
        return slope
    if code == RESID:
        return float((row[first + n - 1] - base - shift) - slope * half)
    spread = spread_of(row, first, n)
    return min(slope * slope * widths / spread, 1.0) if spread > 0.0 else np.nan


@float_kernel
def extreme_of(code: int, row: np.ndarray, first: int, n: int) -> float:
    """The lowest or highest, or how many bars before the last it was, the oldest of equals."""
    place, best = first, row[first]
    if code in (MIN, ARGMIN):
        for i in range(first + 1, first + n):
            if row[i] < best:
                place, best = i, row[i]
    else:
        for i in range(first + 1, first + n):
            if row[i] > best:
                place, best = i, row[i]
    return float(best) if code in (MIN, MAX) else float(first + n - 1 - place)


@float_kernel
def weighted_of(row: np.ndarray, first: int, n: int) -> float:
    """The mean with weights 1 for the oldest to n for the newest."""
    a = b = 0.0
    weight = 1.0
    i, last = first, first + n
    while i + 1 < last:
        a += weight * row[i]
        b += (weight + 1.0) * row[i + 1]
        weight += 2.0
        i += 2
    if i < last:
        a += weight * row[i]
    return (a + b) / (n * (n + 1.0) * 0.5)


@float_kernel
def product_of(row: np.ndarray, first: int, n: int) -> float:
    """The product."""
    product = 1.0
    for i in range(first, first + n):
        product *= row[i]
    return product


@float_kernel
def distance_of(row: np.ndarray, first: int, n: int) -> float:
    """The mean distance from the mean."""
    base = row[first]
    middle = base + mean_from(row, first, n, base)
    total = 0.0
    for i in range(first, first + n):
        total += abs(row[i] - middle)
    return total / n


@float_kernel
def window_of(code: int, row: np.ndarray, first: int, n: int) -> float:
    """What a window comes to; NaN where that is no finite number."""
    if code == VAR:
        return finite(spread_of(row, first, n) / (n - 1))
    if code == STD:
        return finite(math.sqrt(spread_of(row, first, n) / (n - 1)))
    if code >= MIN:
        return extreme_of(code, row, first, n)
    if code in (SLOPE, RSQUARE, RESID):
        return finite(line_of(code, row, first, n))
    if code in (SKEW, KURT):
        return finite(shape_of(code, row, first, n))
    if code == DECAY:
        return finite(weighted_of(row, first, n))
    if code == MAD:
        return finite(distance_of(row, first, n))
    return finite(product_of(row, first, n))


@float_kernel
def pair_of(code: int, x: np.ndarray, y: np.ndarray, first: int, n: int) -> float:
    """Correlation or covariance of two windows; no correlation where one of them is constant."""
    x_base, y_base = x[first], y[first]
    x_middle = x_base + mean_from(x, first, n, x_base)
    y_middle = y_base + mean_from(y, first, n, y_base)
    a = b = 0.0
    i, last = first, first + n
    while i + 1 < last:
        a += (x[i] - x_middle) * (y[i] - y_middle)
        b += (x[i + 1] - x_middle) * (y[i + 1] - y_middle)
        i += 2
    if i < last:
        a += (x[i] - x_middle) * (y[i] - y_middle)
    together = a + b
    if code == COV:
        return finite(together / (n - 1))
    spreads = spread_of(x, first, n) * spread_of(y, first, n)
    if spreads <= 0.0:
        return np.nan
    return min(max(together / math.sqrt(spreads), -1.0), 1.0)
