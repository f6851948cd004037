"""Many backtests of one panel at once: each combination is a row of settings over one of several sets of signals.

Nothing has the size of combinations times bars. Signals are kept as sparse lists, indicators are the caller's (once for
each distinct window), and a combination leaves a few figures. Threads share the work: kernels let go of the interpreter.
"""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from analytics.backtests.engine import layout
from analytics.backtests.engine.bars import Panel
from analytics.backtests.engine.figures import FIGURES
from analytics.backtests.engine.layout import (
    AMBIGUOUS,
    COLUMNS,
    HELD_BARS,
    ORDER_COLUMNS,
    ORDERS,
    STARTING_CASH,
    Floats,
    Integers,
    Rows,
    Run,
)
from analytics.backtests.engine.marking import (
    TRADE_COLUMNS,
    TRADE_PROFIT,
    UNITS,
    costs_nb,
    daily_figures_nb,
    daily_marks_nb,
    trades_nb,
)
from analytics.backtests.engine.preparing import Events
from analytics.backtests.engine.walking import MAX_ORDERS, MOST_ORDERS_OF_A_BAR, walk_nb
from kit.errors import invalid_field
from quant.compiled import kernel
from quant.performance.days import last_marks

MAX_COMBINATIONS = 1_000_000
"""Figures of a million combinations are 100 MB; a finer search is a search for luck."""

CHUNK = 64
"""Combinations between two looks at whether to go on: some milliseconds of work."""


@dataclass(frozen=True)
class Sweep:
    """The figures of all combinations, float64 [M, len(FIGURES)], in their order; NaN where a figure is not defined."""

    figures: Floats

    def column(self, name: str) -> Floats:
        """One figure of all combinations, [M]."""
        return self.figures[:, FIGURES.index(name)]


def sweep(
    panel: Panel,
    events: Events,
    signal_rows: Integers,
    settings: Integers,
    measures: Integers,
    *,
    days_per_year: int,
    threads: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Sweep:
    """Carry out M backtests, combination m with the events of row `signal_rows[m]` and `settings[m]`.

    `events` come from `preparing.events_of` with one set of signals a row, or from `crossing_events`; `settings` [M, K,
    COLUMNS] from `preparing.settings_of`, with the columns changed that a combination changes, and `measures` from the same
    `Measures`. A day ends with the last bar of a UTC day. `progress(done, of)` is called from time to time, and may raise to
    end the sweep. Raises Invalid for too many combinations.
    """
    combinations = len(settings)
    if not 0 < combinations <= MAX_COMBINATIONS:
        raise invalid_field("parameters", f"A sweep has from 1 to {MAX_COMBINATIONS} combinations, not {combinations}.")
    assert signal_rows.shape == (combinations,), "every combination has its signals"
    assert settings.shape[1:] == (len(panel.symbols), COLUMNS), "a row of settings for every symbol"
    figures = np.full((combinations, len(FIGURES)), math.nan)
    ends = last_marks(panel.time_ns)

    def work(start: int) -> None:
        stop = min(start + CHUNK, combinations)
        sweep_nb(
            panel.prices,
            panel.blocks,
            measures,
            events.rows,
            events.first,
            signal_rows[start:stop],
            settings[start:stop],
            ends,
            days_per_year,
            figures[start:stop],
        )

    starts = range(0, combinations, CHUNK)
    if threads == 1 and progress is None:
        for start in starts:
            work(start)
        return Sweep(figures)
    with ThreadPoolExecutor(threads) as pool:
        try:
            for number, _ in enumerate(pool.map(work, starts), 1):
                if progress is not None:
                    progress(min(number * CHUNK, combinations), combinations)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return Sweep(figures)


def crossing_events(fast: Floats, slow: Floats, pairs: Sequence[tuple[int, int]], *, is_both_sides: bool) -> Events:
    """The events of two families of averages that cross, a row for each pair (row of `fast`, row of `slow`).

    `fast` and `slow` are [rows, T], of a panel with one symbol, which has a bar at every time. Long is entered when the
    fast one comes above the slow one, and left when it comes back to it or below; with `is_both_sides` the rest of the time
    is short. It acts at the next open. NaN is neither above nor below.
    """
    bars = fast.shape[1]
    rows = np.empty((bars, 3), np.int32)
    parts = []
    first = np.zeros(len(pairs) + 1, np.int64)
    for number, (fast_row, slow_row) in enumerate(pairs):
        count = crossings_nb(fast[fast_row], slow[slow_row], is_both_sides, rows)
        parts.append(rows[:count].copy())
        first[number + 1] = first[number] + count
    return Events(np.concatenate(parts), first)


@kernel
def crossings_nb(fast: Floats, slow: Floats, is_both_sides: bool, rows: Rows) -> int:
    """Write the events of one pair into `rows` ([T, 3]: acting bar, source, code), and return how many there are."""
    up = layout.LONG_ENTRY | (layout.SHORT_EXIT if is_both_sides else 0)
    down = layout.LONG_EXIT | (layout.SHORT_ENTRY if is_both_sides else 0)
    found = 0
    was_above = fast[0] > slow[0]
    was_known = fast[0] == fast[0] and slow[0] == slow[0]
    for bar in range(1, fast.shape[0]):
        is_above = fast[bar] > slow[bar]
        if is_above != was_above or not was_known:
            is_known = fast[bar] == fast[bar] and slow[bar] == slow[bar]
            if is_known and was_known and is_above != was_above:
                rows[found, 0], rows[found, 1] = bar + 1, bar
                rows[found, 2] = up if is_above else down
                found += 1
            was_known = is_known
        was_above = is_above
    return found


@kernel
def sweep_nb(
    prices: Integers,
    blocks: Integers,
    measures: Integers,
    events: Rows,
    first: Integers,
    signal_rows: Integers,
    settings: Integers,
    ends: Integers,
    days_per_year: int,
    figures: Floats,
) -> None:
    """Carry out some combinations one after the other, and write their figures."""
    symbols = settings.shape[1]
    orders = np.empty((1_024, ORDER_COLUMNS), np.int64)
    trades = np.empty((1_024, TRADE_COLUMNS), np.int64)
    daily = np.empty(ends.shape[0])
    for number in range(settings.shape[0]):
        run = Run(prices, blocks, measures, events, settings[number].copy(), orders)
        row = signal_rows[number] * symbols
        orders = walk_nb(run, first[row : row + symbols + 1])
        run = Run(prices, blocks, measures, events, run.memory, orders)
        count = run.memory[0, ORDERS]
        if count > MAX_ORDERS - MOST_ORDERS_OF_A_BAR * symbols:
            figures[number, 11] = 0.0
            continue
        if trades.shape[0] < count:
            trades = np.empty((orders.shape[0], TRADE_COLUMNS), np.int64)
        daily_marks_nb(run, ends, daily)
        starting = run.memory[0, STARTING_CASH] / UNITS
        figures[number, 0], figures[number, 1], figures[number, 2] = daily_figures_nb(daily, starting, days_per_year)
        sums_nb(run, trades, figures[number])


@kernel
def sums_nb(run: Run, trades: Integers, figures: Floats) -> None:
    """Write what is summed up over a run's trades and orders."""
    found = trades_nb(run, trades, False)
    wins, gain, loss = 0, 0, 0
    for trade in range(found):
        profit = trades[trade, TRADE_PROFIT]
        if profit > 0:
            wins += 1
            gain += profit
        else:
            loss += profit
    fees, traded = costs_nb(run)
    figures[3], figures[4] = found, wins
    figures[5], figures[6] = gain / UNITS, loss / UNITS
    figures[7], figures[8] = fees / UNITS, traded / UNITS
    figures[9] = run.memory[0, HELD_BARS] / run.prices.shape[2]
    figures[10], figures[11] = run.memory[0, AMBIGUOUS], 1.0
