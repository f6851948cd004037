"""Expressions bar by bar: what a live market is followed with. Every value is that of the array form, to the last bit.

Equal trees are followed once, whatever expression they are part of. A stream begins with the history that it is fed: fed the
same bars from the same beginning, both forms give the same.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

import numpy as np

from quant.expressions import evaluating as arrays
from quant.expressions.expression import Expression
from quant.expressions.kernels import across, elements, sums, windows
from quant.expressions.operators import OPERATORS, Takes
from quant.expressions.panel import TYPICAL
from quant.expressions.tree import Call, Field, InvalidExpression, Kind, Node, Number, Value

Array = np.ndarray


class Follower(Protocol):
    """What one operator keeps of the past."""

    def step(self, inputs: list[Array], out: Array) -> None:
        """Take the present bar of its inputs in, float64[K] or int8[K], and say what it comes to."""
        ...


class Stream:
    """Several expressions over the same symbols, one bar at a time."""

    def __init__(
        self,
        expressions: Sequence[Expression],
        symbols: int,
        parameters: Mapping[str, Value] | None = None,
        groups: Mapping[str, Array] | None = None,
    ) -> None:
        """`groups` are int64[K]. Raises InvalidExpression as `Expression.bind`, and for a grouping that is not there."""
        self._symbols = symbols
        self._groups = groups or {}
        self._steps: list[_Step] = []
        self._places: dict[Node, Array] = {}
        self._fields: dict[str, Array] = {}
        self._wanted = [(node.kind, self._place(node)) for node in (each.bind(parameters) for each in expressions)]

    def update(self, bar: Mapping[str, Array | float]) -> list[Array]:
        """The values with one bar more: a column of `bar` has a number for each symbol, NaN where it has no bar.

        float64[K] each, conditions bool[K]; new arrays every time. Raises InvalidExpression for a missing column.
        """
        for name, place in self._fields.items():
            place[:] = _column(bar, name)
        for step in self._steps:
            step.follower.step(step.inputs, step.out)
        return [place == elements.TRUE if kind is Kind.CONDITION else np.array(place) for kind, place in self._wanted]

    def _place(self, node: Node) -> Array:
        """Where the present value of a tree is found; its steps are added if it is new."""
        if node in self._places:
            return self._places[node]
        if isinstance(node, Field):
            place = self._fields[node.name] = np.full(self._symbols, np.nan)
        elif isinstance(node, Number):
            place = np.full(self._symbols, np.float64(node.value))
        else:
            assert isinstance(node, Call), "a bound tree has no parameters"
            place = self._follow(node)
        self._places[node] = place
        return place

    def _follow(self, node: Call) -> Array:
        inputs, settings, groups = [], [], np.empty(0, np.int64)
        for child, place in zip(node.children, OPERATORS[node.operator].places, strict=True):
            if place.takes in (Takes.WINDOW, Takes.NUMBER):
                assert isinstance(child, Number), "settings are numbers by now"
                settings.append(child.value)
            elif place.takes is Takes.GROUP:
                assert isinstance(child, Field), "a grouping has a name"
                groups = self._codes(child.name)
            else:
                inputs.append(self._place(child))
        out: Array = np.empty(self._symbols, arrays.dtype_of(node.kind))
        self._steps.append(_Step(_follower(node.operator, settings, groups, self._symbols), inputs, out))
        return out

    def _codes(self, name: str) -> Array:
        if name not in self._groups:
            raise InvalidExpression(
                f"There is no grouping {name!r} here.", details={"expression": [f"There is no {name} in the data."]}
            )
        return np.ascontiguousarray(self._groups[name], np.int64)


class _Step:
    """One operator of a stream, with the places that it reads and writes."""

    __slots__ = ("follower", "inputs", "out")

    def __init__(self, follower: Follower, inputs: list[Array], out: Array) -> None:
        self.follower = follower
        self.inputs = inputs
        self.out = out


def _column(bar: Mapping[str, Array | float], name: str) -> Array | float:
    if name in bar:
        return bar[name]
    if name == "vwap" and all(part in bar for part in TYPICAL):
        high, low, close = (np.asarray(bar[part], np.float64) for part in TYPICAL)
        typical: Array = (high + low + close) / 3
        return typical
    raise InvalidExpression(
        f"The bar has no {name!r}; it has {', '.join(bar)}.",
        details={"expression": [f"There is no {name} in the data."]},
    )


# What is kept ----------------------------------------------------------------------------------------------------------


class _Element:
    """Nothing: the present bar is all there is to it."""

    def __init__(self, name: str, settings: Sequence[Value], *_: object) -> None:
        self._name, self._settings = name, settings

    def step(self, inputs: list[Array], out: Array) -> None:
        arrays.element(self._name, inputs, self._settings, out)


class _Across:
    """Nothing either."""

    def __init__(self, name: str, settings: Sequence[Value], groups: Array, _: int) -> None:
        self._code = arrays.ACROSS[name]
        self._setting = float(settings[0]) if settings else 0.0
        self._groups = groups

    def step(self, inputs: list[Array], out: Array) -> None:
        across.across_step_nb(self._code, inputs[0], self._setting, self._groups, out)


class _Windowed:
    """The last n bars of an input, and for how many bars there was no NaN; `place` goes round below n."""

    def __init__(self, name: str, settings: Sequence[Value], _: Array, symbols: int) -> None:
        self._name, self._settings = name, settings
        self._n = int(settings[0])
        self._kept = np.full((symbols, 2 * self._n), np.nan)
        self._runs = np.zeros(symbols, np.int64)
        self._place = -1

    def _next_place(self) -> int:
        self._place = (self._place + 1) % self._n
        return self._place


class _Window(_Windowed):
    def step(self, inputs: list[Array], out: Array) -> None:
        code = (arrays.WINDOWS | arrays.EXTREMES)[self._name]
        windows.window_step_nb(code, self._kept, self._next_place(), self._runs, self._n, inputs[0], out)


class _Pair(_Windowed):
    def __init__(self, name: str, settings: Sequence[Value], groups: Array, symbols: int) -> None:
        super().__init__(name, settings, groups, symbols)
        self._other = self._kept.copy()

    def step(self, inputs: list[Array], out: Array) -> None:
        code, place = arrays.PAIRS[self._name], self._next_place()
        windows.pair_step_nb(code, self._kept, self._other, place, self._runs, self._n, inputs[0], inputs[1], out)


class _Sum(_Windowed):
    def __init__(self, name: str, settings: Sequence[Value], groups: Array, symbols: int) -> None:
        super().__init__(name, settings, groups, symbols)
        self._totals, self._losts = np.zeros(symbols), np.zeros(symbols)
        self._divisor = arrays.divisor_of(name, settings)

    def step(self, inputs: list[Array], out: Array) -> None:
        sums.sum_step_nb(
            self._kept,
            self._next_place(),
            self._runs,
            self._totals,
            self._losts,
            self._n,
            self._divisor,
            inputs[0],
            out,
        )


class _Ordered(_Windowed):
    def __init__(self, name: str, settings: Sequence[Value], groups: Array, symbols: int) -> None:
        super().__init__(name, settings, groups, symbols)
        self._ordered = np.zeros((symbols, self._n))

    def step(self, inputs: list[Array], out: Array) -> None:
        code, share = arrays.ORDERED[self._name], arrays.share_of(self._settings)
        windows.ordered_step_nb(
            code, self._kept, self._ordered, self._next_place(), self._runs, self._n, share, inputs[0], out
        )


class _Delay(_Windowed):
    def step(self, inputs: list[Array], out: Array) -> None:
        place = self._next_place()
        out[:] = self._kept[:, place]
        self._kept[:, place] = inputs[0]


class _Recursive:
    """The average so far, and of how many values."""

    def __init__(self, name: str, settings: Sequence[Value], _: Array, symbols: int) -> None:
        self._n = int(settings[0])
        self._alpha = arrays.RECURSIVE[name](self._n)
        self._counts, self._averages = np.zeros(symbols, np.int64), np.zeros(symbols)

    def step(self, inputs: list[Array], out: Array) -> None:
        windows.recursive_step_nb(self._counts, self._averages, self._n, self._alpha, inputs[0], out)


class _Count:
    """The last n outcomes of a condition, and how many were true."""

    def __init__(self, _: str, settings: Sequence[Value], __: Array, symbols: int) -> None:
        self._n = int(settings[0])
        self._kept = np.zeros((symbols, self._n), np.int8)
        self._runs, self._counts = np.zeros(symbols, np.int64), np.zeros(symbols, np.int64)
        self._place = -1

    def step(self, inputs: list[Array], out: Array) -> None:
        self._place = (self._place + 1) % self._n
        windows.count_step_nb(self._kept, self._place, self._runs, self._counts, self._n, inputs[0], out)


class _BarsSince:
    """How long ago a condition was true."""

    def __init__(self, _: str, settings: Sequence[Value], __: Array, symbols: int) -> None:
        self._n = int(settings[0])
        self._since = np.full(symbols, self._n, np.int64)
        self._seen = 0

    def step(self, inputs: list[Array], out: Array) -> None:
        self._seen += 1
        windows.bars_since_step_nb(self._since, self._seen, self._n, inputs[0], out)


class _Cross:
    """The bar before."""

    def __init__(self, name: str, _: Sequence[Value], __: Array, symbols: int) -> None:
        self._is_above = name == "cross_above"
        self._a, self._b = np.full(symbols, np.nan), np.full(symbols, np.nan)

    def step(self, inputs: list[Array], out: Array) -> None:
        windows.cross_step_nb(self._is_above, self._a, self._b, inputs[0], inputs[1], out)


_FOLLOWERS: Final[dict[str, type]] = {
    **dict.fromkeys(arrays.WINDOWS, _Window),
    **dict.fromkeys(arrays.EXTREMES, _Window),
    **dict.fromkeys(arrays.PAIRS, _Pair),
    **dict.fromkeys(arrays.SUMS, _Sum),
    **dict.fromkeys(arrays.ORDERED, _Ordered),
    **dict.fromkeys(arrays.RECURSIVE, _Recursive),
    **dict.fromkeys(arrays.ACROSS, _Across),
    "delay": _Delay,
    "ts_count": _Count,
    "bars_since": _BarsSince,
    "cross_above": _Cross,
    "cross_below": _Cross,
}


def _follower(name: str, settings: Sequence[Value], groups: Array, symbols: int) -> Follower:
    follower: Follower = _FOLLOWERS.get(name, _Element)(name, settings, groups, symbols)
    return follower
