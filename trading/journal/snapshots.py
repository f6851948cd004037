"""Snapshots: files that hold the whole state right after one journal entry, so that a start replays only what came later.

A snapshot is lines of JSON: the entry it belongs to, the state, and a checksum over both. It is a shortcut and never the
truth: one that is missing, damaged or of another journal is passed over. What the lines in between mean is for
`trading.books` to say.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from trading.journal.entries import Head
from trading.journal.errors import JournalError
from trading.journal.failpoints import DURING_SNAPSHOT, FAILPOINTS

FORMAT_VERSION = 1
KEPT = 2
"""Snapshots on disk: the newest, and the one before in case the newest is damaged."""

SYNC_BYTES = 4 * 1024 * 1024
"""Bytes between two waits for the disk: one wait for everything would hold up the journal, which is on the same disk."""

MAX_LINE_BYTES = 64 * 1024 * 1024
"""Far above any line that is written; a damaged file may hold none at all."""

_SUFFIX = ".snapshot"
_UNFINISHED_SUFFIX = ".unfinished"


class SnapshotUnusable(JournalError):
    """This snapshot cannot be started from; another one, or the whole journal, can."""


class _First(msgspec.Struct, frozen=True):
    format: int
    seq: int
    hash: str


class _Last(msgspec.Struct, frozen=True):
    sha256: str


class SnapshotFile(msgspec.Struct, frozen=True):
    """A snapshot on disk, by its name alone."""

    path: Path
    seq: int


class SnapshotFolder:
    """The snapshots of one journal."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def files(self) -> list[SnapshotFile]:
        """What there is, newest first."""
        found = [
            SnapshotFile(path, int(path.stem)) for path in self._folder.glob(f"*{_SUFFIX}") if path.stem.isdecimal()
        ]
        return sorted(found, key=lambda file: file.seq, reverse=True)

    def write(self, head: Head, lines: Iterable[bytes]) -> Path:
        """Write the state after the entry `head`; it is there whole or not at all. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{head.seq:012d}{_SUFFIX}"
        unfinished = path.with_suffix(_UNFINISHED_SUFFIX)
        try:
            _write_file(unfinished, head, lines)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
        _sync_folder(self._folder)
        return path

    def drop_old(self) -> None:
        """Keep the newest ones, and nothing half written."""
        for file in self.files()[KEPT:]:
            file.path.unlink(missing_ok=True)
        for path in self._folder.glob(f"*{_UNFINISHED_SUFFIX}"):
            path.unlink(missing_ok=True)


def read_snapshot(path: Path) -> tuple[Head, Iterator[bytes]]:
    """The entry that a snapshot belongs to, and its lines; the whole file was proved before the first is given.

    Raises SnapshotUnusable.
    """
    try:
        head = _prove(path)
    except (OSError, ValueError, msgspec.DecodeError) as error:
        raise SnapshotUnusable(f"it cannot be read ({error})") from error
    return head, _lines_between(path)


def _prove(path: Path) -> Head:
    """Check format and checksum. The last line is held back until the end: its checksum is over what comes before."""
    digest = hashlib.sha256()
    held = b""
    with path.open("rb") as file:
        first = file.readline(MAX_LINE_BYTES)
        about = msgspec.json.decode(first, type=_First)
        if about.format != FORMAT_VERSION:
            raise SnapshotUnusable(f"it has format {about.format}, and this version reads {FORMAT_VERSION}")
        digest.update(first)
        while line := file.readline(MAX_LINE_BYTES):
            digest.update(held)
            held = line
    if msgspec.json.decode(held, type=_Last).sha256 != digest.hexdigest():
        raise SnapshotUnusable("its checksum does not fit")
    return Head(about.seq, bytes.fromhex(about.hash))


def _lines_between(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.readline(MAX_LINE_BYTES)
        held = file.readline(MAX_LINE_BYTES)
        while line := file.readline(MAX_LINE_BYTES):
            yield held
            held = line


def _write_file(path: Path, head: Head, lines: Iterable[bytes]) -> None:
    digest = hashlib.sha256()
    unsynced = 0
    with path.open("wb") as file:

        def put(line: bytes) -> None:
            digest.update(line)
            file.write(line)

        put(_line(_First(FORMAT_VERSION, head.seq, head.hash.hex())))
        for line in lines:
            put(line + b"\n")
            unsynced += len(line)
            if unsynced >= SYNC_BYTES:
                file.flush()
                os.fdatasync(file.fileno())
                unsynced = 0
        FAILPOINTS.reach(DURING_SNAPSHOT)
        file.write(_line(_Last(digest.hexdigest())))
        file.flush()
        os.fsync(file.fileno())


def _line(value: msgspec.Struct) -> bytes:
    return msgspec.json.encode(value) + b"\n"


def _sync_folder(folder: Path) -> None:
    """Make a rename durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
