"""What of trading changes at run time: what new accounts start with, the limits of orders, and housekeeping.

The exchange never reads any of it: the desk hands it what holds when it decides. So a replayed journal gives the same
state whatever the values are by then.
"""

from typing import Final

from kit import tunables
from kit.units import MONEY_DECIMALS, units_from_text
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
    notional_units = units_from_text(MAX_ORDER_NOTIONAL.value, MONEY_DECIMALS)
    return OrderLimits(open_orders=MAX_OPEN_ORDERS.value, notional_units=notional_units or None)
