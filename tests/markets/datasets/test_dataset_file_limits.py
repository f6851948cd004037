"""Files made to do harm, or of the wrong kind: refused with a reason, nothing written, memory bounded."""

import bz2
import codecs
import gzip
import io
import lzma
import os
import zipfile
from pathlib import Path
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from markets.datasets import formats, tables
from markets.datasets import lines as line_module
from markets.datasets.formats import BoundedStream, detect_format, open_content
from markets.datasets.lines import MAX_LINE_BYTES, LineBatch, line_batches

HEADER = "time,open,high,low,close,volume\n"
ROWS = "".join(f"{1546300800 + 60 * minute},2,4,1,3,10\n" for minute in range(5))


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        ((HEADER + ROWS).encode("utf-16"), "UTF-16"),
        ((HEADER + ROWS).encode("utf-16-le"), "zero bytes"),
        (("Währung," + HEADER + ROWS).encode("latin-1"), "not UTF-8"),
        (bz2.compress(b"x"), "bzip2"),
        (lzma.compress(b"x"), "xz"),
        (b"\x28\xb5\x2f\xfd1234", "zstd"),
        (b"FEA1....", "Feather version 1"),
        (gzip.compress(gzip.compress(b"x")), "compressed twice"),
        (gzip.compress(b""), "empty"),
        (gzip.compress((HEADER + ROWS).encode())[:-20], "damaged or cut short"),
        (b"\x1f\x8b" + os.urandom(100), "damaged"),
        (zipped({}), "holds 0 files"),
        (zipped({"[Content_Types].xml": b"x", "xl/sheet.xml": b"y"}), "spreadsheet"),
        (zipped({"a.csv": b"x" * 100}, zipfile.ZIP_LZMA), "rare compression"),
        (b"PK\x03\x04" + b"\x00" * 100, "damaged"),
        (b"PAR1" + b"\x00" * 100 + b"PAR1", "damaged"),
        (b"ARROW1\x00\x00" + b"\x07" * 100 + b"ARROW1", "damaged"),
        (HEADER.encode(), "no rows"),
        (b"hello world\n", "No line of at least three columns"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "zero bytes"),
    ],
    # The files themselves cannot name the cases: some hold random bytes or the time they were packed.
    ids=[f"file {number}" for number in range(21)],
)
def test_what_is_no_price_file_is_refused_with_its_reason(importer, content, says):
    refusal = importer.refusal(content)
    assert refusal.code in ("UNREADABLE_FILE", "UNKNOWN_LAYOUT")
    assert says in refusal.message


def test_an_encrypted_zip_is_refused(importer):
    content = bytearray(zipped({"a.csv": b"x"}, zipfile.ZIP_STORED))
    content[6] |= 1
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1
    assert "encrypted" in importer.refusal(bytes(content)).message


@pytest.mark.parametrize("pack", [gzip.compress, lambda content: zipped({"a.csv": content})], ids=["gzip", "zip"])
def test_a_bomb_ends_at_the_ratio_limit(importer, monkeypatch, pack):
    monkeypatch.setattr(formats, "RATIO_FREE_BYTES", 1_000_000)
    bomb = pack(HEADER.encode() + b"0,0,0,0,0,0\n" * 1_000_000)
    refusal = importer.refusal(bomb)
    assert "more than 200 times its compressed size" in refusal.message


def test_a_bomb_around_a_parquet_file_ends_at_the_ratio_limit(importer, monkeypatch):
    monkeypatch.setattr(formats, "RATIO_FREE_BYTES", 1_000_000)
    refusal = importer.refusal(gzip.compress(b"PAR1" + bytes(10_000_000)))
    assert "more than 200 times its compressed size" in refusal.message


def test_content_has_a_largest_size_however_it_is_packed(importer, monkeypatch):
    monkeypatch.setattr(formats, "MAX_CONTENT_BYTES", 10_000)
    refusal = importer.refusal(HEADER + ROWS * 100)
    assert "larger than" in refusal.message


def test_a_table_that_claims_more_rows_than_its_bytes_can_hold_is_refused(importer, monkeypatch, tmp_path):
    monkeypatch.setattr(tables, "RATIO_FREE_BYTES", 1_000_000)
    rows = 2_000_000
    frame = pl.select(
        time=pl.repeat(1546300800, rows),
        price=pl.repeat(1.0, rows),
        qty=pl.repeat(1.0, rows),
        side=pl.repeat("buy", rows),
    )
    frame.write_parquet(tmp_path / "bomb.parquet")
    assert "claims 2,000,000 rows" in importer.refusal(tmp_path / "bomb.parquet").message


def test_a_line_of_ten_megabytes_is_a_bad_row_and_the_rest_is_imported(importer):
    content = HEADER + ROWS + "1546301100," + "9" * 10_000_000 + ",4,1,3,10\n" + "1546301160,2,4,1,3,10\n"
    quality = importer(content).quality
    assert quality.rows == 6
    assert [(bad.line, bad.reason) for bad in quality.bad_row_examples] == [
        (7, f"the line is longer than {MAX_LINE_BYTES:,} bytes")
    ]


def test_a_cell_of_half_a_megabyte_is_a_bad_row_with_a_short_example(importer):
    quality = importer(HEADER + ROWS + "1546301100," + "9" * 500_000 + ",4,1,3,10\n").quality
    assert quality.bad_row_reasons == {"open is not finite": 1}
    assert len(quality.bad_row_examples[0].text) <= 120


def test_a_file_of_one_endless_line_is_read_in_pieces(tmp_path):
    path = tmp_path / "endless"
    path.write_bytes(b"x" * (5 * MAX_LINE_BYTES))
    with open_content(path, detect_format(path)) as stream:
        batches = list(line_batches(stream, batch_bytes=100_000))
    assert [(batch.first_line, batch.data, batch.too_long) for batch in batches] == [(1, b"\n", (1,))]


@given(
    lines=st.lists(st.binary(max_size=12).map(lambda line: line.replace(b"\n", b"")), max_size=20),
    ends_with_newline=st.booleans(),
    batch_bytes=st.integers(1, 60),
)
def test_lines_over_the_limit_arrive_empty_with_their_numbers_wherever_they_lie(lines, ends_with_newline, batch_bytes):
    limit = 5
    content = b"\n".join(lines) + (b"\n" if ends_with_newline else b"")
    content = content.removeprefix(codecs.BOM_UTF8)
    stream = BoundedStream(io.BytesIO(content), io.BytesIO(), file_bytes=len(content), packed=False)
    with patch.object(line_module, "MAX_LINE_BYTES", limit):
        batches = list(line_batches(stream, batch_bytes=batch_bytes))
    expected = content.split(b"\n")[: content.count(b"\n") + (not content.endswith(b"\n") and content != b"")]
    numbered = [(batch.first_line + place, line) for batch in batches for place, line in enumerate(split(batch))]
    long_lines = [number for batch in batches for number in batch.too_long]
    assert numbered == [(number, b"" if len(line) > limit else line) for number, line in enumerate(expected, 1)]
    assert long_lines == [number for number, line in enumerate(expected, 1) if len(line) > limit]


def split(batch: LineBatch) -> list[bytes]:
    whole = batch.data.split(b"\n")[:-1]
    assert len(whole) == batch.lines
    return whole


def test_random_damage_to_a_parquet_file_never_ends_in_anything_but_a_refusal_or_an_import(importer, tmp_path):
    frame = pl.DataFrame({"time": range(1546300800, 1546301800), "price": [1.5] * 1000, "qty": [2.0] * 1000})
    frame.write_parquet(tmp_path / "sound.parquet")
    sound = (tmp_path / "sound.parquet").read_bytes()
    outcomes = set()
    for position in range(4, len(sound), max(1, len(sound) // 60)):
        damaged = sound[:position] + bytes([sound[position] ^ 0xFF]) + sound[position + 1 :]
        outcomes.add(outcome_of(importer, damaged))
    assert outcomes <= {"imported", "UNREADABLE_FILE", "UNKNOWN_LAYOUT", "TOO_MANY_BAD_ROWS", "UNSUITABLE_DATA"}
    assert "UNREADABLE_FILE" in outcomes


def outcome_of(importer, content: bytes) -> str:
    from kit.errors import Rejected

    try:
        importer(content)
    except Rejected as refusal:
        return refusal.code
    return "imported"


def test_nothing_is_written_but_in_the_folder_of_data_sets(importer, tmp_path: Path):
    importer(HEADER + ROWS, name="../../../x.csv")
    written = {path for path in tmp_path.rglob("*") if path.is_file() and path.name != "given"}
    assert {path.parent for path in written} == {tmp_path / "datasets"}
    assert not (tmp_path / "datasets" / ".work").exists() or not list((tmp_path / "datasets" / ".work").iterdir())
