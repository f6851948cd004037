"""Which texts can be the id of an account."""

import pytest

from kit.accounts import DEFAULT_ACCOUNT, is_account_id


@pytest.mark.parametrize("text", [DEFAULT_ACCOUNT, "a", "A-1_b.c", "x" * 64])
def test_letters_digits_and_three_signs_make_an_id(text: str) -> None:
    assert is_account_id(text)


@pytest.mark.parametrize("text", ["", "x" * 65, "a b", "a,b", "a/b", "ä", "a\n", "a\x00"])
def test_anything_else_does_not(text: str) -> None:
    assert not is_account_id(text)
