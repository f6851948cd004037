"""What a command gives back when its effect is applied in memory but not yet written down."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from api.idempotency import StoredAnswer
from kit.errors import DomainError


class Staged(ABC):
    """A value, or a refusal, that may be answered only after `commit`.

    The viewset renders the answer first and hands it to `commit`, so that effect and answer become durable together:
    a client that asks again after a crash gets either the same bytes or a fresh execution, never half of each.
    """

    def __init__(self, value: Any = None, *, status: int = 200, error: DomainError | None = None) -> None:
        self.value = value
        self.status = status
        self.error = error

    @abstractmethod
    async def commit(self, answer: StoredAnswer | None) -> None:
        """Wait until the effect is durable, with `answer` if it must be; raises Unavailable when it cannot be."""

    def commit_then(self, answer: StoredAnswer | None, done: Callable[[Exception | None], None]) -> None:
        """`commit` for who does not wait: `done` is called once, on the loop, with what `commit` raised, or None."""
        committing = asyncio.ensure_future(self.commit(answer))
        _COMMITTING.add(committing)

        def end(committed: asyncio.Task[None]) -> None:
            _COMMITTING.discard(committed)
            fault = asyncio.CancelledError() if committed.cancelled() else committed.exception()
            done(fault if fault is None or isinstance(fault, Exception) else RuntimeError(repr(fault)))

        committing.add_done_callback(end)

    @property
    def is_journaled(self) -> bool:
        """Whether the journal's entry is the record of it, once it is durable."""
        return False


_COMMITTING: set[asyncio.Task[None]] = set()
"""The event loop alone would not keep them."""
