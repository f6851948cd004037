"""Sorts any number of rows by time in bounded memory: sorted parts on disk, then one range of time after the other.

A file that is in order, or in exactly reversed order, touches each part once; a shuffled one reads a slice of every
part per range. Rows of equal time stay in the order of the file (reversed, where the file runs newest first).
"""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
import polars as pl

from markets.datasets.refusals import unsuitable

PART_ROWS = 1_000_000
"""Rows held in memory before a part is written: about 60 MB of candles. A smaller file needs no part."""
RANGE_ROWS = 400_000
"""Rows sorted at once: about 20 MB of candles."""
SLICE_ROWS = 10_000
"""Rows per row group of a part: what a range of a shuffled file reads too much of, at each end."""
SAMPLE_EVERY = 2_000
MAX_ROWS_AT_ONE_TIME = 1_000_000
"""Rows of one time cannot be divided by time; so many of them mean that the time column is none."""


class _Part(msgspec.Struct, frozen=True):
    path: Path
    first_ns: int
    last_ns: int


class TimeSorter:
    """Takes rows with `time` and `row` in any order and gives them back sorted, part files kept in `work_dir`."""

    def __init__(self, work_dir: Path) -> None:
        self._work_dir = work_dir
        self._waiting: list[pl.DataFrame] = []
        self.waiting_rows = 0
        """Rows in memory."""
        self._parts: list[_Part] = []
        self._samples: list[np.ndarray] = []
        self._is_rising = True
        """Whether every part so far begins after the one before and rises: then there is nothing to sort."""
        self.rows = 0

    def add(self, frame: pl.DataFrame) -> None:
        """Take more rows."""
        self._waiting.append(frame)
        self.waiting_rows += frame.height
        self.rows += frame.height
        if self.waiting_rows >= PART_ROWS:
            self.flush()

    def ranges(self, *, newest_first: bool) -> Iterator[pl.DataFrame]:
        """All rows sorted, in frames that never divide rows of equal time; raises Rejected if too many are equal."""
        if not self._parts:
            if self._waiting:
                yield _sorted(self._take_waiting(), newest_first=newest_first)
            return
        self.flush()
        if self._is_rising:
            for part in self._parts:
                yield pl.read_parquet(part.path)
            return
        for first_ns, end_ns in pairwise(self._cuts()):
            slices = [
                pl.scan_parquet(part.path).filter(pl.col("time").is_between(first_ns, end_ns, closed="left")).collect()
                for part in self._parts
                if part.first_ns < end_ns and part.last_ns >= first_ns
            ]
            yield _sorted(pl.concat(slices), newest_first=newest_first)

    def flush(self) -> None:
        """Write what is in memory to a part on disk."""
        if not self.waiting_rows:
            return
        part = self._take_waiting()
        if not _is_rising(part["time"].to_numpy()):
            self._is_rising = False
            part = part.sort("time")
        if self._parts and part["time"][0] <= self._parts[-1].last_ns:
            self._is_rising = False
        path = self._work_dir / f"part-{len(self._parts):06d}.parquet"
        part.write_parquet(path, compression="lz4", row_group_size=SLICE_ROWS)
        times = part["time"].to_numpy()
        self._parts.append(_Part(path, int(times[0]), int(times[-1])))
        self._samples.append(times[::SAMPLE_EVERY].copy())

    def _take_waiting(self) -> pl.DataFrame:
        waiting = pl.concat(self._waiting, rechunk=True)  # in one piece its columns are arrays without a copy
        self._waiting, self.waiting_rows = [], 0
        return waiting

    def _cuts(self) -> list[int]:
        """Times that divide the rows into ranges of about RANGE_ROWS; the last lies after every row."""
        if not self._parts:
            return []
        samples = np.sort(np.concatenate(self._samples))
        _, repeats = np.unique(samples, return_counts=True)
        if int(repeats.max()) * SAMPLE_EVERY > MAX_ROWS_AT_ONE_TIME:
            raise unsuitable(f"More than {MAX_ROWS_AT_ONE_TIME:,} rows have the same time: is the time column right?")
        cuts = np.unique(samples[:: RANGE_ROWS // SAMPLE_EVERY])
        end_ns = max(part.last_ns for part in self._parts) + 1
        return [*cuts.tolist(), end_ns]


def _is_rising(times: np.ndarray) -> bool:
    return bool((times[1:] > times[:-1]).all())


def _sorted(frame: pl.DataFrame, *, newest_first: bool) -> pl.DataFrame:
    """The rows by time, those of one time as the file has them; nothing is done to what is in order already."""
    if _is_rising(frame["time"].to_numpy()):
        return frame
    return frame.sort("time", "row", descending=[False, newest_first])
