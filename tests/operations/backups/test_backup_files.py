"""Copies of databases that are written to, and what a manifest notices."""

import errno
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from kit.errors import Invalid, NotFound, Unavailable
from operations.backups import sqlite_files
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
from operations.backups.services import put_in_place
from operations.backups.sqlite_files import copy_database

MANIFEST = Manifest(
    made_at="2026-01-01T00:00:00Z",
    tables="sqlite",
    journal=JournalMark(seq=7, hash="aa", state_hash="bb"),
    files=(
        SavedFile(kept="journal.sqlite3", path="", bytes=5, sha256="cc"),
        SavedFile(kept="datasets", path="ab/candles.parquet", bytes=9, sha256=None),
    ),
)


@pytest.fixture(params=["WAL", "DELETE"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Pairs of which both sides are always the same, in either way of keeping transactions."""
    path = tmp_path / "pairs.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA journal_mode = {request.param}")
        connection.executescript("CREATE TABLE one (n INTEGER); CREATE TABLE other (n INTEGER);")
    return path


@pytest.fixture
def writing(database: Path) -> Iterator[threading.Event]:
    """Somebody who keeps writing pairs; the event says that there are some."""
    stop, has_written = threading.Event(), threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(database, isolation_level=None, timeout=30)) as connection:
            number = 0
            # A moment between transactions, as there is in life: SQLite's locks are not given out in turn.
            while not stop.wait(0.002):
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("INSERT INTO one VALUES (?)", (number,))
                connection.execute("INSERT INTO other VALUES (?)", (number,))
                connection.execute("COMMIT")
                number += 1
                if number > 20:
                    has_written.set()

    thread = threading.Thread(target=write)
    thread.start()
    yield has_written
    stop.set()
    thread.join()


def rows(path: Path, table: str) -> list[int]:
    with closing(sqlite3.connect(path)) as connection:
        return [number for (number,) in connection.execute(f"SELECT n FROM {table} ORDER BY n")]


def test_a_copy_is_the_database_as_it_was_at_one_moment(
    database: Path, writing: threading.Event, tmp_path: Path
) -> None:
    assert writing.wait(30)
    counts = []
    for number in range(5):
        copy = tmp_path / f"copy-{number}"
        copy_database(database, copy)
        assert rows(copy, "one") == rows(copy, "other") == list(range(len(rows(copy, "one"))))
        counts.append(len(rows(copy, "one")))
    assert counts == sorted(counts)
    assert counts[0] > 20
    assert not [path.name for path in tmp_path.glob("copy-*-*")], "a copy is one file"


def test_a_transaction_that_broke_off_is_not_in_the_copy(tmp_path: Path) -> None:
    path, crashed = tmp_path / "live", tmp_path / "crashed"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 1")
        connection.executescript("CREATE TABLE one (n INTEGER); CREATE TABLE filler (text TEXT);")
        connection.execute("INSERT INTO one VALUES (1)")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE one SET n = 2")
        connection.executemany("INSERT INTO filler VALUES (?)", [("x" * 2_000,)] * 200)  # so that pages are spilled
        for each in ("", "-journal"):
            Path(f"{crashed}{each}").write_bytes(Path(f"{path}{each}").read_bytes())
        connection.execute("ROLLBACK")
    copy_database(crashed, tmp_path / "copy")
    assert rows(tmp_path / "copy", "one") == [1]


def test_a_damaged_database_is_not_taken_for_a_backup(tmp_path: Path) -> None:
    path = tmp_path / "damaged.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE one (n INTEGER, text TEXT)")
        connection.executemany("INSERT INTO one VALUES (?, ?)", [(number, "x" * 500) for number in range(200)])
        connection.commit()
    content = bytearray(path.read_bytes())
    content[4_096 * 3 : 4_096 * 5] = b"\xff" * 4_096 * 2
    path.write_bytes(content)
    with pytest.raises(Unavailable, match="damaged"):
        copy_database(path, tmp_path / "copy")


def test_a_lock_that_is_never_given_up_ends_the_attempt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_files, "BUSY_LIMIT_S", 0.05)
    path = tmp_path / "locked.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE one (n INTEGER)")
        connection.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Unavailable, match=r"locked\.sqlite3 cannot be copied") as refusal:
            copy_database(path, tmp_path / "copy")
    assert refusal.value.code == "BACKUP_FAILED"


def test_a_copied_file_has_the_hash_of_its_source(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(bytes(range(256)) * 10_000)
    assert (
        copy_and_hash(source, tmp_path / "deep" / "copy") == hash_file(source) == hash_file(tmp_path / "deep" / "copy")
    )
    with pytest.raises(FileExistsError):
        copy_and_hash(source, tmp_path / "deep" / "copy")


def test_a_manifest_is_read_as_it_was_written(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(seal(MANIFEST))
    assert read_manifest(tmp_path) == MANIFEST
    assert [file.kept for file in MANIFEST.included()] == ["journal.sqlite3"]
    assert [str(file.place) for file in MANIFEST.referenced()] == ["datasets/ab/candles.parquet"]


def test_a_folder_without_a_manifest_is_no_backup(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"no manifest\.json") as refusal:
        read_manifest(tmp_path)
    assert refusal.value.code == "NO_BACKUP"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace(b'"seq": 7', b'"seq": 8'), "not what was written"),
        (lambda text: text[: len(text) // 2], "cannot be read"),
        (lambda text: b"\xff" + text, "cannot be read"),
    ],
)
def test_a_changed_manifest_is_noticed(tmp_path: Path, change, said: str) -> None:
    (tmp_path / FILE_NAME).write_bytes(change(seal(MANIFEST)))
    with pytest.raises(Invalid, match=said) as refusal:
        read_manifest(tmp_path)
    assert refusal.value.code == "BACKUP_DAMAGED"


def test_a_manifest_of_another_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(seal(msgspec.structs.replace(MANIFEST, format=2)))
    with pytest.raises(Invalid, match="has format 2") as refusal:
        read_manifest(tmp_path)
    assert refusal.value.code == "BACKUP_FORMAT"


@pytest.mark.parametrize(
    ("kept", "path"),
    [("datasets", "../x"), ("datasets", "/etc/x"), ("elsewhere", "x"), ("..", "x"), ("datasets", "a\0b")],
)
def test_a_place_outside_of_the_state_is_refused(kept: str, path: str) -> None:
    with pytest.raises(Invalid, match="no place of this installation") as refusal:
        check_places([SavedFile(kept=kept, path=path, bytes=1, sha256="cc")], ["datasets"])
    assert refusal.value.code == "BACKUP_DAMAGED"


def test_a_file_that_somebody_made_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "deep" / "target"
    source.write_text("restored")
    put_in_place(source, target)
    assert target.read_text() == "restored"
    target.write_text("made meanwhile")
    with pytest.raises(FileExistsError):
        put_in_place(source, target)
    assert target.read_text() == "made meanwhile"


def test_a_file_is_copied_to_another_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_text("restored")
    put_in_place(source, target)
    assert target.read_text() == "restored"
    with pytest.raises(FileExistsError):
        put_in_place(source, target)
