"""The journal as a source of the audit: each of its entries is the record of one command, or of one step of the market.

It is read beside its writer by a connection that can change nothing.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from kit.chain import ChainBroken, Head, Record, require_end, verify_chain
from kit.errors import Unavailable
from operations.audit.entries import AuditRecord, Subject
from operations.audit.sources import (
    READ_ROWS,
    Glance,
    SourceReader,
    Verdict,
    action_key,
    actor_keys,
    object_key,
    trace_key,
)
from trading.journal.errors import JournalMissing, StoreFailed
from trading.journal.reading import JournalPlace, open_reader
from trading.journal.stores import MemoryStore

NAME = "journal"
REFUSED_STATUS = 422


class SeenOrder(msgspec.Struct, frozen=True, gc=False):
    """An order that a fork begins with."""

    id: str = ""


class SeenEvent(msgspec.Struct, frozen=True, gc=False):
    """What is looked for in an event."""

    event: str = ""
    account_id: str = ""
    order_id: str = ""
    client_order_id: str | None = None
    code: str | None = None
    orders: tuple[SeenOrder, ...] = ()


class SeenEntry(msgspec.Struct, frozen=True, gc=False):
    """What is looked for in an entry: decoded in a third of the time that the whole takes, which the index counts on."""

    kind: str
    wall_ns: int
    time_ns: int = 0
    account_id: str | None = None
    trace_id: str = ""
    actor: str = ""
    events: tuple[SeenEvent, ...] = ()


_glance = msgspec.json.Decoder(SeenEntry).decode
_read = msgspec.json.Decoder().decode


class JournalSource:
    """The journal that `place` finds: a file, a shard, records in memory, or none while trading is switched off."""

    name = NAME

    def __init__(self, place: Callable[[], JournalPlace | MemoryStore | None]) -> None:
        self._place = place

    def open(self) -> SourceReader:
        """A look into the journal as it stands; an empty one where there is none yet."""
        place = self._place()
        if isinstance(place, MemoryStore):
            return MemoryReader(place)
        if place is None or (isinstance(place, Path) and not place.exists()):
            return MemoryReader(MemoryStore())
        try:
            return FileReader(place)
        except JournalMissing:  # a gateway of several that has not started yet
            return MemoryReader(MemoryStore())

    def glance(self, record: Record) -> Glance:
        """Found by actor, kind, trace id, and by every account and order that its events name."""
        entry = _seen(record)
        keys = [action_key(entry.kind), *actor_keys(entry.actor)]
        if entry.trace_id:
            keys.append(trace_key(entry.trace_id))
        account_id, order_id = entry.account_id, ""
        if account_id:
            keys.append(object_key(account_id))
        for event in entry.events:  # mostly all of one account and one order, which are then named once
            if event.account_id != account_id:
                account_id = event.account_id
                keys.append(object_key(account_id))
            if event.order_id != order_id:
                order_id = event.order_id
                keys.append(object_key(order_id))
            if event.client_order_id:
                keys.append(object_key(event.client_order_id))
            keys += [object_key(order.id) for order in event.orders]
        return Glance(entry.wall_ns, keys)

    def show(self, record: Record) -> AuditRecord:
        """The entry with its events as they stand in the journal (docs/journal.md has their units)."""
        entry = _seen(record)
        code = next((event.code for event in entry.events if event.event == "order_rejected"), None)
        body: dict[str, Any] = _read(record.body)
        return AuditRecord(
            id=f"{NAME}-{record.seq}",
            source=NAME,
            seq=record.seq,
            time=entry.wall_ns,
            actor=entry.actor,
            action=entry.kind,
            account=entry.account_id,
            objects=_subjects(entry),
            trace_id=entry.trace_id,
            result="done" if code is None else "refused",
            status=None if code is None else REFUSED_STATUS,
            code=code,
            input=None,
            before=None,
            after=None,
            detail={name: body[name] for name in ("time_ns", "instrument", "events") if name in body},
            hash=record.hash.hex(),
        )

    def verify(self, at_pause: Callable[[], None]) -> Verdict:
        """Prove the chain; that the state follows from it, `manage.py journal verify` proves."""
        reader = self.open()
        proved, head = 0, Head()
        try:
            if isinstance(reader, MemoryReader):
                head = reader.before_first()
            noted = reader.last()
            while head.seq < noted.seq:
                records = reader.read_range(head.seq + 1, min(head.seq + READ_ROWS, noted.seq))
                if not records:
                    raise ChainBroken(head.seq + 1, "it is missing")
                for record in verify_chain(records, head):
                    head = Head(record.seq, record.hash)
                    proved += 1
                at_pause()
            require_end(head, noted)
        except ChainBroken as broken:
            return Verdict(source=NAME, entries=proved, head=head.hash.hex(), seq=broken.seq, reason=broken.reason)
        finally:
            reader.close()
        return Verdict(source=NAME, entries=proved, head=head.hash.hex())


class FileReader:
    """A journal's file or shard, for one thread."""

    def __init__(self, place: JournalPlace) -> None:
        """Raises JournalMissing, Unavailable."""
        try:
            self._journal = open_reader(place)
        except JournalMissing:
            raise
        except StoreFailed as fault:
            raise Unavailable(str(fault)) from fault

    def last(self) -> Head:
        """Where the chain ended when it was opened."""
        return self._journal.last()

    def count(self) -> int:
        """How many records there are: a journal file keeps all."""
        return self.last().seq

    def read_range(self, first: int, until: int) -> list[Record]:
        """Some records; raises ChainBroken where one cannot be read."""
        return self._journal.read_range(first, until)

    def close(self) -> None:
        """Let go of it."""
        self._journal.close()


class MemoryReader:
    """The records that a journal in memory still has."""

    def __init__(self, store: MemoryStore) -> None:
        self._records = store.kept()
        self._last = Head(self._records[-1].seq, self._records[-1].hash) if self._records else Head()

    def before_first(self) -> Head:
        """Where the proof begins: what was forgotten is taken for granted, so the first record kept is, too."""
        if not self._records or self._records[0].seq == 1:
            return Head()
        return Head(self._records[0].seq, self._records[0].hash)

    def last(self) -> Head:
        """Where the chain ended when it was opened."""
        return self._last

    def count(self) -> int:
        """How many are kept."""
        return len(self._records)

    def read_range(self, first: int, until: int) -> list[Record]:
        """Those of the wanted records that are kept."""
        return [record for record in self._records if first <= record.seq <= until]

    def close(self) -> None:
        """Nothing to let go of."""


def _seen(record: Record) -> SeenEntry:
    try:
        return _glance(record.body)
    except msgspec.DecodeError as error:
        raise ChainBroken(record.seq, f"it cannot be understood ({error})") from error


def _subjects(entry: SeenEntry) -> list[Subject]:
    """The orders that an entry touched; of one that touched none, the account."""
    orders = dict.fromkeys(event.order_id for event in entry.events if event.order_id)
    if orders:
        return [Subject("order", order_id) for order_id in orders]
    return [] if entry.account_id is None else [Subject("account", entry.account_id)]
