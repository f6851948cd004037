"""Uvicorn, the usual server: uvloop, httptools, and a watch over connections that trickle their request."""

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, cast
from urllib.parse import unquote

import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from gateway.memory import settle_memory
from gateway.servers.whole_answers import WholeCycle, is_uvicorn_read
from gateway.servers.whole_frames import WholeFrameProtocol
from operations import lifecycle
from streams.hub import HUB

SOCKET_FRAME_LIMIT: Final = 64 * 1024 + 1024
"""A little above what the streams allow, so that they can answer an error frame to what is just too large."""
GRACEFUL_STOP_S: Final = 5
KEEP_ALIVE_S: Final = 30
HEAD_LIMIT_BYTES: Final = 64 * 1024
"""The request line and headers together; the entrance refuses far smaller ones, but only once they are complete."""
HEAD_LIMIT_S: Final = 20.0
"""How long a request's head may take, and how long a new connection may say nothing; uvicorn itself waits for ever."""
WATCH_INTERVAL_S: Final = 5.0
SOCKET_PING_S: Final = 4.0
SOCKET_PONG_S: Final = 5.0
"""A socket whose owner reads nothing does not answer pings: it is gone within 10 s even when little is sent to it."""
BACKLOG: Final = 1024
TARGET_CACHE_LIMIT: Final = 1_000
TARGET_CACHE_PATH_LIMIT: Final = 200
"""Programs ask for the same few targets again and again; long ones are read anew, so that no memory is filled with them."""

IS_READ: Final = is_uvicorn_read()
REFUSED_HANDSHAKE: Final = "ASGI callable returned without completing handshake."


class WatchedProtocol(HttpToolsProtocol):
    """One connection that remembers since when, and how much of, a request's head has been coming, or nothing at all."""

    head_since_s: float | None
    head_bytes: int
    idle_since_s: float | None
    """When its last answer was written, while no further request has begun."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A connection owes a request from its first moment."""
        super().connection_made(transport)
        self.head_since_s = self.loop.time()
        self.head_bytes = 0
        self.idle_since_s = None

    def data_received(self, data: bytes) -> None:
        """Count the bytes of a head that does not end."""
        if self.head_since_s is not None:
            self.head_bytes += len(data)
            if self.head_bytes > HEAD_LIMIT_BYTES and len(data) < self.head_bytes:
                self.transport.close()
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        """A further request begins on a kept connection."""
        super().on_message_begin()
        self.idle_since_s = None
        if self.head_since_s is None:
            self.head_since_s = self.loop.time()
            self.head_bytes = 0

    def on_headers_complete(self) -> None:
        """The head is whole: from here on the application watches."""
        self.head_since_s = None
        if IS_READ:
            self._begin()
        else:
            super().on_headers_complete()

    def _begin(self) -> None:
        """Do what uvicorn does here, with paths that were read before, and a cycle that writes whole answers."""
        parser = self.parser
        scope = cast(dict[str, Any], self.scope)
        version = parser.get_http_version()
        scope["method"] = parser.get_method().decode("ascii")
        if version != "1.1":
            scope["http_version"] = version
        if parser.should_upgrade() and self._should_upgrade():
            return
        read = target_of if len(self.url) <= TARGET_CACHE_PATH_LIMIT else target_of.__wrapped__
        scope["path"], scope["raw_path"], scope["query_string"] = read(self.url)
        scope["loop"] = self.loop
        former = self.cycle
        cycle = self.cycle = WholeCycle(
            self.scope,
            self.transport,
            self.flow,
            self.logger,
            self.access_logger,
            self.access_log,
            self.server_state.default_headers,
            asyncio.Event(),
            self.expect_100_continue,
            version != "1.0" and parser.should_keep_alive(),
            self.on_response_complete,
        )
        if former is None or former.response_complete:
            self._start_asgi_task(cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((cycle, self.app))

    def on_response_complete(self) -> None:
        """Go on with what was sent meanwhile; else note the time. Uvicorn sets a timer here, for every answer."""
        if self.pipeline or self.transport.is_closing():
            super().on_response_complete()
            return
        self.server_state.total_requests += 1
        self.flow.resume_reading()
        self.idle_since_s = self.loop.time()

    def is_overdue(self, now_s: float) -> bool:
        """Whether the head has been coming for too long, or the connection been idle for long enough."""
        if self.idle_since_s is not None and now_s - self.idle_since_s > KEEP_ALIVE_S:
            return True
        return self.head_since_s is not None and now_s - self.head_since_s > HEAD_LIMIT_S

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Run the application in a task."""
        if isinstance(cycle, WholeCycle):
            self.tasks.add(self.loop.create_task(cycle.run(app, self.tasks, self.loop)))
        else:
            super()._start_asgi_task(cycle, app)


@lru_cache(maxsize=TARGET_CACHE_LIMIT)
def target_of(url: bytes) -> tuple[str, bytes, bytes]:
    """The path, the same as it was sent, and the query of a request's target; raises httptools' error for none."""
    parsed = httptools.parse_url(url)
    path = parsed.path.decode("ascii")
    return unquote(path) if "%" in path else path, parsed.path, parsed.query or b""


class GatewayServer(uvicorn.Server):
    """Uvicorn with a watch that drops connections whose request does not come."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start what runs with the server, then listen."""
        await super().startup(sockets)
        if lifecycle.LIFECYCLE.state.must_exit:
            self.should_exit = True
        elif self.started:
            settle_memory()
            self._announce()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell the listeners of streams first: uvicorn itself would just close their sockets."""
        await HUB.shutdown()
        await super().shutdown(sockets)

    async def main_loop(self) -> None:
        """Serve until told to stop."""
        watch = asyncio.create_task(self._drop_overdue())
        try:
            await super().main_loop()
        finally:
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch

    async def _drop_overdue(self) -> None:
        while True:
            await asyncio.sleep(WATCH_INTERVAL_S)
            now_s = asyncio.get_running_loop().time()
            for connection in tuple(self.server_state.connections):
                if isinstance(connection, WatchedProtocol) and connection.is_overdue(now_s):
                    connection.transport.close()


def serve(listener: socket.socket, announce: Callable[[], None]) -> bool:
    """Serve until SIGINT or SIGTERM, and `announce` when it begins; False when the start failed."""
    server = GatewayServer(_config(), announce)
    logging.getLogger("uvicorn.error").addFilter(quieten_client_mistakes)
    # Uvicorn raises the signal that stopped it again at its end; the default would then kill the process unflushed.
    signal.signal(signal.SIGTERM, lambda *_: None)
    with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C is how a person stops it; uvicorn raises it again at the end
        server.run(sockets=[listener])
    return server.started


def quieten_client_mistakes(record: logging.LogRecord) -> bool:
    """Log a socket's text that is no UTF-8 in a line: uvicorn calls it an error, and shows where in its code.

    A handshake that we refuse with an answer of ours is no error at all, and has its line in the access log.
    """
    if record.msg == REFUSED_HANDSHAKE:
        return False
    if record.exc_info and isinstance(record.exc_info[1], UnicodeDecodeError):
        record.levelno, record.levelname = logging.INFO, "INFO"
        record.exc_info = None
    return True


def _config() -> uvicorn.Config:
    options: dict[str, Any] = {
        "loop": "uvloop",
        "http": WatchedProtocol,
        "ws": WholeFrameProtocol,
        "ws_max_size": SOCKET_FRAME_LIMIT,
        "ws_per_message_deflate": False,
        "ws_ping_interval": SOCKET_PING_S,
        "ws_ping_timeout": SOCKET_PONG_S,
        "lifespan": "on",
        "log_config": None,
        "access_log": False,
        "proxy_headers": False,  # the entrance believes TRUSTED_PROXIES, and nobody else
        "server_header": False,
        "date_header": False,
        "backlog": BACKLOG,
        "timeout_keep_alive": KEEP_ALIVE_S,
        "timeout_graceful_shutdown": GRACEFUL_STOP_S,
    }
    return uvicorn.Config("gateway.asgi:application", **options)
