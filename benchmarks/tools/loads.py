"""The load generators over HTTP, on the client's core: wrk for throughput, an open model for latency."""

import os
import subprocess
from pathlib import Path

import msgspec

from benchmarks.tools.environment import BENCHMARKS, CLIENT_CORE, ensure_command, ensure_open_model

CONNECTIONS = 32
SCRIPT = BENCHMARKS / "wrk" / "load.lua"
OPEN_MODEL = BENCHMARKS / "open_model.mjs"
DEFAULT_ACCOUNT = "default"


class Throughput(msgspec.Struct, frozen=True):
    """What wrk saw; `refused` counts answers of 400 and above, `broken` connections and timeouts."""

    requests: int
    duration_us: int
    refused: int
    broken: int
    p50_us: int
    p99_us: int

    @property
    def per_s(self) -> float:
        """Requests a second."""
        return self.requests / self.duration_us * 1e6


class Latency(msgspec.Struct, frozen=True):
    """What the open model saw at a fixed rate."""

    measured: int
    broken: int
    refused: int
    connections: int
    per_s: float
    p50_ms: float
    p99_ms: float
    max_ms: float


class LoadRefused(RuntimeError):
    """The server refused or dropped requests: whatever was measured, it is not the work."""


def ensure_wrk() -> str:
    """The path of wrk."""
    return ensure_command("wrk", "wrk")


def flood(url: str, *, seconds: float, orders: bool = False, account: str = DEFAULT_ACCOUNT) -> Throughput:
    """As many requests as the server answers over 32 connections; raises LoadRefused when one was refused."""
    whole_seconds = max(1, round(seconds))
    command = ["taskset", "--cpu-list", str(CLIENT_CORE), ensure_wrk(), "--threads", "1", "--timeout", "20s"]
    command += ["--connections", str(CONNECTIONS), "--duration", f"{whole_seconds}s", "--script", str(SCRIPT), url]
    environment = {**os.environ, "ORDERS": "1" if orders else "0", "ACCOUNT": account}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    result = next(line for line in done.stdout.splitlines() if line.startswith("RESULT "))
    seen = msgspec.json.decode(result.removeprefix("RESULT "), type=Throughput)
    if seen.refused or seen.broken or not seen.requests:
        raise LoadRefused(f"{url}: {seen}\n{done.stdout}")
    return seen


def pace(
    url: str, *, rate: float, seconds: float, warmup_s: float, orders: bool = False, account: str = DEFAULT_ACCOUNT
) -> Latency:
    """Latencies at a fixed rate; raises LoadRefused when a request was refused or lost."""
    plan = {
        "url": url,
        "account": account,
        "rate": round(rate),
        "seconds": seconds,
        "warmupSeconds": warmup_s,
        "orders": orders,
    }
    command = ["taskset", "--cpu-list", str(CLIENT_CORE), ensure_open_model(), str(OPEN_MODEL)]
    command.append(msgspec.json.encode(plan).decode())
    done = subprocess.run(command, cwd=Path(BENCHMARKS), capture_output=True, text=True, check=True)
    seen = msgspec.json.decode(done.stdout.splitlines()[-1], type=Latency)
    if seen.refused or seen.broken or seen.measured < 0.9 * rate * seconds:
        raise LoadRefused(f"{url}: {seen}")
    return seen
