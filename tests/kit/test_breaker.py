"""The circuit breaker: when it opens, how it finds out that its dependency is back, and what it remembers."""

import asyncio
import threading

import pytest

from kit.breaker import MAX_HISTORY, Breaker, BreakerOpen, BreakerPolicy, BreakerRegistry
from kit.clock import NS_PER_SECOND, ManualClock

POLICY = BreakerPolicy(failures=3, failure_share=0.5, window_calls=10, window_s=60, open_s=10)


@pytest.fixture
def clock():
    return ManualClock(1_000)


@pytest.fixture
def breaker(clock):
    return Breaker("prices", POLICY, clock)


def fail(breaker, times=1):
    for _ in range(times):
        with pytest.raises(ConnectionError), breaker.attempt(ConnectionError):
            raise ConnectionError("gone")


def pass_seconds(clock, seconds):
    clock.advance_ns(int(seconds * NS_PER_SECOND))


def test_it_opens_after_enough_failures_and_then_asks_nobody(breaker):
    fail(breaker, 2)
    assert breaker.is_closed
    fail(breaker)
    assert (breaker.state, breaker.openings) == ("open", 1)
    with pytest.raises(BreakerOpen, match="prices is left alone for now: ConnectionError: gone") as refusal:
        breaker.attempt(ConnectionError).__enter__()
    assert refusal.value.details == {"dependency": "prices", "state": "open"}
    assert breaker.refused == 1


def test_failures_among_many_successes_are_borne(breaker):
    for _ in range(2):
        fail(breaker, 2)
        for _ in range(6):
            with breaker.attempt(ConnectionError):
                pass
    assert breaker.is_closed


def test_old_failures_do_not_count(breaker, clock):
    fail(breaker, 2)
    pass_seconds(clock, 61)
    fail(breaker)
    assert breaker.is_closed


def test_one_probe_finds_out_whether_it_is_back_while_others_are_still_refused(breaker, clock):
    fail(breaker, 3)
    pass_seconds(clock, 10)
    assert breaker.allows()
    assert breaker.state == "half_open"
    assert not breaker.allows()
    breaker.succeeded()
    assert breaker.is_closed
    assert breaker.allows()


def test_a_probe_that_fails_opens_it_for_as_long_again(breaker, clock):
    fail(breaker, 3)
    pass_seconds(clock, 10)
    fail(breaker)
    assert (breaker.state, breaker.openings) == ("open", 2)
    pass_seconds(clock, 9)
    assert not breaker.allows()
    pass_seconds(clock, 1)
    assert breaker.allows()


def test_of_many_threads_one_is_the_probe(breaker, clock):
    fail(breaker, 3)
    pass_seconds(clock, 10)
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(breaker.allows())) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(True) == 1


def test_a_probe_that_never_ends_gives_way_to_another(breaker, clock):
    fail(breaker, 3)
    pass_seconds(clock, 10)
    assert breaker.allows()
    pass_seconds(clock, 10)
    assert breaker.allows()


async def test_a_canceled_probe_tells_nothing_and_the_next_call_is_one(breaker, clock):
    fail(breaker, 3)
    pass_seconds(clock, 10)

    async def hang():
        with breaker.attempt(ConnectionError):
            await asyncio.get_running_loop().create_future()

    task = asyncio.create_task(hang())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert breaker.state == "half_open"
    assert breaker.allows()


def test_a_mistake_of_ours_is_no_failure_of_the_dependency(breaker):
    for _ in range(10):
        with pytest.raises(KeyError), breaker.attempt(ConnectionError):
            raise KeyError("a bug")
    assert breaker.is_closed


def test_an_operator_has_it_asked_at_once(breaker):
    fail(breaker, 3)
    breaker.reset()
    assert breaker.allows()


def test_it_remembers_its_last_changes_and_why(breaker, clock):
    fail(breaker, 3)
    opened_ns = clock.now_ns()
    assert [(change.state, change.reason, change.time_ns) for change in breaker.history] == [
        ("open", "ConnectionError: gone", opened_ns)
    ]
    assert breaker.since_ns == opened_ns
    for _ in range(100):
        pass_seconds(clock, 10)
        fail(breaker)
    assert len(breaker.history) == MAX_HISTORY


def test_a_long_reason_is_cut(breaker):
    breaker.failed("x" * 10_000)
    assert len(breaker.last_error) == 300


def test_a_policy_that_could_never_open_is_a_mistake():
    with pytest.raises(AssertionError, match="must fit into the window"):
        BreakerPolicy(failures=30, window_calls=20)


def test_a_breaker_of_the_same_name_takes_the_place_of_the_former(breaker):
    registry = BreakerRegistry()
    registry.register(Breaker("prices"))
    assert registry.register(breaker) is breaker
    assert registry.list() == [breaker]
