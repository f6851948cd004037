"""An order as the exchange keeps it, and the commands that ask the exchange for something.

Prices are ticks, quantities lots, money the asset's smallest unit, times UTC nanoseconds of the market's clock.
"""

from enum import StrEnum

import msgspec

from trading.sandbox.limits import RiskLimits, TradingState
from trading.sandbox.links import Link, ListType, Role
from trading.sandbox.margin_terms import MarginTerms
from trading.sandbox.policies import FillPolicy


class Side(StrEnum):
    """Which way an order trades."""

    BUY = "buy"
    SELL = "sell"


class OrderType(StrEnum):
    """How an order's price comes about."""

    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"
    STOP_LIMIT = "stop_limit"
    TAKE_PROFIT = "take_profit"
    TAKE_PROFIT_LIMIT = "take_profit_limit"
    TRAILING_STOP = "trailing_stop"
    TRAILING_STOP_LIMIT = "trailing_stop_limit"


class TimeInForce(StrEnum):
    """How long an order may wait."""

    GTC = "gtc"
    IOC = "ioc"
    FOK = "fok"
    GTD = "gtd"
    DAY = "day"


class OrderStatus(StrEnum):
    """Where an order stands; `accepted` is on its way, `pending` waits for its trigger, `open` rests at its price."""

    ACCEPTED = "accepted"
    PENDING = "pending"
    OPEN = "open"
    PARTIALLY_FILLED = "partially_filled"
    FILLED = "filled"
    CANCELED = "canceled"
    REJECTED = "rejected"
    EXPIRED = "expired"


# The members by name: reading one off its Enum class costs a descriptor call, which the order path would pay often.
BUY, SELL = Side.BUY, Side.SELL
MARKET, LIMIT, STOP, STOP_LIMIT = OrderType.MARKET, OrderType.LIMIT, OrderType.STOP, OrderType.STOP_LIMIT
TAKE_PROFIT, TAKE_PROFIT_LIMIT = OrderType.TAKE_PROFIT, OrderType.TAKE_PROFIT_LIMIT
TRAILING_STOP, TRAILING_STOP_LIMIT = OrderType.TRAILING_STOP, OrderType.TRAILING_STOP_LIMIT
GTC, IOC, FOK = TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK
GTD, DAY = TimeInForce.GTD, TimeInForce.DAY
PENDING, OPEN, PARTIALLY_FILLED = OrderStatus.PENDING, OrderStatus.OPEN, OrderStatus.PARTIALLY_FILLED
ACCEPTED = OrderStatus.ACCEPTED
FILLED, CANCELED, EXPIRED = OrderStatus.FILLED, OrderStatus.CANCELED, OrderStatus.EXPIRED


class Terms(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """What few orders say beside type, quantity and prices; a plain order has none of it, and pays for none.

    `expires_ns` ends it at that time of the market's clock. A trailing stop follows the best price at a distance of
    `trail_ticks`, or of `trail_ppm` millionths of that price, and one with a limit has it `limit_offset_ticks` beyond the
    stop. `display_lots` is what an iceberg shows at a time.
    """

    expires_ns: int | None = None
    trail_ticks: int | None = None
    trail_ppm: int | None = None
    limit_offset_ticks: int | None = None
    reduce_only: bool = False
    display_lots: int | None = None


def waits_for_rise(side: Side, order_type: OrderType) -> bool:
    """Whether a trigger is reached by a rising price: a buy's stop, and a sell's take-profit."""
    return (side is BUY) != (order_type is TAKE_PROFIT or order_type is TAKE_PROFIT_LIMIT)


class Replacement(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A change of an order that is on its way until `arrives_ns`; None leaves a value as it is."""

    arrives_ns: int
    quantity_lots: int | None = None
    price_ticks: int | None = None
    stop_ticks: int | None = None
    terms: Terms | None = None


class Order(msgspec.Struct, gc=False, omit_defaults=True):
    """One order from its acceptance to its end. Only the exchange's fold changes it.

    Snapshots and the history keep it under these names: a change needs an answer for files written before it.

    `average price` is `filled_value / filled_lots` with `filled_value = sum(price_ticks * quantity_lots)`.
    `held_units` is what it keeps out of the free balance: quote for a buy, base for a sell.
    `remaining` is `quantity_lots - filled_lots`. `sequence` gives time priority.

    A trailing stop that waits has here the best price, the stop and the limit of when it was placed or changed last; where
    they are now, the exchange derives (`trading.sandbox.trailing`). `shown_lots` is what is left of what an iceberg shows.

    How it fills: `policy` (None: `realistic`), `queue_lots` ahead of it when it came to its price (None: not shown by the
    book), `arrives_ns` under latency, `cancel_ns` and `replacement` on their way to it, and `nearest_ticks`, the nearest
    that the market had come to its price when it ended.
    """

    id: str
    account_id: str
    symbol: str
    side: Side
    type: OrderType
    time_in_force: TimeInForce
    quantity_lots: int
    price_ticks: int | None = None
    stop_ticks: int | None = None
    post_only: bool = False
    client_order_id: str | None = None
    fill_policy: str = "realistic"
    status: OrderStatus = OrderStatus.OPEN
    status_reason: str | None = None
    filled_lots: int = 0
    filled_value: int = 0
    fee_units: int = 0
    held_units: int = 0
    fill_count: int = 0
    triggered: bool = False
    sequence: int = 0
    created_ns: int = 0
    updated_ns: int = 0
    replaced_ns: int | None = None
    notional_units: int | None = None
    terms: Terms | None = None
    watermark_ticks: int | None = None
    shown_lots: int | None = None
    link: Link | None = None
    """Its place in an order list."""
    is_dormant: bool = False
    """Whether it waits for another order to fill before it begins; it holds nothing until then."""
    ended_by: str | None = None
    """The order of the same list whose fill or end was the end of this one."""
    policy: FillPolicy | None = None
    queue_lots: int | None = None
    arrives_ns: int | None = None
    cancel_ns: int | None = None
    replacement: Replacement | None = None
    nearest_ticks: int | None = None

    @property
    def remaining_lots(self) -> int:
        """What is left to fill."""
        return self.quantity_lots - self.filled_lots

    @property
    def is_live(self) -> bool:
        """Whether it can still fill."""
        status = self.status
        return status is OPEN or status is PARTIALLY_FILLED or status is PENDING or status is ACCEPTED

    @property
    def rests(self) -> bool:
        """Whether what is left after taking waits at the order's price."""
        return self.price_ticks is not None and self.time_in_force is not IOC and self.time_in_force is not FOK

    @property
    def waits_for_rise(self) -> bool:
        """Whether its trigger is reached by a rising price."""
        return waits_for_rise(self.side, self.type)

    @property
    def is_trailing(self) -> bool:
        """Whether its stop still follows the price."""
        return self.watermark_ticks is not None and self.status is PENDING

    @property
    def reduce_only(self) -> bool:
        """Whether it may only lessen the position."""
        return self.terms is not None and self.terms.reduce_only

    @property
    def expires_ns(self) -> int | None:
        """The market time at which it ends by itself."""
        return None if self.terms is None else self.terms.expires_ns

    @property
    def display_lots(self) -> int | None:
        """What an iceberg shows at a time."""
        return None if self.terms is None else self.terms.display_lots

    @property
    def reserves(self) -> bool:
        """Whether it counts in what a margin account may come to; a dormant leg and the covered one of a pair do not."""
        return self.link is None or not (self.is_dormant or self.link.is_covered)


class PlaceOrder(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Ask for a new order, by `quantity_lots` or, for a market order, by `notional_units` of the quote.

    `is_closing` says that it only closes a position: the smallest notional does not keep anyone in it. `is_forced` says
    that a rule of the exchange itself places it, as a kill switch does: no limit and no state of risk holds it up.
    """

    order_id: str
    account_id: str
    symbol: str
    side: Side
    type: OrderType
    time_in_force: TimeInForce
    quantity_lots: int | None = None
    notional_units: int | None = None
    price_ticks: int | None = None
    stop_ticks: int | None = None
    post_only: bool = False
    client_order_id: str | None = None
    is_closing: bool = False
    terms: Terms | None = None
    is_forced: bool = False
    reason: str | None = None
    """Why a rule of the exchange places it."""


class ReplaceOrder(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Change a live order in place; None leaves a value as it is. `quantity_lots` is the whole quantity, filled included."""

    order_id: str
    account_id: str
    quantity_lots: int | None = None
    price_ticks: int | None = None
    stop_ticks: int | None = None
    terms: Terms | None = None


class CancelOrder(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """End one live order."""

    order_id: str
    account_id: str


class CancelAllOrders(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """End every live order of an account, or of one symbol of it."""

    account_id: str
    symbol: str | None = None


class OpenAccount(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Open an account with starting balances (asset to units). Fees are millionths of the notional."""

    account_id: str
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
    """The numbers of `fill_policy`; None is `realistic`."""
    margin: MarginTerms | None = None


class ResetAccount(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Close the account's epoch and open the next: no orders, no positions, the given starting balances."""

    account_id: str
    balances: dict[str, int]


class Leg(msgspec.Struct, frozen=True, gc=False):
    """One order of a list that is to be placed."""

    role: Role
    order: PlaceOrder


class PlaceOrderList(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Ask for all orders of a list, or none: both legs of an oco, or an entry and the one or two that follow it."""

    account_id: str
    type: ListType
    legs: tuple[Leg, ...]


class CancelOrderList(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """End what is live of a list."""

    account_id: str
    order_ids: tuple[str, ...]


class SetCancelAfter(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Have the account's orders canceled at `deadline_ns` of the machine's clock (UTC) unless set anew; None: never."""

    account_id: str
    deadline_ns: int | None


class FireCancelAfter(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The deadline has come: cancel, if it is still the account's."""

    account_id: str
    deadline_ns: int


class SetRiskLimits(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Give an account other limits: the whole set."""

    account_id: str
    limits: RiskLimits


class SetRiskState(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Halt, slow down or resume one account, or with `limits.EVERY_ACCOUNT` all of them.

    `cancels_orders` ends what is open (under REDUCING what would not reduce), `closes_positions` trades out of what is held.
    """

    account_id: str
    state: TradingState
    reason: str
    by: str
    cancels_orders: bool = False
    closes_positions: bool = False


class ChangeAccount(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Give an account other terms; None leaves one as it is."""

    account_id: str
    name: str | None = None
    allow_short: bool | None = None
    allow_stale_prices: bool | None = None
    maker_ppm: int | None = None
    taker_ppm: int | None = None
    fill_policy: str | None = None
    policy: FillPolicy | None = None
    """The numbers of `fill_policy`; None is `realistic`."""
    margin: MarginTerms | None = None


class MoveFunds(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Put `units` of an asset into an account, or take them out of what is available (negative)."""

    account_id: str
    asset: str
    units: int


class ForkAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Open an account as a copy of another: as that stands now or, with `past`, as it stood after `source_sequence`.

    `past` is a `trading.sandbox.accounts.Account`. `starting_balances` is what a reset of the copy begins with.
    """

    account_id: str
    source_id: str
    name: str
    starting_balances: dict[str, int]
    with_orders: bool = False
    source_sequence: int | None = None
    past: object | None = None


Command = (
    PlaceOrder
    | ReplaceOrder
    | CancelOrder
    | CancelAllOrders
    | OpenAccount
    | ResetAccount
    | PlaceOrderList
    | CancelOrderList
    | SetCancelAfter
    | FireCancelAfter
    | SetRiskLimits
    | SetRiskState
    | ChangeAccount
    | MoveFunds
    | ForkAccount
)
