"""One query over all sources: newest first, a cursor over all of them, and a limit on how much is read for a page.

Entries of a source come in the order of their numbers, and between sources the one that was recorded later goes first. A
cursor holds a number for each source, so a page begins exactly where the one before ended, whatever was added since.
"""

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from kit.chain import ChainBroken, Record
from kit.errors import Unavailable
from operations.audit.entries import AuditRecord
from operations.audit.index import BLOCK_ENTRIES, LATEST_NS, AuditIndex, Wanted, bounds_of
from operations.audit.sources import Source, SourceReader

MAX_BLOCKS = 32
"""Blocks read for one page: some 8,000 entries, 25 ms. A filter whose parts each occur often but never together would
else hold a thread for seconds. Such a page is short, and its cursor goes on.
"""


NEWEST = 2**63 - 1
"""The place from which a source is gone down of which it is not known yet where it ends."""


class Slice(msgspec.Struct, frozen=True):
    """A page: its entries, and for each source the number from which the next page goes down; None on the last.

    `left_out` says in sentences what belongs there and cannot be read.
    """

    records: list[AuditRecord]
    next_place: dict[str, int] | None
    left_out: list[str] = []


class Query:
    """What is wanted, of which sources. `leaves_out` has pages go on behind what cannot be read, and say so."""

    def __init__(
        self, sources: Sequence[Source], index: AuditIndex | None, wanted: Wanted, *, leaves_out: bool = False
    ) -> None:
        self._sources = sources
        self._index = index
        self._wanted = wanted
        self._leaves_out = leaves_out

    def page(self, *, limit: int, place: Mapping[str, int] | None = None, max_blocks: int = MAX_BLOCKS) -> Slice:
        """Up to `limit` entries from `place` down. Raises Unavailable when a source cannot be read, or none of them."""
        walks: list[_Walk] = []
        left_out: list[str] = []
        unread: dict[str, int] = {}
        try:
            for source in self._sources:
                begin = NEWEST if place is None else place.get(source.name, 0)
                try:
                    walks.append(
                        _Walk(source, self._index, self._wanted, begin, left_out if self._leaves_out else None)
                    )
                except (ChainBroken, Unavailable) as fault:
                    unread[source.name] = begin
                    left_out.append(f"Nothing of the {source.name} can be read: {fault}")
                    if not self._leaves_out or len(unread) == len(self._sources):
                        raise
            found = _merge(walks, limit, max_blocks)
        except ChainBroken as broken:
            message = f"The audit cannot be read further: {broken}. `audit/verify/` says where it is broken."
            raise Unavailable(message, code="AUDIT_DAMAGED") from broken
        finally:
            for walk in walks:
                walk.close()
        next_place = None if found.next_place is None else {**found.next_place, **unread}
        return Slice(found.records, next_place, left_out)

    def pages(self, *, limit: int) -> Iterator[list[AuditRecord]]:
        """All that is wanted, page by page, each read by connections of its own."""
        place: Mapping[str, int] | None = None
        while True:
            found = self.page(limit=limit, place=place)
            if found.records:
                yield found.records
            if found.next_place is None:
                return
            place = found.next_place


class _Walk:
    """Goes down one source, block by block."""

    def __init__(
        self, source: Source, index: AuditIndex | None, wanted: Wanted, place: int, left_out: list[str] | None
    ) -> None:
        self._source = source
        self._wanted = wanted
        self._left_out = left_out
        """Where it is said what cannot be read; without it, that is raised."""
        self._reader: SourceReader = source.open()
        self._below = min(place, self._reader.last().seq) + 1
        """All entries from this number on are behind us."""
        self._found: deque[tuple[int, Record]] = deque()
        self._blocks = self._blocks_down(index)
        self._next_block = next(self._blocks, None)
        self.bound_ns = LATEST_NS
        """When the entry was recorded that was read last."""

    @property
    def name(self) -> str:
        return self._source.name

    @property
    def has_entry(self) -> bool:
        """Whether an entry was read and not yet taken."""
        return bool(self._found)

    @property
    def is_over(self) -> bool:
        return not self._found and self._next_block is None

    @property
    def head_ns(self) -> int:
        """When the next entry was recorded, as far as is known."""
        return self._found[0][0] if self._found else self.bound_ns

    @property
    def place(self) -> int:
        """The number from which to go on."""
        return self._found[0][1].seq if self._found else self._below - 1

    def take(self) -> AuditRecord:
        """The next entry."""
        _, record = self._found.popleft()
        return self._source.show(record)

    def read_block(self) -> None:
        """Read the next block that may hold something."""
        assert self._next_block is not None, "it is not over"
        first, until = bounds_of(self._next_block)
        for record in reversed(self._read(first, min(until, self._below - 1))):
            try:
                glance = self._source.glance(record)
            except ChainBroken as broken:
                self._leave_out(f"Entry {record.seq} of the {self.name} cannot be read: {broken.reason}", broken)
                continue
            self.bound_ns = glance.wall_ns
            if _fits(self._wanted, glance.wall_ns, glance.keys):
                self._found.append((glance.wall_ns, record))
        self._next_block = next(self._blocks, None)
        self._below = first

    def _read(self, first: int, until: int) -> list[Record]:
        try:
            return self._reader.read_range(first, until)
        except ChainBroken as broken:
            self._leave_out(f"Entries {first} to {until} of the {self.name} cannot be read: {broken.reason}", broken)
            return []

    def _leave_out(self, what: str, broken: ChainBroken) -> None:
        if self._left_out is None:
            raise broken
        self._left_out.append(what)

    def close(self) -> None:
        self._reader.close()

    def _blocks_down(self, index: AuditIndex | None) -> Iterator[int]:
        """The numbers of the blocks to read: those that are not in the index, then those that it names."""
        end = -(-(self._below - 1) // BLOCK_ENTRIES)
        indexed = 0
        if index is not None and not self._wanted.is_all:
            indexed = _reached(index, self.name)
        yield from range(end - 1, indexed - 1, -1)
        if index is not None and indexed:
            yield from index.candidates(self.name, self._wanted, min(indexed, end))


def _merge(walks: Sequence[_Walk], limit: int, max_blocks: int) -> Slice:
    records: list[AuditRecord] = []
    budget = max_blocks
    while len(records) < limit:
        going = [walk for walk in walks if not walk.is_over]
        if not going:
            break
        walk = max(going, key=lambda each: each.head_ns)
        if walk.has_entry:
            records.append(walk.take())
        elif budget:
            walk.read_block()
            budget -= 1
        else:
            break
    if all(walk.is_over for walk in walks):
        return Slice(records, None)
    return Slice(records, {walk.name: walk.place for walk in walks})


def _fits(wanted: Wanted, wall_ns: int, keys: Collection[str]) -> bool:
    if wanted.since_ns is not None and wall_ns < wanted.since_ns:
        return False
    if wanted.until_ns is not None and wall_ns >= wanted.until_ns:
        return False
    return all(key in keys for key in wanted.keys)


def _reached(index: AuditIndex, source: str) -> int:
    """How many blocks of a source the index knows; none while it cannot be read, so that all are read instead."""
    try:
        return index.reached(source)[0]
    except Unavailable:
        return 0
