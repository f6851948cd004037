"""What a stored series lacks: runs of missing bars, told apart from the hours in which its market is closed.

No holiday calendar is assumed. A run over a weekend (up to five days, so that a holiday next to it belongs to it) is
a break for markets that close on Saturdays, and so is the night of an exchange; a holiday in mid-week shows as a gap.
"""

import heapq
from collections.abc import Iterator

import numpy as np

from kit.clock import NS_PER_SECOND, iso_from_ns
from markets.datasets.records import Gap, Gaps
from markets.datasets.series import DAY_NS, SeriesBuilder

MAX_ITEMS = 100
"""Gaps listed one by one: the longest."""
LONGEST_WEEKEND_NS = 5 * DAY_NS
SPAN_TO_JUDGE_NS = 14 * DAY_NS
"""A shorter series says nothing about weekends."""
HOURS_OF_FX = 20
"""A market with bars in this many hours of the day is open round the clock on weekdays."""
_SATURDAY = 2


class GapCount:
    """Counts runs of missing bars, keeping the longest."""

    def __init__(self) -> None:
        self.count = 0
        self.missing_bars = 0
        self._longest: list[tuple[int, int, int]] = []

    def add(self, after_ns: np.ndarray, before_ns: np.ndarray, interval_ns: int) -> None:
        """Count the runs between bars that open at `after_ns` and `before_ns`."""
        lengths = before_ns - after_ns
        missing = np.maximum(lengths // interval_ns - 1, 1)
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


def find_gaps(times: Iterator[np.ndarray], interval_ns: int, calendar: str) -> tuple[Gaps, Gaps, int]:
    """Gaps, breaks (the market was closed), and the number of bars off the interval's grid; times are sorted."""
    gaps, breaks, off_grid = GapCount(), GapCount(), 0
    last: np.ndarray = np.empty(0, dtype=np.int64)
    for part in times:
        off_grid += int(np.count_nonzero(part % interval_ns))
        joined = np.concatenate((last, part))
        is_run = np.diff(joined) > interval_ns
        after, before = joined[:-1][is_run], joined[1:][is_run]
        is_break = _are_breaks(after, before, interval_ns, calendar)
        gaps.add(after[~is_break], before[~is_break], interval_ns)
        breaks.add(after[is_break], before[is_break], interval_ns)
        last = joined[-1:]
    return gaps.result(), breaks.result(), off_grid


def _are_breaks(after: np.ndarray, before: np.ndarray, interval_ns: int, calendar: str) -> np.ndarray:
    if calendar == "24/7":
        return np.zeros(len(after), dtype=bool)
    missing_from = after + interval_ns
    day = missing_from // DAY_NS
    saturday = np.maximum((day + (_SATURDAY - day) % 7) * DAY_NS, missing_from)
    is_weekend = (saturday < before) & (before - after <= LONGEST_WEEKEND_NS)
    is_night = (after // DAY_NS != before // DAY_NS) & (before - after < DAY_NS)
    closes_at_night = calendar == "equities" and interval_ns < DAY_NS
    return np.asarray(is_weekend | is_night if closes_at_night else is_weekend)
