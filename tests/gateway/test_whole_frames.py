"""Frames that are read past the library: the same messages in the same order, however the bytes are cut."""

import asyncio
import itertools
import logging
from typing import Any

import pytest
import uvicorn
from hypothesis import given, settings
from hypothesis import strategies as st
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode
from websockets.protocol import State

from gateway.servers.whole_frames import WholeFrameProtocol
from tests.waiting import eventually

HANDSHAKE = (
    b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


class Wire(asyncio.Transport):
    """A connection that remembers what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.is_closed = False

    def write(self, data: Any) -> None:
        self.written += bytes(data)

    def close(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed

    def pause_reading(self) -> None:
        """Nothing is read from it anyway."""

    def resume_reading(self) -> None:
        """Likewise."""


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Accepts, and leaves what comes in the queue."""
    await receive()
    await send({"type": "websocket.accept"})
    await asyncio.Event().wait()


async def opened(kind: type[WebSocketsSansIOProtocol]) -> WebSocketsSansIOProtocol:
    config = uvicorn.Config(application, ws_per_message_deflate=False, ws_max_size=66_560, log_config=None)
    state = ServerState()
    protocol = kind(config, state, {}, asyncio.get_running_loop())
    protocol.connection_made(Wire())
    protocol.data_received(HANDSHAKE)
    await eventually(lambda: _is_open(protocol))
    return protocol


async def _is_open(protocol: WebSocketsSansIOProtocol) -> bool:
    return protocol.handshake_complete


async def heard(kind: type[WebSocketsSansIOProtocol], chunks: list[bytes]) -> Any:
    """What reaches the application, what is written back, and how the connection stands."""
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    protocol = await opened(kind)
    for chunk in chunks:
        protocol.data_received(chunk)
    messages = []
    while not protocol.queue.empty():
        messages.append(protocol.queue.get_nowait())
        if messages[-1]["type"] == "websocket.disconnect":  # nobody reads beyond it
            break
    await ended(protocol)
    written = protocol.transport.written  # type: ignore[attr-defined]
    return messages, written[written.index(b"\r\n\r\n") :], protocol.conn.state in (State.OPEN,), protocol.close_sent


async def ended(protocol: WebSocketsSansIOProtocol) -> None:
    """Leave nothing of it running."""
    protocol.stop_keepalive()
    for task in protocol.tasks.copy():
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def masked(opcode: Opcode, data: bytes, fin: bool = True) -> bytes:
    return Frame(opcode, data, fin).serialize(mask=True)


usual = st.one_of(
    st.text(max_size=300).map(lambda text: masked(Opcode.TEXT, text.encode())),
    st.sampled_from([125, 126, 127, 128]).map(lambda size: masked(Opcode.TEXT, b"x" * size)),
    st.binary(max_size=20).map(lambda data: masked(Opcode.PING, data)),
    st.binary(max_size=20).map(lambda data: masked(Opcode.PONG, data)),
)
unusual = st.one_of(
    usual,
    st.binary(max_size=20).map(lambda data: masked(Opcode.BINARY, data)),
    st.text(max_size=9).map(
        lambda text: masked(Opcode.TEXT, text.encode(), fin=False) + masked(Opcode.CONT, b"more", fin=True)
    ),
)
# What came whole in one read with what breaks the protocol is dropped by uvicorn, so only usual frames come before that.
conversations = st.one_of(
    st.tuples(st.lists(usual, max_size=8), st.deferred(lambda: ends)).map(lambda pair: [*pair[0], pair[1]]),
    st.lists(unusual, max_size=8),
)
ends = st.sampled_from(
    [
        masked(Opcode.CLOSE, b"\x03\xe8"),
        masked(Opcode.TEXT, b"\xff\xfe"),
        Frame(Opcode.TEXT, b"no mask").serialize(mask=False),
        masked(Opcode.TEXT, b"cut short")[:-1],
        b"\x81",
        b"\x81\x05",
        b"\xc1\x80mask",
    ]
)


@settings(max_examples=150, deadline=None)
@given(sent=conversations, cuts=st.lists(st.integers(0, 400), max_size=8))
async def test_frames_cut_anywhere_are_heard_as_the_library_hears_whole_ones(
    sent: list[bytes], cuts: list[int]
) -> None:
    data = b"".join(sent)
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    chunks = [data[start:end] for start, end in itertools.pairwise(places) if end > start]
    assert await heard(WholeFrameProtocol, chunks) == await heard(WebSocketsSansIOProtocol, sent)


@pytest.mark.parametrize("size", [65_535, 65_536, 66_560, 66_561])
async def test_long_frames_are_heard_or_refused_as_by_the_library(size: int) -> None:
    sent = [masked(Opcode.TEXT, b"x" * size), masked(Opcode.TEXT, b"next")]
    cut = [b"".join(sent)[start : start + 10_000] for start in range(0, size + 30, 10_000)]
    assert await heard(WholeFrameProtocol, cut) == await heard(WebSocketsSansIOProtocol, sent)


async def test_usual_frames_are_not_shown_to_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    protocol = await opened(WholeFrameProtocol)
    shown: list[bytes] = []
    monkeypatch.setattr(protocol.conn, "receive_data", shown.append)
    protocol.data_received(masked(Opcode.TEXT, b"one") + masked(Opcode.TEXT, b"x" * 200))
    assert [protocol.queue.get_nowait()["text"] for _ in range(2)] == ["one", "x" * 200]  # type: ignore[typeddict-item]
    assert shown == []
    await ended(protocol)


async def test_reading_goes_on_when_the_last_message_that_waits_is_taken() -> None:
    protocol = await opened(WholeFrameProtocol)
    protocol.data_received(masked(Opcode.TEXT, b"one") + masked(Opcode.TEXT, b"two"))
    seen = [(protocol.read_paused, (await protocol.receive())["text"]) for _ in range(2)]  # type: ignore[typeddict-item]
    assert seen == [(True, "one"), (True, "two")]
    assert not protocol.read_paused
    await ended(protocol)


async def test_who_waits_for_a_message_gets_it_when_it_comes_and_may_give_up() -> None:
    protocol = await opened(WholeFrameProtocol)
    given_up = asyncio.create_task(protocol.receive())
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.gather(given_up, return_exceptions=True)
    waiting = asyncio.create_task(protocol.receive())
    await asyncio.sleep(0)
    assert not waiting.done()
    protocol.data_received(masked(Opcode.TEXT, b"one") + masked(Opcode.TEXT, b"two"))
    assert await waiting == {"type": "websocket.receive", "text": "one"}
    assert protocol.queue.get_nowait() == {"type": "websocket.receive", "text": "two"}
    await ended(protocol)
