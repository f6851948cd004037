"""The walk of a run from event to event, and what happens within a bar: the heart of the engine, as kernels.

Within a bar of the time axis, for the symbols that need it, in this order: what waits at prices meets the open; positions
are closed at the open; positions are opened at the open, symbol by symbol in the order of the universe, so that money that
was freed is there; the rest of the path, symbol by symbol; where orders fill at the close, closings and then openings there;
the margin, at the close of all.
"""

import numpy as np

from analytics.backtests.engine.filling import (
    best_price_nb,
    close_at_mark_nb,
    close_at_market_nb,
    close_at_target_nb,
    close_stopped_nb,
    count_held_nb,
    forget_levels_nb,
    mark_ambiguous_nb,
    printed_lots_nb,
    record_nb,
)
from analytics.backtests.engine.layout import (
    ALLOW_SHORT,
    AMBIGUOUS,
    CAP_PERCENT,
    CASH,
    CLOSE,
    CLOSE_AT_END,
    COLUMNS,
    COUNTED_TO,
    CURSOR,
    CURSOR_END,
    FILL_AT_CLOSE,
    GONE,
    HAS_COSTS,
    HIGH,
    IS_THROUGH,
    LEVERAGE,
    LONG_ENTRY,
    LONG_EXIT,
    LOTS,
    LOW,
    NEXT_BAR,
    NO_DISTANCE,
    OPEN,
    ORDERS,
    PATH,
    PENDING,
    PENDING_SOURCE,
    POSITIONS,
    PROTECTS,
    REVERSED_AT,
    ROOT_IMPACT_PPM,
    SETTINGS,
    SHARE_IMPACT_PPM,
    SHORT_ENTRY,
    SHORT_EXIT,
    SLIPPAGE_PPM,
    SLIPPAGE_TICKS,
    STARTING_CASH,
    STOP_KIND,
    STOP_TICKS,
    TAKEN_BUYS,
    TAKEN_SELLS,
    TARGET_KIND,
    TARGET_TICKS,
    TRAIL_KIND,
    TRAIL_PPM,
    TRAIL_TICKS,
    WATERMARK,
    Integers,
    Run,
)
from analytics.backtests.engine.reasons import (
    CONFLICT,
    DELISTED,
    END_OF_DATA,
    LIQUIDATION,
    NO_NEXT_BAR,
    NOT_CLOSED,
    REVERSAL,
    SIGNAL,
    STOP,
    TARGET,
    TRAILING,
)
from analytics.backtests.engine.scanning import next_bar_nb
from analytics.backtests.engine.sizing import equity_nb, open_position_nb
from quant.compiled import kernel, part_of_kernel
from quant.compiled_fills import (
    buy_fills_at,
    is_high_first,
    is_price_reached,
    is_stop_reached,
    sell_fills_at,
    trailed_stop,
    trigger_price,
)
from quant.fetching import fetch_ahead

LAST_STEP = 3
"""The close of a bar; a path has up to three steps after its open."""

MOST_ORDERS_OF_A_BAR = 10
"""A symbol's at one bar: two at the open by price, three along the path, a closing and an opening, and room to spare."""

EVENTS_AHEAD = 4
"""The event whose price is asked for: far enough for memory to answer, near enough to be there still."""

MAX_ORDERS = 2**20
"""Orders of one run: 130 MB of rows. A strategy that gives more trades at every bar of two years of minutes."""


@part_of_kernel
def target_price_nb(run: Run, symbol: int, bar: int, before: int, last: int, printed: int) -> tuple[int, bool]:
    """At which price a step from `before` to `last` fills the target of a position (0: not), and if only by its print."""
    target = run.memory[symbol, TARGET_TICKS]
    if target == 0:
        return 0, False
    is_buy, is_through = run.memory[symbol, LOTS] < 0, run.memory[symbol, IS_THROUGH] != 0
    best = best_price_nb(run, symbol, bar, last, is_buy)
    if is_price_reached(is_buy, target, best, is_through):
        return buy_fills_at(best, target, before) if is_buy else sell_fills_at(best, target, before), False
    if (before != last or printed > 0) and is_price_reached(is_buy, target, last, is_through):
        if is_through:
            return target, True
        return buy_fills_at(last, target, before) if is_buy else sell_fills_at(last, target, before), False
    return 0, False


@part_of_kernel
def stop_reason_nb(run: Run, symbol: int, watermark: int) -> tuple[int, int]:
    """The stop that stands nearer to the price, and which it is; (0, 0) without one."""
    stop, is_long = run.memory[symbol, STOP_TICKS], run.memory[symbol, LOTS] > 0
    reason = STOP if stop != 0 else 0
    if run.memory[symbol, TRAIL_TICKS] != 0 or run.memory[symbol, TRAIL_PPM] != 0:
        trail = trailed_stop(not is_long, watermark, run.memory[symbol, TRAIL_TICKS], run.memory[symbol, TRAIL_PPM])
        if reason == 0 or (trail > stop if is_long else trail < stop):
            return trail, TRAILING
    return stop, reason


@part_of_kernel
def watermark_after_nb(is_long: bool, watermark: int, before: int, last: int) -> int:
    """The best price that a position has seen after a step."""
    if is_long:
        return max(watermark, before, last)
    return min(watermark, before, last)


@part_of_kernel
def step_exit_nb(
    run: Run, symbol: int, bar: int, before: int, last: int, watermark: int, printed: int
) -> tuple[int, int, bool]:
    """What a step does to the levels of a position: (reason or 0, trigger or fill price, if only by its print)."""
    is_long = run.memory[symbol, LOTS] > 0
    stop, reason = stop_reason_nb(run, symbol, watermark)
    if reason != 0 and is_stop_reached(not is_long, stop, last):
        return reason, trigger_price(not is_long, stop, before), False
    price, is_print = target_price_nb(run, symbol, bar, before, last, printed)
    return TARGET if price != 0 else 0, price, is_print


@part_of_kernel
def apply_exit_nb(
    run: Run, symbol: int, bar: int, step: int, last: int, reason: int, price: int, is_print: bool, printed: int
) -> int:
    """Carry out what `step_exit_nb` found; the order's row, or -1 where nothing filled."""
    if reason == TARGET:
        most = printed if is_print else abs(run.memory[symbol, LOTS])
        return close_at_target_nb(run, symbol, bar, reason, step, price, most, printed)
    return close_stopped_nb(run, symbol, bar, reason, step, price, last, printed)


@part_of_kernel
def has_levels_nb(run: Run, symbol: int) -> bool:
    """Whether anything waits for a price: a stop, a target or a trailing stop."""
    levels = run.memory[symbol, STOP_TICKS] | run.memory[symbol, TARGET_TICKS]
    return levels | run.memory[symbol, TRAIL_TICKS] | run.memory[symbol, TRAIL_PPM] != 0


@part_of_kernel
def meet_price_nb(run: Run, symbol: int, bar: int, last: int, step: int, printed: int) -> None:
    """Let the levels of a position meet a price that nothing led to: an open, or where the position was just opened."""
    if not has_levels_nb(run, symbol):
        return
    is_long = run.memory[symbol, LOTS] > 0
    run.memory[symbol, WATERMARK] = watermark_after_nb(is_long, run.memory[symbol, WATERMARK], last, last)
    reason, price, is_print = step_exit_nb(run, symbol, bar, last, last, run.memory[symbol, WATERMARK], printed)
    if reason != 0:
        apply_exit_nb(run, symbol, bar, step, last, reason, price, is_print, printed)


@part_of_kernel
def next_exit_nb(
    run: Run, symbol: int, bar: int, path: int, high_first: bool, after: int
) -> tuple[int, int, int, bool, int, int]:
    """The first exit along the path of a bar after step `after`: (step, reason, price, by print, last, watermark).

    The step is 0 where there is none; then the watermark is that after the bar.
    """
    is_long = run.memory[symbol, LOTS] > 0
    watermark, last, step = run.memory[symbol, WATERMARK], run.prices[OPEN, symbol, bar], 0
    for leg in range(3):
        price = run.prices[CLOSE, symbol, bar]
        if leg < 2:
            price = run.prices[HIGH, symbol, bar] if (leg == 0) == high_first else run.prices[LOW, symbol, bar]
        if price == last:
            continue
        before, last, step = last, price, step + 1
        if step <= after:
            continue
        watermark = watermark_after_nb(is_long, watermark, before, last)
        printed = printed_lots_nb(run, symbol, bar, path, is_long, step) if run.memory[symbol, IS_THROUGH] else 0
        reason, at, is_print = step_exit_nb(run, symbol, bar, before, last, watermark, printed)
        if reason != 0:
            return step, reason, at, is_print, last, watermark
    return 0, 0, 0, False, last, watermark


@part_of_kernel
def inside_nb(run: Run, symbol: int, bar: int) -> None:
    """Lead a position along the path of a bar after its open; a bar whose extremes decide differently is ambiguous."""
    if not has_levels_nb(run, symbol):
        return
    is_long, path = run.memory[symbol, LOTS] > 0, run.memory[0, PATH]
    high_first = is_high_first(
        path, run.prices[OPEN, symbol, bar], run.prices[HIGH, symbol, bar], run.prices[LOW, symbol, bar], is_long
    )
    other = next_exit_nb(run, symbol, bar, path, not high_first, 0)
    after, is_first = 0, True
    while run.memory[symbol, LOTS] != 0 and run.memory[symbol, PENDING] == 0:
        step, reason, price, is_print, last, watermark = next_exit_nb(run, symbol, bar, path, high_first, after)
        run.memory[symbol, WATERMARK] = watermark
        if step == 0:
            if is_first and other[0] != 0:
                run.memory[0, AMBIGUOUS] += 1
            return
        run.memory[symbol, TAKEN_BUYS] = run.memory[symbol, TAKEN_SELLS] = 0
        printed = printed_lots_nb(run, symbol, bar, path, is_long, step)
        row = apply_exit_nb(run, symbol, bar, step, last, reason, price, is_print, printed)
        if row >= 0 and is_first and (other[1] != reason or other[2] != price):
            mark_ambiguous_nb(run, row)
        is_first, after = False, step


@part_of_kernel
def code_at_nb(run: Run, symbol: int, bar: int) -> tuple[int, int]:
    """What the strategy says that acts at a bar, and the bar it said it at; (0, 0) for nothing."""
    cursor = run.memory[symbol, CURSOR]
    if cursor < run.memory[symbol, CURSOR_END] and run.events[cursor, 0] == bar:
        return int(run.events[cursor, 2]), int(run.events[cursor, 1])
    return 0, 0


@part_of_kernel
def wanted_side_nb(run: Run, symbol: int, code: int) -> int:
    """The side of the position that a code asks for: 1, -1, or 0 for none, also where it contradicts itself."""
    is_long = code & LONG_ENTRY != 0
    is_short = code & SHORT_ENTRY != 0 and run.memory[symbol, ALLOW_SHORT] != 0
    if is_long == is_short:
        return 0
    if is_long:
        return 0 if code & LONG_EXIT else 1
    return 0 if code & SHORT_EXIT else -1


@part_of_kernel
def is_conflict_nb(run: Run, symbol: int, code: int) -> bool:
    """Whether a code asks for positions, and contradicts itself."""
    is_short = code & SHORT_ENTRY != 0 and run.memory[symbol, ALLOW_SHORT] != 0
    return (code & LONG_ENTRY != 0 or is_short) and wanted_side_nb(run, symbol, code) == 0


@part_of_kernel
def close_by_signal_nb(run: Run, symbol: int, bar: int, code: int, source: int, step: int) -> None:
    """Close the position that the strategy does not want any more."""
    lots = run.memory[symbol, LOTS]
    if lots == 0:
        return
    is_exit = code & (LONG_EXIT if lots > 0 else SHORT_EXIT) != 0
    is_reversal = wanted_side_nb(run, symbol, code) == (-1 if lots > 0 else 1)
    if not (is_exit or is_reversal):
        return
    if is_reversal:
        run.memory[symbol, REVERSED_AT] = bar + 1
    last = run.prices[OPEN if step == 0 else CLOSE, symbol, bar]
    level = best_price_nb(run, symbol, bar, last, lots < 0)
    printed = printed_lots_nb(run, symbol, bar, run.memory[0, PATH], lots > 0, step)
    close_at_market_nb(run, symbol, bar, source, REVERSAL if is_reversal else SIGNAL, step, level, printed)


@part_of_kernel
def open_by_signal_nb(run: Run, symbol: int, bar: int, code: int, source: int, step: int) -> None:
    """Open the position that the strategy wants, and let its levels meet the price that it was opened at."""
    if code & (LONG_ENTRY | SHORT_ENTRY) == 0:
        return
    side, lots = wanted_side_nb(run, symbol, code), run.memory[symbol, LOTS]
    if side == 0:
        if lots == 0 and is_conflict_nb(run, symbol, code):
            record_nb(run, symbol, bar, source, 1 if code & LONG_ENTRY else -1, 0, SIGNAL, CONFLICT, step)
        return
    if lots != 0:
        if (lots > 0) != (side > 0):
            record_nb(run, symbol, bar, source, side, 0, REVERSAL, NOT_CLOSED, step)
        return
    reason = REVERSAL if run.memory[symbol, REVERSED_AT] == bar + 1 else SIGNAL
    last = run.prices[OPEN if step == 0 else CLOSE, symbol, bar]
    printed = printed_lots_nb(run, symbol, bar, run.memory[0, PATH], side > 0, step)
    if open_position_nb(run, symbol, bar, source, side, reason, step, last, printed):
        meet_price_nb(run, symbol, bar, last, step, printed)


@part_of_kernel
def open_phase_nb(run: Run, symbol: int, bar: int) -> None:
    """What happens to a position before any signal acts: a delisting, what the open jumped to, what is left to close."""
    run.memory[symbol, TAKEN_BUYS] = run.memory[symbol, TAKEN_SELLS] = 0
    if run.memory[symbol, LOTS] == 0:
        return
    code, source = code_at_nb(run, symbol, bar)
    if code == GONE:
        close_at_mark_nb(run, symbol, source, bar, DELISTED, 0)
        return
    pending = run.memory[symbol, PENDING]
    if pending == 0 and not has_levels_nb(run, symbol):
        return
    last, path = run.prices[OPEN, symbol, bar], run.memory[0, PATH]
    printed = printed_lots_nb(run, symbol, bar, path, run.memory[symbol, LOTS] > 0, 0)
    if pending != 0:
        level = best_price_nb(run, symbol, bar, last, run.memory[symbol, LOTS] < 0)
        close_at_market_nb(run, symbol, bar, run.memory[symbol, PENDING_SOURCE], pending, 0, level, printed)
    else:
        meet_price_nb(run, symbol, bar, last, 0, printed)


@part_of_kernel
def signal_phase_nb(run: Run, bar: int, step: int) -> None:
    """Let what the strategies say close positions, and then open them, at the open (step 0) or the close of a bar."""
    symbols = run.memory.shape[0]
    for symbol in range(symbols):
        if run.memory[symbol, NEXT_BAR] == bar:
            code, source = code_at_nb(run, symbol, bar)
            if code != 0:
                close_by_signal_nb(run, symbol, bar, code, source, step)
    for symbol in range(symbols):
        if run.memory[symbol, NEXT_BAR] == bar:
            code, source = code_at_nb(run, symbol, bar)
            if code != 0:
                open_by_signal_nb(run, symbol, bar, code, source, step)


@part_of_kernel
def bar_nb(run: Run, bar: int) -> None:
    """All that happens at one bar of the time axis."""
    at_close = run.memory[0, FILL_AT_CLOSE] != 0
    symbols = run.memory.shape[0]
    for symbol in range(symbols):
        if run.memory[symbol, NEXT_BAR] == bar:
            open_phase_nb(run, symbol, bar)
    for phase in range(2):  # a loop, so that what signals do is compiled once for the open and the close
        if at_close == (phase == 1):
            signal_phase_nb(run, bar, phase * LAST_STEP)
        if phase == 0:
            for symbol in range(symbols):
                if run.memory[symbol, NEXT_BAR] == bar and has_levels_nb(run, symbol):
                    inside_nb(run, symbol, bar)
                    run.memory[symbol, TAKEN_BUYS] = run.memory[symbol, TAKEN_SELLS] = 0


@part_of_kernel
def needs_margin_nb(run: Run) -> bool:
    """Whether a position could come to ask for more than there is: a short one, or one that borrows."""
    for symbol in range(run.memory.shape[0]):
        lots = run.memory[symbol, LOTS]
        if lots < 0 or (lots > 0 and run.memory[symbol, LEVERAGE] > 1):
            return True
    return False


@part_of_kernel
def liquidate_nb(run: Run, bar: int) -> bool:
    """Give up every position at its next open when equity at a close is no more than their maintenance margin."""
    equity, _, least = equity_nb(run, bar, False)
    if least == 0 or equity > least:
        return False
    for symbol in range(run.memory.shape[0]):
        if run.memory[symbol, LOTS] != 0 and run.memory[symbol, PENDING] == 0:
            forget_levels_nb(run, symbol)
            run.memory[symbol, PENDING], run.memory[symbol, PENDING_SOURCE] = LIQUIDATION, bar
            run.memory[symbol, NEXT_BAR] = min(
                run.memory[symbol, NEXT_BAR], next_bar_nb(run, symbol, bar + 1, False, 0)
            )
    return True


@part_of_kernel
def begin_nb(run: Run, first: Integers) -> None:
    """Set a run to its beginning; the events of symbol k are those of `[first[k], first[k + 1])`."""
    for symbol in range(run.memory.shape[0]):
        for column in range(SETTINGS, COLUMNS):
            run.memory[symbol, column] = 0
    run.memory[0, CASH] = run.memory[0, STARTING_CASH]
    run.memory[0, COUNTED_TO] = -1
    for symbol in range(run.memory.shape[0]):
        run.memory[symbol, CURSOR] = first[symbol]
        run.memory[symbol, CURSOR_END] = first[symbol + 1]
        run.memory[symbol, NEXT_BAR] = next_bar_nb(run, symbol, 0, False, 0)
        kinds = run.memory[symbol, STOP_KIND] + run.memory[symbol, TARGET_KIND] + run.memory[symbol, TRAIL_KIND]
        run.memory[symbol, PROTECTS] = kinds != NO_DISTANCE
        costs = run.memory[symbol, SLIPPAGE_TICKS] + run.memory[symbol, SLIPPAGE_PPM] + run.memory[symbol, CAP_PERCENT]
        impacts = run.memory[symbol, SHARE_IMPACT_PPM] + run.memory[symbol, ROOT_IMPACT_PPM]
        run.memory[symbol, HAS_COSTS] = costs + impacts != 0


@part_of_kernel
def finish_nb(run: Run) -> None:
    """What was said too late to act, and positions that are to be closed at the end."""
    bars = run.prices.shape[2]
    for symbol in range(run.memory.shape[0]):
        lots = run.memory[symbol, LOTS]
        code, source = code_at_nb(run, symbol, bars)
        side = wanted_side_nb(run, symbol, code)
        is_exit = code & (LONG_EXIT if lots > 0 else SHORT_EXIT) != 0
        if lots == 0 and side != 0:
            record_nb(run, symbol, bars - 1, source, side, 0, SIGNAL, NO_NEXT_BAR, LAST_STEP)
        elif lots != 0 and (is_exit or (side != 0 and (side > 0) != (lots > 0))):
            record_nb(run, symbol, bars - 1, source, -1 if lots > 0 else 1, abs(lots), SIGNAL, NO_NEXT_BAR, LAST_STEP)
        if run.memory[symbol, LOTS] != 0 and run.memory[0, CLOSE_AT_END] != 0:
            price_bar = bars - 1
            while run.prices[OPEN, symbol, price_bar] == 0:
                price_bar -= 1
            close_at_mark_nb(run, symbol, price_bar, bars - 1, END_OF_DATA, LAST_STEP)
    if run.memory[0, POSITIONS] > 0:
        count_held_nb(run, bars - 1)


@part_of_kernel
def margin_watch_nb(run: Run, start: int, end: int) -> int:
    """The first bar in [start, end) at whose close there is too little margin, and all is given up; else `end`."""
    for bar in range(start, end):
        if liquidate_nb(run, bar):
            return bar
    return end


@part_of_kernel
def fetch_events_ahead_nb(run: Run, symbol: int) -> None:
    """Ask for the price at which a later event acts: in a long series every event reads where nobody has read before."""
    cursor = run.memory[symbol, CURSOR] + EVENTS_AHEAD
    if cursor < run.memory[symbol, CURSOR_END]:
        bar = run.events[cursor, 0]
        if bar < run.prices.shape[2]:
            fetch_ahead(run.prices, OPEN, symbol, bar)


@part_of_kernel
def walk_on_nb(run: Run) -> bool:
    """Carry a run on from event to event; False when there is no more room for its orders, True at the end of its bars."""
    symbols, bars = run.memory.shape[0], run.prices.shape[2]
    most = run.orders.shape[0] - MOST_ORDERS_OF_A_BAR * symbols
    while run.memory[0, ORDERS] <= most:
        bar = bars
        for symbol in range(symbols):
            bar = min(bar, run.memory[symbol, NEXT_BAR])
        if bar >= bars:
            finish_nb(run)
            return True
        bar_nb(run, bar)
        watches = needs_margin_nb(run)
        if watches:
            liquidate_nb(run, bar)
        later = bars
        for symbol in range(symbols):
            if run.memory[symbol, NEXT_BAR] <= bar:
                if code_at_nb(run, symbol, bar)[0] != 0:
                    run.memory[symbol, CURSOR] += 1
                    fetch_events_ahead_nb(run, symbol)
                run.memory[symbol, NEXT_BAR] = next_bar_nb(
                    run, symbol, bar + 1, watches and symbols == 1, run.memory[0, CASH]
                )
            later = min(later, run.memory[symbol, NEXT_BAR])
        if watches and symbols > 1:
            margin_watch_nb(run, bar + 1, later)
    return False


@kernel
def walk_nb(run: Run, first: Integers) -> Integers:
    """Carry out a run whose events of symbol k are `[first[k], first[k + 1])`. Returns its orders.

    These are `run.orders`, or a longer copy where that was too short; `memory[0, ORDERS]` of the rows are used. Where a run
    gives more than `MAX_ORDERS`, it stops there.
    """
    orders = run.orders
    begin_nb(run, first)
    while not walk_on_nb(run) and orders.shape[0] < MAX_ORDERS:
        longer = np.empty((2 * orders.shape[0], orders.shape[1]), np.int64)
        for order in range(orders.shape[0]):
            for column in range(orders.shape[1]):
                longer[order, column] = orders[order, column]
        orders = longer
        run = Run(run.prices, run.blocks, run.measures, run.events, run.memory, orders)
    return orders
