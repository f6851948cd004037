"""Curves on samples written by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trading.portfolio.series import Sample, curve, walk

MINUTE = 60


def points(*samples: Sample, interval: int = MINUTE, since: int = 0, until: int = 600):
    return curve(list(samples), interval_ns=interval, since_ns=since, until_ns=until).points


def test_a_deposit_is_no_profit_and_a_withdrawal_no_loss():
    *_, last = walk([Sample(0, 100, 0), Sample(1, 110, 0), Sample(2, 1_110, 1_000), Sample(3, 610, 500)])
    assert (last.deposit_units, last.profit_units) == (500, 10)
    assert last.growth == pytest.approx(1.1)


def test_the_return_is_time_weighted():
    # 10 % on 100, then ten times the money, then 10 % lost: 1.1 * 0.9.
    *_, last = walk([Sample(0, 100, 0), Sample(1, 110, 0), Sample(2, 1_100, 990), Sample(3, 990, 990)])
    assert last.growth == pytest.approx(0.99)
    assert last.profit_units == -100


def test_the_drawdown_is_below_the_highest_point_before():
    drawn = [
        point.drawdown for point in walk([Sample(0, 100, 0), Sample(1, 200, 0), Sample(2, 150, 0), Sample(3, 250, 0)])
    ]
    assert drawn == [0.0, 0.0, pytest.approx(0.25), 0.0]


def test_once_nothing_is_left_there_is_no_return_any_more():
    found = list(walk([Sample(0, 100, 0), Sample(1, 0, 0), Sample(2, 50, 50), Sample(3, 60, 50)]))
    assert [point.growth for point in found] == [1.0, 0.0, None, None]
    assert found[-1].profit_units == -90
    assert (
        curve([Sample(0, 100, 0), Sample(1, 0, 0), Sample(2, 9, 9)], interval_ns=1, since_ns=0, until_ns=2).max_drawdown
        is None
    )


def test_points_are_at_whole_intervals_and_at_both_ends():
    found = points(Sample(10, 100, 0), Sample(70, 120, 0), Sample(200, 90, 0), since=10, until=205)
    assert [(point.time_ns, point.equity_units) for point in found] == [
        (10, 100), (60, 100), (120, 120), (180, 120), (205, 90),
    ]  # fmt: skip


def test_the_last_sample_before_the_beginning_is_what_it_begins_with():
    found = points(Sample(0, 50, 0), Sample(10, 100, 0), Sample(70, 120, 0), since=30, until=90)
    assert [(point.time_ns, point.equity_units, point.profit_units) for point in found] == [
        (30, 100, 0), (60, 100, 0), (90, 120, 20),
    ]  # fmt: skip


@pytest.mark.parametrize("until", [0, 60])
def test_a_deposit_in_the_moment_of_the_beginning_is_a_deposit(until):
    found = points(Sample(0, 100, 0), Sample(0, 150, 50), until=until)
    assert [(point.time_ns, point.equity_units, point.deposit_units, point.profit_units) for point in found] == [
        (0, 100, 0, 0), (until, 150, 50, 0),
    ]  # fmt: skip


def test_the_deepest_drawdown_counts_what_no_point_shows():
    drawn = curve([Sample(0, 100, 0), Sample(5, 40, 0), Sample(50, 100, 0)], interval_ns=100, since_ns=0, until_ns=60)
    assert [point.equity_units for point in drawn.points] == [100, 100]
    assert drawn.max_drawdown == pytest.approx(0.6)


def test_without_samples_there_is_nothing_to_draw():
    assert curve([], interval_ns=1, since_ns=0, until_ns=10).points == []


@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(-(10**5), 10**5)), min_size=1, max_size=30))
def test_profit_is_always_what_is_there_less_what_was_there_and_what_was_put_in(moves):
    deposited, samples = 0, []
    for time_ns, (equity, put_in) in enumerate(moves):
        deposited += put_in
        samples.append(Sample(time_ns, equity, deposited))
    for point, sample in zip(walk(samples), samples, strict=True):
        assert point.profit_units == sample.equity_units - samples[0].equity_units - (
            sample.deposit_units - samples[0].deposit_units
        )
