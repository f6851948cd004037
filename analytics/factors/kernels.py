"""The loops of judging factors: arrays are [T, K], bars by symbols, with NaN where a symbol has no value.

Ranks share their mean among equals, as in Spearman (1904).
"""

import math

import numpy as np

from quant.compiled import float_kernel, kernel


@float_kernel
def rank_correlations_nb(one: np.ndarray, other: np.ndarray, least: int, out: np.ndarray, counts: np.ndarray) -> None:
    """Of every bar the rank correlation between symbols that have both values, into `out` [T]; NaN below `least` of them.

    `counts` [T] are how many had both. NaN as well where one of the two is the same for all.
    """
    symbols = one.shape[1]
    first, second = np.empty(symbols), np.empty(symbols)
    first_ranks, second_ranks = np.empty(symbols), np.empty(symbols)
    for t in range(one.shape[0]):
        count = 0
        for k in range(symbols):
            if one[t, k] == one[t, k] and other[t, k] == other[t, k]:
                first[count], second[count] = one[t, k], other[t, k]
                count += 1
        counts[t] = count
        out[t] = np.nan
        if count >= least:
            ranks_nb(first[:count], first_ranks[:count])
            ranks_nb(second[:count], second_ranks[:count])
            out[t] = correlation_nb(first_ranks[:count], second_ranks[:count])


@float_kernel
def ranks_nb(values: np.ndarray, out: np.ndarray) -> None:
    """Ranks from 1, equals sharing their mean; no value is NaN."""
    order = np.argsort(values)
    first = 0
    while first < values.size:
        last = first
        while last + 1 < values.size and values[order[last + 1]] == values[order[first]]:
            last += 1
        for place in range(first, last + 1):
            out[order[place]] = (first + last) * 0.5 + 1.0
        first = last + 1


@float_kernel
def correlation_nb(one: np.ndarray, other: np.ndarray) -> float:
    """Pearson's in two passes; NaN where one of them is the same everywhere."""
    size = one.size
    one_mean, other_mean = one.sum() / size, other.sum() / size
    both, one_squares, other_squares = 0.0, 0.0, 0.0
    for k in range(size):
        a, b = one[k] - one_mean, other[k] - other_mean
        both += a * b
        one_squares += a * a
        other_squares += b * b
    if one_squares == 0.0 or other_squares == 0.0:
        return np.nan
    return min(max(both / math.sqrt(one_squares * other_squares), -1.0), 1.0)


@float_kernel
def rank_rows_nb(values: np.ndarray, out: np.ndarray) -> None:
    """Ranks among the symbols of each bar, NaN where there is no value."""
    symbols = values.shape[1]
    known, ranks = np.empty(symbols), np.empty(symbols)
    for t in range(values.shape[0]):
        count = 0
        for k in range(symbols):
            if values[t, k] == values[t, k]:
                known[count] = values[t, k]
                count += 1
        ranks_nb(known[:count], ranks[:count])
        count = 0
        for k in range(symbols):
            out[t, k] = np.nan
            if values[t, k] == values[t, k]:
                out[t, k] = ranks[count]
                count += 1


@float_kernel
def lagged_correlations_nb(ranks: np.ndarray, lag: int, least: int, out: np.ndarray) -> None:
    """Of every bar Pearson's correlation of its row with the row `lag` bars before, over the symbols known in both."""
    symbols = ranks.shape[1]
    now, before = np.empty(symbols), np.empty(symbols)
    out[:lag] = np.nan
    for t in range(lag, ranks.shape[0]):
        count = 0
        for k in range(symbols):
            if ranks[t, k] == ranks[t, k] and ranks[t - lag, k] == ranks[t - lag, k]:
                now[count], before[count] = ranks[t, k], ranks[t - lag, k]
                count += 1
        out[t] = correlation_nb(now[:count], before[:count]) if count >= least else np.nan


@float_kernel
def quantiles_nb(values: np.ndarray, quantiles: int, least: int, out: np.ndarray) -> None:
    """The quantile of each symbol at each bar, from 1 (lowest values) into int8[T, K]; 0 where there is none.

    Edges are linear between neighbours and belong to the quantile below, as pandas' `qcut` has them. Equal values are in
    one quantile, so that one of them may stay empty. A bar with fewer than `least` values has none.
    """
    symbols = values.shape[1]
    known = np.empty(symbols)
    edges = np.empty(quantiles - 1)
    for t in range(values.shape[0]):
        count = 0
        for k in range(symbols):
            if values[t, k] == values[t, k]:
                known[count] = values[t, k]
                count += 1
            out[t, k] = 0
        if count < max(least, 1):
            continue
        ordered = np.sort(known[:count])
        for edge in range(1, quantiles):
            edges[edge - 1] = _between(ordered, edge / quantiles * (count - 1))
        for k in range(symbols):
            if values[t, k] == values[t, k]:
                quantile = 1
                while quantile < quantiles and values[t, k] > edges[quantile - 1]:
                    quantile += 1
                out[t, k] = quantile


@float_kernel
def _between(ordered: np.ndarray, place: float) -> float:
    """The value at a place between two neighbours."""
    below = math.floor(place)
    share = place - below
    low: float = ordered[int(below)]
    if share == 0.0:
        return low
    high: float = ordered[int(below) + 1]
    return high - (high - low) * (1.0 - share) if share >= 0.5 else low + (high - low) * share


@float_kernel
def means_by_quantile_nb(quantile: np.ndarray, returns: np.ndarray, out: np.ndarray) -> None:
    """The mean return of each quantile at each bar into `out` [T, Q], NaN where a quantile has no return."""
    counts = np.empty(out.shape[1])
    for t in range(out.shape[0]):
        counts[:] = 0.0
        out[t] = 0.0
        for k in range(returns.shape[1]):
            if quantile[t, k] > 0 and returns[t, k] == returns[t, k]:
                out[t, quantile[t, k] - 1] += returns[t, k]
                counts[quantile[t, k] - 1] += 1.0
        for q in range(out.shape[1]):
            out[t, q] = out[t, q] / counts[q] if counts[q] > 0 else np.nan


@kernel
def turnover_nb(quantile: np.ndarray, lag: int, out: np.ndarray) -> None:
    """The share of each quantile's symbols that were not in it `lag` bars before, [T, Q]; NaN where one was empty."""
    out[:lag] = np.nan
    for t in range(lag, out.shape[0]):
        for q in range(out.shape[1]):
            now, before, fresh = 0, 0, 0
            for k in range(quantile.shape[1]):
                is_in, was_in = quantile[t, k] == q + 1, quantile[t - lag, k] == q + 1
                now += is_in
                before += was_in
                fresh += is_in and not was_in
            out[t, q] = fresh / now if now > 0 and before > 0 else np.nan
