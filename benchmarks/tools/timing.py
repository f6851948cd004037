"""Times one call again and again within a process, and its largest memory. Every peer has the standard library it needs."""

import resource
import sys
import time
from collections.abc import Callable
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
    """The largest resident memory this process had, libraries and input included."""
    # Linux counts in kB, macOS in bytes.
    unit_bytes = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit_bytes / 1e6
