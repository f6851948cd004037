"""What the values of a factor say of the returns that follow: rank IC, quantiles, turnover, coverage. Pure; docs/factors.md.

Arrays are [T, K], bars by symbols; returns over h bars overlap, for which the t statistics allow (Newey and West 1987).
"""

import math
from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np

from analytics.factors import kernels
from analytics.factors.panels import Columns, Floats, Integers
from analytics.factors.records import Entry
from kit.clock import iso_from_ns
from kit.errors import Invalid

LEAST_SYMBOLS: Final = 3
"""Fewer have no order that says anything."""

LEAST_BARS: Final = 2
MAX_POINTS: Final = 500
"""Of a curve: about the width of a picture."""


class Mean(msgspec.Struct, frozen=True):
    """A mean over bars: with its standard deviation (ddof 1), and its t statistic by Newey and West; `count` bars."""

    count: int
    mean: float | None
    std: float | None
    t: float | None


class Ic(msgspec.Struct, frozen=True):
    """The rank IC at one horizon: its mean over bars, mean over deviation (ICIR), and the share of bars above 0."""

    rank_ic: Mean
    icir: float | None
    share_positive: float | None


class Month(msgspec.Struct, frozen=True):
    """A month in UTC, as 2024-05."""

    month: str
    bars: int
    mean: float | None


class Quantile(msgspec.Struct, frozen=True):
    """One quantile at one horizon; 1 has the lowest values. `excess` is the mean above that of all symbols of the bar."""

    quantile: int
    returns: Mean
    excess: float | None
    turnover: float | None


class Horizon(msgspec.Struct, frozen=True):
    """All about the returns over so many bars. `spread` is the highest quantile above the lowest.

    `monotonicity` is the rank correlation of quantiles with their mean returns; `rank_autocorrelation` is the mean
    correlation of ranks with those so many bars before.
    """

    bars: int
    ic: Ic
    ic_by_month: list[Month]
    quantiles: list[Quantile]
    spread: Mean
    monotonicity: float | None
    rank_autocorrelation: float | None


class Coverage(msgspec.Struct, frozen=True):
    """The share of a symbol's bars that have a value; over all, and by month."""

    share: float
    least_symbols: int
    most_symbols: int
    by_month: list[Month]


class CurvePoint(msgspec.Struct, frozen=True):
    """What one unit has become in each quantile, held anew at every bar without costs, and in the spread."""

    time: str
    quantiles: list[float]
    spread: float


class Judgement(msgspec.Struct, frozen=True):
    """All that is said of a factor."""

    symbols: int
    bars: int
    entry: Entry
    horizons: list[Horizon]
    coverage: Coverage
    curve: list[CurvePoint]


def judge(values: Floats, columns: Columns, *, horizons: Sequence[int], quantiles: int, entry: Entry) -> Judgement:
    """Judge values [T, K]; raises Invalid TOO_FEW_DATES when no horizon leaves two bars with three symbols to compare."""
    values = np.ascontiguousarray(values)
    months = _months(columns.time_ns)
    found = [_at_horizon(values, columns, months, bars, quantiles, entry) for bars in horizons]
    if all(each.ic.rank_ic.count < LEAST_BARS for each in found):
        rule = (
            f"No horizon leaves {LEAST_BARS} bars at which {LEAST_SYMBOLS} symbols have a return after it, and values that "
            "are not all the same. Take more symbols, more bars, or shorter windows and horizons."
        )
        raise Invalid(rule, code="TOO_FEW_DATES", details={"horizons": [rule]})
    return Judgement(
        symbols=values.shape[1],
        bars=values.shape[0],
        entry=entry,
        horizons=found,
        coverage=coverage_of(values, columns.has_bar, months),
        curve=_curve(values, columns, quantiles, entry),
    )


def forward_returns(columns: Columns, bars: int, entry: Entry) -> Floats:
    """The return that who acts on a bar's value earns over so many bars, [T, K]; NaN where a price is missing.

    `next_open`: bought at the open of the bar after, sold at the open so many bars later. `close`: from close to close.
    """
    prices = columns.columns["open" if entry == "next_open" else "close"]
    skipped = 1 if entry == "next_open" else 0
    returns = np.full(prices.shape, np.nan)
    last = len(prices) - bars - skipped
    if last > 0:
        returns[:last] = prices[bars + skipped :] / prices[skipped : skipped + last] - 1
    return returns


# By horizon --------------------------------------------------------------------------------------------------------------


def _at_horizon(values: Floats, columns: Columns, months: Integers, bars: int, quantiles: int, entry: Entry) -> Horizon:
    returns = np.ascontiguousarray(forward_returns(columns, bars, entry))
    rank_ic = np.empty(len(values))
    kernels.rank_correlations_nb(values, returns, LEAST_SYMBOLS, rank_ic, np.empty(len(values), np.int64))
    # Only who has a return after it is put into a quantile, so that all quantiles are equally many.
    sorted_in = quantiles_of(np.where(np.isnan(returns), np.nan, values), quantiles)
    by_quantile = np.empty((len(values), quantiles))
    kernels.means_by_quantile_nb(sorted_in, returns, by_quantile)
    turnover = np.empty((len(values), quantiles))
    kernels.turnover_nb(quantiles_of(values, quantiles), bars, turnover)
    excess = by_quantile - _mean_of_rows(np.where(sorted_in > 0, returns, np.nan))[:, None]
    ranks = np.empty(values.shape)
    kernels.rank_rows_nb(values, ranks)
    autocorrelation = np.empty(len(values))
    kernels.lagged_correlations_nb(ranks, bars, LEAST_SYMBOLS, autocorrelation)
    means = [mean_of(column, bars) for column in by_quantile.T]
    return Horizon(
        bars=bars,
        ic=_ic(rank_ic, bars),
        ic_by_month=by_month(rank_ic, months),
        quantiles=[
            Quantile(number + 1, mean, _known_mean(excess[:, number]), _known_mean(turnover[:, number]))
            for number, mean in enumerate(means)
        ],
        spread=mean_of(by_quantile[:, -1] - by_quantile[:, 0], bars),
        monotonicity=_monotonicity([each.mean for each in means]),
        rank_autocorrelation=_known_mean(autocorrelation),
    )


def quantiles_of(values: Floats, quantiles: int) -> np.ndarray:
    """The quantile of each value among the symbols of its bar, int8 [T, K]; 0 where there are too few."""
    found = np.empty(values.shape, np.int8)
    kernels.quantiles_nb(values, quantiles, max(quantiles, LEAST_SYMBOLS), found)
    return found


def _ic(rank_ic: Floats, bars: int) -> Ic:
    mean = mean_of(rank_ic, bars)
    known = rank_ic[~np.isnan(rank_ic)]
    has_ratio = mean.mean is not None and mean.std
    return Ic(
        rank_ic=mean,
        icir=mean.mean / mean.std if has_ratio and mean.mean is not None and mean.std else None,
        share_positive=float((known > 0).mean()) if len(known) else None,
    )


def _monotonicity(means: list[float | None]) -> float | None:
    """The rank correlation of 1, 2, 3 … with the means; None where one is missing or all are equal."""
    if any(each is None for each in means):
        return None
    given = np.array(means, np.float64)
    ranks = np.empty(len(given))
    kernels.ranks_nb(given, ranks)
    return _number(kernels.correlation_nb(np.arange(len(given), dtype=np.float64), ranks))


# Means -------------------------------------------------------------------------------------------------------------------


def mean_of(series: Floats, lag: int) -> Mean:
    """The mean of what is known of a series, and its t statistic with as many lags as its values overlap."""
    known = series[~np.isnan(series)]
    if len(known) == 0:
        return Mean(0, None, None, None)
    std = float(known.std(ddof=1)) if len(known) > 1 else None
    return Mean(len(known), float(known.mean()), std, newey_west_t(known, lag))


def newey_west_t(series: Floats, lag: int) -> float | None:
    """The mean over its standard error with Bartlett weights over so many lags, without a correction for small samples.

    Newey and West, "A Simple, Positive Semi-Definite, Heteroskedasticity and Autocorrelation Consistent Covariance
    Matrix" (1987). None below two values, and where nothing varies.
    """
    count = len(series)
    if count < LEAST_BARS:
        return None
    mean = float(series.mean())
    away = series - mean
    variance = float(away @ away)
    for back in range(1, min(lag, count - 1) + 1):
        variance += 2 * (1 - back / (lag + 1)) * float(away[back:] @ away[:-back])
    spread = math.sqrt(max(variance, 0.0)) / count
    is_constant = spread <= 1e-15 * max(abs(mean), float(np.abs(series).max()))
    return None if is_constant else mean / spread


def _known_mean(series: Floats) -> float | None:
    known = series[~np.isnan(series)]
    return float(known.mean()) if len(known) else None


def _mean_of_rows(values: Floats) -> Floats:
    """The mean of what is known in each row, NaN where nothing is."""
    is_known = ~np.isnan(values)
    counts = is_known.sum(axis=1)
    sums = np.where(is_known, values, 0.0).sum(axis=1)
    means: Floats = np.divide(sums, counts, out=np.full(len(values), np.nan), where=counts > 0)
    return means


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


# By month ----------------------------------------------------------------------------------------------------------------


def _months(time_ns: Integers) -> Integers:
    """The month of each bar in UTC, counted from January 1970."""
    months: Integers = time_ns.astype("datetime64[ns]").astype("datetime64[M]").astype(np.int64)
    return months


def by_month(series: Floats, months: Integers) -> list[Month]:
    """The mean of each month that has bars, and how many of them have a value."""
    starts = np.flatnonzero(np.diff(months, prepend=months[0] - 1))
    parts = np.split(series, starts[1:])
    return [
        Month(_month_text(int(months[start])), int((~np.isnan(part)).sum()), _known_mean(part))
        for start, part in zip(starts, parts, strict=True)
    ]


def _month_text(month: int) -> str:
    return f"{1970 + month // 12:04d}-{month % 12 + 1:02d}"


def coverage_of(values: Floats, has_bar: np.ndarray, months: Integers) -> Coverage:
    """How many bars of the symbols have a value."""
    known = ~np.isnan(values) & has_bar
    bars, counts = has_bar.sum(axis=1), known.sum(axis=1)
    shares = np.divide(counts, bars, out=np.full(len(bars), np.nan), where=bars > 0)
    return Coverage(
        share=float(counts.sum() / max(int(bars.sum()), 1)),
        least_symbols=int(counts.min()),
        most_symbols=int(counts.max()),
        by_month=by_month(shares, months),
    )


# The curve ---------------------------------------------------------------------------------------------------------------


def _curve(values: Floats, columns: Columns, quantiles: int, entry: Entry) -> list[CurvePoint]:
    """What became of one unit in each quantile; where a quantile has no return it stands still."""
    returns = np.ascontiguousarray(forward_returns(columns, 1, entry))
    means = np.empty((len(values), quantiles))
    sorted_in = quantiles_of(np.where(np.isnan(returns), np.nan, values), quantiles)
    kernels.means_by_quantile_nb(sorted_in, returns, means)
    spread = means[:, -1] - means[:, 0]
    grown = np.cumprod(1 + np.nan_to_num(np.column_stack((means, spread))), axis=0)
    places = np.unique(np.linspace(0, len(values) - 1, min(MAX_POINTS, len(values))).astype(np.int64))
    return [
        CurvePoint(iso_from_ns(int(columns.time_ns[place])), grown[place, :-1].tolist(), float(grown[place, -1]))
        for place in places
    ]
