"""Placing many orders in one call: each is answered as if it came alone, and all become durable together."""

from collections.abc import Callable
from typing import Any

import msgspec

from api.errors import status_of
from api.pagination import Page
from api.staged import Staged
from kit.errors import DomainError, Unavailable
from trading.desk import Desk, Executed
from trading.orders.answers import PlacedOrderAnswer
from trading.orders.services import OrderRequest, place_command, stage_placed_order
from trading.services import StagedChange, get_desk


class BatchError(msgspec.Struct, frozen=True):
    """Why an order was not placed."""

    code: str
    message: str
    details: dict[str, Any]


class BatchItem(msgspec.Struct, frozen=True):
    """The answer to one order."""

    status: int
    data: PlacedOrderAnswer | None = None
    error: BatchError | None = None


Decode = Callable[[dict[str, Any]], OrderRequest]


def place_orders(account_id: str, orders: list[dict[str, Any]], decode: Decode, *, actor: str) -> Staged:
    """Place orders in their order; the answer has one item for each. Raises Unavailable when none can be placed.

    `decode` holds one to the contract of an order; it raises Invalid.
    """
    desk = get_desk()
    desk.published.account(account_id)
    executed: list[Executed] = []
    items: list[BatchItem] = []
    for order in orders:
        try:
            items.append(_place(desk, account_id, decode(order), executed, actor))
        except Unavailable as fault:
            if not executed:
                raise
            items.append(_refused(fault))
        except DomainError as fault:
            items.append(_refused(fault))
    return StagedChange(desk, executed, Page(items))


def _place(desk: Desk, account_id: str, request: OrderRequest, executed: list[Executed], actor: str) -> BatchItem:
    executed.append(desk.execute(place_command(desk, account_id, request), actor=actor))
    staged = stage_placed_order(desk, executed[-1])
    return BatchItem(staged.status, staged.value) if staged.error is None else _refused(staged.error)


def _refused(fault: DomainError) -> BatchItem:
    return BatchItem(status_of(fault), None, BatchError(fault.code, fault.message, fault.details))
