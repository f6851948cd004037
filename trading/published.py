"""The accounts as far as they are durable: what may be shown.

The exchange runs ahead of its journal by what is being written at the moment. Readers and streams must not see that
part, because it may never come to be. So each entry carries a `Change`, the touched objects as they stood right after
it, and `Published` takes a change in when its entry is durable, in journal order.
"""

import copy
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import msgspec

from kit.errors import Invalid, NotFound
from markets.instruments import Instrument
from trading.sandbox.accounts import Account
from trading.sandbox.events import AccountOpened, AccountReset, AnyEvent, OrderFilled, OrderRejected
from trading.sandbox.exchange import Exchange
from trading.sandbox.orders import Order

Item = TypeVar("Item")

MAX_SCANNED = 20_000
"""Orders or fills looked at for one page; a rare match further back is found by following the cursor."""


class BalanceState(msgspec.Struct, frozen=True, gc=False):
    """A balance at one moment, in the asset's smallest unit."""

    account_id: str
    asset: str
    total_units: int
    held_units: int


class PositionState(msgspec.Struct, frozen=True, gc=False):
    """A position at one moment; the fields are those of `trading.sandbox.accounts.Position`."""

    account_id: str
    symbol: str
    quantity_lots: int
    cost_units: int
    realized_units: int
    fee_units: int
    opened_ns: int | None
    buying_lots: int
    selling_lots: int


class Change(msgspec.Struct, frozen=True):
    """What one journal entry did: its events, and the touched objects as they stood right after it."""

    events: tuple[AnyEvent, ...] = ()
    accounts: tuple[AccountOpened | AccountReset, ...] = ()
    orders: tuple[Order, ...] = ()
    fills: tuple[OrderFilled, ...] = ()
    balances: tuple[BalanceState, ...] = ()
    positions: tuple[PositionState, ...] = ()


def capture_change(
    exchange: Exchange, instrument_of: Callable[[str], Instrument], events: tuple[AnyEvent, ...]
) -> Change:
    """The change that `events`, which the exchange has just gone through, amount to."""
    accounts: list[AccountOpened | AccountReset] = []
    orders: dict[str, Order] = {}
    fills: list[OrderFilled] = []
    holdings: dict[tuple[str, str], None] = {}
    for event in events:
        if isinstance(event, AccountOpened | AccountReset):
            accounts.append(event)
            continue
        order = orders[event.order_id] = exchange.orders[event.order_id]
        if isinstance(event, OrderFilled):
            fills.append(event)
        if not isinstance(event, OrderRejected):
            holdings[order.account_id, order.symbol] = None
    balances: dict[tuple[str, str], BalanceState] = {}
    positions: list[PositionState] = []
    for account_id, symbol in holdings:
        account = exchange.accounts[account_id]
        instrument = instrument_of(symbol)
        for asset in (instrument.quote, instrument.base):
            balances[account_id, asset] = _balance_state(account, asset)
        positions.append(_position_state(account, symbol))
    return Change(
        events,
        tuple(accounts),
        # An order that has ended never changes again: no copy is needed of it.
        tuple(copy.copy(order) if order.is_live else order for order in orders.values()),
        tuple(fills),
        tuple(balances.values()),
        tuple(positions),
    )


def _balance_state(account: Account, asset: str) -> BalanceState:
    balance = account.balances.get(asset)
    if balance is None:
        return BalanceState(account.id, asset, 0, 0)
    return BalanceState(account.id, asset, balance.total_units, balance.held_units)


def _position_state(account: Account, symbol: str) -> PositionState:
    position = account.positions.get(symbol)
    if position is None:
        return PositionState(account.id, symbol, 0, 0, 0, 0, None, 0, 0)
    return PositionState(
        account.id,
        symbol,
        position.quantity_lots,
        position.cost_units,
        position.realized_units,
        position.fee_units,
        position.opened_ns,
        position.buying_lots,
        position.selling_lots,
    )


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where a page of a history ended: the next one holds what is older than `before`, in the same epoch."""

    epoch: int
    before: int


class PublishedAccount:
    """One account's present epoch. Histories are in the order of creation; a place in one stays valid for the epoch."""

    def __init__(self, opened: AccountOpened) -> None:
        self.account = Account(
            account_id=opened.account_id,
            name=opened.name,
            account_type=opened.type,
            base_currency=opened.base_currency,
            allow_short=opened.allow_short,
            maker_ppm=opened.maker_ppm,
            taker_ppm=opened.taker_ppm,
            fill_policy=opened.fill_policy,
            created_ns=opened.time_ns,
        )
        self.starting_balances = dict(opened.balances)
        self._start_epoch(1, opened.balances)

    def _start_epoch(self, epoch: int, balances: dict[str, int]) -> None:
        self.account.start_epoch(epoch, balances)
        self.orders: list[Order] = []
        self.fills: list[OrderFilled] = []
        self._index: dict[str, int] = {}
        self._open: dict[int, None] = {}
        self._fills_of: dict[str, list[int]] = {}
        self._by_client_order_id: dict[str, str] = {}

    # ---- taking in

    def reset(self, event: AccountReset) -> Change:
        """Begin the next epoch; the change holds what that makes of every balance and position of the last one."""
        assets = {**self.account.balances, **event.balances}
        symbols = list(self.account.positions)
        self._start_epoch(event.epoch, event.balances)
        return Change(
            accounts=(event,),
            balances=tuple(_balance_state(self.account, asset) for asset in assets),
            positions=tuple(_position_state(self.account, symbol) for symbol in symbols),
        )

    def put_order(self, order: Order) -> None:
        """A new order, or a new state of a known one."""
        place = self._index.get(order.id)
        if place is None:
            place = self._index[order.id] = len(self.orders)
            self.orders.append(order)
            if order.client_order_id is not None:
                self._by_client_order_id[order.client_order_id] = order.id
        else:
            self.orders[place] = order
        if order.is_live:
            self._open[place] = None
        else:
            self._open.pop(place, None)

    def put_fill(self, fill: OrderFilled) -> None:
        """The next fill."""
        self._fills_of.setdefault(fill.order_id, []).append(len(self.fills))
        self.fills.append(fill)

    def put_balance(self, state: BalanceState) -> bool:
        """Take a balance in; False when it says nothing new."""
        if state == _balance_state(self.account, state.asset):
            return False
        balance = self.account.balance(state.asset)
        balance.total_units, balance.held_units = state.total_units, state.held_units
        return True

    def put_position(self, state: PositionState) -> bool:
        """Take a position in; False when nothing of it that is shown changed."""
        before = _position_state(self.account, state.symbol)
        position = self.account.position(state.symbol)
        position.quantity_lots, position.cost_units = state.quantity_lots, state.cost_units
        position.realized_units, position.fee_units = state.realized_units, state.fee_units
        position.opened_ns = state.opened_ns
        position.buying_lots, position.selling_lots = state.buying_lots, state.selling_lots
        unseen = msgspec.structs.replace(state, buying_lots=before.buying_lots, selling_lots=before.selling_lots)
        return unseen != before

    # ---- reading

    def order(self, order_id: str) -> Order:
        """One order of the epoch; raises NotFound."""
        place = self._index.get(order_id)
        if place is None:
            raise NotFound(f"There is no order {order_id!r}.")
        return self.orders[place]

    def open_orders(self, limit: int) -> list[Order]:
        """The newest live orders, newest first."""
        return [self.orders[place] for place, _ in zip(reversed(self._open), range(limit), strict=False)]

    def page_of_orders(
        self,
        fits: Callable[[Order], bool],
        *,
        open_only: bool,
        client_order_id: str | None,
        limit: int,
        after: Place | None,
    ) -> tuple[list[Order], Place | None]:
        """Up to `limit` orders that fit, newest first, and where the next page begins."""
        before = self._before(after, len(self.orders))
        places: Iterable[int]
        if client_order_id is not None:
            order_id = self._by_client_order_id.get(client_order_id)
            places = [] if order_id is None else [self._index[order_id]]
        else:
            places = reversed(self._open) if open_only else range(before - 1, -1, -1)
        within = (place for place in places if place < before)
        return self._page(self.orders, within, fits, limit)

    def page_of_fills(
        self, fits: Callable[[OrderFilled], bool], *, order_id: str | None, limit: int, after: Place | None
    ) -> tuple[list[OrderFilled], Place | None]:
        """Up to `limit` fills that fit, newest first, and where the next page begins."""
        before = self._before(after, len(self.fills))
        places: Iterable[int]
        places = range(before - 1, -1, -1) if order_id is None else reversed(self._fills_of.get(order_id, []))
        within = (place for place in places if place < before)
        return self._page(self.fills, within, fits, limit)

    def _before(self, after: Place | None, end: int) -> int:
        if after is None:
            return end
        if after.epoch != self.account.epoch or not 0 <= after.before <= end:
            raise Invalid("The cursor belongs to another epoch of the account.", code="INVALID_CURSOR")
        return after.before

    def _page(
        self, items: list[Item], places: Iterator[int], fits: Callable[[Item], bool], limit: int
    ) -> tuple[list[Item], Place | None]:
        found: list[Item] = []
        for scanned, place in enumerate(places):
            if len(found) == limit or scanned == MAX_SCANNED:
                return found, Place(self.account.epoch, place + 1)
            if fits(items[place]):
                found.append(items[place])
        return found, None


class Published:
    """The durable state of every account of this process."""

    def __init__(self) -> None:
        self.accounts: dict[str, PublishedAccount] = {}

    def account(self, account_id: str) -> PublishedAccount:
        """One account; raises NotFound UNKNOWN_ACCOUNT."""
        found = self.accounts.get(account_id)
        if found is None:
            raise NotFound(f"There is no account {account_id!r}.", code="UNKNOWN_ACCOUNT")
        return found

    def absorb(self, change: Change) -> Change:
        """Take in what became durable; the answer holds only what looks different now."""
        for order in change.orders:
            self.accounts[order.account_id].put_order(order)
        for fill in change.fills:
            self.accounts[fill.account_id].put_fill(fill)
        shown = Change(
            change.events,
            change.accounts,
            change.orders,
            change.fills,
            tuple(state for state in change.balances if self.accounts[state.account_id].put_balance(state)),
            tuple(state for state in change.positions if self.accounts[state.account_id].put_position(state)),
        )
        return self._absorb_accounts(shown) if change.accounts else shown

    def _absorb_accounts(self, change: Change) -> Change:
        """Openings and resets: they come last in their entry, after the orders that a reset canceled."""
        balances, positions = list(change.balances), list(change.positions)
        for event in change.accounts:
            if isinstance(event, AccountOpened):
                opened = self.accounts[event.account_id] = PublishedAccount(event)
                balances += [_balance_state(opened.account, asset) for asset in event.balances]
            else:
                begun = self.accounts[event.account_id].reset(event)
                balances, positions = list(begun.balances), list(begun.positions)
        return msgspec.structs.replace(change, balances=tuple(balances), positions=tuple(positions))
