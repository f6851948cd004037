"""Times one call again and again within a process, and its largest memory. Every peer has the standard library it needs."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

LEAST_TIMINGS = 5
MOST_TIMINGS = 200
ENOUGH_S = 3.0
"""A quick call is timed until so much time is spent: five timings of a millisecond would say little."""

LONG_S = 60.0
"""A slow call is not begun again after so long: fewer timings are then had than `LEAST_TIMINGS`, and counted."""


def time_calls(call: Callable[[], Any], *, warm_up: Callable[[], Any] | None = None) -> tuple[list[float], Any]:
    """Seconds of each call after a warm-up (the call itself where none is given), and what the last one returned."""
    (warm_up or call)()
    times_s: list[float] = []
    result = None
    while _wants_more(times_s):
        started_s = time.perf_counter()
        result = call()
        times_s.append(time.perf_counter() - started_s)
    return times_s, result


def _wants_more(times_s: list[float]) -> bool:
    if sum(times_s) >= LONG_S:
        return False
    if len(times_s) < LEAST_TIMINGS:
        return True
    return len(times_s) < MOST_TIMINGS and sum(times_s) < ENOUGH_S


def peak_mb() -> float:
    """The largest resident memory of this process since it began its program, libraries and input included.

    Linux says so in `/proc`. What `getrusage` counts is begun by whoever starts the process, and holds that one's memory.
    """
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6
