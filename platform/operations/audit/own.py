"""The audit's own table as a source: how its entries are found, shown and proved."""

from collections.abc import Callable

from kit.chain import ChainBroken, Head, Record, require_end, verify_chain
from operations.audit.entries import AuditRecord
from operations.audit.places import AuditPlace
from operations.audit.segments import Seal, Segment, read_entry, seals_of_last_drop
from operations.audit.sources import (
    READ_ROWS,
    DroppedSegment,
    Glance,
    Verdict,
    action_key,
    actor_keys,
    object_key,
    trace_key,
)
from operations.audit.store import AuditReader

NAME = "audit"


class OwnTable:
    """The table where `place` finds it: of this gateway, or of another under a name that says so."""

    def __init__(self, place: Callable[[], AuditPlace], name: str = NAME) -> None:
        self._place = place
        self.name = name

    def open(self) -> AuditReader:
        """A look into the table as it stands."""
        return AuditReader(self._place())

    def glance(self, record: Record) -> Glance:
        """Found by actor, action, trace id, and by the account and the id of what it was done to."""
        entry = read_entry(record)
        keys = [action_key(entry.action), *actor_keys(entry.actor)]
        if entry.trace_id:
            keys.append(trace_key(entry.trace_id))
        if entry.account:
            keys.append(object_key(entry.account))
        if entry.subject is not None:
            keys.append(object_key(entry.subject.id))
        return Glance(entry.wall_ns, keys)

    def show(self, record: Record) -> AuditRecord:
        """The entry as it was kept."""
        entry = read_entry(record)
        return AuditRecord(
            id=f"{self.name}-{record.seq}",
            source=self.name,
            seq=record.seq,
            time=entry.wall_ns,
            actor=entry.actor,
            action=entry.action,
            account=entry.account,
            objects=[] if entry.subject is None else [entry.subject],
            trace_id=entry.trace_id,
            result=entry.result,
            status=entry.status,
            code=entry.code,
            input=entry.input,
            before=entry.before,
            after=entry.after,
            detail=entry.detail,
            hash=record.hash.hex(),
        )

    def verify(self, at_pause: Callable[[], None]) -> Verdict:
        """Prove every segment that is there, and that an entry tells of each one that is not."""
        reader = self.open()
        try:
            while True:
                segments = reader.segments()
                verdict = _Proof(self.name, reader, segments, at_pause).run()
                # A segment that is dropped while we walk looks like a hole; how they are now tells it from one.
                if verdict.valid or _dropped(segments) == _dropped(reader.segments()):
                    return verdict
        finally:
            reader.close()


class _Proof:
    """One walk over the table."""

    def __init__(self, name: str, reader: AuditReader, segments: list[Segment], at_pause: Callable[[], None]) -> None:
        self._name = name
        self._reader = reader
        self._gaps = [each for each in segments if each.is_dropped]
        self._at_pause = at_pause
        self._proved = 0
        self._head = Head()
        self._told: list[Seal] = []
        """What the last entry about a drop says was dropped."""

    def run(self) -> Verdict:
        try:
            dropped = self._walk()
        except ChainBroken as broken:
            return Verdict(
                source=self._name,
                entries=self._proved,
                head=self._head.hash.hex(),
                seq=broken.seq,
                reason=broken.reason,
            )
        return Verdict(source=self._name, entries=self._proved, head=self._head.hash.hex(), dropped=dropped)

    def _walk(self) -> list[DroppedSegment]:
        noted = self._reader.last()
        for gap in self._gaps:
            self._prove_until(gap.first_seq - 1)
            self._leap(gap)
        self._prove_until(noted.seq)
        require_end(self._head, noted)
        return [self._require_told(gap) for gap in self._gaps]

    def _prove_until(self, seq: int) -> None:
        """Prove the entries up to number `seq`; raises ChainBroken at the first that does not fit."""
        while self._head.seq < seq:
            records = self._reader.read_range(self._head.seq + 1, min(self._head.seq + READ_ROWS, seq))
            if not records:
                raise ChainBroken(self._head.seq + 1, "it is missing")
            for record in verify_chain(records, self._head):
                self._head = Head(record.seq, record.hash)
                self._proved += 1
                if b'"audit.drop"' in record.body:
                    self._told = seals_of_last_drop(read_entry(record)) or self._told
            self._at_pause()

    def _leap(self, gap: Segment) -> None:
        """Go on behind a segment that was dropped."""
        if gap.before_hash != self._head.hash or not gap.is_closed:
            raise ChainBroken(
                gap.first_seq, f"the dropped segment {gap.number} does not begin where the one before ends"
            )
        seal = gap.seal()
        self._head = Head(seal.last_seq, bytes.fromhex(seal.last_hash))

    def _require_told(self, gap: Segment) -> DroppedSegment:
        """The segment, if the chain tells of its end as it was."""
        seal = gap.seal()
        if seal not in self._told:
            raise ChainBroken(gap.first_seq, f"segment {gap.number} is gone, and no entry says that it was dropped so")
        return DroppedSegment(
            segment=gap.number, first_seq=seal.first_seq, last_seq=seal.last_seq, dropped_by=seal.dropped_by or ""
        )


def _dropped(segments: list[Segment]) -> list[int]:
    return [each.number for each in segments if each.is_dropped]
