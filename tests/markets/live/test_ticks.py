"""Which prices are dropped, and how the market is believed again after it has really moved."""

import math

import pytest

from markets.sources.live.ticks import (
    AHEAD_MS,
    JUMP_BELIEVED_MS,
    JUMPS_TO_BELIEVE,
    PriceGuard,
    price_fault,
    touch_fault,
)

NOW_MS = 1_767_225_600_000
TENTH = 0.1


@pytest.mark.parametrize(
    ("price", "reason"),
    [(0, "zero"), (-0.0, "zero"), (-5, "negative"), (math.nan, "nan"), (math.inf, "nan"), ("64000", "nan"), (None, "nan"),
     (-math.inf, "nan"), (64_000.01, None), (1, None)],
)  # fmt: skip
def test_a_price_is_a_positive_finite_number(price, reason):
    assert price_fault(price) == reason


@pytest.mark.parametrize(
    ("bid", "ask", "reason"),
    [
        (100, 101, None),
        (101, 100, "crossed"),
        (100, 100, "crossed"),
        (0, 100, "zero"),
        (100, math.nan, "nan"),
        (-1, 1, "negative"),
    ],
)
def test_a_book_that_crosses_itself_is_none(bid, ask, reason):
    assert touch_fault(bid, ask) == reason


def guard_at(price):
    guard = PriceGuard()
    assert guard.judge_print(price, NOW_MS, now_ms=NOW_MS, max_jump=TENTH) is None
    return guard


def judge(guard, price, *, time_ms=NOW_MS, now_ms=NOW_MS):
    return guard.judge_print(price, time_ms, now_ms=now_ms, max_jump=TENTH)


def test_a_print_older_than_the_one_before_is_out_of_order_and_changes_nothing():
    guard = guard_at(100.0)
    assert judge(guard, 101.0, time_ms=NOW_MS - 1) == "out_of_order"
    assert guard.last == 100.0
    assert judge(guard, 101.0) is None


def test_a_print_of_the_future_would_stop_the_clock_and_is_dropped():
    guard = guard_at(100.0)
    assert judge(guard, 100.0, time_ms=NOW_MS + AHEAD_MS + 1) == "ahead"
    assert judge(guard, 100.0, time_ms=NOW_MS + AHEAD_MS) is None


def test_the_reason_of_a_bad_number_comes_before_that_of_its_time():
    assert judge(guard_at(100.0), 0, time_ms=NOW_MS - 5) == "zero"


def test_a_single_price_far_away_is_dropped_and_the_next_good_one_taken():
    guard = guard_at(100.0)
    assert judge(guard, 110.0) is None
    assert judge(guard, 125.0) == "jump"
    assert judge(guard, 11.0) == "jump"
    assert judge(guard, 111.0) is None
    assert guard.last == 111.0


def test_prices_far_away_are_believed_when_they_agree_for_long_enough():
    guard = guard_at(100.0)
    step_ms = JUMP_BELIEVED_MS // (JUMPS_TO_BELIEVE - 1)
    judged = [
        judge(guard, 50.0 + number / 10, time_ms=NOW_MS + number, now_ms=NOW_MS + number * step_ms)
        for number in range(JUMPS_TO_BELIEVE)
    ]
    assert judged == ["jump"] * (JUMPS_TO_BELIEVE - 1) + [None]


def test_a_burst_far_away_is_not_believed_however_many_they_are():
    guard = guard_at(100.0)
    assert {judge(guard, 50.0, now_ms=NOW_MS + number) for number in range(50)} == {"jump"}


def test_prices_far_away_that_disagree_are_never_believed():
    guard = guard_at(100.0)
    judged = {judge(guard, 50.0 if number % 2 else 300.0, now_ms=NOW_MS + number * 1_000) for number in range(20)}
    assert judged == {"jump"}
