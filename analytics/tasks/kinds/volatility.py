"""Volatility from bars: five estimators over moving windows, the cone, and how long movement lasts.

Each estimator is a variance of a bar's logarithmic change; its root times the root of the bars in a year is annual.
"""

import math
from typing import Final

import numpy as np

from analytics.tasks.kinds.results import (
    ConeWindow,
    Persistence,
    VolatilityLatest,
    VolatilityResult,
    VolatilitySeries,
)
from analytics.tasks.kinds.series import (
    Floats,
    Integers,
    is_constant,
    log_returns,
    number_or_none,
    numbers,
    part_ends,
    window_sums,
    window_variances,
)
from analytics.tasks.kinds.specs import ESTIMATORS, Estimator, Volatility

NORMAL_95: Final = 1.959963984540054
Prices = tuple[Floats, Floats, Floats, Floats]
"""Open, high, low and close, each float64[T]."""

CONVENTIONS: Final = (
    "Changes are logarithmic; a window of n bars has n terms, samples divide by n - 1.",
    "Annual is the deviation of a bar times the root of bars_per_year, which the market's calendar says.",
    "Windows overlap; the series shows at most 1,000 of them, the newest always.",
)


def volatility_of(options: Volatility, time_ns: Integers, prices: Prices, *, bars_per_year: float) -> VolatilityResult:
    """The volatility of T bars whose prices are above 0 and not all equal."""
    year = math.sqrt(bars_per_year)
    rolling = {name: rolling_deviation(name, prices, options.window) * year for name in ESTIMATORS}
    ends = part_ends(len(time_ns), first=min(options.window - 1, len(time_ns) - 1))
    return VolatilityResult(
        window=options.window,
        estimator=options.estimator,
        bars_per_year=bars_per_year,
        latest=VolatilityLatest(**{name: number_or_none(values[-1]) for name, values in rolling.items()}),
        series=VolatilitySeries(
            time_ns=time_ns[ends].tolist(), **{name: numbers(values[ends]) for name, values in rolling.items()}
        ),
        cone=[cone_window(options.estimator, prices, window, year) for window in options.cone_windows],
        persistence=persistence_of(log_returns(prices[3]), options.lags),
    )


def rolling_deviation(estimator: Estimator, prices: Prices, window: int) -> Floats:
    """The deviation of a bar's change by the last `window` bars, float64[T]; NaN before there are so many.

    What needs the close before (close to close, Yang and Zhang) begins one bar later. No value depends on later bars.
    """
    variances = _VARIANCES[estimator](prices, window)
    deviations: Floats = np.sqrt(np.maximum(variances, 0.0))
    return deviations


def _close_to_close(prices: Prices, window: int) -> Floats:
    """The sample variance of ln(C / C before)."""
    return _later(window_variances(log_returns(prices[3]), window))


def _parkinson(prices: Prices, window: int) -> Floats:
    """mean ln(H / L)² / (4 ln 2): Parkinson, The extreme value method for estimating the variance of the rate of return,
    Journal of Business 53 (1980).
    """
    _, high, low, _ = prices
    return window_sums(np.log(high / low) ** 2, window) / (window * 4 * math.log(2))


def _garman_klass(prices: Prices, window: int) -> Floats:
    """mean ½ ln(H / L)² - (2 ln 2 - 1) ln(C / O)²: Garman and Klass, On the estimation of security price volatilities from
    historical data, Journal of Business 53 (1980), their practical estimator.
    """
    opened, high, low, close = prices
    terms = 0.5 * np.log(high / low) ** 2 - (2 * math.log(2) - 1) * np.log(close / opened) ** 2
    return window_sums(terms, window) / window


def _rogers_satchell(prices: Prices, window: int) -> Floats:
    """mean u (u - c) + d (d - c) with u, d, c the logs of high, low and close over the open: Rogers and Satchell, Estimating
    variance from high, low and closing prices, Annals of Applied Probability 1 (1991). No drift disturbs it.
    """
    return window_sums(_rogers_satchell_terms(prices), window) / window


def _yang_zhang(prices: Prices, window: int) -> Floats:
    """Variance of the jumps to the open, of open to close, and Rogers and Satchell's: V_o + k V_c + (1 - k) V_rs with
    k = 0.34 / (1.34 + (n + 1) / (n - 1)): Yang and Zhang, Drift-independent volatility estimation based on high, low, open
    and close prices, Journal of Business 73 (2000).
    """
    opened, _, _, close = prices
    k = 0.34 / (1.34 + (window + 1) / (window - 1))
    jumps = window_variances(np.log(opened[1:] / close[:-1]), window)
    within = window_variances(np.log(close[1:] / opened[1:]), window)
    ranges = window_sums(_rogers_satchell_terms(prices)[1:], window) / window
    return _later(jumps + k * within + (1 - k) * ranges)


_VARIANCES: Final = {
    "close_to_close": _close_to_close,
    "parkinson": _parkinson,
    "garman_klass": _garman_klass,
    "rogers_satchell": _rogers_satchell,
    "yang_zhang": _yang_zhang,
}


def _rogers_satchell_terms(prices: Prices) -> Floats:
    opened, high, low, close = prices
    up, down, change = np.log(high / opened), np.log(low / opened), np.log(close / opened)
    terms: Floats = up * (up - change) + down * (down - change)
    return terms


def _later(values: Floats) -> Floats:
    """What was computed from the second bar on, at the bars."""
    return np.concatenate(([np.nan], values))


def cone_window(estimator: Estimator, prices: Prices, window: int, year: float) -> ConeWindow:
    """The annual volatilities of all windows of a length: Burghardt and Lane, How to tell if options are cheap, Journal of
    Portfolio Management 16 (1990). Windows overlap, so that extremes are those of few independent ones. `year` is the root
    of the bars in a year.
    """
    found = rolling_deviation(estimator, prices, window) * year
    known = found[~np.isnan(found)]
    if not len(known):
        return ConeWindow(window, 0, None, None, None, None, None, None, None)
    minimum, quartile_1, median, quartile_3, maximum = np.quantile(known, (0.0, 0.25, 0.5, 0.75, 1.0)).tolist()
    latest = float(known[-1])
    rank = float((known <= latest).mean())
    return ConeWindow(window, len(known), minimum, quartile_1, median, quartile_3, maximum, latest, rank)


def persistence_of(returns: Floats, lags: int) -> Persistence:
    """The sample autocorrelation of |returns| at 1..`lags` (Box and Jenkins 1970: divided by n at every lag), as far as
    there are returns; none where all bars move alike. The band is ±1.96 / √n (Bartlett 1946). Long memory: Ding, Granger
    and Engle (1993).
    """
    sizes = np.abs(returns)
    distances = sizes - sizes.mean()
    total = float(distances @ distances)
    known = 0 if is_constant(sizes) else min(lags, len(returns) - 1)
    values = [float(distances[lag:] @ distances[:-lag]) / total for lag in range(1, known + 1)]
    return Persistence(values, NORMAL_95 / math.sqrt(len(returns)))
