"""Orders over real sockets, under uvicorn and under Daphne: many without waiting, scopes, limits, and clients that leave."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from tests.journeys.people import Trader, authorization
from tests.server import Server, run_server

DEADLINE_S = 20.0
MESSAGES_PER_S = 2_000
ORDER = {"symbol": "BTC-USDT", "side": "buy", "type": "limit", "quantity": "0.001", "price": "10000"}
_numbers = itertools.count(1)


@pytest.fixture(scope="module", params=["uvicorn", "daphne"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A gateway that checks keys, and takes more messages of a socket than it does unasked."""
    environment = {
        "GATEWAY_SERVER": request.param,
        "DISABLE_AUTH": "0",
        "PERSONAL_API_KEY_ENABLED": "1",
        "RATE_LIMIT_RPS": "0",
        "SOCKET_MESSAGES_PER_SECOND": str(MESSAGES_PER_S),
    }
    with run_server(tmp_path_factory.mktemp(request.param), environment) as running:
        yield running


@pytest.fixture
def account(server: Server) -> str:
    """An account of the test's own."""
    with Trader(server.url, key=server.key) as admin:
        made = admin.call("POST", "accounts/", json={"name": "mine", "balances": {"USDT": "1000000"}})
    return str(made["id"])


def open_socket(server: Server, account: str, key: str | None = None) -> ClientConnection:
    return connect(
        f"{server.websocket_url}?account={account}",
        open_timeout=DEADLINE_S,
        additional_headers=authorization(key or server.key),
    )


def send_order(socket: ClientConnection, **changes: Any) -> int:
    number = next(_numbers)
    params = {**ORDER, "client_order_id": str(number)}
    socket.send(json.dumps({"op": "order.place", "id": number, "params": params, **changes}))
    return number


def results(socket: ClientConnection, count: int) -> dict[int, dict[str, Any]]:
    """The next results, by the id of what was asked."""
    found: dict[int, dict[str, Any]] = {}
    while len(found) < count:
        frame = json.loads(socket.recv(timeout=DEADLINE_S))
        if frame["type"] == "result":
            found[frame["id"]] = frame
    return found


def orders_of(server: Server, account: str) -> list[dict[str, Any]]:
    """All orders of the account, oldest first."""
    with Trader(server.url, account, key=server.key) as trader:
        return trader.everything("orders/", status="all")[::-1]


def test_five_hundred_sent_without_waiting_are_all_answered_and_in_the_order_of_their_messages(
    server: Server, account: str
) -> None:
    with open_socket(server, account) as socket:
        sent = [send_order(socket) for _ in range(500)]
        answers = results(socket, 500)
    assert {answer["status"] for answer in answers.values()} == {201}
    assert [int(order["client_order_id"]) for order in orders_of(server, account)] == sent
    assert sorted(answers) == sent


def test_a_key_that_may_only_read_is_refused_by_its_scope(server: Server, account: str) -> None:
    with Trader(server.url, key=server.key) as admin:
        token = admin.call("POST", "keys/", json={"name": "reader", "scopes": ["read"]})["token"]
    with open_socket(server, account, token) as socket:
        number = send_order(socket)
        (answer,) = results(socket, 1).values()
    assert (answer["id"], answer["status"], answer["error"]["code"]) == (number, 403, "FORBIDDEN")
    assert answer["error"]["details"] == {"scope": ["trade"]}
    assert orders_of(server, account) == []


def test_a_key_against_repeats_holds_over_two_sockets_and_rest(server: Server, account: str) -> None:
    body = json.dumps(ORDER)
    text = f'{{"op": "order.place", "id": 1, "params": {body}, "idempotency_key": "once"}}'
    with open_socket(server, account) as one, open_socket(server, account) as other:
        one.send(text)
        first = results(one, 1)[1]
        other.send(text)
        again = results(other, 1)[1]
    headers = {"Idempotency-Key": "once", "Content-Type": "application/json", "X-Account": account}
    headers |= authorization(server.key)
    over_rest = httpx.post(f"{server.url}/api/v1/orders/", content=body, headers=headers)
    assert (again["replayed"], again["data"]) == (True, first["data"])
    assert (over_rest.json()["data"], over_rest.headers["idempotent-replayed"]) == (first["data"], "true")
    assert len(orders_of(server, account)) == 1


def test_an_order_whose_client_leaves_is_whole_or_absent(server: Server, account: str) -> None:
    for _ in range(20):
        with open_socket(server, account) as socket:
            send_order(socket)
    found = orders_of(server, account)
    assert {order["status"] for order in found} <= {"open"}
    with open_socket(server, account) as socket:
        send_order(socket)
        assert next(iter(results(socket, 1).values()))["status"] == 201
