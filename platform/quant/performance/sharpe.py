"""What a Sharpe ratio proves: how likely a better one is than chance, and than the best of many tries.

Ratios here are by the period (a day), not by the year. Bailey and López de Prado, "The Sharpe Ratio Efficient Frontier"
(2012) for the probabilistic ratio and the minimum track record length; "The Deflated Sharpe Ratio" (2014) for the deflated
one.
"""

import math
from statistics import NormalDist
from typing import Final

EULER: Final = 0.5772156649015329
_NORMAL: Final = NormalDist()


def probabilistic_sharpe(
    sharpe: float, periods: int, *, skew: float = 0.0, kurtosis: float = 3.0, benchmark: float = 0.0
) -> float | None:
    """The probability that the true ratio is above `benchmark`, given the one measured over so many periods.

    `kurtosis` is the plain one (3 of a normal distribution). None below 2 periods, and where the moments allow no estimate.
    """
    spread = _spread(sharpe, skew, kurtosis)
    if periods < 2 or spread is None:
        return None
    return _NORMAL.cdf((sharpe - benchmark) * math.sqrt(periods - 1) / math.sqrt(spread))


def minimum_track_record(
    sharpe: float, *, skew: float = 0.0, kurtosis: float = 3.0, benchmark: float = 0.0, confidence: float = 0.95
) -> float | None:
    """Periods after which a ratio like this one is above `benchmark` with that confidence; None when it is not above it."""
    spread = _spread(sharpe, skew, kurtosis)
    if spread is None or sharpe <= benchmark:
        return None
    return 1 + spread * (_NORMAL.inv_cdf(confidence) / (sharpe - benchmark)) ** 2


def expected_maximum_sharpe(trials: int, spread: float) -> float:
    """The ratio that the best of so many trials without any skill is expected to have.

    `spread` is the standard deviation of the trials' ratios. Of one trial it is 0.
    """
    if trials < 2:
        return 0.0
    best = (1 - EULER) * _NORMAL.inv_cdf(1 - 1 / trials) + EULER * _NORMAL.inv_cdf(1 - 1 / (trials * math.e))
    return spread * best


def deflated_sharpe(
    sharpe: float, periods: int, *, trials: int, spread: float, skew: float = 0.0, kurtosis: float = 3.0
) -> float | None:
    """The probability that the ratio of the best is above what the best of so many trials would have by chance.

    `spread` is the standard deviation of the ratios (by the period) of everything that was tried, the chosen one included.
    None as `probabilistic_sharpe`.
    """
    hurdle = expected_maximum_sharpe(trials, spread)
    return probabilistic_sharpe(sharpe, periods, skew=skew, kurtosis=kurtosis, benchmark=hurdle)


def _spread(sharpe: float, skew: float, kurtosis: float) -> float | None:
    """The variance of the estimated ratio, times the periods; None where it is not above 0."""
    spread = 1 - skew * sharpe + (kurtosis - 1) / 4 * sharpe * sharpe
    return spread if spread > 0 else None
