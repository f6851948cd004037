"""An order as the exchange keeps it, and the commands that ask the exchange for something.

Prices are ticks, quantities lots, money the asset's smallest unit, times UTC nanoseconds of the market's clock.
"""

from enum import StrEnum

import msgspec

from trading.sandbox.margin_terms import MarginTerms


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


class TimeInForce(StrEnum):
    """How long an order may wait."""

    GTC = "gtc"
    IOC = "ioc"
    FOK = "fok"


class OrderStatus(StrEnum):
    """Where an order stands; `pending` waits for its trigger, `open` rests at its price."""

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
GTC, IOC, FOK = TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK
PENDING, OPEN, PARTIALLY_FILLED = OrderStatus.PENDING, OrderStatus.OPEN, OrderStatus.PARTIALLY_FILLED
FILLED, CANCELED, EXPIRED = OrderStatus.FILLED, OrderStatus.CANCELED, OrderStatus.EXPIRED


class Order(msgspec.Struct, gc=False, omit_defaults=True):
    """One order from its acceptance to its end. Only the exchange's fold changes it.

    Snapshots and the history keep it under these names: a change needs an answer for files written before it.

    `average price` is `filled_value / filled_lots` with `filled_value = sum(price_ticks * quantity_lots)`.
    `held_units` is what it keeps out of the free balance: quote for a buy, base for a sell.
    `remaining` is `quantity_lots - filled_lots`. `sequence` gives time priority.
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

    @property
    def remaining_lots(self) -> int:
        """What is left to fill."""
        return self.quantity_lots - self.filled_lots

    @property
    def is_live(self) -> bool:
        """Whether it can still fill."""
        status = self.status
        return status is OPEN or status is PARTIALLY_FILLED or status is PENDING

    @property
    def rests(self) -> bool:
        """Whether what is left after taking waits at the order's price."""
        return self.price_ticks is not None and self.time_in_force is GTC


class PlaceOrder(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Ask for a new order, by `quantity_lots` or, for a market order, by `notional_units` of the quote.

    `is_closing` says that it only closes a position: the smallest notional does not keep anyone in it.
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


class ReplaceOrder(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Change a live order in place; None leaves a value as it is. `quantity_lots` is the whole quantity, filled included."""

    order_id: str
    account_id: str
    quantity_lots: int | None = None
    price_ticks: int | None = None
    stop_ticks: int | None = None


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
    margin: MarginTerms | None = None


class ResetAccount(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Close the account's epoch and open the next: no orders, no positions, the given starting balances."""

    account_id: str
    balances: dict[str, int]


class ChangeAccount(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Give an account other terms; None leaves one as it is."""

    account_id: str
    name: str | None = None
    allow_short: bool | None = None
    allow_stale_prices: bool | None = None
    maker_ppm: int | None = None
    taker_ppm: int | None = None
    fill_policy: str | None = None
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
    | ChangeAccount
    | MoveFunds
    | ForkAccount
)
