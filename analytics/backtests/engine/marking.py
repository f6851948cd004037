"""What came of a run's orders: equity bar by bar, round trips, and the few figures that a sweep keeps. Kernels."""

import math

import numpy as np

from analytics.backtests.engine.layout import (
    BAR,
    BLOCK,
    BLOCK_BITS,
    CASH_AFTER,
    FEE,
    FILLED_LOTS,
    HIGH,
    HIGHEST,
    IS_AMBIGUOUS,
    IS_ENTRY,
    LOW,
    LOWEST,
    MARK,
    OPEN,
    ORDERS,
    PRICE,
    RISK,
    SIDE,
    STARTING_CASH,
    STEP,
    SYMBOL,
    UNIT_VALUE,
    Floats,
    Integers,
    Run,
)
from quant.compiled import kernel, part_of_kernel
from quant.compiled_fills import closed_cost_units

UNITS = 1e8
"""Smallest units in one of the quote asset (10**kit.units.MONEY_DECIMALS)."""

# Columns of the trades that `trades_nb` writes.
(
    TRADE_SYMBOL,
    TRADE_SIDE,
    TRADE_LOTS,
    ENTRY_PRICE,
    EXIT_PRICE,
    ENTRY_AT,
    EXIT_AT,
    TRADE_FEES,
    TRADE_PROFIT,
    TRADE_MAE,
    TRADE_MFE,
    TRADE_RISK,
    TRADE_AMBIGUOUS,
    EXIT_ORDER,
    TRADE_COLUMNS,
) = range(15)


@kernel
def equity_by_bar_nb(run: Run, equity: Floats) -> None:
    """Equity (in the quote asset) after the close of every bar, written into a [T] array."""
    mark_bars_nb(run, equity, np.zeros(run.memory.shape[0], np.int64))


@part_of_kernel
def mark_bars_nb(run: Run, equity: Floats, lots: Integers) -> None:
    """The work of `equity_by_bar_nb`, with zeros to count the lots of all symbols in."""
    orders, memory, marks = run.orders, run.memory, run.prices[MARK]
    symbols, bars = marks.shape
    count, cash = memory[0, ORDERS], memory[0, STARTING_CASH]
    row, bar = 0, 0
    while bar < bars:
        while row < count and orders[row, BAR] == bar:
            symbol = orders[row, SYMBOL]
            lots[symbol] += orders[row, SIDE] * orders[row, FILLED_LOTS]
            cash = orders[row, CASH_AFTER]
            row += 1
        end = min(bars, orders[row, BAR]) if row < count else bars
        is_marked, money = False, cash / UNITS
        for symbol in range(symbols):
            worth = lots[symbol] * memory[symbol, UNIT_VALUE] / UNITS
            if worth != 0.0:
                mark_nb(equity[bar:end], marks[symbol, bar:end], worth, money, is_marked)
                is_marked = True
        if not is_marked:
            for at in range(bar, end):
                equity[at] = money
        bar = end


@part_of_kernel
def mark_nb(equity: Floats, marks: Integers, worth: float, money: float, is_marked: bool) -> None:
    """What a position is worth at its marks, added to the money or to what is there."""
    if is_marked:
        for at in range(equity.shape[0]):
            equity[at] += marks[at] * worth
    else:
        for at in range(equity.shape[0]):
            equity[at] = money + marks[at] * worth


@part_of_kernel
def extremes_nb(run: Run, symbol: int, start: int, end: int) -> tuple[int, int]:
    """The lowest low and the highest high of the bars in [start, end); (a price beyond all, 0) for none."""
    low, high = 2**62, 0
    first = (start + BLOCK - 1) >> BLOCK_BITS
    last = end >> BLOCK_BITS
    if first >= last:
        return extremes_with_nb(run.prices[LOW, symbol, start:end], run.prices[HIGH, symbol, start:end], low, high)
    begin, rest = first << BLOCK_BITS, last << BLOCK_BITS
    low, high = extremes_with_nb(run.prices[LOW, symbol, start:begin], run.prices[HIGH, symbol, start:begin], low, high)
    low, high = extremes_with_nb(run.prices[LOW, symbol, rest:end], run.prices[HIGH, symbol, rest:end], low, high)
    return extremes_with_nb(run.blocks[LOWEST, symbol, first:last], run.blocks[HIGHEST, symbol, first:last], low, high)


@part_of_kernel
def extremes_with_nb(lows: Integers, highs: Integers, low: int, high: int) -> tuple[int, int]:
    """The lowest and the highest of those and these."""
    for bar in range(lows.shape[0]):
        low = min(low, lows[bar])
        high = max(high, highs[bar])
    return low, high


@part_of_kernel
def excursions_nb(run: Run, entry: Integers, close: Integers, symbol: int) -> tuple[int, int]:
    """The lowest and the highest price that a position has certainly seen: its whole bars, and the exit itself.

    Of the bar of the exit only the open counts, and the fill; of the bar of an entry at its close nothing.
    """
    start = entry[BAR] if entry[STEP] == 0 else entry[BAR] + 1
    low, high = extremes_nb(run, symbol, start, close[BAR])
    price = close[PRICE]
    low, high = min(low, price), max(high, price)
    at_open = run.prices[OPEN, symbol, close[BAR]]
    if close[BAR] > entry[BAR] and at_open > 0:
        low, high = min(low, at_open), max(high, at_open)
    return low, high


@kernel
def trades_nb(run: Run, trades: Integers, has_excursions: bool) -> int:
    """Write the round trips into `trades` and return how many there are: one for each fill that closed something.

    Without excursions, the worst and the best that a position stood at are left out as 0: they are most of the work.

    A position has one entry, so first in, first out needs no queue: a part that is closed takes its share of the entry's
    fee and risk, rounded down, and the last part what is left.
    """
    symbols = run.memory.shape[0]
    # The row of a symbol's entry, and the lots, fee and risk of it that are still open.
    return pair_orders_nb(run, trades, has_excursions, np.zeros(symbols, np.int64), np.zeros((symbols, 3), np.int64))


@part_of_kernel
def pair_orders_nb(run: Run, trades: Integers, has_excursions: bool, opened: Integers, left: Integers) -> int:
    """The work of `trades_nb`, with room to remember the entries of all symbols."""
    orders, memory, count = run.orders, run.memory, run.memory[0, ORDERS]
    found = 0
    for row in range(count):
        order = orders[row]
        symbol, filled = order[SYMBOL], order[FILLED_LOTS]
        if filled == 0:
            continue
        if order[IS_ENTRY]:
            opened[symbol] = row
            left[symbol, 0], left[symbol, 1], left[symbol, 2] = filled, order[FEE], order[RISK]
            continue
        entry, trade, side = orders[opened[symbol]], trades[found], -order[SIDE]
        unit_value, lots = memory[symbol, UNIT_VALUE], left[symbol, 0]
        entry_fee = closed_cost_units(left[symbol, 1], filled, lots)
        risk = left[symbol, 2] if left[symbol, 2] < 0 else closed_cost_units(left[symbol, 2], filled, lots)
        left[symbol, 0] -= filled
        left[symbol, 1] -= entry_fee
        if risk > 0:
            left[symbol, 2] -= risk
        low = high = entry[PRICE]
        if has_excursions:
            low, high = excursions_nb(run, entry, order, symbol)
        worst, best = (low, high) if side > 0 else (high, low)
        value, fees = filled * unit_value, entry_fee + order[FEE]
        trade[TRADE_SYMBOL], trade[TRADE_SIDE], trade[TRADE_LOTS] = symbol, side, filled
        trade[ENTRY_PRICE], trade[EXIT_PRICE] = entry[PRICE], order[PRICE]
        trade[ENTRY_AT], trade[EXIT_AT], trade[TRADE_FEES] = entry[BAR], order[BAR], fees
        trade[TRADE_PROFIT] = side * (order[PRICE] - entry[PRICE]) * value - fees
        trade[TRADE_MAE] = min(side * (worst - entry[PRICE]) * value, 0)
        trade[TRADE_MFE] = max(side * (best - entry[PRICE]) * value, 0)
        trade[TRADE_RISK], trade[TRADE_AMBIGUOUS], trade[EXIT_ORDER] = risk, order[IS_AMBIGUOUS], row
        found += 1
    return found


@kernel
def costs_nb(run: Run) -> tuple[int, float]:
    """The fees of all orders in smallest units, and what was traded in them."""
    fees, traded = 0, 0.0
    for row in range(run.memory[0, ORDERS]):
        fees += run.orders[row, FEE]
        lots = run.orders[row, FILLED_LOTS] * run.memory[run.orders[row, SYMBOL], UNIT_VALUE]
        traded += float(lots * run.orders[row, PRICE])
    return fees, traded


@kernel
def trade_columns_nb(
    trades: Integers, time_ns: Integers, tick_sizes: Floats, lot_sizes: Floats, numbers: Floats, times: Integers
) -> None:
    """Round trips of `trades_nb` in units that people read: `numbers` [8, n] (`results.trades_from`), `times` [2, n]."""
    for row in range(trades.shape[0]):
        trade = trades[row]
        tick, risk = tick_sizes[trade[TRADE_SYMBOL]], trade[TRADE_RISK]
        numbers[0, row] = trade[TRADE_LOTS] * lot_sizes[trade[TRADE_SYMBOL]]
        numbers[1, row], numbers[2, row] = trade[ENTRY_PRICE] * tick, trade[EXIT_PRICE] * tick
        numbers[3, row], numbers[4, row] = trade[TRADE_FEES] / UNITS, trade[TRADE_PROFIT] / UNITS
        numbers[5, row], numbers[6, row] = trade[TRADE_MAE] / UNITS, trade[TRADE_MFE] / UNITS
        numbers[7, row] = risk / UNITS if risk >= 0 else math.nan
        times[0, row], times[1, row] = time_ns[trade[ENTRY_AT]], time_ns[trade[EXIT_AT]]


@kernel
def daily_marks_nb(run: Run, day_ends: Integers, daily: Floats) -> None:
    """Equity (in the quote asset) at the closes of the bars `day_ends`, written into `daily`."""
    orders, memory = run.orders, run.memory
    symbols, count = memory.shape[0], memory[0, ORDERS]
    lots = np.zeros(symbols, np.int64)
    row, cash = 0, memory[0, STARTING_CASH]
    for day in range(day_ends.shape[0]):
        end = day_ends[day]
        while row < count and orders[row, BAR] <= end:
            lots[orders[row, SYMBOL]] += orders[row, SIDE] * orders[row, FILLED_LOTS]
            cash = orders[row, CASH_AFTER]
            row += 1
        worth = cash
        for symbol in range(symbols):
            worth += lots[symbol] * run.prices[MARK, symbol, end] * memory[symbol, UNIT_VALUE]
        daily[day] = worth / UNITS


@kernel
def daily_figures_nb(daily: Floats, starting: float, days_per_year: int) -> tuple[float, float, float]:
    """Total return, largest drawdown (at most 0) and Sharpe ratio of daily equity that began at `starting`.

    Sharpe: mean over sample deviation (ddof 1) of daily returns, times the root of the days per year, without a risk-free
    rate; NaN below two days, without deviation, and where equity was not positive.
    """
    days = daily.shape[0]
    if days == 0 or starting <= 0.0:
        return math.nan, math.nan, math.nan
    peak = before = starting
    drawdown = mean = squares = 0.0
    for day in range(days):
        value = daily[day]
        peak = max(peak, value)
        drawdown = min(drawdown, value / peak - 1.0)
        change = value / before - 1.0 if before > 0.0 else math.nan
        delta = change - mean
        mean += delta / (day + 1)
        squares += delta * (change - mean)
        before = value
    sharpe = math.nan
    if days > 1 and squares > 0.0:
        sharpe = mean / math.sqrt(squares / (days - 1)) * math.sqrt(days_per_year)
    return daily[days - 1] / starting - 1.0, drawdown, sharpe
