"""The books: the state that the journal folds to, and how it is written down in a snapshot and taken from one."""

import copy
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from itertools import islice
from typing import TypeVar

import msgspec

from kit.errors import NotFound
from markets.instruments import Instrument
from trading.epochs import EpochRecord
from trading.journal.entries import Entry, Head
from trading.published import (
    AccountImage,
    Change,
    EndedOrder,
    EpochImage,
    Published,
    PublishedImage,
    account_of,
    capture_change,
    present_by,
)
from trading.sandbox.accounts import Forgotten
from trading.sandbox.events import AccountChanged, AccountOpened, OrderFilled
from trading.sandbox.exchange import Exchange
from trading.sandbox.limits import NO_RECORD, RiskRecord
from trading.sandbox.orders import Order
from trading.sandbox.trailing import Watermarks
from trading.states import BalanceState, PositionState

LINE_ITEMS = 200
"""Orders or fills in one line: some 60 kB, and a fraction of a millisecond in which nothing else runs."""

ACCOUNT_STEPS = 5
"""What an account costs beside its orders and fills, in such items."""

MAX_LEAVING = 50_000
"""Ended orders that leave memory in one round: each of them is held a second time while it lasts."""

Kept = TypeVar("Kept")

Pace = Callable[[int], None]
"""Told of each few items of work, and pauses when there were enough of them."""


class Line(msgspec.Struct, frozen=True, tag_field="line", omit_defaults=True):
    """Base of what a snapshot's lines say. The names are its format."""


class BooksLine(Line, frozen=True, tag="books"):
    """First: what holds for all accounts. `history` names the file of ended orders that goes with the snapshot."""

    history: str
    written_ns: int
    sequence: int
    instruments: list[Instrument]
    everyones_risk: RiskRecord = NO_RECORD


class AccountLine(Line, frozen=True, tag="account"):
    """Begins an account. `forgotten_*` count the orders that only the history on disk has; the digest is hexadecimal."""

    opened: AccountOpened
    epoch: int
    balances: list[BalanceState]
    positions: list[PositionState]
    forgotten_orders: int = 0
    forgotten_digest: str = "0"
    cancel_after_ns: int | None = None
    risk: RiskRecord = NO_RECORD
    changed: AccountChanged | None = None
    records: list[EpochRecord] = []
    carried_ns: int = 0


class EpochLine(Line, frozen=True, tag="epoch"):
    """Ends an epoch of the account before, after its orders and fills."""

    epoch: int
    order_count: int
    fill_count: int
    archived_orders: int = 0
    archived_fills: int = 0

    def image(self, orders: dict[int, Order], fills: dict[int, OrderFilled]) -> EpochImage:
        """The epoch that ends here."""
        return EpochImage(
            self.epoch, self.order_count, self.fill_count, self.archived_orders, self.archived_fills, orders, fills
        )


class OrdersLine(Line, frozen=True, tag="orders"):
    """Orders of the epoch that follows, by their place."""

    orders: dict[int, Order]


class FillsLine(Line, frozen=True, tag="fills"):
    """Fills of the epoch that follows, by their place."""

    fills: dict[int, OrderFilled]


AnyLine = BooksLine | AccountLine | EpochLine | OrdersLine | FillsLine

_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(AnyLine)


class Image(msgspec.Struct, frozen=True):
    """The books right after the entry `head`; ready to be written once `accounts` is complete.

    `ended` are the ended orders that leave memory now, by their id, the first that ended first.
    """

    head: Head
    sequence: int
    instruments: list[Instrument]
    accounts: PublishedImage
    ended: dict[str, Order]
    trails: dict[str, Watermarks] = {}
    everyones_risk: RiskRecord = NO_RECORD


class Books:
    """The exchange, what of it is published, and the instruments it was traded in.

    An instrument keeps for ever the ticks and lots it had when it was first traded here, for the journal counts in them.
    """

    def __init__(self, find_instrument: Callable[[str], Instrument]) -> None:
        self._find_instrument = find_instrument
        self.traded: dict[str, Instrument] = {}
        self.durably_traded: dict[str, Instrument] = {}
        """Those whose first trade is durable."""
        self.exchange = Exchange(self.instrument)
        self.published = Published()

    def instrument(self, symbol: str) -> Instrument:
        """The instrument as this journal knows it, else as the market knows it; raises NotFound UNKNOWN_SYMBOL."""
        return self.traded.get(symbol) or self._find_instrument(symbol)

    def fold(self, entry: Entry) -> Change:
        """Take in an entry of the past; returns what it changed for readers."""
        if entry.instrument is not None:
            self.traded[entry.instrument.symbol] = self.durably_traded[entry.instrument.symbol] = entry.instrument
        for event in entry.events:
            self.exchange.fold(event)
        return self.published.absorb(capture_change(self.exchange, self.instrument, entry.events, entry.trace_id))

    def altered_instruments(self) -> Iterator[tuple[Instrument, Instrument]]:
        """Traded instruments whose market now has other ticks or lots: as traded, as now."""
        for traded in self.traded.values():
            try:
                now = self._find_instrument(traded.symbol)
            except NotFound:
                continue
            if (now.tick, now.lot) != (traded.tick, traded.lot):
                yield traded, now

    def begin_image(self, head: Head, *, kept_ended: int) -> Image:
        """An image of the durable state, whose last entry is `head`; all but `kept_ended` ended orders are to leave."""
        ended = self.published.ended
        return Image(
            head,
            self.published.sequence,
            list(self.durably_traded.values()),
            self.published.begin_image(),
            {order.id: order for order in islice(ended, min(max(len(ended) - kept_ended, 0), MAX_LEAVING))},
            {symbol: trail.copy() for symbol, trail in self.published.trails.items()},
            self.published.everyone.record,
        )

    def forget(self, order: Order, digest: int) -> None:
        """Let go of the order that ended first of those in memory; the history on disk has it."""
        self.published.forget(order)
        self.exchange.forget(order, digest)

    def restore(self, lines: Iterable[bytes], client_order_ids: Callable[[], Iterable[tuple[str, str, str]]]) -> str:
        """Become what a snapshot shows; returns the name of the history it goes with.

        `client_order_ids` gives account, client order id and order id of what the history on disk has. Raises ValueError,
        LookupError or msgspec.DecodeError for lines that make no sense.
        """
        about: BooksLine | None = None
        images: list[AccountImage] = []
        forgotten: dict[str, Forgotten] = {}
        orders: dict[int, Order] = {}
        fills: dict[int, OrderFilled] = {}
        for line in map(_decoder.decode, lines):
            match line:
                case BooksLine():
                    about = line
                case AccountLine():
                    images.append(_image_of(line))
                    digest = int(line.forgotten_digest, 16)
                    forgotten[line.opened.account_id] = Forgotten(line.forgotten_orders, digest)
                case OrdersLine():
                    orders.update(line.orders)
                case FillsLine():
                    fills.update(line.fills)
                case EpochLine():
                    images[-1].epochs.append(line.image(orders, fills))
                    orders, fills = {}, {}
        if about is None:
            raise ValueError("it does not say what it holds")
        self.traded.update((instrument.symbol, instrument) for instrument in about.instruments)
        self.durably_traded.update(self.traded)
        self.published.restore(images, about.sequence, about.everyones_risk)
        self._restore_exchange(images, forgotten, about)
        self._restore_client_order_ids(client_order_ids())
        return about.history

    def _restore_exchange(self, images: list[AccountImage], forgotten: dict[str, Forgotten], about: BooksLine) -> None:
        accounts = [account_of(image) for image in images]
        for account in accounts:
            account.forgotten = forgotten[account.id]
        orders = (order for image in images for epoch in image.epochs for order in epoch.orders.values())
        # What is live will change, and what is published must not.
        own = (copy.copy(order) if order.is_live else order for order in orders)
        self.exchange.restore(accounts, own, about.sequence, about.everyones_risk)

    def _restore_client_order_ids(self, archived: Iterable[tuple[str, str, str]]) -> None:
        in_memory = (
            (order.account_id, order.client_order_id, order.id)
            for order in self.exchange.orders.values()
            if order.client_order_id is not None
        )
        for ids in (archived, in_memory):
            for account_id, client_order_id, order_id in ids:
                self.exchange.accounts[account_id].client_order_ids[client_order_id] = order_id
                self.published.accounts[account_id].account.client_order_ids[client_order_id] = order_id


def _image_of(line: AccountLine) -> AccountImage:
    """The account that begins with a line, still without its epochs."""
    return AccountImage(
        line.opened,
        line.epoch,
        line.balances,
        line.positions,
        [],
        line.cancel_after_ns,
        line.risk,
        line.changed,
        line.records,
        line.carried_ns,
    )


def ended_in(image: Image, pace: Pace) -> Iterator[list[EndedOrder]]:
    """The orders that leave memory with their fills and places, some at a time."""
    found: list[EndedOrder] = []
    for account in image.accounts.accounts:
        pace(ACCOUNT_STEPS)
        for epoch in account.epochs:
            fills = _fills_by_order(epoch, image.ended, pace)
            for place, order in epoch.orders.items():
                pace(1)
                if order.id in image.ended:
                    found.append(EndedOrder(epoch.epoch, place, order, fills.get(order.id, [])))
                    if len(found) == LINE_ITEMS:
                        yield found
                        found = []
    if found:
        yield found


def _fills_by_order(epoch: EpochImage, orders: Container[str], pace: Pace) -> dict[str, list[tuple[int, OrderFilled]]]:
    """The fills of some orders, with their places."""
    fills: dict[str, list[tuple[int, OrderFilled]]] = {}
    for place, fill in epoch.fills.items():
        pace(1)
        if fill.order_id in orders:
            fills.setdefault(fill.order_id, []).append((place, fill))
    return fills


def snapshot_lines(image: Image, about: BooksLine, forgotten: Mapping[str, Forgotten], pace: Pace) -> Iterator[bytes]:
    """The lines of a complete image without the orders that leave memory; `forgotten` counts those in already."""
    yield _encode(about)
    for account in image.accounts.accounts:
        pace(ACCOUNT_STEPS)
        known = forgotten[account.opened.account_id]
        yield _encode(
            AccountLine(
                account.opened,
                account.epoch,
                account.balances,
                account.positions,
                known.orders,
                f"{known.digest:x}",
                account.cancel_after_ns,
                account.risk,
                account.changed,
                account.records,
                account.carried_ns,
            )
        )
        for epoch in account.epochs:
            yield from _epoch_lines(epoch, image.ended, image.trails, pace)


def _epoch_lines(
    epoch: EpochImage, leaving: Container[str], trails: Mapping[str, Watermarks], pace: Pace
) -> Iterator[bytes]:
    """The orders and fills that stay, then what closes the epoch. A trailing stop is written where it is now."""
    archived_orders, archived_fills = epoch.archived_orders, epoch.archived_fills
    for some_orders in _in_lines(epoch.orders, pace):
        orders = {place: order for place, order in some_orders if order.id not in leaving}
        if len(orders) < len(some_orders):
            archived_orders = max(archived_orders, *(place + 1 for place, _ in some_orders if place not in orders))
        if trails:
            orders = {place: present_by(trails, order) for place, order in orders.items()}
        yield _encode(OrdersLine(orders))
    for some_fills in _in_lines(epoch.fills, pace):
        fills = {place: fill for place, fill in some_fills if fill.order_id not in leaving}
        if len(fills) < len(some_fills):
            archived_fills = max(archived_fills, *(place + 1 for place, _ in some_fills if place not in fills))
        yield _encode(FillsLine(fills))
    yield _encode(EpochLine(epoch.epoch, epoch.order_count, epoch.fill_count, archived_orders, archived_fills))


def _in_lines(by_place: Mapping[int, Kept], pace: Pace) -> Iterator[list[tuple[int, Kept]]]:
    """What is kept by its place, as much as goes into a line at a time."""
    rest = iter(by_place.items())
    while some := list(islice(rest, LINE_ITEMS)):
        pace(len(some))
        yield some
