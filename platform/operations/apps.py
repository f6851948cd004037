"""What operations registers: its checks, parts, channels and metrics, and the jobs part that may not do so itself."""

from functools import partial

from django.apps import AppConfig

JOBS_ORDER = 5
"""After the exchange, which takes hold of this installation's state: a second gateway that is refused there must not
get to mark the first one's jobs as interrupted.
"""

TIMERS_ORDER = -10
"""Before any thread is started, for they inherit it."""

WATCH_ORDER = 100
"""Last, when there is something to look at."""

STREAM_READINGS = {
    "subscriptions": "Subscriptions of all sockets.",
    "published": "Values published since the start.",
    "delivered": "Frames handed to sockets since the start.",
    "conflated": "Values replaced by newer ones before they were sent.",
    "resyncs": "Times a listener was told to start over.",
    "slow_closed": "Sockets closed because they did not keep up.",
    "queued_bytes": "Encoded updates kept for listeners.",
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
        _register_tiles()


def _register_checks_and_services() -> None:
    from jobs import services as jobs
    from operations import checks, health, services_registry
    from operations.services_registry import Service

    health.register("database", checks.check_database)
    health.register("disk", checks.check_disk, required=False)
    health.register("cache", checks.check_cache, required=False)
    health.register("jobs", checks.check_jobs, required=False)
    services_registry.register(Service("jobs", checks.jobs_state, jobs.restart))
    services_registry.register(Service("streams", checks.streams_state))


def _register_lifecycle() -> None:
    from jobs import services as jobs
    from operations import channels, lifecycle
    from operations.live_admin.loop import sharpen_timers
    from operations.watch import WATCH

    channels.register_channels()
    jobs.add_listener(channels.publish_job)
    WATCH.add_listener(channels.publish_system)
    lifecycle.LIFECYCLE.add_listener(lambda state: WATCH.look_soon())
    lifecycle.on_start(sharpen_timers, "timers", TIMERS_ORDER)
    lifecycle.on_start(jobs.start, "jobs", JOBS_ORDER)
    lifecycle.on_stop(jobs.stop, "jobs", JOBS_ORDER)
    lifecycle.on_start(WATCH.start, "watch", WATCH_ORDER)
    lifecycle.on_stop(WATCH.stop, "watch", WATCH_ORDER)


def _register_metrics() -> None:
    from jobs import services as jobs
    from operations import checks, metrics
    from streams.hub import HUB

    metrics.STREAM_CLIENTS.set_function(lambda: HUB.stats().sockets)
    metrics.READINGS.add("sandbar_jobs_running", "Jobs in a worker.", lambda: jobs.state().running)
    metrics.READINGS.add("sandbar_jobs_waiting", "Jobs waiting for a worker.", lambda: jobs.state().queued)
    metrics.READINGS.add("sandbar_cache_degraded", "1 while memory stands in for Redis.", checks.cache_reading)
    for name, documentation in STREAM_READINGS.items():
        metrics.READINGS.add(f"sandbar_stream_{name}", documentation, partial(checks.stream_reading, name))


def _register_tiles() -> None:
    from operations.live_admin import tiles

    tiles.register_tiles()
