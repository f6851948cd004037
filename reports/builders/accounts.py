"""What reports of an account share: its lots, its round trips and its curve out of a ledger, and how they introduce it."""

from typing import Final

import numpy as np

from quant.performance.measuring import DaysPerYear
from reports.builders.document import DataHash, Provenance
from reports.builders.lots import Closed, Matched, Trade, by_orders, match
from reports.builders.sources import RoundTrips, Track
from trading.ledger.records import Ledger, LedgerFill

UNITS: Final = 1e8
PRICE_DIGITS: Final = 8
"""Of an average price: a division of decimals leaves noise far behind them."""

CONVENTIONS: Final = (
    "Times and the period are those of the market's clock.",
    "Growth is time-weighted: money that came or went is no profit and no loss.",
    "A round trip is what one order opened and another one closed, first in first out, however many fills that took.",
)


def matched(ledger: Ledger, method: str) -> Matched:
    """The lots of a ledger by one method."""
    trades = [
        Trade(
            fill.time_ns,
            fill.symbol,
            1 if fill.side == "buy" else -1,
            fill.price_ticks,
            fill.quantity_lots,
            fill.fee_units,
            fill.order_id,
        )
        for fill in ledger.fills
    ]
    values = {symbol: each.unit_value for symbol, each in ledger.instruments.items()}
    return match(trades, values, method=method, can_be_short=ledger.type == "margin")


def account_track(ledger: Ledger, data: tuple[DataHash, ...]) -> Track:
    """An account as a track: its equity without what came and went, and the round trips in its base currency."""
    found = matched(ledger, "fifo")
    inside = [each for each in by_orders(found.closed) if ledger.since_ns <= each.exit_time_ns < ledger.until_ns]
    counted = [each for each in inside if _quote(ledger, each.symbol) == ledger.base_currency]
    known = [each for each in ledger.samples if each.growth is not None]
    start = ledger.samples[0].equity_units / UNITS
    fees = sum(fill.fee_units for fill in _fills_inside(ledger)) / UNITS
    return Track(
        name=ledger.name or ledger.account,
        subject=subject_of(ledger),
        currency=ledger.base_currency,
        time_ns=np.array([each.time_ns for each in known], np.int64),
        equity=np.array([each.growth or 0.0 for each in known]) * start,
        starting_equity=start,
        days_per_year=year_of(ledger),
        trades=round_trips(ledger, counted),
        data=data,
        traded_value=_traded_value(ledger),
        exposure=_exposure(ledger, found),
        fees=fees,
        held=tuple(
            (lot.opened_ns, lot.cost_units / UNITS)
            for lot in found.open
            if _quote(ledger, lot.symbol) == ledger.base_currency
        ),
        conventions=CONVENTIONS,
        warnings=(*warnings_of(ledger, found), *_not_counted(inside, counted)),
    )


def subject_of(ledger: Ledger) -> str:
    """What a report of an account is about, in a line."""
    part = f"{ledger.part}. " if ledger.part else ""
    return f"{part}Account {ledger.account}, epoch {ledger.epoch}, {ledger.type}, after journal entry {ledger.head_seq}"


def data_of(ledger: Ledger, material_hash: str) -> tuple[DataHash, ...]:
    """The hashes that name an account's state: of the journal, and of what was gathered."""
    return (
        DataHash(f"journal up to entry {ledger.head_seq}", ledger.head_hash),
        DataHash(f"ledger of {ledger.account}", material_hash),
    )


def provenance_of(ledger: Ledger, data: tuple[DataHash, ...], time_zone: str, *conventions: str) -> Provenance:
    """Where a report of an account came from."""
    return Provenance(data=data, conventions=(CONVENTIONS[0], *conventions), time_zone=time_zone)


def warnings_of(ledger: Ledger, found: Matched) -> tuple[str, ...]:
    """What a reader must know before the first number."""
    warnings = []
    if ledger.uncounted:
        warnings.append(f"Came or went without a known rate, and is in no figure: {', '.join(ledger.uncounted)}.")
    if found.unmatched_lots:
        sold = ", ".join(
            f"{ledger.instruments[symbol].quantity_text(lots)} {symbol}"
            for symbol, lots in sorted(found.unmatched_lots.items())
        )
        warnings.append(f"Sold without having been bought in this epoch, so its cost is not known: {sold}.")
    if ledger.is_set_back:
        warnings.append(
            "The market's clock was set back meanwhile: equity is told from then on, and trades before it keep their times."
        )
    if ledger.is_shared:
        warnings.append("Others trade on this account: equity, and what follows from it, are of all of them.")
    if not ledger.part and ledger.until_ns > ledger.now_ns and not _agrees(ledger, found):
        warnings.append(
            "Positions were there before the first fill (a fork); lots and round trips do not know their cost."
        )
    return tuple(warnings)


def _agrees(ledger: Ledger, found: Matched) -> bool:
    """Whether the lots add up to the positions; what was sold from deposits never was one."""
    held: dict[str, int] = {}
    for lot in found.open:
        held[lot.symbol] = held.get(lot.symbol, 0) + lot.side * lot.quantity_lots
    return {symbol: lots for symbol, lots in held.items() if lots} == {
        each.symbol: each.quantity_lots for each in ledger.positions
    }


def _not_counted(inside: list[Closed], counted: list[Closed]) -> tuple[str, ...]:
    others = sorted({each.symbol for each in inside} - {each.symbol for each in counted})
    text = f"Quoted in another currency, so in the equity and not in the figures of trades: {', '.join(others)}."
    return (text,) if others else ()


def year_of(ledger: Ledger) -> DaysPerYear:
    """365 as soon as one of the markets never closes, else 252."""
    calendars = {each.calendar for each in ledger.instruments.values()}
    return 365 if not calendars or "24/7" in calendars else 252


def round_trips(ledger: Ledger, closed: list[Closed]) -> RoundTrips:
    """What was closed as round trips, in the order of their closing; nobody watched how they stood meanwhile."""
    lots = np.array(
        [each.quantity_lots * ledger.instruments[each.symbol].lot_units / UNITS for each in closed], np.float64
    )
    entry, exit_value = (
        np.array([getattr(each, name) / UNITS for each in closed], np.float64) for name in ("entry_units", "exit_units")
    )
    unknown = np.full(len(closed), np.nan)
    return RoundTrips(
        [each.symbol for each in closed],
        np.array([each.side for each in closed], np.int8),
        lots,
        np.round(entry / lots, PRICE_DIGITS),
        np.round(exit_value / lots, PRICE_DIGITS),
        np.array([each.entry_time_ns for each in closed], np.int64),
        np.array([each.exit_time_ns for each in closed], np.int64),
        np.array([each.fee_units / UNITS for each in closed], np.float64),
        np.array([each.profit_units / UNITS for each in closed], np.float64),
        unknown,
        unknown,
        unknown,
    )


def _quote(ledger: Ledger, symbol: str) -> str:
    return ledger.instruments[symbol].quote


def _fills_inside(ledger: Ledger) -> list[LedgerFill]:
    return [
        fill
        for fill in ledger.fills
        if fill.time_ns >= ledger.since_ns and _quote(ledger, fill.symbol) == ledger.base_currency
    ]


def _traded_value(ledger: Ledger) -> float:
    return (
        sum(
            ledger.instruments[fill.symbol].notional_units(fill.price_ticks, fill.quantity_lots)
            for fill in _fills_inside(ledger)
        )
        / UNITS
    )


def _exposure(ledger: Ledger, found: Matched) -> float | None:
    """The share of the period with a position in anything."""
    end_ns = min(ledger.until_ns, ledger.now_ns)
    spans = sorted(
        [(each.entry_time_ns, each.exit_time_ns) for each in found.closed]
        + [(lot.opened_ns, end_ns) for lot in found.open]
    )
    covered_ns, reached_ns = 0, ledger.since_ns
    for start_ns, closed_ns in spans:
        stop_ns = min(closed_ns, end_ns)
        covered_ns += max(stop_ns - max(start_ns, reached_ns), 0)
        reached_ns = max(reached_ns, stop_ns)
    return covered_ns / (end_ns - ledger.since_ns) if end_ns > ledger.since_ns else None
