"""A gateway that asks for keys: nobody comes in without one, a key does what it may, and what it loses it loses at once.

Generated from the published schema, so that no operation can be forgotten.
"""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.gateway.test_published_schema import OPERATIONS, SCHEMA, path_with_values
from tests.server import Server, run_server
from tests.waiting import until

SAFE = ("GET", "HEAD")
DEADLINE_S = 10.0
KEY_LOST = 4401
PUBLIC = [each for each in OPERATIONS if SCHEMA["paths"][each[1]][each[0].lower()].get("security") == []]
KEPT = [each for each in OPERATIONS if each not in PUBLIC]

FOR_ADMINS = {
    ("GET", "/api/v1/audit/"),
    ("GET", "/api/v1/audit/export/"),
    ("GET", "/api/v1/audit/verify/"),
    ("PUT", "/api/v1/config/{key}/"),
    ("DELETE", "/api/v1/config/{key}/"),
    ("POST", "/api/v1/config/{key}/rollback/"),
    ("POST", "/api/v1/accounts/"),
    ("POST", "/api/v1/accounts/{id}/fork/"),
    ("DELETE", "/api/v1/corporate-actions/{id}/"),
    ("DELETE", "/api/v1/datasets/{id}/"),
    ("POST", "/api/v1/strategies/{id}/rehearse/"),
    ("POST", "/api/v1/strategies/rehearsals/{id}/cancel/"),
    ("PUT", "/api/v1/feed/"),
    ("POST", "/api/v1/feed/step/"),
    ("POST", "/api/v1/feed/seek/"),
    ("POST", "/api/v1/feed/scenarios/"),
    ("DELETE", "/api/v1/feed/scenarios/{id}/"),
    ("POST", "/api/v1/rehearsals/"),
    ("DELETE", "/api/v1/rehearsals/{id}/"),
    ("GET", "/api/v1/keys/"),
    ("POST", "/api/v1/keys/"),
    ("GET", "/api/v1/keys/{id}/"),
    ("DELETE", "/api/v1/keys/{id}/"),
    ("GET", "/api/v1/system/logs/"),
    ("POST", "/api/v1/system/services/{name}/restart/"),
}
"""What touches everybody."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A gateway on every address of this machine, which it may be because it asks for keys."""
    environment = {
        "DISABLE_AUTH": "0",
        "PERSONAL_API_KEY_ENABLED": "1",
        "RATE_LIMIT_RPS": "0",
        "GATEWAY_HOST": "0.0.0.0",
    }
    with run_server(tmp_path_factory.mktemp("keys"), environment) as running:
        yield running


def client_of(server: Server, key: str | None) -> httpx.Client:
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    return httpx.Client(base_url=server.url, headers=headers, timeout=20)


@pytest.fixture(scope="module")
def admin(server: Server) -> Iterator[httpx.Client]:
    with client_of(server, server.key) as client:
        yield client


@pytest.fixture(scope="module")
def stranger(server: Server) -> Iterator[httpx.Client]:
    """Somebody without a key."""
    with client_of(server, None) as client:
        yield client


@pytest.fixture(scope="module")
def make_key(admin: httpx.Client) -> Callable[..., dict[str, Any]]:
    """Makes a key over REST; its `token` is in what comes back."""

    def make(*scopes: str, **more: Any) -> dict[str, Any]:
        answer = admin.post("/api/v1/keys/", json={"name": "test", "scopes": list(scopes), **more})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()["data"]
        return made

    return make


@pytest.fixture(scope="module")
def reader(server: Server, make_key: Callable[..., dict[str, Any]]) -> Iterator[httpx.Client]:
    with client_of(server, make_key("read")["token"]) as client:
        yield client


@pytest.fixture(scope="module")
def trader(server: Server, make_key: Callable[..., dict[str, Any]]) -> Iterator[httpx.Client]:
    with client_of(server, make_key("trade")["token"]) as client:
        yield client


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


# Every operation -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "path"), KEPT, ids=[" ".join(each) for each in KEPT])
def test_nothing_answers_without_a_key(stranger: httpx.Client, method: str, path: str) -> None:
    answer = stranger.request(method, path_with_values(path))
    assert code_of(answer) == (401, "UNAUTHENTICATED")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "401" in SCHEMA["paths"][path][method.lower()]["responses"]


@pytest.mark.parametrize(("method", "path"), PUBLIC, ids=[" ".join(each) for each in PUBLIC])
def test_what_is_public_answers_without_one(stranger: httpx.Client, method: str, path: str) -> None:
    assert stranger.request(method, path_with_values(path)).status_code == 200


WRITES = [each for each in KEPT if each[0] not in SAFE and not each[1].endswith("/preview/")]


@pytest.mark.parametrize(("method", "path"), WRITES, ids=[" ".join(each) for each in WRITES])
def test_a_key_that_reads_writes_nothing(reader: httpx.Client, method: str, path: str) -> None:
    answer = reader.request(method, path_with_values(path), json={})
    assert code_of(answer) == (403, "FORBIDDEN")
    assert answer.json()["error"]["details"]["scope"] in (["trade"], ["admin"])


@pytest.mark.parametrize(("method", "path"), KEPT, ids=[" ".join(each) for each in KEPT])
def test_a_key_that_trades_does_all_but_what_touches_everybody(trader: httpx.Client, method: str, path: str) -> None:
    answer = trader.request(method, path_with_values(path), json=None if method in SAFE else {})
    if (method, path) in FOR_ADMINS:
        assert code_of(answer) == (403, "FORBIDDEN")
        assert answer.json()["error"]["details"]["scope"] == ["admin"]
    else:
        assert answer.status_code not in (401, 403), answer.text


def test_who_reads_a_setting_reads_its_history_too_and_the_audit_stays_the_operators(
    admin: httpx.Client, reader: httpx.Client
) -> None:
    """A setting itself says who changed it last and why; the history says the same of the changes before."""
    setting = "/api/v1/config/orders.cancel_after_max_seconds/"
    for value in (3_600, 7_200):
        answer = admin.put(setting, json={"value": value, "reason": f"for {value}"})
        assert answer.status_code == 200, answer.text
    shown = reader.get(setting).json()["data"]
    newest, oldest = reader.get(f"{setting}history/").json()["data"]["items"][:2]
    assert (newest["author"], newest["reason"]) == (shown["changed_by"], shown["reason"])
    assert (oldest["new_value"], oldest["reason"]) == (3_600, "for 3600")
    assert code_of(reader.get("/api/v1/audit/")) == (403, "FORBIDDEN")
    assert admin.delete(setting).status_code == 200


def test_pages_for_people_and_monitors_answer_and_tell_nothing(stranger: httpx.Client) -> None:
    for path in ("/livez", "/readyz", "/healthz", "/api/schema/", "/api/docs/", "/admin/login/"):
        assert stranger.get(path).status_code == 200, path
    for path in ("/health", "/metrics", "/api/v1/nowhere/"):
        assert stranger.get(path).status_code == 401, path


def test_a_page_of_another_origin_may_ask_beforehand(stranger: httpx.Client, server: Server) -> None:
    answer = stranger.options(
        "/api/v1/orders/", headers={"Origin": server.url, "Access-Control-Request-Method": "POST"}
    )
    assert answer.status_code in (204, 403)


# Accounts ------------------------------------------------------------------------------------------------------------


def test_objects_of_another_account_are_not_there(
    server: Server, admin: httpx.Client, make_key: Callable[..., dict[str, Any]]
) -> None:
    mine = admin.post("/api/v1/accounts/", json={"name": "mine", "balances": {"USDT": "1000"}}).json()["data"]["id"]
    other = admin.post("/api/v1/accounts/", json={"name": "other", "balances": {"USDT": "1000"}}).json()["data"]["id"]
    order = {"symbol": "BTC-USDT", "side": "buy", "type": "limit", "quantity": "0.001", "price": "10000"}
    placed = admin.post("/api/v1/orders/", json=order, headers={"X-Account": other}).json()["data"]["id"]
    with client_of(server, make_key("trade", accounts=[mine])["token"]) as owner:
        own = owner.post("/api/v1/orders/", json=order)
        assert (own.status_code, own.json()["data"]["account"]) == (201, mine), "its first account is meant"
        assert [each["id"] for each in owner.get("/api/v1/accounts/").json()["data"]["items"]] == [mine]
        assert code_of(owner.get("/api/v1/balances/", headers={"X-Account": other})) == (404, "UNKNOWN_ACCOUNT")
        for method, path in (
            ("GET", f"/api/v1/accounts/{other}/"),
            ("POST", f"/api/v1/accounts/{other}/reset/"),
            ("GET", f"/api/v1/orders/{placed}/"),
            ("DELETE", f"/api/v1/orders/{placed}/"),
        ):
            assert owner.request(method, path, json=None if method == "GET" else {}).status_code == 404, path
    assert admin.get(f"/api/v1/orders/{placed}/", headers={"X-Account": other}).json()["data"]["status"] == "open"


# Keys over REST ------------------------------------------------------------------------------------------------------


def test_a_token_is_shown_once(admin: httpx.Client, make_key: Callable[..., dict[str, Any]]) -> None:
    made = make_key("read")
    assert made["token"].startswith("sbk_")
    for answer in (admin.get(f"/api/v1/keys/{made['id']}/"), admin.get("/api/v1/keys/", params={"limit": 100})):
        assert answer.status_code == 200
        assert made["token"].rpartition("_")[2] not in answer.text
    shown = admin.get(f"/api/v1/keys/{made['id']}/").json()["data"]
    assert (shown["name"], shown["status"], shown["scopes"]) == ("test", "active", ["read"])


def test_a_repeated_creation_does_not_keep_the_token(admin: httpx.Client, server: Server) -> None:
    headers = {"Idempotency-Key": "make-one"}
    body = {"name": "twice", "scopes": ["read"]}
    first, second = (admin.post("/api/v1/keys/", json=body, headers=headers) for _ in range(2))
    assert first.status_code == 201
    secret = first.json()["data"]["token"].rpartition("_")[2]
    assert secret not in second.text
    for file in server.folder.rglob("*"):
        if file.is_file():
            assert secret.encode() not in file.read_bytes(), file


@pytest.mark.parametrize(
    ("field", "value"),
    [("scopes", []), ("scopes", ["all"]), ("name", ""), ("addresses", ["10.0.0.1/8"]), ("accounts", ["no account!"]),
     ("requests_per_second", 0), ("expires_at", "2001-01-01T00:00:00Z"), ("expires_at", "soon")],
)  # fmt: skip
def test_a_key_that_cannot_be_is_refused_by_its_field(admin: httpx.Client, field: str, value: Any) -> None:
    answer = admin.post("/api/v1/keys/", json={"name": "wrong", "scopes": ["read"], field: value})
    assert answer.status_code == 400, answer.text
    assert any(name.startswith(field) for name in answer.json()["error"]["details"]), answer.text


def test_a_revoked_key_is_over_at_once_and_stays_listed(
    server: Server, admin: httpx.Client, make_key: Callable[..., dict[str, Any]]
) -> None:
    made = make_key("read")
    with client_of(server, made["token"]) as owner:
        assert owner.get("/api/v1/markets/").status_code == 200
        assert admin.delete(f"/api/v1/keys/{made['id']}/").status_code == 200
        assert code_of(owner.get("/api/v1/markets/")) == (401, "UNAUTHENTICATED")
    assert admin.get(f"/api/v1/keys/{made['id']}/").json()["data"]["status"] == "revoked"
    actions = admin.get("/api/v1/audit/", params={"object": made["id"]}).json()["data"]["items"]
    assert [each["action"] for each in actions] == ["keys.destroy", "keys.create"]
    assert made["token"].rpartition("_")[2] not in json.dumps(actions)


def test_a_key_the_command_revoked_is_over_soon(server: Server, admin: httpx.Client) -> None:
    token = server.add_key("by command", "--scope", "read")
    with client_of(server, token) as owner:
        until(lambda: owner.get("/api/v1/markets/").status_code == 200)
        keys = admin.get("/api/v1/keys/", params={"limit": 100}).json()["data"]["items"]
        (key_id,) = [each["id"] for each in keys if each["name"] == "by command"]
        assert server.run_command("key", "revoke", key_id).returncode == 0
        until(lambda: owner.get("/api/v1/markets/").status_code == 401)


@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer",
        "Bearer nonsense",
        "Basic dTpw",
        "bearer sbk_x_y",
        "Bearer sbk_" + "a" * 5_000,
        "Bearer \xff",
    ],
)
def test_what_is_no_key_gets_the_same_answer(server: Server, authorization: str) -> None:
    # An address of its own, as wrong keys count against it.
    with httpx.Client(base_url=server.url, transport=httpx.HTTPTransport(local_address="127.0.0.7")) as client:
        answer = client.get("/api/v1/markets/", headers=[(b"authorization", authorization.encode("latin1"))])
    assert answer.status_code in (401, 429)
    assert answer.headers["x-trace-id"]


def test_wrong_keys_are_slowed_down_and_the_right_one_behind_the_same_address_is_not(server: Server) -> None:
    transport = httpx.HTTPTransport(local_address="127.0.0.8")
    with httpx.Client(base_url=server.url, transport=transport) as client:
        wrong = [
            client.get("/api/v1/markets/", headers={"Authorization": f"Bearer sbk_{number}_x"}) for number in range(15)
        ]
        assert [each.status_code for each in wrong[:10]] == [401] * 10
        assert wrong[-1].status_code == 429
        assert int(wrong[-1].headers["retry-after"]) >= 1
        right = client.get("/api/v1/markets/", headers={"Authorization": f"Bearer {server.key}"})
        assert right.status_code == 200


def test_a_key_is_held_to_its_addresses(server: Server, make_key: Callable[..., dict[str, Any]]) -> None:
    token = make_key("read", addresses=["127.0.0.9/32"])["token"]
    for address, status in (("127.0.0.9", 200), ("127.0.0.10", 401)):
        transport = httpx.HTTPTransport(local_address=address)
        with httpx.Client(base_url=server.url, transport=transport) as client:
            answer = client.get("/api/v1/markets/", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == status, answer.text


def test_a_key_has_its_own_rate(server: Server, make_key: Callable[..., dict[str, Any]], admin: httpx.Client) -> None:
    with client_of(server, make_key("read", requests_per_second=0.1)["token"]) as slow:
        assert [slow.get("/api/v1/markets/").status_code for _ in range(3)] == [200, 429, 429]
    assert admin.get("/api/v1/markets/").status_code == 200


# Sockets -------------------------------------------------------------------------------------------------------------


def open_socket(server: Server, key: str | None = None, *, account: str = "", **more: Any) -> ClientConnection:
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    query = f"?account={account}" if account else ""
    return connect(f"{server.websocket_url}{query}", additional_headers=headers, open_timeout=DEADLINE_S, **more)


def asked(socket: ClientConnection, message: dict[str, Any]) -> dict[str, Any]:
    """The answer to a message, past the frames of channels."""
    socket.send(json.dumps(message))
    while True:
        frame: dict[str, Any] = json.loads(socket.recv(timeout=DEADLINE_S))
        if frame.get("id") == message["id"]:
            return frame


def test_no_socket_opens_without_a_key(server: Server) -> None:
    for key in (None, "sbk_wrong_key"):
        with pytest.raises(InvalidStatus) as refusal:
            open_socket(server, key)
        assert refusal.value.response.status_code in (401, 429)


def test_a_refused_handshake_is_in_the_access_log_and_no_error(server: Server, admin: httpx.Client) -> None:
    with pytest.raises(InvalidStatus):
        open_socket(server, "sbk_wrong_key")
    lines = admin.get("/api/v1/system/logs/", params={"logger": "gateway.access", "limit": 200}).json()["data"]["items"]
    assert any(line["extra"]["path"] == "/ws" and line["extra"]["status"] in (401, 429) for line in lines)
    assert admin.get("/api/v1/system/logs/", params={"level": "ERROR"}).json()["data"]["items"] == []


def test_a_key_in_a_path_is_not_kept(server: Server, admin: httpx.Client, stranger: httpx.Client) -> None:
    stranger.get("/api/v1/orders/sbk_somebodys_own/")
    assert "somebodys" not in admin.get("/api/v1/system/logs/", params={"limit": 100}).text
    for file in server.folder.rglob("gateway.log.*"):
        assert "somebodys" not in file.read_text()


def test_a_page_may_send_its_key_as_a_subprotocol_and_never_gets_it_back(server: Server) -> None:
    with open_socket(server, subprotocols=["sandbar", f"sandbar.key.{server.key}"]) as socket:
        assert socket.subprotocol == "sandbar"
        assert asked(socket, {"op": "ping", "id": 1})["type"] == "pong"
        assert str(server.key) not in str(socket.response.headers)


def test_a_socket_does_what_its_key_may(server: Server, make_key: Callable[..., dict[str, Any]]) -> None:
    for scope in ("read", "trade", "admin"):
        with open_socket(server, make_key(scope)["token"]) as socket:
            answer = asked(socket, {"op": "subscribe", "id": 1, "channels": ["logs", "ticker:BTC-USDT"]})
        assert ("FORBIDDEN" in json.dumps(answer)) == (scope != "admin"), answer


def test_a_socket_of_another_account_is_not_there(server: Server, make_key: Callable[..., dict[str, Any]]) -> None:
    token = make_key("trade", accounts=["elsewhere"])["token"]
    with open_socket(server, token, account="default") as socket, pytest.raises(ConnectionClosed):
        while True:
            assert "UNKNOWN_ACCOUNT" in str(socket.recv(timeout=DEADLINE_S))


def test_a_key_revoked_while_its_socket_lives_ends_it(
    server: Server, admin: httpx.Client, make_key: Callable[..., dict[str, Any]]
) -> None:
    made = make_key("read")
    with open_socket(server, made["token"]) as socket:
        assert asked(socket, {"op": "ping", "id": 1})["type"] == "pong"
        admin.delete(f"/api/v1/keys/{made['id']}/")
        _assert_ended(socket)


def test_a_key_that_expires_while_its_socket_lives_ends_it(
    server: Server, make_key: Callable[..., dict[str, Any]]
) -> None:
    soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3))
    with open_socket(server, make_key("read", expires_at=soon)["token"]) as socket:
        _assert_ended(socket)


def _assert_ended(socket: ClientConnection) -> None:
    """The server says why, and closes."""
    with pytest.raises(ConnectionClosed) as end:
        while True:
            socket.recv(timeout=DEADLINE_S)
    assert end.value.rcvd is not None
    assert end.value.rcvd.code == KEY_LOST


# Starts --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"GATEWAY_HOST": "0.0.0.0"}, ("GATEWAY_HOST", "DISABLE_AUTH")),
        ({"DISABLE_AUTH": "0", "PERSONAL_API_KEY_ENABLED": "0"}, ("DISABLE_AUTH", "PERSONAL_API_KEY_ENABLED")),
    ],
)
def test_a_gateway_that_anybody_could_use_does_not_start(
    tmp_path: Path, environment: dict[str, str], words: tuple[str, ...]
) -> None:
    refused = Server(tmp_path, environment).run_command("serve")
    assert refused.returncode != 0
    assert all(word in refused.stdout + refused.stderr for word in words)
