"""Counts what becomes durable, for `/metrics`: orders by outcome, fills, and how long orders wait for their first fill.

It hears every change on the order path, so it does no more than add numbers up.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from kit.clock import NS_PER_SECOND, SYSTEM_CLOCK, Clock
from operations import metrics
from trading.published import Change
from trading.sandbox.events import (
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderRejected,
    OrderReplaced,
    OrderTriggered,
)
from trading.sandbox.orders import FILLED, Order

MAX_WAITING: Final = 100_000
"""Orders whose acceptance is remembered until their first fill; beyond it the oldest is forgotten, and not counted."""

_OUTCOMES: Final[dict[type, str]] = {
    OrderReplaced: "replaced",
    OrderTriggered: "triggered",
    OrderCanceled: "canceled",
    OrderExpired: "expired",
}


class TradingFigures:
    """What is counted of changes. The wall time of a fill is known only for orders that this process accepted."""

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        self._monotonic_s: Callable[[], float] = clock.monotonic_s
        # A plain dict looks for its first key past all that were taken from its front: tens of microseconds an order.
        self._accepted_s: OrderedDict[str, float] = OrderedDict()

    def count(self, change: Change) -> None:
        """Take a change in, as soon as it is durable."""
        for event in change.events:
            kind = type(event)
            if kind is OrderFilled:
                self._count_fill(event, change)  # type: ignore[arg-type]
            elif kind is OrderAccepted:
                metrics.ORDERS.add(("accepted", event.side, event.type))  # type: ignore[union-attr]
                self._note_accepted(event.order_id)  # type: ignore[union-attr]
            elif kind is OrderRejected:
                metrics.ORDERS.add(("rejected", event.side, event.type))  # type: ignore[union-attr]
            elif (outcome := _OUTCOMES.get(kind)) is not None:
                order = _order_of(change, event.order_id)  # type: ignore[union-attr]
                metrics.ORDERS.add((outcome, order.side, order.type))
        for order in change.orders:
            if order.status is FILLED:
                metrics.ORDERS.add(("filled", order.side, order.type))
            if not order.is_live:
                self._accepted_s.pop(order.id, None)

    def _note_accepted(self, order_id: str) -> None:
        if len(self._accepted_s) >= MAX_WAITING:
            self._accepted_s.popitem(last=False)
        self._accepted_s[order_id] = self._monotonic_s()

    def _count_fill(self, fill: OrderFilled, change: Change) -> None:
        order = _order_of(change, fill.order_id)
        metrics.FILLS.add(("maker" if fill.is_maker else "taker", order.side))
        if fill.number != 1:
            return
        metrics.FILL_MARKET.observe((order.type,), (fill.time_ns - order.created_ns) / NS_PER_SECOND)
        accepted_s = self._accepted_s.pop(fill.order_id, None)
        if accepted_s is not None:
            metrics.FILL_WALL.observe((order.type,), self._monotonic_s() - accepted_s)


def _order_of(change: Change, order_id: str) -> Order:
    """The order of one of the change's events; a change holds every order that it touches, mostly one."""
    return next(order for order in change.orders if order.id == order_id)
