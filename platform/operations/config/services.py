"""Changing the runtime configuration: each change is decided on the newest revision of its key and written as the next one.

All of it waits for the database, so it runs in a thread (or in a command). What was written is then put in force on the
event loop by `CONFIG.take_effect`.
"""

from collections.abc import Callable
from typing import Any, Final

from django.db import OperationalError

from api.pagination import Page, decode_cursor, encode_cursor
from kit.errors import Conflict, Unavailable, invalid_field
from kit.trail import note_change
from kit.tunables import TUNABLES, AnyTunable
from operations.audit.services import record_change
from operations.config import revisions
from operations.config.in_force import CONFIG, NEVER_CHANGED, value_of
from operations.config.models import MAX_REASON_LENGTH as MAX_REASON_LENGTH
from operations.config.revisions import Draft, Revision, Written

_OPERATIONS: Final = {"set": "update", "reset": "destroy", "rollback": "rollback"}
"""What each kind of change is called in the audit: as over REST."""


def write_value(key: str, raw: Any, *, reason: str, seen: int | None, author: str) -> Written:
    """Set a key; no new revision when it was set to that value already. `seen` is the revision the writer knows, if any.

    Raises NotFound, Invalid naming `value`, Conflict CONFIG_CHANGED when the key has moved on from `seen`.
    """
    tunable = TUNABLES.find(key)
    value = tunable.check(raw)

    def decide(newest: Revision | None) -> Draft | None:
        before = _in_force(tunable, newest)
        _require_seen(key, newest, seen, current=before, wanted=value)
        is_set = newest is not None and not newest.is_default
        if is_set and newest.new_value == value:  # type: ignore[union-attr]  # it is set, so there is one
            return None
        return Draft("set", before, value, is_default=False, author=author, reason=reason)

    return _append(key, decide)


def write_default(key: str, *, reason: str, author: str) -> Written:
    """Go back to the default; no new revision when the default is in force already. Raises NotFound."""
    tunable = TUNABLES.find(key)

    def decide(newest: Revision | None) -> Draft | None:
        if newest is None or newest.is_default:
            return None
        before = _in_force(tunable, newest)
        return Draft("reset", before, tunable.default, is_default=True, author=author, reason=reason)

    return _append(key, decide)


def write_rollback(key: str, number: int, *, reason: str, author: str) -> Written:
    """Let a key be as it was after one of its revisions, 0: before the first. No new one when it is just so.

    Raises NotFound for the key, Invalid naming `revision` for one that is not the key's, or whose value may not be set
    any more.
    """
    tunable = TUNABLES.find(key)

    def decide(newest: Revision | None) -> Draft | None:
        target = _target_of(key, number)
        value, fault = value_of(tunable, target)
        if fault is not None:
            raise invalid_field("revision", fault)
        is_default = value is None
        is_default_now = newest is None or newest.is_default
        if is_default == is_default_now and (is_default or newest.new_value == value):  # type: ignore[union-attr]
            return None
        wanted = tunable.default if is_default else value
        return Draft("rollback", _in_force(tunable, newest), wanted, is_default, author=author, reason=reason)

    return _append(key, decide)


def _target_of(key: str, number: int) -> Revision | None:
    if number == NEVER_CHANGED:
        return None
    target = revisions.find(key, number)
    if target is None:
        raise invalid_field("revision", f"Must be one of the revisions of {key}, or 0 for the time before the first.")
    return target


def _in_force(tunable: AnyTunable, newest: Revision | None) -> Any:
    """What holds after a revision, in every process."""
    value, _ = value_of(tunable, newest)
    return tunable.default if value is None else value


def _require_seen(key: str, newest: Revision | None, seen: int | None, *, current: Any, wanted: Any) -> None:
    """Raise Conflict when the writer decided on what is no longer the newest revision."""
    number = NEVER_CHANGED if newest is None else newest.revision
    if seen is not None and seen != number:
        raise Conflict(
            f"{key} has changed since: it is {current} by revision {number}, and you had seen revision {seen}.",
            code="CONFIG_CHANGED",
            details={"key": key, "revision": number, "seen": seen, "current_value": current, "value": wanted},
        )


def _append(key: str, decide: Callable[[Revision | None], Draft | None]) -> Written:
    try:
        written = revisions.append(key, decide)
    except OperationalError as fault:
        raise Unavailable(f"The change was not made: the database does not take it ({fault}).") from fault
    made = written.newest
    if not written.is_new:
        # Whoever asks for it is on record, with the same before and after.
        value = _in_force(TUNABLES.find(key), made)
        note_change(subject=("config", key), before=value, after=value)
    elif made is not None:
        record_change(
            f"config.{_OPERATIONS[made.action]}",
            subject=("config", key),
            before=made.old_value,
            after=made.new_value,
            actor=made.author,
        )
    return written


def list_history(key: str, *, limit: int, cursor: str | None) -> Page:
    """A page of a key's revisions, newest first; raises NotFound, Invalid INVALID_CURSOR."""
    TUNABLES.find(key)
    before = None if cursor is None else decode_cursor(cursor, int)
    found = revisions.history(key, before=before, limit=limit + 1)
    page = found[:limit]
    return Page(page, encode_cursor(page[-1].revision) if len(found) > limit else None)


def restore_all() -> None:
    """Put everything in force that was set; for a command, which has no event loop. Raises DatabaseError."""
    CONFIG.restore(revisions.newest_of_each())
