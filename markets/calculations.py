"""What an order would take from the present book: its average and worst price, or how much there is up to a price.

The walk is the exchange's own (`quant.walks`), over the same levels, without what an account took before.
"""

from collections.abc import Iterator

import msgspec

from kit.clock import iso_from_ns
from kit.errors import Invalid, invalid_field
from kit.units import MONEY_DECIMALS, Step, trimmed_text_from_units, units_from_text
from markets.board import Market
from markets.books import Side
from markets.instruments import Instrument
from quant.walks import Take, lots_of, take_lots, take_notional, value_of

BUY = "buy"
ONE_OF = ("quantity", "notional", "price")


class Wanted(msgspec.Struct, frozen=True):
    """What is asked for; exactly one is set."""

    quantity_lots: int | None = None
    notional_units: int | None = None
    price_ticks: int | None = None


class Calculation(msgspec.Struct, frozen=True, gc=False):
    """What the book gives; the prices are None where it gives nothing. `complete`: it holds all that was asked for."""

    symbol: str
    side: str
    quantity: str
    notional: str
    average_price: str | None
    best_price: str | None
    worst_price: str | None
    levels: int
    complete: bool
    missing_quantity: str | None
    missing_notional: str | None
    time: str | None
    source: str | None
    stale: bool
    age_ms: int | None = None


def parse_wanted(instrument: Instrument, *, quantity: str | None, notional: str | None, price: str | None) -> Wanted:
    """What a caller asks for; raises Invalid unless it is one thing, and on the lot or tick."""
    given = dict(zip(ONE_OF, (quantity, notional, price), strict=True))
    if sum(text is not None for text in given.values()) != 1:
        message = "Give exactly one of quantity, notional and price."
        named = [name for name, text in given.items() if text is not None] or list(ONE_OF)
        raise Invalid(message, details={name: [message] for name in named})
    if quantity is not None:
        return Wanted(quantity_lots=_steps(quantity, instrument.lot, "quantity", "lot size"))
    if price is not None:
        return Wanted(price_ticks=_steps(price, instrument.tick, "price", "tick size"))
    assert notional is not None, "one of the three is given"
    units = units_from_text(notional, MONEY_DECIMALS)
    if units is None:
        raise invalid_field("notional", f"Must have at most {MONEY_DECIMALS} digits after the point.")
    return Wanted(notional_units=units)


def calculation(instrument: Instrument, market: Market | None, side: str, wanted: Wanted) -> Calculation:
    """What the book of a market gives a taker of that side; nothing of one that is not there."""
    update = market.last_update if market else None
    levels: Side = () if update is None else update.asks if side == BUY else update.bids
    takes = _takes(levels, instrument, is_buy=side == BUY, wanted=wanted)
    lots, value = lots_of(takes), value_of(takes)
    missing_lots, missing_units = _missing(wanted, takes, levels, lots, value * instrument.unit_value, instrument)
    price = instrument.price_text
    return Calculation(
        symbol=instrument.symbol,
        side=side,
        quantity=instrument.quantity_text(lots),
        notional=_money(value * instrument.unit_value),
        average_price=instrument.average_price_text(value, lots) if lots else None,
        best_price=price(takes[0].price_ticks) if takes else None,
        worst_price=price(takes[-1].price_ticks) if takes else None,
        levels=len(takes),
        complete=not missing_lots and not missing_units,
        missing_quantity=None if missing_lots is None else instrument.quantity_text(missing_lots),
        missing_notional=None if missing_units is None else _money(missing_units),
        time=None if update is None else iso_from_ns(update.time_ns),
        source=market.source if market else None,
        stale=market is None or market.is_stale or update is None,
        age_ms=market.age_ms if market else None,
    )


def _takes(levels: Side, instrument: Instrument, *, is_buy: bool, wanted: Wanted) -> list[Take]:
    depth = _depth(levels)
    if wanted.notional_units is not None:
        return take_notional(depth, unit_value=instrument.unit_value, notional_units=wanted.notional_units)
    lots = wanted.quantity_lots
    if lots is None:
        lots = sum(level_lots for _, level_lots in levels)
    return take_lots(depth, is_buy=is_buy, lots=lots, limit_ticks=wanted.price_ticks)


def _depth(levels: Side) -> Iterator[tuple[int, int, int]]:
    return ((price_ticks, lots, price_ticks) for price_ticks, lots in levels)


def _missing(
    wanted: Wanted, takes: list[Take], levels: Side, lots: int, spent_units: int, instrument: Instrument
) -> tuple[int | None, int | None]:
    """What the book lacks in lots and in money; None for what was not asked for.

    The money left of a notional is missing only when it could buy another lot and the book holds none, or when it
    buys nothing at all; less than a lot's price is no lack of the book.
    """
    if wanted.quantity_lots is not None:
        return wanted.quantity_lots - lots, None
    if wanted.notional_units is None:
        return None, None
    left_units = wanted.notional_units - spent_units
    if not takes:
        return None, left_units
    is_empty = len(takes) == len(levels) and takes[-1].lots == levels[-1][1]
    has_lack = is_empty and left_units >= takes[-1].price_ticks * instrument.unit_value
    return None, left_units if has_lack else 0


def _steps(text: str, step: Step, field: str, name: str) -> int:
    steps = step.count_from_text(text)
    if steps is None:
        raise invalid_field(field, f"Must be a multiple of the {name} {step}.")
    return steps


def _money(units: int) -> str:
    return trimmed_text_from_units(units, MONEY_DECIMALS)
