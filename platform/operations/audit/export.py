"""The audit as a table or as lines of JSON, for people and programs outside of Sandbar."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import msgspec

from kit.clock import iso_from_ns
from kit.spreadsheet import as_text, csv_line
from operations.audit.entries import AuditRecord
from operations.audit.segments import Segment
from operations.audit.store import AuditReader

COLUMNS: Final = (
    "id", "source", "seq", "time", "actor", "action", "account", "objects", "trace_id", "result", "status", "code",
    "input", "before", "after", "detail", "hash",
)  # fmt: skip
MEDIA_TYPES: Final = {"jsonl": "application/x-ndjson", "csv": "text/csv"}
SEGMENT_ROWS: Final = 1_000

_encode = msgspec.json.Encoder(enc_hook=str).encode


def json_lines(pages: Iterable[list[AuditRecord]]) -> Iterator[bytes]:
    """A piece of lines for each page."""
    for page in pages:
        yield b"".join(_encode(_shown(record)) + b"\n" for record in page)


def csv_lines(pages: Iterable[list[AuditRecord]]) -> Iterator[bytes]:
    """The header, then a piece of lines for each page. Numbers stay numbers; no text is taken for a formula."""
    yield f"{csv_line(COLUMNS, dict(zip(COLUMNS, COLUMNS, strict=True)))}\n".encode()
    for page in pages:
        yield "".join(f"{csv_line(COLUMNS, _row(record))}\n" for record in page).encode("utf-8", "backslashreplace")


FORMATS: Final[dict[str, Callable[[Iterable[list[AuditRecord]]], Iterator[bytes]]]] = {
    "jsonl": json_lines,
    "csv": csv_lines,
}


def segment_lines(reader: AuditReader, segment: Segment) -> Iterator[bytes]:
    """The entries of a segment exactly as they are chained, with number and hash: what proves them without Sandbar."""
    last_seq = reader.last().seq if segment.last_seq is None else segment.last_seq
    for first in range(segment.first_seq, last_seq + 1, SEGMENT_ROWS):
        for record in reader.read_range(first, min(first + SEGMENT_ROWS - 1, last_seq)):
            yield b'{"seq":%d,"hash":"%b","entry":%b}\n' % (record.seq, record.hash.hex().encode(), record.body)


def _shown(record: AuditRecord) -> dict[str, Any]:
    return {**msgspec.structs.asdict(record), "time": iso_from_ns(record.time)}


def _row(record: AuditRecord) -> dict[str, str | int]:
    row: dict[str, str | int] = {}
    for name, value in _shown(record).items():
        if isinstance(value, int):
            row[name] = value
        elif isinstance(value, str):
            row[name] = as_text(value)
        elif name == "objects":
            row[name] = as_text(" ".join(f"{each.kind} {each.id}" for each in record.objects))
        elif value is not None:
            row[name] = as_text(_encode(value).decode())
    return row
