"""What a backup holds, as its manifest says it: every file with its hash, and where the journal ended.

The manifest is written last and carries a hash of its own, so a backup without one is no backup, and one that was changed
is noticed.
"""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import msgspec

from kit.errors import Invalid, NotFound

FORMAT_VERSION = 1
FILE_NAME = "manifest.json"
MAX_BYTES = 256 * 1024 * 1024
"""A million files of market data make some 150 MB."""

_CHUNK_BYTES = 1024 * 1024


class JournalMark(msgspec.Struct, frozen=True, kw_only=True):
    """Where a journal ends: its last entry's number and hash, and the hash of the state that its entries add up to."""

    seq: int
    hash: str
    state_hash: str


class SavedFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file. `kept` names what it is a part of, `path` is its place below that, empty where it is the whole of it.

    `sha256` is None for a file that the backup only refers to: it was not read.
    """

    kept: str
    path: str
    bytes: int
    sha256: str | None

    @property
    def place(self) -> PurePosixPath:
        """Where it is in a backup, below the folder of the state."""
        return PurePosixPath(self.kept, self.path) if self.path else PurePosixPath(self.kept)


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """Everything there is to know of a backup. `journal` is None where the installation keeps none."""

    made_at: str
    tables: str
    journal: JournalMark | None
    files: tuple[SavedFile, ...]
    format: int = FORMAT_VERSION

    def included(self) -> tuple[SavedFile, ...]:
        """The files that the backup has."""
        return tuple(file for file in self.files if file.sha256 is not None)

    def referenced(self) -> tuple[SavedFile, ...]:
        """The files that it only names."""
        return tuple(file for file in self.files if file.sha256 is None)


class _Sealed(msgspec.Struct, frozen=True):
    manifest: msgspec.Raw
    sha256: str


def seal(manifest: Manifest) -> bytes:
    """The manifest as it is written, with its hash."""
    body = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    return b'{"manifest":\n' + body + b',\n"sha256": "' + _hash(body).encode() + b'"}\n'


def read_manifest(backup: Path) -> Manifest:
    """The manifest of a backup; raises NotFound when there is none, Invalid BACKUP_DAMAGED when it was changed."""
    path = backup / FILE_NAME
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _damaged(f"{FILE_NAME} is larger than any that was written")
        sealed = msgspec.json.decode(path.read_bytes(), type=_Sealed)
        if _hash(bytes(sealed.manifest).strip()) != sealed.sha256:
            raise _damaged(f"{FILE_NAME} is not what was written")
        manifest = msgspec.json.decode(sealed.manifest, type=Manifest)
    except FileNotFoundError:
        raise NotFound(f"{backup} holds no backup: there is no {FILE_NAME} in it.", code="NO_BACKUP") from None
    except (OSError, msgspec.MsgspecError) as fault:
        raise _damaged(f"{FILE_NAME} cannot be read ({fault})") from fault
    if manifest.format != FORMAT_VERSION:
        raise Invalid(
            f"The backup has format {manifest.format}; this version of Sandbar reads {FORMAT_VERSION}.",
            code="BACKUP_FORMAT",
        )
    return manifest


def copy_and_hash(source: Path, target: Path) -> tuple[int, str]:
    """Copy a file's content to a new file and sync it; its length and SHA-256. Raises OSError."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, length = hashlib.sha256(), 0
    with source.open("rb") as reader, target.open("xb") as writer:
        while chunk := reader.read(_CHUNK_BYTES):
            digest.update(chunk)
            writer.write(chunk)
            length += len(chunk)
        writer.flush()
        os.fsync(writer.fileno())
    return length, digest.hexdigest()


def hash_file(path: Path) -> tuple[int, str]:
    """A file's length and SHA-256. Raises OSError."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return file.tell(), digest.hexdigest()


def check_places(files: Iterable[SavedFile], known: Iterable[str]) -> None:
    """Refuse places outside of what is kept; raises Invalid BACKUP_DAMAGED."""
    names = frozenset(known)
    for file in files:
        path = PurePosixPath(file.path)
        if file.kept not in names or path.is_absolute() or ".." in path.parts or "\0" in file.path:
            raise _damaged(f"{str(file.place)[:200]!r} is no place of this installation's state")


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _damaged(reason: str) -> Invalid:
    return Invalid(f"The backup cannot be trusted: {reason}. Take another one.", code="BACKUP_DAMAGED")
