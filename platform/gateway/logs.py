"""Logs as JSON lines in `gateway.log.{date}`, written by a thread so that a slow disk never holds up the event loop.

Every line has time, level, logger, message and the trace id of the work it belongs to. A line of an error is written at
once, others within a tenth of a second. When lines come faster than the disk takes them the newest are dropped, and the
log says how many.
"""

import atexit
import logging
import sys
import threading
import time
from collections import deque
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypedDict

import msgspec

from kit.clock import iso_from_ns
from kit.trace import current_trace_id

TRACE_LEVEL: Final = 5
FILE_PREFIX: Final = "gateway.log."
FLUSH_INTERVAL_S: Final = 0.1
QUEUE_LIMIT: Final = 100_000
FILES_KEPT: Final = 30
LINE_LIMIT: Final = 16 * 1024
"""Characters of one message or trace; a body that ends up in a message must not fill the disk."""

_encode = msgspec.json.Encoder(enc_hook=str).encode


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
        self._wake = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def write(self, line: bytes, *, at_once: bool = False) -> None:
        """Queue one line without its line end."""
        if len(self._lines) >= QUEUE_LIMIT:
            self._dropped += 1
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
                    _line("WARNING", __name__, f"{self._dropped} log lines were dropped: the disk is too slow.")
                )
                self._dropped = 0
            try:
                self._append(b"\n".join(batch) + b"\n")
            except OSError as fault:
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
    """Sends the records of `logging` to the writer; `extra={"fields": {...}}` adds keys to the line."""

    def __init__(self, writer: LogWriter) -> None:
        super().__init__()
        self.writer = writer

    def emit(self, record: logging.LogRecord) -> None:
        """Queue a record; its arguments are formatted now, because they may change."""
        line = _line(record.levelname, record.name, _text_of(record), _extra_of(record), time_s=record.created)
        self.writer.write(line, at_once=record.levelno >= logging.ERROR)


def _text_of(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):  # a message whose arguments do not fit is still worth reading
        return f"{record.msg} {record.args}"


def _extra_of(record: logging.LogRecord) -> dict[str, Any]:
    extra: dict[str, Any] = dict(getattr(record, "fields", None) or {})
    if record.exc_info:
        extra["exception"] = logging.Formatter().formatException(record.exc_info)[-LINE_LIMIT:]
    return extra


def _line(
    level: str, name: str, message: str, extra: dict[str, Any] | None = None, *, time_s: float | None = None
) -> bytes:
    time_ns = time.time_ns() if time_s is None else int(time_s * 1e9)
    fields = {
        "time": iso_from_ns(time_ns // 1_000_000 * 1_000_000),
        "level": level,
        "logger": name,
        "message": message[:LINE_LIMIT],
        "trace_id": current_trace_id(),
        **(extra or {}),
    }
    try:
        return _encode(fields)
    except (UnicodeEncodeError, msgspec.MsgspecError, TypeError):
        return _encode({key: ascii(value) for key, value in fields.items()})


def configure(settings: LogSettings) -> None:
    """Send everything to the file; called by Django with settings.LOGGING."""
    logging.addLevelName(TRACE_LEVEL, "TRACE")
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
