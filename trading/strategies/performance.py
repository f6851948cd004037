"""How a run is doing: money, positions and round trips, out of its account and the fills that came since it started."""

import msgspec

from trading import pages
from trading.accounts.answers import PositionAnswer, position_of
from trading.desk import Desk
from trading.history import FillFilter
from trading.numbers import money_text, time_text
from trading.published import Place
from trading.strategies.records import Run
from trading.strategies.trips import TradedFill, Trip, trips_of

MAX_FILLS = 10_000
"""Fills that are looked at for round trips, the newest; `is_whole` says whether they were all."""
PAGE = 1_000
MAX_TRIPS = 100
"""Round trips that are shown, the newest."""
PERCENT_DIGITS = 4


class TripAnswer(msgspec.Struct, frozen=True):
    """A position from its first fill to its last; profit is after fees."""

    symbol: str
    side: str
    quantity: str
    opened_at: str
    closed_at: str
    profit: str
    fees: str


class PerformanceAnswer(msgspec.Struct, frozen=True):
    """A run's figures, in the base currency of its account; None is not known.

    `equity` and what follows from it are of the whole account: of an account that others trade on as well, theirs too.
    """

    run_id: str
    account: str
    base_currency: str
    start_equity: str | None
    equity: str
    profit: str | None
    profit_percent: str | None
    fees: str
    fills: int
    trips: int
    winning_trips: int
    win_percent: str | None
    profit_of_trips: str
    average_profit: str | None
    is_whole: bool
    positions: list[PositionAnswer]
    newest_trips: list[TripAnswer]


async def performance_of(desk: Desk, run: Run) -> PerformanceAnswer:
    """How a run is doing now; raises NotFound UNKNOWN_ACCOUNT."""
    account = desk.published.account(run.account).account
    fills, is_whole = await _fills_of(desk, run)
    trips = trips_of(fills)
    won = sum(trip.profit_units > 0 for trip in trips)
    profit_units = sum(trip.profit_units for trip in trips)
    equity_units = desk.rates.worth(account).equity_units
    start_units = run.start_equity_units
    gained = None if start_units is None else equity_units - start_units
    return PerformanceAnswer(
        run_id=run.id,
        account=run.account,
        base_currency=account.base_currency,
        start_equity=None if start_units is None else money_text(start_units),
        equity=money_text(equity_units),
        profit=None if gained is None else money_text(gained),
        profit_percent=_percent(gained, start_units),
        fees=money_text(sum(fill.fee_units for fill in fills)),
        fills=len(fills),
        trips=len(trips),
        winning_trips=won,
        win_percent=_percent(won, len(trips)),
        profit_of_trips=money_text(profit_units),
        average_profit=money_text(profit_units // len(trips)) if trips else None,
        is_whole=is_whole,
        positions=[
            position_of(account, symbol, desk.mark_of)
            for symbol in run.spec.symbols
            if symbol in account.positions and account.positions[symbol].quantity_lots
        ],
        newest_trips=[_trip_answer(desk, trip) for trip in reversed(trips[-MAX_TRIPS:])],
    )


async def _fills_of(desk: Desk, run: Run) -> tuple[list[TradedFill], bool]:
    """The newest fills of the run's symbols since it started, oldest first, and whether there are no more."""
    found: list[TradedFill] = []
    after: Place | None = None
    wanted = FillFilter(since_ns=run.market_ns)
    while len(found) < MAX_FILLS:
        page, after = await pages.page_of_fills(desk, run.account, wanted, limit=PAGE, after=after)
        for each in page:
            if each.symbol in run.spec.symbols:
                fill, sign = each.fill, 1 if each.side == "buy" else -1
                notional = desk.instrument(each.symbol).notional_units(fill.price_ticks, fill.quantity_lots)
                found.append(TradedFill(each.symbol, sign * fill.quantity_lots, notional, fill.fee_units, fill.time_ns))
        if after is None:
            break
    found.reverse()
    return found, after is None


def _percent(part: int | None, whole: int | None) -> str | None:
    if part is None or not whole:
        return None
    return f"{round(100 * part / whole, PERCENT_DIGITS) + 0.0:.{PERCENT_DIGITS}f}"


def _trip_answer(desk: Desk, trip: Trip) -> TripAnswer:
    return TripAnswer(
        symbol=trip.symbol,
        side="long" if trip.is_long else "short",
        quantity=desk.instrument(trip.symbol).quantity_text(trip.most_lots),
        opened_at=time_text(trip.opened_ns),
        closed_at=time_text(trip.closed_ns),
        profit=money_text(trip.profit_units),
        fees=money_text(trip.fee_units),
    )
