"""Bars on disk. No Django and no polars here.

A file is float64[6, T] as numpy writes it: the bits of the int64 open times (UTC nanoseconds), then open, high, low, close
and volume. It is mapped into memory, so that workers share it and read no more of it than they use.
"""

from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from kit.errors import NotFound
from markets.bars.references import BarsReference

COLUMNS: Final = ("open", "high", "low", "close", "volume")
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class StoredBars(msgspec.Struct, frozen=True):
    """The bars of a reference, oldest first, each column [T]; they cannot be written to."""

    time_ns: Integers
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats

    @property
    def columns(self) -> dict[str, Floats]:
        """The columns by name, without the times."""
        return {name: getattr(self, name) for name in COLUMNS}


def write_bars(path: Path, time_ns: Integers, columns: dict[str, Floats]) -> None:
    """Write a file of bars; it is there whole or not at all."""
    rows = np.stack([time_ns.view(np.float64), *(columns[name] for name in COLUMNS)])
    unfinished = path.with_name(f".{path.name}.{id(rows)}")
    with unfinished.open("wb") as file:
        np.save(file, rows)
    unfinished.replace(path)


def read_bars(reference: BarsReference) -> StoredBars:
    """The bars of a reference; raises NotFound BARS_GONE when the file has made room, ValueError when it is none."""
    try:
        bars = read_bars_file(reference.path)
    except FileNotFoundError as fault:
        message = f"The bars of {reference.symbol} have made room for others meanwhile; ask again."
        raise NotFound(message, code="BARS_GONE") from fault
    if len(bars.time_ns) != reference.rows:
        raise ValueError(f"{reference.path} holds no {reference.rows} bars")
    return bars


def read_bars_file(path: str) -> StoredBars:
    """All bars of a file; raises OSError when it is gone, ValueError when it is none."""
    rows = np.load(path, mmap_mode="r", allow_pickle=False)
    if rows.ndim != 2 or len(rows) != 1 + len(COLUMNS) or rows.dtype != np.float64:
        raise ValueError(f"{path} holds no bars")
    return StoredBars(rows[0].view(np.int64), *rows[1:])
