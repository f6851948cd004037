"""What was decided: the events that will happen, and in which words an order ends."""

import msgspec

from quant.walks import Take
from trading.sandbox import events as ev
from trading.sandbox.orders import Order, PlaceOrder

CANCELED_BY_OWNER = "Canceled by its owner."
CANCELED_BY_RESET = "Canceled by the reset of the account."
EXPIRED_IOC = "Immediate or cancel: what the book did not hold at once expired."
EXPIRED_FOK = "Fill or kill: when it came to the market the book did not hold the whole quantity."
EXPIRED_DEPTH = "The visible depth of the book ended before the whole quantity was filled."
EXPIRED_POLICY = (
    "What the order's fill policy lets trade at once (volume cap, price protection, chance, depth) ended before the whole "
    "quantity was filled."
)
EXPIRED_NO_MARKET = "There was no market to trade against."
EXPIRED_STALE = (
    "The market's price was stale: its source has fallen silent, and nothing fills at a price that may be gone."
)
EXPIRED_POST_ONLY = "Post-only: when its turn came it would have traded at once. Place it again further away."
EXPIRED_MONEY = "The available balance did not cover the rest at the price that the order met."


class Decision(msgspec.Struct, frozen=True, gc=False):
    """What will happen: the events, and what the order of that id takes out of the book."""

    events: list[ev.AnyEvent]
    takes: list[Take] | None = None
    order_id: str = ""
    then: tuple[PlaceOrder, ...] = ()
    """Orders that are placed right after, at `then_ns`: what they meet is the state that the events lead to."""
    then_ns: int = 0


def triggered(order: Order, trigger_ticks: int, time_ns: int) -> ev.OrderTriggered:
    """The market reached the stop of `order` at `trigger_ticks`; of one that trails, as it is now."""
    if order.watermark_ticks is not None:
        return ev.OrderTriggered(
            time_ns=time_ns,
            account_id=order.account_id,
            order_id=order.id,
            trigger_ticks=trigger_ticks,
            stop_ticks=order.stop_ticks,
            price_ticks=order.price_ticks,
            watermark_ticks=order.watermark_ticks,
            held_units=order.held_units,
        )
    return ev.OrderTriggered(
        time_ns=time_ns, account_id=order.account_id, order_id=order.id, trigger_ticks=trigger_ticks
    )


def canceled(
    order: Order, reason: str, time_ns: int, cause: str | None = None, nearest_ticks: int | None = None
) -> ev.OrderCanceled:
    """`order` is ended on somebody's wish, or because of the order `cause` of its list.

    `nearest_ticks` is the nearest that the market came to its price.
    """
    return ev.OrderCanceled(time_ns, order.account_id, order.id, reason, cause, nearest_ticks)


def expired(order: Order, reason: str, time_ns: int, *, nearest_ticks: int | None = None) -> ev.OrderExpired:
    """`order` is ended by a rule; `nearest_ticks` is the nearest that the market came to its price."""
    return ev.OrderExpired(
        time_ns=time_ns,
        account_id=order.account_id,
        order_id=order.id,
        reason=reason,
        nearest_ticks=nearest_ticks,
    )
