"""A shard written out as the file that a gateway alone would have, and filled from such a file: for backups."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from operations.backups.sqlite_files import copy_database
from trading.journal.entries import Head
from trading.journal.errors import StoreFailed
from trading.journal.postgres import PostgresStore, SharedReader
from trading.journal.recovery import holds
from trading.journal.shards import SharedJournal
from trading.journal.stores import READ_ROWS, SqliteStore

Each = TypeVar("Each")


def copy_shard(journal: SharedJournal, target: Path) -> None:
    """Write a shard as it stands at one moment into the new file `target`; its gateway may go on meanwhile.

    Raises StoreFailed, JournalDamaged for an answer that was changed, and as `copy_database`.
    """
    with TemporaryDirectory(dir=target.parent, prefix=".shard-") as folder:
        path = Path(folder) / target.name
        file = SqliteStore(path)
        file.open()
        with closing(file), closing(SharedReader(journal)) as reader, reader.at_one_moment():
            for records in _pages(reader.read_from(1)):
                file.append_batch(records, [])
            for answers in _pages(reader.answers()):
                file.append_batch([], answers)
        copy_database(path, target)


def has_come_through(journal: SharedJournal, head: Head, accounts: Sequence[str]) -> bool:
    """Whether a shard holds the chain that ends with `head` already, or has not begun, so that it can be filled.

    Raises StoreFailed for a shard with another chain, or where an account belongs to another one, and JournalLocked while
    a gateway holds it.
    """
    shard = PostgresStore(journal, journal.shard)
    with closing(shard):
        shard.open()
        shard.check_claims(accounts)
        if shard.last() == Head():
            return head == Head()
        if not holds(shard, head):
            raise StoreFailed(f"The journal of {journal.shard} in this database is another one, at entry {head.seq}.")
        return True


def fill_shard(journal: SharedJournal, source: Path, accounts: Sequence[str]) -> None:
    """Have a shard that has not begun hold what a journal's file holds, and own the accounts: all of it, or nothing.

    Raises StoreFailed where an account belongs to another shard or this one has begun, JournalLocked while a gateway
    holds it.
    """
    file, shard = SqliteStore(source), PostgresStore(journal, journal.shard)
    with closing(file), closing(shard):
        file.open()
        shard.open()
        if shard.last() != Head():
            raise StoreFailed(f"The journal of {journal.shard} has begun already.")
        with shard.in_one_transaction():
            for records in _pages(file.read_from(1)):
                shard.append_batch(records, [])
            for answers in _pages(file.answers(0)):
                shard.append_batch([], answers)
            shard.claim(accounts)


def _pages(items: Iterator[Each]) -> Iterator[list[Each]]:
    """So many at a time as are read at a time."""
    while page := list(islice(items, READ_ROWS)):
        yield page
