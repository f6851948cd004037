"""Whether two symbols are bound to each other: tests, hedge ratio, the spread it leaves and how fast that comes back."""

import math
import warnings
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from analytics.tasks.kinds.common import common_times, rows_at
from analytics.tasks.kinds.library import adfuller, coint_johansen, kpss, mackinnoncrit, mackinnonp
from analytics.tasks.kinds.results import (
    CointegrationResult,
    EngleGranger,
    HedgeRatio,
    JohansenRank,
    MeanReversion,
    Spread,
    UnitRootTest,
)
from analytics.tasks.kinds.series import Floats, Integers, is_constant, part_ends
from analytics.tasks.kinds.specs import DEMANDS, Cointegration
from kit.errors import Invalid

CONVENTIONS: Final = (
    "On the bars that both symbols have; logarithms of closes unless plain prices were asked for.",
    "The hedge ratio, the spread and its z-score are those of all bars: what they say of the past nobody knew then.",
    "ADF and KPSS take the spread as given; since it was fitted, the Engle-Granger p-value is the one to believe.",
    "Lags by AIC (Engle-Granger, ADF) and by Hobijn, Franses and Ooms (KPSS); the ratio's error assumes independent rests.",
    "The Hurst exponent is the slope of ln √mean((s_(t+k) - s_t)²) over ln k, k = 1, 2, 4, … up to an eighth of the bars.",
)
COLLINEAR: Final = 1e-8
"""What is left over may be this part of a symbol's own deviation before both count as the same series."""

KPSS_TABLE: Final = (0.01, 0.1)
"""Where the table of p-values ends (Kwiatkowski and others 1992)."""

HURST_PARTS: Final = 8
"""The longest lag is this part of the bars, so that its mean has that many independent terms."""


def cointegration_of(
    options: Cointegration, symbols: Sequence[str], time_ns: Sequence[Integers], close: Sequence[Floats]
) -> CointegrationResult:
    """How two symbols are bound, by their times (int64[T]) and closes (float64[T], above 0) each.

    Raises Invalid: TOO_FEW_COMMON_BARS, CONSTANT_PRICES, and COLLINEAR_PRICES when one is the other, scaled and shifted.
    """
    common = common_times(symbols, time_ns, DEMANDS["cointegration"].least_bars)
    closes = [rows_at(*each, common) for each in zip(time_ns, close, strict=True)]
    y, x = (np.log(each) if options.prices == "log" else each for each in closes)
    _require_movement(symbols, closes)
    ratio, error, intercept, spread = least_squares(y, x)
    if spread.std() <= COLLINEAR * y.std():
        message = f"{symbols[0]} is {symbols[1]}, scaled and shifted: there is no spread. Choose another pair."
        raise Invalid(message, code="COLLINEAR_PRICES", details={"symbols": [message]})
    explained = 1.0 - float(spread @ spread) / float(((y - y.mean()) ** 2).sum())
    return CointegrationResult(
        prices=options.prices,
        common_bars=len(common),
        engle_granger=[engle_granger(symbols[0], y, x), engle_granger(symbols[1], x, y)],
        johansen=johansen(np.column_stack([y, x]), options.johansen_lags),
        hedge=HedgeRatio(symbols[0], symbols[1], ratio, error, intercept, explained),
        reversion=mean_reversion(spread),
        adf=adf_of(spread),
        kpss=kpss_of(spread),
        hurst=hurst_of(spread),
        spread=_spread(common, spread),
    )


def least_squares(y: Floats, x: Floats) -> tuple[float, float, float, Floats]:
    """y = intercept + ratio · x + rest: ratio, its standard error, intercept and the rest, float64[T]."""
    centred = x - x.mean()
    squares = float(centred @ centred)
    ratio = float(centred @ (y - y.mean())) / squares
    intercept = float(y.mean() - ratio * x.mean())
    rest: Floats = y - intercept - ratio * x
    error = math.sqrt(float(rest @ rest) / (len(y) - 2) / squares)
    return ratio, error, intercept, rest


def engle_granger(dependent: str, y: Floats, x: Floats) -> EngleGranger:
    """The augmented test of Engle and Granger (Econometrica 55, 1987) on the rest of y on x, lags by AIC.

    P-values and critical values are those of MacKinnon (1994, 2010) for two series and a constant. statsmodels' own `coint`
    does the same, but gives up where a pair is nearly the same thing twice, which pairs of one asset on two venues are.
    """
    rest = least_squares(y, x)[3]
    statistic = float(_quiet(adfuller, rest, autolag="AIC", regression="n")[0])
    critical = mackinnoncrit(N=2, regression="c", nobs=len(y) - 1)
    p_value = float(mackinnonp(statistic, regression="c", N=2))
    return EngleGranger(dependent, statistic, p_value, *(float(each) for each in critical))


def johansen(levels: Floats, lags: int) -> list[JohansenRank]:
    """The trace test of Johansen (Econometrica 59, 1991) with a constant, of float64[T, 2]."""
    found = _quiet(coint_johansen, levels, 0, lags)
    return [
        JohansenRank(rank, float(statistic), *(float(each) for each in critical))
        for rank, (statistic, critical) in enumerate(zip(found.lr1, found.cvt, strict=True))
    ]


def mean_reversion(spread: Floats) -> MeanReversion:
    """Δs = a + λ s before, by least squares; the half-life is that of 1 + λ, -ln 2 / ln(1 + λ), for -1 < λ < 0.

    The first order of Dickey and Fuller (1979); for small λ it is the -ln 2 / λ of Ornstein and Uhlenbeck's process.
    """
    speed, error, _, _ = least_squares(np.diff(spread), spread[:-1])
    return MeanReversion(speed, error, -math.log(2) / math.log1p(speed) if -1 < speed < 0 else None)


def adf_of(spread: Floats) -> UnitRootTest:
    """The augmented test of Dickey and Fuller with a constant, lags by AIC: a small p-value refuses the unit root."""
    statistic, p_value, lags, *_ = _quiet(adfuller, spread, autolag="AIC")
    return UnitRootTest(float(statistic), float(p_value), int(lags), False)


def kpss_of(spread: Floats) -> UnitRootTest:
    """The test of Kwiatkowski, Phillips, Schmidt and Shin (1992) for a level: a small p-value refuses stationarity."""
    statistic, p_value, lags, _ = _quiet(kpss, spread, regression="c", nlags="auto")
    return UnitRootTest(float(statistic), float(p_value), int(lags), float(p_value) in KPSS_TABLE)


def hurst_of(spread: Floats) -> float | None:
    """How far a series has gone after k bars, as a power of k: 0.5 for a walk, less where it comes back, more where not.

    The generalised exponent of order 2 (Di Matteo, Multi-scaling in finance, Quantitative Finance 7, 2007). None where it
    stands still at some lag.
    """
    longest = len(spread) // HURST_PARTS
    lags = 2 ** np.arange(longest.bit_length())
    gone = np.array([math.sqrt(float(np.mean((spread[lag:] - spread[:-lag]) ** 2))) for lag in lags.tolist()])
    if len(lags) < 3 or gone.min() <= 0:
        return None
    return least_squares(np.log(gone), np.log(lags.astype(np.float64)))[0]


def _spread(time_ns: Integers, spread: Floats) -> Spread:
    deviation = float(spread.std(ddof=1))
    ends = part_ends(len(spread))
    z = spread / deviation
    return Spread(deviation, float(z[-1]), time_ns[ends].tolist(), spread[ends].tolist(), z[ends].tolist())


def _require_movement(symbols: Sequence[str], closes: Sequence[Floats]) -> None:
    still = [symbol for symbol, values in zip(symbols, closes, strict=True) if is_constant(np.log(values))]
    if still:
        message = f"{', '.join(still)} did not move on the bars that both symbols have; choose another time."
        raise Invalid(message, code="CONSTANT_PRICES", details={"symbols": [message]})


def _quiet(test: Any, *values: Any, **options: Any) -> Any:
    """What a test of statsmodels finds. It warns where a p-value lies beyond its table, which the result says instead."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return test(*values, **options)
