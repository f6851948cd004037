"""The record of a write that came in by REST, a socket or the admin and that the journal does not have."""

from typing import Any

import msgspec

from kit.caller import current_caller
from kit.clock import SYSTEM_CLOCK
from kit.trace import current_trace_id
from kit.trail import Change, Trail
from operations.audit import services
from operations.audit.entries import AuditEntry, Result, Subject
from operations.audit.redaction import readable, readable_text
from streams.operations import Performed

FIRST_REFUSED, FIRST_FAILED = 400, 500


class Write(msgspec.Struct, frozen=True, kw_only=True):
    """A write and its outcome. `subject` is what the request itself names, `after` what it was answered with.

    `names_changes`: it is a page, on which each change says better than its path what was done.
    """

    action: str
    actor: str
    trace_id: str
    status: int
    account: str | None = None
    subject: tuple[str, str] | None = None
    code: str | None = None
    input: Any = None
    after: Any = None
    detail: Any = None
    names_changes: bool = False


async def record_write(write: Write, trail: Trail) -> None:
    """Record it, unless the journal has it: on disk with the return if it was done, within a second if refused."""
    trail.is_over = True
    if trail.is_journaled:
        return
    result = result_of(write.status)
    for change in trail.changes or [Change(subject=write.subject)]:
        entry = _entry(write, change, result)
        if result == "done":
            await services.record_durably(entry)
        else:
            services.record(entry)


def result_of(status: int) -> Result:
    """What an HTTP status says of a write."""
    if status < FIRST_REFUSED:
        return "done"
    return "refused" if status < FIRST_FAILED else "failed"


def _entry(write: Write, change: Change, result: Result) -> AuditEntry:
    subject = change.subject or write.subject
    after = write.after if change.after is None and result == "done" else change.after
    return AuditEntry(
        action=(change.action if write.names_changes else None) or write.action,
        wall_ns=SYSTEM_CLOCK.now_ns(),
        actor=write.actor,
        account=write.account,
        subject=None if subject is None else Subject(readable_text(subject[0]), readable_text(subject[1])),
        trace_id=write.trace_id,
        result=result,
        status=write.status,
        code=write.code,
        input=readable(write.input),
        before=readable(change.before),
        after=readable(after),
        detail=write.detail,
    )


async def record_operation(performed: Performed) -> None:
    """Record what a socket asked for; registered with the streams."""
    answer = performed.answer
    write = Write(
        action=performed.action or performed.name,
        actor=current_caller().actor,
        trace_id=current_trace_id(),
        status=answer.status,
        account=performed.account,
        code=None if answer.error is None else answer.error.code,
        input=performed.params,
        after=answer.data,
        detail={"over": "websocket", "operation": performed.name},
    )
    await record_write(write, performed.trail)
