"""The parts an operator sees: true figures of database, cache, hub, jobs and breakers."""

from typing import Any

import pytest
from django.core.cache.backends.locmem import LocMemCache

from api.cache import MEMORY_ENTRIES, Cache, MemoryStore
from kit.breaker import BREAKERS, Breaker, BreakerPolicy
from kit.clock import NS_PER_SECOND, ManualClock
from operations import checks as own_checks
from operations import metrics, parts
from operations.audit import services as audit
from operations.audit.recorder import Recorder
from operations.health import HealthChecks
from operations.loop_lag import LoopLag
from operations.services_registry import Service, ServicesRegistry, ServiceState
from streams.hub import Hub
from tests.asgi_client import AsgiClient
from tests.operations.conftest import HeldJobs
from tests.operations.test_cache_health import LeavingStore


@pytest.mark.django_db(transaction=True)
async def test_the_database_shows_what_its_check_found(settings: Any, checks: HealthChecks) -> None:
    engine = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    assert parts.database_state().state == "starting"
    checks.register("database", own_checks.check_database)
    await checks.report()
    state = parts.database_state()
    assert (state.state, state.last_error, state.detail) == ("running", None, engine)
    assert state.latency_ms is not None and state.latency_ms > 0


async def test_the_cache_in_memory_shows_what_a_look_up_takes_and_how_full_it_is(
    monkeypatch: pytest.MonkeyPatch, settings: Any, checks: HealthChecks
) -> None:
    settings.REDIS_URL = ""
    cache = Cache(MemoryStore(LocMemCache("shown-part", {})), clock=ManualClock(1))
    for module in (parts, own_checks):
        monkeypatch.setattr(module, "shared_cache", lambda: cache)
    checks.register("cache", own_checks.check_cache)
    await checks.report()
    before = parts.cache_state()
    assert before.latency_ms is not None and before.latency_ms > 0
    assert (before.state, before.load, before.detail) == ("running", 0.0, "in memory; not used yet")
    for number in range(MEMORY_ENTRIES // 100):
        cache.set(f"key-{number}", number, ttl_s=60)
    assert parts.cache_state().load == 0.01


async def test_the_hub_shows_how_long_it_takes_to_offer_everybody_a_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub()
    monkeypatch.setattr(parts, "HUB", hub)
    assert parts.hub_state().latency_ms is None
    await hub.beat()
    latency_ms = parts.hub_state().latency_ms
    assert latency_ms is not None and latency_ms >= 0


async def test_the_audit_shows_what_keeps_it_from_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder(ManualClock(1))
    monkeypatch.setattr(audit, "RECORDER", recorder)
    assert audit.service_state().state == "stopped"
    monkeypatch.setattr(Recorder, "is_running", True)
    recorder.write_durations.add(0.002)
    well = audit.service_state()
    assert (well.state, well.latency_ms, well.load, well.last_error) == ("running", 2.0, 0.0, None)
    monkeypatch.setattr(Recorder, "trouble", "the disk is full")
    assert (audit.service_state().state, audit.service_state().last_error) == ("degraded", "the disk is full")


async def test_a_cache_that_lost_its_redis_can_be_reconnected(
    monkeypatch: pytest.MonkeyPatch, settings: Any, client: AsgiClient
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    store = LeavingStore(LocMemCache("leaving-part", {}))
    cache = Cache(store, MemoryStore(LocMemCache("stand-in-part", {})), clock=ManualClock(1))
    monkeypatch.setattr(parts, "shared_cache", lambda: cache)
    store.is_away = True
    cache.get("key")
    degraded = (await client.get("/api/v1/system/services/cache/")).data
    assert (degraded["state"], degraded["last_error"]) == ("degraded", "ConnectionError: gone")
    refused = await client.post("/api/v1/system/services/cache/restart/")
    assert (refused.status, refused.code) == (503, "UNAVAILABLE")
    store.is_away = False
    assert (await client.post("/api/v1/system/services/cache/restart/")).data["state"] == "running"


async def test_a_breaker_is_a_part_and_a_metric_and_can_be_asked_again(
    monkeypatch: pytest.MonkeyPatch, client: AsgiClient
) -> None:
    monkeypatch.setattr(BREAKERS, "_by_name", {})
    breaker = BREAKERS.register(
        Breaker("prices", BreakerPolicy(failures=1, failure_share=0), ManualClock(NS_PER_SECOND))
    )
    breaker.failed(ConnectionError("gone"))
    assert not breaker.allows()
    shown = (await client.get("/api/v1/system/services/breaker:prices/")).data
    assert (shown["state"], shown["last_error"]) == ("degraded", "ConnectionError: gone")
    assert (shown["since"], shown["restartable"]) == ("1970-01-01T00:00:01.000Z", True)
    assert 'sandbar_breaker_state{breaker="prices"} 2.0' in metrics.exposition().decode()
    await client.post("/api/v1/system/services/breaker:prices/restart/")
    assert breaker.allows()
    assert 'sandbar_breaker_openings_total{breaker="prices"} 1.0' in metrics.exposition().decode()


async def test_jobs_show_how_long_they_take(held_jobs: HeldJobs, client: AsgiClient) -> None:
    from jobs.executors import Outcome

    before = metrics.JOBS.value("test.work", "succeeded")
    job = await held_jobs.submit()
    held_jobs.begin(job)
    await held_jobs.end(job, Outcome("succeeded", result={}))
    state = parts.jobs_state()
    assert state.state == "idle"
    assert state.latency_ms is not None and state.latency_ms >= 0
    assert metrics.JOBS.value("test.work", "succeeded") == before + 1
    assert metrics.JOB_RUN.rows[("test.work", "succeeded")].count >= 1
    assert metrics.JOB_WAIT.rows[("test.work",)].count >= 1


def test_since_is_when_a_change_of_state_was_noticed() -> None:
    clock = ManualClock(5)
    registry, states = ServicesRegistry(clock), [ServiceState("idle"), ServiceState("running")]
    registry.register(Service("feed", lambda: states[-1]))
    assert registry.get("feed").since == 5
    clock.advance_ns(10)
    assert registry.get("feed").since == 5
    states.pop()
    assert registry.get("feed").since == 15


def test_parts_that_come_to_be_later_are_shown_and_none_hides_another() -> None:
    registry = ServicesRegistry()
    registry.register(Service("feed", lambda: ServiceState("running")))
    found = [Service("feed", lambda: ServiceState("failed"))]
    registry.register_source(lambda: found)
    assert [report.state for report in registry.list_services()] == ["running"]
    found.append(Service("source:x", lambda: ServiceState("idle")))
    assert [report.name for report in registry.list_services()] == ["feed", "source:x"]


class FakeLoop:
    """A loop whose time the test says, and whose timer it fires."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.timer: tuple[Any, ...] = ()

    def time(self) -> float:
        return self.now_s

    def call_later(self, delay_s: float, callback: Any, *arguments: Any) -> None:
        self.timer = (callback, *arguments)

    def fire_at(self, now_s: float) -> None:
        self.now_s = now_s
        callback, *arguments = self.timer
        callback(*arguments)


def test_a_timer_that_fires_late_is_the_loops_lag() -> None:
    loop, lag = FakeLoop(), LoopLag()
    before = metrics.LOOP_LAG.rows[()].count if metrics.LOOP_LAG.rows else 0
    lag._arm(loop)  # type: ignore[arg-type]
    loop.fire_at(0.5)
    assert lag.worst_s() == 0
    loop.fire_at(1.3)
    assert lag.worst_s() == pytest.approx(0.3)
    assert metrics.LOOP_LAG.rows[()].count == before + 2
