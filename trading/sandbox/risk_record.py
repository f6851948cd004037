"""What an event makes of a risk record; the exchange and what is published fold them by the same function."""

from typing import get_args

import msgspec

from trading.sandbox.events import FundsMoved, RiskLimitsSet, RiskMarked, RiskStateSet
from trading.sandbox.limits import RiskRecord

RiskEvent = RiskLimitsSet | RiskStateSet | RiskMarked
RISK_EVENTS = get_args(RiskEvent)


def record_after(record: RiskRecord, event: RiskEvent) -> RiskRecord:
    """The record once the event has happened."""
    if isinstance(event, RiskLimitsSet):
        return msgspec.structs.replace(record, limits=event.limits)
    if isinstance(event, RiskStateSet):
        return msgspec.structs.replace(
            record, state=event.state, reason=event.reason, by=event.by, since_ns=event.time_ns
        )
    return msgspec.structs.replace(
        record, day=event.day, day_units=event.day_units, peak_units=event.peak_units, marked_ns=event.time_ns
    )


def record_with_funds(record: RiskRecord, event: FundsMoved) -> RiskRecord:
    """The record once money came or went: a deposit is no profit and a withdrawal no loss.

    So where losses count from moves with it. What an account is charged, by a liquidation too, is a loss like any other;
    what had no known rate is not in its equity.
    """
    if event.kind not in ("deposit", "withdrawal") or event.base_units is None or record.peak_units is None:
        return record
    day_units = None if record.day_units is None else record.day_units + event.base_units
    return msgspec.structs.replace(record, day_units=day_units, peak_units=record.peak_units + event.base_units)
