"""Two gateways on one Redis and one Postgres: what they share, and what goes on while one of these is away."""

import importlib.util
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.people import DEADLINE_S, Trader
from tests.journeys.test_journey_restart import MARKET
from tests.postgres import run_postgres
from tests.redis_server import RedisServer, require_redis
from tests.server import Server

PATH = "config/risk.max_open_orders/"


def made_in(folder: Path, **environment: str) -> Server:
    folder.mkdir()
    if "PYTHONPATH" in os.environ:  # where a driver may be that is not among the pinned packages
        environment["PYTHONPATH"] = os.environ["PYTHONPATH"]
    return Server(folder, environment)


def wait_for(trader: Trader, path: str, status: int) -> None:
    """Ask until that is the answer; what it was last is part of the failure."""
    deadline_s = time.monotonic() + DEADLINE_S
    while (found := trader.client.get(path).status_code) != status:
        assert time.monotonic() < deadline_s, f"{path} still answers {found}"
        time.sleep(0.05)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    require_redis()
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.kill()


def test_two_gateways_count_the_rate_of_a_client_together(redis: RedisServer, tmp_path: Path) -> None:
    environment = {"REDIS_URL": f"redis://127.0.0.1:{redis.port}/0", "RATE_LIMIT_RPS": "1"}
    with ExitStack() as stack:
        traders = []
        for name in ("first", "second"):
            server = made_in(tmp_path / name, **environment)
            stack.callback(server.stop)
            server.start()
            traders.append(stack.enter_context(Trader(server.url)))
        statuses: list[int] = []
        while 429 not in statuses:
            statuses.append(traders[0].client.get("markets/").status_code)
            assert len(statuses) < 100
        assert statuses[:2] == [200, 200]
        assert traders[1].client.get("markets/").status_code == 429
        health = traders[1].client.get(traders[1].url + "/health").json()["data"]
        assert {"in Redis"} == {check["detail"] for check in health["checks"] if check["name"] == "cache"}


@pytest.fixture(scope="module")
def on_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Server]]:
    if importlib.util.find_spec("psycopg") is None:
        pytest.skip("Django's driver of Postgres is not installed: pip install psycopg")
    folder = tmp_path_factory.mktemp("postgres")
    with run_postgres() as postgres:
        environment = {"DATABASE_URL": postgres.make_database("sandbar"), "RATE_LIMIT_RPS": "0"}
        server = made_in(folder / "first", **environment)
        server.start()
        yield postgres, server
        server.stop()


def test_trading_goes_on_while_postgres_is_away_and_the_rest_says_so(on_postgres: tuple[Any, Server]) -> None:
    postgres, server = on_postgres
    with Trader(server.url) as trader:
        trader.wait_until("markets/", lambda markets: any(m["symbol"] == "BTC-USDT" for m in markets["items"]))
        trader.call("PUT", PATH, json={"value": 77, "reason": "Before."})
        postgres.kill()
        assert trader.place(**MARKET)["status"] == "filled"
        assert trader.get("orders/", status="all")["items"]
        answers = [
            trader.client.put(PATH, json={"value": 78, "reason": "Meanwhile."}),
            trader.client.get("datasets/"),
            trader.client.get("jobs/"),
        ]
        assert [answer.status_code for answer in answers] == [503, 503, 503]
        assert answers[1].json()["error"]["code"] == "DATABASE_UNAVAILABLE"
        wait_for(trader, server.url + "/readyz", 503)
        assert trader.get(PATH)["value"] == 77
        postgres.start()
        wait_for(trader, server.url + "/readyz", 200)
        wait_for(trader, "datasets/", 200)
        assert trader.call("PUT", PATH, json={"value": 79, "reason": "After."})["value"] == 79


def test_an_installation_on_postgres_is_backed_up_while_it_runs(
    on_postgres: tuple[Any, Server], tmp_path: Path
) -> None:
    postgres, server = on_postgres
    with Trader(server.url) as trader:
        trader.wait_until("markets/", lambda markets: any(m["symbol"] == "BTC-USDT" for m in markets["items"]))
        trader.call("PUT", PATH, json={"value": 55, "reason": "To be kept."})
        placed = trader.place(**MARKET)
        made = server.run_command("backup", str(tmp_path / "backup"))
        assert made.returncode == 0, made.stderr
        trader.call("PUT", PATH, json={"value": 56, "reason": "Too late."})
    other = made_in(tmp_path / "other", DATABASE_URL=postgres.make_database("other"))
    restored = other.run_command("restore", str(tmp_path / "backup"))
    assert restored.returncode == 0, restored.stderr
    other.migrate()
    other.start()
    try:
        with Trader(other.url) as trader:
            assert trader.get(PATH)["value"] == 55
            assert trader.get(f"orders/{placed['id']}/")["status"] == "filled"
    finally:
        other.stop()
