"""Deciding: what a command or a market update will do, as events. Reads the state and never writes it.

All checks come before the first event, so a refusal changes nothing.
"""

from collections.abc import Callable

import msgspec

from kit.errors import Conflict, Invalid, Rejected, invalid_field
from markets.instruments import Instrument
from markets.updates import MarketUpdate
from quant.fills import is_stop_reached, trigger_price
from quant.walks import Take, lots_of
from trading.sandbox import events as ev
from trading.sandbox.account_decisions import AccountDecisions
from trading.sandbox.accounts import Account
from trading.sandbox.book import walk, walk_notional, walk_resting
from trading.sandbox.carry import CARRY, Carry
from trading.sandbox.checks import Checks
from trading.sandbox.decision import CANCELED_BY_OWNER, EXPIRED_STALE, Decision, canceled, expired, triggered
from trading.sandbox.forks import Forks
from trading.sandbox.market import SymbolMarket
from trading.sandbox.orders import (
    BUY,
    GTC,
    LIMIT,
    PENDING,
    CancelAllOrders,
    CancelOrder,
    ChangeAccount,
    ForkAccount,
    MoveFunds,
    OpenAccount,
    Order,
    PlaceOrder,
    ReplaceOrder,
    ResetAccount,
)
from trading.sandbox.risk import (
    MAX_PRICE_TICKS,
    MAX_QUANTITY_LOTS,
    Refusal,
    check_range,
    check_shape,
)
from trading.sandbox.state import State, order_from
from trading.sandbox.taking import fills_of, taking
from trading.sandbox.timers import Timer


class Decisions:
    """Decides over one state."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.checks = Checks(state)
        accounts = AccountDecisions(state)
        self.deciders: dict[type, Callable[..., Decision]] = {
            PlaceOrder: self._place,
            CancelOrder: self._cancel,
            ReplaceOrder: self._replace,
            CancelAllOrders: self._cancel_all,
            OpenAccount: accounts.open,
            ResetAccount: accounts.reset,
            ChangeAccount: accounts.change,
            MoveFunds: accounts.move,
            ForkAccount: Forks(state).fork,
        }
        """By the type of a command, what it will do: each takes the command and the market's time, and raises Invalid,
        NotFound, Conflict or Rejected (see `Exchange.apply`)."""
        self.due: dict[str, Callable[[Timer], Decision]] = {CARRY: Carry(state.accounts, state.mark_of).charge}
        """By the kind of a timer, what happens when its time has come."""

    def _place(self, command: PlaceOrder, time_ns: int) -> Decision:
        account = self._state.account(command.account_id)
        market = self._state.market(command.symbol)
        if market.stale is not None and account.allow_stale_prices:
            return self._at_stale_price(market, self._place, command, time_ns)
        check_shape(command)
        if command.client_order_id is not None:
            _check_client_order_id(account, command.client_order_id)
        takes = self._takes_at_once(command, market)
        lots = command.quantity_lots
        if lots is None:
            lots = _lots_for_notional(takes, market.instrument, command.notional_units or 0)
        refusal, held_units = self.checks.new_order(command, account, market, takes, lots)
        if refusal is not None:
            return self._rejection(command, account, lots, refusal, time_ns)
        accepted = ev.OrderAccepted(
            time_ns,
            command.account_id,
            command.order_id,
            command.symbol,
            command.side,
            command.type,
            command.time_in_force,
            lots,
            self._state.sequence + 1,
            command.price_ticks,
            command.stop_ticks,
            command.post_only,
            command.client_order_id,
            command.notional_units,
            account.fill_policy,
            held_units,
        )
        if not takes and command.type is LIMIT and command.time_in_force is GTC:
            return Decision([accepted])
        return self._acting_at_once(accepted, account, market, takes)

    def _at_stale_price(
        self, market: SymbolMarket, decide: Callable[..., Decision], command: PlaceOrder | ReplaceOrder, time_ns: int
    ) -> Decision:
        """Decide as if the last market of a silent source still stood, for an account that wants it so."""
        stale = market.stale
        market.update, market.stale = stale, None
        try:
            return decide(command, time_ns)
        finally:
            market.update, market.stale = None, stale

    def _takes_at_once(self, command: PlaceOrder, market: SymbolMarket) -> list[Take]:
        """What the order would take from the book now; nothing while it waits for its stop or rests outside."""
        is_buy = command.side is BUY
        best_ticks = market.best_opposite(is_buy)
        limit_ticks = command.price_ticks
        if best_ticks is None:
            return []
        if limit_ticks is not None and (best_ticks > limit_ticks if is_buy else best_ticks < limit_ticks):
            return []
        if command.stop_ticks is not None and not _is_reached_now(market, command.stop_ticks, is_buy):
            return []
        if command.notional_units is not None:
            return walk_notional(market, command.account_id, is_buy=is_buy, notional_units=command.notional_units)
        lots = command.quantity_lots or 0
        return walk(market, command.account_id, is_buy=is_buy, lots=lots, limit_ticks=limit_ticks)

    def _acting_at_once(
        self, accepted: ev.OrderAccepted, account: Account, market: SymbolMarket, takes: list[Take]
    ) -> Decision:
        """The decision for an order that does more than rest: triggers, takes or expires."""
        order = order_from(accepted)
        decided: list[ev.AnyEvent] = [accepted]
        if accepted.stop_ticks is not None:
            if not _is_reached_now(market, accepted.stop_ticks, accepted.side is BUY):
                return Decision(decided)
            assert market.update is not None, "a stop is reached by a market"
            decided.append(triggered(order, market.update.last_ticks, accepted.time_ns))
        decided += taking(order, account, market.instrument, takes, accepted.time_ns)
        if market.stale is not None and isinstance(decided[-1], ev.OrderExpired):
            decided[-1] = expired(order, EXPIRED_STALE, accepted.time_ns)
        return Decision(decided, takes, order.id)

    def on_reached(self, order: Order, market: SymbolMarket, update: MarketUpdate) -> Decision:
        """What a market update that came to a waiting order's price does to it."""
        account = self._state.accounts[order.account_id]
        is_buy = order.side is BUY
        if order.status is PENDING:
            return self._triggering(order, account, market, update)
        assert order.price_ticks is not None, "only a priced order rests"
        takes = walk_resting(
            market,
            order.account_id,
            is_buy=is_buy,
            lots=order.quantity_lots - order.filled_lots,
            limit_ticks=order.price_ticks,
            from_ticks=order.price_ticks if update.is_real_depth else update.from_ticks,
        )
        fills = fills_of(order, account, market.instrument, takes, update.time_ns, is_maker=True)
        return Decision([*fills], takes, order.id)

    def _triggering(self, order: Order, account: Account, market: SymbolMarket, update: MarketUpdate) -> Decision:
        assert order.stop_ticks is not None, "a pending order waits for its stop"
        is_buy = order.side is BUY
        trigger_ticks = trigger_price(is_buy, order.stop_ticks, update.from_ticks)
        takes = walk(
            market,
            order.account_id,
            is_buy=is_buy,
            lots=order.remaining_lots,
            limit_ticks=order.price_ticks,
            shift_ticks=trigger_ticks - update.last_ticks,
        )
        decided: list[ev.AnyEvent] = [triggered(order, trigger_ticks, update.time_ns)]
        decided += taking(order, account, market.instrument, takes, update.time_ns)
        return Decision(decided, takes, order.id)

    def _replace(self, command: ReplaceOrder, time_ns: int) -> Decision:
        account = self._state.account(command.account_id)
        order = self._state.open_order(account, command.order_id)
        market = self._state.market(order.symbol)
        if market.stale is not None and account.allow_stale_prices:
            return self._at_stale_price(market, self._replace, command, time_ns)
        changed = _changed_order(order, command)
        is_buy, waits = order.side is BUY, order.status is PENDING
        same_prices = (changed.price_ticks, changed.stop_ticks) == (order.price_ticks, order.stop_ticks)
        keeps_place = same_prices and changed.quantity_lots <= order.quantity_lots
        triggers = waits and _is_reached_now(market, changed.stop_ticks or 0, is_buy)
        takes: list[Take] = []
        if triggers or not (waits or keeps_place):
            lots = changed.remaining_lots
            takes = walk(market, account.id, is_buy=is_buy, lots=lots, limit_ticks=changed.price_ticks)
        refusal, changed.held_units = self.checks.replacement(order, changed, account, market)
        if refusal is not None:
            raise Rejected(refusal.reason, code=refusal.code, details={"order_id": order.id, **refusal.details})
        replaced = ev.OrderReplaced(
            time_ns=time_ns,
            account_id=account.id,
            order_id=order.id,
            quantity_lots=changed.quantity_lots,
            sequence=order.sequence if keeps_place else self._state.sequence + 1,
            price_ticks=changed.price_ticks,
            stop_ticks=changed.stop_ticks,
            held_units=changed.held_units,
        )
        decided: list[ev.AnyEvent] = [replaced]
        if triggers:
            assert market.update is not None, "a stop is reached by a market"
            decided.append(triggered(order, market.update.last_ticks, time_ns))
        if triggers or takes:
            decided += taking(changed, account, market.instrument, takes, time_ns)
        return Decision(decided, takes, order.id)

    def _cancel(self, command: CancelOrder, time_ns: int) -> Decision:
        order = self._state.open_order(self._state.account(command.account_id), command.order_id)
        return Decision([canceled(order, CANCELED_BY_OWNER, time_ns)])

    def _cancel_all(self, command: CancelAllOrders, time_ns: int) -> Decision:
        account = self._state.account(command.account_id)
        if command.symbol is not None:
            self._state.market(command.symbol)
        return Decision(
            [
                canceled(order, CANCELED_BY_OWNER, time_ns)
                for order in account.open_orders.values()
                if command.symbol is None or order.symbol == command.symbol
            ]
        )

    def _rejection(self, command: PlaceOrder, account: Account, lots: int, refusal: Refusal, time_ns: int) -> Decision:
        return Decision(
            [
                ev.OrderRejected(
                    time_ns=time_ns,
                    account_id=account.id,
                    order_id=command.order_id,
                    symbol=command.symbol,
                    side=command.side,
                    type=command.type,
                    time_in_force=command.time_in_force,
                    sequence=self._state.sequence + 1,
                    code=refusal.code,
                    reason=refusal.reason,
                    details=refusal.details,
                    quantity_lots=lots,
                    notional_units=command.notional_units,
                    price_ticks=command.price_ticks,
                    stop_ticks=command.stop_ticks,
                    post_only=command.post_only,
                    client_order_id=command.client_order_id,
                    fill_policy=account.fill_policy,
                )
            ]
        )


def _check_client_order_id(account: Account, client_order_id: str) -> None:
    used_by = account.client_order_ids.get(client_order_id)
    if used_by is not None:
        raise Conflict(
            f"The account has used the client order id {client_order_id!r} before.",
            code="DUPLICATE_CLIENT_ORDER_ID",
            details={"order_id": used_by},
        )


def _lots_for_notional(takes: list[Take], instrument: Instrument, notional_units: int) -> int:
    """A notional order's quantity: what the book gives for the money, and the rest at the last price it reached."""
    if not takes:
        return 0
    left_units = notional_units - sum(take.price_ticks * take.lots for take in takes) * instrument.unit_value
    return lots_of(takes) + left_units // (takes[-1].price_ticks * instrument.unit_value)


def _changed_order(order: Order, command: ReplaceOrder) -> Order:
    """A copy of the order with the replacement's values; raises Invalid for one that does not fit the order."""
    if command.quantity_lots is None and command.price_ticks is None and command.stop_ticks is None:
        raise Invalid("Give at least one of quantity, price and stop_price.")
    if command.price_ticks is not None and order.price_ticks is None:
        raise invalid_field("price", f"A {order.type} order takes none.")
    if command.stop_ticks is not None and order.stop_ticks is None:
        raise invalid_field("stop_price", f"A {order.type} order takes none.")
    if command.stop_ticks is not None and order.triggered and command.stop_ticks != order.stop_ticks:
        raise invalid_field("stop_price", "The stop has triggered already.")
    quantity_lots = order.quantity_lots if command.quantity_lots is None else command.quantity_lots
    check_range("quantity", command.quantity_lots, MAX_QUANTITY_LOTS)
    check_range("price", command.price_ticks, MAX_PRICE_TICKS)
    check_range("stop_price", command.stop_ticks, MAX_PRICE_TICKS)
    if quantity_lots <= order.filled_lots:
        raise invalid_field("quantity", "Must be more than what is filled already; cancel the rest instead.")
    return msgspec.structs.replace(
        order,
        quantity_lots=quantity_lots,
        price_ticks=order.price_ticks if command.price_ticks is None else command.price_ticks,
        stop_ticks=order.stop_ticks if command.stop_ticks is None else command.stop_ticks,
    )


def _is_reached_now(market: SymbolMarket, stop_ticks: int, is_buy: bool) -> bool:
    return market.update is not None and is_stop_reached(is_buy, stop_ticks, market.update.last_ticks)
