"""Exact amounts of a ledger as decimals, and its days by the clock of a time zone."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from kit.clock import NS_PER_SECOND
from kit.units import MONEY_DECIMALS
from markets.instruments import Instrument

NS_PER_DAY: Final = 86_400 * NS_PER_SECOND
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def money(units: int) -> Decimal:
    """Money in the smallest unit as a decimal."""
    return Decimal(units).scaleb(-MONEY_DECIMALS)


def price(instrument: Instrument, ticks: int) -> Decimal:
    """A price in ticks."""
    return Decimal(instrument.price_text(ticks))


def quantity(instrument: Instrument, lots: int) -> Decimal:
    """A quantity in lots."""
    return Decimal(instrument.quantity_text(lots))


def average_price(instrument: Instrument, notional_units: int, lots: int) -> Decimal | None:
    """The price at which `lots` are worth so much, to eight digits."""
    value = notional_units // instrument.unit_value
    return Decimal(instrument.average_price_text(value, lots)) if lots else None


def zone_of(name: str) -> tzinfo:
    """The time zone of that IANA name."""
    return UTC if name == "UTC" else ZoneInfo(name)


def day_of(time_ns: int, zone: tzinfo) -> str:
    """The day of a time by the clock of a zone, as 2026-11-27."""
    return (_EPOCH + timedelta(seconds=time_ns // NS_PER_SECOND)).astimezone(zone).date().isoformat()


def ns_of_day(day: str) -> int:
    """A day such as 2026-11-27 as a cell of the unit `date`: its midnight in UTC, whatever the zone it was counted in."""
    return (date.fromisoformat(day) - _EPOCH.date()).days * NS_PER_DAY


def month_of(time_ns: int, zone: tzinfo) -> str:
    """The month of a time, as 2026-11."""
    return day_of(time_ns, zone)[:7]
