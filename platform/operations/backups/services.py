"""Making a backup while the gateway runs, and putting one back where nothing is yet.

A backup is a folder that is there whole or not at all. Its parts are copied one after the other, the journal last: whatever
the others tell of is in the journal, and what came after is as after a power cut. The journal's copy is gone through to its
end, so that the manifest says which state it adds up to; a restored one has to add up to the same.
"""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.db import DatabaseError, connection

from kit.caller import Caller
from kit.clock import SYSTEM_CLOCK, Clock, iso_from_ns
from kit.errors import Conflict, Invalid, NotFound, Unavailable
from operations.audit.services import record_change
from operations.backups import kept as kept_parts
from operations.backups.kept import Kept
from operations.backups.manifest import (
    FILE_NAME,
    JournalMark,
    Manifest,
    SavedFile,
    check_places,
    copy_and_hash,
    hash_file,
    read_manifest,
    seal,
)
from operations.backups.postgres import dump_tables, restore_tables
from operations.backups.sqlite_files import copy_database

STATE_FOLDER = "state"
"""Where the files are in a backup."""

TABLES_DUMP = "tables.pgdump"
STAGING_FOLDER = ".restoring"
UNFINISHED_SUFFIX = ".unfinished"
BY_COMMAND = Caller("system", "manage.py backup").actor
RESTORED_BY = Caller("system", "manage.py restore").actor

_SQLITE, _POSTGRES = "sqlite", "postgres"
_UNFINISHED = (".part", UNFINISHED_SUFFIX)
_UNKEPT = ("__pycache__",)


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of a restore. `missing` are files that the backup only names and that are not here."""

    manifest: Manifest
    missing: tuple[SavedFile, ...]


def make_backup(target: Path, *, with_data: bool, clock: Clock = SYSTEM_CLOCK) -> Manifest:
    """Make a backup in the new folder `target`; `with_data` False only names the files of market data and results.

    Raises Conflict BACKUP_EXISTS, NotFound NOTHING_TO_BACK_UP, and Unavailable BACKUP_FAILED; then nothing is left behind.
    """
    if target.exists():
        raise Conflict(f"{target} exists; name a new folder.", code="BACKUP_EXISTS")
    unfinished = target.with_name(f"{target.name}.{os.getpid()}{UNFINISHED_SUFFIX}")
    try:
        unfinished.mkdir(mode=0o700, parents=True)
        manifest = _fill(unfinished / STATE_FOLDER, with_data=with_data, clock=clock)
        _write_synced(unfinished / FILE_NAME, seal(manifest))
        _sync_tree(unfinished)
        unfinished.rename(target)
        _sync_folder(target.parent)
    except OSError as fault:
        raise Unavailable(f"The backup was not written: {fault}", code="BACKUP_FAILED") from fault
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    record_change("backups.create", subject=("backup", target.name), after=manifest.journal, actor=BY_COMMAND)
    return manifest


def verify_backup(backup: Path) -> Manifest:
    """Read every file of a backup and compare; raises NotFound NO_BACKUP, Invalid BACKUP_DAMAGED naming the first file."""
    manifest = read_manifest(backup)
    check_places(manifest.files, _known_names())
    for file in manifest.included():
        try:
            found = hash_file(_in(backup / STATE_FOLDER, file.place))
        except OSError as fault:
            raise _damaged(file, str(fault)) from fault
        _compare(file, found)
    return manifest


def restore_backup(backup: Path) -> Restored:
    """Put a backup in the place of this installation's state, which must be empty; the gateway must not run.

    Everything is copied, compared and proved beside that place first. Raises what `verify_backup` raises, Conflict
    RESTORE_NOT_EMPTY or RESTORE_OTHER_TABLES, and Unavailable BACKUP_FAILED.
    """
    manifest = verify_backup(backup)
    _check_is_free(manifest)
    staging = Path(settings.STATE_DIR) / STAGING_FOLDER
    try:
        shutil.rmtree(staging, ignore_errors=True)
        _stage(manifest, backup / STATE_FOLDER, staging)
        _prove_staged(manifest, staging)
        if manifest.tables == _POSTGRES:
            restore_tables(settings.DATABASES["default"], staging / TABLES_DUMP)
        _move_in(manifest, staging)
    except OSError as fault:
        raise Unavailable(f"The backup was not put back: {fault}", code="BACKUP_FAILED") from fault
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    record_change("backups.restore", subject=("backup", backup.name), after=manifest.journal, actor=RESTORED_BY)
    places = _places()
    missing = (file for file in manifest.referenced() if not _in(places[file.kept], PurePosixPath(file.path)).is_file())
    return Restored(manifest, tuple(missing))


# Making --------------------------------------------------------------------------------------------------------------


def _fill(folder: Path, *, with_data: bool, clock: Clock) -> Manifest:
    """Copy everything below `folder`, in the order of what needs what."""
    folder.mkdir(mode=0o700)
    made_at = iso_from_ns(clock.now_ns())
    files: list[SavedFile] = []
    journal: JournalMark | None = None
    for part in kept_parts.registered():
        if part is _TABLES and _tables() == _POSTGRES:
            dump_tables(settings.DATABASES["default"], folder / TABLES_DUMP)
            files.append(_saved(TABLES_DUMP, "", folder / TABLES_DUMP))
        elif part.kind == "folder":
            files += _save_folder(part, part.find(), folder / part.name, with_data=with_data)
        elif _copy_database(part, folder / part.name):
            journal = part.prove(folder / part.name) if part.prove is not None else journal
            files.append(_saved(part.name, "", folder / part.name))
    return Manifest(made_at=made_at, tables=_tables(), journal=journal, files=tuple(files))


def _copy_database(part: Kept, target: Path) -> bool:
    """Copy a part that is one database; False where there is none, and none is needed."""
    source, remote = part.find(), part.elsewhere()
    if remote is not None:
        remote.copy(target)
    elif source.exists():
        copy_database(source, target)
    elif part.is_required():
        raise NotFound(
            f"There is no {source}: the gateway has never run here. See STATE_DIR.", code="NOTHING_TO_BACK_UP"
        )
    else:
        return False
    return True


def _save_folder(part: Kept, source: Path, target: Path, *, with_data: bool) -> Iterator[SavedFile]:
    """Copy the files of a folder, or only name them. One that was deleted meanwhile is not missed."""
    for path in _files_in(source):
        below = path.relative_to(source).as_posix()
        try:
            if part.is_data and not with_data:
                yield SavedFile(kept=part.name, path=below, bytes=path.stat().st_size, sha256=None)
            else:
                length, digest = copy_and_hash(path, target / below)
                yield SavedFile(kept=part.name, path=below, bytes=length, sha256=digest)
        except FileNotFoundError:
            continue


def _files_in(folder: Path) -> list[Path]:
    """The finished files of a folder in order; those that begin with a dot or end as unfinished ones are still written."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if _is_finished(path.relative_to(folder)))


def _is_finished(path: Path) -> bool:
    return path.suffix not in _UNFINISHED and not any(part.startswith(".") or part in _UNKEPT for part in path.parts)


def _saved(kept: str, path: str, copied: Path) -> SavedFile:
    length, digest = hash_file(copied)
    return SavedFile(kept=kept, path=path, bytes=length, sha256=digest)


# Putting back --------------------------------------------------------------------------------------------------------


def _check_is_free(manifest: Manifest) -> None:
    """Refuse to write over anything; market data that are here already, with the same content, may stay."""
    if manifest.tables != _tables():
        raise Conflict(
            f"The backup's tables are of {manifest.tables}, and DATABASE_URL names {_tables()}.",
            code="RESTORE_OTHER_TABLES",
        )
    places = _places()
    for part in _parts():
        if part.kind == "database" and part.elsewhere() is None and part.find().exists():
            raise _not_empty(part.find())
    for file in manifest.included():
        if file.kept != TABLES_DUMP and file.path:
            path = _in(places[file.kept], PurePosixPath(file.path))
            if path.exists() and hash_file(path) != (file.bytes, file.sha256):
                raise _not_empty(path)
    if manifest.tables == _POSTGRES and _tables_in_postgres():
        raise _not_empty(Path(str(settings.DATABASES["default"]["NAME"])))


def _tables_in_postgres() -> list[str]:
    try:
        return connection.introspection.table_names()
    except DatabaseError as fault:
        raise Unavailable(f"The database of DATABASE_URL does not answer: {fault}", code="BACKUP_FAILED") from fault


def _stage(manifest: Manifest, source: Path, staging: Path) -> None:
    """Copy everything beside its place, and compare what was copied."""
    for file in manifest.included():
        _compare(file, copy_and_hash(_in(source, file.place), _in(staging, file.place)))


def _prove_staged(manifest: Manifest, staging: Path) -> None:
    """Go through the journal as it will stand, compare what it adds up to, and see that there is room for it."""
    for part in _parts():
        staged, remote = staging / part.name, part.elsewhere()
        if part.prove is not None and staged.exists() and (found := part.prove(staged)) != manifest.journal:
            raise Invalid(
                f"The backup's journal adds up to another state than its manifest says: {found}.", code="BACKUP_DAMAGED"
            )
        if remote is not None and staged.exists():
            remote.check_room(staged)


def _move_in(manifest: Manifest, staging: Path) -> None:
    """Put everything in its place, the journal last: without it there is no installation yet."""
    places, parts = _places(), {part.name: part for part in _parts()}
    remote = {name: found for name, part in parts.items() if (found := part.elsewhere()) is not None}
    files = (file for file in manifest.included() if file.kept != TABLES_DUMP and file.kept not in remote)
    for file in sorted(files, key=lambda each: parts[each.kept].order):
        target = _in(places[file.kept], PurePosixPath(file.path))
        # What may be here by now is a file of data with the same content; anything else was made meanwhile.
        if not (file.path and target.exists()):
            put_in_place(_in(staging, file.place), target)
    for place in places.values():
        if place.is_dir():
            _sync_tree(place)
    for folder in {place.parent for place in places.values() if place.parent.is_dir()}:
        _sync_folder(folder)
    for name, found in remote.items():
        if (staging / name).exists():
            found.put_back(staging / name)


def put_in_place(source: Path, target: Path) -> None:
    """Give a file its name, on another disk a copy; raises FileExistsError where somebody made one meanwhile."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError as fault:
        if fault.errno not in (errno.EXDEV, errno.EPERM, errno.EOPNOTSUPP):
            raise
        copy_and_hash(source, target)


# Places --------------------------------------------------------------------------------------------------------------


def _parts() -> tuple[Kept, ...]:
    """What is kept here, the application's tables among it where they are a file."""
    return tuple(part for part in kept_parts.registered() if part.name != _TABLES.name or _tables() == _SQLITE)


def _places() -> dict[str, Path]:
    return {part.name: part.find() for part in _parts()}


def _known_names() -> set[str]:
    return {part.name for part in kept_parts.registered()} | {TABLES_DUMP}


def _tables() -> str:
    """Which database has the application's tables."""
    return _SQLITE if connection.vendor == "sqlite" else _POSTGRES


def _tables_file() -> Path:
    return Path(settings.DATABASES["default"]["NAME"])


_TABLES = Kept(
    name="sandbar.sqlite3",
    kind="database",
    find=_tables_file,
    order=kept_parts.TABLES_ORDER,
    is_required=lambda: True,
)


def register_tables(register: Callable[[Kept], None] = kept_parts.register) -> None:
    """Have the application's tables kept."""
    register(_TABLES)


def _in(folder: Path, place: PurePosixPath) -> Path:
    return folder.joinpath(*place.parts)


def _compare(file: SavedFile, found: tuple[int, str]) -> None:
    if found != (file.bytes, file.sha256):
        raise _damaged(file, "its content is not what was written")


def _damaged(file: SavedFile, reason: str) -> Invalid:
    return Invalid(f"The backup is damaged at {file.place}: {reason}. Take another one.", code="BACKUP_DAMAGED")


def _not_empty(path: Path) -> Conflict:
    return Conflict(
        f"{path} is here already, and a backup is put back in an empty place only. Stop the gateway and move its state "
        "away, or name another STATE_DIR and DATABASE_URL.",
        code="RESTORE_NOT_EMPTY",
    )


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_tree(folder: Path) -> None:
    for path, _, _ in os.walk(folder):
        _sync_folder(Path(path))


def _sync_folder(folder: Path) -> None:
    """Make the names in it durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
