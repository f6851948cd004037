"""The last log lines over REST and as a stream: filtered, paged, bounded, and never about themselves."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway import logs
from kit.clock import ns_from_iso
from operations.log_ring import RING, LogFilter, LogRing, taken_apart
from operations.log_tail import MAX_LINES_PER_UPDATE, LogTail
from streams.hub import HUB
from tests.asgi_client import AsgiClient

LOGS = "/api/v1/system/logs/"


def add(ring: LogRing, message: str, *, level: int = logging.INFO, logger: str = "test", trace_id: str = "") -> None:
    line = {
        "time": "2026-01-01T00:00:00.123Z", "level": logging.getLevelName(level), "logger": logger, "message": message,
        "trace_id": trace_id, "caller": "127.0.0.1", "status": 200,
    }  # fmt: skip
    ring.add(level, logger, trace_id, json.dumps(line).encode())


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> LogRing:
    """The process's ring, emptied: nothing else writes into it that the test does not cause."""
    monkeypatch.setattr(RING, "_lines", type(RING._lines)())
    monkeypatch.setattr(RING, "_bytes", 0)
    return RING


@pytest.fixture
async def tail() -> AsyncIterator[LogTail]:
    """The tail that the channel shows; the test says when it looks."""
    from operations.log_tail import TAIL

    TAIL.look()
    yield TAIL
    await TAIL.stop()


def messages(answer: Any) -> list[str]:
    return [item["message"] for item in answer.data["items"]]


def test_lines_that_come_together_are_numbered_and_bounded_like_any_others() -> None:
    ring = LogRing(max_lines=3)
    ring.add(logging.INFO, "test", "", b"first")
    ring.add_together(logging.INFO, "test", [("a", b"second"), ("b", b"third"), ("a", b"fourth")])
    kept = ring.newest_lines(10)
    assert [(line.number, line.trace_id, line.text) for line in kept] == [
        (2, "a", b"second"), (3, "b", b"third"), (4, "a", b"fourth"),
    ]  # fmt: skip
    assert ring.newest == 4


async def test_lines_come_newest_first_and_page_by_page(client: AsgiClient, ring: LogRing) -> None:
    for number in range(5):
        add(ring, f"line {number}")
    first = await client.get(LOGS, query={"logger": "test", "limit": 3})
    assert messages(first) == ["line 4", "line 3", "line 2"]
    add(ring, "a later one")
    second = await client.get(LOGS, query={"logger": "test", "limit": 3, "cursor": first.data["next_cursor"]})
    assert messages(second) == ["line 1", "line 0"]
    assert second.data["next_cursor"] is None


async def test_a_line_has_what_the_file_has(client: AsgiClient, ring: LogRing) -> None:
    add(ring, "one", trace_id="trace-1")
    (item,) = (await client.get(LOGS, query={"trace_id": "trace-1"})).data["items"]
    assert item == {
        "time": "2026-01-01T00:00:00.123Z", "level": "INFO", "logger": "test", "message": "one", "trace_id": "trace-1",
        "caller": "127.0.0.1", "exception": None, "extra": {"status": 200},
    }  # fmt: skip


async def test_filters_are_lowest_level_logger_and_trace_id(client: AsgiClient, ring: LogRing) -> None:
    add(ring, "info", logger="test.part")
    add(ring, "warning", level=logging.WARNING, logger="test.part")
    add(ring, "error", level=logging.ERROR, logger="testing", trace_id="t")
    assert messages(await client.get(LOGS, query={"level": "WARNING"})) == ["error", "warning"]
    assert messages(await client.get(LOGS, query={"logger": "test"})) == ["warning", "info"]
    assert messages(await client.get(LOGS, query={"trace_id": "t"})) == ["error"]


@pytest.mark.parametrize(
    ("query", "field"),
    [({"level": "LOUD"}, "level"), ({"limit": 0}, "limit"), ({"limit": 1001}, "limit"), ({"cursor": "x"}, "cursor"),
     ({"trace_id": "x" * 65}, "trace_id"), ({"since": "now"}, "since")],
)  # fmt: skip
async def test_a_bad_filter_is_refused_by_name(client: AsgiClient, query: dict[str, Any], field: str) -> None:
    answer = await client.get(LOGS, query=query)
    assert answer.status == 400
    assert field in answer.details


async def test_reading_the_log_adds_no_line_to_what_is_read(client: AsgiClient, ring: LogRing) -> None:
    add(ring, "one")
    for _ in range(3):
        assert messages(await client.get(LOGS)) == ["one"]
    await client.get("/api/v1/system/time/")
    assert [item["extra"]["path"] for item in (await client.get(LOGS)).data["items"][:1]] == ["/api/v1/system/time/"]


async def test_a_line_logged_in_a_request_is_found_by_its_trace_id(client: AsgiClient, ring: LogRing) -> None:
    answer = await client.get("/api/v1/system/services/ghost/", headers={"X-Trace-Id": "find-me"})
    assert answer.status == 404
    (item,) = (await client.get(LOGS, query={"trace_id": "find-me"})).data["items"]
    assert (item["extra"]["status"], item["caller"]) == (404, client.address)


def test_the_ring_is_bounded_in_lines_and_in_bytes() -> None:
    ring = LogRing(max_lines=10, max_bytes=2_000)
    for number in range(100):
        add(ring, str(number))
    assert [taken_apart(line).message for line in ring.newest_lines(3)] == ["97", "98", "99"]
    assert len(ring.find(LogFilter(), before=None, limit=1_000)) == 10
    add(ring, "x" * 1_500)
    kept = ring.find(LogFilter(), before=None, limit=1_000)
    assert sum(len(line.text) for line in kept) <= 2_000
    assert kept[0].number == 101


async def test_the_channel_shows_the_last_lines_and_then_each_as_it_comes(
    client: AsgiClient, ring: LogRing, tail: LogTail
) -> None:
    add(ring, "before")
    tail.look()
    async with client.websocket() as socket:
        await socket.send_json({"op": "subscribe", "channels": ["logs"]})
        assert (await socket.receive_json())["type"] == "ack"
        snapshot = await socket.receive_json()
        assert [line["message"] for line in snapshot["data"]["lines"]] == ["before"]
        add(ring, "after", trace_id="t")
        tail.look()
        update = await socket.receive_json()
        assert [(line["message"], line["trace_id"]) for line in update["data"]["lines"]] == [("after", "t")]
        assert update["data"]["skipped"] == 0
        for _ in range(3):
            tail.look()
        assert update["seq"] == snapshot["seq"] + 1
        assert HUB.stats().published > 0
        add(ring, "last")
        tail.look()
        assert (await socket.receive_json())["seq"] == update["seq"] + 1  # the looks between published nothing


async def test_a_flood_of_lines_is_cut_and_said(client: AsgiClient, ring: LogRing, tail: LogTail) -> None:
    async with client.websocket() as socket:
        await socket.send_json({"op": "subscribe", "channels": ["logs"]})
        for _ in range(2):
            await socket.receive_json()
        for number in range(1_000):
            add(ring, str(number))
        tail.look()
        data = (await socket.receive_json())["data"]
    assert len(data["lines"]) == MAX_LINES_PER_UPDATE
    assert (data["lines"][-1]["message"], data["skipped"]) == ("999", 1_000 - MAX_LINES_PER_UPDATE)


async def test_the_tail_looks_by_itself_while_it_runs(client: AsgiClient, ring: LogRing, tail: LogTail) -> None:
    await tail.start()
    async with client.websocket() as socket:
        await socket.send_json({"op": "subscribe", "channels": ["logs"]})
        for _ in range(2):
            await socket.receive_json()
        add(ring, "by itself")
        frame = await asyncio.wait_for(socket.receive_until(lambda frame: frame["type"] == "update"), 20)
    assert frame["data"]["lines"][0]["message"] == "by itself"


@pytest.mark.parametrize("name", ["uvicorn.error", "websockets.server", "daphne.ws_protocol"])
def test_lines_about_frames_are_dropped_whatever_the_level(ring: LogRing, tmp_path: Any, name: str) -> None:
    handler = logs.JsonLinesHandler(logs.LogWriter(tmp_path), ring)
    for level in (logs.TRACE_LEVEL, logging.DEBUG, logging.INFO):
        handler.emit(logging.LogRecord(name, level, __file__, 1, "> TEXT with a line", (), None))
    assert [line.level for line in ring.newest_lines(10)] == [logging.INFO]
    handler.writer.close()


def test_times_are_exact_to_the_millisecond(ring: LogRing) -> None:
    add(ring, "one")
    assert taken_apart(ring.newest_lines(1)[0]).time == ns_from_iso("2026-01-01T00:00:00.123Z")
