"""How values are written for people: digits, signs and times. Files for programs keep the numbers instead."""

import math
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from kit.clock import NS_PER_SECOND, NS_PER_US
from reports.builders.document import DURATIONS, Cell, Unit, duration_unit

NOTHING: Final = "–"
"""What is not known."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DECIMALS: Final[dict[str, int]] = {"number": 2, "ratio": 4, "bps": 2}
_SUFFIXES: Final[dict[str, str]] = {"bps": " bps"}
_DURATIONS: Final[dict[Unit, str]] = {"ms": "ms", "seconds": "s", "minutes": "min", "hours": "h", "days": "d"}
_PRECISE_DIGITS: Final = 8
_SIZES: Final[tuple[tuple[float, float, str], ...]] = ((1e9, 1e9, "bn"), (1e6, 1e6, "m"), (1e4, 1e3, "k"))


def zone_of(name: str) -> tzinfo:
    """The time zone of that IANA name."""
    return UTC if name == "UTC" else ZoneInfo(name)


def moment_of(time_ns: int, zone: tzinfo) -> datetime:
    """A time in a zone, to the microsecond."""
    return (_EPOCH + timedelta(microseconds=time_ns // NS_PER_US)).astimezone(zone)


def ns_of(moment: datetime) -> int:
    """UTC nanoseconds of a moment."""
    since = moment.astimezone(UTC) - _EPOCH
    return (since.days * 86_400 + since.seconds) * NS_PER_SECOND + since.microseconds * NS_PER_US


def text_of(value: Cell, unit: Unit, zone: tzinfo) -> str:
    """A value as it stands on a page."""
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return value
    if unit in ("time", "date"):
        return _time_text(int(value), unit, zone)
    if unit in ("share", "fine_share"):
        return f"{_grouped(float(value) * 100, 2 if unit == 'share' else 4)} %"
    if unit == "money":
        return _money_text(value)
    if unit in ("price", "quantity"):
        return _trimmed(f"{value:,.{_PRECISE_DIGITS}f}")
    if unit == "count":
        return f"{int(value):,}"
    if unit in DURATIONS:
        return _duration_text(float(value), unit)
    return f"{_grouped(float(value), _DECIMALS.get(unit, 2))}{_SUFFIXES.get(unit, '')}"


def short_text_of(value: float, unit: Unit, step: float) -> str:
    """A value beside an axis, with the digits that tell it from its neighbours a step away."""
    if unit in ("share", "fine_share"):
        return f"{_axis_text(value * 100, step * 100)} %"
    if unit in DURATIONS:
        return f"{_axis_text(value, step)} {_DURATIONS[unit]}"
    for least, size, letter in _SIZES:
        if abs(value) >= least and step >= size / 1_000:
            return f"{_axis_text(value / size, step / size)} {letter}"
    return _axis_text(value, step)


def _axis_text(value: float, step: float) -> str:
    decimals = max(-math.floor(math.log10(step) + 1e-9), 0) if step > 0 else 0
    return _grouped(value, min(decimals, _PRECISE_DIGITS))


def _time_text(time_ns: int, unit: Unit, zone: tzinfo) -> str:
    if unit == "date":
        return moment_of(time_ns, UTC).strftime("%Y-%m-%d")
    moment = moment_of(time_ns, zone)
    return moment.strftime("%Y-%m-%d %H:%M:%S" if moment.second else "%Y-%m-%d %H:%M")


def _duration_text(value: float, unit: Unit) -> str:
    """A length of time; one that was measured in milliseconds in whatever unit it is long enough for."""
    shown = duration_unit(value) if unit == "ms" else unit
    return f"{_grouped(value * DURATIONS[unit] / DURATIONS[shown], 1)} {_DURATIONS[shown]}"


def _money_text(value: int | float | Decimal) -> str:
    """Money with two digits, with four below 1; files for programs have an exact amount's every digit."""
    return _grouped(value, 4 if value and -1 < value < 1 else 2)


def _grouped(value: float | Decimal, decimals: int) -> str:
    text = f"{value:,.{decimals}f}"
    return text.removeprefix("-") if not text.strip("-0.,") else text.replace("-", "−", 1)


def _trimmed(text: str) -> str:
    cut = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if cut in ("-0", "") else cut.replace("-", "−", 1)
