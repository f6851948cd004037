"""A fault of ours on a socket ends that socket with a code that says so, and is one line of the log under its trace id."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from kit.trace import current_trace_id
from streams.consumer import StreamConsumer
from streams.session import Session
from tests.asgi_client import AsgiClient, SocketClosed, SocketRefused

FAULT = "a fault of ours"
TRIGGER = '{"op": "ping", "id": "the one that fails"}'


class Lines(logging.Handler):
    """Keeps what is logged as an error, with the trace id that it has in the file."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.kept: list[tuple[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the fault and the trace id."""
        self.kept.append((str(record.exc_info and record.exc_info[1]), current_trace_id()))


@pytest.fixture
def lines() -> Iterator[list[tuple[str, str]]]:
    """The errors of the log, oldest first: what went wrong, under which trace id."""
    handler = Lines()
    logging.getLogger().addHandler(handler)
    yield handler.kept
    logging.getLogger().removeHandler(handler)


def fail(*_: Any, **__: Any) -> None:
    raise RuntimeError(FAULT)


async def closing_of(socket: Any) -> SocketClosed:
    with pytest.raises(SocketClosed) as closed:
        await socket.receive_json()
    return closed.value


async def test_a_message_that_breaks_us_ends_its_socket_and_no_other(
    client: AsgiClient, monkeypatch: pytest.MonkeyPatch, lines: list[tuple[str, str]]
) -> None:
    read = Session._read
    monkeypatch.setattr(Session, "_read", lambda self, text: fail() if text == TRIGGER else read(self, text))
    async with client.websocket() as other, client.websocket(headers={"x-trace-id": "mine-1"}) as socket:
        await socket.send_text(TRIGGER)
        last_words = await socket.receive_json()
        assert (last_words["type"], last_words["code"]) == ("error", "INTERNAL")
        assert FAULT not in last_words["message"]
        closing = await closing_of(socket)
        assert (closing.code, closing.reason) == (1011, "INTERNAL")
        await other.send_json({"op": "ping", "id": 1})
        assert (await other.receive_json())["type"] == "pong"
    assert lines == [(FAULT, "mine-1")]


async def test_a_socket_that_cannot_be_opened_is_closed(
    client: AsgiClient, monkeypatch: pytest.MonkeyPatch, lines: list[tuple[str, str]]
) -> None:
    monkeypatch.setattr(StreamConsumer, "_open", fail)
    async with client.websocket(headers={"x-trace-id": "mine-2"}) as socket:
        closing = await closing_of(socket)
    assert (closing.code, closing.reason) == (1011, "INTERNAL")
    assert lines == [(FAULT, "mine-2")]


async def test_a_handshake_that_breaks_us_is_answered_in_the_envelope(
    client: AsgiClient, monkeypatch: pytest.MonkeyPatch, lines: list[tuple[str, str]]
) -> None:
    monkeypatch.setattr("gateway.asgi.admit_socket", fail)
    with pytest.raises(SocketRefused) as refused:
        async with client.websocket(headers={"x-trace-id": "mine-3"}):
            pass
    answer = refused.value.answer
    assert (answer.status, answer.code, answer.headers["x-trace-id"]) == (500, "INTERNAL", "mine-3")
    assert FAULT not in answer.body.decode()
    assert lines == [(FAULT, "mine-3")]
