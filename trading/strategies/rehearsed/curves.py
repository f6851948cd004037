"""A curve of equity in bounded memory: every so many bars a point, and the largest drawdown of all bars."""

from typing import Final

from quant.fills import PPM
from trading.strategies.rehearsed.records import EquityAt

MAX_POINTS: Final = 500
"""A chart has no more pixels to tell them apart, and a list of rehearsals keeps many."""


class Curve:
    """The points so far; when there are too many, every second one goes and half as many come."""

    def __init__(self) -> None:
        self.points: list[EquityAt] = []
        self.last: EquityAt | None = None
        self._stride = 1
        self._count = 0
        self._highest_units = 0
        self._drawdown_ppm: int | None = None

    @property
    def max_drawdown_ppm(self) -> int | None:
        """The largest fall below the highest before, in millionths of that; None while nothing was there to lose."""
        return self._drawdown_ppm

    def add(self, time_ns: int, units: int) -> None:
        """What the account is worth now."""
        self.last = EquityAt(time_ns, units)
        self._highest_units = max(self._highest_units, units)
        if self._highest_units > 0:
            fall_ppm = (self._highest_units - units) * PPM // self._highest_units
            self._drawdown_ppm = max(self._drawdown_ppm or 0, fall_ppm)
        if self._count % self._stride == 0:
            self.points.append(self.last)
            if len(self.points) >= MAX_POINTS:
                del self.points[1::2]
                self._stride *= 2
        self._count += 1

    def whole(self) -> list[EquityAt]:
        """The points with the last one at their end."""
        is_missing = self.last is not None and (not self.points or self.points[-1] != self.last)
        return [*self.points, self.last] if is_missing and self.last is not None else list(self.points)
