"""What is known of the write at hand beyond its request: whether the journal has it, and what it changed.

Whoever lets a write in begins a trail; what does the work adds to it; the audit reads it when the work is over. Outside of a
write there is none, and notes go nowhere. One trail is shared by all threads and tasks that work for one write.
"""

from contextvars import ContextVar
from typing import Any

import msgspec

MAX_CHANGES = 1_000
"""Of one write; the admin acts on no more at once."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was changed: the kind and the id of what, and how that was before and is after it. `action` names what
    was done where the write as a whole does not.
    """

    action: str | None = None
    subject: tuple[str, str] | None = None
    before: Any = None
    after: Any = None


class Trail(msgspec.Struct, eq=False):
    """The notes on one write."""

    is_journaled: bool = False
    is_over: bool = False
    """Whether its record is made: what was begun in its context and goes on is no part of it any more."""
    changes: list[Change] = []


_current_trail: ContextVar[Trail | None] = ContextVar("trail", default=None)


def current_trail() -> Trail | None:
    """The notes on the write at hand; None outside of a write, and when it is over."""
    trail = _current_trail.get()
    return None if trail is None or trail.is_over else trail


def begin_trail() -> Trail:
    """A new trail, for the present context and what is started in it."""
    trail = Trail()
    _current_trail.set(trail)
    return trail


def mark_journaled() -> None:
    """Say that the journal holds this write: its entry is the record, and no other is made.

    So it is, too, for a repeat that is answered as the first time.
    """
    trail = current_trail()
    if trail is not None:
        trail.is_journaled = True


def note_change(
    *, action: str | None = None, subject: tuple[str, str] | None = None, before: Any = None, after: Any = None
) -> None:
    """Say what the write changed: anything that has a form in JSON, as it is at this moment."""
    trail = current_trail()
    if trail is not None and len(trail.changes) < MAX_CHANGES:
        trail.changes.append(Change(action=action, subject=subject, before=before, after=after))
