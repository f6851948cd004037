"""The hash of a range of candles: the same candles have the same hash, wherever they lie and however they came in.

The rows are divided into the store's periods; each period's rows have a digest, and the hash of a range is over the digests
of its periods in order. A period that lies whole in the range has its digest in its file already, so the hash of years costs
a look at each file's head and the decoding of two at most.
"""

import hashlib
from collections.abc import Iterable, Iterator

import polars as pl

from markets.candle_store.places import Period, period_of
from markets.datasets.store import ContentHash

NO_CANDLES = "0" * 64
"""The hash of a range without a candle."""


class RangeHash:
    """The hash of a series' candles, fed period by period or frame by frame in order of time."""

    def __init__(self, interval_s: int) -> None:
        self._interval_s = interval_s
        self._whole = hashlib.sha256(f"candles {interval_s} s".encode())
        self._period: Period | None = None
        self._content = ContentHash("candles")
        self._is_empty = True

    def add(self, frame: pl.DataFrame) -> None:
        """Take the next rows."""
        for period, part in by_period(frame, self._interval_s):
            if period != self._period:
                self._close_period()
                self._period = period
            self._content.add(part)

    def add_digest(self, period: Period, digest: str) -> None:
        """Take a whole period by the digest of its rows."""
        self._close_period()
        self._is_empty = False
        self._whole.update(f"\n{period.start_ns} {digest}".encode())

    def hexdigest(self) -> str:
        """The hash of what was added; nothing can be added after it."""
        self._close_period()
        return NO_CANDLES if self._is_empty else self._whole.hexdigest()

    def _close_period(self) -> None:
        period, self._period = self._period, None
        if period is not None:
            content, self._content = self._content, ContentHash("candles")
            self.add_digest(period, content.hexdigest())


def digest_of(frame: pl.DataFrame) -> str:
    """The digest of the rows of one period."""
    content = ContentHash("candles")
    content.add(frame)
    return content.hexdigest()


def hash_of(frames: Iterable[pl.DataFrame], interval_s: int) -> str:
    """The hash of candles that come as frames in order of time, such as those of a data set."""
    whole = RangeHash(interval_s)
    for frame in frames:
        whole.add(frame)
    return whole.hexdigest()


def by_period(frame: pl.DataFrame, interval_s: int) -> Iterator[tuple[Period, pl.DataFrame]]:
    """Sorted rows divided into the periods they belong to."""
    times = frame["time"].to_numpy()
    first = 0
    while first < frame.height:
        period = period_of(interval_s, int(times[first]))
        end = int(times.searchsorted(period.end_ns))
        yield period, frame.slice(first, end - first)
        first = end
