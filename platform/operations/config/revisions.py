"""Revisions in the database: add one, read them. Everything here waits for the database, so it runs in a thread."""

from collections.abc import Callable
from typing import Any, Final, Literal

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import Max

from kit.clock import SYSTEM_CLOCK
from kit.errors import Unavailable
from kit.trace import current_trace_id
from operations.config.models import MAX_AUTHOR_LENGTH, ConfigRevision

MAX_ATTEMPTS: Final = 50
"""How often a writer tries anew when others took its number: each time at least one of them got through."""

Action = Literal["set", "reset", "rollback"]


class Revision(msgspec.Struct, frozen=True):
    """One change of one key. Both values were in force, before and after it; `time` is in UTC nanoseconds."""

    revision: int
    key: str
    action: Action
    old_value: Any
    new_value: Any
    is_default: bool
    author: str
    reason: str
    time: int
    trace_id: str


class Draft(msgspec.Struct, frozen=True):
    """A change that is about to be made."""

    action: Action
    old_value: Any
    new_value: Any
    is_default: bool
    author: str
    reason: str


class Written(msgspec.Struct, frozen=True):
    """A key's newest revision after a write, None while it has none; `is_new` says whether the write made it."""

    newest: Revision | None
    is_new: bool


def append(key: str, decide: Callable[[Revision | None], Draft | None]) -> Written:
    """Add the revision that `decide` makes out of the key's newest one, unless it finds nothing to change.

    Writers take turns. SQLite lets one transaction in at a time; other databases let several in, of which one gets the
    next number, and the others decide anew on what it left. Nothing that `decide` raises leaves a trace.
    """
    for _ in range(MAX_ATTEMPTS):
        try:
            with transaction.atomic():
                newest = newest_of(key)
                draft = decide(newest)
                if draft is None:
                    return Written(newest, is_new=False)
                return Written(_add(key, newest_number() + 1, draft), is_new=True)
        except IntegrityError:
            continue
    raise Unavailable("Too many changes at the same moment; try again.")


def _add(key: str, number: int, draft: Draft) -> Revision:
    row = ConfigRevision(
        number=number,
        key=key,
        action=draft.action,
        old_value=draft.old_value,
        new_value=draft.new_value,
        is_default=draft.is_default,
        author=draft.author[:MAX_AUTHOR_LENGTH],
        reason=draft.reason,
        time_ns=SYSTEM_CLOCK.now_ns(),
        trace_id=current_trace_id(),
    )
    row.save()
    return _revision_of(row)


def newest_number() -> int:
    """The number of the installation's newest revision; 0 before the first."""
    return ConfigRevision.objects.aggregate(newest=Max("number"))["newest"] or 0


def newest_of(key: str) -> Revision | None:
    """The newest revision of a key."""
    row = ConfigRevision.objects.filter(key=key).first()
    return None if row is None else _revision_of(row)


def newest_of_each() -> list[Revision]:
    """The newest revision of every key that ever changed, in the order of their numbers."""
    numbers = ConfigRevision.objects.order_by().values("key").annotate(newest=Max("number")).values("newest")
    return [_revision_of(row) for row in ConfigRevision.objects.filter(number__in=numbers).order_by("number")]


def after(number: int, limit: int) -> list[Revision]:
    """The next revisions after a number, oldest first."""
    return [_revision_of(row) for row in ConfigRevision.objects.filter(number__gt=number).order_by("number")[:limit]]


def find(key: str, number: int) -> Revision | None:
    """A revision by its number, if it is one of the key's."""
    row = ConfigRevision.objects.filter(key=key, number=number).first()
    return None if row is None else _revision_of(row)


def history(key: str, *, before: int | None, limit: int) -> list[Revision]:
    """Revisions of a key, newest first, from below `before` on."""
    rows = ConfigRevision.objects.filter(key=key)
    if before is not None:
        rows = rows.filter(number__lt=before)
    return [_revision_of(row) for row in rows[:limit]]


def _revision_of(row: ConfigRevision) -> Revision:
    return Revision(
        row.number,
        row.key,
        row.action,  # type: ignore[arg-type]  # one of its choices
        row.old_value,
        row.new_value,
        row.is_default,
        row.author,
        row.reason,
        row.time_ns,
        row.trace_id,
    )
