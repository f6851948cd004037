"""Run one backtest: from a spec, bars and signals to a result. Pure: no clock, no chance, no files."""

import numpy as np

from analytics.backtests.engine import layout
from analytics.backtests.engine.bars import Panel
from analytics.backtests.engine.layout import Floats, Integers, Run
from analytics.backtests.engine.marking import (
    TRADE_COLUMNS,
    TRADE_PROFIT,
    UNITS,
    costs_nb,
    equity_by_bar_nb,
    trades_nb,
)
from analytics.backtests.engine.preparing import Events, Measures, Moments, Signals, events_of, settings_of
from analytics.backtests.engine.results import Bound, Position, Result, trades_from
from analytics.backtests.engine.specs import Backtest
from analytics.backtests.engine.walking import MAX_ORDERS, MOST_ORDERS_OF_A_BAR, walk_nb
from kit.errors import Invalid
from quant.fills import ADVERSE_FIRST, FAVOURABLE_FIRST


class Walked:
    """A run that was carried out: its orders and what it remembers."""

    def __init__(self, panel: Panel, measures: Integers, events: Events, settings: Integers) -> None:
        memory = settings.copy()
        spare = MOST_ORDERS_OF_A_BAR * len(memory)
        room = min(2 * len(events.rows) + 2 * spare, MAX_ORDERS)
        orders = np.empty((room, layout.ORDER_COLUMNS), np.int64)
        run = Run(panel.prices, panel.blocks, measures, events.rows, memory, orders)
        orders = walk_nb(run, events.first)
        count = int(memory[0, layout.ORDERS])
        if count > MAX_ORDERS - spare:
            message = f"The strategy gives more than {MAX_ORDERS} orders. Choose fewer bars, or rarer signals."
            raise Invalid(message, code="TOO_MANY_ORDERS")
        self.orders = orders[:count]
        self.run = run._replace(orders=self.orders)

    def trade_rows(self) -> Integers:
        """The round trips, as `marking.trades_nb` writes them."""
        rows = np.empty((len(self.orders), TRADE_COLUMNS), np.int64)
        return rows[: trades_nb(self.run, rows, True)]

    def equity(self) -> Floats:
        """Equity after each close."""
        equity = np.empty(self.run.prices.shape[2])
        equity_by_bar_nb(self.run, equity)
        return equity

    def final_units(self) -> int:
        """Equity after the last bar, in smallest units."""
        memory, marks = self.run.memory, self.run.prices[layout.MARK, :, -1]
        worth = memory[:, layout.LOTS] * marks * memory[:, layout.UNIT_VALUE]
        return int(memory[0, layout.CASH] + worth.sum())


def run_backtest(spec: Backtest, panel: Panel, signals: Signals | Moments) -> Result:
    """Carry out a backtest over the bars of a panel whose symbols are those of the spec, in its order.

    Deterministic, and blind to what comes: the result up to a bar is the same whatever follows it, with one exception: what
    was said at the last bar is recorded as refused (`no_next_bar`). Raises Invalid for signals, distances or quantities that
    do not fit the bars and instruments.
    """
    assert spec.symbols == tuple(each.symbol for each in panel.symbols), "the panel holds the symbols of the spec"
    measures = Measures(panel)
    settings = settings_of(spec, panel, measures)
    at_close = bool(settings[0, layout.FILL_AT_CLOSE])
    events = events_of(panel, [signals], at_close=at_close, delisted_after_bars=spec.delisted_after_bars)
    walked = Walked(panel, measures.array(), events, settings)
    memory = walked.run.memory
    trade_rows = walked.trade_rows()
    starting = settings[0, layout.STARTING_CASH] / UNITS
    fees_units, traded_units = costs_nb(walked.run)
    return Result(
        spec=spec,
        content_hashes=tuple(each.content_hash for each in panel.symbols),
        time_ns=panel.time_ns,
        equity=walked.equity(),
        starting_equity=float(starting),
        trades=trades_from(
            trade_rows,
            panel.time_ns,
            np.array([each.tick_size for each in panel.symbols]),
            np.array([each.lot_size for each in panel.symbols]),
        ),
        order_rows=walked.orders,
        positions=_positions(walked, panel),
        ambiguous_bars=int(memory[0, layout.AMBIGUOUS]),
        bounds=_bounds(walked, panel, events, trade_rows),
        exposure=float(memory[0, layout.HELD_BARS] / len(panel.time_ns)),
        traded_value=traded_units / UNITS,
        fees=fees_units / UNITS,
    )


def _positions(walked: Walked, panel: Panel) -> tuple[Position, ...]:
    lots, marks = walked.run.memory[:, layout.LOTS], panel.prices[layout.MARK, :, -1]
    held = zip(panel.symbols, lots.tolist(), marks.tolist(), strict=True)
    return tuple(Position(bars.symbol, lots, mark) for bars, lots, mark in held if lots)


def _bounds(walked: Walked, panel: Panel, events: Events, trade_rows: Integers) -> tuple[Bound, ...]:
    """The pessimistic and the optimistic path; where no bar was ambiguous, both are the run itself."""
    found, memory = [], walked.run.memory
    for name, path in (("pessimistic", ADVERSE_FIRST), ("optimistic", FAVOURABLE_FIRST)):
        other, rows = walked, trade_rows
        if memory[0, layout.AMBIGUOUS] and memory[0, layout.PATH] != path:
            settings = memory.copy()
            settings[:, layout.PATH] = path
            other = Walked(panel, walked.run.measures, events, settings)
            rows = other.trade_rows()
        profit = float(rows[:, TRADE_PROFIT].sum() / UNITS)
        found.append(Bound(name, other.final_units() / UNITS, len(rows), profit))
    return tuple(found)
