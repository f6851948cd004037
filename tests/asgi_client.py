"""Drives the real ASGI application in process, with raw control over headers, body chunks and disconnects.

    client = AsgiClient(app)
    answer = await client.post("/api/v1/orders/", json={"symbol": "BTC-USDT", ...}, headers={"X-Account": "one"})
    assert answer.status == 201 and answer.data["status"] == "open"

    async with client.websocket("/ws") as socket:
        await socket.send_json({"op": "ping"})
        assert (await socket.receive_json())["type"] == "pong"

Each client has an address of its own, so that the rate limit of one test does not meet another's.
"""

import asyncio
import itertools
import json as json_module
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

AsgiApp = Callable[[dict[str, Any], Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]]
HeaderList = Sequence[tuple[bytes, bytes]]

HOST = "127.0.0.1:8080"
ANSWER_DEADLINE_S = 20.0
_client_numbers = itertools.count(1)


class NoAnswer(AssertionError):
    """The application ended without a complete answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: `headers` by lower-case name (the last one wins), `raw_headers` as sent."""

    status: int
    raw_headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    @property
    def headers(self) -> dict[str, str]:
        """The headers by lower-case name."""
        return {name.decode("latin1").lower(): value.decode("latin1") for name, value in self.raw_headers}

    def json(self) -> Any:
        """The body as JSON."""
        return json_module.loads(self.body)

    @property
    def data(self) -> Any:
        """`data` of a success envelope; fails with the whole answer when it is none."""
        envelope = self.json()
        assert envelope["status"] == "success", envelope
        return envelope["data"]

    @property
    def code(self) -> str:
        """The error code of an error envelope; fails with the whole answer when it is none."""
        envelope = self.json()
        assert envelope["status"] == "error" and envelope["data"] is None, envelope
        return str(envelope["error"]["code"])

    @property
    def details(self) -> dict[str, Any]:
        """The details of an error envelope."""
        details: dict[str, Any] = self.json()["error"]["details"]
        return details


class AsgiClient:
    """One client of an ASGI application, at one network address."""

    def __init__(self, app: AsgiApp, *, host: str = HOST, address: str | None = None) -> None:
        number = next(_client_numbers)
        self.app = app
        self.host = host
        self.address = address or f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"

    async def get(self, path: str, **options: Any) -> Answer:
        """GET; see `request`."""
        return await self.request("GET", path, **options)

    async def post(self, path: str, **options: Any) -> Answer:
        """POST; see `request`."""
        return await self.request("POST", path, **options)

    async def put(self, path: str, **options: Any) -> Answer:
        """PUT; see `request`."""
        return await self.request("PUT", path, **options)

    async def patch(self, path: str, **options: Any) -> Answer:
        """PATCH; see `request`."""
        return await self.request("PATCH", path, **options)

    async def delete(self, path: str, **options: Any) -> Answer:
        """DELETE; see `request`."""
        return await self.request("DELETE", path, **options)

    async def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        body: bytes | None = None,
        chunks: Iterable[bytes] | None = None,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | HeaderList | None = None,
        raw_headers: HeaderList | None = None,
        disconnects: bool = False,
        peer: str | None = None,
    ) -> Answer:
        """Send one request and return its answer.

        `json` or `body` come with their Content-Length, `chunks` come as they are and without one. `headers` are added
        to Host, Content-Type and Content-Length; `raw_headers` replace everything. With `disconnects` the client hangs
        up after the chunks, before the body is complete; NoAnswer is raised when the application then says nothing.
        """
        if json is not None:
            body = json_module.dumps(json).encode()
        sent = list(chunks) if chunks is not None else [body or b""]
        if raw_headers is None:
            raw_headers = self._headers(headers, body, is_json=json is not None)
        scope = self.scope("http", path, query=query, headers=raw_headers, peer=peer)
        scope |= {"method": method, "scheme": "http"}
        return await _exchange(self.app, scope, sent, disconnects=disconnects)

    def scope(
        self,
        kind: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: HeaderList = (),
        peer: str | None = None,
    ) -> dict[str, Any]:
        """An ASGI scope as the servers make it; `query` is added to what `path` already has."""
        path, _, query_text = path.partition("?")
        if query:
            query_text = "&".join(filter(None, [query_text, urlencode(query)]))
        return {
            "type": kind,
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "path": path,
            "raw_path": quote(path).encode(),
            "query_string": query_text.encode(),
            "root_path": "",
            "headers": list(headers),
            "client": (peer or self.address, 50_000),
            "server": ("127.0.0.1", 8080),
            "state": {},
        }

    def _headers(
        self, added: Mapping[str, str] | HeaderList | None, body: bytes | None, *, is_json: bool
    ) -> HeaderList:
        headers = {b"host": self.host.encode()}
        if body is not None:
            headers[b"content-length"] = str(len(body)).encode()
        if is_json:
            headers[b"content-type"] = b"application/json"
        if isinstance(added, Mapping):
            headers |= {name.lower().encode(): value.encode("latin1") for name, value in added.items()}
            added = ()
        return [*headers.items(), *(added or ())]

    @asynccontextmanager
    async def websocket(
        self, path: str = "/ws", *, headers: Mapping[str, str] | HeaderList | None = None
    ) -> AsyncIterator["AsgiSocket"]:
        """An open WebSocket; raises SocketRefused when the application does not accept it."""
        scope = self.scope("websocket", path, headers=self._headers(headers, None, is_json=False))
        scope |= {"scheme": "ws", "subprotocols": [], "extensions": {"websocket.http.response": {}}}
        socket = AsgiSocket(self.app, scope)
        try:
            await socket.open()
            yield socket
        finally:
            await socket.close()


async def _exchange(app: AsgiApp, scope: dict[str, Any], chunks: list[bytes], *, disconnects: bool) -> Answer:
    """Run one HTTP request through the application."""
    last = len(chunks) - 1
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": chunk, "more_body": disconnects or number < last}
        for number, chunk in enumerate(chunks)
    ]
    sent: list[dict[str, Any]] = []
    complete = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop(0)
        if not disconnects:
            await complete.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            complete.set()

    async with asyncio.timeout(ANSWER_DEADLINE_S):
        await app(scope, receive, send)
    if not complete.is_set():
        raise NoAnswer(f"{scope['method']} {scope['path']} ended after {[message['type'] for message in sent]}")
    start, *rest = sent
    assert start["type"] == "http.response.start", start
    return Answer(start["status"], tuple(start["headers"]), b"".join(message.get("body", b"") for message in rest))


class SocketRefused(AssertionError):
    """The application answered the handshake with an HTTP status or a close instead of accepting it."""

    def __init__(self, status: int, body: bytes, headers: HeaderList) -> None:
        super().__init__(f"refused with {status}: {body!r}")
        self.answer = Answer(status, tuple(headers), body)


class SocketClosed(AssertionError):
    """The application closed the socket."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"closed with {code} {reason}")
        self.code = code
        self.reason = reason


class AsgiSocket:
    """The client's end of a WebSocket."""

    def __init__(self, app: AsgiApp, scope: dict[str, Any]) -> None:
        self.accept_headers: dict[str, str] = {}
        self._to_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._from_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._app = app
        self._scope = scope

    async def open(self) -> None:
        """Make the handshake."""
        self._task = asyncio.ensure_future(self._app(self._scope, self._to_app.get, self._from_app.put))
        await self._to_app.put({"type": "websocket.connect"})
        message = await self._next(ANSWER_DEADLINE_S)
        if message["type"] == "websocket.close":
            raise SocketRefused(403, b"", ())
        if message["type"] == "websocket.http.response.start":
            body = await self._next(ANSWER_DEADLINE_S)
            raise SocketRefused(message["status"], body.get("body", b""), message["headers"])
        assert message["type"] == "websocket.accept", message
        self.accept_headers = {name.decode().lower(): value.decode() for name, value in message.get("headers") or ()}

    async def send_json(self, frame: Any) -> None:
        """Send a value as a text frame."""
        await self.send_text(json_module.dumps(frame))

    async def send_text(self, text: str) -> None:
        """Send a text frame as it is."""
        await self._to_app.put({"type": "websocket.receive", "text": text})

    async def send_bytes(self, data: bytes) -> None:
        """Send a binary frame."""
        await self._to_app.put({"type": "websocket.receive", "bytes": data})

    async def receive_json(self, timeout_s: float = ANSWER_DEADLINE_S) -> Any:
        """The next frame; raises SocketClosed when the application closed, TimeoutError when nothing comes."""
        return json_module.loads(await self.receive_text(timeout_s))

    async def receive_text(self, timeout_s: float = ANSWER_DEADLINE_S) -> str:
        """The next frame's text; errors as `receive_json`."""
        message = await self._next(timeout_s)
        if message["type"] == "websocket.close":
            raise SocketClosed(message.get("code", 1000), message.get("reason") or "")
        assert message["type"] == "websocket.send", message
        text = message.get("text")
        return str(text) if text is not None else message["bytes"].decode()

    async def receive_until(self, wanted: Callable[[Any], bool], timeout_s: float = ANSWER_DEADLINE_S) -> Any:
        """The first frame that `wanted` accepts; the ones before it are dropped."""
        async with asyncio.timeout(timeout_s):
            while True:
                frame = await self.receive_json()
                if wanted(frame):
                    return frame

    async def close(self, code: int = 1000) -> None:
        """Hang up and wait for the application's end; raises what it raised."""
        if self._task is None:
            return
        await self._to_app.put({"type": "websocket.disconnect", "code": code})
        task, self._task = self._task, None
        async with asyncio.timeout(ANSWER_DEADLINE_S):
            await task

    async def _next(self, timeout_s: float) -> dict[str, Any]:
        """The application's next message, or what it raised."""
        getting = asyncio.ensure_future(self._from_app.get())
        assert self._task is not None, "the socket is open"
        done, _ = await asyncio.wait({getting, self._task}, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        if getting in done:
            return getting.result()
        getting.cancel()
        if self._task in done:
            self._task.result()
            raise SocketClosed(1006, "the application ended")
        raise TimeoutError(f"no frame within {timeout_s:g} s")
