"""Deciding: what a command or a market update will do, as events. Reads the state and never writes it.

All checks come before the first event, so a refusal changes nothing.
"""

from collections.abc import Callable

from kit.errors import Conflict, Rejected
from markets.instruments import Instrument
from markets.updates import MarketUpdate
from quant.fills import is_stop_reached, trigger_price
from quant.walks import Take, lots_of
from trading.sandbox import events as ev
from trading.sandbox.account_decisions import AccountDecisions
from trading.sandbox.accounts import Account
from trading.sandbox.book import chance_of, resting_takes, walk, walk_notional
from trading.sandbox.cancel_after import CancelAfterDecisions
from trading.sandbox.carry import CARRY, Carry
from trading.sandbox.checks import Checks
from trading.sandbox.decision import (
    CANCELED_BY_OWNER,
    EXPIRED_POST_ONLY,
    EXPIRED_STALE,
    Decision,
    canceled,
    expired,
    triggered,
)
from trading.sandbox.forks import Forks
from trading.sandbox.icebergs import refilled
from trading.sandbox.lifetimes import on_expiry
from trading.sandbox.list_changes import check_leg_change, dormant_replaced
from trading.sandbox.list_decisions import ListDecisions
from trading.sandbox.market import SymbolMarket
from trading.sandbox.orders import (
    BUY,
    DAY,
    FOK,
    GTD,
    IOC,
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
    SetRiskLimits,
    SetRiskState,
    waits_for_rise,
)
from trading.sandbox.policies import FillPolicy
from trading.sandbox.queues import size_ahead
from trading.sandbox.reducing import cut_text, reduced_to, spare_lots
from trading.sandbox.replacing import changed_order, keeps_place
from trading.sandbox.risk import Refusal, check_shape
from trading.sandbox.risk_decisions import RiskDecisions
from trading.sandbox.state import State, order_from
from trading.sandbox.taking import fills_of, held_now, taking
from trading.sandbox.terms import Prepared, is_trailing_type, prepare
from trading.sandbox.timers import EXPIRY, Timer
from trading.sandbox.transit import Transit, chance_refusal, place_delay_ns


class Decisions:
    """Decides over one state."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.checks = Checks(state)
        accounts = AccountDecisions(state)
        self.risk = RiskDecisions(state, state.rates, self.checks.losses)
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
            **CancelAfterDecisions(state).deciders,
            **ListDecisions(
                state,
                self.checks,
                place=self._place,
                place_now=self.place_now,
                reject=self._rejection,
                cancel=self._canceling,
            ).deciders,
            SetRiskLimits: self.risk.set_limits,
            SetRiskState: self.risk.set_state,
        }
        """By the type of a command, what it will do: each takes the command and the market's time, and raises Invalid,
        NotFound, Conflict or Rejected (see `Exchange.apply`)."""
        self._transit = Transit(state, self._replace_now)
        self.due: dict[str, Callable[[Timer], Decision]] = {
            CARRY: Carry(state.accounts, state.mark_of).charge,
            EXPIRY: lambda timer: on_expiry(state, timer),
            **self._transit.due,
        }
        """By the kind of a timer, what happens when its time has come."""

    def place_now(self, command: PlaceOrder, time_ns: int) -> Decision:
        """What a new order will do if it is there at once, whatever the latency."""
        return self._place(command, time_ns, travels=False)

    def _place(self, command: PlaceOrder, time_ns: int, travels: bool = True) -> Decision:
        account = self._state.account(command.account_id)
        market = self._state.market(command.symbol)
        if market.stale is not None and account.allow_stale_prices:
            return market.at_stale_price(lambda: self._place(command, time_ns, travels))
        check_shape(command)
        if command.client_order_id is not None:
            _check_client_order_id(account, command.client_order_id)
        prepared: Prepared | None = None
        if command.terms is not None or command.time_in_force is DAY or command.time_in_force is GTD:
            prepared = prepare(command, account, market, time_ns)
            command = prepared.command
            if prepared.refusal is not None:
                return self._rejection(command, account, command.quantity_lots or 0, prepared.refusal, time_ns)
        policy = account.policy
        takes = self.takes_at_once(command, market, policy)
        lots = command.quantity_lots
        if lots is None:
            lots = _lots_for_notional(takes, market.instrument, command.notional_units or 0)
        refusal, held_units = self.checks.new_order(command, account, market, takes, lots, time_ns)
        queue_lots = arrives_ns = None
        if policy is not None and not command.is_forced:
            refusal = refusal or chance_refusal(policy, command)
            arrives_ns = _arrives_ns(policy, command, time_ns) if travels else None
        if refusal is not None:
            return self._rejection(command, account, lots, refusal, time_ns)
        time_in_force = command.time_in_force
        rests = not takes and command.type is LIMIT and time_in_force is not IOC and time_in_force is not FOK
        if rests and arrives_ns is None:
            queue_lots = size_ahead(market.update, command.side is BUY, command.price_ticks or 0)
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
            command.terms,
            None if prepared is None else prepared.watermark_ticks,
            None,  # link
            policy,
            queue_lots,
            arrives_ns,
            command.reason,
        )
        waits = rests or arrives_ns is not None
        decision = Decision([accepted]) if waits else self._acting_at_once(accepted, account, market, takes)
        if prepared is not None and prepared.cut is not None:
            decision.events.insert(1, _cut(accepted, prepared.cut))
        return decision

    def takes_at_once(self, command: PlaceOrder, market: SymbolMarket, policy: FillPolicy | None) -> list[Take]:
        """What the order would take from the book now; nothing while it waits for its stop or rests outside."""
        is_buy = command.side is BUY
        update, limit_ticks = market.update, command.price_ticks
        levels = () if update is None else update.asks if is_buy else update.bids
        if not levels:
            return []
        best_ticks = levels[0][0]
        if limit_ticks is not None and (best_ticks > limit_ticks if is_buy else best_ticks < limit_ticks):
            return []
        if command.stop_ticks is not None:
            is_rising = waits_for_rise(command.side, command.type)
            if is_trailing_type(command.type) or not _is_reached_now(market, command.stop_ticks, is_rising):
                return []
        if command.notional_units is not None:
            notional_units = command.notional_units
            return walk_notional(
                market, command.account_id, is_buy=is_buy, notional_units=notional_units, policy=policy
            )
        lots = command.quantity_lots or 0
        if policy is None:
            return walk(market, command.account_id, is_buy=is_buy, lots=lots, limit_ticks=limit_ticks)
        return walk(
            market,
            command.account_id,
            is_buy=is_buy,
            lots=lots,
            limit_ticks=limit_ticks,
            policy=policy,
            chance_of=chance_of(command),
        )

    def _acting_at_once(
        self, accepted: ev.OrderAccepted, account: Account, market: SymbolMarket, takes: list[Take]
    ) -> Decision:
        """The decision for an order that does more than rest: triggers, takes or expires."""
        order = order_from(accepted)
        decided: list[ev.AnyEvent] = [accepted]
        if accepted.stop_ticks is not None:
            if order.is_trailing or not _is_reached_now(market, accepted.stop_ticks, order.waits_for_rise):
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
        if order.status is PENDING:
            return self._triggering(order, account, market, update)
        takes = resting_takes(order, market, update)
        fills = fills_of(order, account, market.instrument, takes, update.time_ns, is_maker=True)
        decided: list[ev.AnyEvent] = [*fills]
        if order.shown_lots is not None:
            sequence = self._state.sequence + 1
            queue_lots = size_ahead(market.update, order.side is BUY, order.price_ticks or 0)
            decided += refilled(order, lots_of(takes), sequence=sequence, time_ns=update.time_ns, queue_lots=queue_lots)
        return Decision(decided, takes, order.id)

    def beginning(self, order: Order, market: SymbolMarket, time_ns: int) -> Decision:
        """What an order that has just been released does to the market as it stands, as if it were new."""
        account = self._state.accounts[order.account_id]
        waits, is_buy = order.status is PENDING, order.side is BUY
        triggers = waits and not order.is_trailing
        triggers = triggers and _is_reached_now(market, order.stop_ticks or 0, order.waits_for_rise)
        takes: list[Take] = []
        if triggers or not waits:
            takes = walk(
                market,
                account.id,
                is_buy=is_buy,
                lots=order.remaining_lots,
                limit_ticks=order.price_ticks,
                policy=order.policy,
                chance_of=chance_of(order),
            )
        if takes and order.post_only:
            return Decision([expired(order, EXPIRED_POST_ONLY, time_ns)])
        decided: list[ev.AnyEvent] = []
        if triggers:
            assert market.update is not None, "a stop is reached by a market"
            decided.append(triggered(order, market.update.last_ticks, time_ns))
        if triggers or takes:
            decided += taking(order, account, market.instrument, takes, time_ns)
        return Decision(decided, takes, order.id)

    def _triggering(self, order: Order, account: Account, market: SymbolMarket, update: MarketUpdate) -> Decision:
        order = self._at_present(order, account, market)
        assert order.stop_ticks is not None, "a pending order waits for its stop"
        is_buy = order.side is BUY
        trigger_ticks = trigger_price(order.waits_for_rise, order.stop_ticks, update.from_ticks)
        takes = walk(
            market,
            order.account_id,
            is_buy=is_buy,
            lots=order.remaining_lots,
            limit_ticks=order.price_ticks,
            shift_ticks=trigger_ticks - update.last_ticks,
            policy=order.policy,
            chance_of=chance_of(order),
        )
        decided: list[ev.AnyEvent] = [triggered(order, trigger_ticks, update.time_ns)]
        decided += taking(order, account, market.instrument, takes, update.time_ns)
        return Decision(decided, takes, order.id)

    def _at_present(self, order: Order, account: Account, market: SymbolMarket) -> Order:
        """A trailing stop as it is now, and what it needs to hold there; any other order as it is."""
        present = market.watermarks.present(order)
        if present is not order and order.held_units:
            present.held_units = held_now(present, account, market.instrument)
        return present

    def _replace(self, command: ReplaceOrder, time_ns: int) -> Decision:
        order = self._state.open_order(self._state.account(command.account_id), command.order_id)
        if order.policy is not None:
            changed_order(self._state.present(order), command, self._state.market(order.symbol).instrument, time_ns)
            if order.link is not None:
                check_leg_change(order, command)
            on_its_way = self._transit.replace(order, command, time_ns)
            if on_its_way is not None:
                return on_its_way
        return self._replace_now(command, time_ns)

    def _replace_now(self, command: ReplaceOrder, time_ns: int) -> Decision:
        """What a change does that has arrived."""
        account = self._state.account(command.account_id)
        order = self._state.open_order(account, command.order_id)
        market = self._state.market(order.symbol)
        if market.stale is not None and account.allow_stale_prices:
            return market.at_stale_price(lambda: self._replace_now(command, time_ns))
        order = market.watermarks.present(order)
        changed = changed_order(order, command, market.instrument, time_ns)
        if order.link is not None:
            check_leg_change(order, command)
            if order.is_dormant:
                return dormant_replaced(changed, market, time_ns)
        cut = _cut_changed(order, changed, account, market.instrument) if order.reduce_only else None
        is_buy, waits = order.side is BUY, order.status is PENDING
        stays = keeps_place(order, changed)
        triggers = waits and _is_reached_now(market, changed.stop_ticks or 0, order.waits_for_rise)
        takes: list[Take] = []
        if triggers or not (waits or stays):
            lots = changed.remaining_lots
            takes = walk(
                market,
                account.id,
                is_buy=is_buy,
                lots=lots,
                limit_ticks=changed.price_ticks,
                policy=order.policy,
                chance_of=chance_of(order),
            )
        refusal, changed.held_units = self.checks.replacement(order, changed, account, market, time_ns)
        if refusal is not None:
            raise Rejected(refusal.reason, code=refusal.code, details={"order_id": order.id, **refusal.details})
        queue_lots = None
        if not (waits or takes or changed.price_ticks is None):
            queue_lots = size_ahead(market.update, is_buy, changed.price_ticks)
        replaced = ev.OrderReplaced(
            time_ns=time_ns,
            account_id=account.id,
            order_id=order.id,
            quantity_lots=changed.quantity_lots,
            sequence=order.sequence if stays else self._state.sequence + 1,
            price_ticks=changed.price_ticks,
            stop_ticks=changed.stop_ticks,
            held_units=changed.held_units,
            terms=changed.terms,
            watermark_ticks=changed.watermark_ticks,
            queue_lots=order.queue_lots if stays else queue_lots,
        )
        decided: list[ev.AnyEvent] = [replaced]
        if cut is not None:
            decided.append(reduced_to(changed, cut, changed.held_units, time_ns))
        if triggers:
            assert market.update is not None, "a stop is reached by a market"
            decided.append(triggered(changed, market.update.last_ticks, time_ns))
        if triggers or takes:
            decided += taking(changed, account, market.instrument, takes, time_ns)
        return Decision(decided, takes, order.id)

    def _cancel(self, command: CancelOrder, time_ns: int) -> Decision:
        order = self._state.open_order(self._state.account(command.account_id), command.order_id)
        return self._canceling(order, time_ns)

    def _canceling(self, order: Order, time_ns: int) -> Decision:
        """A cancel by the owner, which ends the order at once or has a way to go first."""
        if order.policy is not None and (on_its_way := self._transit.cancel(order, time_ns)) is not None:
            return on_its_way
        return Decision([canceled(order, CANCELED_BY_OWNER, time_ns, None, self._state.nearest_ticks(order))])

    def _cancel_all(self, command: CancelAllOrders, time_ns: int) -> Decision:
        account = self._state.account(command.account_id)
        if command.symbol is not None:
            self._state.market(command.symbol)
        return Decision(
            [
                self._canceling(order, time_ns).events[0]
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
                    terms=command.terms,
                    policy=account.policy,
                )
            ]
        )


def _arrives_ns(policy: FillPolicy, command: PlaceOrder, time_ns: int) -> int | None:
    """When a new order comes to the market; None when it is there at once."""
    delay_ns = place_delay_ns(policy, command.order_id)
    return time_ns + delay_ns if delay_ns else None


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


def _cut(accepted: ev.OrderAccepted, reason: str) -> ev.OrderReduced:
    """Say of a new order that it was cut."""
    return reduced_to(order_from(accepted), reason, accepted.held_units, accepted.time_ns)


def _cut_changed(order: Order, changed: Order, account: Account, instrument: Instrument) -> str | None:
    """Let a changed order be no larger than what there is to lessen; says so when that cuts it."""
    spare = spare_lots(account, order.symbol, order.side)
    asked_lots = changed.remaining_lots
    if asked_lots <= spare:
        return None
    changed.quantity_lots = order.filled_lots + spare
    return cut_text(instrument, asked_lots, spare)


def _is_reached_now(market: SymbolMarket, stop_ticks: int, is_rising: bool) -> bool:
    return market.update is not None and is_stop_reached(is_rising, stop_ticks, market.update.last_ticks)
