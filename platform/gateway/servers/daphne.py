"""Daphne, the other server: slower, and with fewer limits of its own, but the one Channels' users know.

It has no lifespan, so what runs with the server is started once Twisted's reactor runs and stopped before it ends.
"""

import asyncio
import socket
from typing import Any, Final

# Daphne's server module installs Twisted's asyncio reactor, so it comes before anything else of Twisted's.
from daphne.server import Server  # isort: skip
from twisted.internet import reactor
from twisted.internet.defer import Deferred

from gateway.asgi import application
from operations import lifecycle

MESSAGE_LIMIT_BYTES: Final = 4 * 1024 * 1024
"""Autobahn applies it both ways, and a snapshot may be far larger than what a client may send; for the frames of
clients the streams have a limit of their own."""
APPLICATION_CLOSE_S: Final = 5
PING_INTERVAL_S: Final = 20
PING_TIMEOUT_S: Final = 30


def serve(listener: socket.socket) -> bool:
    """Serve until SIGINT or SIGTERM; False when the start failed."""
    host, port = listener.getsockname()[:2]
    listener.close()  # Twisted opens its own; that the address was free has just been seen
    interface = host.replace(":", r"\:")
    server = Server(
        application=application,
        endpoints=[f"tcp:port={port}:interface={interface}"],
        server_name="",
        verbosity=0,
        websocket_max_message_size=MESSAGE_LIMIT_BYTES,
        websocket_max_frame_size=MESSAGE_LIMIT_BYTES,
        application_close_timeout=APPLICATION_CLOSE_S,
        ping_interval=PING_INTERVAL_S,
        ping_timeout=PING_TIMEOUT_S,
    )
    running: Any = reactor
    running.callWhenRunning(lambda: asyncio.ensure_future(lifecycle.start()))
    running.addSystemEventTrigger("before", "shutdown", _stop)
    server.run()
    return bool(server.listening_addresses)


def _stop() -> Any:
    """Stop what was started; the reactor waits for it."""
    return Deferred.fromFuture(asyncio.ensure_future(lifecycle.stop()))
