"""The disk's own time to make 4 KB durable: no journal can answer faster than this."""

import os
import statistics
import time
from pathlib import Path

import msgspec

BLOCK = bytes(4096)
WRITES = 300


class DiskTimes(msgspec.Struct, frozen=True):
    """Milliseconds of one appended 4 KB block with its fdatasync."""

    median_ms: float
    p99_ms: float

    def __str__(self) -> str:
        return f"a 4 KB fdatasync takes {self.median_ms:.2f} ms here (p99 {self.p99_ms:.2f} ms)"


def measure_disk(folder: Path, writes: int = WRITES) -> DiskTimes:
    """Append and sync blocks one by one to a file in `folder`."""
    path = folder / "fdatasync.bin"
    times_ms: list[float] = []
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        for _ in range(writes):
            started_ns = time.perf_counter_ns()
            os.write(file, BLOCK)
            os.fdatasync(file)
            times_ms.append((time.perf_counter_ns() - started_ns) / 1e6)
    finally:
        os.close(file)
        path.unlink()
    return DiskTimes(statistics.median(times_ms), percentile(times_ms, 99))


def percentile(values: list[float], percent: float) -> float:
    """The nearest-rank percentile."""
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * percent // 100))
    return ordered[int(rank) - 1]
