"""Groups: the runs that follow the same conditions over the same bars. What they have in common is computed once a bar."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from markets.updates import Candle
from quant.strategies.conditions import Conditions
from trading.strategies.live import LiveRun
from trading.strategies.measuring import Measures, Plans
from trading.strategies.readings import FollowsBars, Reading

MAX_HELD_BARS: Final = 1_000
"""Bars kept while a history is taken in; a group that is behind by more begins with a new history."""

Place = tuple[str, str]
"""A symbol and an interval."""


@dataclass(slots=True, eq=False)
class Group:
    """Runs with equal conditions, parameters and measures on one symbol and interval.

    Without a follower it waits for a market, or its history is being taken in. `last_ns` is when the newest bar opened that
    it was given, and `source` what played then.
    """

    place: Place
    key: str
    conditions: Conditions
    parameters: dict[str, int | float]
    plans: Plans
    leverage: int
    warm_up_bars: int
    members: dict[str, LiveRun] = field(default_factory=dict)
    follower: FollowsBars | None = None
    measures: Measures | None = None
    reading: Reading | None = None
    beginning: asyncio.Task[None] | None = None
    held: deque[Candle] = field(default_factory=deque)
    last_ns: int | None = None

    @property
    def is_warm(self) -> bool:
        """Whether it has seen as many bars as its conditions and measures declare."""
        return self.follower is not None and self.follower.bars >= self.warm_up_bars

    def make_cold(self) -> None:
        """Forget the bars: the market they came from has ended."""
        if self.beginning is not None:
            self.beginning.cancel()
        self.beginning = self.follower = self.measures = self.reading = None
        self.last_ns = None
        self.held.clear()
