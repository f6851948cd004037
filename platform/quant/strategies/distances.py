"""Distances and volatility bar by bar, in plain Python: the numbers of `analytics.backtests.engine.measures`, one at a time.

Prices are whole ticks. The same operations in the same order as the kernels, so that both give the same integers.
"""

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Final

import msgspec

from kit.errors import invalid_field
from quant.fills import PPM, share_ticks
from quant.strategies.specs import AtrDistance, Distance, FixedDistance, PercentDistance, VolatilityTarget, ppm_of

UNKNOWN: Final = -1
"""A measure that has not seen enough bars."""


class AverageRange:
    """The average true range of the last bars in millionths of a tick (Wilder 1978)."""

    def __init__(self, bars: int) -> None:
        self._bars = bars
        self._average = 0.0
        self._seen = 0
        self._close = 0
        self.range_ppm = UNKNOWN

    def add(self, high_ticks: int, low_ticks: int, close_ticks: int) -> None:
        """Take in one bar."""
        true_range = float(high_ticks - low_ticks)
        if self._seen > 0:
            true_range = float(max(high_ticks, self._close) - min(low_ticks, self._close))
        self._close, self._seen = close_ticks, self._seen + 1
        if self._seen <= self._bars:
            self._average += true_range / self._bars
        else:
            self._average += (true_range - self._average) / self._bars
        if self._seen >= self._bars:
            self.range_ppm = int(self._average * 1e6)


class VolatilityShare:
    """The share of equity, in millionths, at which a position's volatility is the target's; `UNKNOWN` at first."""

    def __init__(self, target: VolatilityTarget, most_ppm: int) -> None:
        self._bars = target.bars
        self._root = math.sqrt(float(target.bars_per_year))
        self._target = float(target.annual_percent) / 100
        self._most = float(most_ppm)
        self._changes = [0.0] * target.bars
        self._seen = 0
        self._close = 0
        self.share_ppm = UNKNOWN

    def add(self, close_ticks: int) -> None:
        """Take in one bar."""
        if self._close > 0:
            self._changes[self._seen % self._bars] = math.log(close_ticks / self._close)
            self._seen += 1
        self._close = close_ticks
        if self._seen < self._bars:
            return
        mean = _sum(self._changes) / self._bars
        deviation = math.sqrt(_sum([(change - mean) ** 2 for change in self._changes]) / (self._bars - 1))
        yearly = deviation * self._root
        share = self._target / yearly * 1e6 if yearly > 0.0 else self._most
        self.share_ppm = int(min(share, self._most))


def _sum(values: list[float]) -> float:
    """One after the other, as the kernel adds; the built-in sum compensates in later Pythons."""
    total = 0.0
    for value in values:
        total += value
    return total


class StepsOf:
    """Counts decimals in the steps of an instrument, price or quantity."""

    def __init__(self, symbol: str, count_from_text: Callable[[str], int | None]) -> None:
        self._symbol = symbol
        self._count_from_text = count_from_text

    def __call__(self, field: str, value: Decimal) -> int:
        """How many steps; raises Invalid for what is not a whole number of them."""
        steps = self._count_from_text(f"{value:f}")
        if steps is None or steps <= 0:
            raise invalid_field(field, f"Must be a whole number of the steps of {self._symbol}.")
        return steps


class DistancePlan(msgspec.Struct, frozen=True):
    """A distance in the steps of an instrument. One of `ticks`, `ppm` and `multiple_ppm` is above 0; none: no distance."""

    ticks: int = 0
    ppm: int = 0
    multiple_ppm: int = 0
    bars: int = 0
    """Of the average true range that `multiple_ppm` is of."""

    @property
    def is_set(self) -> bool:
        """Whether there is a distance."""
        return bool(self.ticks or self.ppm or self.multiple_ppm)

    def ticks_from(self, price_ticks: int, range_ppm: int) -> int:
        """The distance at a price, one tick at least; 0 for none, `UNKNOWN` while the average true range is not known."""
        if self.ppm:
            return share_ticks(price_ticks, self.ppm)
        if not self.multiple_ppm:
            return self.ticks
        if range_ppm < 0:
            return UNKNOWN
        return max(int(float(range_ppm) * float(self.multiple_ppm) / 1e12), 1)


NO_DISTANCE: Final = DistancePlan()


def distance_plan(field: str, distance: Distance | None, steps_of: StepsOf) -> DistancePlan:
    """A distance in the steps of an instrument; raises Invalid for an amount that is no whole number of ticks."""
    if distance is None:
        return NO_DISTANCE
    if isinstance(distance, FixedDistance):
        return DistancePlan(ticks=steps_of(f"{field}.amount", distance.amount))
    if isinstance(distance, PercentDistance):
        return DistancePlan(ppm=ppm_of(f"{field}.percent", distance.percent, least=1, most=PPM - 1))
    assert isinstance(distance, AtrDistance), "there are three kinds of distances"
    return DistancePlan(multiple_ppm=int(distance.multiple * PPM), bars=distance.bars)
