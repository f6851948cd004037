"""WebSocket clients that shout, flood, mumble or grab: told why, closed, and nobody else notices."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import psutil
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from tests.faults.attacker import Attacker

pytestmark = pytest.mark.usefixtures("unchanged", "neighbour_is_served")

MIB = 1024 * 1024
GROWTH_LIMIT_BYTES = 24 * MIB
TIMEOUT_S = 20


def send(socket: ClientConnection, *frames: str | bytes) -> None:
    """Send until the server has had enough."""
    with contextlib.suppress(ConnectionClosed):
        for frame in frames:
            socket.send(frame)


def read_to_close(socket: ClientConnection) -> tuple[list[dict[str, Any]], int]:
    """What still came, and the close code; 1006 when the connection broke under what the client still sent."""
    frames = []
    try:
        while True:
            frames.append(json.loads(socket.recv(timeout=TIMEOUT_S)))
    except ConnectionClosed as end:
        return frames, 1006 if end.rcvd is None else end.rcvd.code


def errors(frames: list[dict[str, Any]]) -> list[str]:
    return [frame["code"] for frame in frames if frame["type"] == "error"]


def wait_for(socket: ClientConnection, kind: str) -> list[dict[str, Any]]:
    """All frames up to the first of a kind; heartbeats may come in between at any time."""
    frames: list[dict[str, Any]] = []
    while not frames or frames[-1]["type"] != kind:
        frames.append(json.loads(socket.recv(timeout=TIMEOUT_S)))
    return [frame for frame in frames if frame["type"] != "heartbeat"]


@pytest.fixture
def neighbour_is_served(attacker: Attacker) -> Iterator[None]:
    """A socket beside the attack that follows a market before, and is still answered after."""
    with attacker.socket() as neighbour:
        neighbour.send('{"op": "subscribe", "id": 1, "channels": ["ticker:BTC-USDT", "orders"]}')
        wait_for(neighbour, "ack")
        yield
        neighbour.send('{"op": "ping", "id": 2}')
        wait_for(neighbour, "pong")


@pytest.fixture
def memory_stays(attacker: Attacker) -> Iterator[None]:
    """The server's memory is bounded, however often it is attacked."""
    process = psutil.Process(attacker.server.pid)
    before = process.memory_info().rss
    yield
    assert process.memory_info().rss - before < GROWTH_LIMIT_BYTES


@pytest.mark.usefixtures("memory_stays")
def test_frames_of_two_mebibytes_end_the_connection(attacker: Attacker) -> None:
    for _ in range(10):
        with attacker.socket() as socket:
            send(socket, "x" * 2 * MIB)
            _, code = read_to_close(socket)
            assert code in (1009, 1006)


def test_a_frame_just_above_the_limit_is_told_the_limit(attacker: Attacker) -> None:
    with attacker.socket() as socket:
        send(socket, json.dumps({"op": "ping", "id": "x" * 65_536})[: 64 * 1024 + 1])
        frames, code = read_to_close(socket)
        assert (errors(frames), code) == (["FRAME_TOO_LARGE"], 1009)


@pytest.mark.usefixtures("memory_stays")
def test_a_thousand_messages_in_a_second_end_the_connection(attacker: Attacker) -> None:
    with attacker.socket() as socket:
        send(socket, *(json.dumps({"op": "ping", "id": number}) for number in range(1_000)))
        frames, code = read_to_close(socket)
    assert errors(frames) == ["RATE_LIMITED"]
    assert code == 1008
    assert sum(frame["type"] == "pong" for frame in frames) <= 55


BAD_JSON = ["", "{", "null", "[]", "5", "[" * 60_000, '{"op": "ping", "id": 1e400}', "\ufeff{}", '{"op": "\\ud800"}']


@pytest.mark.parametrize("frame", BAD_JSON, ids=lambda frame: repr(frame[:20]))
def test_what_is_no_request_is_answered_with_an_error(attacker: Attacker, frame: str) -> None:
    with attacker.socket() as socket:
        send(socket, frame, '{"op": "ping", "id": 1}')
        answers = wait_for(socket, "pong")
        assert answers[0]["type"] == "error"
        assert answers[0]["code"] in ("MALFORMED_JSON", "VALIDATION_FAILED")
        assert answers[0]["message"]
        assert answers[1] == {"type": "pong", "id": 1}


@pytest.mark.parametrize(
    ("frame", "code"), [("{", "MALFORMED_JSON"), (b"\x00\x01", "BINARY_FRAME"), (b'{"op": "ping"}', "BINARY_FRAME")]
)
def test_who_never_makes_sense_is_closed(attacker: Attacker, frame: str | bytes, code: str) -> None:
    with attacker.socket() as socket:
        send(socket, *[frame] * 3)
        frames, close_code = read_to_close(socket)
        assert (errors(frames), close_code) == ([code] * 3, 1008)


def test_text_that_is_no_utf_8_ends_the_connection(attacker: Attacker) -> None:
    with attacker.socket() as socket:
        with contextlib.suppress(ConnectionClosed):
            socket.send(b"\xff\xfe", text=True)
        assert read_to_close(socket)[1] in (1007, 1006)


@pytest.mark.usefixtures("memory_stays")
def test_ten_thousand_subscriptions_in_one_frame_are_too_large(attacker: Attacker) -> None:
    with attacker.socket() as socket:
        send(socket, json.dumps({"op": "subscribe", "id": 1, "channels": [f"ticker:A{n}-USD" for n in range(10_000)]}))
        assert read_to_close(socket)[1] in (1009, 1006)


@pytest.mark.usefixtures("memory_stays")
def test_ten_thousand_subscriptions_in_many_frames_end_the_connection(attacker: Attacker) -> None:
    channels = [
        f"candles:{symbol}:{interval}" for symbol in ("BTC-USDT", "ETH-USDT") for interval in ("1m", "5m", "1h")
    ]
    messages = []
    for number, first in enumerate(range(0, 10_000, 20)):
        # Only some ask for what takes the server long: on a busy machine they would all be few enough to be allowed.
        names = [f"jobs:{job}" for job in range(first, first + 20)] + ([] if number % 10 else channels)
        messages.append(json.dumps({"op": "subscribe", "id": first, "channels": names}))
    with attacker.socket() as socket:
        send(socket, *messages)
        frames, code = read_to_close(socket)
    assert "TOO_MANY_CHANNELS" in errors(frames) or "RATE_LIMITED" in errors(frames)
    assert code == 1008


@pytest.mark.parametrize(
    "channel", ["ticker:' OR 1=1 --", "ticker:../../etc/passwd", "orders:{{7*7}}", "x" * 5_000, "\x00"]
)
def test_a_channel_there_cannot_be_is_an_error(attacker: Attacker, channel: str) -> None:
    with attacker.socket() as socket:
        send(socket, json.dumps({"op": "subscribe", "id": 1, "channels": [channel]}), '{"op": "ping", "id": 2}')
        frames = wait_for(socket, "pong")
        assert errors(frames)
        assert "49" not in frames[0].get("message", "")
