"""Value at risk and expected shortfall on samples worked out by hand."""

import pytest

from trading.risk.measures import sample_of, tail_levels


def levels(profits):
    return {each.confidence_percent: (each.value_at_risk, each.expected_shortfall) for each in tail_levels(profits)}


def test_of_a_hundred_losses_the_fifth_worst_is_exceeded_by_no_more_than_four():
    found = levels([-float(loss) for loss in range(1, 101)])
    assert found[95] == (95, (100 + 99 + 98 + 97 + 96) / 5)
    assert found[99] == (99, 100)


def test_a_tail_of_a_part_of_a_loss_takes_that_part():
    found = levels([-float(loss) for loss in range(1, 151)])
    assert found[95] == (143, pytest.approx((150 + 149 + 148 + 147 + 146 + 145 + 144 + 143 / 2) / 7.5))
    assert found[99] == (149, pytest.approx((150 + 149 / 2) / 1.5))


def test_what_only_gained_has_a_negative_loss():
    assert levels([1.0] * 100)[95] == (-1.0, pytest.approx(-1.0))


def test_the_shortfall_is_never_below_the_value_at_risk():
    found = levels([((number * 7919) % 1_000 - 500) / 10 for number in range(400)])
    assert all(shortfall >= at_risk for at_risk, shortfall in found.values())
    assert found[99][0] > found[95][0]


def test_a_sample_moves_long_and_short_positions_together():
    sample = sample_of({"A": 100.0, "B": -50.0}, {"A": {1: 10.0, 2: 11.0, 3: 11.0}, "B": {1: 4.0, 2: 5.0, 3: 4.0}})
    assert sample.profits == pytest.approx([100 * 0.1 - 50 * 0.25, 50 * 0.2])
    assert (sample.from_ns, sample.to_ns) == (1, 3)


def test_times_that_a_symbol_does_not_have_are_left_out():
    sample = sample_of({"A": 1.0, "B": 1.0}, {"A": {1: 1.0, 2: 2.0, 3: 4.0}, "B": {1: 1.0, 3: 1.0}})
    assert sample.profits == [3.0]


def test_nothing_held_and_nothing_in_common_are_no_sample():
    assert sample_of({}, {}) is None
    assert sample_of({"A": 1.0, "B": 1.0}, {"A": {1: 1.0}, "B": {2: 1.0}}) is None
