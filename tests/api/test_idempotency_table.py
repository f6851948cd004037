"""One execution for each key, the same answer for a day, within a bounded memory."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.idempotency import (
    KEEP_NS,
    RECORD_OVERHEAD_BYTES,
    Claimed,
    IdempotencyTable,
    InProgress,
    Mismatch,
    Replay,
    StoredAnswer,
    fingerprint_of,
    is_kept,
)
from kit.clock import ManualClock
from kit.errors import Unavailable


@pytest.fixture
def clock() -> ManualClock:
    """A clock that starts well after 1970."""
    return ManualClock(10 * KEEP_NS)


@pytest.fixture
def table(clock: ManualClock) -> IdempotencyTable:
    """An empty table."""
    return IdempotencyTable(clock)


def claimed(table: IdempotencyTable, key: str = "k", account: str = "a", fingerprint: str = "f") -> Claimed:
    claim = table.claim(account, key, fingerprint)
    assert isinstance(claim, Claimed)
    return claim


def finished(table: IdempotencyTable, key: str = "k", body: bytes = b"{}") -> StoredAnswer:
    claim = claimed(table, key)
    answer = claim.answer(201, "application/json", body)
    table.finish(claim, answer)
    return answer


def test_the_first_write_of_a_key_is_executed_and_the_next_waits(table: IdempotencyTable) -> None:
    claimed(table)
    assert table.claim("a", "k", "f") == InProgress()


def test_a_finished_write_is_replayed(table: IdempotencyTable) -> None:
    answer = finished(table)
    assert table.claim("a", "k", "f") == Replay(answer)


def test_another_write_under_the_same_key_does_not_match(table: IdempotencyTable) -> None:
    claimed(table)
    assert table.claim("a", "k", "other") == Mismatch()
    finished(table, "k2")
    assert table.claim("a", "k2", "other") == Mismatch()


def test_a_key_belongs_to_its_account(table: IdempotencyTable) -> None:
    finished(table)
    assert isinstance(table.claim("b", "k", "f"), Claimed)


def test_a_write_that_came_to_nothing_frees_its_key(table: IdempotencyTable) -> None:
    table.finish(claimed(table), None)
    assert isinstance(table.claim("a", "k", "other"), Claimed)
    assert len(table) == 1


def test_a_claim_ends_once(table: IdempotencyTable) -> None:
    first = claimed(table)
    table.finish(first, None)
    second = claimed(table)
    table.finish(first, first.answer(500, "", b"late"))
    assert table.claim("a", "k", "f") == InProgress()
    answer = second.answer(201, "", b"true")
    table.finish(second, answer)
    table.finish(second, None)
    assert table.claim("a", "k", "f") == Replay(answer)


def test_an_answer_is_kept_for_a_day_and_not_longer(table: IdempotencyTable, clock: ManualClock) -> None:
    answer = finished(table)
    clock.advance_ns(KEEP_NS - 1)
    assert table.claim("a", "k", "f") == Replay(answer)
    clock.advance_ns(1)
    assert isinstance(table.claim("a", "k", "other"), Claimed)


def test_a_clock_that_is_set_back_loses_nothing(table: IdempotencyTable, clock: ManualClock) -> None:
    answer = finished(table)
    clock.set_ns(9 * KEEP_NS)
    assert table.claim("a", "k", "f") == Replay(answer)


RECORD = RECORD_OVERHEAD_BYTES + len("a1fapplication/json") + 10


@pytest.mark.parametrize("limits", [{"max_answers": 3}, {"max_bytes": 3 * RECORD}], ids=["answers", "bytes"])
def test_a_full_table_refuses_new_keys_until_the_oldest_is_a_day_old(
    clock: ManualClock, limits: dict[str, int]
) -> None:
    table = IdempotencyTable(clock, **limits)
    first = finished(table, "1", b"x" * 10)
    clock.advance_ns(KEEP_NS // 2)
    finished(table, "2", b"x" * 10)
    finished(table, "3", b"x" * 10)
    with pytest.raises(Unavailable):
        table.claim("a", "4", "f")
    assert table.claim("a", "1", "f") == Replay(first)
    clock.advance_ns(KEEP_NS // 2)
    assert isinstance(table.claim("a", "4", "f"), Claimed)
    assert len(table) == 3


def test_writes_that_are_still_running_count_with_their_keys(clock: ManualClock) -> None:
    table = IdempotencyTable(clock, max_bytes=2 * (RECORD_OVERHEAD_BYTES + 255))
    claims = [claimed(table, str(number) * 255) for number in range(2)]
    with pytest.raises(Unavailable):
        table.claim("a", "k", "f")
    table.finish(claims[0], None)
    assert isinstance(table.claim("a", "k", "f"), Claimed)


def test_answers_come_back_after_a_restart(clock: ManualClock) -> None:
    before = IdempotencyTable(clock)
    old = finished(before, "old")
    clock.advance_ns(KEEP_NS)
    young = finished(before, "young")
    table = IdempotencyTable(clock)
    table.restore([old, young])
    assert table.claim("a", "young", "f") == Replay(young)
    assert isinstance(table.claim("a", "old", "f"), Claimed)


def test_too_many_restored_answers_leave_the_newest(clock: ManualClock) -> None:
    answers = [StoredAnswer("a", str(number), "f", 201, "", b"", clock.now_ns()) for number in range(5)]
    table = IdempotencyTable(clock, max_answers=2)
    table.restore(answers)
    assert len(table) == 2
    assert table.claim("a", "4", "f") == Replay(answers[4])


async def test_of_fifty_writes_at_once_one_is_executed(table: IdempotencyTable) -> None:
    executed: list[int] = []
    is_done = asyncio.Event()

    async def write(number: int) -> str:
        outcome = table.claim("a", "k", "f")
        if isinstance(outcome, Claimed):
            executed.append(number)
            await is_done.wait()
            table.finish(outcome, outcome.answer(201, "", b"done"))
        elif number == 49:
            is_done.set()  # the last of them was turned away while the first still ran
        return type(outcome).__name__

    outcomes = await asyncio.gather(*(write(number) for number in range(50)))
    assert outcomes == ["Claimed"] + ["InProgress"] * 49
    assert executed == [0]
    assert await write(50) == "Replay"


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["keep", "drop", "leave"]), st.integers(0, KEEP_NS))))
def test_the_table_never_outgrows_its_limits(steps: list[tuple[str, str, int]]) -> None:
    clock = ManualClock(10 * KEEP_NS)
    table = IdempotencyTable(clock, max_answers=2)
    for key, end, pause_ns in steps:
        try:
            outcome = table.claim("a", key, "f")
        except Unavailable:
            outcome = None
        if isinstance(outcome, Claimed) and end != "leave":
            table.finish(outcome, outcome.answer(200, "", b"x") if end == "keep" else None)
        clock.advance_ns(pause_ns)
        assert len(table) <= 2


def test_what_makes_two_writes_the_same() -> None:
    same = fingerprint_of("POST", "/orders/", "", b"{}")
    assert fingerprint_of("POST", "/orders", "", b"{}") == same
    others = [
        ("PUT", "/orders/", "", b"{}"),
        ("POST", "/o", "", b"{}"),
        ("POST", "/orders/", "a", b"{}"),
        ("POST", "/orders/", "", b""),
    ]
    assert same not in {fingerprint_of(*other) for other in others}


def test_what_was_refused_before_it_was_looked_at_is_not_kept() -> None:
    assert [is_kept(status) for status in (200, 201, 400, 404, 409, 422)] == [True] * 6
    assert [is_kept(status) for status in (413, 415, 429, 500, 503, 504)] == [False] * 6
