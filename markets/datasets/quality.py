"""What a stored series lacks: runs of missing bars, told apart from the hours in which its market is closed.

What is expected says the market's calendar (`markets.calendars`). Files are forgiven that their times may be those of
another clock: a weekend that only seems to lack some hours of a broker's zone is a break, and so is the night of an
exchange whose stamps are local. Daily bars of an exchange go by its sessions alone, so that a missing Monday is a gap.
"""

import heapq

import numpy as np

from kit.clock import NS_PER_SECOND, iso_from_ns
from markets.calendars import ALWAYS, FX, expected_times, holiday_between, missing_runs
from markets.datasets.records import Gap, Gaps
from markets.datasets.series import DAY_NS, HOUR_NS, SeriesBuilder
from markets.datasets.sessions import MOST_SESSIONS, Closing

MAX_ITEMS = 100
"""Gaps listed one by one: the longest."""
LONGEST_WEEKEND_NS = 5 * DAY_NS
SHORTEST_HOLIDAY_NS = 12 * HOUR_NS
"""A shorter hole next to Christmas or New Year is a hole."""
SPAN_TO_JUDGE_NS = 14 * DAY_NS
"""A shorter series says nothing about weekends."""
HOURS_OF_FX = 20
"""A market with bars in this many hours of the day is open round the clock on weekdays."""
MAX_STEPS = 5_000_000
"""Times of one hole that are worked out one by one: 40 MB."""
COUNTED_STEPS = 50_000
"""A hole of more bars is counted by its sessions."""
_SATURDAY = 2
_THURSDAY, _FRIDAY = 3, 4
"""Days of the week from Monday; 1970-01-01 was a Thursday."""
ZONE_SLACK_NS = 8 * 3_600 * NS_PER_SECOND
"""A weekend that seems to lack so much or less is one of another clock: brokers run up to seven hours ahead."""


class GapCount:
    """Counts runs of missing bars, keeping the longest."""

    def __init__(self, calendar: str = "24/7") -> None:
        self._calendar = calendar
        self.count = 0
        self.missing_bars = 0
        self._longest: list[tuple[int, int, int]] = []

    def longest(self) -> tuple[Closing, ...]:
        """The longest runs as the bars before and after them."""
        return tuple(Closing(-negative, length - negative) for length, negative, _ in self._longest)

    def add(self, after_ns: np.ndarray, before_ns: np.ndarray, interval_ns: int) -> None:
        """Count the runs between bars that open at `after_ns` and `before_ns`."""
        lengths = before_ns - after_ns
        missing = _missing_bars(after_ns, before_ns, interval_ns, self._calendar)
        self.count += len(lengths)
        self.missing_bars += int(missing.sum())
        longest = np.argsort(-lengths, kind="stable")[:MAX_ITEMS]
        found = [(int(lengths[i]), -int(after_ns[i]), int(missing[i])) for i in longest]
        self._longest = heapq.nlargest(MAX_ITEMS, [*self._longest, *found])

    def result(self) -> Gaps:
        """The count, its items oldest first."""
        oldest_first = sorted((-negative, length, missing) for length, negative, missing in self._longest)
        return Gaps(
            count=self.count,
            missing_bars=self.missing_bars,
            longest_seconds=self._longest[0][0] // NS_PER_SECOND if self._longest else 0,
            items=tuple(
                Gap(iso_from_ns(after), iso_from_ns(after + length), missing) for after, length, missing in oldest_first
            ),
        )


def judge_calendar(series: SeriesBuilder, interval_ns: int, known: str | None) -> str:
    """`24/7`, `fx` or `equities`: the known one unless bars on a Saturday belie it, else by when the bars lie."""
    if series.has_saturdays:
        return "24/7"
    if known is not None:
        return known
    if series.last_ns - series.first_ns < SPAN_TO_JUDGE_NS:
        return "24/7"
    if interval_ns >= DAY_NS:
        return "fx" if series.has_sundays else "equities"
    return "fx" if len(series.hours) >= HOURS_OF_FX else "equities"


class GapFinder:
    """Runs of missing bars of a series that is passed through in order: gaps, and breaks while the market was closed."""

    def __init__(self, interval_ns: int, calendar: str, *, keeps_gaps: bool = False) -> None:
        self._interval_ns = interval_ns
        self._keeps_gaps = keeps_gaps
        self.gap_runs: list[Closing] = []
        """Every gap as the bars before and after it, where they are kept."""
        self._calendar = calendar
        self._last: np.ndarray = np.empty(0, dtype=np.int64)
        self.gaps, self.breaks = GapCount(calendar), GapCount()
        self.closings: list[Closing] = []
        """The first breaks one by one: what they begin and end with shows the zone of the times."""

    def add(self, times: np.ndarray) -> None:
        """Look at the next rows."""
        joined = np.concatenate((self._last, times))
        self._last = joined[-1:]
        is_run = np.diff(joined) > self._interval_ns
        if not is_run.any():
            return
        after, before = joined[:-1][is_run], joined[1:][is_run]
        is_break = _are_breaks(after, before, self._interval_ns, self._calendar)
        self.gaps.add(after[~is_break], before[~is_break], self._interval_ns)
        self.breaks.add(after[is_break], before[is_break], self._interval_ns)
        if self._keeps_gaps:
            pairs = zip(after[~is_break].tolist(), before[~is_break].tolist(), strict=True)
            self.gap_runs += [Closing(last, first) for last, first in pairs]
        wanted = MOST_SESSIONS - len(self.closings)
        pairs = zip(after[is_break][:wanted].tolist(), before[is_break][:wanted].tolist(), strict=True)
        self.closings += [Closing(last, first) for last, first in pairs]


def expected_between(after_ns: int, before_ns: int, interval_ns: int, calendar: str) -> np.ndarray:
    """The times at which bars are expected between two bars that are there, in steps from the first.

    Within one day every step is expected: stamps in an exchange's local time would lie outside of its hours.
    """
    times: np.ndarray = np.arange(after_ns + interval_ns, before_ns, interval_ns, dtype=np.int64)
    if calendar == ALWAYS or not len(times):
        return times
    if interval_ns >= DAY_NS and calendar == FX:
        weekdays: np.ndarray = times[(times // DAY_NS + _THURSDAY) % 7 <= _FRIDAY]
        return weekdays
    if interval_ns < DAY_NS and after_ns // DAY_NS == before_ns // DAY_NS:
        return times
    unit_ns = min(interval_ns, DAY_NS)
    on_grid = times // unit_ns * unit_ns
    expected: np.ndarray = times[np.isin(on_grid, expected_times(calendar, unit_ns, int(on_grid[0]), before_ns))]
    return expected


def _count_expected(after_ns: int, before_ns: int, interval_ns: int, calendar: str) -> int:
    if (before_ns - after_ns) // interval_ns <= COUNTED_STEPS:
        return len(expected_between(after_ns, before_ns, interval_ns, calendar))
    return int(missing_runs(np.array([after_ns, before_ns]), interval_ns, calendar).missing_bars.sum())


def _missing_bars(
    after: np.ndarray, before: np.ndarray, interval_ns: int, calendar: str, *, least: int = 1
) -> np.ndarray:
    """How many bars each run lacks, by the calendar of a market that closes."""
    missing: np.ndarray = (before - after - 1) // interval_ns
    if calendar != ALWAYS:
        for place in np.flatnonzero((before - after > HOUR_NS) & (after // DAY_NS != before // DAY_NS)).tolist():
            missing[place] = _count_expected(int(after[place]), int(before[place]), interval_ns, calendar)
    counted: np.ndarray = np.maximum(missing, least)
    return counted


def _are_breaks(after: np.ndarray, before: np.ndarray, interval_ns: int, calendar: str) -> np.ndarray:
    """Which runs lie in hours in which the market was closed."""
    if calendar == ALWAYS:
        return np.zeros(len(after), dtype=bool)
    missing = _missing_bars(after, before, interval_ns, calendar, least=0)
    if interval_ns >= DAY_NS and calendar != FX:
        return np.asarray(missing == 0)
    missing_from = after + interval_ns
    day = missing_from // DAY_NS
    saturday = np.maximum((day + (_SATURDAY - day) % 7) * DAY_NS, missing_from)
    is_short = before - after <= LONGEST_WEEKEND_NS
    is_weekend = (saturday < before) & is_short & (missing * interval_ns <= ZONE_SLACK_NS)
    is_night = (after // DAY_NS != before // DAY_NS) & (before - after < DAY_NS)
    if calendar != FX:
        return np.asarray((missing == 0) | (saturday < before) & is_short | is_night)
    is_holiday = np.zeros(len(after), dtype=bool)
    for place in np.flatnonzero(is_short & (missing > 0)).tolist():
        is_holiday[place] = before[place] - after[place] > SHORTEST_HOLIDAY_NS and bool(
            holiday_between(int(after[place]), int(before[place]))
        )
    return np.asarray((missing == 0) | is_weekend | is_holiday)
