"""What is kept of each request when it is over: one log line, and the metrics by route, method and status."""

import logging
import time
from collections.abc import Sequence
from typing import Final

import msgspec

from gateway import logs
from gateway.visit import Scope, Visit
from kit.clock import NS_PER_SECOND, NS_PER_US, iso_ms_from_ns
from kit.redaction import hide_secrets
from operations.log_ring import RING
from operations.metrics import SOCKET_OPERATIONS, observe_request
from streams.operations import OperationCall

PATH_LIMIT: Final = 2_048
KEY_MARK: Final = "sbk_"
"""A key that somebody took for a part of an address is not kept."""
LOGGER_NAME: Final = "gateway.access"
CLIENT_LEFT: Final = 499
"""The status that is logged, as nginx does, when the client left before there was an answer."""
UNMATCHED: Final = "unmatched"
"""The route of paths that match none, so that invented paths do not become labels without end."""
LOGS_ROUTE: Final = "/api/v1/system/logs"
"""Who reads the last lines over and over would see little else than that."""


class AccessLine(msgspec.Struct, frozen=True, gc=False):
    """One request as the log shows it; `client` is the socket's address unless a trusted proxy said otherwise."""

    time: str
    trace_id: str
    method: str
    path: str
    status: int
    ms: float
    client: str
    caller: str
    level: str = "INFO"
    logger: str = LOGGER_NAME
    message: str = "request"


US_PER_MS: Final = 1_000
SOCKET: Final = "WS"
"""The method of an operation of a socket, whose path is its name."""

_access = logging.getLogger(LOGGER_NAME)
_encode = msgspec.json.Encoder().encode


def record_visit(visit: Visit, scope: Scope) -> None:
    """Count and log a request that is over."""
    ms = visit.elapsed_ms()
    status = visit.status or CLIENT_LEFT
    observe_request(visit.route or UNMATCHED, scope["method"], status, ms / 1000)
    if _access.isEnabledFor(logging.INFO):
        _log(visit, scope, status, ms)


def record_operations(calls: Sequence[OperationCall]) -> None:
    """Count and log operations of a socket that are answered, in lines like those of requests."""
    for call in calls:
        SOCKET_OPERATIONS.observe((call.name, str(call.status)), (call.ended_ns - call.started_ns) / NS_PER_SECOND)
    if not _access.isEnabledFor(logging.INFO) or (writer := logs.writer_in_use()) is None:
        return
    now, caller = iso_ms_from_ns(time.time_ns()), calls[0].caller
    client, actor = caller.address, caller.actor
    lines = []
    for call in calls:
        ms = (call.ended_ns - call.started_ns) // NS_PER_US / US_PER_MS
        line = _encode(AccessLine(now, call.trace_id, SOCKET, call.name, call.status, ms, client, actor))
        writer.write(line)
        lines.append((call.trace_id, line))
    RING.add_together(logging.INFO, LOGGER_NAME, lines)


def _log(visit: Visit, scope: Scope, status: int, ms: float) -> None:
    writer = logs.writer_in_use()
    if writer is None:
        return
    now = iso_ms_from_ns(time.time_ns())
    path = scope["path"][:PATH_LIMIT]
    if KEY_MARK in path:
        path = hide_secrets(path)
    caller = visit.caller.actor
    try:
        line = _encode(
            AccessLine(now, visit.trace_id, scope["method"], path, status, round(ms, 3), visit.client, caller)
        )
    except UnicodeEncodeError:  # a path may hold half a surrogate pair
        line = _encode(
            AccessLine(now, visit.trace_id, scope["method"], ascii(path), status, round(ms, 3), visit.client, caller)
        )
    writer.write(line)
    if visit.route != LOGS_ROUTE:
        RING.add(logging.INFO, LOGGER_NAME, visit.trace_id, line)
