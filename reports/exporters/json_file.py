"""A report as JSON: everything that is in it, exact amounts as decimal text, times in ISO 8601."""

from typing import Any, Final

import msgspec

from kit.clock import iso_from_ns
from reports.builders.document import Cell, Chart, Column, Figure, Report, Section, Table

TIMES: Final = ("time", "date")
DAY_LETTERS: Final = len("2026-11-27")


def json_bytes(report: Report) -> bytes:
    """The file."""
    shown = {
        "kind": report.kind,
        "title": report.title,
        "subtitle": report.subtitle,
        "currency": report.currency,
        "made_at": iso_from_ns(report.made_ns),
        "provenance": report.provenance,
        "warnings": report.warnings,
        "sections": [_section(each) for each in report.sections],
    }
    return msgspec.json.encode(shown)


def _section(section: Section) -> dict[str, Any]:
    return {
        "name": section.name,
        "title": section.title,
        "text": section.text,
        "figures": [_figure(each) for each in section.figures],
        "charts": [_chart(each) for each in section.charts],
        "tables": [_table(each) for each in section.tables],
    }


def _figure(figure: Figure) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.structs.asdict(figure)
    return {**shown, "value": _cell(figure.value, figure.unit)}


def _chart(chart: Chart) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.structs.asdict(chart)
    return {**shown, "x": [iso_from_ns(each) for each in chart.x]}


def _table(table: Table) -> dict[str, Any]:
    times = [place for place, column in enumerate(table.columns) if column.unit in TIMES]
    return {
        "name": table.name,
        "title": table.title,
        "note": table.note,
        "columns": table.columns,
        "rows": [_row(row, times, table.columns) for row in table.rows],
    }


def _row(row: tuple[Cell, ...], times: list[int], columns: tuple[Column, ...]) -> list[Cell]:
    cells = list(row)
    for place in times:
        cells[place] = _cell(cells[place], columns[place].unit)
    return cells


def _cell(value: Cell, unit: str) -> Cell:
    return time_text(value, unit) if unit in TIMES and isinstance(value, int) else value


def time_text(time_ns: int, unit: str) -> str:
    """A time in ISO 8601, or the day alone."""
    return iso_from_ns(time_ns) if unit == "time" else iso_from_ns(time_ns)[:DAY_LETTERS]
