"""What a strategy in Python is written with. All that its file has to import is here.

    class Cross(Strategy):
        fast: Annotated[int, Between(2, 500)] = 20

        def signals(self, bars):
            return Signals(long_entry=bars.series("close > sma(close, p.n)", n=self.fast), long_exit=...)

A strategy has one of two methods: `signals` says everything at once, on arrays, and `on_bar` bar by bar, knowing what came
before. docs/backtests.md has the rules and whole examples.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntFlag
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from analytics.backtests.engine import layout
from analytics.backtests.engine.preparing import Signals as Signals
from quant.expressions import parse
from quant.expressions.tree import Value

if TYPE_CHECKING:
    from quant.expressions.evaluating import Workspace

COLUMNS: Final = ("open", "high", "low", "close", "volume")
TIME_BITS: Final = "time_ns as bits"
"""The row of a history that holds times: their 64 bits in the place of a float's."""

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Between:
    """The bounds of a parameter, both included: `fast: Annotated[int, Between(2, 500)] = 20`."""

    least: float
    most: float


@dataclass(frozen=True, eq=False)
class Bars:
    """The bars of one symbol, oldest first: arrays of T that cannot be written to.

    `time_ns` int64 is the open of each bar in UTC nanoseconds, the others float64: prices in the quote asset, volume in the
    base asset. Nothing is NaN, and where the symbol has no bar there is none.
    """

    symbol: str
    interval_ns: int
    time_ns: Integers
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats

    def __len__(self) -> int:
        return len(self.time_ns)

    def series(self, text: str, **parameters: Value) -> np.ndarray:
        """An expression over these bars: float64 [T], NaN where it is not known, or bool [T] for a condition.

        `parameters` are the values for `p.name` in it. Raises InvalidExpression with the column of what is wrong.
        """
        expression = parse(text, parameters=tuple(parameters))
        return self._workspace.value(expression.bind(parameters))

    @cached_property
    def _workspace(self) -> "Workspace":
        from quant.expressions.evaluating import Workspace
        from quant.expressions.panel import Panel

        return Workspace(Panel({name: getattr(self, name) for name in COLUMNS}))


class Bar(NamedTuple):
    """One bar that has just closed."""

    time_ns: int
    open: float
    high: float
    low: float
    close: float
    volume: float


class History:
    """What is known at a bar: arrays that end with it and cannot be written to, `history.close[-1]` the bar's own close.

    `history["name"]` is the same of any column, or of an indicator. Room for later bars is empty until they come.
    """

    def __init__(self, names: tuple[str, ...], room: int) -> None:
        """Columns of these names in front of none, for at most `room` bars."""
        self._places = {name: place for place, name in enumerate(names)}
        self._table = np.full((len(names), room), np.nan)
        self._shown = self._table.view()
        self._shown.flags.writeable = False
        self._count = 0

    def add(self, row: Floats) -> None:
        """One more bar: a value for every name."""
        self._table[:, self._count] = row
        self._count += 1

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, name: str) -> Floats:
        return self._shown[self._places[name], : self._count]

    @property
    def time_ns(self) -> Integers:
        """The opens of the bars in UTC nanoseconds, int64."""
        return self[TIME_BITS].view(np.int64)

    @property
    def open(self) -> Floats:
        """Opens, float64."""
        return self["open"]

    @property
    def high(self) -> Floats:
        """Highs, float64."""
        return self["high"]

    @property
    def low(self) -> Floats:
        """Lows, float64."""
        return self["low"]

    @property
    def close(self) -> Floats:
        """Closes, float64."""
        return self["close"]

    @property
    def volume(self) -> Floats:
        """Volumes, float64."""
        return self["volume"]


class Intention(IntFlag):
    """What `on_bar` wants at the next open; joined by `|`."""

    LONG_ENTRY = layout.LONG_ENTRY
    LONG_EXIT = layout.LONG_EXIT
    SHORT_ENTRY = layout.SHORT_ENTRY
    SHORT_EXIT = layout.SHORT_EXIT


class Strategy:
    """The class that a strategy is made of; its file has one, and its annotated names are the parameters.

    A parameter is `name: int = 20` (or float, or bool), with bounds as `Annotated[int, Between(2, 500)]`. One object is made
    for each symbol and run, and has its values before `__init__` is called.
    """

    def signals(self, bars: Bars) -> Signals:
        """All that the strategy says over these bars, at once: bool arrays of as many values."""
        raise NotImplementedError

    def indicators(self, bars: Bars) -> Mapping[str, np.ndarray]:
        """For `on_bar`: series that are computed once, each of as many numbers as bars; `history[name]` has them."""
        return {}

    def on_bar(self, bar: Bar, history: History) -> Intention | None:
        """What the strategy wants after this bar; None for nothing."""
        raise NotImplementedError
