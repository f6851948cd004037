"""Where the audit's entries come from: its own table, and the chains that others register in `AppConfig.ready()`."""

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from typing import Protocol

import msgspec

from kit.chain import Head, Record
from operations.audit.entries import AuditRecord

READ_ROWS = 1_000
"""Records read at once where a whole chain is gone through."""


class Glance(msgspec.Struct, frozen=True, gc=False):
    """What the index needs of an entry: when it was recorded, and what it can be found by (see `keys`)."""

    wall_ns: int
    keys: Collection[str]


class SourceReader(Protocol):
    """An open look into a chain, for one thread.

    Raises Unavailable when the chain cannot be read, ChainBroken where it is broken.
    """

    def last(self) -> Head:
        """Where the chain ends now."""
        ...

    def count(self) -> int:
        """How many records are there, without reading them."""
        ...

    def read_range(self, first: int, until: int) -> list[Record]:
        """The records that are there from number `first` to number `until`, in order."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What going through a source's chain came to. `entries` are those that were proved, `dropped` segments that were left
    out with an entry that says so; `seq` and `reason` are of the first entry that does not fit, None when all do.
    """

    source: str
    entries: int
    head: str
    dropped: list["DroppedSegment"] = []
    seq: int | None = None
    reason: str | None = None

    @property
    def valid(self) -> bool:
        """Whether every entry fits."""
        return self.seq is None


class DroppedSegment(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a chain that is gone on purpose, and who did that."""

    segment: int
    first_seq: int
    last_seq: int
    dropped_by: str


class Source(Protocol):
    """A chain of entries and how to read them."""

    name: str

    def open(self) -> SourceReader:
        """A look into the chain as it stands."""
        ...

    def glance(self, record: Record) -> Glance:
        """What the record is found by; raises ChainBroken when it cannot be understood."""
        ...

    def show(self, record: Record) -> AuditRecord:
        """The record in the form of the audit; raises ChainBroken when it cannot be understood."""
        ...

    def verify(self, at_pause: Callable[[], None]) -> Verdict:
        """Prove the whole chain; `at_pause` is called now and then, and may raise to end it. Raises Unavailable."""
        ...


def object_key(text: str) -> str:
    """How an entry is found by something that it touched."""
    return f"o:{text}"


def action_key(text: str) -> str:
    """How an entry is found by what was done."""
    return f"a:{text}"


def trace_key(text: str) -> str:
    """How an entry is found by its trace id."""
    return f"t:{text}"


def actor_key(text: str) -> str:
    """How an entry is found by who did it."""
    return f"w:{text}"


@lru_cache(maxsize=1_000)
def actor_keys(actor: str) -> tuple[str, ...]:
    """An actor is found by its whole text, by its name (`key:01a2…`) and by its address."""
    name, at, address = actor.rpartition("@")
    return (actor_key(actor), actor_key(name), actor_key(address)) if at else (actor_key(actor),)


_sources: list[Source] = []
_finders: list[Callable[[], Sequence[Source]]] = []


def register(source: Source) -> None:
    """Add a source to what the audit shows and proves; called in `AppConfig.ready()`."""
    assert all(each.name != source.name for each in _sources), f"{source.name} is registered twice"
    _sources.append(source)


def register_finder(find: Callable[[], Sequence[Source]]) -> None:
    """Add sources that come and go; those that were found once keep their order. It may wait, and raises nothing."""
    _finders.append(find)


def listed() -> list[Source]:
    """The sources that are always there, in the order in which they were registered."""
    return list(_sources)


def found() -> list[Source]:
    """Those that come and go. In a thread, since it may wait."""
    return [source for find in _finders for source in find()]


def named(name: str) -> Source | None:
    """The source of that name, if there is one; in a thread, unless it is one that is always there."""
    known = next((each for each in _sources if each.name == name), None)
    return known or next((each for each in found() if each.name == name), None)


def registered() -> list[Source]:
    """All sources, the former first. In a thread, too."""
    return [*listed(), *found()]
