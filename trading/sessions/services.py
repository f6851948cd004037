"""What an account did in a time: every fill and every order that was refused, in ticks, lots and units."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import msgspec

from kit.errors import Conflict
from trading import pages
from trading.history import FillFilter, FillOfOrder, OrderFilter
from trading.published import Place
from trading.sandbox.orders import Order, OrderStatus, Side
from trading.services import get_desk

MAX_SESSION: Final = 20_000
"""Fills, and ended orders, of one session: a comparison is read by a person, and made while one waits."""

PAGE: Final = 1_000
Item = TypeVar("Item")


class SessionFill(msgspec.Struct, frozen=True):
    """A fill; `time_ns` is market time."""

    order_id: str
    symbol: str
    is_buy: bool
    price_ticks: int
    quantity_lots: int
    fee_units: int
    time_ns: int


class SessionRefusal(msgspec.Struct, frozen=True):
    """An order that was refused, and why."""

    order_id: str
    symbol: str
    is_buy: bool
    reason: str
    time_ns: int


class Session(msgspec.Struct, frozen=True):
    """All of it, oldest first."""

    fills: list[SessionFill]
    refusals: list[SessionRefusal]


async def read_session(account_id: str, *, since_ns: int, until_ns: int, epoch: int | None = None) -> Session:
    """All fills and refused orders of an account from one market time to another (excluded).

    Raises NotFound for the account or the epoch, and Conflict SESSION_TOO_LONG for more than `MAX_SESSION` of either.
    """
    desk = get_desk()
    desk.published.account(account_id)
    wanted_fills = FillFilter(since_ns=since_ns, until_ns=until_ns)
    wanted_orders = OrderFilter(is_open=False, since_ns=since_ns, until_ns=until_ns)

    async def fills_from(place: Place | None) -> tuple[list[FillOfOrder], Place | None]:
        return await pages.page_of_fills(desk, account_id, wanted_fills, limit=PAGE, after=place, epoch_number=epoch)

    async def orders_from(place: Place | None) -> tuple[list[Order], Place | None]:
        return await pages.page_of_orders(desk, account_id, wanted_orders, limit=PAGE, after=place, epoch_number=epoch)

    fills, orders = await _all_of(fills_from), await _all_of(orders_from)
    return Session(
        fills=[_fill(each) for each in fills],
        refusals=[_refusal(each) for each in orders if each.status is OrderStatus.REJECTED],
    )


async def _all_of(read: Callable[[Place | None], Awaitable[tuple[list[Item], Place | None]]]) -> list[Item]:
    """Every page, oldest first."""
    found: list[Item] = []
    place: Place | None = None
    while True:
        items, place = await read(place)
        found += items
        if len(found) > MAX_SESSION:
            raise Conflict(
                f"The account did more than {MAX_SESSION} things in this time; compare a shorter backtest.",
                code="SESSION_TOO_LONG",
            )
        if place is None:
            return found[::-1]


def _fill(found: FillOfOrder) -> SessionFill:
    fill = found.fill
    return SessionFill(
        fill.order_id,
        found.symbol,
        found.side == "buy",
        fill.price_ticks,
        fill.quantity_lots,
        fill.fee_units,
        fill.time_ns,
    )


def _refusal(order: Order) -> SessionRefusal:
    reason = order.status_reason or "refused"
    return SessionRefusal(order.id, order.symbol, order.side is Side.BUY, reason, order.created_ns)
