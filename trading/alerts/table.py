"""Rules and events in the database, by one thread and in order, so that a later state never meets an earlier one."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

import msgspec
from django.db import close_old_connections, transaction
from django.db.models import Count, QuerySet

from kit.errors import NotFound
from trading.alerts.events import AlertEvent, Delivery
from trading.alerts.models import AlertEventRow, AlertRuleRow
from trading.alerts.rules import Progress, Rule

MAX_EVENTS: Final = 10_000
"""Events kept of an account; older ones go."""

EVENTS_BEYOND: Final = 100
"""How many more may gather before the oldest are deleted together."""

_log = logging.getLogger(__name__)
MAX_TEXT: Final = 1_000
MAX_VALUE: Final = 64
Found = TypeVar("Found")
_THREAD: Final = ThreadPoolExecutor(1, thread_name_prefix="alerts-table")


async def in_table(work: Callable[..., Found], *arguments: Any) -> Found:
    """Run something that uses the database after all that was asked for before."""
    return await asyncio.get_running_loop().run_in_executor(_THREAD, _with_connection, work, arguments)


def _with_connection(work: Callable[..., Found], arguments: tuple[Any, ...]) -> Found:
    close_old_connections()
    try:
        return work(*arguments)
    finally:
        close_old_connections()


# Rules ---------------------------------------------------------------------------------------------------------------


def load_rules() -> list[tuple[Rule, Progress]]:
    """Every rule with its progress, oldest first; one that cannot be read is left out, and said so in the log."""
    found = []
    for row in AlertRuleRow.objects.order_by("id"):
        try:
            found.append((_rule(row), msgspec.convert(row.progress, Progress)))
        except msgspec.ValidationError:
            _log.exception("The alert rule %s cannot be read, and is not in force.", row.id)
    return found


def write_rule(rule: Rule, progress: Progress) -> None:
    """Keep a rule as it is now, whether it is new or not."""
    plain = msgspec.to_builtins(msgspec.structs.replace(rule, webhook_secret=""))
    AlertRuleRow.objects.update_or_create(
        id=rule.id,
        defaults={
            "account": rule.account,
            "name": rule.name,
            "severity": rule.severity,
            "is_enabled": rule.is_enabled,
            "condition_text": rule.condition.text,
            "rule": plain,
            "progress": msgspec.to_builtins(progress),
            "webhook_secret": rule.webhook_secret,
            "created_ns": rule.created_ns,
        },
    )


def delete_rule(rule_id: str) -> None:
    """Forget a rule; its events stay."""
    AlertRuleRow.objects.filter(id=rule_id).delete()


def _rule(row: AlertRuleRow) -> Rule:
    rule = msgspec.convert(row.rule, Rule)
    return msgspec.structs.replace(rule, webhook_secret=row.webhook_secret)


# Events --------------------------------------------------------------------------------------------------------------


class Batch(msgspec.Struct, frozen=True):
    """What is written together: new events, events whose deliveries went on, and rules by how far they have come."""

    new: Sequence[AlertEvent] = ()
    changed: Sequence[AlertEvent] = ()
    progress: Mapping[str, tuple[Progress, bool]] = {}
    """By rule its progress, and whether it is enabled."""


def write_batch(batch: Batch, counts: Counter[str]) -> None:
    """Write all of it or nothing, and delete what an account has too many of; `counts` are the events of each account."""
    with transaction.atomic():
        AlertEventRow.objects.bulk_create([_row(event) for event in batch.new])
        for event in batch.changed:
            AlertEventRow.objects.filter(id=event.id).update(
                deliveries=msgspec.to_builtins(event.deliveries), is_under_way=event.is_under_way
            )
        for rule_id, (progress, is_enabled) in batch.progress.items():
            _write_progress(rule_id, progress, is_enabled)
    for account, count in Counter(event.account for event in batch.new).items():
        counts[account] += count
        if counts[account] > MAX_EVENTS + EVENTS_BEYOND:
            counts[account] -= _delete_oldest(account)


def _write_progress(rule_id: str, progress: Progress, is_enabled: bool) -> None:
    row = AlertRuleRow.objects.filter(id=rule_id).first()
    if row is not None:
        row.progress, row.is_enabled = msgspec.to_builtins(progress), is_enabled
        row.rule["is_enabled"] = is_enabled
        row.save(update_fields=["progress", "is_enabled", "rule"])


def _delete_oldest(account: str) -> int:
    events = AlertEventRow.objects.filter(account=account)
    too_old = events.order_by("-id").values_list("id", flat=True)[MAX_EVENTS : MAX_EVENTS + 1]
    return sum(events.filter(id__lte=cut).delete()[0] for cut in list(too_old))


def count_events() -> Counter[str]:
    """How many events each account has."""
    rows = AlertEventRow.objects.order_by().values("account").annotate(events=Count("id"))
    return Counter({row["account"]: row["events"] for row in rows})


def unfinished_events(limit: int) -> list[AlertEvent]:
    """Events with deliveries under way, oldest first, the newest `limit` of them."""
    rows = AlertEventRow.objects.filter(is_under_way=True)[:limit]
    return [event_of(row) for row in reversed(rows)]


def unacknowledged_events(limit: int) -> list[AlertEvent]:
    """The newest events that nobody has acknowledged, oldest first."""
    rows = AlertEventRow.objects.filter(acknowledged_ns=None)[:limit]
    return [event_of(row) for row in reversed(rows)]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which events a list has; None is no filter. `from_ns` is included, `to_ns` is not, both by the machine's clock."""

    account: str
    rule_id: str | None = None
    severity: str | None = None
    is_acknowledged: bool | None = None
    from_ns: int | None = None
    to_ns: int | None = None
    before: str | None = None


def after(wanted: Wanted, event_id: str) -> Wanted:
    """The same list from behind an event on."""
    return msgspec.structs.replace(wanted, before=event_id)


def list_events(wanted: Wanted, limit: int) -> list[AlertEvent]:
    """Events, newest first; `before` is the id after which to go on."""
    filters = {
        "rule_id": wanted.rule_id,
        "severity": wanted.severity,
        "acknowledged_ns__isnull": None if wanted.is_acknowledged is None else not wanted.is_acknowledged,
        "told_ns__gte": wanted.from_ns,
        "told_ns__lt": wanted.to_ns,
        "id__lt": wanted.before,
    }
    chosen = {name: value for name, value in filters.items() if value is not None}
    rows: QuerySet[AlertEventRow] = AlertEventRow.objects.filter(account=wanted.account, **chosen)
    return [event_of(row) for row in rows[:limit]]


def get_event(account: str, event_id: str) -> AlertEvent:
    """One event; raises NotFound, also for one of another account."""
    row = AlertEventRow.objects.filter(account=account, id=event_id).first()
    if row is None:
        raise NotFound(f"There is no alert event {event_id!r}.")
    return event_of(row)


def acknowledge(account: str, event_id: str, by: str, now_ns: int) -> tuple[AlertEvent, bool]:
    """Note who acknowledged an event, and give it with whether that was the first time; the first one stays.

    Raises NotFound.
    """
    found = AlertEventRow.objects.filter(account=account, id=event_id, acknowledged_ns=None)
    is_first = found.update(acknowledged_ns=now_ns, acknowledged_by=by) > 0
    return get_event(account, event_id), is_first


def event_of(row: AlertEventRow) -> AlertEvent:
    """A row as what travels."""
    return AlertEvent(
        id=row.id,
        account=row.account,
        rule_id=row.rule_id,
        rule_name=row.rule_name,
        severity=row.severity,
        kind=row.kind,
        text=row.text,
        value=row.value,
        bar_ns=row.bar_ns,
        time_ns=row.time_ns,
        told_ns=row.told_ns,
        deliveries=msgspec.convert(row.deliveries, tuple[Delivery, ...]),
        acknowledged_ns=row.acknowledged_ns,
        acknowledged_by=row.acknowledged_by,
    )


def _row(event: AlertEvent) -> AlertEventRow:
    columns = {name: getattr(event, name) for name in event.__struct_fields__}
    columns["deliveries"] = msgspec.to_builtins(event.deliveries)
    return AlertEventRow(**columns, is_under_way=event.is_under_way)
