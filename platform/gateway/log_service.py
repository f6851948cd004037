"""The log as one of the parts an operator sees, and its figures for `/metrics`."""

from gateway.logs import QUEUE_LIMIT, writer_in_use
from operations.metrics import READINGS
from operations.services_registry import Service, ServiceState, register


def log_state() -> ServiceState:
    """How the log file is doing: latency is what one write takes."""
    writer = writer_in_use()
    if writer is None:
        return ServiceState("stopped", detail="Logging was set up otherwise.")
    lost = f", {writer.dropped} lines lost since the start" if writer.dropped else ""
    return ServiceState(
        "degraded" if writer.last_error else "running",
        last_error=writer.last_error,
        latency_ms=writer.durations.median_ms(),
        load=writer.queued / QUEUE_LIMIT,
        detail=f"{writer.queued} lines waiting{lost}",
    )


def register_log() -> None:
    """Show the log among the services and in the metrics."""
    register(Service("log", log_state))
    READINGS.add("sandbar_log_queued", "Log lines that wait to be written.", _queued)
    READINGS.add("sandbar_log_dropped_total", "Log lines lost: the disk was too slow.", _dropped, kind="counter")


def _queued() -> float:
    writer = writer_in_use()
    return 0 if writer is None else writer.queued


def _dropped() -> float:
    writer = writer_in_use()
    return 0 if writer is None else writer.dropped
