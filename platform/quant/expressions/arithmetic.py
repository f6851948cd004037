"""Arithmetic of single numbers: what an operator of elements makes of numbers that are the same for all bars."""

import math
from collections.abc import Callable, Sequence
from typing import Final

from quant.expressions.tree import Value

MAX_WHOLE: Final = 2**53
"""Whole numbers up to here are exact as floats, which is what all evaluation is in."""


def calculate(name: str, values: Sequence[Value]) -> Value | None:
    """The result, or None where it is no finite number. Whole numbers stay whole under + - and *."""
    try:
        value = _FUNCTIONS[name](*values)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    if isinstance(value, complex) or not math.isfinite(value):
        return None
    return value if isinstance(value, float) or abs(value) <= MAX_WHOLE else float(value)


def _sign(x: Value) -> Value:
    return (x > 0) - (x < 0)


def _signed_power(x: Value, a: Value) -> Value:
    return _sign(x) * abs(float(x)) ** a


def _power(x: Value, y: Value) -> Value:
    value: Value = float(x) ** y
    return value


_FUNCTIONS: Final[dict[str, Callable[..., Value]]] = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
    "power": _power,
    "negative": lambda x: -x,
    "abs": abs,
    "sign": _sign,
    "log": math.log,
    "log1p": math.log1p,
    "exp": math.exp,
    "sqrt": math.sqrt,
    "signed_power": _signed_power,
    "min": min,
    "max": max,
    "fill": lambda x, _: x,
}
