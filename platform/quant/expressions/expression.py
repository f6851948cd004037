"""An expression that has been read: what it says, what it needs, and with the values of its parameters what is computed.

Nothing here loads numba: the gateway reads and checks expressions, workers evaluate them.
"""

from collections.abc import Collection, Mapping
from functools import cache, cached_property, lru_cache
from hashlib import sha256
from typing import Final

import msgspec

from quant.expressions.operators import FIELDS, GROUPS, OPERATORS, Axis, Operator, Takes
from quant.expressions.parsing import MAX_EXPONENT, MAX_LENGTH, MAX_NUMBER, Reader, is_parameter_name, range_fault, read
from quant.expressions.tree import Call, Field, InvalidExpression, Kind, Node, Number, Parameter, Value, bound, walk
from quant.expressions.writing import write

LANGUAGE: Final = 1
"""Part of every hash: it rises when a text comes to mean something else."""

MAX_WARM_UP: Final = 20_000
"""Bars of history that an expression may need: what a live market is asked for before it can begin."""


MAX_PARAMETERS: Final = 32
"""Of one expression or strategy."""


KEPT_EXPRESSIONS: Final = 256
"""Texts whose reading is remembered: more than Alpha158 has, and some megabytes at most."""


class Need(msgspec.Struct, frozen=True):
    """How much history an expression asks for, in bars before the present one.

    From `look_back` on it has a value; from `warm_up` on that value no longer depends on where the history begins.
    """

    look_back: int
    warm_up: int


class Expression:
    """One expression. Made by `parse`; equal texts, however they are written, have equal hashes."""

    def __init__(self, text: str, node: Node) -> None:
        self.text = text
        self.node = node

    @property
    def kind(self) -> Kind:
        """What it gives: a series, a condition, or one number."""
        return self.node.kind

    @cached_property
    def canonical(self) -> str:
        """The one way to write it."""
        return write(self.node)

    @cached_property
    def hash(self) -> str:
        """Names it, and nothing else, in caches and results: 64 hexadecimal digits."""
        return sha256(f"{LANGUAGE} {self.canonical}".encode()).hexdigest()

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The columns of the data that it reads, groupings left out, in alphabetical order."""
        return tuple(sorted({each.name for each in walk(self.basic) if isinstance(each, Field)} - set(self.groups)))

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The groupings that it uses."""
        found = {
            child.name
            for each in walk(self.basic)
            if isinstance(each, Call)
            for child, place in zip(each.children, OPERATORS[each.operator].places, strict=True)
            if place.takes is Takes.GROUP and isinstance(child, Field)
        }
        return tuple(sorted(found))

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The parameters that it needs values for."""
        return _names_in(self.node)

    @cached_property
    def is_cross_sectional(self) -> bool:
        """Whether the value of a symbol depends on the other symbols."""
        calls = (each for each in walk(self.basic) if isinstance(each, Call))
        return any(OPERATORS[each.operator].axis is Axis.CROSS_SECTION for each in calls)

    @cached_property
    def basic(self) -> Node:
        """The tree without operators that are said in the language itself."""
        return expanded(self.node)

    def bind(self, values: Mapping[str, Value] | None = None, *, is_need_known: bool = False) -> Node:
        """The tree that is evaluated, with values for its parameters.

        Raises InvalidExpression for a parameter without a value, a value that may not stand in its place, and a need for
        more than `MAX_WARM_UP` bars; who has asked for `need` of longer windows need not have it asked for again.
        """
        node = checked(bound(self.basic, values or {}))
        if is_need_known:
            return node
        if (need := need_of(node)).warm_up > MAX_WARM_UP:
            raise InvalidExpression(
                f"It needs {need.warm_up} bars of history; at most {MAX_WARM_UP} are allowed. Shorten its windows.",
                details={"expression": ["Its windows are too long together."], "warm_up": need.warm_up},
            )
        return node

    def need(self, values: Mapping[str, Value] | None = None) -> Need:
        """How much history it asks for; raises as `bind`."""
        return need_of(self.bind(values))

    def bound_hash(self, values: Mapping[str, Value] | None = None) -> str:
        """Names what it computes with these values of its parameters, by which results are kept; raises as `bind`."""
        return sha256(f"{LANGUAGE} {write(self.bind(values))}".encode()).hexdigest()

    def __repr__(self) -> str:
        return f"Expression({self.canonical!r})"


def parse(
    text: str,
    *,
    parameters: Collection[str] | None = None,
    fields: Collection[str] = FIELDS,
    groups: Collection[str] = GROUPS,
) -> Expression:
    """Read an expression; raises InvalidExpression INVALID_EXPRESSION with the column of what is wrong.

    `parameters` are the names that may follow `p.`, None for any; `fields` and `groups` the columns that there are.
    """
    return _parsed(text, None if parameters is None else tuple(parameters), tuple(fields), tuple(groups))


@lru_cache(maxsize=KEPT_EXPRESSIONS)
def _parsed(
    text: str, parameters: tuple[str, ...] | None, fields: tuple[str, ...], groups: tuple[str, ...]
) -> Expression:
    """The work of `parse`: the same text is asked for again with every run of a strategy, and never changes."""
    expression = Expression(text, read(text, parameters=parameters, fields=fields, groups=groups))
    if len(expression.canonical) > 4 * MAX_LENGTH:
        raise InvalidExpression("It is too long once it is written out.", details={"expression": ["Shorten it."]})
    if not expression.parameters:
        expression.bind()
    return expression


# Definitions -----------------------------------------------------------------------------------------------------------


def expanded(node: Node) -> Node:
    """The tree with every operator that has a definition replaced by it."""
    if not isinstance(node, Call):
        return node
    children = tuple([expanded(child) for child in node.children])
    operator = OPERATORS[node.operator]
    if not operator.definition:
        return Call(node.operator, children, node.kind)
    names = [place.name for place in operator.places]
    return _filled(_definition_of(node.operator), dict(zip(names, children, strict=True)))


@cache
def _definition_of(name: str) -> Node:
    """What an operator is defined as, over its places as parameters, in operators without a definition."""
    operator = OPERATORS[name]
    places: dict[str, Node] = {place.name: _hole(place.name, place.takes) for place in operator.places}
    return expanded(Reader(operator.definition, parameters=(), fields=FIELDS, places=places).read())


def _hole(name: str, takes: Takes) -> Node:
    """What stands for a place while a definition is read: something of the same kind that nothing else can be."""
    return Parameter(f"{name} ") if takes in (Takes.WINDOW, Takes.NUMBER) else Field(f"{name} ")


def _filled(node: Node, given: Mapping[str, Node]) -> Node:
    if isinstance(node, Field | Parameter):
        return given[node.name[:-1]] if node.name.endswith(" ") else node
    if isinstance(node, Call):
        children = tuple([_filled(child, given) for child in node.children])
        return Call(node.operator, children, _kind_with(OPERATORS[node.operator], node.kind, children))
    return node


def _kind_with(operator: Operator, kind: Kind, children: tuple[Node, ...]) -> Kind:
    """The kind of a call whose places are filled: of numbers alone an element operator makes a number."""
    if operator.gives is Kind.SERIES and operator.axis is Axis.ELEMENT:
        return Kind.NUMBER if all(child.kind is Kind.NUMBER for child in children) else Kind.SERIES
    return kind


# With values -----------------------------------------------------------------------------------------------------------


def checked(node: Node) -> Node:
    """A bound tree with its numbers worked out and every place asked whether it may hold what it holds."""
    if not isinstance(node, Call):
        return node
    return checked_call(node, tuple([checked(child) for child in node.children]))


def checked_call(node: Call, children: tuple[Node, ...]) -> Node:
    """A call with these children, which are checked already, in place of its own."""
    operator = OPERATORS[node.operator]
    for child, place in zip(children, operator.places, strict=True):
        if place.takes in (Takes.WINDOW, Takes.NUMBER):
            assert isinstance(child, Number), "it has a value by now"
            fault = range_fault(place, child.value)
            if fault is not None:
                raise InvalidExpression(f"{operator.signature}: {fault}", details={"expression": [fault]})
    if node.operator == "power" and isinstance(children[1], Number) and abs(children[1].value) > MAX_EXPONENT:
        rule = f"An exponent is from -{MAX_EXPONENT} to {MAX_EXPONENT}."
        raise InvalidExpression(rule, details={"expression": [rule]})
    if node.kind is Kind.NUMBER:
        return _number_of(node.operator, children)
    return Call(node.operator, children, node.kind)


class Binder:
    """Binds one expression again and again, as a sweep does: parts with one parameter or none are made once a value.

    Threads may share one: what two of them want at the same moment is made twice, and nothing else happens.
    """

    def __init__(self, expression: Expression) -> None:
        self._root = expression.basic
        self._names = {id(node): _names_in(node) for node in walk(self._root)}
        self._made: dict[tuple[int, object, object], Node] = {}

    def bind(self, values: Mapping[str, Value]) -> Node:
        """What `Expression.bind` gives where the need for history is known; raises as that does."""
        return self._bound(self._root, values)

    def _bound(self, node: Node, values: Mapping[str, Value]) -> Node:
        if not isinstance(node, Call):
            return bound(node, values)
        names = self._names[id(node)]
        if len(names) > 1:
            return checked_call(node, tuple([self._bound(child, values) for child in node.children]))
        value = values.get(names[0]) if names else None
        key = (id(node), value, type(value))  # 2 and 2.0 are equal, but a window is no fraction
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = checked(bound(node, values))
        return made


def _names_in(node: Node) -> tuple[str, ...]:
    """The parameters of a tree."""
    return tuple(sorted({each.name for each in walk(node) if isinstance(each, Parameter)}))


def _number_of(name: str, children: tuple[Node, ...]) -> Number:
    """Arithmetic of numbers alone."""
    from quant.expressions.arithmetic import calculate

    values = [child.value for child in children if isinstance(child, Number)]
    value = calculate(name, values)
    if value is None:
        shown = ", ".join(map(repr, values))
        raise InvalidExpression(f"{name} of {shown} is no number.", details={"expression": [f"{name} of {shown}"]})
    return Number(value)


def need_of(node: Node) -> Need:
    """How much history a bound tree asks for."""
    known: dict[Node, Need] = {}
    return _need(node, known)


def _need(node: Node, known: dict[Node, Need]) -> Need:
    if not isinstance(node, Call):
        return Need(0, 0)
    found = known.get(node)
    if found is None:
        below = [_need(child, known) for child in node.children]
        operator = OPERATORS[node.operator]
        values = [
            child.value
            for child, place in zip(node.children, operator.places, strict=True)
            if isinstance(child, Number) and place.takes in (Takes.WINDOW, Takes.NUMBER)
        ]
        own = operator.look_back(values) if operator.look_back is not None else 0
        settles = operator.settles(values) if operator.settles is not None else own
        found = known[node] = Need(
            max((each.look_back for each in below), default=0) + own,
            max((each.warm_up for each in below), default=0) + settles,
        )
    return found


def parameters_from(values: object) -> dict[str, Value]:
    """Values of parameters as a request brings them; raises InvalidExpression naming one that is no name or no number."""
    if not isinstance(values, dict) or len(values) > MAX_PARAMETERS:
        raise _wrong("parameters", f"Must be an object of up to {MAX_PARAMETERS} numbers by name.")
    for name, value in values.items():
        if not is_parameter_name(name):
            raise _wrong("parameters", f"A parameter cannot be called {name[:64]!r}.")
        if type(value) not in (int, float) or abs(value) > MAX_NUMBER:
            raise _wrong(f"parameters.{name}", "Must be a number.")
    return dict(values)


def _wrong(field: str, rule: str) -> InvalidExpression:
    return InvalidExpression(f"{field}: {rule}", details={field: [rule]})
