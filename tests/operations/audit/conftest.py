"""A table of the audit, in a file and in a shared database, and a chain in memory beside it."""

import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kit.chain import Head, Record, link_body
from kit.clock import ManualClock
from operations.audit.entries import AuditEntry, AuditRecord, Subject, decode_entry, encode_entry
from operations.audit.own import OwnTable
from operations.audit.places import AuditPlace, SharedChain
from operations.audit.sources import Glance, Verdict
from operations.audit.sqlite_table import FILE_NAME
from operations.audit.store import AuditStore
from tests.postgres import PostgresServer
from tests.shared_journal import run_shared_postgres

START_NS = 1_700_000_000_000_000_000
ZEROBLOB = "CREATE FUNCTION zeroblob(n int) RETURNS bytea LANGUAGE sql AS $$ SELECT decode(repeat('00', n), 'hex') $$"
"""So that a statement of SQLite's is one of the other database, too."""


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START_NS)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the table lies that is a file."""
    return tmp_path / FILE_NAME


@pytest.fixture(scope="session")
def database() -> Iterator[tuple[PostgresServer, str]]:
    """A server, and the address of a database of it in which each test has a chain of its own."""
    with run_shared_postgres() as server:
        url = server.make_database("audits")
        server.query("audits", ZEROBLOB)
        yield server, url


@pytest.fixture
def shared(database: tuple[PostgresServer, str]) -> SharedChain:
    """A chain that nobody has written yet."""
    return SharedChain(database[1], f"gateway-{uuid.uuid4().hex}")


@pytest.fixture(params=["file", "shared"])
def place(request: pytest.FixtureRequest, path: Path) -> AuditPlace:
    """Where the table is: in a file, then in a shared database."""
    chosen: AuditPlace = path if request.param == "file" else request.getfixturevalue("shared")
    return chosen


@pytest.fixture
def store(place: AuditPlace, clock: ManualClock) -> Iterator[AuditStore]:
    """The table, with small segments."""
    store = AuditStore(place, clock.now_ns, segment_entries=10)
    yield store
    store.close()


@pytest.fixture
def table(place: AuditPlace) -> OwnTable:
    """The table as a source."""
    return OwnTable(lambda: place)


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
def by_hand(place: AuditPlace) -> Callable[..., None]:
    """Run statements on the table past the audit, as someone with a database tool would; raises what the database says."""
    return lambda *statements: change(place, statements)


@pytest.fixture
def tamper(place: AuditPlace) -> Callable[..., None]:
    """The same with the triggers out of the way."""
    return lambda *statements: change(place, statements, without_triggers=True)


def change(place: AuditPlace, statements: tuple[str, ...], *, without_triggers: bool = False) -> None:
    """Change `entries`, `segments` or `head` behind the audit's back."""
    (_change_file if isinstance(place, Path) else _change_chain)(place, statements, without_triggers)  # type: ignore[operator]


def _change_file(path: Path, statements: tuple[str, ...], without_triggers: bool) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for trigger in ("entries_keep_on_update", "entries_keep_on_delete") if without_triggers else ():
            connection.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def _change_chain(chain: SharedChain, statements: tuple[str, ...], without_triggers: bool) -> None:
    """Through views of the one chain that are called as the tables of a file are."""
    import psycopg

    with psycopg.connect(chain.url) as connection:
        for name, table in {"entries": "audit_entry", "segments": "audit_segment"}.items():
            number = f"(SELECT number FROM audit_chain WHERE gateway = '{chain.gateway}')"
            connection.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM {table} WHERE chain = {number}")
        if without_triggers:
            connection.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            connection.execute(statement)


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
