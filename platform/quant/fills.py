"""The fill rules as scalar integer functions.

The exchange calls them one by one, and backtest kernels compile the very same functions, so that both agree to the last
digit. Only ints and bools go in and out: prices in ticks, quantities in lots, money in the quote's smallest unit, fees in
millionths of the notional (ppm; 1 bps is 100).
"""

PPM = 1_000_000


def fee_units(notional_units: int, fee_ppm: int) -> int:
    """The fee of one fill, rounded up to the next whole unit, as venues round in their own favour."""
    return -(-notional_units * fee_ppm // PPM)


def buy_fills_at(level_ticks: int, limit_ticks: int, from_ticks: int) -> int:
    """The price at which a resting buy at `limit_ticks` trades against an ask level at `level_ticks` or below its limit.

    The market moved to the level from `from_ticks`. Where it passed the limit on its way, the order was hit there, at its
    own limit; where it jumped past (a gap), the order gets the better price that the market opened at.
    """
    passed_ticks = limit_ticks if limit_ticks < from_ticks else from_ticks
    return passed_ticks if passed_ticks > level_ticks else level_ticks


def sell_fills_at(level_ticks: int, limit_ticks: int, from_ticks: int) -> int:
    """The price at which a resting sell trades against a bid level; the mirror image of `buy_fills_at`."""
    passed_ticks = limit_ticks if limit_ticks > from_ticks else from_ticks
    return passed_ticks if passed_ticks < level_ticks else level_ticks


def is_stop_reached(is_rising: bool, stop_ticks: int, last_ticks: int) -> bool:
    """Whether the last price reached a trigger: at or above one that waits for a rise (a buy's stop, a sell's
    take-profit), at or below one that waits for a fall.
    """
    return last_ticks >= stop_ticks if is_rising else last_ticks <= stop_ticks


def trigger_price(is_rising: bool, stop_ticks: int, from_ticks: int) -> int:
    """The price at which a stop that was reached did trigger: its own on a move through it, the open after a jump."""
    if is_rising:
        return stop_ticks if stop_ticks > from_ticks else from_ticks
    return stop_ticks if stop_ticks < from_ticks else from_ticks


def shifted_level(level_ticks: int, shift_ticks: int, low_ticks: int, high_ticks: int) -> int:
    """A level of the book as it stood when the price was `shift_ticks` away, kept within the range that traded."""
    moved_ticks = level_ticks + shift_ticks
    if moved_ticks < low_ticks:
        return low_ticks
    return high_ticks if moved_ticks > high_ticks else moved_ticks


def closed_cost_units(cost_units: int, closed_lots: int, position_lots: int) -> int:
    """The share of a position's cost that belongs to `closed_lots` of it, rounded down; the rest stays with the rest."""
    return cost_units * closed_lots // position_lots


def affordable_lots(money_units: int, lot_cost_units: int, fee_ppm: int) -> int:
    """The most lots at `lot_cost_units` each whose cost and rounded-up fee are within `money_units`."""
    if money_units <= 0:
        return 0
    lots = money_units * PPM // (lot_cost_units * (PPM + fee_ppm))
    cost_units = lots * lot_cost_units
    while lots > 0 and cost_units + fee_units(cost_units, fee_ppm) > money_units:
        lots -= 1
        cost_units -= lot_cost_units
    return lots
