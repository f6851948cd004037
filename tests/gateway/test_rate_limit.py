"""The rate limit: who is counted, under which key, and what those over it are told."""

import pytest
from django.urls import resolve

from gateway.limiter import REDIS_POLICY, MemoryLimiter, RedisLimiter, address_key, make_limiter
from kit.breaker import Breaker
from kit.clock import NS_PER_SECOND, ManualClock
from kit.token_bucket import DEFAULT_MAX_KEYS
from tests.asgi_client import AsgiClient
from tests.redis_server import RedisServer, require_redis

LIMITED = "/api/v1/whoami/"


async def statuses(client, count, path=LIMITED, **options):
    return [(await client.get(path, **options)).status for _ in range(count)]


@pytest.fixture
def limited(make_app):
    """The application with the default limit."""
    return make_app()


async def test_burst_and_rate_pass_and_the_rest_are_told_when_to_come_back(limited):
    client = AsgiClient(limited)
    answers = [await client.get(LIMITED) for _ in range(100)]
    passed = [answer for answer in answers if answer.status == 200]
    refused = [answer for answer in answers if answer.status == 429]
    assert 40 <= len(passed) <= 42
    assert len(passed) + len(refused) == 100
    last = refused[-1]
    assert last.code == "RATE_LIMITED"
    assert last.headers["retry-after"] == "1"
    assert last.headers["ratelimit-policy"] == '"default";q=40;w=2'
    assert last.headers["ratelimit"] == '"default";r=0;t=1'
    assert last.headers["x-trace-id"] == last.json()["trace_id"]
    assert answers[0].headers["ratelimit"] == '"default";r=39;t=0'


async def test_another_address_is_not_affected(limited):
    assert 429 in await statuses(AsgiClient(limited), 50)
    assert await statuses(AsgiClient(limited), 5) == [200] * 5


async def test_an_invented_forwarded_address_changes_nothing(limited):
    client = AsgiClient(limited)
    found = [
        (await client.get(LIMITED, headers={"X-Forwarded-For": f"10.0.{number}.1", "X-Real-IP": "9.9.9.9"})).status
        for number in range(200)
    ]
    assert found.count(200) <= 45


@pytest.mark.parametrize("path", ["/whoami/", "/nope", "/static/admin/css/base.css"])
async def test_what_is_not_the_api_is_not_counted(limited, path):
    client = AsgiClient(limited)
    assert 429 not in await statuses(client, 50, path)
    assert await statuses(client, 1) == [200]


async def test_an_unknown_path_of_the_api_is_counted(limited):
    assert 429 in await statuses(AsgiClient(limited), 60, "/api/v1/nope/")


async def test_zero_turns_the_limit_off(make_app):
    client = AsgiClient(make_app(RATE_LIMIT_RPS=0))
    assert set(await statuses(client, 100)) == {200}


async def test_a_preflight_is_not_counted(limited):
    client = AsgiClient(limited)
    headers = {"Origin": "http://localhost:5173", "Access-Control-Request-Method": "POST"}
    found = [(await client.request("OPTIONS", LIMITED, headers=headers)).status for _ in range(60)]
    assert set(found) == {204}


async def test_long_work_may_be_started_some_times_a_minute_and_read_as_before(make_app, counts, monkeypatch):
    monkeypatch.setattr("django_ratelimit.core.time.time", lambda: 1_700_000_000.0)
    client = AsgiClient(make_app(RATE_LIMIT_RPS=10_000, LONG_WORK_PER_MINUTE=3))
    answers = [await client.post("/api/v1/work/") for _ in range(5)]
    assert [answer.status for answer in answers] == [202, 202, 202, 429, 429]
    refused = answers[-1]
    assert refused.code == "RATE_LIMITED"
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["ratelimit-policy"] == '"long-work";q=3;w=60'
    assert refused.headers["ratelimit"] == f'"long-work";r=0;t={refused.headers["retry-after"]}'
    assert counts.executed == ["work"] * 3
    assert (await client.get("/api/v1/work/")).status == 200
    assert (await AsgiClient(client.app).post("/api/v1/work/")).status == 202, "another address has a count of its own"


@pytest.mark.parametrize("changes", [{"LONG_WORK_PER_MINUTE": 0}, {"LONG_WORK_PER_MINUTE": 1, "RATE_LIMIT_RPS": 0}])
async def test_the_limit_on_long_work_can_be_turned_off(make_app, counts, changes):
    client = AsgiClient(make_app(**{"RATE_LIMIT_RPS": 10_000, **changes}))
    assert [(await client.post("/api/v1/work/")).status for _ in range(5)] == [202] * 5


def test_imports_previews_and_restarts_are_long_work():
    found = {
        (match.route, method)
        for path in ("datasets/", "datasets/preview/", "system/services/jobs/restart/", "orders/")
        for match in [resolve(f"/api/v1/{path}", "gateway.urls")]
        for method in match.func.starts_work
    }
    assert {method for _, method in found} == {"POST"}
    assert len(found) == 3


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("::1", "::/64"),
        ("", ""),
    ],
)
def test_an_address_is_counted_with_all_that_its_owner_has(address, key):
    assert address_key(address) == key


async def test_a_million_addresses_are_all_answered_in_bounded_memory():
    limiter = MemoryLimiter(20, 40)
    for number in range(1_000_000):
        verdict = limiter.take(f"2001:db8:{number >> 16:x}:{number & 0xFFFF:x}::/64")
        assert verdict.allowed
    assert len(limiter.take.__self__) == DEFAULT_MAX_KEYS


class Away(Exception):
    """Redis cannot be reached."""


class FakeRedis:
    """Answers as told, and notes how often it was asked."""

    def __init__(self, answers):
        self.answers = list(answers)
        self.asked = []

    async def eval(self, *arguments):
        self.asked.append(arguments)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def redis_limiter(fake, clock=None):
    breaker = Breaker("redis", REDIS_POLICY, clock or ManualClock(1))
    return RedisLimiter(20, 40, fake.eval, memory=MemoryLimiter(20, 40), faults=(Away,), breaker=breaker)


async def test_redis_decides_while_it_is_there():
    limiter = redis_limiter(FakeRedis([[1, b"38.5"], [0, b"0.2"]]))
    assert (await limiter.take("a")).remaining == 38
    refused = await limiter.take("a")
    assert (refused.allowed, refused.retry_after_s) == (False, 1)


async def test_memory_decides_while_redis_is_away_and_redis_again_later():
    clock = ManualClock(1)
    fake = FakeRedis([Away(), [0, b"0"]])
    limiter = redis_limiter(fake, clock)
    assert (await limiter.take("a")).remaining == 39
    assert (await limiter.take("a")).remaining == 38
    assert len(fake.asked) == 1
    clock.advance_ns(6 * NS_PER_SECOND)
    assert not (await limiter.take("a")).allowed


@pytest.fixture
def redis_url(tmp_path):
    """A Redis of the test's own."""
    require_redis()
    server = RedisServer(tmp_path)
    server.start()
    yield f"redis://127.0.0.1:{server.port}/0"
    server.kill()


async def test_two_gateways_share_one_count_through_redis(redis_url):
    first, second = make_limiter(5, 10, redis_url), make_limiter(5, 10, redis_url)
    verdicts = [await (first, second)[number % 2].take("a") for number in range(12)]
    assert sum(verdict.allowed for verdict in verdicts) == 10
    assert verdicts[-1].retry_after_s == 1
    assert (await second.take("b")).allowed
    for limiter in (first, second):
        await limiter._evaluate.__self__.aclose()


async def test_an_unreachable_redis_is_no_reason_to_refuse(make_app):
    client = AsgiClient(make_app(REDIS_URL="redis://127.0.0.1:1/0"))
    found = await statuses(client, 60)
    assert found[:40] == [200] * 40
    assert 429 in found
