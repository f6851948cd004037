"""From a tree back to text: one way to write each expression, which reads as the same tree."""

from typing import Final

from quant.expressions.tree import Call, Field, Node, Number, Parameter

_INFIX: Final = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "power": "**",
    "less": "<",
    "less_equal": "<=",
    "greater": ">",
    "greater_equal": ">=",
    "equal": "==",
    "not_equal": "!=",
    "both": "and",
    "either": "or",
}
_PREFIX: Final = {"negative": "-", "negated": "not "}


def write(node: Node) -> str:
    """The canonical text: every default filled in, brackets around every part of a part."""
    text = _text(node)
    is_bracketed = isinstance(node, Call) and (node.operator in _INFIX or node.operator in _PREFIX)
    return text[1:-1] if is_bracketed else text


def _text(node: Node) -> str:
    match node:
        case Field(name):
            return name
        case Parameter(name):
            return f"p.{name}"
        case Number(value):
            return repr(value) if value >= 0 else f"({value!r})"
        case Call(operator, children, _) if operator in _INFIX:
            return f"({_text(children[0])} {_INFIX[operator]} {_text(children[1])})"
        case Call(operator, children, _) if operator in _PREFIX:
            return f"({_PREFIX[operator]}{_text(children[0])})"
        case Call(operator, children, _):
            return f"{operator}({', '.join(map(_argument, children))})"
    raise AssertionError(f"{node!r} is no node")


def _argument(node: Node) -> str:
    """What stands between commas needs no brackets around a negative number."""
    return repr(node.value) if isinstance(node, Number) else _text(node)
