"""What the positions of a margin account ask of its equity, and at which price they no longer get it.

Margin is shared by all positions quoted in the same asset ("cross" margin): equity is the balance of the quote and the
worth of those positions at the last prices. A liquidation begins when it is no more than their maintenance margin
(Binance's USD-M futures in cross mode: a margin ratio of 100 %). The rates are in `quant.fills`.
"""

import msgspec

from quant.fills import PPM, initial_units, maintenance_ppm, maintenance_units
from trading.sandbox.accounts import Account, Position
from trading.sandbox.rates import MarkOf


class Margin(msgspec.Struct, frozen=True):
    """Equity in one quote asset, and what the positions quoted in it ask of it."""

    equity_units: int
    initial_units: int
    maintenance_units: int

    @property
    def is_short_of_maintenance(self) -> bool:
        """Whether there are positions that the equity does not carry any more."""
        return self.maintenance_units > 0 and self.equity_units <= self.maintenance_units


def margin_of(account: Account, quote: str, mark_of: MarkOf) -> Margin:
    """The margin of the positions quoted in an asset; one whose symbol has no price yet counts at its entry."""
    balance = account.balances.get(quote)
    equity_units = 0 if balance is None else balance.total_units
    first_units = least_units = 0
    for symbol, position in account.positions.items():
        lots = position.quantity_lots
        if not lots:
            continue
        instrument, mark_ticks = mark_of(symbol)
        if instrument.quote != quote:
            continue
        notional_units = position.cost_units if mark_ticks is None else abs(lots) * mark_ticks * instrument.unit_value
        leverage = account.margin.leverage_of(symbol)
        equity_units += notional_units if lots > 0 else -notional_units
        first_units += initial_units(notional_units, leverage)
        least_units += maintenance_units(notional_units, leverage)
    return Margin(equity_units, first_units, least_units)


def liquidation_ticks(account: Account, symbol: str, mark_of: MarkOf) -> int | None:
    """The price of a symbol, the others standing still, at which its position begins to be liquidated; None: at none.

    Rounded to the tick that is reached first.
    """
    position = account.positions.get(symbol) or Position()
    instrument, mark_ticks = mark_of(symbol)
    lots = position.quantity_lots
    if not lots or mark_ticks is None:
        return None
    margin, leverage = margin_of(account, instrument.quote, mark_of), account.margin.leverage_of(symbol)
    notional_units = abs(lots) * mark_ticks * instrument.unit_value
    # Equity and maintenance without this position; the position then adds q*p to the one and |q|*p*rate to the other.
    equity_units = margin.equity_units - (notional_units if lots > 0 else -notional_units)
    least_units = margin.maintenance_units - maintenance_units(notional_units, leverage)
    rate_ppm = maintenance_ppm(leverage)
    per_tick = abs(lots) * instrument.unit_value
    if lots > 0:
        ticks = (least_units - equity_units) * PPM // (per_tick * (PPM - rate_ppm))
    else:
        ticks = -((least_units - equity_units) * PPM // (per_tick * (PPM + rate_ppm)))
    return ticks if ticks > 0 else None
