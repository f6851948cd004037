"""Two real gateways behind a real nginx with the file of deploy/: an account is always with the same one."""

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.deploy.nginx import Nginx, find_nginx, run_nginx
from tests.server import Server

HOST = "desk.example.org"
ACCOUNTS = [f"desk-{number}" for number in range(12)]
ORDER = {"symbol": "BTC-USDT", "side": "buy", "type": "market", "quantity": "0.01"}


class Installation:
    """Two gateways, nginx, and a client of it."""

    def __init__(self, nginx: Nginx, gateways: list[Server]) -> None:
        self.nginx, self.gateways = nginx, gateways
        self.url = f"https://127.0.0.1:{nginx.https_port}"
        self.trust = ssl.create_default_context(cafile=str(nginx.certificate))
        self.client = httpx.Client(base_url=self.url, verify=self.trust, headers={"Host": HOST}, timeout=30)

    def ask(self, method: str, path: str, account: str | None = None, **more: Any) -> httpx.Response:
        """A request through nginx."""
        return self.client.request(method, path, headers={} if account is None else {"X-Account": account}, **more)

    def socket(self, path: str, **more: Any) -> ClientConnection:
        """A socket through nginx, as a browser opens it: by the installation's name."""
        connection = socket.create_connection(("127.0.0.1", self.nginx.https_port), timeout=10)
        return connect(f"wss://{HOST}{path}", sock=connection, ssl=self.trust, **more)

    def owners(self, account: str) -> list[int]:
        """Which gateways have an account, asked directly."""
        answers = [httpx.get(f"{each.url}/api/v1/accounts/{account}/").status_code for each in self.gateways]
        return [number for number, status in enumerate(answers) if status == 200]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    find_nginx()
    folder = tmp_path_factory.mktemp("installation")
    environment = {
        "ALLOWED_HOSTS": HOST,
        "ALLOWED_ORIGINS": f"https://{HOST}",
        "TRUSTED_PROXIES": "127.0.0.1",
        "GATEWAY_TLS": "1",
        "RATE_LIMIT_RPS": "0",
    }
    with ExitStack() as stack:
        gateways = []
        for name in ("first", "second"):
            (folder / name).mkdir()
            gateways.append(Server(folder / name, environment))
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


def test_an_account_whose_gateway_is_away_is_not_given_to_another_one(
    installation: Installation, tmp_path: Path
) -> None:
    first = installation.gateways[0]
    mine = next(account for account in ACCOUNTS if installation.owners(account) == [0])
    other = next(account for account in ACCOUNTS if installation.owners(account) == [1])
    first.kill()
    try:
        for _ in range(3):
            refused = installation.ask("POST", "/api/v1/orders/", mine, json=ORDER)
            assert (refused.status_code, refused.json()["error"]["code"]) == (503, "UNAVAILABLE")
            assert refused.headers["retry-after"] == "5"
            assert installation.ask("POST", "/api/v1/orders/", other, json=ORDER).status_code == 201
    finally:
        first.start()
    assert installation.ask("GET", "/api/v1/orders/", mine).status_code == 200
