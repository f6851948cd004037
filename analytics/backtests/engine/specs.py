"""What a backtest is asked to do, as frozen data that JSON can say.

Numbers that are exact elsewhere (prices, quantities, percentages, money) are decimals, in JSON as text. A spec is checked
when it is read: every mistake is an Invalid that names the field.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final, Literal

import msgspec

from analytics.backtests.engine.bounds import NO_SHARE_LIMIT
from kit.errors import Invalid, invalid_field
from kit.units import MONEY_DECIMALS, Step
from markets.instruments import Instrument
from quant.fills import ADVERSE_FIRST, HIGH_FIRST, LOW_FIRST, NEARER_FIRST, PPM

MAX_SYMBOLS = 500
"""As many as an index has; each costs a row of every array."""
MAX_LEVERAGE = 125
"""That of the exchange's margin accounts."""
MAX_PERCENT = 100
MAX_STARTING_CASH = Decimal(100_000_000)
"""A hundred million of the quote asset: 10**16 smallest units, and 64 bits hold a hundred times as much at any leverage."""
MAX_MEASURE_BARS = 10_000
"""A longer memory than any average true range or volatility is used with."""
MAX_SLIPPAGE_TICKS = 10_000
MAX_PARAMETERS = 50

FillAt = Literal["next_open", "signal_close"]
Path = Literal["pessimistic", "nearer", "ohlc", "olhc"]
LimitFill = Literal["through", "touch"]
Spread = Literal["ticks", "bar"]

PATHS: Final[dict[str, int]] = {
    "pessimistic": ADVERSE_FIRST,
    "nearer": NEARER_FIRST,
    "ohlc": HIGH_FIRST,
    "olhc": LOW_FIRST,
}
"""By the name of a path, its constant of `quant.fills`."""


class Spec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What all of them are."""


class FixedQuantity(Spec, frozen=True, tag="fixed", tag_field="kind"):
    """Always the same quantity of the base asset. It is that or nothing: what money does not cover is refused."""

    quantity: Decimal


class EquityShare(Spec, frozen=True, tag="equity_share", tag_field="kind"):
    """A share of equity at the moment of the fill, fees included; with leverage it may be more than 100."""

    percent: Decimal = Decimal(100)


class VolatilityTarget(Spec, frozen=True, tag="volatility_target", tag_field="kind"):
    """So much that the position alone would move equity by `annual_percent` a year (one standard deviation).

    Measured on the closes of the last `bars` bars at the signal. `bars_per_year` turns it into a year: 365 * 24 for hours
    of a market that never closes. Never more than equity times the leverage.
    """

    annual_percent: Decimal
    bars: int
    bars_per_year: int


class RiskPerTrade(Spec, frozen=True, tag="risk_per_trade", tag_field="kind"):
    """So much that the stop, or the trailing stop, whichever is nearer, would lose `percent` of equity, fees aside."""

    percent: Decimal


Sizing = FixedQuantity | EquityShare | VolatilityTarget | RiskPerTrade


class FixedDistance(Spec, frozen=True, tag="fixed", tag_field="kind"):
    """A distance in price, a whole number of ticks of every symbol."""

    amount: Decimal


class PercentDistance(Spec, frozen=True, tag="percent", tag_field="kind"):
    """A share of the price it is measured from, rounded down to a tick, one tick at least."""

    percent: Decimal


class AtrDistance(Spec, frozen=True, tag="atr", tag_field="kind"):
    """A multiple of the average true range (Wilder's) of the last `bars` bars at the signal, fixed from then on."""

    multiple: Decimal
    bars: int = 14


Distance = FixedDistance | PercentDistance | AtrDistance

SIZES: Final[dict[type[Distance], str]] = {
    FixedDistance: "amount",
    PercentDistance: "percent",
    AtrDistance: "multiple",
}
"""The field that says how far each kind of distance is; what a sweep varies."""


class PythonStrategy(Spec, frozen=True):
    """A strategy in Python by the name of its file, with values for its parameters; the others keep their defaults."""

    name: str
    parameters: dict[str, bool | int | float] = {}


class Strategy(Spec, frozen=True):
    """When to be in the market, and how much. Entries and exits are expressions (None: never), or `python` says them all.

    `stop` and `target` are measured from the price of the entry, `trailing` from the best price since.
    """

    long_entry: str | None = None
    long_exit: str | None = None
    short_entry: str | None = None
    short_exit: str | None = None
    parameters: dict[str, int | float] = {}
    python: PythonStrategy | None = None
    sizing: Sizing = EquityShare()
    stop: Distance | None = None
    target: Distance | None = None
    trailing: Distance | None = None


class FillRules(Spec, frozen=True):
    """How orders fill on bars. Percentages of volume and impact are those of a step of the bar.

    `spread` is `ticks` (`spread_ticks` of them; 0: everybody trades at the price) or `bar`, as wide as the sandbox makes it.
    """

    fill_at: FillAt = "next_open"
    path: Path = "pessimistic"
    limit_fill: LimitFill = "through"
    slippage_ticks: int = 0
    slippage_percent: Decimal = Decimal(0)
    volume_share_impact_percent: Decimal = Decimal(0)
    root_impact_percent: Decimal = Decimal(0)
    volume_cap_percent: int = 0
    spread: Spread = "ticks"
    spread_ticks: int = 0


class Fees(Spec, frozen=True):
    """Fees in basis points of what is traded; targets are makers, everything else takes."""

    maker_bps: Decimal = Decimal(2)
    taker_bps: Decimal = Decimal(5)


class PositionLimits(Spec, frozen=True):
    """How many positions there may be at once, and the largest share of equity that one may open with; None: any."""

    max_open_positions: int = MAX_SYMBOLS
    max_share_percent: Decimal | None = None


class Backtest(Spec, frozen=True):
    """One backtest: what is traded, by which strategy, and by which rules.

    `delisted_after_bars`: a symbol without a bar for so many bars of the time axis counts as delisted. `close_at_end` sells
    at the last close what is still held; otherwise it is only marked.
    """

    symbols: tuple[str, ...]
    interval: str
    strategy: Strategy
    fills: FillRules = FillRules()
    fees: Fees = Fees()
    limits: PositionLimits = PositionLimits()
    starting_cash: Decimal = Decimal(100_000)
    allow_short: bool = False
    leverage: int = 1
    close_at_end: bool = False
    delisted_after_bars: int = 100

    def __post_init__(self) -> None:
        _check(self)


def backtest_from(data: object) -> Backtest:
    """A spec from what JSON decodes to. Raises Invalid naming the field that does not fit."""
    try:
        return msgspec.convert(data, Backtest, strict=True)
    except msgspec.ValidationError as error:
        raise _misfit(data, error) from error


def _misfit(data: object, error: msgspec.ValidationError) -> Invalid:
    """What does not fit, by its field; msgspec names no keys of objects, so the one with the wrong value is looked for."""
    text, _, path = str(error).partition(" - at `$")
    parts = list(filter(None, re.sub(r"\[.*?\]", "", path.rstrip("`")).split(".")))
    if path.endswith("[...]`"):
        parts += _keys_without_number(data, parts)[:1]
        text = "Must be a number, true or false" if "bool |" in text else "Must be a number"
    named = re.findall(r"field `(\w+)`", text)
    if named:
        text = "This field is required" if "missing required" in text else "Unknown field"
    return invalid_field(".".join([*parts, *named]) or "backtest", f"{text}.")


def _keys_without_number(data: Any, parts: Sequence[str]) -> list[str]:
    """The keys of the object at that place whose values are no numbers; those that are true or false at the end."""
    for part in parts:
        data = data[part]
    strange = [name for name, value in data.items() if not isinstance(value, int | float)]
    return strange + [name for name, value in data.items() if isinstance(value, bool)]


def ppm_of(field: str, percent: Decimal, *, least: int, most: int) -> int:
    """A percentage in millionths; raises Invalid outside `least` to `most` millionths, or finer than one."""
    return _whole(field, percent * (PPM // 100), least, most, PPM // 100)


def fee_ppm_of(field: str, bps: Decimal) -> int:
    """Basis points in millionths; raises Invalid below 0, above 100 %, or finer than a hundredth."""
    return _whole(field, bps * 100, 0, PPM, 100)


def cash_units_of(cash: Decimal) -> int:
    """Money in its smallest unit; raises Invalid for less than nothing or too much."""
    if not 0 <= cash <= MAX_STARTING_CASH:
        raise invalid_field("starting_cash", f"Must be from 0 to {MAX_STARTING_CASH}.")
    return _whole("starting_cash", cash * 10**MONEY_DECIMALS, 0, 10**16, 10**MONEY_DECIMALS)


def _whole(field: str, value: Decimal, least: int, most: int, scale: int) -> int:
    if not value.is_finite() or not least <= value <= most:
        raise invalid_field(field, f"Must be from {Decimal(least) / scale} to {Decimal(most) / scale}.")
    if value != int(value):
        raise invalid_field(field, f"Must be a multiple of {Decimal(1) / scale}.")
    return int(value)


def _check_count(field: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise invalid_field(field, f"Must be from {least} to {most}.")


def _check(spec: Backtest) -> None:
    """Raise Invalid naming the first field that does not fit."""
    strategy, fills = spec.strategy, spec.fills
    _check_count("symbols", len(spec.symbols), 1, MAX_SYMBOLS)
    if len(set(spec.symbols)) < len(spec.symbols):
        raise invalid_field("symbols", "Name each symbol once.")
    _check_count("leverage", spec.leverage, 1, MAX_LEVERAGE)
    _check_count("delisted_after_bars", spec.delisted_after_bars, 1, 10**9)
    _check_count("limits.max_open_positions", spec.limits.max_open_positions, 1, MAX_SYMBOLS)
    share_limit_ppm(spec)
    cash_units_of(spec.starting_cash)
    fee_ppm_of("fees.maker_bps", spec.fees.maker_bps)
    fee_ppm_of("fees.taker_bps", spec.fees.taker_bps)
    _check_count("fills.slippage_ticks", fills.slippage_ticks, 0, MAX_SLIPPAGE_TICKS)
    _check_count("fills.spread_ticks", fills.spread_ticks, 0, MAX_SLIPPAGE_TICKS)
    _check_count("fills.volume_cap_percent", fills.volume_cap_percent, 0, 100)
    for name in ("slippage_percent", "volume_share_impact_percent", "root_impact_percent"):
        ppm_of(f"fills.{name}", getattr(fills, name), least=0, most=PPM // 2)
    if len(strategy.parameters) > MAX_PARAMETERS:
        raise invalid_field("strategy.parameters", f"At most {MAX_PARAMETERS} parameters are taken.")
    _check_sides(spec)
    _check_sizing(spec)
    for name in ("stop", "target", "trailing"):
        _check_distance(f"strategy.{name}", getattr(strategy, name))


def share_limit_ppm(spec: Backtest) -> int:
    """The largest share of equity of one position in millionths; more than anybody has where there is no limit."""
    percent = spec.limits.max_share_percent
    if percent is None:
        return NO_SHARE_LIMIT
    return ppm_of("limits.max_share_percent", percent, least=1, most=spec.leverage * PPM)


def _check_sides(spec: Backtest) -> None:
    strategy = spec.strategy
    conditions = (strategy.long_entry, strategy.long_exit, strategy.short_entry, strategy.short_exit)
    if strategy.python is not None and (strategy.parameters or any(each is not None for each in conditions)):
        raise invalid_field(
            "strategy.python", "Says entries and exits by itself, with parameters of its own: leave conditions out."
        )
    for name in ("short_entry", "short_exit"):
        if getattr(strategy, name) and not spec.allow_short:
            raise invalid_field(
                f"strategy.{name}", "Selling short has to be allowed: set allow_short, or leave it out."
            )


def _check_sizing(spec: Backtest) -> None:
    sizing = spec.strategy.sizing
    if isinstance(sizing, FixedQuantity):
        if not sizing.quantity.is_finite() or sizing.quantity <= 0:
            raise invalid_field("strategy.sizing.quantity", "Must be greater than 0.")
    elif isinstance(sizing, EquityShare):
        ppm_of("strategy.sizing.percent", sizing.percent, least=1, most=spec.leverage * PPM)
    elif isinstance(sizing, RiskPerTrade):
        ppm_of("strategy.sizing.percent", sizing.percent, least=1, most=PPM)
        if spec.strategy.stop is None and spec.strategy.trailing is None:
            raise invalid_field("strategy.stop", "Risk per trade is measured by a stop or a trailing stop: give one.")
    else:
        ppm_of("strategy.sizing.annual_percent", sizing.annual_percent, least=1, most=10 * PPM)
        _check_count("strategy.sizing.bars", sizing.bars, 2, MAX_MEASURE_BARS)
        _check_count("strategy.sizing.bars_per_year", sizing.bars_per_year, 1, 366 * 24 * 3_600)


def _check_distance(field: str, distance: Distance | None) -> None:
    if distance is None:
        return
    check_size(f"{field}.{SIZES[type(distance)]}", distance)
    if isinstance(distance, AtrDistance):
        _check_count(f"{field}.bars", distance.bars, 1, MAX_MEASURE_BARS)


def check_size(field: str, distance: Distance) -> None:
    """Raise Invalid for a distance that is too short, too long or too fine."""
    if isinstance(distance, PercentDistance):
        ppm_of(field, distance.percent, least=1, most=PPM - 1)
    elif isinstance(distance, AtrDistance):
        _whole(field, distance.multiple * PPM, 1, 1_000 * PPM, PPM)
    elif not distance.amount.is_finite() or distance.amount <= 0:
        raise invalid_field(field, "Must be greater than 0.")


def resized(distance: Distance, size: float) -> Distance:
    """The same kind of distance with another amount, percent or multiple."""
    changed: Distance = msgspec.structs.replace(distance, **{SIZES[type(distance)]: Decimal(str(size))})
    return changed


def require_steps(spec: Backtest, instruments: Sequence[Instrument]) -> None:
    """Raise Invalid for a fixed quantity or distance that is no whole number of the lots or ticks of every instrument."""
    strategy = spec.strategy
    for each in instruments:
        if isinstance(strategy.sizing, FixedQuantity):
            lots_of("strategy.sizing.quantity", strategy.sizing.quantity, each)
        for name in ("stop", "target", "trailing"):
            distance = getattr(strategy, name)
            if isinstance(distance, FixedDistance):
                ticks_of(f"strategy.{name}.amount", distance.amount, each)


def lots_of(field: str, quantity: Decimal, instrument: Instrument) -> int:
    """A quantity in lots; raises Invalid unless it is a whole number of them."""
    return _steps_of(field, quantity, instrument.lot, f"the lot of {instrument.symbol}")


def ticks_of(field: str, amount: Decimal, instrument: Instrument) -> int:
    """A distance in price in ticks; raises Invalid unless it is a whole number of them."""
    return _steps_of(field, amount, instrument.tick, f"the tick of {instrument.symbol}")


def _steps_of(field: str, value: Decimal, step: Step, what: str) -> int:
    steps = step.count_from_text(f"{value:f}")
    if steps is None or steps <= 0:
        raise invalid_field(field, f"Must be a multiple of {step}, {what}.")
    return steps


def spec_values(spec: Backtest) -> Any:
    """The spec as plain values that JSON can hold, defaults included; `backtest_from` reads them back."""
    return msgspec.to_builtins(spec)
