"""How far a recorder's clock was behind the venue's, told from the times on the messages themselves."""

from array import array

import numpy as np

MAX_SAMPLES = 1_000_000
"""Differences kept: beyond, every second one goes, then every second of those, so that they still span the recording."""
OUTLIER_DEVIATIONS = 8.0
MIN_DEVIATION_NS = 1_000_000.0
"""Venues stamp whole milliseconds, so nothing finer tells an outlier."""


class ClockOffset:
    """Collects `exchange time - receive time` of every message.

    A message cannot arrive before it was made, so the difference is the offset of the clocks minus the time the message
    took: at most the offset, and close to it for the quickest message. The estimate is therefore the largest difference,
    that is the smallest apparent latency (hftbacktest corrects by the same rule), with one guard: a difference more than 8
    median absolute deviations above the median is the venue's stamp gone wrong, not a quick message, and is left out.
    A recorder whose clock is ahead looks like a slow line and cannot be told from one: nothing is corrected then.
    """

    def __init__(self) -> None:
        self._differences = array("q")
        self._stride = 1
        self._seen = 0

    def add(self, *, exchange_ns: int, received_ns: int) -> None:
        """Take in the two times of one message."""
        if self._seen % self._stride == 0:
            self._differences.append(exchange_ns - received_ns)
            if len(self._differences) > MAX_SAMPLES:
                self._differences = self._differences[::2]
                self._stride *= 2
        self._seen += 1

    def estimate_ns(self) -> int:
        """Nanoseconds to add to the receive times: how far that clock was behind; 0 when it was not, or is unknown."""
        if not self._differences:
            return 0
        differences = np.frombuffer(self._differences, dtype=np.int64)
        median = float(np.median(differences))
        deviation = max(float(np.median(np.abs(differences - median))), MIN_DEVIATION_NS)
        sound = differences[differences <= median + OUTLIER_DEVIATIONS * deviation]
        return max(0, int(sound.max()))
