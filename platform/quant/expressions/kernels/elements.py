"""Element by element: flat arrays of one length in, one out. A single number comes as a view that repeats it."""

import math

import numpy as np

from quant.compiled import float_kernel

ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, MINIMUM, MAXIMUM, FILL, SIGNED_POWER = range(9)
NEGATIVE, ABSOLUTE, SIGN, LOG, LOG1P, EXP, SQRT = range(7)
LESS, LESS_EQUAL, GREATER, GREATER_EQUAL, EQUAL, NOT_EQUAL = range(6)
FALSE, UNKNOWN, TRUE = 0, 1, 2


@float_kernel
def finite(value: float) -> float:
    """The value, and NaN for what is no finite number."""
    return value if value - value == 0.0 else np.nan


@float_kernel
def power_of(base: float, exponent: float) -> float:
    """base ** exponent; NaN where that is no finite real number."""
    if base != base or exponent != exponent:
        return np.nan
    if base < 0.0 and exponent != math.floor(exponent):
        return np.nan
    if base == 0.0 and exponent < 0.0:
        return np.nan
    return finite(base**exponent)


@float_kernel
def binary_nb(code: int, x: np.ndarray, y: np.ndarray, out: np.ndarray) -> None:
    """Arithmetic of two."""
    size = out.size
    if code == ADD:
        for i in range(size):
            out[i] = finite(x[i] + y[i])
    elif code == SUBTRACT:
        for i in range(size):
            out[i] = finite(x[i] - y[i])
    elif code == MULTIPLY:
        for i in range(size):
            out[i] = finite(x[i] * y[i])
    elif code == DIVIDE:
        for i in range(size):
            out[i] = finite(x[i] / y[i])
    else:
        _rarer(code, x, y, out)


@float_kernel
def _rarer(code: int, x: np.ndarray, y: np.ndarray, out: np.ndarray) -> None:
    """The others of two; a NaN on either side is NaN, but for FILL."""
    for i in range(out.size):
        a, b = x[i], y[i]
        if code == FILL:
            out[i] = a if a == a else b
        elif a != a or b != b:
            out[i] = np.nan
        elif code == MINIMUM:
            out[i] = a if a < b else b
        elif code == MAXIMUM:
            out[i] = a if a > b else b
        elif code == POWER:
            out[i] = power_of(a, b)
        else:
            size = power_of(abs(a), b)
            out[i] = size if a > 0.0 else (-size if a < 0.0 else 0.0 * size)


@float_kernel
def unary_nb(code: int, x: np.ndarray, out: np.ndarray) -> None:
    """Functions of one."""
    for i in range(out.size):
        a = x[i]
        if a != a:
            out[i] = np.nan
        elif code == NEGATIVE:
            out[i] = -a
        elif code == ABSOLUTE:
            out[i] = abs(a)
        elif code == SIGN:
            out[i] = 1.0 if a > 0.0 else (-1.0 if a < 0.0 else 0.0)
        elif code == LOG:
            out[i] = math.log(a) if a > 0.0 else np.nan
        elif code == LOG1P:
            out[i] = math.log1p(a) if a > -1.0 else np.nan
        elif code == EXP:
            out[i] = finite(math.exp(a)) if a < 710.0 else np.nan
        else:
            out[i] = math.sqrt(a) if a >= 0.0 else np.nan


@float_kernel
def _truth(is_true: bool, a: float, b: float) -> int:
    """A comparison's outcome; unknown when one side is NaN."""
    if a != a or b != b:
        return UNKNOWN
    return TRUE if is_true else FALSE


@float_kernel
def compare_nb(code: int, x: np.ndarray, y: np.ndarray, out: np.ndarray) -> None:
    """Comparisons of two."""
    size = out.size
    if code == LESS:
        for i in range(size):
            out[i] = _truth(x[i] < y[i], x[i], y[i])
    elif code == LESS_EQUAL:
        for i in range(size):
            out[i] = _truth(x[i] <= y[i], x[i], y[i])
    elif code == GREATER:
        for i in range(size):
            out[i] = _truth(x[i] > y[i], x[i], y[i])
    elif code == GREATER_EQUAL:
        for i in range(size):
            out[i] = _truth(x[i] >= y[i], x[i], y[i])
    elif code == EQUAL:
        for i in range(size):
            out[i] = _truth(x[i] == y[i], x[i], y[i])
    else:
        for i in range(size):
            out[i] = _truth(x[i] != y[i], x[i], y[i])


@float_kernel
def where_nb(c: np.ndarray, x: np.ndarray, y: np.ndarray, out: np.ndarray) -> None:
    """x where c is true, y where it is false, NaN where it is unknown."""
    for i in range(out.size):
        out[i] = x[i] if c[i] == TRUE else (y[i] if c[i] == FALSE else np.nan)


@float_kernel
def isnan_nb(x: np.ndarray, out: np.ndarray) -> None:
    """Whether x is NaN; never unknown."""
    for i in range(out.size):
        out[i] = TRUE if x[i] != x[i] else FALSE
