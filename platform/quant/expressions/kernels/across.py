"""Across the symbols of one bar. The array form hands over bar after bar, so the one-bar form is the same call."""

import math

import numpy as np

from quant.compiled import float_kernel
from quant.expressions.kernels.elements import finite

RANK, ZSCORE, DEMEAN, SCALE, WINSORIZE, BUCKET, NEUTRALIZE, GROUP_MEAN = range(8)
NO_GROUP = -1


@float_kernel
def across_nb(code: int, x: np.ndarray, setting: float, groups: np.ndarray, out: np.ndarray) -> None:
    """The operator at every bar of [K, T]; `groups` is [K] numbers from 0, or `NO_GROUP`."""
    bar = np.empty(x.shape[0], np.float64)
    result = np.empty(x.shape[0], np.float64)
    for t in range(x.shape[1]):
        for k in range(x.shape[0]):
            bar[k] = x[k, t]
        across_step_nb(code, bar, setting, groups, result)
        for k in range(x.shape[0]):
            out[k, t] = result[k]


@float_kernel
def across_step_nb(code: int, x: np.ndarray, setting: float, groups: np.ndarray, out: np.ndarray) -> None:
    """The operator at one bar."""
    if code in (RANK, BUCKET):
        ranks_of(x, out)
        if code == BUCKET:
            for k in range(x.size):
                out[k] = min(math.floor(out[k] * setting - 1e-12) + 1.0, setting) if out[k] == out[k] else np.nan
    elif code in (NEUTRALIZE, GROUP_MEAN):
        _by_group(code, x, groups, out)
    else:
        _by_moments(code, x, setting, out)


@float_kernel
def ranks_of(x: np.ndarray, out: np.ndarray) -> None:
    """Ranks over their number, equals sharing their mean; NaN is left out and stays."""
    order = np.argsort(x)  # NaN goes last
    count = 0
    for k in range(x.size):
        count += x[k] == x[k]
        out[k] = np.nan
    first = 0
    while first < count:
        last = first
        while last + 1 < count and x[order[last + 1]] == x[order[first]]:
            last += 1
        for place in range(first, last + 1):
            out[order[place]] = (first + last + 2) * 0.5 / count
        first = last + 1


@float_kernel
def _by_moments(code: int, x: np.ndarray, setting: float, out: np.ndarray) -> None:
    """What goes by the symbols' sum, mean and deviation."""
    count, total, sizes = 0, 0.0, 0.0
    base = np.nan
    for k in range(x.size):
        if x[k] == x[k]:
            if count == 0:
                base = x[k]
            count += 1
            total += x[k] - base
            sizes += abs(x[k])
    if count == 0:
        out[:] = np.nan
        return
    middle = base + total / count
    squares = 0.0
    is_constant = True
    for k in range(x.size):
        if x[k] == x[k]:
            squares += (x[k] - middle) * (x[k] - middle)
            is_constant = is_constant and x[k] == base
    deviation = math.sqrt(squares / (count - 1)) if count > 1 and not is_constant else 0.0
    for k in range(x.size):
        if x[k] != x[k]:
            out[k] = np.nan
        elif code == DEMEAN:
            out[k] = finite(x[k] - middle) if not is_constant else 0.0
        elif code == ZSCORE:
            out[k] = finite((x[k] - middle) / deviation) if deviation > 0.0 else np.nan
        elif code == SCALE:
            out[k] = finite(x[k] * setting / sizes) if sizes > 0.0 else np.nan
        else:
            out[k] = min(max(x[k], middle - setting * deviation), middle + setting * deviation)


@float_kernel
def _by_group(code: int, x: np.ndarray, groups: np.ndarray, out: np.ndarray) -> None:
    """What goes by the mean of a symbol's group."""
    highest = NO_GROUP
    for k in range(x.size):
        highest = max(highest, groups[k])
    totals = np.zeros(highest + 1, np.float64)
    counts = np.zeros(highest + 1, np.int64)
    for k in range(x.size):
        if groups[k] != NO_GROUP and x[k] == x[k]:
            totals[groups[k]] += x[k]
            counts[groups[k]] += 1
    for k in range(x.size):
        if groups[k] == NO_GROUP or x[k] != x[k]:
            out[k] = np.nan
        else:
            mean = totals[groups[k]] / counts[groups[k]]
            out[k] = finite(mean if code == GROUP_MEAN else x[k] - mean)
