"""Daphne, the other server: slower, and with fewer limits of its own, but the one Channels' users know.

It has no lifespan, so what runs with the server is started once Twisted's reactor runs and stopped before it ends. It
hands a body to the application only when all of it is there, in memory: a client's large upload costs that much.
"""

import asyncio
import signal
import socket
from collections.abc import Awaitable, Callable
from typing import Any, Final

# Daphne's server module installs Twisted's asyncio reactor, so it comes before anything else of Twisted's.
from daphne.server import Server  # isort: skip
from daphne.http_protocol import HTTPFactory, WebRequest
from twisted.internet import reactor

from api.limits import JSON_BODY_LIMIT_BYTES, UPLOAD_LIMIT_BYTES
from gateway.asgi import application
from gateway.memory import settle_memory
from operations import lifecycle
from streams.hub import HUB

MESSAGE_LIMIT_BYTES: Final = 4 * 1024 * 1024
"""Autobahn applies it both ways, and a snapshot may be far larger than what a client may send; for the frames of
clients the streams have a limit of their own."""
APPLICATION_CLOSE_S: Final = 5
PING_INTERVAL_S: Final = 3
PING_TIMEOUT_S: Final = 5
"""A socket whose owner reads nothing does not answer pings: it is gone within about 10 s even when little is sent to it."""


class BoundedRequest(WebRequest):
    """A request that keeps of its body one byte more than is allowed: enough for the application to refuse it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        # Twisted would read forms whole into memory, and answer broken ones itself, with nothing but a status.
        super().__init__(*args, **options, parsePOSTFormSubmission=False)

    def gotLength(self, length: int | None) -> None:
        """The headers are there, the body comes."""
        is_form = b"multipart/form-data" in (self.requestHeaders.getRawHeaders(b"content-type") or [b""])[0].lower()
        self.bytes_left = (UPLOAD_LIMIT_BYTES.value if is_form else JSON_BODY_LIMIT_BYTES.value) + 1
        super().gotLength(length)

    def handleContentChunk(self, data: bytes) -> None:
        """A piece of the body came."""
        kept = data[: self.bytes_left]
        self.bytes_left -= len(kept)
        super().handleContentChunk(kept)


class BoundedFactory(HTTPFactory):
    """Makes connections whose requests are bounded."""

    def buildProtocol(self, addr: Any) -> Any:
        """One connection."""
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = BoundedRequest
        return protocol


class GatewayServer(Server):
    """Daphne with bounded bodies, and with the application's headers on the answer to a handshake."""

    @property
    def http_factory(self) -> BoundedFactory:
        """Makes the connections; Daphne has no other place to say which factory it should take."""
        return self._bounded_factory

    @http_factory.setter
    def http_factory(self, factory: HTTPFactory) -> None:
        self._bounded_factory = BoundedFactory(self)

    def handle_reply(self, protocol: Any, message: dict[str, Any]) -> Awaitable[None]:
        """Pass a message of the application's on. Autobahn takes headers beside the subprotocol; Daphne forgets them."""
        if message.get("type") == "websocket.accept" and message.get("headers"):
            headers = {name.decode("latin1"): value.decode("latin1") for name, value in message["headers"]}
            message = {"type": "websocket.accept", "subprotocol": (message.get("subprotocol"), headers)}
        reply: Awaitable[None] = super().handle_reply(protocol, message)
        return reply


def serve(listener: socket.socket, announce: Callable[[], None]) -> bool:
    """Serve until SIGINT or SIGTERM, and `announce` when it begins; False when the start failed."""
    host, port = listener.getsockname()[:2]
    listener.close()  # Twisted opens its own; that the address was free has just been seen
    interface = host.replace(":", r"\:")
    server = GatewayServer(
        application=application,
        endpoints=[f"tcp:port={port}:interface={interface}"],
        signal_handlers=False,
        server_name="",
        verbosity=0,
        websocket_max_message_size=MESSAGE_LIMIT_BYTES,
        websocket_max_frame_size=MESSAGE_LIMIT_BYTES,
        application_close_timeout=APPLICATION_CLOSE_S,
        ping_interval=PING_INTERVAL_S,
        ping_timeout=PING_TIMEOUT_S,
    )
    running: Any = reactor
    running.callWhenRunning(lambda: asyncio.ensure_future(_run(announce)))
    server.run()
    return bool(server.listening_addresses)


async def _run(announce: Callable[[], None]) -> None:
    """Start what runs with the server, and stop it when a signal says so."""
    stop_asked = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop_asked.set)
    state = await lifecycle.start()
    if not state.must_exit:
        settle_memory()
        announce()
        await stop_asked.wait()
    # Twisted's own handlers would cut every connection first.
    await HUB.shutdown()
    await lifecycle.stop()
    running: Any = reactor
    running.stop()
