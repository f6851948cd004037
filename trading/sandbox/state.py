"""The state of the exchange, and folding: the only place where accounts and orders change.

Every event carries all that its fold needs, so folding a journal rebuilds the same state without the market data.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable

import msgspec

from kit.errors import Conflict, NotFound
from markets.instruments import Instrument
from trading.sandbox import events as ev
from trading.sandbox.account_folds import account_from, fold_changed, forked_account
from trading.sandbox.accounts import Account, Position
from trading.sandbox.carry import set_carry_timer
from trading.sandbox.icebergs import first_shown, shown_after
from trading.sandbox.limits import (
    ACTIVE,
    EVERY_ACCOUNT,
    MAX_ORDERS_PER_SECOND,
    NO_RECORD,
    NO_RISK_LIMITS,
    Everyone,
    RiskLimits,
    RiskRecord,
    limits_in_force,
)
from trading.sandbox.links import Link, waits_for
from trading.sandbox.margin_terms import PLAIN_TERMS
from trading.sandbox.market import SymbolMarket
from trading.sandbox.orders import (
    ACCEPTED,
    BUY,
    CANCELED,
    EXPIRED,
    FILLED,
    OPEN,
    PARTIALLY_FILLED,
    PENDING,
    Order,
    OrderStatus,
)
from trading.sandbox.rates import Rates
from trading.sandbox.risk_record import RiskEvent, record_after, record_with_funds
from trading.sandbox.timers import EXPIRY, Timers
from trading.sandbox.transit_folds import (
    ARRIVAL,
    REPLACE,
    end_transit,
    resize_replacement,
    resume_transit,
    transit_folders,
)

Folder = Callable[..., None]
"""Takes one event into the state."""


class State:
    """Accounts, orders and, by symbol, who waits for which price."""

    def __init__(self, instruments: Callable[[str], Instrument]) -> None:
        self._instruments = instruments
        self.accounts: dict[str, Account] = {}
        self.orders: dict[str, Order] = {}
        """The live orders, and those that ended and were not forgotten, of every epoch."""
        self.sequence = 0
        """The highest time priority given so far."""
        self.timers = Timers()
        """What is to happen at a time of the market's clock."""
        self.has_lists = False
        """Whether there has been an order list, so that what happens to an order may concern others."""
        self._markets: dict[str, SymbolMarket] = {}
        self.margin_holders: dict[str, dict[str, None]] = {}
        """By symbol, the margin accounts that have a position in it: those that a price can liquidate."""
        self.rates = Rates(self.mark_of, self._markets.keys)
        self.folders: dict[type, Folder] = {
            ev.OrderAccepted: self._fold_accepted,
            ev.OrderFilled: self._fold_filled,
            ev.OrderCanceled: self._fold_canceled,
            ev.OrderExpired: self._fold_expired,
            ev.OrderRejected: self._fold_rejected,
            ev.OrderTriggered: self._fold_triggered,
            ev.OrderReplaced: self._fold_replaced,
            ev.AccountOpened: self._fold_opened,
            ev.AccountReset: self._fold_reset,
            ev.StopsTrailed: self._fold_trailed,
            ev.OrderReduced: self._fold_reduced,
            ev.OrderRefilled: self._fold_refilled,
            ev.OrderResized: self._fold_resized,
            ev.CancelAfterSet: self._fold_cancel_after,
            **transit_folders(self),
            ev.RiskLimitsSet: self._fold_risk,
            ev.RiskStateSet: self._fold_risk,
            ev.RiskMarked: self._fold_risk,
            ev.AccountChanged: self._fold_changed,
            ev.AccountForked: self._fold_forked,
            ev.FundsMoved: self._fold_funds,
            ev.CarrySettled: self._fold_carried,
        }
        """By the type of an event, what takes it into the state."""
        self.everyone = Everyone()
        self.default_limits = NO_RISK_LIMITS
        """What holds for accounts without limits of their own. No state: it is a setting of whoever runs the exchange."""
        self._guards_all = False
        self.watched: dict[str, Account] = {}
        """The accounts whose losses are limited."""
        self.recent_orders: dict[str, deque[int]] = {}
        """When guarded accounts last placed or changed orders (market time), the oldest first."""

    def market(self, symbol: str) -> SymbolMarket:
        """The market of a symbol, which comes to be when first asked for; raises what `instruments` raises."""
        market = self._markets.get(symbol)
        if market is None:
            market = self._markets[symbol] = SymbolMarket(self._instruments(symbol))
        return market

    def mark_of(self, symbol: str) -> tuple[Instrument, int | None]:
        """The instrument of a symbol and its last known price; None before the first."""
        market = self.market(symbol)
        return market.instrument, market.mark_ticks

    def account(self, account_id: str) -> Account:
        """The account of that id; raises NotFound UNKNOWN_ACCOUNT."""
        account = self.accounts.get(account_id)
        if account is None:
            raise NotFound(f"There is no account {account_id!r}.", code="UNKNOWN_ACCOUNT")
        return account

    def open_order(self, account: Account, order_id: str) -> Order:
        """The live order of an account; raises NotFound, and Conflict ORDER_NOT_OPEN for one that has ended."""
        order = account.open_orders.get(order_id)
        if order is not None:
            return order
        ended = self.orders.get(order_id)
        if ended is None or ended.account_id != account.id:
            raise NotFound(f"There is no order {order_id!r}.")
        raise Conflict(f"The order is {ended.status} and cannot change any more.", code="ORDER_NOT_OPEN")

    def fold(self, event: ev.AnyEvent) -> None:
        """Take one event into the state."""
        self.folders[type(event)](event)

    def forget(self, order: Order, digest: int) -> None:
        """Let go of an ended order that is kept elsewhere; the state hash goes on counting its `order_digest`."""
        account = self.accounts[order.account_id]
        account.forgotten = account.forgotten.plus(digest)
        del self.orders[order.id]

    def guard_by_default(self, limits: RiskLimits, *, guards_all: bool) -> None:
        """Let other limits hold where accounts have none; without `guards_all` those are checked for every order anyway."""
        self.default_limits, self._guards_all = limits, guards_all
        self._guard_anew()

    def _guard_anew(self) -> None:
        for account in self.accounts.values():
            self._guard(account)

    def _guard(self, account: Account) -> None:
        """Work out whether risk is asked for the account's orders, and whether its losses are watched."""
        is_calm = account.risk.limits == NO_RISK_LIMITS and account.trading_state is ACTIVE
        in_force = limits_in_force(account.risk.limits, self.default_limits)
        account.guard = None if is_calm and not self._guards_all else in_force
        if in_force.limits_loss:
            self.watched[account.id] = account
        else:
            self.watched.pop(account.id, None)

    def restore(
        self,
        accounts: Iterable[Account],
        orders: Iterable[Order],
        sequence: int,
        everyones_risk: RiskRecord = NO_RECORD,
    ) -> None:
        """Take over a state as it once stood; each account's orders come in the order in which they were placed."""
        assert not self.accounts, "only an empty state can be restored into"
        self.everyone.record = everyones_risk
        for account in accounts:
            self._add_account(account)
            self._note_holdings(account)
        self.sequence = sequence
        waiting: list[tuple[int, Order]] = []
        for order in orders:
            self.orders[order.id] = order
            self.has_lists = self.has_lists or order.link is not None
            if order.is_live:
                self.accounts[order.account_id].open_orders[order.id] = order
                waiting.append((order.sequence, order))
        waiting.sort(key=_first)
        for _, order in waiting:
            self.market(order.symbol).start_waiting(order)
            self._begin_terms(self.accounts[order.account_id], order)
            resume_transit(self, order)

    def present(self, order: Order) -> Order:
        """The order with its stop where it is now, should it follow the price: then a copy, else itself."""
        return self.market(order.symbol).watermarks.present(order) if order.is_trailing else order

    def nearest_ticks(self, order: Order) -> int | None:
        """The nearest that the market came to a live order's price, as far as this process has seen it."""
        return self._markets[order.symbol].extremes.nearest(order)

    def state_hash(self) -> str:
        """SHA-256 over all accounts and orders in a canonical form: equal states, equal hashes, in any process.

        Ended orders count as the sum of their digests, so it makes no difference which of them are still in memory. They
        and the live ones name every client order id. A balance or position of nothing counts like one that is not there.
        """
        ended = {account.id: account.forgotten for account in self.accounts.values()}
        for order in self.orders.values():
            if not order.is_live:
                ended[order.account_id] = ended[order.account_id].plus(order_digest(order))
        accounts = [
            [
                [a.id, a.name, a.type, a.base_currency, a.allow_short, a.maker_ppm, a.taker_ppm, a.fill_policy]
                + ["stale prices"] * a.allow_stale_prices
                + ["cancel after", a.cancel_after_ns] * (a.cancel_after_ns is not None)
                + [a.policy] * (a.policy is not None)
                + [a.risk] * (a.risk != NO_RECORD)
                + [a.margin] * (a.margin != PLAIN_TERMS)
                + [f"carried {a.carried_ns}"] * a.margin.has_carry,
                [a.created_ns, a.epoch, ended[a.id], [self.present(order) for order in a.open_orders.values()]],
                sorted((asset, b.total_units, b.held_units) for asset, b in a.balances.items() if not b.is_nothing),
                sorted((symbol, *_position_values(p)) for symbol, p in a.positions.items() if not p.is_nothing),
            ]
            for a in sorted(self.accounts.values(), key=lambda account: account.id)
        ]
        about_all = [self.everyone.record] * (self.everyone.record != NO_RECORD)
        return hashlib.sha256(msgspec.json.encode([self.sequence, accounts, *about_all])).hexdigest()

    def _fold_accepted(self, event: ev.OrderAccepted) -> None:
        account = self.accounts[event.account_id]
        market = self._markets.get(event.symbol) or self.market(event.symbol)
        order = order_from(event)
        self._begin(order, account, market)
        if event.arrives_ns is not None:
            self.timers.start(ARRIVAL, order.id, event.arrives_ns)
        if account.guard is not None:
            self._note_order(account, event.time_ns)

    def _begin(self, order: Order, account: Account, market: SymbolMarket) -> None:
        """Let an order count and wait from now on."""
        if account.is_margin:
            if order.reserves:
                _reserve(account.position(order.symbol), order, order.remaining_lots)
        elif order.held_units:
            asset = market.instrument.quote if order.side is BUY else market.instrument.base
            account.balance(asset).held_units += order.held_units
        self._enroll(account, order)
        account.open_orders[order.id] = order
        market.start_waiting(order)
        if order.terms is not None:
            self._begin_terms(account, order)

    def _fold_rejected(self, event: ev.OrderRejected) -> None:
        order = Order(
            id=event.order_id,
            account_id=event.account_id,
            symbol=event.symbol,
            side=event.side,
            type=event.type,
            time_in_force=event.time_in_force,
            quantity_lots=event.quantity_lots,
            price_ticks=event.price_ticks,
            stop_ticks=event.stop_ticks,
            post_only=event.post_only,
            client_order_id=event.client_order_id,
            fill_policy=event.fill_policy,
            status=OrderStatus.REJECTED,
            status_reason=event.reason,
            sequence=event.sequence,
            created_ns=event.time_ns,
            updated_ns=event.time_ns,
            notional_units=event.notional_units,
            terms=event.terms,
            link=event.link,
            policy=event.policy,
        )
        self._enroll(self.accounts[event.account_id], order)

    def _fold_triggered(self, event: ev.OrderTriggered) -> None:
        order = self.orders[event.order_id]
        market = self.market(order.symbol)
        market.stop_waiting(order)
        if event.watermark_ticks is not None:
            order.watermark_ticks, order.stop_ticks = event.watermark_ticks, event.stop_ticks
            order.price_ticks = event.price_ticks
            self.accounts[event.account_id].hold(order, market.instrument, event.held_units)
        order.triggered = True
        order.status = OPEN
        order.updated_ns = event.time_ns
        market.start_waiting(order)

    def _fold_filled(self, event: ev.OrderFilled) -> None:
        order = self.orders[event.order_id]
        account = self.accounts[event.account_id]
        market = self._markets[order.symbol]
        lots = event.quantity_lots
        account.settle(
            order,
            market.instrument,
            price_ticks=event.price_ticks,
            lots=lots,
            fee_units=event.fee_units,
            time_ns=event.time_ns,
        )
        account.hold(order, market.instrument, event.held_units)
        if account.is_margin and order.reserves:
            _reserve(account.position(order.symbol), order, -lots)
            self._note_holding(account, order.symbol)
        order.filled_lots += lots
        order.filled_value += event.price_ticks * lots
        order.fee_units += event.fee_units
        order.fill_count = event.number
        order.updated_ns = event.time_ns
        if order.shown_lots is not None:
            order.shown_lots = shown_after(order, lots if event.is_maker else 0)
        if order.filled_lots == order.quantity_lots:
            market.stop_waiting(order)
            order.status = FILLED
            if order.policy is not None:
                end_transit(self, order)
            del account.open_orders[order.id]
            if order.terms is not None:
                self._end_terms(account, order)
        else:
            order.status = PARTIALLY_FILLED

    def _fold_replaced(self, event: ev.OrderReplaced) -> None:
        order = self.orders[event.order_id]
        account = self.accounts[event.account_id]
        market = self.market(order.symbol)
        keeps_place = order.sequence == event.sequence
        if not keeps_place:
            market.stop_waiting(order)
        if account.is_margin and order.reserves:
            _reserve(account.position(order.symbol), order, event.quantity_lots - order.quantity_lots)
        account.hold(order, market.instrument, event.held_units)
        order.quantity_lots = event.quantity_lots
        order.price_ticks = event.price_ticks
        order.stop_ticks = event.stop_ticks
        order.sequence = event.sequence
        order.replaced_ns = order.updated_ns = event.time_ns
        order.queue_lots = event.queue_lots
        if order.replacement is not None:
            order.replacement = None
            self.timers.end(REPLACE, order.id)
        self.sequence = max(self.sequence, event.sequence)
        if event.terms is not None:
            shows_as_before = order.terms is not None and order.terms.display_lots == event.terms.display_lots
            order.terms, order.watermark_ticks = event.terms, event.watermark_ticks
            order.shown_lots = shown_after(order, 0) if shows_as_before else first_shown(order)
            self._begin_terms(account, order)
        if not keeps_place:
            market.start_waiting(order)
        if account.guard is not None:
            self._note_order(account, event.time_ns)

    def _fold_trailed(self, event: ev.StopsTrailed) -> None:
        self.market(event.symbol).trail(event)

    def _fold_reduced(self, event: ev.OrderReduced) -> None:
        order = self.orders[event.order_id]
        account = self.accounts[event.account_id]
        order.quantity_lots = event.quantity_lots
        order.status_reason = event.reason
        order.updated_ns = event.time_ns
        if order.shown_lots is not None:
            order.shown_lots = shown_after(order, 0)
        account.hold(order, self.market(order.symbol).instrument, event.held_units)

    def _fold_refilled(self, event: ev.OrderRefilled) -> None:
        order = self.orders[event.order_id]
        market = self.market(order.symbol)
        market.stop_waiting(order)
        order.sequence = event.sequence
        order.shown_lots = event.shown_lots
        order.queue_lots = event.queue_lots
        order.updated_ns = event.time_ns
        self.sequence = max(self.sequence, event.sequence)
        market.start_waiting(order)

    def _fold_resized(self, event: ev.OrderResized) -> None:
        order = self.orders[event.order_id]
        account = self.accounts[event.account_id]
        market = self.market(order.symbol)
        moves = event.is_released or event.sequence != order.sequence
        reserved_lots = order.remaining_lots if order.reserves else 0
        if moves:
            market.stop_waiting(order)
            order.queue_lots = event.queue_lots
        if order.replacement is not None:
            resize_replacement(order, event.quantity_lots - order.quantity_lots)
        order.quantity_lots, order.sequence, order.updated_ns = event.quantity_lots, event.sequence, event.time_ns
        self.sequence = max(self.sequence, event.sequence)
        if event.is_released:
            if event.watermark_ticks is not None:
                order.watermark_ticks, order.stop_ticks = event.watermark_ticks, event.stop_ticks
                order.price_ticks = event.price_ticks
            order.is_dormant, order.status_reason = False, None
            order.status = OPEN if order.stop_ticks is None else PENDING
        if order.shown_lots is not None:
            order.shown_lots = first_shown(order) if event.is_released else shown_after(order, 0)
        account.hold(order, market.instrument, event.held_units)
        if account.is_margin and order.reserves:
            _reserve(account.position(order.symbol), order, order.remaining_lots - reserved_lots)
        if moves:
            market.start_waiting(order)

    def _fold_canceled(self, event: ev.OrderCanceled) -> None:
        self._end(event.order_id, CANCELED, event.reason, event.time_ns, event.nearest_ticks)
        if event.cause is not None:
            self.orders[event.order_id].ended_by = event.cause

    def _fold_expired(self, event: ev.OrderExpired) -> None:
        self._end(event.order_id, EXPIRED, event.reason, event.time_ns, event.nearest_ticks)

    def _end(self, order_id: str, status: OrderStatus, reason: str, time_ns: int, nearest_ticks: int | None) -> None:
        order = self.orders[order_id]
        account = self.accounts[order.account_id]
        market = self._markets[order.symbol]
        if order.watermark_ticks is not None and order.is_trailing:
            market.watermarks.bring(order)
        market.stop_waiting(order)
        account.hold(order, market.instrument, 0)
        if account.is_margin and order.reserves:
            _reserve(account.position(order.symbol), order, -order.remaining_lots)
        order.status = status
        order.status_reason = reason
        order.updated_ns = time_ns
        if nearest_ticks is not None:
            order.nearest_ticks = nearest_ticks
        if order.policy is not None:
            end_transit(self, order)
        del account.open_orders[order_id]
        if order.terms is not None:
            self._end_terms(account, order)

    def _begin_terms(self, account: Account, order: Order) -> None:
        """Keep an order where its time, or a change of its position, finds it."""
        if order.expires_ns is not None:
            self.timers.start(EXPIRY, order.id, order.expires_ns)
        if order.reduce_only:
            account.reducing.setdefault(order.symbol, {})[order.id] = order

    def _end_terms(self, account: Account, order: Order) -> None:
        self.timers.end(EXPIRY, order.id)
        if order.reduce_only:
            del account.reducing[order.symbol][order.id]
            if not account.reducing[order.symbol]:
                del account.reducing[order.symbol]

    def _fold_opened(self, event: ev.AccountOpened) -> None:
        self._add_account(account_from(event))

    def _add_account(self, account: Account) -> None:
        account.everyone = self.everyone
        self.accounts[account.id] = account
        self._guard(account)

    def _fold_reset(self, event: ev.AccountReset) -> None:
        account = self.accounts[event.account_id]
        held = list(account.positions)
        account.start_epoch(event.epoch, event.balances)
        for symbol in held:
            self._note_holding(account, symbol)

    def _fold_changed(self, event: ev.AccountChanged) -> None:
        account = self.accounts[event.account_id]
        fold_changed(account, event)
        set_carry_timer(self.timers, account)

    def _fold_carried(self, event: ev.CarrySettled) -> None:
        account = self.accounts[event.account_id]
        account.carried_ns = event.time_ns
        set_carry_timer(self.timers, account)

    def _fold_funds(self, event: ev.FundsMoved) -> None:
        account = self.accounts[event.account_id]
        account.balance(event.asset).total_units += event.units
        account.risk = record_with_funds(account.risk, event)

    def _fold_forked(self, event: ev.AccountForked) -> None:
        account, orders = forked_account(event)
        self._add_account(account)
        for order in orders:
            self._begin(order, account, self.market(order.symbol))
            resume_transit(self, order)
        self._note_holdings(account)

    def _note_holdings(self, account: Account) -> None:
        for symbol in account.positions:
            self._note_holding(account, symbol)

    def _note_holding(self, account: Account, symbol: str) -> None:
        """Keep `margin_holders` and what is due true after a position came to be, changed or was closed."""
        position = account.positions.get(symbol)
        if account.is_margin and position is not None and position.quantity_lots:
            self.margin_holders.setdefault(symbol, {})[account.id] = None
        elif symbol in self.margin_holders:
            self.margin_holders[symbol].pop(account.id, None)
        if account.margin.has_carry:
            set_carry_timer(self.timers, account)

    def _fold_cancel_after(self, event: ev.CancelAfterSet) -> None:
        self.accounts[event.account_id].cancel_after_ns = event.deadline_ns

    def _fold_risk(self, event: RiskEvent) -> None:
        if event.account_id == EVERY_ACCOUNT:
            self.everyone.record = record_after(self.everyone.record, event)
            self._guard_anew()
            return
        account = self.accounts[event.account_id]
        account.risk = record_after(account.risk, event)
        if type(event) is not ev.RiskMarked:
            self._guard(account)

    def _note_order(self, account: Account, time_ns: int) -> None:
        recent = self.recent_orders.get(account.id)
        if recent is None:
            recent = self.recent_orders[account.id] = deque(maxlen=MAX_ORDERS_PER_SECOND)
        recent.append(time_ns)

    def _enroll(self, account: Account, order: Order) -> None:
        if order.sequence > self.sequence:
            self.sequence = order.sequence
        self.orders[order.id] = order
        if order.link is not None:
            self.has_lists = True
        if order.client_order_id is not None:
            account.client_order_ids[order.client_order_id] = order.id


def order_digest(order: Order) -> int:
    """SHA-256 over everything an order says, as a number."""
    return int.from_bytes(hashlib.sha256(msgspec.json.encode(order)).digest())


def order_from(event: ev.OrderAccepted) -> Order:
    """The order that an acceptance begins. By position: this is the order path's largest object, and twice as quick.

    What few orders have is set afterwards: Python makes a list and a tuple first of more than 30 arguments, which costs as
    much again as the order.
    """
    terms = event.terms
    order = Order(
        event.order_id,
        event.account_id,
        event.symbol,
        event.side,
        event.type,
        event.time_in_force,
        event.quantity_lots,
        event.price_ticks,
        event.stop_ticks,
        event.post_only,
        event.client_order_id,
        event.fill_policy,
        ACCEPTED if event.arrives_ns is not None else OPEN if event.stop_ticks is None else PENDING,
        event.reason,  # status_reason
        0,  # filled_lots
        0,  # filled_value
        0,  # fee_units
        event.held_units,
        0,  # fill_count
        False,  # triggered
        event.sequence,
        event.time_ns,
        event.time_ns,
        None,  # replaced_ns
        event.notional_units,
        terms,
    )
    if event.queue_lots is not None:
        order.queue_lots = event.queue_lots
    if event.policy is not None:
        order.policy = event.policy
    if event.arrives_ns is not None:
        order.arrives_ns = event.arrives_ns
    if terms is not None:
        order.watermark_ticks = event.watermark_ticks
        order.shown_lots = first_shown(order)
    if event.link is not None:
        _enter_list(order, event.link)
    return order


def _enter_list(order: Order, link: Link) -> None:
    """Take a place in a list: an order that has a parent waits for it and for nothing else."""
    order.link = link
    if link.parent_id is not None:
        order.is_dormant, order.status = True, PENDING
        order.status_reason = waits_for(link)


def _first(pair: tuple[int, Order]) -> int:
    return pair[0]


def _reserve(position: Position, order: Order, lots: int) -> None:
    """Count `lots` more (or fewer) that the order may still add to or take from the position.

    What may only lessen it never makes it larger on the other side, so it counts for nothing.
    """
    if order.terms is not None and order.terms.reduce_only:
        return
    if order.side is BUY:
        position.buying_lots += lots
    else:
        position.selling_lots += lots


def _position_values(position: Position) -> list[int | None]:
    return [
        position.quantity_lots,
        position.cost_units,
        position.realized_units,
        position.fee_units,
        position.opened_ns,
        position.buying_lots,
        position.selling_lots,
    ]
