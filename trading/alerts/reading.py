"""What of an expression an alert looks at, read without loading a compiler."""

from typing import Final

from kit.errors import invalid_field
from quant.expressions import Expression, Kind, parse
from quant.expressions.tree import Call, Field, Number
from quant.expressions.writing import write

LESS: Final = {"less": "<", "less_equal": "<="}
MORE: Final = {"greater": ">", "greater_equal": ">="}
ORDERED: Final = LESS | MORE
COMPARED: Final = (*ORDERED, "equal", "not_equal", "cross_above", "cross_below")


def read_condition(text: str) -> Expression:
    """The expression of an alert; raises InvalidExpression, or Invalid for one that is no condition over one symbol."""
    expression = parse(text, parameters=())
    if expression.kind is not Kind.CONDITION:
        raise invalid_field("condition.expression", "Must be a condition (yes or no), such as rsi(close, 14) < 30.")
    if expression.is_cross_sectional or expression.groups:
        raise invalid_field(
            "condition.expression", "An alert watches one symbol: operators across symbols mean nothing."
        )
    return expression


def measured(expression: Expression) -> Expression:
    """What is told when it fires: the left side of its outermost comparison, where that is a series, else the close."""
    node = expression.node
    if isinstance(node, Call) and node.operator in COMPARED and node.children[0].kind is Kind.SERIES:
        return Expression(write(node.children[0]), node.children[0])
    return Expression("close", Field("close"))


def comparison_of(expression: Expression) -> str | None:
    """The sign of its outermost comparison; None where there is none that has two sides of a level."""
    node = expression.node
    if isinstance(node, Call) and node.children[0].kind is Kind.SERIES:
        return ORDERED.get(node.operator)
    return None


def threshold_of(expression: Expression) -> float | None:
    """The number on the right of its outermost comparison; None where that is not one number."""
    node = expression.node
    right = node.children[1] if isinstance(node, Call) and len(node.children) > 1 else None
    return float(right.value) if isinstance(right, Number) else None
