"""A table of the audit in a folder of the test's own, and a chain in memory beside it."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kit.chain import Head, Record, link_body
from kit.clock import ManualClock
from operations.audit.entries import AuditEntry, AuditRecord, Subject, decode_entry, encode_entry
from operations.audit.own import OwnTable
from operations.audit.sources import Glance, Verdict
from operations.audit.store import FILE_NAME, AuditStore

START_NS = 1_700_000_000_000_000_000


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START_NS)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the table lies."""
    return tmp_path / FILE_NAME


@pytest.fixture
def store(path: Path, clock: ManualClock) -> Iterator[AuditStore]:
    """The table, with small segments."""
    store = AuditStore(path, clock.now_ns, segment_entries=10)
    yield store
    store.close()


@pytest.fixture
def table(path: Path) -> OwnTable:
    """The table as a source."""
    return OwnTable(lambda: path)


def entry(number: int, **changes: object) -> AuditEntry:
    """An entry that can be told apart by its number."""
    told = {
        "action": "things.create",
        "wall_ns": START_NS + number,
        "actor": "10.0.0.1",
        "subject": Subject("thing", f"thing-{number}"),
        "trace_id": f"trace-{number}",
        **changes,
    }
    return AuditEntry(**told)  # type: ignore[arg-type]


def entries(count: int, start: int = 0) -> list[AuditEntry]:
    return [entry(start + number) for number in range(count)]


@pytest.fixture
def tamper(path: Path) -> Callable[..., None]:
    """Change the file behind the audit's back, its triggers out of the way."""

    def run(*statements: str) -> None:
        connection = sqlite3.connect(path)
        for trigger in ("entries_keep_on_update", "entries_keep_on_delete"):
            connection.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()

    return run


class ListedChain:
    """A chain in memory, as a source: what another part of the system would register."""

    def __init__(self, name: str = "listed") -> None:
        self.name = name
        self.records: list[Record] = []
        self.reads = 0

    def add(self, *added: AuditEntry) -> None:
        for each in added:
            head = Head(self.records[-1].seq, self.records[-1].hash) if self.records else Head()
            self.records.append(link_body(head, encode_entry(each)))

    def open(self) -> "ListedChain":
        return self

    def close(self) -> None:
        pass

    def last(self) -> Head:
        return Head(self.records[-1].seq, self.records[-1].hash) if self.records else Head()

    def count(self) -> int:
        return len(self.records)

    def read_range(self, first: int, until: int) -> list[Record]:
        self.reads += 1
        return self.records[first - 1 : until]

    def glance(self, record: Record) -> Glance:
        return OwnTable(Path).glance(record)

    def show(self, record: Record) -> AuditRecord:
        return OwnTable(Path).show(record)

    def verify(self, at_pause: Callable[[], None]) -> Verdict:
        return Verdict(source=self.name, entries=len(self.records), head=self.last().hash.hex())

    def entry(self, seq: int) -> AuditEntry:
        return decode_entry(self.records[seq - 1].body)
