"""The table in a shared database: it goes away and comes back, several write it, and it is made from a file and into one."""

import multiprocessing
import shutil
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import msgspec
import pytest

from api.pagination import MAX_CURSOR_LENGTH, encode_cursor
from kit.chain import Head, Record
from kit.clock import NS_PER_SECOND, SYSTEM_CLOCK, ManualClock
from kit.errors import Conflict, Unavailable
from operations.audit import services, sources
from operations.audit.chain_files import CARRIED_SUFFIX, KeptChain, carry_over
from operations.audit.index import BLOCK_ENTRIES, AuditIndex
from operations.audit.indexer import Indexer
from operations.audit.others import MAX_OTHERS, OtherChains
from operations.audit.own import OwnTable
from operations.audit.places import AuditPlace, SharedChain
from operations.audit.recorder import Recorder
from operations.audit.segments import Segment, read_entry
from operations.audit.services import Filters
from operations.audit.store import AuditReader, AuditStore
from operations.audit.tiles import read_audit
from operations.lifecycle import StartRefused
from tests.operations.audit.conftest import change, entries, entry
from tests.postgres import PostgresServer
from tests.shared_journal import run_shared_postgres
from tests.waiting import until

NOBODY_THERE = "postgres://sandbar@127.0.0.1:1/audits"


@pytest.fixture
def mortal() -> Iterator[tuple[PostgresServer, SharedChain]]:
    """A server that may be killed, and a chain on it."""
    with run_shared_postgres() as server:
        yield server, SharedChain(server.make_database("audits"), "gateway-1")


@pytest.fixture
def other(shared: SharedChain) -> SharedChain:
    """Another gateway's chain in the same database."""
    return SharedChain(shared.url, f"{shared.gateway}-other")


def everything(place: AuditPlace) -> tuple[list[Record], list[Segment], Head]:
    """All that a table holds."""
    with closing(AuditReader(place)) as reader:
        return reader.read_range(1, 10_000), reader.segments(), reader.last()


def is_proved(place: AuditPlace) -> bool:
    return OwnTable(lambda: place).verify(lambda: None).valid


def written_by(place: AuditPlace, count: int, now_ns: Callable[[], int] = lambda: 7) -> None:
    """Have a table hold so many entries, some of them dropped and some in segments that are closed."""
    with closing(AuditStore(place, now_ns, segment_entries=10)) as store:
        store.append(entries(count))
        if count > 10:
            store.drop_segment(1, "system:owner")


# Going away ----------------------------------------------------------------------------------------------------------


def test_nothing_is_lost_or_written_twice_while_the_database_is_killed_and_comes_back(
    mortal: tuple[PostgresServer, SharedChain],
) -> None:
    server, chain = mortal
    recorder = Recorder(SYSTEM_CLOCK, linger_s=0.001, retry_s=0.02)
    recorder.start(AuditStore(chain, SYSTEM_CLOCK.now_ns, segment_entries=50))
    is_over = threading.Event()
    recorded: list[str] = []

    def record() -> None:
        while not is_over.wait(0.001):
            recorder.record_durably(entry(len(recorded)))
            recorded.append(f"trace-{len(recorded)}")

    thread = threading.Thread(target=record)
    thread.start()
    try:
        for _ in range(2):
            until(lambda before=recorder.written: recorder.written > before + 50)  # type: ignore[misc]
            server.kill()
            until(lambda: recorder.trouble is not None)
            server.start()
            until(lambda: recorder.trouble is None)
    finally:
        is_over.set()
        thread.join()
        recorder.stop()
    found = [read_entry(each) for each in everything(chain)[0]]
    assert [each.trace_id for each in found if each.trace_id] == recorded
    assert is_proved(chain)


@contextmanager
def losing(monkeypatch: pytest.MonkeyPatch, *, before_commit: bool) -> Iterator[None]:
    """The server goes away at the end of a transaction: before it is made, or before it says that it is."""
    import psycopg

    from operations.audit.postgres_table import PostgresTable

    original = PostgresTable.transaction

    @contextmanager
    def transaction(table: PostgresTable) -> Iterator[None]:
        with original(table):
            yield
            if before_commit:
                raise psycopg.OperationalError("server closed the connection unexpectedly\n\tbefore")
        raise psycopg.OperationalError("server closed the connection unexpectedly\n\tafterwards")

    with monkeypatch.context() as patch:
        patch.setattr(PostgresTable, "transaction", transaction)
        yield


@pytest.mark.parametrize("before_commit", [True, False])
def test_a_commit_without_an_answer_is_made_once(
    shared: SharedChain, monkeypatch: pytest.MonkeyPatch, before_commit: bool
) -> None:
    with closing(AuditStore(shared, lambda: 7, segment_entries=4)) as store:
        store.append(entries(2))
        with (
            losing(monkeypatch, before_commit=before_commit),
            pytest.raises(Unavailable, match="did not write: server closed the connection"),
        ):
            store.append(entries(5, start=2))
        store.append(entries(5, start=2))
        store.append(entries(5, start=2))  # said a second time, and meant so
    found = [read_entry(each).trace_id for each in everything(shared)[0]]
    wanted = [f"trace-{number}" for number in [0, 1, *range(2, 7), *range(2, 7)]]
    assert [each for each in found if each] == wanted
    assert is_proved(shared)


def test_other_entries_than_those_of_a_commit_without_an_answer_are_not_taken_for_them(
    shared: SharedChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(AuditStore(shared, lambda: 7)) as store:
        with losing(monkeypatch, before_commit=False), pytest.raises(Unavailable):
            store.append(entries(2))
        store.append(entries(2, start=2))
    assert [read_entry(each).trace_id for each in everything(shared)[0]] == [f"trace-{number}" for number in range(4)]


def test_a_database_that_is_away_is_told_and_no_password_of_it() -> None:
    away = SharedChain(NOBODY_THERE.replace("sandbar@", "sandbar:secret@"), "gateway-1")
    with pytest.raises(Unavailable, match="shared audit cannot be reached: connection failed") as writing:
        AuditStore(away, lambda: 7).append(entries(1))
    with pytest.raises(Unavailable, match="audit cannot be read: connection failed") as reading:
        AuditReader(away)
    assert "secret" not in writing.value.message + reading.value.message


def test_readers_of_a_database_that_hangs_do_not_wait_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch, clock: ManualClock
) -> None:
    from psycopg.errors import ConnectionTimeout

    from kit.breaker import BREAKERS
    from trading.journal.shards import SharedJournal
    from trading.journal.source import JournalSource

    tried: list[str] = []

    def connect(url: str, purpose: str) -> None:
        tried.append(purpose)
        raise ConnectionTimeout("connection timeout expired")

    monkeypatch.setattr("kit.postgres.connect", connect)
    monkeypatch.setattr(BREAKERS, "_by_name", {})
    chain = SharedChain(f"{NOBODY_THERE}-{uuid.uuid4().hex}", "gateway-1")
    for read in (
        lambda: AuditReader(chain),
        lambda: AuditReader(chain),
        JournalSource(lambda: SharedJournal(chain.url, chain.gateway)).open,
    ):
        with pytest.raises(Unavailable):
            read()
    assert OtherChains(lambda: chain, clock).sources() == []
    assert tried == ["audit"]
    with pytest.raises(Unavailable, match="timeout expired"):
        AuditStore(chain, clock.now_ns).open()
    assert tried == ["audit", "audit"], "who writes finds out for itself"


# Several writers -----------------------------------------------------------------------------------------------------


def write_one_by_one(place: AuditPlace, name: str, count: int, together: Barrier) -> None:
    """What one of several processes does."""
    with closing(AuditStore(place, lambda: 7, segment_entries=10)) as store:
        together.wait()
        for number in range(count):
            store.append([entry(number, actor=name)])


def test_processes_that_write_at_once_make_one_chain(store: AuditStore, place: AuditPlace) -> None:
    store.open()
    spawn = multiprocessing.get_context("spawn")
    together = spawn.Barrier(3, timeout=60)
    writers = [spawn.Process(target=write_one_by_one, args=(place, name, 30, together)) for name in ("one", "two")]
    for writer in writers:
        writer.start()
    write_one_by_one(place, "three", 30, together)
    for writer in writers:
        writer.join()
    found = [read_entry(each) for each in everything(place)[0]]
    for name in ("one", "two", "three"):
        assert [each.trace_id for each in found if each.actor == name] == [f"trace-{each}" for each in range(30)]
    assert is_proved(place)


def test_who_writes_waits_for_who_is_writing(shared: SharedChain, database: tuple[PostgresServer, str]) -> None:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'audits' AND wait_event_type = 'Lock'"
    late: list[Future[Head]] = []

    def meanwhile() -> int:
        """Asked for the time within the first transaction, and returns once the second has come to its lock."""
        if not late:
            late.append(pool.submit(second.append, entries(1, start=1)))
            until(lambda: late[0].done() or database[0].query("audits", waiting) == "1")
        return 7

    with (
        closing(AuditStore(shared, meanwhile)) as first,
        closing(AuditStore(shared, lambda: 7)) as second,
        ThreadPoolExecutor(1) as pool,
    ):
        first.append(entries(1))
        assert late[0].result().seq == 2
    assert [read_entry(each).trace_id for each in everything(shared)[0]] == ["trace-0", "trace-1"]
    assert is_proved(shared)


def test_who_is_stopped_while_writing_does_not_keep_the_others_from_it_for_ever(
    shared: SharedChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kit import postgres

    monkeypatch.setattr(postgres, "SESSION", postgres.SESSION.replace("session_timeout=60000", "session_timeout=100"))

    def stopped() -> int:
        """The time, once another one has written; a lock is waited for no longer than five seconds."""
        written_by(shared, 1)
        return 7

    with (
        closing(AuditStore(shared, stopped)) as store,
        pytest.raises(Unavailable, match="did not write: terminating connection due to idle-in-transaction timeout"),
    ):
        store.append(entries(1))
    assert everything(shared)[2].seq == 1


def test_gateways_have_chains_of_their_own(shared: SharedChain, other: SharedChain) -> None:
    written_by(shared, 25)
    before = everything(shared)
    written_by(other, 3)
    assert everything(shared) == before
    assert everything(other)[2].seq == 3
    assert is_proved(shared) and is_proved(other)


def test_what_one_gateway_drops_lets_no_entry_of_another_be_deleted(shared: SharedChain, other: SharedChain) -> None:
    written_by(shared, 15)
    with closing(AuditStore(other, lambda: 7)) as store:
        store.append(entries(5))
    with pytest.raises(Exception, match="the audit is append-only"):
        change(other, ("DELETE FROM entries WHERE seq = 3",))


def test_a_shared_table_cannot_be_emptied_by_mistake(shared: SharedChain, database: tuple[PostgresServer, str]) -> None:
    written_by(shared, 1)
    for statement in ("TRUNCATE audit_entry", "TRUNCATE audit_chain CASCADE"):
        with pytest.raises(Exception, match="returned non-zero"):
            database[0].query("audits", statement)
    assert everything(shared)[2].seq == 1


# From a file ---------------------------------------------------------------------------------------------------------


def test_what_a_file_holds_is_carried_over_as_it_is_chained(path: Path, shared: SharedChain) -> None:
    written_by(path, 25)
    held = everything(path)
    carry_over(path, shared)
    assert everything(shared) == held
    assert is_proved(shared)
    assert [each.name for each in path.parent.iterdir()] == [path.name + CARRIED_SUFFIX]
    carry_over(path, shared)  # there is none any more
    written_by(shared, 1)
    assert everything(shared)[0][: len(held[0])] == held[0]


def test_a_file_that_was_carried_over_already_only_gets_its_name(path: Path, shared: SharedChain) -> None:
    written_by(path, 25)
    copy = Path(shutil.copytree(path.parent, path.parent.with_name("copy"))) / path.name
    carry_over(path, shared)
    written_by(shared, 2)
    held = everything(shared)
    carry_over(copy, shared)
    assert everything(shared) == held
    assert not copy.exists()


def test_a_file_of_another_chain_is_neither_hidden_nor_mixed_in(path: Path, shared: SharedChain) -> None:
    for place, number in ((path, 1), (shared, 2)):
        with closing(AuditStore(place, lambda: 7)) as store:
            store.append([entry(number)])
    held = everything(path), everything(shared)
    with pytest.raises(Conflict, match="is another one than that of the file, at entry 1: move the file away") as other:
        carry_over(path, shared)
    assert other.value.code == "AUDIT_IS_ANOTHER"
    assert (everything(path), everything(shared)) == held


def test_a_file_that_was_carried_over_is_not_written_over_by_a_second_one(path: Path, shared: SharedChain) -> None:
    written_by(path, 3)
    carry_over(path, shared)
    written_by(path, 4)
    with pytest.raises(Unavailable, match=r"carried-over is here already, .* move the older one away"):
        carry_over(path, shared)
    assert (everything(shared)[2].seq, everything(path)[2].seq) == (3, 4)


@pytest.mark.parametrize("begun", ["open_to_write", "SqliteTable.to_write"])
def test_a_file_that_another_process_carries_over_meanwhile_is_left_alone(
    begun: str, path: Path, shared: SharedChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`begun` is what the slower one is about to do when the other one does all of it."""
    from operations.audit import chain_files

    written_by(path, 25)
    held = everything(path)
    owner, name = (chain_files.SqliteTable, "to_write") if "." in begun else (chain_files, begun)
    original = getattr(owner, name)

    def be_slower(*arguments: Any, **named: Any) -> Any:
        monkeypatch.setattr(owner, name, original)
        carry_over(path, shared)
        return original(*arguments, **named)

    monkeypatch.setattr(owner, name, be_slower)
    carry_over(path, shared)
    carried = path.with_name(path.name + CARRIED_SUFFIX)
    assert list(path.parent.iterdir()) == [carried]
    assert everything(carried) == everything(shared) == held


def test_a_damaged_file_is_not_carried_over_in_part(
    path: Path, shared: SharedChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    from operations.audit import chain_files

    monkeypatch.setattr(chain_files, "READ_ROWS", 10)
    written_by(path, 35)
    change(path, ("UPDATE entries SET body = CAST(X'ff' AS TEXT) WHERE seq = 28",), without_triggers=True)
    with pytest.raises(Unavailable, match=r"cannot be copied: .* invalid start byte"):
        carry_over(path, shared)
    assert path.exists()
    assert everything(shared) == ([], [], Head())


@pytest.fixture
def installed(settings: Any, path: Path, shared: SharedChain, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """This process as a gateway that has a file, and shares a database from now on; its recorder has not started."""
    written_by(path, 3)
    settings.STATE_DIR, settings.SANDBOX_TRADING = path.parent, False
    settings.JOURNAL_URL, settings.GATEWAY_NAME = shared.url, shared.gateway
    recorder = Recorder(SYSTEM_CLOCK, linger_s=0.001)
    monkeypatch.setattr(services, "RECORDER", recorder)
    return recorder


async def test_a_gateway_that_begins_to_share_a_database_goes_on_after_its_own_entries(
    installed: Recorder, shared: SharedChain
) -> None:
    assert services.count_entries().by_source["audit"] == 3, "until then they are read where they are"
    await services.start()
    await services.record_durably(entry(3))
    await services.stop()
    assert [read_entry(each).trace_id for each in everything(shared)[0]] == [f"trace-{each}" for each in range(4)]
    assert services.count_entries().by_source["audit"] == 4


def test_a_command_that_is_the_first_to_write_goes_on_after_them_too(installed: Recorder, shared: SharedChain) -> None:
    services.write_now(entry(3))
    assert [read_entry(each).trace_id for each in everything(shared)[0]] == [f"trace-{each}" for each in range(4)]


def test_a_command_that_cannot_reach_the_shared_database_says_in_the_log_what_it_did(
    installed: Recorder, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.JOURNAL_URL = NOBODY_THERE
    services.write_now(entry(3))
    (message,) = caplog.messages
    assert message.startswith('Not in the audit: {"action":"things.create",')
    assert '"trace_id":"trace-3"' in message
    assert "(The shared audit cannot be reached: " in message


async def test_a_gateway_does_not_start_beside_a_file_of_another_chain_and_commands_leave_it_alone(
    installed: Recorder, path: Path, shared: SharedChain, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(AuditStore(shared, lambda: 7)) as store:
        store.append([entry(77)])
    with pytest.raises(StartRefused, match="move the file away"):
        await services.start()
    services.write_now(entry(78))
    assert "is another one than that of the file" in caplog.text
    assert [read_entry(each).trace_id for each in everything(shared)[0]] == ["trace-77", "trace-78"]
    assert everything(path)[2].seq == 3
    assert services.count_entries().by_source["audit"] == 2


async def test_a_gateway_does_not_start_without_the_shared_database(installed: Recorder, settings: Any) -> None:
    settings.JOURNAL_URL = NOBODY_THERE
    with pytest.raises(StartRefused, match="shared audit cannot be reached"):
        await services.start()
    assert not installed.is_running


# Backups -------------------------------------------------------------------------------------------------------------


def test_a_chain_is_copied_into_a_file_as_it_stands_and_put_back_as_it_was(
    shared: SharedChain, other: SharedChain, tmp_path: Path
) -> None:
    written_by(shared, 25)
    held = everything(shared)
    KeptChain(shared).copy(tmp_path / "kept")
    assert [each.name for each in tmp_path.iterdir()] == ["kept"]
    assert everything(tmp_path / "kept") == held
    KeptChain(other).check_room(tmp_path / "kept")
    KeptChain(other).put_back(tmp_path / "kept")
    assert everything(other) == held
    assert is_proved(other)


def test_a_chain_is_copied_as_it_was_at_one_moment(
    shared: SharedChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from operations.audit import chain_files

    written_by(shared, 5)
    held = everything(shared)

    def copy(*tables: Any) -> None:
        assert tables[0].head().seq == 5
        written_by(shared, 1)
        original(*tables)

    original = chain_files._copy
    monkeypatch.setattr(chain_files, "_copy", copy)
    KeptChain(shared).copy(tmp_path / "kept")
    assert everything(tmp_path / "kept") == held
    assert everything(shared)[2].seq == 6


def test_a_backup_leaves_a_chain_alone_that_has_gone_on_from_it_and_refuses_another(
    shared: SharedChain, other: SharedChain, tmp_path: Path
) -> None:
    written_by(shared, 15)
    KeptChain(shared).copy(tmp_path / "kept")
    written_by(shared, 9)
    with closing(AuditStore(shared, lambda: 7)) as store:
        store.drop_segment(2, "system:owner")  # the last entry of the backup with it
    held = everything(shared)
    KeptChain(shared).put_back(tmp_path / "kept")
    assert everything(shared) == held
    with closing(AuditStore(other, lambda: 7)) as store:
        store.append([entry(77)])
    for do in (KeptChain(other).check_room, KeptChain(other).put_back):
        with pytest.raises(Conflict, match="is another one than that of the file"):
            do(tmp_path / "kept")


def test_what_was_dropped_since_does_not_make_another_chain_the_same(
    shared: SharedChain, other: SharedChain, tmp_path: Path
) -> None:
    written_by(shared, 15)
    KeptChain(shared).copy(tmp_path / "kept")
    written_by(other, 24, lambda: 8)
    with closing(AuditStore(other, lambda: 8)) as store:
        store.drop_segment(2, "system:owner")
    with pytest.raises(Conflict, match="is another one"):
        KeptChain(other).check_room(tmp_path / "kept")


def test_the_chain_of_a_gateway_that_never_wrote_is_an_empty_file_in_a_backup(
    shared: SharedChain, other: SharedChain, tmp_path: Path
) -> None:
    KeptChain(shared).copy(tmp_path / "kept")
    assert everything(tmp_path / "kept") == ([], [], Head())
    KeptChain(other).put_back(tmp_path / "kept")
    assert everything(other) == ([], [], Head())


# The index -----------------------------------------------------------------------------------------------------------


def test_an_index_of_another_chain_is_made_anew_once_the_database_is_back(
    shared: SharedChain, other: SharedChain, tmp_path: Path
) -> None:
    for chain, actor in ((shared, "10.0.0.1"), (other, "10.0.0.2")):
        with closing(AuditStore(chain, lambda: 7)) as store:
            store.append([msgspec.structs.replace(each, actor=actor) for each in entries(BLOCK_ENTRIES * 2)])
    index = AuditIndex(tmp_path / "audit-index.sqlite3")
    index.open()
    Indexer(index, lambda: [OwnTable(lambda: shared)], rest_s=0).catch_up()
    index.close()
    places: list[AuditPlace] = [SharedChain(NOBODY_THERE, other.gateway)]
    indexer = Indexer(index, lambda: [OwnTable(lambda: places[-1])], rest_s=0)
    indexer.start()
    assert indexer.trouble is not None
    places.append(other)
    until(lambda: index.reached("audit")[1] == everything(other)[2])
    indexer.stop()


# Of the other gateways -----------------------------------------------------------------------------------------------


def test_the_other_chains_of_a_database_are_found_in_their_order_and_looked_for_now_and_then(
    database: tuple[PostgresServer, str], clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    url = database[0].make_database(f"others_{uuid.uuid4().hex}")
    others = OtherChains(lambda: SharedChain(url, "gateway-1"), clock)

    def names() -> list[str]:
        return [each.name for each in others.sources()]

    assert names() == [], "there are no tables yet"
    for number in (2, 1):
        written_by(SharedChain(url, f"gateway-{number}"), 1)
    assert names() == [], "it does not look yet"
    clock.advance_ns(10 * NS_PER_SECOND)
    assert names() == ["audit@gateway-2"]
    for number in range(3, MAX_OTHERS + 4):
        written_by(SharedChain(url, f"gateway-{number}"), 1)
    for _ in range(3):
        clock.advance_ns(10 * NS_PER_SECOND)
        assert names() == [f"audit@gateway-{number}" for number in range(2, MAX_OTHERS + 2)]
    assert caplog.messages == ["Of 16 other gateways the audit shows the 14 that began first."]


def test_the_others_are_those_that_were_seen_last_while_the_database_is_away(
    mortal: tuple[PostgresServer, SharedChain], clock: ManualClock
) -> None:
    server, chain = mortal
    written_by(SharedChain(chain.url, "gateway-2"), 1)
    others = OtherChains(lambda: chain, clock)
    (found,) = others.sources()
    server.kill()
    clock.advance_ns(10 * NS_PER_SECOND)
    assert others.sources() == [found]
    with pytest.raises(Unavailable, match="audit cannot be read"):
        found.open()
    late = OtherChains(lambda: chain, clock)
    assert late.sources() == []
    server.start()
    assert [each.name for each in late.sources()] == ["audit@gateway-2"]


def test_without_a_shared_database_there_are_no_others(clock: ManualClock) -> None:
    assert OtherChains(lambda: None, clock).sources() == []


@pytest.fixture
def two(settings: Any, shared: SharedChain, other: SharedChain, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process as one gateway of two, both of which have written, and nothing of what other tests wrote."""
    settings.JOURNAL_URL, settings.GATEWAY_NAME, settings.SANDBOX_TRADING = shared.url, shared.gateway, False
    monkeypatch.setattr("operations.audit.others.chains_beside", lambda own: [other])
    written_by(shared, 25)
    with closing(AuditStore(other, lambda: 7)) as store:
        store.append([entry(number, actor="key:there@10.0.0.9") for number in range(300)])


def test_one_gateway_shows_what_all_have_recorded(two: None, other: SharedChain) -> None:
    found = services.list_entries(Filters(actor="key:there"), limit=1_000, cursor=None).items
    assert {each.source for each in found} == {f"audit@{other.gateway}"}
    assert [each.id for each in found] == [f"audit@{other.gateway}-{seq}" for seq in range(300, 0, -1)]
    seen = services.find_entry(f"audit@{other.gateway}-7")
    assert seen is not None and seen.record.trace_id == "trace-6"
    counted = services.count_entries().by_source
    assert counted[f"audit@{other.gateway}"] == 300
    verified = services.verify_all(sources.registered(), lambda: None)
    assert [each.source for each in verified.sources if each.entries] == ["audit", f"audit@{other.gateway}"]


async def test_the_admins_home_counts_each_chain(two: None, other: SharedChain) -> None:
    tile = await read_audit()
    counted = {each.label: each.value for each in tile.details}
    assert (counted["In its own table"], counted[f"In the audit of {other.gateway}"]) == ("18", "300")


def test_pages_go_through_all_chains_and_each_entry_is_shown_once(two: None) -> None:
    found: list[str] = []
    cursor = None
    while True:
        page = services.list_entries(Filters(), limit=40, cursor=cursor)
        found += [each.id for each in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(found) == len(set(found)) == services.count_entries().total


def test_a_cursor_has_room_for_as_many_gateways_as_are_shown() -> None:
    assert len(encode_cursor([2**63 - 1] * (MAX_OTHERS + 2))) <= MAX_CURSOR_LENGTH


def test_the_others_are_indexed_too(two: None, other: SharedChain, tmp_path: Path) -> None:
    index = AuditIndex(tmp_path / "audit-index.sqlite3")
    index.open()
    Indexer(index, sources.listed, found=sources.found, rest_s=0).catch_up()
    assert index.reached(f"audit@{other.gateway}")[1].seq == BLOCK_ENTRIES
    index.close()
