"""What system/info and system/time say: versions, the process, the disk, the settings that are no secret, the clocks."""

import platform
import tomllib
from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import psutil

from kit.clock import NS_PER_MS, NS_PER_SECOND
from kit.tunables import TUNABLES

LIBRARIES = (
    "Django",
    "djangorestframework",
    "drf-spectacular",
    "channels",
    "uvicorn",
    "daphne",
    "msgspec",
    "polars",
    "numpy",
    "redis",
    "prometheus_client",
)

SHOWN_SETTINGS = (
    "GATEWAY_HOST",
    "GATEWAY_PORT",
    "GATEWAY_SERVER",
    "DISABLE_AUTH",
    "PERSONAL_API_KEY_ENABLED",
    "STATE_DIR",
    "LOG_DIR",
    "LOG_LEVEL",
    "SANDBOX_TRADING",
    "SANDBOX_JOURNAL",
    "MARKET_SOURCE",
    "RATE_LIMIT_RPS",
    "LONG_WORK_PER_MINUTE",
    "SOCKET_MESSAGES_PER_SECOND",
    "HTTP_REQUEST_TIMEOUT_SECS",
    "HTTP_POOL_MAX_IDLE_PER_HOST",
)
"""Named one by one: what is added to the settings stays hidden until somebody decides that it is no secret. Addresses of
databases and caches may hold passwords; only their kind is shown.
"""


class ProcessInfo(msgspec.Struct, frozen=True):
    """This process. `cpu_percent` is its share of one core since it was last asked, 0 the first time."""

    pid: int
    memory_bytes: int
    cpu_percent: float
    cpu_seconds: float
    threads: int
    descriptors: int


class DiskInfo(msgspec.Struct, frozen=True):
    """The file system that STATE_DIR is on."""

    total_bytes: int
    used_bytes: int
    free_bytes: int


class SystemInfo(msgspec.Struct, frozen=True):
    """The whole of system/info; `started_at` in UTC nanoseconds."""

    version: str
    python: str
    system: str
    server: str
    libraries: dict[str, str]
    started_at: int
    uptime_seconds: float
    cores: int
    process: ProcessInfo
    disk: DiskInfo
    config: dict[str, Any]


class SystemTime(msgspec.Struct, frozen=True):
    """The server's time in three forms, and the main market's, None while no market is there."""

    time: int
    epoch_ns: int
    epoch_ms: int
    market_time: int | None


class System:
    """Knows the running process. `settings` is Django's settings, read by name."""

    def __init__(self, settings: Any, process: psutil.Process | None = None) -> None:
        self._settings = settings
        self._process = process or psutil.Process()
        self._market_time_ns: Callable[[], int] | None = None

    def register_market_clock(self, market_time_ns: Callable[[], int]) -> None:
        """Have system/time show the main market's time too (UTC nanoseconds)."""
        self._market_time_ns = market_time_ns

    def info(self, now_ns: int) -> SystemInfo:
        """Everything but secrets. Touches the disk, so it is called in a thread."""
        started_ns = int(self._process.create_time() * 1000) * NS_PER_MS
        return SystemInfo(
            version=sandbar_version(self._settings.ROOT / "pyproject.toml"),
            python=platform.python_version(),
            system=platform.platform(),
            server=self._settings.GATEWAY_SERVER,
            libraries={name: version(name) for name in LIBRARIES},
            started_at=started_ns,
            uptime_seconds=round(max(0, now_ns - started_ns) / NS_PER_SECOND, 3),
            cores=psutil.cpu_count() or 1,
            process=self._process_info(),
            disk=disk_of(self._settings.STATE_DIR),
            config=self._config(),
        )

    def time(self, now_ns: int) -> SystemTime:
        """The clocks."""
        market_time_ns = self._market_time_ns() if self._market_time_ns else None
        return SystemTime(now_ns, now_ns, now_ns // NS_PER_MS, market_time_ns)

    def _process_info(self) -> ProcessInfo:
        with self._process.oneshot():
            times = self._process.cpu_times()
            return ProcessInfo(
                pid=self._process.pid,
                memory_bytes=self._process.memory_info().rss,
                cpu_percent=self._process.cpu_percent(),
                cpu_seconds=round(times.user + times.system, 3),
                threads=self._process.num_threads(),
                descriptors=self._process.num_fds(),
            )

    def _config(self) -> dict[str, Any]:
        in_force = {tunable.variable: tunable.value for tunable in TUNABLES}
        shown = {name: in_force.get(name, getattr(self._settings, name)) for name in SHOWN_SETTINGS}
        shown["DATABASE"] = self._settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
        shown["REDIS"] = bool(self._settings.REDIS_URL)
        return {name: str(value) if isinstance(value, Path) else value for name, value in shown.items()}


def disk_of(folder: Path) -> DiskInfo:
    """The file system that a folder is on."""
    usage = psutil.disk_usage(str(folder))
    return DiskInfo(usage.total, usage.used, usage.free)


@lru_cache(maxsize=1)
def sandbar_version(project_file: Path) -> str:
    """The version that pyproject.toml declares."""
    return str(tomllib.loads(project_file.read_text())["project"]["version"])
