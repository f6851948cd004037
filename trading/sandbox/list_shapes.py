"""What the orders of a list must be to each other before the market is asked: their kinds, prices and names."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from kit.errors import Invalid, invalid_field
from trading.sandbox.links import Link, ListType, Role
from trading.sandbox.orders import FOK, IOC, MARKET, SELL, Leg, PlaceOrder, PlaceOrderList
from trading.sandbox.risk import check_shape

FOLLOWERS = {
    ListType.OCO: ((Role.TAKE_PROFIT, Role.STOP_LOSS),),
    ListType.OTO: ((Role.THEN,), (Role.TAKE_PROFIT,), (Role.STOP_LOSS,)),
    ListType.BRACKET: ((Role.TAKE_PROFIT, Role.STOP_LOSS),),
}
"""By the type of a list, which orders may follow its entry; an oco has no entry and is these two alone."""


@contextmanager
def field_of(role: Role) -> Iterator[None]:
    """Have an Invalid of one order name its fields as fields of that leg."""
    try:
        yield
    except Invalid as fault:
        details = {f"{role}.{field}": messages for field, messages in fault.details.items()} or {
            role.value: [str(fault)]
        }
        raise Invalid(f"{role}.{fault.message}", code=fault.code, details=details) from fault


def check_list_shape(command: PlaceOrderList) -> None:
    """Raise Invalid, naming the leg and the field, for orders that make no list of this type."""
    roles = tuple(leg.role for leg in command.legs)
    followers = roles if command.type is ListType.OCO else roles[1:]
    if followers not in FOLLOWERS[command.type] or (command.type is not ListType.OCO and roles[0] is not Role.ENTRY):
        raise invalid_field("type", f"A list of type {command.type} cannot be made of {', '.join(roles)}.")
    for leg in command.legs:
        with field_of(leg.role):
            check_shape(leg.order)
            _check_leg(leg, waits=leg.role is not Role.ENTRY, follows=command.type is not ListType.OCO)
    _check_names(command)
    _check_prices(command)


def _check_leg(leg: Leg, *, waits: bool, follows: bool) -> None:
    if leg.order.quantity_lots is None:
        raise invalid_field("quantity", "The orders of a list are sized by quantity.")
    if waits and leg.order.terms is not None and leg.order.terms.reduce_only and follows:
        raise invalid_field("reduce_only", "It closes what its entry fills and no more; leave this out.")
    if waits and leg.order.type is MARKET:
        raise invalid_field("type", "Must be an order that can wait, and a market order cannot.")
    if waits and leg.order.time_in_force in (IOC, FOK):
        raise invalid_field("time_in_force", "Must let the order wait: ioc and fok end at once.")


def _check_names(command: PlaceOrderList) -> None:
    seen: set[str] = set()
    for leg in command.legs:
        name = leg.order.client_order_id
        if name is not None and name in seen:
            with field_of(leg.role):
                raise invalid_field("client_order_id", "Is given to another order of the list.")
        seen.add(name or "")


def _check_prices(command: PlaceOrderList) -> None:
    """A target lies on the winning side of the stop, and the entry, where it has a price, between the two."""
    legs = {leg.role: leg.order for leg in command.legs}
    target, stop, entry = (legs.get(role) for role in (Role.TAKE_PROFIT, Role.STOP_LOSS, Role.ENTRY))
    closing = target or stop
    if closing is None:
        return
    sign, words = (1, ("above", "below")) if closing.side is SELL else (-1, ("below", "above"))
    target_ticks, stop_ticks = _trigger_ticks(target), _trigger_ticks(stop)
    entry_ticks = None if entry is None else entry.price_ticks or entry.stop_ticks
    if target_ticks and stop_ticks and sign * target_ticks <= sign * stop_ticks:
        _refuse_price(Role.TAKE_PROFIT, target, f"Must be {words[0]} the price of the stop loss.")
    if entry_ticks and target_ticks and sign * target_ticks <= sign * entry_ticks:
        _refuse_price(Role.TAKE_PROFIT, target, f"Must be {words[0]} the price of the entry.")
    if entry_ticks and stop_ticks and sign * stop_ticks >= sign * entry_ticks:
        _refuse_price(Role.STOP_LOSS, stop, f"Must be {words[1]} the price of the entry.")


def _trigger_ticks(order: PlaceOrder | None) -> int | None:
    """Where an order begins to act: its stop, else its limit; None for one that says neither."""
    return None if order is None else order.stop_ticks or order.price_ticks


def _refuse_price(role: Role, order: PlaceOrder | None, message: str) -> None:
    field = "price" if order is None or order.stop_ticks is None else "stop_price"
    with field_of(role):
        raise invalid_field(field, message)


def links_of(command: PlaceOrderList) -> list[Link]:
    """The link of each order of a list, in their order."""
    order_ids = tuple(leg.order.order_id for leg in command.legs)
    parent_id = None if command.type is ListType.OCO else order_ids[0]
    common = Link(list_id=order_ids[0], type=command.type, role=Role.ENTRY, order_ids=order_ids)
    pair = order_ids[-2:] if command.type is not ListType.OTO else ()
    links = []
    for leg in command.legs:
        own_id = leg.order.order_id
        links.append(
            msgspec.structs.replace(
                common,
                role=leg.role,
                parent_id=None if own_id == parent_id else parent_id,
                sibling_id=next((other for other in pair if own_id in pair and other != own_id), None),
                is_covered=bool(pair) and own_id == pair[1],
            )
        )
    return links
