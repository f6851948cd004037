"""Placing, changing, cancelling and reading orders and fills.

Texts become ticks and lots here. Reads see durable state; a change gives back a staged answer.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Final, Protocol

from api.errors import invalid_from_details
from api.fields import time_ns_from_text
from api.pagination import Page, decode_cursor, encode_cursor
from api.staged import Staged
from kit.errors import Conflict, NotFound, Rejected, invalid_field
from kit.trace import new_id
from kit.units import MONEY_DECIMALS, units_from_text
from markets import services as markets
from markets.instruments import Instrument
from trading import pages
from trading.desk import Desk, Executed
from trading.history import FillFilter, OrderFilter
from trading.numbers import PERCENT_DECIMALS
from trading.orders.answers import (
    FillAnswer,
    OrderAnswer,
    PreviewAnswer,
    fill_answer,
    order_answer,
    placed_order_answer,
    preview_answer,
)
from trading.orders.explaining import Explanation, explain
from trading.orders.recorded import events_of
from trading.published import Place
from trading.sandbox.events import OrderFilled, OrderRejected
from trading.sandbox.orders import (
    GTC,
    IOC,
    MARKET,
    CancelAllOrders,
    CancelOrder,
    OrderType,
    PlaceOrder,
    ReplaceOrder,
    Side,
    Terms,
    TimeInForce,
)
from trading.services import StagedChange, get_desk

STATUS_CREATED = 201

# A table finds a member at a tenth of what the call of its class costs, and every order asks for three.
_SIDES: Final = {side.value: side for side in Side}
_TYPES: Final = {order_type.value: order_type for order_type in OrderType}
_TIMES_IN_FORCE: Final = {time_in_force.value: time_in_force for time_in_force in TimeInForce}
DAY = "day"


class OrderRequest(Protocol):
    """An order as it was asked for; numbers are plain decimal text."""

    symbol: str
    side: str
    type: str
    quantity: str | None
    notional: str | None
    price: str | None
    stop_price: str | None
    time_in_force: str | None
    post_only: bool
    client_order_id: str | None
    expires_at: str | None
    trail_amount: str | None
    trail_percent: str | None
    limit_offset: str | None
    reduce_only: bool
    display_quantity: str | None


class ReplaceRequest(Protocol):
    """New values for a live order; None leaves one as it is."""

    quantity: str | None
    price: str | None
    stop_price: str | None
    expires_at: str | None
    trail_amount: str | None
    trail_percent: str | None
    limit_offset: str | None
    display_quantity: str | None


async def load_calendar(symbol: str) -> None:
    """Before a day order: know when the symbol's session ends, without holding anybody up; raises NotFound."""
    await markets.load_calendar(get_desk().instrument(symbol).calendar)


async def load_calendars_of(orders: Iterable[Mapping[str, Any]]) -> None:
    """The same for orders as they were sent, each of which is checked, and refused, by itself later."""
    for symbol in {order.get("symbol") for order in orders if order.get("time_in_force") == DAY}:
        with suppress(NotFound):
            await load_calendar(str(symbol))


def place_order(account_id: str, request: OrderRequest, *, actor: str) -> Staged:
    """Place an order; the answer holds it as it stands after matching, with its fills.

    Raises Invalid naming the fields, NotFound for an unknown symbol or account, Conflict DUPLICATE_CLIENT_ORDER_ID.
    An order that the exchange refuses is kept as rejected, and the staged answer is that refusal.
    """
    desk = get_desk()
    executed = desk.execute(place_command(desk, account_id, request), actor=actor)
    return stage_placed_order(desk, executed)


def preview_order(account_id: str, request: OrderRequest) -> PreviewAnswer:
    """What `place_order` would do at this moment; raises the same for malformed input."""
    desk = get_desk()
    command = place_command(desk, account_id, request)
    preview = desk.exchange.preview(command, desk.market_time_ns())
    return preview_answer(preview, command.side, desk.instrument(command.symbol))


async def replace_order(account_id: str, order_id: str, request: ReplaceRequest, *, actor: str) -> Staged:
    """Give a live order new values; raises Invalid, NotFound, Conflict ORDER_NOT_OPEN or Rejected."""
    desk = get_desk()
    await _require_in_memory(desk, account_id, order_id)
    instrument = desk.instrument(desk.exchange.orders[order_id].symbol)
    amounts = _Amounts(instrument)
    command = ReplaceOrder(
        order_id=order_id,
        account_id=account_id,
        quantity_lots=amounts.lots("quantity", request.quantity),
        price_ticks=amounts.ticks("price", request.price),
        stop_ticks=amounts.ticks("stop_price", request.stop_price),
        terms=_terms(amounts, request, reduce_only=False),
    )
    amounts.require_valid()
    executed = desk.execute(command, actor=actor)
    return StagedChange(desk, [executed], order_answer(executed.change.orders[0], instrument))


async def cancel_order(account_id: str, order_id: str, *, actor: str) -> Staged:
    """End a live order; raises NotFound or Conflict ORDER_NOT_OPEN."""
    desk = get_desk()
    await _require_in_memory(desk, account_id, order_id)
    executed = desk.execute(CancelOrder(order_id=order_id, account_id=account_id), actor=actor)
    order = executed.change.orders[0]
    return StagedChange(desk, [executed], order_answer(order, desk.instrument(order.symbol)))


def cancel_all_orders(account_id: str, symbol: str | None, *, actor: str) -> Staged:
    """End every live order of the account, or of one symbol; answers those it ended, newest first."""
    desk = get_desk()
    if symbol is not None:
        desk.instrument(symbol)
    executed = desk.execute(CancelAllOrders(account_id=account_id, symbol=symbol), actor=actor)
    ended = [order_answer(order, desk.instrument(order.symbol)) for order in reversed(executed.change.orders)]
    return StagedChange(desk, [executed], Page(ended))


async def _require_in_memory(desk: Desk, account_id: str, order_id: str) -> None:
    """Raise NotFound for an order that is not the account's, Conflict for one that ended so long ago that it left memory."""
    desk.published.account(account_id)
    order = desk.exchange.orders.get(order_id)
    if order is None:
        order = await pages.find_order(desk, account_id, order_id)
        raise Conflict(f"The order is {order.status} and cannot change any more.", code="ORDER_NOT_OPEN")
    if order.account_id != account_id:
        raise NotFound(f"There is no order {order_id!r}.")


async def get_order(account_id: str, order_id: str) -> OrderAnswer:
    """One order of any epoch; raises NotFound."""
    desk = get_desk()
    order = await pages.find_order(desk, account_id, order_id)
    return order_answer(order, desk.instrument(order.symbol))


async def explain_order(account_id: str, order_id: str) -> Explanation:
    """Why an order of any epoch filled as it did, or did not; raises NotFound."""
    desk = get_desk()
    order = await pages.find_order(desk, account_id, order_id)
    fills = await pages.fills_of(desk, account_id, order_id)
    events = await events_of(desk, order_id)
    return explain(order, events, fills, desk.exchange.watched(order), desk.instrument(order.symbol))


async def list_orders(account_id: str, query: Any) -> Page:
    """A page of the account's orders, newest first; `query` is a decoded `OrderQuery`."""
    desk = get_desk()
    desk.published.account(account_id)
    since_ns, until_ns = period_of(query)
    if query.symbol is not None:
        desk.instrument(query.symbol)
    is_open = {"open": True, "closed": False}.get(query.status)
    wanted = OrderFilter(is_open=is_open, symbol=query.symbol, side=query.side, since_ns=since_ns, until_ns=until_ns)
    after = place_from(query.cursor)
    if query.client_order_id is not None:
        order = await pages.order_of_client(desk, account_id, query.client_order_id, query.epoch)
        found, next_place = ([order] if order is not None and wanted.fits(order) else []), None
    else:
        found, next_place = await pages.page_of_orders(
            desk, account_id, wanted, limit=query.limit, after=after, epoch_number=query.epoch
        )
    return Page([order_answer(order, desk.instrument(order.symbol)) for order in found], cursor_to(next_place))


async def list_fills(account_id: str, query: Any) -> Page:
    """A page of the account's fills, newest first; `query` is a decoded `FillQuery`."""
    desk = get_desk()
    desk.published.account(account_id)
    since_ns, until_ns = period_of(query)
    if query.symbol is not None:
        desk.instrument(query.symbol)
    wanted = FillFilter(order_id=query.order_id, symbol=query.symbol, since_ns=since_ns, until_ns=until_ns)
    found, next_place = await pages.page_of_fills(
        desk, account_id, wanted, limit=query.limit, after=place_from(query.cursor), epoch_number=query.epoch
    )
    answers = [fill_answer(each.fill, each.side, desk.instrument(each.symbol)) for each in found]
    return Page(answers, cursor_to(next_place))


def answer_fill(desk: Desk, fill: OrderFilled) -> FillAnswer:
    """A durable fill that is in memory, as clients see it."""
    order = desk.published.account(fill.account_id).order(fill.order_id)
    return fill_answer(fill, order.side.value, desk.instrument(order.symbol))


def stage_placed_order(desk: Desk, executed: Executed, *, status: int = STATUS_CREATED) -> Staged:
    """The answer to a new order: the order with its fills, or the refusal it was kept with."""
    order = executed.change.orders[0]
    first = executed.events[0]
    if isinstance(first, OrderRejected):
        details = {**first.details, "order_id": order.id}
        return StagedChange(desk, [executed], error=Rejected(first.reason, code=first.code, details=details))
    instrument = desk.instrument(order.symbol)
    fills = [fill_answer(fill, order.side.value, instrument) for fill in executed.change.fills]
    return StagedChange(desk, [executed], placed_order_answer(order, instrument, fills), status=status)


class _Amounts:
    """Turns decimal texts into an instrument's counts and gathers what is wrong with them, field by field."""

    def __init__(self, instrument: Instrument) -> None:
        self._instrument = instrument
        self._wrong: dict[str, list[str]] = {}

    def ticks(self, field: str, text: str | None) -> int | None:
        count = None if text is None else self._instrument.tick.count_from_text(text)
        if text is not None and count is None:
            self._wrong[field] = [f"Must be a multiple of the tick size {self._instrument.tick}."]
        return count

    def lots(self, field: str, text: str | None) -> int | None:
        count = None if text is None else self._instrument.lot.count_from_text(text)
        if text is not None and count is None:
            self._wrong[field] = [f"Must be a multiple of the lot size {self._instrument.lot}."]
        return count

    def money(self, field: str, text: str | None) -> int | None:
        units = None if text is None else units_from_text(text, MONEY_DECIMALS)
        if text is not None and units is None:
            self._wrong[field] = [f"Must have at most {MONEY_DECIMALS} digits after the point."]
        return units

    def ppm(self, field: str, text: str | None) -> int | None:
        ppm = None if text is None else units_from_text(text, PERCENT_DECIMALS)
        if text is not None and ppm is None:
            self._wrong[field] = [f"Must have at most {PERCENT_DECIMALS} digits after the point."]
        return ppm

    def time_ns(self, field: str, text: str | None) -> int | None:
        try:
            return None if text is None else time_ns_from_text(text)
        except ValueError:
            self._wrong[field] = ["Must be a time in ISO 8601, such as 2026-01-01T00:00:00Z."]
            return None

    def require_valid(self) -> None:
        """Raise Invalid when any text did not fit."""
        if self._wrong:
            raise invalid_from_details(self._wrong)


def place_command(desk: Desk, account_id: str, request: OrderRequest) -> PlaceOrder:
    """The command for an order as it was asked for; raises Invalid naming the fields, NotFound for an unknown symbol."""
    instrument = desk.instrument(request.symbol)
    amounts = _Amounts(instrument)
    order_type = _TYPES[request.type]
    default_time_in_force = IOC if order_type is MARKET else GTC
    command = PlaceOrder(
        order_id=new_id(),
        account_id=account_id,
        symbol=request.symbol,
        side=_SIDES[request.side],
        type=order_type,
        time_in_force=_TIMES_IN_FORCE[request.time_in_force] if request.time_in_force else default_time_in_force,
        quantity_lots=amounts.lots("quantity", request.quantity),
        notional_units=amounts.money("notional", request.notional),
        price_ticks=amounts.ticks("price", request.price),
        stop_ticks=amounts.ticks("stop_price", request.stop_price),
        post_only=request.post_only,
        client_order_id=request.client_order_id,
        terms=_terms(amounts, request, reduce_only=request.reduce_only),
    )
    amounts.require_valid()
    return command


def _terms(amounts: _Amounts, request: OrderRequest | ReplaceRequest, *, reduce_only: bool) -> Terms | None:
    """What few orders ask for; None for a plain one."""
    if (
        request.expires_at is None
        and request.trail_amount is None
        and request.trail_percent is None
        and request.limit_offset is None
        and request.display_quantity is None
        and not reduce_only
    ):
        return None
    return Terms(
        expires_ns=amounts.time_ns("expires_at", request.expires_at),
        trail_ticks=amounts.ticks("trail_amount", request.trail_amount),
        trail_ppm=amounts.ppm("trail_percent", request.trail_percent),
        limit_offset_ticks=amounts.ticks("limit_offset", request.limit_offset),
        reduce_only=reduce_only,
        display_lots=amounts.lots("display_quantity", request.display_quantity),
    )


def period_of(query: Any) -> tuple[int | None, int | None]:
    """The `from` (inclusive) and `to` (exclusive) of a list; `from` is a Python keyword, hence getattr."""
    since_ns: int | None = getattr(query, "from")
    until_ns: int | None = query.to
    if since_ns is not None and until_ns is not None and since_ns > until_ns:
        raise invalid_field("from", "Must not be after `to`.")
    return since_ns, until_ns


def place_from(cursor: str | None) -> Place | None:
    """Where a page begins; raises Invalid INVALID_CURSOR."""
    return None if cursor is None else decode_cursor(cursor, Place)


def cursor_to(place: Place | None) -> str | None:
    """The cursor of the next page, if there is one."""
    return None if place is None else encode_cursor(place)
