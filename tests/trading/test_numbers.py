"""Amounts as text: exact, plain, and rounded as promised."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.units import ratio_text
from trading.numbers import bps_from_ppm, money_text, time_text

whole = st.integers(-(10**24), 10**24)


@pytest.mark.parametrize(
    ("numerator", "denominator", "least", "text"),
    [
        (1, 3, 2, "0.33333333"),
        (2, 3, 2, "0.66666667"),
        (1, 2, 2, "0.50"),
        (5, 1, 2, "5.00"),
        (5, 1, 0, "5"),
        (-7, 4, 0, "-1.75"),
        (0, 9, 2, "0.00"),
        (1, 2 * 10**8, 0, "0"),
        (3, 2 * 10**8, 0, "0.00000002"),
    ],
)
def test_a_ratio_has_eight_digits_at_most_and_those_of_the_tick_at_least(numerator, denominator, least, text):
    assert ratio_text(numerator, denominator, least_decimals=least) == text


@given(numerator=whole, denominator=whole.filter(bool))
def test_a_ratio_is_rounded_half_to_even(numerator, denominator):
    scaled, rest = divmod(abs(numerator) * 10**8, abs(denominator))
    half_up = 2 * rest > abs(denominator) or (2 * rest == abs(denominator) and scaled % 2 == 1)
    wanted = Decimal(scaled + half_up).scaleb(-8)
    text = ratio_text(numerator, denominator)
    assert abs(Decimal(text)) == wanted
    assert "e" not in text.lower()
    small = abs(numerator) < 10**9 and abs(denominator) < 10**9
    if small:
        exact = Decimal(numerator) / Decimal(denominator)
        assert abs(Decimal(text) - exact) <= Decimal("0.000000005")


@given(units=st.integers(-(10**20), 10**20))
def test_money_is_exact_and_without_trailing_zeros(units):
    text = money_text(units)
    assert Decimal(text) == Decimal(units).scaleb(-8)
    assert "." not in text or not text.endswith(("0", "."))


def test_times_and_basis_points():
    assert time_text(1_700_000_000_123_000_000) == "2023-11-14T22:13:20.123Z"
    assert bps_from_ppm(725) == 7.25
