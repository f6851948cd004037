"""Connections that trickle their request are dropped by the watch over uvicorn's connections, and others are served."""

import asyncio
import socket
from contextlib import asynccontextmanager

import pytest

from gateway.servers import uvicorn as served
from streams.hub import Hub


async def answer_ok(scope, receive, send):
    """The smallest application."""
    if scope["type"] == "lifespan":
        for message in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{message}.complete"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
async def port(monkeypatch):
    """A server whose limits are short, in this process."""
    monkeypatch.setattr(served, "HEAD_LIMIT_S", 0.3)
    monkeypatch.setattr(served, "WATCH_INTERVAL_S", 0.05)
    monkeypatch.setattr(served, "HUB", Hub())  # the server ends its hub with itself; other tests need the process's
    async with running_server() as number:
        yield number


@asynccontextmanager
async def running_server():
    config = served._config()
    config.app = answer_ok
    listening = asyncio.Event()
    server = served.GatewayServer(config, listening.set)
    listener = socket.create_server(("127.0.0.1", 0))
    number = listener.getsockname()[1]
    task = asyncio.ensure_future(server._serve([listener]))
    await listening.wait()
    yield number
    server.should_exit = True
    await task


async def end_of(reader):
    """All that comes until the server closes; fails when it does not."""
    async with asyncio.timeout(5):
        return await reader.read()


@pytest.mark.parametrize("begin", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "])
async def test_a_request_that_never_comes_is_given_up(port, begin):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(begin)
    assert await end_of(reader) == b""
    writer.close()


async def test_two_hundred_slow_ones_leave_the_others_served(port):
    slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(200)]
    for _, slow_writer in slow:
        slow_writer.write(b"G")
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert (await end_of(reader)).endswith(b"ok")
    assert await asyncio.gather(*(end_of(slow_reader) for slow_reader, _ in slow)) == [b""] * 200
    writer.close()
    for _, slow_writer in slow:
        slow_writer.close()


async def ask(reader, writer):
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    return await reader.readuntil(b"ok")


async def test_a_kept_connection_may_rest_between_its_requests(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    assert b"200 OK" in await ask(reader, writer)
    slow_reader, slow_writer = await asyncio.open_connection("127.0.0.1", port)
    assert await end_of(slow_reader) == b""
    # The kept one has now rested for longer than a head may take.
    assert b"200 OK" in await ask(reader, writer)
    slow_writer.close()
    writer.close()


async def test_a_head_without_end_is_cut(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n")
    try:
        for _ in range(64):
            writer.write(b"X-Filler: " + b"a" * 8_192 + b"\r\n")
            await writer.drain()
        received = await end_of(reader)
    except ConnectionError:
        received = b""
    assert received == b""
    writer.close()


async def test_a_kept_connection_that_asks_nothing_more_is_closed_in_the_end(monkeypatch, port):
    monkeypatch.setattr(served, "KEEP_ALIVE_S", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    assert b"200 OK" in await ask(reader, writer)
    assert await end_of(reader) == b""
    writer.close()
