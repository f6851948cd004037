"""The token buckets: how much passes, how they fill, and that they stay small."""

import pytest

from kit.clock import NS_PER_SECOND, ManualClock
from kit.token_bucket import TokenBuckets, Verdict


def buckets(rate_per_s: float = 20, burst: int = 40, max_keys: int = 10_000) -> tuple[TokenBuckets, ManualClock]:
    clock = ManualClock()
    return TokenBuckets(rate_per_s, burst, clock, max_keys), clock


def test_a_new_key_may_spend_its_whole_burst_and_no_more():
    limiter, _ = buckets()
    verdicts = [limiter.take("a") for _ in range(41)]
    assert [verdict.allowed for verdict in verdicts] == [True] * 40 + [False]
    assert verdicts[0] == Verdict(True, 39, 0)
    assert verdicts[-1] == Verdict(False, 0, 1)


def test_a_bucket_fills_with_time_up_to_its_burst():
    limiter, clock = buckets()
    for _ in range(40):
        limiter.take("a")
    clock.advance_ns(NS_PER_SECOND // 2)
    assert [limiter.take("a").allowed for _ in range(11)] == [True] * 10 + [False]
    clock.advance_ns(3_600 * NS_PER_SECOND)
    assert limiter.take("a").remaining == 39


def test_keys_do_not_affect_one_another():
    limiter, _ = buckets(burst=1)
    assert limiter.take("a").allowed
    assert not limiter.take("a").allowed
    assert limiter.take("b").allowed


def test_who_only_asks_whether_it_may_go_on_takes_from_the_same_bucket():
    limiter, clock = buckets(burst=3)
    assert [limiter.allows("a"), limiter.take("a"), limiter.allows("a"), limiter.allows("a")] == [
        True, Verdict(True, 1, 0), True, False,
    ]  # fmt: skip
    clock.advance_ns(NS_PER_SECOND // 20)
    assert (limiter.allows("a"), limiter.allows("a")) == (True, False)


def test_a_slow_rate_says_how_long_to_wait():
    limiter, clock = buckets(rate_per_s=0.1, burst=1)
    limiter.take("a")
    assert limiter.take("a").retry_after_s == 10
    clock.advance_ns(4 * NS_PER_SECOND)
    assert limiter.take("a").retry_after_s == 6


def test_waiting_as_told_is_enough():
    limiter, clock = buckets(rate_per_s=3, burst=5)
    for _ in range(5):
        limiter.take("a")
    clock.advance_ns(limiter.take("a").retry_after_s * NS_PER_SECOND)
    assert limiter.take("a").allowed


def test_a_call_may_cost_more_than_one():
    limiter, _ = buckets(burst=10)
    assert limiter.take("a", cost=7) == Verdict(True, 3, 0)
    assert not limiter.take("a", cost=4).allowed
    assert limiter.take("a", cost=3).allowed


def test_a_cost_that_never_fits_is_our_mistake():
    limiter, _ = buckets(burst=10)
    with pytest.raises(AssertionError, match="never fits"):
        limiter.take("a", cost=11)


def test_the_system_clock_set_back_changes_nothing():
    limiter, clock = buckets(burst=1)
    limiter.take("a")
    clock.set_ns(-3_600 * NS_PER_SECOND)
    assert limiter.take("a").retry_after_s == 1
    clock.advance_ns(NS_PER_SECOND)
    assert limiter.take("a").allowed


def test_a_million_keys_take_the_memory_of_the_limit():
    limiter, _ = buckets(max_keys=1_000)
    for number in range(1_000_000):
        limiter.take(str(number))
    assert len(limiter) == 1_000


def test_the_key_unused_for_longest_is_forgotten_first():
    limiter, _ = buckets(burst=1, max_keys=2)
    limiter.take("a")
    limiter.take("b")
    limiter.take("a")
    limiter.take("c")
    assert not limiter.take("a").allowed
    assert limiter.take("b").allowed


def test_another_rate_holds_from_then_on_and_what_was_used_up_stays_used_up():
    limiter, clock = buckets(1, 4)
    for _ in range(3):
        assert limiter.take("a").allowed
    limiter.change_rate(10, 20)
    assert limiter.take("a").allowed
    assert not limiter.take("a").allowed
    clock.advance_ns(NS_PER_SECOND)
    assert limiter.take("a").remaining == 9
    limiter.change_rate(1, 2)
    assert limiter.take("a").remaining == 1
