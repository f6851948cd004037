"""Facts of accounts: where profits of the day and drawdowns count from, and how numbers are written."""

import pytest

from trading.alerts.facts import Marks, fact_text, fact_units, marks_from
from trading.portfolio.series import Sample

DAY_NS = 86_400 * 10**9
HOUR_NS = 3_600 * 10**9


def sample(time_ns, equity, deposits=0):
    return Sample(time_ns, equity, deposits)


def test_the_day_counts_from_the_last_worth_before_it_and_the_peak_from_all():
    past = [sample(0, 100), sample(5 * HOUR_NS, 180), sample(20 * HOUR_NS, 150), sample(DAY_NS + HOUR_NS, 160)]
    assert marks_from(1, past, DAY_NS + 2 * HOUR_NS) == Marks(1, 1, 150, 180)


def test_without_a_worth_before_it_the_day_counts_from_its_first():
    past = [sample(DAY_NS + HOUR_NS, 160), sample(DAY_NS + 2 * HOUR_NS, 150)]
    assert marks_from(1, past, DAY_NS + 3 * HOUR_NS) == Marks(1, 1, 160, 160)


def test_what_was_put_in_is_no_profit():
    past = [sample(0, 100), sample(HOUR_NS, 1_100, 1_000), sample(2 * HOUR_NS, 1_150, 1_000)]
    assert marks_from(1, past, 3 * HOUR_NS) == Marks(1, 0, 100, 150)


def test_nothing_known_is_no_mark():
    assert marks_from(1, [], 0) is None


def test_another_day_and_another_epoch_begin_anew():
    marks = Marks(1, 0, 100, 150)
    marks.look(1, HOUR_NS, 160)
    assert marks == Marks(1, 0, 100, 160)
    marks.look(1, DAY_NS, 140)
    assert marks == Marks(1, 1, 140, 160)
    marks.look(2, DAY_NS, 50)
    assert marks == Marks(2, 1, 50, 50)


@pytest.mark.parametrize(
    ("fact", "text", "units"),
    [
        ("equity", "90000", 90_000 * 10**8),
        ("day_profit", "-12.5", -1_250_000_000),
        ("drawdown_percent", "10.5", 105_000),
        ("leverage", "2.25", 2_250_000),
    ],
)
def test_numbers_are_counted_in_whole_units(fact, text, units):
    assert fact_units(fact, text) == units
    assert fact_text(fact, units) == text


def test_a_number_that_is_finer_than_the_units_is_none():
    assert fact_units("drawdown_percent", "1.23456") is None
