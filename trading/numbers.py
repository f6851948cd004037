"""Amounts as clients see them: plain decimal text out of ticks, lots and units."""

from functools import lru_cache

from kit.clock import iso_from_ns
from kit.units import MONEY_DECIMALS, PPM_PER_BPS, trimmed_text_from_units

PERCENT_DECIMALS = 4
"""Digits of a percentage: one of the last is a millionth of the whole."""

TIMES_KEPT = 4_096
"""Formatted times kept for the next one who shows them."""


@lru_cache(maxsize=TIMES_KEPT)
def time_text(time_ns: int) -> str:
    """ISO 8601 of a time; much of what is shown together happened at the same time."""
    return iso_from_ns(time_ns)


def money_text(units: int) -> str:
    """Money without trailing zeros: 100000 rather than 100000.00000000."""
    return trimmed_text_from_units(units, MONEY_DECIMALS)


def bps_from_ppm(ppm: int) -> float:
    """Millionths as basis points: 200 is 2.0."""
    return ppm / PPM_PER_BPS


def percent_from_ppm(ppm: int) -> str:
    """Millionths as a percentage: 15000 is 1.5."""
    return trimmed_text_from_units(ppm, PERCENT_DECIMALS)
