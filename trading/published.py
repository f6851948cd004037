"""The accounts as far as they are durable: what may be shown.

The exchange runs ahead of its journal by what is being written at the moment. Readers and streams must not see that
part, because it may never come to be. So each entry carries a `Change`, the touched objects as they stood right after
it, and `Published` takes a change in when its entry is durable, in journal order.

What is taken in here never changes afterwards, only gives way to something newer. So an image of it all is a matter of
copying references, and can be written down while trading goes on.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from itertools import dropwhile, islice
from typing import Generic, TypeVar, cast

import msgspec

from kit.errors import Invalid, NotFound
from markets.instruments import Instrument
from trading.epochs import EpochRecord, first_record, next_record, with_funds
from trading.sandbox.account_folds import account_from, fold_changed, terms_of
from trading.sandbox.accounts import Account
from trading.sandbox.events import (
    ACCOUNT_EVENTS,
    AccountChanged,
    AccountEvent,
    AccountForked,
    AccountOpened,
    AccountReset,
    AnyEvent,
    CancelAfterSet,
    CarrySettled,
    FundsMoved,
    OrderEvent,
    OrderFilled,
    OrderRejected,
    StopsTrailed,
)
from trading.sandbox.exchange import Exchange
from trading.sandbox.limits import EVERY_ACCOUNT, NO_RECORD, Everyone, RiskRecord
from trading.sandbox.orders import Order
from trading.sandbox.risk_record import RISK_EVENTS, RiskEvent, record_after, record_with_funds
from trading.sandbox.trailing import Watermarks
from trading.states import BalanceState, PositionState, balance_state, position_state

Item = TypeVar("Item")

_NOT_OF_AN_ORDER = frozenset((*ACCOUNT_EVENTS, StopsTrailed, *RISK_EVENTS))

MAX_SCANNED = 20_000
"""Orders or fills looked at for one page; a rare match further back is found by following the cursor."""


class Change(msgspec.Struct, frozen=True):
    """What one journal entry did: its events, and the touched objects as they stood right after it.

    `trace_id` is the one of the request behind it.
    """

    events: tuple[AnyEvent, ...] = ()
    accounts: tuple[AccountEvent, ...] = ()
    orders: tuple[Order, ...] = ()
    fills: tuple[OrderFilled, ...] = ()
    balances: tuple[BalanceState, ...] = ()
    positions: tuple[PositionState, ...] = ()
    trace_id: str = ""
    trails: tuple[StopsTrailed, ...] = ()
    risks: tuple[RiskEvent, ...] = ()


def capture_change(
    exchange: Exchange, instrument_of: Callable[[str], Instrument], events: tuple[AnyEvent, ...], trace_id: str = ""
) -> Change:
    """The change that `events`, which the exchange has just gone through, amount to."""
    if len(events) == 1 and type(events[0]) not in _NOT_OF_AN_ORDER:
        return _capture_one(exchange, instrument_of, cast(OrderEvent, events[0]), trace_id)
    accounts: list[AccountEvent] = []
    orders: dict[str, Order] = {}
    fills: list[OrderFilled] = []
    trails: list[StopsTrailed] = []
    holdings: dict[tuple[str, str], None] = {}
    risks: list[RiskEvent] = []
    balances: dict[tuple[str, str], BalanceState] = {}
    for event in events:
        if type(event) in _NOT_OF_AN_ORDER:
            if isinstance(event, StopsTrailed):
                trails.append(event)
            elif isinstance(event, RiskEvent):
                risks.append(event)
            else:
                account_event = cast(AccountEvent, event)
                accounts.append(account_event)
                _capture_account(exchange, account_event, orders, holdings, balances)
            continue
        event = cast(OrderEvent, event)
        order = orders[event.order_id] = exchange.orders[event.order_id]
        if isinstance(event, OrderFilled):
            fills.append(event)
        if not isinstance(event, OrderRejected):
            holdings[order.account_id, order.symbol] = None
    positions: list[PositionState] = []
    for account_id, symbol in holdings:
        account = exchange.accounts[account_id]
        instrument = instrument_of(symbol)
        for asset in (instrument.quote, instrument.base):
            balances[account_id, asset] = balance_state(account, asset)
        positions.append(position_state(account, symbol))
    return Change(
        events,
        tuple(accounts),
        tuple([_copied(exchange, order) for order in orders.values()]),
        tuple(fills),
        tuple(balances.values()),
        tuple(positions),
        trace_id,
        tuple(trails),
        tuple(risks),
    )


def _capture_one(
    exchange: Exchange, instrument_of: Callable[[str], Instrument], event: OrderEvent, trace_id: str
) -> Change:
    """The change of an entry that tells of one order once, as most do, without looking for more."""
    order = exchange.orders[event.order_id]
    events, orders = (event,), (_copied(exchange, order),)
    if isinstance(event, OrderRejected):
        return Change(events, (), orders, trace_id=trace_id)
    account, instrument = exchange.accounts[order.account_id], instrument_of(order.symbol)
    return Change(
        events,
        (),
        orders,
        (event,) if isinstance(event, OrderFilled) else (),
        (balance_state(account, instrument.quote), balance_state(account, instrument.base)),
        (position_state(account, order.symbol),),
        trace_id,
    )


def _copied(exchange: Exchange, order: Order) -> Order:
    """The order as it is now. One that has ended never changes again: no copy is needed of it."""
    if order.watermark_ticks is not None and order.is_live:
        present = exchange.present(order)
        return present if present is not order else cast(Order, order.__copy__())  # type: ignore[attr-defined]
    if not order.is_live:
        return order
    # What copy.copy calls, at a third of its price; the types of msgspec do not say that it is there.
    copied: Order = order.__copy__()  # type: ignore[attr-defined]
    return copied


def _capture_account(
    exchange: Exchange,
    event: AccountEvent,
    orders: dict[str, Order],
    holdings: dict[tuple[str, str], None],
    balances: dict[tuple[str, str], BalanceState],
) -> None:
    """What money that moved, or a fork, adds to a change."""
    account = exchange.accounts[event.account_id]
    if isinstance(event, FundsMoved):
        balances[account.id, event.asset] = balance_state(account, event.asset)
    elif isinstance(event, AccountForked):
        orders.update((order.id, exchange.orders[order.id]) for order in event.orders)
        holdings.update(((account.id, position.symbol), None) for position in event.positions)
        holdings.update(((account.id, order.symbol), None) for order in event.orders)
        balances.update(((account.id, asset), balance_state(account, asset)) for asset in event.balances)


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where a page of a history ended: the next one holds what is older than `before`, in the same epoch."""

    epoch: int
    before: int


class Found(msgspec.Struct, Generic[Item], frozen=True):
    """What one look through a history found, newest first, each with its place; all that fits from `reached` on is there."""

    items: list[tuple[int, Item]]
    reached: int


class EndedOrder(msgspec.Struct, frozen=True):
    """An ended order with its fills, and the places of both in their epoch."""

    epoch: int
    place: int
    order: Order
    fills: list[tuple[int, OrderFilled]]


class EpochImage(msgspec.Struct, frozen=True):
    """A copy of an `EpochHistory`."""

    epoch: int
    order_count: int
    fill_count: int
    archived_orders: int
    archived_fills: int
    orders: dict[int, Order]
    fills: dict[int, OrderFilled]


class AccountImage(msgspec.Struct, frozen=True):
    """A copy of a `PublishedAccount`."""

    opened: AccountOpened
    epoch: int
    balances: list[BalanceState]
    positions: list[PositionState]
    epochs: list[EpochImage]
    cancel_after_ns: int | None = None
    risk: RiskRecord = NO_RECORD
    changed: AccountChanged | None = None
    """The terms in force; None in snapshots that were written before they could change."""
    records: list[EpochRecord] = []
    """What is known of each epoch as a whole, the present one last."""

    carried_ns: int = 0
    """Up to which time it was charged for what it holds."""

    @property
    def terms(self) -> AccountOpened | AccountChanged:
        """What has the name and the other terms in force."""
        return self.changed or self.opened


class EpochHistory:
    """An account's orders and fills of one epoch, as far as they are in memory, by their place in the order of creation.

    A place is given once and stays valid when older ones leave for the history on disk. `archived_orders` and
    `archived_fills` are the places below which something may be found there.
    """

    __slots__ = (
        "_fills_of",
        "_open",
        "_place_of",
        "archived_fills",
        "archived_orders",
        "epoch",
        "fill_count",
        "fills",
        "order_count",
        "orders",
    )

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch
        self.orders: dict[int, Order] = {}
        self.fills: dict[int, OrderFilled] = {}
        self.order_count = 0
        self.fill_count = 0
        self.archived_orders = 0
        self.archived_fills = 0
        self._place_of: dict[str, int] = {}
        self._open: dict[int, None] = {}
        self._fills_of: dict[str, list[int]] = {}

    @classmethod
    def archived(cls, record: EpochRecord) -> "EpochHistory":
        """An epoch of which nothing is in memory."""
        epoch = cls(record.epoch)
        epoch.order_count = epoch.archived_orders = record.order_count
        epoch.fill_count = epoch.archived_fills = record.fill_count
        return epoch

    # ---- taking in

    def put_order(self, order: Order) -> bool:
        """A new order, or a new state of a known one; whether it is live."""
        place = self._place_of.get(order.id)
        if place is None:
            place = self._place_of[order.id] = self.order_count
            self.order_count += 1
        self.orders[place] = order
        if order.is_live:
            self._open[place] = None
            return True
        self._open.pop(place, None)
        return False

    def put_fill(self, fill: OrderFilled) -> None:
        """The next fill."""
        self._fills_of.setdefault(fill.order_id, []).append(self.fill_count)
        self.fills[self.fill_count] = fill
        self.fill_count += 1

    def forget(self, order_id: str) -> None:
        """Let go of an ended order and its fills, which the history on disk has."""
        place = self._place_of.pop(order_id)
        del self.orders[place]
        self.archived_orders = max(self.archived_orders, place + 1)
        for fill_place in self._fills_of.pop(order_id, ()):
            del self.fills[fill_place]
            self.archived_fills = max(self.archived_fills, fill_place + 1)

    # ---- reading

    def find_order(self, order_id: str) -> Order | None:
        """An order that is in memory."""
        place = self._place_of.get(order_id)
        return None if place is None else self.orders[place]

    def open_orders(self, limit: int) -> list[Order]:
        """The newest live orders, newest first."""
        return [self.orders[place] for place in islice(reversed(self._open), limit)]

    @property
    def open_count(self) -> int:
        """How many live orders there are."""
        return len(self._open)

    def newest_orders(self, limit: int) -> list[Order]:
        """The newest orders in memory, newest first: 100,000 in less than a millisecond."""
        return list(islice(reversed(self.orders.values()), limit))

    def ended_orders(self) -> Iterable[Order]:
        """The orders in memory that are not live."""
        return (order for place, order in self.orders.items() if place not in self._open)

    def newest_fills(self, limit: int) -> list[OrderFilled]:
        """The newest fills, newest first."""
        return list(islice(reversed(self.fills.values()), limit))

    def fills_of(self, order_id: str) -> list[OrderFilled]:
        """The fills of an order that is in memory, oldest first."""
        return [self.fills[place] for place in self._fills_of.get(order_id, ())]

    def look_for_orders(
        self, fits: Callable[[Order], bool], *, before: int, limit: int, open_only: bool = False
    ) -> Found[Order]:
        """Up to `limit` orders that fit among those placed before `before`."""
        places = reversed(self._open) if open_only else reversed(self.orders)
        return _look(self.orders, dropwhile(before.__le__, places), fits, limit)

    def look_for_fills(
        self, fits: Callable[[OrderFilled], bool], *, before: int, limit: int, order_id: str | None = None
    ) -> Found[OrderFilled]:
        """Up to `limit` fills that fit among those before `before`."""
        places = reversed(self.fills) if order_id is None else reversed(self._fills_of.get(order_id, []))
        return _look(self.fills, dropwhile(before.__le__, places), fits, limit)

    # ---- images

    def image(self) -> EpochImage:
        """A copy as of now."""
        return EpochImage(
            self.epoch,
            self.order_count,
            self.fill_count,
            self.archived_orders,
            self.archived_fills,
            self.orders.copy(),
            self.fills.copy(),
        )

    def restore(self, image: EpochImage) -> None:
        """Become what the image shows."""
        self.orders, self.fills = image.orders, image.fills
        self.order_count, self.fill_count = image.order_count, image.fill_count
        self.archived_orders, self.archived_fills = image.archived_orders, image.archived_fills
        for place, order in image.orders.items():
            self._place_of[order.id] = place
            if order.is_live:
                self._open[place] = None
        for place, fill in image.fills.items():
            self._fills_of.setdefault(fill.order_id, []).append(place)


def _look(items: dict[int, Item], places: Iterable[int], fits: Callable[[Item], bool], limit: int) -> Found[Item]:
    found: list[tuple[int, Item]] = []
    for scanned, place in enumerate(places, start=1):
        if fits(items[place]):
            found.append((place, items[place]))
        if len(found) == limit or scanned == MAX_SCANNED:
            return Found(found, place)
    return Found(found, 0)


def present_by(trails: Mapping[str, Watermarks], order: Order) -> Order:
    """The order with its stop where these watermarks have it."""
    trail = trails.get(order.symbol) if order.is_trailing else None
    return order if trail is None else trail.present(order)


class PublishedAccount:
    """One account as it stands, with the orders and fills of its epochs that are in memory."""

    def __init__(self, opened: AccountOpened) -> None:
        self.opened = opened
        self.account = account_from(opened)
        self.records = [first_record(opened)]
        """What is known of each epoch as a whole, the present one last."""
        self.present = EpochHistory(1)
        self.past: dict[int, EpochHistory] = {}
        """Epochs that ended, until the history on disk has all of them."""

    @property
    def starting_balances(self) -> dict[str, int]:
        """What the account was opened with."""
        return dict(self.opened.balances)

    # ---- taking in

    def close_record(self, event: AccountReset) -> None:
        """Note what the account has at the end of an epoch: before the change that begins the next one is taken in."""
        self.records = next_record(self.records, event, self.account, self.present.order_count, self.present.fill_count)

    def reset(self, event: AccountReset) -> Change:
        """Begin the next epoch; the change holds what that makes of every balance and position of the last one."""
        assets = {**self.account.balances, **event.balances}
        symbols = list(self.account.positions)
        if self.present.orders:
            self.past[self.present.epoch] = self.present
        self.present = EpochHistory(event.epoch)
        self.account.start_epoch(event.epoch, event.balances)
        return Change(
            accounts=(event,),
            balances=tuple(balance_state(self.account, asset) for asset in assets),
            positions=tuple(position_state(self.account, symbol) for symbol in symbols),
        )

    def change(self, event: AccountChanged) -> None:
        """Take other terms."""
        fold_changed(self.account, event)

    def note_funds(self, event: FundsMoved) -> None:
        """Money came or went; its balance is part of the change."""
        self.records[-1] = with_funds(self.records[-1], event)
        self.account.risk = record_with_funds(self.account.risk, event)

    def put_order(self, order: Order) -> bool:
        """A new order, or a new state of a known one; whether it is live."""
        if order.client_order_id is not None:
            self.account.client_order_ids[order.client_order_id] = order.id
        return self.present.put_order(order)

    def put_balance(self, state: BalanceState) -> bool:
        """Take a balance in; False when it says nothing new."""
        balance = self.account.balances.get(state.asset)
        total_units, held_units = (0, 0) if balance is None else (balance.total_units, balance.held_units)
        if state.total_units == total_units and state.held_units == held_units:
            return False
        set_balance(self.account, state)
        return True

    def put_position(self, state: PositionState) -> bool:
        """Take a position in; False when nothing of it that is shown changed."""
        before = position_state(self.account, state.symbol)
        if state == before:
            return False
        set_position(self.account, state)
        unseen = msgspec.structs.replace(state, buying_lots=before.buying_lots, selling_lots=before.selling_lots)
        return unseen != before

    def forget(self, order_id: str) -> None:
        """Let go of an ended order and its fills, which the history on disk has."""
        for epoch in (self.present, *self.past.values()):
            if epoch.find_order(order_id) is not None:
                epoch.forget(order_id)
                if not epoch.orders:
                    self.past.pop(epoch.epoch, None)
                return

    # ---- reading

    def find_order(self, order_id: str) -> Order | None:
        """An order of any epoch that is in memory, or None."""
        for epoch in (self.present, *self.past.values()):
            order = epoch.find_order(order_id)
            if order is not None:
                return order
        return None

    def order(self, order_id: str) -> Order:
        """An order that is in memory; raises NotFound."""
        order = self.find_order(order_id)
        if order is None:
            raise NotFound(f"There is no order {order_id!r}.")
        return order

    def epoch(self, number: int | None) -> EpochHistory:
        """The orders and fills of an epoch that are in memory, of the present one for None; raises NotFound.

        Of one that left memory altogether, what is on disk is all there is.
        """
        if number is None or number == self.present.epoch:
            return self.present
        if number in self.past:
            return self.past[number]
        return EpochHistory.archived(self.record(number))

    def record(self, number: int | None) -> EpochRecord:
        """What is known of an epoch as a whole, of the present one for None; raises NotFound."""
        if number is None:
            return self.records[-1]
        found = next((each for each in self.records if each.epoch == number), None)
        if found is None:
            raise NotFound(f"The account has no epoch {number}, or none that is told of any more.")
        return found

    def before(self, after: Place | None, count: int, epoch: int) -> int:
        """The place that a page begins before, out of `count` given; raises Invalid for a cursor of another epoch."""
        if after is None:
            return count
        if after.epoch != epoch or not 0 <= after.before <= count:
            raise Invalid("The cursor belongs to another epoch of the account.", code="INVALID_CURSOR")
        return after.before

    @property
    def epochs(self) -> tuple[EpochHistory, ...]:
        """The epochs of which something is in memory, the present one first."""
        return self.present, *reversed(self.past.values())

    # ---- images

    def image(self) -> AccountImage:
        """A copy as of now, of which nothing changes any more."""
        return self._image([epoch.image() for epoch in (*self.past.values(), self.present)])

    def image_without_orders(self) -> AccountImage:
        """A copy of what the account has, without its history: cheap."""
        return self._image([])

    def _image(self, epochs: list[EpochImage]) -> AccountImage:
        return AccountImage(
            self.opened,
            self.account.epoch,
            [balance_state(self.account, asset) for asset in self.account.balances],
            [position_state(self.account, symbol) for symbol in self.account.positions],
            epochs,
            self.account.cancel_after_ns,
            self.account.risk,
            terms_of(self.account),
            self.records.copy(),
            self.account.carried_ns,
        )

    @classmethod
    def from_image(cls, image: AccountImage) -> "PublishedAccount":
        """The account that an image shows."""
        restored = cls(image.opened)
        restored.account = account_of(image)
        restored.records = image.records.copy() or [EpochRecord(image.epoch, image.opened.time_ns)]
        for each in image.epochs:
            epoch = EpochHistory(each.epoch)
            epoch.restore(each)
            if each.epoch == image.epoch:
                restored.present = epoch
            else:
                restored.past[each.epoch] = epoch
        return restored


def account_of(image: AccountImage) -> Account:
    """The account that an image shows, without its orders."""
    account = account_from(image.opened)
    if image.changed is not None:
        fold_changed(account, image.changed)
    account.carried_ns = image.carried_ns
    account.start_epoch(image.epoch, {})
    account.cancel_after_ns = image.cancel_after_ns
    for balance in image.balances:
        set_balance(account, balance)
    for position in image.positions:
        set_position(account, position)
    account.risk = image.risk
    return account


def set_balance(account: Account, state: BalanceState) -> None:
    """Let an account have a balance as it was."""
    balance = account.balance(state.asset)
    balance.total_units, balance.held_units = state.total_units, state.held_units


def set_position(account: Account, state: PositionState) -> None:
    """Let an account have a position as it was."""
    position = account.position(state.symbol)
    position.quantity_lots, position.cost_units = state.quantity_lots, state.cost_units
    position.realized_units, position.fee_units = state.realized_units, state.fee_units
    position.opened_ns = state.opened_ns
    position.buying_lots, position.selling_lots = state.buying_lots, state.selling_lots


class PublishedImage:
    """The accounts as they stood at one moment, copied account by account while later changes go on.

    Whoever changes an account first has it copied as it was.
    """

    def __init__(self, accounts: dict[str, PublishedAccount]) -> None:
        self._waiting = dict(accounts)
        self._copies: dict[str, AccountImage | None] = dict.fromkeys(accounts)

    @property
    def is_complete(self) -> bool:
        """Whether every account was copied."""
        return not self._waiting

    @property
    def accounts(self) -> list[AccountImage]:
        """The copies, in the order in which the accounts were opened."""
        return [copied for copied in self._copies.values() if copied is not None]

    def copy(self, account_id: str) -> None:
        """Copy an account, unless it was copied or is newer than the image."""
        account = self._waiting.pop(account_id, None)
        if account is not None:
            self._copies[account_id] = account.image()

    def copy_some(self, count: int) -> None:
        """Copy up to `count` more accounts."""
        for account_id in list(islice(self._waiting, count)):
            self.copy(account_id)


class Published:
    """The durable state of every account of this process."""

    def __init__(self) -> None:
        self.accounts: dict[str, PublishedAccount] = {}
        self.sequence = 0
        """The highest time priority given so far."""
        self.ended: deque[Order] = deque()
        """The ended orders in memory, in the order in which they ended."""
        self.trails: dict[str, Watermarks] = {}
        """How far trailing stops have followed the price of each symbol since they were placed or changed."""
        self.everyone = Everyone()
        self._image: PublishedImage | None = None

    def present(self, order: Order) -> Order:
        """The order with its stop where it is now, should it follow the price: then a copy, else itself."""
        return present_by(self.trails, order)

    def account(self, account_id: str) -> PublishedAccount:
        """One account; raises NotFound UNKNOWN_ACCOUNT."""
        found = self.accounts.get(account_id)
        if found is None:
            raise NotFound(f"There is no account {account_id!r}.", code="UNKNOWN_ACCOUNT")
        return found

    def begin_image(self) -> PublishedImage:
        """An image of this moment, still to be completed by `copy_some`."""
        self._image = PublishedImage(self.accounts)
        return self._image

    def restore(self, accounts: Iterable[AccountImage], sequence: int, everyones_risk: RiskRecord = NO_RECORD) -> None:
        """Become what the images show."""
        self.sequence = sequence
        self.everyone.record = everyones_risk
        ended: list[Order] = []
        for image in accounts:
            account = self.accounts[image.opened.account_id] = PublishedAccount.from_image(image)
            account.account.everyone = self.everyone
            for epoch in (*account.past.values(), account.present):
                ended += epoch.ended_orders()
        self.ended.extend(sorted(ended, key=lambda order: order.sequence))

    def forget(self, order: Order) -> None:
        """Let go of the order that ended first of those in memory; the history on disk has it."""
        assert self.ended[0] is order, "what ended first leaves first"
        self.ended.popleft()
        self.accounts[order.account_id].forget(order.id)

    def absorb(self, change: Change) -> Change:
        """Take in what became durable; the answer holds only what looks different now."""
        if self._image is not None:
            self._copy_touched(self._image, change)
        for event in change.trails:
            self.trails.setdefault(event.symbol, Watermarks()).note(event)
        if change.accounts:
            self._begin_accounts(change)
        for order in change.orders:
            if not self.accounts[order.account_id].put_order(order):
                self.ended.append(order)
            if order.sequence > self.sequence:
                self.sequence = order.sequence
        for fill in change.fills:
            self.accounts[fill.account_id].present.put_fill(fill)
        shown = Change(
            change.events,
            change.accounts,
            change.orders,
            change.fills,
            tuple([state for state in change.balances if self.accounts[state.account_id].put_balance(state)]),
            tuple([state for state in change.positions if self.accounts[state.account_id].put_position(state)]),
            change.trace_id,
            change.trails,
            change.risks,
        )
        if change.accounts:
            shown = self._absorb_accounts(shown)
        if change.risks:
            self._absorb_risks(change.risks)
        return shown

    def _absorb_risks(self, events: Iterable[RiskEvent]) -> None:
        for event in events:
            if event.account_id == EVERY_ACCOUNT:
                self.everyone.record = record_after(self.everyone.record, event)
            else:
                account = self.accounts[event.account_id].account
                account.risk = record_after(account.risk, event)

    def _begin_accounts(self, change: Change) -> None:
        """What comes before balances and orders: a fork is there before its orders, and an epoch ends as it was."""
        for event in change.accounts:
            if isinstance(event, AccountForked):
                forked = self.accounts[event.account_id] = PublishedAccount(event.opened)
                forked.account.everyone = self.everyone
                forked.account.start_epoch(1, {})
                forked.account.risk = event.risk
                forked.change(event.changed)
                forked.records = [first_record(event.opened, event.start_equity_units)]
            elif isinstance(event, AccountReset):
                self.accounts[event.account_id].close_record(event)

    def _copy_touched(self, image: PublishedImage, change: Change) -> None:
        """Before a change: let the image have what it touches as it was."""
        for event in change.events:
            image.copy(event.account_id)
        if image.is_complete:
            self._image = None

    def _absorb_accounts(self, change: Change) -> Change:
        """What happened to accounts as a whole: it comes last in its entry, after the orders that a reset canceled."""
        balances, positions = list(change.balances), list(change.positions)
        for event in change.accounts:
            if isinstance(event, AccountOpened):
                opened = self.accounts[event.account_id] = PublishedAccount(event)
                opened.account.everyone = self.everyone
                balances += [balance_state(opened.account, asset) for asset in event.balances]
            elif isinstance(event, AccountChanged):
                self.accounts[event.account_id].change(event)
            elif isinstance(event, FundsMoved):
                self.accounts[event.account_id].note_funds(event)
            elif isinstance(event, CarrySettled):
                self.accounts[event.account_id].account.carried_ns = event.time_ns
            elif isinstance(event, CancelAfterSet):
                self.accounts[event.account_id].account.cancel_after_ns = event.deadline_ns
            elif isinstance(event, AccountReset):
                begun = self.accounts[event.account_id].reset(event)
                balances, positions = list(begun.balances), list(begun.positions)
        return msgspec.structs.replace(change, balances=tuple(balances), positions=tuple(positions))
