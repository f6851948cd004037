"""Icebergs: orders that show a part of their quantity at a time.

The market is the other side of every order here, so what an iceberg hides matters in one way: how much of it can be hit at
once. While the market only touches its price, that is the part it shows; when that is used up the next part is shown,
behind all that wait at the price, and can be hit by the next step. When the market goes through its price, all that
waited there was hit, shown or not. When it arrives it takes from the book like any other order. This is what Binance
(`icebergQty`) and NautilusTrader (`display_qty`) mean by it: hidden from the book, not from who trades through it.
"""

from trading.sandbox.events import AnyEvent, OrderRefilled
from trading.sandbox.orders import Order


def first_shown(order: Order) -> int | None:
    """What an order shows when it comes to its price; None when it shows all."""
    display_lots = order.display_lots
    return None if display_lots is None else min(display_lots, order.remaining_lots)


def shown_after(order: Order, hit_lots: int) -> int | None:
    """What is left of the shown part after `hit_lots` of the order were hit where it waits."""
    if order.shown_lots is None:
        return None
    return min(max(order.shown_lots - hit_lots, 0), order.remaining_lots)


def offered_lots(order: Order, met_ticks: int) -> int:
    """How much of a resting order the market can hit that came as far as `met_ticks`."""
    if order.shown_lots is None or met_ticks != order.price_ticks:
        return order.remaining_lots
    return min(order.shown_lots, order.remaining_lots)


def refilled(
    order: Order, hit_lots: int, *, sequence: int, time_ns: int, queue_lots: int | None = None
) -> list[AnyEvent]:
    """The next part of an iceberg, once the shown one was hit and something is left; `queue_lots` are ahead of it."""
    left_lots = order.remaining_lots - hit_lots
    if order.shown_lots is None or order.display_lots is None or hit_lots < order.shown_lots or not left_lots:
        return []
    return [
        OrderRefilled(
            time_ns=time_ns,
            account_id=order.account_id,
            order_id=order.id,
            shown_lots=min(order.display_lots, left_lots),
            sequence=sequence,
            queue_lots=queue_lots,
        )
    ]
