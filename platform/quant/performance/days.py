"""Equity by the day: the last mark of each UTC day."""

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

NS_PER_DAY: Final = 86_400 * 10**9


def last_marks(time_ns: Integers) -> Integers:
    """The places of the last mark of every UTC day, int64; `time_ns` rises. Days without a mark are left out."""
    if len(time_ns) == 0:
        return np.empty(0, np.int64)
    first_day, last_day = int(time_ns[0]) // NS_PER_DAY, int(time_ns[-1]) // NS_PER_DAY
    if last_day - first_day < len(time_ns):
        # Fewer days than marks: looking the days up beats dividing every time by the length of a day.
        ends = np.searchsorted(time_ns, np.arange(first_day + 1, last_day + 1) * NS_PER_DAY) - 1
        places = np.append(ends, len(time_ns) - 1)
        return places[np.concatenate(([places[0] >= 0], np.diff(places) > 0))]
    days = time_ns // NS_PER_DAY
    return np.append(np.flatnonzero(np.diff(days)), len(time_ns) - 1)


def daily_equity(time_ns: Integers, equity: Floats, starting_equity: float) -> tuple[Integers, Floats]:
    """Days since 1970 (int64[D]) and equity at their ends (float64[D + 1]), the starting equity before them."""
    places = last_marks(time_ns)
    return time_ns[places] // NS_PER_DAY, np.concatenate(([starting_equity], equity[places]))


def returns_of(equity: Floats) -> Floats:
    """Simple returns from one mark to the next, one fewer than marks; NaN from where equity is not above 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        returns: Floats = np.where(equity[:-1] > 0, equity[1:] / equity[:-1] - 1.0, np.nan)
    return returns
