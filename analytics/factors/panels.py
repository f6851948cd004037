"""The bars of many symbols as columns on one axis of time, NaN where a symbol has none. Loads numpy and no more."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from analytics.factors.records import Bars
from kit.errors import Invalid
from markets.bars.records import COLUMNS, read_bars
from markets.bars.references import BarsReference

MAX_CELLS: Final = 20_000_000
"""Symbols times bars: 160 MB a column, and a factor is computed with some ten columns in memory."""

NO_GROUP: Final = -1
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class Columns(msgspec.Struct, frozen=True):
    """`time_ns` [T] of every bar that any symbol has; columns by name as [T, K]; groupings as numbers [K]."""

    symbols: tuple[str, ...]
    time_ns: Integers
    columns: dict[str, Floats]
    groups: dict[str, Integers]

    @property
    def has_bar(self) -> npt.NDArray[np.bool_]:
        """Where a symbol has a bar, [T, K]."""
        return np.isfinite(self.columns["close"])

    def until(self, bars: int) -> "Columns":
        """The first bars of it, as they were known then."""
        cut = {name: column[:bars] for name, column in self.columns.items()}
        return Columns(self.symbols, self.time_ns[:bars], cut, self.groups)


def read_columns(path: str) -> Columns:
    """The columns of a file of `Bars`; raises Invalid when they are too many, and as `read_bars`."""
    bars = msgspec.json.decode(Path(path).read_bytes(), type=Bars)
    found = [read_bars(each) for each in bars.references]
    time_ns = np.unique(np.concatenate([each.time_ns for each in found]))
    cells = len(time_ns) * len(found)
    if cells > MAX_CELLS:
        raise Invalid(
            f"{len(found)} symbols at {len(time_ns)} times are more than {MAX_CELLS} bars. Choose a longer interval, a "
            "shorter time or fewer symbols.",
            code="TOO_MANY_BARS",
        )
    places = [np.searchsorted(time_ns, each.time_ns) for each in found]
    columns = {}
    for name in COLUMNS:
        rows = np.full((len(found), len(time_ns)), np.nan)
        for row, place, each in zip(rows, places, found, strict=True):
            row[place] = getattr(each, name)
        columns[name] = rows.T
    groups = {name: _codes(bars.references, labels) for name, labels in bars.groups.items()}
    return Columns(tuple(each.symbol for each in bars.references), time_ns, columns, groups)


def _codes(references: Sequence[BarsReference], labels: dict[str, str]) -> Integers:
    """The group of each symbol as a number."""
    numbers = {label: number for number, label in enumerate(sorted(set(labels.values())))}
    codes = [numbers[labels[each.symbol]] if each.symbol in labels else NO_GROUP for each in references]
    return np.array(codes, np.int64)
