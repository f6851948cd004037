"""Writes an answer that is complete at once, head and body together.

Uvicorn checks every header of every answer with two regular expressions and writes head and body separately: measured, a
fifth of what a small read costs. Here a header's name is checked once in the life of the process, all values of an answer
in one pass, and one write carries both. Whatever is no plain complete answer (a stream, a HEAD, an end of the connection,
a client that does not read) goes through uvicorn's own `send`, and so does everything under a release that was not read.
"""

import asyncio
from collections.abc import Awaitable, Generator
from typing import Any, Final

import uvicorn
from uvicorn.protocols.http.httptools_impl import HEADER_RE, STATUS_LINE, RequestResponseCycle

from streams.transports import UVICORN_READ

Message = dict[str, Any]
NAMES_KEPT: Final = 200
"""Header names that are remembered as checked; ours are some twenty."""
LINES_KEPT: Final = 200
"""Whole lines that are remembered: most headers say the same in each answer."""

_CONTROL: Final = bytes([*range(0x09), *range(0x0A, 0x20), 0x7F])
"""What no header value may hold (RFC 9110, section 5.5): control characters but for the tab."""
_LINE_END: Final = b"\r\n"
_LENGTH: Final = b"content-length: "
_FOR_UVICORN: Final = frozenset({b"connection", b"transfer-encoding"})
_BODILESS: Final = frozenset({204, 304})
_VARYING: Final = frozenset({b"x-trace-id", b"server-timing", b"ratelimit", b"etag", b"location", b"traceparent"})
"""Headers with another value in nearly every answer."""
_prefixes: dict[bytes, bytes] = {}
_lines: dict[tuple[bytes, bytes], bytes] = {}


class Done:
    """What there is nothing to wait for in."""

    __slots__ = ()

    def __await__(self) -> Generator[Any, Any, None]:
        """Return at once."""
        yield from ()


_DONE: Final = Done()


class WholeCycle(RequestResponseCycle):
    """One request and its answer, whose head is held back until its body is there."""

    _start: Message | None = None

    async def run(self, app: Any, tasks: set[Any], loop: asyncio.AbstractEventLoop) -> None:
        """Run the application as one of `tasks`; uvicorn has the loop call back for that, which costs more."""
        try:
            await self.run_asgi(app)
        finally:
            tasks.discard(asyncio.current_task(loop))

    def send(self, message: Any) -> Awaitable[None]:  # type: ignore[override]
        """ASGI's `send`; what can be written at once leaves nothing to wait for."""
        start = self._start
        if start is None:
            if message["type"] == "http.response.start" and not self.response_started:
                self._start = message
                return _DONE
            return super().send(message)
        self._start = None
        if self._write(start, message):
            return _DONE
        return self._send_both(start, message)

    async def _send_both(self, start: Any, message: Any) -> None:
        await super().send(start)
        await super().send(message)

    async def send_500_response(self) -> None:
        """Answer for an application that failed; a head of its own that did not go out yet never will."""
        self._start = None
        await super().send_500_response()

    def _write(self, start: Message, message: Message) -> bool:
        """Write a whole answer under the conditions of uvicorn's own `send`, and say whether that was done."""
        if (
            message.get("more_body", False)
            or message["type"] != "http.response.body"
            or not self.keep_alive
            or self.disconnected
            or self.flow.write_paused
            or self.default_headers
            or self.scope["method"] == "HEAD"
        ):
            return False
        body = message.get("body", b"")
        head = head_of(start["status"], start.get("headers", ()), len(body))
        if head is None:
            return False
        self.response_started = self.response_complete = True
        self.waiting_for_100_continue = False
        self.transport.write(head + body)
        self.message_event.set()
        self.on_response()
        return True


def head_of(status: int, headers: Any, body_length: int) -> bytes | None:
    """The head of an answer with a body of that length; None when uvicorn has to look at it."""
    lines = [STATUS_LINE[status]]
    declared: bytes | None = None
    for header in headers:
        line = _lines.get(header)
        if line is None:
            name, value = header
            prefix = _prefixes.get(name) or _prefix_of(name)
            line = b"%b%b\r\n" % (prefix, value)
            if not prefix or len(line.translate(None, _CONTROL)) != len(line) - 2:
                return None  # uvicorn decides what the name means, or refuses a value that would end its line
            if prefix is _LENGTH:
                declared = value
            elif name not in _VARYING and len(_lines) < LINES_KEPT:
                _lines[header] = line
        lines.append(line)
    fits = body_length == 0 and status in _BODILESS if declared is None else declared == b"%d" % body_length
    lines.append(_LINE_END)
    return b"".join(lines) if fits else None


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
