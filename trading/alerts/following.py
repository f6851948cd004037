"""Followers of bars: an expression bar by bar, and what is told of it. Loads numba, so nothing imports it before a rule is
there, and then in a thread.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from kit.resting import Rests
from markets.services import Candles
from quant.expressions import Expression
from quant.expressions.streaming import Stream
from trading.alerts.reading import measured

REST_SHARE: Final = 1.0
"""Taking in history leaves the event loop half of a core."""

COLUMNS: Final = ("open", "high", "low", "close", "volume")
ANY_BAR: Final = dict.fromkeys(COLUMNS, 1.0)


class Reading(msgspec.Struct, frozen=True):
    """What a bar came to: whether the condition holds (unknown counts as no), and the value, NaN where unknown."""

    is_true: bool
    value: float


class Follower:
    """One expression over the bars of one symbol, oldest first."""

    def __init__(self, expression: Expression) -> None:
        """Raises InvalidExpression as `Expression.bind`."""
        self._stream = Stream([expression, measured(expression)], symbols=1)
        self.bars = 0
        """How many bars it was given."""

    def take(self, bar: Mapping[str, float]) -> Reading:
        """One bar more: its open, high, low, close and volume by name."""
        truth, value = self._stream.update(bar)
        self.bars += 1
        return Reading(bool(truth[0]), float(value[0]))


def prepare(expression: Expression, history: Candles) -> Follower:
    """A follower that has seen the history, its kernels compiled; in a thread, for compiling may take seconds."""
    Follower(expression).take(ANY_BAR)
    follower = Follower(expression)
    rests = Rests(share=REST_SHARE)
    for values in zip(history.open, history.high, history.low, history.close, history.volume, strict=True):
        follower.take(dict(zip(COLUMNS, values, strict=True)))
        rests.rest_if_due()
    return follower
