"""The parts that the audit's own table is kept in, and what entries say of them."""

import msgspec

from kit.chain import ChainBroken, Head, Record
from operations.audit.entries import AuditEntry, Subject, decode_entry

CLOSED = "audit.close"
DROPPED = "audit.drop"


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the table: `before_hash` is of the entry before its first one. The last fields are None while it is open,
    and the dropping ones until it is dropped.
    """

    number: int
    first_seq: int
    before_hash: bytes
    last_seq: int | None = None
    last_hash: bytes | None = None
    opened_ns: int
    closed_ns: int | None = None
    dropped_ns: int | None = None
    dropped_by: str | None = None

    @property
    def is_closed(self) -> bool:
        """Whether nothing is added to it any more."""
        return self.last_seq is not None

    @property
    def is_dropped(self) -> bool:
        """Whether its entries are gone."""
        return self.dropped_ns is not None

    def closed_at(self, head: Head, now_ns: int) -> "Segment":
        """The same, ending with `head`."""
        return msgspec.structs.replace(self, last_seq=head.seq, last_hash=head.hash, closed_ns=now_ns)

    def dropped(self, actor: str, now_ns: int) -> "Segment":
        """The same without its entries; it must be closed."""
        return msgspec.structs.replace(self, dropped_ns=now_ns, dropped_by=actor)

    def seal(self) -> "Seal":
        """Its bounds; it must be closed."""
        assert self.last_seq is not None, "only a closed segment has a seal"
        assert self.last_hash is not None, "only a closed segment has a seal"
        return Seal(
            segment=self.number,
            first_seq=self.first_seq,
            before_hash=self.before_hash.hex(),
            last_seq=self.last_seq,
            last_hash=self.last_hash.hex(),
            dropped_by=self.dropped_by,
        )


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """The bounds of a closed segment as entries name them: with these the chain can be followed over its gap."""

    segment: int
    first_seq: int
    before_hash: str
    last_seq: int
    last_hash: str
    dropped_by: str | None = None


def segment_after(head: Head, number: int, now_ns: int) -> Segment:
    """The segment of that number, which begins behind `head`."""
    return Segment(number=number, first_seq=head.seq + 1, before_hash=head.hash, opened_ns=now_ns)


def entry_of_closing(closed: Segment, actor: str, now_ns: int) -> AuditEntry:
    """The first entry of the next segment: it seals the one before."""
    subject = Subject("segment", str(closed.number))
    return AuditEntry(action=CLOSED, wall_ns=now_ns, actor=actor, subject=subject, detail={"closed": closed.seal()})


def entry_of_dropping(number: int, dropped: list[Segment], actor: str, now_ns: int) -> AuditEntry:
    """The entry that says who dropped a segment.

    It names all that were ever dropped: the entry that told of an earlier one may itself be dropped some day.
    """
    detail = {"dropped": [each.seal() for each in dropped]}
    return AuditEntry(
        action=DROPPED, wall_ns=now_ns, actor=actor, subject=Subject("segment", str(number)), detail=detail
    )


def seals_of_last_drop(entry: AuditEntry) -> list[Seal]:
    """What an entry says was dropped so far; nothing for an entry about something else."""
    if entry.action != DROPPED:
        return []
    return msgspec.convert(entry.detail["dropped"], list[Seal])


def read_entry(record: Record) -> AuditEntry:
    """The entry of a record; raises ChainBroken when it cannot be understood."""
    try:
        return decode_entry(record.body)
    except msgspec.DecodeError as error:
        raise ChainBroken(record.seq, f"it cannot be understood ({error})") from error
