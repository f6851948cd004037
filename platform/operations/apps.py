"""What operations registers: its checks, parts, channels and metrics, and the jobs part that may not do so itself."""

from collections.abc import Callable
from functools import partial

from django.apps import AppConfig

JOBS_ORDER = 5
"""After the exchange, which takes hold of this installation's state: a second gateway that is refused there must not
get to mark the first one's jobs as interrupted.
"""

TIMERS_ORDER = -20
"""Before any thread is started, for they inherit it."""

KEYS_ORDER = -10
"""First: whoever comes while the others still start is checked already."""

AUDIT_ORDER = -5
"""Before all that records, and so the last to stop: what the others do until then is recorded."""

AUDIT_INDEX_ORDER = 1
"""After the exchange, whose journal's lock decides who is the gateway, and before the rest: nothing waits for it."""

WATCH_ORDER = 100
"""Last, when there is something to look at."""

STREAM_GAUGES = {
    "subscriptions": "Subscriptions of all sockets.",
    "channels": "Channels that somebody listens to, or lately did.",
    "blocked_sockets": "Sockets that take nothing at the moment.",
    "kept_updates": "Updates kept for listeners.",
    "queued_bytes": "Encoded updates kept for listeners.",
}
STREAM_COUNTERS = {
    "published": "Values published.",
    "delivered": "Frames handed to sockets.",
    "conflated": "Values replaced by newer ones before they were sent.",
    "resyncs": "Times a listener was told to start over.",
    "slow_closed": "Sockets closed because they did not keep up.",
}


class OperationsConfig(AppConfig):
    """What an operator looks at."""

    name = "operations"
    verbose_name = "Operations"

    def ready(self) -> None:
        """Register; nothing starts here."""
        _register_checks_and_services()
        _register_lifecycle()
        _register_metrics()
        _register_audit()
        _register_limits()
        _register_tiles()
        _register_kept()


def _register_checks_and_services() -> None:
    from jobs import services as jobs
    from operations import checks, health, parts, services_registry
    from operations.audit import services as audit
    from operations.services_registry import Service

    health.register("database", checks.check_database)
    health.register("disk", checks.check_disk, required=False)
    health.register("cache", checks.check_cache, required=False)
    health.register("jobs", checks.check_jobs, required=False)
    health.register("audit", audit.check_health, required=False)
    services_registry.register(Service("database", parts.database_state))
    services_registry.register(Service("cache", parts.cache_state, parts.reconnect_cache))
    services_registry.register(Service("hub", parts.hub_state))
    services_registry.register(Service("jobs", parts.jobs_state, jobs.restart))
    services_registry.register_source(parts.breaker_services)
    services_registry.register(Service("audit", audit.service_state))


def _register_lifecycle() -> None:
    from jobs import services as jobs
    from operations import channels, lifecycle
    from operations.audit import services as audit
    from operations.keys import services as keys
    from operations.keys.watch import WATCH as KEY_WATCH
    from operations.live_admin.loop import sharpen_timers
    from operations.log_tail import TAIL
    from operations.loop_lag import LOOP
    from operations.watch import WATCH

    channels.register_channels()
    jobs.add_listener(channels.publish_job)
    WATCH.add_listener(channels.publish_system)
    lifecycle.LIFECYCLE.add_listener(lambda state: WATCH.look_soon())
    lifecycle.on_start(sharpen_timers, "timers", TIMERS_ORDER)
    keys.add_listener(KEY_WATCH.look_at_sockets)
    lifecycle.on_start(KEY_WATCH.start, "keys", KEYS_ORDER)
    lifecycle.on_stop(KEY_WATCH.stop, "keys", KEYS_ORDER)
    lifecycle.on_start(audit.start, "audit", AUDIT_ORDER)
    lifecycle.on_stop(audit.stop, "audit", AUDIT_ORDER)
    lifecycle.on_start(audit.start_index, "audit index", AUDIT_INDEX_ORDER)
    lifecycle.on_stop(audit.stop_index, "audit index", AUDIT_INDEX_ORDER)
    lifecycle.on_start(jobs.start, "jobs", JOBS_ORDER)
    lifecycle.on_stop(jobs.stop, "jobs", JOBS_ORDER)
    lifecycle.on_start(LOOP.start, "event loop watch", WATCH_ORDER)
    lifecycle.on_stop(LOOP.stop, "event loop watch", WATCH_ORDER)
    lifecycle.on_start(TAIL.start, "log tail", WATCH_ORDER)
    lifecycle.on_stop(TAIL.stop, "log tail", WATCH_ORDER)
    lifecycle.on_start(WATCH.start, "watch", WATCH_ORDER)
    lifecycle.on_stop(WATCH.stop, "watch", WATCH_ORDER)


def _register_metrics() -> None:
    from operations import metrics, parts
    from operations.loop_lag import LOOP
    from streams.hub import HUB

    parts.register_readings()
    metrics.READINGS.add(
        "sandbar_event_loop_worst_lag_seconds", "The event loop's largest lag in the last minute.", LOOP.worst_s
    )
    for name, documentation in STREAM_GAUGES.items():
        metrics.READINGS.add(f"sandbar_stream_{name}", documentation, partial(_stream_figure, HUB.stats, name))
    for name, documentation in STREAM_COUNTERS.items():
        read = partial(_stream_figure, HUB.stats, name)
        metrics.READINGS.add(f"sandbar_stream_{name}_total", documentation, read, kind="counter")


def _stream_figure(stats: Callable[[], object], name: str) -> float:
    return float(getattr(stats(), name))


def _register_audit() -> None:
    from operations.audit import services as audit
    from operations.audit import sources, writes
    from streams import operations

    sources.register(audit.OWN)
    sources.register_finder(audit.OTHERS.sources)
    operations.recorder = writes.record_operation
    operations.turned_away = audit.record_turned_away


def _register_limits() -> None:
    from api.limits import REQUEST_TIMEOUT_S
    from streams import operations

    operations.timeout_s = lambda: REQUEST_TIMEOUT_S.value


def _register_tiles() -> None:
    from operations.live_admin import tiles

    tiles.register_tiles()


def _register_kept() -> None:
    from operations.audit import services as audit
    from operations.audit.sqlite_table import FILE_NAME
    from operations.backups import kept, services
    from operations.backups.kept import Kept

    services.register_tables()
    kept.register(
        Kept(
            name=FILE_NAME,
            kind="database",
            find=audit.audit_path,
            order=kept.AUDIT_ORDER,
            elsewhere=audit.find_elsewhere,
        )
    )
