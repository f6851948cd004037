"""Risk as clients see it, over REST and on the stream alike."""

import msgspec

from kit.units import MONEY_DECIMALS, trimmed_text_from_units
from trading.numbers import money_text, time_text
from trading.sandbox.limits import RiskLimits, RiskRecord
from trading.sandbox.risk_refusals import percent_text, times_text


class StateAnswer(msgspec.Struct, frozen=True):
    """A trading state: since when, by whom and why; None when it was never changed."""

    state: str
    reason: str | None
    by: str | None
    since: str | None


class ExposedPosition(msgspec.Struct, frozen=True):
    """A position: `value` in the quote asset, `worth` in the base currency, both negative for a short."""

    symbol: str
    side: str
    quantity: str
    quote: str
    value: str
    worth: str
    share_percent: str | None


class ExposedQuote(msgspec.Struct, frozen=True):
    """All positions that are quoted in one asset, in the base currency."""

    asset: str
    gross: str
    net: str


class ExposureAnswer(msgspec.Struct, frozen=True):
    """What is held through trading, in the base currency; all None with the reason where a price is missing."""

    gross: str | None
    net: str | None
    long: str | None
    short: str | None
    leverage: str | None
    positions: list[ExposedPosition]
    by_quote: list[ExposedQuote]
    reason: str | None = None


class LimitUse(msgspec.Struct, frozen=True):
    """A limit in force. `used` and `share_percent` are None for what concerns single orders, or with a `reason` for what
    cannot be known now. `own` says whose limit it is: the account's, or the installation's.
    """

    name: str
    symbol: str | None
    limit: str
    used: str | None
    share_percent: str | None
    unit: str
    own: bool
    reason: str | None = None


class TailAnswer(msgspec.Struct, frozen=True):
    """What may be lost at one confidence, in the base currency."""

    confidence_percent: int
    value_at_risk: str
    expected_shortfall: str


class TailRiskAnswer(msgspec.Struct, frozen=True):
    """Value at risk and expected shortfall with what they are made of; without levels, the reason why there are none."""

    method: str
    horizon: str | None
    sample: int
    since: str | None
    until: str | None
    levels: list[TailAnswer]
    reason: str | None


class RiskAnswer(msgspec.Struct, frozen=True):
    """The risk of an account as it stands; `state` is the stricter of the two."""

    account: str
    state: str
    account_state: StateAnswer
    global_state: StateAnswer
    base_currency: str
    equity: str | None
    exposure: ExposureAnswer
    limits: list[LimitUse]


class RiskReport(RiskAnswer, frozen=True):
    """The same with what may be lost."""

    tail_risk: TailRiskAnswer


class SymbolLimitsAnswer(msgspec.Struct, frozen=True):
    """The limits of one symbol."""

    symbol: str
    max_order_quantity: str | None
    max_position_quantity: str | None
    max_position_notional: str | None


class RiskLimitsAnswer(msgspec.Struct, frozen=True):
    """A set of limits; None is no limit."""

    max_order_notional: str | None
    max_position_notional: str | None
    max_open_orders: int | None
    max_orders_per_second: int | None
    price_collar_percent: str | None
    max_leverage: str | None
    max_concentration_percent: str | None
    max_daily_loss: str | None
    max_drawdown_percent: str | None
    restricted_symbols: list[str]
    symbols: list[SymbolLimitsAnswer]
    on_breach: str
    close_on_breach: bool


class AccountLimitsAnswer(msgspec.Struct, frozen=True):
    """An account's own limits, those of the installation, and those that hold: its own before the installation's."""

    account: str
    own: RiskLimitsAnswer
    installation: RiskLimitsAnswer
    in_force: RiskLimitsAnswer


class StatesAnswer(msgspec.Struct, frozen=True):
    """What was halted or resumed, with how many orders that ended, and the orders that close positions."""

    scope: str
    account: str | None
    state: str
    reason: str
    by: str
    since: str
    canceled_orders: int
    closing_orders: list[str]


def state_answer(record: RiskRecord) -> StateAnswer:
    """A record's state."""
    return StateAnswer(
        record.state.value,
        record.reason or None,
        record.by or None,
        time_text(record.since_ns) if record.since_ns else None,
    )


def limits_answer(limits: RiskLimits) -> RiskLimitsAnswer:
    """A set of limits in the digits of clients."""
    return RiskLimitsAnswer(
        max_order_notional=_money(limits.max_order_notional_units),
        max_position_notional=_money(limits.max_position_notional_units),
        max_open_orders=limits.max_open_orders,
        max_orders_per_second=limits.max_orders_per_second,
        price_collar_percent=_percent(limits.price_collar_ppm),
        max_leverage=None if limits.max_leverage_ppm is None else times_text(limits.max_leverage_ppm),
        max_concentration_percent=_percent(limits.max_concentration_ppm),
        max_daily_loss=_money(limits.max_daily_loss_units),
        max_drawdown_percent=_percent(limits.max_drawdown_ppm),
        restricted_symbols=list(limits.restricted_symbols),
        symbols=[
            SymbolLimitsAnswer(
                symbol,
                _quantity(each.max_order_quantity_units),
                _quantity(each.max_position_quantity_units),
                _money(each.max_position_notional_units),
            )
            for symbol, each in limits.symbols.items()
        ],
        on_breach=limits.on_breach.value,
        close_on_breach=limits.closes_on_breach,
    )


def _money(units: int | None) -> str | None:
    return None if units is None else money_text(units)


def _percent(ppm: int | None) -> str | None:
    return None if ppm is None else percent_text(ppm)


def _quantity(units: int | None) -> str | None:
    return None if units is None else trimmed_text_from_units(units, MONEY_DECIMALS)
