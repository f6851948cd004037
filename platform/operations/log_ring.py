"""The last log lines in memory, for people who look from afar: bounded in number and in bytes, the oldest go first.

Whoever writes the log file hands each line over here too. It is kept as the bytes it has in the file, with what one searches
by beside it; it is only taken apart when somebody reads it.
"""

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

import msgspec

from kit.clock import ns_from_iso

MAX_LINES: Final = 10_000
"""Minutes of a busy gateway, hours of a quiet one; the file has the rest."""
MAX_BYTES: Final = 8 * 1024 * 1024

_COLUMNS: Final = frozenset({"time", "level", "logger", "message", "trace_id", "caller", "exception"})
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class RingLine(msgspec.Struct, frozen=True, gc=False):
    """One line: its number since the start, what one searches by, and the JSON text."""

    number: int
    level: int
    logger: str
    trace_id: str
    text: bytes


class LogLine(msgspec.Struct, frozen=True):
    """One line taken apart; `extra` is what stands beside the usual."""

    time: int
    level: str
    logger: str
    message: str
    trace_id: str
    caller: str
    exception: str | None
    extra: dict[str, Any]


class LogFilter(msgspec.Struct, frozen=True):
    """Which lines are wanted: at least this level, of this logger or those below it, of this trace id."""

    level: int = 0
    logger: str = ""
    trace_id: str = ""

    def fits(self, line: RingLine) -> bool:
        """Whether a line is wanted."""
        if line.level < self.level or (self.trace_id and line.trace_id != self.trace_id):
            return False
        return not self.logger or line.logger == self.logger or line.logger.startswith(f"{self.logger}.")


class LogRing:
    """Takes lines from any thread."""

    def __init__(self, max_lines: int = MAX_LINES, max_bytes: int = MAX_BYTES) -> None:
        self._max_lines = max_lines
        self._max_bytes = max_bytes
        self._lines: deque[RingLine] = deque()
        self._bytes = 0
        self._lock = threading.Lock()
        self.newest = 0
        """The number of the newest line, 0 before the first."""

    def add(self, level: int, logger: str, trace_id: str, text: bytes) -> None:
        """Keep one line."""
        self.add_together(level, logger, ((trace_id, text),))

    def add_together(self, level: int, logger: str, lines: Sequence[tuple[str, bytes]]) -> None:
        """Keep lines of one logger, each a trace id and its text, that were made in one go."""
        with self._lock:
            number, kept = self.newest, self._lines
            for trace_id, text in lines:
                number += 1
                kept.append(RingLine(number, level, logger, trace_id, text))
                self._bytes += len(text)
            self.newest = number
            while self._bytes > self._max_bytes or len(kept) > self._max_lines:
                self._bytes -= len(kept.popleft().text)

    def find(self, wanted: LogFilter, *, before: int | None, limit: int) -> list[RingLine]:
        """Up to `limit` lines that fit, newest first; `before` is the number of a line after which to go on."""
        with self._lock:
            lines = list(self._lines)
        older = (line for line in reversed(lines) if before is None or line.number < before)
        return list(islice(filter(wanted.fits, older), limit))

    def newest_lines(self, count: int, *, up_to: int | None = None) -> list[RingLine]:
        """The newest `count` lines whose number is at most `up_to`, oldest first."""
        with self._lock:
            found = list(islice(self._from_newest(up_to), count))
        return found[::-1]

    def _from_newest(self, up_to: int | None) -> Iterator[RingLine]:
        return (line for line in reversed(self._lines) if up_to is None or line.number <= up_to)


def taken_apart(line: RingLine) -> LogLine:
    """The line as an object."""
    content = _decode(line.text)
    return LogLine(
        time=ns_from_iso(content["time"]),
        level=content["level"],
        logger=content["logger"],
        message=content["message"],
        trace_id=content["trace_id"],
        caller=content.get("caller", ""),
        exception=content.get("exception"),
        extra={name: value for name, value in content.items() if name not in _COLUMNS},
    )


RING = LogRing()
"""The lines of this process."""
