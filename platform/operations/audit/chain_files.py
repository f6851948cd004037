"""A shared chain written out as the file that a gateway alone would have, and filled from such a file.

Both are exact: entries, hashes and segments are those that were written, so that what proves the one proves the other. For
backups, and for a gateway that has kept such a file and begins to share a database.
"""

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from kit.chain import ChainBroken, Head
from kit.errors import Conflict, Unavailable
from kit.redaction import one_line
from operations.audit.places import SharedChain, Table, open_to_read, open_to_write
from operations.audit.segments import Segment
from operations.audit.sources import READ_ROWS
from operations.audit.sqlite_table import SqliteTable
from operations.backups.sqlite_files import copy_database

CARRIED_SUFFIX = ".carried-over"
"""What the name of a file ends with whose entries are in the shared database."""

_log = logging.getLogger(__name__)


class KeptChain:
    """The chain of this gateway as backups have it: a file."""

    def __init__(self, chain: SharedChain) -> None:
        self._chain = chain

    def copy(self, target: Path) -> None:
        """Write the chain as it stands at one moment into the new file `target`; raises Unavailable BACKUP_FAILED."""
        with TemporaryDirectory(dir=target.parent, prefix=".audit-") as folder:
            path = Path(folder) / target.name
            with closing(SqliteTable.to_write(path)) as file:
                source = open_to_read(self._chain)
                if source is not None:
                    with closing(source), _no_fault(source, file), file.transaction(), source.at_one_moment():
                        _copy(source, file)
            copy_database(path, target)

    def check_room(self, source: Path) -> None:
        """Raises Conflict AUDIT_IS_ANOTHER where the chain has begun with other entries, Unavailable BACKUP_FAILED."""
        with _open_file(source) as file, closing(open_to_write(self._chain)) as target, _no_fault(file, target):
            has_come_through(target, file, self._chain.gateway)

    def put_back(self, source: Path) -> None:
        """Fill a chain that has not begun, all of it or nothing; raises as `check_room` does."""
        with _open_file(source) as file, closing(open_to_write(self._chain)) as target:
            fill(target, file, self._chain.gateway)


def carry_over(path: Path, chain: SharedChain) -> None:
    """Have the chain hold what a gateway's own file holds, and give the file another name; without the file, do nothing.

    Raises Conflict AUDIT_IS_ANOTHER where the chain has begun with other entries, and Unavailable, also where an older file
    has that name. Then the file stays, and so does the chain.
    """
    file = _open_to_carry(path)
    if file is None:
        return
    carried = path.with_name(path.name + CARRIED_SUFFIX)
    with closing(file), closing(open_to_write(chain)) as target, _no_fault(file):
        file.leave_no_journal()
        with file.transaction():  # nobody else writes into it any more, or carries it over
            if not path.exists():
                return
            if carried.exists():
                raise Unavailable(
                    f"{carried} is here already, and {path.name} is to have that name; move the older one away."
                )
            fill(target, file, chain.gateway)
            count = file.head().seq
            path.rename(carried)
    _log.warning(
        "The %d entries of the audit are in the shared database now; %s is not written any more.", count, carried
    )


def _open_to_carry(path: Path) -> SqliteTable | None:
    """The file, if it is there; another process may carry it over at any moment."""
    try:
        return SqliteTable.to_write(path, makes=False) if path.exists() else None
    except Unavailable:
        if path.exists():
            raise
        return None


def fill(target: Table, source: Table, gateway: str) -> None:
    """Have a chain that has not begun hold what a table holds: all of it, or nothing. One that holds it already stays.

    Raises Conflict AUDIT_IS_ANOTHER, Unavailable.
    """
    with _no_fault(source, target), target.transaction():
        if not has_come_through(target, source, gateway):
            _copy(source, target)


def has_come_through(chain: Table, source: Table, gateway: str) -> bool:
    """Whether a chain holds what a table holds; False for one that has not begun. Raises Conflict AUDIT_IS_ANOTHER."""
    reached, head = chain.head(), source.head()
    if head == Head():
        return True
    if reached == Head():
        return False
    if reached.seq >= head.seq and _is_of(chain, head, source.segments()):
        return True
    raise Conflict(
        f"The audit of {gateway} in this database is another one than that of the file, at entry {head.seq:,}: move the "
        "file away, or name a database in which this gateway has none.",
        code="AUDIT_IS_ANOTHER",
    )


def _is_of(chain: Table, head: Head, segments: list[Segment]) -> bool:
    """Whether the entry of `head` is there; where it was dropped, whether the segments began as these did."""
    found = chain.read_range(head.seq, head.seq)
    if found:
        return found[0].hash == head.hash
    begun = {_beginning(each) for each in chain.segments()}
    return begun.issuperset(map(_beginning, segments))


def _beginning(segment: Segment) -> tuple[int, int, bytes, int]:
    return segment.number, segment.first_seq, segment.before_hash, segment.opened_ns


def _copy(source: Table, target: Table) -> None:
    """Everything, as it is, within the transaction at hand."""
    head = source.head()
    for segment in source.segments():
        target.add_segment(segment)
    for first in range(1, head.seq + 1, READ_ROWS):
        records = source.read_range(first, min(first + READ_ROWS - 1, head.seq))
        if records:  # else they were dropped
            target.insert(records)
    target.move_head(head)


@contextmanager
def _open_file(path: Path) -> Iterator[Table]:
    table = SqliteTable.to_read(path)
    if table is None:
        raise Unavailable(f"{path.name} holds no audit.", code="BACKUP_FAILED")
    with closing(table), table.at_one_moment():
        yield table


@contextmanager
def _no_fault(*tables: Table) -> Iterator[None]:
    """Raise Unavailable for what the tables cannot do, or do not have."""
    faults: tuple[type[Exception], ...] = (
        ChainBroken,
        UnicodeDecodeError,
        *(fault for table in tables for fault in table.faults),
    )
    try:
        yield
    except faults as error:
        raise Unavailable(f"The audit cannot be copied: {one_line(error)}", code="BACKUP_FAILED") from error
