"""What Schemathesis loads beside its own checks: the envelope on every answer, keys that repeat no write, real files."""

import itertools
import re
from typing import Any

import requests
import schemathesis
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

ENVELOPE = {"status", "data", "message", "timestamp", "trace_id", "execution_time_ms"}
BODILESS = (204, 304)
FILES = ("application/x-ndjson", "text/csv")
DOWNLOAD = "/api/v1/reports/{id}/download/"
"""Answers a file of any kind, JSON of its own among them."""

KEY = "Idempotency-Key"
WELL_FORMED_KEY = r"[!-~]{1,255}"
CANDLES = "time,open,high,low,close,volume\n" + "".join(
    f"2024-01-01T00:{minute:02}:00Z,2.5,4,1,3,10.125\n" for minute in range(20)
)
ACTIONS = "symbol,ex_date,kind,ratio\nNEW-USD,1990-01-02,split,2\n"
"""A split before there were prices, which changes none of them."""

CLOSE_POSITION = "DELETE /api/v1/positions/{symbol}/"
HOLDER = "holder"
LISTER = "lister"
"""Whose order lists are made and ended; they hold what another account's closing would need."""

ORDER_LIST = "/api/v1/order-lists/{id}/"
EXITS = {
    "type": "oco", "symbol": "BTC-USDT", "side": "sell", "quantity": "0.001",
    "take_profit": {"price": "900000"}, "stop_loss": {"stop_price": "10000"},
}  # fmt: skip
OF_THE_MAIN_MARKET = (ORDER_LIST, "/api/v1/orders/{id}/", "/api/v1/positions/{symbol}/")
"""Where the orders and the position that requests name are."""

SCENARIO = "/api/v1/feed/scenarios/{id}/"
QUIET_GAP = {"kind": "gap", "percent": 1, "start": "2100-01-01T00:00:00Z"}
OF_STORED_BARS = ("/api/v1/factors/compute/", "/api/v1/factors/evaluate/")
STORED = {"symbols": ["NEW-USD", "NEAR-USD", "NEXT-USD"], "interval": "1m"}
"""What the data sets hold; their examples in the schema name what nobody has imported."""

PURCHASE = {"symbol": "BTC-USDT", "side": "buy", "type": "market", "quantity": "0.001"}
_numbers = itertools.count()

schemathesis.openapi.format(
    "binary", st.one_of(st.just(CANDLES.encode()), st.just(ACTIONS.encode()), st.binary(max_size=200))
)


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Make each request one that can be executed."""
    headers = case.headers or {}
    key = headers.get(KEY)
    if isinstance(key, str) and re.fullmatch(WELL_FORMED_KEY, key):
        headers[KEY] = f"write-{next(_numbers)}"  # a repeated key answers what an earlier write got
    if case.operation.path in OF_THE_MAIN_MARKET:
        headers.pop("X-Rehearsal", None)
    is_meant_to_be_good = case.meta is not None and case.meta.generation.mode == GenerationMode.POSITIVE
    if case.operation.path in OF_STORED_BARS and is_meant_to_be_good and isinstance(case.body, dict):
        case.body |= STORED
    if case.operation.path == SCENARIO and next(_numbers) % 3:
        # Scenarios end with the source they were made for, so one is made for the request.
        url = f"{case.operation.base_url.rstrip('/')}/api/v1/feed/scenarios/"
        made = requests.post(url, json=QUIET_GAP, headers={"X-Rehearsal": headers.get("X-Rehearsal", "")}, timeout=20)
        if made.status_code == 201:
            case.path_parameters["id"] = made.json()["data"]["id"]
    if case.operation.path == ORDER_LIST and next(_numbers) % 3:
        # A list is ended once, so one is made for the request.
        headers["X-Account"] = LISTER
        base_url = case.operation.base_url.rstrip("/")
        requests.post(f"{base_url}/api/v1/orders/", json=PURCHASE, headers={"X-Account": LISTER}, timeout=20)
        made = requests.post(f"{base_url}/api/v1/order-lists/", json=EXITS, headers={"X-Account": LISTER}, timeout=20)
        if made.status_code == 201:
            case.path_parameters["id"] = made.json()["data"]["id"]
    if case.operation.label == CLOSE_POSITION and headers.get("X-Account") == HOLDER:
        url = f"{case.operation.base_url.rstrip('/')}/api/v1/orders/"
        requests.post(url, json=PURCHASE, headers={"X-Account": HOLDER}, timeout=20)  # else there is nothing to close


@schemathesis.check
class EveryOperationIsReached:
    """Each operation answers at least one request with success, or finds that the present state does not allow it."""

    def __init__(self) -> None:
        self.tested: set[str] = set()
        self.reached: set[str] = set()

    def after_response(self, context: Any, response: Any, case: Any) -> None:
        """Note what came of one request."""
        self.tested.add(case.operation.label)
        if response.status_code < 300 or response.status_code == 409:
            self.reached.add(case.operation.label)

    def after_run(self, context: Any) -> None:
        """Name what never got further than a refusal."""
        assert self.tested == self.reached, f"never reached: {sorted(self.tested - self.reached)}"


@schemathesis.check
def answers_in_the_envelope(context: Any, response: Any, case: Any) -> None:
    """The six keys and the trace id are on every answer but those without a body; an error has its code as well."""
    (trace_id,) = response.headers["x-trace-id"]
    if response.status_code in BODILESS or case.method.upper() == "HEAD":
        assert response.content == b"", "an answer that has no body"
        return
    if response.status_code < 400 and response.headers["content-type"][0] in FILES:
        return
    if response.status_code < 400 and case.operation.path == DOWNLOAD:
        return
    envelope = response.json()
    assert set(envelope) - {"error"} == ENVELOPE, sorted(envelope)
    assert envelope["trace_id"] == trace_id
    assert envelope["status"] == ("success" if response.status_code < 400 else "error")
    assert ("error" in envelope) == (response.status_code >= 400)
    if "error" in envelope:
        assert set(envelope["error"]) == {"code", "details"}
        assert re.fullmatch(r"[A-Z][A-Z_]+", envelope["error"]["code"])
        assert envelope["data"] is None and envelope["message"]
        assert "Traceback" not in response.text
