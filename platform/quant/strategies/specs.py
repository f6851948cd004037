"""What a strategy is asked to do, as frozen data that JSON can say: the same in a backtest and in a market.

Numbers that are exact elsewhere (prices, quantities, percentages) are decimals, in JSON as text. `check_strategy` says what
does not fit, by field.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final, TypeVar

import msgspec

from kit.errors import Invalid, invalid_field
from quant.fills import PPM

MAX_MEASURE_BARS: Final = 10_000
"""A longer memory than any average true range or volatility is used with."""
MAX_PARAMETERS: Final = 50


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


Known = TypeVar("Known", bound=Spec)


def spec_from(data: object, kind: type[Known], name: str) -> Known:
    """A spec from what JSON decodes to; raises Invalid naming the field, or `name` for what is no field's fault."""
    try:
        return msgspec.convert(data, kind, strict=True)
    except msgspec.ValidationError as error:
        raise _misfit(data, name, error) from error


def _misfit(data: object, name: str, error: msgspec.ValidationError) -> Invalid:
    """What does not fit, by its field; msgspec names no keys of objects, so the one with the wrong value is looked for."""
    text, _, path = str(error).partition(" - at `$")
    parts = list(filter(None, re.sub(r"\[.*?\]", "", path.rstrip("`")).split(".")))
    if path.endswith("[...]`"):
        parts += _keys_without_number(data, parts)[:1]
        text = "Must be a number, true or false" if "bool |" in text else "Must be a number"
    named = re.findall(r"field `(\w+)`", text)
    if named:
        text = "This field is required" if "missing required" in text else "Unknown field"
    return invalid_field(".".join([*parts, *named]) or name, f"{text}.")


def _keys_without_number(data: Any, parts: Sequence[str]) -> list[str]:
    """The keys of the object at that place whose values are no numbers; those that are true or false at the end."""
    for part in parts:
        data = data[part]
    strange = [name for name, value in data.items() if not isinstance(value, int | float)]
    return strange + [name for name, value in data.items() if isinstance(value, bool)]


def spec_values(spec: Spec) -> Any:
    """A spec as plain values that JSON can hold, defaults included; `spec_from` reads them back."""
    return msgspec.to_builtins(spec)


def ppm_of(field: str, percent: Decimal, *, least: int, most: int) -> int:
    """A percentage in millionths; raises Invalid outside `least` to `most` millionths, or finer than one."""
    return whole(field, percent * (PPM // 100), least, most, PPM // 100)


def whole(field: str, value: Decimal, least: int, most: int, scale: int) -> int:
    """A number that is whole at a scale; raises Invalid outside `least` to `most`, both at that scale."""
    if not value.is_finite() or not least <= value <= most:
        raise invalid_field(field, f"Must be from {Decimal(least) / scale} to {Decimal(most) / scale}.")
    if value != int(value):
        raise invalid_field(field, f"Must be a multiple of {Decimal(1) / scale}.")
    return int(value)


def check_count(field: str, value: int, least: int, most: int) -> None:
    """Raise Invalid for a number outside `least` to `most`."""
    if not least <= value <= most:
        raise invalid_field(field, f"Must be from {least} to {most}.")


def check_strategy(strategy: Strategy, *, allow_short: bool, leverage: int) -> None:
    """Raise Invalid naming the first field of a strategy that does not fit."""
    if len(strategy.parameters) > MAX_PARAMETERS:
        raise invalid_field("strategy.parameters", f"At most {MAX_PARAMETERS} parameters are taken.")
    _check_sides(strategy, allow_short)
    _check_sizing(strategy, leverage)
    for name in ("stop", "target", "trailing"):
        _check_distance(f"strategy.{name}", getattr(strategy, name))


def _check_sides(strategy: Strategy, allow_short: bool) -> None:
    conditions = (strategy.long_entry, strategy.long_exit, strategy.short_entry, strategy.short_exit)
    if strategy.python is not None and (strategy.parameters or any(each is not None for each in conditions)):
        raise invalid_field(
            "strategy.python", "Says entries and exits by itself, with parameters of its own: leave conditions out."
        )
    for name in ("short_entry", "short_exit"):
        if getattr(strategy, name) and not allow_short:
            raise invalid_field(
                f"strategy.{name}", "Selling short has to be allowed: set allow_short, or leave it out."
            )


def _check_sizing(strategy: Strategy, leverage: int) -> None:
    sizing = strategy.sizing
    if isinstance(sizing, FixedQuantity):
        if not sizing.quantity.is_finite() or sizing.quantity <= 0:
            raise invalid_field("strategy.sizing.quantity", "Must be greater than 0.")
    elif isinstance(sizing, EquityShare):
        ppm_of("strategy.sizing.percent", sizing.percent, least=1, most=leverage * PPM)
    elif isinstance(sizing, RiskPerTrade):
        ppm_of("strategy.sizing.percent", sizing.percent, least=1, most=PPM)
        if strategy.stop is None and strategy.trailing is None:
            raise invalid_field("strategy.stop", "Risk per trade is measured by a stop or a trailing stop: give one.")
    else:
        ppm_of("strategy.sizing.annual_percent", sizing.annual_percent, least=1, most=10 * PPM)
        check_count("strategy.sizing.bars", sizing.bars, 2, MAX_MEASURE_BARS)
        check_count("strategy.sizing.bars_per_year", sizing.bars_per_year, 1, 366 * 24 * 3_600)


def _check_distance(field: str, distance: Distance | None) -> None:
    if distance is None:
        return
    check_size(f"{field}.{SIZES[type(distance)]}", distance)
    if isinstance(distance, AtrDistance):
        check_count(f"{field}.bars", distance.bars, 1, MAX_MEASURE_BARS)


def check_size(field: str, distance: Distance) -> None:
    """Raise Invalid for a distance that is too short, too long or too fine."""
    if isinstance(distance, PercentDistance):
        ppm_of(field, distance.percent, least=1, most=PPM - 1)
    elif isinstance(distance, AtrDistance):
        whole(field, distance.multiple * PPM, 1, 1_000 * PPM, PPM)
    elif not distance.amount.is_finite() or distance.amount <= 0:
        raise invalid_field(field, "Must be greater than 0.")


def resized(distance: Distance, size: float) -> Distance:
    """The same kind of distance with another amount, percent or multiple."""
    changed: Distance = msgspec.structs.replace(distance, **{SIZES[type(distance)]: Decimal(str(size))})
    return changed
