"""Where everything enters: the guards for HTTP and WebSocket, the trace id on every answer, the last catch, the log line.

Under uvicorn the lifespan starts and stops what runs with the server; Daphne has none, so there the first connection
starts it. Nothing below has to be trusted to answer: what escapes it is answered here, in the envelope.
"""

import logging
import os
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any, Protocol

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gateway.settings")
django.setup(set_prefix=False)

from asgiref.sync import markcoroutinefunction  # noqa: E402
from django.conf import settings  # noqa: E402
from uvicorn.protocols.utils import ClientDisconnected  # noqa: E402

from api.envelope import failure  # noqa: E402 - what follows needs the apps to be ready
from api.errors import Internal, headers_of, status_of  # noqa: E402
from gateway.access_log import record_visit  # noqa: E402
from gateway.authentication import admit_socket  # noqa: E402
from gateway.guard import SAFE_METHODS, Guard, believe_proxy  # noqa: E402
from gateway.handler import Handler, Send  # noqa: E402
from gateway.requests import Receive  # noqa: E402
from gateway.security import security_headers_of  # noqa: E402
from gateway.sockets import make_socket_router  # noqa: E402
from gateway.visit import Scope, Visit  # noqa: E402
from kit.caller import set_caller  # noqa: E402
from kit.errors import DomainError  # noqa: E402
from kit.trace import set_trace_id  # noqa: E402
from operations import lifecycle as operations_lifecycle  # noqa: E402
from operations.audit import services as audit  # noqa: E402
from streams.consumer import named_account  # noqa: E402
from trading.ownership import services as ownership  # noqa: E402

AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]
log = logging.getLogger(__name__)


class Lifecycle(Protocol):
    """What runs with the server."""

    async def start(self) -> Any:
        """Start it; asked again, nothing happens."""

    async def stop(self) -> None:
        """Stop it."""


class Entrance:
    """The ASGI application. `lifecycle` is None in tests that need nothing started."""

    def __init__(self, *, http: AsgiApp, websocket: AsgiApp, guard: Guard, lifecycle: Lifecycle | None) -> None:
        self._http = http
        self._websocket = websocket
        self._guard = guard
        self._lifecycle = lifecycle
        self._is_started = lifecycle is None
        self._trusted_proxies: frozenset[str] = settings.TRUSTED_PROXIES

    @markcoroutinefunction
    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Serve one connection of the server's."""
        if scope["type"] == "http":
            return self._serve_http(scope, receive, send)
        if scope["type"] == "websocket":
            return self._serve_websocket(scope, receive, send)
        if scope["type"] == "lifespan":
            return self._serve_lifespan(receive, send)
        raise ValueError(f"Connections of type {scope['type']!r} are not served.")

    async def _serve_http(self, scope: Scope, receive: Receive, send: Send) -> None:
        visit = self._admit(scope)
        visit.headers += security_headers_of(scope["path"])

        def send_traced(message: Any) -> Awaitable[None]:
            # Not a coroutine itself: the server's own is handed on, and the extra step costs next to nothing.
            if message["type"] == "http.response.start":
                visit.status = message["status"]
                if visit.shows_duration:
                    visit.headers.append((b"server-timing", b"app;dur=%.3f" % visit.elapsed_ms()))
                message["headers"] += visit.headers
            return send(message)

        try:
            if (refusal := self._guard.refusal(visit, scope["method"])) is not None:
                if scope["method"] not in SAFE_METHODS:
                    audit.record_turned_away(visit.client, refusal.code)
                await _refuse(refusal, visit, send_traced)
                return
            if not self._is_started:
                await self._start()
            await self._http(scope, receive, send_traced)
        except Exception:
            set_trace_id(visit.trace_id)
            log.exception("%s %s failed outside of its view.", scope["method"], scope["path"])
            if visit.status:
                raise
            await _refuse(Internal(), visit, send_traced)
        finally:
            record_visit(visit, scope)

    async def _serve_websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        visit = self._admit(scope)
        set_trace_id(visit.trace_id)
        try:
            await self._serve_socket(visit, scope, receive, send)
        except ClientDisconnected:
            return  # it left while it was being let in
        except Exception:
            log.exception("A socket failed outside of its consumer.")
            with suppress(Exception):  # it may be open, or closed already: then the server ends it when we return
                await _refuse_socket(Internal(), visit, scope, send)

    async def _serve_socket(self, visit: Visit, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._guard.refusal(visit, "GET")
        if refusal is None and not self._is_started:
            await self._start()
        if refusal is None:
            refusal = admit_socket(visit, scope)
        context: AbstractContextManager[None] = nullcontext()
        if refusal is None and settings.JOURNAL_URL:
            found = await ownership.find_for_socket(named_account(scope, scope["access"]))
            refusal, context = (found, context) if isinstance(found, DomainError) else (None, found)
        if refusal is not None:
            visit.status = status_of(refusal)
            audit.record_turned_away(visit.client, refusal.code)
            await _refuse_socket(refusal, visit, scope, send)
            record_visit(visit, {**scope, "method": "GET"})
            return
        scope["answer_headers"] = visit.headers
        scope["caller"] = visit.caller
        set_caller(visit.caller)
        # The server's own send is handed on: the streams look behind it for the connection's buffer.
        with context:
            await self._websocket(scope, receive, send)

    def _admit(self, scope: Scope) -> Visit:
        """Note who comes and when, whoever is going to answer."""
        # Daphne fills it from a header that any client can set.
        scope["root_path"] = ""
        if self._trusted_proxies:
            believe_proxy(scope, self._trusted_proxies)
        visit = scope["visit"] = Visit(scope)
        return visit

    async def _start(self) -> None:
        """Start what runs with the server. A start that fails is reported by /readyz, and not tried again."""
        assert self._lifecycle is not None, "without a lifecycle it counts as started"
        await self._lifecycle.start()
        self._is_started = True

    async def _serve_lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                if not self._is_started:
                    await self._start()
                await send({"type": "lifespan.startup.complete"})
            else:
                if self._lifecycle is not None:
                    await self._lifecycle.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


async def _refuse(error: DomainError, visit: Visit, send: Send) -> None:
    """Answer before or after Django, in the envelope. The rest of the request is not read: the connection ends."""
    body = failure(error, started_ns=visit.started_ns, trace_id=visit.trace_id)
    headers = [(b"connection", b"close"), *_plain_headers(error, body)]
    await send({"type": "http.response.start", "status": status_of(error), "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _refuse_socket(error: DomainError, visit: Visit, scope: Scope, send: Send) -> None:
    """Answer a handshake with the envelope, or where the server cannot, with a close, which clients see as a 403."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    body = failure(error, started_ns=visit.started_ns, trace_id=visit.trace_id)
    headers = [*visit.headers, *_plain_headers(error, body)]
    await send({"type": "websocket.http.response.start", "status": status_of(error), "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body})


def _plain_headers(error: DomainError, body: bytes) -> list[tuple[bytes, bytes]]:
    return [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        *((name.lower().encode(), value.encode("latin1")) for name, value in headers_of(error).items()),
    ]


def make_application(*, lifecycle: Lifecycle | None) -> Entrance:
    """The whole application under the present settings."""
    guard = Guard(hosts=settings.EXACT_HOSTS, origins=settings.EXACT_ORIGINS)
    http: AsgiApp = Handler()
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        from gateway.telemetry import traced  # a fifth of the start, for those who have a collector

        http = traced(http, settings.OTEL_EXPORTER_OTLP_ENDPOINT)
    return Entrance(http=http, websocket=make_socket_router(), guard=guard, lifecycle=lifecycle)


application = make_application(lifecycle=operations_lifecycle)
