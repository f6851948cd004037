"""One order followed by its trace id: through answer, log, journal entry, audit, WebSocket event and span."""

import json

import pytest

from tests.gateway.collector import attributes_of, running_collector
from tests.journeys.people import Trader, Watcher
from tests.server import run_server
from trading.journal.entries import decode_entry
from trading.journal.reading import JournalReader

MARKET = {"symbol": "BTC-USDT", "side": "buy", "type": "market", "quantity": "0.01"}
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"


def log_lines(server, trace_id):
    """The lines of that trace in the log files."""
    lines = [line for file in server.log_dir.glob("gateway.log.*") for line in file.read_text().splitlines()]
    return [found for found in map(json.loads, lines) if found["trace_id"] == trace_id]


def journal_entries(server, trace_id):
    """The entries of that trace in the journal file."""
    reader = JournalReader(server.state_dir / "journal.sqlite3")
    try:
        entries = [decode_entry(record.body) for record in reader.read_from(1)]
    finally:
        reader.close()
    return [entry for entry in entries if entry.trace_id == trace_id]


@pytest.mark.parametrize(
    ("headers", "trace_id"),
    [
        ({"traceparent": f"00-{TRACE}-{PARENT}-01"}, TRACE),
        ({"x-trace-id": "01975f3e-7c1a-7000-8000-0123456789ab"}, "01975f3e-7c1a-7000-8000-0123456789ab"),
    ],
    ids=["a W3C traceparent", "an x-trace-id"],
)
def test_one_order_is_found_everywhere_by_its_trace_id(tmp_path, headers, trace_id):
    with running_collector() as collector:
        environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.address}
        with run_server(tmp_path, environment) as server, Trader(server.url) as trader:
            trader.wait_until("markets/", lambda markets: any(m["symbol"] == "BTC-USDT" for m in markets["items"]))
            with Watcher(server.websocket_url, ["orders"]) as watcher:
                answer = trader.client.post("orders/", json=MARKET, headers=headers)
                order = answer.json()["data"]
                watcher.wait_for(lambda frames: len(frames["orders"]) > 1)
                event = watcher.frames["orders"][1]
            recent = trader.get("system/logs/", trace_id=trace_id)["items"]
            audited = trader.get("audit/", trace_id=trace_id)["items"]
        spans = collector.spans_of(trace_id)

    # the answer
    assert answer.json()["trace_id"] == answer.headers["x-trace-id"] == trace_id
    # the log: the file, and what the API shows of it
    (line,) = log_lines(server, trace_id)
    assert (line["logger"], line["path"], line["status"]) == ("gateway.access", "/api/v1/orders/", 201)
    assert [(shown["logger"], shown["extra"]["status"]) for shown in recent] == [("gateway.access", 201)]
    # the journal
    (entry,) = journal_entries(server, trace_id)
    assert entry.kind == "place_order"
    assert {event.order_id for event in entry.events} == {order["id"]}
    # the audit, whose record of an order is that entry
    (record,) = audited
    assert (record["source"], record["action"], record["result"]) == ("journal", "place_order", "done")
    assert {"kind": "order", "id": order["id"]} in record["objects"]
    # the WebSocket event
    assert (event["trace_id"], event["data"]["id"]) == (trace_id, order["id"])
    # the spans
    request = spans["POST /api/v1/orders"]
    assert answer.headers["traceparent"] == f"00-{trace_id.replace('-', '')}-{request.span_id.hex()}-01"
    assert request.parent_span_id.hex() == (PARENT if "traceparent" in headers else "")
    assert attributes_of(request)["sandbar.trace_id"] == trace_id
    for name in ("exchange apply", "journal commit"):
        assert spans[name].parent_span_id == request.span_id
        assert request.start_time_unix_nano <= spans[name].start_time_unix_nano <= spans[name].end_time_unix_nano
    assert {"service.name": "sandbar"}.items() <= collector.resources[0].items()


def test_a_refused_write_is_found_in_log_and_audit_by_its_trace_id(tmp_path):
    with run_server(tmp_path) as server, Trader(server.url) as trader:
        refused = trader.client.post("orders/", json={"symbol": "nonsense"}, headers={"x-trace-id": "mistaken-1"})
        assert refused.status_code == 400
        trader.wait_until("audit/", lambda page: any(each["trace_id"] == "mistaken-1" for each in page["items"]))
        (record,) = trader.get("audit/", trace_id="mistaken-1")["items"]
    (line,) = log_lines(server, "mistaken-1")
    assert line["status"] == 400
    assert journal_entries(server, "mistaken-1") == []
    assert (record["source"], record["action"], record["result"]) == ("audit", "orders.create", "refused")
    assert (record["status"], record["code"], record["actor"]) == (400, refused.json()["error"]["code"], "127.0.0.1")
