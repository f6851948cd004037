"""The candle store: append, read, iterate and name by hash; a series is one sorted set of candles in files by period.

Appending is atomic for each period and idempotent: the same candle again changes nothing, another candle of its time
replaces it. An append over several periods writes them oldest first: what a crash leaves is a beginning, and the same append
again completes it. One writer at a time holds a series, also between processes. Readers need no lock.

Files that were read or written last stay in memory, decoded, as long as they are what lies on disk; beside a live market
that is its last days.
"""

import fcntl
import os
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from kit.clock import NS_PER_SECOND, SYSTEM_CLOCK, Clock
from markets.candle_store import checking, files, places
from markets.candle_store.hashing import RangeHash, by_period
from markets.candle_store.places import SUFFIX, Period, folder_of, list_periods
from markets.candle_store.records import Appended, SeriesFacts, SeriesKey
from markets.datasets.store import CANDLE_SCHEMA
from markets.intervals import interval_s_of
from markets.paging import Window

ROWS_IN_MEMORY = 1_000_000
"""Decoded candles kept for the next reader, the least used forgotten first: 48 MB, or a week of minutes of 99 symbols."""
FACTS_IN_MEMORY = 50_000
SERIES_IN_MEMORY = 10_000
"""Series of which is known, without a look into their folders, which files there are and how many decimals they have."""
SETTLED_NS = 2 * NS_PER_SECOND
"""Folders tell changes apart by a time of some milliseconds; one that has changed just now is looked at again."""
BATCH_ROWS = 10_000

Stamp = tuple[int, int, int]
"""What tells one content of a path from another: inode, size and time of change."""


class CandleStore:
    """The store in one folder; safe from any thread, and beside other processes."""

    def __init__(self, root: Path, *, rows_in_memory: int = ROWS_IN_MEMORY, clock: Clock = SYSTEM_CLOCK) -> None:
        self._root = root
        self._memory = _Memory(rows_in_memory, clock)
        self._clock = clock
        self._decimals: dict[Path, tuple[Stamp | None, tuple[int | None, int | None]]] = {}

    # Writing ---------------------------------------------------------------------------------------------------------

    def append(self, key: SeriesKey, frame: pl.DataFrame) -> Appended:
        """Add candles in any order to a series and return what changed; raises Invalid and adds none for a bad one."""
        interval_s = interval_s_of(key.interval)
        rows = checking.checked(frame, interval_s)
        folder = folder_of(self._root, key)
        total = Appended(0, 0, 0)
        if not rows.height:
            return total
        files.make_folder(folder)
        with self._held(folder):
            for period, part in by_period(rows, interval_s):
                done = self._append_period(_path(folder, period), part)
                total = Appended(
                    total.added + done.added, total.replaced + done.replaced, total.unchanged + done.unchanged
                )
        return total

    def remove(self, key: SeriesKey) -> None:
        """Delete a series."""
        folder = folder_of(self._root, key)
        if folder.is_dir():
            with self._held(folder):
                for period in list_periods(folder, key.interval):
                    _path(folder, period).unlink(missing_ok=True)

    def _append_period(self, path: Path, rows: pl.DataFrame) -> Appended:
        stored = self._memory.frame(path)
        if stored is None:
            merged, replaced = rows, 0
        else:
            merged = _merged(stored, rows)
            both = stored.join(rows, on="time", how="semi")
            same = both.join(rows, on=CANDLE_SCHEMA.names(), how="semi")
            replaced = both.height - same.height
            if merged.height == stored.height and not replaced:
                return Appended(0, 0, rows.height)
        files.write(path, merged)
        self._memory.put(path, merged)
        added = merged.height - (0 if stored is None else stored.height)
        return Appended(added, replaced, rows.height - added - replaced)

    @contextmanager
    def _held(self, folder: Path) -> Iterator[None]:
        """Be the only writer of a series, among threads and among processes: each holds the lock by a file of its own."""
        with (folder / ".lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            files.remove_unfinished(folder)
            yield

    # Reading ---------------------------------------------------------------------------------------------------------

    def read(self, key: SeriesKey, window: Window) -> pl.DataFrame:
        """The candles of a window, oldest first: its first `limit`, or its last."""
        folder = folder_of(self._root, key)
        periods = self._periods(folder, key.interval, window.from_ns, window.to_ns)
        if not window.is_oldest_first:
            periods.reverse()
        found: list[pl.DataFrame] = []
        missing = window.limit
        for part in self._parts(folder, periods):
            rows = _between(part, window.from_ns, window.to_ns)
            found.append(rows)
            missing -= rows.height
            if missing <= 0:
                break
        if not window.is_oldest_first:
            found.reverse()
        whole = pl.concat(found) if found else pl.DataFrame(schema=CANDLE_SCHEMA)
        return whole.head(window.limit) if window.is_oldest_first else whole.tail(window.limit)

    def iterate(self, key: SeriesKey, *, from_ns: int, to_ns: int, batch: int = BATCH_ROWS) -> Iterator[pl.DataFrame]:
        """The candles from one time to another, both included, `batch` at a time, oldest first.

        Holds a few files at a time and leaves what is in memory there.
        """
        folder = folder_of(self._root, key)
        waiting = pl.DataFrame(schema=CANDLE_SCHEMA)
        for part in self._parts(folder, self._periods(folder, key.interval, from_ns, to_ns), keep=False):
            waiting = pl.concat([waiting, _between(part, from_ns, to_ns)])
            whole = waiting.height // batch * batch
            yield from waiting.head(whole).iter_slices(batch)
            waiting = waiting.slice(whole)
        if waiting.height:
            yield waiting

    def range_hash(self, key: SeriesKey, *, from_ns: int, to_ns: int) -> str:
        """The content hash of the candles from one time to another, both included."""
        folder = folder_of(self._root, key)
        whole = RangeHash(interval_s_of(key.interval))
        for period in self._periods(folder, key.interval, from_ns, to_ns):
            path = _path(folder, period)
            facts = self._memory.facts(path)
            if facts is None:
                continue
            if from_ns <= facts.first_ns and facts.last_ns <= to_ns:
                whole.add_digest(period, facts.digest)
            else:
                frame = self._memory.frame(path)
                whole.add(_between(frame, from_ns, to_ns) if frame is not None else pl.DataFrame(schema=CANDLE_SCHEMA))
        return whole.hexdigest()

    # Catalogue -------------------------------------------------------------------------------------------------------

    def list_series(self, symbol: str | None = None) -> list[SeriesKey]:
        """Every series, or those of a symbol; one may be empty."""
        return places.list_series(self._root, symbol)

    def facts(self, key: SeriesKey) -> SeriesFacts | None:
        """What is known of a series; None when it has no candle."""
        folder = folder_of(self._root, key)
        paths = [_path(folder, period) for period in list_periods(folder, key.interval)]
        known = [(path, facts) for path in paths if (facts := self._memory.facts(path)) is not None]
        if not known:
            return None
        parts = [facts for _, facts in known]
        return SeriesFacts(
            key=key,
            rows=sum(facts.rows for facts in parts),
            from_ns=parts[0].first_ns,
            to_ns=parts[-1].last_ns,
            price_decimals=_finest([facts.price_decimals for facts in parts]),
            volume_decimals=_finest([facts.volume_decimals for facts in parts]),
            content_hash=self.range_hash(key, from_ns=parts[0].first_ns, to_ns=parts[-1].last_ns),
            size_bytes=sum(path.stat().st_size for path, _ in known),
        )

    def span(self, key: SeriesKey) -> tuple[int, int] | None:
        """The times of the first and the last candle; None when there is none."""
        folder = folder_of(self._root, key)
        periods = self._memory.periods(folder, key.interval)
        ends = [self._memory.facts(_path(folder, period)) for period in (periods[:1] + periods[-1:])]
        first, last = (ends[0], ends[-1]) if ends else (None, None)
        return None if first is None or last is None else (first.first_ns, last.last_ns)

    def decimals(self, key: SeriesKey) -> tuple[int | None, int | None]:
        """How many decimals prices and volumes have; found again when a file of the series has changed."""
        folder = folder_of(self._root, key)
        stamp = _stamp(folder)
        known = self._decimals.get(folder)
        if known is not None and known[0] == stamp:
            return known[1]
        paths = (_path(folder, period) for period in list_periods(folder, key.interval))
        parts = [facts for path in paths if (facts := self._memory.facts(path)) is not None]
        found = (
            _finest([facts.price_decimals for facts in parts]),
            _finest([facts.volume_decimals for facts in parts]),
        )
        if stamp is not None and self._clock.now_ns() - stamp[2] > SETTLED_NS:
            if len(self._decimals) >= SERIES_IN_MEMORY:
                self._decimals.clear()
            self._decimals[folder] = (stamp, found)
        return found

    # Inside ----------------------------------------------------------------------------------------------------------

    def _periods(self, folder: Path, interval: str, from_ns: int, to_ns: int) -> list[Period]:
        periods = self._memory.periods(folder, interval)
        return [period for period in periods if period.end_ns > from_ns and period.start_ns <= to_ns]

    def _parts(self, folder: Path, periods: list[Period], *, keep: bool = True) -> Iterator[pl.DataFrame]:
        """The rows of each file in the order given; one that was removed meanwhile has none."""
        for period in periods:
            frame = self._memory.frame(_path(folder, period), keep=keep)
            if frame is not None:
                yield frame


class _Memory:
    """Decoded files and what files say of themselves, as long as their paths hold the same content."""

    def __init__(self, rows: int, clock: Clock) -> None:
        self._rows_allowed = rows
        self._clock = clock
        self._periods: dict[Path, tuple[Stamp, list[Period]]] = {}
        self._rows = 0
        self._frames: OrderedDict[Path, tuple[Stamp, pl.DataFrame]] = OrderedDict()
        self._facts: OrderedDict[Path, tuple[Stamp, files.FileFacts]] = OrderedDict()
        self._lock = threading.Lock()

    def periods(self, folder: Path, interval: str) -> list[Period]:
        """The periods of a series that have a file, oldest first."""
        stamp = _stamp(folder)
        known = self._periods.get(folder)
        if known is not None and known[0] == stamp:
            return known[1]
        found = list_periods(folder, interval)
        if stamp is not None and self._clock.now_ns() - stamp[2] > SETTLED_NS:
            if len(self._periods) >= SERIES_IN_MEMORY:
                self._periods.clear()
            self._periods[folder] = (stamp, found)
        return found

    def frame(self, path: Path, *, keep: bool = True) -> pl.DataFrame | None:
        """The rows of a file; None when there is none. `keep`: for the next reader too."""
        stamp = _stamp(path)
        if stamp is None:
            return None
        with self._lock:
            known = self._frames.get(path)
            if known is not None and known[0] == stamp:
                self._frames.move_to_end(path)
                return known[1]
        try:
            frame = files.read(path)
        except FileNotFoundError:
            return None
        if keep:
            self._keep(path, stamp, frame)
        return frame

    def put(self, path: Path, frame: pl.DataFrame) -> None:
        """Keep what has just been written."""
        stamp = _stamp(path)
        if stamp is not None:
            self._keep(path, stamp, frame)

    def facts(self, path: Path) -> files.FileFacts | None:
        """What a file says of its rows; None when there is none."""
        stamp = _stamp(path)
        if stamp is None:
            return None
        with self._lock:
            known = self._facts.get(path)
            if known is not None and known[0] == stamp:
                return known[1]
        try:
            facts = files.read_facts(path)
        except FileNotFoundError:
            return None
        with self._lock:
            self._facts[path] = (stamp, facts)
            while len(self._facts) > FACTS_IN_MEMORY:
                self._facts.popitem(last=False)
        return facts

    def _keep(self, path: Path, stamp: Stamp, frame: pl.DataFrame) -> None:
        with self._lock:
            old = self._frames.pop(path, None)
            self._rows += frame.height - (0 if old is None else old[1].height)
            self._frames[path] = (stamp, frame)
            while self._rows > self._rows_allowed and len(self._frames) > 1:
                _, (_, forgotten) = self._frames.popitem(last=False)
                self._rows -= forgotten.height


def _merged(stored: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Both, the new rows instead of stored ones of their time."""
    if rows["time"][0] > stored["time"][-1]:
        return pl.concat([stored, rows])
    return pl.concat([stored, rows]).unique("time", keep="last", maintain_order=True).sort("time")


def _between(frame: pl.DataFrame, from_ns: int, to_ns: int) -> pl.DataFrame:
    # Through numpy: a search by polars is a query of its own, which costs as much as reading a file.
    times = frame["time"].to_numpy()
    first, end = int(times.searchsorted(from_ns)), int(times.searchsorted(to_ns, side="right"))
    return frame.slice(first, end - first)


def _finest(decimals: list[int | None]) -> int | None:
    """The most decimals; None when one is None."""
    return None if None in decimals else max((count for count in decimals if count is not None), default=0)


def _path(folder: Path, period: Period) -> Path:
    return folder / f"{period.label}{SUFFIX}"


def _stamp(path: Path) -> Stamp | None:
    try:
        status = os.stat(path)  # noqa: PTH116 - as Path.stat, on a path that is one already
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
