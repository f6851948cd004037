"""The values of factors: computed together, so that what they share is computed once, and kept by expression and data.

A kept file is float64[K, T] under the hash of the bound expression, in a folder under the hash of the data. Every factor
that is computed is also computed on bars that were cut off, and must come to the same values: nothing looks ahead.
"""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from analytics.factors.panels import Columns, Floats
from analytics.factors.records import BARS_FILE, ENGINE, Factor, Truncation
from kit.clock import iso_from_ns
from quant.expressions import parse
from quant.expressions.evaluating import Workspace
from quant.expressions.panel import Panel
from quant.expressions.tree import Node

KEPT_BYTES: Final = 4 * 1024**3
"""Of values that are kept, over all data; the one unused for longest goes first."""

EMPTY_KEPT_S: Final = 7 * 86_400.0
"""A folder without values is that of a job that waits, or of one that failed; none waits for a week."""

FEW_FACTORS: Final = 20
CUTS: Final = 4
CUTS_OF_MANY: Final = 1
"""How many times the bars are cut for the comparison: often for the factor at hand, once where many are computed."""


class Computed(msgspec.Struct, frozen=True):
    """A factor with its values [T, K] and the key under which they are kept."""

    factor: Factor
    key: str
    warm_up_bars: int
    values: Floats
    was_cached: bool


class Bound(msgspec.Struct, frozen=True):
    """A factor that was read, with the values of its parameters put in."""

    factor: Factor
    node: Node
    key: str
    warm_up_bars: int


def bind(factor: Factor) -> Bound:
    """Read a factor again, as a worker gets it; it was refused before if there is anything wrong with it."""
    expression = parse(factor.expression, parameters=factor.parameters)
    node = expression.bind(factor.parameters)
    key = f"{expression.bound_hash(factor.parameters)}-{ENGINE}"
    return Bound(factor, node, key, expression.need(factor.parameters).warm_up)


def compute(factors: Sequence[Factor], columns: Columns, folder: Path) -> Iterator[Computed]:
    """The values of each factor in turn, from `folder` where they are kept, else computed and kept there."""
    workspace = Workspace(Panel(columns.columns, columns.groups))
    folder.mkdir(parents=True, exist_ok=True)
    for bound in map(bind, factors):
        path = folder / f"{bound.key}.npy"
        kept = _kept(path, columns)
        values = workspace.value(bound.node) if kept is None else kept
        if kept is None:
            _keep(path, values)
        yield Computed(bound.factor, bound.key, bound.warm_up_bars, values, kept is not None)


def _kept(path: Path, columns: Columns) -> Floats | None:
    """Kept values, mapped into memory; None where there are none of this shape."""
    try:
        rows = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    if rows.shape != (len(columns.symbols), len(columns.time_ns)) or rows.dtype != np.float64:
        return None
    with suppress(OSError):
        os.utime(path)
    values: Floats = rows.T
    return values


def _keep(path: Path, values: Floats) -> None:
    """Write a file whole or not at all."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with unfinished.open("wb") as file:
        np.save(file, np.ascontiguousarray(values.T))
    unfinished.replace(path)


def make_room(root: Path, *, now_s: float) -> None:
    """Delete what was unused for longest below `root` until the rest is small enough; what is mapped stays readable.

    Folders go that have been without values for a week.
    """
    found = []
    for path in root.glob("*/*.npy"):
        with suppress(OSError):
            found.append((path.stat(), path))
    total = 0
    for stat, path in sorted(found, key=lambda pair: -pair[0].st_mtime):
        total += stat.st_size
        if total > KEPT_BYTES:
            with suppress(OSError):
                path.unlink()
    for names in root.glob(f"*/{BARS_FILE}"):
        with suppress(OSError):
            if not any(names.parent.glob("*.npy")) and now_s - names.stat().st_mtime > EMPTY_KEPT_S:
                shutil.rmtree(names.parent)


# Looking ahead -----------------------------------------------------------------------------------------------------------


def check_truncation(
    computed: Iterable[Computed], columns: Columns, *, cuts: int = CUTS, told: Callable[[float], None] = lambda _: None
) -> dict[str, Truncation]:
    """By key, whether each factor keeps its values up to a bar when the bars after it are cut off.

    The bars at which they are cut are drawn, with the number of bars as the seed, from those after the longest warm-up.
    """
    factors = list(computed)
    places = _places(len(columns.time_ns), max((each.warm_up_bars for each in factors), default=0), cuts)
    found: dict[str, Truncation] = {}
    for number, place in enumerate(places):
        workspace = Workspace(Panel(columns.until(place).columns, columns.groups))
        for each in factors:
            before = found.get(each.key, Truncation(True, 0, 0))
            if before.passed:
                cut = workspace.value(bind(each.factor).node)
                found[each.key] = _compared(before, each.values[:place], cut, columns)
        told((number + 1) / len(places))
    return found


def _places(bars: int, warm_up: int, cuts: int) -> list[int]:
    """After how many bars the data are cut; few bars are cut wherever that is possible."""
    first = min(warm_up + 1, max(bars // 2, 1))
    if bars < 2:
        return []
    drawn = np.random.default_rng(bars).integers(first, bars, size=cuts)
    return sorted({int(each) for each in drawn})


def _compared(before: Truncation, whole: Floats, cut: Floats, columns: Columns) -> Truncation:
    """Add a comparison to those before; equal to the bit, with unknown as equal to unknown."""
    differs = (whole != cut) & ~(np.isnan(whole) & np.isnan(cut))
    compared = before.compared + cut.size
    if not differs.any():
        return Truncation(True, before.cuts + 1, compared)
    bar, symbol = (int(each) for each in np.argwhere(differs)[0])
    first: dict[str, str | int | float | None] = {
        "symbol": columns.symbols[symbol],
        "time": iso_from_ns(int(columns.time_ns[bar])),
        "with_later_bars": _number(whole[bar, symbol]),
        "without": _number(cut[bar, symbol]),
    }
    return Truncation(False, before.cuts + 1, compared, first)


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
