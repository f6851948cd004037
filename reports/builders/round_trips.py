"""Round trips in a report: their figures, their table, and how they add up by symbol and over time."""

from typing import Final

import numpy as np

from quant.performance.figures import TradeFigures
from quant.performance.trading import NS_PER_HOUR
from reports.builders.document import Cell, Chart, Figure, Series, Table, columns
from reports.builders.showing import Said, figures_from, known, thinned, values_of
from reports.builders.sources import RoundTrips

TRADES: Final[tuple[Said, ...]] = (
    ("count", "Round trips", "count"),
    ("win_rate", "Won", "share"),
    ("profit_factor", "Profit factor", "number"),
    ("payoff_ratio", "Average win over average loss", "number"),
    ("expectancy", "Average profit", "money"),
    ("expectancy_r", "Average profit in multiples of the risk", "number"),
    ("median", "Median profit", "money"),
    ("average_win", "Average win", "money"),
    ("average_loss", "Average loss", "money"),
    ("best", "Best", "money"),
    ("worst", "Worst", "money"),
    ("gross_profit", "Sum of wins", "money"),
    ("gross_loss", "Sum of losses", "money"),
    ("average_hold_hours", "Average time held", "hours"),
    ("most_wins_in_a_row", "Most wins in a row", "count"),
    ("most_losses_in_a_row", "Most losses in a row", "count"),
    ("average_adverse_excursion", "Average worst standing", "money"),
    ("average_favourable_excursion", "Average best standing", "money"),
    ("system_quality", "System quality", "number"),
    ("kelly", "Kelly share (a bound, no advice)", "share"),
)


def trades_figures(trades: TradeFigures) -> tuple[Figure, ...]:
    """The figures of round trips, and those of each side."""
    sides = tuple(
        figure
        for name, side in (("long", trades.long), ("short", trades.short))
        for figure in (
            Figure(f"{name}_count", f"{name.capitalize()} round trips", side.count, "count"),
            Figure(f"{name}_profit", f"{name.capitalize()} profit", known(side.profit), "money"),
        )
        if side.count
    )
    return (*figures_from(trades, TRADES), *sides)


def trade_charts(trades: RoundTrips) -> tuple[Chart, ...]:
    """What they added up to one after the other, and what each came to."""
    places = thinned(len(trades))
    times = trades.exit_time_ns[places].tolist()
    total = np.cumsum(trades.profit)[places]
    counts, edges = np.histogram(trades.profit, bins=min(41, max(len(trades), 1)))
    bars = (Series("Count", [float(each) for each in counts]), Series("Edges", values_of(edges)))
    return (
        Chart(name="profit_of_trades", title="Profit, trade by trade", form="line", unit="money", x=times,
              series=(Series("Profit", values_of(total)),)),
        Chart(name="distribution_of_trades", title="Profit of a round trip", form="histogram", unit="money", series=bars),
    )  # fmt: skip


def by_symbol(trades: RoundTrips) -> Table:
    """A row for each symbol, the most profit first."""
    symbols = np.array(trades.symbol)
    rows: list[tuple[Cell, ...]] = []
    for symbol in sorted(set(trades.symbol)):
        chosen = symbols == symbol
        profit = trades.profit[chosen]
        lost = float(-profit[profit < 0].sum())
        rows.append(
            (
                symbol,
                int(chosen.sum()),
                float((profit > 0).mean()),
                float(profit.sum()),
                float(profit[profit > 0].sum()) / lost if lost > 0 else None,
                float(trades.fees[chosen].sum()),
                float((trades.exit_time_ns - trades.entry_time_ns)[chosen].mean()) / NS_PER_HOUR,
            )
        )
    rows.sort(key=lambda row: -float(row[3] or 0))
    return Table(
        name="symbols",
        title="By symbol",
        columns=columns(
            ("symbol", "Symbol", "text"),
            ("trades", "Round trips", "count"),
            ("won", "Won", "share"),
            ("profit", "Profit", "money"),
            ("profit_factor", "Profit factor", "number"),
            ("fees", "Fees", "money"),
            ("held", "Average time held", "hours"),
        ),
        rows=rows,
    )


def trade_table(trades: RoundTrips, *, most_shown: int = 200) -> Table:
    """Every round trip, in the order of their closing."""
    rows = list(
        zip(
            range(1, len(trades) + 1),
            trades.symbol,
            np.where(trades.side > 0, "long", "short").tolist(),
            trades.quantity.tolist(),
            trades.entry_time_ns.tolist(),
            trades.entry_price.tolist(),
            trades.exit_time_ns.tolist(),
            trades.exit_price.tolist(),
            trades.fees.tolist(),
            trades.profit.tolist(),
            values_of(trades.mae),
            values_of(trades.mfe),
            strict=True,
        )
    )
    return Table(
        name="trades",
        title="Round trips",
        columns=columns(
            ("number", "No.", "count"),
            ("symbol", "Symbol", "text"),
            ("side", "Side", "text"),
            ("quantity", "Quantity", "quantity"),
            ("entry_time", "Opened", "time"),
            ("entry_price", "At", "price"),
            ("exit_time", "Closed", "time"),
            ("exit_price", "At", "price"),
            ("fees", "Fees", "money"),
            ("profit", "Profit", "money"),
            ("worst", "Worst", "money"),
            ("best", "Best", "money"),
        ),
        rows=rows,
        is_shaded=True,
        most_shown=most_shown,
        note="Profit is after fees. Worst and best: where the position certainly stood meanwhile.",
    )
