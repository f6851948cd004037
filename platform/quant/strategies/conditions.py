"""The entries and exits of a strategy, read and checked; nothing here evaluates, so nothing loads numba."""

from collections.abc import Mapping
from typing import Final

from quant.expressions import Expression, InvalidExpression, Kind, parameters_from, parse
from quant.strategies.specs import Strategy

SIDES: Final = ("long_entry", "long_exit", "short_entry", "short_exit")

Conditions = dict[str, Expression]
"""By side, the conditions of a strategy that has them."""


def read_conditions(strategy: Strategy, *, swept: tuple[str, ...] = ()) -> Conditions:
    """The conditions of a strategy; `swept` are parameters that get their values later.

    Raises InvalidExpression naming the field of the strategy and the column, and for a strategy that never enters.
    """
    values = parameters_from(dict(strategy.parameters))
    known = (*values, *swept)
    conditions: Conditions = {}
    for side in SIDES:
        text = getattr(strategy, side)
        if text is None:
            continue
        field = f"strategy.{side}"
        try:
            expression = parse(text, parameters=known)
        except InvalidExpression as refused:
            raise _at(field, refused) from refused
        if expression.kind is not Kind.CONDITION:
            raise _wrong(field, f"Must be a condition, such as close > open; this is a {expression.kind.value}.")
        if expression.groups:
            raise _wrong(field, f"Goes by {expression.groups[0]}: the symbols of a strategy have no groups.")
        conditions[side] = expression
    if not {"long_entry", "short_entry"} & conditions.keys():
        raise _wrong("strategy.long_entry", "A strategy enters: give long_entry or short_entry.")
    unused = {*known}.difference(*(each.parameters for each in conditions.values()))
    if unused:
        name = sorted(unused)[0]
        raise _wrong(f"strategy.parameters.{name}", f"No condition uses p.{name}.")
    return conditions


def check_values(conditions: Conditions, values: Mapping[str, float]) -> int:
    """How many bars of history the conditions ask for with these values; raises InvalidExpression naming the field."""
    most = 0
    for side, expression in conditions.items():
        try:
            most = max(most, expression.need(values).warm_up)
        except InvalidExpression as refused:
            raise _at(f"strategy.{side}", refused) from refused
    return most


def _at(field: str, refused: InvalidExpression) -> InvalidExpression:
    """A refusal with the field that the expression stands in."""
    details = {name: value for name, value in refused.details.items() if name != "expression"}
    return InvalidExpression(f"{field}: {refused.message}", details={field: [refused.message], **details})


def _wrong(field: str, rule: str) -> InvalidExpression:
    return InvalidExpression(f"{field}: {rule}", details={field: [rule]})
