"""What risk allows: trading states, the limits of an account, and what the exchange keeps of both.

Plain values. What changes them are events (`trading.sandbox.risk_record`); what they mean for an order is in
`trading.sandbox.guard`. Shares are millionths (`ppm`): a tenth is 100,000, a leverage of 2 is 2,000,000.
"""

from enum import StrEnum

import msgspec


class TradingState(StrEnum):
    """What an account may do, from everything to nothing but to cancel.

    The names and what they allow are those of NautilusTrader's risk engine (`TradingState`).
    """

    ACTIVE = "ACTIVE"
    REDUCING = "REDUCING"
    HALTED = "HALTED"


# The members by name: reading one off its Enum class costs a descriptor call.
ACTIVE, REDUCING, HALTED = TradingState.ACTIVE, TradingState.REDUCING, TradingState.HALTED

SEVERITY = {ACTIVE: 0, REDUCING: 1, HALTED: 2}

EVERY_ACCOUNT = ""
"""The account id of what is about all accounts; no account has it."""

MAX_ORDERS_PER_SECOND = 1_000
"""The largest limit of orders in a second: so many times are remembered of an account."""

MAX_REASON_LENGTH = 500
"""Of the reason for a change of state, which every refusal repeats."""


def stricter(one: TradingState, other: TradingState) -> TradingState:
    """Whichever of two states allows less."""
    return one if SEVERITY[one] >= SEVERITY[other] else other


class SymbolLimits(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Limits of one symbol; None is no limit. Quantities are in 10**-8 of the base asset, money in 10**-8 of the quote."""

    max_order_quantity_units: int | None = None
    max_position_quantity_units: int | None = None
    max_position_notional_units: int | None = None


class RiskLimits(msgspec.Struct, frozen=True, omit_defaults=True):
    """The limits of an account; None leaves it to the installation, and there is no limit where that has none either.

    Notional is in the order's quote asset, `max_daily_loss_units` in the account's base currency.
    """

    max_order_notional_units: int | None = None
    max_position_notional_units: int | None = None
    max_open_orders: int | None = None
    max_orders_per_second: int | None = None
    price_collar_ppm: int | None = None
    max_leverage_ppm: int | None = None
    max_concentration_ppm: int | None = None
    max_daily_loss_units: int | None = None
    max_drawdown_ppm: int | None = None
    restricted_symbols: tuple[str, ...] = ()
    symbols: dict[str, SymbolLimits] = {}
    on_breach: TradingState = HALTED
    """The state that a broken limit of loss puts the account into."""
    closes_on_breach: bool = False
    """Whether a broken limit of loss also trades out of every position."""

    @property
    def limits_loss(self) -> bool:
        """Whether equity has to be watched."""
        return self.max_daily_loss_units is not None or self.max_drawdown_ppm is not None


NO_RISK_LIMITS = RiskLimits()

AMOUNTS = (
    "max_order_notional_units",
    "max_position_notional_units",
    "max_open_orders",
    "max_orders_per_second",
    "price_collar_ppm",
    "max_leverage_ppm",
    "max_concentration_ppm",
    "max_daily_loss_units",
    "max_drawdown_ppm",
)
"""The limits that are one number each."""


def limits_in_force(own: RiskLimits, defaults: RiskLimits) -> RiskLimits:
    """An account's limits, with the installation's where it has none; what either restricts is restricted."""
    missing = {name: getattr(defaults, name) for name in AMOUNTS if getattr(own, name) is None}
    restricted = tuple(dict.fromkeys((*own.restricted_symbols, *defaults.restricted_symbols)))
    return msgspec.structs.replace(own, restricted_symbols=restricted, **missing)


class RiskRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the exchange keeps of an account's risk, or of everybody's. A new one replaces it; it never changes itself.

    `reason`, `by` and `since_ns` (market time) tell of the last change of the state. Losses of a day count from
    `day_units`, the equity with which day number `day` (since 1970, UTC) began; drawdown counts from `peak_units`, the
    epoch's highest equity. Both are None until the equity is first known.
    """

    limits: RiskLimits = NO_RISK_LIMITS
    state: TradingState = ACTIVE
    reason: str = ""
    by: str = ""
    since_ns: int = 0
    day: int | None = None
    day_units: int | None = None
    peak_units: int | None = None
    marked_ns: int = 0
    """When these three were noted."""

    @property
    def without_marks(self) -> "RiskRecord":
        """The same for an epoch that begins: nothing is known of its equity yet."""
        return msgspec.structs.replace(self, day=None, day_units=None, peak_units=None, marked_ns=0)


NO_RECORD = RiskRecord()


class Everyone:
    """The record that holds for every account; all accounts of one exchange share it."""

    __slots__ = ("record",)

    def __init__(self) -> None:
        self.record = NO_RECORD
