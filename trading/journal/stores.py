"""Where the journal's records are kept: a SQLite file, or memory for a sandbox that forgets; `postgres.py` is the third way.

A store is used by one thread at a time: recovery first, then the writer. The file has one connection for good, because
SQLite below 3.51.3 can corrupt a WAL that several connections write.
"""

import fcntl
import os
import sqlite3
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from api.idempotency import StoredAnswer
from trading.journal.entries import Head, Record
from trading.journal.errors import JournalDamaged, JournalLocked, StoreFailed
from trading.journal.failpoints import AFTER_COMMIT, AFTER_WRITE, BEFORE_WRITE, FAILPOINTS

FORMAT_VERSION = 1
BUSY_TIMEOUT_S = 2.0
"""How long a write waits for another program's lock on the file before the journal counts as failed."""

CHECKPOINT_PAGES = 200
"""Pages of WAL between checkpoints: small, because a checkpoint is the tail of the latency."""

READ_ROWS = 1_000
"""Rows fetched at once while reading back."""

LAST_POSSIBLE_SEQ = 2**63 - 1

MEMORY_RECORDS = 10_000
"""How many records the memory store keeps; older ones are forgotten."""

ROWS_A_STATEMENT = 128
"""Rows per INSERT statement at most; each number of rows is a statement of its own, and kept ready.

Each statement gives the interpreter lock away some three times, and a busy loop returns it late. So a batch without answers
is one statement, which is its own transaction: SQLite begins, writes and commits it in one go.
"""

STATEMENTS_KEPT = ROWS_A_STATEMENT + 32

SQLITE_FAULTS = (sqlite3.Error, UnicodeDecodeError)
"""What the module raises. It cannot decode its own message about a damaged file that is no UTF-8 any more."""

_SCHEMA = """
CREATE TABLE entries (seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, body TEXT NOT NULL) STRICT;
CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
CREATE TABLE answers (
    account TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, status INTEGER NOT NULL,
    content_type TEXT NOT NULL, body BLOB NOT NULL, created_ns INTEGER NOT NULL, checksum INTEGER NOT NULL,
    PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;
INSERT INTO head VALUES (1, 0, zeroblob(32));
CREATE INDEX answers_by_age ON answers (created_ns);
CREATE TRIGGER entries_keep_on_update BEFORE UPDATE ON entries
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER entries_keep_on_delete BEFORE DELETE ON entries
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
"""

_HEAD_FOLLOWS = """
CREATE TRIGGER IF NOT EXISTS head_follows AFTER INSERT ON entries
    BEGIN UPDATE head SET seq = NEW.seq, hash = NEW.hash; END;
"""
"""So that entries and head change in one statement. Files made before it get it when they are opened."""


class JournalStore(Protocol):
    """What the writer and recovery need of a store. Every method raises StoreFailed when the store is down."""

    def open(self) -> None:
        """Take ownership and be ready; raises JournalLocked when another process owns the journal."""
        ...

    def reopen(self) -> None:
        """Connect anew after a failure and prove that it writes; ownership is kept throughout."""
        ...

    def append_batch(
        self, records: Sequence[Record], answers: Sequence[StoredAnswer], prune_before_ns: int | None = None
    ) -> None:
        """Make all of it durable, or none; answers created before `prune_before_ns` are dropped on the way."""
        ...

    def read_from(self, seq: int) -> Iterator[Record]:
        """The records from number `seq` on, in order; raises JournalDamaged where they cannot be read."""
        ...

    def last(self) -> Head:
        """Where the last batch left the chain, as noted beside the entries in the same transaction."""
        ...

    def answers(self, since_ns: int) -> Iterator[StoredAnswer]:
        """The idempotent answers made at or after `since_ns`."""
        ...

    def close(self) -> None:
        """Give up the connection and the ownership."""
        ...


class MemoryStore:
    """A journal that forgets on restart: the chain goes on, the last records stay readable."""

    def __init__(self, keep: int = MEMORY_RECORDS) -> None:
        self._records: deque[Record] = deque(maxlen=keep)
        self._head = Head()

    def open(self) -> None:
        """Nothing to take."""

    def reopen(self) -> None:
        """Nothing to connect to."""

    def append_batch(
        self, records: Sequence[Record], answers: Sequence[StoredAnswer], prune_before_ns: int | None = None
    ) -> None:
        """Keep the records; answers live in the idempotency table alone."""
        self._records.extend(records)
        if records:
            self._head = Head(records[-1].seq, records[-1].hash)

    def read_from(self, seq: int) -> Iterator[Record]:
        """The kept records from `seq` on; raises JournalDamaged when that one was forgotten already."""
        if self._records and seq < self._records[0].seq:
            raise JournalDamaged(seq, "this journal lives in memory and has forgotten it")
        yield from [record for record in self._records if record.seq >= seq]

    def kept(self) -> list[Record]:
        """The records that are kept, in order; from any thread, for the copy is made at one blow."""
        return list(self._records)

    def last(self) -> Head:
        """The end of the chain."""
        return self._head

    def answers(self, since_ns: int) -> Iterator[StoredAnswer]:
        """None: they end with the process."""
        yield from ()

    def close(self) -> None:
        """Nothing to give up."""


class SqliteStore:
    """The journal as one SQLite file: WAL, synchronous FULL, one connection, one owner process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock_path = path.with_suffix(".lock")
        self._lock_file: int | None = None
        self._connection: sqlite3.Connection | None = None

    def open(self) -> None:
        """Lock the journal for this process, then connect, making the file if there is none."""
        self._lock()
        try:
            self.reopen()
        except StoreFailed:
            self.close()
            raise

    def reopen(self) -> None:
        """Drop the connection, if there is one, and make a new one that has written; the lock stays."""
        self._disconnect()
        try:
            self._connection = self._connect()
        except SQLITE_FAULTS as error:
            self._disconnect()
            raise StoreFailed(f"The journal {self._path} cannot be opened: {error}") from error

    def append_batch(
        self, records: Sequence[Record], answers: Sequence[StoredAnswer], prune_before_ns: int | None = None
    ) -> None:
        """One transaction, synced to the disk before it returns."""
        connection = self._open_connection()
        FAILPOINTS.reach(BEFORE_WRITE)
        try:
            is_one_statement = len(records) <= ROWS_A_STATEMENT and not answers and prune_before_ns is None
            if is_one_statement and not FAILPOINTS.is_armed(AFTER_WRITE):
                _insert_records(connection, records)
            else:
                connection.execute("BEGIN IMMEDIATE")
                _insert_records(connection, records)
                connection.executemany(
                    "INSERT OR REPLACE INTO answers VALUES (?,?,?,?,?,?,?,?)", map(_answer_row, answers)
                )
                if prune_before_ns is not None:
                    connection.execute("DELETE FROM answers WHERE created_ns < ?", (prune_before_ns,))
                FAILPOINTS.reach(AFTER_WRITE)
                connection.execute("COMMIT")
            FAILPOINTS.reach(AFTER_COMMIT)
        except SQLITE_FAULTS as error:
            roll_back(connection)
            raise StoreFailed(f"The journal did not write: {error}") from error

    def read_from(self, seq: int) -> Iterator[Record]:
        """The records from `seq` on; raises JournalDamaged naming the first that cannot be read."""
        return read_records(self._open_connection(), seq)

    def last(self) -> Head:
        """The head as the last transaction noted it."""
        return read_head(self._open_connection())

    def answers(self, since_ns: int) -> Iterator[StoredAnswer]:
        """The stored answers, each checked against its checksum; raises JournalDamaged for a changed one."""
        query = "SELECT * FROM answers WHERE created_ns >= ? ORDER BY created_ns"
        try:
            for *values, checksum in self._open_connection().execute(query, (since_ns,)):
                answer = StoredAnswer(*values)
                if answer_checksum(answer) != checksum:
                    raise JournalDamaged(self.last().seq, f"the stored answer of key {answer.key!r} was changed")
                yield answer
        except SQLITE_FAULTS as error:
            raise StoreFailed(f"The stored answers cannot be read: {error}") from error

    def close(self) -> None:
        """Close the file, then let another process have it."""
        self._disconnect()
        if self._lock_file is not None:
            os.close(self._lock_file)
            self._lock_file = None

    def _open_connection(self) -> sqlite3.Connection:
        if self._connection is None:
            raise StoreFailed(f"The journal {self._path} is not open.")
        return self._connection

    def _lock(self) -> None:
        """Hold the lock file for as long as the process lives; the system frees it even after kill -9."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            lock_file = os.open(self._lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreFailed(f"The journal's lock {self._lock_path} cannot be made: {error}") from error
        try:
            fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            owner = os.read(lock_file, 20).decode("ascii", "replace").strip() or "unknown"
            os.close(lock_file)
            raise JournalLocked(
                f"Another gateway (process {owner}) owns the journal {self._path}. "
                "Stop it, or give this one a STATE_DIR of its own."
            ) from error
        os.ftruncate(lock_file, 0)
        os.pwrite(lock_file, f"{os.getpid()}\n".encode(), 0)
        self._lock_file = lock_file

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=STATEMENTS_KEPT,
        )
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
            _ensure_schema(connection)
            connection.execute("UPDATE head SET seq = seq")
        except (*SQLITE_FAULTS, StoreFailed):
            connection.close()
            raise
        return connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def read_records(connection: sqlite3.Connection, seq: int, until_seq: int = LAST_POSSIBLE_SEQ) -> Iterator[Record]:
    """The records from `seq` to `until_seq`; raises JournalDamaged naming the first that cannot be read.

    Page by page, each in a transaction of its own: whoever reads beside the writer must not hold up its checkpoints.
    """
    wanted = seq
    while page := _read_page(connection, wanted, until_seq):
        for number, digest, body in page:
            if type(digest) is not bytes or type(body) is not bytes:
                raise JournalDamaged(wanted, "it is not complete")
            yield Record(number, digest, body)
            wanted = number + 1


def _read_page(connection: sqlite3.Connection, seq: int, until_seq: int) -> list[tuple[int, bytes, bytes]]:
    """Some rows from `seq` on, as far as they can be read; raises JournalDamaged when not even the first can."""
    rows: list[tuple[int, bytes, bytes]] = []
    query = "SELECT seq, hash, CAST(body AS BLOB) FROM entries WHERE seq >= ? AND seq <= ? ORDER BY seq LIMIT ?"
    try:
        for row in connection.execute(query, (seq, until_seq, READ_ROWS)):
            rows.append(row)
    except SQLITE_FAULTS as error:
        if not rows:
            raise JournalDamaged(seq, f"it cannot be read ({error})") from error
    return rows


def read_range(connection: sqlite3.Connection, first: int, until: int) -> list[Record]:
    """The records from number `first` to `until` that are there, at once; raises JournalDamaged when one cannot be read."""
    query = "SELECT seq, hash, CAST(body AS BLOB) FROM entries WHERE seq BETWEEN ? AND ? ORDER BY seq"
    try:
        return [Record(*row) for row in connection.execute(query, (first, until))]
    except SQLITE_FAULTS as error:
        raise JournalDamaged(first, f"it cannot be read ({error})") from error


def read_head(connection: sqlite3.Connection) -> Head:
    """Where the last transaction left the chain; raises StoreFailed or JournalDamaged."""
    try:
        row = connection.execute("SELECT seq, hash FROM head").fetchone()
    except SQLITE_FAULTS as error:
        raise StoreFailed(f"The journal's head cannot be read: {error}") from error
    if row is None:
        raise JournalDamaged(1, "the record of where the journal ends is missing")
    return Head(*row)


def _ensure_schema(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == 0:
        connection.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {FORMAT_VERSION}; COMMIT;")
    elif version != FORMAT_VERSION:
        raise StoreFailed(f"The journal has format {version}; this version of Sandbar reads format {FORMAT_VERSION}.")
    connection.execute(_HEAD_FOLLOWS)


def _insert_records(connection: sqlite3.Connection, records: Sequence[Record]) -> None:
    """Insert in as few statements as can be; the head follows."""
    for start in range(0, len(records), ROWS_A_STATEMENT):
        some = records[start : start + ROWS_A_STATEMENT]
        connection.execute(_insert_of(len(some)), [value for record in some for value in _record_row(record)])


@lru_cache(maxsize=ROWS_A_STATEMENT)
def _insert_of(rows: int) -> str:
    """The statement for so many rows."""
    return f"INSERT INTO entries VALUES {','.join(['(?,?,?)'] * rows)}"  # noqa: S608 - marks only


def _record_row(record: Record) -> tuple[int, bytes, str]:
    return record.seq, record.hash, record.body.decode()


def _answer_row(answer: StoredAnswer) -> tuple[str | int | bytes, ...]:
    return (
        answer.account,
        answer.key,
        answer.fingerprint,
        answer.status,
        answer.content_type,
        answer.body,
        answer.created_ns,
        answer_checksum(answer),
    )


def answer_checksum(answer: StoredAnswer) -> int:
    """The checksum that stands beside a stored answer."""
    said = (answer.account, answer.key, answer.fingerprint, answer.status, answer.content_type, answer.created_ns)
    return zlib.crc32(answer.body, zlib.crc32(repr(said).encode()))


def roll_back(connection: sqlite3.Connection) -> None:
    """Leave no transaction open behind a failed write; a rollback that fails too changes nothing for the caller."""
    try:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    except SQLITE_FAULTS:
        connection.close()
