"""Intervals of candles as text (`1m`, `90m`, `4h`, `1d`) and as lengths: those of the API and every other whole minute."""

import re

from kit.clock import NS_PER_SECOND
from kit.errors import invalid_field
from markets.updates import INTERVALS

MAX_INTERVAL_S = 366 * 86_400
MAX_INTERVAL_CHARS = 7
"""The longest text of an interval: six digits and a unit."""
_UNITS_S = {"d": 86_400, "h": 3_600, "m": 60}
_TEXT = re.compile(r"([1-9][0-9]{0,5})([mhd])")


def interval_s_of(text: str) -> int:
    """Seconds of an interval; raises Invalid for anything but a whole number of minutes, hours or days up to a year."""
    known = INTERVALS.get(text)
    if known is not None:
        return known
    found = _TEXT.fullmatch(text)
    length_s = int(found[1]) * _UNITS_S[found[2]] if found else 0
    if not 0 < length_s <= MAX_INTERVAL_S:
        raise invalid_field("interval", "Must be minutes, hours or days, such as 1m, 90m, 4h or 1d.")
    return length_s


def interval_ns_of(text: str) -> int:
    """`interval_s_of` in nanoseconds."""
    return interval_s_of(text) * NS_PER_SECOND


def interval_text(length_s: int) -> str:
    """The one text of a length in whole minutes: 3600 is `1h`, never `60m`."""
    for unit, seconds in _UNITS_S.items():
        if length_s % seconds == 0:
            return f"{length_s // seconds}{unit}"
    raise ValueError(f"{length_s} s are no whole minutes")
