"""The checked rows of an import by symbol: order, bad rows and sorting are judged for each symbol on its own.

A file that mixes symbols (a `ticker` column, a panel, several files of an archive) is read once; what waits to be
sorted has one limit for all symbols together, so that five hundred of them need no more memory than one.
"""

from pathlib import Path

import numpy as np
import polars as pl

from markets.datasets.records import Example
from markets.datasets.refusals import unsuitable
from markets.datasets.rows import SYMBOL, BadRows, Checked, examples_of_rows
from markets.datasets.sorting import TimeSorter

MAX_SYMBOLS = 1_000
"""Symbols of one import: twice the members of the largest usual index."""
MAX_WAITING_ROWS = 1_000_000
"""Rows of all symbols that wait in memory to be sorted: about 60 MB."""
KEPT_WAITING_ROWS = 500_000
MAX_EXAMPLES = 5


class SymbolRows:
    """The rows of one symbol, and what was noted on the way."""

    def __init__(self, work_dir: Path) -> None:
        self.sorter = TimeSorter(work_dir)
        self.bad = BadRows()
        self.newest_ns = 0
        self.rising = 0
        self.falling = 0
        self._first_rising: list[Example] = []
        self._first_falling: list[Example] = []
        self._last_time_ns: int | None = None

    @property
    def good(self) -> int:
        """Rows that passed every check."""
        return self.sorter.rows

    @property
    def is_newest_first(self) -> bool:
        """Whether most steps of time go backwards."""
        return self.falling > self.rising

    @property
    def out_of_order(self) -> int:
        """Steps of time against the direction of the file."""
        return min(self.falling, self.rising)

    def add(self, good: pl.DataFrame) -> None:
        """Take rows in the order of the file."""
        if good.height:
            self._note_order(good)
            self.sorter.add(good)

    @property
    def order_examples(self) -> tuple[Example, ...]:
        """The first steps of time against the direction of the file."""
        return tuple(self._first_rising if self.is_newest_first else self._first_falling)

    def _note_order(self, good: pl.DataFrame) -> None:
        values = good["time"].to_numpy()
        steps = np.diff(values, prepend=values[0] if self._last_time_ns is None else self._last_time_ns)
        is_rising, is_falling = steps > 0, steps < 0
        rising, falling = int(is_rising.sum()), int(is_falling.sum())
        for found, holds, count in (
            (self._first_rising, is_rising, rising),
            (self._first_falling, is_falling, falling),
        ):
            if count and len(found) < MAX_EXAMPLES:
                places = np.flatnonzero(holds)[: MAX_EXAMPLES - len(found)].tolist()
                found.extend(examples_of_rows(good[places], "time runs against the direction of the file"))
        self.newest_ns = max(self.newest_ns, int(values.max()))
        self.rising += rising
        self.falling += falling
        self._last_time_ns = int(values[-1])


class Collection:
    """The rows of every symbol of an import. Rows without a symbol are those of the symbol None."""

    def __init__(self, work_dir: Path) -> None:
        self._work_dir = work_dir
        self.by_symbol: dict[str | None, SymbolRows] = {}
        self.unassigned = BadRows()
        """Bad rows that do not say which symbol they belong to."""

    @property
    def rows(self) -> int:
        """Good rows of all symbols."""
        return sum(one.good for one in self.by_symbol.values())

    @property
    def bad_rows(self) -> int:
        """Bad rows of all symbols."""
        return self.unassigned.count + sum(one.bad.count for one in self.by_symbol.values())

    def take(self, checked: Checked) -> None:
        """Take the rows of one batch; raises Rejected for more symbols than an import may have."""
        for name, frame in _by_symbol(checked.good):
            self._of(name).add(frame)
        for name, frame in _by_symbol(checked.bad):
            bad = self.unassigned if name is None else self._of(name).bad
            bad.add(frame)
        self._limit_memory()

    def settle(self) -> None:
        """When all rows are in: what belongs to no symbol belongs to the only one there is."""
        if len(self.by_symbol) == 1:
            next(iter(self.by_symbol.values())).bad.merge(self.unassigned)
            self.unassigned = BadRows()

    def _of(self, name: str | None) -> SymbolRows:
        rows = self.by_symbol.get(name)
        if rows is None:
            if len(self.by_symbol) >= MAX_SYMBOLS:
                raise unsuitable(f"The file holds more than {MAX_SYMBOLS:,} symbols: is the symbol column right?")
            folder = self._work_dir / f"symbol-{len(self.by_symbol):04d}"
            folder.mkdir()
            rows = self.by_symbol[name] = SymbolRows(folder)
        return rows

    def _limit_memory(self) -> None:
        waiting = sum(one.sorter.waiting_rows for one in self.by_symbol.values())
        if waiting <= MAX_WAITING_ROWS:
            return
        for rows in sorted(self.by_symbol.values(), key=lambda one: -one.sorter.waiting_rows):
            if waiting <= KEPT_WAITING_ROWS:
                return
            waiting -= rows.sorter.waiting_rows
            rows.sorter.flush()


def _by_symbol(frame: pl.DataFrame) -> list[tuple[str | None, pl.DataFrame]]:
    """The frame divided by its column of symbols, each part in the order of the file; whole where it has none."""
    if not frame.height:
        return []
    if SYMBOL not in frame.columns:
        return [(None, frame)]
    if frame[SYMBOL].n_unique() == 1:
        return [(frame[SYMBOL][0], frame.drop(SYMBOL))]
    parts = frame.partition_by(SYMBOL, as_dict=True, maintain_order=True, include_key=False)
    return [(None if name is None else str(name), part) for (name,), part in parts.items()]
