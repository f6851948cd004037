"""Files of reports: nothing from outside is computed or run, numbers stay numbers, exact amounts stay exact."""

import csv
import io
import json
from datetime import datetime
from decimal import Decimal

import msgspec
import openpyxl
import pypdf
import pytest

from reports.builders.document import (
    Chart,
    DataHash,
    Figure,
    Provenance,
    Report,
    Section,
    Series,
    Table,
    columns,
)
from reports.work import exporter_of

NASTY = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=2", '=HYPERLINK("http://x")')
DAY_NS = 86_400 * 10**9


def report(rows=(), *, title="A title", said=None, charts=()):
    """A report with a table of text, money, share, time and count."""
    said = said or columns(
        ("name", "Name", "text"), ("money", "Money", "money"), ("share", "Share", "share"), ("time", "Time", "time"),
        ("count", "Count", "count"),
    )  # fmt: skip
    return Report(
        kind="statement",
        title=title,
        subtitle="About it",
        currency="USDT",
        made_ns=1_700_000_000 * 10**9,
        provenance=Provenance(data=(DataHash("some data", "ab" * 32),), conventions=("A convention.",), engine=3),
        sections=(
            Section(
                name="summary",
                title="Summary",
                figures=(Figure("profit", "Profit", Decimal("-12.50000001"), "money"),),
                charts=charts,
                tables=(Table(name="rows", title="Rows", columns=said, rows=list(rows)),),
            ),
        ),
        warnings=("Mind this.",),
    )


def made(form, *rows, **options):
    return exporter_of(form)(report(rows, **options))


def cells(content):
    """Every cell of a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]


@pytest.mark.parametrize("text", NASTY)
def test_no_spreadsheet_computes_with_a_text(text):
    row = (text, None, None, None, None)
    lines = list(csv.reader(io.StringIO(made("csv", row, title=text).decode("utf-8-sig"), newline="")))
    assert ["title", f"'{text}"] in lines
    assert [f"'{text}", "", "", "", ""] in lines
    found = cells(made("xlsx", row, title=text))
    assert {cell.data_type for cell in found} <= {"s", "n", "d"}
    assert not [cell for cell in found if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@"))]
    assert all(cell.hyperlink is None for cell in found)


def test_numbers_stay_numbers_in_a_table():
    row = ("x", Decimal("-12.5"), -0.25, DAY_NS, 7)
    lines = list(csv.reader(io.StringIO(made("csv", row).decode("utf-8-sig"))))
    assert ["x", "-12.5", "-0.25", "1970-01-02T00:00:00.000Z", "7"] in lines
    assert ["summary", "profit", "Profit", "-12.50000001", "money"] in lines
    by_value = {cell.value: cell for cell in cells(made("xlsx", row))}
    assert by_value[-12.5].data_type == "n"
    assert by_value[-0.25].number_format == "0.00%"
    assert by_value[datetime(1970, 1, 2)].is_date


def test_an_amount_that_no_cell_can_hold_goes_as_text():
    large = Decimal("12345678901234567.12345678")
    assert str(large) in [cell.value for cell in cells(made("xlsx", ("x", large, None, None, None)))]
    assert str(large) in made("csv", ("x", large, None, None, None)).decode()
    assert json.loads(made("json", ("x", large, None, None, None)))["sections"][0]["tables"][0]["rows"][0][1] == str(
        large
    )


def test_the_page_runs_and_loads_nothing():
    text = "</title><script>alert(1)</script><img src=x onerror=alert(1)>"
    page = made("html", (text, 1.0, None, None, None), title=text).decode()
    assert "<script" not in page
    assert "<img" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page
    assert page.count("&lt;script&gt;alert(1)") == 3  # twice as the title, once in the table
    assert "prefers-color-scheme: dark" in page


def test_every_format_says_where_it_came_from():
    for form in ("html", "csv", "json"):
        content = made(form).decode()
        for text in ("ab" * 32, "A convention.", "Mind this.", "UTC"):
            assert text in content, (form, text)
    book = [str(cell.value) for cell in cells(made("xlsx"))]
    assert {"ab" * 32, "A convention.", "Mind this.", "UTC"} <= set(book)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made("pdf"))).pages)
    assert "A convention." in text
    assert "ab" * 32 in text.replace("\n", "")


def test_a_pdf_takes_any_text_and_many_rows():
    text = "<b>&amp; " + "x" * 400
    rows = [(text if place == 0 else f"row {place}", 1.0, 0.5, 0, place) for place in range(500)]
    pages = pypdf.PdfReader(io.BytesIO(made("pdf", *rows, title=text))).pages
    assert 4 <= len(pages) <= 12
    assert "300 more rows" in "".join(page.extract_text() for page in pages)


def test_the_same_report_gives_the_same_bytes():
    for form in ("html", "csv", "json", "pdf"):
        assert made(form, ("x", 1.0, 0.5, 0, 1)) == made(form, ("x", 1.0, 0.5, 0, 1)), form


def test_sheets_have_names_that_excel_takes():
    name = "A/very:long*name [of] a table? that is long"
    charts = tuple(
        Chart(name=f"c{place}", title=name, form="line", unit="money", x=[0, DAY_NS], series=(Series("s", [1.0, 2.0]),))
        for place in range(2)
    )
    book = openpyxl.load_workbook(io.BytesIO(made("xlsx", charts=charts)))
    assert len(set(book.sheetnames)) == 5
    assert all(len(each) <= 31 and not set(each) & set("[]:*?/\\") for each in book.sheetnames)


def test_times_are_shown_in_the_zone_of_the_report():
    noon = report([("x", None, None, 12 * 3_600 * 10**9, None)])
    berlin = msgspec.structs.replace(noon, provenance=msgspec.structs.replace(noon.provenance, time_zone="Asia/Tokyo"))
    assert "1970-01-01 21:00" in exporter_of("html")(berlin).decode()


def test_a_page_has_each_picture_for_a_desk_and_for_a_phone():
    curve = Chart(
        name="curve",
        title="Curve",
        form="line",
        unit="money",
        x=[0, DAY_NS],
        series=(Series("One", [1.0, 2.0]),),
    )
    page = made("html", charts=(curve,)).decode()
    assert page.count('<svg class="broad"') == page.count('<svg class="narrow"') == 1
    style = page[page.index("<style>") : page.index("</style>")]
    assert "svg.narrow { display: none; }" in style
    assert "@media screen and (max-width: 560px)" in style


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "0.0 ms"),
        (12.34, "12.3 ms"),
        (2_500, "2.5 s"),
        (90 * 60_000, "90.0 min"),
        (5 * 3_600_000, "5.0 h"),
        (231_120_000, "2.7 d"),
    ],
)
def test_how_long_something_took_is_read_in_a_unit_it_is_long_enough_for(milliseconds, text):
    said = columns(("took", "Took", "ms"))
    assert f'<td class="n">{text}</td>' in made("html", (milliseconds,), said=said).decode()
    assert f"\r\n{milliseconds}\r\n" in made("csv", (milliseconds,), said=said).decode()


def test_days_are_days_and_no_moments_in_every_format():
    said = columns(("day", "Day", "date"))
    assert json.loads(made("json", (3 * DAY_NS,), said=said))["sections"][0]["tables"][0]["rows"] == [["1970-01-04"]]
    assert "\r\n1970-01-04\r\n" in made("csv", (3 * DAY_NS,), said=said).decode()
    assert "<td>1970-01-04</td>" in made("html", (3 * DAY_NS,), said=said).decode()
    cell = openpyxl.load_workbook(io.BytesIO(made("xlsx", (3 * DAY_NS,), said=said)))["Rows"]["A2"]
    assert (cell.value, cell.number_format) == (datetime(1970, 1, 4), "yyyy-mm-dd")


def test_a_workbook_has_no_empty_sheet_of_figures():
    section = msgspec.structs.replace(report().sections[0], figures=())
    bare = msgspec.structs.replace(report(), sections=(section,))
    assert openpyxl.load_workbook(io.BytesIO(exporter_of("xlsx")(bare))).sheetnames == ["About", "Rows"]
