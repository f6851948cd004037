"""Operations that begin in the turn of their message: their order, their room, their time, and how they are answered."""

import json
from typing import Any

import pytest

from kit.trace import current_trace_id
from streams import operations
from streams.frames import OperationError
from streams.operations import OperationAnswer, OperationCall
from tests.waiting import eventually

from .conftest import Client, World, settle

MOST = 8
"""How many operations these tests let a socket have under way, where they say so."""


class Works:
    """Begins whatever is asked for and answers when a test says so."""

    def __init__(self, world: World) -> None:
        self.begun: list[OperationCall] = []
        self.trace_ids: list[str] = []
        world.operations.register_starter("work", self.start)

    def start(self, call: OperationCall) -> None:
        self.begun.append(call)
        self.trace_ids.append(current_trace_id())

    def finish(self, *numbers: int) -> None:
        for number in numbers:
            self.begun[number].answer(OperationAnswer(200, number))


@pytest.fixture
def works(world: World, monkeypatch: pytest.MonkeyPatch) -> Works:
    """Whoever keeps the record, the log and the time is not there, unless a test says so."""
    for hook in ("recorder", "observer", "timeout_s"):
        monkeypatch.setattr(operations, hook, None)
    return Works(world)


def send_numbered(client: Client, count: int) -> None:
    for number in range(count):
        client.send(op="work", id=number, params={"n": number})


async def test_they_begin_in_the_order_of_their_messages_and_are_answered_in_that_of_their_ends(
    world: World, works: Works
) -> None:
    client = await world.connect("account=mine")
    send_numbered(client, 3)
    await settle()
    assert [json.loads(call.params) for call in works.begun] == [{"n": 0}, {"n": 1}, {"n": 2}]
    assert {call.account for call in works.begun} == {"mine"}
    works.finish(2)
    works.finish(0, 1)
    await settle()
    assert [(frame["id"], frame["data"]) for frame in client.of_type("result")] == [(2, 2), (0, 0), (1, 1)]


async def test_the_params_are_handed_on_byte_for_byte(world: World, works: Works) -> None:
    client = await world.connect()
    client.send_text('{"op":"work","params":{ "price" : "1.0" ,"name":"ä"},"id":1}')
    client.send(op="work", id=2)
    await settle()
    assert [call.params for call in works.begun] == ['{ "price" : "1.0" ,"name":"ä"}'.encode(), b""]


async def test_each_has_a_trace_id_of_its_own_that_its_result_names(world: World, works: Works) -> None:
    client = await world.connect()
    send_numbered(client, 2)
    await settle()
    works.finish(0, 1)
    await settle()
    assert [frame["trace_id"] for frame in client.of_type("result")] == works.trace_ids
    assert len(set(works.trace_ids)) == 2


async def test_answers_of_one_turn_leave_in_one_write(world: World, works: Works) -> None:
    client = await world.connect()
    send_numbered(client, 20)
    await settle()
    before = client.writes
    works.finish(*range(20))
    await settle()
    assert len(client.of_type("result")) == 20
    assert client.writes - before <= 1, "a server that takes messages only gets no writes at all"


async def test_as_many_as_may_be_are_under_way_and_the_rest_waits_unread(
    world: World, works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.performing.MAX_OPERATIONS", MOST)
    client = await world.connect()
    send_numbered(client, 3 * MOST)
    await settle()
    assert len(works.begun) == MOST
    works.finish(0)
    await settle()
    assert len(works.begun) == MOST + 1
    for number in range(1, 3 * MOST):
        works.finish(number)
        await settle()
    assert [frame["id"] for frame in client.of_type("result")] == list(range(3 * MOST))


async def test_what_was_not_begun_when_the_connection_went_is_not_done(
    world: World, works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.performing.MAX_OPERATIONS", MOST)
    monkeypatch.setattr(Client, "is_closing", lambda self: self._is_lost, raising=False)
    monkeypatch.setattr("streams.consumer.transport_of", _transport_that_tells)
    client = await world.connect()
    send_numbered(client, 2 * MOST)
    await settle()
    client.lose()
    works.finish(*range(MOST))
    await settle()
    assert len(works.begun) == MOST
    assert client.task.done()
    assert client.frames == []


def _transport_that_tells(send: Any) -> Any:
    from streams.transports import Transport

    client = send.__self__
    return Transport(send, client.abort, None, client.is_closing)


async def test_what_was_begun_is_told_how_it_ended_although_nobody_listens(world: World, works: Works) -> None:
    client = await world.connect()
    send_numbered(client, 1)
    await settle()
    client.hang_up()
    await settle()
    works.finish(0)
    await settle()
    assert works.begun[0].is_done
    assert client.frames == []


async def test_who_waits_too_long_is_told_and_hears_no_more_of_it(
    world: World, works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "timeout_s", lambda: 0.001)
    client = await world.connect()
    send_numbered(client, 2)
    await eventually(lambda: _answers(client), lambda answers: answers == 2)
    first, second = client.of_type("result")
    assert (first["status"], first["error"]["code"]) == (504, "TIMEOUT")
    assert first["error"]["message"] == "No answer within 0.001 s. It may still take effect."
    assert second["status"] == 504
    works.finish(0, 1)
    await settle()
    assert len(client.of_type("result")) == 2


async def _answers(client: Client) -> int:
    return len(client.of_type("result"))


async def test_those_that_take_too_long_still_count_as_under_way(
    world: World, works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.performing.MAX_OPERATIONS", 1)
    monkeypatch.setattr(operations, "timeout_s", lambda: 0.001)
    client = await world.connect()
    send_numbered(client, 2)
    await eventually(lambda: _answers(client))
    await settle()
    assert len(works.begun) == 1
    works.finish(0)
    await settle()
    assert len(works.begun) == 2
    works.finish(1)


async def test_an_answer_counts_once(world: World, works: Works) -> None:
    client = await world.connect()
    send_numbered(client, 1)
    await settle()
    works.finish(0, 0)
    await settle()
    works.finish(0)
    await settle()
    assert len(client.of_type("result")) == 1


async def test_a_bug_is_a_500_and_the_next_message_is_read(world: World, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_call: OperationCall) -> None:
        raise ZeroDivisionError

    world.operations.register_starter("break", fail)
    client = await world.connect()
    result, pong = sorted(
        [*await client.ask(op="break", id=1), *await client.ask(op="ping", id=2)], key=lambda frame: frame["id"]
    )
    assert (result["status"], result["error"]["code"]) == (500, "INTERNAL")
    assert "ZeroDivisionError" in caplog.text
    assert pong == {"type": "pong", "id": 2}


async def test_one_that_comes_too_fast_is_refused_as_rest_would_and_not_begun(
    world: World, works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.consumer.limiter", lambda _caller: False)
    client = await world.connect()
    (result,) = await client.ask(op="work", id=1, params={})
    assert (result["type"], result["id"], result["status"]) == ("result", 1, 429)
    assert result["error"]["code"] == "RATE_LIMITED"
    assert works.begun == []


async def test_what_the_journal_has_and_what_was_done_before_leaves_no_other_record(
    world: World, works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded: list[operations.Performed] = []

    async def record(performed: operations.Performed) -> None:
        recorded.append(performed)

    monkeypatch.setattr(operations, "recorder", record)
    client = await world.connect("account=mine")
    send_numbered(client, 3)
    await settle()
    works.begun[0].trail.is_journaled = True
    works.begun[1].is_replayed = True
    works.finish(0, 1)
    works.begun[2].answer(OperationAnswer(400, error=OperationError("VALIDATION_FAILED", "No.")))
    await settle()
    (performed,) = recorded
    assert (performed.name, performed.action, performed.params) == ("work", "work", {"n": 2})
    assert performed.answer.error is not None and performed.answer.error.code == "VALIDATION_FAILED"
    results = {frame["id"]: frame for frame in client.of_type("result")}
    assert len(results) == 3
    assert results[1]["replayed"] is True
    assert "replayed" not in results[0]


async def test_each_answer_is_counted_and_logged_once(
    world: World, works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, int]] = []
    monkeypatch.setattr(operations, "observer", lambda calls: seen.extend((call.name, call.status) for call in calls))
    client = await world.connect()
    send_numbered(client, 2)
    await settle()
    works.finish(0, 1)
    await settle()
    assert seen == [("work", 200), ("work", 200)]


@pytest.mark.parametrize("count", [200, 40])
async def test_a_client_that_reads_no_answers_is_not_asked_for_more(
    world: World, works: Works, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    world.buckets.change_rate(1_000, 1_000)
    monkeypatch.setattr("streams.session.MESSAGES_PER_SECOND", type("Rate", (), {"value": 1_000}))
    client = await world.connect()
    client.stop_reading()
    send_numbered(client, count)
    await settle(100)
    begun = len(works.begun)
    works.finish(*range(begun))
    for _ in range(5):
        client.send(op="work", id="later")
    await settle(100)
    assert begun == count
    assert len(works.begun) == begun, "it is blocked, so its next message waits"
    client.read_on()
    await settle(100)
    assert [frame["id"] for frame in client.of_type("result")] == list(range(count))
    assert len(works.begun) == begun + 5
