"""How long something took lately: a typical figure for people, where a histogram would be too much."""

import statistics
from collections import deque

KEPT = 256
"""Enough for a median that means something, and little enough to sort whenever somebody asks."""


class RecentDurations:
    """The last durations of one kind of work. Adding costs some tens of nanoseconds; any thread may."""

    __slots__ = ("_seconds", "add")

    def __init__(self, kept: int = KEPT) -> None:
        self._seconds: deque[float] = deque(maxlen=kept)
        self.add = self._seconds.append
        """Note one duration in seconds."""

    def median_ms(self) -> float | None:
        """The median in milliseconds; None before the first."""
        seconds = self._seconds.copy()
        return round(statistics.median(seconds) * 1_000, 3) if seconds else None
