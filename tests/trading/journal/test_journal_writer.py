"""Group commit: order, durability before anything else happens, and no life after a failure."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable

import pytest

from api.idempotency import StoredAnswer
from trading.journal.entries import Entry
from trading.journal.errors import JournalError, StoreFailed
from trading.journal.recovery import read_entry
from trading.journal.writer import ANSWERS_KEPT_NS, SIBLINGS, JournalWriter

DEADLINE_S = 20
MakeEntry = Callable[[int], Entry]
MakeAnswer = Callable[..., StoredAnswer]


@pytest.fixture
def failures() -> list[JournalError]:
    """What the writer told its owner."""
    return []


@pytest.fixture
async def writer(store, failures: list[JournalError]) -> AsyncIterator[JournalWriter]:
    """A writer over the SQLite journal with faults on demand."""
    writer = JournalWriter(store, store.last(), on_failure=failures.append)
    yield writer
    store.may_write.set()
    async with asyncio.timeout(DEADLINE_S):
        await writer.stop()


async def held_up(writer: JournalWriter, store, make_entry: MakeEntry) -> None:
    """Let the writer be in the middle of a batch that the test decides about."""
    store.may_write.clear()
    writer.append(make_entry(0))
    await asyncio.to_thread(store.is_writing.wait, DEADLINE_S)


async def test_an_append_is_durable_when_its_wait_returns(writer: JournalWriter, store, make_entry: MakeEntry) -> None:
    pending = writer.append(make_entry(1))
    assert not pending.is_done
    await pending.wait()
    assert store.last().seq == pending.seq == writer.durable_seq == 1


async def test_what_arrives_during_a_write_forms_the_next_batch(
    writer: JournalWriter, store, make_entry: MakeEntry
) -> None:
    await held_up(writer, store, make_entry)
    for number in range(1, 51):
        writer.append(make_entry(number))
        await asyncio.sleep(0)
    store.may_write.set()
    await writer.drain()
    assert store.batches == [1, 50]


async def test_after_a_batch_of_many_the_next_one_waits_for_more(
    writer: JournalWriter, store, make_entry: MakeEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trading.journal.writer.SPACING_S", 0.3)
    for number in range(SIBLINGS):
        writer.append(make_entry(number))
    await writer.drain()
    for number in range(SIBLINGS, 10):
        writer.append(make_entry(number))
        await asyncio.sleep(0.001)  # a turn of the loop, and time enough to write each alone
    await writer.drain()
    assert store.batches == [SIBLINGS, 10 - SIBLINGS]


async def test_who_writes_alone_never_waits(
    writer: JournalWriter, store, make_entry: MakeEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trading.journal.writer.SPACING_S", 3_600)
    async with asyncio.timeout(DEADLINE_S):
        for number in range(SIBLINGS):
            await writer.append(make_entry(number)).wait()
    assert store.batches == [1] * SIBLINGS


async def test_256_producers_are_written_in_the_order_of_their_appends(
    writer: JournalWriter, store, make_entry: MakeEntry
) -> None:
    appended: list[int] = []
    published: list[int] = []
    rng = random.Random(1)

    async def produce(producer: int) -> None:
        for step in range(8):
            number = producer * 100 + step
            appended.append(number)
            pending = writer.append(make_entry(number), when_durable=published.append)
            await pending.wait()
            assert published[-1] >= pending.seq
            if rng.random() < 0.3:
                await asyncio.sleep(0)

    async with asyncio.timeout(DEADLINE_S):
        await asyncio.gather(*map(produce, range(256)))
    assert published == list(range(1, 256 * 8 + 1))
    assert [read_entry(record).time_ns for record in store.read_from(1)] == appended
    assert writer.batches < len(appended) / 10
    assert writer.in_flight == 0


async def test_publication_happens_although_nobody_waits(writer: JournalWriter, make_entry: MakeEntry) -> None:
    published: list[int] = []
    waiting = asyncio.create_task(writer.append(make_entry(0), when_durable=published.append).wait())
    await asyncio.sleep(0)
    waiting.cancel()
    await writer.append(make_entry(1), when_durable=published.append).wait()
    assert published == [1, 2]
    assert waiting.cancelled()


async def test_an_answer_joins_the_entry_of_the_same_turn(
    writer: JournalWriter, store, make_entry: MakeEntry, make_answer: MakeAnswer
) -> None:
    pending = writer.append(make_entry(0))
    assert writer.attach(pending, make_answer()) is pending
    await pending.wait()
    assert list(store.answers(0)) == [make_answer()]
    assert store.batches == [1]


async def test_a_late_answer_is_stored_on_its_own(
    writer: JournalWriter, store, make_entry: MakeEntry, make_answer: MakeAnswer
) -> None:
    pending = writer.append(make_entry(0))
    await pending.wait()
    late = writer.attach(pending, make_answer())
    assert late is not pending
    await late.wait()
    assert list(store.answers(0)) == [make_answer()]
    assert store.last().seq == 1
    assert writer.append(make_entry(1)).seq == 2


async def test_answers_past_their_age_are_dropped(writer: JournalWriter, store, make_answer: MakeAnswer) -> None:
    await writer.append(None, make_answer("old", created_ns=ANSWERS_KEPT_NS)).wait()
    await writer.append(None, make_answer("new", created_ns=3 * ANSWERS_KEPT_NS)).wait()
    assert [answer.key for answer in store.answers(0)] == ["new"]


@pytest.mark.parametrize("moment", ["fail_before_write", "fail_after_commit"])
async def test_after_a_failure_nothing_is_acknowledged_published_or_written(
    writer: JournalWriter, store, make_entry, failures: list[JournalError], moment: str
) -> None:
    published: list[int] = []
    await writer.append(make_entry(0), when_durable=published.append).wait()
    setattr(store, moment, True)
    lost = [writer.append(make_entry(number), when_durable=published.append) for number in (1, 2)]
    for pending in lost:
        with pytest.raises(StoreFailed):
            await pending.wait()
    setattr(store, moment, False)
    with pytest.raises(StoreFailed):
        await writer.append(make_entry(3), when_durable=published.append).wait()
    assert published == [1]
    assert writer.durable_seq == 1
    assert len(failures) == 1
    assert store.last().seq == (1 if moment == "fail_before_write" else 3)


async def test_an_append_made_before_the_failure_was_known_fails_too(
    writer: JournalWriter, store, make_entry: MakeEntry
) -> None:
    await held_up(writer, store, make_entry)
    behind = writer.append(make_entry(1))
    store.fail_before_write = True
    store.may_write.set()
    with pytest.raises(StoreFailed, match="disk full"):
        await behind.wait()
    assert store.last().seq == 0


async def test_a_fault_in_the_store_itself_stops_the_journal(
    writer: JournalWriter, store, make_entry: MakeEntry, failures: list[JournalError], monkeypatch
) -> None:
    def break_down(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(store, "append_batch", break_down)
    with pytest.raises(StoreFailed, match="a bug"):
        await writer.append(make_entry(0)).wait()
    assert writer.error is failures[0]


async def test_a_listener_that_breaks_does_not_hold_up_the_journal(
    writer: JournalWriter, make_entry: MakeEntry
) -> None:
    told: list[BaseException] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context["exception"]))

    def break_down(seq: int) -> None:
        raise ValueError(f"cannot publish {seq}")

    await writer.append(make_entry(0), when_durable=break_down).wait()
    await writer.append(make_entry(1)).wait()
    assert [str(fault) for fault in told] == ["cannot publish 1"]


async def test_the_queue_has_an_end(store, make_entry: MakeEntry) -> None:
    writer = JournalWriter(store, store.last(), on_failure=lambda _: None, max_in_flight=3)
    store.may_write.clear()
    for number in range(3):
        assert writer.has_room
        writer.append(make_entry(number))
    assert not writer.has_room
    gate = asyncio.create_task(writer.wait_for_room(3))
    await asyncio.sleep(0)
    assert not gate.done()
    store.may_write.set()
    async with asyncio.timeout(DEADLINE_S):
        await gate
        assert writer.has_room
        await writer.stop()


async def test_the_gate_opens_when_the_journal_fails(writer: JournalWriter, store, make_entry: MakeEntry) -> None:
    await held_up(writer, store, make_entry)
    gate = asyncio.create_task(writer.wait_for_room(1))
    await asyncio.sleep(0)
    store.fail_before_write = True
    store.may_write.set()
    async with asyncio.timeout(DEADLINE_S):
        await gate
    assert writer.error is not None


async def test_stopping_writes_what_was_appended(store, make_entry: MakeEntry) -> None:
    writer = JournalWriter(store, store.last(), on_failure=lambda _: None)
    published: list[int] = []
    for number in range(5):
        writer.append(make_entry(number), when_durable=published.append)
    async with asyncio.timeout(DEADLINE_S):
        await writer.stop()
    assert store.last().seq == 5
    assert published == [1, 2, 3, 4, 5]
