"""The trace id of the work at hand, and new ids that sort by the time they were made."""

import os
import re
import time
from contextvars import ContextVar

_current_trace_id: ContextVar[str] = ContextVar("trace_id", default="")
_SANE_TRACE_ID = re.compile(r"[A-Za-z0-9_.\-]{1,64}")

_PROCESS_BITS = int.from_bytes(os.urandom(8)) & ((1 << 54) - 1)
_last_id_ms = 0
_id_counter = 0


def current_trace_id() -> str:
    """The trace id of the request, socket message or job being handled; empty outside of any."""
    return _current_trace_id.get()


def set_trace_id(trace_id: str) -> None:
    """Make `trace_id` the one of the present context (a task, a thread)."""
    _current_trace_id.set(trace_id)


def is_sane_trace_id(text: str) -> bool:
    """Whether a client's trace id may be echoed: 1 to 64 of letters, digits, `_`, `.` and `-`."""
    return _SANE_TRACE_ID.fullmatch(text) is not None


def new_id() -> str:
    """A new UUID of version 7 (RFC 9562): ids of one process rise strictly, also when the clock is set back.

    Layout: 48 bits of milliseconds, version, 12 bits counting within the millisecond, variant, then bits drawn
    once per process, with the process id mixed in so that a forked child differs.
    """
    global _last_id_ms, _id_counter
    now_ms = time.time_ns() // 1_000_000
    if now_ms > _last_id_ms:
        _last_id_ms, _id_counter = now_ms, 0
    else:
        _id_counter += 1
        if _id_counter > 0xFFF:
            _last_id_ms, _id_counter = _last_id_ms + 1, 0
    low = (_PROCESS_BITS ^ os.getpid()) | (0b10 << 62)
    text = f"{_last_id_ms:012x}7{_id_counter:03x}{low:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
