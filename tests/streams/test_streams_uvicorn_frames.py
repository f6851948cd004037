"""Frames that are written to uvicorn's connection past its `send`: valid, in order, and only while `send` would do it."""

import asyncio
import json
import logging
from typing import Any

import pytest
import uvicorn
from hypothesis import example, given
from hypothesis import strategies as st
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.asyncio.client import connect
from websockets.frames import Opcode
from websockets.protocol import CLIENT, SERVER, Protocol, State

from streams.frames import Message
from streams.sockets import JOINED_BYTES
from streams.transports import transport_of

from .conftest import World, settle
from .test_streams_servers import DEADLINE_S, FLOOD_BYTES, Peer, deaf_peer, flood_until_blocked, peer, uvicorn_address

HIGH_WATER_BYTES = 64 * 1024
"""Asyncio's own: beyond it the connection counts as full."""


class Builds:
    """How many text frames uvicorn built itself."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        original = Protocol.send_text

        def counting(protocol: Protocol, data: bytes, fin: bool = True) -> None:
            self.count += protocol.side is SERVER
            original(protocol, data, fin)

        monkeypatch.setattr(Protocol, "send_text", counting)


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> Builds:
    """The count from here on."""
    return Builds(monkeypatch)


async def publish(control: Peer, count: int, **params: Any) -> None:
    """Publish that many news in one turn of the loop."""
    await control.operate("publish", channel="news", first=0, count=count, **params)


async def numbers_of(client: Peer, count: int) -> list[int]:
    """The numbers of the next news."""
    return [int((await client.receive())["data"].split()[0]) for _ in range(count)]


@given(text=st.text(max_size=200))
@example(text="x" * 125)
@example(text="x" * 126)
@example(text="x" * 65_535)
@example(text="x" * 65_536)
@example(text="日" * 42)
def test_a_message_is_the_frame_that_the_protocol_would_build(text: str) -> None:
    protocol = Protocol(SERVER)
    protocol.send_text(text.encode())
    message = Message(text.encode())
    assert message.wire == b"".join(protocol.data_to_send())
    assert message.asgi == {"type": "websocket.send", "text": text}


def test_a_close_has_no_frame_of_its_own() -> None:
    message = Message.closing(1013, "slow consumer")
    assert (message.is_close, message.wire) == (True, b"")
    assert message.asgi == {"type": "websocket.close", "code": 1013, "reason": "slow consumer"}


async def test_the_installed_uvicorn_builds_no_frame(builds: Builds) -> None:
    async with uvicorn_address() as address, peer(address) as client, peer(address) as control:
        await client.subscribe("news")
        await publish(control, 50)
        assert await numbers_of(client, 50) == list(range(50))
    assert builds.count == 0


async def test_another_uvicorn_is_sent_everything_through_its_own_send(
    builds: Builds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uvicorn, "__version__", "0.99.0")
    async with uvicorn_address() as address, peer(address) as client, peer(address) as control:
        await client.subscribe("news")
        await publish(control, 50)
        assert await numbers_of(client, 50) == list(range(50))
    assert builds.count >= 50


async def test_a_send_that_was_wrapped_is_not_passed_by(monkeypatch: pytest.MonkeyPatch) -> None:
    passed: list[str] = []
    original = WebSocketsSansIOProtocol.run_asgi

    async def run_wrapped(protocol: WebSocketsSansIOProtocol) -> None:
        servers_own = protocol.send

        async def wrapped(message: Any) -> None:
            passed.append(message["type"])
            await servers_own(message)

        wrapped.__wrapped__ = servers_own  # type: ignore[attr-defined]
        protocol.send = wrapped  # type: ignore[method-assign]
        await original(protocol)

    monkeypatch.setattr(WebSocketsSansIOProtocol, "run_asgi", run_wrapped)
    async with uvicorn_address() as address, peer(address) as client:
        await client.subscribe("news")
    assert passed.count("websocket.send") == 2


async def test_pings_of_both_sides_come_between_whole_frames(builds: Builds, monkeypatch: pytest.MonkeyPatch) -> None:
    pongs = 0
    original = WebSocketsSansIOProtocol.handle_pong

    def counting(protocol: WebSocketsSansIOProtocol, event: Any) -> None:
        nonlocal pongs
        pongs += 1
        original(protocol, event)

    monkeypatch.setattr(WebSocketsSansIOProtocol, "handle_pong", counting)
    monkeypatch.setattr(WebSocketsSansIOProtocol, "start_keepalive", _ping_without_end)
    async with uvicorn_address() as address, peer(address) as client, peer(address) as control:
        await client.subscribe("news")
        for turn in range(20):
            pong = await client.connection.ping(f"ping {turn}")
            await control.operate("advance", seconds=1)  # the limit of messages a second is not what is tested here
            await control.operate("publish", channel="news", first=50 * turn, count=50, size=500)
            assert await numbers_of(client, 50) == list(range(50 * turn, 50 * turn + 50))
            await asyncio.wait_for(pong, DEADLINE_S)
        await client.connection.close()
        assert client.connection.close_code == 1000
    assert pongs > 20
    assert builds.count == 0


def _ping_without_end(protocol: WebSocketsSansIOProtocol) -> None:
    """Uvicorn's keep-alive at a pace that falls between frames."""

    def ping() -> None:
        if not protocol.close_sent and not protocol.disconnected and protocol.conn.state.name == "OPEN":
            protocol.conn.send_ping(b"beat")
            protocol.transport.write(b"".join(protocol.conn.data_to_send()))
            protocol.loop.call_later(0.001, ping)

    ping()


async def test_nothing_follows_the_close(builds: Builds, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    async with uvicorn_address() as address, peer(address) as control:
        host, port = address.removeprefix("ws://").removesuffix("/ws").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        client = Protocol(CLIENT)
        writer.write(HANDSHAKE)
        await reader.readuntil(b"\r\n\r\n")
        client.send_text(json.dumps({"op": "subscribe", "channels": ["news"]}).encode())
        writer.writelines(client.data_to_send())
        await publish(control, 100)
        client.send_close(1000)
        writer.writelines(client.data_to_send())
        for _ in range(10):
            await publish(control, 100)
        async with asyncio.timeout(DEADLINE_S):
            client.receive_data(await reader.read())
        opcodes = [frame.opcode for frame in client.events_received()]  # type: ignore[union-attr]
        assert (opcodes[-1], client.parser_exc) == (Opcode.CLOSE, None)
        assert (await control.operate("stats"))["sockets"] == 1
        writer.close()
    assert caplog.records == []


HANDSHAKE = (
    b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[WebSocketsSansIOProtocol]:
    """Uvicorn's connections in the order of their arrival."""
    connections: list[WebSocketsSansIOProtocol] = []
    original = WebSocketsSansIOProtocol.connection_made

    def noting(protocol: WebSocketsSansIOProtocol, transport: Any) -> None:
        original(protocol, transport)
        connections.append(protocol)

    monkeypatch.setattr(WebSocketsSansIOProtocol, "connection_made", noting)
    return connections


async def test_frames_are_taken_only_while_the_connection_is_open_and_not_full(
    connections: list[WebSocketsSansIOProtocol],
) -> None:
    frame = Message(b'"a frame"').wire
    async with uvicorn_address() as address, peer(address) as client:
        await client.subscribe("news")
        (protocol,) = connections
        write = transport_of(protocol.send).write  # type: ignore[arg-type]
        assert write is not None
        protocol.pause_writing()
        assert not write(frame)
        protocol.resume_writing()
        assert write(frame)
        assert not write(b"")
        assert json.loads(await client.connection.recv()) == "a frame"
        protocol.conn.send_close(1012)
        assert not write(frame)
        protocol.transport.write(b"".join(protocol.conn.data_to_send()))
        assert await client.read_to_close() == ([], 1012)
        protocol.conn.state = State.OPEN
        protocol.disconnected = True
        assert not write(frame)


async def test_a_full_connection_holds_no_more_than_its_limit_and_a_write(
    connections: list[WebSocketsSansIOProtocol],
) -> None:
    async with uvicorn_address() as address, deaf_peer(address) as deaf, peer(address) as control:
        await deaf.subscribe("news")
        published = await flood_until_blocked(control)
        await publish(control, 100, size=FLOOD_BYTES)
        buffered = max(each.transport.get_write_buffer_size() for each in connections)
        assert 0 < buffered <= HIGH_WATER_BYTES + JOINED_BYTES + 2 * FLOOD_BYTES
        assert await numbers_of(deaf, published) == list(range(published))
        assert await numbers_of(deaf, 100) == list(range(100))


async def test_updates_that_wait_together_leave_in_one_write(
    world: World, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.hub.INLINE_SOCKETS", 0)
    client = await world.connect()
    await client.subscribe("news")
    client.frames.clear()
    client.writes = 0
    for number in range(20):
        world.hub.publish("news", number)
    await settle()
    assert [frame["data"] for frame in client.frames] == list(range(20))
    assert client.writes == (1 if request.node.callspec.params["world"] == "frames" else 0)


async def test_what_waited_for_a_full_connection_leaves_in_writes_of_bounded_size(
    world: World, request: pytest.FixtureRequest
) -> None:
    client = await world.connect()
    await client.subscribe("news")
    client.frames.clear()
    client.stop_reading()
    for number in range(65):
        world.hub.publish("news", f"{number} ".ljust(1_000))
    client.writes = 0
    client.read_on()
    await settle(80)
    assert [int(frame["data"].split()[0]) for frame in client.frames] == list(range(65))
    if request.node.callspec.params["world"] == "frames":
        assert 4 <= client.writes <= 5


async def test_a_message_sender_without_a_connection_has_no_way_to_write() -> None:
    async def send(_message: Any) -> None:
        """As of a server that is not known."""

    assert transport_of(send).write is None


async def test_a_compressed_connection_is_left_to_uvicorn(builds: Builds) -> None:
    async with uvicorn_address(compressed=True) as address, peer(address) as control:
        async with connect(address, compression="deflate") as client:
            assert [type(each).__name__ for each in client.protocol.extensions] == ["PerMessageDeflate"]
            await client.send(json.dumps({"op": "subscribe", "channels": ["news"]}))
            await publish(control, 50)
            frames = [json.loads(await client.recv()) for _ in range(52)]
        assert [int(frame["data"].split()[0]) for frame in frames[2:]] == list(range(50))
    assert builds.count >= 52
