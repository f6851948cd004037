"""One order followed by its trace id: through answer, log, journal entry, audit, WebSocket event and span."""

import pytest

from tests.gateway.collector import attributes_of, running_collector
from tests.journeys.people import Trader, Watcher
from tests.server import run_server
from trading.journal.entries import decode_entry
from trading.journal.reading import JournalReader

MARKET = {"symbol": "BTC-USDT", "side": "buy", "type": "market", "quantity": "0.01"}
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
REFUSED_TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "00f067aa0ba902b7"


def journal_entries(server, trace_id):
    """The entries of that trace in the journal file."""
    reader = JournalReader(server.state_dir / "journal.sqlite3")
    try:
        entries = [decode_entry(record.body) for record in reader.read_from(1)]
    finally:
        reader.close()
    return [entry for entry in entries if entry.trace_id == trace_id]


def audit_entries(trader, trace_id):
    """What the audit lists of that trace, of whichever chain."""
    return trader.everything("audit/", trace_id=trace_id)


def test_what_was_refused_is_found_by_its_trace_id_in_log_audit_and_span_and_not_in_the_journal(tmp_path):
    with running_collector() as collector:
        environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.address}
        with run_server(tmp_path, environment) as server, Trader(server.url) as trader:
            headers = {"traceparent": f"00-{REFUSED_TRACE}-{PARENT}-01"}
            answer = trader.client.post("orders/", json={**MARKET, "side": "hold"}, headers=headers)
            # A refusal is on disk at the latest when a later change is answered.
            trader.call("PUT", "feed/", json={"speed": 1.0})
            listed = audit_entries(trader, REFUSED_TRACE)
            other = audit_entries(trader, TRACE)
        spans = collector.spans_of(REFUSED_TRACE)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "VALIDATION_FAILED")
    assert answer.json()["trace_id"] == REFUSED_TRACE
    # the audit: a row of its own table, for the journal has nothing of it
    (record,) = listed
    assert (record["source"], record["action"], record["result"]) == ("audit", "orders.create", "refused")
    assert (record["status"], record["code"], record["actor"]) == (400, "VALIDATION_FAILED", "127.0.0.1")
    assert record["input"]["side"] == "hold"
    assert journal_entries(server, REFUSED_TRACE) == []
    assert other == []
    # the log and the span
    (line,) = server.log_lines(REFUSED_TRACE)
    assert (line["logger"], line["path"], line["status"]) == ("gateway.access", "/api/v1/orders/", 400)
    request = spans["POST /api/v1/orders"]
    assert request.parent_span_id.hex() == PARENT
    assert "exchange apply" not in spans


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
            listed = audit_entries(trader, trace_id)
        spans = collector.spans_of(trace_id)

    # the answer
    assert answer.json()["trace_id"] == answer.headers["x-trace-id"] == trace_id
    # the log: the file, and what the API shows of it
    (line,) = server.log_lines(trace_id)
    assert (line["logger"], line["path"], line["status"]) == ("gateway.access", "/api/v1/orders/", 201)
    assert [(shown["logger"], shown["extra"]["status"]) for shown in recent] == [("gateway.access", 201)]
    # the journal
    (entry,) = journal_entries(server, trace_id)
    assert entry.kind == "place_order"
    assert {event.order_id for event in entry.events} == {order["id"]}
    # the audit, whose record is that entry and no other
    (record,) = listed
    assert (record["source"], record["action"], record["result"]) == ("journal", "place_order", "done")
    assert record["objects"] == [{"kind": "order", "id": order["id"]}]
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
