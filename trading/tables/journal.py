"""The journal's entries as a table: the newest first, by number, read beside the writer.

Pages by number read just their entries. A condition on anything else looks through a bounded part: the newest
`MAX_SCANNED` entries, or those of a range of numbers.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, Protocol

import msgspec
from django.db.models import Model

from kit.clock import ns_from_iso
from operations.live_admin.columns import Column, time_column
from operations.live_admin.conditions import Wanted
from operations.live_admin.pages import chain_text, json_text
from operations.live_admin.tables import StoredTable, TableUnreadable
from trading import models
from trading.journal.entries import Entry, Record, decode_entry
from trading.journal.errors import JournalError
from trading.journal.reading import JournalPlace, Reader, open_reader
from trading.journal.stores import LAST_POSSIBLE_SEQ, MemoryStore
from trading.numbers import time_text
from trading.services import journal_place
from trading.tables.orders import TradingTable

MAX_SCANNED = 20_000
ENTRIES_AT_ONCE = 500


class JournalRow(msgspec.Struct, frozen=True):
    """An entry with its record."""

    record: Record
    entry: Entry


class Records(Protocol):
    """Where records come from."""

    first: int
    last: int

    def between(self, first: int, last: int) -> list[Record]:
        """Those from `first` to `last`, both included."""
        ...


class FileRecords:
    """The records of a journal's file or shard; a connection for each look, so that none is left open behind a page."""

    def __init__(self, place: JournalPlace) -> None:
        self._place = place
        with self._reader() as reader:
            self.first, self.last = 1, reader.last().seq

    def between(self, first: int, last: int) -> list[Record]:
        """Those from `first` to `last`."""
        with self._reader() as reader:
            return reader.read_range(first, last)

    @contextmanager
    def _reader(self) -> Iterator[Reader]:
        try:
            with closing(open_reader(self._place)) as reader:
                yield reader
        except JournalError as fault:
            raise TableUnreadable(f"The journal cannot be read: {fault}") from fault


class RecentRecords:
    """The records that a journal in memory still has."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records
        self.first = records[0].seq if records else 1
        self.last = records[-1].seq if records else 0

    def between(self, first: int, last: int) -> list[Record]:
        """Those from `first` to `last`."""
        return list(self._records[max(first - self.first, 0) : max(last - self.first + 1, 0)])


class JournalRows(Sequence[Any]):
    """Entries from the newest to the oldest, read when they are looked at."""

    def __init__(self, records: Records, first: int, last: int) -> None:
        self._records = records
        self._first = max(first, records.first)
        self._last = min(last, records.last)

    def __len__(self) -> int:
        return max(self._last - self._first + 1, 0)

    def __getitem__(self, place: Any) -> Any:
        if not isinstance(place, slice):
            return self[place : place + 1][0]
        start, stop, step = place.indices(len(self))
        if step < 0:
            return list(self)[place]
        if stop <= start:
            return []
        records = self._records.between(self._last - stop + 1, self._last - start)
        return [_row(record) for record in reversed(records)]

    def __iter__(self) -> Iterator[Any]:
        for start in range(0, len(self), ENTRIES_AT_ONCE):
            yield from self[start : start + ENTRIES_AT_ONCE]


def _row(record: Record) -> JournalRow:
    try:
        return JournalRow(record, decode_entry(record.body))
    except msgspec.DecodeError as fault:
        raise TableUnreadable(f"Journal entry {record.seq} is damaged: {fault}") from fault


class JournalTable(TradingTable, StoredTable):
    """Entries of the journal."""

    model = models.JournalEntry
    natural_order = "seq"
    max_scanned = MAX_SCANNED
    columns = {
        "seq": Column(lambda row: row.record.seq, int),
        "kind": Column(lambda row: row.entry.kind),
        "account": Column(lambda row: row.entry.account_id),
        "actor": Column(lambda row: row.entry.actor),
        "trace_id": Column(lambda row: row.entry.trace_id),
        "events": Column(lambda row: len(row.entry.events), int),
        "time": time_column(lambda row: row.entry.time_ns),
        "recorded_at": Column(lambda row: row.entry.wall_ns, ns_from_iso),
    }

    def __init__(self) -> None:
        super().__init__()
        self._chains: dict[int, str] = {}

    def load(self, wanted: Wanted) -> Sequence[JournalRow]:
        """The entries of the wanted numbers."""
        records = self._records()
        if records is None:
            return ()
        first, last = _range_of(wanted)
        return JournalRows(records, first, last)

    def find(self, key: str) -> JournalRow | None:
        """One entry, and whether it fits the one before."""
        records = self._records()
        if records is None or not key.isdecimal() or int(key) > LAST_POSSIBLE_SEQ:
            return None
        seq = int(key)
        found = {record.seq: record for record in records.between(max(seq - 1, 1), seq)}
        if seq not in found:
            return None
        self._chains[seq] = chain_text(found[seq], found.get(seq - 1))
        return _row(found[seq])

    def show(self, row: JournalRow) -> Model:
        """As an instance."""
        return models.JournalEntry(
            seq=row.record.seq,
            kind=row.entry.kind,
            account=row.entry.account_id,
            actor=row.entry.actor,
            trace_id=row.entry.trace_id,
            events=len(row.entry.events),
            time=time_text(row.entry.time_ns),
            recorded_at=time_text(row.entry.wall_ns),
            hash=row.record.hash.hex(),
            chain=self._chains.get(row.record.seq, ""),
            body=json_text(row.record.body) if row.record.seq in self._chains else "",
        )

    def _records(self) -> Records | None:
        """Where the entries are; None while there is no desk."""
        if self.desk is None:
            return None
        if isinstance(self.desk.store, MemoryStore):
            return RecentRecords(self.desk.store.kept())
        place = journal_place()
        assert place is not None, "a desk that does not forget has a journal"
        assert not isinstance(place, MemoryStore), "its store is none"
        return FileRecords(place)


def _range_of(wanted: Wanted) -> tuple[int, int]:
    """The numbers that a condition leaves, both included."""
    first, last = 1, LAST_POSSIBLE_SEQ
    for (name, lookup), value in wanted.items():
        if name != "seq" or lookup not in ("exact", "gte", "gt", "lte", "lt"):
            continue
        seq = int(value)
        if lookup in ("exact", "gte", "gt"):
            first = max(first, seq + (lookup == "gt"))
        if lookup in ("exact", "lte", "lt"):
            last = min(last, seq - (lookup == "lt"))
    return first, last
