"""Which back end the settings ask for, and the folders below STATE_DIR that jobs keep."""

import os
from pathlib import Path

from django.conf import settings

from jobs.executors import Executor
from jobs.process_pool import PoolOptions, ProcessPool
from jobs.resources import default_worker_count

SOURCES = Path(__file__).resolve().parents[1]


def make_executor() -> Executor:
    """A cluster's client when DASK_SCHEDULER names one, else a pool of processes on this machine."""
    if settings.DASK_SCHEDULER:
        # Half a second and 40 MB that nobody else pays for.
        from jobs.cluster import Cluster

        return Cluster(settings.DASK_SCHEDULER)
    return ProcessPool(pool_options(settings.JOB_WORKERS or default_worker_count()))


def pool_options(workers: int) -> PoolOptions:
    """How a pool of so many workers behaves in this installation."""
    return PoolOptions(
        workers=workers, memory_bytes=settings.JOB_MEMORY_MIB * 2**20, compiled_code=compiled_code_folder()
    )


def compiled_code_folder() -> Path | None:
    """Where numba keeps what workers compiled, shared by all and kept over restarts; None for beside the sources.

    That is numba's own choice, and the one that several installations of one checkout share; it cannot be had where the
    sources cannot be written to.
    """
    return None if os.access(SOURCES, os.W_OK) else Path(settings.STATE_DIR) / "compiled"


def checkpoints_folder() -> Path:
    """Where resumable jobs keep how far they are, a folder each."""
    return Path(settings.STATE_DIR) / "checkpoints"
