"""What a replacement makes of an order: the changed values, and whether it keeps its place in time.

The quantity is the whole one, what is filled already included, so a change after a partial fill works on the rest.
"""

import msgspec

from kit.errors import Invalid, invalid_field
from markets.instruments import Instrument
from trading.sandbox.lifetimes import check_expiry
from trading.sandbox.orders import GTD, Order, ReplaceOrder, Terms
from trading.sandbox.risk import MAX_PRICE_TICKS, MAX_QUANTITY_LOTS, check_range
from trading.sandbox.terms import NO_TERMS, check_display, check_trail, is_trailing_type, trailed_prices

REPLACEABLE = "quantity, price, stop_price, trail_amount, trail_percent, limit_offset, expires_at and display_quantity"


def changed_order(order: Order, command: ReplaceOrder, instrument: Instrument, time_ns: int) -> Order:
    """A copy of the order with the replacement's values; raises Invalid for one that does not fit the order."""
    asked = command.terms
    if command.quantity_lots is None and command.price_ticks is None and command.stop_ticks is None and asked is None:
        raise Invalid(f"Give at least one of {REPLACEABLE}.")
    trails = is_trailing_type(order.type)
    if command.price_ticks is not None and (order.price_ticks is None or trails):
        raise invalid_field("price", f"A {order.type} order takes none.")
    if command.stop_ticks is not None and (order.stop_ticks is None or trails):
        raise invalid_field("stop_price", f"A {order.type} order takes none.")
    if command.stop_ticks is not None and order.triggered and command.stop_ticks != order.stop_ticks:
        raise invalid_field("stop_price", "The stop has triggered already.")
    check_range("quantity", command.quantity_lots, MAX_QUANTITY_LOTS)
    check_range("price", command.price_ticks, MAX_PRICE_TICKS)
    check_range("stop_price", command.stop_ticks, MAX_PRICE_TICKS)
    quantity_lots = order.quantity_lots if command.quantity_lots is None else command.quantity_lots
    if quantity_lots <= order.filled_lots:
        raise invalid_field("quantity", "Must be more than what is filled already; cancel the rest instead.")
    changed: Order = msgspec.structs.replace(
        order,
        quantity_lots=quantity_lots,
        price_ticks=order.price_ticks if command.price_ticks is None else command.price_ticks,
        stop_ticks=order.stop_ticks if command.stop_ticks is None else command.stop_ticks,
    )
    if asked is not None:
        _change_terms(changed, asked, instrument, time_ns)
    return changed


def keeps_place(order: Order, changed: Order) -> bool:
    """Whether a changed order stays where it waits: when it became smaller, or ends at another time, and nothing else."""
    return (
        (changed.price_ticks, changed.stop_ticks) == (order.price_ticks, order.stop_ticks)
        and changed.quantity_lots <= order.quantity_lots
        and _without_end(changed) == _without_end(order)
    )


def _without_end(order: Order) -> Terms:
    return msgspec.structs.replace(order.terms or NO_TERMS, expires_ns=None)


def _change_terms(changed: Order, asked: Terms, instrument: Instrument, time_ns: int) -> None:
    """Put the terms that are asked for into an order of which they can be said."""
    terms = changed.terms or NO_TERMS
    if asked.expires_ns is not None:
        if changed.time_in_force is not GTD:
            raise invalid_field("expires_at", "Only an order with time in force gtd takes it.")
        check_expiry(asked.expires_ns, time_ns)
        terms = msgspec.structs.replace(terms, expires_ns=asked.expires_ns)
    if asked.display_lots is not None:
        if terms.display_lots is None:
            raise invalid_field(
                "display_quantity", "The order shows all of its quantity; it was not placed as an iceberg."
            )
        check_display(asked.display_lots, changed.quantity_lots, instrument)
        terms = msgspec.structs.replace(terms, display_lots=asked.display_lots)
    changed.terms = _changed_trail(changed, terms, asked)
    if changed.is_trailing:
        assert changed.watermark_ticks is not None, "a trailing order has a watermark"
        prices = trailed_prices(changed.side, changed.watermark_ticks, changed.terms, instrument)
        changed.stop_ticks, changed.price_ticks = prices


def _changed_trail(order: Order, terms: Terms, asked: Terms) -> Terms:
    """Another distance, by amount or by percent, or another offset; the best price so far stays."""
    given = {
        "trail_amount": asked.trail_ticks,
        "trail_percent": asked.trail_ppm,
        "limit_offset": asked.limit_offset_ticks,
    }
    wanted = [field for field, value in given.items() if value is not None]
    if not wanted:
        return terms
    if not is_trailing_type(order.type):
        raise invalid_field(wanted[0], f"A {order.type} order takes none.")
    if order.triggered:
        raise invalid_field(wanted[0], "The stop has triggered already.")
    if asked.limit_offset_ticks is not None and terms.limit_offset_ticks is None:
        raise invalid_field("limit_offset", f"A {order.type} order takes none.")
    if asked.trail_ticks is not None and asked.trail_ppm is not None:
        raise invalid_field("trail_amount", "Give either trail_amount or trail_percent.")
    check_trail(asked)
    if asked.limit_offset_ticks is not None:
        terms = msgspec.structs.replace(terms, limit_offset_ticks=asked.limit_offset_ticks)
    if asked.trail_ticks is not None or asked.trail_ppm is not None:
        terms = msgspec.structs.replace(terms, trail_ticks=asked.trail_ticks, trail_ppm=asked.trail_ppm)
    return terms
