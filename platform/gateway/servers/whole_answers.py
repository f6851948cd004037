"""Writes an answer that is complete at once, head and body together.

Uvicorn checks every header of every answer with two regular expressions and writes head and body separately: measured, a
fifth of what a small read costs. Here a header's name is checked once in the life of the process, all values of an answer
in one pass, and one write carries both. Whatever is no plain complete answer (a stream, a HEAD, an end of the connection,
a client that does not read) goes through uvicorn's own `send`, and so does everything under a release that was not read.
"""

from collections.abc import Awaitable, Callable, Generator
from typing import Any, Final

import uvicorn
from uvicorn.protocols.http.httptools_impl import HEADER_RE, STATUS_LINE, RequestResponseCycle

from streams.transports import UVICORN_READ

AsgiApp = Callable[[Any, Any, Any], Awaitable[None]]
Message = dict[str, Any]
NAMES_KEPT: Final = 200
"""Header names that are remembered as checked; ours are some twenty."""

_CONTROL: Final = bytes([*range(0x09), *range(0x0A, 0x20), 0x7F])
"""What no header value may hold (RFC 9110, section 5.5): control characters but for the tab."""
_LINE_END: Final = b"\r\n"
_LENGTH: Final = b"content-length: "
_FOR_UVICORN: Final = frozenset({b"connection", b"transfer-encoding"})
_BODILESS: Final = frozenset({204, 304})
_prefixes: dict[bytes, bytes] = {}


class Done:
    """What there is nothing to wait for in."""

    __slots__ = ()

    def __await__(self) -> Generator[Any, Any, None]:
        """Return at once."""
        yield from ()


_DONE: Final = Done()


class WholeAnswers:
    """The application of one request, given a `send` that holds the head back until the body is there."""

    __slots__ = ("_app", "_cycle", "_start")

    def __init__(self, cycle: RequestResponseCycle, app: AsgiApp) -> None:
        self._app = app
        self._cycle = cycle
        self._start: Message | None = None

    def __call__(self, scope: Any, receive: Any, send: Any) -> Awaitable[None]:
        """Run the application."""
        return self._app(scope, receive, self.send)

    def send(self, message: Any) -> Awaitable[None]:
        """ASGI's `send`; what can be written at once leaves nothing to wait for."""
        start = self._start
        if start is None:
            if message["type"] == "http.response.start" and not self._cycle.response_started:
                self._start = message
                return _DONE
            return self._cycle.send(message)
        self._start = None
        if self._write(start, message):
            return _DONE
        return self._send_both(start, message)

    async def _send_both(self, start: Any, message: Any) -> None:
        await self._cycle.send(start)
        await self._cycle.send(message)

    def _write(self, start: Message, message: Message) -> bool:
        """Write a whole answer under the conditions of uvicorn's own `send`, and say whether that was done."""
        cycle = self._cycle
        if (
            message.get("more_body", False)
            or message["type"] != "http.response.body"
            or not cycle.keep_alive
            or cycle.disconnected
            or cycle.flow.write_paused
            or cycle.default_headers
            or cycle.scope["method"] == "HEAD"
        ):
            return False
        body = message.get("body", b"")
        head = head_of(start["status"], start.get("headers", ()), len(body))
        if head is None:
            return False
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        cycle.transport.write(head + body)
        cycle.message_event.set()
        cycle.on_response()
        return True


def head_of(status: int, headers: Any, body_length: int) -> bytes | None:
    """The head of an answer with a body of that length; None when uvicorn has to look at it."""
    parts = [STATUS_LINE[status]]
    declared: bytes | None = None
    for name, value in headers:
        prefix = _prefixes.get(name) or _prefix_of(name)
        if not prefix:
            return None
        if prefix is _LENGTH:
            declared = value
        parts += (prefix, value, _LINE_END)
    parts.append(_LINE_END)
    head = b"".join(parts)
    if len(head) - len(head.translate(None, _CONTROL)) != 2 * (len(headers) + 2):
        return None  # a value would end its line: uvicorn refuses it
    fits = body_length == 0 and status in _BODILESS if declared is None else declared == b"%d" % body_length
    return head if fits else None


def _prefix_of(name: bytes) -> bytes:
    """A header's name in lower case with its colon; empty when uvicorn must decide what it means."""
    lower = name.lower()
    if lower in _FOR_UVICORN or HEADER_RE.search(name) or not name:
        return b""
    prefix = _LENGTH if lower == b"content-length" else lower + b": "
    if len(_prefixes) < NAMES_KEPT:
        _prefixes[name] = prefix
    return prefix


def is_uvicorn_read() -> bool:
    """Whether this release of uvicorn is one whose `send` was read and is repeated here."""
    return uvicorn.__version__.startswith(UVICORN_READ)
