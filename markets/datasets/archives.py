"""What an import reads: one file, the files of a zip archive, or those of a folder; several files of one series joined.

Files belong to one series when their names differ by a date alone: `BTCUSDT-1m-2021-01.csv`, `…-2021-02.csv`. Of an
archive one file at a time lies unpacked, under a name of ours, in the folder of the import.
"""

import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Protocol

import msgspec

from kit.errors import DomainError, Rejected, invalid_field
from markets.datasets import formats
from markets.datasets.formats import COPY_BYTES, FileFormat, detect_format, member_names
from markets.datasets.records import ImportSpec
from markets.datasets.refusals import unreadable
from markets.datasets.steps import without_date
from markets.datasets.zips import DAMAGE, MAX_MEMBERS, members_of, open_archive, open_member

_TOO_LARGE = "The archive's content is larger than {:,} bytes, the most that an archive of its size may hold."


class Opener(Protocol):
    """Makes a part readable for the time of a `with` block."""

    def __call__(self) -> AbstractContextManager[Path]:
        """The path of the part's bytes."""
        ...


class Part(msgspec.Struct, frozen=True):
    """One file; `file_name` is what it is called, which is not where it lies."""

    file_name: str
    opened: Opener

    def file_format(self, path: Path) -> FileFormat:
        """The format of the opened part; raises Rejected for an archive, which has no place within another."""
        found = detect_format(path)
        if found.packing == "archive":
            raise unreadable(f"{self.file_name} is an archive of several files: import it alone.")
        return found


class Source(msgspec.Struct, frozen=True):
    """What makes one series, or several where it has a column of symbols: one file or more."""

    name: str
    parts: tuple[Part, ...]
    is_one_of_many: bool
    symbol_texts: tuple[str, ...]
    """Names that may say the symbol, the best first."""
    file_format: str = ""


class Sources(msgspec.Struct, frozen=True):
    """Everything an import reads, and what it cannot read."""

    items: tuple[Source, ...]
    refused: tuple[tuple[str, DomainError], ...] = ()


@contextmanager
def open_sources(spec: ImportSpec, work_dir: Path) -> Iterator[Sources]:
    """What the spec's path holds; raises Rejected or Invalid for what cannot be taken as a whole."""
    path = Path(spec.path)
    if path.is_dir():
        yield _grouped([(file.name, _in_place(file), _texts_of(file)) for file in _files_in(path)], spec, "folder")
        return
    file_format = detect_format(path)
    if file_format.packing != "archive":
        part = Part(spec.file_name, _in_place(path))
        yield Sources(
            (Source(spec.file_name, (part,), False, _texts(spec.file_name, path, file_format), str(file_format)),)
        )
        return
    with path.open("rb") as file, open_archive(file) as archive:
        unpacker = _Unpacker(archive, path.stat().st_size, work_dir)
        members = members_of(archive)
        found = [_member(one, unpacker) for one in members]
        yield _grouped(found, spec, "archive")


_Found = tuple[str, Opener, tuple[str, ...]]
"""A file: its name, how to open it, and the names that may say its symbol."""


def _member(member: zipfile.ZipInfo, unpacker: "_Unpacker") -> _Found:
    return member.filename, unpacker.opener(member), (member.filename.rpartition("/")[2],)


def _grouped(found: list[_Found], spec: ImportSpec, what: str) -> Sources:
    """Files by series, in the order of their names."""
    groups: dict[str, list[_Found]] = {}
    for one in found:
        groups.setdefault(without_date(one[0]), []).append(one)
    if spec.symbol is not None and len(groups) > 1:
        raise invalid_field("symbol", f"The {what} holds {len(groups):,} series: leave the symbol to their names.")
    sources = []
    for files in groups.values():
        first_name, _, texts = files[0]
        parts = tuple(Part(name.rpartition("/")[2], opener) for name, opener, _ in files)
        shown = first_name.rpartition("/")[2]
        sources.append(Source(shown, parts, len(groups) > 1, _undated(texts), what))
    return Sources(tuple(sources))


def _files_in(folder: Path) -> list[Path]:
    files = sorted(file for file in folder.iterdir() if file.is_file() and not file.name.startswith("."))
    if not files:
        raise unreadable("The folder holds no files.")
    if len(files) > MAX_MEMBERS:
        raise unreadable(f"The folder holds {len(files):,} files; at most {MAX_MEMBERS:,} are taken.")
    return files


def _in_place(path: Path) -> Opener:
    return lambda: nullcontext(path)


def _texts_of(path: Path) -> tuple[str, ...]:
    """The names of a file of this machine that may say a symbol: its own, and that of what is alone in a zip."""
    try:
        return _texts(path.name, path, detect_format(path))
    except Rejected:
        return (path.name,)


def _texts(name: str, path: Path, file_format: FileFormat) -> tuple[str, ...]:
    return _undated((name, *member_texts(path, file_format)))


def member_texts(path: Path, file_format: FileFormat) -> tuple[str, ...]:
    """What the file that is alone in a zip is called, without a folder and a date."""
    names = member_names(path)[:1] if file_format.packing == "zip" else []
    return _undated(tuple(name.rpartition("/")[2] for name in names))


def _undated(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(without_date(text).lstrip("-_. ") or text for text in texts)


class _Unpacker:
    """Unpacks the members of one archive, one at a time, under limits that hold for all of them together."""

    def __init__(self, archive: zipfile.ZipFile, archive_bytes: int, work_dir: Path) -> None:
        self._archive = archive
        self._allowed_bytes = min(
            formats.MAX_CONTENT_BYTES, max(formats.RATIO_FREE_BYTES, formats.MAX_RATIO * archive_bytes)
        )
        declared = sum(member.file_size for member in archive.infolist())
        if declared > self._allowed_bytes:
            raise unreadable(_TOO_LARGE.format(self._allowed_bytes))
        self._unpacked_bytes = 0
        self._path = work_dir / "member"

    def opener(self, member: zipfile.ZipInfo) -> Opener:
        """Makes the member's content a file for the time of a `with` block."""
        return lambda: self._unpacked(member)

    @contextmanager
    def _unpacked(self, member: zipfile.ZipInfo) -> Iterator[Path]:
        try:
            self._copy(member)
            yield self._path
        finally:
            self._path.unlink(missing_ok=True)

    def _copy(self, member: zipfile.ZipInfo) -> None:
        with open_member(self._archive, member) as content, self._path.open("wb") as copy:
            while data := self._read(content.read):
                self._unpacked_bytes += len(data)
                if self._unpacked_bytes > self._allowed_bytes:
                    raise unreadable(_TOO_LARGE.format(self._allowed_bytes))
                copy.write(data)

    @staticmethod
    def _read(read: "_Read") -> bytes:
        try:
            return read(COPY_BYTES)
        except DAMAGE as damage:
            raise unreadable(f"The zip archive is damaged ({damage}).") from damage


class _Read(Protocol):
    def __call__(self, size: int, /) -> bytes:
        """Up to `size` bytes."""
        ...
