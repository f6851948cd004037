"""What a socket may not do, and what it is told before it is closed."""

import json

import pytest

from kit.caller import Caller
from streams.session import MAX_CHANNELS, MAX_FRAME_BYTES, MAX_OFFENCES

from .conftest import World, settle


def request_of_size(size_bytes: int) -> str:
    """A ping of that many bytes."""
    frame = '{"op":"ping","id":7,"idempotency_key":""}'
    return frame[:-2] + "x" * (size_bytes - len(frame)) + '"}'


async def test_a_frame_of_exactly_the_limit_is_served(world: World) -> None:
    client = await world.connect()
    client.send_text(request_of_size(MAX_FRAME_BYTES))
    await settle()
    assert client.frames == [{"type": "pong", "id": 7}]


@pytest.mark.parametrize("size_bytes", [MAX_FRAME_BYTES + 1, 2 * 1024 * 1024])
async def test_a_larger_frame_is_answered_and_closed_with_1009(world: World, size_bytes: int) -> None:
    client = await world.connect()
    client.send_text(request_of_size(size_bytes))
    await settle()
    assert [frame["code"] for frame in client.frames] == ["FRAME_TOO_LARGE"]
    assert client.close_code == 1009


async def test_the_size_is_counted_in_bytes_not_characters(world: World) -> None:
    client = await world.connect()
    client.send_text("é" * (MAX_FRAME_BYTES // 2 + 1))
    await settle()
    assert client.close_code == 1009


async def test_fifty_messages_in_an_instant_are_served_and_the_next_one_closes(world: World) -> None:
    client = await world.connect()
    for number in range(51):
        client.send(op="ping", id=number)
    await settle(100)
    assert len(client.of_type("pong")) == 50
    assert client.frames[-1]["code"] == "RATE_LIMITED"
    assert client.close_code == 1008


async def test_fifty_messages_every_second_are_served_for_ever(world: World) -> None:
    client = await world.connect()
    for _ in range(5):
        for number in range(50):
            client.send(op="ping", id=number)
        await settle(100)
        await world.pass_time(1)
    assert len(client.of_type("pong")) == 250
    assert client.close_code is None


async def test_a_thousand_messages_at_once_bring_one_error_frame(world: World) -> None:
    client = await world.connect()
    for _ in range(1_000):
        client.send(op="ping")
    await settle(1_200)
    assert len(client.of_type("error")) == 1
    assert client.close_code == 1008
    assert client.task.done()


async def test_a_second_socket_has_an_allowance_of_its_own(world: World) -> None:
    greedy, other = await world.connect(), await world.connect()
    for _ in range(60):
        greedy.send(op="ping")
    await settle(100)
    assert await other.ask(op="ping", id=1) == [{"type": "pong", "id": 1}]


async def test_two_hundred_channels_are_served_and_one_more_closes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    symbols = [f"S{number}-USD" for number in range(MAX_CHANNELS + 1)]
    for symbol in symbols:
        world.board.tickers[symbol] = 1
    client = await world.connect()
    frames = await client.subscribe(*[f"ticker:{symbol}" for symbol in symbols[:-1]])
    assert len(frames) == 1 + MAX_CHANNELS
    again = await client.subscribe(f"ticker:{symbols[0]}")
    assert [frame["type"] for frame in again] == ["ack", "snapshot"]
    (error,) = await client.subscribe(f"ticker:{symbols[-1]}")
    assert (error["code"], client.close_code) == ("TOO_MANY_CHANNELS", 1008)
    assert world.hub.stats().subscriptions == 0


@pytest.mark.parametrize("op", ["subscribe", "unsubscribe"])
async def test_a_request_with_too_many_names_is_refused_as_a_whole(world: World, op: str) -> None:
    client = await world.connect()
    (error,) = await client.ask(op=op, id=4, channels=["a"] * 10_000)
    assert (error["id"], error["code"]) == (4, "TOO_MANY_CHANNELS")
    assert client.close_code == 1008


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "nonsense",
        '{"op":"ping"',
        "[" * 60_000,
        '{"op":"ping","params":{"a":' + "[" * 50_000,
        "NaN",
        "null",
        "[]",
        "7",
        '"ping"',
        "\ufeff{}",
        '{"op":NaN}',
    ],
)
async def test_what_is_no_request_is_answered_and_the_third_in_a_row_closes(world: World, text: str) -> None:
    client = await world.connect()
    for number in range(1, MAX_OFFENCES + 1):
        assert client.close_code is None
        client.send_text(text)
        await settle()
        assert len(client.of_type("error")) == number
    assert {frame["code"] for frame in client.frames} <= {"MALFORMED_JSON", "VALIDATION_FAILED"}
    assert client.close_code == 1008


async def test_binary_frames_are_answered_and_the_third_in_a_row_closes(world: World) -> None:
    client = await world.connect()
    for _ in range(MAX_OFFENCES):
        client.send_bytes(b'{"op":"ping"}')
    await settle()
    assert [frame["code"] for frame in client.frames] == ["BINARY_FRAME"] * MAX_OFFENCES
    assert client.close_code == 1008


async def test_a_good_request_in_between_forgives_a_typing_error(world: World) -> None:
    client = await world.connect()
    for _ in range(2 * MAX_OFFENCES):
        client.send_text("{")
        client.send(op="ping")
    await settle(40)
    assert client.close_code is None
    assert len(client.of_type("pong")) == 2 * MAX_OFFENCES


@pytest.mark.parametrize(
    ("request_text", "message"),
    [
        ('{"id":5}', "Object missing required field `op`."),
        ('{"id":5,"op":7}', "Expected `str`, got `int` - at `$.op`."),
        ('{"id":5,"op":"ping","chanels":[]}', "Object contains unknown field `chanels`."),
        ('{"id":5,"op":"subscribe","channels":"ticker"}', "Expected `array`, got `str` - at `$.channels`."),
        (
            '{"id":5,"op":"subscribe","channels":[{"name":"a","from":1}]}',
            "Object contains unknown field `from` - at `$.channels[0]`.",
        ),
        ('{"id":5,"op":"ping","params":1e400}', "Number out of range - at `$.params`."),
    ],
)
async def test_a_request_that_does_not_fit_is_refused_under_its_id(
    world: World, request_text: str, message: str
) -> None:
    client = await world.connect()
    client.send_text(request_text)
    await settle()
    assert client.frames == [{"type": "error", "id": 5, "code": "VALIDATION_FAILED", "message": message}]
    assert client.close_code is None


@pytest.mark.parametrize("bad_id", ["[]", "{}", "1.5", "true", '"' + "x" * 65 + '"', "9" * 5_000, '"\\ud800"'])
async def test_an_id_that_is_none_is_not_echoed(world: World, bad_id: str) -> None:
    client = await world.connect()
    client.send_text('{"op":"ping","id":' + bad_id + "}")
    await settle()
    assert [(frame["type"], frame["id"]) for frame in client.frames] == [("error", None)]


async def test_an_empty_subscribe_says_what_is_missing(world: World) -> None:
    client = await world.connect()
    (error,) = await client.ask(op="subscribe", id="s")
    assert (error["id"], error["message"]) == ("s", "channels: Name at least one channel.")


async def test_an_unknown_op_names_those_there_are(world: World) -> None:
    client = await world.connect()
    (error,) = await client.ask(op="subscrbe", id=1)
    assert error["code"] == "UNKNOWN_OPERATION"
    assert error["message"] == "There is no op 'subscrbe'; there are list, ping, subscribe, unsubscribe."


async def test_the_limit_of_the_address_is_answered_without_closing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def refuse(caller: Caller) -> bool:
        asked.append(caller.address)
        return False

    monkeypatch.setattr("streams.consumer.limiter", refuse)
    client = await world.connect()
    (error,) = await client.ask(op="ping", id=6)
    assert (error["id"], error["code"]) == (6, "RATE_LIMITED")
    assert asked == ["127.0.0.1"]
    assert client.close_code is None


async def test_replies_to_a_hostile_id_stay_json(world: World) -> None:
    client = await world.connect()
    hostile = '"}\u2028</script>\x00'
    client.send_text(json.dumps({"op": "ping", "id": hostile}))
    await settle()
    assert client.frames == [{"type": "pong", "id": hostile}]
