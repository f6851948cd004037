"""What kind of file an upload is, by its first bytes and never by its name, and its content as a bounded stream.

Compressed content is read piece by piece under two limits, so that a gzip or zip bomb ends as a refusal and not as
a full disk: a total, and a ratio to the compressed size once the content is not small any more.
"""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Literal, Protocol

import msgspec

from markets.datasets.refusals import unreadable
from markets.datasets.zips import DAMAGE, members_of, open_archive, open_member

MAX_CONTENT_BYTES = 16 * 1024**3
"""Of a file once decompressed: eight times the largest upload, about 200 million CSV rows."""
MAX_RATIO = 200
"""Real price files compress 3 to 50 times; deflate itself ends at 1,032."""
RATIO_FREE_BYTES = 64 * 1024**2
"""Below this a high ratio harms nobody."""
COPY_BYTES = 1024**2

MAGIC_BYTES = 8
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_PLAIN_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PAR1", "parquet"),
    (b"ARROW1", "feather"),
)
_REFUSED_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"FEA1", "This is Feather version 1, which nothing writes any more: save it as Feather 2 (Arrow IPC)."),
    (b"\xff\xff\xff\xff", "This is an Arrow stream without a footer: save it as an Arrow IPC file (Feather 2)."),
    (b"\x28\xb5\x2f\xfd", "The file is compressed with zstd: send it plain or gzipped."),
    (b"BZh", "The file is compressed with bzip2: send it plain or gzipped."),
    (b"\xfd7zXZ\x00", "The file is compressed with xz: send it plain or gzipped."),
    (b"7z\xbc\xaf\x27\x1c", "This is a 7z archive: unpack it and send the file, plain or gzipped."),
    (b"\xd0\xcf\x11\xe0", "This is an old Excel file: export the sheet as CSV."),
    (b"SQLite f", "This is an SQLite database: export the table as CSV or Parquet."),
    (b"\xff\xfe", "The text is encoded as UTF-16: save it as UTF-8."),
    (b"\xfe\xff", "The text is encoded as UTF-16: save it as UTF-8."),
)
_EMPTY_ZIP = b"PK\x05\x06"

_DAMAGE = (gzip.BadGzipFile, *DAMAGE)

Content = Literal["csv", "parquet", "feather"]
Packing = Literal["", "gzip", "zip", "archive"]
"""`zip` is a file alone in a zip, `archive` a zip of several, whose first is the content when it is opened as one."""


class FileFormat(msgspec.Struct, frozen=True):
    """What the content is and how it is packed."""

    content: Content
    packing: Packing

    def __str__(self) -> str:
        return f"{self.content}, {self.packing}" if self.packing else self.content


class Readable(Protocol):
    """A stream of bytes that is read in pieces."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes, none at the end."""
        ...


class BoundedStream:
    """The content of a file, decompressed; refuses to give more than the limits."""

    def __init__(self, inner: Readable, file: IO[bytes], *, file_bytes: int, packed: bool) -> None:
        self._inner = inner
        self._file = file
        self._file_bytes = max(file_bytes, 1)
        self._packed = packed
        self._content_bytes = 0

    def read(self, size: int) -> bytes:
        """Up to `size` bytes of content, none at the end; raises Rejected when the file is damaged or over a limit."""
        try:
            data = self._inner.read(size)
        except _DAMAGE as damage:
            raise unreadable(f"The compressed file is damaged or cut short ({damage}).") from damage
        self._content_bytes += len(data)
        self._check_limits()
        return data

    def fraction(self) -> float:
        """How much of the file was read, 0 to 1, measured on the compressed bytes."""
        return min(1.0, self._file.tell() / self._file_bytes)

    def _check_limits(self) -> None:
        if self._content_bytes > MAX_CONTENT_BYTES:
            raise unreadable(f"The content is larger than {MAX_CONTENT_BYTES // 1024**3} GiB: split the file.")
        allowed = max(RATIO_FREE_BYTES, MAX_RATIO * self._file_bytes)
        if self._packed and self._content_bytes > allowed:
            raise unreadable(f"The content is more than {MAX_RATIO} times its compressed size: send the file unpacked.")


def detect_format(path: Path) -> FileFormat:
    """The format of the file at `path`, of an archive that of its first file; raises Rejected for what cannot be imported,
    saying what can.
    """
    with path.open("rb") as file:
        head = file.read(MAGIC_BYTES)
    if not head:
        raise unreadable("The file is empty.")
    packing: Packing = "gzip" if head.startswith(_GZIP) else "zip" if head.startswith((_ZIP, _EMPTY_ZIP)) else ""
    if packing == "zip" and len(member_names(path)) > 1:
        packing = "archive"
    if packing:
        with _open_packed(path, packing) as stream:
            head = stream.read(MAGIC_BYTES)
        if head.startswith((_GZIP, _ZIP)):
            raise unreadable("The file is compressed twice: unpack it once.")
    return FileFormat(_content_of(head), packing)


def member_names(path: Path) -> list[str]:
    """The files in a zip archive by name; raises Rejected for an archive that is not taken."""
    with path.open("rb") as file, open_archive(file) as archive:
        return [member.filename for member in members_of(archive)]


@contextmanager
def open_content(path: Path, file_format: FileFormat) -> Iterator[BoundedStream]:
    """The decompressed content as a stream that keeps the limits."""
    if file_format.packing:
        with _open_packed(path, file_format.packing) as stream:
            yield stream
        return
    with path.open("rb") as file:
        yield BoundedStream(file, file, file_bytes=path.stat().st_size, packed=False)


@contextmanager
def as_plain_file(path: Path, file_format: FileFormat, work_dir: Path) -> Iterator[Path]:
    """A path that holds the content unpacked: the file itself, or a copy in `work_dir` (Parquet needs to seek)."""
    if not file_format.packing:
        yield path
        return
    plain = work_dir / "unpacked"
    with open_content(path, file_format) as stream, plain.open("wb") as copy:
        while data := stream.read(COPY_BYTES):
            copy.write(data)
    yield plain
    plain.unlink()


def _content_of(head: bytes) -> Content:
    if not head:
        raise unreadable("The compressed file is empty.")
    for magic, content in _PLAIN_MAGIC:
        if head.startswith(magic):
            return "parquet" if content == "parquet" else "feather"
    for magic, message in _REFUSED_MAGIC:
        if head.startswith(magic):
            raise unreadable(message)
    return "csv"


@contextmanager
def _open_packed(path: Path, packing: Packing) -> Iterator[BoundedStream]:
    file_bytes = path.stat().st_size
    with path.open("rb") as file:
        if packing == "gzip":
            with gzip.GzipFile(fileobj=file, mode="rb") as inner:
                yield BoundedStream(inner, file, file_bytes=file_bytes, packed=True)
            return
        with _open_first_member(file) as member:
            yield BoundedStream(member, file, file_bytes=file_bytes, packed=True)


@contextmanager
def _open_first_member(file: IO[bytes]) -> Iterator[IO[bytes]]:
    """The first file inside a zip archive; its name is never used as a path."""
    with open_archive(file) as archive, open_member(archive, members_of(archive)[0]) as content:
        yield content
