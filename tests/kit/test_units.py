"""Decimal text to whole steps and back, with nothing accepted that is not plain decimal."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.units import Step, is_plain_decimal, text_from_units, trimmed_text_from_units, units_from_text

WEIRD = ["", " 1", "1 ", "+1", "1_000", "1e5", "1E+1000000", "NaN", "Infinity", "١٢", "1.", ".5", "--1", "0x10", "1\n"]


@pytest.mark.parametrize("text", [*WEIRD, "1" * 19, "0." + "1" * 13])
def test_what_is_not_plain_decimal_is_none(text):
    assert not is_plain_decimal(text)
    assert units_from_text(text, 8) is None


@given(st.integers(-(10**17), 10**17), st.integers(0, 12))
def test_units_survive_the_way_out_and_in(units, decimals):
    if abs(units) < 10 ** (18 + decimals):
        assert units_from_text(text_from_units(units, decimals), decimals) == units
        assert units_from_text(trimmed_text_from_units(units, decimals), decimals) == units


@given(st.integers(-(10**17), 10**17), st.integers(0, 12))
def test_text_is_the_number_exactly(units, decimals):
    assert Decimal(text_from_units(units, decimals)) == Decimal(units).scaleb(-decimals)


def test_trimmed_text_has_no_trailing_zeros():
    assert trimmed_text_from_units(10_000_000_000, 8) == "100"
    assert trimmed_text_from_units(150_000_000, 8) == "1.5"
    assert trimmed_text_from_units(0, 8) == "0"
    assert trimmed_text_from_units(1_000, 0) == "1000"


def test_finer_than_the_unit_is_none_unless_the_digits_are_zeros():
    assert units_from_text("1.005", 2) is None
    assert units_from_text("1.500", 1) == 15


def test_step_counts_whole_steps_only():
    step = Step.from_text("0.05")
    assert (step.count_from_text("1.10"), step.count_from_text("1.12"), step.text_from_count(22)) == (22, None, "1.10")
    assert str(step) == "0.05"


@pytest.mark.parametrize("text", ["0", "-1", "0.00", "1e-2", "", "ten"])
def test_step_must_be_positive_plain_decimal(text):
    with pytest.raises(ValueError, match="plain decimal"):
        Step.from_text(text)
