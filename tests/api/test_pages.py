"""Cursors survive the way through a client, and only ours are taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pagination import decode_cursor, encode_cursor
from kit.errors import Invalid


@given(
    st.lists(
        st.integers(-(2**63), 2**63 - 1) | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=10),
        max_size=5,
    )
)
def test_a_cursor_comes_back_as_it_was_given_out(position: list[int | str]) -> None:
    text = encode_cursor(position)
    assert decode_cursor(text, list[int | str]) == position
    assert text.isascii()
    assert not set(text) & set("+/=&?#% ")


def test_a_cursor_is_checked_to_be_of_its_kind() -> None:
    assert decode_cursor(encode_cursor([5, "x"]), tuple[int, str]) == (5, "x")
    with pytest.raises(Invalid) as caught:
        decode_cursor(encode_cursor({"a": 1}), tuple[int, str])
    assert (caught.value.code, list(caught.value.details)) == ("INVALID_CURSOR", ["cursor"])


@pytest.mark.parametrize("text", ["", "!", "abc", "ä", "W1td", "=" * 10, "W" * 513, "WzFd\n", "' OR 1=1 --", "%00"])
def test_what_is_no_cursor_is_invalid(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        decode_cursor(text, tuple[int])
    assert caught.value.code == "INVALID_CURSOR"


def test_a_cursor_with_a_text_that_no_database_takes_is_invalid() -> None:
    with pytest.raises(Invalid) as caught:
        decode_cursor(encode_cursor("01a2\0"), str)
    assert (caught.value.code, list(caught.value.details)) == ("INVALID_CURSOR", ["cursor"])


@given(st.text())
def test_no_text_as_a_cursor_is_a_fault_of_ours(text: str) -> None:
    try:
        decode_cursor(text, tuple[int, str])
    except Invalid as error:
        assert error.code == "INVALID_CURSOR"
