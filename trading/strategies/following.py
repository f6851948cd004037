"""Followers of bars: the conditions of strategies bar by bar, and the values that stand in them. Loads numba, so nothing
imports it before the first strategy starts, and then in a thread.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Final

from kit.resting import Rests
from markets.services import Candles
from markets.updates import Candle
from quant.expressions import Expression, Kind
from quant.expressions.streaming import Stream
from quant.expressions.tree import Call, Node, Number, walk
from quant.expressions.writing import write
from quant.strategies.conditions import SIDES, Conditions
from quant.strategies.deciding import Said
from trading.strategies.groups import Group
from trading.strategies.measuring import Measures
from trading.strategies.readings import Reading
from trading.strategies.runner import Prepared

REST_SHARE: Final = 1.0
"""Taking in history leaves the event loop half of a core."""

COLUMNS: Final = ("open", "high", "low", "close", "volume")
ANY_BAR: Final = dict.fromkeys(COLUMNS, 1.0)
MAX_VALUES: Final = 12
"""Values kept of one bar: both sides of a handful of comparisons."""

_COMPARED: Final = frozenset(
    ("less", "less_equal", "greater", "greater_equal", "equal", "not_equal", "cross_above", "cross_below")
)


class Follower:
    """The conditions of a strategy over the bars of one symbol, oldest first."""

    def __init__(self, conditions: Conditions, parameters: Mapping[str, int | float]) -> None:
        """Raises InvalidExpression as `Expression.bind`."""
        bound = {side: Expression(each.text, each.bind(parameters)) for side, each in conditions.items()}
        self._sides = tuple(side for side in SIDES if side in bound)
        shown = _compared(bound.values())
        self._names = tuple(shown)
        self._stream = Stream([*(bound[side] for side in self._sides), *shown.values()], symbols=1)
        self.bars = 0
        """How many bars it was given."""

    def take(self, bar: Mapping[str, float]) -> Reading:
        """One bar more: its open, high, low, close and volume by name."""
        values = self._stream.update(bar)
        self.bars += 1
        count = len(self._sides)
        truths = {side: bool(value[0]) for side, value in zip(self._sides, values[:count], strict=True)}
        numbers = [float(value[0]) for value in values[count:]]
        return Reading(Said(**truths), dict(zip(self._names, map(_known, numbers), strict=True)))


def _known(number: float) -> float | None:
    return None if math.isnan(number) else number


def _compared(conditions: Iterable[Expression]) -> dict[str, Expression]:
    """By how they are written, the series that the conditions compare: what a signal is explained with."""
    found: dict[str, Expression] = {}
    for condition in conditions:
        for node in walk(condition.node):
            if isinstance(node, Call) and node.operator in _COMPARED:
                for side in node.children:
                    _note(side, found)
    return found


def _note(node: Node, found: dict[str, Expression]) -> None:
    if isinstance(node, Number) or node.kind is not Kind.SERIES or len(found) >= MAX_VALUES:
        return
    text = write(node)
    found.setdefault(text, Expression(text, node))


def prepare(group: Group, history: Candles | None, candles: list[Candle]) -> Prepared:
    """A follower and measures that have seen the history, their kernels compiled; in a thread, for that may take seconds.

    `candles` are the history in ticks.
    """
    Follower(group.conditions, group.parameters).take(ANY_BAR)
    follower = Follower(group.conditions, group.parameters)
    measures = Measures(group.plans, group.leverage)
    reading = None
    if history is not None:
        rests = Rests(share=REST_SHARE)
        columns = (history.open, history.high, history.low, history.close, history.volume)
        for candle, *values in zip(candles, *columns, strict=True):
            measures.add(candle)
            reading = follower.take(dict(zip(COLUMNS, values, strict=True)))
            rests.rest_if_due()
    return Prepared(follower, measures, reading)
