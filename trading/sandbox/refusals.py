"""Refusals that say what the market did not offer; those of limits and money stand with their checks in `risk`."""

from kit.clock import iso_from_ns
from markets.instruments import Instrument
from quant.walks import Take, lots_of
from trading.sandbox.market import SymbolMarket
from trading.sandbox.orders import FOK, IOC, MARKET, PlaceOrder
from trading.sandbox.risk import Refusal


def closed_to(command: PlaceOrder, market: SymbolMarket) -> Refusal | None:
    """Why an order cannot be taken while there is no market; one that can wait is."""
    at_once = command.time_in_force is IOC or command.time_in_force is FOK
    if market.is_halted and (command.type is MARKET or (command.stop_ticks is None and at_once)):
        return halted(command.symbol)
    if command.type is MARKET or (market.stale is not None and command.time_in_force is FOK):
        return no_market_price(market)
    return None


def halted(symbol: str) -> Refusal:
    """Trading was stopped for a time."""
    reason = f"Trading in {symbol} is halted. Orders that can wait are taken; nothing fills until it goes on."
    return Refusal("TRADING_HALTED", reason, {"symbol": symbol})


def nothing_to_trail(market: SymbolMarket) -> Refusal:
    """A trailing stop begins at the present price, and there is none."""
    return halted(market.instrument.symbol) if market.is_halted else no_market_price(market)


def no_market_price(market: SymbolMarket) -> Refusal:
    """There is no price, or only one whose source has fallen silent."""
    symbol = market.instrument.symbol
    if market.stale is None:
        return Refusal("NO_MARKET_PRICE", f"There is no market in {symbol} now. Wait for its next price.", {})
    last, since = market.instrument.price_text(market.stale.last_ticks), iso_from_ns(market.stale_since_ns)
    reason = f"The last price of {symbol}, {last}, is stale: its source has been silent since {since}."
    return Refusal("STALE_PRICE", f"{reason} Wait for the next one.", {"last": last, "since": since})


def nothing_to_take(command: PlaceOrder, instrument: Instrument) -> Refusal:
    """A market order that would get nothing: its notional is too small, or the depth has been used up."""
    if command.notional_units is not None:
        reason = f"The notional is worth less than one lot of {instrument.quantity_text(1)} {instrument.base}."
        return Refusal("MIN_NOTIONAL", reason, {"lot_size": instrument.quantity_text(1)})
    return Refusal("UNFILLABLE", f"The visible depth of {command.symbol} has been used up; new depth follows.", {})


def crossed_ticks(market: SymbolMarket, is_buy: bool, limit_ticks: int | None) -> int | None:
    """The best opposite price when a limit reaches it, also where the account has taken its depth already."""
    best_ticks = market.best_opposite(is_buy)
    if best_ticks is None or limit_ticks is None or (best_ticks > limit_ticks if is_buy else best_ticks < limit_ticks):
        return None
    return best_ticks


def would_take(price_ticks: int, instrument: Instrument) -> Refusal:
    """A post-only order that would trade at once."""
    price = instrument.price_text(price_ticks)
    return Refusal(
        "WOULD_TAKE", f"A post-only order may not trade at once, and the book has {price}.", {"price": price}
    )


def unfillable(takes: list[Take], lots: int, instrument: Instrument) -> Refusal:
    """A fill-or-kill order that the book cannot fill whole."""
    depth = instrument.quantity_text(lots_of(takes))
    return Refusal(
        "UNFILLABLE",
        f"Fill or kill: the book holds {depth} of {instrument.quantity_text(lots)} within the order's price.",
        {"fillable": depth, "quantity": instrument.quantity_text(lots)},
    )
