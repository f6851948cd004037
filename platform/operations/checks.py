"""The health checks of what this app knows itself: database, disk, cache, jobs."""

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection

from api.cache import shared_cache
from jobs import services as jobs
from operations.health import Health
from operations.system import disk_of

MIN_FREE_BYTES = 500 * 1024 * 1024
"""Below this a day of journal and a data set may no longer fit."""


def check_database() -> Health:
    """Whether the application's database answers a query."""
    close_old_connections()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as fault:
        return Health("failed", f"The database does not answer ({type(fault).__name__}).")
    finally:
        close_old_connections()
    return Health("ok")


def check_disk() -> Health:
    """Whether there is room where the state is kept."""
    free_bytes = disk_of(settings.STATE_DIR).free_bytes
    detail = f"{free_bytes // 2**20} MiB free"
    return Health("ok" if free_bytes >= MIN_FREE_BYTES else "degraded", detail)


def check_cache() -> Health:
    """Whether the cache is where it was configured to be. Asking it also notices that Redis is back."""
    if shared_cache().probe():
        return Health("ok", "in Redis" if settings.REDIS_URL else "in memory")
    return Health("degraded", "Redis does not answer; memory stands in for it.")


async def check_jobs() -> Health:
    """Whether long work is taken."""
    state = jobs.state()
    if not state.is_accepting:
        return Health("failed", "Long work is not taken.")
    if state.fault:
        return Health("degraded", state.fault)
    return Health("ok", f"{state.running} running, {state.queued} waiting")
