"""Logs as JSON lines in `gateway.log.{date}`, written by a thread so that a slow disk never holds up the event loop.

`gateway.log_lines` says how a line looks. One of an error is written at once, others within a tenth of a second. When lines
come faster than the disk takes them the newest are dropped, and the log says how many. The last lines stay in memory too
(`operations.log_ring`), for whoever looks through the API.
"""

import atexit
import logging
import sys
import threading
import time
from collections import deque
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypedDict

from gateway.log_lines import LINE_LIMIT, make_formatter, plain_line
from kit.durations import RecentDurations
from kit.logs import FIELDS, configure_structlog
from kit.trace import current_trace_id
from operations.log_ring import RING, LogRing

__all__ = ["LINE_LIMIT", "JsonLinesHandler", "LogWriter", "configure", "writer_in_use"]

TRACE_LEVEL: Final = 5
FILE_PREFIX: Final = "gateway.log."
FLUSH_INTERVAL_S: Final = 0.1
QUEUE_LIMIT: Final = 100_000
FILES_KEPT: Final = 30

FRAME_LOGGERS: Final = ("uvicorn", "websockets", "daphne")
"""Below INFO these write a line for each frame that they send, headers and all: a streamed log line would make another one,
and a handshake would show its key."""


class LogSettings(TypedDict):
    """What settings.LOGGING holds."""

    level: str
    folder: Path


class LogWriter:
    """Takes lines from any thread and appends them to today's file. Its thread starts with the first line."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lines: deque[bytes] = deque()
        self._dropped = 0
        self.dropped = 0
        """Lines lost since the start."""
        self.last_error: str | None = None
        """Why the last write failed; None when it did not."""
        self.durations = RecentDurations()
        """What the last writes took."""
        self._wake = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_closed = False

    @property
    def queued(self) -> int:
        """Lines that wait to be written."""
        return len(self._lines)

    def write(self, line: bytes, *, at_once: bool = False) -> None:
        """Queue one line without its line end."""
        if len(self._lines) >= QUEUE_LIMIT:
            self._dropped += 1
            self.dropped += 1
            return
        self._lines.append(line)
        if self._thread is None:
            self._start()
        if at_once:
            self._wake.set()

    def _start(self) -> None:
        with self._lock:
            if self._thread is None and not self._is_closed:
                self._thread = threading.Thread(target=self._run, name="log-writer", daemon=True)
                self._thread.start()
                atexit.register(self.close)

    def _run(self) -> None:
        while not self._is_closed:
            self._wake.wait(FLUSH_INTERVAL_S)
            self._wake.clear()
            self.flush()

    def flush(self) -> None:
        """Write what is queued. A full or missing disk is told on stderr: there is nowhere else to log it."""
        with self._lock:
            if not self._lines:
                return
            batch = [self._lines.popleft() for _ in range(len(self._lines))]
            if self._dropped:
                batch.append(
                    plain_line("WARNING", __name__, f"{self._dropped} log lines were dropped: the disk is too slow.")
                )
                self._dropped = 0
            started_s = time.perf_counter()
            try:
                self._append(b"\n".join(batch) + b"\n")
                self.last_error = None
                self.durations.add(time.perf_counter() - started_s)
            except OSError as fault:
                self.last_error = f"The log cannot be written: {fault.strerror}"
                print(f"The log in {self._folder} cannot be written: {fault}", file=sys.stderr)

    def _append(self, data: bytes) -> None:
        path = self._folder / f"{FILE_PREFIX}{datetime.now(UTC):%Y-%m-%d}"
        if not path.exists():
            self._remove_old()
        with path.open("ab") as file:
            file.write(data)

    def _remove_old(self) -> None:
        for path in sorted(self._folder.glob(f"{FILE_PREFIX}????-??-??"))[: -FILES_KEPT + 1]:
            path.unlink(missing_ok=True)

    def close(self) -> None:
        """Write the rest and stop the thread."""
        self._is_closed = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=2)
        self.flush()


class JsonLinesHandler(logging.Handler):
    """Sends the records of `logging` to the writer and the ring; `extra={"fields": {...}}` adds keys to the line.

    Loggers of `kit.logs` put what they are given there.
    """

    def __init__(self, writer: LogWriter, ring: LogRing = RING) -> None:
        super().__init__()
        self.writer = writer
        self.ring = ring
        self._format = make_formatter().format

    def emit(self, record: logging.LogRecord) -> None:
        """Queue a record; its arguments are formatted now, because they may change."""
        if record.levelno < logging.INFO and record.name.startswith(FRAME_LOGGERS):
            return
        try:
            line = self._line_of(record)
        except Exception:  # logging must never be what breaks the work that logs
            self.handleError(record)
            return
        fields = getattr(record, FIELDS, None) or {}
        self.ring.add(record.levelno, record.name, str(fields.get("trace_id") or current_trace_id()), line)
        self.writer.write(line, at_once=record.levelno >= logging.ERROR)

    def _line_of(self, record: logging.LogRecord) -> bytes:
        try:
            return self._format(record).encode()
        except (TypeError, ValueError):  # a message whose arguments do not fit is still worth reading
            readable = {"msg": f"{record.msg} {record.args}", "args": None}
            return self._format(logging.makeLogRecord(record.__dict__ | readable)).encode()


def configure(settings: LogSettings) -> None:
    """Send everything to the file; called by Django with settings.LOGGING."""
    logging.addLevelName(TRACE_LEVEL, "TRACE")
    configure_structlog()
    handler = JsonLinesHandler(LogWriter(settings["folder"]))
    root = logging.getLogger()
    for former in [former for former in root.handlers if isinstance(former, JsonLinesHandler)]:
        root.removeHandler(former)
        former.writer.close()
    root.addHandler(handler)
    root.setLevel(settings["level"])
    # Django's own lines about answers above 399 say what the access line says; the rest of Django stays.
    logging.getLogger("django.request").setLevel(logging.CRITICAL)


def writer_in_use() -> LogWriter | None:
    """The writer behind the root logger, for lines that need no logger; None when logging is set up otherwise."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, JsonLinesHandler):
            return handler.writer
    return None
