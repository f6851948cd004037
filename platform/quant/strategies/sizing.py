"""How large an entry is and whether the money covers it: the rules of `analytics.backtests.engine.sizing` in plain Python.

Integers alone: prices in ticks, quantities in lots, money in the quote's smallest unit, shares in millionths.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from quant.fills import PPM, affordable_lots, fee_units, initial_units, share_of_units
from quant.strategies.distances import UNKNOWN, StepsOf
from quant.strategies.specs import EquityShare, FixedQuantity, RiskPerTrade, Strategy, VolatilityTarget, ppm_of

MAX_LOTS: Final = 2**31
"""Lots of one order; far more than any money of a sandbox buys."""

NO_CASH: Final = "no_cash"
POSITION_LIMIT: Final = "position_limit"
BELOW_LOT: Final = "below_lot"
BELOW_MINIMUM: Final = "below_minimum"
ABOVE_MAXIMUM: Final = "above_maximum"
UNKNOWN_DISTANCE: Final = "unknown_distance"
BEYOND_PRICE: Final = "beyond_price"
NO_VOLUME: Final = "no_volume"
CONFLICT: Final = "conflict"
NOT_CLOSED: Final = "not_closed"
NO_NEXT_BAR: Final = "no_next_bar"
TOO_LARGE: Final = "too_large"
"""Why an entry is not made, in the words of a backtest's orders."""


class SizePlan(msgspec.Struct, frozen=True):
    """A sizing in the steps of an instrument: `lots`, or a share of equity, or what may be lost, or by volatility."""

    lots: int = 0
    share_ppm: int = 0
    risk_ppm: int = 0
    volatility: VolatilityTarget | None = None


class Means(msgspec.Struct, frozen=True, kw_only=True):
    """What an entry is paid from, and what the venue allows; `max_share_ppm` None and `most_lots` 0 are no limit."""

    equity_units: int
    free_units: int
    leverage: int
    fee_ppm: int
    unit_value: int
    least_lots: int = 1
    most_lots: int = 0
    least_notional_units: int = 0
    max_share_ppm: int | None = None


class Offer(msgspec.Struct, frozen=True):
    """What the market asks: the price with slippage of no quantity in particular, the last price, and what lots really pay.

    `paid_ticks(lots)` is the worst price that a taker of so many lots pays.
    """

    price_ticks: int
    last_ticks: int
    paid_ticks: Callable[[int], int]


class Sized(msgspec.Struct, frozen=True):
    """How many lots, and why not (None: nothing is in the way)."""

    lots: int
    refusal: str | None = None


def size_plan(strategy: Strategy, lots_of: StepsOf, leverage: int) -> SizePlan:
    """A sizing in lots of an instrument; raises Invalid for a quantity that is no whole number of them."""
    sizing = strategy.sizing
    if isinstance(sizing, FixedQuantity):
        return SizePlan(lots=min(lots_of("strategy.sizing.quantity", sizing.quantity), MAX_LOTS))
    if isinstance(sizing, VolatilityTarget):
        return SizePlan(volatility=sizing)
    ppm = ppm_of("strategy.sizing.percent", sizing.percent, least=1, most=leverage * PPM)
    if isinstance(sizing, RiskPerTrade):
        return SizePlan(risk_ppm=ppm)
    assert isinstance(sizing, EquityShare), "there are four kinds of sizing"
    return SizePlan(share_ppm=ppm)


def entry_size(plan: SizePlan, means: Means, offer: Offer, *, nearest_ticks: int, volatility_ppm: int) -> Sized:
    """How many lots an entry is for, as a backtest has it.

    `nearest_ticks` is the distance of the nearer of stop and trailing stop (0: none, `UNKNOWN`), `volatility_ppm` the share
    of equity of a volatility target. What money does not cover is cut, but for a fixed quantity, which is that or nothing.
    """
    if means.free_units <= 0:
        return Sized(0, NO_CASH)
    wanted = _wanted_lots(plan, means, max(offer.price_ticks, offer.last_ticks), nearest_ticks, volatility_ppm)
    if wanted == UNKNOWN or nearest_ticks == UNKNOWN:
        return Sized(0, UNKNOWN_DISTANCE)
    refusal = _refusal(means, wanted, offer.price_ticks)
    if refusal is not None:
        return Sized(max(wanted, 0), refusal)
    # What moves with the quantity is known now: money must cover the price that is really paid.
    price_ticks = max(offer.paid_ticks(wanted), offer.last_ticks)
    covered = covered_lots(means, price_ticks, wanted)
    if covered == wanted:
        return Sized(wanted)
    if plan.lots or covered == 0:
        return Sized(wanted, NO_CASH)
    return Sized(covered, _refusal(means, covered, price_ticks))


def _wanted_lots(plan: SizePlan, means: Means, price_ticks: int, nearest_ticks: int, volatility_ppm: int) -> int:
    if plan.lots:
        return plan.lots
    equity_units, lot_cost_units = means.equity_units, price_ticks * means.unit_value
    if plan.risk_ppm:
        if nearest_ticks <= 0:
            return UNKNOWN
        lots = share_of_units(equity_units, plan.risk_ppm) // (nearest_ticks * means.unit_value)
        lots = min(lots, _bought_lots(equity_units * means.leverage, lot_cost_units, means.fee_ppm))
    else:
        share_ppm = volatility_ppm if plan.volatility is not None else plan.share_ppm
        if share_ppm < 0:
            return UNKNOWN
        lots = _bought_lots(share_of_units(equity_units, share_ppm), lot_cost_units, means.fee_ppm)
    if means.max_share_ppm is not None:
        lots = min(lots, share_of_units(equity_units, means.max_share_ppm) // lot_cost_units)
    return min(lots, means.most_lots) if means.most_lots else lots


def _bought_lots(units: int, lot_cost_units: int, fee_ppm: int) -> int:
    return min(affordable_lots(units, lot_cost_units, fee_ppm), MAX_LOTS)


def _refusal(means: Means, lots: int, price_ticks: int) -> str | None:
    """Why an entry of that size is not allowed whatever the money."""
    notional_units = price_ticks * lots * means.unit_value
    if lots >= MAX_LOTS:
        return TOO_LARGE
    if lots < 1:
        return BELOW_LOT
    if lots < means.least_lots or notional_units < means.least_notional_units:
        return BELOW_MINIMUM
    if 0 < means.most_lots < lots:
        return ABOVE_MAXIMUM
    most_ppm = means.max_share_ppm
    if most_ppm is not None and notional_units > share_of_units(means.equity_units, most_ppm):
        return POSITION_LIMIT
    return None


def _is_covered(means: Means, price_ticks: int, lots: int) -> bool:
    notional_units = price_ticks * lots * means.unit_value
    return initial_units(notional_units, means.leverage) + fee_units(notional_units, means.fee_ppm) <= means.free_units


def covered_lots(means: Means, price_ticks: int, lots: int) -> int:
    """The most of `lots` whose margin and larger fee are within what is free, as the exchange asks for it."""
    if _is_covered(means, price_ticks, lots):
        return lots
    leverage = means.leverage
    fee_ppm = means.fee_ppm * leverage
    lots = min(lots, _bought_lots(means.free_units * leverage, price_ticks * means.unit_value, fee_ppm))
    while lots > 0 and not _is_covered(means, price_ticks, lots):
        lots -= 1
    return lots


def nearest_distance(stop_ticks: int, trail_ticks: int) -> int:
    """The distance at which a position has lost what it risks: the nearer of the two; 0 where there is neither."""
    if UNKNOWN in (stop_ticks, trail_ticks):
        return UNKNOWN
    return min(stop_ticks, trail_ticks) if stop_ticks and trail_ticks else stop_ticks + trail_ticks
