"""When a symbol moves: its returns by hour of the day, weekday, month, and turn of the month.

With so many groups some look special by chance alone: one in twenty has |t| above 2 where there is nothing.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from analytics.tasks.kinds.results import SeasonalityResult, SeasonGroup
from analytics.tasks.kinds.series import ROUNDING, Booleans, Floats, Integers
from quant.performance.days import returns_of

CONVENTIONS: Final = (
    "Returns are simple, from one close to the next: those of bars by the hour in which the bar opens, else those of days.",
    "A day is that of the zone, or the session of the calendar; its return goes from the last close of the day before.",
    "The turn of the month are its last day and the first three of the next one, as far as the bars tell which these are.",
    "t is the mean over its standard error. Of twenty groups one has |t| above 2 by chance.",
)
FIRST_DAYS: Final = 3
"""Days after the turn that belong to it: Lakonishok and Smidt, Are seasonal anomalies real?, Review of Financial Studies 1
(1988).
"""

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_MONDAY: Final = 3
"""Which day of the week the first day of 1970 was, Monday being 0."""


def seasonality_of(time_ns: Integers, close: Floats, *, days: Integers, zone: str, is_daily: bool) -> SeasonalityResult:
    """The seasons of T bars; `days` (int64[T], rising) is the date of each in days since 1970, `zone` that of the hours."""
    ends = np.append(np.flatnonzero(np.diff(days)), len(days) - 1)
    dates, gains = days[ends][1:], returns_of(close[ends])
    months = months_of(dates)
    turn, rest = turn_of_month(months, begins_with=int(months_of(days[:1])[0]))
    return SeasonalityResult(
        zone=zone,
        days=len(ends),
        hours=[] if is_daily else _by_hour(time_ns, close, zone),
        weekdays=grouped(gains, (dates + _MONDAY) % 7, WEEKDAYS),
        months=grouped(gains, months % 12, MONTHS),
        turn_of_month=[group("turn", gains[turn]), group("rest", gains[rest])],
    )


def months_of(days: Integers) -> Integers:
    """Months since January 1970 of days since 1970, int64."""
    months: Integers = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months


def turn_of_month(months: Integers, begins_with: int) -> tuple[Booleans, Booleans]:
    """Which days are at the turn of the month, and which surely are not, by their months (int64[D], rising).

    The month `begins_with`, in which the bars begin, may lack its first days, so that only its last day can be told; and of
    the newest day nobody knows whether it is its month's last.
    """
    if not len(months):
        return np.zeros(0, np.bool_), np.zeros(0, np.bool_)
    is_last = np.append(months[1:] != months[:-1], False)
    place = np.arange(len(months)) - np.searchsorted(months, months)
    is_counted = months != begins_with
    turn = is_last | (is_counted & (place < FIRST_DAYS))
    rest = ~turn & is_counted
    rest[-1] = False
    return turn, rest


def grouped(returns: Floats, keys: Integers, labels: Sequence[str]) -> list[SeasonGroup]:
    """The groups that have a return, in the order of their keys, which are places in `labels`."""
    return [group(labels[key], returns[keys == key]) for key in np.unique(keys).tolist()]


def group(label: str, returns: Floats) -> SeasonGroup:
    """The figures of some returns; None where there are too few, or where they never differ."""
    count = len(returns)
    if count == 0:
        return SeasonGroup(label, 0, None, None, None, None)
    mean = float(returns.mean())
    deviation = float(returns.std(ddof=1)) if count > 1 else 0.0
    t = mean / (deviation / math.sqrt(count)) if deviation > ROUNDING else None
    return SeasonGroup(label, count, mean, float(np.median(returns)), t, float((returns > 0).mean()))


def _by_hour(time_ns: Integers, close: Floats, zone: str) -> list[SeasonGroup]:
    opens = pl.Series(time_ns[1:]).cast(pl.Datetime("ns", "UTC")).dt.convert_time_zone(zone)
    hours = opens.dt.hour().cast(pl.Int64).to_numpy()
    return grouped(returns_of(close), hours, [f"{hour:02}:00" for hour in range(24)])
