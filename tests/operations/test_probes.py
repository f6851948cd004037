"""Health, liveness, readiness and metrics through the real application."""

import pytest

from operations.health import Health, HealthChecks
from operations.lifecycle import Lifecycle, LifecycleState
from operations.services import readiness
from tests.asgi_client import AsgiClient

ENVELOPE = {"status", "data", "message", "timestamp", "trace_id", "execution_time_ms"}


@pytest.mark.parametrize("path", ["/healthz", "/livez", "/healthz/", "/livez/"])
async def test_a_living_process_says_so(path: str, client: AsgiClient) -> None:
    answer = await client.get(path)
    assert answer.status == 200
    assert set(answer.json()) == ENVELOPE
    assert answer.data == {"status": "ok"}


async def test_health_shows_every_check_with_its_detail(client: AsgiClient, checks: HealthChecks) -> None:
    checks.register("journal", lambda: Health("ok", "0 entries behind"))
    checks.register("disk", lambda: Health("degraded", "400 MiB free"), required=False)
    answer = await client.get("/health")
    assert answer.status == 200
    assert answer.data["status"] == "degraded"
    assert answer.data["checked_at"].endswith("Z")
    shown = [
        {name: check[name] for name in ("name", "status", "required", "detail")} for check in answer.data["checks"]
    ]
    assert shown == [
        {"name": "journal", "status": "ok", "required": True, "detail": "0 entries behind"},
        {"name": "disk", "status": "degraded", "required": False, "detail": "400 MiB free"},
    ]
    assert all(check["latency_ms"] >= 0 for check in answer.data["checks"])


async def test_health_is_503_with_the_checks_when_a_required_one_failed(
    client: AsgiClient, checks: HealthChecks
) -> None:
    checks.register("journal", lambda: Health("failed", "disk full"))
    answer = await client.get("/health")
    assert (answer.status, answer.code) == (503, "UNAVAILABLE")
    assert answer.details["checks"][0]["detail"] == "disk full"


async def test_ready_once_started_and_healthy(client: AsgiClient, checks: HealthChecks, server: Lifecycle) -> None:
    checks.register("journal", lambda: Health("ok"))
    answer = await client.get("/readyz")
    assert answer.status == 200
    assert answer.data == {"status": "ready", "degraded": []}


async def test_ready_but_degraded_says_what_is_not_well(
    client: AsgiClient, checks: HealthChecks, server: Lifecycle
) -> None:
    checks.register("redis", lambda: Health("failed", "connection refused"), required=False)
    answer = await client.get("/readyz")
    assert answer.status == 200
    assert answer.data == {"status": "degraded", "degraded": ["redis: connection refused"]}


async def test_not_ready_while_a_required_check_fails(
    client: AsgiClient, checks: HealthChecks, server: Lifecycle
) -> None:
    checks.register("journal", lambda: Health("failed", "disk full"))
    answer = await client.get("/readyz")
    assert (answer.status, answer.code) == (503, "UNAVAILABLE")
    assert answer.json()["message"] == "Not ready. journal: disk full"
    assert answer.details == {"reasons": ["journal: disk full"]}


async def test_not_ready_when_the_start_failed_and_it_says_why(
    client: AsgiClient, checks: HealthChecks, server: Lifecycle
) -> None:
    server.state = LifecycleState("failed", 0, "exchange did not start: OSError: the journal is locked")
    answer = await client.get("/readyz")
    assert answer.status == 503
    assert answer.details["reasons"] == ["exchange did not start: OSError: the journal is locked"]


async def test_not_ready_before_the_start(checks: HealthChecks, server: Lifecycle) -> None:
    server.state = LifecycleState("starting", 0)
    assert (await readiness()).reasons == ["The server is starting."]


async def test_probes_take_no_writes_and_no_parameters(client: AsgiClient) -> None:
    assert (await client.post("/healthz", json={})).code == "METHOD_NOT_ALLOWED"
    assert (await client.get("/healthz?deep=1")).code == "VALIDATION_FAILED"


async def test_metrics_are_in_the_format_of_prometheus(client: AsgiClient) -> None:
    await client.get("/healthz")
    answer = await client.get("/metrics")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    text = answer.body.decode()
    for name in (
        "sandbar_requests_total{",
        "sandbar_request_seconds_bucket{",
        "sandbar_orders_total",
        "sandbar_fills_total",
        "sandbar_stream_clients 0.0",
        "sandbar_feed_lag_seconds",
        "sandbar_jobs_running 0.0",
        "process_resident_memory_bytes",
    ):
        assert name in text
