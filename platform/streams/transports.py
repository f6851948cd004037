"""What the hub must know of the connection below ASGI: waiting while it is full, and cutting it off.

ASGI has one way to say "not so fast": `await send()` that takes its time. Uvicorn's does; Daphne's returns at once and
lets the buffer grow, so it is given the missing wait through Twisted's own producer interface. ASGI has no way to cut
a connection whose buffer is full: a normal close waits behind the data that the peer does not read. Both servers hand
over a `send` that leads to their connection, and one wrapped on the way is found through `__wrapped__`, as functools
sets it. Where nothing leads there, streams still work, but how a peer that reads nothing ends is up to the server.
"""

import asyncio
import functools
import inspect
import socket
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from streams.frames import AsgiMessage

KERNEL_SEND_BUFFER_BYTES = 256 * 1024
"""The kernel would let it grow to several MiB a socket, which hides for minutes that nobody reads at the other end."""

AsgiSend = Callable[[AsgiMessage], Coroutine[Any, Any, None]]
AsgiReceive = Callable[[], Awaitable[AsgiMessage]]


def _cannot_abort() -> None:
    """The server does not let us: it ends the connection itself once the consumer has returned."""


@dataclass(frozen=True, slots=True)
class Transport:
    """A connection: `send` suspends while the peer cannot take more, `abort` ends it without waiting for the peer."""

    send: AsgiSend
    abort: Callable[[], None] = _cannot_abort


def transport_of(send: AsgiSend) -> Transport:
    """The connection behind an accepted WebSocket's ASGI `send`."""
    servers_own: Any = inspect.unwrap(send)
    asyncio_transport = getattr(getattr(servers_own, "__self__", None), "transport", None)
    if asyncio_transport is not None and hasattr(asyncio_transport, "abort"):
        _bound_kernel_buffer(asyncio_transport)
        return Transport(send, asyncio_transport.abort)
    protocol = servers_own.args[0] if isinstance(servers_own, functools.partial) and servers_own.args else None
    if hasattr(protocol, "registerProducer"):
        return _twisted_transport(send, protocol)
    return Transport(send)


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

    return Transport(send_when_writable, protocol.transport.abortConnection)
