"""A byte stream as batches of whole lines with their numbers, in bounded memory whatever the stream holds."""

import codecs
from collections.abc import Iterator

import msgspec

from markets.datasets.formats import BoundedStream
from markets.datasets.refusals import unreadable

BATCH_BYTES = 16 * 1024**2
"""About 280,000 lines: polars reads a smaller text on one core. Small enough that a few fit in memory."""
MAX_LINE_BYTES = 1024**2
"""A longer line is reported and skipped without being held."""
MAX_SNIFF_BYTES = 256 * 1024


class LineBatch(msgspec.Struct, frozen=True):
    """Whole lines. `first_line` counts from 1; `too_long` has the numbers of lines that were emptied here."""

    first_line: int
    data: bytes
    lines: int
    too_long: tuple[int, ...] = ()


def check_encoding(head: bytes) -> None:
    """Refuse what is not UTF-8 text, by the head of the file; says what to save it as."""
    if b"\x00" in head:
        raise unreadable(
            "The file is not text in UTF-8 (it holds zero bytes: UTF-16, or a binary file): save it as UTF-8."
        )
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError as error:
        line = head.count(b"\n", 0, error.start) + 1
        raise unreadable(f"Line {line} is not UTF-8 (Latin-1 or Windows-1252?): save the file as UTF-8.") from error


def head_lines(stream: BoundedStream) -> list[str]:
    """The first whole lines of the stream as text, for layout detection; raises Rejected for a wrong encoding."""
    head = b""
    while len(head) < MAX_SNIFF_BYTES and (data := stream.read(MAX_SNIFF_BYTES - len(head))):
        head += data
    check_encoding(head)
    lines = head.removeprefix(codecs.BOM_UTF8).decode("utf-8", "ignore").split("\n")
    if len(head) >= MAX_SNIFF_BYTES and len(lines) > 1:
        lines.pop()
    return [line.rstrip("\r") for line in lines]


def line_batches(stream: BoundedStream, batch_bytes: int = BATCH_BYTES) -> Iterator[LineBatch]:
    """The stream's lines in order. A line over the limit arrives empty, its number in `too_long`."""
    line, rest, is_first = 1, b"", True
    while data := stream.read(batch_bytes):
        if is_first:
            data, is_first = data.removeprefix(codecs.BOM_UTF8), False
        whole, rest = _divided(rest, data)
        del data  # not held beside its copy while the batch is used
        whole, too_long = _without_long_lines(whole, line)
        lines = whole.count(b"\n")
        if len(rest) > MAX_LINE_BYTES:
            rest = _skip_line(stream, rest)
            whole, lines, too_long = whole + b"\n", lines + 1, (*too_long, line + lines)
        if lines:
            yield LineBatch(line, whole, lines, too_long)
            line += lines
    if rest:
        whole, too_long = _without_long_lines(rest if rest.endswith(b"\n") else rest + b"\n", line)
        yield LineBatch(line, whole, whole.count(b"\n"), too_long)


def _divided(rest: bytes, data: bytes) -> tuple[bytes, bytes]:
    """The whole lines of what came, and the beginning of a line after them."""
    end = data.rfind(b"\n") + 1
    if not end:
        return b"", rest + data
    view = memoryview(data)
    return b"".join((rest, view[:end])), bytes(view[end:])


def _without_long_lines(whole: bytes, first_line: int) -> tuple[bytes, tuple[int, ...]]:
    """The lines, those over the limit emptied, and the numbers of these.

    A line is over the limit where no line ends within it, so a look at each such stretch is enough.
    """
    kept: list[bytes] = []
    numbers: list[int] = []
    kept_from = start = 0
    while len(whole) - start > MAX_LINE_BYTES:
        end = whole.rfind(b"\n", start, start + MAX_LINE_BYTES + 1)
        if end >= 0:
            start = end + 1
            continue
        kept.append(whole[kept_from:start])
        numbers.append(first_line + whole.count(b"\n", 0, start))
        kept_from = start = whole.index(b"\n", start)
    return (b"".join((*kept, whole[kept_from:])), tuple(numbers)) if numbers else (whole, ())


def _skip_line(stream: BoundedStream, rest: bytes) -> bytes:
    """Read past the end of the present line, holding one piece at a time; what follows it."""
    while data := stream.read(BATCH_BYTES):
        _, newline, after = data.partition(b"\n")
        if newline:
            return after
    return b""
