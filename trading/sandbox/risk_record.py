"""What an event makes of a risk record; the exchange and what is published fold them by the same function."""

import msgspec

from trading.sandbox.events import RiskLimitsSet, RiskMarked, RiskStateSet
from trading.sandbox.limits import RiskRecord

RiskEvent = RiskLimitsSet | RiskStateSet | RiskMarked
RISK_EVENTS = (RiskLimitsSet, RiskStateSet, RiskMarked)


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
