"""What a worker may take of the machine: cores, threads, memory, and where it keeps compiled code.

Memory is measured, not limited by the kernel. RLIMIT_AS and RLIMIT_DATA count what is reserved: numba, polars and the
allocators below them reserve many times what they use, and data sets are mapped whole, so either would end honest jobs.
The resident pages that no file stands behind are what a job really takes from others.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil

MEMORY_SHARE = 0.75
"""Of the machine's memory for all workers together; the rest is the gateway's, the system's and the page cache's."""

MEMORY_INTERVAL_S = 0.1
"""How often a running worker is measured. Memory is filled at a few GB/s, so one overshoots by a few hundred MB."""

CGROUP_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
"""Where a container's limit stands, in the second and the first version of control groups."""

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def core_count() -> int:
    """The cores that this process may use."""
    # macOS does not say which those are.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def default_worker_count() -> int:
    """All cores but one, which is the event loop's; at least one."""
    return max(1, core_count() - 1)


def machine_memory_bytes() -> int:
    """The memory of the machine or of the container this process is in, whichever is less."""
    limits = [psutil.virtual_memory().total]
    for file in CGROUP_LIMITS:
        with suppress(OSError, ValueError):  # not there, or "max"
            limits.append(int(file.read_text()))
    return min(limits)


def memory_share_bytes(workers: int) -> int:
    """What one of so many workers may hold."""
    return int(machine_memory_bytes() * MEMORY_SHARE / workers)


def own_memory_bytes(pid: int) -> int:
    """The resident memory of a process that no file stands behind; 0 when it is gone.

    On Linux from /proc/PID/statm, whose second figure is resident pages and whose third those of them that files or
    shared memory stand behind (proc(5)). Elsewhere all resident memory, mapped data sets included.
    """
    try:
        _, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
    except (FileNotFoundError, ProcessLookupError, NotADirectoryError):
        if Path("/proc/self/statm").exists():
            return 0
        with suppress(psutil.NoSuchProcess):
            return int(psutil.Process(pid).memory_info().rss)
        return 0
    except ValueError:  # it is just ending
        return 0
    return (int(resident) - int(shared)) * _PAGE_BYTES


def worker_environment(workers: int, compiled_code: Path | None, given: Mapping[str, str]) -> dict[str, str]:
    """What to add to the environment of each of so many workers; what an operator has `given` holds.

    Each may use its part of the cores, for a library that starts a thread on every core in every worker makes them wait
    for each other. `compiled_code` is the folder where numba keeps what it compiled, shared by all workers.
    """
    threads = str(max(1, core_count() // workers))
    wanted = dict.fromkeys(("NUMBA_NUM_THREADS", "POLARS_MAX_THREADS", "OMP_NUM_THREADS"), threads)
    if compiled_code is not None:
        wanted["NUMBA_CACHE_DIR"] = str(compiled_code)
    return {name: value for name, value in wanted.items() if not given.get(name)}
