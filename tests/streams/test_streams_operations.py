"""Operations over a socket: what is handed to the handler, and what comes back."""

import asyncio
from typing import Any

import pytest

from kit.trace import is_sane_trace_id
from kit.trail import mark_journaled, note_change
from streams import operations
from streams.frames import OperationError
from streams.operations import OperationAnswer

from .conftest import World, settle

MOST = 32
"""How many operations these tests let a socket have under way."""


async def test_an_operation_gets_params_account_and_key_and_answers_under_its_id(world: World) -> None:
    calls: list[Any] = []

    async def place(params: dict[str, Any], account: str, key: str | None) -> OperationAnswer:
        calls.append((params, account, key))
        return OperationAnswer(201, {"id": "o-1"})

    world.operations.register("order.place", place)
    client = await world.connect("account=mine")
    (result,) = await client.ask(op="order.place", id=5, params={"symbol": "BTC-USDT"}, idempotency_key="k")
    assert is_sane_trace_id(result.pop("trace_id"))
    assert result == {"type": "result", "id": 5, "status": 201, "data": {"id": "o-1"}}
    assert calls == [({"symbol": "BTC-USDT"}, "mine", "k")]


async def test_a_refusal_carries_code_message_and_details(world: World) -> None:
    async def refuse(_params: dict[str, Any], _account: str, _key: str | None) -> OperationAnswer:
        return OperationAnswer(422, error=OperationError("INSUFFICIENT_BALANCE", "Too little.", {"missing": "1.00"}))

    world.operations.register("order.place", refuse)
    client = await world.connect()
    (result,) = await client.ask(op="order.place", id="a")
    assert is_sane_trace_id(result.pop("trace_id"))
    assert result == {
        "type": "result",
        "id": "a",
        "status": 422,
        "error": {"code": "INSUFFICIENT_BALANCE", "message": "Too little.", "details": {"missing": "1.00"}},
    }


async def test_a_bug_in_a_handler_is_a_500_and_the_socket_lives(world: World, caplog: pytest.LogCaptureFixture) -> None:
    async def fail(_params: dict[str, Any], _account: str, _key: str | None) -> OperationAnswer:
        raise ZeroDivisionError

    world.operations.register("order.place", fail)
    client = await world.connect()
    (result,) = await client.ask(op="order.place", id=1)
    assert (result["status"], result["error"]["code"]) == (500, "INTERNAL")
    assert "ZeroDivisionError" in caplog.text
    assert await client.ask(op="ping", id=2) == [{"type": "pong", "id": 2}]


async def test_operations_begin_in_order_and_do_not_wait_for_each_other(world: World) -> None:
    begun: list[int] = []
    gate = asyncio.Event()

    async def wait(params: dict[str, Any], _account: str, _key: str | None) -> OperationAnswer:
        begun.append(params["n"])
        await gate.wait()
        return OperationAnswer(200, params["n"])

    world.operations.register("slow", wait)
    client = await world.connect()
    for number in range(5):
        client.send(op="slow", id=number, params={"n": number})
    client.send(op="ping", id="p")
    await settle(40)
    assert begun == [0, 1, 2, 3, 4]
    assert client.frames == [{"type": "pong", "id": "p"}]
    gate.set()
    await settle()
    assert [frame["id"] for frame in client.of_type("result")] == [0, 1, 2, 3, 4]


async def test_no_more_than_the_limit_run_at_once_and_all_are_answered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.performing.MAX_OPERATIONS", MOST)
    running, most = 0, 0
    gate = asyncio.Event()

    async def wait(_params: dict[str, Any], _account: str, _key: str | None) -> OperationAnswer:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await gate.wait()
        running -= 1
        return OperationAnswer(200)

    world.operations.register("slow", wait)
    client = await world.connect()
    for number in range(MOST + 8):
        client.send(op="slow", id=number)
    await settle(100)
    assert most == MOST
    gate.set()
    await settle(100)
    assert len(client.of_type("result")) == MOST + 8


async def test_an_operation_goes_on_when_its_client_hangs_up(world: World) -> None:
    done: list[bool] = []
    gate = asyncio.Event()

    async def wait(_params: dict[str, Any], _account: str, _key: str | None) -> OperationAnswer:
        await gate.wait()
        done.append(True)
        return OperationAnswer(200)

    world.operations.register("slow", wait)
    client = await world.connect()
    client.send(op="slow", id=1)
    await settle()
    client.hang_up()
    await settle()
    assert client.task.done()
    gate.set()
    await settle()
    assert done == [True]
    assert client.frames == []


async def test_the_protocols_own_names_cannot_be_taken(world: World) -> None:
    async def answer(_params: dict[str, Any], _account: str, _key: str | None) -> OperationAnswer:
        return OperationAnswer(200)

    with pytest.raises(AssertionError, match="belongs to the protocol"):
        world.operations.register("ping", answer)
    world.operations.register("order.place", answer)
    with pytest.raises(AssertionError, match="registered twice"):
        world.operations.register("order.place", answer)


async def test_an_operation_that_the_journal_does_not_have_is_recorded(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded: list[operations.Performed] = []

    async def record(performed: operations.Performed) -> None:
        recorded.append(performed)

    async def place(params: dict[str, Any], _account: str, _key: str | None) -> OperationAnswer:
        if params.get("journaled"):
            mark_journaled()
        note_change(subject=("order", "o-1"))
        return OperationAnswer(201, {"id": "o-1"})

    monkeypatch.setattr(operations, "recorder", record)
    world.operations.register("order.place", place)
    client = await world.connect("account=mine")
    await client.ask(op="order.place", id=1, params={"journaled": True})
    await client.ask(op="order.place", id=2, params={"journaled": False})
    (performed,) = recorded
    assert (performed.name, performed.account, performed.answer.status) == ("order.place", "mine", 201)
    assert [change.subject for change in performed.trail.changes] == [("order", "o-1")]


async def test_who_sends_more_than_may_be_is_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[tuple[str, str]] = []
    monkeypatch.setattr(operations, "turned_away", lambda address, code: counted.append((address, code)))
    monkeypatch.setattr("streams.consumer.limiter", lambda _address: False)
    client = await world.connect()
    (frame,) = await client.ask(op="ping", id=1)
    assert (frame["type"], frame["code"]) == ("error", "RATE_LIMITED")
    assert [code for _, code in counted] == ["RATE_LIMITED"]
