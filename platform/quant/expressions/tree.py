"""What an expression is once it has been read: a tree of operators, fields, numbers and parameters.

Equal trees are equal values, so that what several expressions have in common is found by looking it up.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum

import msgspec

from kit.errors import Rejected

Value = int | float


class Kind(StrEnum):
    """What a part of an expression is: a number for each bar, a yes or no for each bar, or one number for all bars."""

    SERIES = "series"
    CONDITION = "condition"
    NUMBER = "number"


class InvalidExpression(Rejected):
    """The text is no expression, or one that cannot be evaluated; `details` has the column (from 1) and what is near it."""

    default_code = "INVALID_EXPRESSION"


class Leaf(msgspec.Struct, frozen=True):
    """What stands for itself."""

    @property
    def children(self) -> tuple["Node", ...]:
        """Nothing is below it."""
        return ()


class Field(Leaf, frozen=True, tag=True):
    """A column of the data, such as `close`, or a grouping of the symbols."""

    name: str

    @property
    def kind(self) -> Kind:
        """A number for each bar."""
        return Kind.SERIES


class Number(Leaf, frozen=True, tag=True):
    """A number written in the expression."""

    value: Value

    @property
    def kind(self) -> Kind:
        """One number for all bars."""
        return Kind.NUMBER


class Parameter(Leaf, frozen=True, tag=True):
    """A number that is given when the expression is evaluated; written `p.name`."""

    name: str

    @property
    def kind(self) -> Kind:
        """One number for all bars."""
        return Kind.NUMBER


class Call(msgspec.Struct, frozen=True, tag=True):
    """An operator of the table and what it is given, in the table's order; infix signs have names there too."""

    operator: str
    children: tuple["Node", ...]
    kind: Kind


Node = Field | Number | Parameter | Call


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, parents first; what is there twice comes twice."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting.extend(found.children)


def bound(node: Node, values: Mapping[str, Value]) -> Node:
    """The tree with numbers in place of its parameters; raises InvalidExpression naming one without a value."""
    if isinstance(node, Field | Number):
        return node
    if isinstance(node, Parameter):
        if node.name not in values:
            raise InvalidExpression(
                f"p.{node.name} has no value.", details={f"parameters.{node.name}": ["Give it a value."]}
            )
        return Number(values[node.name])
    return Call(node.operator, tuple([bound(child, values) for child in node.children]), node.kind)
