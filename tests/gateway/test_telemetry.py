"""Spans and the W3C header: continued, handed back, and no reason to wait when nobody takes them."""

import asyncio
import logging
import threading
import time

import pytest

from gateway.telemetry import EXPORT_TIMEOUT_S, STOP_TIMEOUT_S, NowAndThen, TracedHandler, TraceIdGenerator
from kit.clock import NS_PER_SECOND, ManualClock
from kit.spans import span
from kit.trace import new_id, set_trace_id
from operations import lifecycle
from tests.asgi_client import AsgiClient
from tests.gateway.collector import attributes_of, running_collector

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACEPARENT = f"00-{TRACE}-00f067aa0ba902b7-01"


@pytest.fixture
def traced_handler(monkeypatch):
    """Keeps the steps that a traced application registers, so that the test stops it and nothing else does.

    The threads that send spans are waited for: while they try again they draw from the generator of the whole process, which
    a property test after this one takes for its own.
    """
    stops = []
    monkeypatch.setattr(lifecycle, "on_stop", lambda run, name, order=0: stops.append(run))
    before = set(threading.enumerate())
    yield lambda: stops[-1].__self__
    for thread in set(threading.enumerate()) - before:
        thread.join(EXPORT_TIMEOUT_S + STOP_TIMEOUT_S)
        assert not thread.is_alive(), thread.name


@pytest.fixture
def collector():
    with running_collector() as running:
        yield running


async def test_without_a_collector_the_header_is_handed_back_and_its_trace_id_becomes_ours(client):
    answer = await client.get("/api/v1/whoami/", headers={"traceparent": TRACEPARENT})
    assert answer.json()["trace_id"] == answer.headers["x-trace-id"] == TRACE
    assert answer.headers["traceparent"] == TRACEPARENT
    assert "traceparent" not in (await client.get("/api/v1/whoami/")).headers


@pytest.mark.parametrize("header", ["nonsense", "00-" + "0" * 32 + "-00f067aa0ba902b7-01", "\xff"])
async def test_a_header_that_is_none_is_ignored(client, header):
    answer = await client.get("/api/v1/whoami/", headers=[(b"traceparent", header.encode("latin1"))])
    assert answer.status == 200
    assert len(answer.json()["trace_id"]) == 36
    assert "traceparent" not in answer.headers


async def test_an_x_trace_id_wins(client):
    answer = await client.get("/api/v1/whoami/", headers={"traceparent": TRACEPARENT, "x-trace-id": "mine"})
    assert answer.json()["trace_id"] == "mine"


async def test_a_request_is_a_span_of_its_route_with_what_is_inside(make_app, traced_handler, collector):
    client = AsgiClient(make_app(OTEL_EXPORTER_OTLP_ENDPOINT=collector.address, RATE_LIMIT_RPS=10_000))
    answer = await client.delete("/api/v1/echo/some-id/", headers={"traceparent": TRACEPARENT})
    refused = await client.get("/nope", headers={"x-trace-id": "not-hexadecimal"})
    assert (answer.status, refused.status) == (204, 404)
    await traced_handler().stop()
    request = collector.spans_of(TRACE)["DELETE /api/v1/echo/{id}"]
    assert request.parent_span_id.hex() == "00f067aa0ba902b7"
    assert "some-id" not in request.name
    assert answer.headers["traceparent"] == f"00-{TRACE}-{request.span_id.hex()}-01"
    assert answer.headers["x-trace-id"] == TRACE
    hashed = refused.headers["traceparent"].split("-")[1]
    (other,) = collector.spans_of(hashed).values()
    assert attributes_of(other)["sandbar.trace_id"] == "not-hexadecimal"
    with span("after the stop"):
        pass
    assert not [each for each in collector.spans if each.name == "after the stop"]


async def test_a_collector_that_is_away_slows_and_breaks_nothing(make_app, traced_handler, settings):
    client = AsgiClient(make_app(OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:1", RATE_LIMIT_RPS=100_000))
    for _ in range(200):
        assert (await client.get("/api/v1/whoami/")).status == 200
    started_s = time.monotonic()
    await traced_handler().stop()
    assert time.monotonic() - started_s < STOP_TIMEOUT_S + 5


async def test_a_stop_does_not_wait_for_a_collector_that_hangs(monkeypatch, caplog):
    hanging = asyncio.Event()

    class Provider:
        def get_tracer(self, *_, **__):
            return None

        def shutdown(self):
            loop.call_soon_threadsafe(hanging.set)
            while not released:
                time.sleep(0.001)

    loop, released = asyncio.get_running_loop(), []
    monkeypatch.setattr("gateway.telemetry.STOP_TIMEOUT_S", 0.01)
    handler = TracedHandler.__new__(TracedHandler)
    handler._provider = Provider()
    await handler.stop()
    assert hanging.is_set()
    assert "could not be sent" in caplog.text
    released.append(True)


def test_a_trace_has_the_number_of_its_request():
    make = TraceIdGenerator().generate_trace_id
    trace_id = new_id()
    set_trace_id(trace_id)
    assert f"{make():032x}" == trace_id.replace("-", "")
    set_trace_id("one-line")
    assert make() == make() > 0
    set_trace_id("")
    assert make() != make()


def test_the_same_complaint_is_logged_once_a_minute():
    clock = ManualClock(1)
    now_and_then = NowAndThen(clock)

    def is_let_through(message):
        return now_and_then.filter(logging.LogRecord("x", logging.ERROR, "", 1, message, (), None))

    assert [is_let_through("away"), is_let_through("away"), is_let_through("other")] == [True, False, True]
    clock.advance_ns(61 * NS_PER_SECOND)
    assert is_let_through("away")
