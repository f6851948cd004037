"""From what somebody asks for to a spec and a run, with everything refused that can be refused before the first bar."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from kit.errors import Rejected, invalid_field
from markets import services as markets
from quant.expressions import parameters_from
from quant.strategies.conditions import Conditions, check_values, read_conditions
from trading.sandbox.accounts import Account
from trading.strategies.groups import Group
from trading.strategies.measuring import Plans, plans_of
from trading.strategies.program_specs import check_steps
from trading.strategies.records import Run, StrategySpec, check_value, strategy_spec_from
from trading.strategies.templates import BY_NAME, TEMPLATES

MAX_WARM_UP: Final = 20_000
"""Bars of history that a run may ask for, as many as an expression may."""


def spec_of(template: str | None, given: Mapping[str, Any], before: StrategySpec | None = None) -> StrategySpec:
    """The spec that a request makes of a template or of the version before; raises Invalid, InvalidExpression, NotFound.

    Fields that are given take the place of those there, `strategy` as a whole.
    """
    base: dict[str, Any] = {}
    if before is not None:
        base = msgspec.to_builtins(before)
    elif template is not None:
        base = dict(template_named(template).spec)
    if "program" in given and "strategy" not in given:
        base = {name: value for name, value in base.items() if name not in ("strategy", "bounds")}
    elif "strategy" in given and "program" not in given:
        base = {name: value for name, value in base.items() if name != "program"}
    merged = {**base, **given}
    if "strategy" in given and before is not None and "bounds" not in given:
        # Bounds of parameters that are gone would refuse a strategy that is whole.
        kept = given["strategy"].get("parameters", {})
        merged["bounds"] = {name: each for name, each in merged.get("bounds", {}).items() if name in kept}
    for name in ("symbols", "interval"):
        if name not in merged:
            raise invalid_field(name, "A strategy needs it.")
    if "strategy" not in merged and merged.get("program") is None:
        raise invalid_field("strategy", "Give entries and exits, or a `program`.")
    spec = strategy_spec_from(merged)
    check_spec(spec)
    return spec


def template_named(name: str) -> Any:
    """A template; raises Invalid naming those there are."""
    if name not in BY_NAME:
        raise invalid_field("template", f"Must be one of {', '.join(each.name for each in TEMPLATES)}.")
    return BY_NAME[name]


def check_spec(spec: StrategySpec) -> Conditions:
    """Refuse what could not run: Invalid naming the field, InvalidExpression with the column, NotFound UNKNOWN_SYMBOL."""
    if spec.interval not in markets.INTERVALS:
        raise invalid_field("interval", f"A market has {', '.join(markets.INTERVALS)}.")
    if spec.program is not None:
        for symbol in spec.symbols:
            check_steps(spec.program, markets.get_instrument(symbol))
        return {}  # what it measures is at most a day of minutes
    if spec.strategy.python is not None:
        raise invalid_field(
            "strategy.python",
            "A strategy in Python trades from a process of its own (manage.py run_strategy); here, say it in conditions.",
        )
    parameters_from(dict(spec.strategy.parameters))
    conditions = read_conditions(spec.strategy)
    for side, expression in conditions.items():
        if expression.is_cross_sectional or expression.groups:
            raise invalid_field(
                f"strategy.{side}", "A strategy looks at each symbol by itself: operators across symbols mean nothing."
            )
    warm_up = check_values(conditions, spec.strategy.parameters)
    for symbol in spec.symbols:
        plans = plans_of(spec, markets.get_instrument(symbol))
        if max(warm_up, plans.warm_up_bars) > MAX_WARM_UP:
            raise invalid_field("strategy", f"It needs more than {MAX_WARM_UP} bars of history; shorten its windows.")
    return conditions


def with_parameters(spec: StrategySpec, values: Mapping[str, Any]) -> StrategySpec:
    """A spec with other values for some parameters; raises Invalid outside of their bounds."""
    if not values:
        return spec
    numbers = parameters_from(dict(values))
    for name, value in numbers.items():
        if name not in spec.strategy.parameters:
            raise invalid_field(f"parameters.{name}", f"The strategy has no parameter {name}.")
        check_value(name, value, spec.bounds.get(name), field=f"parameters.{name}")
    merged = {**spec.strategy.parameters, **numbers}
    changed = msgspec.structs.replace(spec, strategy=msgspec.structs.replace(spec.strategy, parameters=merged))
    check_spec(changed)
    return changed


def check_account(spec: StrategySpec, account: Account) -> None:
    """Refuse an account that a spec cannot be traded on; raises Rejected or Invalid."""
    if spec.allow_short and not (account.is_margin and account.allow_short):
        raise Rejected("The strategy may be short, and the account may not.", code="ACCOUNT_UNSUITABLE")
    protections = sum(each is not None for each in (spec.strategy.stop, spec.strategy.target, spec.strategy.trailing))
    if protections > 1 and not account.is_margin:
        raise Rejected(
            "A cash account holds what each order sells, so it can have one of stop, target and trailing stop; "
            "use a margin account for more.",
            code="ACCOUNT_UNSUITABLE",
        )
    if spec.program is not None:
        if getattr(spec.program, "side", "buy") == "sell" and not account.is_margin:
            raise Rejected("What a cash account sells is no position; use a margin account.", code="ACCOUNT_UNSUITABLE")
        return
    for symbol in spec.symbols:
        position = account.positions.get(symbol)
        if position is not None and position.quantity_lots:
            raise Rejected(
                f"The account holds {symbol} already; a run must begin flat in its symbols.", code="POSITION_HELD"
            )


def quote_of(spec: StrategySpec) -> str:
    """The asset that all symbols of a spec are quoted in; raises Invalid where there are several."""
    quotes = {markets.get_instrument(symbol).quote for symbol in spec.symbols}
    if len(quotes) > 1:
        raise invalid_field("symbols", f"Must be quoted in one asset; these are in {', '.join(sorted(quotes))}.")
    return quotes.pop()


def groups_for(run: Run) -> list[Group]:
    """What a run follows: one group for each symbol; raises as `check_spec` for what has changed since it was made."""
    spec = run.spec
    conditions = check_spec(spec)
    parameters = dict(spec.strategy.parameters)
    warm_up = check_values(conditions, parameters) if conditions else 0
    hashes = [f"{side}={each.bound_hash(parameters)}" for side, each in sorted(conditions.items())]
    groups = []
    for symbol in spec.symbols:
        plans = plans_of(spec, markets.get_instrument(symbol))
        key = "&".join([*hashes, *_measure_key(plans, spec)])
        groups.append(
            Group(
                place=(symbol, spec.interval),
                key=key,
                conditions=conditions,
                parameters=parameters,
                plans=plans,
                leverage=spec.leverage,
                warm_up_bars=max(warm_up, plans.warm_up_bars),
            )
        )
    return groups


def _measure_key(plans: Plans, spec: StrategySpec) -> list[str]:
    volatility = plans.size.volatility
    if plans.day_bars:
        return [f"volumes of {plans.day_bars}"]
    if plans.kept_closes:
        return [f"closes of {plans.kept_closes}"]
    if volatility is None:
        return [str(bars) for bars in sorted(plans.range_bars)]
    shares = f"{volatility.annual_percent}/{volatility.bars}/{volatility.bars_per_year}/{spec.leverage}"
    return [*(str(bars) for bars in sorted(plans.range_bars)), shares]
