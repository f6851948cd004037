"""Alerts as clients see them, over REST, on the stream and in webhooks alike."""

import msgspec

from trading.alerts.conditions import Condition
from trading.alerts.events import AlertEvent, Delivery
from trading.alerts.rules import Progress, Rule
from trading.numbers import time_text


class RuleAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A rule and how far it has come. `webhook_secret` is there in the answer that made it, and never again."""

    id: str
    account: str
    name: str
    severity: str
    condition: Condition
    repeat: str
    cool_down_seconds: int
    rearm_level: str | None
    enabled: bool
    channels: list[str]
    email_to: list[str]
    webhook_url: str | None
    status: str
    fault: str | None
    waiting_for: str | None
    history_bars: int | None
    warm_up_bars: int | None
    fired_count: int
    fired_at: str | None
    fired_value: str | None
    created_at: str
    updated_at: str
    webhook_secret: str | None = None


class DeliveryAnswer(msgspec.Struct, frozen=True):
    """One way that an event went."""

    channel: str
    status: str
    attempts: int
    detail: str
    ended_at: str | None


class EventAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One event."""

    id: str
    account: str
    rule_id: str
    rule_name: str
    severity: str
    kind: str
    text: str
    value: str | None
    bar_time: str | None
    market_time: str
    time: str
    deliveries: list[DeliveryAnswer]
    acknowledged_at: str | None
    acknowledged_by: str | None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a rule beside itself: its status, and of an expression how much history it has seen and needs."""

    status: str
    waiting_for: str | None = None
    history_bars: int | None = None
    warm_up_bars: int | None = None


def rule_answer(rule: Rule, progress: Progress, standing: Standing, *, secret: str | None = None) -> RuleAnswer:
    """A rule for its owner."""
    return RuleAnswer(
        id=rule.id,
        account=rule.account,
        name=rule.name,
        severity=rule.severity,
        condition=rule.condition,
        repeat=rule.repeat,
        cool_down_seconds=rule.cool_down_s,
        rearm_level=rule.rearm_level,
        enabled=rule.is_enabled,
        channels=list(rule.channels),
        email_to=list(rule.email_to),
        webhook_url=rule.webhook_url,
        status=standing.status,
        fault=progress.fault,
        waiting_for=standing.waiting_for,
        history_bars=standing.history_bars,
        warm_up_bars=standing.warm_up_bars,
        fired_count=progress.fired_count,
        fired_at=_time(progress.fired_ns),
        fired_value=progress.fired_value,
        created_at=time_text(rule.created_ns),
        updated_at=time_text(rule.updated_ns),
        webhook_secret=secret,
    )


def event_answer(event: AlertEvent) -> EventAnswer:
    """An event for its owner."""
    return EventAnswer(
        id=event.id,
        account=event.account,
        rule_id=event.rule_id,
        rule_name=event.rule_name,
        severity=event.severity,
        kind=event.kind,
        text=event.text,
        value=event.value,
        bar_time=_time(event.bar_ns),
        market_time=time_text(event.time_ns),
        time=time_text(event.told_ns),
        deliveries=[_delivery(each) for each in event.deliveries],
        acknowledged_at=_time(event.acknowledged_ns),
        acknowledged_by=event.acknowledged_by,
    )


def _delivery(delivery: Delivery) -> DeliveryAnswer:
    return DeliveryAnswer(
        delivery.channel, delivery.status, delivery.attempts, delivery.detail, _time(delivery.ended_ns)
    )


def _time(time_ns: int | None) -> str | None:
    return None if time_ns is None else time_text(time_ns)
