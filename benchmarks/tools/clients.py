"""Asyncio clients for the soak: an HTTP connection that costs little, and a WebSocket that listens."""

import asyncio
import json
from collections.abc import Mapping

import msgspec
from websockets.asyncio.client import connect

OPEN_TIMEOUT_S = 10.0
ANSWER_TIMEOUT_S = 30.0


class HttpConnection:
    """One kept connection to the gateway."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def call(self, method: str, path: str, body: object = None, account: str = "default") -> tuple[int, bytes]:
        """One request; its status and body."""
        content = b"" if body is None else msgspec.json.encode(body)
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nX-Account: {account}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            reader, writer = await self._connected()
            writer.write(head.encode() + content)
            status, headers = parse_head(await reader.readuntil(b"\r\n\r\n"))
            answer = await reader.readexactly(int(headers.get("content-length", "0")))
        if headers.get("connection") == "close":
            self.close()
        return status, answer

    def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        return self._streams


def parse_head(head: bytes) -> tuple[int, Mapping[str, str]]:
    """Status and headers of an answer; names in lower case."""
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return int(first.split(" ", 2)[1]), headers


async def listen(port: int, channels: list[str], account: str) -> None:
    """Subscribe and read until cancelled; raises what the connection raises."""
    url = f"ws://127.0.0.1:{port}/ws?account={account}"
    async with connect(url, compression=None, open_timeout=OPEN_TIMEOUT_S, max_queue=None) as socket:
        await socket.send(json.dumps({"op": "subscribe", "id": 1, "channels": channels}))
        async for _ in socket:
            pass
