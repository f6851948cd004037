"""What the hub must know of the connection below ASGI: waiting while it is full, and cutting it off.

ASGI has one way to say "not so fast": `await send()` that takes its time. Uvicorn's does; Daphne's returns at once and
lets the buffer grow, so it is given the missing wait through Twisted's own producer interface. ASGI has no way to cut
a connection whose buffer is full: a normal close waits behind the data that the peer does not read. Both servers hand
over a `send` that leads to their connection, and one wrapped on the way is found through `__wrapped__`, as functools
sets it. Where nothing leads there, streams still work, but how a peer that reads nothing ends is up to the server.

ASGI also has no way to send the same frame to many: each `send` builds it anew, which is half of what a fan-out costs.
Uvicorn's connection is therefore given finished frames, under the conditions of its own `send` and no others.
"""

import asyncio
import functools
import inspect
import socket
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

from streams.frames import AsgiMessage

KERNEL_SEND_BUFFER_BYTES = 256 * 1024
"""The kernel would let it grow to several MiB a socket, which hides for minutes that nobody reads at the other end."""

UVICORN_READ = "0.54."
"""The releases whose `send` was read and is repeated here; another one is sent everything through its own."""

AsgiSend = Callable[[AsgiMessage], Coroutine[Any, Any, None]]
AsgiReceive = Callable[[], Awaitable[AsgiMessage]]


def _cannot_abort() -> None:
    """The server does not let us: it ends the connection itself once the consumer has returned."""


def _cannot_tell() -> bool:
    """The server says so only by its message."""
    return False


@dataclass(frozen=True, slots=True)
class Transport:
    """A connection.

    `send` suspends while the peer cannot take more, `abort` ends it without waiting for the peer. `write`, if there is
    one, sends whole WebSocket frames at once, behind all that was sent before, and says whether it did; if not, `send`
    knows why. `is_closing` says whether the connection is known to end, before the server's message says so.
    """

    send: AsgiSend
    abort: Callable[[], None] = _cannot_abort
    write: Callable[[bytes], bool] | None = None
    is_closing: Callable[[], bool] = _cannot_tell


def transport_of(send: AsgiSend) -> Transport:
    """The connection behind an accepted WebSocket's ASGI `send`."""
    servers_own: Any = inspect.unwrap(send)
    asyncio_transport = getattr(getattr(servers_own, "__self__", None), "transport", None)
    if asyncio_transport is not None and hasattr(asyncio_transport, "abort"):
        _bound_kernel_buffer(asyncio_transport)
        is_closing = getattr(asyncio_transport, "is_closing", _cannot_tell)
        return Transport(send, asyncio_transport.abort, _writer_of(send), is_closing)
    protocol = servers_own.args[0] if isinstance(servers_own, functools.partial) and servers_own.args else None
    if hasattr(protocol, "registerProducer"):
        return _twisted_transport(send, protocol)
    return Transport(send)


def _writer_of(send: AsgiSend) -> Callable[[bytes], bool] | None:
    """How to write frames to uvicorn's connection; one whose `send` is not its own, or that compresses, takes none."""
    protocol = getattr(send, "__self__", None)
    if not isinstance(protocol, WebSocketsSansIOProtocol) or not uvicorn.__version__.startswith(UVICORN_READ):
        return None
    if type(protocol).send is not WebSocketsSansIOProtocol.send:
        return None
    connection = protocol.conn
    if connection.extensions:
        return None
    is_writable, write_bytes = protocol.writable.is_set, protocol.transport.write

    def write(frames: bytes) -> bool:
        # The state says that the handshake is done and neither side has begun to close; pings and closes are written
        # by uvicorn in the same turn of the loop that makes them, so there is nothing that a frame could overtake.
        if not frames or connection.state is not State.OPEN or protocol.disconnected or not is_writable():
            return False
        write_bytes(frames)
        return True

    return write


def _bound_kernel_buffer(transport: Any) -> None:
    connection = transport.get_extra_info("socket")
    if connection is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_SEND_BUFFER_BYTES)


class _Producer:
    """Twisted's push producer (hence its names): told to pause when the connection's buffer is full."""

    def __init__(self) -> None:
        self.writable = asyncio.Event()
        self.writable.set()

    def pauseProducing(self) -> None:
        """The buffer is full."""
        self.writable.clear()

    def resumeProducing(self) -> None:
        """The buffer is empty again."""
        self.writable.set()

    def stopProducing(self) -> None:
        """The connection is gone: whoever waits may go on, and learns it from the server."""
        self.writable.set()


def _twisted_transport(send: AsgiSend, protocol: Any) -> Transport:
    """Daphne's connection with the wait that its `send` lacks, and with every close code.

    Autobahn lets applications close with 1000 or their own codes only; Daphne itself sends the others as here.
    """
    producer = _Producer()
    protocol.unregisterProducer()  # the HTTP channel's, from before the upgrade
    protocol.registerProducer(producer, True)

    async def send_when_writable(message: AsgiMessage) -> None:
        await producer.writable.wait()
        if message["type"] == "websocket.close":
            protocol.sendCloseFrame(code=message["code"], reasonUtf8=message["reason"].encode(), isReply=False)
        else:
            await send(message)

    def is_closing() -> bool:
        return bool(protocol.state != protocol.STATE_OPEN)

    return Transport(send_when_writable, protocol.transport.abortConnection, is_closing=is_closing)
