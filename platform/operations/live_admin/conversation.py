"""What the gateway and the process that makes its admin pages say to each other over one connection, a request at a time.

The gateway sends a `Request`. The other side may send any number of `Call`s, each answered by a `Result` or a `Raised`, and
of log `Line`s; it ends with a `Response`, or a `Raised`. Messages are pickled: both ends are the same code, and nobody else
can reach the connection.
"""

import pickle
import socket
import struct
from collections.abc import Callable
from contextvars import ContextVar
from http.cookies import SimpleCookie
from typing import Any, Final

import msgspec

from kit.caller import Caller, current_caller
from kit.trail import Change

_LENGTH: Final = struct.Struct("!Q")
LENGTH_BYTES: Final = _LENGTH.size
MAX_MESSAGE_BYTES: Final = 64 * 1024 * 1024
"""A page or its rows have far less; what says more is no message of ours."""


class Request(msgspec.Struct, frozen=True):
    """A request of somebody at the admin, as the gateway took it in; `scope` is ASGI's."""

    scope: dict[str, Any]
    body: bytes
    trace_id: str
    caller: Caller


class Call(msgspec.Struct, frozen=True):
    """Run a function of a module on the event loop, in this name."""

    work: Callable[..., Any]
    arguments: tuple[Any, ...]
    timeout_s: float
    caller: Caller


class Line(msgspec.Struct, frozen=True):
    """A log record."""

    level: int
    logger: str
    text: str
    fields: dict[str, Any]


class Result(msgspec.Struct, frozen=True):
    """What a call returned."""

    value: Any


class Raised(msgspec.Struct, frozen=True):
    """What a call, or the making of the page, raised."""

    fault: Exception


class Response(msgspec.Struct, frozen=True):
    """The page, who was logged in, and what was changed, for the audit."""

    status: int
    headers: list[tuple[str, str]]
    cookies: SimpleCookie
    body: bytes
    user: str | None
    changes: list[Change]


class ConversationEnded(Exception):
    """The other side is gone."""


def packed(message: Any) -> bytes:
    """A message as it is sent, its length first."""
    content = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(content)) + content


def packed_fault(fault: Exception) -> bytes:
    """An exception as it is sent; one that cannot be, as its text."""
    try:
        content = packed(Raised(fault))
        pickle.loads(content[LENGTH_BYTES:])  # noqa: S301 - our own, to see that the other side can read it
    except Exception:
        return packed(Raised(RuntimeError(f"{type(fault).__name__}: {fault}")))
    return content


def length_of(head: bytes) -> int:
    """How many bytes follow; raises ConversationEnded for more than any message has."""
    length: int = _LENGTH.unpack(head)[0]
    if length > MAX_MESSAGE_BYTES:
        raise ConversationEnded(f"A message of {length:,} bytes is none of ours.")
    return length


def unpacked(content: bytes) -> Any:
    """The message."""
    return pickle.loads(content)  # noqa: S301 - from our own process


class Conversation:
    """The side that makes the page; it blocks. One thread talks at a time."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def tell(self, message: Any) -> None:
        """Send a message that wants no answer; raises ConversationEnded."""
        self.send(packed(message))

    def send(self, content: bytes) -> None:
        """Send a packed message; raises ConversationEnded."""
        try:
            self._connection.sendall(content)
        except OSError as fault:
            raise ConversationEnded from fault

    def receive(self) -> Any:
        """The next message; raises ConversationEnded."""
        return unpacked(self._read(length_of(self._read(LENGTH_BYTES))))

    def ask(self, work: Callable[..., Any], arguments: tuple[Any, ...], timeout_s: float) -> Any:
        """What `work` gives on the gateway's event loop; raises what it raises there, or ConversationEnded."""
        self.tell(Call(work, arguments, timeout_s, current_caller()))
        outcome = self.receive()
        if isinstance(outcome, Raised):
            raise outcome.fault
        assert isinstance(outcome, Result), "a call is answered"
        return outcome.value

    def _read(self, size: int) -> bytes:
        parts, left = [], size
        while left:
            try:
                part = self._connection.recv(min(left, 1 << 20))
            except OSError as fault:
                raise ConversationEnded from fault
            if not part:
                raise ConversationEnded
            parts.append(part)
            left -= len(part)
        return b"".join(parts)


_current: ContextVar[Conversation | None] = ContextVar("conversation", default=None)


def current_conversation() -> Conversation | None:
    """The way to the gateway; None within the gateway itself."""
    return _current.get()


def set_conversation(conversation: Conversation) -> None:
    """Make it the one of the present context."""
    _current.set(conversation)
