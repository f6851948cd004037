"""What an order gets at a step of a bar, and what it does to money and position: kernels over the rules of `quant.fills`.

A taker pays the best price of the bar's book at that step, made worse by slippage, never beyond the bar; a target is a
resting limit. A position is opened by one fill and closed by one or, where the volume cap cuts, by several.
"""

from analytics.backtests.engine.layout import (
    AMBIGUOUS,
    ASKS_VOLUME,
    BAR,
    BAR_SPREAD,
    CAP_PERCENT,
    CASH,
    CASH_AFTER,
    CLOSE,
    COUNTED_TO,
    ENTRY_BAR,
    FEE,
    FILLED_LOTS,
    HAS_COSTS,
    HELD_BARS,
    HELD_FROM,
    HIGH,
    IS_AMBIGUOUS,
    IS_ENTRY,
    IS_MAKER,
    LOTS,
    LOW,
    MAKER_PPM,
    MAX_LOTS,
    OPEN,
    ORDER_COLUMNS,
    ORDERED_LOTS,
    ORDERS,
    PENDING,
    PENDING_SOURCE,
    POSITIONS,
    PRICE,
    REASON,
    RISK,
    ROOT_IMPACT_PPM,
    SHARE_IMPACT_PPM,
    SIDE,
    SLIPPAGE_PPM,
    SLIPPAGE_TICKS,
    SOURCE,
    SPREAD_TICKS,
    STATUS,
    STEP,
    STOP_TICKS,
    SYMBOL,
    TAKEN_BUYS,
    TAKEN_SELLS,
    TAKER_PPM,
    TARGET_TICKS,
    TRAIL_PPM,
    TRAIL_TICKS,
    UNIT_VALUE,
    VOLUME,
    Run,
)
from analytics.backtests.engine.reasons import FILLED, NO_VOLUME, PARTLY_FILLED
from quant.compiled import kernel, part_of_kernel
from quant.compiled_fills import (
    bar_depth_lots,
    bar_spread_ticks,
    bar_step_lots,
    best_ask_ticks,
    best_bid_ticks,
    fee_units,
    is_high_first,
    percent_slippage_ticks,
    root_impact_slippage_ticks,
    shifted_level,
    slipped_price,
    volume_capped_lots,
    volume_share_slippage_ticks,
)


@part_of_kernel
def steps_of_bar_nb(run: Run, symbol: int, bar: int, is_high_before_low: bool) -> int:
    """How many steps the path of a bar has: one, and one for each price that differs from the one before."""
    first, second = run.prices[LOW, symbol, bar], run.prices[HIGH, symbol, bar]
    if is_high_before_low:
        first, second = second, first
    steps = 1
    if first != run.prices[OPEN, symbol, bar]:
        steps += 1
    if second != first:
        steps += 1
    if run.prices[CLOSE, symbol, bar] != second:
        steps += 1
    return steps


@part_of_kernel
def printed_lots_nb(run: Run, symbol: int, bar: int, path: int, is_long: bool, step: int) -> int:
    """What printed with a step of a bar, 0 where no rule asks; the last step is also meant by any number beyond it."""
    if run.memory[symbol, ASKS_VOLUME] == 0:
        return 0
    high_first = is_high_first(
        path, run.prices[OPEN, symbol, bar], run.prices[HIGH, symbol, bar], run.prices[LOW, symbol, bar], is_long
    )
    steps = steps_of_bar_nb(run, symbol, bar, high_first)
    return bar_step_lots(run.prices[VOLUME, symbol, bar], steps, step >= steps - 1)


@part_of_kernel
def best_price_nb(run: Run, symbol: int, bar: int, last: int, is_buy: bool) -> int:
    """The best price a taker meets while the price of a bar stands at `last`."""
    spread = run.memory[symbol, SPREAD_TICKS]
    if spread == 0:
        return last
    low, high = run.prices[LOW, symbol, bar], run.prices[HIGH, symbol, bar]
    if spread == BAR_SPREAD:
        spread = bar_spread_ticks(run.prices[OPEN, symbol, bar], low, high)
    if is_buy:
        return best_ask_ticks(last, spread, low, high)
    return best_bid_ticks(last, spread, low, high)


@part_of_kernel
def fixed_slippage_nb(run: Run, symbol: int, price: int) -> int:
    """The slippage that does not ask for quantity or volume."""
    if run.memory[symbol, HAS_COSTS] == 0:
        return 0
    return run.memory[symbol, SLIPPAGE_TICKS] + percent_slippage_ticks(price, run.memory[symbol, SLIPPAGE_PPM])


@part_of_kernel
def taken_nb(run: Run, symbol: int, bar: int, level: int, is_buy: bool, lots: int, printed: int) -> tuple[int, int]:
    """What a taker of `lots` pays and how much it gets, (price, lots), at a step with `printed` lots and a best `level`."""
    if run.memory[symbol, HAS_COSTS] == 0:
        return level, lots
    slippage = fixed_slippage_nb(run, symbol, level)
    cap, share_impact, root_impact = (
        run.memory[symbol, CAP_PERCENT],
        run.memory[symbol, SHARE_IMPACT_PPM],
        run.memory[symbol, ROOT_IMPACT_PPM],
    )
    filled = lots
    if cap > 0 or share_impact > 0 or root_impact > 0:
        volume = max(printed, bar_depth_lots(run.prices[VOLUME, symbol, bar]))
        slippage += volume_share_slippage_ticks(level, lots, volume, share_impact)
        slippage += root_impact_slippage_ticks(level, lots, volume, root_impact)
        had = run.memory[symbol, TAKEN_BUYS] if is_buy else run.memory[symbol, TAKEN_SELLS]
        filled = min(lots, volume_capped_lots(MAX_LOTS, volume, cap, had))
    if slippage == 0:
        return level, filled
    worst = run.prices[HIGH, symbol, bar] if is_buy else run.prices[LOW, symbol, bar]
    return slipped_price(is_buy, level, slippage, worst), filled


@part_of_kernel
def record_nb(
    run: Run, symbol: int, bar: int, source: int, side: int, ordered: int, reason: int, status: int, step: int
) -> int:
    """Write down an order that filled nothing (so far); its row."""
    row = run.memory[0, ORDERS]
    for column in range(ORDER_COLUMNS):
        run.orders[row, column] = 0
    run.orders[row, BAR], run.orders[row, SOURCE], run.orders[row, SYMBOL], run.orders[row, SIDE] = (
        bar,
        source,
        symbol,
        side,
    )
    run.orders[row, ORDERED_LOTS], run.orders[row, REASON], run.orders[row, STATUS], run.orders[row, STEP] = (
        ordered,
        reason,
        status,
        step,
    )
    run.orders[row, RISK] = -1
    run.orders[row, CASH_AFTER] = run.memory[0, CASH]
    run.memory[0, ORDERS] = row + 1
    return row


@part_of_kernel
def settle_nb(run: Run, row: int, filled: int, price: int, is_maker: bool) -> None:
    """Exchange money and lots for the order of a row, and write its fill into it."""
    symbol, side = run.orders[row, SYMBOL], run.orders[row, SIDE]
    notional = price * filled * run.memory[symbol, UNIT_VALUE]
    fee = fee_units(notional, run.memory[symbol, MAKER_PPM] if is_maker else run.memory[symbol, TAKER_PPM])
    run.memory[0, CASH] -= side * notional + fee
    run.memory[symbol, LOTS] += side * filled
    if side > 0:
        run.memory[symbol, TAKEN_BUYS] += filled
    else:
        run.memory[symbol, TAKEN_SELLS] += filled
    run.orders[row, FILLED_LOTS], run.orders[row, PRICE], run.orders[row, FEE] = filled, price, fee
    run.orders[row, IS_MAKER] = is_maker
    run.orders[row, STATUS] = FILLED if filled == run.orders[row, ORDERED_LOTS] else PARTLY_FILLED
    run.orders[row, CASH_AFTER] = run.memory[0, CASH]


@part_of_kernel
def begin_position_nb(run: Run, row: int) -> None:
    """Note that the order of a row has opened a position."""
    run.orders[row, IS_ENTRY] = 1
    run.memory[run.orders[row, SYMBOL], ENTRY_BAR] = run.orders[row, BAR]
    if run.memory[0, POSITIONS] == 0:
        run.memory[0, HELD_FROM] = max(run.orders[row, BAR], run.memory[0, COUNTED_TO] + 1)
    run.memory[0, POSITIONS] += 1


@part_of_kernel
def forget_levels_nb(run: Run, symbol: int) -> None:
    """Nothing waits for a price any more."""
    run.memory[symbol, STOP_TICKS] = run.memory[symbol, TARGET_TICKS] = run.memory[symbol, TRAIL_TICKS] = run.memory[
        symbol, TRAIL_PPM
    ] = 0


@part_of_kernel
def count_held_nb(run: Run, last_bar: int) -> None:
    """Count the bars of the time in the market that ends with `last_bar`."""
    run.memory[0, HELD_BARS] += max(last_bar - run.memory[0, HELD_FROM] + 1, 0)
    run.memory[0, COUNTED_TO] = max(last_bar, run.memory[0, COUNTED_TO])


@part_of_kernel
def end_position_nb(run: Run, row: int) -> None:
    """Note that the order of a row has closed a position, whole."""
    forget_levels_nb(run, run.orders[row, SYMBOL])
    run.memory[run.orders[row, SYMBOL], PENDING] = 0
    run.memory[0, POSITIONS] -= 1
    if run.memory[0, POSITIONS] == 0:
        count_held_nb(run, run.orders[row, BAR] if run.orders[row, STEP] > 0 else run.orders[row, BAR] - 1)


@part_of_kernel
def close_at_market_nb(
    run: Run, symbol: int, bar: int, source: int, reason: int, step: int, level: int, printed: int
) -> int:
    """Close a position by a taker at `level`; what the volume cap leaves goes on at the next open. The order's row."""
    lots = abs(run.memory[symbol, LOTS])
    is_buy = run.memory[symbol, LOTS] < 0
    price, filled = taken_nb(run, symbol, bar, level, is_buy, lots, printed)
    row = record_nb(run, symbol, bar, source, 1 if is_buy else -1, lots, reason, NO_VOLUME, step)
    if filled > 0:
        settle_nb(run, row, filled, price, False)
    if run.memory[symbol, LOTS] == 0:
        end_position_nb(run, row)
    else:
        forget_levels_nb(run, symbol)
        run.memory[symbol, PENDING], run.memory[symbol, PENDING_SOURCE] = reason, source
    return row


@part_of_kernel
def close_stopped_nb(
    run: Run, symbol: int, bar: int, reason: int, step: int, trigger: int, last: int, printed: int
) -> int:
    """Close a position whose stop triggered at `trigger` on a step that ended at `last`; the order's row."""
    is_buy = run.memory[symbol, LOTS] < 0
    level = best_price_nb(run, symbol, bar, last, is_buy)
    if trigger != last:  # the book is met as it stood where the stop was
        low, high = run.prices[LOW, symbol, bar], run.prices[HIGH, symbol, bar]
        level = shifted_level(level, trigger - last, low, high)
    return close_at_market_nb(run, symbol, bar, bar, reason, step, level, printed)


@part_of_kernel
def close_at_target_nb(
    run: Run, symbol: int, bar: int, reason: int, step: int, price: int, most: int, printed: int
) -> int:
    """Close a position at its resting target, `most` lots of it at most; the order's row, or -1 if it gets nothing."""
    lots = abs(run.memory[symbol, LOTS])
    is_buy = run.memory[symbol, LOTS] < 0
    filled = min(lots, most)
    cap = run.memory[symbol, CAP_PERCENT]
    if cap > 0:
        volume = max(printed, bar_depth_lots(run.prices[VOLUME, symbol, bar]))
        had = run.memory[symbol, TAKEN_BUYS] if is_buy else run.memory[symbol, TAKEN_SELLS]
        filled = min(filled, volume_capped_lots(MAX_LOTS, volume, cap, had))
    if filled <= 0:
        return -1
    row = record_nb(run, symbol, bar, bar, 1 if is_buy else -1, lots, reason, NO_VOLUME, step)
    settle_nb(run, row, filled, price, True)
    if run.memory[symbol, LOTS] == 0:
        end_position_nb(run, row)
    return row


@part_of_kernel
def mark_ambiguous_nb(run: Run, row: int) -> None:
    """Note that the other order of the bar's extremes would have led to another fill."""
    run.orders[row, IS_AMBIGUOUS] = 1
    run.memory[0, AMBIGUOUS] += 1


@kernel
def close_at_mark_nb(run: Run, symbol: int, price_bar: int, bar: int, reason: int, step: int) -> None:
    """Close what is left of a position whole at the close of `price_bar`, one spread away: nobody will trade it again."""
    is_buy = run.memory[symbol, LOTS] < 0
    level = best_price_nb(run, symbol, price_bar, run.prices[CLOSE, symbol, price_bar], is_buy)
    lots = abs(run.memory[symbol, LOTS])
    row = record_nb(run, symbol, bar, price_bar, 1 if is_buy else -1, lots, reason, FILLED, step)
    settle_nb(run, row, lots, level, False)
    end_position_nb(run, row)
