"""The streams over real sockets, under uvicorn and under Daphne."""

import asyncio
import contextlib
import json
import os
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from .conftest import World
from .served_world import make_app

ROOT = Path(__file__).resolve().parents[2]
DEADLINE_S = 20.0
FLOOD_BYTES = 32 * 1024


class QuietServer(uvicorn.Server):
    """Uvicorn that leaves the signals to pytest."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        """Catch none."""
        yield


@contextlib.asynccontextmanager
async def uvicorn_address(*, compressed: bool = False) -> AsyncIterator[str]:
    """A server in this process."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            make_app(World(sleep=asyncio.sleep)),
            ws="websockets-sansio",
            ws_max_size=128 * 1024,
            ws_per_message_deflate=compressed,
            lifespan="off",
            log_config=None,
            timeout_graceful_shutdown=2,
        )
        server = QuietServer(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        yield f"ws://127.0.0.1:{listener.getsockname()[1]}/ws"
        server.should_exit = True
        await serving


@contextlib.asynccontextmanager
async def daphne_address() -> AsyncIterator[str]:
    """A server in a process of its own, which ends when its input does."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.streams.served_world",
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "platform")))},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None and process.stdin is not None
    port = int(await asyncio.wait_for(process.stdout.readline(), DEADLINE_S))
    yield f"ws://127.0.0.1:{port}/ws"
    process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), DEADLINE_S)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise


@pytest.fixture(params=[uvicorn_address, daphne_address], ids=["uvicorn", "daphne"])
async def address(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """Where a server listens."""
    async with asyncio.timeout(3 * DEADLINE_S), request.param() as url:
        yield url


class Peer:
    """A real client."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, **request: Any) -> None:
        """Send one request."""
        await self.connection.send(json.dumps(request))

    async def receive(self) -> dict[str, Any]:
        """The next frame that is no heartbeat."""
        async with asyncio.timeout(DEADLINE_S):
            while (frame := json.loads(await self.connection.recv()))["type"] == "heartbeat":
                pass
        return dict(frame)

    async def operate(self, op: str, **params: Any) -> Any:
        """Run an operation that nothing but its result answers."""
        await self.send(op=op, id=op, params=params)
        result = await self.receive()
        assert (result["type"], result["id"], result["status"]) == ("result", op, 200)
        return result.get("data")

    async def subscribe(self, *channels: Any) -> list[dict[str, Any]]:
        """Subscribe; the ack and one frame for each channel."""
        await self.send(op="subscribe", id=1, channels=list(channels))
        return [await self.receive() for _ in range(1 + len(channels))]

    async def read_to_close(self) -> tuple[list[dict[str, Any]], int]:
        """All frames to the end, and the close code (1006 when the connection was cut)."""
        frames = []
        try:
            while True:
                frames.append(await self.receive())
        except ConnectionClosed as closed:
            return frames, closed.rcvd.code if closed.rcvd else 1006


@contextlib.asynccontextmanager
async def peer(address: str, **options: Any) -> AsyncIterator[Peer]:
    """A connected client."""
    async with connect(address, compression=None, max_size=None, open_timeout=DEADLINE_S, **options) as connection:
        yield Peer(connection)


@contextlib.asynccontextmanager
async def deaf_peer(address: str) -> AsyncIterator[Peer]:
    """A client that reads a few frames ahead and then no more until it is asked to."""
    async with peer(address, max_queue=2, ping_interval=None, close_timeout=0.1) as deaf:
        yield deaf


async def flood_until_blocked(control: Peer) -> int:
    """Publish large news until a socket stays blocked; the number of updates it took."""
    for published in range(20, 2_000, 20):
        await control.operate("publish", channel="news", first=published - 20, count=20, size=FLOOD_BYTES)
        await control.operate("advance", seconds=1)  # the limit of messages a second is not what is tested here
        if (await control.operate("stats"))["blocked_sockets"] == 1:
            return published
    raise AssertionError("no socket was ever blocked")


async def test_a_session_over_a_real_socket(address: str) -> None:
    async with peer(address) as client:
        ack, snapshot = await client.subscribe("news")
        assert (ack["type"], snapshot["data"]) == ("ack", "none")
        await client.send(op="publish", id=2, params={"channel": "news", "first": 0, "count": 100})
        updates = [await client.receive() for _ in range(100)]
        assert [update["data"] for update in updates] == [f"{number} " for number in range(100)]
        assert [update["seq"] for update in updates] == list(range(snapshot["seq"] + 1, snapshot["seq"] + 101))
        assert (await client.receive())["type"] == "result"


async def test_a_broken_connection_resumes_without_a_gap(address: str) -> None:
    async with peer(address) as client, peer(address) as control:
        ack, snapshot = await client.subscribe("news")
        await client.connection.close()
        await control.operate("publish", channel="news", first=0, count=10)
        async with peer(address) as again:
            place = {"name": "news", "stream": ack["channels"][0]["stream"], "after": snapshot["seq"]}
            await again.send(op="subscribe", id=1, channels=[place])
            frames = [await again.receive() for _ in range(11)]
        assert [frame["type"] for frame in frames] == ["ack"] + ["update"] * 10
        assert [frame["seq"] for frame in frames[1:]] == list(range(snapshot["seq"] + 1, snapshot["seq"] + 11))


async def test_a_reader_that_pauses_gets_everything_in_order(address: str) -> None:
    async with deaf_peer(address) as deaf, peer(address) as control:
        await deaf.subscribe("news")
        published = await flood_until_blocked(control)
        numbers = [int((await deaf.receive())["data"].split()[0]) for _ in range(published)]
        assert numbers == list(range(published))


async def test_a_reader_that_never_reads_is_cut_and_the_others_are_served(address: str) -> None:
    async with deaf_peer(address) as deaf, peer(address) as healthy, peer(address) as control:
        await deaf.subscribe("news")
        await healthy.subscribe("orders")
        await flood_until_blocked(control)
        await control.operate("advance", seconds=9)
        stats = await control.operate("stats")
        assert (stats["sockets"], stats["slow_closed"]) == (2, 1)
        await healthy.send(op="ping", id="still here")
        assert (await healthy.receive())["id"] == "still here"
        _, code = await deaf.read_to_close()
        assert code in (1006, 1013)


async def test_a_slow_reader_that_wakes_up_in_time_is_told_why_it_is_closed(address: str) -> None:
    async with deaf_peer(address) as deaf, peer(address) as control:
        await deaf.subscribe("news")
        await flood_until_blocked(control)
        await control.operate("advance", seconds=6)
        frames, code = await deaf.read_to_close()
        assert frames[-1]["code"] == "SLOW_CONSUMER"
        assert code == 1013


async def test_a_frame_above_the_limit_is_answered_and_closed_with_1009(address: str) -> None:
    async with peer(address) as client:
        await client.connection.send("x" * (64 * 1024 + 1))
        frames, code = await client.read_to_close()
        assert ([frame["code"] for frame in frames], code) == (["FRAME_TOO_LARGE"], 1009)


async def test_a_frame_of_two_mebibytes_ends_the_connection_with_1009(address: str) -> None:
    async with peer(address) as client, peer(address) as other:
        with contextlib.suppress(ConnectionClosed):
            await client.connection.send("x" * (2 * 1024 * 1024))
        _, code = await client.read_to_close()
        assert code in (1006, 1009)
        await other.send(op="ping", id=1)
        assert (await other.receive())["type"] == "pong"


async def test_a_thousand_messages_at_once_end_with_1008(address: str) -> None:
    async with peer(address) as client:
        with contextlib.suppress(ConnectionClosed):
            for _ in range(1_000):
                await client.send(op="ping")
        frames, code = await client.read_to_close()
        assert frames[-1]["code"] == "RATE_LIMITED"
        assert code == 1008
        assert len(frames) <= 51


async def test_shutdown_is_announced_and_closes_with_1012(address: str) -> None:
    async with peer(address) as client, peer(address) as control:
        await client.subscribe("orders")
        await control.send(op="shutdown")
        frames, code = await client.read_to_close()
        assert ([frame["type"] for frame in frames], code) == (["shutdown"], 1012)
