"""The audit's own table: a SQLite file `audit.sqlite3` beside the journal, append-only and hash-chained.

Why a file of its own and not the application's database: refusals must be written without a request ever waiting for the
ORM's write lock (and the other way round), a row that went into the application's database would be thrown away with the
transaction of whoever wrote it, and what administers that database could as easily administer the evidence. Group commit
brings some 80,000 rows a second here against 3,500 through the ORM.

Unlike the journal it has more than one writer: `manage.py` commands record what they change while the gateway runs. SQLite
below 3.51.3 can damage a write-ahead log that several connections write, so this file has none: a rollback journal, synced,
and the head of the chain is read within each transaction. It costs three syncs a batch, which is off the order path.

Rows are kept in segments. The chain goes through all of them. A closed segment may be dropped; where it began and ended
stays, and so does a row of the chain that says who dropped it.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from kit.chain import GENESIS_HASH, ChainBroken, Head, Record, link_body
from kit.errors import Conflict, NotFound, Unavailable
from operations.audit.entries import AuditEntry, Subject, decode_entry, encode_entry

FILE_NAME = "audit.sqlite3"
FORMAT_VERSION = 1
BUSY_TIMEOUT_S = 5.0
"""How long a write waits for another process's: a command's takes milliseconds."""

SEGMENT_ENTRIES = 100_000
"""A segment is closed by itself when it has so many: some 50 MB."""

CLOSED = "audit.close"
DROPPED = "audit.drop"
FAULTS = (sqlite3.Error, UnicodeDecodeError, OSError)

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


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the table: `before_hash` is of the entry before its first one. The last fields are None while it is open,
    and the dropping ones until it is dropped.
    """

    number: int
    first_seq: int
    before_hash: bytes
    last_seq: int | None
    last_hash: bytes | None
    opened_ns: int
    closed_ns: int | None
    dropped_ns: int | None
    dropped_by: str | None

    @property
    def is_closed(self) -> bool:
        """Whether nothing is added to it any more."""
        return self.last_seq is not None

    @property
    def is_dropped(self) -> bool:
        """Whether its entries are gone."""
        return self.dropped_ns is not None

    def seal(self) -> "Seal":
        """Its bounds; it must be closed."""
        assert self.last_seq is not None, "only a closed segment has a seal"
        assert self.last_hash is not None, "only a closed segment has a seal"
        return Seal(
            segment=self.number,
            first_seq=self.first_seq,
            before_hash=self.before_hash.hex(),
            last_seq=self.last_seq,
            last_hash=self.last_hash.hex(),
            dropped_by=self.dropped_by,
        )


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """The bounds of a closed segment as entries name them: with these the chain can be followed over its gap."""

    segment: int
    first_seq: int
    before_hash: str
    last_seq: int
    last_hash: str
    dropped_by: str | None = None


class AuditStore:
    """Writes the table. Used by one thread at a time; other processes may write between two calls."""

    def __init__(self, path: Path, now_ns: Callable[[], int], *, segment_entries: int = SEGMENT_ENTRIES) -> None:
        self._path = path
        self._now_ns = now_ns
        self._segment_entries = segment_entries
        self._connection: sqlite3.Connection | None = None

    def append(self, entries: Sequence[AuditEntry]) -> Head:
        """Make all of them durable, or none; raises Unavailable."""
        with self._transaction() as connection:
            return self._append(connection, entries)

    def close_segment(self, actor: str) -> Segment:
        """Close the open segment, so that it can be exported and dropped; raises Conflict when it is empty."""
        with self._transaction() as connection:
            head, segment = read_head(connection), _open_segment(connection)
            if head.seq < segment.first_seq:
                raise Conflict("The open segment has no entries yet.", code="SEGMENT_EMPTY")
            closed = self._roll(connection, segment, head)
            self._append(connection, [self._closing_entry(closed, actor)])
            return closed

    def drop_segment(self, number: int, actor: str) -> Segment:
        """Delete the entries of a closed segment. That it was done, and by whom, becomes an entry.

        Raises NotFound, Conflict SEGMENT_OPEN or SEGMENT_DROPPED, Unavailable.
        """
        with self._transaction() as connection:
            segment = next((each for each in read_segments(connection) if each.number == number), None)
            if segment is None:
                raise NotFound(f"There is no segment {number}.")
            if not segment.is_closed:
                raise Conflict(f"Segment {number} is still written to; close it first.", code="SEGMENT_OPEN")
            if segment.is_dropped:
                raise Conflict(f"Segment {number} was dropped by {segment.dropped_by}.", code="SEGMENT_DROPPED")
            connection.execute(
                "UPDATE segments SET dropped_ns = ?, dropped_by = ? WHERE number = ?", (self._now_ns(), actor, number)
            )
            connection.execute("DELETE FROM entries WHERE seq BETWEEN ? AND ?", (segment.first_seq, segment.last_seq))
            # All that were ever dropped are named: the entry that told of an earlier one may itself be dropped some day.
            seals = [each.seal() for each in read_segments(connection) if each.is_dropped]
            entry = AuditEntry(
                action=DROPPED,
                wall_ns=self._now_ns(),
                actor=actor,
                subject=Subject("segment", str(number)),
                detail={"dropped": seals},
            )
            self._append(connection, [entry])
            return segment

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _append(self, connection: sqlite3.Connection, entries: Sequence[AuditEntry]) -> Head:
        head, segment = read_head(connection), _open_segment(connection)
        for entry in entries:
            head = _insert(connection, head, entry)
            if head.seq - segment.first_seq + 1 >= self._segment_entries:
                closed = self._roll(connection, segment, head)
                head = _insert(connection, head, self._closing_entry(closed, "system:audit"))
                segment = _open_segment(connection)
        connection.execute("UPDATE head SET seq = ?, hash = ?", (head.seq, head.hash))
        return head

    def _roll(self, connection: sqlite3.Connection, segment: Segment, head: Head) -> Segment:
        """Close a segment at `head` and begin the next one."""
        now_ns = self._now_ns()
        connection.execute(
            "UPDATE segments SET last_seq = ?, last_hash = ?, closed_ns = ? WHERE number = ?",
            (head.seq, head.hash, now_ns, segment.number),
        )
        _begin_segment(connection, segment.number + 1, head, now_ns)
        return msgspec.structs.replace(segment, last_seq=head.seq, last_hash=head.hash, closed_ns=now_ns)

    def _closing_entry(self, closed: Segment, actor: str) -> AuditEntry:
        """The first entry of the next segment: it seals the one before."""
        subject = Subject("segment", str(closed.number))
        return AuditEntry(
            action=CLOSED, wall_ns=self._now_ns(), actor=actor, subject=subject, detail={"closed": closed.seal()}
        )

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """A connection within a transaction that is synced at its end; raises Unavailable for what SQLite cannot do."""
        try:
            connection = self._connection = self._connection or self._connect()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
        except FAULTS as error:
            self.close()
            raise Unavailable(f"The audit did not write: {error}") from error

    def _connect(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = TRUNCATE")
            connection.execute("PRAGMA synchronous = FULL")
            _ensure_schema(connection, self._now_ns())
        except (*FAULTS, Unavailable):
            connection.close()
            raise
        return connection


class AuditReader:
    """Reads the table beside its writers. A connection of its own, that changes nothing."""

    def __init__(self, path: Path) -> None:
        """Open the table; raises Unavailable when it cannot be read. One that was never written is empty."""
        self._connection: sqlite3.Connection | None = None
        if not path.exists():
            return
        # Not `mode=ro`: after a crash the first who opens the file has to roll back what was half written.
        address = f"file:{quote(str(path.absolute()))}?mode=rw"
        try:
            self._connection = sqlite3.connect(
                address, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA query_only = ON")
            (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        except FAULTS as error:
            self.close()
            raise Unavailable(f"The audit cannot be read: {error}") from error
        if version == 0:  # another process is just making it
            self.close()
        elif version != FORMAT_VERSION:
            self.close()
            raise Unavailable(f"The audit has format {version}; this version reads format {FORMAT_VERSION}.")

    def last(self) -> Head:
        """Where the chain ends; raises Unavailable or ChainBroken."""
        if self._connection is None:
            return Head()
        try:
            return read_head(self._connection)
        except FAULTS as error:
            raise Unavailable(f"The audit cannot be read: {error}") from error

    def count(self) -> int:
        """How many entries are there; raises Unavailable or ChainBroken."""
        seals = [each.seal() for each in self.segments() if each.is_dropped]
        return self.last().seq - sum(each.last_seq - each.first_seq + 1 for each in seals)

    def read_range(self, first: int, until: int) -> list[Record]:
        """The entries from `first` to `until` that are there; raises ChainBroken where one cannot be read."""
        query = "SELECT seq, hash, CAST(body AS BLOB) FROM entries WHERE seq BETWEEN ? AND ? ORDER BY seq"
        return self._rows(query, (first, until), first)

    def segments(self) -> list[Segment]:
        """Every segment, the dropped ones included, oldest first."""
        if self._connection is None:
            return []
        try:
            return read_segments(self._connection)
        except FAULTS as error:
            raise Unavailable(f"The audit cannot be read: {error}") from error

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _rows(self, query: str, values: Sequence[Any], seq: int) -> list[Record]:
        if self._connection is None:
            return []
        try:
            return [Record(*row) for row in self._connection.execute(query, values)]
        except FAULTS as error:
            raise ChainBroken(seq, f"it cannot be read ({error})") from error


def read_head(connection: sqlite3.Connection) -> Head:
    """Where the last transaction left the chain; raises ChainBroken when that note is gone."""
    row = connection.execute("SELECT seq, hash FROM head").fetchone()
    if row is None:
        raise ChainBroken(1, "the note of where the chain ends is missing")
    return Head(*row)


def read_segments(connection: sqlite3.Connection) -> list[Segment]:
    """Every segment, oldest first."""
    columns = ", ".join(Segment.__struct_fields__)
    rows = connection.execute(f"SELECT {columns} FROM segments ORDER BY number")  # noqa: S608 - our own names
    return [Segment(**dict(zip(Segment.__struct_fields__, row, strict=True))) for row in rows]


def seals_of_last_drop(entry: AuditEntry) -> list[Seal]:
    """What an entry says was dropped so far; nothing for an entry about something else."""
    if entry.action != DROPPED:
        return []
    return msgspec.convert(entry.detail["dropped"], list[Seal])


def read_entry(record: Record) -> AuditEntry:
    """The entry of a record; raises ChainBroken when it cannot be understood."""
    try:
        return decode_entry(record.body)
    except msgspec.DecodeError as error:
        raise ChainBroken(record.seq, f"it cannot be understood ({error})") from error


def _insert(connection: sqlite3.Connection, head: Head, entry: AuditEntry) -> Head:
    record = link_body(head, encode_entry(entry))
    connection.execute("INSERT INTO entries VALUES (?,?,?)", (record.seq, record.hash, record.body.decode()))
    return Head(record.seq, record.hash)


def _open_segment(connection: sqlite3.Connection) -> Segment:
    return read_segments(connection)[-1]


def _begin_segment(connection: sqlite3.Connection, number: int, head: Head, now_ns: int) -> None:
    connection.execute(
        "INSERT INTO segments (number, first_seq, before_hash, opened_ns) VALUES (?,?,?,?)",
        (number, head.seq + 1, head.hash, now_ns),
    )


def _ensure_schema(connection: sqlite3.Connection, now_ns: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == 0:
            for statement in _statements(_SCHEMA):
                connection.execute(statement)
            _begin_segment(connection, 1, Head(0, GENESIS_HASH), now_ns)
            connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
        elif version != FORMAT_VERSION:
            raise Unavailable(f"The audit has format {version}; this version writes format {FORMAT_VERSION}.")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: `executescript` would commit the open transaction first."""
    text = ""
    for line in script.splitlines(keepends=True):
        text += line
        if sqlite3.complete_statement(text):
            yield text
            text = ""
