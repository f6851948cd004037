"""The recorder: what is promised is on disk, what does not fit is counted, what fails is tried again."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

import pytest

from kit.clock import NS_PER_SECOND, ManualClock
from kit.errors import Unavailable
from operations.audit.entries import AuditEntry
from operations.audit.own import OwnTable
from operations.audit.places import AuditPlace
from operations.audit.recorder import Recorder
from operations.audit.segments import read_entry
from operations.audit.store import AuditStore
from tests.operations.audit.conftest import entries, entry
from tests.waiting import until

DEADLINE_S = 10.0


class FailingStore(AuditStore):
    """A table on a disk that fails for a while."""

    failures = 0

    def append(self, entries: Any) -> Any:
        if self.failures:
            self.failures -= 1
            raise Unavailable("the disk is full")
        return super().append(entries)


@pytest.fixture
def failing(place: AuditPlace, clock: ManualClock) -> FailingStore:
    return FailingStore(place, clock.now_ns)


@pytest.fixture
def recorder(clock: ManualClock) -> Iterator[Recorder]:
    recorder = Recorder(clock, max_queued=5, linger_s=0.01, retry_s=0.01)
    yield recorder
    recorder.stop()


def recorded(table: OwnTable) -> list[AuditEntry]:
    reader = table.open()
    found = [read_entry(record) for record in reader.read_range(1, 1_000)]
    reader.close()
    return found


def test_a_durable_record_is_on_disk_when_its_future_is_done(
    recorder: Recorder, store: AuditStore, table: OwnTable
) -> None:
    recorder.start(store)
    recorder.record_durably(entry(1)).result(DEADLINE_S)
    assert [each.trace_id for each in recorded(table)] == ["trace-1"]


def test_its_load_is_what_waits_of_what_may_and_its_latency_what_a_batch_takes(
    recorder: Recorder, place: AuditPlace, clock: ManualClock
) -> None:
    class SlowStore(AuditStore):
        def append(self, entries: Any) -> Any:
            clock.advance_ns(NS_PER_SECOND // 4)
            return super().append(entries)

    recorder.record(entry(1))
    recorder.record(entry(2))
    assert (recorder.load, recorder.write_durations.median_ms()) == (2 / 5, None)
    recorder.start(SlowStore(place, clock.now_ns))
    recorder.stop()
    assert (recorder.load, recorder.write_durations.median_ms()) == (0, 250)


def test_what_came_before_the_start_is_written_at_the_start(
    recorder: Recorder, store: AuditStore, table: OwnTable
) -> None:
    assert recorder.record_durably(entry(1)).done()
    recorder.record(entry(2))
    recorder.start(store)
    recorder.stop()
    assert [each.trace_id for each in recorded(table)] == ["trace-1", "trace-2"]


def test_a_clean_stop_writes_what_waits(recorder: Recorder, store: AuditStore, table: OwnTable) -> None:
    recorder.start(store)
    for each in entries(4):
        recorder.record(each)
    recorder.tally.add("10.0.0.9", "RATE_LIMITED")
    recorder.stop()
    assert [each.action for each in recorded(table)] == ["things.create"] * 4 + ["requests.turned_away"]


def test_an_overflow_says_how_many_were_not_recorded(recorder: Recorder, store: AuditStore, table: OwnTable) -> None:
    for each in entries(8):
        recorder.record(each)
    with pytest.raises(Unavailable):
        recorder.record_durably(entry(9)).result(DEADLINE_S)
    recorder.start(store)
    recorder.stop()
    found = recorded(table)
    assert [each.trace_id for each in found[:5]] == [f"trace-{number}" for number in range(5)]
    assert (found[5].action, found[5].detail) == ("audit.overflow", {"not_recorded": 4})


def test_a_failed_disk_is_told_and_what_waits_is_written_later(
    recorder: Recorder, failing: FailingStore, table: OwnTable
) -> None:
    failing.failures = 1
    recorder.start(failing)
    with pytest.raises(Unavailable, match="disk is full"):
        recorder.record_durably(entry(1)).result(DEADLINE_S)
    recorder.stop()
    assert [each.trace_id for each in recorded(table)] == ["trace-1"]


def test_nobody_waits_for_a_disk_that_is_known_to_fail(
    clock: ManualClock, failing: FailingStore, table: OwnTable
) -> None:
    patient = Recorder(clock, linger_s=0.01, retry_s=3_600)
    failing.failures = 1
    patient.start(failing)
    with pytest.raises(Unavailable, match="disk is full"):
        patient.record_durably(entry(1)).result(DEADLINE_S)
    for number in (2, 3):
        written = patient.record_durably(entry(number))
        assert written.done(), "it is not tried before the hour is over"
        assert isinstance(written.exception(), Unavailable)
    assert patient.waiting == 3
    patient.stop()
    assert [each.trace_id for each in recorded(table)] == ["trace-1", "trace-2", "trace-3"]


class HangingStore(AuditStore):
    """A table on a disk that neither writes nor fails until it `goes_on`."""

    def __init__(self, place: AuditPlace, clock: ManualClock) -> None:
        super().__init__(place, clock.now_ns)
        self.hangs, self.goes_on = threading.Event(), threading.Event()

    def append(self, entries: Any) -> Any:
        self.hangs.set()
        went_on = self.goes_on.wait(DEADLINE_S)
        self.hangs.clear()
        assert went_on
        return super().append(entries)


@pytest.fixture
def hanging(recorder: Recorder, place: AuditPlace, clock: ManualClock) -> HangingStore:
    """Such a table, in which an entry has just begun to be written."""
    store = HangingStore(place, clock)
    recorder.start(store)
    recorder.record(entry(1))
    assert store.hangs.wait(DEADLINE_S)
    return store


def test_nobody_waits_for_a_disk_that_hangs(
    recorder: Recorder, hanging: HangingStore, clock: ManualClock, table: OwnTable
) -> None:
    assert recorder.trouble is None
    clock.advance_ns(5 * NS_PER_SECOND)
    assert recorder.trouble == "A batch has been under way for more than 5 s."
    assert isinstance(recorder.record_durably(entry(2)).exception(0), Unavailable)
    hanging.goes_on.set()
    until(lambda: recorder.written == 2)
    assert recorder.trouble is None
    assert [each.trace_id for each in recorded(table)] == ["trace-1", "trace-2"]


def test_who_goes_away_in_the_moment_of_being_told_does_not_end_the_audit(
    recorder: Recorder, store: AuditStore, table: OwnTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Fleeting(Future[None]):
        """One that is given up as soon as it is seen not to be done."""

        def done(self) -> bool:
            return super().done() or not self.cancel()

    monkeypatch.setattr("operations.audit.recorder.Future", Fleeting)
    recorder.start(store)
    recorder.record_durably(entry(1))
    until(lambda: recorder.written == 1)
    monkeypatch.undo()
    recorder.record_durably(entry(2)).result(DEADLINE_S)
    assert [each.trace_id for each in recorded(table)] == ["trace-1", "trace-2"]


def test_a_stop_does_not_wait_for_a_disk_that_hangs_and_the_log_has_what_waits(
    recorder: Recorder, hanging: HangingStore, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    clock.advance_ns(5 * NS_PER_SECOND)
    recorder.record(entry(2))
    recorder.stop()
    assert hanging.hangs.is_set(), "it still does"
    hanging.goes_on.set()
    lost = [record.message for record in caplog.records if record.message.startswith("Not in the audit")]
    assert ["trace-1" in lost[0], "trace-2" in lost[1], len(lost)] == [True, True, 2]


def test_a_batch_that_failed_is_tried_again_just_as_it_was(
    recorder: Recorder, place: AuditPlace, clock: ManualClock, table: OwnTable
) -> None:
    tried: list[list[str]] = []

    class ForgetfulStore(AuditStore):
        """One that writes, and fails to say so."""

        def append(self, entries: Any) -> Any:
            tried.append([each.trace_id for each in entries])
            head = super().append(entries)
            if len(tried) == 1:
                recorder.record(entry(3))
                raise Unavailable("the answer got lost")
            return head

    recorder.record(entry(1))
    recorder.record(entry(2))
    recorder.start(ForgetfulStore(place, clock.now_ns))
    until(lambda: len(tried) >= 2 and recorder.waiting == 0)
    recorder.stop()
    assert tried[:3] == [["trace-1", "trace-2"], ["trace-1", "trace-2"], ["trace-3"]]
    assert table.verify(lambda: None).valid


def test_what_the_disk_never_takes_goes_into_the_log(
    recorder: Recorder, failing: FailingStore, caplog: pytest.LogCaptureFixture
) -> None:
    failing.failures = 1_000
    recorder.start(failing)
    recorder.record(entry(1))
    recorder.stop()
    assert "Not in the audit" in caplog.text
    assert "trace-1" in caplog.text


def test_a_flood_at_the_door_is_one_entry_for_each_address_and_minute(recorder: Recorder, clock: ManualClock) -> None:
    for _ in range(1_000):
        recorder.tally.add("10.0.0.1", "RATE_LIMITED")
    recorder.tally.add("10.0.0.2", "UNAUTHENTICATED")
    recorder.tally.add("10.0.0.2", "RATE_LIMITED")
    assert recorder.tally.take() == []
    clock.advance_ns(60 * NS_PER_SECOND)
    first, second = recorder.tally.take()
    assert (first.actor, first.code, first.detail["count"]) == ("10.0.0.1", "RATE_LIMITED", 1_000)
    assert (second.code, second.detail["codes"]) == ("SEVERAL", {"UNAUTHENTICATED": 1, "RATE_LIMITED": 1})
    assert recorder.tally.take(is_last=True) == []


def test_a_flood_from_everywhere_stays_small(clock: ManualClock) -> None:
    from operations.audit.recorder import DoorTally

    tally = DoorTally(clock, max_addresses=3)
    for number in range(100):
        tally.add(f"10.0.0.{number}", "RATE_LIMITED")
    found = tally.take(is_last=True)
    assert [(each.actor, each.detail["count"]) for each in found][-1] == ("others", 97)
    assert len(found) == 4


def test_who_waits_behind_many_does_not_wait_for_their_pauses(
    clock: ManualClock, store: AuditStore, table: OwnTable
) -> None:
    patient = Recorder(clock, max_queued=10_000, linger_s=3_600, retry_s=3_600)
    for each in entries(2_600):
        patient.record(each)
    patient.start(store)
    patient.record_durably(entry(9_999)).result(DEADLINE_S)
    patient.stop()
    assert patient.written == 2_601


def test_a_full_batch_does_not_wait_for_more(clock: ManualClock, store: AuditStore) -> None:
    patient = Recorder(clock, max_queued=10_000, linger_s=3_600, retry_s=3_600)
    for each in entries(1_500):
        patient.record(each)
    patient.start(store)
    until(lambda: patient.written == 1_500)
    patient.stop()


def test_counts_wait_in_their_own_place_while_the_disk_fails(
    recorder: Recorder, failing: FailingStore, clock: ManualClock
) -> None:
    failing.failures = 1_000_000
    recorder.start(failing)
    recorder.record(entry(1))
    until(lambda: recorder.trouble is not None)
    for minute in range(1, 6):
        for number in range(20):
            recorder.tally.add(f"10.0.{minute}.{number}", "RATE_LIMITED")
        clock.advance_ns(60 * NS_PER_SECOND)
        tried = failing.failures
        until(lambda tried=tried: failing.failures < tried - 1)
    assert recorder.waiting <= 5
    failing.failures = 0
    until(lambda: recorder.trouble is None)
