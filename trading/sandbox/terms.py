"""What few orders ask for beside type, quantity and prices: checked, and worked out, before all other decisions.

A plain order never comes here. After `prepare` an order with terms looks like any other: a trailing stop has
its present stop and limit, a reduce-only order no more than there is to lessen, and an order with an end knows when.
"""

import msgspec

from kit.errors import invalid_field
from markets.instruments import Instrument
from quant.fills import PPM
from trading.sandbox.accounts import Account
from trading.sandbox.lifetimes import expiry_ns
from trading.sandbox.market import SymbolMarket
from trading.sandbox.orders import (
    DAY,
    FOK,
    GTD,
    IOC,
    TRAILING_STOP,
    TRAILING_STOP_LIMIT,
    OrderType,
    PlaceOrder,
    Side,
    Terms,
)
from trading.sandbox.reducing import cut_text, nothing_to_reduce, spare_lots
from trading.sandbox.refusals import nothing_to_trail
from trading.sandbox.risk import MAX_PRICE_TICKS, MAX_QUANTITY_LOTS, PRICED_TYPES, Refusal, check_range
from trading.sandbox.trailing import limit_of, stop_of

NO_TERMS = Terms()


class Prepared(msgspec.Struct, frozen=True):
    """A new order with its terms worked out, or why it is refused. `cut` says what a reduce-only order lost."""

    command: PlaceOrder
    watermark_ticks: int | None = None
    cut: str | None = None
    refusal: Refusal | None = None


def is_trailing_type(order_type: OrderType) -> bool:
    """Whether orders of the type follow the price."""
    return order_type is TRAILING_STOP or order_type is TRAILING_STOP_LIMIT


def has_terms(command: PlaceOrder) -> bool:
    """Whether an order says more than type, quantity and prices, or has to."""
    return (
        command.terms is not None
        or command.time_in_force is DAY
        or command.time_in_force is GTD
        or is_trailing_type(command.type)
    )


def checked(command: PlaceOrder, instrument: Instrument, time_ns: int) -> PlaceOrder:
    """The order with its end worked out, as far as no market is asked; raises Invalid naming the field that does not fit."""
    terms = command.terms or NO_TERMS
    _check_presence(command, terms)
    check_trail(terms)
    _check_display(command, terms, instrument)
    expires_ns = expiry_ns(command.time_in_force, terms.expires_ns, instrument, time_ns)
    if expires_ns != terms.expires_ns:
        terms = msgspec.structs.replace(terms, expires_ns=expires_ns)
    return msgspec.structs.replace(command, terms=terms)


def prepare(command: PlaceOrder, account: Account, market: SymbolMarket, time_ns: int) -> Prepared:
    """Work out the terms of a new order; raises Invalid naming the field that does not fit."""
    prepared = Prepared(checked(command, market.instrument, time_ns))
    terms = prepared.command.terms or NO_TERMS
    if is_trailing_type(command.type):
        prepared = _start_trailing(prepared.command, terms, market)
    if terms.reduce_only and prepared.refusal is None:
        prepared = _cut_to_position(prepared, account, market.instrument)
    return prepared


def check_trail(terms: Terms) -> None:
    """Raise Invalid for a distance or an offset that cannot be."""
    check_range("trail_amount", terms.trail_ticks, MAX_PRICE_TICKS)
    check_range("trail_percent", terms.trail_ppm, MAX_PRICE_TICKS)
    if terms.trail_ppm is not None and terms.trail_ppm >= PPM:
        raise invalid_field("trail_percent", "Must be less than 100.")
    if terms.limit_offset_ticks is not None and not 0 <= terms.limit_offset_ticks <= MAX_PRICE_TICKS:
        raise invalid_field("limit_offset", "Must not be negative, nor beyond any price.")


def trailed_prices(side: Side, watermark_ticks: int, terms: Terms, instrument: Instrument) -> tuple[int, int | None]:
    """Stop and limit of a trailing order at its watermark; raises Invalid where one of them would be no price."""
    stop_ticks = stop_of(side, watermark_ticks, terms)
    limit_ticks = limit_of(side, stop_ticks, terms)
    price = instrument.price_text(watermark_ticks)
    if stop_ticks < 1:
        field = "trail_amount" if terms.trail_ticks is not None else "trail_percent"
        raise invalid_field(field, f"Must be less than the price it follows, which is {price}.")
    if limit_ticks is not None and limit_ticks < 1:
        raise invalid_field("limit_offset", f"Must leave a limit above 0; the price it follows is {price}.")
    return stop_ticks, limit_ticks


def _check_presence(command: PlaceOrder, terms: Terms) -> None:
    """What belongs to a type or a time in force is there, and nowhere else."""
    trails = is_trailing_type(command.type)
    if trails and (terms.trail_ticks is None) == (terms.trail_ppm is None):
        raise invalid_field("trail_amount", f"A {command.type} order needs either trail_amount or trail_percent.")
    if not trails and terms.trail_ticks is not None:
        raise invalid_field("trail_amount", f"A {command.type} order takes none.")
    if not trails and terms.trail_ppm is not None:
        raise invalid_field("trail_percent", f"A {command.type} order takes none.")
    if command.type is TRAILING_STOP_LIMIT and terms.limit_offset_ticks is None:
        raise invalid_field("limit_offset", f"A {command.type} order needs it.")
    if command.type is not TRAILING_STOP_LIMIT and terms.limit_offset_ticks is not None:
        raise invalid_field("limit_offset", f"A {command.type} order takes none.")
    if command.time_in_force is not GTD and terms.expires_ns is not None:
        raise invalid_field("expires_at", "Only an order with time in force gtd takes it.")
    if terms.reduce_only and command.notional_units is not None:
        raise invalid_field("reduce_only", "An order by notional cannot be reduce-only: give a quantity.")


def _check_display(command: PlaceOrder, terms: Terms, instrument: Instrument) -> None:
    """An iceberg has a price to wait at, and shows no more than there is of it."""
    display_lots = terms.display_lots
    if display_lots is None:
        return
    is_priced = command.type in PRICED_TYPES or command.type is TRAILING_STOP_LIMIT
    if not is_priced or command.time_in_force is IOC or command.time_in_force is FOK:
        raise invalid_field("display_quantity", "Only an order that can wait at a price shows a part of itself.")
    check_display(display_lots, command.quantity_lots or 0, instrument)


def check_display(display_lots: int, quantity_lots: int, instrument: Instrument) -> None:
    """Raise Invalid when an iceberg would show more than it has, or less than the venue's smallest order."""
    check_range("display_quantity", display_lots, MAX_QUANTITY_LOTS)
    if display_lots > quantity_lots:
        raise invalid_field("display_quantity", "Must not be more than the quantity.")
    if display_lots < instrument.min_lots:
        least = instrument.quantity_text(instrument.min_lots)
        raise invalid_field("display_quantity", f"Must be at least {least}, the smallest order of {instrument.symbol}.")


def _start_trailing(command: PlaceOrder, terms: Terms, market: SymbolMarket) -> Prepared:
    """Begin at the last price."""
    if market.update is None:
        return Prepared(command, refusal=nothing_to_trail(market))
    watermark_ticks = market.update.last_ticks
    stop_ticks, limit_ticks = trailed_prices(command.side, watermark_ticks, terms, market.instrument)
    command = msgspec.structs.replace(command, stop_ticks=stop_ticks, price_ticks=limit_ticks)
    return Prepared(command, watermark_ticks)


def _cut_to_position(prepared: Prepared, account: Account, instrument: Instrument) -> Prepared:
    """No more than there is to lessen; all of it may be sold or bought back, however little it is worth."""
    command = prepared.command
    spare, asked_lots = spare_lots(account, command.symbol, command.side), command.quantity_lots or 0
    if spare == 0:
        return Prepared(command, refusal=nothing_to_reduce(account, instrument, command.side))
    if asked_lots < spare:
        return prepared
    cut = cut_text(instrument, asked_lots, spare) if asked_lots > spare else None
    command = msgspec.structs.replace(command, quantity_lots=spare, is_closing=True)
    return Prepared(command, prepared.watermark_ticks, cut)
