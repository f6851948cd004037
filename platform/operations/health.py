"""Health checks: who registered what, run together, bounded in time, and remembered for a moment.

A check that says `failed` takes the gateway out of service when it is required, and only degrades it when it is not.
A check that raises or does not answer in time has failed: unknown means not healthy.
"""

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Literal

import msgspec

from kit.clock import SYSTEM_CLOCK, Clock

CHECK_TIMEOUT_S = 2.0
"""A probe is asked again every few seconds; what needs longer than this to answer is not well."""

REPORT_LIFETIME_S = 1.0
"""Several probes in one second share a report, so that asking often costs nothing."""

CHECK_THREADS = 4
"""Checks have threads of their own: requests that hold every other thread do not make the gateway look unwell. A check
that hangs holds one of them, and is not started again meanwhile.
"""

MAX_DETAIL_LENGTH = 1_000
"""A detail is a sentence; a longer one is cut."""

Status = Literal["ok", "degraded", "failed"]
log = logging.getLogger(__name__)


class Health(msgspec.Struct, frozen=True):
    """What one check found; `detail` says it in words."""

    status: Status
    detail: str = ""


class CheckReport(msgspec.Struct, frozen=True):
    """One check's answer, with how long it took."""

    name: str
    status: Status
    required: bool
    detail: str
    latency_ms: float


class HealthReport(msgspec.Struct, frozen=True):
    """All checks at one moment. `status` is failed when a required check failed, degraded when anything is not ok."""

    status: Status
    checks: list[CheckReport]
    checked_at: int
    """UTC nanoseconds."""


OK = Health("ok")
Check = Callable[[], Health | Awaitable[Health]]


@dataclass(slots=True)
class _Registered:
    name: str
    check: Check
    required: bool
    running: asyncio.Task[Health] | None = None


class HealthChecks:
    """The checks of a process, and the last report."""

    def __init__(
        self, clock: Clock = SYSTEM_CLOCK, *, timeout_s: float = CHECK_TIMEOUT_S, lifetime_s: float = REPORT_LIFETIME_S
    ) -> None:
        self._clock = clock
        self._timeout_s = timeout_s
        self._lifetime_s = lifetime_s
        self._checks: dict[str, _Registered] = {}
        self._report: HealthReport | None = None
        self._expires_s = 0.0
        self._collecting: asyncio.Task[HealthReport] | None = None
        self._threads = ThreadPoolExecutor(CHECK_THREADS, thread_name_prefix="health")

    def register(self, name: str, check: Check, *, required: bool = True) -> None:
        """Have `check` asked under `name`; a name registered again replaces the earlier check.

        An async check runs on the event loop, a plain one in a thread.
        """
        self._checks[name] = _Registered(name, check, required)
        self._report = None

    async def report(self) -> HealthReport:
        """All checks' answers, at most a second old. Callers at the same moment share one run."""
        if self._report is not None and self._clock.monotonic_s() < self._expires_s:
            return self._report
        collecting = self._collecting
        if collecting is None or collecting.done() or collecting.get_loop() is not asyncio.get_running_loop():
            collecting = self._collecting = asyncio.create_task(self._collect())
        return await asyncio.shield(collecting)

    def latest(self, name: str) -> CheckReport | None:
        """What a check last said; None before its first answer."""
        checks = self._report.checks if self._report is not None else []
        return next((check for check in checks if check.name == name), None)

    async def _collect(self) -> HealthReport:
        checks = list(await asyncio.gather(*(self._ask(registered) for registered in self._checks.values())))
        self._report = HealthReport(_overall(checks), checks, self._clock.now_ns())
        self._expires_s = self._clock.monotonic_s() + self._lifetime_s
        return self._report

    async def _ask(self, registered: _Registered) -> CheckReport:
        started_s = self._clock.monotonic_s()
        health = await self._bounded(registered)
        latency_ms = round((self._clock.monotonic_s() - started_s) * 1000, 3)
        return CheckReport(
            registered.name, health.status, registered.required, health.detail[:MAX_DETAIL_LENGTH], latency_ms
        )

    async def _bounded(self, registered: _Registered) -> Health:
        """The check's answer within the time limit. A check still hanging from before is not started a second time."""
        task = registered.running
        if task is None or task.done() or task.get_loop() is not asyncio.get_running_loop():
            task = registered.running = asyncio.create_task(self._run(registered.check))
        done, _ = await asyncio.wait([task], timeout=self._timeout_s)
        if not done:
            return Health("failed", f"No answer within {self._timeout_s:g} s.")
        if (fault := task.exception()) is not None:
            log.warning("The health check %s raised.", registered.name, exc_info=fault)
            return Health("failed", f"The check itself failed with {type(fault).__name__}.")
        return task.result()

    async def _run(self, check: Check) -> Health:
        """The check's answer; a plain function may also hand back a coroutine (a lambda over an async check)."""
        if inspect.iscoroutinefunction(check):
            answer: Health | Awaitable[Health] = check()
        else:
            answer = await asyncio.get_running_loop().run_in_executor(self._threads, partial(check))
        return answer if isinstance(answer, Health) else await answer


def _overall(checks: list[CheckReport]) -> Status:
    if any(check.status == "failed" and check.required for check in checks):
        return "failed"
    return "ok" if all(check.status == "ok" for check in checks) else "degraded"


CHECKS = HealthChecks()


def register(name: str, check: Check, required: bool = True) -> None:
    """Have `check` asked for `/health` and `/readyz`; `required=False` only degrades the gateway when it fails."""
    CHECKS.register(name, check, required=required)
