"""The SQLite journal keeps what it was given, in order, for one owner, and shows when it was changed."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.idempotency import StoredAnswer
from trading.journal.entries import Entry, Head, Record, decode_entry, link_entry
from trading.journal.errors import JournalDamaged, JournalError, JournalLocked, StoreFailed
from trading.journal.recovery import replay
from trading.journal.stores import FORMAT_VERSION, MemoryStore, SqliteStore

MakeEntry = Callable[[int], Entry]


def chain(make_entry: MakeEntry, count: int, head: Head | None = None) -> list[Record]:
    head, records = head or Head(), []
    for number in range(count):
        record = link_entry(head, make_entry(number))
        head = Head(record.seq, record.hash)
        records.append(record)
    return records


def edit(path: Path, *statements: str) -> None:
    """Change a closed journal as someone with a database tool would."""
    connection = sqlite3.connect(path)
    connection.executescript("DROP TRIGGER entries_keep_on_update; DROP TRIGGER entries_keep_on_delete;")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def replayed(path: Path) -> list[tuple[int, Entry]]:
    store = SqliteStore(path)
    store.open()
    seen: list[tuple[int, Entry]] = []
    try:
        replay(store, lambda seq, entry: seen.append((seq, entry)))
    finally:
        store.close()
    return seen


@pytest.mark.parametrize("count", [0, 1, 5, 16, 80, 341, 600])
def test_a_batch_of_any_size_is_read_back_as_written(store: SqliteStore, make_entry: MakeEntry, count: int) -> None:
    records = chain(make_entry, count)
    store.append_batch(records, [])
    assert list(store.read_from(1)) == records
    assert store.last().seq == count


def test_reading_can_start_in_the_middle(store: SqliteStore, make_entry: MakeEntry) -> None:
    store.append_batch(chain(make_entry, 10), [])
    assert [record.seq for record in store.read_from(8)] == [8, 9, 10]


def test_an_entry_survives_its_json(make_entry: MakeEntry) -> None:
    entry = make_entry(7)
    record = link_entry(Head(), entry)
    assert decode_entry(record.body) == entry
    assert b'"event":"order_canceled"' in record.body


def test_the_journal_is_still_there_after_reopening(
    store: SqliteStore, make_entry: MakeEntry, journal_path: Path
) -> None:
    store.append_batch(chain(make_entry, 3), [])
    store.reopen()
    assert [record.seq for record in store.read_from(1)] == [1, 2, 3]
    store.close()
    assert [seq for seq, _ in replayed(journal_path)] == [1, 2, 3]


@pytest.mark.parametrize("statement", ["UPDATE entries SET body = '{}'", "DELETE FROM entries WHERE seq = 1"])
def test_the_file_itself_refuses_a_changed_entry(
    store: SqliteStore, make_entry: MakeEntry, journal_path: Path, statement: str
) -> None:
    store.append_batch(chain(make_entry, 2), [])
    store.close()
    connection = sqlite3.connect(journal_path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("statements", "seq"),
    [
        (["UPDATE entries SET body = replace(body, 'order-3', 'order-4') WHERE seq = 4"], 4),
        (["UPDATE entries SET hash = zeroblob(32) WHERE seq = 9"], 9),
        (["DELETE FROM entries WHERE seq = 5"], 5),
        (["DELETE FROM entries WHERE seq = 1"], 1),
        (["DELETE FROM entries WHERE seq > 7"], 8),
        (["DELETE FROM entries"], 1),
        (
            [
                "UPDATE entries SET seq = 100 WHERE seq = 6",
                "UPDATE entries SET seq = 6 WHERE seq = 7",
                "UPDATE entries SET seq = 7 WHERE seq = 100",
            ],
            6,
        ),
        (["INSERT INTO entries SELECT 11, hash, body FROM entries WHERE seq = 10"], 11),
        (["DELETE FROM head"], 1),
    ],
    ids=["edited", "hash edited", "removed", "first removed", "cut", "emptied", "reordered", "added", "headless"],
)
def test_a_changed_history_is_refused_and_says_where(
    store: SqliteStore, make_entry: MakeEntry, journal_path: Path, statements: list[str], seq: int
) -> None:
    store.append_batch(chain(make_entry, 10), [])
    store.close()
    edit(journal_path, *statements)
    with pytest.raises(JournalDamaged) as caught:
        replayed(journal_path)
    assert caught.value.seq == seq
    assert f"entry {seq}" in str(caught.value)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7), cuts=st.booleans())
def test_damage_anywhere_in_the_file_gives_a_prefix_or_a_refusal(
    whole_journal: Path, journal_path: Path, where: float, bit: int, cuts: bool
) -> None:
    content = whole_journal.read_bytes()
    position = int(where * len(content))
    damaged = bytearray(content[:position] if cuts else content)
    if not cuts:
        damaged[position] ^= 1 << bit
    for left_over in journal_path.parent.glob("journal.sqlite3*"):
        left_over.unlink()
    journal_path.write_bytes(damaged)
    try:
        numbers = [entry.time_ns for _, entry in replayed(journal_path)]
    except JournalError as error:
        assert str(error)
    else:
        assert numbers == list(range(len(numbers)))


@pytest.fixture
def whole_journal(tmp_path: Path, make_entry: MakeEntry) -> Path:
    """A closed journal of 60 entries."""
    path = tmp_path / "source" / "journal.sqlite3"
    store = SqliteStore(path)
    store.open()
    store.append_batch(chain(make_entry, 60), [])
    store.close()
    return path


def test_an_entry_that_does_not_follow_is_refused(store: SqliteStore, make_entry: MakeEntry) -> None:
    store.append_batch(chain(make_entry, 3), [])

    def fold(seq: int, entry: Entry) -> None:
        if seq == 2:
            raise KeyError("order-1")

    with pytest.raises(JournalDamaged, match="entry 2: it does not follow"):
        replay(store, fold)


def test_a_second_process_is_refused_with_the_owner_named(store: SqliteStore, journal_path: Path) -> None:
    with pytest.raises(JournalLocked, match=rf"process {os.getpid()}\) owns the journal"):
        SqliteStore(journal_path).open()
    script = (
        "import sys; from pathlib import Path; from trading.journal.stores import SqliteStore\n"
        "SqliteStore(Path(sys.argv[1])).open()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(journal_path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 1
    assert "JournalLocked: Another gateway" in done.stderr


def test_the_owner_gone_the_next_one_may_open(store: SqliteStore, journal_path: Path) -> None:
    store.close()
    following = SqliteStore(journal_path)
    following.open()
    assert following.last() == Head()
    following.close()


def test_a_newer_format_is_refused(store: SqliteStore, journal_path: Path) -> None:
    store.close()
    connection = sqlite3.connect(journal_path)
    connection.execute(f"PRAGMA user_version = {FORMAT_VERSION + 1}")
    connection.close()
    with pytest.raises(StoreFailed, match=f"has format {FORMAT_VERSION + 1}"):
        SqliteStore(journal_path).open()


def test_a_file_that_is_no_journal_is_refused_and_left_alone(journal_path: Path) -> None:
    journal_path.write_bytes(b"dear diary, " * 500)
    with pytest.raises(StoreFailed, match="cannot be opened"):
        SqliteStore(journal_path).open()
    assert journal_path.read_bytes().startswith(b"dear diary")


def test_a_batch_is_written_whole_or_not_at_all(
    store: SqliteStore, make_entry: MakeEntry, make_answer: Callable[..., StoredAnswer]
) -> None:
    records = chain(make_entry, 2)
    store.append_batch(records[:1], [])
    with pytest.raises(StoreFailed, match="did not write"):
        store.append_batch([records[1], records[0]], [make_answer()])
    assert [record.seq for record in store.read_from(1)] == [1]
    assert list(store.answers(0)) == []
    store.append_batch(records[1:], [])
    assert store.last().seq == 2


def test_a_locked_file_fails_the_write_and_it_works_again_later(
    store: SqliteStore, make_entry: MakeEntry, journal_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trading.journal.stores.BUSY_TIMEOUT_S", 0.01)
    store.reopen()
    intruder = sqlite3.connect(journal_path, isolation_level=None)
    intruder.execute("BEGIN IMMEDIATE")
    records = chain(make_entry, 1)
    with pytest.raises(StoreFailed, match="locked"):
        store.append_batch(records, [])
    intruder.execute("ROLLBACK")
    intruder.close()
    store.append_batch(records, [])
    assert store.last().seq == 1


def test_answers_come_back_by_age_and_are_pruned(store: SqliteStore, make_answer: Callable[..., StoredAnswer]) -> None:
    old, new = make_answer("old", created_ns=10), make_answer("new", created_ns=30, body=b"\x00\xff")
    store.append_batch([], [old, new])
    assert list(store.answers(0)) == [old, new]
    assert list(store.answers(20)) == [new]
    store.append_batch([], [], prune_before_ns=20)
    assert list(store.answers(0)) == [new]


def test_a_changed_answer_is_refused(
    store: SqliteStore, make_answer: Callable[..., StoredAnswer], journal_path: Path
) -> None:
    store.append_batch([], [make_answer(body=b'{"filled":"1"}')])
    store.close()
    edit(journal_path, 'UPDATE answers SET body = CAST(\'{"filled":"9"}\' AS BLOB)')
    changed = SqliteStore(journal_path)
    changed.open()
    with pytest.raises(JournalDamaged, match="answer of key 'key' was changed"):
        list(changed.answers(0))
    changed.close()


def test_the_memory_store_goes_on_and_forgets(make_entry: MakeEntry) -> None:
    store = MemoryStore(keep=2)
    records = chain(make_entry, 3)
    store.append_batch(records, [])
    assert store.last() == Head(3, records[2].hash)
    assert list(store.read_from(2)) == records[1:]
    with pytest.raises(JournalDamaged, match="has forgotten"):
        list(store.read_from(1))
