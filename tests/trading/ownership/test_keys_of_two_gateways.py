"""Keys where gateways share a journal: one that was made on a gateway opens the other one too, and is over on both."""

from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from tests.server import Server
from tests.shared_journal import gateway_of, run_shared_postgres
from tests.waiting import until

KNOWN_WITHIN_S = 20.0
TAKEN_OVER_WITHIN_S = 40.0
NOT_LET_IN = (401, 429)
"""The second once an address has tried too many that are wrong."""

ORDER = {"symbol": "BTC-USDT", "side": "buy", "type": "limit", "quantity": "0.01", "price": "1000"}


@pytest.fixture(scope="module")
def gateways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    folder = tmp_path_factory.mktemp("keys")
    with run_shared_postgres() as postgres, ExitStack() as stack:
        url = postgres.make_database("journals")
        started = []
        for name in ("first", "second"):
            asks_for_keys = {"DISABLE_AUTH": "0", "PERSONAL_API_KEY_ENABLED": "1"}
            started.append(gateway_of(folder, name, url, **asks_for_keys))
            stack.callback(started[-1].stop)
            started[-1].start()
        yield started


def ask(gateway: Server, method: str, path: str, key: str | None, account: str, **more: object) -> httpx.Response:
    headers = {"X-Account": account, "Authorization": f"Bearer {key}"}
    return httpx.request(method, f"{gateway.url}/api/v1/{path}", headers=headers, timeout=30, **more)  # type: ignore[arg-type]


def test_a_key_is_good_with_who_stands_in_and_revoked_there_although_its_gateway_is_away(
    gateways: list[Server],
) -> None:
    first, second = gateways
    opened = ask(first, "POST", "accounts/", first.key, "desk", json={"id": "desk", "name": "Desk"})
    assert opened.status_code == 201, opened.text
    made = ask(
        first, "POST", "keys/", first.key, "desk", json={"name": "bot", "scopes": ["trade"], "accounts": ["desk"]}
    )
    key, key_id = made.json()["data"]["token"], made.json()["data"]["id"]
    until(lambda: ask(second, "GET", "balances/", key, "desk").status_code == 421, KNOWN_WITHIN_S)
    first.kill()
    until(lambda: ask(second, "GET", "balances/", key, "desk").status_code == 200, TAKEN_OVER_WITHIN_S)
    assert ask(second, "POST", "orders/", key, "desk", json=ORDER).status_code == 201
    forged = f"{key[:-1]}{'y' if key.endswith('x') else 'x'}"
    assert ask(second, "POST", "orders/", forged, "desk", json=ORDER).status_code in NOT_LET_IN
    assert ask(second, "GET", "config/", key, "desk").status_code == 200
    assert ask(second, "GET", "audit/", key, "desk").status_code == 403
    assert ask(second, "GET", "balances/", key, "default").status_code == 404
    assert first.run_command("key", "revoke", key_id).returncode == 0
    until(lambda: ask(second, "GET", "balances/", key, "desk").status_code in NOT_LET_IN, KNOWN_WITHIN_S)
    assert ask(second, "GET", "balances/", second.key, "desk").status_code == 200


def test_a_gateway_shows_its_own_keys_alone(gateways: list[Server]) -> None:
    _, second = gateways
    listed = ask(second, "GET", "keys/", second.key, "default").json()["data"]["items"]
    assert [each["name"] for each in listed] == ["tests"]
