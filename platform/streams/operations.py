"""What a socket may ask for beside channels: apps register an operation under its name (`order.place`)."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from kit.access import Scope
from kit.trail import Trail
from streams.frames import OperationError


class OperationAnswer(msgspec.Struct, frozen=True):
    """What an operation came to; `status` is the one REST would answer, `error` is set when it was refused."""

    status: int
    data: Any = None
    error: OperationError | None = None


Handler = Callable[[dict[str, Any], str, str | None], Awaitable[OperationAnswer]]
"""`async handler(params, account, idempotency_key)`: answers refusals as an OperationAnswer; what it raises is a bug."""


class Performed(msgspec.Struct, frozen=True):
    """An operation that was answered, with the notes on it."""

    name: str
    params: dict[str, Any]
    account: str
    answer: OperationAnswer
    trail: Trail


recorder: Callable[[Performed], Awaitable[None]] | None = None
"""Makes the record of an operation that the journal does not have; set by whoever keeps the audit."""

turned_away: Callable[[str, str], None] | None = None
"""Counts who sends more than may be, by address and code; set likewise."""

RESERVED = frozenset({"subscribe", "unsubscribe", "list", "ping"})


class OperationRegistry:
    """The operations of a process, by name."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}
        self._scopes: dict[str, Scope] = {}

    def register(self, name: str, handler: Handler, *, scope: Scope = "trade") -> None:
        """Add an operation that a key needs `scope` for; a name is given once."""
        assert name not in RESERVED, f"{name} belongs to the protocol"
        assert name not in self._handlers, f"{name} is registered twice"
        self._handlers[name] = handler
        self._scopes[name] = scope

    def find(self, name: str) -> Handler | None:
        """The handler of that name."""
        return self._handlers.get(name)

    def scope_of(self, name: str) -> Scope:
        """What a key needs for it."""
        return self._scopes[name]

    def names(self) -> list[str]:
        """All that a socket may ask for."""
        return sorted(RESERVED | self._handlers.keys())


REGISTRY = OperationRegistry()


def register(name: str, handler: Handler, *, scope: Scope = "trade") -> None:
    """Add an operation to this process; called in `AppConfig.ready()`."""
    REGISTRY.register(name, handler, scope=scope)
