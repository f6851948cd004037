"""Retries of reads: a few, inside the breaker, and never so many that they are the load themselves."""

import asyncio
import logging

import pytest

from kit.breaker import Breaker, BreakerOpen, BreakerPolicy
from kit.clock import ManualClock
from kit.retries import Reader, RetryBudget, RetryPolicy, repeat

AT_ONCE = RetryPolicy(attempts=3, timeout_s=20, first_pause_s=0, longest_pause_s=0, jitter_s=0)


class Source:
    """Fails as often as told, then answers."""

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)
        self.asked = 0

    def ask(self) -> str:
        self.asked += 1
        if self.faults:
            raise self.faults.pop(0)
        return "prices"

    async def ask_async(self) -> str:
        return self.ask()


@pytest.fixture
def breaker():
    return Breaker("source", BreakerPolicy(failures=2, failure_share=0, open_s=10), ManualClock(1))


def reader_of(breaker, **options):
    return Reader(breaker, faults=(ConnectionError,), policy=options.pop("policy", AT_ONCE), **options)


async def test_a_read_is_tried_again_until_it_is_answered(breaker):
    source, reader = Source(ConnectionError(), ConnectionError()), reader_of(breaker)
    assert await reader.read(source.ask_async) == "prices"
    assert (source.asked, reader.retries, breaker.state) == (3, 2, "closed")


def test_so_is_one_in_a_thread(breaker):
    source, reader = Source(ConnectionError()), reader_of(breaker)
    assert reader.read_in_thread(source.ask) == "prices"
    assert (source.asked, reader.retries) == (2, 1)


async def test_what_fails_every_time_is_raised_and_counts_once_for_the_breaker(breaker):
    source, reader = Source(*[ConnectionError(str(number)) for number in range(9)]), reader_of(breaker)
    with pytest.raises(ConnectionError, match="2"):
        await reader.read(source.ask_async)
    assert (source.asked, breaker.state) == (3, "closed")
    with pytest.raises(ConnectionError):
        await reader.read(source.ask_async)
    assert breaker.state == "open"
    with pytest.raises(BreakerOpen):
        await reader.read(source.ask_async)
    assert source.asked == 6


async def test_other_faults_are_not_tried_again(breaker):
    source, reader = Source(KeyError("a bug")), reader_of(breaker)
    with pytest.raises(KeyError):
        await reader.read(source.ask_async)
    assert source.asked == 1


async def test_the_budget_bounds_what_retries_add(breaker):
    reader = reader_of(breaker, budget=RetryBudget(share=0.1, reserve=2))
    source = Source()
    for _ in range(50):
        source.faults = [ConnectionError()]
        breaker.succeeded()
        try:
            await reader.read(source.ask_async)
        except ConnectionError:
            breaker.reset()
    assert 2 <= reader.retries <= 2 + 50 * 0.1 + 1


async def test_all_tries_together_have_a_time_limit(breaker):
    async def hang() -> str:
        await asyncio.get_running_loop().create_future()
        return "never"

    with pytest.raises(TimeoutError):
        await reader_of(breaker, policy=RetryPolicy(timeout_s=0.01)).read(hang)
    assert breaker.last_error.startswith("TimeoutError")


async def test_a_retry_is_logged_without_secrets(breaker, caplog):
    caplog.set_level(logging.INFO, "kit.retries")
    source = Source(ConnectionError("redis://:the-password@host is away"))
    await reader_of(breaker).read(source.ask_async)
    assert [record.getMessage() for record in caplog.records] == [
        "source is asked again, for the second time, after ConnectionError: redis://:***@host is away"
    ]


class Busy(ConnectionError):
    """A refusal that says when to come back."""

    def __init__(self, pause_s: float) -> None:
        super().__init__("busy")
        self.pause_s = pause_s


def pause_of(fault):
    return getattr(fault, "pause_s", None)


async def test_a_source_that_says_when_to_come_back_is_asked_then(breaker):
    source = Source(Busy(0.0))
    reader = reader_of(breaker, pause_asked=pause_of)
    assert await reader.read(source.ask_async) == "prices"
    assert (source.asked, reader.retries) == (2, 1)


async def test_one_that_wants_more_time_than_the_read_has_is_not_asked_again(breaker):
    source = Source(Busy(60.0))
    reader = reader_of(breaker, pause_asked=pause_of)
    with pytest.raises(Busy):
        await reader.read(source.ask_async)
    assert (source.asked, reader.retries) == (1, 0)


async def test_a_message_is_repeated_while_its_fault_is_worth_it_and_no_more_often_than_its_policy_says():
    source = Source(ConnectionError(), ConnectionError())
    told = await repeat(source.ask_async, is_worth_another=lambda _: True, policy=AT_ONCE)
    assert (told, source.asked) == ("prices", 3)
    refused = Source(ValueError("never"))
    with pytest.raises(ValueError, match="never"):
        await repeat(
            refused.ask_async, is_worth_another=lambda fault: not isinstance(fault, ValueError), policy=AT_ONCE
        )
    assert refused.asked == 1
    failing = Source(*[ConnectionError(str(number)) for number in range(9)])
    with pytest.raises(ConnectionError, match="2"):
        await repeat(failing.ask_async, is_worth_another=lambda _: True, policy=AT_ONCE)
    assert failing.asked == 3
