"""Replacing an order of a list: what of it may be changed, and what that does while it still waits for another order."""

from kit.errors import Rejected, invalid_field
from trading.sandbox import events as ev
from trading.sandbox.decision import Decision
from trading.sandbox.market import SymbolMarket
from trading.sandbox.orders import Order, ReplaceOrder
from trading.sandbox.pairs import worst_ticks
from trading.sandbox.risk import check_min_notional


def check_leg_change(order: Order, command: ReplaceOrder) -> None:
    """Raise Invalid for another quantity of an order that follows one: it is what that one has filled."""
    assert order.link is not None, "only an order of a list is a leg"
    changes_quantity = command.quantity_lots is not None and command.quantity_lots != order.quantity_lots
    if order.link.parent_id is not None and changes_quantity:
        message = f"Follows what order {order.link.parent_id} fills; change the quantity of that order instead."
        raise invalid_field("quantity", message)


def dormant_replaced(changed: Order, market: SymbolMarket, time_ns: int) -> Decision:
    """New prices of an order that has not begun: nothing is held and no market is met before it does.

    Raises Rejected MIN_NOTIONAL for one that the venue would not take.
    """
    instrument = market.instrument
    price_ticks = worst_ticks(changed)
    refusal = None
    if price_ticks:  # a trailing stop has none before it begins
        refusal = check_min_notional(instrument, instrument.notional_units(price_ticks, changed.quantity_lots))
    if refusal is not None:
        raise Rejected(refusal.reason, code=refusal.code, details={"order_id": changed.id, **refusal.details})
    return Decision(
        [
            ev.OrderReplaced(
                time_ns=time_ns,
                account_id=changed.account_id,
                order_id=changed.id,
                quantity_lots=changed.quantity_lots,
                sequence=changed.sequence,
                price_ticks=changed.price_ticks,
                stop_ticks=changed.stop_ticks,
                held_units=0,
                terms=changed.terms,
            )
        ]
    )
