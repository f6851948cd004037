"""The audit where gateways share a database: one tells what all did, and nothing is lost while the database is away."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from tests.postgres import PostgresServer
from tests.server import Server, ServerFailed
from tests.shared_journal import gateway_of, run_shared_postgres
from tests.waiting import until

SEEN_WITHIN_S = 30.0
SETTING = "risk.max_open_orders"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[PostgresServer, Server, Server]]:
    folder = tmp_path_factory.mktemp("audits")
    with run_shared_postgres() as postgres, ExitStack() as stack:
        url = postgres.make_database("journals")
        first, second = (gateway_of(folder, name, url) for name in ("first", "second"))
        for gateway in (first, second):
            stack.callback(gateway.stop)
            gateway.start()
        yield postgres, first, second


def set_limit(gateway: Server, value: int) -> str:
    """Change a setting, which is in tables of the gateway's own; the request's trace id."""
    body = {"value": value, "reason": "A test."}
    answer = httpx.put(f"{gateway.url}/api/v1/config/{SETTING}/", json=body, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.headers["x-trace-id"]


def sources_of(gateway: Server, trace_id: str) -> list[str]:
    """The chains in which a gateway finds what a request did."""
    answer = httpx.get(f"{gateway.url}/api/v1/audit/", params={"trace_id": trace_id}, timeout=30)
    return [each["source"] for each in answer.json()["data"]["items"]] if answer.status_code == 200 else []


def health_of_audit(gateway: Server) -> dict[str, Any]:
    """What it says of its audit; no status while it answers 503, that all of it is away."""
    told = httpx.get(f"{gateway.url}/health", timeout=30).json()["data"]
    checks = [] if told is None else told["checks"]
    return next((dict(check) for check in checks if check["name"] == "audit"), {"status": None})


def test_each_gateway_tells_what_the_other_did_also_when_that_one_is_gone(
    pair: tuple[PostgresServer, Server, Server],
) -> None:
    _, first, second = pair
    here, there = set_limit(first, 301), set_limit(second, 302)
    assert sources_of(first, here) == ["audit"]
    until(lambda: sources_of(first, there) == ["audit@second"], SEEN_WITHIN_S)
    until(lambda: sources_of(second, here) == ["audit@first"], SEEN_WITHIN_S)
    first.kill()
    assert sources_of(second, here) == ["audit@first"]
    assert not (first.state_dir / "audit.sqlite3").exists()
    first.start()
    assert sources_of(first, here) == ["audit"]


def test_what_is_done_while_the_database_is_away_is_recorded_when_it_is_back(
    pair: tuple[PostgresServer, Server, Server],
) -> None:
    postgres, first, second = pair
    postgres.kill()
    try:
        meanwhile = [set_limit(first, value) for value in (401, 402, 403)]
        until(lambda: health_of_audit(first)["status"] == "degraded", SEEN_WITHIN_S)
        assert "Not written at present" in health_of_audit(first)["detail"]
        away = gateway_of(first.folder.parent, "third", first.environment["JOURNAL_URL"])
        with pytest.raises(ServerFailed, match="shared audit cannot be reached"):
            away.start()
    finally:
        postgres.start()
    until(lambda: [sources_of(first, each) for each in meanwhile] == [["audit"]] * 3, SEEN_WITHIN_S)
    until(lambda: health_of_audit(first)["status"] == "ok", SEEN_WITHIN_S)
    verified = second.run_command("audit", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "audit@first: " in verified.stdout
