"""A journal read beside whoever writes it: one connection that can change nothing, and no lock."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Union
from urllib.parse import quote

from trading.journal.entries import Head, Record
from trading.journal.errors import StoreFailed
from trading.journal.stores import BUSY_TIMEOUT_S, FORMAT_VERSION, SQLITE_FAULTS, read_head, read_range, read_records

if TYPE_CHECKING:  # its driver is there where several gateways share a database
    from trading.journal.shards import SharedJournal

JournalPlace = Union[Path, "SharedJournal"]
"""Where a durable journal is: a file, or a shard of a database."""


class Reader(Protocol):
    """A journal read beside its writer."""

    def read_from(self, seq: int) -> Iterator[Record]:
        """The records from `seq` on; raises JournalDamaged naming the first that cannot be read."""
        ...

    def read_range(self, first: int, until: int) -> list[Record]:
        """Some of the records, at once; raises JournalDamaged when one cannot be read."""
        ...

    def last(self) -> Head:
        """Where the chain ended when this was opened."""
        ...

    def count_answers(self) -> int:
        """How many idempotent answers are kept; raises StoreFailed."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


def open_reader(place: JournalPlace) -> Reader:
    """A reader of the journal there; raises StoreFailed when there is none, or none that can be read."""
    if isinstance(place, Path):
        return JournalReader(place)
    from trading.journal.postgres import SharedReader

    return SharedReader(place)


class JournalReader:
    """The entries that were there when it was opened."""

    def __init__(self, path: Path) -> None:
        """Open the journal; raises StoreFailed when there is none, or none that can be read."""
        if not path.exists():
            raise StoreFailed(f"There is no journal {path}.")
        self._connection = connect_to_read(path)
        try:
            (version,) = self._connection.execute("PRAGMA user_version").fetchone()
            if version != FORMAT_VERSION:
                raise StoreFailed(f"The journal has format {version}; this version reads format {FORMAT_VERSION}.")
            self._head = read_head(self._connection)
        except SQLITE_FAULTS as error:
            self.close()
            raise StoreFailed(f"The journal {path} cannot be read: {error}") from error
        except StoreFailed:
            self.close()
            raise

    def read_from(self, seq: int) -> Iterator[Record]:
        """The records from `seq` on; raises JournalDamaged naming the first that cannot be read."""
        return read_records(self._connection, seq, self._head.seq)

    def read_range(self, first: int, until: int) -> list[Record]:
        """Some of the records, at once; raises JournalDamaged when one cannot be read."""
        return read_range(self._connection, first, until)

    def last(self) -> Head:
        """Where the chain ended when this was opened."""
        return self._head

    def count_answers(self) -> int:
        """How many idempotent answers are kept; raises StoreFailed."""
        try:
            (count,) = self._connection.execute("SELECT count(*) FROM answers").fetchone()
        except SQLITE_FAULTS as error:
            raise StoreFailed(f"The stored answers cannot be read: {error}") from error
        return int(count)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection that can change nothing. It is used by one thread at a time, not always the same one."""
    return sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True, timeout=BUSY_TIMEOUT_S)
