"""The journal as a source of the audit: what an entry is found by, how it is shown, and that damage is named."""

import sqlite3
from contextlib import closing

import pytest

from kit.errors import Unavailable
from operations.audit.index import BLOCK_ENTRIES, AuditIndex, Wanted
from operations.audit.indexer import Indexer
from operations.audit.query import Query
from operations.audit.sources import object_key
from trading.journal.entries import Entry, Head, link_entry
from trading.journal.source import JournalSource
from trading.journal.stores import MemoryStore
from trading.sandbox.events import OrderCanceled, OrderRejected
from trading.sandbox.orders import OrderType, Side, TimeInForce


def rejected(number: int) -> Entry:
    event = OrderRejected(
        time_ns=1, account_id="default", order_id=f"order-{number}", symbol="BTC-USDT", side=Side.BUY,
        type=OrderType.LIMIT, time_in_force=TimeInForce.GTC, sequence=1, code="UNFILLABLE", reason="No.",
        client_order_id="mine",
    )  # fmt: skip
    return Entry(
        kind="place_order", time_ns=1, wall_ns=number, account_id="default", trace_id="trace",
        actor="key:one@10.0.0.1", events=(event,),
    )  # fmt: skip


def append(store, entries):
    head = store.last()
    records = []
    for entry in entries:
        records.append(link_entry(head, entry))
        head = Head(records[-1].seq, records[-1].hash)
    store.append_batch(records, [])


@pytest.fixture
def source(journal_path) -> JournalSource:
    return JournalSource(lambda: journal_path)


def shown(source, seq):
    with closing(source.open()) as reader:
        (record,) = reader.read_range(seq, seq)
    return source.show(record), source.glance(record)


def test_a_refused_order_is_shown_with_its_code_and_found_by_everything_it_names(store, source):
    append(store, [rejected(7)])
    record, glance = shown(source, 1)
    assert (record.id, record.action, record.result, record.status, record.code) == (
        "journal-1", "place_order", "refused", 422, "UNFILLABLE",
    )  # fmt: skip
    assert [(each.kind, each.id) for each in record.objects] == [("order", "order-7")]
    assert record.detail["events"][0]["reason"] == "No."
    assert set(glance.keys) == {
        "a:place_order", "w:key:one@10.0.0.1", "w:key:one", "w:10.0.0.1", "t:trace", "o:default", "o:order-7", "o:mine",
    }  # fmt: skip


def test_an_entry_that_touches_many_orders_is_found_by_each(store, source):
    events = tuple(
        OrderCanceled(time_ns=1, account_id=account, order_id=f"order-{number}", reason="by its owner")
        for account in ("one", "two")
        for number in range(3)
    )
    append(store, [Entry(kind="market", time_ns=1, wall_ns=1, events=events)])
    _, glance = shown(source, 1)
    assert {f"o:order-{number}" for number in range(3)} | {"o:one", "o:two"} <= set(glance.keys)


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("UPDATE entries SET body = replace(body, 'order-3', 'order-9') WHERE seq = 4", 4),
        ("DELETE FROM entries WHERE seq = 4", 4),
        ("DELETE FROM entries WHERE seq > 7", 8),
        ("UPDATE entries SET seq = -seq WHERE seq IN (2, 3)", 2),
    ],
)
def test_an_entry_edited_removed_or_moved_is_named(statement, seq, store, source, journal_path, make_entry):
    append(store, [make_entry(number) for number in range(10)])
    assert source.verify(lambda: None).entries == 10
    store.close()
    with closing(sqlite3.connect(journal_path)) as connection:
        for trigger in ("entries_keep_on_update", "entries_keep_on_delete"):
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(statement)
        connection.commit()
    verdict = source.verify(lambda: None)
    assert (verdict.source, verdict.valid, verdict.seq) == ("journal", False, seq)
    assert verdict.reason


def test_a_damaged_entry_is_left_out_of_a_page_that_says_so(store, source, journal_path, make_entry):
    append(store, [make_entry(number) for number in range(10)])
    store.close()
    with closing(sqlite3.connect(journal_path)) as connection:
        connection.execute("DROP TRIGGER entries_keep_on_update")
        connection.execute("UPDATE entries SET body = substr(body, 1, 20) WHERE seq = 4")
        connection.commit()
    page = Query([source], None, Wanted(), leaves_out=True).page(limit=20)
    assert [each.seq for each in page.records] == [10, 9, 8, 7, 6, 5, 3, 2, 1]
    (told,) = page.left_out
    assert told.startswith("Entry 4 of the journal cannot be read")
    with pytest.raises(Unavailable, match="entry 4"):
        Query([source], None, Wanted()).page(limit=20)


def test_a_journal_that_was_there_before_the_audit_is_indexed_as_it_is(store, source, tmp_path, make_entry):
    append(store, [make_entry(number) for number in range(3 * BLOCK_ENTRIES)])
    index = AuditIndex(tmp_path / "audit-index.sqlite3")
    index.open()
    Indexer(index, lambda: [source], rest_s=0).catch_up()
    page = Query([source], index, Wanted(keys=(object_key("order-5"),))).page(limit=10)
    index.close()
    assert [each.seq for each in page.records] == [6]
    assert page.next_place is None


def test_a_journal_in_memory_is_proved_from_what_it_still_has(make_entry):
    store = MemoryStore(keep=20)
    source = JournalSource(lambda: store)
    assert source.verify(lambda: None).entries == 0
    append(store, [make_entry(number) for number in range(15)])
    assert source.verify(lambda: None).entries == 15
    append(store, [make_entry(number) for number in range(30)])
    verdict = source.verify(lambda: None)
    assert (verdict.valid, verdict.entries) == (True, 19)  # the first one kept is what the others are proved from


def test_where_there_is_no_journal_there_are_no_entries(tmp_path):
    for place in (None, tmp_path / "journal.sqlite3"):
        source = JournalSource(lambda place=place: place)
        assert Query([source], None, Wanted()).page(limit=10).records == []
        assert source.verify(lambda: None).valid


def test_a_file_that_is_no_journal_is_told(journal_path, source):
    journal_path.write_bytes(b"no journal" * 1_000)
    with pytest.raises(Unavailable, match="cannot be read"):
        source.verify(lambda: None)
    assert journal_path.read_bytes().startswith(b"no journal")
