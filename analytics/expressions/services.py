"""What can be said of an expression without any data. Everything is computed in a moment, and no compiler is loaded."""

import msgspec

from quant.expressions import FIELDS, GROUPS, OPERATORS, Expression, Operator, Place, Takes, parameters_from, parse


class ParsedExpression(msgspec.Struct, frozen=True):
    """What an expression is and needs; bars of history are None while a parameter has no value."""

    canonical: str
    hash: str
    kind: str
    fields: list[str]
    groups: list[str]
    parameters: list[str]
    is_cross_sectional: bool
    look_back_bars: int | None
    warm_up_bars: int | None


class PlaceAnswer(msgspec.Struct, frozen=True):
    """One place of an operator."""

    name: str
    takes: str
    default: str | None
    least: str | None
    most: str | None


class OperatorAnswer(msgspec.Struct, frozen=True):
    """One operator of the language."""

    name: str
    signature: str
    places: list[PlaceAnswer]
    gives: str
    axis: str
    meaning: str
    nan: str
    look_back: str
    definition: str | None
    source: str | None


class Language(msgspec.Struct, frozen=True):
    """All that may be written."""

    operators: list[OperatorAnswer]
    fields: list[str]
    groups: list[str]


def validate_expression(text: str, values: object) -> ParsedExpression:
    """Read an expression; raises InvalidExpression with the column of what is wrong.

    With `values` its parameters are those, and each is checked; without, any name may follow `p.`.
    """
    numbers = None if values is None else parameters_from(values)
    expression = parse(text, parameters=numbers)
    is_whole = numbers is not None or not expression.parameters
    need = expression.need(numbers) if is_whole else None
    return _answer(expression, None if need is None else (need.look_back, need.warm_up))


def _answer(expression: Expression, need: tuple[int, int] | None) -> ParsedExpression:
    return ParsedExpression(
        canonical=expression.canonical,
        hash=expression.hash,
        kind=expression.kind.value,
        fields=list(expression.fields),
        groups=list(expression.groups),
        parameters=list(expression.parameters),
        is_cross_sectional=expression.is_cross_sectional,
        look_back_bars=None if need is None else need[0],
        warm_up_bars=None if need is None else need[1],
    )


def describe_language() -> Language:
    """Every operator, field and grouping."""
    return Language([_described(operator) for operator in OPERATORS.values()], list(FIELDS), list(GROUPS))


def _described(operator: Operator) -> OperatorAnswer:
    return OperatorAnswer(
        name=operator.name,
        signature=operator.signature,
        places=[_place(place) for place in operator.places],
        gives=operator.gives.value,
        axis=operator.axis.value,
        meaning=operator.meaning,
        nan=operator.nan,
        look_back=look_back_text(operator),
        definition=operator.definition or None,
        source=operator.source or None,
    )


def _place(place: Place) -> PlaceAnswer:
    bounds = (None if each is None else str(each) for each in (place.default, place.least, place.most))
    default, least, most = bounds
    return PlaceAnswer(place.name, place.takes.value, default, least, most)


def look_back_text(operator: Operator) -> str:
    """In words, how many bars before the present one it needs."""
    if operator.definition:
        return "as what it is made of"
    if operator.look_back is None:
        return "0"
    if operator.settles is not None:
        kept = [round(operator.settles([length]) / length, 1) for length in (14, 200)]
        return f"n - 1, settled after about {kept[0]:g} to {kept[1]:g} times n"
    if any(place.takes is Takes.WINDOW for place in operator.places):
        return "n" if operator.look_back([5]) == 5 else "n - 1"
    return "1"
