"""A report as one HTML file: nothing is loaded from elsewhere, it prints well, and follows the reader's light or dark.

Every text from outside is escaped; there is no script in it.
"""

from datetime import tzinfo
from functools import cache
from html import escape
from pathlib import Path
from typing import Final

from kit.clock import iso_from_ns
from reports.builders.document import DURATIONS, Cell, Chart, Column, Figure, Report, Section, Table
from reports.exporters.formatting import NOTHING, text_of, zone_of
from reports.exporters.pictures import NARROW, picture_of
from reports.exporters.svg import svg_of

NUMBERS: Final = frozenset(
    {"count", "number", "ratio", "money", "price", "quantity", "share", "fine_share", "bps", *DURATIONS}
)
HEADLINES: Final = 8
"""Figures of a summary that stand large; more of them are a list."""

LONG_TEXT: Final = 40
"""A longer text is broken into lines."""

DEEPEST_SHADE: Final = 0.10
"""A tenth gained or lost has the full colour."""


def html_bytes(report: Report) -> bytes:
    """The file, UTF-8."""
    zone = zone_of(report.provenance.time_zone)
    body = "".join([_head(report, zone), *(_section(each, zone) for each in report.sections), _foot(report)])
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><title>{escape(report.title)}</title>'
        f"<style>{_style()}</style></head>\n<body><main>{body}</main></body></html>\n"
    ).encode()


@cache
def _style() -> str:
    return Path(__file__).with_name("page.css").read_text()


def _head(report: Report, zone: tzinfo) -> str:
    warnings = "".join(f'<p class="warning">{escape(each)}</p>' for each in report.warnings)
    made = text_of(report.made_ns, "time", zone)
    money = f" · money in {escape(report.currency)}" if report.currency else ""
    return (
        f'<header><p class="kind">{escape(report.kind)}</p><h1>{escape(report.title)}</h1>'
        f"<p>{escape(report.subtitle)}</p>"
        f'<p class="made">Made {made}{money} · times in {escape(report.provenance.time_zone)}</p>{warnings}</header>\n'
    )


def _section(section: Section, zone: tzinfo) -> str:
    text = f"<p>{escape(section.text)}</p>" if section.text else ""
    parts = [
        _figures(section, zone),
        *(_chart(each, zone) for each in section.charts),
        *(_table(each, zone) for each in section.tables),
    ]
    return f'<section id="{escape(section.name)}"><h2>{escape(section.title)}</h2>{text}{"".join(parts)}</section>\n'


def _figures(section: Section, zone: tzinfo) -> str:
    if not section.figures:
        return ""
    look = "headline" if section.name == "summary" and len(section.figures) <= HEADLINES else "figures"
    return f'<dl class="{look}">{"".join(_figure(each, zone) for each in section.figures)}</dl>'


def _figure(figure: Figure, zone: tzinfo) -> str:
    note = f"<small>{escape(figure.note)}</small>" if figure.note else ""
    text = escape(text_of(figure.value, figure.unit, zone))
    return f"<div><dt>{escape(figure.label)}{note}</dt><dd>{text}</dd></div>"


def _chart(chart: Chart, zone: tzinfo) -> str:
    broad, narrow = picture_of(chart, zone), picture_of(chart, zone, NARROW)
    if broad is None or narrow is None:
        return ""
    note = f"<small>{escape(chart.note)}</small>" if chart.note else ""
    pictures = svg_of(broad, "broad") + svg_of(narrow, "narrow")
    return f"<figure><figcaption>{escape(chart.title)}{note}</figcaption>{pictures}</figure>"


def _table(table: Table, zone: tzinfo) -> str:
    heads = "".join(f"<th{_class_of(column)}>{escape(column.label)}</th>" for column in table.columns)
    rows = "".join([_row(row, table, zone) for row in table.rows[: table.most_shown]])
    left = len(table.rows) - table.most_shown
    notes = [table.note] if table.note else []
    if left > 0:
        notes.append(f"{left:,} more rows are in the files for programs (csv, xlsx, json).")
    note = f'<p class="note">{escape(" ".join(notes))}</p>' if notes else ""
    if not table.rows:
        return f'<h3>{escape(table.title)}</h3><p class="note">Nothing.</p>'
    return (
        f'<h3>{escape(table.title)}</h3><div class="wide"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{note}"
    )


def _row(row: tuple[Cell, ...], table: Table, zone: tzinfo) -> str:
    cells = [_cell(value, column, table, zone) for value, column in zip(row, table.columns, strict=True)]
    return f"<tr>{''.join(cells)}</tr>"


def _cell(value: Cell, column: Column, table: Table, zone: tzinfo) -> str:
    text = escape(text_of(value, column.unit, zone))
    if column.unit not in NUMBERS:
        look = ' class="t"' if column.unit == "text" and len(text) > LONG_TEXT else ""
        return f"<td{look}>{text}</td>"
    look = ""
    if table.is_shaded and text != NOTHING and not isinstance(value, str) and value:
        look = _shade(float(value), column)
    return f'<td class="n{look}">{text}</td>'


def _shade(value: float, column: Column) -> str:
    """The class of a gain or a loss; of shares in four steps."""
    sign = "gain" if value > 0 else "loss"
    if column.unit == "share":
        return f" {sign} s{min(int(abs(value) / DEEPEST_SHADE * 4) + 1, 4)}"
    return f" {sign}" if column.unit == "money" and column.name == "profit" else ""


def _class_of(column: Column) -> str:
    return ' class="n"' if column.unit in NUMBERS else ""


def _foot(report: Report) -> str:
    """What it was made of, so that it can be made again."""
    made = report.provenance
    said = [("Report", f"version {made.report}, made {iso_from_ns(report.made_ns)}")]
    if made.engine is not None:
        said.append(("Engine", f"version {made.engine}"))
    if made.language is not None:
        said.append(("Expressions", f"version {made.language}"))
    said += [(f"Data: {each.what}", each.content_hash) for each in made.data]
    rows = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(text)}</dd></div>" for name, text in said)
    conventions = "".join(f"<li>{escape(each)}</li>" for each in made.conventions)
    return f'<footer><h2>Where it came from</h2><ul>{conventions}</ul><dl class="origin">{rows}</dl></footer>\n'
