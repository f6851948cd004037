"""The journal of round trips: every one of them, and how they fall by symbol, month, side and time held."""

from collections.abc import Callable
from datetime import tzinfo
from typing import Final

import numpy as np

from quant.performance.trading import NS_PER_HOUR, trade_figures
from reports.builders.amounts import month_of, zone_of
from reports.builders.document import Cell, Report, Section, Table, columns
from reports.builders.performance import provenance_of
from reports.builders.round_trips import by_symbol, trade_charts, trade_table, trades_figures
from reports.builders.sources import RoundTrips, Track

HELD: Final = ((1, "under an hour"), (24, "hours"), (24 * 7, "days"), (24 * 30, "weeks"))
"""Hours below which a round trip counts as such; the rest are months."""

JOURNAL_ROWS: Final = 1_000


def build_trades(track: Track, *, made_ns: int, time_zone: str) -> Report:
    """The journal of a track."""
    trades, zone = track.trades, zone_of(time_zone)
    empty = Section(name="summary", title="Round trips", text="There are none in this period.")
    sections: tuple[Section, ...] = (empty,)
    if len(trades):
        sections = (
            Section(
                name="summary",
                title="Round trips",
                figures=trades_figures(trade_figures(trades)),
                charts=trade_charts(trades),
            ),
            Section(
                name="groups",
                title="Where it came from",
                tables=(
                    by_symbol(trades),
                    _grouped("sides", "By side", trades, lambda place: "long" if trades.side[place] > 0 else "short"),
                    _by_month(trades, zone),
                    _grouped("held", "By time held", trades, lambda place: _held(trades, place)),
                ),
            ),
            Section(name="journal", title="Journal", tables=(trade_table(trades, most_shown=JOURNAL_ROWS),)),
        )
    return Report(
        kind="trades",
        title=f"Round trips of {track.name}",
        subtitle=track.subject,
        currency=track.currency,
        made_ns=made_ns,
        provenance=provenance_of(track, time_zone),
        sections=sections,
        warnings=track.warnings,
    )


def _by_month(trades: RoundTrips, zone: tzinfo) -> Table:
    months = [month_of(each, zone) for each in trades.exit_time_ns.tolist()]
    return _grouped("months", "By month of closing", trades, lambda place: months[place])


def _held(trades: RoundTrips, place: int) -> str:
    hours = float(trades.exit_time_ns[place] - trades.entry_time_ns[place]) / NS_PER_HOUR
    return next((name for most, name in HELD if hours < most), "months")


def _grouped(name: str, title: str, trades: RoundTrips, group_of: Callable[[int], str]) -> Table:
    """A row for each group, in the order of their names."""
    groups = np.array([group_of(place) for place in range(len(trades))])
    rows: list[tuple[Cell, ...]] = []
    for group in sorted(set(groups.tolist())):
        profit = trades.profit[groups == group]
        rows.append((group, len(profit), float((profit > 0).mean()), float(profit.sum()), float(profit.mean())))
    return Table(
        name=name,
        title=title,
        columns=columns(
            ("group", "Group", "text"),
            ("trades", "Round trips", "count"),
            ("won", "Won", "share"),
            ("profit", "Profit", "money"),
            ("average", "Average", "money"),
        ),
        rows=rows,
        is_shaded=True,
    )
