"""How builders put numbers into a report: figures out of structs, long curves in few points, and what is unknown as None."""

import math
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np

from reports.builders.document import Cell, Figure, Unit

MAX_POINTS: Final = 1_200
"""Points of a curve in a picture: more than a page has pixels for, and a file of ten years stays small."""

Said = tuple[str, str, Unit]
"""A figure's name in its struct, its label and its unit."""


def known(value: Any) -> Cell:
    """A value as a report has it: a number that is not finite is not known, and numpy's are plain."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value  # type: ignore[no-any-return]


def figures_from(struct: object, said: Iterable[Said], notes: dict[str, str] | None = None) -> tuple[Figure, ...]:
    """The named fields of a struct as figures."""
    told = notes or {}
    return tuple(
        Figure(name, label, known(getattr(struct, name)), unit, told.get(name, "")) for name, label, unit in said
    )


def thinned(count: int, most: int = MAX_POINTS) -> np.ndarray:
    """The places of at most `most` of `count` values: the last of every part, so that the end is always among them."""
    if count <= most:
        return np.arange(count)
    places: np.ndarray = np.linspace(0, count, most + 1)[1:].astype(np.int64) - 1
    return places


def lowest_of(values: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The lowest value of every part that `thinned` kept the last of: a drawdown between two points is not lost."""
    starts = np.concatenate(([0], places[:-1] + 1))
    lowest: np.ndarray = np.minimum.reduceat(values, starts) if len(values) else values
    return lowest


def values_of(array: np.ndarray | Sequence[float]) -> list[float | None]:
    """Numbers for a series, None where they are not finite."""
    return [value if math.isfinite(value) else None for value in np.asarray(array, np.float64).tolist()]
