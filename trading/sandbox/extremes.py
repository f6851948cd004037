"""The nearest that a market came to the orders that wait in it, kept by symbol and never by order.

For each side a stack of the lowest (highest) prices since each moment, in which an older price that is no better than a
newer one is left out: what an order has seen is the first price at or after its beginning. A step of the market adds one
price and drops those it beats, each at most once; a price of the moment that is on top already and no better is not asked
about and not kept. A moment is the highest time priority given by then: it rises through every change of source, which
times do not.
"""

from bisect import bisect_left

from trading.sandbox.orders import BUY, PENDING, Order

MAX_KEPT = 4_096
"""Prices a stack holds; when it is full every second one of its older half goes, and what is found is a little less near."""


class Extremes:
    """The extremes of one symbol's market since every moment that an order may ask about."""

    __slots__ = ("_high_moments", "_highs", "_low_moments", "_lows")

    def __init__(self) -> None:
        self._lows: list[int] = []
        self._low_moments: list[int] = []
        self._highs: list[int] = []
        self._high_moments: list[int] = []

    def note(self, moment: int, low_ticks: int, high_ticks: int) -> None:
        """The market was as low and as high as this when `moment` was the highest time priority."""
        lows, moments = self._lows, self._low_moments
        while lows and lows[-1] >= low_ticks:
            lows.pop()
            moments.pop()
        if not moments or moments[-1] != moment:
            lows.append(low_ticks)
            moments.append(moment)
        highs, high_moments = self._highs, self._high_moments
        while highs and highs[-1] <= high_ticks:
            highs.pop()
            high_moments.pop()
        if not high_moments or high_moments[-1] != moment:
            highs.append(high_ticks)
            high_moments.append(moment)
        if len(lows) > MAX_KEPT:
            self._lows, self._low_moments = _thinned(lows), _thinned(moments)
        if len(highs) > MAX_KEPT:
            self._highs, self._high_moments = _thinned(highs), _thinned(high_moments)

    def nearest(self, order: Order) -> int | None:
        """The nearest that the market came to what an order waits for, since it has waited for it.

        None for one whose stop follows the price: how near it came then says nothing about where the stop is now.
        """
        moments, sequence = self._low_moments, order.sequence
        if not moments or moments[-1] < sequence:  # nothing came since: both stacks end with the latest moment
            return None
        wants_lower = order.side is BUY
        if order.status is PENDING:
            if order.is_dormant or order.watermark_ticks is not None:
                return None
            wants_lower = not order.waits_for_rise
        if wants_lower:
            return self._lows[bisect_left(moments, sequence)]
        return self._highs[bisect_left(self._high_moments, sequence)]


def _thinned(values: list[int]) -> list[int]:
    half = len(values) // 2
    return values[0:half:2] + values[half:]
