"""WebSocket clients that cost next to nothing, so that the server is what is measured.

Plain sockets under epoll; of a frame only its header is read. One process on the client's core holds all sockets.
"""

import itertools
import json
import os
import select
import socket
import time
from base64 import b64encode
from collections.abc import Callable, Sequence

from benchmarks.tools.disk import percentile

READ_BYTES = 256 * 1024
CONNECT_TIMEOUT_S = 20.0
SHORT_LENGTH, MEDIUM_LENGTH = 126, 127
"""Length fields of a frame that say: the length follows in two bytes, in eight."""

PING = 0x89
"""First byte of the server's ping; one that is not answered ends the connection."""

ORDER_FRAMES = 10_000
RESULT_MARK, CREATED_MARK = b'"type":"result"', b'"status":201'
UNSENT_PAUSE_S = 0.001

AT_MARK = b'"at":"'
AT_DIGITS = 20
"""How a published message says when it was published: a JSON string of twenty digits, monotonic nanoseconds."""


class Connection:
    """One WebSocket; `frames` counts the messages that began to arrive since it was last set to 0."""

    __slots__ = ("_left", "_rest", "frames", "socket")

    def __init__(self, port: int, path: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=CONNECT_TIMEOUT_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._receive()
        head, _, rest = answer.partition(b"\r\n\r\n")
        if b" 101 " not in head.partition(b"\r\n")[0]:
            raise ConnectionError(f"The server answered the handshake with {head!r}.")
        self.frames = 0
        self._left = 0
        self._rest = b""
        self.count(rest)

    def send(self, text: str) -> None:
        """Send a text frame; masked with zeros, which leaves the text as it is."""
        self.socket.sendall(masked_frame(text))

    def wait_for_frames(self, count: int) -> None:
        """Return once that many frames began to arrive."""
        while self.frames < count:
            self.count(self._receive())

    def count(self, data: bytes) -> None:
        """Count the messages that begin in `data`, which continues what was read before; pings are answered."""
        if self._rest:
            data, self._rest = self._rest + data, b""
        end, position = len(data), self._left
        while position < end:
            size = frame_size(data, position)
            is_ping = data[position] == PING
            if size is None or (is_ping and position + size > end):
                self._rest = data[position:]
                position = end
                break
            if is_ping:
                self._pong(data[position + 2 : position + size])
            else:
                self.frames += 1
            position += size
        self._left = position - end

    def _pong(self, payload: bytes) -> None:
        self.socket.send(bytes([0x8A, 0x80 | len(payload), 0, 0, 0, 0]) + payload)

    def _receive(self) -> bytes:
        data = self.socket.recv(READ_BYTES)
        if not data:
            raise ConnectionError("The server closed the connection.")
        return data


def frame_size(data: bytes, position: int) -> int | None:
    """The bytes of the server's frame that begins there, header included; None when the header is not whole."""
    if position + 2 > len(data):
        return None
    length = data[position + 1]
    if length < SHORT_LENGTH:
        return 2 + length
    extended = 2 if length == SHORT_LENGTH else 8
    if position + 2 + extended > len(data):
        return None
    return 2 + extended + int.from_bytes(data[position + 2 : position + 2 + extended])


def masked_frame(text: str) -> bytes:
    """A client's text frame of up to 64 KiB."""
    payload = text.encode()
    length = len(payload)
    if length < SHORT_LENGTH:
        return bytes([0x81, 0x80 | length, 0, 0, 0, 0]) + payload
    assert length < 1 << 16, "requests are short"
    return bytes([0x81, 0x80 | SHORT_LENGTH]) + length.to_bytes(2) + bytes(4) + payload


def connect(port: int, path: str, sockets: int, hello: str, frames_of_hello: int) -> list[Connection]:
    """Open the sockets; each sends `hello`, if any, and has had the frames that answer it."""
    opened = []
    for _ in range(sockets):
        connection = Connection(port, path)
        if hello:
            connection.send(hello)
        connection.wait_for_frames(frames_of_hello)
        opened.append(connection)
    for connection in opened:
        connection.socket.setblocking(False)
    return opened


def count_frames(
    *, port: int, path: str, sockets: int, hello: str, frames_of_hello: int, warmup_s: float, seconds: float
) -> dict[str, float]:
    """Frames a second that reached all sockets together, and the fewest that one socket got."""
    connections = connect(port, path, sockets, hello, frames_of_hello)

    def take(connection: Connection, data: bytes) -> None:
        connection.count(data)

    _pump(connections, take, warmup_s)
    for connection in connections:
        connection.frames = 0
    started_s = time.perf_counter()
    _pump(connections, take, seconds)
    spent_s = time.perf_counter() - started_s
    counts = [connection.frames for connection in connections]
    return {"per_s": sum(counts) / spent_s, "fewest_per_s": min(counts) / spent_s}


def time_frames(
    *, port: int, path: str, sockets: int, hello: str, frames_of_hello: int, warmup_s: float, seconds: float
) -> dict[str, float]:
    """Milliseconds from publish to client of the messages that say when they were published."""
    connections = connect(port, path, sockets, hello, frames_of_hello)
    times_ms: list[float] = []

    def take(connection: Connection, data: bytes) -> None:
        now_ns = time.monotonic_ns()
        connection.count(data)
        found = data.find(AT_MARK)
        while found >= 0:
            start = found + len(AT_MARK)
            times_ms.append((now_ns - int(data[start : start + AT_DIGITS])) / 1e6)
            found = data.find(AT_MARK, start)

    _pump(connections, take, warmup_s)
    times_ms.clear()
    _pump(connections, take, seconds)
    return {
        "measured": len(times_ms),
        "p50_ms": percentile(times_ms, 50),
        "p99_ms": percentile(times_ms, 99),
        "max_ms": max(times_ms),
    }


def echo_messages(
    *, port: int, path: str, sockets: int, hello: str, frames_of_hello: int, text: str, warmup_s: float, seconds: float
) -> dict[str, float]:
    """Messages a second and their p99 when each socket sends its next message as soon as the last was answered."""
    connections = connect(port, path, sockets, hello, frames_of_hello)
    frame = masked_frame(text)
    sent_ns = dict.fromkeys(connections, 0)
    times_ms: list[float] = []

    def send(connection: Connection) -> None:
        sent_ns[connection] = time.monotonic_ns()
        connection.socket.send(frame)

    def take(connection: Connection, data: bytes) -> None:
        before = connection.frames
        connection.count(data)
        if connection.frames > before:
            times_ms.append((time.monotonic_ns() - sent_ns[connection]) / 1e6)
            send(connection)

    for connection in connections:
        send(connection)
    _pump(connections, take, warmup_s)
    times_ms.clear()
    started_s = time.perf_counter()
    _pump(connections, take, seconds)
    spent_s = time.perf_counter() - started_s
    return {
        "per_s": len(times_ms) / spent_s,
        "p50_ms": percentile(times_ms, 50),
        "p99_ms": percentile(times_ms, 99),
    }


class Pipeline:
    """Orders over one socket, `window` of them under way all the time; every answer is counted, and those of 201."""

    def __init__(self, connection: Connection, frames: Sequence[bytes], window: int) -> None:
        self.answered = self.accepted = 0
        self._connection = connection
        self._frames = itertools.cycle(frames)
        self._window = window
        self._sent = 0
        self._unsent = b""
        self._tail = b""

    def run(self, seconds: float) -> float:
        """Keep the window full for that long; the seconds it took."""
        socket, started_s = self._connection.socket, time.perf_counter()
        until_s = started_s + seconds
        with select.epoll() as poll:
            poll.register(socket.fileno(), select.EPOLLIN)
            while (now_s := time.perf_counter()) < until_s:
                self._fill()
                # What the kernel does not take is tried again when answers have made room, or in a moment.
                if poll.poll(min(until_s - now_s, UNSENT_PAUSE_S if self._unsent else until_s - now_s)):
                    self._take(socket.recv(READ_BYTES))
        return time.perf_counter() - started_s

    def drain(self) -> None:
        """Wait for the answers that are still to come."""
        self._connection.socket.settimeout(CONNECT_TIMEOUT_S)
        if self._unsent:
            self._connection.socket.sendall(self._unsent)
        while self.answered < self._sent:
            self._take(self._connection.socket.recv(READ_BYTES))

    def _fill(self) -> None:
        room = self._window - (self._sent - self.answered)
        if room > 0 and not self._unsent:
            self._unsent = b"".join(itertools.islice(self._frames, room))
            self._sent += room
        if self._unsent:
            try:
                self._unsent = self._unsent[self._connection.socket.send(self._unsent) :]
            except BlockingIOError:
                return

    def _take(self, data: bytes) -> None:
        if not data:
            raise ConnectionError("The server closed the connection while it was measured.")
        self._connection.count(data)
        # Marks may be cut by the end of a read; the rest that is kept is shorter than any of them.
        seen = self._tail + data
        self.answered += seen.count(RESULT_MARK)
        self.accepted += seen.count(CREATED_MARK) - self._tail.count(CREATED_MARK)
        self._tail = seen[-(len(RESULT_MARK) - 1) :]


def pipeline_orders(*, port: int, path: str, window: int, warmup_s: float, seconds: float) -> dict[str, float]:
    """Orders a second over one socket whose client does not wait for an answer before it sends the next order."""
    (connection,) = connect(port, path, 1, "", 0)
    pipeline = Pipeline(connection, [masked_frame(order_text(number)) for number in range(ORDER_FRAMES)], window)
    pipeline.run(warmup_s)
    before = pipeline.answered
    spent_s = pipeline.run(seconds)
    answered = pipeline.answered - before
    pipeline.drain()
    return {
        "per_s": answered / spent_s,
        "measured": answered,
        "answered": pipeline.answered,
        "refused": pipeline.answered - pipeline.accepted,
    }


def order_text(number: int) -> str:
    """The message of an order that rests: as the load over HTTP has it, far below the market, each at another price."""
    order = {
        "symbol": "BTC-USDT",
        "side": "buy",
        "type": "limit",
        "quantity": "0.00100",
        "price": f"{10_000 + number // 100}.{number % 100:02d}",
        "time_in_force": "gtc",
    }
    return json.dumps({"op": "order.place", "id": number, "params": order}, separators=(",", ":"))


def _pump(connections: Sequence[Connection], take: Callable[[Connection, bytes], None], seconds: float) -> None:
    """Hand over what arrives at any of the sockets, for that long."""
    by_file = {connection.socket.fileno(): connection for connection in connections}
    until_s = time.perf_counter() + seconds
    with select.epoll() as poll:
        for file in by_file:
            poll.register(file, select.EPOLLIN)
        while (now_s := time.perf_counter()) < until_s:
            for file, _ in poll.poll(until_s - now_s):
                connection = by_file[file]
                data = connection.socket.recv(READ_BYTES)
                if not data:
                    raise ConnectionError("The server closed a connection while it was measured.")
                take(connection, data)
