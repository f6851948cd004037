"""The audit over a journal and a table of many entries: how long a page takes by filter, how fast the chains are proved."""

import time
from pathlib import Path

import msgspec

from benchmarks.ours.journal import make_entry
from kit.chain import Head
from operations.audit.entries import AuditEntry, Subject
from operations.audit.index import AuditIndex
from operations.audit.indexer import Indexer
from operations.audit.own import OwnTable
from operations.audit.query import Query
from operations.audit.services import Filters
from operations.audit.sources import Source
from operations.audit.store import AuditStore
from trading.journal.entries import link_entry
from trading.journal.source import JournalSource
from trading.journal.stores import SqliteStore

START_NS = 1_700_000_000_000_000_000
STEP_NS = 1_000_000
BATCH = 10_000
REPEATS = 5
PAGE = 100


def measure(*, folder: str, entries: int, own_entries: int) -> dict[str, float]:
    """Milliseconds of a page by filter, and what indexing and proving take."""
    journal, table = Path(folder) / "journal.sqlite3", Path(folder) / "audit.sqlite3"
    index = AuditIndex(Path(folder) / "audit-index.sqlite3")
    try:
        _fill_journal(journal, entries)
        _fill_table(table, own_entries)
        sources: list[Source] = [OwnTable(lambda: table), JournalSource(lambda: journal)]
        index.open()
        started_s = time.process_time()
        Indexer(index, lambda: sources, rest_s=0).catch_up()
        indexing_s = time.process_time() - started_s
        figures = {name: _page_ms(sources, index, filters) for name, filters in _filters(entries).items()}
        return {
            **figures,
            "index us": indexing_s / (entries + own_entries) * 1e6,
            "index bytes": (Path(folder) / "audit-index.sqlite3").stat().st_size / (entries + own_entries),
            "verify own": _verify_per_s(sources[0]),
            "verify journal": _verify_per_s(sources[1]),
        }
    finally:
        index.close()
        for file in Path(folder).glob("*.sqlite3*"):
            file.unlink()


def _filters(entries: int) -> dict[str, Filters]:
    """One of each kind, and those that are hardest: what is old, what is rare, what is not there, what never meets."""
    middle = entries // 2
    at_ns = START_NS + middle * STEP_NS
    return {
        "page all": Filters(),
        "page actor": Filters(actor="key:3@127.0.0.1"),
        "page action": Filters(action="place_order"),
        "page account": Filters(object="default"),
        "page order": Filters(object=_order_id(middle)),
        "page oldest order": Filters(object=_order_id(1)),
        "page trace": Filters(trace_id=_trace_id(middle)),
        "page period": Filters(since_ns=at_ns, until_ns=at_ns + 500 * STEP_NS),
        "page old period": Filters(since_ns=START_NS, until_ns=START_NS + 10 * STEP_NS),
        "page nobody": Filters(actor="nobody"),
        "page action and actor": Filters(actor="key:3", action="feed.update"),
        "page order of another actor": Filters(object=_order_id(middle), actor=f"key:{(middle + 1) % 7}@127.0.0.1"),
        "page never meet": Filters(actor="key:3", action="rare"),
    }


def _page_ms(sources: list[Source], index: AuditIndex, filters: Filters) -> float:
    """The median of some pages."""
    times = []
    for _ in range(REPEATS):
        started_s = time.perf_counter()
        Query(sources, index, filters.wanted()).page(limit=PAGE)
        times.append((time.perf_counter() - started_s) * 1e3)
    return sorted(times)[REPEATS // 2]


def _verify_per_s(source: Source) -> float:
    started_s = time.perf_counter()
    verdict = source.verify(lambda: None)
    assert verdict.valid, verdict
    return verdict.entries / (time.perf_counter() - started_s)


def _fill_journal(path: Path, entries: int) -> None:
    """Resting orders of seven keys; now and then an action that only the others do."""
    store = SqliteStore(path)
    store.open()
    head = Head()
    for first in range(0, entries, BATCH):
        records = []
        for number in range(first, min(first + BATCH, entries)):
            entry = msgspec.structs.replace(
                make_entry(1, number),
                wall_ns=START_NS + number * STEP_NS,
                trace_id=_trace_id(number),
                actor=f"key:{number % 7}@127.0.0.1",
                kind="rare" if number % 7 == 4 else "place_order",
            )
            record = link_entry(head, entry)
            head = Head(record.seq, record.hash)
            records.append(record)
        store.append_batch(records, [])
    store.close()


def _fill_table(path: Path, entries: int) -> None:
    store = AuditStore(path, time.time_ns)
    for first in range(0, entries, BATCH):
        store.append(
            [
                AuditEntry(
                    action="feed.update" if number % 5 else "datasets.create",
                    wall_ns=START_NS + number * 7 * STEP_NS,
                    actor=f"key:{number % 7}@127.0.0.1",
                    subject=Subject("feed", "feed"),
                    trace_id=f"own-{number}",
                    status=200,
                    input={"speed": 2.0, "paused": False},
                    before={"speed": 1.0, "paused": True},
                    after={"speed": 2.0, "paused": False},
                )
                for number in range(first, min(first + BATCH, entries))
            ]
        )
    store.close()


def _order_id(number: int) -> str:
    return f"01975f3e-7c1a-7000-0001-{number:012x}"


def _trace_id(number: int) -> str:
    return f"01975f3e-{number:08x}-7000-8000-0123456789ab"
