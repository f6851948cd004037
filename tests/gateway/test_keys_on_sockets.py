"""Sockets of a gateway that asks for keys, over real connections: the handshake, the accounts, and the end with the key."""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.journeys.people import Trader, authorization
from tests.server import Server, run_server

DEADLINE_S = 20.0
KEY_LOST = 4401
BARS = "time,open,high,low,close,volume\n" + "".join(f"{1_546_300_800 + 60 * n},2.5,4,1,3,10.125\n" for n in range(9))


@pytest.fixture(scope="module", params=["uvicorn", "daphne"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A gateway that asks for keys and writes down all that it can."""
    environment = {
        "GATEWAY_SERVER": request.param,
        "DISABLE_AUTH": "0",
        "PERSONAL_API_KEY_ENABLED": "1",
        "RATE_LIMIT_RPS": "0",
        "LOG_LEVEL": "TRACE",
    }
    with run_server(tmp_path_factory.mktemp(request.param), environment) as running:
        yield running


@pytest.fixture
def admin(server: Server) -> Iterator[Trader]:
    with Trader(server.url, key=server.key) as found:
        yield found


@pytest.fixture
def make_key(admin: Trader) -> Callable[..., dict[str, Any]]:
    def make(*scopes: str, **more: Any) -> dict[str, Any]:
        made: dict[str, Any] = admin.call("POST", "keys/", json={"name": "test", "scopes": list(scopes), **more})
        return made

    return make


def open_socket(server: Server, key: str | None = None, query: str = "", **more: Any) -> ClientConnection:
    more.setdefault("additional_headers", authorization(key))
    return connect(f"{server.websocket_url}{query}", open_timeout=DEADLINE_S, **more)


def answers_to(socket: ClientConnection, op: str, **more: Any) -> list[dict[str, Any]]:
    """What a request brought, up to its ack, pong or result."""
    socket.send(json.dumps({"op": op, "id": 7, **more}))
    frames: list[dict[str, Any]] = []
    while not frames or frames[-1]["type"] not in ("ack", "pong", "result"):
        frame: dict[str, Any] = json.loads(socket.recv(timeout=DEADLINE_S))
        if frame.get("id") == 7:
            frames.append(frame)
    return frames


def end_of(socket: ClientConnection) -> tuple[int, str, list[dict[str, Any]]]:
    """The close code, its reason, and all frames before it."""
    frames = []
    with pytest.raises(ConnectionClosed) as end:
        while True:
            frames.append(json.loads(socket.recv(timeout=DEADLINE_S)))
    assert end.value.rcvd is not None
    return end.value.rcvd.code, end.value.rcvd.reason, frames


# The handshake --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "?account=default"])
@pytest.mark.parametrize("key", [None, "", "sbk_nobody"])
def test_a_handshake_without_a_key_is_refused(server: Server, key: str | None, path: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        open_socket(server, key, path)
    answer = refused.value.response
    if server.environment["GATEWAY_SERVER"] == "daphne":  # which cannot answer a handshake with more than that
        assert answer.status_code == 403
        return
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    envelope = json.loads(answer.body)
    assert (envelope["error"]["code"], envelope["data"]) == ("UNAUTHENTICATED", None)
    assert envelope["trace_id"] == answer.headers["x-trace-id"]


@pytest.mark.parametrize("protocols", [["sandbar"], ["sandbar.key."], ["sandbar", "sandbar.key.sbk_nobody"], ["other"]])
def test_a_handshake_whose_protocols_hold_no_right_key_is_refused(server: Server, protocols: list[str]) -> None:
    with pytest.raises(InvalidStatus) as refused:
        open_socket(server, subprotocols=protocols)
    assert refused.value.response.status_code in (
        (403,) if server.environment["GATEWAY_SERVER"] == "daphne" else (401,)
    )


def test_a_program_sends_its_key_in_the_header(server: Server) -> None:
    with open_socket(server, server.key) as socket:
        assert answers_to(socket, "ping")[-1]["type"] == "pong"
        assert socket.subprotocol is None


def test_a_page_sends_its_key_as_a_protocol_and_is_answered_with_the_other(server: Server) -> None:
    offered = ["sandbar", f"sandbar.key.{server.key}"]
    with open_socket(server, subprotocols=offered, origin=server.url) as socket:
        assert answers_to(socket, "ping")[-1]["type"] == "pong"
        assert socket.subprotocol == "sandbar"
        assert socket.response is not None
        assert str(server.key) not in "\n".join(
            f"{name}: {value}" for name, value in socket.response.headers.raw_items()
        )


# What it may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", ["read", "trade", "admin"])
def test_channels_are_those_of_its_scope(server: Server, make_key: Callable[..., dict[str, Any]], scope: str) -> None:
    with open_socket(server, make_key(scope)["token"]) as socket:
        *refusals, ack = answers_to(socket, "subscribe", channels=["logs", "orders", "system"])
    held = [each["name"] for each in ack["channels"]]
    if scope == "admin":
        assert (refusals, held) == ([], ["logs", "orders", "system"])
    else:
        assert [(each["code"], each["channel"]) for each in refusals] == [("FORBIDDEN", "logs")]
        assert "admin" in refusals[0]["message"]
        assert held == ["orders", "system"]


def test_its_private_channels_are_those_of_its_account_and_a_job_of_another_is_not_there(
    server: Server, admin: Trader, make_key: Callable[..., dict[str, Any]]
) -> None:
    mine, other = (admin.call("POST", "accounts/", json={"name": name})["id"] for name in ("mine", "other"))
    token = make_key("trade", accounts=[mine])["token"]
    order = {"symbol": "BTC-USDT", "side": "buy", "type": "limit", "quantity": "0.001", "price": "10000"}
    with Trader(server.url, other, server.key) as owner, Trader(server.url, mine, token) as bound:
        file = server.folder / "bars.csv"
        file.write_text(BARS)
        owner.import_file(file, symbol="NEW-USD", interval="1m", kind="candles")
        (job,) = owner.get("jobs/")["items"]
        with open_socket(server, token) as socket:
            *refusals, ack = answers_to(socket, "subscribe", channels=["orders", "jobs", f"jobs:{job['id']}"])
            assert [(each["code"], each["channel"]) for each in refusals] == [("NOT_FOUND", f"jobs:{job['id']}")]
            assert [each["name"] for each in ack["channels"]] == ["orders", "jobs"]
            owner.place(**order)
            placed = bound.place(**order)
            seen = []
            while not seen or seen[-1]["type"] != "update":
                frame = json.loads(socket.recv(timeout=DEADLINE_S))
                if frame.get("channel") in ("orders", "jobs"):
                    seen.append(frame)
    assert [each["data"] for each in seen[:-1]] == [[], []], "nothing of the other account is in the snapshots"
    assert seen[-1]["data"]["id"] == placed["id"], "nor among the updates"


def test_a_socket_for_another_account_is_closed_in_the_words_for_none(
    server: Server, make_key: Callable[..., dict[str, Any]]
) -> None:
    token = make_key("trade", accounts=["mine-alone"])["token"]
    with open_socket(server, token, "?account=default") as socket:
        code, reason, frames = end_of(socket)
    assert (code, reason) == (1008, "UNKNOWN_ACCOUNT")
    assert [(each["type"], each["message"]) for each in frames] == [("error", "There is no account 'default'.")]


# The end with the key -------------------------------------------------------------------------------------------------


def assert_ends(socket: ClientConnection, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The server says why and closes; how long it took is told, not judged, as it depends on the machine too."""
    started_s = time.monotonic()
    code, reason, frames = end_of(socket)
    with capsys.disabled():
        print(f"\n{words!r}: the socket ended {time.monotonic() - started_s:.2f} s later")
    assert (code, reason) == (KEY_LOST, "UNAUTHENTICATED")
    assert (frames[-1]["type"], frames[-1]["code"]) == ("error", "UNAUTHENTICATED")
    assert words in frames[-1]["message"]


def test_a_key_revoked_over_rest_ends_its_sockets_and_no_others(
    server: Server, admin: Trader, make_key: Callable[..., dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    made, kept = make_key("read"), make_key("read")
    with open_socket(server, made["token"]) as socket, open_socket(server, kept["token"]) as other:
        answers_to(socket, "subscribe", channels=["system"])
        admin.call("DELETE", f"keys/{made['id']}/")
        assert_ends(socket, "was revoked", capsys)
        assert answers_to(other, "ping")[-1]["type"] == "pong"
    with pytest.raises(InvalidStatus):
        open_socket(server, made["token"])


def test_a_key_revoked_by_the_command_ends_its_sockets(
    server: Server, make_key: Callable[..., dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    made = make_key("read")
    with open_socket(server, made["token"]) as socket:
        answers_to(socket, "ping")
        assert server.run_command("key", "revoke", made["id"]).returncode == 0
        assert_ends(socket, "was revoked", capsys)


def test_a_key_that_expires_ends_its_sockets(
    server: Server, make_key: Callable[..., dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3))
    with open_socket(server, make_key("read", expires_at=soon)["token"]) as socket:
        answers_to(socket, "ping")
        assert_ends(socket, "has expired", capsys)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("""scopes = '["read"]'""", "was changed"),
        ("""accounts = '["default"]'""", "was changed"),
        ("""addresses = '["192.0.2.0/24"]'""", "may not be used from this address"),
    ],
)
def test_a_key_that_is_narrowed_in_the_database_ends_its_sockets(
    server: Server,
    make_key: Callable[..., dict[str, Any]],
    capsys: pytest.CaptureFixture[str],
    change: str,
    words: str,
) -> None:
    made = make_key("trade")
    with open_socket(server, made["token"]) as socket:
        answers_to(socket, "ping")
        with closing(sqlite3.connect(server.database_file, timeout=DEADLINE_S)) as database, database:
            newest = "(SELECT MAX(revision) + 1 FROM operations_apikey)"
            changed = database.execute(
                f"UPDATE operations_apikey SET {change}, revision = {newest} WHERE id = ?", (made["id"],)
            )
            assert changed.rowcount == 1
        assert_ends(socket, words, capsys)


# What is written down -------------------------------------------------------------------------------------------------


def test_no_token_is_in_any_file_of_the_gateway(
    server: Server, admin: Trader, make_key: Callable[..., dict[str, Any]]
) -> None:
    tokens = [str(server.key), make_key("read")["token"], "sbk_" + "0" * 32 + "_" + "wrong-secret" * 3 + "0123456"]
    assert {len(each) for each in tokens} == {80}
    for token in tokens:
        for more in ({"key": token}, {"subprotocols": ["sandbar", f"sandbar.key.{token}"]}):
            try:
                with open_socket(server, **more) as socket:  # type: ignore[arg-type]
                    socket.send(json.dumps({"op": f"no {token}", "id": 1}))
                    socket.recv(timeout=DEADLINE_S)
            except InvalidStatus as refused:
                assert token is tokens[-1]
                assert token.encode() not in refused.response.body
        answer = httpx.get(f"{server.url}/api/v1/markets/", headers=authorization(token))
        assert (answer.status_code, token in answer.text) == (401 if token is tokens[-1] else 200, False)
    server.stop()  # the log is complete then
    written = [file for file in server.folder.rglob("*") if file.is_file()]
    assert any("gateway.log" in file.name for file in written)
    for file in written:
        content = file.read_bytes()
        assert not any(token[37:].encode() in content for token in tokens), file
