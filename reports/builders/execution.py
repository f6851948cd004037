"""How well orders were carried out: what was filled, how soon, and what spread, slippage, fees and latency cost.

A fill's price is made of a reference (for a taker the middle of the book, for a maker its own limit), the way from there to
the best price (spread) and what is left (slippage), as an order's explanation has it. All three are measured against the
trader: what made a purchase dearer or a sale cheaper is a cost, what helped is a negative one.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from kit.clock import NS_PER_MS
from reports.builders.accounts import provenance_of, subject_of
from reports.builders.amounts import money, price, quantity
from reports.builders.document import (
    DURATIONS,
    Cell,
    Chart,
    DataHash,
    Figure,
    Report,
    Section,
    Series,
    Table,
    columns,
    duration_unit,
)
from reports.builders.performance import distribution
from trading.ledger.records import Ledger, LedgerFill, LedgerOrder

ENDED: Final = frozenset({"filled", "canceled", "rejected", "expired"})
MOST_REASONS: Final = 20
BPS: Final = 10_000
_AMOUNT: Final = re.compile(r"(?<![\w.-])-?\d[\d.,]*(?<![.,])(?![\w-])")
"""A number in a reason, by itself and not in a name."""


@dataclass(frozen=True)
class Costs:
    """What fills cost, in the quote asset's smallest units; `notional_units` is what they were about."""

    notional_units: int
    spread_units: int
    slippage_units: int
    fee_units: int
    count: int

    @property
    def total_units(self) -> int:
        """All of it together."""
        return self.spread_units + self.slippage_units + self.fee_units

    def bps(self, units: int) -> float | None:
        """An amount in basis points of the notional."""
        return units / self.notional_units * BPS if self.notional_units else None


def build_execution(ledger: Ledger, data: tuple[DataHash, ...], *, made_ns: int, time_zone: str) -> Report:
    """The execution of a ledger's orders and fills within its period."""
    fills = [fill for fill in ledger.fills if fill.time_ns >= ledger.since_ns]
    return Report(
        kind="execution",
        title=f"Execution of {ledger.name or ledger.account}",
        subtitle=subject_of(ledger),
        currency=None,
        made_ns=made_ns,
        provenance=provenance_of(
            ledger,
            data,
            time_zone,
            "Price = reference + spread + slippage; a taker's reference is the middle of the book, a maker's its limit.",
            "Costs are against the trader: negative ones helped. Amounts are in the quote asset of each symbol.",
            "Fill rates are of orders that were placed in the period and have ended.",
        ),
        sections=(
            _orders_section(ledger),
            _time_section(ledger, fills),
            _cost_section(ledger, fills),
            Section(name="fills", title="Fill by fill", tables=(_fill_table(ledger, fills),)),
        ),
    )


# Orders ------------------------------------------------------------------------------------------------------------------


def _orders_section(ledger: Ledger) -> Section:
    orders = ledger.orders
    ended = [each for each in orders if each.status in ENDED]
    figures = [Figure("orders", "Orders", len(orders), "count"), Figure("ended", "Ended", len(ended), "count")]
    for status in ("filled", "canceled", "expired", "rejected"):
        count = sum(each.status == status for each in ended)
        figures.append(Figure(status, status.capitalize(), count, "count"))
    figures.append(Figure("fill_rate", "Orders that filled, in part or whole", _fill_rate(ended), "share"))
    figures.append(Figure("filled_share", "Of what they asked for", _filled_share(ended), "share"))
    return Section(
        name="summary",
        title="Orders",
        figures=tuple(figures),
        tables=(
            _rates("types", "By type", orders, lambda each: each.type.replace("_", " ")),
            _rates("symbols", "By symbol", orders, lambda each: each.symbol),
            _reasons(ended),
        ),
    )


def _fill_rate(ended: list[LedgerOrder]) -> float | None:
    return sum(each.filled_lots > 0 for each in ended) / len(ended) if ended else None


def _filled_share(ended: list[LedgerOrder]) -> float | None:
    """The mean over orders of how much of each was filled."""
    shares = [each.filled_lots / each.quantity_lots for each in ended if each.quantity_lots]
    return sum(shares) / len(shares) if shares else None


def _rates(name: str, title: str, orders: list[LedgerOrder], group_of: Callable[[LedgerOrder], str]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for group in sorted({group_of(each) for each in orders}):
        own = [each for each in orders if group_of(each) == group]
        ended = [each for each in own if each.status in ENDED]
        rows.append((group, len(own), len(ended), _fill_rate(ended), _filled_share(ended)))
    return Table(
        name=name,
        title=title,
        columns=columns(
            ("group", "Group", "text"),
            ("orders", "Orders", "count"),
            ("ended", "Ended", "count"),
            ("fill_rate", "Filled at all", "share"),
            ("filled", "Of what was asked", "share"),
        ),
        rows=rows,
    )


def _reasons(ended: list[LedgerOrder]) -> Table:
    """Why orders ended without all of it; reasons that differ by their amounts alone are one."""
    counts: dict[tuple[str, str], int] = {}
    for each in ended:
        if each.status != "filled":
            key = each.status, _AMOUNT.sub("…", each.reason or "–")
            counts[key] = counts.get(key, 0) + 1
    most = sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:MOST_REASONS]
    return Table(
        name="reasons",
        title="Why orders ended unfilled",
        columns=columns(("status", "Status", "text"), ("reason", "Reason", "text"), ("orders", "Orders", "count")),
        rows=[(*key, count) for key, count in most],
    )


# Time --------------------------------------------------------------------------------------------------------------------


def _time_section(ledger: Ledger, fills: list[LedgerFill]) -> Section:
    """From placing to the first fill and to the last, by the market's clock."""
    placed = {each.id: each for each in ledger.orders}
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for fill in fills:
        if fill.order_id in placed:
            first.setdefault(fill.order_id, fill.time_ns)
            last[fill.order_id] = fill.time_ns
    waits = np.array([(time_ns - placed[each].created_ns) / NS_PER_MS for each, time_ns in first.items()], np.float64)
    whole = np.array(
        [(time_ns - placed[each].created_ns) / NS_PER_MS for each, time_ns in last.items()
         if placed[each].status == "filled"], np.float64
    )  # fmt: skip
    ways = np.array(
        [(each.arrives_ns - each.created_ns) / NS_PER_MS for each in ledger.orders if each.arrives_ns is not None],
        np.float64,
    )
    figures = (
        *_spread_of("first", "To the first fill", waits),
        *_spread_of("whole", "Until all of it was filled", whole),
        *_spread_of("latency", "On the way to the market", ways),
    )
    text = "" if figures else "Nothing of what was placed in this period has filled."
    return Section(name="time", title="Time to fill", text=text, figures=figures, charts=_waits_chart(waits[waits > 0]))


def _waits_chart(waits: np.ndarray) -> tuple[Chart, ...]:
    """How long those waited that did, in a unit that suits most of them."""
    if len(waits) < 2:
        return ()
    unit = duration_unit(float(np.median(waits)))
    return (distribution("waits", "To the first fill, of those that waited", waits / DURATIONS[unit], unit),)


def _spread_of(name: str, label: str, values: np.ndarray) -> tuple[Figure, ...]:
    if not len(values):
        return ()
    return (
        Figure(f"{name}_median", f"{label}, median", float(np.median(values)), "ms"),
        Figure(f"{name}_mean", f"{label}, mean", float(values.mean()), "ms"),
        Figure(f"{name}_95", f"{label}, 95 % within", float(np.percentile(values, 95)), "ms"),
    )


# Costs -------------------------------------------------------------------------------------------------------------------


def costs_of(ledger: Ledger, fills: Iterable[LedgerFill]) -> Costs:
    """What fills of symbols of one quote asset cost together."""
    notional = spread = slippage = fees = count = 0
    for fill in fills:
        instrument = ledger.instruments[fill.symbol]
        against = 1 if fill.side == "buy" else -1
        worth = fill.quantity_lots * instrument.unit_value
        notional += fill.price_ticks * worth
        spread += against * fill.spread_ticks * worth
        slippage += against * (fill.price_ticks - fill.reference_ticks - fill.spread_ticks) * worth
        fees += fill.fee_units
        count += 1
    return Costs(notional, spread, slippage, fees, count)


def _cost_section(ledger: Ledger, fills: list[LedgerFill]) -> Section:
    figures: list[Figure] = []
    for asset in sorted({ledger.instruments[fill.symbol].quote for fill in fills}):
        own = [fill for fill in fills if ledger.instruments[fill.symbol].quote == asset]
        costs = costs_of(ledger, own)
        maker = costs_of(ledger, (fill for fill in own if fill.is_maker)).notional_units
        figures += [
            Figure(f"notional_{asset}", f"Traded, {asset}", money(costs.notional_units), "money"),
            Figure(f"maker_{asset}", f"Of {asset} traded, as maker", maker / costs.notional_units, "share"),
            *_parts(asset, costs),
        ]
    symbols = sorted({fill.symbol for fill in fills})
    by_symbol = {symbol: costs_of(ledger, (fill for fill in fills if fill.symbol == symbol)) for symbol in symbols}
    chart = _cost_chart(by_symbol)
    return Section(
        name="costs",
        title="What it cost",
        figures=tuple(figures),
        charts=(chart,) if symbols else (),
        tables=(_cost_table(ledger, by_symbol), _liquidity_table(ledger, fills)),
    )


def _parts(asset: str, costs: Costs) -> list[Figure]:
    said = (
        ("spread", "Spread", costs.spread_units),
        ("slippage", "Slippage", costs.slippage_units),
        ("fees", "Fees", costs.fee_units),
        ("cost", "Together", costs.total_units),
    )
    return [
        figure
        for name, label, units in said
        for figure in (
            Figure(f"{name}_{asset}", f"{label}, {asset}", money(units), "money"),
            Figure(f"{name}_bps_{asset}", f"{label}, of {asset} traded", costs.bps(units), "bps"),
        )
    ]


def _cost_chart(by_symbol: dict[str, Costs]) -> Chart:
    return Chart(
        name="costs",
        title="Cost by symbol, in basis points of what was traded",
        form="bars",
        unit="bps",
        labels=list(by_symbol),
        series=tuple(
            Series(label, [costs.bps(getattr(costs, name)) for costs in by_symbol.values()])
            for label, name in (("Spread", "spread_units"), ("Slippage", "slippage_units"), ("Fees", "fee_units"))
        ),
    )


def _cost_row(costs: Costs) -> tuple[Cell, ...]:
    return (
        costs.count,
        money(costs.notional_units),
        money(costs.spread_units),
        money(costs.slippage_units),
        money(costs.fee_units),
        costs.bps(costs.spread_units),
        costs.bps(costs.slippage_units),
        costs.bps(costs.fee_units),
    )


COST_COLUMNS: Final[tuple[Any, ...]] = (
    ("fills", "Fills", "count"),
    ("notional", "Traded", "money"),
    ("spread", "Spread", "money"),
    ("slippage", "Slippage", "money"),
    ("fees", "Fees", "money"),
    ("spread_bps", "Spread", "bps"),
    ("slippage_bps", "Slippage", "bps"),
    ("fees_bps", "Fees", "bps"),
)


def _cost_table(ledger: Ledger, by_symbol: dict[str, Costs]) -> Table:
    return Table(
        name="costs",
        title="Costs by symbol",
        columns=columns(("symbol", "Symbol", "text"), ("asset", "In", "text"), *COST_COLUMNS),
        rows=[(symbol, ledger.instruments[symbol].quote, *_cost_row(costs)) for symbol, costs in by_symbol.items()],
    )


def _liquidity_table(ledger: Ledger, fills: list[LedgerFill]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for asset in sorted({ledger.instruments[fill.symbol].quote for fill in fills}):
        for is_maker, name in ((True, "maker"), (False, "taker")):
            own = [
                fill for fill in fills if fill.is_maker is is_maker and ledger.instruments[fill.symbol].quote == asset
            ]
            if own:
                rows.append((name, asset, *_cost_row(costs_of(ledger, own))))
    return Table(
        name="liquidity",
        title="Costs by liquidity",
        columns=columns(("liquidity", "As", "text"), ("asset", "In", "text"), *COST_COLUMNS),
        rows=rows,
    )


def _fill_table(ledger: Ledger, fills: list[LedgerFill]) -> Table:
    """Every fill with what its price is made of, oldest first."""
    rows: list[tuple[Cell, ...]] = []
    for fill in fills:
        instrument = ledger.instruments[fill.symbol]
        slippage = fill.price_ticks - fill.reference_ticks - fill.spread_ticks
        rows.append(
            (
                fill.time_ns,
                fill.order_id,
                fill.symbol,
                fill.side,
                quantity(instrument, fill.quantity_lots),
                price(instrument, fill.price_ticks),
                price(instrument, fill.reference_ticks),
                price(instrument, fill.spread_ticks),
                price(instrument, slippage),
                money(fill.fee_units),
                "maker" if fill.is_maker else "taker",
            )
        )
    return Table(
        name="fills",
        title="Fills",
        columns=columns(
            ("time", "Time", "time"),
            ("order", "Order", "text"),
            ("symbol", "Symbol", "text"),
            ("side", "Side", "text"),
            ("quantity", "Quantity", "quantity"),
            ("price", "Price", "price"),
            ("reference", "Reference", "price"),
            ("spread", "Spread", "price"),
            ("slippage", "Slippage", "price"),
            ("fee", "Fee", "money"),
            ("liquidity", "As", "text"),
        ),
        rows=rows,
        most_shown=100,
        note="Spread and slippage are signed as prices are: for a sale a cost is negative.",
    )
