"""A shard of a shared journal: what is kept, who may write it, and how it goes from one gateway to another and back."""

import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.idempotency import StoredAnswer
from tests.postgres import PostgresServer
from tests.shared_journal import run_shared_postgres
from trading.journal.entries import Entry, Head, Record, link_entry
from trading.journal.errors import JournalDamaged, JournalLocked, StoreFailed
from trading.journal.recovery import replay

MakeEntry = Callable[[int], Entry]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with run_shared_postgres() as running:
        yield running


@pytest.fixture
def url(server: PostgresServer) -> str:
    return server.make_database(f"j{uuid.uuid4().hex}")


@pytest.fixture
def open_store(url: str) -> Iterator[Callable[..., "PostgresStore"]]:  # noqa: F821 (loaded where there is a driver)
    from trading.journal.postgres import PostgresStore
    from trading.journal.shards import SharedJournal

    opened: list[PostgresStore] = []

    def open_it(shard: str, gateway: str | None = None) -> PostgresStore:
        store = PostgresStore(SharedJournal(url, shard), gateway or shard, sleep=lambda seconds: None)
        store.open()
        opened.append(store)
        return store

    yield open_it
    for store in opened:
        store.close()


def chain(make_entry: MakeEntry, count: int, head: Head | None = None) -> list[Record]:
    head, records = head or Head(), []
    for number in range(count):
        records.append(link_entry(head, make_entry(number)))
        head = Head(records[-1].seq, records[-1].hash)
    return records


def answer(key: str, body: bytes = b"{}", created_ns: int = 5) -> StoredAnswer:
    return StoredAnswer("default", key, "print", 201, "application/json", body, created_ns)


@pytest.mark.parametrize("count", [0, 1, 300, 1_500])
def test_a_batch_of_any_size_is_read_back_as_written(open_store, make_entry: MakeEntry, count: int) -> None:
    store, records = open_store("one"), chain(make_entry, count)
    store.append_batch(records, [])
    assert list(store.read_from(1)) == records
    assert store.last() == (Head(records[-1].seq, records[-1].hash) if records else Head())


def test_shards_are_journals_of_their_own(open_store, make_entry: MakeEntry) -> None:
    one, two = open_store("one"), open_store("two")
    one.append_batch(chain(make_entry, 3), [answer("a")])
    two.append_batch(chain(make_entry, 2), [answer("a", b"other")])
    assert (one.last().seq, two.last().seq) == (3, 2)
    assert [each.body for each in two.answers(0)] == [b"other"]
    assert replay(one, lambda seq, entry: None).seq == 3


def test_answers_are_kept_with_their_entries_replaced_and_dropped_by_age(open_store, make_entry: MakeEntry) -> None:
    store, records = open_store("one"), chain(make_entry, 2)
    store.append_batch(records[:1], [answer("a", b"\x00\xff", 1), answer("b", b"first", 2), answer("b", b"last", 3)])
    assert [(each.key, each.body) for each in store.answers(0)] == [("a", b"\x00\xff"), ("b", b"last")]
    store.append_batch([], [answer("c", created_ns=9)], prune_before_ns=3)
    assert [each.key for each in store.answers(0)] == ["b", "c"]


def test_an_answer_that_was_changed_is_noticed(open_store, server: PostgresServer, url: str) -> None:
    store = open_store("one")
    store.append_batch([], [answer("a")])
    server.query(url.rsplit("/", 1)[1], "UPDATE journal_answer SET status = 200")
    with pytest.raises(JournalDamaged, match="the stored answer of key 'a' was changed"):
        list(store.answers(0))


@pytest.mark.parametrize("statement", ["UPDATE journal_entry SET body = '{}'", "DELETE FROM journal_entry"])
def test_the_database_refuses_a_changed_entry(
    open_store, make_entry: MakeEntry, server: PostgresServer, url: str, statement: str
) -> None:
    open_store("one").append_batch(chain(make_entry, 1), [])
    with pytest.raises(Exception, match="returned non-zero"):
        server.query(url.rsplit("/", 1)[1], statement)


def test_a_second_gateway_of_the_same_name_is_refused_and_told_what_to_do(open_store) -> None:
    open_store("one")
    with pytest.raises(JournalLocked, match=r"Another gateway named one holds .* a GATEWAY_NAME of its own"):
        open_store("one")


def test_nobody_takes_a_shard_that_is_held(open_store) -> None:
    open_store("one")
    with pytest.raises(JournalLocked, match="held by another gateway"):
        open_store("one", "two")


def test_a_writer_whose_session_was_ended_writes_nothing_until_it_holds_the_shard_again(
    open_store, make_entry: MakeEntry, server: PostgresServer, url: str
) -> None:
    store, records = open_store("one"), chain(make_entry, 2)
    store.append_batch(records[:1], [])
    database = url.rsplit("/", 1)[1]
    server.query(
        database, f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{database}' "
        "AND pid <> pg_backend_pid()"
    )  # fmt: skip
    with pytest.raises(StoreFailed, match="did not write"):
        store.append_batch(records[1:], [])
    stand_in = open_store("one", "two")
    with pytest.raises(JournalLocked, match="The gateway two holds the journal of one"):
        store.reopen()
    stand_in.close()
    store.reopen()
    store.append_batch(records[1:], [])
    assert list(store.read_from(1)) == records


def test_a_writer_that_somebody_has_overtaken_writes_nothing(
    open_store, make_entry: MakeEntry, server: PostgresServer, url: str
) -> None:
    store, records = open_store("one"), chain(make_entry, 3)
    store.append_batch(records[:2], [])
    server.query(url.rsplit("/", 1)[1], "UPDATE journal_shard SET seq = 7")
    with pytest.raises(StoreFailed, match="does not end with entry 2 any more: somebody else has written"):
        store.append_batch(records[2:], [answer("a")])
    assert [record.seq for record in store.read_from(1)] == [1, 2]
    assert list(store.answers(0)) == []


def test_a_gateway_that_is_back_gets_its_shard_from_who_stood_in_for_it(open_store, make_entry: MakeEntry) -> None:
    from trading.journal import shards

    records = chain(make_entry, 4)
    first = open_store("one")
    first.append_batch(records[:2], [])
    first.close()
    stand_in = open_store("one", "two")
    stand_in.append_batch(records[2:], [])
    watching = shards.connect(stand_in.journal.url)
    assert [(each.holder, each.is_held, each.is_wanted) for each in shards.look(watching)] == [("two", True, False)]

    def give_back_when_asked() -> None:
        while not any(each.is_wanted for each in shards.look(watching)):
            pass
        stand_in.close()

    giver = threading.Thread(target=give_back_when_asked)
    giver.start()
    back = None
    while back is None:
        try:
            back = open_store("one")
        except JournalLocked as refusal:
            assert "has not given it back" in str(refusal)
    giver.join()
    assert list(back.read_from(1)) == records
    assert [(each.holder, each.is_held, each.is_wanted) for each in shards.look(watching)] == [("one", True, False)]
    back.close()
    while shards.look(watching)[0].is_held:
        pass
    watching.close()


def test_a_database_that_is_away_is_a_failed_store_and_not_a_crash(url: str) -> None:
    from trading.journal.postgres import PostgresStore
    from trading.journal.shards import SharedJournal

    store = PostgresStore(SharedJournal(url.replace("127.0.0.1:", "127.0.0.1:1"), "one"), "one")
    with pytest.raises(StoreFailed, match="cannot be reached"):
        store.open()
    with pytest.raises(StoreFailed, match="is not open"):
        store.append_batch([], [answer("a")])


def test_a_reader_looks_at_a_shard_beside_its_writer(open_store, make_entry: MakeEntry) -> None:
    from trading.journal.reading import open_reader
    from trading.journal.shards import SharedJournal

    store, records = open_store("one"), chain(make_entry, 5)
    store.append_batch(records[:4], [answer("a")])
    reader = open_reader(store.journal)
    store.append_batch(records[4:], [])
    assert list(reader.read_from(2)) == records[1:4]
    assert reader.read_range(3, 9) == records[2:4]
    assert reader.count_answers() == 1
    reader.close()
    with pytest.raises(StoreFailed, match="There is no journal of a gateway 'none'"):
        open_reader(SharedJournal(store.journal.url, "none"))


def test_before_the_first_start_of_a_gateway_its_journal_has_no_entries(open_store, url: str) -> None:
    from trading.journal.shards import SharedJournal
    from trading.journal.source import JournalSource

    source = JournalSource(lambda: SharedJournal(url, "none"))
    assert source.verify(lambda: None).entries == 0, "there are no tables yet"
    open_store("one")
    verdict = source.verify(lambda: None)
    assert (verdict.valid, verdict.entries) == (True, 0)


def test_an_account_belongs_to_who_claimed_it_first(open_store) -> None:
    from trading.journal import shards

    connection = shards.connect(open_store("one").journal.url)
    open_store("two")
    assert shards.claim_account(connection, "a", "one") == "one"
    assert shards.claim_account(connection, "a", "two") == "one"
    assert shards.claim_account(connection, "b", "two") == "two"
    assert (shards.owner_of(connection, "b"), shards.owner_of(connection, "c")) == ("two", None)
    claimed = shards.claimed_since(connection, 0)
    assert [(each.account, each.shard) for each in claimed] == [("a", "one"), ("b", "two")]
    assert shards.claimed_since(connection, claimed[-1].number) == []
    connection.close()


def test_a_shard_is_copied_as_it_was_at_one_moment_and_filled_from_the_copy(
    open_store, make_entry: MakeEntry, tmp_path: Path
) -> None:
    from trading.journal.shard_files import copy_shard, fill_shard, has_come_through
    from trading.journal.shards import SharedJournal

    source, records = open_store("one"), chain(make_entry, 1_203)
    source.append_batch(records[:1_200], [answer("a", b"\x00\xff"), answer("b")])
    copy_shard(source.journal, tmp_path / "journal.sqlite3")
    source.append_batch(records[1_200:], [answer("c")])
    assert [path.name for path in tmp_path.iterdir()] == ["journal.sqlite3"]
    end = Head(records[1_199].seq, records[1_199].hash)
    there = SharedJournal(source.journal.url, "two")
    assert not has_come_through(there, end, ["mine"])
    fill_shard(there, tmp_path / "journal.sqlite3", ["mine"])
    assert has_come_through(there, end, ["mine"])
    filled = open_store("two")
    assert list(filled.read_from(1)) == records[:1_200]
    assert [(each.key, each.body) for each in filled.answers(0)] == [("a", b"\x00\xff"), ("b", b"{}")]
    filled.append_batch(records[1_200:], [])
    assert filled.last() == source.last()


def test_a_shard_is_filled_whole_or_not_at_all(open_store, make_entry: MakeEntry, tmp_path: Path) -> None:
    from trading.journal import shards
    from trading.journal.shard_files import copy_shard, fill_shard, has_come_through

    source = open_store("one")
    records = chain(make_entry, 3)
    source.append_batch(records, [])
    copy_shard(source.journal, tmp_path / "copy")
    there = shards.SharedJournal(source.journal.url, "two")
    connection = shards.connect(source.journal.url)
    shards.claim_account(connection, "taken", "one")
    for asked in (
        lambda: fill_shard(there, tmp_path / "copy", ["free", "taken"]),
        lambda: has_come_through(there, source.last(), ["free", "taken"]),
    ):
        with pytest.raises(StoreFailed, match="the account 'taken' belongs to one, and not to two"):
            asked()
    assert shards.owner_of(connection, "free") is None
    connection.close()
    assert open_store("two").last() == Head()


def test_a_shard_that_has_begun_is_not_written_over(open_store, make_entry: MakeEntry, tmp_path: Path) -> None:
    from trading.journal.shard_files import copy_shard, fill_shard, has_come_through

    source, other = open_store("one"), open_store("two")
    source.append_batch(chain(make_entry, 3), [])
    copy_shard(source.journal, tmp_path / "copy")
    other.append_batch(chain(make_entry, 4, Head(0, bytes(31) + b"1")), [])
    other.close()
    with pytest.raises(StoreFailed, match="The journal of two has begun already"):
        fill_shard(other.journal, tmp_path / "copy", [])
    with pytest.raises(StoreFailed, match="The journal of two in this database is another one, at entry 3"):
        has_come_through(other.journal, source.last(), [])
