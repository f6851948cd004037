"""Many writers at once, a restart, a command beside the gateway, two gateways on one database: real processes."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.journeys.people import Trader
from tests.server import run_server

WRITERS = 16
KEY = "config/risk.max_open_orders/"
NO_LIMIT = {"RATE_LIMIT_RPS": "0"}


def set_at_once(url: str, bodies: list[dict[str, Any]]) -> list[httpx.Response]:
    """Each body by a client of its own, all together."""

    def put(body: dict[str, Any]) -> httpx.Response:
        return httpx.put(f"{url}/api/v1/{KEY}", json=body, timeout=60)

    with ThreadPoolExecutor(WRITERS) as writers:
        return list(writers.map(put, bodies))


def test_writers_at_once_lose_nothing_and_who_saw_an_old_revision_is_told(tmp_path: Path) -> None:
    with run_server(tmp_path, NO_LIMIT) as server, Trader(server.url) as operator:
        answers = set_at_once(server.url, [{"value": 100 + number, "revision": 0} for number in range(WRITERS)])
        assert sorted(answer.status_code for answer in answers) == [200] + [409] * (WRITERS - 1)
        (won,) = [answer.json()["data"]["value"] for answer in answers if answer.status_code == 200]
        for lost in (answer.json()["error"] for answer in answers if answer.status_code == 409):
            assert lost["code"] == "CONFIG_CHANGED"
            assert (lost["details"]["current_value"], lost["details"]["revision"]) == (won, 1)
            assert lost["details"]["value"] != won
        answers = set_at_once(server.url, [{"value": 200 + number} for number in range(WRITERS)])
        assert {answer.status_code for answer in answers} == {200}
        history = operator.everything(f"{KEY}history/")[::-1]
        assert [each["revision"] for each in history] == list(range(1, WRITERS + 2))
        assert [each["old_value"] for each in history[1:]] == [each["new_value"] for each in history[:-1]]
        assert {each["new_value"] for each in history[1:]} == {200 + number for number in range(WRITERS)}
        assert operator.get(KEY)["value"] == history[-1]["new_value"]


def test_what_was_set_is_there_after_a_kill(tmp_path: Path) -> None:
    with run_server(tmp_path, NO_LIMIT) as server, Trader(server.url) as operator:
        before = operator.call("PUT", KEY, json={"value": 1, "reason": "One will do."})
        operator.call("PUT", "config/accounts.taker_fee_bps/", json={"value": 7.5})
        server.kill()
        server.start()
        assert operator.get(KEY) == before
        assert operator.call("POST", "accounts/", json={"name": "New"})["fees"]["taker_bps"] == 7.5
        order = {"symbol": "BTC-USDT", "side": "buy", "type": "limit", "quantity": "0.01", "price": "1000"}
        assert operator.place(**order)["status"] == "open"
        second = operator.client.post("orders/", json=order)
        assert (second.status_code, second.json()["error"]["code"]) == (422, "RISK_MAX_OPEN_ORDERS")


@pytest.mark.parametrize("kind", ["uvicorn", "daphne"])
def test_a_command_and_another_gateway_on_the_database_are_noticed(tmp_path: Path, kind: str) -> None:
    shared = NO_LIMIT | {"DATABASE_URL": f"sqlite:///{tmp_path}/one/var/sandbar.sqlite3", "GATEWAY_SERVER": kind}
    with (
        run_server(tmp_path / "one", NO_LIMIT | {"GATEWAY_SERVER": kind}) as one,
        run_server(tmp_path / "two", shared) as two,
        Trader(one.url) as first,
        Trader(two.url) as second,
    ):
        done = one.run_command("config", "set", "risk.max_open_orders", "77", "--reason", "by hand")
        assert done.returncode == 0, done.stderr
        for operator in (first, second):
            shown = operator.wait_until(KEY, lambda setting: setting["revision"] == 1)
            assert (shown["value"], shown["reason"], shown["source"]) == (77, "by hand", "revision")
        second.call("PUT", KEY, json={"value": 78, "revision": 1})
        assert first.wait_until(KEY, lambda setting: setting["revision"] == 2)["value"] == 78
        done = two.run_command("config", "get", "risk.max_open_orders", "--json")
        assert json.loads(done.stdout)["value"] == 78
