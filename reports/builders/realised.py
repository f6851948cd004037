"""What was realised, lot by lot, by the method that was asked for; beside it what the other methods would have said."""

from collections.abc import Iterable
from datetime import tzinfo
from typing import Final

from reports.builders.accounts import matched, provenance_of, subject_of, warnings_of
from reports.builders.amounts import average_price, money, month_of, quantity, zone_of
from reports.builders.document import Cell, DataHash, Figure, Report, Section, Table, columns
from reports.builders.lots import Closed, Lot, Matched
from trading.ledger.records import Ledger

METHODS: Final = {"fifo": "first in, first out", "lifo": "last in, first out", "average": "average cost"}


def build_realised(ledger: Ledger, data: tuple[DataHash, ...], *, method: str, made_ns: int, time_zone: str) -> Report:
    """Realised profit of a ledger's period."""
    found = {name: matched(ledger, name) for name in METHODS}
    closed = _inside(ledger, found[method])
    zone = zone_of(time_zone)
    return Report(
        kind="realised",
        title=f"Realised profit of {ledger.name or ledger.account}",
        subtitle=f"{subject_of(ledger)}; {METHODS[method]}",
        currency=None,
        made_ns=made_ns,
        provenance=provenance_of(
            ledger,
            data,
            time_zone,
            "Amounts are in the quote asset of each symbol; profit is after the fees of purchase and sale.",
            "Months are those of the report's time zone, by the time of closing.",
        ),
        sections=(
            _summary(ledger, closed),
            Section(
                name="realised",
                title="Realised",
                tables=(_by_symbol(ledger, closed), _by_month(ledger, closed, zone), _closed_table(ledger, closed)),
            ),
            Section(name="open", title="Still held", tables=(_open_table(ledger, found[method].open),)),
            Section(
                name="methods",
                title="By other methods",
                text="The methods differ in which lot a sale takes; once nothing is held they come to the same.",
                tables=(_methods(ledger, found),),
            ),
        ),
        warnings=warnings_of(ledger, found[method]),
    )


def _inside(ledger: Ledger, found: Matched) -> list[Closed]:
    return [each for each in found.closed if ledger.since_ns <= each.exit_time_ns < ledger.until_ns]


def _quote(ledger: Ledger, symbol: str) -> str:
    return ledger.instruments[symbol].quote


def _sums(ledger: Ledger, closed: Iterable[Closed]) -> dict[str, tuple[int, int, int]]:
    """By quote asset: how many lots, their profit, and their fees."""
    sums: dict[str, tuple[int, int, int]] = {}
    for each in closed:
        count, profit, fees = sums.get(_quote(ledger, each.symbol), (0, 0, 0))
        sums[_quote(ledger, each.symbol)] = count + 1, profit + each.profit_units, fees + each.fee_units
    return sums


def _summary(ledger: Ledger, closed: list[Closed]) -> Section:
    figures = [Figure("lots", "Lots closed", len(closed), "count")]
    for asset, (_, profit, fees) in sorted(_sums(ledger, closed).items()):
        figures.append(Figure(f"profit_{asset}", f"Realised, {asset}", money(profit), "money"))
        figures.append(Figure(f"fees_{asset}", f"Fees in it, {asset}", money(fees), "money"))
    return Section(name="summary", title="Summary", figures=tuple(figures))


def _by_symbol(ledger: Ledger, closed: list[Closed]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for symbol in sorted({each.symbol for each in closed}):
        own = [each for each in closed if each.symbol == symbol]
        instrument = ledger.instruments[symbol]
        rows.append(
            (
                symbol,
                len(own),
                quantity(instrument, sum(each.quantity_lots for each in own)),
                money(sum(each.entry_units for each in own)),
                money(sum(each.exit_units for each in own)),
                money(sum(each.fee_units for each in own)),
                money(sum(each.profit_units for each in own)),
                instrument.quote,
            )
        )
    return Table(
        name="symbols",
        title="By symbol",
        columns=columns(
            ("symbol", "Symbol", "text"),
            ("lots", "Lots", "count"),
            ("quantity", "Quantity", "quantity"),
            ("entry", "Opened for", "money"),
            ("exit", "Closed for", "money"),
            ("fees", "Fees", "money"),
            ("profit", "Profit", "money"),
            ("asset", "In", "text"),
        ),
        rows=rows,
        is_shaded=True,
    )


def _by_month(ledger: Ledger, closed: list[Closed], zone: tzinfo) -> Table:
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for each in closed:
        key = month_of(each.exit_time_ns, zone), _quote(ledger, each.symbol)
        count, profit = sums.get(key, (0, 0))
        sums[key] = count + 1, profit + each.profit_units
    return Table(
        name="months",
        title="By month",
        columns=columns(
            ("month", "Month", "text"),
            ("asset", "In", "text"),
            ("lots", "Lots", "count"),
            ("profit", "Profit", "money"),
        ),
        rows=[(*key, count, money(profit)) for key, (count, profit) in sorted(sums.items())],
        is_shaded=True,
    )


def _closed_table(ledger: Ledger, closed: list[Closed]) -> Table:
    rows = [
        (
            each.symbol,
            "long" if each.side > 0 else "short",
            quantity(ledger.instruments[each.symbol], each.quantity_lots),
            each.entry_time_ns,
            average_price(ledger.instruments[each.symbol], each.entry_units, each.quantity_lots),
            each.exit_time_ns,
            average_price(ledger.instruments[each.symbol], each.exit_units, each.quantity_lots),
            money(each.fee_units),
            money(each.profit_units),
        )
        for each in closed
    ]
    return Table(
        name="lots",
        title="Lots that were closed",
        columns=columns(
            ("symbol", "Symbol", "text"),
            ("side", "Side", "text"),
            ("quantity", "Quantity", "quantity"),
            ("entry_time", "Opened", "time"),
            ("entry_price", "At", "price"),
            ("exit_time", "Closed", "time"),
            ("exit_price", "At", "price"),
            ("fees", "Fees", "money"),
            ("profit", "Profit", "money"),
        ),
        rows=rows,
        is_shaded=True,
    )


def _open_table(ledger: Ledger, lots: list[Lot]) -> Table:
    """What is held, with what it would bring at the last price where that is known."""
    marks = {each.symbol: each.mark_ticks for each in ledger.positions} if ledger.until_ns > ledger.now_ns else {}
    rows: list[tuple[Cell, ...]] = []
    for lot in sorted(lots, key=lambda lot: (lot.symbol, lot.opened_ns)):
        instrument = ledger.instruments[lot.symbol]
        mark = marks.get(lot.symbol)
        worth = None if mark is None else instrument.notional_units(mark, lot.quantity_lots)
        rows.append(
            (
                lot.symbol,
                "long" if lot.side > 0 else "short",
                quantity(instrument, lot.quantity_lots),
                lot.opened_ns,
                average_price(instrument, lot.cost_units, lot.quantity_lots),
                money(lot.cost_units),
                money(lot.fee_units),
                None if worth is None else money(lot.side * (worth - lot.cost_units)),
            )
        )
    return Table(
        name="open",
        title="Open lots",
        columns=columns(
            ("symbol", "Symbol", "text"),
            ("side", "Side", "text"),
            ("quantity", "Quantity", "quantity"),
            ("opened", "Opened", "time"),
            ("price", "At", "price"),
            ("cost", "Cost", "money"),
            ("fees", "Fees", "money"),
            ("profit", "Not realised", "money"),
        ),
        rows=rows,
        is_shaded=True,
    )


def _methods(ledger: Ledger, found: dict[str, Matched]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for method, text in METHODS.items():
        for asset, (count, profit, fees) in sorted(_sums(ledger, _inside(ledger, found[method])).items()):
            rows.append((text, asset, count, money(profit), money(fees)))
    return Table(
        name="methods",
        title="Realised by method",
        columns=columns(
            ("method", "Method", "text"),
            ("asset", "In", "text"),
            ("lots", "Lots", "count"),
            ("profit", "Realised", "money"),
            ("fees", "Fees in it", "money"),
        ),
        rows=rows,
        is_shaded=True,
    )
