"""What other apps call: show a part's health and state, start and stop it with the server, give the market's clock."""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings

from api.pagination import Page, decode_cursor, encode_cursor
from operations.health import CHECKS, HealthReport
from operations.lifecycle import LIFECYCLE, LifecycleState
from operations.log_ring import RING, LogFilter, taken_apart
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


def recent_log_lines(query: Any) -> Page:
    """A page of the lines in memory that fit `level`, `logger` and `trace_id`, newest first."""
    wanted = LogFilter(
        level=logging.getLevelNamesMapping()[query.level] if query.level else 0,
        logger=query.logger or "",
        trace_id=query.trace_id or "",
    )
    before = decode_cursor(query.cursor, int) if query.cursor else None
    found = RING.find(wanted, before=before, limit=query.limit + 1)
    items = found[: query.limit]
    return Page(
        [taken_apart(line) for line in items], encode_cursor(items[-1].number) if len(found) > len(items) else None
    )
