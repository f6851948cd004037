"""Where the audit's own table is: in a file of this gateway, or as a chain of a database that several gateways share.

The two differ in their statements, their faults and how they are opened, and in nothing else; what an append, a closed
segment and a dropped one are, `store.py` says for both.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from kit.chain import Head, Record
from operations.audit.segments import Segment
from operations.audit.sqlite_table import SqliteTable

if TYPE_CHECKING:  # its driver is there where several gateways share a database
    from operations.audit.postgres_table import PostgresTable


class SharedChain(msgspec.Struct, frozen=True):
    """One chain of a shared database: its address, and the name of the gateway that writes it."""

    url: str
    gateway: str


AuditPlace = Path | SharedChain


class Table(Protocol):
    """An open table, for one thread at a time. Its methods raise what its `faults` names, if nothing else is said.

    `damage` are those faults of reading that say that something was lost, and not that it cannot be reached.
    """

    faults: tuple[type[Exception], ...]
    damage: tuple[type[Exception], ...]

    def transaction(self) -> AbstractContextManager[None]:
        """All that is written in the `with` is durable at its end, or nothing is; nobody else writes meanwhile."""
        ...

    def at_one_moment(self) -> AbstractContextManager[None]:
        """What is read in the `with` is as it was when that began."""
        ...

    def head(self) -> Head:
        """Where the last transaction left the chain; raises ChainBroken when that note is gone."""
        ...

    def segments(self) -> list[Segment]:
        """Every segment, oldest first."""
        ...

    def read_range(self, first: int, until: int) -> list[Record]:
        """The records that are there from number `first` to number `until`, in order."""
        ...

    def insert(self, records: Sequence[Record]) -> None:
        """Add records; the head stays."""
        ...

    def move_head(self, head: Head) -> None:
        """Note where the chain ends."""
        ...

    def add_segment(self, segment: Segment) -> None:
        """Add a segment."""
        ...

    def change_segment(self, segment: Segment) -> None:
        """Note how the segment of that number ended, and whether it was dropped."""
        ...

    def delete(self, first: int, until: int) -> None:
        """Delete the records of a segment that is noted as dropped."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


def open_to_write(place: AuditPlace) -> Table:
    """The table there, made if there is none; raises Unavailable."""
    if isinstance(place, Path):
        return SqliteTable.to_write(place)
    return _postgres_table().to_write(place.url, place.gateway)


def open_to_read(place: AuditPlace) -> Table | None:
    """The table there, to be read beside its writers; None when it was never written. Raises Unavailable."""
    if isinstance(place, Path):
        return SqliteTable.to_read(place)
    return _postgres_table().to_read(place.url, place.gateway)


def chains_beside(own: SharedChain) -> list[SharedChain]:
    """The other chains of a database, in the order in which they began; raises Unavailable."""
    gateways = _postgres_table().gateways(own.url)
    return [SharedChain(own.url, each) for each in gateways if each != own.gateway]


def _postgres_table() -> "type[PostgresTable]":
    from operations.audit.postgres_table import PostgresTable

    return PostgresTable
