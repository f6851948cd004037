"""What Postgres does not take, in every field of the API: refused by name, or kept and read again; never a fault of ours.

The gateway is the real one, its tables are on a Postgres of the tests' own, the exchange that it asks is on loopback.
"""

import http.client
import itertools
import json
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.faults.attacker import Answer
from tests.fuzz.bad_input import (
    BOUNDARY,
    CHARSETS,
    FORM,
    IN_FORMS,
    IN_HEADERS,
    IN_URLS,
    JSON,
    NO_JSON,
    TEXTS,
    Operation,
    Schema,
    Spot,
    at_the_bounds,
    doubtful_for,
    forged_cursors,
    form,
    with_value,
)
from tests.journeys.people import Trader
from tests.loopback_exchange import LoopbackExchange
from tests.postgres import FORGETFUL, PostgresServer, run_postgres
from tests.server import POLL_INTERVAL_S, Server, run_server

pytestmark = pytest.mark.timeout(300)

REFUSALS = (400, 413, 415, 422)
TIMEOUT_S = 40.0
"""Longer than a request may take, so that one that takes too long is known by its answer."""
PROBES = ("/health/", "/healthz/", "/livez/", "/readyz/")
PARAMETER = "risk.max_open_orders"
STORED = {"symbols": ["NEW-USD", "NEAR-USD", "NEXT-USD"], "interval": "1m"}
FEW = {"parameters": {"fast": {"values": [5, 8]}, "slow": {"values": [20]}}, "train_bars": 60, "test_bars": 30}
PAGE = 200
PAGES = 5
"""So many pages are read of the log and the audit, which have hundreds; all other lists are shorter."""
BOUNDED_FORM = f"{FORM}; boundary={BOUNDARY}"
LEFT_OUT = ("/api/v1/feed/step/", "/api/v1/orders/preview/")
"""Both keep nothing; the one takes as long as the market that it lets go on, the other is an order's twin."""
SEARCHES = ("/api/v1/backtests/sweeps/", "/api/v1/backtests/walk-forward/")
LABELS = ("name", "notes")
HEADERS = (
    "X-Account", "X-Rehearsal", "Idempotency-Key", "User-Agent", "X-Request-Id", "X-Trace-Id", "traceparent", "tracestate",
    "Authorization", "X-Forwarded-For", "If-None-Match", "Cookie", "Referer", "Accept-Language", "Content-Type",
)  # fmt: skip
WITH_HEADERS = (
    "GET /api/v1/backtests/", "POST /api/v1/factors/", "PUT /api/v1/config/{key}/", "POST /api/v1/orders/"
)  # fmt: skip
"""One that reads, and one each that writes for an account, for nobody in particular, and into the journal."""


class Installation:
    """The gateway and its Postgres, and what was made in it: `ids` by the path of their list."""

    def __init__(self, server: Server, postgres: PostgresServer) -> None:
        self.server = server
        self.postgres = postgres
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=TIMEOUT_S)
        self.schema = Schema(json.loads(self.ask("GET", "/api/schema/", headers={"Accept": JSON}).body))
        self.operations = [each for each in self.schema.operations() if each.path not in PROBES]
        self.ids = {"/api/v1/config/": PARAMETER, "/api/v1/markets/": "BTC-USDT", "/api/v1/positions/": "BTC-USDT"}
        self._numbers = itertools.count(1)

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, Any] | None = None) -> Answer:
        """One request; status 0 when the server hangs up on it, as it may on what is no HTTP."""
        try:
            self._connection.request(method, path, body, headers or ({} if body is None else {"Content-Type": JSON}))
            response = self._connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        except (http.client.HTTPException, ConnectionError):
            self._connection.close()
            return Answer(0, {}, b"")

    def data(self, path: str) -> Any:
        """What a GET answers."""
        return self.ask("GET", path).data

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def furnish(self) -> None:
        """Make one of each thing that requests name, out of the bodies that the schema shows."""
        for number, symbol in enumerate([*STORED["symbols"], "BTC-USDT"], start=1):
            file = self.server.folder / f"{symbol}.csv"
            file.write_bytes(candles(number))
            with Trader(self.server.url) as trader:
                self.ids["/api/v1/datasets/"] = trader.import_file(file, symbol=symbol)["id"]
        self.ask("PUT", "/api/v1/feed/", b'{"paused": true}')
        for operation in self.operations:
            if operation.method == "POST" and operation.media_type == JSON and "{" not in operation.path:
                body = json.dumps(self.good_body(operation, operation.bodies[0])).encode()
                made = self.ask("POST", operation.path, body)
                assert made.status < 300, (operation.label, made.body)
                self.ids.setdefault(operation.path, str(id_of(self.ended(made.data))))
        self.ask("POST", f"/api/v1/alerts/{self.ids['/api/v1/alerts/']}/test/", b"{}")
        self.ids["/api/v1/alerts/events/"] = self.event_kept()

    def event_kept(self) -> str:
        """The id of the only event, once it is in its table; nothing more comes of it, for it goes by socket alone."""
        while not (events := self.data("/api/v1/alerts/events/")["items"]):
            time.sleep(POLL_INTERVAL_S)
        return str(events[0]["id"])

    def ended(self, made: Any) -> Any:
        """What was made, or what its job came to."""
        if not isinstance(made, dict) or "progress" not in made:
            return made
        while made["status"] in ("queued", "running"):
            made = self.data(f"/api/v1/jobs/{made['id']}/")
        return made["result"]

    def path_of(self, operation: Operation) -> str:
        """The path with the id of something that exists, where there is one."""
        return re.sub(r"\{\w+\}", self.ids.get(operation.path.partition("{")[0], "none"), operation.path)

    def good_body(self, operation: Operation, shown: dict[str, Any]) -> dict[str, Any]:
        """A body that is accepted: the shown one about what is stored here, and unlike those before it."""
        path, number = operation.path, next(self._numbers)
        body = dict(shown)
        if {"symbols", "interval"} <= body.keys() and "/strategies/" not in path:
            body |= STORED
        if "/sweeps/" in path or "/walk-forward/" in path:
            body |= {name: value for name, value in FEW.items() if name in body}
        return body | self._of_this_place(number).get(path, {})

    def _of_this_place(self, number: int) -> dict[str, dict[str, Any]]:
        soon = datetime.now(UTC) + timedelta(seconds=60 + number)
        return {
            "/api/v1/accounts/{id}/fork/": {"id": f"fork-{number}"},
            "/api/v1/analytics/": {"symbols": ["NEW-USD"]},
            "/api/v1/backtests/monte-carlo/": {"backtest": self.ids.get("/api/v1/backtests/", ""), "draws": 100},
            "/api/v1/config/{key}/": {"revision": None},
            "/api/v1/corporate-actions/": {"ex_date": str(date(1990, 1, 1) + timedelta(days=number % 10_000))},
            "/api/v1/factors/": {"name": f"momentum{number}"},
            "/api/v1/factors/evaluate/": {"expression": "returns(close, p.bars)", "parameters": {"bars": 2}},
            "/api/v1/feed/": {"paused": True},
            "/api/v1/feed/seek/": {"time": soon.isoformat().replace("+00:00", "Z")},
            "/api/v1/orders/cancel-after/": {"seconds": 0},
            "/api/v1/rehearsals/": {"paused": True},
            "/api/v1/strategies/{id}/rehearse/": {"dataset": self.ids["/api/v1/datasets/"]},
        }

    def kept(self) -> str:
        """A digest of every table, and of what the journal keeps of accounts and orders."""
        tables = self.postgres.query("sandbar", "SELECT tablename FROM pg_tables WHERE schemaname = 'public'").split()
        digest = "SELECT '{0}', md5(string_agg(r::text, '' ORDER BY r::text)) FROM \"{0}\" r"
        rows = self.postgres.query("sandbar", " UNION ALL ".join(map(digest.format, sorted(tables))))
        lists = ("accounts/", "orders/?status=all", "order-lists/", "risk/limits/", "feed/scenarios/", "rehearsals/")
        return rows + "".join(json.dumps(self.data(f"/api/v1/{each}")) for each in lists)

    def list_of(self, operation: Operation) -> list[dict[str, Any]]:
        """All that a list has, page by page; a failure of a page is one of the test."""
        path, items = self.path_of(operation), []
        cursor = f"?limit={PAGE}" if "limit" in operation.queries else ""
        for _ in range(PAGES):
            answer = self.ask("GET", path + cursor)
            assert answer.status not in (0, 500, 503, 504), (path + cursor, answer.body)
            if answer.status != 200 or "application/json" not in answer.headers["content-type"]:
                break
            page = answer.data
            items += page.get("items", []) if isinstance(page, dict) else []
            if not isinstance(page, dict) or not page.get("next_cursor"):
                break
            cursor = f"?limit={PAGE}&cursor={page['next_cursor']}"
        return items


def candles(number: int) -> bytes:
    """Two hours of minutes, unlike those of another number."""
    rows = (
        f"2024-01-01T{minute // 60:02}:{minute % 60:02}:00Z,2.5,4,1,{2 + (minute * number) % 7 / 4},1{number}.125\n"
        for minute in range(120)
    )
    return ("time,open,high,low,close,volume\n" + "".join(rows)).encode()


def id_of(made: Any) -> Any:
    """The id of what a POST made, or of what its job came to; None if it has none."""
    if not isinstance(made, dict):
        return None
    return made.get("id") or next((value for name, value in made.items() if name.endswith("_id")), None)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("bad-input")
    with ExitStack() as stack:
        postgres = stack.enter_context(run_postgres(settings=FORGETFUL))
        exchange = stack.enter_context(LoopbackExchange())
        environment = {
            "DATABASE_URL": postgres.make_database("sandbar"), "RATE_LIMIT_RPS": "0", "LIVE_EXCHANGE_URL": exchange.url,
        }  # fmt: skip
        made = Installation(stack.enter_context(run_server(folder, environment)), postgres)
        stack.callback(made.close)
        made.furnish()
        yield made
        log = "".join(file.read_text() for file in made.server.log_dir.iterdir()) + made.server.output()
        assert "Traceback" not in log, log[log.index("Traceback") :][:4_000]


def spots_of(made: Installation, operation: Operation) -> Iterator[tuple[dict[str, Any], Spot, dict[str, Any]]]:
    """Each field of an operation once, in a body in which it can stand."""
    seen: set[Spot] = set()
    for shown in operation.bodies:
        for spot, schema in made.schema.spots(operation.schema, made.good_body(operation, shown)):
            if spot not in seen:
                seen.add(spot)
                yield shown, spot, schema


def with_json(made: Installation) -> list[Operation]:
    """The operations that take JSON; those that change the market come last, for the others need one that is calm."""
    found = [each for each in made.operations if each.media_type == JSON]
    return sorted(found, key=lambda operation: "/risk/" in operation.path or "/feed/" in operation.path)


def names(details: dict[str, Any], spot: Spot) -> bool:
    """Whether a refusal's details name the spot, or what it stands in."""
    return any(set(key.split(".")) & set(map(str, spot)) for key in details)


def is_fault(answer: Answer) -> bool:
    """Whether it is ours: a fault, a database that is said to be away, or no answer in time."""
    return answer.status >= 500


def refusal_of(answer: Answer) -> tuple[str, dict[str, Any]] | None:
    """The code and details of a refusal, also of the one order of a batch; None if there is none."""
    if answer.status in REFUSALS:
        return answer.code, answer.details
    items = answer.data.get("items") if answer.status == 200 and isinstance(answer.data, dict) else None
    error = items[0].get("error") if items else None
    return (error["code"], error["details"]) if error else None


def test_what_no_table_keeps_is_refused_by_the_name_of_its_field(installation: Installation) -> None:
    made, wrong, before = installation, [], installation.kept()
    for operation in with_json(made):
        path = made.path_of(operation)
        for shown, spot, _ in spots_of(made, operation):
            body = made.good_body(operation, shown)
            for name, value in {**TEXTS, **NO_JSON}.items():
                answer = made.ask(operation.method, path, with_value(body, spot, value))
                refusal = None if is_fault(answer) else refusal_of(answer)
                is_named = refusal is not None and names(refusal[1], spot)
                if refusal is None or (name in TEXTS and not is_named):
                    wrong.append((operation.label, spot, name, answer.status, answer.body[:300]))
    assert not wrong, report(wrong)
    assert made.kept() == before


def test_what_only_the_database_knows_the_bounds_of_is_refused_or_kept(installation: Installation) -> None:
    made, wrong = installation, []
    backtests = next(each for each in made.operations if each.label == "POST /api/v1/backtests/")
    for operation in (each for each in with_json(made) if each.path not in LEFT_OUT):
        path = made.path_of(operation)
        good = made.ask(operation.method, path, json.dumps(made.good_body(operation, operation.bodies[0])).encode())
        assert good.status < 300 or good.status == 409, (operation.label, good.body)
        for shown, spot, schema in spots_of(made, operation):
            if operation.path in SEARCHES and spot[0] in backtests.schema["properties"] and spot[0] not in LABELS:
                continue  # a backtest's, which are many backtests in a search
            for name, value in [*doubtful_for(schema), *at_the_bounds(schema)]:
                answer = made.ask(operation.method, path, with_value(made.good_body(operation, shown), spot, value))
                if is_fault(answer) or not answer.status:
                    wrong.append((operation.label, spot, name, answer.status, answer.body[:300]))
    assert not wrong, report(wrong)
    assert_readable(made)


def report(wrong: list[Any]) -> str:
    """The failures, a line each, and how many there are."""
    return "\n".join([f"{len(wrong)} of:", *map(str, wrong[:20])])


def assert_readable(made: Installation, under: tuple[str, ...] = ("",)) -> None:
    """Read every list below these paths to its end, and all that belongs to each of its items."""
    below = tuple(f"/api/v1/{each}" for each in (*under, "jobs/", "audit/"))
    reads = [each for each in made.operations if each.method == "GET" and each.path.startswith(below)]
    lists = {operation.path: made.list_of(operation) for operation in reads if "{" not in operation.path}
    for operation in reads:
        root, _, name = operation.path.partition("{")
        for item in lists.get(root, []) if name else ():
            value = item.get(name.partition("}")[0])
            answer = made.ask("GET", re.sub(r"\{\w+\}", str(value), operation.path))
            assert not is_fault(answer), (operation.path, value, answer.body)
    failed = [job for job in lists["/api/v1/jobs/"] if job["error"] and job["error"]["code"] == "INTERNAL"]
    assert not failed, failed


def test_wrong_queries_paths_and_cursors_are_refused(installation: Installation) -> None:
    made, wrong = installation, []
    for operation in made.operations:
        body = b"{}" if operation.method in ("POST", "PUT", "PATCH") else None
        path = re.sub(r"\{\w+\}", "none", operation.path) if operation.method == "DELETE" else made.path_of(operation)
        asked = [(name, f"{path}?{query}={value}") for query in operation.queries for name, value in IN_URLS.items()]
        if "{" in operation.path:
            asked += [(name, re.sub(r"\{\w+\}", value, operation.path)) for name, value in IN_URLS.items()]
        if "cursor" in operation.queries:
            asked += [(name, f"{path}?cursor={forged}") for name, forged in forged_cursors()]
        for name, url in asked:
            answer = made.ask(operation.method, url, body)
            if is_fault(answer) or not answer.status:
                wrong.append((operation.label, name, url[:200], answer.status, answer.body[:300]))
    assert not wrong, report(wrong)


def test_wrong_forms_and_file_names_are_refused(installation: Installation) -> None:
    made, wrong = installation, []
    for operation in (each for each in made.operations if each.media_type == FORM):
        names = [name for name in operation.schema["properties"] if name != "file"]
        bodies = [
            (f"{name}: {wrong_name}", form({name: value}, b"NEW-USD.csv", candles(1)))
            for name in [*names, "surprise"]
            for wrong_name, value in IN_FORMS.items()
        ]
        bodies += [(f"file: {name}", form({}, value, candles(9))) for name, value in IN_FORMS.items()]
        for name, body in bodies:
            answer = made.ask(operation.method, operation.path, body, {"Content-Type": BOUNDED_FORM})
            if is_fault(answer) or not answer.status:
                wrong.append((operation.label, name, answer.status, answer.body[:300]))
        for (name, body), charset in itertools.product((bodies[0], bodies[-1]), CHARSETS):
            headers = {"Content-Type": f"{BOUNDED_FORM}; charset={charset}"}
            answer = made.ask(operation.method, operation.path, body, headers)
            if answer.status != 415:
                wrong.append((operation.label, charset, name, answer.status, answer.body[:300]))
    assert not wrong, report(wrong)
    assert_readable(made, ("datasets/", "corporate-actions/"))


def test_wrong_headers_are_refused_or_kept(installation: Installation) -> None:
    made, wrong = installation, []
    asked = [each for each in made.operations if each.label in WITH_HEADERS]
    assert len(asked) == len(WITH_HEADERS)
    for operation, header in itertools.product(asked, HEADERS):
        for name, value in IN_HEADERS.items():
            body = json.dumps(made.good_body(operation, operation.bodies[0])).encode() if operation.bodies else None
            headers = ({} if body is None else {"Content-Type": JSON}) | {header: value}
            answer = made.ask(operation.method, made.path_of(operation), body, headers)
            if is_fault(answer):
                wrong.append((operation.label, header, name, answer.status, answer.body[:300]))
    assert not wrong, report(wrong)
    assert_readable(made, ("factors/", "config/", "orders/", "system/logs/"))
