"""What is known of a request or a socket from the moment it enters: who asks, under which trace id, since when.

It is made once, by the ASGI entrance, so that whoever answers (a guard, the limiter, a view, the last catch) can say the
same trace id and the same start.
"""

import asyncio
import time
from functools import lru_cache
from typing import Any, Final

from kit.caller import Caller
from kit.clock import NS_PER_MS
from kit.trace import is_sane_trace_id, new_id, trace_id_of_traceparent
from operations.keys.ring import Key

Scope = dict[str, Any]
HEADER_COUNT_LIMIT: Final = 100
HEADER_BYTES_LIMIT: Final = 16 * 1024
"""Browsers send about 20 headers and 2 kB; what is far above is an attack or a mistake."""


class Visit:
    """One request or one WebSocket. `route` and `status` are filled in as they become known.

    `caller` is who asks: at first the address, until whoever authenticates knows better. `key` is the one it came with.

    The trace id is the client's `x-trace-id`, else the one of its W3C `traceparent`, else a new one.

    `shows_duration` has the answer say how long it took. `loop` is the running event loop where the server tells it.
    `headers` are what its answer carries whoever makes it; the entrance adds them, already in bytes.
    """

    __slots__ = (
        "caller", "client", "header_bytes", "header_count", "headers", "host", "host_count", "key", "loop", "origin",
        "origin_count", "route", "sec_fetch_site", "shows_duration", "started_ns", "status", "trace_id", "traceparent",
    )  # fmt: skip

    def __init__(self, scope: Scope) -> None:
        self.started_ns = time.monotonic_ns()
        self.loop: asyncio.AbstractEventLoop | None = scope.get("loop")
        self.client = address_of(scope)
        self.caller = _caller_at(self.client)
        self.key: Key | None = None
        self.status = 0
        self.shows_duration = False
        self.route = ""
        self.host = self.origin = self.sec_fetch_site = b""
        self.host_count = self.origin_count = self.header_bytes = 0
        self.header_count = len(scope["headers"])
        self.trace_id = ""
        self.traceparent = ""
        self._read_headers(scope["headers"])
        if not self.trace_id:
            self.trace_id = trace_id_of_traceparent(self.traceparent) or new_id()
        self.headers: list[tuple[bytes, bytes]] = [(b"x-trace-id", self.trace_id.encode())]
        if self.traceparent and trace_id_of_traceparent(self.traceparent):
            # Handed on as it came; where spans are made, the request's own takes its place.
            self.headers.append((b"traceparent", self.traceparent.encode()))

    def _read_headers(self, headers: list[tuple[bytes, bytes]]) -> None:
        """Pick what the guards need, in one pass."""
        size = 0
        for name, value in headers:
            size += len(name) + len(value)
            if name == b"host":
                self.host = value
                self.host_count += 1
            elif name == b"origin":
                self.origin = value
                self.origin_count += 1
            elif name == b"sec-fetch-site":
                self.sec_fetch_site = value
            elif name == b"x-trace-id" and is_sane_trace_id(sent := value.decode("latin1")):
                self.trace_id = sent
            elif name == b"traceparent":
                self.traceparent = value.decode("latin1")
        self.header_bytes = size

    def elapsed_ms(self) -> float:
        """Milliseconds since it entered."""
        return (time.monotonic_ns() - self.started_ns) / NS_PER_MS


@lru_cache(maxsize=1_000)
def _caller_at(address: str) -> Caller:
    return Caller(address=address)


def address_of(scope: Scope) -> str:
    """The peer's network address; empty on a Unix socket."""
    client = scope.get("client")
    return client[0] if client else ""
