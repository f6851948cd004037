"""Looks after the gateway from inside: notices when its state changes, logs it and tells who listens.

The state is small and sent whole, so the newest replaces whatever a slow client has not read yet.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

import msgspec

from operations import health, lifecycle, services_registry
from operations.health import HealthChecks
from operations.lifecycle import Lifecycle
from operations.services_registry import ServicesRegistry

WATCH_INTERVAL_S = 5.0
"""Soon enough for a person at a screen; the checks themselves cost a millisecond or two."""

log = logging.getLogger(__name__)


class CheckState(msgspec.Struct, frozen=True):
    """A health check without the figures that change all the time."""

    name: str
    status: health.Status


class PartState(msgspec.Struct, frozen=True):
    """An internal part, likewise."""

    name: str
    state: services_registry.State
    last_error: str | None


class SystemState(msgspec.Struct, frozen=True):
    """Everything whose change is worth telling. `event` tells it from the other events of the same channel."""

    server: lifecycle.State
    reason: str
    health: health.Status
    checks: list[CheckState]
    services: list[PartState]
    event: Literal["state"] = "state"


class Watch:
    """Compares the state now and then, and at once when the lifecycle says so."""

    def __init__(
        self,
        checks: HealthChecks,
        server: Lifecycle,
        services: ServicesRegistry,
        *,
        interval_s: float = WATCH_INTERVAL_S,
    ) -> None:
        self._checks = checks
        self._server = server
        self._services = services
        self._interval_s = interval_s
        self._listeners: list[Callable[[SystemState], None]] = []
        self._task: asyncio.Task[None] | None = None
        self._look_now = asyncio.Event()
        self.state = SystemState(server.state.state, server.state.reason, "ok", [], [])

    def add_listener(self, listener: Callable[[SystemState], None]) -> None:
        """Call `listener` on the event loop at each change."""
        self._listeners.append(listener)

    def look_soon(self) -> None:
        """Look at the next opportunity instead of after the interval."""
        self._look_now.set()

    async def start(self) -> None:
        """Begin to watch."""
        if self._task is None or self._task.done():
            self._look_now = asyncio.Event()
            self._task = asyncio.create_task(self._run(), name="operations watch")

    async def stop(self) -> None:
        """Watch no more."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def look(self) -> SystemState:
        """Take the present state, and tell when it is not what it was."""
        report = await self._checks.report()
        server = self._server.state
        state = SystemState(
            server=server.state,
            reason=server.reason,
            health=report.status,
            checks=[CheckState(check.name, check.status) for check in report.checks],
            services=[PartState(part.name, part.state, part.last_error) for part in self._services.list_services()],
        )
        if state != self.state:
            _log_changes(self.state, state)
            self.state = state
            for listener in self._listeners:
                listener(state)
        return state

    async def _run(self) -> None:
        while True:
            self._look_now.clear()
            try:
                await self.look()
            except Exception:
                # The watch must outlive whatever it looks at.
                log.exception("Looking at the system's state failed; trying again.")
            # Not wait_for: on 3.11 it swallows a cancellation that meets the end of what it waits for.
            with suppress(TimeoutError):
                async with asyncio.timeout(self._interval_s):
                    await self._look_now.wait()


def _log_changes(before: SystemState, after: SystemState) -> None:
    """A line for each check or part that is not as it was."""
    known = {check.name: check.status for check in before.checks}
    for check in after.checks:
        if (was := known.get(check.name, "ok")) != check.status:
            level = logging.INFO if check.status == "ok" else logging.WARNING
            log.log(level, "Health check %s: %s, was %s.", check.name, check.status, was)
    states = {part.name: part.state for part in before.services}
    for part in after.services:
        if part.state != states.get(part.name, part.state):
            is_well = part.state not in ("failed", "degraded")
            why = "" if is_well or not part.last_error else f" {part.last_error}"
            level = logging.INFO if is_well else logging.WARNING
            log.log(level, "%s is %s, was %s.%s", part.name, part.state, states[part.name], why)


WATCH = Watch(health.CHECKS, lifecycle.LIFECYCLE, services_registry.SERVICES)
