"""Prices to ticks, quantities to lots, money to its smallest unit, and back to plain decimal text.

Inside, everything is an int and never a float. A step such as 0.05 is kept as `Step(units=5, decimals=2)`: one tick
is 5 units of 10**-2.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

MONEY_DECIMALS = 8
"""Every asset is counted in 10**-8: as fine as the venues quote, and 64-bit kernels hold 92 billion of it."""

PPM_PER_BPS = 100
"""Fees are kept in millionths and shown in basis points."""

AVERAGE_DECIMALS = 8
"""Digits of an average price; the exact one may have no end."""

MAX_WHOLE_DIGITS = 18
MAX_FRACTION_DIGITS = 12
_PLAIN_DECIMAL = re.compile(rf"-?[0-9]{{1,{MAX_WHOLE_DIGITS}}}(?:\.[0-9]{{1,{MAX_FRACTION_DIGITS}}})?")


def is_plain_decimal(text: str) -> bool:
    """Whether `text` is a number in plain ASCII decimal notation of up to 18 + 12 digits."""
    return _PLAIN_DECIMAL.fullmatch(text) is not None


def units_from_text(text: str, decimals: int) -> int | None:
    """`text` counted in 10**-decimals, or None when it is not plain decimal or is finer than that."""
    if _PLAIN_DECIMAL.fullmatch(text) is None:
        return None
    whole, _, fraction = text.partition(".")
    if len(fraction) != decimals:
        fraction = fraction.rstrip("0")
        if len(fraction) > decimals:
            return None
        fraction = fraction.ljust(decimals, "0")
    return int(whole + fraction)


def text_from_units(units: int, decimals: int) -> str:
    """Plain decimal text with exactly `decimals` digits after the point: (6400010, 2) is "64000.10"."""
    if decimals == 0:
        return str(units)
    if units < 0:
        return f"-{text_from_units(-units, decimals)}"
    digits = str(units)
    if len(digits) <= decimals:
        digits = digits.rjust(decimals + 1, "0")
    return f"{digits[:-decimals]}.{digits[-decimals:]}"


def trimmed_text_from_units(units: int, decimals: int) -> str:
    """Plain decimal text without trailing zeros: (10000000000, 8) is "100"."""
    text = text_from_units(units, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text


def ratio_text(numerator: int, denominator: int, *, least_decimals: int = 0) -> str:
    """numerator / denominator to eight digits, rounded half to even, trimmed down to `least_decimals` digits."""
    scaled, rest = divmod(abs(numerator) * 10**AVERAGE_DECIMALS, abs(denominator))
    if 2 * rest > abs(denominator) or (2 * rest == abs(denominator) and scaled % 2):
        scaled += 1
    if (numerator < 0) != (denominator < 0):
        scaled = -scaled
    text = text_from_units(scaled, AVERAGE_DECIMALS)
    kept = len(text) - AVERAGE_DECIMALS + least_decimals
    trimmed = text[kept:].rstrip("0")
    return (text[:kept] + trimmed).rstrip(".")


@dataclass(frozen=True, slots=True)
class Step:
    """A smallest step of a price or a quantity: `units` of 10**-decimals (0.05 is units 5, decimals 2)."""

    units: int
    decimals: int

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The step written as a positive plain decimal; raises ValueError otherwise."""
        if not is_plain_decimal(text) or Decimal(text) <= 0:
            raise ValueError(f"a step must be a positive plain decimal, not {text!r}")
        _, _, fraction = text.partition(".")
        decimals = len(fraction.rstrip("0"))
        units = units_from_text(text, decimals)
        assert units is not None, "the decimals were counted on the text itself"
        return cls(units=units, decimals=decimals)

    def count_from_text(self, text: str) -> int | None:
        """How many steps `text` is, or None when it is not plain decimal or not a whole number of steps."""
        units = units_from_text(text, self.decimals)
        if units is None:
            return None
        steps, rest = divmod(units, self.units)
        return None if rest else steps

    def text_from_count(self, steps: int) -> str:
        """`steps` as decimal text with the step's own number of digits."""
        return text_from_units(steps * self.units, self.decimals)

    def __str__(self) -> str:
        return text_from_units(self.units, self.decimals)
