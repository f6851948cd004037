"""What the soak watches, and when it counts as flat."""

import math
import re
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from benchmarks.tools.clients import HttpConnection

TASKS = "sandbar_tasks"
"""The metric that the soak's entrance adds."""

KEPT_BYTES_AN_ORDER = 1_536
"""What the history of one order may keep for good: the order, its places in the indexes, its share of fills."""

MEMORY_SLOPE_MB_PER_MIN = 1.0
MEMORY_NOISE_MB = 4.0
"""What the allocator moves up and down by itself; it decides in short runs alone."""

COUNT_RISE_SHARE = 0.1
COUNT_NOISE = 10.0
"""Descriptors, threads and tasks move with the connections of the moment; a rise beyond both is none of that."""
SIGMAS = 3.0
"""How far the line through samples that only jump about may rise by chance, in its standard deviations."""


class Sample(msgspec.Struct, frozen=True):
    """The gateway at one moment."""

    at_s: float
    memory_mb: float
    descriptors: int
    threads: int
    tasks: int
    orders: int

    def __str__(self) -> str:
        return (
            f"{self.memory_mb:8.1f} MB  {self.descriptors:4d} descriptors  {self.threads:3d} threads  "
            f"{self.tasks:4d} tasks  {self.orders:8d} orders"
        )


class Verdict(msgspec.Struct, frozen=True):
    """Whether one figure stayed flat, and how one sees it."""

    text: str
    is_flat: bool


class Process(Protocol):
    """What is sampled."""

    port: int

    @property
    def pid(self) -> int:
        """Its process id."""
        ...

    def resident_mb(self) -> float:
        """Its resident memory."""
        ...


async def take_sample(gateway: Process, orders: int) -> Sample:
    """The gateway now; `orders` is how many were placed so far."""
    connection = HttpConnection(gateway.port)
    try:
        _, metrics = await connection.call("GET", "/metrics")
    finally:
        connection.close()
    found = re.search(rf"^{TASKS} ([0-9.e+]+)$", metrics.decode(), re.MULTILINE)
    assert found is not None, f"/metrics has no {TASKS}"
    folder = Path("/proc") / str(gateway.pid)
    return Sample(
        at_s=time.monotonic(),
        memory_mb=gateway.resident_mb(),
        descriptors=len(list((folder / "fd").iterdir())),
        threads=len(list((folder / "task").iterdir())),
        tasks=int(float(found[1])),
        orders=orders,
    )


def judge(samples: Sequence[Sample]) -> list[Verdict]:
    """Whether memory, descriptors, threads and tasks stayed flat over the samples; none may be too few to tell."""
    assert len(samples) >= 2, "a slope needs two samples"
    minutes = [(sample.at_s - samples[0].at_s) / 60 for sample in samples]
    return [
        _judge_memory(samples, minutes),
        *(
            _judge_count(name, [float(getattr(sample, name)) for sample in samples], minutes)
            for name in ("descriptors", "threads", "tasks")
        ),
    ]


def _judge_memory(samples: Sequence[Sample], minutes: Sequence[float]) -> Verdict:
    kept_mb = [KEPT_BYTES_AN_ORDER * (sample.orders - samples[0].orders) / 1e6 for sample in samples]
    raw_mb = [sample.memory_mb for sample in samples]
    slope = slope_of(minutes, [raw - kept for raw, kept in zip(raw_mb, kept_mb, strict=True)])
    allowed_mb = max(MEMORY_SLOPE_MB_PER_MIN * minutes[-1], MEMORY_NOISE_MB)
    is_flat = slope * minutes[-1] <= allowed_mb
    orders = samples[-1].orders - samples[0].orders
    each = f"{(raw_mb[-1] - raw_mb[0]) * 1e6 / orders:,.0f} B an order placed" if orders else "no orders placed"
    return Verdict(
        f"memory       {raw_mb[0]:.1f} to {raw_mb[-1]:.1f} MB, {slope_of(minutes, raw_mb):+.2f} MB a minute ({each}); "
        f"without {KEPT_BYTES_AN_ORDER:,} B an order for its history {slope:+.2f} MB a minute: {_word(is_flat)}",
        is_flat,
    )


def _judge_count(name: str, counts: Sequence[float], minutes: Sequence[float]) -> Verdict:
    slope = slope_of(minutes, counts)
    by_chance = SIGMAS * statistics.pstdev(counts) * math.sqrt(12 / len(counts))
    allowed = max(COUNT_NOISE, COUNT_RISE_SHARE * statistics.median(counts), by_chance)
    is_flat = slope * minutes[-1] <= allowed
    return Verdict(
        f"{name:<12} {min(counts):.0f} to {max(counts):.0f}, {slope:+.2f} a minute: {_word(is_flat)}", is_flat
    )


def slope_of(minutes: Sequence[float], values: Sequence[float]) -> float:
    """The rise a minute of the straight line through the samples."""
    return statistics.linear_regression(minutes, values).slope


def _word(is_flat: bool) -> str:
    return "flat" if is_flat else "NOT FLAT"
