"""The audit's own table as a SQLite file `audit.sqlite3` beside the journal.

Why a file of its own and not the application's database: refusals must be written without a request ever waiting for the
ORM's write lock (and the other way round), a row that went into the application's database would be thrown away with the
transaction of whoever wrote it, and what administers that database could as easily administer the evidence. Group commit
brings some 80,000 rows a second here against 3,500 through the ORM.

Unlike the journal it has more than one writer: `manage.py` commands record what they change while the gateway runs. SQLite
below 3.51.3 can damage a write-ahead log that several connections write, so this file has none: a rollback journal, synced,
and the head of the chain is read within each transaction. It costs three syncs a batch, which is off the order path.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from kit.chain import ChainBroken, Head, Record
from kit.errors import Unavailable
from operations.audit.segments import Segment

FILE_NAME = "audit.sqlite3"
FORMAT_VERSION = 1
BUSY_TIMEOUT_S = 5.0
"""How long a write waits for another process's: a command's takes milliseconds."""

FAULTS: Final = (sqlite3.Error, UnicodeDecodeError, OSError)
COLUMNS: Final = Segment.__struct_fields__

_SCHEMA = """
CREATE TABLE entries (seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, body TEXT NOT NULL) STRICT;
CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
CREATE TABLE segments (
    number INTEGER PRIMARY KEY, first_seq INTEGER NOT NULL, before_hash BLOB NOT NULL, last_seq INTEGER, last_hash BLOB,
    opened_ns INTEGER NOT NULL, closed_ns INTEGER, dropped_ns INTEGER, dropped_by TEXT
) STRICT;
CREATE TRIGGER entries_keep_on_update BEFORE UPDATE ON entries
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER entries_keep_on_delete BEFORE DELETE ON entries
    WHEN NOT EXISTS (
        SELECT 1 FROM segments WHERE dropped_ns IS NOT NULL AND OLD.seq BETWEEN first_seq AND last_seq
    )
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
INSERT INTO head VALUES (1, 0, zeroblob(32));
"""

_READ: Final = "SELECT seq, hash, CAST(body AS BLOB) FROM entries WHERE seq BETWEEN ? AND ? ORDER BY seq"
_SEGMENTS: Final = f"SELECT {', '.join(COLUMNS)} FROM segments ORDER BY number"  # noqa: S608 - our own names
_ADD_SEGMENT: Final = (
    f"INSERT INTO segments ({', '.join(COLUMNS)}) VALUES ({', '.join(f':{name}' for name in COLUMNS)})"  # noqa: S608
)
_CHANGE_SEGMENT: Final = """
UPDATE segments SET last_seq = :last_seq, last_hash = :last_hash, closed_ns = :closed_ns, dropped_ns = :dropped_ns,
    dropped_by = :dropped_by
WHERE number = :number
"""


class SqliteTable:
    """An open file."""

    faults: tuple[type[Exception], ...] = FAULTS
    damage: tuple[type[Exception], ...] = FAULTS
    """A file that cannot be read is a damaged one."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def to_write(cls, path: Path, *, makes: bool = True) -> "SqliteTable":
        """Open the file; one that is not there is made, if it `makes` one. Raises Unavailable."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = _connect(path, "rwc" if makes else "rw")
        except FAULTS as error:
            raise Unavailable(f"The audit did not write: {error}") from error
        table = cls(connection)
        try:
            connection.execute("PRAGMA journal_mode = TRUNCATE")
            connection.execute("PRAGMA synchronous = FULL")
            with table.transaction():
                _ensure_schema(connection)
        except FAULTS as error:
            table.close()
            raise Unavailable(f"The audit did not write: {error}") from error
        except Unavailable:
            table.close()
            raise
        return table

    @classmethod
    def to_read(cls, path: Path) -> "SqliteTable | None":
        """A connection that changes nothing; None for a file that is not there, or is just being made."""
        if not path.exists():
            return None
        connection = None
        try:
            # Not "ro": after a crash the first who opens the file has to roll back what was half written.
            connection = _connect(path, "rw")
            connection.execute("PRAGMA query_only = ON")
            (version,) = connection.execute("PRAGMA user_version").fetchone()
        except FAULTS as error:
            if connection is not None:
                connection.close()
            raise Unavailable(f"The audit cannot be read: {error}") from error
        if version == FORMAT_VERSION:
            return cls(connection)
        connection.close()
        if version == 0:  # another process is just making it
            return None
        raise Unavailable(f"The audit has format {version}; this version reads format {FORMAT_VERSION}.")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Synced to the disk at its end."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._roll_back()
            raise
        self._connection.execute("COMMIT")

    @contextmanager
    def at_one_moment(self) -> Iterator[None]:
        """Who writes waits meanwhile."""
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._roll_back()

    def head(self) -> Head:
        """As the last transaction noted it."""
        row = self._connection.execute("SELECT seq, hash FROM head").fetchone()
        if row is None:
            raise ChainBroken(1, "the note of where the chain ends is missing")
        return Head(*row)

    def segments(self) -> list[Segment]:
        """Every segment, oldest first."""
        return [Segment(**dict(zip(COLUMNS, row, strict=True))) for row in self._connection.execute(_SEGMENTS)]

    def read_range(self, first: int, until: int) -> list[Record]:
        """Some records, at once."""
        return [Record(*row) for row in self._connection.execute(_READ, (first, until))]

    def insert(self, records: Sequence[Record]) -> None:
        """Add them."""
        rows = ((each.seq, each.hash, each.body.decode()) for each in records)
        self._connection.executemany("INSERT INTO entries VALUES (?,?,?)", rows)

    def move_head(self, head: Head) -> None:
        """Note where the chain ends."""
        self._connection.execute("UPDATE head SET seq = ?, hash = ?", (head.seq, head.hash))

    def add_segment(self, segment: Segment) -> None:
        """Add it."""
        self._connection.execute(_ADD_SEGMENT, _values(segment))

    def change_segment(self, segment: Segment) -> None:
        """Note how it ended."""
        self._connection.execute(_CHANGE_SEGMENT, _values(segment))

    def delete(self, first: int, until: int) -> None:
        """Delete the records of a dropped segment."""
        self._connection.execute("DELETE FROM entries WHERE seq BETWEEN ? AND ?", (first, until))

    def leave_no_journal(self) -> None:
        """Have no file of SQLite's lie beside this one; what is written from now on would make it again."""
        self._connection.execute("PRAGMA journal_mode = DELETE")

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _roll_back(self) -> None:
        """Leave no transaction open; SQLite may have ended it by itself."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    address = f"file:{quote(str(path.absolute()))}?mode={mode}"
    return sqlite3.connect(address, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)


def _values(segment: Segment) -> dict[str, int | bytes | str | None]:
    return {name: getattr(segment, name) for name in COLUMNS}


def _ensure_schema(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == 0:
        for statement in _statements(_SCHEMA):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
    elif version != FORMAT_VERSION:
        raise Unavailable(f"The audit has format {version}; this version writes format {FORMAT_VERSION}.")


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: `executescript` would commit the open transaction first."""
    text = ""
    for line in script.splitlines(keepends=True):
        text += line
        if sqlite3.complete_statement(text):
            yield text
            text = ""
