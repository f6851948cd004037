"""Deciding over order lists: all orders of a list are accepted, or none. What follows later is `contingencies`'s.

As Binance has it, both legs of an oco must wait where the market stands; as Alpaca has it, a bracket's legs begin when its
entry fills. Unlike there, legs follow each partial fill. Sources: Binance Spot API, "Order lists" (OCO, OTO, OTOCO);
Alpaca, "Orders at Alpaca" (bracket, OCO and OTO orders).
"""

from collections.abc import Callable
from typing import Any

import msgspec

from kit.errors import Conflict
from trading.sandbox import events as ev
from trading.sandbox.accounts import Account
from trading.sandbox.checks import Checks
from trading.sandbox.decision import Decision
from trading.sandbox.links import Link, ListType, Role
from trading.sandbox.list_shapes import check_list_shape, field_of, links_of
from trading.sandbox.market import SymbolMarket
from trading.sandbox.orders import CancelOrderList, Leg, Order, PlaceOrder, PlaceOrderList
from trading.sandbox.risk import Refusal
from trading.sandbox.state import State
from trading.sandbox.terms import checked, has_terms, is_trailing_type, trailed_prices

Place = Callable[[PlaceOrder, int], Decision]
Reject = Callable[[PlaceOrder, Account, int, Refusal, int], Decision]
Cancel = Callable[[Order, int], Decision]


class ListDecisions:
    """Decides over the lists of one state; the others say how single orders are decided: `place_now` without latency."""

    def __init__(
        self, state: State, checks: Checks, *, place: Place, place_now: Place, reject: Reject, cancel: Cancel
    ) -> None:
        self._state = state
        self._checks = checks
        self._place = place
        self._place_now = place_now
        self._reject = reject
        self._cancel = cancel
        self.deciders: dict[type, Callable[..., Decision]] = {
            PlaceOrderList: self._place_list,
            CancelOrderList: self._cancel_list,
        }
        """By the type of a command, what it will do."""

    def _place_list(self, command: PlaceOrderList, time_ns: int) -> Decision:
        account = self._state.account(command.account_id)
        market = self._state.market(command.legs[0].order.symbol)
        check_list_shape(command)
        is_pair = command.type is ListType.OCO
        working = command.legs if is_pair else command.legs[:1]
        waiting = () if is_pair else command.legs[1:]
        decided = [self._decide_leg(leg, self._place, time_ns) for leg in working]
        for leg in waiting:
            self._check_client_order_id(leg, account)
        waiting = tuple(_with_its_end(leg, market, time_ns) for leg in waiting)
        refusal = self._checks.more_orders(account, len(command.legs)) or _first_refusal(decided)
        if refusal is None and is_pair:
            at_once = decided
            if account.policy is not None:
                at_once = [self._decide_leg(leg, self._place_now, time_ns) for leg in working]
            refusal = _refuse_acting(command, at_once, market)
        refused = (self._refuse_waiting(leg, account, market, time_ns) for leg in waiting)
        refusal = refusal or next(filter(None, refused), None)
        if refusal is not None:
            return self._rejected(command, account, refusal, time_ns)
        links = links_of(command)
        if is_pair:
            return self._pair(decided, links)
        return self._chain(decided[0], waiting, links, account)

    def _decide_leg(self, leg: Leg, place: Place, time_ns: int) -> Decision:
        with field_of(leg.role):
            return place(leg.order, time_ns)

    def _check_client_order_id(self, leg: Leg, account: Account) -> None:
        used_by = account.client_order_ids.get(leg.order.client_order_id or "")
        if used_by is not None:
            raise Conflict(
                f"The account has used the client order id {leg.order.client_order_id!r} before.",
                code="DUPLICATE_CLIENT_ORDER_ID",
                details={"order_id": used_by},
            )

    def _refuse_waiting(self, leg: Leg, account: Account, market: SymbolMarket, time_ns: int) -> Refusal | None:
        refusal = self._checks.waiting_leg(leg.order, account, market, time_ns)
        return None if refusal is None else _of_leg(leg.role, refusal)

    def _pair(self, decided: list[Decision], links: list[Link]) -> Decision:
        """Both legs wait; the first one holds for both. They are one message, and arrive together."""
        accepted = [event for decision in decided if isinstance(event := decision.events[0], ev.OrderAccepted)]
        held_units = max(event.held_units for event in accepted)
        arrives_ns = accepted[0].arrives_ns
        return Decision(
            [
                msgspec.structs.replace(
                    event,
                    sequence=self._state.sequence + number,
                    held_units=0 if link.is_covered else held_units,
                    link=link,
                    arrives_ns=arrives_ns,
                )
                for number, (event, link) in enumerate(zip(accepted, links, strict=True), start=1)
            ]
        )

    def _chain(self, entry: Decision, waiting: tuple[Leg, ...], links: list[Link], account: Account) -> Decision:
        """The entry as decided, and behind its acceptance the orders that wait for it."""
        first, *later = entry.events
        accepted = [msgspec.structs.replace(first, link=links[0])]
        for number, (leg, link) in enumerate(zip(waiting, links[1:], strict=True), start=2):
            known: dict[str, Any] = {name: getattr(leg.order, name) for name in _SHARED_FIELDS}
            accepted.append(
                ev.OrderAccepted(
                    first.time_ns,
                    sequence=self._state.sequence + number,
                    fill_policy=account.fill_policy,
                    policy=account.policy,
                    link=link,
                    **known,
                )
            )
        return Decision([*accepted, *later], entry.takes, entry.order_id)

    def _rejected(self, command: PlaceOrderList, account: Account, refusal: Refusal, time_ns: int) -> Decision:
        """Every order of the list, kept with the reason of the first one that was refused."""
        rejected: list[ev.AnyEvent] = []
        for number, (leg, link) in enumerate(zip(command.legs, links_of(command), strict=True), start=1):
            decided = self._reject(leg.order, account, leg.order.quantity_lots or 0, refusal, time_ns)
            rejected.append(
                msgspec.structs.replace(decided.events[0], sequence=self._state.sequence + number, link=link)
            )
        return Decision(rejected)

    def _cancel_list(self, command: CancelOrderList, time_ns: int) -> Decision:
        account = self._state.account(command.account_id)
        live = [account.open_orders[order_id] for order_id in command.order_ids if order_id in account.open_orders]
        if not live:
            raise Conflict("No order of the list is open; it cannot change any more.", code="ORDER_NOT_OPEN")
        return Decision([event for order in live for event in self._cancel(order, time_ns).events])


# What a command says of an order and its acceptance repeats, by name: also what is added to both later.
_SHARED_FIELDS = tuple(
    name
    for name in PlaceOrder.__struct_fields__
    if name in ev.OrderAccepted.__struct_fields__ and name != "notional_units"
)


def _with_its_end(leg: Leg, market: SymbolMarket, time_ns: int) -> Leg:
    """A leg that waits for its entry, its terms checked. What it follows or lessens is looked at when it begins."""
    if not has_terms(leg.order):
        return leg
    with field_of(leg.role):
        order = checked(leg.order, market.instrument, time_ns)
        if is_trailing_type(order.type) and market.mark_ticks is not None and order.terms is not None:
            trailed_prices(order.side, market.mark_ticks, order.terms, market.instrument)
    return Leg(leg.role, order)


def _first_refusal(decided: list[Decision]) -> Refusal | None:
    for decision in decided:
        first = decision.events[0]
        if isinstance(first, ev.OrderRejected):
            return Refusal(first.code, first.reason, first.details)
    return None


def _refuse_acting(command: PlaceOrderList, decided: list[Decision], market: SymbolMarket) -> Refusal | None:
    """Both legs of an oco wait: one that the market has reached already would leave the other without a meaning."""
    for leg, decision in zip(command.legs, decided, strict=True):
        if any(isinstance(event, ev.OrderReduced) for event in decision.events):
            reason = "The account's position is smaller than the list, and its legs may only lessen it."
            return _of_leg(leg.role, Refusal("REDUCE_ONLY", f"{reason} Send a smaller quantity.", {}))
        if len(decision.events) > 1 or decision.takes:
            assert market.update is not None, "what acts at once met a market"
            last = market.instrument.price_text(market.update.last_ticks)
            reason = f"The {leg.role.replace('_', ' ')} would act at once with the market at {last}."
            reason += " Both legs of an oco wait: move it away from the market, or place a single order."
            return _of_leg(leg.role, Refusal("WOULD_TAKE", reason, {"last": last}))
    return None


def _of_leg(role: Role, refusal: Refusal) -> Refusal:
    return msgspec.structs.replace(refusal, details={**refusal.details, "leg": role.value})
