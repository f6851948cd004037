"""The data that expressions are evaluated over: columns of one symbol or of several, on one time axis."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from quant.expressions.tree import InvalidExpression

TYPICAL: Final = ("high", "low", "close")
MAX_CELLS: Final = 200_000_000
"""Symbols times bars of one column: 1.6 GB."""


class Panel:
    """Columns by name: float64[T] of one symbol, or float64[T, K] of several; NaN where a symbol has no bar.

    `groups` maps a grouping to a number for each symbol, int64[K] from 0, or -1 for a symbol in no group. Inside, columns
    are [K, T], a row for each symbol. Raises ValueError for columns of different shapes.
    """

    def __init__(self, fields: Mapping[str, np.ndarray], groups: Mapping[str, np.ndarray] | None = None) -> None:
        shapes = {name: np.shape(column) for name, column in fields.items()}
        if len(set(shapes.values())) != 1:
            raise ValueError(f"columns must have one shape, not {shapes}")
        self.shape = next(iter(shapes.values()))
        if len(self.shape) not in (1, 2):
            raise ValueError(f"a column is [T] or [T, K], not {self.shape}")
        self._fields = {name: _rows(column) for name, column in fields.items()}
        self.groups = {name: np.ascontiguousarray(codes, np.int64) for name, codes in (groups or {}).items()}

    @property
    def bars(self) -> int:
        """T."""
        return int(self.shape[0])

    @property
    def symbols(self) -> int:
        """K, 1 for columns of one symbol."""
        return int(self.shape[1]) if len(self.shape) == 2 else 1

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that there are."""
        return tuple(self._fields)

    def rows(self, name: str) -> np.ndarray:
        """A column as float64[K, T], contiguous; raises InvalidExpression when there is none of that name."""
        column = self._fields.get(name)
        if column is None and name == "vwap":
            column = self._fields["vwap"] = self._typical_price()
        if column is None:
            raise InvalidExpression(
                f"The data have no column {name!r}; they have {', '.join(self._fields)}.",
                details={"expression": [f"There is no {name} in the data."]},
            )
        return column

    def codes(self, name: str) -> np.ndarray:
        """A grouping as int64[K]; raises InvalidExpression when there is none of that name."""
        if name not in self.groups:
            raise InvalidExpression(
                f"The data have no grouping {name!r}.", details={"expression": [f"There is no {name} in the data."]}
            )
        return self.groups[name]

    def shaped(self, rows: np.ndarray) -> np.ndarray:
        """A result [K, T] in the shape of the columns."""
        return rows[0] if len(self.shape) == 1 else rows.T

    def _typical_price(self) -> np.ndarray:
        """What stands in for a volume weighted price where the data have none."""
        high, low, close = (self.rows(name) for name in TYPICAL)
        typical: np.ndarray = (high + low + close) / 3
        return typical


def _rows(column: np.ndarray) -> np.ndarray:
    array = np.asarray(column, np.float64)
    return np.ascontiguousarray(array[None, :] if array.ndim == 1 else array.T)
