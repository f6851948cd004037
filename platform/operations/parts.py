"""The internal parts that this app knows itself, as operators see them: database, cache, hub, jobs, and every breaker."""

import asyncio
import statistics
from collections.abc import Iterable

from django.conf import settings

from api.cache import shared_cache
from jobs import services as jobs
from kit.breaker import BREAKERS, Breaker
from kit.clock import NS_PER_MS
from kit.errors import Unavailable
from operations import health
from operations.metrics import READINGS
from operations.services_registry import Service, ServiceState
from operations.services_registry import State as PartState
from streams.hub import HUB, MAX_SOCKETS

BREAKER_STATES = {"closed": 0, "half_open": 1, "open": 2}

_PART_STATES: dict[str, PartState] = {"closed": "running", "half_open": "starting", "open": "degraded"}


def database_state() -> ServiceState:
    """The application database, by what its health check last found."""
    last = health.CHECKS.latest("database")
    if last is None:
        return ServiceState("starting", detail="It was not asked yet.")
    state: PartState = "running" if last.status == "ok" else "failed"
    kind = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    return ServiceState(state, last_error=last.detail or None, latency_ms=last.latency_ms, detail=kind)


def cache_state() -> ServiceState:
    """The cache: in memory, in Redis, or in memory because Redis is away."""
    cache = shared_cache()
    hits, misses = cache.lookups
    share = f"{hits / (hits + misses):.0%} of {hits + misses} look-ups found" if hits + misses else "not used yet"
    last = health.CHECKS.latest("cache")
    latency_ms = last.latency_ms if last is not None else None
    if not settings.REDIS_URL:
        return ServiceState("running", latency_ms=latency_ms, load=cache.load, detail=f"in memory; {share}")
    breaker = cache.breaker
    if cache.is_degraded():
        return ServiceState(
            "degraded",
            breaker.since_ns,
            breaker.last_error,
            load=cache.load,
            detail=f"memory stands in for Redis; {share}",
        )
    return ServiceState("running", breaker.since_ns, breaker.last_error, latency_ms, detail=f"in Redis; {share}")


async def reconnect_cache() -> None:
    """Ask Redis at once instead of after its pause; raises Unavailable when it is still away."""
    if not await asyncio.to_thread(shared_cache().reconnect):
        raise Unavailable(f"Redis does not answer: {shared_cache().breaker.last_error}")


def jobs_state() -> ServiceState:
    """Long work: how much there is, and how long a piece of it takes."""
    state = jobs.state()
    if not state.is_accepting:
        return ServiceState("stopped", state.since, state.last_error)
    is_busy = state.running + state.queued > 0
    return ServiceState(
        "degraded" if state.fault else "running" if is_busy else "idle",
        since=state.since,
        last_error=state.fault or state.last_error,
        latency_ms=_typical_job_ms(),
        load=min(1.0, state.running / max(1, state.workers)),
        detail=f"{state.running} running, {state.queued} waiting, {state.workers} workers at most",
    )


def _typical_job_ms() -> float | None:
    """The median time of the last ended jobs, from start to end."""
    durations_ns = [
        job.finished_at - job.started_at
        for job in jobs.recent()
        if job.started_at is not None and job.finished_at is not None
    ]
    return round(statistics.median(durations_ns) / NS_PER_MS, 3) if durations_ns else None


def hub_state() -> ServiceState:
    """The streams: how many sockets of how many, and how they keep up."""
    stats = HUB.stats()
    detail = (
        f"{stats.sockets} sockets, {stats.blocked_sockets} of them waiting; {stats.subscriptions} subscriptions; "
        f"{stats.delivered} frames delivered, {stats.slow_closed} sockets closed as too slow"
    )
    return ServiceState(
        "running" if stats.sockets else "idle",
        latency_ms=HUB.beat_durations.median_ms(),
        load=stats.sockets / MAX_SOCKETS,
        detail=detail,
    )


def breaker_services() -> list[Service]:
    """A part for each breaker; restarting it has its dependency asked again at once."""
    return [_breaker_service(breaker) for breaker in BREAKERS.list()]


def _breaker_service(breaker: Breaker) -> Service:
    async def reset() -> None:
        breaker.reset()

    def state() -> ServiceState:
        return ServiceState(
            _PART_STATES[breaker.state],
            breaker.since_ns,
            breaker.last_error,
            detail=f"{breaker.state}; opened {breaker.openings} times, kept {breaker.refused} calls back",
        )

    return Service(f"breaker:{breaker.name}", state, reset)


def register_readings() -> None:
    """What `/metrics` asks of these parts."""
    READINGS.add("sandbar_stream_clients", "Open WebSocket connections.", lambda: HUB.stats().sockets)
    READINGS.add("sandbar_jobs_running", "Jobs in a worker.", lambda: jobs.state().running)
    READINGS.add("sandbar_jobs_waiting", "Jobs waiting for a worker.", lambda: jobs.state().queued)
    READINGS.add("sandbar_cache_degraded", "1 while memory stands in for Redis.", lambda: shared_cache().is_degraded())
    READINGS.add_labelled(
        "sandbar_cache_lookups_total", "Keys looked up in the cache.", ("result",), _cache_lookups, kind="counter"
    )
    READINGS.add_labelled("sandbar_breaker_state", "0 closed, 1 half-open, 2 open.", ("breaker",), _breaker_states)
    READINGS.add_labelled(
        "sandbar_breaker_openings_total", "Times a breaker opened.", ("breaker",), _breaker_openings, kind="counter"
    )


def _cache_lookups() -> Iterable[tuple[tuple[str], float]]:
    hits, misses = shared_cache().lookups
    return ((("hit",), hits), (("miss",), misses))


def _breaker_states() -> Iterable[tuple[tuple[str], float]]:
    return [((breaker.name,), BREAKER_STATES[breaker.state]) for breaker in BREAKERS.list()]


def _breaker_openings() -> Iterable[tuple[tuple[str], float]]:
    return [((breaker.name,), breaker.openings) for breaker in BREAKERS.list()]
