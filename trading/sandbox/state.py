"""The state of the exchange, and folding: the only place where accounts and orders change.

Every event carries all that its fold needs, so folding a journal rebuilds the same state without the market data.
"""

import hashlib
from collections.abc import Callable, Iterable

import msgspec

from kit.errors import Conflict, NotFound
from markets.instruments import Instrument
from trading.sandbox import events as ev
from trading.sandbox.account_folds import account_from, fold_changed, forked_account
from trading.sandbox.accounts import Account, Position
from trading.sandbox.carry import set_carry_timer
from trading.sandbox.margin_terms import PLAIN_TERMS
from trading.sandbox.market import SymbolMarket
from trading.sandbox.orders import BUY, CANCELED, EXPIRED, FILLED, OPEN, PARTIALLY_FILLED, PENDING, Order, OrderStatus
from trading.sandbox.rates import Rates
from trading.sandbox.timers import Timers


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
        self._markets: dict[str, SymbolMarket] = {}
        self.margin_holders: dict[str, dict[str, None]] = {}
        """By symbol, the margin accounts that have a position in it: those that a price can liquidate."""
        self.rates = Rates(self.mark_of, self._markets.keys)
        self.folders: dict[type, Callable[..., None]] = {
            ev.OrderAccepted: self._fold_accepted,
            ev.OrderFilled: self._fold_filled,
            ev.OrderCanceled: self._fold_canceled,
            ev.OrderExpired: self._fold_expired,
            ev.OrderRejected: self._fold_rejected,
            ev.OrderTriggered: self._fold_triggered,
            ev.OrderReplaced: self._fold_replaced,
            ev.AccountOpened: self._fold_opened,
            ev.AccountReset: self._fold_reset,
            ev.AccountChanged: self._fold_changed,
            ev.AccountForked: self._fold_forked,
            ev.FundsMoved: self._fold_funds,
            ev.CarrySettled: self._fold_carried,
        }
        """By the type of an event, what takes it into the state."""

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

    def restore(self, accounts: Iterable[Account], orders: Iterable[Order], sequence: int) -> None:
        """Take over a state as it once stood; each account's orders come in the order in which they were placed."""
        assert not self.accounts, "only an empty state can be restored into"
        for account in accounts:
            self.accounts[account.id] = account
            self._note_holdings(account)
        self.sequence = sequence
        waiting: list[tuple[int, Order]] = []
        for order in orders:
            self.orders[order.id] = order
            if order.is_live:
                self.accounts[order.account_id].open_orders[order.id] = order
                waiting.append((order.sequence, order))
        waiting.sort(key=_first)
        for _, order in waiting:
            self.market(order.symbol).start_waiting(order)

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
                + [a.margin] * (a.margin != PLAIN_TERMS)
                + [f"carried {a.carried_ns}"] * a.margin.has_carry,
                [a.created_ns, a.epoch, ended[a.id], list(a.open_orders.values())],
                sorted((asset, b.total_units, b.held_units) for asset, b in a.balances.items() if not b.is_nothing),
                sorted((symbol, *_position_values(p)) for symbol, p in a.positions.items() if not p.is_nothing),
            ]
            for a in sorted(self.accounts.values(), key=lambda account: account.id)
        ]
        return hashlib.sha256(msgspec.json.encode([self.sequence, accounts])).hexdigest()

    def _fold_accepted(self, event: ev.OrderAccepted) -> None:
        account = self.accounts[event.account_id]
        market = self.market(event.symbol)
        order = order_from(event)
        self._begin(order, account, market)

    def _begin(self, order: Order, account: Account, market: SymbolMarket) -> None:
        """Let an order count and wait from now on."""
        if account.is_margin:
            _reserve(account.position(order.symbol), order, order.remaining_lots)
        elif order.held_units:
            asset = market.instrument.quote if order.side is BUY else market.instrument.base
            account.balance(asset).held_units += order.held_units
        self._enroll(account, order)
        account.open_orders[order.id] = order
        market.start_waiting(order)

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
        )
        self._enroll(self.accounts[event.account_id], order)

    def _fold_triggered(self, event: ev.OrderTriggered) -> None:
        order = self.orders[event.order_id]
        market = self.market(order.symbol)
        market.stop_waiting(order)
        order.triggered = True
        order.status = OPEN
        order.updated_ns = event.time_ns
        market.start_waiting(order)

    def _fold_filled(self, event: ev.OrderFilled) -> None:
        order = self.orders[event.order_id]
        account = self.accounts[event.account_id]
        market = self.market(order.symbol)
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
        if account.is_margin:
            _reserve(account.position(order.symbol), order, -lots)
            self._note_holding(account, order.symbol)
        order.filled_lots += lots
        order.filled_value += event.price_ticks * lots
        order.fee_units += event.fee_units
        order.fill_count = event.number
        order.updated_ns = event.time_ns
        if order.filled_lots == order.quantity_lots:
            market.stop_waiting(order)
            order.status = FILLED
            del account.open_orders[order.id]
        else:
            order.status = PARTIALLY_FILLED

    def _fold_replaced(self, event: ev.OrderReplaced) -> None:
        order = self.orders[event.order_id]
        account = self.accounts[event.account_id]
        market = self.market(order.symbol)
        keeps_place = order.sequence == event.sequence
        if not keeps_place:
            market.stop_waiting(order)
        if account.is_margin:
            _reserve(account.position(order.symbol), order, event.quantity_lots - order.quantity_lots)
        account.hold(order, market.instrument, event.held_units)
        order.quantity_lots = event.quantity_lots
        order.price_ticks = event.price_ticks
        order.stop_ticks = event.stop_ticks
        order.sequence = event.sequence
        order.replaced_ns = order.updated_ns = event.time_ns
        self.sequence = max(self.sequence, event.sequence)
        if not keeps_place:
            market.start_waiting(order)

    def _fold_canceled(self, event: ev.OrderCanceled) -> None:
        self._end(event.order_id, CANCELED, event.reason, event.time_ns)

    def _fold_expired(self, event: ev.OrderExpired) -> None:
        self._end(event.order_id, EXPIRED, event.reason, event.time_ns)

    def _end(self, order_id: str, status: OrderStatus, reason: str, time_ns: int) -> None:
        order = self.orders[order_id]
        account = self.accounts[order.account_id]
        market = self.market(order.symbol)
        market.stop_waiting(order)
        account.hold(order, market.instrument, 0)
        if account.is_margin:
            _reserve(account.position(order.symbol), order, -order.remaining_lots)
        order.status = status
        order.status_reason = reason
        order.updated_ns = time_ns
        del account.open_orders[order_id]

    def _fold_opened(self, event: ev.AccountOpened) -> None:
        self.accounts[event.account_id] = account_from(event)

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
        self.accounts[event.account_id].balance(event.asset).total_units += event.units

    def _fold_forked(self, event: ev.AccountForked) -> None:
        account, orders = forked_account(event)
        self.accounts[account.id] = account
        for order in orders:
            self._begin(order, account, self.market(order.symbol))
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

    def _enroll(self, account: Account, order: Order) -> None:
        if order.sequence > self.sequence:
            self.sequence = order.sequence
        self.orders[order.id] = order
        if order.client_order_id is not None:
            account.client_order_ids[order.client_order_id] = order.id


def order_digest(order: Order) -> int:
    """SHA-256 over everything an order says, as a number."""
    return int.from_bytes(hashlib.sha256(msgspec.json.encode(order)).digest())


def order_from(event: ev.OrderAccepted) -> Order:
    """The order that an acceptance begins. By position: this is the order path's largest object, and twice as quick."""
    return Order(
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
        OPEN if event.stop_ticks is None else PENDING,
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
    )


def _first(pair: tuple[int, Order]) -> int:
    return pair[0]


def _reserve(position: Position, order: Order, lots: int) -> None:
    """Count `lots` more (or fewer) that the order may still add to or take from the position."""
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
