"""Order lists as clients see them. How a list stands follows from how its orders stand."""

from typing import Any

import msgspec

from markets.instruments import Instrument
from trading.numbers import time_text
from trading.orders.answers import FillAnswer, OrderAnswer, order_values
from trading.sandbox.links import Link, ListType
from trading.sandbox.orders import CANCELED, Order, OrderStatus


class ListedOrderAnswer(OrderAnswer, frozen=True):
    """An order of a list."""

    role: str


class OrderListAnswer(msgspec.Struct, frozen=True):
    """An order list as it stands."""

    id: str
    account: str
    symbol: str
    type: str
    status: str
    status_reason: str | None
    created_at: str
    updated_at: str
    orders: list[ListedOrderAnswer]


class PlacedOrderListAnswer(OrderListAnswer, frozen=True):
    """An order list right after it was placed."""

    fills: list[FillAnswer]


class ListState(msgspec.Struct, frozen=True):
    """Where a list stands, and why, when it came to nothing."""

    status: str
    reason: str | None = None


def link_of(order: Order) -> Link:
    """The link of an order that is known to be of a list."""
    assert order.link is not None, "it is of a list"
    return order.link


def list_state(orders: list[Order]) -> ListState:
    """`executing` while an order is live; `done` when a last leg traded and nobody from outside ended it before its time.

    The reason is that of the order with which the end began: the others were ended by it.
    """
    if any(order.is_live for order in orders):
        return ListState("executing")
    if all(order.status is OrderStatus.REJECTED for order in orders):
        return ListState("rejected", orders[0].status_reason)
    last_legs = orders if link_of(orders[0]).type is ListType.OCO else orders[1:]
    stopped = next((order for order in last_legs if order.status is CANCELED and order.ended_by is None), None)
    if stopped is None and any(leg.filled_lots for leg in last_legs):
        return ListState("done")
    first = stopped or next(order for order in orders if order.ended_by is None and order.status_reason is not None)
    return ListState("canceled", first.status_reason)


def order_list_answer(orders: list[Order], instrument: Instrument) -> OrderListAnswer:
    """A list of all its orders, in their order."""
    return OrderListAnswer(**_list_values(orders, instrument))


def placed_order_list_answer(
    orders: list[Order], instrument: Instrument, fills: list[FillAnswer]
) -> PlacedOrderListAnswer:
    """A new list with its first fills."""
    return PlacedOrderListAnswer(**_list_values(orders, instrument), fills=fills)


def _list_values(orders: list[Order], instrument: Instrument) -> dict[str, Any]:
    first, state = orders[0], list_state(orders)
    link = link_of(first)
    return {
        "id": link.list_id,
        "account": first.account_id,
        "symbol": first.symbol,
        "type": link.type.value,
        "status": state.status,
        "status_reason": state.reason,
        "created_at": time_text(first.created_ns),
        "updated_at": time_text(max(order.updated_ns for order in orders)),
        "orders": [
            ListedOrderAnswer(*(*order_values(order, instrument), link_of(order).role.value)) for order in orders
        ],
    }
