"""Refusals of risk, in words that name the numbers and a way out."""

from kit.clock import iso_from_ns
from kit.units import MONEY_DECIMALS, trimmed_text_from_units
from markets.instruments import Instrument
from trading.sandbox.accounts import Account
from trading.sandbox.exposure import Unpriced
from trading.sandbox.limits import HALTED, SEVERITY, RiskRecord, TradingState
from trading.sandbox.risk import Refusal, money_text

PERCENT_DECIMALS = 4
"""Millionths as percent: 100,000 is 10."""
TIMES_DECIMALS = 6
"""Millionths as a multiple: 2,000,000 is 2."""


def percent_text(ppm: int) -> str:
    """Millionths as percent."""
    return trimmed_text_from_units(ppm, PERCENT_DECIMALS)


def times_text(ppm: int) -> str:
    """Millionths as a multiple."""
    return trimmed_text_from_units(ppm, TIMES_DECIMALS)


def base_text(units: int) -> str:
    """A quantity in 10**-8 of the base asset."""
    return trimmed_text_from_units(units, MONEY_DECIMALS)


def _record_in_force(account: Account) -> tuple[RiskRecord, bool]:
    """Whose state holds, and whether it is everybody's."""
    own, everyones = account.risk, account.everyone.record
    is_everyones = SEVERITY[everyones.state] > SEVERITY[own.state]
    return (everyones, True) if is_everyones else (own, False)


def state_refusal(account: Account, state: TradingState) -> Refusal:
    """Trading was halted, or only what reduces a position is taken: who did it, when, why, and what helps."""
    record, is_everyones = _record_in_force(account)
    scope = "all" if is_everyones else "account"
    whose = "all accounts" if is_everyones else f"the account {account.id}"
    since = iso_from_ns(record.since_ns)
    told = f"by {record.by or 'nobody named'} at {since}: {record.reason.rstrip('.')}."
    details = {"scope": scope, "state": state.value, "since": since, "by": record.by, "reason": record.reason}
    way_out = f"POST risk/resume/ with scope {scope} lets it trade again"
    if state is HALTED:
        return Refusal(
            "TRADING_HALTED",
            f"Trading of {whose} was halted {told} Orders can be canceled; {way_out}.",
            details,
        )
    return Refusal(
        "RISK_REDUCING_ONLY",
        f"Trading of {whose} was restricted {told} Only orders that reduce a position are taken; {way_out}.",
        details,
    )


def unknown_worth(missing: Unpriced, limit: str) -> Refusal:
    """A limit that cannot be checked is not passed."""
    return Refusal(
        "NO_MARKET_PRICE",
        f"The limit {limit} cannot be checked: {missing.reason} An order that only reduces a position is taken.",
        {"limit": limit, "symbol": missing.symbol},
    )


def over(code: str, what: str, *, value: str, limit: str, unit: str, way_out: str, name: str) -> Refusal:
    """One number beyond another; `what` begins the sentence, `name` is what `details` calls the number."""
    unit = f" {unit}" if unit not in ("", "%", "x") else unit
    return Refusal(code, f"{what} {value}{unit}; the limit is {limit}{unit}. {way_out}", {name: value, "limit": limit})


def restricted(symbol: str) -> Refusal:
    """A symbol that the account may not trade."""
    return Refusal(
        "RISK_RESTRICTED_SYMBOL",
        f"The account may not trade {symbol}; it may only reduce a position in it. PUT risk/limits/ changes that.",
        {"symbol": symbol},
    )


def beyond_collar(
    instrument: Instrument, price_ticks: int, last_ticks: int, distance_ppm: int, limit_ppm: int
) -> Refusal:
    """A price too far from the last one."""
    price, last = instrument.price_text(price_ticks), instrument.price_text(last_ticks)
    return Refusal(
        "RISK_PRICE_COLLAR",
        f"The price {price} is {percent_text(distance_ppm)}% from {last}; {percent_text(limit_ppm)}% is allowed. "
        "Look at the price, or raise price_collar_percent.",
        {
            "price": price,
            "last": last,
            "distance_percent": percent_text(distance_ppm),
            "limit": percent_text(limit_ppm),
        },
    )


def loss_text(account: Account, units: int) -> str:
    """An amount with the account's base currency."""
    return f"{money_text(units)} {account.base_currency}"
