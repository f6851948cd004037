"""From event to event: kernels that find the next bar at which something can happen to a symbol.

A level is only looked for here; what a bar that comes near it does is decided by the path inside the bar.
"""

from analytics.backtests.engine.layout import (
    BLOCK,
    BLOCK_BITS,
    CURSOR,
    CURSOR_END,
    HIGH,
    HIGHEST,
    LEVERAGE,
    LOTS,
    LOW,
    LOWEST,
    NO_LOW,
    OPEN,
    PENDING,
    STOP_TICKS,
    TARGET_TICKS,
    TRAIL_PPM,
    TRAIL_TICKS,
    UNIT_VALUE,
    WATERMARK,
    Integers,
    Run,
)
from quant.compiled import kernel, part_of_kernel
from quant.compiled_fills import maintenance_ppm, trailed_stop

NEVER_DOWN = -1
NEVER_UP = NO_LOW
"""Levels that no bar reaches."""


@kernel
def next_touch_nb(
    high: Integers, low: Integers, block_high: Integers, block_low: Integers, start: int, end: int, down: int, up: int
) -> int:
    """The first bar in [start, end) whose low is at `down` or below, or whose high is at `up` or above; else `end`."""
    bar = start
    while bar < end:
        if bar & (BLOCK - 1) == 0:
            block = bar >> BLOCK_BITS
            while block << BLOCK_BITS < end and block_high[block] < up and block_low[block] > down:
                block += 1
            bar = block << BLOCK_BITS
            if bar >= end:
                return end
        stop = min(end, (bar | (BLOCK - 1)) + 1)
        while bar < stop:
            if low[bar] <= down or high[bar] >= up:
                return bar
            bar += 1
    return end


@kernel
def next_trailed_touch_nb(run: Run, symbol: int, start: int, end: int, down: int, up: int) -> int:
    """As `next_touch_nb` for a position whose stop follows the price; its watermark follows the bars that are passed.

    `down` and `up` are the levels that stand still. A block is passed as a whole where even its best price would bring no
    stop into its range.
    """
    high, low = run.prices[HIGH, symbol], run.prices[LOW, symbol]
    block_high, block_low = run.blocks[HIGHEST, symbol], run.blocks[LOWEST, symbol]
    trail_ticks, trail_ppm = run.memory[symbol, TRAIL_TICKS], run.memory[symbol, TRAIL_PPM]
    is_long = run.memory[symbol, LOTS] > 0
    watermark, bar = run.memory[symbol, WATERMARK], start
    while bar < end:
        if bar & (BLOCK - 1) == 0:
            block = bar >> BLOCK_BITS
            while block << BLOCK_BITS < end and block_high[block] < up and block_low[block] > down:
                best = max(watermark, block_high[block]) if is_long else min(watermark, block_low[block])
                trail = trailed_stop(not is_long, best, trail_ticks, trail_ppm)
                if block_low[block] <= trail if is_long else block_high[block] >= trail:
                    break
                watermark = best
                block += 1
            bar = block << BLOCK_BITS
        stop = min(end, (bar | (BLOCK - 1)) + 1)
        while bar < stop:
            best = max(watermark, high[bar]) if is_long else min(watermark, low[bar])
            trail = trailed_stop(not is_long, best, trail_ticks, trail_ppm)
            is_trailed = low[bar] <= trail if is_long else high[bar] >= trail
            if is_trailed or low[bar] <= down or high[bar] >= up:
                run.memory[symbol, WATERMARK] = watermark
                return bar
            watermark = best
            bar += 1
    run.memory[symbol, WATERMARK] = watermark
    return end


@part_of_kernel
def margin_level_nb(run: Run, cash: int) -> int:
    """A price at which the only symbol's position comes near its maintenance margin, always on the near side; 0: none.

    Equity `cash + lots * price` meets `|lots| * price * rate`; the kernel of a bar decides exactly.
    """
    lots = run.memory[0, LOTS]
    if lots > 0 and cash >= 0:
        return 0
    rate = maintenance_ppm(run.memory[0, LEVERAGE]) / 1e6
    if lots > 0:
        price = -float(cash) / (float(lots) * run.memory[0, UNIT_VALUE] * (1.0 - rate))
        return int(price * (1.0 + 1e-9)) + 2
    price = float(cash) / (float(-lots) * run.memory[0, UNIT_VALUE] * (1.0 + rate))
    return max(int(price * (1.0 - 1e-9)) - 2, 1)


@part_of_kernel
def next_bar_nb(run: Run, symbol: int, start: int, watches: bool, cash: int) -> int:
    """The first bar from `start` on at which a symbol needs to be looked at; T: none.

    `watches` says that the margin of this symbol, the only one, is looked for as well.
    """
    end = run.prices.shape[2]
    if run.memory[symbol, CURSOR] < run.memory[symbol, CURSOR_END]:
        end = min(end, int(run.events[run.memory[symbol, CURSOR], 0]))
    lots = run.memory[symbol, LOTS]
    if lots == 0:
        return end
    if run.memory[symbol, PENDING] != 0:
        bar = start
        while bar < end and run.prices[OPEN, symbol, bar] == 0:
            bar += 1
        return bar
    stop, target = run.memory[symbol, STOP_TICKS], run.memory[symbol, TARGET_TICKS]
    down, up = NEVER_DOWN, NEVER_UP
    if lots > 0:
        down = stop if stop > 0 else down
        up = target if target > 0 else up
    else:
        down = target if target > 0 else down
        up = stop if stop > 0 else up
    if watches:
        level = margin_level_nb(run, cash)
        if level > 0 and lots > 0:
            down = max(down, level)
        elif level > 0:
            up = min(up, level)
    if run.memory[symbol, TRAIL_TICKS] != 0 or run.memory[symbol, TRAIL_PPM] != 0:
        return next_trailed_touch_nb(run, symbol, start, end, down, up)
    if down == NEVER_DOWN and up == NEVER_UP:
        return end
    return next_touch_nb(
        run.prices[HIGH, symbol],
        run.prices[LOW, symbol],
        run.blocks[HIGHEST, symbol],
        run.blocks[LOWEST, symbol],
        start,
        end,
        down,
        up,
    )
