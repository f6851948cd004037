"""The audit's own table: append-only, hash-chained, and kept in segments, wherever it is (`places.py`).

The chain goes through all segments. A closed one may be dropped; where it began and ended stays, and so does a row of the
chain that says who dropped it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import msgspec

from kit.chain import ChainBroken, Head, Record, link_body
from kit.errors import Conflict, NotFound, Unavailable
from kit.redaction import one_line
from operations.audit.entries import AuditEntry, encode_entry
from operations.audit.places import AuditPlace, Table, open_to_read, open_to_write
from operations.audit.segments import Segment, entry_of_closing, entry_of_dropping, segment_after

SEGMENT_ENTRIES = 100_000
"""A segment is closed by itself when it has so many: some 50 MB."""

CLOSED_BY = "system:audit"


class _Append(msgspec.Struct, frozen=True):
    """Entries of which it is not known whether they were written, and where the chain ends if they were."""

    entries: list[AuditEntry]
    head: Head


class AuditStore:
    """Writes the table. Used by one thread at a time; other processes may write between two calls."""

    def __init__(self, place: AuditPlace, now_ns: Callable[[], int], *, segment_entries: int = SEGMENT_ENTRIES) -> None:
        self._place = place
        self._now_ns = now_ns
        self._segment_entries = segment_entries
        self._table: Table | None = None
        self._unsure: _Append | None = None

    def open(self) -> None:
        """Take hold of the table, which otherwise the first write does; raises Unavailable."""
        self._open_table()

    def append(self, entries: Sequence[AuditEntry]) -> Head:
        """Make all of them durable, or none; raises Unavailable.

        A server that goes away within a commit leaves it open whether that came through. So who tries again has to do it
        with the same entries: those that were written are not written twice.
        """
        with self._transaction() as table:
            unsure = self._unsure
            if unsure is not None and unsure.entries == list(entries) and _has(table, unsure.head):
                head = unsure.head
            else:
                head = self._append(table, entries)
                self._unsure = _Append(list(entries), head)
        self._unsure = None
        return head

    def close_segment(self, actor: str) -> Segment:
        """Close the open segment, so that it can be exported and dropped; raises Conflict when it is empty."""
        with self._transaction() as table:
            head, segment = table.head(), self._open_segment(table)
            if head.seq < segment.first_seq:
                raise Conflict("The open segment has no entries yet.", code="SEGMENT_EMPTY")
            closed = self._roll(table, segment, head)
            self._append(table, [entry_of_closing(closed, actor, self._now_ns())])
            return closed

    def drop_segment(self, number: int, actor: str) -> Segment:
        """Delete the entries of a closed segment. That it was done, and by whom, becomes an entry.

        Raises NotFound, Conflict SEGMENT_OPEN or SEGMENT_DROPPED, Unavailable.
        """
        with self._transaction() as table:
            segment = next((each for each in table.segments() if each.number == number), None)
            if segment is None:
                raise NotFound(f"There is no segment {number}.")
            if segment.last_seq is None:
                raise Conflict(f"Segment {number} is still written to; close it first.", code="SEGMENT_OPEN")
            if segment.is_dropped:
                raise Conflict(f"Segment {number} was dropped by {segment.dropped_by}.", code="SEGMENT_DROPPED")
            table.change_segment(segment.dropped(actor, self._now_ns()))
            table.delete(segment.first_seq, segment.last_seq)
            dropped = [each for each in table.segments() if each.is_dropped]
            self._append(table, [entry_of_dropping(number, dropped, actor, self._now_ns())])
            return segment

    def close(self) -> None:
        """Let go of the table."""
        if self._table is not None:
            self._table.close()
            self._table = None

    def _append(self, table: Table, entries: Sequence[AuditEntry]) -> Head:
        head, segment = table.head(), self._open_segment(table)
        records: list[Record] = []
        for entry in entries:
            head = _link(records, head, entry)
            if head.seq - segment.first_seq + 1 >= self._segment_entries:
                closed = self._roll(table, segment, head)
                head = _link(records, head, entry_of_closing(closed, CLOSED_BY, self._now_ns()))
                segment = self._open_segment(table)
        table.insert(records)
        table.move_head(head)
        return head

    def _open_segment(self, table: Table) -> Segment:
        """The one that is written to; the first one begins with the first entry."""
        segments = table.segments()
        if segments:
            return segments[-1]
        first = segment_after(Head(), 1, self._now_ns())
        table.add_segment(first)
        return first

    def _roll(self, table: Table, segment: Segment, head: Head) -> Segment:
        """Close a segment at `head` and begin the next one."""
        now_ns = self._now_ns()
        closed = segment.closed_at(head, now_ns)
        table.change_segment(closed)
        table.add_segment(segment_after(head, segment.number + 1, now_ns))
        return closed

    @contextmanager
    def _transaction(self) -> Iterator[Table]:
        """The table within a transaction that is durable at its end; raises Unavailable for what cannot be done."""
        table = self._open_table()
        try:
            with table.transaction():
                yield table
        except table.faults as error:
            self.close()
            raise Unavailable(f"The audit did not write: {one_line(error)}") from error

    def _open_table(self) -> Table:
        if self._table is None:
            self._table = open_to_write(self._place)
        return self._table


class AuditReader:
    """Reads the table beside its writers. A connection of its own, that changes nothing."""

    def __init__(self, place: AuditPlace) -> None:
        """Open the table; raises Unavailable when it cannot be read. One that was never written is empty."""
        self._table = open_to_read(place)

    def last(self) -> Head:
        """Where the chain ends; raises Unavailable or ChainBroken."""
        if self._table is None:
            return Head()
        with _reading(self._table):
            return self._table.head()

    def count(self) -> int:
        """How many entries are there; raises Unavailable or ChainBroken."""
        seals = [each.seal() for each in self.segments() if each.is_dropped]
        return self.last().seq - sum(each.last_seq - each.first_seq + 1 for each in seals)

    def read_range(self, first: int, until: int) -> list[Record]:
        """The entries from `first` to `until` that are there; raises ChainBroken where one is damaged, or Unavailable."""
        if self._table is None:
            return []
        with _reading(self._table):
            try:
                return self._table.read_range(first, until)
            except self._table.damage as error:
                raise ChainBroken(first, f"it cannot be read ({one_line(error)})") from error

    def segments(self) -> list[Segment]:
        """Every segment, the dropped ones included, oldest first. Raises Unavailable."""
        if self._table is None:
            return []
        with _reading(self._table):
            return self._table.segments()

    def close(self) -> None:
        """Let go of the table."""
        if self._table is not None:
            self._table.close()
            self._table = None


@contextmanager
def _reading(table: Table) -> Iterator[None]:
    try:
        yield
    except table.faults as error:
        raise Unavailable(f"The audit cannot be read: {one_line(error)}") from error


def _link(records: list[Record], head: Head, entry: AuditEntry) -> Head:
    """Add an entry to the records that continue the chain after `head`; where it ends then."""
    record = link_body(head, encode_entry(entry))
    records.append(record)
    return Head(record.seq, record.hash)


def _has(table: Table, head: Head) -> bool:
    """Whether the entry is there that the chain ended with."""
    return [each.hash for each in table.read_range(head.seq, head.seq)] == [head.hash]
