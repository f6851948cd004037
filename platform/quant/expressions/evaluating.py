"""Expressions over whole arrays. What several of them, or several values of their parameters, share is computed once."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock
from typing import Final, NamedTuple

import numpy as np

from quant.expressions.expression import Expression
from quant.expressions.kernels import across, crossings, elements, extremes, scalars, sums, windows
from quant.expressions.operators import OPERATORS, Takes, ema_alpha, rma_alpha
from quant.expressions.panel import Panel
from quant.expressions.tree import Call, Field, Kind, Node, Number, Value, walk

DEFAULT_CACHE_BYTES: Final = 256 * 1024 * 1024
"""Of results that are kept for the next combination of parameters; the oldest go first."""

Array = np.ndarray

BINARY: Final = {
    "add": elements.ADD, "subtract": elements.SUBTRACT, "multiply": elements.MULTIPLY, "divide": elements.DIVIDE,
    "power": elements.POWER, "min": elements.MINIMUM, "max": elements.MAXIMUM, "fill": elements.FILL,
    "signed_power": elements.SIGNED_POWER,
}  # fmt: skip
UNARY: Final = {
    "negative": elements.NEGATIVE, "abs": elements.ABSOLUTE, "sign": elements.SIGN, "log": elements.LOG,
    "log1p": elements.LOG1P, "exp": elements.EXP, "sqrt": elements.SQRT,
}  # fmt: skip
COMPARISONS: Final = {
    "less": elements.LESS, "less_equal": elements.LESS_EQUAL, "greater": elements.GREATER,
    "greater_equal": elements.GREATER_EQUAL, "equal": elements.EQUAL, "not_equal": elements.NOT_EQUAL,
}  # fmt: skip
WINDOWS: Final = {
    "ts_var": scalars.VAR, "ts_std": scalars.STD, "ts_skew": scalars.SKEW, "ts_kurt": scalars.KURT,
    "ts_slope": scalars.SLOPE, "ts_rsquare": scalars.RSQUARE, "ts_resid": scalars.RESID,
    "ts_product": scalars.PRODUCT, "decay_linear": scalars.DECAY, "mad": scalars.MAD,
}  # fmt: skip
EXTREMES: Final = {
    "ts_min": scalars.MIN, "ts_max": scalars.MAX, "ts_argmin": scalars.ARGMIN, "ts_argmax": scalars.ARGMAX,
}  # fmt: skip
PAIRS: Final = {"ts_corr": scalars.CORR, "ts_cov": scalars.COV}
ORDERED: Final = {"ts_median": windows.MEDIAN, "ts_quantile": windows.QUANTILE, "ts_rank": windows.RANK}
SUMS: Final = ("ts_sum", "ts_mean")
RECURSIVE: Final = {"ema": ema_alpha, "rma": rma_alpha}
CROSSES: Final = ("cross_above", "cross_below")
ACROSS: Final = {
    "rank": across.RANK, "zscore": across.ZSCORE, "demean": across.DEMEAN, "scale": across.SCALE,
    "winsorize": across.WINSORIZE, "quantile_bucket": across.BUCKET, "neutralize": across.NEUTRALIZE,
    "group_mean": across.GROUP_MEAN,
}  # fmt: skip


def evaluate(
    expressions: Sequence[Expression], panel: Panel, parameters: Mapping[str, Value] | None = None
) -> list[Array]:
    """The value of each expression at every bar, in the shape of the panel's columns: float64, conditions as bool.

    What is unknown in a condition is False. Raises InvalidExpression as `Expression.bind`, and for a missing column.
    """
    workspace = Workspace(panel)
    return [workspace.value(expression.bind(parameters)) for expression in expressions]


class Workspace:
    """Values of bound trees over one panel; those of their parts are kept for the next tree that has them in it.

    Threads may share one: what two of them want at the same moment is computed twice, and nothing else happens.
    """

    def __init__(self, panel: Panel, cache_bytes: int = DEFAULT_CACHE_BYTES) -> None:
        self._panel = panel
        self._cache_bytes = cache_bytes
        self._kept: OrderedDict[Node, Array] = OrderedDict()
        self._kept_bytes = 0
        self._lock = Lock()

    def value(self, node: Node) -> Array:
        """A bound tree's value in the shape of the columns. It is the caller's: only its parts are kept."""
        rows = self._computed(node) if isinstance(node, Call) else self.rows(node)
        return self._panel.shaped(rows == elements.TRUE if node.kind is Kind.CONDITION else rows)

    def moments(self, conditions: Sequence[Node], *, is_last: bool = False) -> list[list[Array]]:
        """The bars at which each of some bound conditions is true: for each symbol a rising list, int64.

        Where two are the crosses of one pair, above and below, both are found in one look at it. `is_last` says that the
        workspace will be asked for nothing more, so that what only one cross needs is not kept.
        """
        found: list[list[Array]] = [[] for _ in conditions]
        crosses: list[tuple[tuple[Node, ...], dict[str, list[Array]]]] = []
        for place, node in enumerate(conditions):
            assert isinstance(node, Call) and node.kind is Kind.CONDITION, "the caller has asked for the kind"
            if node.operator not in CROSSES:
                found[place] = [np.flatnonzero(row) for row in self._computed(node) == elements.TRUE]
                continue
            known = next((both for children, both in crosses if children == node.children), None)
            if known is None:
                others = [each for each in conditions if each.children != node.children]
                known = self._crosses(node.children, others if is_last else None)
                crosses.append((node.children, known))
            found[place] = known[node.operator]
        return found

    def _crosses(self, children: tuple[Node, ...], others: Sequence[Node] | None) -> dict[str, list[Array]]:
        """By operator and symbol, the bars at which the first of two crosses the second.

        `others` are the other conditions that remain; None: nobody knows what else will be asked for.
        """
        x, y = children
        sums = None if others is None else _sums_of_their_own(x, y, others)
        if sums is None:
            rows = _whole((self.rows(x), self.rows(y)))
            pairs = [_crossings(one, other) for one, other in zip(*rows, strict=True)]
        else:
            rows = _whole(self.rows(each.series) for each in sums)
            pairs = [_sum_crossings(sums, one, other) for one, other in zip(*rows, strict=True)]
        above, below = zip(*pairs, strict=True)
        return {"cross_above": list(above), "cross_below": list(below)}

    def rows(self, node: Node) -> Array:
        """The same inside: float64[K, T], or int8[K, T] for a condition. It must not be changed."""
        if isinstance(node, Field):
            return self._panel.rows(node.name)
        if not isinstance(node, Call):
            assert isinstance(node, Number), "a bound tree has no parameters"
            return np.broadcast_to(np.float64(node.value), (self._panel.symbols, self._panel.bars))
        with self._lock:
            found = self._kept.get(node)
            if found is not None:
                self._kept.move_to_end(node)
                return found
        made = self._computed(node)
        with self._lock:
            self._keep(node, made)
        return made

    def _computed(self, node: Call) -> Array:
        operator = OPERATORS[node.operator]
        inputs = []
        settings = []
        groups = None
        for child, place in zip(node.children, operator.places, strict=True):
            if place.takes in (Takes.WINDOW, Takes.NUMBER):
                assert isinstance(child, Number), "settings are numbers by now"
                settings.append(child.value)
            elif place.takes is Takes.GROUP:
                assert isinstance(child, Field), "a grouping has a name"
                groups = self._panel.codes(child.name)
            else:
                inputs.append(self.rows(child))
        shape = (self._panel.symbols, self._panel.bars)
        return compute(node.operator, inputs, settings, groups, np.empty(shape, dtype_of(node.kind)))

    def _keep(self, node: Node, rows: Array) -> None:
        if node in self._kept:
            return
        self._kept[node] = rows
        self._kept_bytes += rows.nbytes
        while self._kept_bytes > self._cache_bytes and len(self._kept) > 1:
            _, gone = self._kept.popitem(last=False)
            self._kept_bytes -= gone.nbytes


def dtype_of(kind: Kind) -> type:
    """How values of a kind are kept inside."""
    return np.int8 if kind is Kind.CONDITION else np.float64


def compute(name: str, inputs: list[Array], settings: Sequence[Value], groups: Array | None, out: Array) -> Array:
    """One operator over [K, T]; `out` is filled and given back."""
    if element(name, inputs, settings, out):
        return out
    if name in ACROSS:
        codes = np.empty(0, np.int64) if groups is None else groups
        across.across_nb(ACROSS[name], inputs[0], float(settings[0]) if settings else 0.0, codes, out)
        return out
    _OVER_TIME[name](name, _whole(inputs), settings, out)
    return out


def element(name: str, inputs: list[Array], settings: Sequence[Value], out: Array) -> bool:
    """An operator of elements, over arrays of any shape; False when it is not one."""
    flat = [_flat(each) for each in inputs]
    into = out.reshape(-1)
    if name in BINARY:
        other = flat[1] if len(flat) > 1 else np.broadcast_to(np.float64(settings[0]), into.shape)
        elements.binary_nb(BINARY[name], flat[0], other, into)
    elif name in COMPARISONS:
        elements.compare_nb(COMPARISONS[name], flat[0], flat[1], into)
    elif name in UNARY:
        elements.unary_nb(UNARY[name], flat[0], into)
    elif name == "both":
        np.minimum(flat[0], flat[1], out=into)
    elif name == "either":
        np.maximum(flat[0], flat[1], out=into)
    elif name == "negated":
        np.subtract(np.int8(elements.TRUE), flat[0], out=into)
    elif name == "where":
        elements.where_nb(flat[0], flat[1], flat[2], into)
    elif name == "isnan":
        elements.isnan_nb(flat[0], into)
    else:
        return False
    return True


def _flat(rows: Array) -> Array:
    """The elements in one row; a number that is repeated stays one number."""
    if rows.ndim == 1:
        return rows
    if rows.strides == (0, 0):
        return np.broadcast_to(rows[0, 0] if rows.size else np.float64(np.nan), (rows.size,))
    return rows.reshape(-1)


def _whole(inputs: Iterable[Array]) -> list[Array]:
    """Inputs as arrays of their own, where a kernel looks back along them."""
    return [np.ascontiguousarray(each) for each in inputs]


class RunningSum(NamedTuple):
    """What is summed up, over how many bars, and what the sum is divided by."""

    series: Node
    bars: int
    divisor: float


def _sums_of_their_own(x: Node, y: Node, others: Iterable[Node]) -> tuple[RunningSum, RunningSum] | None:
    """Two running sums that no part of the others needs; None where that is not what they are."""
    sums = _sum_from(x), _sum_from(y)
    if sums[0] is None or sums[1] is None:
        return None
    if any(each in (x, y) for other in others for each in walk(other)):
        return None
    return sums[0], sums[1]


def _sum_from(node: Node) -> RunningSum | None:
    if not isinstance(node, Call) or node.operator not in SUMS:
        return None
    series, bars = node.children
    assert isinstance(bars, Number), "settings are numbers by now"
    return RunningSum(series, int(bars.value), divisor_of(node.operator, [bars.value]))


def _crossings(one: Array, other: Array) -> tuple[Array, Array]:
    """The bars at which one goes above the other, and below."""
    above, below = np.empty((2, len(one) // 2 + 1), np.int64)
    ups, downs = crossings.crossings_nb(one, other, above, below)
    return above[:ups].copy(), below[:downs].copy()


def _sum_crossings(sums: tuple[RunningSum, RunningSum], x: Array, y: Array) -> tuple[Array, Array]:
    """The same of two running sums."""
    above, below = np.empty((2, len(x) // 2 + 1), np.int64)
    one, other = sums
    ups, downs = crossings.sum_crossings_nb(x, one.bars, one.divisor, y, other.bars, other.divisor, above, below)
    return above[:ups].copy(), below[:downs].copy()


def _window(name: str, inputs: list[Array], settings: Sequence[Value], out: Array) -> None:
    windows.window_nb(WINDOWS[name], inputs[0], int(settings[0]), out)


def _extreme(name: str, inputs: list[Array], settings: Sequence[Value], out: Array) -> None:
    extremes.extreme_nb(EXTREMES[name], inputs[0], int(settings[0]), out)


def _pair(name: str, inputs: list[Array], settings: Sequence[Value], out: Array) -> None:
    windows.pair_nb(PAIRS[name], inputs[0], inputs[1], int(settings[0]), out)


def _sum(name: str, inputs: list[Array], settings: Sequence[Value], out: Array) -> None:
    sums.sum_nb(inputs[0], int(settings[0]), divisor_of(name, settings), out)


def divisor_of(name: str, settings: Sequence[Value]) -> float:
    """What a sum is divided by."""
    return float(settings[0]) if name == "ts_mean" else 1.0


def _ordered(name: str, inputs: list[Array], settings: Sequence[Value], out: Array) -> None:
    windows.ordered_nb(ORDERED[name], inputs[0], int(settings[0]), share_of(settings), out)


def share_of(settings: Sequence[Value]) -> float:
    """Which quantile: that of the second setting, else the median."""
    return float(settings[1]) if len(settings) > 1 else 0.5


def _recursive(name: str, inputs: list[Array], settings: Sequence[Value], out: Array) -> None:
    length = int(settings[0])
    windows.recursive_nb(inputs[0], length, RECURSIVE[name](length), out)


def _delay(_: str, inputs: list[Array], settings: Sequence[Value], out: Array) -> None:
    windows.delay_nb(inputs[0], int(settings[0]), out)


def _count(_: str, inputs: list[Array], settings: Sequence[Value], out: Array) -> None:
    windows.count_nb(inputs[0], int(settings[0]), out)


def _bars_since(_: str, inputs: list[Array], settings: Sequence[Value], out: Array) -> None:
    windows.bars_since_nb(inputs[0], int(settings[0]), out)


def _cross(name: str, inputs: list[Array], _: Sequence[Value], out: Array) -> None:
    windows.cross_nb(name == "cross_above", inputs[0], inputs[1], out)


OverTime = Callable[[str, list[Array], Sequence[Value], Array], None]
_OVER_TIME: Final[dict[str, OverTime]] = {
    **dict.fromkeys(WINDOWS, _window),
    **dict.fromkeys(EXTREMES, _extreme),
    **dict.fromkeys(PAIRS, _pair),
    **dict.fromkeys(SUMS, _sum),
    **dict.fromkeys(ORDERED, _ordered),
    **dict.fromkeys(RECURSIVE, _recursive),
    "delay": _delay,
    "ts_count": _count,
    "bars_since": _bars_since,
    **dict.fromkeys(CROSSES, _cross),
}
