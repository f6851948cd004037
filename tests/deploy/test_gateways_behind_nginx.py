"""Two real gateways behind a real nginx with the file of deploy/: an account is always with the same one."""

import json
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from tests.deploy.installation import ENVIRONMENT, HOST, Installation
from tests.deploy.nginx import find_nginx, run_nginx
from tests.server import Server

ACCOUNTS = [f"desk-{number}" for number in range(12)]
ORDER = {"symbol": "BTC-USDT", "side": "buy", "type": "market", "quantity": "0.01"}


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    find_nginx()
    folder = tmp_path_factory.mktemp("installation")
    with ExitStack() as stack:
        gateways = []
        for name in ("first", "second"):
            (folder / name).mkdir()
            gateways.append(Server(folder / name, ENVIRONMENT))
            stack.callback(gateways[-1].stop)
            gateways[-1].start()
        nginx = stack.enter_context(run_nginx(folder / "nginx", [each.port for each in gateways]))
        found = Installation(nginx, gateways)
        for account in ACCOUNTS:
            opened = found.ask("POST", "/api/v1/accounts/", account, json={"id": account, "name": account})
            assert opened.status_code == 201, opened.text
        yield found
        found.client.close()


def test_an_account_is_with_one_gateway_and_both_have_some(installation: Installation) -> None:
    owners = [installation.owners(account) for account in ACCOUNTS]
    assert all(len(each) == 1 for each in owners), owners
    assert {each[0] for each in owners} == {0, 1}


def test_an_account_is_reached_by_header_and_by_path(installation: Installation) -> None:
    for account in ACCOUNTS:
        assert installation.ask("GET", f"/api/v1/accounts/{account}/").status_code == 200
        assert installation.ask("GET", f"/api/v1/accounts/{account}/", "somebody-else").status_code == 200
        placed = installation.ask("POST", "/api/v1/orders/", account, json=ORDER)
        assert placed.status_code == 201, placed.text
        assert placed.headers["strict-transport-security"]


def test_a_socket_reaches_the_gateway_of_its_account(installation: Installation) -> None:
    for account in ACCOUNTS:
        with installation.socket(f"/ws?account={account}") as by_query:
            by_query.send(json.dumps({"op": "subscribe", "id": 1, "channels": ["orders"]}))
            assert any(json.loads(by_query.recv(10)).get("channel") == "orders" for _ in range(5))
    with installation.socket(
        "/ws", additional_headers={"X-Account": ACCOUNTS[0]}, origin=f"https://{HOST}"
    ) as by_header:
        by_header.send(json.dumps({"op": "ping", "id": 4}))
        assert json.loads(by_header.recv(10)) == {"type": "pong", "id": 4}
    with pytest.raises(InvalidStatus), installation.socket("/ws", origin="https://evil.example"):
        pytest.fail("a foreign origin came in")


def test_plain_http_and_the_figures_are_not_served(installation: Installation) -> None:
    moved = httpx.get(f"http://127.0.0.1:{installation.nginx.http_port}/trading?x=1", headers={"Host": HOST})
    assert (moved.status_code, moved.headers["location"]) == (308, f"https://{HOST}/trading?x=1")
    assert installation.ask("GET", "/metrics").status_code == 404
    assert httpx.get(f"{installation.gateways[0].url}/metrics").status_code == 200
    assert installation.client.get("/readyz", headers={"Host": "evil.example"}).status_code == 400


def test_what_a_client_says_of_its_own_address_does_not_count(installation: Installation) -> None:
    answer = installation.client.get(
        "/api/v1/markets/", headers={"X-Forwarded-For": "9.9.9.9", "X-Trace-Id": "forwarded-1", "X-Account": "default"}
    )
    assert answer.status_code == 200
    clients = {
        line["client"]
        for gateway in installation.gateways
        for line in gateway.log_lines("forwarded-1")
        if "client" in line
    }
    assert "9.9.9.9" not in str(clients)


def test_built_files_are_kept_by_nginx(installation: Installation) -> None:
    path = "/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui.css"
    first, second = (installation.ask("GET", path) for _ in range(2))
    assert first.status_code == second.status_code == 200
    assert second.headers["x-cache"] in ("HIT", "MISS")
    assert first.content == second.content
