"""What a command gives back when its effect is applied in memory but not yet written down."""

from abc import ABC, abstractmethod
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
