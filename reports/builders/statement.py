"""The daily statement of an account: with what each day began and ended, what came and went, what was traded and paid."""

from dataclasses import dataclass
from datetime import tzinfo

from reports.builders.accounts import matched, provenance_of, subject_of, warnings_of
from reports.builders.amounts import average_price, day_of, money, ns_of_day, price, quantity, zone_of
from reports.builders.document import Cell, Chart, DataHash, Figure, Report, Section, Series, Table, columns
from reports.builders.showing import thinned
from trading.ledger.records import Ledger, LedgerSample


@dataclass
class _Day:
    """What is added up for one day, from the mark before it to its own last; money in the base currency."""

    before: LedgerSample
    last: LedgerSample
    fills: int = 0
    traded_units: int = 0
    fee_units: int = 0
    realised_units: int = 0

    @property
    def deposit_units(self) -> int:
        """What came in less what went out."""
        return self.last.deposit_units - self.before.deposit_units

    @property
    def profit_units(self) -> int:
        """The change of worth without that."""
        return self.last.equity_units - self.before.equity_units - self.deposit_units

    @property
    def growth(self) -> float | None:
        """Time-weighted; None once there was nothing to grow."""
        if self.last.growth is None or not self.before.growth:
            return None
        return self.last.growth / self.before.growth - 1


def build_statement(ledger: Ledger, data: tuple[DataHash, ...], *, made_ns: int, time_zone: str) -> Report:
    """The statement of a ledger's period, day by day in the time zone."""
    zone = zone_of(time_zone)
    days = _days(ledger, zone)
    found = matched(ledger, "average")
    return Report(
        kind="statement",
        title=f"Statement of {ledger.name or ledger.account}",
        subtitle=subject_of(ledger),
        currency=ledger.base_currency,
        made_ns=made_ns,
        provenance=provenance_of(
            ledger,
            data,
            time_zone,
            "Days are those of the report's time zone; a day without a change of worth has no line.",
            "Profit of a day is the change of worth less what came in and went out; fees and interest are in it.",
            "Realised is at the average cost and, as fees and what was traded, of symbols quoted in the base currency.",
        ),
        sections=(
            _summary(ledger, days),
            Section(
                name="days",
                title="Day by day",
                charts=(_chart(ledger),) if len(ledger.samples) > 1 else (),
                tables=(_day_table(days),),
            ),
            *_holdings(ledger),
            Section(name="fills", title="Trades", tables=(_fill_table(ledger),)),
        ),
        warnings=warnings_of(ledger, found),
    )


def _days(ledger: Ledger, zone: tzinfo) -> dict[str, _Day]:
    """Every day with a sample, from the last mark of the day before to its own last."""
    days: dict[str, _Day] = {}
    before = ledger.samples[0]
    for sample in ledger.samples:
        # The first may lie before the period: it is what the first day began with.
        name = day_of(max(sample.time_ns, ledger.since_ns), zone)
        days.setdefault(name, _Day(before, sample)).last = sample
        before = sample
    _count_trades(ledger, zone, days)
    return days


def _count_trades(ledger: Ledger, zone: tzinfo, days: dict[str, _Day]) -> None:
    """Add what was traded in the base currency; a day of trades without a sample is told with the next one that has one."""
    names = sorted(days)

    def day_with(time_ns: int) -> _Day:
        name = day_of(time_ns, zone)
        return days[next((each for each in names if each >= name), names[-1])]

    for fill in ledger.fills:
        instrument = ledger.instruments[fill.symbol]
        if fill.time_ns >= ledger.since_ns and instrument.quote == ledger.base_currency:
            day = day_with(fill.time_ns)
            day.fills += 1
            day.traded_units += instrument.notional_units(fill.price_ticks, fill.quantity_lots)
            day.fee_units += fill.fee_units
    for closed in matched(ledger, "average").closed:
        if closed.exit_time_ns >= ledger.since_ns and ledger.instruments[closed.symbol].quote == ledger.base_currency:
            day_with(closed.exit_time_ns).realised_units += closed.profit_units


def _summary(ledger: Ledger, days: dict[str, _Day]) -> Section:
    first, last = ledger.samples[0], ledger.samples[-1]
    deposits = last.deposit_units - first.deposit_units
    total = None if last.growth is None else last.growth - 1
    return Section(
        name="summary",
        title="Summary",
        figures=(
            Figure("start", "Worth at the start", money(first.equity_units), "money"),
            Figure("deposits", "Came in less went out", money(deposits), "money"),
            Figure("profit", "Profit", money(last.equity_units - first.equity_units - deposits), "money"),
            Figure("end", "Worth at the end", money(last.equity_units), "money"),
            Figure("growth", "Growth, time-weighted", total, "share"),
            Figure("fees", "Fees", money(sum(day.fee_units for day in days.values())), "money"),
        ),
    )


def _chart(ledger: Ledger) -> Chart:
    samples = [ledger.samples[place] for place in thinned(len(ledger.samples)).tolist()]
    return Chart(
        name="worth",
        title="Worth",
        form="line",
        unit="money",
        x=[each.time_ns for each in samples],
        series=(Series("Worth", [float(money(each.equity_units)) for each in samples]),),
    )


def _day_table(days: dict[str, _Day]) -> Table:
    rows = [
        (
            ns_of_day(name),
            money(day.before.equity_units),
            money(day.deposit_units),
            money(day.profit_units),
            day.growth,
            money(day.last.equity_units),
            day.fills,
            money(day.traded_units),
            money(day.realised_units),
            money(day.fee_units),
        )
        for name, day in sorted(days.items())
    ]
    return Table(
        name="days",
        title="Days",
        columns=columns(
            ("day", "Day", "date"),
            ("start", "Began with", "money"),
            ("deposits", "Came in", "money"),
            ("profit", "Profit", "money"),
            ("growth", "Growth", "share"),
            ("end", "Ended with", "money"),
            ("fills", "Fills", "count"),
            ("traded", "Traded", "money"),
            ("realised", "Realised", "money"),
            ("fees", "Fees", "money"),
        ),
        rows=rows,
        is_shaded=True,
        most_shown=1_000,
    )


def _holdings(ledger: Ledger) -> list[Section]:
    """What is held at the end; left out when the period ends before now, for nobody has written down what was held then."""
    if ledger.until_ns <= ledger.now_ns:
        return []
    balances = [
        (each.asset, money(each.total_units), None if each.worth_units is None else money(each.worth_units))
        for each in ledger.balances
    ]
    said = columns(("asset", "Asset", "text"), ("total", "Total", "quantity"), ("worth", "Worth", "money"))
    return [
        Section(
            name="holdings",
            title="Held at the end",
            tables=(
                Table(name="balances", title="Balances", columns=said, rows=balances),
                _position_table(ledger),
            ),
        )
    ]


def _position_table(ledger: Ledger) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for each in ledger.positions:
        instrument = ledger.instruments[each.symbol]
        lots, side = abs(each.quantity_lots), 1 if each.quantity_lots > 0 else -1
        worth = None if each.mark_ticks is None else instrument.notional_units(each.mark_ticks, lots)
        rows.append(
            (
                each.symbol,
                "long" if side > 0 else "short",
                quantity(instrument, lots),
                average_price(instrument, each.cost_units, lots),
                None if each.mark_ticks is None else price(instrument, each.mark_ticks),
                None if worth is None else money(worth),
                None if worth is None else money(side * (worth - each.cost_units)),
            )
        )
    return Table(
        name="positions",
        title="Positions",
        columns=columns(
            ("symbol", "Symbol", "text"),
            ("side", "Side", "text"),
            ("quantity", "Quantity", "quantity"),
            ("entry", "Entered at", "price"),
            ("mark", "Last price", "price"),
            ("worth", "Worth", "money"),
            ("profit", "Not realised", "money"),
        ),
        rows=rows,
        is_shaded=True,
        note="In the quote asset of each symbol.",
    )


def _fill_table(ledger: Ledger) -> Table:
    rows = [
        (
            fill.time_ns,
            fill.symbol,
            fill.side,
            quantity(ledger.instruments[fill.symbol], fill.quantity_lots),
            price(ledger.instruments[fill.symbol], fill.price_ticks),
            money(ledger.instruments[fill.symbol].notional_units(fill.price_ticks, fill.quantity_lots)),
            money(fill.fee_units),
            fill.order_id,
        )
        for fill in ledger.fills
        if fill.time_ns >= ledger.since_ns
    ]
    return Table(
        name="fills",
        title="Fills",
        columns=columns(
            ("time", "Time", "time"),
            ("symbol", "Symbol", "text"),
            ("side", "Side", "text"),
            ("quantity", "Quantity", "quantity"),
            ("price", "Price", "price"),
            ("value", "Value", "money"),
            ("fee", "Fee", "money"),
            ("order", "Order", "text"),
        ),
        rows=rows,
    )
