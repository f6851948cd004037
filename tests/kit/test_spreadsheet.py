"""Tables for spreadsheets: no text is computed, and numbers stay numbers."""

import csv

import pytest

from kit.spreadsheet import as_text, csv_line


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1+1", "＠SUM(A1)"])
def test_a_text_that_looks_like_a_formula_is_marked_as_text(text):
    assert as_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "plain", "1+1", "a=b", "127.0.0.1"])
def test_any_other_text_stays_as_it_is(text):
    assert as_text(text) == text


def test_a_line_has_every_column_in_its_order_and_numbers_as_they_are():
    line = csv_line(("a", "b", "c"), {"c": -5, "a": 'say "x", y'})
    assert line == '"say ""x"", y",,-5'
    assert next(csv.reader([line])) == ['say "x", y', "", "-5"]
