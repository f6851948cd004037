"""The audit as a table of the admin: entries of all chains, newest first, read as they are looked at.

What the index knows (actor, action, account, trace id, source, time, and whatever the search box says) reaches all entries.
Any other condition, and any sorting, is about the newest `MAX_LISTED` of those; a note on the page says when there are more.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

import msgspec
from django.db.models import Model

from kit.clock import iso_from_ns, ns_from_iso
from kit.errors import Unavailable
from operations.audit import models, services
from operations.audit.entries import AuditRecord
from operations.audit.services import Filters
from operations.live_admin.columns import Column, time_column
from operations.live_admin.conditions import Wanted
from operations.live_admin.pages import chain_text, value_text
from operations.live_admin.tables import StoredTable, TableUnreadable

T = TypeVar("T")

MAX_LISTED = 5_000
"""Entries listed for one page: some 80 ms of a processor where all of them are needed."""

MAX_READS = 24
"""Pages of the audit read for them: each ends after a number of blocks, however few of their entries fit."""

READ_AT_ONCE = 250
"""Some five milliseconds' worth."""

FOUND_BY = ("trace_id", "object", "actor", "action")
"""What the text of the search box may be."""

FILTER_OF_FIELD = {
    "trace_id": "trace_id",
    "actor": "actor",
    "action": "action",
    "source": "source",
    "account": "object",
}
DETAILS = ("input", "before", "after", "detail")


class EntryRows(Sequence[AuditRecord]):
    """The entries that fit, from the newest on; no more are read than are looked at. Raises TableUnreadable.

    `total` is how many there are, where that is known without reading them; `tell` hears what cannot be read.
    """

    def __init__(self, filters: Filters, tell: Callable[[str], None], total: int | None = None) -> None:
        self._filters = filters
        self._tell = tell
        self._total = total
        self._found: list[AuditRecord] = []
        self._cursor: str | None = None
        self._reads = 0
        self._is_over = False

    def __len__(self) -> int:
        return len(self[:]) if self._total is None else min(self._total, MAX_LISTED)

    def __getitem__(self, place: Any) -> Any:
        if not isinstance(place, slice):
            return self[place : place + 1][0]
        start, stop, step = place.indices(MAX_LISTED)
        assert step == 1, "pages have no steps"
        for _ in range(MAX_READS - self._reads):
            if len(self._found) >= stop or self._is_over:
                break
            self._read(min(READ_AT_ONCE, stop - len(self._found)))
        return self._found[start:stop]

    def __iter__(self) -> Iterator[AuditRecord]:
        return iter(self[:])

    @property
    def is_whole(self) -> bool:
        """Whether all that fit are listed."""
        if self._total is not None:
            return self._total <= MAX_LISTED
        return len(self[:]) <= MAX_LISTED and self._is_over

    def _read(self, count: int) -> None:
        page = readable(partial(services.list_entries, self._filters, limit=count, cursor=self._cursor))
        self._found += page.items
        for sentence in page.left_out:
            self._tell(sentence)
        self._cursor, self._is_over = page.next_cursor, page.next_cursor is None
        self._reads += 1


def _total() -> int | None:
    """How many entries there are; None where a chain cannot be read."""
    try:
        return services.count_entries().total
    except Unavailable:
        return None


def objects_text(record: AuditRecord) -> str:
    """What it was done to, on a line for each."""
    return "\n".join(f"{each.kind} {each.id}" for each in record.objects)


class AuditTable(StoredTable):
    """Entries of all chains; with `found_by` only those that have this text as an id, a trace id, an actor or an action."""

    model = models.AuditEntry
    natural_order = "time"
    max_scanned = MAX_LISTED
    columns = {
        "id": Column(lambda row: row.id),
        "source": Column(lambda row: row.source),
        "seq": Column(lambda row: row.seq, int),
        "time": time_column(lambda row: row.time),
        "actor": Column(lambda row: row.actor),
        "action": Column(lambda row: row.action),
        "account": Column(lambda row: row.account),
        "objects_touched": Column(objects_text),
        "trace_id": Column(lambda row: row.trace_id),
        "result": Column(lambda row: row.result),
        "status": Column(lambda row: row.status, int),
        "code": Column(lambda row: row.code),
    }

    def __init__(self, found_by: str = "") -> None:
        super().__init__(found_by)
        self._found_by = found_by
        self._chains: dict[str, str] = {}

    def load(self, wanted: Wanted) -> Sequence[AuditRecord]:
        """What the index finds."""
        filters = filters_of(wanted)
        if self._found_by:
            return self._search(filters)
        rows = EntryRows(filters, self.note, _total() if filters == Filters() else None)
        self._note_unless(rows.is_whole)
        return rows

    def _search(self, filters: Filters) -> list[AuditRecord]:
        """Those that have the text as any of the things that entries are found by."""
        looks = [EntryRows(msgspec.structs.replace(filters, **{name: self._found_by}), self.note) for name in FOUND_BY]
        found = {record.id: record for rows in looks for record in rows}
        self._note_unless(all(rows.is_whole for rows in looks) and len(found) <= MAX_LISTED)
        return sorted(found.values(), key=lambda record: record.time, reverse=True)[:MAX_LISTED]

    def _note_unless(self, is_whole: bool) -> None:
        if not is_whole:
            self.note(f"The newest {MAX_LISTED:,} entries are looked at; narrow the time to see older ones.")

    def find(self, key: str) -> AuditRecord | None:
        """One entry, and whether it fits the one before."""
        found = readable(partial(services.find_entry, key))
        if found is None:
            return None
        self._chains[key] = chain_text(found.raw, found.before)
        return found.record

    def show(self, row: AuditRecord) -> Model:
        """As an instance; what takes long to write only on the page of one entry."""
        chain = self._chains.get(row.id)
        details = {} if chain is None else {name: value_text(getattr(row, name)) for name in DETAILS}
        return models.AuditEntry(
            id=row.id,
            source=row.source,
            seq=row.seq,
            time=iso_from_ns(row.time),
            actor=row.actor,
            action=row.action,
            account=row.account,
            objects_touched=objects_text(row),
            trace_id=row.trace_id,
            result=row.result,
            status=row.status,
            code=row.code,
            hash=row.hash,
            chain=chain or "",
            **details,
        )


def filters_of(wanted: Wanted) -> Filters:
    """What of the conditions the audit's own query can narrow by; the others are left to whoever goes through the rows."""
    narrowed: dict[str, Any] = {}
    since_ns, until_ns = [], []
    for (field, lookup), value in wanted.items():
        if lookup == "exact" and field in FILTER_OF_FIELD:
            narrowed[FILTER_OF_FIELD[field]] = str(value)
        elif field == "time" and lookup in ("gte", "gt", "exact"):
            since_ns.append(ns_from_iso(str(value)) + (lookup == "gt"))
        if field == "time" and lookup in ("lte", "lt", "exact"):
            until_ns.append(ns_from_iso(str(value)) + (lookup != "lt"))
    return Filters(**narrowed, since_ns=max(since_ns, default=None), until_ns=min(until_ns, default=None))


def readable(read: Callable[[], T]) -> T:
    """What it reads; raises TableUnreadable, saying why, where the audit cannot be read."""
    try:
        return read()
    except Unavailable as fault:
        raise TableUnreadable(fault.message) from fault
