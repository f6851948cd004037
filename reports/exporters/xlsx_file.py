"""A report as an Excel workbook: a sheet of figures, one for each table, and the curves as charts over their own numbers.

Numbers and times are cells of their own kind; no text is taken for a formula or a link.
"""

import io
from collections.abc import Callable
from datetime import UTC, tzinfo
from decimal import Decimal
from typing import Any, Final

import xlsxwriter

from kit.clock import iso_from_ns
from kit.spreadsheet import as_text
from reports.builders.document import Cell, Chart, Report, Table, Unit
from reports.exporters.formatting import moment_of, zone_of

OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
    "remove_timezone": True,
}
NUMBER_FORMATS: Final[dict[str, str]] = {
    "share": "0.00%",
    "fine_share": "0.0000%",
    "ratio": "0.0000",
    "money": "#,##0.00######",
    "price": "0.########",
    "quantity": "0.########",
    "count": "#,##0",
    "time": "yyyy-mm-dd hh:mm:ss",
    "date": "yyyy-mm-dd",
}
OTHER_NUMBERS: Final = "#,##0.00##"
MAX_SHEET_NAME: Final = 31
FORBIDDEN_IN_SHEETS: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
WIDTHS: Final = {"text": 22, "time": 20, "date": 12}
LARGEST_EXACT: Final = 10**15
"""A cell holds fifteen digits; an amount with more of them goes as text, so that none is lost."""


class _Book:
    """A workbook under way: its formats, and the sheet names that are taken."""

    def __init__(self, zone: tzinfo) -> None:
        self.file = io.BytesIO()
        self.book: Any = xlsxwriter.Workbook(self.file, OPTIONS)
        self.zone = zone
        self._formats = {unit: self.book.add_format({"num_format": text}) for unit, text in NUMBER_FORMATS.items()}
        self._other = self.book.add_format({"num_format": OTHER_NUMBERS})
        self.bold = self.book.add_format({"bold": True})
        self.title = self.book.add_format({"bold": True, "font_size": 14})
        self._names: set[str] = set()

    def sheet(self, wanted: str) -> Any:
        """A new sheet under a name that Excel takes and that is not taken yet."""
        base = wanted.translate(FORBIDDEN_IN_SHEETS).strip()[: MAX_SHEET_NAME - 3] or "Sheet"
        name, number = base, 2
        while name.lower() in self._names:
            name, number = f"{base} {number}", number + 1
        self._names.add(name.lower())
        return self.book.add_worksheet(name)

    def format_of(self, unit: Unit) -> Any:
        return self._formats.get(unit, self._other)

    def write(self, sheet: Any, row: int, column: int, value: Cell, unit: Unit) -> None:
        """One value as the cell that it is."""
        if value is None:
            return
        if isinstance(value, str):
            sheet.write_string(row, column, as_text(value))
        elif unit in ("time", "date"):
            moment = moment_of(int(value), UTC if unit == "date" else self.zone)
            sheet.write_datetime(row, column, moment.replace(tzinfo=None), self.format_of(unit))
        elif _is_exact(value):
            sheet.write_number(row, column, float(value), self.format_of(unit))
        else:
            sheet.write_string(row, column, str(value))


def xlsx_bytes(report: Report) -> bytes:
    """The file."""
    book = _Book(zone_of(report.provenance.time_zone))
    _about(book, report)
    _figures(book, report)
    for table in report.tables:
        _table(book, table)
    _curves(book, [chart for section in report.sections for chart in section.charts if chart.x])
    book.book.close()
    return book.file.getvalue()


def _is_exact(value: int | float | Decimal) -> bool:
    """Whether a cell's fifteen digits hold it."""
    if isinstance(value, Decimal):
        return len(value.normalize().as_tuple().digits) <= 15
    return isinstance(value, float) or abs(value) < LARGEST_EXACT


def _about(book: _Book, report: Report) -> None:
    made = report.provenance
    said = [
        ("About", report.subtitle),
        ("Currency", report.currency or ""),
        ("Made at", iso_from_ns(report.made_ns)),
        ("Times in", made.time_zone),
        *(("Warning", each) for each in report.warnings),
        *(("Convention", each) for each in made.conventions),
        ("Version", f"report {made.report}, engine {made.engine or '–'}, expressions {made.language or '–'}"),
        *((f"Data: {each.what}", each.content_hash) for each in made.data),
    ]
    sheet = book.sheet("About")
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, as_text(report.title), book.title)
    for row, (name, text) in enumerate(said, 2):
        sheet.write_string(row, 0, as_text(name), book.bold)
        sheet.write_string(row, 1, as_text(text))


def _figures(book: _Book, report: Report) -> None:
    if not any(section.figures for section in report.sections):
        return
    sheet = book.sheet("Figures")
    sheet.set_column(0, 1, 34)
    sheet.set_column(2, 2, 18)
    sheet.freeze_panes(1, 0)
    _heads(book, sheet, ["Section", "Figure", "Value", "Unit"])
    row = 1
    for section in report.sections:
        for figure in section.figures:
            sheet.write_string(row, 0, as_text(section.title))
            sheet.write_string(row, 1, as_text(figure.label))
            book.write(sheet, row, 2, figure.value, figure.unit)
            sheet.write_string(row, 3, figure.unit)
            row += 1


def _table(book: _Book, table: Table) -> None:
    sheet = book.sheet(table.title)
    sheet.freeze_panes(1, 0)
    # Years and exact amounts of many digits are texts on purpose; Excel would put a mark on each of them.
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{len(table.rows) + 1}"})
    _heads(book, sheet, [column.label for column in table.columns])
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, WIDTHS.get(column.unit, 13))
    write: Callable[[Any, int, int, Cell, Unit], None] = book.write
    for row, values in enumerate(table.rows, 1):
        for place, (value, column) in enumerate(zip(values, table.columns, strict=True)):
            write(sheet, row, place, value, column.unit)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)


def _heads(book: _Book, sheet: Any, names: list[str]) -> None:
    for place, name in enumerate(names):
        sheet.write_string(0, place, as_text(name), book.bold)


def _curves(book: _Book, charts: list[Chart]) -> None:
    """Every curve with its numbers on a sheet, and Excel's own picture of it beside them."""
    for chart in charts:
        sheet = book.sheet(f"{chart.title} (curve)")
        name = sheet.get_name()
        sheet.set_column(0, 0, WIDTHS["time"])
        _heads(book, sheet, ["Time", *(series.label for series in chart.series)])
        for row, time_ns in enumerate(chart.x, 1):
            book.write(sheet, row, 0, time_ns, "time")
            for place, series in enumerate(chart.series, 1):
                book.write(sheet, row, place, series.values[row - 1], chart.unit)
        drawn = book.book.add_chart({"type": "line"})
        for place in range(1, len(chart.series) + 1):
            drawn.add_series(
                {
                    "name": [name, 0, place],
                    "categories": [name, 1, 0, len(chart.x), 0],
                    "values": [name, 1, place, len(chart.x), place],
                    "line": {"width": 1.25},
                }
            )
        drawn.set_title({"name": chart.title, "overlay": False})
        drawn.set_x_axis({"date_axis": True, "num_format": "yyyy-mm-dd"})
        drawn.set_size({"width": 900, "height": 360})
        sheet.insert_chart(1, len(chart.series) + 2, drawn)
