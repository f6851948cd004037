"""Where an axis of time has its names: at round moments of the reader's zone, not too many."""

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from typing import Final

from reports.exporters.formatting import moment_of, ns_of

MOST_TICKS: Final = 8
MOST_STEPS: Final = 1_000
"""A bound that no axis reaches: steps are chosen so that a handful fits."""

_SECONDS: Final = tuple(timedelta(seconds=each) for each in (1, 5, 15, 30))
_HOURS: Final = tuple(timedelta(minutes=each) for each in (1, 5, 15, 30, 60, 180, 360, 720))
_DAYS: Final = tuple(timedelta(days=each) for each in (1, 2, 7, 14))
_MONTHS: Final = (1, 3, 6, 12, 24, 60, 120, 240)
_SECONDS_A_MONTH: Final = 30.44 * 86_400


def time_ticks(start_ns: int, end_ns: int, zone: tzinfo, most: int = MOST_TICKS) -> list[tuple[int, str]]:
    """Times with their names between two times, oldest first; about `most` of them, and never twice as many."""
    first, last = moment_of(start_ns, zone), moment_of(end_ns, zone)
    span = last - first
    found = [(ns_of(moment), label) for moment, label in _moments(first, last, span, most)]
    return [each for each in found if start_ns <= each[0] <= end_ns]


def _moments(first: datetime, last: datetime, span: timedelta, most: int) -> Iterator[tuple[datetime, str]]:
    for step in (*_SECONDS, *_HOURS, *_DAYS):
        if span <= step * most:
            yield from _by_time(first, last, step)
            return
    months = next((each for each in _MONTHS if span.total_seconds() <= each * _SECONDS_A_MONTH * most), _MONTHS[-1])
    yield from _by_month(first, last, months)


def _by_time(first: datetime, last: datetime, step: timedelta) -> Iterator[tuple[datetime, str]]:
    """Midnight of the first day, and every step from there by the clock on the wall."""
    moment = first.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    begun, ended = first.replace(tzinfo=None), last.replace(tzinfo=None)
    moment += step * max((begun - moment) // step, 0)
    for _ in range(MOST_STEPS):
        if moment > ended:
            return
        yield moment.replace(tzinfo=first.tzinfo), _name_of(moment)
        moment += step


def _name_of(moment: datetime) -> str:
    """The day at midnight, else the time of day."""
    if moment.hour == moment.minute == moment.second == 0:
        return f"{moment.day} {moment:%b}"
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"


def _by_month(first: datetime, last: datetime, months: int) -> Iterator[tuple[datetime, str]]:
    """First days of months; of years when a step is one or more."""
    count = (first.year * 12 + first.month - 1) // months * months
    for _ in range(MOST_STEPS):
        moment = datetime(count // 12, count % 12 + 1, 1, tzinfo=first.tzinfo)
        if moment > last:
            return
        yield moment, f"{moment.year}" if months >= 12 or moment.month == 1 else f"{moment:%b}"
        count += months
