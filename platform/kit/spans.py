"""Spans of a trace: `with span("journal commit"):` around a piece of work that a trace should show.

Nobody records them unless a recorder is set (the gateway sets one when traces are exported); then it costs a fifth of
a microsecond.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

StartSpan = Callable[[str], AbstractContextManager[Any]]

_NOT_RECORDED: AbstractContextManager[None] = nullcontext()


class _Recording:
    """What starts spans in this process; None while nobody does."""

    start: StartSpan | None = None


def span(name: str) -> AbstractContextManager[Any]:
    """A span of the work at hand that lasts as long as the `with` block."""
    start = _Recording.start
    return _NOT_RECORDED if start is None else start(name)


def record_spans(start: StartSpan | None) -> None:
    """Have `start(name)` make every span from now on; None ends it."""
    _Recording.start = start
