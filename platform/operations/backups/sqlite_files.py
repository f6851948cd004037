"""Copying a database of SQLite while others write to it, by SQLite's online backup (https://sqlite.org/backup.html).

The copy is made in one step, so it is the database as it was at one moment. Of a database with a write-ahead log nobody is
held up by that; writers of one with a rollback journal wait for as long as reading the file takes.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from kit.errors import Unavailable

BUSY_LIMIT_S = 30.0
"""How long another program's lock is waited for: a transaction of ours takes milliseconds."""

_ALL_PAGES = -1


def copy_database(source: Path, target: Path) -> None:
    """Make `target`, a single file without a log beside it; raises Unavailable when that cannot be done now."""
    try:
        with closing(_connect(source)) as reader, closing(sqlite3.connect(target, isolation_level=None)) as writer:
            reader.backup(writer, pages=_ALL_PAGES, progress=_give_up_when_busy)
            writer.execute("PRAGMA journal_mode = DELETE")
            found = writer.execute("PRAGMA quick_check(1)").fetchone()[0]
    except (sqlite3.Error, UnicodeDecodeError) as fault:
        raise Unavailable(f"{source.name} cannot be copied: {fault}", code="BACKUP_FAILED") from fault
    if found != "ok":
        raise Unavailable(f"{source.name} is damaged: {found}", code="BACKUP_FAILED")


def _connect(source: Path) -> sqlite3.Connection:
    """A connection that changes nothing, unless a transaction broke off and has to be rolled back before anybody reads."""
    mode = "rw" if Path(f"{source}-journal").exists() else "ro"
    connection = sqlite3.connect(f"file:{quote(str(source.absolute()))}?mode={mode}", uri=True, timeout=BUSY_LIMIT_S)
    connection.isolation_level = None
    return connection


def _give_up_when_busy(status: int, _remaining: int, _total: int) -> None:
    """Called after a try, which has waited as long as may be waited; the module itself would go on for ever."""
    if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        raise sqlite3.OperationalError(f"another program has held its lock for {BUSY_LIMIT_S:g} s")
