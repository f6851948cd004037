"""What is known of the write at hand beyond its request: whether the journal has it, what it was done to, before and after.

Whoever lets a write in begins a trail; what does the work adds to it; the audit reads it when the work is over. Outside of a
write there is none, and notes go nowhere. One trail is shared by all threads and tasks that work for one write.
"""

from contextvars import ContextVar
from typing import Any


class Trail:
    """The notes on one write. `subject` is the kind and the id of what it was done to."""

    __slots__ = ("after", "before", "is_journaled", "subject")

    def __init__(self) -> None:
        self.is_journaled = False
        self.subject: tuple[str, str] | None = None
        self.before: Any = None
        self.after: Any = None


_current_trail: ContextVar[Trail | None] = ContextVar("trail", default=None)


def begin_trail() -> Trail:
    """A new trail, for the present context and what is started in it."""
    trail = Trail()
    _current_trail.set(trail)
    return trail


def mark_journaled() -> None:
    """Say that the journal holds this write: its entry is the record, and no other is made."""
    trail = _current_trail.get()
    if trail is not None:
        trail.is_journaled = True


def note_change(*, subject: tuple[str, str] | None = None, before: Any = None, after: Any = None) -> None:
    """Say what the write is done to, and how that was before and is after it: anything that has a form in JSON."""
    trail = _current_trail.get()
    if trail is not None:
        trail.subject = subject or trail.subject
        trail.before = trail.before if before is None else before
        trail.after = trail.after if after is None else after
