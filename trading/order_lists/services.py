"""Placing, cancelling and reading order lists. Reads see durable state; a change gives back a staged answer."""

from itertools import islice
from types import SimpleNamespace
from typing import Any

from api.errors import invalid_from_details
from api.pagination import Page, decode_cursor, encode_cursor
from api.staged import Staged
from kit.errors import Invalid, NotFound, Rejected
from trading import pages
from trading.desk import Desk, Executed
from trading.history import OrderFilter
from trading.order_lists.answers import OrderListAnswer, link_of, order_list_answer, placed_order_list_answer
from trading.orders.answers import fill_answer
from trading.orders.services import STATUS_CREATED, cursor_to, period_of, place_command, place_from
from trading.sandbox.events import OrderRejected
from trading.sandbox.links import ListType, Role
from trading.sandbox.orders import CancelOrderList, Leg, Order, PlaceOrderList
from trading.services import StagedChange, get_desk

OTHER_SIDE = {"buy": "sell", "sell": "buy"}
MAX_OPEN_ORDERS_SEEN = 20_000
"""Open orders looked through for open lists: some milliseconds; far more than an account may have unless it is raised."""


def place_order_list(account_id: str, request: Any, *, actor: str) -> Staged:
    """Place all orders of a list, or none; `request` is a decoded `OrderListIn`.

    Raises Invalid naming the leg and the field, NotFound, Conflict DUPLICATE_CLIENT_ORDER_ID. A list that the exchange
    refuses is kept with its orders as rejected, and the staged answer is that refusal.
    """
    desk = get_desk()
    command = PlaceOrderList(
        account_id=account_id, type=ListType(request.type), legs=_legs_of(desk, account_id, request)
    )
    executed = desk.execute(command, actor=actor)
    orders = list(executed.change.orders)
    first = executed.events[0]
    if isinstance(first, OrderRejected):
        details = {**first.details, "order_list_id": first.order_id, "order_id": first.order_id}
        return StagedChange(desk, [executed], error=Rejected(first.reason, code=first.code, details=details))
    instrument = desk.instrument(orders[0].symbol)
    sides = {order.id: order.side.value for order in orders}
    fills = [fill_answer(fill, sides[fill.order_id], instrument) for fill in executed.change.fills]
    return StagedChange(desk, [executed], placed_order_list_answer(orders, instrument, fills), status=STATUS_CREATED)


async def cancel_order_list(account_id: str, list_id: str, *, actor: str) -> Staged:
    """End what is live of a list; raises NotFound or Conflict ORDER_NOT_OPEN."""
    desk = get_desk()
    desk.published.account(account_id)
    first = desk.exchange.orders.get(list_id) or await _first_order(desk, account_id, list_id)
    order_ids = _order_ids(first, account_id, list_id)
    executed = desk.execute(CancelOrderList(account_id=account_id, order_ids=order_ids), actor=actor)
    orders = await _with_the_rest(desk, account_id, order_ids, executed)
    return StagedChange(desk, [executed], order_list_answer(orders, desk.instrument(first.symbol)))


async def get_order_list(account_id: str, list_id: str) -> OrderListAnswer:
    """One list of any epoch; raises NotFound."""
    desk = get_desk()
    first = await _first_order(desk, account_id, list_id)
    _order_ids(first, account_id, list_id)
    return await _answer(desk, account_id, first)


async def list_order_lists(account_id: str, query: Any) -> Page:
    """A page of the account's lists, newest first; `query` is a decoded `OrderListQuery`."""
    desk = get_desk()
    desk.published.account(account_id)
    since_ns, until_ns = period_of(query)
    if query.symbol is not None:
        desk.instrument(query.symbol)
    wanted = OrderFilter(symbol=query.symbol, since_ns=since_ns, until_ns=until_ns, heads_only=True)
    if query.status == "open":
        return await _page_of_open(desk, account_id, wanted, query.limit, query.cursor)
    after = place_from(query.cursor)
    found, next_place = await pages.page_of_orders(desk, account_id, wanted, limit=query.limit, after=after)
    answers = [await _answer(desk, account_id, first) for first in found]
    if query.status == "closed":
        answers = [answer for answer in answers if answer.status != "executing"]
    return Page(answers, cursor_to(next_place))


async def _page_of_open(desk: Desk, account_id: str, wanted: OrderFilter, limit: int, cursor: str | None) -> Page:
    """Open lists are those of open orders, however long ago their first order ended. Ids rise with time."""
    opened = desk.published.account(account_id).present.open_orders(MAX_OPEN_ORDERS_SEEN)
    ids = {order.link.list_id for order in opened if order.link is not None}
    before = None if cursor is None else decode_cursor(cursor, str)
    firsts = [
        await pages.find_order(desk, account_id, list_id)
        for list_id in sorted(ids, reverse=True)
        if before is None or list_id < before
    ]
    fitting = [first for first in firsts if wanted.fits(first)]
    answers = [await _answer(desk, account_id, first) for first in islice(fitting, limit)]
    return Page(answers, encode_cursor(answers[-1].id) if len(fitting) > limit else None)


async def _first_order(desk: Desk, account_id: str, list_id: str) -> Order:
    """The order whose id the list has; raises NotFound that speaks of the list."""
    desk.published.account(account_id)
    try:
        return await pages.find_order(desk, account_id, list_id)
    except NotFound:
        raise NotFound(f"There is no order list {list_id!r}.") from None


async def _answer(desk: Desk, account_id: str, first: Order) -> OrderListAnswer:
    orders = [
        first if order_id == first.id else await pages.find_order(desk, account_id, order_id)
        for order_id in link_of(first).order_ids
    ]
    return order_list_answer(orders, desk.instrument(first.symbol))


async def _with_the_rest(desk: Desk, account_id: str, order_ids: tuple[str, ...], executed: Executed) -> list[Order]:
    """All orders of a list: those that a command touched as it left them, the others as they are."""
    touched = {order.id: order for order in executed.change.orders}
    return [touched.get(order_id) or await pages.find_order(desk, account_id, order_id) for order_id in order_ids]


def _order_ids(first: Order, account_id: str, list_id: str) -> tuple[str, ...]:
    """The orders of the list that begins with this one; raises NotFound for an order that begins none."""
    if first.link is None or first.link.list_id != list_id or first.account_id != account_id:
        raise NotFound(f"There is no order list {list_id!r}.")
    return first.link.order_ids


def legs_asked_for(request: Any) -> list[Any]:
    """The legs that a request has, as they were sent."""
    return [leg for role in Role if (leg := getattr(request, role.value)) is not None]


def _legs_of(desk: Desk, account_id: str, request: Any) -> tuple[Leg, ...]:
    """The orders to place; raises Invalid for what is wrong with any of them."""
    legs: list[Leg] = []
    wrong: dict[str, list[str]] = {}
    for role in Role:
        leg = getattr(request, role.value)
        if leg is None:
            continue
        try:
            legs.append(Leg(role, place_command(desk, account_id, _order_request(request, role, leg))))
        except Invalid as fault:
            # The quantity is the list's own field, whichever leg it does not fit.
            wrong |= {name if name == "quantity" else f"{role}.{name}": texts for name, texts in fault.details.items()}
    if wrong:
        raise invalid_from_details(wrong)
    return tuple(legs)


def _order_request(request: Any, role: Role, leg: Any) -> Any:
    """A leg as an order of its own."""
    closes = role is not Role.ENTRY and request.type != "oco"
    own_side = getattr(leg, "side", None) or (OTHER_SIDE[request.side] if closes else request.side)
    fields = {name: getattr(leg, name) for name in leg.__struct_fields__}
    common = {"symbol": request.symbol, "side": own_side, "quantity": request.quantity, "notional": None}
    return SimpleNamespace(**{**fields, **common, "type": leg.type or _type_of(role, leg)})


def _type_of(role: Role, leg: Any) -> str:
    """What the prices of a leg make of it; a trigger is that of a take-profit where it takes one."""
    if leg.trail_amount is not None or leg.trail_percent is not None:
        return "trailing_stop" if leg.limit_offset is None else "trailing_stop_limit"
    if leg.stop_price is not None and role is Role.TAKE_PROFIT:
        return "take_profit" if leg.price is None else "take_profit_limit"
    if leg.stop_price is not None:
        return "stop" if leg.price is None else "stop_limit"
    return "market" if leg.price is None else "limit"
