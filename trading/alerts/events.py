"""What came of rules: events with the value that fired, their deliveries, and who acknowledged them. Pure."""

from typing import Final

import msgspec

FIRED: Final = "fired"
FAILED: Final = "failed"
"""The rule itself failed and was switched off."""
TEST: Final = "test"
EVENT_KINDS: Final = (FIRED, FAILED, TEST)

QUEUED: Final = "queued"
DELIVERED: Final = "delivered"
UNDELIVERED: Final = "failed"
DROPPED: Final = "dropped"
OUTCOMES: Final = (QUEUED, DELIVERED, UNDELIVERED, DROPPED)


class Delivery(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One way that an event went, or is to go: how often it was tried, and what came of it (`detail`, a sentence)."""

    channel: str
    status: str = QUEUED
    attempts: int = 0
    detail: str = ""
    ended_ns: int | None = None


class AlertEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event: `time_ns` by the market's clock, `told_ns` by the machine's; the bar that it fired on began at `bar_ns`."""

    id: str
    account: str
    rule_id: str
    rule_name: str
    severity: str
    kind: str
    text: str
    value: str | None
    bar_ns: int | None
    time_ns: int
    told_ns: int
    deliveries: tuple[Delivery, ...] = ()
    acknowledged_ns: int | None = None
    acknowledged_by: str | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether a delivery has not ended yet."""
        return any(each.status == QUEUED for each in self.deliveries)

    def with_delivery(self, delivery: Delivery) -> "AlertEvent":
        """The event with another outcome of a channel."""
        deliveries = tuple(delivery if each.channel == delivery.channel else each for each in self.deliveries)
        return msgspec.structs.replace(self, deliveries=deliveries)
