"""Rows that cannot be true: left out, counted by reason, the first ones shown with their line; never in silence."""

import gzip

import polars as pl
import pytest

from markets.datasets.rows import MAX_EXAMPLES
from markets.datasets.sorting import TimeSorter

GOOD = "1546300800,2,4,1,3,10"
HEADER = "time,open,high,low,close,volume"


def with_bad(*bad: str) -> str:
    """A file of five good rows, then the bad ones (from line 7 on)."""
    good = [f"{1546300800 + 60 * minute},2,4,1,3,10" for minute in range(5)]
    return "\n".join([HEADER, *good, *bad]) + "\n"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1546301100,abc,4,1,3,10", "open is not a number"),
        ("1546301100,0,4,0,3,10", "open is not above 0"),
        ("1546301100,2,4,-1,3,10", "low is not above 0"),
        ("1546301100,NaN,4,1,3,10", "open is not finite"),
        ("1546301100,2,inf,1,3,10", "high is not finite"),
        ("1546301100,2,1e400,1,3,10", "high is not finite"),
        ("1546301100,2,4,1,3,-10", "volume is negative"),
        ("1546301100,2,1,4,3,10", "high is below low"),
        ("1546301100,5,4,1,3,10", "open or close is above high"),
        ("1546301100,2,4,1,0.5,10", "open or close is below low"),
        ("1546301100,2,4,1,3", "volume is missing"),
        ("1546301100,,4,1,3,10", "open is missing"),
        ("1546301100,2,4,1,3,10,99", "more fields than columns"),
        ("yesterday,2,4,1,3,10", "time is not a time between 1800 and 2200"),
        ("99999999999999999999,2,4,1,3,10", "time is not a time between 1800 and 2200"),
        ("1546301100,2,1e16,1,3,10", "high is larger than 1e+15"),
        ("1546301100,1_000,4,1,3,10", "open is not a number"),
        ("1546301100,٣,4,1,3,10", "open is not a number"),
        ("1546301100,0x10,4,1,3,10", "open is not a number"),
        ('1546301100,"2,4,1,3,10', "open is missing"),
        ("time,open,high,low,close,volume", "time is not a time between 1800 and 2200"),
    ],
)
def test_a_bad_row_is_left_out_and_told_with_its_line_and_reason(importer, row, reason):
    quality = importer(with_bad(row)).quality
    assert quality.rows == 5
    assert quality.bad_rows == 1
    assert quality.bad_row_reasons == {reason: 1}
    assert [(bad.line, bad.reason) for bad in quality.bad_row_examples] == [(7, reason)]
    assert "1 bad rows were left out." in quality.repairs


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1546301100,0,1,buy", "price is not above 0"),
        ("1546301100,5,0,buy", "quantity is not above 0"),
        ("1546301100,5,1,maybe", "side is neither buy nor sell"),
        ("1546301100,5,1,", "side is missing"),
    ],
)
def test_a_bad_trade_is_left_out_too(importer, row, reason):
    good = "".join(f"{1546300800 + second},100,1,sell\n" for second in range(3))
    quality = importer(f"time,price,amount,side\n{good}{row}\n").quality
    assert quality.bad_row_reasons == {reason: 1}


def test_a_quote_that_is_not_closed_does_not_swallow_the_lines_after_it(importer):
    good = "\n".join(f"{1546300800 + 60 * minute},2,4,1,3,10" for minute in range(3))
    imported = importer(f'{HEADER}\n1546300740,"2,4,1,3,10\n{good}\n')
    assert imported.quality.rows == 3
    assert imported.quality.bad_rows == 1


def test_line_numbers_count_banner_header_and_blank_lines(importer):
    text = "A banner\n\n" + with_bad("oops,2,4,1,3,10").replace("\n", "\n\n", 1)
    example = importer(text).quality.bad_row_examples[0]
    assert example.line == text.splitlines().index("oops,2,4,1,3,10") + 1
    assert example.text == "oops, 2, 4, 1, 3, 10"


def test_rows_of_a_table_are_numbered_from_one(importer, tmp_path):
    frame = pl.DataFrame({"time": [1546300800, 1546300860, 1546300920], "price": [1.0, -1.0, 2.0], "qty": [1, 1, 1]})
    frame.write_parquet(tmp_path / "rows.parquet")
    quality = importer(tmp_path / "rows.parquet").quality
    assert [(bad.line, bad.reason) for bad in quality.bad_row_examples] == [(2, "price is not above 0")]


def test_examples_are_bounded_and_the_count_is_not(importer):
    good = [f"{1546300800 + 60 * minute},2,4,1,3,10" for minute in range(300)]
    bad = ["x,2,4,1,3,10"] * 200
    quality = importer("\n".join([HEADER, *good, *bad])).quality
    assert quality.bad_rows == 200
    assert len(quality.bad_row_examples) == MAX_EXAMPLES


def test_a_file_with_more_bad_rows_than_good_ones_is_refused_with_the_reasons(importer):
    refusal = importer.refusal("\n".join([HEADER, GOOD, "1546300860,2,1,4,3,10", "1546300920,x,4,1,3,10"]))
    assert refusal.code == "TOO_MANY_BAD_ROWS"
    assert refusal.message.startswith("2 of 3 rows are bad")
    assert refusal.details["file"] == ["1 rows: high is below low", "1 rows: open is not a number"]
    assert refusal.details["examples"][0].startswith("line 3: high is below low")


def test_a_million_broken_rows_are_refused_without_being_kept(importer, monkeypatch):
    kept = []
    monkeypatch.setattr(TimeSorter, "add", lambda self, frame: kept.append(frame.height))
    broken = b"1546300860,2,1,4,3,10\n" * 1_000_000
    refusal = importer.refusal(gzip.compress(f"{HEADER}\n".encode() + broken, compresslevel=1))
    assert refusal.message.startswith("1,000,000 of 1,000,000 rows are bad")
    assert sum(kept) == 0
    assert len(refusal.details["examples"]) == 5


def test_latin_1_in_a_column_nobody_needs_far_down_the_file_does_no_harm(importer):
    rows = [f"{1546300800 + 60 * minute},2,4,1,3,10,fine" for minute in range(20_000)]
    text = "\n".join([HEADER + ",note", *rows]).encode() + "\n1547500800,2,4,1,3,10,Währung\n".encode("latin-1")
    assert importer(text).quality.bad_rows == 0


def test_latin_1_in_a_number_far_down_the_file_is_a_bad_row(importer):
    rows = [f"{1546300800 + 60 * minute},2,4,1,3,10" for minute in range(20_000)]
    text = "\n".join([HEADER, *rows]).encode() + "\n1547500800,2€,4,1,3,10\n".encode("cp1252")
    quality = importer(text).quality
    assert quality.bad_row_reasons == {"open is not a number": 1}
    assert quality.bad_row_examples[0].line == 20_002
