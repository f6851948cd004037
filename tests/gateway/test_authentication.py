"""Who comes in under which settings, what a wrong key costs its sender, and what a key is counted under."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator

from gateway import authentication
from gateway.sockets import MessageLimit
from kit.access import Access, with_implied
from kit.caller import Caller
from kit.clock import NS_PER_SECOND, ManualClock
from kit.token_bucket import TokenBuckets
from operations.keys import services
from operations.keys.ring import Key, network_from
from operations.keys.tokens import new_token
from streams.operations import REGISTRY, OperationAnswer
from tests.asgi_client import AsgiApp, AsgiClient, SocketClosed, SocketRefused

ECHO = "/api/v1/echo/"
BODY = {"name": "one"}
WRONG = {"Authorization": f"Bearer {new_token()[1]}"}
ORIGIN = "http://localhost:5173"
KEYS_ONLY = {"DISABLE_AUTH": False, "PERSONAL_API_KEY_ENABLED": True}
KEYS_TOO = {"DISABLE_AUTH": True, "PERSONAL_API_KEY_ENABLED": True}

pytestmark = pytest.mark.usefixtures("counts", "nothing_written")


@pytest.fixture
def nothing_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who was turned away is written down elsewhere; here there is no database."""
    monkeypatch.setattr("streams.operations.turned_away", lambda *_: None)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> ManualClock:
    """The time by which wrong keys are counted, from none on."""
    clock = ManualClock(1)
    rate = authentication.WRONG_KEYS / authentication.WRONG_KEYS_WINDOW_S
    monkeypatch.setattr(authentication, "WRONG", TokenBuckets(rate, authentication.WRONG_KEYS, clock))
    return clock


@pytest.fixture
def keys() -> Iterator[Callable[..., dict[str, str]]]:
    """Puts a key into the process's ring; gives the header that it is sent with."""
    known: list[Key] = []

    def add(*scopes: str, accounts: tuple[str, ...] = (), addresses: tuple[str, ...] = (), **more: Any) -> Any:
        key_id, token, secret_hash = new_token()
        access = Access(with_implied(frozenset(scopes)), accounts)
        known.append(Key(key_id, secret_hash, access, tuple(map(network_from, addresses)), **more))
        services.RING.replace(known)
        return {"Authorization": f"Bearer {token}"}

    yield add
    services.RING.replace([])


@pytest.fixture
def closed_app(make_app: Callable[..., AsgiApp]) -> AsgiApp:
    """The application that asks everybody for a key."""
    return make_app(RATE_LIMIT_RPS=10_000, **KEYS_ONLY)


@pytest.fixture
def closed(closed_app: AsgiApp) -> AsgiClient:
    """A client of it."""
    return AsgiClient(closed_app)


# The three ways to run ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "authorization", [None, WRONG["Authorization"], "Bearer", "nonsense"], ids=["none", "wrong", "empty", "nonsense"]
)
async def test_without_keys_the_header_means_nothing(client, authorization):
    headers = {} if authorization is None else {"Authorization": authorization}
    assert (await client.post(ECHO, json=BODY, headers=headers)).status == 201


async def test_beside_open_doors_who_shows_a_key_is_held_to_it(make_app, keys):
    client = AsgiClient(make_app(RATE_LIMIT_RPS=10_000, **KEYS_TOO))
    assert (await client.post(ECHO, json=BODY)).status == 201
    assert (await client.post(ECHO, json=BODY, headers=keys("trade"))).status == 201
    refused = await client.post(ECHO, json=BODY, headers=keys("read"))
    assert (refused.status, refused.code, refused.details) == (403, "FORBIDDEN", {"scope": ["trade"]})
    wrong = await client.get(ECHO, headers=WRONG)
    assert (wrong.status, wrong.code) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "OPTIONS", "PATCH"])
@pytest.mark.parametrize("path", [ECHO, "/api/v1/whoami/", "/api/v1/nothing/", "/nothing"])
async def test_where_keys_are_asked_for_nobody_comes_in_without_one_by_whatever_method(closed, counts, method, path):
    answer = await closed.request(method, path)
    assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.headers["x-trace-id"]
    assert counts.executed == []


async def test_a_view_that_declares_nothing_is_for_admins(closed, keys):
    assert (await closed.get("/api/v1/whoami/", headers=keys("trade"))).details == {"scope": ["admin"]}
    assert (await closed.get("/api/v1/whoami/", headers=keys("admin"))).status == 200


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_the_scheme_is_bearer_in_any_case(closed, keys, scheme):
    token = keys("read")["Authorization"].removeprefix("Bearer ")
    assert (await closed.get(ECHO, headers={"Authorization": f"{scheme} {token}"})).status == 200
    assert (await closed.get(ECHO, headers={"Authorization": f"Basic {token}"})).status == 401
    assert (await closed.get(ECHO, headers={"Authorization": token})).status == 401


async def test_two_keys_in_one_request_are_none(closed, keys):
    one, two = (keys("admin")["Authorization"].encode() for _ in range(2))
    answer = await closed.get(ECHO, headers=[(b"authorization", one), (b"authorization", two)])
    assert answer.status == 401


async def test_a_page_asks_beforehand_without_a_key_and_can_read_a_refusal(closed):
    asking = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    before = await closed.request("OPTIONS", ECHO, headers=asking)
    assert before.status == 204
    assert "Authorization" in before.headers["access-control-allow-headers"]
    refused = await closed.get(ECHO, headers={"Origin": ORIGIN})
    assert (refused.status, refused.headers["access-control-allow-origin"]) == (401, ORIGIN)


async def test_a_refusal_for_want_of_scope_executes_nothing_and_leaves_the_idempotency_key_free(closed, keys, counts):
    reader, trader = keys("read"), keys("trade")
    once = {"Idempotency-Key": "one-intent"}
    assert (await closed.post(ECHO, json=BODY, headers=reader | once)).status == 403
    assert counts.executed == []
    done = await closed.post(ECHO, json=BODY, headers=trader | once)
    assert (done.status, counts.executed) == (201, ["one"])
    assert "idempotent-replayed" not in done.headers
    assert (await closed.post(ECHO, json=BODY, headers=reader | once)).status == 403, "nor is the answer shown to it"


async def test_an_idempotency_key_belongs_to_the_account_of_the_key(closed, keys, counts):
    one, two = keys("trade", accounts=("one",)), keys("trade", accounts=("two", "three"))
    once = {"Idempotency-Key": "the-same"}
    assert (await closed.post(ECHO, json=BODY, headers=one | once)).data["number"] == 1
    assert (await closed.post(ECHO, json=BODY, headers=two | once)).data["number"] == 2
    again = await closed.post(ECHO, json=BODY, headers=two | once | {"X-Account": "two"})
    assert (again.data["number"], again.headers["idempotent-replayed"]) == (2, "true"), "its first account was meant"
    assert (await closed.post(ECHO, json=BODY, headers=two | once | {"X-Account": "three"})).data["number"] == 3
    foreign = await closed.post(ECHO, json=BODY, headers=two | once | {"X-Account": "one"})
    assert (foreign.status, foreign.code) == (404, "UNKNOWN_ACCOUNT")
    assert len(counts.executed) == 3


# Wrong keys -----------------------------------------------------------------------------------------------------------


async def wrong_statuses(client: AsgiClient, count: int, **options: Any) -> list[int]:
    return [(await client.get(ECHO, headers=WRONG, **options)).status for _ in range(count)]


async def test_wrong_keys_count_against_their_address_and_good_ones_behind_it_are_let_in(
    closed, closed_app, keys, clock
):
    good = keys("trade")
    assert await wrong_statuses(closed, 12) == [401] * 10 + [429] * 2
    refused = await closed.get(ECHO, headers=WRONG)
    assert (refused.code, refused.headers["retry-after"]) == ("RATE_LIMITED", "6")
    assert (await closed.get(ECHO, headers=good)).status == 200
    assert (await closed.get(ECHO)).status == 401, "no key is no wrong key"
    assert await wrong_statuses(AsgiClient(closed_app), 1) == [401], "another address is not affected"
    clock.advance_ns(6 * NS_PER_SECOND)
    assert await wrong_statuses(closed, 2) == [401, 429]


async def test_an_address_is_the_same_when_it_comes_over_an_ipv6_socket(closed, keys):
    assert await wrong_statuses(closed, 10, peer="198.51.100.7") == [401] * 10
    assert await wrong_statuses(closed, 1, peer="::ffff:198.51.100.7") == [429]
    bound = keys("read", addresses=("198.51.100.0/24",))
    for peer, status in (("198.51.100.7", 200), ("::ffff:198.51.100.9", 200), ("::ffff:203.0.113.1", 401)):
        assert (await closed.get(ECHO, headers=bound, peer=peer)).status == status, peer


async def test_an_invented_forwarded_address_opens_nothing(closed, keys):
    bound = keys("read", addresses=("198.51.100.0/24",))
    invented = {"X-Forwarded-For": "198.51.100.7", "X-Real-IP": "198.51.100.7"}
    assert (await closed.get(ECHO, headers=bound | invented)).status == 401


async def test_wrong_keys_of_sockets_and_requests_are_counted_together(closed):
    for _ in range(10):
        with pytest.raises(SocketRefused) as refused:
            async with closed.websocket(headers=WRONG):
                pass
        assert refused.value.answer.status == 401
        assert refused.value.answer.headers["www-authenticate"] == "Bearer"
    assert await wrong_statuses(closed, 1) == [429]
    with pytest.raises(SocketRefused) as refused:
        async with closed.websocket(headers=WRONG):
            pass
    assert (refused.value.answer.status, refused.value.answer.code) == (429, "RATE_LIMITED")


# What a key is counted under ------------------------------------------------------------------------------------------


async def test_each_key_has_a_count_of_its_own_whatever_address_it_comes_from(make_app, keys):
    app = make_app(RATE_LIMIT_RPS=2, **KEYS_ONLY)
    one, two, slow = keys("read"), keys("read"), keys("read", requests_per_s=0.5)
    here, there = AsgiClient(app), AsgiClient(app)
    assert [(await here.get(ECHO, headers=one)).status for _ in range(6)] == [200] * 4 + [429] * 2
    assert (await there.get(ECHO, headers=one)).status == 429, "it is counted wherever it is used"
    assert [(await here.get(ECHO, headers=two)).status for _ in range(4)] == [200] * 4, "others are not affected"
    assert [(await here.get(ECHO, headers=slow)).status for _ in range(2)] == [200, 429], "by its own rate"


async def test_a_key_may_have_more_than_the_default_and_a_limit_where_there_is_none(make_app, keys):
    fast, slow = keys("read", requests_per_s=50.0), keys("read", requests_per_s=0.5)
    client = AsgiClient(make_app(RATE_LIMIT_RPS=1, **KEYS_ONLY))
    answers = [await client.get(ECHO, headers=fast) for _ in range(20)]
    assert {answer.status for answer in answers} == {200}
    assert answers[0].headers["ratelimit-policy"] == '"default";q=100;w=2'
    client = AsgiClient(make_app(RATE_LIMIT_RPS=0, **KEYS_ONLY))
    assert [(await client.get(ECHO, headers=slow)).status for _ in range(2)] == [200, 429]


def test_messages_of_sockets_are_counted_by_key_too(settings, keys):
    settings.RATE_LIMIT_RPS = 2
    keys("read")
    keys("read", requests_per_s=0.5)
    usual, slow = (Caller("key", key.id, "192.0.2.1") for key in services.RING._keys.values())
    limit = MessageLimit()
    assert [limit.allows(slow) for _ in range(2)] == [True, False]
    assert [limit.allows(usual) for _ in range(5)] == [True] * 4 + [False]
    assert limit.allows(Caller(address="192.0.2.1"))


# Sockets --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def operations(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Three operations of three scopes; what was done, and for which account."""
    done: list[tuple[str, str]] = []
    monkeypatch.setattr(REGISTRY, "_operations", {})

    def handler(name: str) -> Any:
        async def handle(params: dict[str, Any], account: str, key: str | None) -> OperationAnswer:
            done.append((name, account))
            return OperationAnswer(status=200)

        return handle

    REGISTRY.register("look", handler("look"), scope="read")
    REGISTRY.register("place", handler("place"))
    REGISTRY.register("rule", handler("rule"), scope="admin")
    return done


@pytest.mark.parametrize(
    ("scope", "allowed"), [("read", ["look"]), ("trade", ["look", "place"]), ("admin", ["look", "place", "rule"])]
)
async def test_a_socket_runs_what_its_key_may_for_the_account_of_its_key(
    closed, keys, operations, monkeypatch, scope, allowed
):
    monkeypatch.setattr("streams.operations.recorder", None)
    monkeypatch.setattr("streams.consumer.account_exists", None)
    bound = () if scope == "admin" else ("mine", "other")
    async with closed.websocket(headers=keys(scope, accounts=bound)) as socket:
        for name in ("look", "place", "rule"):
            await socket.send_json({"op": name, "id": name, "params": {}})
            result = await socket.receive_until(lambda frame, name=name: frame.get("id") == name)
            if name in allowed:
                assert result["status"] == 200, result
            else:
                needed = "trade" if name == "place" else "admin"
                assert (result["status"], result["error"]["code"]) == (403, "FORBIDDEN")
                assert result["error"]["details"] == {"scope": [needed]}
    assert operations == [(name, bound[0] if bound else "default") for name in allowed]


async def test_a_socket_has_the_accounts_of_its_key_and_no_other(closed, keys, monkeypatch):
    monkeypatch.setattr("streams.consumer.account_exists", None)
    bound = keys("trade", accounts=("mine", "other"))
    for path in ("/ws", "/ws?account=mine", "/ws?account=other"):
        async with closed.websocket(path, headers=bound) as socket:
            await socket.send_json({"op": "ping", "id": 1})
            assert (await socket.receive_json())["type"] == "pong"
    async with closed.websocket("/ws?account=default", headers=bound) as socket:
        frame = await socket.receive_json()
        assert (frame["type"], frame["code"]) == ("error", "UNKNOWN_ACCOUNT")
        with pytest.raises(SocketClosed) as closing:
            await socket.receive_json()
        assert (closing.value.code, closing.value.reason) == (1008, "UNKNOWN_ACCOUNT")


async def test_a_socket_beside_open_doors_needs_no_key_and_a_wrong_one_is_refused(make_app, keys):
    client = AsgiClient(make_app(RATE_LIMIT_RPS=10_000, **KEYS_TOO))
    async with client.websocket() as socket:
        await socket.send_json({"op": "ping", "id": 1})
        assert (await socket.receive_json())["type"] == "pong"
    with pytest.raises(SocketRefused) as refused:
        async with client.websocket(headers=WRONG):
            pass
    assert refused.value.answer.code == "UNAUTHENTICATED"


# The schema -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("disable_auth", [False, True])
def test_the_schema_says_what_each_operation_asks_for(settings, disable_auth):
    settings.DISABLE_AUTH = disable_auth
    generator: Any = SchemaGenerator
    schema = generator().get_schema(request=None, public=True)
    assert schema["components"]["securitySchemes"]["bearer"]["type"] == "http"
    assert schema["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    kept = [{"bearer": []}, {}] if disable_auth else [{"bearer": []}]
    operations = {(method, path): each for path, item in schema["paths"].items() for method, each in item.items()}
    assert {name for name, each in operations.items() if each["security"] == []} == {
        ("get", "/livez/"), ("get", "/readyz/"), ("get", "/healthz/"),
    }  # fmt: skip
    for name, operation in operations.items():
        assert operation["security"] in ([], kept), name
        assert ("x-scope" in operation) == ("401" in operation["responses"]) == (operation["security"] == kept), name
