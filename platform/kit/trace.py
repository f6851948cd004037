"""The trace id of the work at hand, and new ids that sort by the time they were made."""

import os
import re
import time
from contextvars import ContextVar

_current_trace_id: ContextVar[str] = ContextVar("trace_id", default="")
MAX_IDS_A_MS = 0xFFF
"""As many as 12 bits count; beyond it the id runs ahead of the clock by a millisecond."""

_TRACEPARENT = re.compile(
    r"(?P<version>[0-9a-f]{2})-(?P<trace_id>[0-9a-f]{32})-(?P<parent>[0-9a-f]{16})-[0-9a-f]{2}(?P<more>-.{0,64})?"
)
"""https://www.w3.org/TR/trace-context/ section 3.2; versions above 00 may have more behind."""
_HEX_TRACE_ID = re.compile(r"[0-9a-fA-F]{32}")
_SANE_TRACE_ID = re.compile(r"[A-Za-z0-9_.\-]{1,64}")


def current_trace_id() -> str:
    """The trace id of the request, socket message or job being handled; empty outside of any."""
    return _current_trace_id.get()


def set_trace_id(trace_id: str) -> None:
    """Make `trace_id` the one of the present context (a task, a thread)."""
    _current_trace_id.set(trace_id)


def trace_id_of_traceparent(header: str) -> str:
    """The trace id in a W3C `traceparent` header, 32 hex digits; empty when the header is not well formed."""
    found = _TRACEPARENT.fullmatch(header)
    if found is None or not _is_known_version(found) or not int(found["trace_id"], 16) or not int(found["parent"], 16):
        return ""
    return found["trace_id"]


def _is_known_version(found: re.Match[str]) -> bool:
    """Version ff is forbidden, and 00 has nothing behind its four parts."""
    return found["version"] != "ff" and (found["version"] != "00" or found["more"] is None)


def trace_number(trace_id: str) -> int | None:
    """The 128 bits that a trace id stands for, when it is 32 hex digits with dashes or without; else None."""
    digits = trace_id.replace("-", "")
    if _HEX_TRACE_ID.fullmatch(digits) is None:
        return None
    return int(digits, 16) or None


def is_sane_trace_id(text: str) -> bool:
    """Whether a client's trace id may be echoed: 1 to 64 of letters, digits, `_`, `.` and `-`."""
    return _SANE_TRACE_ID.fullmatch(text) is not None


class IdMaker:
    """Makes UUIDs of version 7 (RFC 9562) that rise strictly within a process, also when the clock is set back.

    Layout: 48 bits of milliseconds, version, 12 bits counting within the millisecond, variant, then bits drawn once per
    process; a forked child draws its own.
    """

    def __init__(self) -> None:
        self._last_ms = 0
        self._count = 0
        self._head = ""
        """How all ids of the last millisecond begin."""
        self.draw_anew()

    def draw_anew(self) -> None:
        """Draw the part of an id that stays the same in a process."""
        low = f"{int.from_bytes(os.urandom(8)) & ((1 << 62) - 1) | (0b10 << 62):016x}"
        self._tail = f"{low[:4]}-{low[4:]}"

    def make(self) -> str:
        """The next id."""
        now_ms = time.time_ns() // 1_000_000
        # Threads ask too. From here on nothing is called, so none comes in between and gets the same id.
        if now_ms <= self._last_ms:
            self._count += 1
            if self._count > MAX_IDS_A_MS:
                now_ms = self._last_ms + 1
        if now_ms > self._last_ms:
            self._last_ms, self._count = now_ms, 0
            digits = f"{now_ms:012x}"
            self._head = f"{digits[:8]}-{digits[8:]}-7"
        return f"{self._head}{self._count:03x}-{self._tail}"


_MAKER = IdMaker()
os.register_at_fork(after_in_child=_MAKER.draw_anew)
new_id = _MAKER.make
"""A new id that sorts behind every id this process made before."""
