"""A report as one CSV file: first its figures, then every table, each under its title and parted by an empty line.

Numbers stay numbers with a point and without groups, times are ISO 8601; no text is taken for a formula.
"""

import csv
import io
from typing import Final

from kit.clock import iso_from_ns
from kit.spreadsheet import as_text
from reports.builders.document import Cell, Report, Table, Unit
from reports.exporters.json_file import TIMES, time_text

FIGURE_COLUMNS: Final = ("section", "figure", "label", "value", "unit")
BYTE_ORDER_MARK: Final = "\ufeff"
"""Spreadsheets take a file without one for text of another age."""


def csv_bytes(report: Report) -> bytes:
    """The file, UTF-8."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerows(_about(report))
    writer.writerow(FIGURE_COLUMNS)
    for section in report.sections:
        for figure in section.figures:
            value = plain_cell(figure.value, figure.unit)
            writer.writerow((section.name, figure.name, as_text(figure.label), value, figure.unit))
    for table in report.tables:
        writer.writerow(())
        writer.writerow((as_text(table.title),))
        writer.writerow([as_text(column.label) for column in table.columns])
        writer.writerows(plain_rows(table))
    return (BYTE_ORDER_MARK + file.getvalue()).encode("utf-8", "backslashreplace")


def _about(report: Report) -> list[tuple[str, ...]]:
    """What the file is, and where it came from."""
    made = report.provenance
    said = [
        ("report", report.kind),
        ("title", report.title),
        ("about", report.subtitle),
        ("currency", report.currency or ""),
        ("made at", iso_from_ns(report.made_ns)),
        ("time zone of days", made.time_zone),
        *(("warning", each) for each in report.warnings),
        *(("convention", each) for each in made.conventions),
        *((f"data: {each.what}", each.content_hash) for each in made.data),
    ]
    return [*((as_text(name), as_text(text)) for name, text in said), ()]


def plain_rows(table: Table) -> list[list[str]]:
    """The rows as texts that a program reads."""
    units = [column.unit for column in table.columns]
    return [[plain_cell(value, unit) for value, unit in zip(row, units, strict=True)] for row in table.rows]


def plain_cell(value: Cell, unit: Unit) -> str:
    """A value as a program reads it; what is not known is empty."""
    if value is None:
        return ""
    if isinstance(value, str):
        return as_text(value)
    if isinstance(value, int):
        return time_text(value, unit) if unit in TIMES else str(value)
    return format(value, "f") if not isinstance(value, float) else repr(value)
