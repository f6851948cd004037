"""The audit's own table: append-only, chained, in segments that can be closed and dropped, and proved as a whole."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kit.clock import ManualClock
from kit.errors import Conflict, NotFound, Unavailable
from operations.audit.export import segment_lines
from operations.audit.own import OwnTable
from operations.audit.places import AuditPlace
from operations.audit.sources import Verdict
from operations.audit.store import AuditReader, AuditStore
from tests.operations.audit.conftest import entries, entry


def proved(table: OwnTable) -> Verdict:
    return table.verify(lambda: None)


def test_what_was_appended_is_proved_and_shown_as_it_was(store: AuditStore, table: OwnTable) -> None:
    store.append(entries(3))
    verdict = proved(table)
    assert (verdict.valid, verdict.entries) == (True, 3)
    reader = table.open()
    shown = [table.show(record) for record in reader.read_range(1, 3)]
    reader.close()
    assert [(each.id, each.trace_id, each.objects[0].id) for each in shown] == [
        ("audit-1", "trace-0", "thing-0"),
        ("audit-2", "trace-1", "thing-1"),
        ("audit-3", "trace-2", "thing-2"),
    ]


def test_a_table_that_was_never_written_is_empty_and_sound(table: OwnTable) -> None:
    assert proved(table) == Verdict(source="audit", entries=0, head="00" * 32)


def test_two_writers_make_one_chain(store: AuditStore, place: AuditPlace, table: OwnTable) -> None:
    other = AuditStore(place, lambda: 0)
    for number in range(4):
        (store if number % 2 else other).append([entry(number)])
    other.close()
    assert (proved(table).valid, proved(table).entries) == (True, 4)


@pytest.mark.parametrize(
    "statement", ["UPDATE entries SET body = '{}' WHERE seq = 1", "DELETE FROM entries WHERE seq = 1"]
)
def test_entries_cannot_be_changed_or_deleted_by_mistake(
    store: AuditStore, by_hand: Callable[..., None], statement: str
) -> None:
    store.append(entries(2))
    with pytest.raises(Exception, match="the audit is append-only"):
        by_hand(statement)


def test_a_dropped_segment_lets_no_entry_of_another_be_deleted(store: AuditStore, by_hand: Callable[..., None]) -> None:
    store.append(entries(15))
    store.drop_segment(1, "system:owner")
    with pytest.raises(Exception, match="the audit is append-only"):
        by_hand("DELETE FROM entries WHERE seq = 12")


@pytest.mark.parametrize(
    ("statement", "seq", "reason"),
    [
        ("UPDATE entries SET body = replace(body, '10.0.0.1', '10.0.0.9') WHERE seq = 4", 4, "not what was written"),
        ("DELETE FROM entries WHERE seq = 4", 4, "the next entry is number 5"),
        ("DELETE FROM entries WHERE seq = 6", 6, "it is missing"),
        ("UPDATE entries SET hash = zeroblob(32) WHERE seq = 2", 2, "not what was written"),
    ],
)
def test_an_entry_edited_or_removed_is_named(
    statement: str, seq: int, reason: str, store: AuditStore, table: OwnTable, tamper: Callable[..., None]
) -> None:
    store.append(entries(6))
    tamper(statement)
    verdict = proved(table)
    assert (verdict.valid, verdict.seq) == (False, seq)
    assert reason in str(verdict.reason)


def test_entries_that_changed_places_are_named(store: AuditStore, table: OwnTable, tamper: Callable[..., None]) -> None:
    store.append(entries(6))
    tamper(
        "UPDATE entries SET seq = 100 WHERE seq = 3",
        "UPDATE entries SET seq = 3 WHERE seq = 4",
        "UPDATE entries SET seq = 4 WHERE seq = 100",
    )
    assert proved(table).seq == 3


def test_entries_cut_off_at_the_end_are_missed(store: AuditStore, table: OwnTable, tamper: Callable[..., None]) -> None:
    store.append(entries(6))
    tamper("DELETE FROM entries WHERE seq > 3")
    assert (proved(table).seq, proved(table).reason) == (4, "it is missing")


def test_a_segment_is_closed_by_itself_when_it_is_full(store: AuditStore, place: AuditPlace, table: OwnTable) -> None:
    store.append(entries(25))
    reader = AuditReader(place)
    bounds = [(each.number, each.first_seq, each.last_seq) for each in reader.segments()]
    reader.close()
    assert bounds == [(1, 1, 10), (2, 11, 20), (3, 21, None)]  # each next one begins with the seal of the one before
    assert proved(table).entries == 27


def test_a_dropped_segment_is_gone_and_the_rest_is_proved_with_who_did_it(
    store: AuditStore, table: OwnTable, place: AuditPlace
) -> None:
    store.append(entries(25))
    store.drop_segment(1, "system:owner")
    store.drop_segment(2, "system:other")
    verdict = proved(table)
    assert (verdict.valid, verdict.entries) == (True, 9)
    assert [(each.segment, each.first_seq, each.last_seq, each.dropped_by) for each in verdict.dropped] == [
        (1, 1, 10, "system:owner"),
        (2, 11, 20, "system:other"),
    ]
    reader = AuditReader(place)
    (drop,) = [table.show(each) for each in reader.read_range(29, 29)]
    reader.close()
    assert (drop.action, drop.actor, drop.objects[0].id) == ("audit.drop", "system:other", "2")


def test_a_segment_dropped_behind_the_audits_back_is_found_out(
    store: AuditStore, table: OwnTable, tamper: Callable[..., None]
) -> None:
    store.append(entries(25))
    tamper(
        "UPDATE segments SET dropped_ns = 1, dropped_by = 'system:nobody' WHERE number = 1",
        "DELETE FROM entries WHERE seq <= 10",
    )
    verdict = proved(table)
    assert (verdict.valid, verdict.seq) == (False, 1)
    assert "no entry says that it was dropped so" in str(verdict.reason)


def test_a_hole_cannot_be_made_larger_by_a_forged_segment(
    store: AuditStore, table: OwnTable, tamper: Callable[..., None]
) -> None:
    store.append(entries(25))
    store.drop_segment(1, "system:owner")
    tamper(
        "UPDATE segments SET last_seq = 12, last_hash = (SELECT hash FROM entries WHERE seq = 12) WHERE number = 1",
        "DELETE FROM entries WHERE seq <= 12",
    )
    assert not proved(table).valid


def test_only_a_closed_segment_is_dropped_and_only_once(store: AuditStore) -> None:
    store.append(entries(3))
    with pytest.raises(Conflict) as open_one:
        store.drop_segment(1, "system:owner")
    assert open_one.value.code == "SEGMENT_OPEN"
    with pytest.raises(NotFound):
        store.drop_segment(7, "system:owner")
    closed = store.close_segment("system:owner")
    assert (closed.number, closed.last_seq) == (1, 3)
    store.drop_segment(1, "system:owner")
    with pytest.raises(Conflict) as gone:
        store.drop_segment(1, "system:owner")
    assert gone.value.code == "SEGMENT_DROPPED"


def test_an_exported_segment_can_be_proved_without_the_table(store: AuditStore, place: AuditPlace) -> None:
    import hashlib
    import json

    store.append(entries(10))
    reader = AuditReader(place)
    lines = list(segment_lines(reader, reader.segments()[0]))
    reader.close()
    head = bytes(32)
    for line in lines:
        body = line.decode().partition('"entry":')[2].rstrip("\n")[:-1]
        head = hashlib.sha256(head + json.loads(line)["seq"].to_bytes(8, "big") + body.encode()).digest()
        assert head.hex() == json.loads(line)["hash"]
    assert len(lines) == 10


def test_a_file_that_is_no_table_is_refused_and_left_alone(path: Path, clock: ManualClock) -> None:
    path.write_bytes(b"no database at all, and long enough to be looked at as one" * 20)
    with pytest.raises(Unavailable):
        AuditStore(path, clock.now_ns).append(entries(1))
    assert path.read_bytes().startswith(b"no database")


def test_text_that_json_cannot_carry_is_made_visible(store: AuditStore, table: OwnTable) -> None:
    store.append([entry(1, actor="half \ud83d")])
    reader = table.open()
    (record,) = reader.read_range(1, 1)
    reader.close()
    assert table.show(record).actor == "half \\ud83d"
