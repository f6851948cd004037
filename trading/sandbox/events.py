"""What happened in the exchange. State is the fold of these; the journal stores them and nothing else.

Every event carries all that the fold needs, so that a replay needs no market data. The tags and field names are the
journal's format: a change here needs an answer for journals written before it.
"""

import msgspec

from trading.sandbox.limits import RiskLimits, TradingState
from trading.sandbox.orders import OrderType, Side, TimeInForce


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


class AccountReset(Event, frozen=True, kw_only=True, gc=False, tag="account_reset"):
    """The account's epoch ended and epoch number `epoch` began with these balances."""

    epoch: int
    balances: dict[str, int]


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


AnyEvent = (
    AccountOpened
    | AccountReset
    | OrderAccepted
    | OrderRejected
    | OrderTriggered
    | OrderFilled
    | OrderReplaced
    | OrderCanceled
    | OrderExpired
    | RiskLimitsSet
    | RiskStateSet
    | RiskMarked
)
