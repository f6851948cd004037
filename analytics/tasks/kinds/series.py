"""What the kinds have in common: returns, sums over windows, and series that are short enough for a picture."""

import math
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

MAX_POINTS: Final = 1_000
"""Points of a picture's series: more than a screen's pixels show, and few enough that a result fits into a job's answer."""

ROUNDING: Final = 1e-12
"""Deviations of log prices and returns at or below this are roundings of a constant."""


def log_returns(close: Floats) -> Floats:
    """ln(C_i / C_(i-1)), float64[T - 1]; prices are above 0."""
    returns: Floats = np.diff(np.log(close))
    return returns


def is_constant(values: Floats) -> bool:
    """Whether values differ by roundings only."""
    return len(values) < 2 or float(np.ptp(values)) <= ROUNDING * max(1.0, float(np.abs(values).max()))


def window_sums(values: Floats, window: int) -> Floats:
    """The sum of the last `window` values at each, float64[T]; NaN before there are so many. Depends on no later value."""
    sums = np.full(len(values), np.nan)
    if len(values) >= window:
        totals = np.concatenate(([0.0], np.cumsum(values)))
        sums[window - 1 :] = totals[window:] - totals[:-window]
    return sums


def window_variances(values: Floats, window: int) -> Floats:
    """The sample variance (n - 1) of the last `window` values at each, float64[T]; NaN before there are so many."""
    totals = window_sums(values, window)
    squares = window_sums(values * values, window)
    variances: Floats = np.maximum(squares - totals * totals / window, 0.0) / (window - 1)
    return variances


def part_ends(count: int, points: int = MAX_POINTS, first: int = 0) -> Integers:
    """The last place of each of at most `points` parts of `first`..`count`, so that the newest is always among them."""
    known = count - first
    if known <= 0:
        return np.empty(0, np.int64)
    parts = min(points, known)
    return first + (np.arange(1, parts + 1, dtype=np.int64) * known) // parts - 1


def number_or_none(value: Any) -> float | None:
    """A number as JSON can say it: None for NaN and infinities."""
    return float(value) if math.isfinite(value) else None


def numbers(values: Floats) -> list[float | None]:
    """Numbers as JSON can say them."""
    return [value if math.isfinite(value) else None for value in values.tolist()]
