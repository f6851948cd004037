"""Whatever writes leaves exactly one record, in the journal or in the audit's table; what only reads leaves none.

The gateway is a real one. A refusal is recorded a moment after its answer, a change before it: so each test ends with a
change, and what came before that is on disk then.
"""

import csv
import io
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from api.operation import Operation
from tests.gateway.test_published_schema import SCHEMA
from tests.server import Server, run_server

WRITES = [
    (method.upper(), path)
    for path, methods in SCHEMA["paths"].items()
    for method in methods
    if method.upper() not in ("GET", "HEAD", "OPTIONS")
]
ONLY_READING = {"/api/v1/orders/preview/", "/api/v1/datasets/preview/", "/api/v1/expressions/validate/"}
_numbers = count(1)

ORDER = {"symbol": "BTC-USDT", "side": "buy", "type": "limit", "quantity": "0.01", "price": "1000.00"}


class Auditor:
    """Writes under a trace id of its own, and looks for what that left."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.client = httpx.Client(base_url=server.url, timeout=20)

    def write(self, method: str, path: str, *, headers: dict[str, str] | None = None, **options: Any) -> httpx.Response:
        self.trace_id = f"write-{next(_numbers)}"
        return self.client.request(method, path, headers={"X-Trace-Id": self.trace_id, **(headers or {})}, **options)

    def settle(self) -> None:
        """Make a change: when it is answered, all refusals before it are on disk."""
        answer = self.client.put("/api/v1/feed/", json={"speed": 1.0}, headers={"X-Trace-Id": "settling"})
        assert answer.status_code == 200, answer.text

    def entries(self, **filters: Any) -> list[dict[str, Any]]:
        answer = self.client.get("/api/v1/audit/", params={"limit": 1000, **filters})
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["data"]["items"]
        return items

    def records(self) -> list[dict[str, Any]]:
        """What the last write left."""
        self.settle()
        return self.entries(trace_id=self.trace_id)


@pytest.fixture(scope="module")
def auditor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Auditor]:
    with run_server(tmp_path_factory.mktemp("audited"), {"RATE_LIMIT_RPS": "0"}) as server:
        auditor = Auditor(server)
        yield auditor
        auditor.client.close()


@pytest.mark.parametrize(("method", "path"), WRITES, ids=[f"{method} {path}" for method, path in WRITES])
def test_every_write_of_the_schema_leaves_one_record(method: str, path: str, auditor: Auditor) -> None:
    if path in ONLY_READING:
        pytest.skip("it reads only; see below")
    address = path.replace("{symbol}", "BTC-USDT").replace("{name}", "jobs")
    answer = auditor.write(method, re.sub(r"\{\w+\}", "nothing", address), json={})
    (record,) = auditor.records()
    assert (record["source"], record["result"]) == ("audit", "done" if answer.status_code < 400 else "refused")
    assert record["status"] == answer.status_code
    assert record["action"].split(".")[0].replace("_", "-") in path
    assert record["actor"] == "127.0.0.1"


@pytest.mark.parametrize(("method", "path"), WRITES, ids=[f"{method} {path}" for method, path in WRITES])
def test_every_write_of_the_schema_that_is_no_json_leaves_one_record(method: str, path: str, auditor: Auditor) -> None:
    if path in ONLY_READING:
        pytest.skip("it reads only; see below")
    address = re.sub(r"\{\w+\}", "nothing", path)
    answer = auditor.write(method, address, content=b"{", headers={"Content-Type": "application/json"})
    (record,) = auditor.records()
    assert record["status"] == answer.status_code
    assert record["result"] == "refused"
    assert record["code"] == answer.json()["error"]["code"]


def test_reads_leave_none(auditor: Auditor) -> None:
    for method, path in (
        ("GET", "/api/v1/orders/"),
        ("GET", "/api/v1/nothing/"),
        ("OPTIONS", "/api/v1/orders/"),
        ("POST", "/api/v1/orders/preview/"),
    ):
        auditor.write(method, path, **({"json": ORDER} if method == "POST" else {}))
        assert auditor.records() == [], path


def test_an_order_is_recorded_by_its_journal_entry_alone(auditor: Auditor) -> None:
    placed = auditor.write("POST", "/api/v1/orders/", json={**ORDER, "client_order_id": "mine-1"}).json()["data"]
    (record,) = auditor.records()
    assert (record["source"], record["action"], record["result"], record["account"]) == (
        "journal", "place_order", "done", "default",
    )  # fmt: skip
    assert record["objects"] == [{"kind": "order", "id": placed["id"]}]
    assert record["detail"]["events"][0]["event"] == "order_accepted"
    assert [each["action"] for each in auditor.entries(object=placed["id"])] == ["place_order"]
    assert [each["action"] for each in auditor.entries(object="mine-1")] == ["place_order"]


def test_an_order_that_the_exchange_refuses_is_in_the_journal_with_its_code(auditor: Auditor) -> None:
    answer = auditor.write("POST", "/api/v1/orders/", json={**ORDER, "quantity": "100000"})
    (record,) = auditor.records()
    assert (record["source"], record["result"], record["status"]) == ("journal", "refused", answer.status_code)
    assert record["code"] == answer.json()["error"]["code"] == "INSUFFICIENT_BALANCE"


def test_an_order_in_a_rehearsal_is_in_the_audit_with_the_rehearsal(auditor: Auditor) -> None:
    rehearsal = auditor.write("POST", "/api/v1/rehearsals/", json={"paused": True}).json()["data"]["id"]
    auditor.write("POST", "/api/v1/orders/", json=ORDER, headers={"X-Rehearsal": rehearsal})
    (record,) = auditor.records()
    assert (record["source"], record["action"]) == ("audit", "orders.create")
    assert {"kind": "rehearsal", "id": rehearsal} in record["objects"]


def test_cancelling_is_in_the_journal_and_cancelling_nothing_in_the_table(auditor: Auditor) -> None:
    auditor.write("POST", "/api/v1/orders/", json=ORDER)
    auditor.write("DELETE", "/api/v1/orders/")
    assert [(each["source"], each["action"]) for each in auditor.records()] == [("journal", "cancel_all_orders")]
    auditor.write("DELETE", "/api/v1/orders/")
    assert [(each["source"], each["action"]) for each in auditor.records()] == [("audit", "orders.destroy_all")]


def test_a_repeat_of_the_same_key_is_no_second_write(auditor: Auditor) -> None:
    first = auditor.write("POST", "/api/v1/orders/", json=ORDER, headers={"Idempotency-Key": "again"})
    again = auditor.write("POST", "/api/v1/orders/", json=ORDER, headers={"Idempotency-Key": "again"})
    assert again.content == first.content
    assert auditor.records() == []
    auditor.write("POST", "/api/v1/orders/", json={**ORDER, "quantity": "0.02"}, headers={"Idempotency-Key": "again"})
    assert [each["code"] for each in auditor.records()] == ["IDEMPOTENCY_MISMATCH"]


def test_a_change_of_the_feed_says_how_it_was_before_and_is_after(auditor: Auditor) -> None:
    auditor.write("PUT", "/api/v1/feed/", json={"speed": 2.0})
    (record,) = auditor.records()
    assert (record["action"], record["objects"]) == ("feed.update", [{"kind": "feed", "id": "feed"}])
    assert (record["before"]["speed"], record["input"], record["after"]["speed"]) == (1.0, {"speed": 2.0}, 2.0)


def test_an_upload_is_recorded_by_its_fields_and_not_its_content(auditor: Auditor) -> None:
    rows = "".join(f"2024-01-01T00:{minute:02}:00Z,2.5,4,1,3,10.125\n" for minute in range(10))
    files = {"file": ("candles.csv", "time,open,high,low,close,volume\n" + rows)}
    answer = auditor.write(
        "POST",
        "/api/v1/datasets/?wait=20",
        files=files,
        data={"symbol": "NEW-USD", "kind": "candles", "interval": "1m"},
    )
    job = answer.json()["data"]
    (record,) = auditor.records()
    assert (record["action"], record["status"]) == ("datasets.create", 202)
    assert record["objects"] == [{"kind": "job", "id": job["id"]}]
    assert record["input"]["symbol"] == "NEW-USD"
    assert record["input"]["file"]["name"] == "candles.csv"
    dataset_id = job["result"]["id"]
    auditor.write("DELETE", f"/api/v1/datasets/{dataset_id}/")
    (record,) = auditor.records()
    assert (record["action"], record["status"], record["objects"][0]["id"]) == ("datasets.destroy", 204, dataset_id)


def test_secrets_are_nowhere_in_the_table(auditor: Auditor) -> None:
    secrets = ("hunter2-in-a-body", "hunter2-in-a-query", "hunter2inatoken99")
    auditor.write(
        "POST",
        "/api/v1/orders/?token=hunter2-in-a-query",
        json={**ORDER, "password": secrets[0], "nested": {"api_key": secrets[0]}},
        headers={"Authorization": f"Bearer {secrets[2]}"},
    )
    assert len(auditor.records()) == 1
    content = (auditor.server.state_dir / "audit.sqlite3").read_bytes()
    assert [secret for secret in secrets if secret.encode() in content] == []


def test_who_was_turned_away_at_the_door_is_counted_and_not_listed(auditor: Auditor) -> None:
    for _ in range(3):
        auditor.write("POST", "/api/v1/orders/", json=ORDER, headers={"Origin": "http://evil.example"})
        assert auditor.records() == []
    auditor.write("POST", "/nowhere", json={})
    assert auditor.records() == []
    with pytest.raises(InvalidStatus):
        connect(auditor.server.websocket_url, additional_headers={"Origin": "http://evil.example"}).close()


def test_the_counts_of_the_door_survive_a_clean_stop(tmp_path: Path) -> None:
    with run_server(tmp_path, {"RATE_LIMIT_RPS": "1"}) as server, httpx.Client(base_url=server.url) as client:
        answers = [client.delete("/api/v1/orders/").status_code for _ in range(12)]
        client.post("/api/v1/orders/", headers={"Origin": "http://evil.example"})
        assert server.stop() == 0
        with closing(sqlite3.connect(server.state_dir / "audit.sqlite3")) as connection:
            bodies = [json.loads(body) for (body,) in connection.execute("SELECT body FROM entries")]
        (body,) = (each for each in bodies if each["action"] == "requests.turned_away")
    refused = answers.count(429)
    assert refused >= 1
    assert (body["actor"], body["result"]) == ("127.0.0.1", "refused")
    assert body["detail"]["codes"] == {"RATE_LIMITED": refused, "ORIGIN_NOT_ALLOWED": 1}


def test_the_admin_is_recorded_by_who_is_logged_in(auditor: Auditor) -> None:
    made = auditor.server.run_command("ensure_admin")
    assert made.returncode == 0, made.stderr
    password = (auditor.server.state_dir / "admin-password").read_text().strip()

    def token() -> str:
        page = auditor.client.get("/admin/login/?next=/admin/", follow_redirects=True)
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
        assert found is not None
        return found[1]

    def post(page: str, **fields: str) -> list[dict[str, Any]]:
        auditor.write("POST", page, data={"csrfmiddlewaretoken": token(), **fields})
        return auditor.records()

    (failed,) = post("/admin/login/", username="admin", password="wrong")
    assert (failed["action"], failed["result"], failed["actor"]) == ("admin.login", "refused", "127.0.0.1")
    assert failed["input"]["username"] == "admin"
    assert failed["input"]["password"] == failed["input"]["csrfmiddlewaretoken"] == "***"
    (login,) = post("/admin/login/", username="admin", password=password, next="/admin/")
    assert (login["action"], login["result"], login["actor"]) == ("admin.login", "done", "user:admin@127.0.0.1")
    (added,) = post("/admin/auth/group/add/", name="traders")
    assert (added["action"], added["actor"]) == ("admin.auth_group_add", "user:admin@127.0.0.1")
    assert (added["objects"][0]["kind"], added["after"]["name"]) == ("group", "traders")
    group = added["objects"][0]["id"]
    (changed,) = post(f"/admin/auth/group/{group}/change/", name="owners")
    assert (changed["action"], changed["after"]["name"]) == ("admin.auth_group_change", "owners")
    (refused,) = post(f"/admin/auth/group/{group}/change/", name="")
    assert (refused["result"], refused["code"]) == ("refused", "FORM_REFUSED")
    selected = {"action": "delete_selected", "_selected_action": group}
    assert post("/admin/auth/group/", **selected) == []  # it asks whether it is meant so
    (deleted,) = post("/admin/auth/group/", post="yes", **selected)
    assert (deleted["action"], deleted["objects"][0]["id"]) == ("admin.auth_group_delete", group)
    assert next(each["trace_id"] for each in auditor.entries(actor="user:admin")) == deleted["trace_id"]
    (left,) = post("/admin/logout/")
    assert (left["action"], left["result"], left["actor"]) == ("admin.logout", "done", "user:admin@127.0.0.1")
    assert post("/admin/auth/group/add/", name="nobody's") == []  # turned away: only counted


def test_both_sources_are_one_list_by_time(auditor: Auditor) -> None:
    for number in range(3):
        auditor.write("POST", "/api/v1/orders/", json=ORDER)
        auditor.write("PUT", "/api/v1/feed/", json={"speed": 1.0 + number})
    newest = [each["source"] for each in auditor.entries(actor="127.0.0.1")[:6]]
    assert newest == ["audit", "journal"] * 3
    times = [each["time"] for each in auditor.entries()]
    assert times == sorted(times, reverse=True)


def test_pages_follow_each_other_over_both_sources(auditor: Auditor) -> None:
    everything = [each["id"] for each in auditor.entries(to=auditor.entries()[0]["time"])]
    found: list[str] = []
    cursor: dict[str, str] = {}
    until = auditor.entries()[0]["time"]
    while True:
        page = auditor.client.get("/api/v1/audit/", params={"limit": 7, "to": until, **cursor}).json()["data"]
        found += [each["id"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert found == everything


@pytest.mark.parametrize(
    "query", ["from=nonsense", "from=2026-01-02&to=2026-01-01", "limit=0", "cursor=abc", "who=me", "format=csv"]
)
def test_a_query_that_makes_no_sense_is_refused(query: str, auditor: Auditor) -> None:
    answer = auditor.client.get(f"/api/v1/audit/?{query}")
    assert answer.status_code == 400
    assert query.partition("=")[0] in str(answer.json())


def test_an_export_holds_what_the_list_holds_and_no_formula(auditor: Auditor) -> None:
    auditor.write("DELETE", "/api/v1/orders/%3D1+1/", headers={"X-Account": "default"})
    (record,) = auditor.records()
    assert record["objects"] == [{"kind": "order", "id": "=1+1"}]
    lines = auditor.client.get("/api/v1/audit/export/", params={"object": "=1+1"}).text.splitlines()
    assert [json.loads(line) for line in lines] == [record]
    answer = auditor.client.get("/api/v1/audit/export/", params={"object": "=1+1", "format": "csv"})
    assert answer.headers["content-type"] == "text/csv"
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["seq"], row["status"]) == (str(record["seq"]), "404")
    assert not [value for value in row.values() if value.startswith(("=", "+", "-", "@"))]


def test_the_chains_are_proved_over_rest(auditor: Auditor) -> None:
    found = auditor.client.get("/api/v1/audit/verify/").json()["data"]
    assert (found["valid"], found["first_bad"]) == (True, None)
    assert found["entries"] == sum(each["entries"] for each in found["sources"])
    assert {each["source"] for each in found["sources"]} == {"audit", "journal"}


def test_only_what_says_so_reads_only() -> None:
    from django.urls import get_resolver

    from tests.api.test_every_contract import operations

    declared: list[Operation] = [each for each in operations(get_resolver().url_patterns) if each.only_reads]
    assert len(declared) == len(ONLY_READING)


def test_a_change_that_was_answered_survives_sigkill(tmp_path: Path) -> None:
    with run_server(tmp_path, {"RATE_LIMIT_RPS": "0"}) as server, httpx.Client(base_url=server.url) as client:
        for number in range(5):
            client.put("/api/v1/feed/", json={"speed": 1.0 + number}, headers={"X-Trace-Id": f"kept-{number}"})
            client.post("/api/v1/orders/", json=ORDER, headers={"X-Trace-Id": f"kept-order-{number}"})
        server.kill()
        server.start()
        entries = httpx.get(f"{server.url}/api/v1/audit/", params={"limit": 1000}).json()["data"]["items"]
        proof = httpx.get(f"{server.url}/api/v1/audit/verify/").json()["data"]
    kept = [each["trace_id"] for each in entries if each["trace_id"].startswith("kept")]
    assert sorted(kept) == sorted([f"kept-{n}" for n in range(5)] + [f"kept-order-{n}" for n in range(5)])
    assert proof["valid"] is True
