"""How a log line looks: structlog's processors turn every record of the standard logging into one line of JSON.

    {"time": …, "level": …, "logger": …, "message": …, "trace_id": …, "caller": …, and the record's own fields}

Secrets that can be recognised are taken out of messages, traces and fields. One line is bounded in length.
"""

import logging
import time
from typing import Any, Final

import msgspec

from kit.caller import current_caller
from kit.clock import iso_from_ns
from kit.logs import FIELDS, EventDict, ProcessorFormatter
from kit.redaction import without_secrets
from kit.trace import current_trace_id

LINE_LIMIT: Final = 16 * 1024
"""Characters of one message, trace or field; a body that ends up in a message must not fill the disk."""
FIELDS_LIMIT: Final = 50

_OWN: Final = frozenset({"time", "level", "logger", "message"})
"""What a field cannot replace; one of that name gets an underscore."""

_encode = msgspec.json.Encoder(enc_hook=str).encode
_format_exception = logging.Formatter().formatException


def make_formatter() -> ProcessorFormatter:
    """The formatter of the gateway's log."""
    return ProcessorFormatter(processors=[begin_line, add_fields, add_exception, hide_and_cut, render])


def begin_line(_: Any, __: str, line: EventDict) -> EventDict:
    """The usual keys, in their order; the record stays for the steps that follow."""
    record: logging.LogRecord = line["_record"]
    return {
        "time": _ms_text(int(record.created * 1e9)),
        "level": record.levelname,
        "logger": record.name,
        "message": line["event"],
        "trace_id": current_trace_id(),
        "caller": current_caller().actor,
        "_record": record,
        "exc_info": line.get("exc_info"),
    }


def add_fields(_: Any, __: str, line: EventDict) -> EventDict:
    """What the logger was given beside the message."""
    fields: dict[str, Any] = getattr(line.pop("_record"), FIELDS, None) or {}
    for name, value in list(fields.items())[:FIELDS_LIMIT]:
        line[f"{name}_" if name in _OWN else str(name)] = value
    return line


def add_exception(_: Any, __: str, line: EventDict) -> EventDict:
    """The traceback; its end says most, so its beginning is what is cut."""
    if exc_info := line.pop("exc_info"):
        line["exception"] = _format_exception(exc_info)[-LINE_LIMIT:]
    return line


def hide_and_cut(_: Any, __: str, line: EventDict) -> EventDict:
    """Take out secrets, then what is too long."""
    for name, value in without_secrets(line).items():
        line[name] = value[:LINE_LIMIT] if isinstance(value, str) else value
    return line


def render(_: Any, __: str, line: EventDict) -> str:
    """JSON; what JSON cannot say is written so that it can be read."""
    try:
        return _encode(line).decode()
    except (UnicodeEncodeError, msgspec.MsgspecError, TypeError, ValueError, RecursionError):
        return _encode({ascii(name)[1:-1]: _readable(value) for name, value in line.items()}).decode()


def plain_line(level: str, logger: str, message: str) -> bytes:
    """A line that no record stands behind."""
    now = _ms_text(time.time_ns())
    return _encode(
        {
            "time": now,
            "level": level,
            "logger": logger,
            "message": message,
            "trace_id": current_trace_id(),
            "caller": "",
        }
    )


def _ms_text(time_ns: int) -> str:
    return iso_from_ns(time_ns // 1_000_000 * 1_000_000)


def _readable(value: Any) -> str:
    return value.encode("ascii", "backslashreplace").decode() if isinstance(value, str) else ascii(value)[:LINE_LIMIT]
