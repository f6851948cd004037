"""system/info, system/time and system/services through the real application."""

import os
from typing import Any

import pytest

from kit.clock import NS_PER_MS, NS_PER_SECOND, ns_from_iso
from operations.services import SYSTEM
from operations.services_registry import Service, ServicesRegistry, ServiceState
from tests.asgi_client import AsgiClient


async def test_info_shows_versions_process_and_disk(client: AsgiClient) -> None:
    info = (await client.get("/api/v1/system/info/")).data
    assert info["version"] == "0.1.0"
    assert info["libraries"]["Django"].startswith("5.2.")
    assert info["server"] == "uvicorn"
    assert info["process"]["pid"] == os.getpid()
    assert all(info["process"][name] > 0 for name in ("memory_bytes", "threads", "descriptors", "cpu_seconds"))
    assert info["disk"]["total_bytes"] >= info["disk"]["used_bytes"] > 0
    assert info["uptime_seconds"] >= 0


async def test_info_shows_no_secret(client: AsgiClient, settings: Any) -> None:
    settings.SECRET_KEY = "the-secret-key"
    settings.REDIS_URL = "redis://:the-redis-password@127.0.0.1/0"
    answer = await client.get("/api/v1/system/info/")
    assert b"the-secret-key" not in answer.body
    assert b"the-redis-password" not in answer.body
    assert answer.data["config"]["REDIS"] is True
    assert answer.data["config"]["DATABASE"] == "sqlite3"
    assert answer.data["config"]["GATEWAY_PORT"] == 8080


async def test_time_is_the_same_moment_in_three_forms(client: AsgiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SYSTEM, "_market_time_ns", None)
    time = (await client.get("/api/v1/system/time")).data
    assert ns_from_iso(time["time"]) == time["epoch_ns"]
    assert time["epoch_ns"] // NS_PER_MS == time["epoch_ms"]
    assert time["market_time"] is None


async def test_time_shows_the_clock_of_the_market(client: AsgiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SYSTEM, "_market_time_ns", lambda: 1_640_995_200 * NS_PER_SECOND)
    time = (await client.get("/api/v1/system/time/")).data
    assert time["market_time"] == "2022-01-01T00:00:00.000Z"


async def test_services_are_listed_and_restarted(client: AsgiClient, parts: ServicesRegistry) -> None:
    states = [ServiceState("running", since=NS_PER_SECOND), ServiceState("failed", last_error="no prices")]

    async def restart() -> None:
        states.pop()

    parts.register(Service("feed", lambda: states[-1], restart))
    listed = (await client.get("/api/v1/system/services/")).data
    assert listed["next_cursor"] is None
    assert ns_from_iso(listed["items"][0]["since"]) > 0
    assert listed["items"] == [
        {
            "name": "feed",
            "state": "failed",
            "since": listed["items"][0]["since"],
            "last_error": "no prices",
            "latency_ms": None,
            "load": None,
            "detail": "",
            "restartable": True,
        }
    ]
    restarted = await client.post("/api/v1/system/services/feed/restart/")
    assert restarted.status == 200
    assert (restarted.data["state"], restarted.data["since"]) == ("running", "1970-01-01T00:00:01.000Z")
    assert (await client.get("/api/v1/system/services/feed")).data["state"] == "running"


async def test_what_cannot_be_restarted_is_a_409_and_what_is_not_there_a_404(
    client: AsgiClient, parts: ServicesRegistry
) -> None:
    parts.register(Service("exchange", lambda: ServiceState("running")))
    refused = await client.post("/api/v1/system/services/exchange/restart/")
    assert (refused.status, refused.code) == (409, "SERVICE_NOT_RESTARTABLE")
    missing = await client.post("/api/v1/system/services/ghost/restart/")
    assert (missing.status, missing.code) == (404, "NOT_FOUND")
    assert (await client.get("/api/v1/system/services/exchange/restart/")).status == 405


async def test_the_parts_of_the_platform_are_there(client: AsgiClient) -> None:
    by_name = {part["name"]: part for part in (await client.get("/api/v1/system/services/")).data["items"]}
    assert by_name["jobs"]["restartable"] is True
    assert by_name["hub"]["restartable"] is False
    assert {"database", "cache", "exchange", "journal", "feed", "sources"} <= by_name.keys()
    figures = {"state", "since", "last_error", "latency_ms", "load", "detail"}
    assert all(figures <= part.keys() and part["since"] is not None for part in by_name.values())
