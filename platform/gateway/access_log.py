"""What is kept of each request when it is over: one log line, and the metrics by route, method and status."""

import logging
import time
from typing import Final

import msgspec

from gateway import logs
from gateway.visit import Scope, Visit
from kit.clock import iso_from_ns

PATH_LIMIT: Final = 2_048
LOGGER_NAME: Final = "gateway.access"
UNMATCHED: Final = "unmatched"
"""The route of paths that match none, so that invented paths do not become labels without end."""


class AccessLine(msgspec.Struct, frozen=True, gc=False):
    """One request as the log shows it; `client` is the socket's address unless a trusted proxy said otherwise."""

    time: str
    level: str
    logger: str
    message: str
    trace_id: str
    method: str
    path: str
    status: int
    ms: float
    client: str


_encode = msgspec.json.Encoder().encode


def record_visit(visit: Visit, scope: Scope) -> None:
    """Count and log a request that is over. Status 0: the client left before there was an answer."""
    ms = visit.elapsed_ms()
    _log(visit, scope, ms)


def _log(visit: Visit, scope: Scope, ms: float) -> None:
    writer = logs.writer_in_use()
    if writer is None or not logging.getLogger(LOGGER_NAME).isEnabledFor(logging.INFO):
        return
    time_ns = time.time_ns() // 1_000_000 * 1_000_000
    path = scope["path"][:PATH_LIMIT]
    line = AccessLine(
        iso_from_ns(time_ns), "INFO", LOGGER_NAME, "request", visit.trace_id, scope["method"], path, visit.status,
        round(ms, 3), visit.client,
    )  # fmt: skip
    writer.write(_encode(line))
