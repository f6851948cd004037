"""What a socket may ask for beside channels: apps register an operation under its name (`order.place`).

There are two ways to carry one out. A handler is a coroutine and gets a task of its own. A starter is a plain function
that does what it has to in the turn in which the message came, and has the answer given later, when the effect is
durable: no task, no waiting, and the next message of the socket finds the effect.
"""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from kit.access import Access, Scope
from kit.caller import Caller
from kit.trail import Trail
from streams.frames import OperationError, RequestId


class OperationAnswer(msgspec.Struct, frozen=True):
    """What an operation came to; `status` is the one REST would answer, `error` is set when it was refused.

    `data` is anything msgspec encodes, or `msgspec.Raw` JSON.
    """

    status: int
    data: Any = None
    error: OperationError | None = None


class OperationCall(msgspec.Struct, eq=False):
    """One operation on its way from a socket's message to its answer; on the event loop only. Made by position, for every
    order has one.

    `params` is the JSON as it came, empty when there was none. Who carries it out notes in `trail` whether the journal has
    it, in `is_replayed` whether it was done before, and calls `answer` once, at any time: also when the client has gone, or
    was told that it takes too long. `spawn` keeps a task for what cannot be done at once. `status` is what it was answered
    with, 0 before, `ended_ns` when; both times are of the monotonic clock.
    """

    name: str
    request_id: RequestId
    params: bytes
    idempotency_key: str | None
    account: str
    place: str
    caller: Caller
    access: Access
    spawn: Callable[[Coroutine[Any, Any, None]], object]
    finish: "Callable[[OperationCall, OperationAnswer], None]"
    trace_id: str
    started_ns: int
    trail: Trail
    status: int = 0
    ended_ns: int = 0
    is_done: bool = False
    is_replayed: bool = False

    def answer(self, answer: OperationAnswer) -> None:
        """Say what it came to; a second time nothing happens."""
        self.finish(self, answer)


Handler = Callable[[dict[str, Any], str, str | None], Awaitable[OperationAnswer]]
"""`async handler(params, account, idempotency_key)`: answers refusals as an OperationAnswer; what it raises is a bug."""

Starter = Callable[[OperationCall], None]
"""Begins the operation and sees to it that it is answered; what it raises is a bug."""


@dataclass(frozen=True, slots=True)
class Operation:
    """Something a socket may ask for; `action` is its name in the audit. Either `start` or `handle` is there."""

    name: str
    scope: Scope
    action: str
    start: Starter | None = None
    handle: Handler | None = None


class Performed(msgspec.Struct, frozen=True):
    """An operation that was answered, with the notes on it; `action` is what the audit calls it."""

    name: str
    params: Any
    account: str
    answer: OperationAnswer
    trail: Trail
    action: str = ""


recorder: Callable[[Performed], Awaitable[None]] | None = None
"""Makes the record of an operation that the journal does not have; set by whoever keeps the audit."""

turned_away: Callable[[str, str], None] | None = None
"""Counts who sends more than may be, by address and code; set likewise."""

observer: Callable[[Sequence[OperationCall]], None] | None = None
"""Counts and logs operations that are answered, those of one turn of the loop together; set by whoever keeps the log of
requests."""

timeout_s: Callable[[], float] | None = None
"""How long an answer may take; set by whoever limits requests."""

RESERVED = frozenset({"subscribe", "unsubscribe", "list", "ping"})


class OperationRegistry:
    """The operations of a process, by name."""

    def __init__(self) -> None:
        self._operations: dict[str, Operation] = {}

    def register(self, name: str, handler: Handler, *, scope: Scope = "trade") -> None:
        """Add an operation that a key needs `scope` for; a name is given once."""
        self._add(Operation(name, scope, name, handle=handler))

    def register_starter(self, name: str, start: Starter, *, scope: Scope = "trade", action: str = "") -> None:
        """Add one that begins in the turn in which its message came."""
        self._add(Operation(name, scope, action or name, start=start))

    def find(self, name: object) -> Operation | None:
        """The operation of that name."""
        return self._operations.get(name) if isinstance(name, str) else None

    def names(self) -> list[str]:
        """All that a socket may ask for."""
        return sorted(RESERVED | self._operations.keys())

    def _add(self, operation: Operation) -> None:
        assert operation.name not in RESERVED, f"{operation.name} belongs to the protocol"
        assert operation.name not in self._operations, f"{operation.name} is registered twice"
        self._operations[operation.name] = operation


REGISTRY = OperationRegistry()


def register(name: str, handler: Handler, *, scope: Scope = "trade") -> None:
    """Add an operation to this process; called in `AppConfig.ready()`."""
    REGISTRY.register(name, handler, scope=scope)


def register_starter(name: str, start: Starter, *, scope: Scope = "trade", action: str = "") -> None:
    """Add one that begins at once to this process; called likewise."""
    REGISTRY.register_starter(name, start, scope=scope, action=action)
