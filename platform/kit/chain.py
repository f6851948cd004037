"""A chain of records: each carries the hash of the one before, so that a changed, removed or moved one is noticed.

The journal of trading and the table of the audit are such chains. Where the records are kept is theirs to say.
"""

import hashlib
from collections.abc import Iterable, Iterator

import msgspec

GENESIS_HASH = bytes(32)
"""What the first record is chained to."""


class Record(msgspec.Struct, frozen=True, gc=False):
    """An entry as a store keeps it: its number from 1 without gaps, its place in the chain and its JSON."""

    seq: int
    hash: bytes
    body: bytes


class Head(msgspec.Struct, frozen=True, gc=False):
    """Where a chain ends: the number and the hash of its last record; 0 and the genesis hash before the first."""

    seq: int = 0
    hash: bytes = GENESIS_HASH


class ChainBroken(Exception):
    """The records are not those that were written; `seq` is the first that does not fit."""

    def __init__(self, seq: int, reason: str) -> None:
        super().__init__(f"The chain does not fit at entry {seq}: {reason}")
        self.seq = seq
        self.reason = reason


def chain_hash(previous_hash: bytes, seq: int, body: bytes) -> bytes:
    """SHA-256 over the hash before, the number as eight bytes and the body."""
    return hashlib.sha256(previous_hash + seq.to_bytes(8) + body).digest()


def link_body(head: Head, body: bytes) -> Record:
    """The record that continues the chain after `head`."""
    seq = head.seq + 1
    return Record(seq, chain_hash(head.hash, seq, body), body)


def verify_chain(records: Iterable[Record], after: Head) -> Iterator[Record]:
    """The records, as long as they continue the chain `after`; raises ChainBroken at the first that does not."""
    wanted, before = after.seq + 1, after.hash
    for record in records:
        if record.seq != wanted:
            raise ChainBroken(wanted, f"the next entry is number {record.seq}")
        if chain_hash(before, wanted, record.body) != record.hash:
            raise ChainBroken(wanted, "its content is not what was written")
        wanted, before = wanted + 1, record.hash
        yield record


def require_end(reached: Head, noted: Head) -> None:
    """Raise ChainBroken unless the chain ended where its store noted that it ends."""
    if reached != noted:
        raise ChainBroken(reached.seq + 1, f"the chain once reached entry {noted.seq}; what followed is missing")
