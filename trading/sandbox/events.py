"""What happened in the exchange. State is the fold of these; the journal stores them and nothing else.

Every event carries all that the fold needs, so that a replay needs no market data. The tags and field names are the
journal's format: a change here needs an answer for journals written before it.
"""

from typing import get_args

import msgspec

from trading.sandbox.limits import NO_RECORD, RiskLimits, RiskRecord, TradingState
from trading.sandbox.links import Link
from trading.sandbox.margin_terms import MarginTerms
from trading.sandbox.orders import Order, OrderType, Side, Terms, TimeInForce
from trading.sandbox.policies import FillPolicy


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
    policy: FillPolicy | None = None
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
    policy: FillPolicy | None = None
    """The numbers of `fill_policy`; None is `realistic`, or none named."""
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
    `source_sequence` is the journal entry after which the source was copied; None is right before this one. `risk` has
    the source's limits and state.
    """

    source_id: str
    opened: AccountOpened
    changed: AccountChanged
    balances: dict[str, int]
    positions: tuple[ForkedPosition, ...] = ()
    orders: tuple[Order, ...] = ()
    source_sequence: int | None = None
    start_equity_units: int | None = None
    risk: RiskRecord = NO_RECORD


class OrderAccepted(Event, frozen=True, gc=False, tag="order_accepted"):
    """An order passed every check. `held_units` leaves the free balance; `pending` orders wait for their trigger.

    `policy` is None for `realistic`. `queue_lots` are ahead of it at its price, None where the book does not show it. Under
    latency it is on its way until `arrives_ns`.
    """

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
    terms: Terms | None = None
    watermark_ticks: int | None = None
    link: Link | None = None
    policy: FillPolicy | None = None
    queue_lots: int | None = None
    arrives_ns: int | None = None
    reason: str | None = None
    """Why the exchange placed it itself; its owner's orders have none."""


class OrderArrived(Event, frozen=True, kw_only=True, gc=False, tag="order_arrived"):
    """An order that was on its way reached the market; from here on it waits or trades.

    A trailing stop follows the price from here: it begins at `watermark_ticks` with a time priority of its own.
    """

    order_id: str
    queue_lots: int | None = None
    sequence: int = 0
    watermark_ticks: int | None = None
    stop_ticks: int | None = None
    price_ticks: int | None = None
    held_units: int = 0


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
    terms: Terms | None = None
    link: Link | None = None
    policy: FillPolicy | None = None


class OrderTriggered(Event, frozen=True, kw_only=True, gc=False, tag="order_triggered"):
    """The market reached a stop price. A trailing stop has here what it came to, and what it holds from now on."""

    order_id: str
    trigger_ticks: int
    stop_ticks: int | None = None
    price_ticks: int | None = None
    watermark_ticks: int | None = None
    held_units: int = 0


class StopsTrailed(Event, frozen=True, kw_only=True, gc=False, tag="stops_trailed"):
    """The market made a new high or low for trailing stops of any account: all that were placed by `sequence`.

    One event for a symbol, however many follow; `account_id` is empty. Those placed before `oldest_sequence` have ended.
    """

    symbol: str
    sequence: int
    oldest_sequence: int = 0
    high_ticks: int | None = None
    low_ticks: int | None = None


class OrderFilled(Event, frozen=True, gc=False, tag="order_filled"):
    """A part of an order traded. `held_units` is what the order still holds afterwards; `number` counts its fills.

    `reference_ticks` is what the price is measured against, 0 for the price itself: for a taker the middle of the book,
    rounded away from the order, for a maker its own limit. `spread_ticks` leads from there to the best price that it could
    take; what is left to the price is slippage. Both are signed as prices are: for a sell they are negative.
    """

    order_id: str
    number: int
    price_ticks: int
    quantity_lots: int
    fee_units: int
    is_maker: bool
    held_units: int = 0
    reference_ticks: int = 0
    spread_ticks: int = 0


class OrderReplaced(Event, frozen=True, kw_only=True, gc=False, tag="order_replaced"):
    """A live order took new values; all are stated, changed or not. `queue_lots` is as in `OrderAccepted`."""

    order_id: str
    quantity_lots: int
    sequence: int
    price_ticks: int | None = None
    stop_ticks: int | None = None
    held_units: int = 0
    terms: Terms | None = None
    watermark_ticks: int | None = None
    queue_lots: int | None = None


class ReplaceRequested(Event, frozen=True, kw_only=True, gc=False, tag="replace_requested"):
    """A change of an order is on its way until `arrives_ns`; None leaves a value as it is."""

    order_id: str
    arrives_ns: int
    quantity_lots: int | None = None
    price_ticks: int | None = None
    stop_ticks: int | None = None
    terms: Terms | None = None


class ReplaceRefused(Event, frozen=True, kw_only=True, gc=False, tag="replace_refused"):
    """A change that was on its way did not suit the order or the market it met; the order stays as it is."""

    order_id: str
    code: str
    reason: str


class CancelRequested(Event, frozen=True, kw_only=True, gc=False, tag="cancel_requested"):
    """A cancel is on its way until `arrives_ns`; the order can still fill."""

    order_id: str
    arrives_ns: int


class OrderReduced(Event, frozen=True, kw_only=True, gc=False, tag="order_reduced"):
    """A reduce-only order was cut to what there is to lessen; `quantity_lots` is its whole quantity from now on."""

    order_id: str
    quantity_lots: int
    held_units: int
    reason: str


class OrderRefilled(Event, frozen=True, kw_only=True, gc=False, tag="order_refilled"):
    """An iceberg shows its next part, behind all that wait at its price."""

    order_id: str
    shown_lots: int
    sequence: int
    queue_lots: int | None = None


class OrderCanceled(Event, frozen=True, gc=False, tag="order_canceled"):
    """A live order was ended by its owner (`reason` says by which call), or by its list: `cause` is the order behind it.

    `nearest_ticks` is the nearest that the market came to its price, as far as this process has seen it.
    """

    order_id: str
    reason: str
    cause: str | None = None
    nearest_ticks: int | None = None


class OrderResized(Event, frozen=True, kw_only=True, gc=False, tag="order_resized"):
    """An order of a list took the quantity and the hold that its list gives it now; `is_released` when it begins with it.

    A trailing stop begins with `watermark_ticks`, and with the stop and the limit that belong to it. One that takes a new
    place at its price has `queue_lots` ahead of it there, as in `OrderAccepted`.
    """

    order_id: str
    quantity_lots: int
    sequence: int
    held_units: int = 0
    is_released: bool = False
    watermark_ticks: int | None = None
    stop_ticks: int | None = None
    price_ticks: int | None = None
    queue_lots: int | None = None


class OrderExpired(Event, frozen=True, kw_only=True, gc=False, tag="order_expired"):
    """A live order was ended by a rule: the rest of an ioc, a stop that found no money or no market."""

    order_id: str
    reason: str
    nearest_ticks: int | None = None


class CancelAfterSet(Event, frozen=True, kw_only=True, gc=False, tag="cancel_after_set"):
    """The account's orders are to be canceled at `deadline_ns` of the machine's clock (UTC); None: not any more."""

    deadline_ns: int | None = None


class RiskLimitsSet(Event, frozen=True, kw_only=True, gc=False, tag="risk_limits_set"):
    """The account took these limits; they are the whole set."""

    limits: RiskLimits


class RiskStateSet(Event, frozen=True, kw_only=True, gc=False, tag="risk_state_set"):
    """What an account may do has changed; an empty `account_id` is every account. `by` is who asked, or which limit."""

    state: TradingState
    reason: str
    by: str = ""


class RiskMarked(Event, frozen=True, kw_only=True, gc=False, tag="risk_marked"):
    """Where the losses of an account count from now on: the equity a day began with, and the highest of the epoch.

    None until the equity is known. The peak is noted when it is a thousandth above the last one that was, so that a
    rising market is no flood of events.
    """

    day: int | None = None
    day_units: int | None = None
    peak_units: int | None = None


AccountEvent = (
    AccountOpened | AccountReset | AccountChanged | AccountForked | FundsMoved | CarrySettled | CancelAfterSet
)
"""What happens to an account as a whole."""

ACCOUNT_EVENTS = frozenset(get_args(AccountEvent))

OrderEvent = (
    OrderAccepted
    | OrderRejected
    | OrderTriggered
    | OrderFilled
    | OrderReplaced
    | OrderCanceled
    | OrderExpired
    | OrderReduced
    | OrderRefilled
    | OrderResized
    | OrderArrived
    | ReplaceRequested
    | ReplaceRefused
    | CancelRequested
)
"""What happens to one order."""

AnyEvent = AccountEvent | OrderEvent | StopsTrailed | RiskLimitsSet | RiskStateSet | RiskMarked
