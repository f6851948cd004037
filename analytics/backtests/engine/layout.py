"""What the kernels stand on: the arrays of a run, and which column of them is what.

K symbols, T bars of a common time axis, symbol first in memory so that a scan along time is a scan along memory. Prices are
ticks, quantities lots, money the quote's smallest unit (10**-8), all int64. A symbol without a bar at a time has open and
high 0 and a low of `NO_LOW` there, so that no level is ever reached.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analytics.backtests.engine.bounds import NO_SHARE_LIMIT as NO_SHARE_LIMIT

Integers = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

NO_LOW = 2**62
"""The low of a bar that is not there: beyond every price."""

BLOCK_BITS = 6
BLOCK = 1 << BLOCK_BITS
"""Bars whose extremes are known together: a scan passes 64 bars by one comparison where no level lies in their range."""

MAX_LOTS = 2**42
MAX_NOTIONAL_UNITS = 2**60
"""Larger orders, and orders of larger accounts, are refused as too large: products must stay within 64 bits."""


class Run(NamedTuple):
    """One run: what it reads, what it remembers and what it writes. Few arrays, for each costs a kernel that is given it.

    `prices` [FIELDS, K, T] are the bars, and `blocks` [2, K, ceil(T / BLOCK)] the highest high and the lowest low of every
    `BLOCK` of them. `measures` [rows, K, T] are what distances and sizes are measured with, -1 where it is not known: an
    average true range in millionths of a tick, or a share of equity in millionths.

    `events` int32 [E, 3] are what strategies say, as sparse lists in order of time: the bar it acts at, the bar it was said
    at (its source), and a code of the bits below. What is said at the last bar acts at bar T, which never comes.

    `memory` int64 [K, COLUMNS] has settings, state and money; `orders` int64 [capacity, ORDER_COLUMNS] what was done.
    """

    prices: Integers
    blocks: Integers
    measures: Integers
    events: Rows
    memory: Integers
    orders: Integers


OPEN, HIGH, LOW, CLOSE, MARK, VOLUME, FIELDS = range(7)
"""The first index of `prices`; the mark is the last close known at a bar, 0 before the first."""

HIGHEST, LOWEST = 0, 1
"""The first index of `blocks`."""

LONG_ENTRY, LONG_EXIT, SHORT_ENTRY, SHORT_EXIT, GONE = 1, 2, 4, 8, 16
"""Bits of a code. GONE: the symbol has had no bar for so long that it counts as delisted; `source` is its last bar."""


# Columns of `memory`, one row a symbol: first the settings, then the state. What belongs to the run as a whole stands in the
# row of symbol 0: its settings, and its money.
(
    STARTING_CASH,
    ALLOW_SHORT,
    LEVERAGE,
    MAKER_PPM,
    TAKER_PPM,
    MAX_POSITIONS,
    MAX_SHARE_PPM,
    FILL_AT_CLOSE,
    PATH,
    IS_THROUGH,
    SLIPPAGE_TICKS,
    SLIPPAGE_PPM,
    SHARE_IMPACT_PPM,
    ROOT_IMPACT_PPM,
    CAP_PERCENT,
    SPREAD_TICKS,
    SIZE_KIND,
    SIZE_VALUE,
    SIZE_ROW,
    STOP_KIND,
    STOP_VALUE,
    STOP_ROW,
    TARGET_KIND,
    TARGET_VALUE,
    TARGET_ROW,
    TRAIL_KIND,
    TRAIL_VALUE,
    TRAIL_ROW,
    UNIT_VALUE,
    LEAST_LOTS,
    MOST_LOTS,
    LEAST_NOTIONAL,
    CLOSE_AT_END,
    ASKS_VOLUME,
    NEXT_BAR,
    CURSOR,
    CURSOR_END,
    LOTS,
    ENTRY_BAR,
    STOP_TICKS,
    TARGET_TICKS,
    TRAIL_TICKS,
    TRAIL_PPM,
    WATERMARK,
    PENDING,
    PENDING_SOURCE,
    TAKEN_BUYS,
    TAKEN_SELLS,
    REVERSED_AT,
    PROTECTS,
    HAS_COSTS,
    CASH,
    ORDERS,
    POSITIONS,
    AMBIGUOUS,
    HELD_BARS,
    HELD_FROM,
    COUNTED_TO,
    COLUMNS,
) = range(59)

# PROTECTS: whether positions have a stop, a target or a trailing stop. HAS_COSTS: whether takers pay more than the best
# price, or get less than they ask for. Both follow from the settings, and save most runs work.
SETTINGS = NEXT_BAR
"""How many of the columns are settings."""

"""ASKS_VOLUME: whether any rule of the run looks at volumes; where none does, they are not even read."""

BAR_SPREAD = -1
"""A SPREAD_TICKS that says: the spread that the sandbox gives a bar."""

FIXED_LOTS, EQUITY_SHARE, SHARE_BY_BAR, RISK_SHARE = 0, 1, 2, 3
"""SIZE_KIND: lots, a share of equity in millionths, such a share looked up by bar, a share of equity to lose at the stop."""

NO_DISTANCE, TICKS, SHARE_OF_PRICE, OF_ATR = 0, 1, 2, 3
"""Kinds of distances: none, ticks, millionths of the price, millionths of the average true range."""

# Columns of `orders`: a row for each order that filled or was refused, in the order in which they acted.
(
    BAR,
    SOURCE,
    SYMBOL,
    SIDE,
    ORDERED_LOTS,
    FILLED_LOTS,
    PRICE,
    FEE,
    REASON,
    STATUS,
    STEP,
    IS_ENTRY,
    IS_MAKER,
    IS_AMBIGUOUS,
    RISK,
    CASH_AFTER,
    ORDER_COLUMNS,
) = range(17)
