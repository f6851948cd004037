"""Uvicorn's WebSocket connection with a short way for the frames that clients send: whole, masked text of usual length.

The library behind it parses every frame through a chain of generators, which takes longer than reading an order. Here
such frames are taken out of what was received; everything else goes to it untouched, frame by frame while that is
possible: pings, pongs and closes. From the first frame on that is none of these (fragments, binary, far too long, not
masked) the library reads all that comes, as it does for everybody under a release of uvicorn that was not read for this.
"""

import asyncio
from collections import deque
from typing import Final

from uvicorn._types import ASGIReceiveEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import apply_mask  # type: ignore[attr-defined]  # in C where there is C
from websockets.protocol import State

from gateway.servers.whole_answers import is_uvicorn_read

WHOLE_TEXT: Final = 0x81
CONTROL: Final = frozenset({0x88, 0x89, 0x8A})
"""Close, ping and pong, whole."""

MASKED: Final = 0x80
SHORT: Final = 126
"""A length below is in the second byte; 126 there says that two more bytes have it."""

MASK_BYTES: Final = 4
SMALLEST: Final = 2 + MASK_BYTES

IS_READ: Final = is_uvicorn_read()


class Inbox:
    """What came and waits for the application: uvicorn's queue, without what asyncio's does for many readers and a limit.

    One task reads it.
    """

    __slots__ = ("_loop", "_reader", "get_nowait", "waiting")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.waiting: deque[ASGIReceiveEvent] = deque()
        self.get_nowait = self.waiting.popleft
        self._loop = loop
        self._reader: asyncio.Future[None] | None = None

    def empty(self) -> bool:
        """Whether nothing waits."""
        return not self.waiting

    def put_nowait(self, message: ASGIReceiveEvent) -> None:
        """Add a message."""
        self.waiting.append(message)
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    async def until_any(self) -> None:
        """Wait for the next message, where none is there."""
        while not self.waiting:
            self._reader = self._loop.create_future()
            await self._reader


class WholeFrameProtocol(WebSocketsSansIOProtocol):
    """One connection."""

    _rest = b""
    """The beginning of a frame that has not come whole."""

    _is_short_way = IS_READ
    _inbox: Inbox | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Before anything has come: have it wait where it costs least."""
        if self._is_short_way:
            self._inbox = Inbox(self.loop)
            self.queue = self._inbox  # type: ignore[assignment]  # all of a queue that uvicorn asks for in the short way
        super().connection_made(transport)

    async def receive(self) -> ASGIReceiveEvent:
        """The next message, as uvicorn gives it."""
        inbox = self._inbox
        if inbox is None:
            return await super().receive()
        waiting = inbox.waiting
        if not waiting:
            await inbox.until_any()
        message = waiting.popleft()
        if self.read_paused and not waiting:
            self.read_paused = False
            self.transport.resume_reading()
        return message

    def data_received(self, data: bytes) -> None:
        """Hand on the messages that are whole."""
        if self._rest:
            data, self._rest = self._rest + data, b""
        if not self._is_short_way or not self.handshake_complete or self.conn.state is not State.OPEN:
            # Who sends more before the handshake is answered, or after the close, has begun at the library.
            self._is_short_way = self._is_short_way and not self.handshake_initiated
            super().data_received(data)
            return
        position, end = 0, len(data)
        while position < end:
            following = self._take(data, position, end)
            if following == position:
                self._rest = data[position:]
                return
            position = following

    def _take(self, data: bytes, position: int, end: int) -> int:
        """Read the frame that begins there; where the next one begins, or the same place when it is not whole."""
        if end - position < SMALLEST:
            return self._may_wait(data, position, end)
        length = data[position + 1] - MASKED
        payload = position + SMALLEST
        is_text = data[position] == WHOLE_TEXT
        if not 0 <= length <= SHORT or not (is_text or data[position] in CONTROL):
            return self._leave_to_library(data, position, end)
        if length == SHORT:
            if end - position < SMALLEST + 2:
                return position
            length = int.from_bytes(data[position + 2 : position + 4])
            payload += 2
        following = payload + length
        if following > end:
            return position
        if not is_text:
            super().data_received(data[position:following])
            return end if self.conn.state is not State.OPEN else following
        try:
            text = apply_mask(data[payload:following], data[payload - MASK_BYTES : payload]).decode()
        except UnicodeDecodeError:
            return self._leave_to_library(data, position, end)
        self._put(text)
        return following

    def _may_wait(self, data: bytes, position: int, end: int) -> int:
        """Too little of a frame to tell; one that has no mask may be as short as two bytes and is no client's."""
        if end - position >= 2 and data[position + 1] < MASKED:
            return self._leave_to_library(data, position, end)
        return position

    def _leave_to_library(self, data: bytes, position: int, end: int) -> int:
        self._is_short_way = False
        super().data_received(data[position:end])
        return end

    def _put(self, text: str) -> None:
        """What uvicorn does with a whole text message."""
        if self.close_sent:
            return
        self.queue.put_nowait({"type": "websocket.receive", "text": text})
        if not self.read_paused:
            self.read_paused = True
            self.transport.pause_reading()
