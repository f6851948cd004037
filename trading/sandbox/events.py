"""What happened in the exchange. State is the fold of these; the journal stores them and nothing else.

Every event carries all that the fold needs, so that a replay needs no market data. The tags and field names are the
journal's format: a change here needs an answer for journals written before it.
"""

import msgspec

from trading.sandbox.margin_terms import MarginTerms
from trading.sandbox.orders import Order, OrderType, Side, TimeInForce


class Event(msgspec.Struct, frozen=True, gc=False, tag_field="event", omit_defaults=True):
    """Base of all events; `time_ns` is market time.

    Those of the order path take their values by position too: it makes them in half the time.
    """

    time_ns: int
    account_id: str


class AccountOpened(Event, frozen=True, kw_only=True, gc=False, tag="account_opened"):
    """An account came to be, with starting balances in smallest units."""

    name: str
    type: str
    base_currency: str
    allow_short: bool
    maker_ppm: int
    taker_ppm: int
    fill_policy: str
    balances: dict[str, int]
    allow_stale_prices: bool = False
    margin: MarginTerms | None = None
    start_equity_units: int | None = None


class AccountReset(Event, frozen=True, kw_only=True, gc=False, tag="account_reset"):
    """The account's epoch ended and epoch number `epoch` began with these balances.

    Worths are in the base currency at the last prices; `marks` are those of the symbols that were held.
    """

    epoch: int
    balances: dict[str, int]
    end_equity_units: int | None = None
    start_equity_units: int | None = None
    marks: dict[str, int] = {}


class AccountChanged(Event, frozen=True, kw_only=True, gc=False, tag="account_changed"):
    """The account's owner gave it other terms; None leaves one as it is."""

    name: str | None = None
    allow_short: bool | None = None
    allow_stale_prices: bool | None = None
    maker_ppm: int | None = None
    taker_ppm: int | None = None
    fill_policy: str | None = None
    margin: MarginTerms | None = None


class FundsMoved(Event, frozen=True, kw_only=True, gc=False, tag="funds_moved"):
    """Money came or went otherwise than by a trade: `units` more (or fewer) of an asset.

    `kind` is `deposit`, `withdrawal`, `liquidation_fee`, `bankruptcy`, `interest`, `borrow_fee` or `funding`;
    `base_units` is what it was worth in the base currency at that moment, None where no market told.
    """

    asset: str
    units: int
    kind: str
    base_units: int | None = None
    symbol: str | None = None
    reason: str = ""


class CarrySettled(Event, frozen=True, kw_only=True, gc=False, tag="carry_settled"):
    """The account was charged for what it held at `time_ns`; what that was is in the events before."""


class ForkedPosition(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A position that a forked account begins with."""

    symbol: str
    quantity_lots: int
    cost_units: int
    realized_units: int = 0
    fee_units: int = 0
    opened_ns: int | None = None


class AccountForked(Event, frozen=True, kw_only=True, gc=False, tag="account_forked"):
    """An account came to be as a copy of another, with all that it begins with.

    `opened` has what a reset begins the next epoch with, `changed` the terms in force, `balances` and the rest the state.
    `source_sequence` is the journal entry after which the source was copied; None is right before this one.
    """

    source_id: str
    opened: AccountOpened
    changed: AccountChanged
    balances: dict[str, int]
    positions: tuple[ForkedPosition, ...] = ()
    orders: tuple[Order, ...] = ()
    source_sequence: int | None = None
    start_equity_units: int | None = None


class OrderAccepted(Event, frozen=True, gc=False, tag="order_accepted"):
    """An order passed every check. `held_units` leaves the free balance; `pending` orders wait for their trigger."""

    order_id: str
    symbol: str
    side: Side
    type: OrderType
    time_in_force: TimeInForce
    quantity_lots: int
    sequence: int
    price_ticks: int | None = None
    stop_ticks: int | None = None
    post_only: bool = False
    client_order_id: str | None = None
    notional_units: int | None = None
    fill_policy: str = "realistic"
    held_units: int = 0
    reason: str | None = None
    """Why the exchange placed it itself; its owner's orders have none."""


class OrderRejected(Event, frozen=True, kw_only=True, gc=False, tag="order_rejected"):
    """An order was understood and refused; it is kept, with its code and reason."""

    order_id: str
    symbol: str
    side: Side
    type: OrderType
    time_in_force: TimeInForce
    sequence: int
    code: str
    reason: str
    details: dict[str, str] = {}
    quantity_lots: int = 0
    notional_units: int | None = None
    price_ticks: int | None = None
    stop_ticks: int | None = None
    post_only: bool = False
    client_order_id: str | None = None
    fill_policy: str = "realistic"


class OrderTriggered(Event, frozen=True, kw_only=True, gc=False, tag="order_triggered"):
    """The market reached a stop price."""

    order_id: str
    trigger_ticks: int


class OrderFilled(Event, frozen=True, gc=False, tag="order_filled"):
    """A part of an order traded. `held_units` is what the order still holds afterwards; `number` counts its fills."""

    order_id: str
    number: int
    price_ticks: int
    quantity_lots: int
    fee_units: int
    is_maker: bool
    held_units: int = 0


class OrderReplaced(Event, frozen=True, kw_only=True, gc=False, tag="order_replaced"):
    """A live order took new values; all are stated, changed or not."""

    order_id: str
    quantity_lots: int
    sequence: int
    price_ticks: int | None = None
    stop_ticks: int | None = None
    held_units: int = 0


class OrderCanceled(Event, frozen=True, gc=False, tag="order_canceled"):
    """A live order was ended by its owner (`reason` says by which call)."""

    order_id: str
    reason: str


class OrderExpired(Event, frozen=True, kw_only=True, gc=False, tag="order_expired"):
    """A live order was ended by a rule: the rest of an ioc, a stop that found no money or no market."""

    order_id: str
    reason: str


AccountEvent = AccountOpened | AccountReset | AccountChanged | AccountForked | FundsMoved | CarrySettled
"""What happens to an account as a whole."""

ACCOUNT_EVENTS = frozenset((AccountOpened, AccountReset, AccountChanged, AccountForked, FundsMoved, CarrySettled))

AnyEvent = (
    AccountOpened
    | AccountReset
    | AccountChanged
    | AccountForked
    | FundsMoved
    | CarrySettled
    | OrderAccepted
    | OrderRejected
    | OrderTriggered
    | OrderFilled
    | OrderReplaced
    | OrderCanceled
    | OrderExpired
)
