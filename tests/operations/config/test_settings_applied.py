"""Each setting of the gateway acts from the next request on, both ways, without a restart."""

import logging

import pytest

from gateway.limiter import MemoryLimiter, RedisLimiter
from gateway.sockets import limit_messages
from kit.breaker import Breaker
from tests.asgi_client import AsgiClient, SocketClosed
from tests.gateway.test_bodies import multipart

LIMITED = "/api/v1/whoami/"
ONE_AND_THEN_NONE_FOR_LONG = 0.001
"""Requests a second: a burst of one, and the next one after a quarter of an hour."""


async def statuses(client, count):
    return [(await client.get(LIMITED)).status for _ in range(count)]


async def test_the_rate_limit_changes_goes_off_and_comes_back(client, configure):
    assert await statuses(client, 3) == [200] * 3
    await configure("rate_limit.requests_per_second", ONE_AND_THEN_NONE_FOR_LONG)
    assert await statuses(client, 2) == [200, 429]
    refused = await client.get(LIMITED)
    assert refused.headers["ratelimit-policy"] == '"default";q=1;w=1000'
    assert refused.headers["retry-after"] == "1000"
    await configure("rate_limit.requests_per_second", 0)
    answer = await client.get(LIMITED)
    assert answer.status == 200
    assert "ratelimit" not in answer.headers
    await configure("rate_limit.requests_per_second", ONE_AND_THEN_NONE_FOR_LONG)
    assert await statuses(client, 1) == [429], "what was used up stays used up"


async def test_a_gateway_that_starts_without_a_limit_takes_one_later(settings, client, configure):
    settings.RATE_LIMIT_RPS = 0
    assert set(await statuses(client, 100)) == {200}
    await configure("rate_limit.requests_per_second", ONE_AND_THEN_NONE_FOR_LONG)
    assert await statuses(AsgiClient(client.app), 2) == [200, 429]


async def test_a_shared_count_is_asked_at_the_new_rate():
    asked = []

    async def evaluate(*arguments):
        asked.append(arguments[3:5])
        return [1, b"1"]

    limiter = RedisLimiter(20, 40, evaluate, memory=MemoryLimiter(20, 40), faults=(), breaker=Breaker("redis"))
    await limiter.take("a")
    limiter.change_rate(5, 10)
    await limiter.take("a")
    assert asked == [(20, 40), (5, 10)]


async def test_messages_of_sockets_follow_the_rate_limit(client, configure, monkeypatch):
    monkeypatch.setattr("streams.consumer.limiter", None)
    limit_messages()
    async with client.websocket("/ws") as socket:
        for _ in range(2):
            await socket.send_json({"op": "ping"})
            assert (await socket.receive_json())["type"] == "pong"
        await configure("rate_limit.requests_per_second", ONE_AND_THEN_NONE_FOR_LONG)
        answers = []
        for _ in range(2):
            await socket.send_json({"op": "ping"})
            answers.append(await socket.receive_json())
        assert [answer["type"] for answer in answers] == ["pong", "error"]
        assert answers[1]["code"] == "RATE_LIMITED"
        await configure("rate_limit.requests_per_second", 0)
        await socket.send_json({"op": "ping"})
        assert (await socket.receive_json())["type"] == "pong"


async def test_long_work_may_be_started_less_often_and_at_will_again(client, configure, counts, monkeypatch):
    monkeypatch.setattr("django_ratelimit.core.time.time", lambda: 1_700_000_000.0)
    await configure("rate_limit.long_work_per_minute", 1)
    assert [(await client.post("/api/v1/work/")).status for _ in range(2)] == [202, 429]
    await configure("rate_limit.long_work_per_minute", 0)
    assert [(await client.post("/api/v1/work/")).status for _ in range(3)] == [202] * 3


async def test_the_limit_of_json_bodies_falls_and_rises(client, configure, counts):
    body = {"name": "x" * 60}
    large = b" " * 5_000 + b'{"name": "one"}'
    headers = {"Content-Type": "application/json"}
    await configure("requests.json_body_bytes", 4_096)
    assert (await client.post("/api/v1/echo/", json=body)).status == 201
    refused = await client.post("/api/v1/echo/", body=large, headers=headers)
    assert (refused.status, refused.code, refused.details) == (413, "BODY_TOO_LARGE", {"limit_bytes": 4_096})
    await configure("requests.json_body_bytes", 3 * 1024 * 1024)
    huge = b" " * 2 * 1024 * 1024 + b'{"name": "two"}'
    assert (await client.post("/api/v1/echo/", body=huge, headers=headers)).status == 201


async def test_the_limit_of_uploads_falls_and_rises(client, configure, counts):
    body, headers = multipart(b"x" * 20_000)
    await configure("requests.upload_bytes", 10_000)
    refused = await client.post("/api/v1/upload/", body=body, headers=headers)
    assert (refused.status, refused.details) == (413, {"limit_bytes": 10_000})
    await configure("requests.upload_bytes", 30_000)
    assert (await client.post("/api/v1/upload/", body=body, headers=headers)).status == 200


async def test_the_timeout_is_the_one_that_holds_when_the_request_comes(client, configure, counts):
    await configure("requests.timeout_seconds", 0.05)
    answer = await client.get("/api/v1/slow/")
    assert (answer.status, answer.code) == (504, "TIMEOUT")
    assert "within 0.05 s" in answer.json()["message"]
    await configure_in_spite_of_the_timeout(client)
    counts.may_finish.set()
    assert (await client.post("/api/v1/slow/", json={"name": "in time"})).status == 201


async def configure_in_spite_of_the_timeout(client):
    """A change that takes longer than a request may goes on, like every write; so nobody can lock himself out."""
    from operations.config.in_force import CONFIG
    from tests.waiting import eventually

    path = "/api/v1/config/requests.timeout_seconds/"
    answer = await client.put(path, json={"value": 20})
    assert answer.status in (200, 504)

    async def value():
        return CONFIG.get("requests.timeout_seconds").value

    assert await eventually(value, lambda value: value == 20) == 20


async def test_the_log_level_changes(configure):
    chatty = logging.getLogger("test.config.level")
    assert not chatty.isEnabledFor(logging.DEBUG)
    await configure("log.level", "DEBUG")
    assert chatty.isEnabledFor(logging.DEBUG)
    await configure("log.level", "ERROR")
    assert not chatty.isEnabledFor(logging.WARNING)
    assert not logging.getLogger("gateway.access").isEnabledFor(logging.INFO)


async def test_a_socket_may_have_fewer_channels(client, configure):
    async with client.websocket("/ws") as socket:
        await socket.send_json({"op": "subscribe", "id": 1, "channels": ["system"]})
        await socket.receive_until(lambda frame: frame["type"] == "snapshot")
        await configure("sockets.channels", 1)
        await socket.send_json({"op": "subscribe", "id": 2, "channels": ["jobs"]})
        error = await socket.receive_until(lambda frame: frame["type"] == "error")
        assert (error["code"], error["message"]) == ("TOO_MANY_CHANNELS", "A socket may have 1 channels.")


async def test_a_socket_may_send_fewer_messages(client, configure):
    async with client.websocket("/ws") as socket:
        await configure("sockets.messages_per_second", 1)
        for _ in range(20):
            await socket.send_json({"op": "ping"})
        error = await socket.receive_until(lambda frame: frame["type"] == "error")
        assert (error["code"], error["message"]) == ("RATE_LIMITED", "More than 1 messages a second.")
        with pytest.raises(SocketClosed) as closed:
            await socket.receive_json()
        assert closed.value.code == 1008


async def test_a_socket_may_send_more_messages(client, configure):
    await configure("sockets.messages_per_second", 500)
    async with client.websocket("/ws") as socket:
        for number in range(100):
            await socket.send_json({"op": "ping", "id": number})
        await socket.receive_until(lambda frame: frame.get("id") == 99)
