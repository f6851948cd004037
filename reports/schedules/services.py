"""Schedules of reports: kept in the database, so that they survive a restart. Call these in a thread."""

from typing import Any, Final

import msgspec

from api.pagination import Page, decode_cursor, encode_cursor
from kit.clock import NS_PER_SECOND, SYSTEM_CLOCK, Clock
from kit.errors import Conflict, NotFound, invalid_field
from kit.trace import new_id
from reports.models import ScheduleRow
from reports.records import Asked, Kind
from reports.schedules.times import check_cron, cron_from, next_due_ns
from reports.services import check, shown_asked

MAX_SCHEDULES: Final = 50
"""Of one account."""

MAX_KEEP: Final = 100
DEFAULT_KEEP: Final = 30
CLAIMS_A_LOOK: Final = 20
"""Schedules that are taken in hand at once; the rest are as due a moment later."""

MAX_ERROR_LENGTH: Final = 500
DAY_NS: Final = 86_400 * NS_PER_SECOND
SPANS_NS: Final = {"1d": DAY_NS, "1w": 7 * DAY_NS, "1m": 30 * DAY_NS, "3m": 91 * DAY_NS, "1y": 365 * DAY_NS}
"""Back from now by the market's clock; `all` is the whole epoch."""
ALL: Final = "all"
SPANS: Final = (*SPANS_NS, ALL)

SCHEDULED: Final[tuple[Kind, ...]] = (
    "performance", "trades", "execution", "risk", "realised", "statement", "comparison",
)  # fmt: skip
"""Kinds that are about accounts: what never changes needs no schedule."""


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """A schedule as it is shown; times in UTC nanoseconds. `next_at` is None while it is off or never due again."""

    id: str
    name: str
    every: str
    time_zone: str
    span: str
    keep: int
    enabled: bool
    asked: dict[str, Any]
    next_at: int | None
    last_due_at: int | None
    last_job: str | None
    last_error: str | None
    created_at: int


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A schedule that was taken in hand for one due time; nobody else has it."""

    schedule_id: str
    account: str
    asked: Asked
    span: str
    keep: int
    due_ns: int
    next_ns: int | None


def create_schedule(
    account: str, asked: Asked, *, every: str, span: str, keep: int, clock: Clock = SYSTEM_CLOCK
) -> Schedule:
    """Have a report made again and again; raises Invalid naming the field, Conflict when there are too many."""
    now_ns = clock.now_ns()
    check(asked)
    if asked.kind not in SCHEDULED or asked.backtest or asked.backtests or asked.epoch is not None:
        raise invalid_field(
            "kind",
            f"Only reports of accounts and strategies are scheduled: {', '.join(SCHEDULED)}; others never change.",
        )
    check_cron(every, asked.time_zone, now_ns)
    if ScheduleRow.objects.filter(account=account).count() >= MAX_SCHEDULES:
        raise Conflict(f"The account has {MAX_SCHEDULES} schedules already; delete some.", code="TOO_MANY_SCHEDULES")
    row = ScheduleRow(
        id=new_id(),
        account=account,
        name=asked.name,
        cron=cron_from(every),
        time_zone=asked.time_zone,
        span=span,
        keep=keep,
        asked=msgspec.to_builtins(asked),
        next_ns=next_due_ns(cron_from(every), asked.time_zone, now_ns),
        created_ns=now_ns,
    )
    row.save(force_insert=True)
    return _shown(row)


def list_schedules(account: str, *, limit: int, cursor: str | None = None) -> Page:
    """The account's schedules, newest first."""
    rows = ScheduleRow.objects.filter(account=account)
    if cursor is not None:
        rows = rows.filter(id__lt=decode_cursor(cursor, str))
    found = list(rows[: limit + 1])
    following = encode_cursor(found[limit - 1].id) if len(found) > limit else None
    return Page([_shown(row) for row in found[:limit]], following)


def get_schedule(account: str, schedule_id: str) -> Schedule:
    """One schedule; raises NotFound."""
    return _shown(_row(account, schedule_id))


def change_schedule(
    account: str,
    schedule_id: str,
    *,
    every: str | None,
    span: str | None,
    keep: int | None,
    enabled: bool | None,
    clock: Clock = SYSTEM_CLOCK,
) -> Schedule:
    """Change what is not None; raises NotFound and Invalid. One that is switched on is due from now on, not for the past.

    When it is due next is left alone unless that is what changes: the keeper may be taking it in hand at this moment.
    """
    row = _row(account, schedule_id)
    now_ns = clock.now_ns()
    if every is not None:
        check_cron(every, row.time_zone, now_ns)
        every = cron_from(every)
    wanted = {"cron": every, "span": span, "keep": keep, "is_enabled": enabled}
    changes: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
    if every is not None or enabled is not None:
        is_on = row.is_enabled if enabled is None else enabled
        changes["next_ns"] = next_due_ns(every or row.cron, row.time_zone, now_ns) if is_on else None
    ScheduleRow.objects.filter(id=row.id).update(**changes)
    return get_schedule(account, schedule_id)


def delete_schedule(account: str, schedule_id: str) -> None:
    """Make no more of them; raises NotFound. The reports that were made stay."""
    _row(account, schedule_id).delete()


# For the keeper ------------------------------------------------------------------------------------------------------------


def claim_due(now_ns: int) -> list[Due]:
    """Take in hand what is due: each due time once, whoever else looks, and one that was missed once and not many times.

    The row moves on to its next due time before anything is done: a crash in between costs a report and never doubles one.
    """
    claimed = []
    rows = ScheduleRow.objects.filter(is_enabled=True, next_ns__lte=now_ns).order_by("next_ns")[:CLAIMS_A_LOOK]
    for row in rows:
        assert row.next_ns is not None, "it is what the rows were found by"
        following = next_due_ns(row.cron, row.time_zone, max(now_ns, row.next_ns))
        is_ours = ScheduleRow.objects.filter(id=row.id, is_enabled=True, next_ns=row.next_ns).update(
            next_ns=following, due_ns=row.next_ns, last_job="", last_error=""
        )
        if is_ours:
            claimed.append(_due(row, row.next_ns, following))
    return claimed


def _due(row: ScheduleRow, due_ns: int, next_ns: int | None) -> Due:
    asked = msgspec.convert(row.asked, Asked)
    return Due(
        schedule_id=row.id,
        account=row.account,
        asked=asked,
        span=row.span,
        keep=row.keep,
        due_ns=due_ns,
        next_ns=next_ns,
    )


def put_back(due: Due) -> None:
    """Have a due time looked at again: there was no room for its job."""
    ScheduleRow.objects.filter(id=due.schedule_id, next_ns=due.next_ns).update(next_ns=due.due_ns)


def note_job(schedule_id: str, job_id: str) -> None:
    """Say which job makes the report."""
    ScheduleRow.objects.filter(id=schedule_id).update(last_job=job_id)


def note_error(schedule_id: str, error: str) -> None:
    """Say why there is no report."""
    ScheduleRow.objects.filter(id=schedule_id).update(last_error=error[:MAX_ERROR_LENGTH])


def first_due_ns() -> int | None:
    """When the next one of all is due."""
    row = ScheduleRow.objects.filter(is_enabled=True, next_ns__isnull=False).order_by("next_ns").first()
    return None if row is None else row.next_ns


def _row(account: str, schedule_id: str) -> ScheduleRow:
    row = ScheduleRow.objects.filter(account=account, id=schedule_id).first()
    if row is None:
        raise NotFound(f"There is no schedule {schedule_id}.")
    return row


def _shown(row: ScheduleRow) -> Schedule:
    return Schedule(
        id=row.id,
        name=row.name,
        every=row.cron,
        time_zone=row.time_zone,
        span=row.span,
        keep=row.keep,
        enabled=row.is_enabled,
        asked=shown_asked(row.asked),
        next_at=row.next_ns,
        last_due_at=row.due_ns,
        last_job=row.last_job or None,
        last_error=row.last_error or None,
        created_at=row.created_ns,
    )
