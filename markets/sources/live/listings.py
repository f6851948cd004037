"""Turns what an exchange lists into instruments: its real ticks, lots, limits and usual fees.

An instrument that exists already, because it comes with Sandbar or was traded, keeps its own steps for ever: positions and
orders are counted in them. Prices of the venue are then rounded to them, bids down and asks up, and the listing says so.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec

from kit.units import MONEY_DECIMALS, PPM_PER_BPS
from markets.instruments import Instrument, make_instrument

DECIMAL_PLACES: Final = 2
SIGNIFICANT_DIGITS: Final = 3
"""ccxt's modes of precision; the third, and the usual one, is the step itself."""

PPM: Final = 10_000 * PPM_PER_BPS
"""Millionths in a whole."""


class Listing(msgspec.Struct, frozen=True):
    """One market of a venue that is followed: our instrument, the venue's name of it, and what does not fit exactly."""

    instrument: Instrument
    venue_symbol: str
    notes: tuple[str, ...] = ()


class Listings(msgspec.Struct, frozen=True):
    """Those that were found, in the order asked for, and why the others are not there."""

    found: tuple[Listing, ...]
    missing: dict[str, str]


def find_listings(
    wanted: Sequence[str],
    markets: Mapping[str, Mapping[str, Any]],
    precision_mode: int,
    known: Callable[[str], Instrument | None],
) -> Listings:
    """The listings of the wanted symbols (BASE-QUOTE); `known` finds the instruments there are."""
    found: list[Listing] = []
    missing: dict[str, str] = {}
    for symbol in wanted:
        venue_symbol = symbol.replace("-", "/")
        market = markets.get(venue_symbol)
        if market is None or not market.get("spot", True):
            missing[symbol] = "is not listed there"
        elif market.get("active") is False:
            missing[symbol] = "is not traded there at present"
        else:
            try:
                found.append(_listing(symbol, venue_symbol, market, precision_mode, known(symbol)))
            except (ValueError, ArithmeticError) as fault:
                missing[symbol] = f"has steps that cannot be used ({fault})"
    return Listings(tuple(found), missing)


def _listing(symbol: str, venue_symbol: str, market: Mapping[str, Any], mode: int, known: Instrument | None) -> Listing:
    listed = _instrument(symbol, market, mode)
    if known is None:
        return Listing(listed, venue_symbol)
    notes = [
        f"The venue's {name} is {theirs}, here it is {ours}; what is finer is rounded."
        for name, ours, theirs in (("tick", known.tick, listed.tick), ("lot", known.lot, listed.lot))
        if ours != theirs
    ]
    return Listing(known, venue_symbol, tuple(notes))


def _instrument(symbol: str, market: Mapping[str, Any], mode: int) -> Instrument:
    """The instrument as the venue has it; raises ValueError where its listing does not say enough."""
    precision, limits = market.get("precision") or {}, market.get("limits") or {}
    tick, lot = _step(precision.get("price"), mode, "price"), _step(precision.get("amount"), mode, "amount")
    # tick times lot is a whole number of the quote's smallest unit: a lot that is too fine for that becomes coarser.
    spare = MONEY_DECIMALS - _decimals(tick)
    if _decimals(lot) > spare:
        lot = Decimal(1).scaleb(-max(0, spare))
    least, most = (_limit((limits.get("amount") or {}).get(end)) for end in ("min", "max"))
    cost = _limit((limits.get("cost") or {}).get("min"))
    return make_instrument(
        symbol,
        tick=_text(tick),
        lot=_text(lot),
        min_notional=_text(cost.quantize(Decimal(1).scaleb(-MONEY_DECIMALS)).normalize()) if cost else "0",
        maker_ppm=_ppm(market.get("maker"), 200),
        taker_ppm=_ppm(market.get("taker"), 500),
        min_lots=max(1, math.ceil(least / lot)) if least else 1,
        max_lots=math.floor(most / lot) if most else 0,
    )


def _step(said: Any, mode: int, what: str) -> Decimal:
    """A step out of a listing's precision."""
    if said is None or mode == SIGNIFICANT_DIGITS:
        raise ValueError(f"it does not say the step of its {what}")
    step = Decimal(1).scaleb(-int(said)) if mode == DECIMAL_PLACES else Decimal(repr(said))
    if not step.is_finite() or step <= 0:
        raise ValueError(f"{said} is no step of a {what}")
    return step


def _limit(said: Any) -> Decimal | None:
    """A limit, where there is one that limits anything."""
    if said is None:
        return None
    limit = Decimal(repr(said))
    return limit if limit.is_finite() and limit > 0 else None


def _ppm(share: Any, default: int) -> int:
    """A fee as millionths; the usual one where the venue does not say."""
    if not isinstance(share, (int, float)) or not math.isfinite(share):
        return default
    return round(share * PPM)


def _decimals(step: Decimal) -> int:
    exponent = step.normalize().as_tuple().exponent
    return max(0, -int(exponent))


def _text(value: Decimal) -> str:
    return format(value.normalize(), "f")
