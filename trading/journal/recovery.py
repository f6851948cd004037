"""Reading a journal back: the chain is proved entry by entry, and each entry is folded into the state.

A journal that was cut, edited or reordered is refused with the number of the first entry that does not fit. Nothing
is repaired: what is left of a damaged journal is for its owner to judge.
"""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from kit.chain import ChainBroken, verify_chain
from kit.errors import DomainError
from trading.journal.entries import Entry, Head, Record, chain_hash, decode_entry
from trading.journal.errors import JournalDamaged
from trading.journal.stores import JournalStore

MILESTONE_ENTRIES = 20_000
"""Entries between two milestones of a replay."""


def verify_records(records: Iterable[Record], after: Head) -> Iterator[Record]:
    """The records, as long as they continue the chain `after`; raises JournalDamaged at the first that does not."""
    try:
        yield from verify_chain(records, after)
    except JournalDamaged:
        raise
    except ChainBroken as broken:
        raise JournalDamaged(broken.seq, broken.reason) from broken


def read_entry(record: Record) -> Entry:
    """The entry of a record; raises JournalDamaged when this version cannot read it."""
    try:
        return decode_entry(record.body)
    except msgspec.DecodeError as error:
        raise JournalDamaged(record.seq, f"it cannot be understood ({error})") from error


def replay(
    store: JournalStore,
    fold: Callable[[int, Entry], None],
    *,
    after: Head | None = None,
    at_milestone: Callable[[Head], None] | None = None,
) -> Head:
    """Give every entry behind `after` with its number to `fold`, in order; returns where the chain ends.

    `at_milestone` is called after each `MILESTONE_ENTRIES`. Raises JournalDamaged for a break of the chain, for entries
    missing at the end, and for an entry that the state before it cannot take; StoreFailed when the store cannot be read.
    """
    head = after or Head()
    for record in verify_records(store.read_from(head.seq + 1), head):
        head = Head(record.seq, record.hash)
        fold_record(record, fold)
        if at_milestone is not None and head.seq % MILESTONE_ENTRIES == 0:
            at_milestone(head)
    noted = store.last()
    if noted != head:
        raise JournalDamaged(head.seq + 1, f"the journal once reached entry {noted.seq}; what followed is missing")
    return head


def fold_record(record: Record, fold: Callable[[int, Entry], None]) -> Entry:
    """Give one entry to `fold`; raises JournalDamaged when it cannot be read or does not follow."""
    entry = read_entry(record)
    try:
        fold(record.seq, entry)
    except (LookupError, ValueError, TypeError, ArithmeticError, AssertionError, DomainError) as error:
        raise JournalDamaged(record.seq, f"it does not follow from the entries before it ({error!r})") from error
    return entry


def holds(store: JournalStore, head: Head) -> bool:
    """Whether the chain came through `head`: the entry of that number is there, unchanged, and has that hash.

    Raises JournalDamaged or StoreFailed when the entry or the one before it cannot be read.
    """
    if head == Head():
        return True
    before = Head()
    for record in store.read_from(max(head.seq - 1, 1)):
        if record.seq >= head.seq:
            fits = record.seq == head.seq == before.seq + 1 and record.hash == head.hash
            return fits and chain_hash(before.hash, record.seq, record.body) == head.hash
        before = Head(record.seq, record.hash)
    return False
