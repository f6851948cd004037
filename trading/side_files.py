"""Files of SQLite beside the journal, that trading does not depend on: what is no such file is thrown away and begun anew.

One connection, used by one thread at a time.
"""

import sqlite3
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from trading.journal.errors import StoreFailed
from trading.journal.stores import SQLITE_FAULTS, roll_back

IN_TEMPORARY_FILE = ""
"""What SQLite calls a file of its own that ends with the connection."""


class SideFile(ABC):
    """One such file. Without a path it ends with the process."""

    short_name: ClassVar[str]
    """What it is when it cannot be opened, such as `history`."""
    long_name: ClassVar[str]
    """What it is when it cannot be used, such as `history of ended orders`."""
    closed_text: ClassVar[str]
    """What is said where it is used while it is not open."""
    schema: ClassVar[str]
    format_version: ClassVar[int]
    failure: ClassVar[type[StoreFailed]]
    faults: ClassVar[tuple[type[Exception], ...]] = SQLITE_FAULTS
    """What becomes a `failure` where the connection is used."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.Lock()

    def open(self) -> None:
        """Connect; a file that is none of its kind is thrown away. Raises `failure`."""
        try:
            self._connect()
        except SQLITE_FAULTS:
            self.close()
            self._remove_file()
            try:
                self._connect()
            except SQLITE_FAULTS as error:
                raise self._cannot_be_opened(error) from error

    def start_anew(self) -> None:
        """Forget everything: what is there belongs to another journal, or is damaged."""
        self.close()
        self._remove_file()
        self.open()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @abstractmethod
    def _begin(self, connection: sqlite3.Connection) -> None:
        """Write the one row of `about` into a new file."""

    @abstractmethod
    def _look_around(self, connection: sqlite3.Connection) -> None:
        """Take over what `about` says."""

    def _connect(self) -> None:
        target = IN_TEMPORARY_FILE if self._path is None else self._path
        connection = self._connection = sqlite3.connect(target, isolation_level=None, check_same_thread=False)
        if self._path is not None:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
        self._prepare(connection)

    def _prepare(self, connection: sqlite3.Connection) -> None:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == 0:
            connection.executescript(f"BEGIN; {self.schema} PRAGMA user_version = {self.format_version};")
            self._begin(connection)
            connection.execute("COMMIT")
        elif version != self.format_version:
            raise sqlite3.DatabaseError(f"it has format {version}")
        self._look_around(connection)

    def _remove_file(self) -> None:
        if self._path is not None:
            for path in self._path.parent.glob(f"{self._path.name}*"):
                path.unlink(missing_ok=True)

    def _cannot_be_opened(self, error: Exception) -> StoreFailed:
        return self.failure(f"The {self.short_name} {self._path} cannot be opened: {error}")

    @contextmanager
    def _use(self) -> Iterator[sqlite3.Connection]:
        """The connection, for this thread alone; what goes wrong with it becomes a `failure`."""
        with self._lock:
            connection = self._connection
            if connection is None:
                raise self.failure(self.closed_text)
            try:
                yield connection
            except self.faults as error:
                roll_back(connection)
                raise self.failure(f"The {self.long_name} cannot be used: {error}") from error
