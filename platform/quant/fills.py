"""The fill rules as scalar integer functions.

The exchange calls them one by one, and backtest kernels compile the very same functions, so that both agree to the last
digit. Only ints and bools go in and out: prices in ticks, quantities in lots, money in the quote's smallest unit, fees in
millionths of the notional (ppm; 1 bps is 100).
"""

PPM = 1_000_000


def fee_units(notional_units: int, fee_ppm: int) -> int:
    """The fee of one fill, rounded up to the next whole unit, as venues round in their own favour.

    Worked out in two parts, so that 64 bits hold every product of a notional that they hold.
    """
    return notional_units // PPM * fee_ppm - (-(notional_units % PPM) * fee_ppm // PPM)


def share_of_units(units: int, share_ppm: int) -> int:
    """A share of an amount, rounded down; in two parts, as `fee_units`."""
    return units // PPM * share_ppm + units % PPM * share_ppm // PPM


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


def share_ticks(price_ticks: int, share_ppm: int) -> int:
    """A share of a price as a distance, rounded down, to a tick at least."""
    distance_ticks = price_ticks * share_ppm // PPM
    return distance_ticks if distance_ticks > 1 else 1


def trailed_stop(is_buy: bool, watermark_ticks: int, trail_ticks: int, trail_ppm: int) -> int:
    """Where a trailing stop stands: `trail_ticks` from its watermark or, where that is 0, a share of it."""
    distance_ticks = trail_ticks if trail_ticks > 0 else share_ticks(watermark_ticks, trail_ppm)
    return watermark_ticks + distance_ticks if is_buy else watermark_ticks - distance_ticks


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
    # money * PPM // (cost * (PPM + fee)), in parts that 64 bits hold; PPM is 1,000 times 1,000.
    rest_units = money_units % lot_cost_units * 1_000
    lots = money_units // lot_cost_units * PPM + rest_units // lot_cost_units * 1_000
    lots += rest_units % lot_cost_units * 1_000 // lot_cost_units
    lots //= PPM + fee_ppm
    cost_units = lots * lot_cost_units
    while lots > 0 and cost_units + fee_units(cost_units, fee_ppm) > money_units:
        lots -= 1
        cost_units -= lot_cost_units
    return lots


# What borrowed money asks for --------------------------------------------------------------------------------------------

MAINTENANCE_MOST_PPM = 250_000
MAINTENANCE_SHARE_PPM = 500_000
"""Of the initial rate."""


def initial_units(notional_units: int, leverage: int) -> int:
    """The initial margin of a position or an order, rounded up."""
    return -(-notional_units // leverage)


def maintenance_ppm(leverage: int) -> int:
    """The share of the notional that keeps a position of that leverage from being liquidated."""
    share_ppm = MAINTENANCE_SHARE_PPM // leverage
    return share_ppm if share_ppm < MAINTENANCE_MOST_PPM else MAINTENANCE_MOST_PPM


def maintenance_units(notional_units: int, leverage: int) -> int:
    """The maintenance margin of a position, rounded up as a fee is."""
    return fee_units(notional_units, maintenance_ppm(leverage))


# What a policy adds to the price a taker pays ---------------------------------------------------------------------------


def integer_root(value: int) -> int:
    """The largest whole number whose square is at most `value`; 0 for nothing and less (Newton's method)."""
    if value <= 0:
        return 0
    root = value
    better = (root + 1) // 2
    while better < root:
        root = better
        better = (root + value // root) // 2
    return root


def percent_slippage_ticks(price_ticks: int, slippage_ppm: int) -> int:
    """A share of the price, rounded up to the next tick, as a simulator that errs must err against the trader."""
    return -(-price_ticks * slippage_ppm // PPM)


def volume_share_slippage_ticks(price_ticks: int, lots: int, volume_lots: int, impact_ppm: int) -> int:
    """Slippage that grows with the square of the order's share of the volume; a share above one counts as one.

    The form of zipline's VolumeShareSlippage (price * impact * share**2, there with an impact of 0.1).
    """
    if lots <= 0 or volume_lots <= 0:
        return 0
    share_ppm = PPM if lots >= volume_lots else lots * PPM // volume_lots
    return percent_slippage_ticks(price_ticks, impact_ppm * share_ppm // PPM * share_ppm // PPM)


def root_impact_slippage_ticks(price_ticks: int, lots: int, volume_lots: int, impact_ppm: int) -> int:
    """Slippage that grows with the square root of the order's share of the volume, the square-root law of impact.

    Almgren, Thum, Hauptmann, Li (2005) and Tóth et al. (2011): the price moves by about Y * sigma * sqrt(Q / V);
    `impact_ppm` is Y * sigma, the move that an order as large as the whole volume makes.
    """
    if lots <= 0 or volume_lots <= 0:
        return 0
    share_ppm = PPM if lots >= volume_lots else lots * PPM // volume_lots
    root_ppm = integer_root(share_ppm * PPM)
    return percent_slippage_ticks(price_ticks, impact_ppm * root_ppm // PPM)


def slipped_price(is_buy: bool, price_ticks: int, slippage_ticks: int, worst_ticks: int) -> int:
    """A taker's price made worse by `slippage_ticks`, but never beyond `worst_ticks`, and never better than it was."""
    if is_buy:
        moved_ticks = price_ticks + slippage_ticks
        if moved_ticks > worst_ticks:
            moved_ticks = worst_ticks
        return moved_ticks if moved_ticks > price_ticks else price_ticks
    moved_ticks = price_ticks - slippage_ticks
    if moved_ticks < worst_ticks:
        moved_ticks = worst_ticks
    return moved_ticks if moved_ticks < price_ticks else price_ticks


def protected_limit(is_buy: bool, best_ticks: int, protection_ppm: int) -> int:
    """The worst price that a taker may pay: a share of the best price away from it, at least the best price itself.

    What venues call price protection: Binance's price range execution rule, the protection points of CME's Globex.
    """
    room_ticks = best_ticks * protection_ppm // PPM
    if is_buy:
        return best_ticks + room_ticks
    lowest_ticks = best_ticks - room_ticks
    return lowest_ticks if lowest_ticks > 1 else 1


# How much fills ---------------------------------------------------------------------------------------------------------


def left_of_level(level_lots: int, taken_lots: int, age_ns: int, healing_ns: int) -> int:
    """What of a level is there to take `age_ns` after `taken_lots` were taken from it.

    What was taken heals evenly over `healing_ns`; 0 heals it at once, with the next update (resilience as in Obizhaeva and
    Wang 2013, whose depth comes back over time, here at an even pace).
    """
    if healing_ns <= 0 or age_ns >= healing_ns:
        return level_lots
    missing_lots = taken_lots - taken_lots * age_ns // healing_ns
    return level_lots - missing_lots if level_lots > missing_lots else 0


def volume_capped_lots(lots: int, volume_lots: int, cap_percent: int, taken_lots: int) -> int:
    """What an order gets at most when it may be `cap_percent` of the volume, `taken_lots` of which it had; 0 is no cap."""
    if cap_percent <= 0:
        return lots
    room_lots = volume_lots * cap_percent // 100 - taken_lots
    if room_lots <= 0:
        return 0
    return lots if lots < room_lots else room_lots


def partial_lots(lots: int, share_draw: int) -> int:
    """The part of an order that fills by chance: from one lot to all of it, `share_draw` being a `draw`."""
    part = (lots * share_draw >> DRAW_BITS) + 1
    return part if part < lots else lots


# Queues -----------------------------------------------------------------------------------------------------------------


def queue_after_print(ahead_lots: int, printed_lots: int) -> int:
    """What is still ahead of an order after a trade at its price: trades take from the front."""
    return ahead_lots - printed_lots if ahead_lots > printed_lots else 0


def filled_by_print(ahead_lots: int, printed_lots: int, order_lots: int) -> int:
    """What an order gets of a trade at its price: what was left of the trade when it came to the order."""
    left_lots = printed_lots - ahead_lots
    if left_lots <= 0:
        return 0
    return order_lots if order_lots < left_lots else left_lots


def queue_after_change(ahead_lots: int, before_lots: int, after_lots: int, is_pro_rata: bool) -> int:
    """What is ahead after the level at the order's price went from `before_lots` to `after_lots` without a trade.

    The book does not say who canceled. Never more than the level holds is ahead; beyond that, either all who left were
    behind (hftbacktest's risk-averse queue), or they left evenly (Rigtorp's estimate with f(x) = x). Whoever joins,
    joins behind: the queue ahead never grows.
    """
    if is_pro_rata and after_lots < before_lots and before_lots > 0:
        ahead_lots -= ahead_lots * (before_lots - after_lots) // before_lots
    return after_lots if after_lots < ahead_lots else ahead_lots


def is_price_reached(is_buy: bool, limit_ticks: int, price_ticks: int, is_through: bool) -> bool:
    """Whether a market at `price_ticks` came to a limit (touch), or went beyond it (through)."""
    if is_buy:
        return price_ticks < limit_ticks if is_through else price_ticks <= limit_ticks
    return price_ticks > limit_ticks if is_through else price_ticks >= limit_ticks


# Chance -----------------------------------------------------------------------------------------------------------------

DRAW_BITS = 32
_MASK = 0xFFFFFFFF


def mixed(number: int) -> int:
    """32 bits stirred so that neighbours look unrelated (the finaliser of MurmurHash3)."""
    number &= _MASK
    number ^= number >> 16
    number = (number * 0x85EBCA6B) & _MASK
    number ^= number >> 13
    number = (number * 0xC2B2AE35) & _MASK
    return number ^ (number >> 16)


def draw(seed: int, key: int, kind: int) -> int:
    """A number of `DRAW_BITS` bits that follows from a seed, a key (of an order) and what it is for, and nothing else.

    There is no state: the same order draws the same number in every replay (counter-based, as in Salmon et al. 2011).
    """
    return mixed(mixed(mixed(seed) ^ key) ^ mixed(kind + 1))


def is_drawn(share_draw: int, chance_ppm: int) -> bool:
    """Whether something of that chance happens, `share_draw` being a `draw`."""
    return share_draw * PPM >> DRAW_BITS < chance_ppm


def exponential_ppm(share_draw: int) -> int:
    """A draw as an exponential with mean 1, in millionths: -ln of a number within (0, 1].

    The logarithm is taken by whole bits and the remainder evenly between, at most 0.09 of a bit wrong.
    """
    number = share_draw + 1
    bits = 0
    top = number
    while top > 1:
        top >>= 1
        bits += 1
    fraction_ppm = (number * PPM >> bits) - PPM
    missing_ppm = (DRAW_BITS - bits) * PPM - fraction_ppm
    return missing_ppm * 693_147 // PPM if missing_ppm > 0 else 0


def latency_us(base_us: int, jitter_us: int, share_draw: int) -> int:
    """How long a message takes: a fixed part, and a part with an exponential distribution of that mean.

    Cut off at ten times the mean: what takes longer is a fault, not a latency.
    """
    jitter = jitter_us * exponential_ppm(share_draw) // PPM
    most = 10 * jitter_us
    return base_us + (jitter if jitter < most else most)


# The book of a bar -------------------------------------------------------------------------------------------------------

SPREAD_PER_RANGE = 25
SPREAD_PER_PRICE = 100_000
"""A bar's spread is a 25th of its range, at least a 100,000th of the price (0.1 bps), at least one tick."""

DEPTH_SHARE_PERCENT = 20
"""Each side of a bar's ladder holds this share of the bar's volume. A bar has at most four steps, each with a new
ladder, so an order that takes all of each still takes less than what really traded."""


def bar_spread_ticks(open_ticks: int, low_ticks: int, high_ticks: int) -> int:
    """The spread of a bar whose data hold none."""
    spread_ticks = (high_ticks - low_ticks) // SPREAD_PER_RANGE
    least_ticks = open_ticks // SPREAD_PER_PRICE
    if least_ticks > spread_ticks:
        spread_ticks = least_ticks
    return spread_ticks if spread_ticks > 1 else 1


def best_ask_ticks(price_ticks: int, spread_ticks: int, low_ticks: int, high_ticks: int) -> int:
    """The best ask around a price within a bar; the spread is as wide as the bar leaves room for it."""
    bid_ticks = price_ticks - spread_ticks // 2
    if bid_ticks < low_ticks:
        bid_ticks = low_ticks
    ask_ticks = bid_ticks + spread_ticks
    return ask_ticks if ask_ticks < high_ticks else high_ticks


def best_bid_ticks(price_ticks: int, spread_ticks: int, low_ticks: int, high_ticks: int) -> int:
    """The best bid around a price within a bar: the spread below `best_ask_ticks`, or the bar's low."""
    bid_ticks = best_ask_ticks(price_ticks, spread_ticks, low_ticks, high_ticks) - spread_ticks
    return bid_ticks if bid_ticks > low_ticks else low_ticks


def bar_depth_lots(volume_lots: int) -> int:
    """What each side of a bar's book holds at each of its steps: one lot at least."""
    depth_lots = volume_lots * DEPTH_SHARE_PERCENT // 100
    return depth_lots if depth_lots > 1 else 1


def bar_step_lots(volume_lots: int, steps: int, is_last: bool) -> int:
    """What prints with one of a bar's steps: equal parts of its volume, the rest with the last one."""
    part_lots = volume_lots // steps
    return volume_lots - part_lots * (steps - 1) if is_last else part_lots


# The path inside a bar --------------------------------------------------------------------------------------------------

NEARER_FIRST, HIGH_FIRST, LOW_FIRST, ADVERSE_FIRST, FAVOURABLE_FIRST = 0, 1, 2, 3, 4
"""Which extreme of a bar came first: the one nearer to the open (the low on a tie), the high (OHLC), the low (OLHC), the
one that hurts whoever holds a position (pessimistic), or the one that helps (optimistic, only ever a bound)."""


def is_high_first(path: int, open_ticks: int, high_ticks: int, low_ticks: int, is_long: bool) -> bool:
    """Whether the price is taken to have been at the high of a bar before it was at its low.

    The data do not say. Nearer first is what TradingView's broker emulator and MetaTrader's OHLC model assume; the other
    two fixed orders are those of NautilusTrader; adverse first lets the stop of a position go before its target.
    """
    if path == HIGH_FIRST:
        return True
    if path == LOW_FIRST:
        return False
    if path == ADVERSE_FIRST:
        return not is_long
    if path == FAVOURABLE_FIRST:
        return is_long
    return high_ticks - open_ticks < open_ticks - low_ticks
