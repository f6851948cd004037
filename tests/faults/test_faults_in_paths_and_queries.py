"""Hostile ids, symbols and filters are data: they name nothing, and nothing interprets them."""

import json
import re
import time
from urllib.parse import quote

import pytest

from tests.faults.attacker import API, GOOD, JSON, Attacker

pytestmark = pytest.mark.usefixtures("unchanged")

ANSWER_LIMIT_S = 5.0
"""Far above what is right, which is under one: the machine of the tests may be busy."""

PAYLOADS: dict[str, str] = {
    "SQL": "' OR 1=1 --",
    "SQL that drops": "'; DROP TABLE markets_datasetrow; --",
    "a union": "x' UNION SELECT name FROM sqlite_master --",
    "a template": "{{7*7}}",
    "another template": "${7*7}#{7*7}<%= 7*7 %>",
    "a format string": "%s%n{0.__class__}",
    "a path": "../../../../etc/passwd",
    "a path in escapes": "..%2f..%2fetc%2fpasswd",
    "a Windows path": "..\\..\\windows\\win.ini",
    "an absolute path": "/etc/passwd",
    "a NUL": "BTC-USDT\x00.csv",
    "a line break": "x\r\nX-Injected: yes",
    "a script": "<script>alert(1)</script>",
    "a right-to-left mark": "BTC\u202e-USDT",
    "digits of elsewhere": "١٢٣",
    "a long text": "A" * 5_000,
    "an object": "[object Object]",
    "Python": "__import__('os').system('id')",
}


@pytest.fixture(scope="module")
def templates(attacker: Attacker) -> list[tuple[str, str]]:
    """Every operation of the schema whose path has a parameter."""
    schema = json.loads(attacker.ask("GET", "/api/schema/").body)
    found = [(method.upper(), path) for path, methods in schema["paths"].items() if "{" in path for method in methods]
    assert found
    return found


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_a_hostile_id_or_symbol_is_not_found(
    attacker: Attacker, templates: list[tuple[str, str]], payload: str
) -> None:
    for method, template in templates:
        path = re.sub(r"\{\w+\}", quote(payload, safe=""), template)
        body = b"{}" if method in ("POST", "PATCH", "PUT") else None
        answer = attacker.ask(method, path, body, JSON if body else None)
        assert answer.status in (400, 404), (method, path, answer.body)
        assert answer.code in (
            "NOT_FOUND",
            "UNKNOWN_SYMBOL",
            "UNKNOWN_ACCOUNT",
            "VALIDATION_FAILED",
        )
        assert "x-injected" not in answer.headers
        assert b"49" not in answer.body.replace(payload.encode(), b"").split(b'"timestamp"')[0]
        assert b"root:" not in answer.body and b"django_migrations" not in answer.body


FILTERS = [
    "orders/?symbol=", "orders/?client_order_id=", "orders/?cursor=", "orders/?status=", "orders/?from=", "orders/?limit=",
    "fills/?order_id=", "fills/?symbol=", "jobs/?kind=", "jobs/?status=", "datasets/?symbol=", "datasets/?cursor=",
    "markets/BTC-USDT/candles/?interval=", "markets/BTC-USDT/candles/?dataset=", "markets/BTC-USDT/candles/?from=",
    "markets/BTC-USDT/candles/?source=", "markets/BTC-USDT/candles/?adjust=", "corporate-actions/?symbol=",
    "corporate-actions/?kind=", "corporate-actions/?cursor=", "markets/BTC-USDT/orderbook/?depth=", "symbols/?cursor=",
]  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_a_hostile_filter_finds_nothing(attacker: Attacker, payload: str) -> None:
    for path in FILTERS:
        answer = attacker.get(path + quote(payload, safe=""))
        if answer.status == 200:  # a filter that may be any text
            assert answer.data["items"] == [], path
        else:
            assert answer.status in (400, 404), (path, answer.body)
            assert answer.code in ("VALIDATION_FAILED", "INVALID_CURSOR", "NOT_FOUND"), path


@pytest.mark.parametrize("payload", ["' OR 1=1 --", "../etc", "a b", "x" * 65, "", "defa\u00fclt", "{{7*7}}"])
def test_a_hostile_account_is_refused(attacker: Attacker, payload: str) -> None:
    for method, path, body in (("GET", "orders/", None), ("POST", "orders/", GOOD), ("GET", "balances/", None)):
        headers = {"X-Account": payload.encode().decode("latin1")} | (JSON if body else {})
        answer = attacker.ask(method, f"{API}/{path}", body, headers)
        assert (answer.status, answer.code) == (400, "VALIDATION_FAILED")


@pytest.mark.parametrize("path", ["orders/?", "fills/?", "jobs/?", "datasets/?", "symbols/?", "markets/?", "accounts/?",
                                  "markets/BTC-USDT/trades/?", "markets/BTC-USDT/candles/?interval=1m&"])  # fmt: skip
@pytest.mark.parametrize("limit", ["1000000000", "-1", "0", "1001", "1e3", "many", "9" * 5_000, "١"])
def test_a_limit_out_of_bounds_is_refused(attacker: Attacker, path: str, limit: str) -> None:
    answer = attacker.get(f"{path}limit={quote(limit)}")
    assert (answer.status, answer.code, set(answer.details)) == (400, "VALIDATION_FAILED", {"limit"})


@pytest.mark.parametrize("path", ["orders/?", "fills/?", "markets/BTC-USDT/candles/?interval=1m&"])
@pytest.mark.parametrize(
    "period",
    [
        "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
        "from=yesterday",
        "to=2026-13-01",
        "from=0000-00-00",
        "to=1e400",
    ],
)
def test_a_period_that_is_none_is_refused(attacker: Attacker, path: str, period: str) -> None:
    answer = attacker.get(path + period)
    assert (answer.status, answer.code) == (400, "VALIDATION_FAILED")
    assert set(answer.details) <= {"from", "to"}


@pytest.mark.parametrize("interval", ["1m", "1d"])
def test_fifty_years_of_candles_come_as_one_page(attacker: Attacker, interval: str) -> None:
    started_s = time.monotonic()
    answer = attacker.get(
        f"markets/BTC-USDT/candles/?interval={interval}&from=1976-01-01&to=2026-01-01T00:00:00Z&limit=1000"
    )
    assert time.monotonic() - started_s < ANSWER_LIMIT_S
    assert len(answer.data["items"]) <= 1_000


@pytest.mark.parametrize(
    "query", ["limit=5&limit=6", "surprise=1", "limit=5&" + "&".join(f"a{n}=1" for n in range(2_000))]
)
def test_parameters_nobody_reads_are_refused(attacker: Attacker, query: str) -> None:
    answer = attacker.get(f"orders/?{query}")
    assert answer.status == 400


CURSORS = ["e30", "W10", "bnVsbA", "eyJiZWZvcmUiOi0xfQ", "eyJlcG9jaCI6MSwiYmVmb3JlIjo5OTl9", "A" * 512, "=", "%00"]
"""Of no form, of another list, and cut."""


@pytest.mark.parametrize("cursor", CURSORS)
@pytest.mark.parametrize("path", ["orders/", "fills/", "jobs/", "datasets/", "symbols/", "markets/", "accounts/",
                                  "corporate-actions/"])  # fmt: skip
def test_a_cursor_that_no_list_gave_out_is_refused(attacker: Attacker, path: str, cursor: str) -> None:
    answer = attacker.get(f"{path}?cursor={cursor}")
    assert answer.status == 400
    assert answer.code in ("INVALID_CURSOR", "VALIDATION_FAILED")
