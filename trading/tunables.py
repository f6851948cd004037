"""What of trading changes at run time: what new accounts start with, the limits of orders, and housekeeping.

The exchange never reads any of it: the desk hands it what holds when it decides. So a replayed journal gives the same
state whatever the values are by then.
"""

from typing import Final

from kit import tunables
from kit.units import MONEY_DECIMALS, units_from_text
from trading.sandbox import limits
from trading.sandbox.policies import PRESETS
from trading.sandbox.risk import OrderLimits

FILL_POLICIES: Final = tuple(PRESETS)
"""The policies that the exchange knows."""

MAX_FEE_BPS: Final = 1_000
"""A tenth of the notional: more is a mistake."""

FEE_DECIMALS: Final = 2
"""Fees are kept in millionths of the notional: hundredths of a basis point."""

MAKER_FEE_BPS = tunables.number(
    "accounts.maker_fee_bps",
    2,
    minimum=0,
    maximum=MAX_FEE_BPS,
    decimals=FEE_DECIMALS,
    unit="bps",
    why="The maker fee of accounts that are opened without fees of their own. Accounts that are open keep theirs.",
)

TAKER_FEE_BPS = tunables.number(
    "accounts.taker_fee_bps",
    5,
    minimum=0,
    maximum=MAX_FEE_BPS,
    decimals=FEE_DECIMALS,
    unit="bps",
    why="The taker fee of accounts that are opened without fees of their own. Accounts that are open keep theirs.",
)

FILL_POLICY = tunables.choice(
    "accounts.fill_policy",
    "realistic",
    FILL_POLICIES,
    why="How orders of accounts that are opened from now on fill.",
)

MAX_OPEN_ORDERS = tunables.whole_number(
    "risk.max_open_orders",
    10_000,
    minimum=0,
    maximum=10_000_000,
    unit="orders",
    why="Open orders that an account may have; a new one that would wait is refused. Those that are open stay.",
)

MAX_ORDER_NOTIONAL = tunables.decimal_text(
    "risk.max_order_notional",
    "0",
    minimum="0",
    maximum="1000000000000",
    decimals=MONEY_DECIMALS,
    unit="quote asset",
    why="What one order may be worth in its quote asset. 0: no limit. Closing a position is never too large.",
)

CANCEL_AFTER_MAX_SECONDS = tunables.whole_number(
    "orders.cancel_after_max_seconds",
    86_400,
    minimum=1,
    maximum=604_800,
    unit="seconds",
    why="The longest that a client may set for its dead-man switch. A switch that is armed keeps its time.",
)

MAX_POSITION_NOTIONAL = tunables.decimal_text(
    "risk.max_position_notional",
    "0",
    minimum="0",
    maximum="1000000000000",
    decimals=MONEY_DECIMALS,
    unit="quote asset",
    why="What the position in one symbol may reach with all open orders, for accounts without a limit of their own. 0: any.",
)

MAX_ORDERS_PER_SECOND = tunables.whole_number(
    "risk.max_orders_per_second",
    0,
    minimum=0,
    maximum=limits.MAX_ORDERS_PER_SECOND,
    unit="orders",
    why="Orders an account may place or change within a second of the market's clock. 0: any number.",
)

PRICE_COLLAR = tunables.number(
    "risk.price_collar_percent",
    0,
    minimum=0,
    maximum=1_000,
    decimals=4,
    unit="percent",
    why="How far an order's price may be from the last one, either way. 0: anywhere.",
)

MAX_LEVERAGE = tunables.number(
    "risk.max_leverage",
    0,
    minimum=0,
    maximum=1_000,
    decimals=4,
    unit="times equity",
    why="What all positions may be worth together with all open orders, as a multiple of equity. 0: no limit.",
)

MAX_CONCENTRATION = tunables.number(
    "risk.max_concentration_percent",
    0,
    minimum=0,
    maximum=100_000,
    decimals=4,
    unit="percent of equity",
    why="What one symbol may be of the equity, with all open orders. 0: any share.",
)

MAX_DAILY_LOSS = tunables.decimal_text(
    "risk.max_daily_loss",
    "0",
    minimum="0",
    maximum="1000000000000",
    decimals=MONEY_DECIMALS,
    unit="base currency",
    why="What an account may lose in a UTC day of the market's clock before it is halted. 0: all. Watches every account.",
)

MAX_DRAWDOWN = tunables.number(
    "risk.max_drawdown_percent",
    0,
    minimum=0,
    maximum=100,
    decimals=4,
    unit="percent",
    why="How far the equity may fall from the epoch's peak before the account is halted. 0: all. Watches every account.",
)

RESTRICTED_SYMBOLS = tunables.text(
    "risk.restricted_symbols",
    "",
    max_length=1_000,
    why="Symbols, with commas between them, in which no account may do more than reduce a position.",
)

LIMITS_OF_RISK: Final = (
    MAX_OPEN_ORDERS,
    MAX_ORDER_NOTIONAL,
    MAX_POSITION_NOTIONAL,
    MAX_ORDERS_PER_SECOND,
    PRICE_COLLAR,
    MAX_LEVERAGE,
    MAX_CONCENTRATION,
    MAX_DAILY_LOSS,
    MAX_DRAWDOWN,
    RESTRICTED_SYMBOLS,
)
"""What the exchange is handed anew when one of them changes. Of those off by default, 0 is off."""

PPM: Final = 1_000_000
PPM_PER_PERCENT: Final = 10_000

SNAPSHOT_ENTRIES = tunables.whole_number(
    "journal.snapshot_entries",
    50_000,
    minimum=50,
    maximum=10_000_000,
    unit="entries",
    why="Journal entries between two snapshots: what a start replays at most. A second replays about 50,000.",
    variable="SANDBOX_SNAPSHOT_ENTRIES",
)

ENDED_ORDERS_IN_MEMORY = tunables.whole_number(
    "journal.ended_orders_in_memory",
    20_000,
    minimum=100,
    maximum=10_000_000,
    unit="orders",
    why="Ended orders that stay in memory, about 1 kB each, from the next snapshot on; older ones are read from the disk.",
    variable="SANDBOX_ENDED_ORDERS_IN_MEMORY",
)


def order_limits() -> OrderLimits:
    """The limits of orders as they hold now."""
    return OrderLimits(
        open_orders=MAX_OPEN_ORDERS.value,
        notional_units=_units(MAX_ORDER_NOTIONAL.value),
        risk=limits.RiskLimits(
            max_position_notional_units=_units(MAX_POSITION_NOTIONAL.value),
            max_orders_per_second=MAX_ORDERS_PER_SECOND.value or None,
            price_collar_ppm=_ppm(PRICE_COLLAR.value, PPM_PER_PERCENT),
            max_leverage_ppm=_ppm(MAX_LEVERAGE.value, PPM),
            max_concentration_ppm=_ppm(MAX_CONCENTRATION.value, PPM_PER_PERCENT),
            max_daily_loss_units=_units(MAX_DAILY_LOSS.value),
            max_drawdown_ppm=_ppm(MAX_DRAWDOWN.value, PPM_PER_PERCENT),
            restricted_symbols=tuple(RESTRICTED_SYMBOLS.value.replace(",", " ").split()),
        ),
    )


def _units(amount: str) -> int | None:
    """An amount in its smallest unit; None for 0, which is no limit."""
    return units_from_text(amount, MONEY_DECIMALS) or None


def _ppm(value: float, each: int) -> int | None:
    """A share or a multiple in millionths; None for 0, which is no limit."""
    return round(value * each) or None
