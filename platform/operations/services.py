"""What other apps call: show a part's health and state, start and stop it with the server, give the market's clock."""

from collections.abc import Callable

from django.conf import settings

from operations.health import CHECKS, HealthReport
from operations.lifecycle import LIFECYCLE, LifecycleState
from operations.system import System

SYSTEM = System(settings)
register_market_clock: Callable[[Callable[[], int]], None] = SYSTEM.register_market_clock
"""Have system/time show the main market's time too (UTC nanoseconds)."""


class Readiness:
    """Whether requests should be sent here, and if not, why."""

    def __init__(self, lifecycle: LifecycleState, report: HealthReport) -> None:
        self.report = report
        self.reasons: list[str] = []
        if lifecycle.state != "started":
            self.reasons.append(lifecycle.reason or f"The server is {lifecycle.state}.")
        self.reasons += [
            f"{check.name}: {check.detail or check.status}"
            for check in report.checks
            if check.required and check.status == "failed"
        ]

    @property
    def is_ready(self) -> bool:
        """Whether nothing stands against it."""
        return not self.reasons


async def readiness() -> Readiness:
    """The present readiness, from the lifecycle and the health checks."""
    return Readiness(LIFECYCLE.state, await CHECKS.report())
