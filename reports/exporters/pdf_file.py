"""A report as PDF for paper and mail: A4, pictures as lines rather than pixels, page numbers, letters of its own.

Letters are those of Bitstream Vera, which come with the library; what they lack is shown as a box, never left out.
"""

import io
from datetime import tzinfo
from functools import cache
from pathlib import Path
from typing import Any, Final

import reportlab
from reportlab.graphics.shapes import Drawing, Polygon, PolyLine, Rect, String
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, LongTable, Paragraph, SimpleDocTemplate, Spacer

from kit.clock import iso_from_ns
from reports.builders.document import Chart, Column, Figure, Report, Section, Table
from reports.exporters.formatting import text_of, zone_of
from reports.exporters.html_file import DEEPEST_SHADE, NUMBERS
from reports.exporters.pictures import SIZE, Area, Box, Line, Mark, Picture, picture_of

MARGIN: Final = 15 * mm
PADDING: Final = 6.0
"""That the library leaves around the text of a page."""
WIDTH: Final = A4[0] - 2 * MARGIN - 2 * PADDING
MOST_ROWS: Final = 200
"""Of a table on paper: four pages of it. Files for programs have the rest."""

FIGURES_A_LINE: Final = 2
TONES: Final[dict[str, Color]] = {
    "muted": HexColor(0x667085), "grid": HexColor(0xE4E7EC), "zero": HexColor(0x98A2B3), "first": HexColor(0x2B5FD9),
    "second": HexColor(0xC2740A), "third": HexColor(0x7A3FF2), "fourth": HexColor(0x0E8A8A), "fifth": HexColor(0xB83280),
    "gain": HexColor(0x18794E), "loss": HexColor(0xC4320A),
}  # fmt: skip
"""The page's own light colours (page.css)."""

INK, MUTED, RULE = HexColor(0x1B1F27), TONES["muted"], TONES["grid"]
PLAIN, BOLD = "SandbarPlain", "SandbarBold"


@cache
def _load_letters() -> None:
    """Make the letters known to the library, once a process."""
    folder = Path(reportlab.__file__).parent / "fonts"
    pdfmetrics.registerFont(TTFont(PLAIN, str(folder / "Vera.ttf")))
    pdfmetrics.registerFont(TTFont(BOLD, str(folder / "VeraBd.ttf")))


def _style(name: str, size: float, *, font: str = PLAIN, color: Color = INK, before: float = 0) -> ParagraphStyle:
    return ParagraphStyle(
        name, fontName=font, fontSize=size, leading=size * 1.3, textColor=color, spaceBefore=before, splitLongWords=1
    )


TITLE = _style("title", 18, font=BOLD)
HEAD = _style("head", 12, font=BOLD, before=12)
SUBHEAD = _style("subhead", 8.5, font=BOLD, before=8)
TEXT = _style("text", 8)
SMALL = _style("small", 7, color=MUTED)
WARNING = _style("warning", 8, color=HexColor(0x8A4B00), before=4)


def pdf_bytes(report: Report) -> bytes:
    """The file."""
    _load_letters()
    zone = zone_of(report.provenance.time_zone)
    story: list[Flowable] = _head(report, zone)
    for section in report.sections:
        story += _section(section, zone)
    story += _foot(report)
    file = io.BytesIO()
    document = SimpleDocTemplate(
        file, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN,
        title=report.title, author="Sandbar", subject=report.subtitle, invariant=1,
    )  # fmt: skip

    def number(canvas: Any, page: Any) -> None:
        canvas.setFont(PLAIN, 7)
        canvas.setFillColor(MUTED)
        canvas.drawString(MARGIN, 9 * mm, report.title[:90])
        canvas.drawRightString(A4[0] - MARGIN, 9 * mm, str(page.page))

    document.build(story, onFirstPage=number, onLaterPages=number)
    return file.getvalue()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("−", "-")


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(_escaped(text), style)


def _head(report: Report, zone: tzinfo) -> list[Flowable]:
    money = f", money in {report.currency}" if report.currency else ""
    made = f"Made {text_of(report.made_ns, 'time', zone)}{money}, times in {report.provenance.time_zone}"
    return [
        _paragraph(report.kind.upper(), SMALL),
        _paragraph(report.title, TITLE),
        _paragraph(report.subtitle, TEXT),
        _paragraph(made, SMALL),
        *(_paragraph(each, WARNING) for each in report.warnings),
    ]


def _section(section: Section, zone: tzinfo) -> list[Flowable]:
    parts: list[Flowable] = [CondPageBreak(45 * mm), _paragraph(section.title, HEAD), Spacer(1, 3)]
    if section.text:
        parts.append(_paragraph(section.text, TEXT))
    if section.figures:
        parts.append(_figures(section.figures, zone))
    for chart in section.charts:
        parts += _chart(chart, zone)
    for table in section.tables:
        parts += _table(table, zone)
    return parts


def _figures(figures: tuple[Figure, ...], zone: tzinfo) -> Flowable:
    """Label and value beside each other, two of them on a line."""
    cells = [[each.label, _plain(text_of(each.value, each.unit, zone))] for each in figures]
    cells += [["", ""]] * (-len(cells) % FIGURES_A_LINE)
    rows = [
        [cell for figure in cells[start : start + FIGURES_A_LINE] for cell in (*figure, "")][:-1]
        for start in range(0, len(cells), FIGURES_A_LINE)
    ]
    gap = 8 * mm
    wide = (WIDTH - gap) / 2
    style = [
        ("FONT", (0, 0), (-1, -1), PLAIN, 8),
        ("FONT", (1, 0), (1, -1), BOLD, 8),
        ("FONT", (4, 0), (4, -1), BOLD, 8),
        ("TEXTCOLOR", (0, 0), (-1, -1), INK),
        ("TEXTCOLOR", (0, 0), (0, -1), MUTED),
        ("TEXTCOLOR", (3, 0), (3, -1), MUTED),
        ("ALIGN", (1, 0), (1, -1), "RIGHT"),
        ("ALIGN", (4, 0), (4, -1), "RIGHT"),
        ("LINEBELOW", (0, 0), (1, -1), 0.4, RULE),
        ("LINEBELOW", (3, 0), (4, -1), 0.4, RULE),
        *_paddings(2, 0),
    ]
    return LongTable(
        rows, colWidths=[wide * 0.66, wide * 0.34, gap, wide * 0.66, wide * 0.34], style=style, hAlign="LEFT"
    )


def _paddings(vertical: float, horizontal: float) -> list[tuple[Any, ...]]:
    whole = ((0, 0), (-1, -1))
    return [
        ("TOPPADDING", *whole, vertical),
        ("BOTTOMPADDING", *whole, vertical),
        ("LEFTPADDING", *whole, horizontal),
        ("RIGHTPADDING", *whole, horizontal),
    ]


def _plain(text: str) -> str:
    """The letters have no true minus."""
    return text.replace("−", "-")


def _chart(chart: Chart, zone: tzinfo) -> list[Flowable]:
    picture = picture_of(chart, zone)
    if picture is None:
        return []
    parts: list[Flowable] = [_paragraph(chart.title, SUBHEAD), drawing_of(picture)]
    if chart.note:
        parts.append(_paragraph(chart.note, SMALL))
    return [KeepTogether(parts)]


def drawing_of(picture: Picture) -> Drawing:
    """A picture as lines of the PDF, as wide as the text."""
    scale = WIDTH / picture.width
    drawing = Drawing(WIDTH, picture.height * scale)
    for mark in picture.marks:
        drawing.add(_shape(mark, scale, picture.height))
    return drawing


def _shape(mark: Mark, scale: float, height: float) -> Any:
    """A mark; the plane of the PDF begins at the bottom."""
    color = TONES[mark.tone]
    if isinstance(mark, Line | Area):
        points = [value * scale for x, y in mark.points for value in (x, height - y)]
        if isinstance(mark, Line):
            dash = [each * scale for each in mark.dash] or None
            return PolyLine(
                points, strokeColor=color, strokeWidth=mark.width * scale, strokeLineJoin=1, strokeDashArray=dash
            )
        faint = Color(color.red, color.green, color.blue, alpha=0.22)
        return Polygon(points, fillColor=faint, strokeColor=None)
    if isinstance(mark, Box):
        place = (mark.x * scale, (height - mark.y - mark.height) * scale)
        return Rect(*place, mark.width * scale, mark.height * scale, fillColor=color, strokeColor=None)
    place = (mark.x * scale, (height - mark.y) * scale)
    return String(
        *place, _plain(mark.text), textAnchor=mark.anchor, fontName=PLAIN, fontSize=SIZE * scale, fillColor=color
    )


def _table(table: Table, zone: tzinfo) -> list[Flowable]:
    title = _paragraph(table.title, SUBHEAD)
    if not table.rows:
        return [title, _paragraph("Nothing.", SMALL)]
    most = min(table.most_shown, MOST_ROWS)
    units = [column.unit for column in table.columns]
    shown = [
        [_plain(text_of(value, unit, zone)) for value, unit in zip(row, units, strict=True)]
        for row in table.rows[:most]
    ]
    heads = [column.label for column in table.columns]
    widths = _widths(heads, shown)
    size = min(BODY_SIZE, BODY_SIZE * WIDTH / sum(widths))
    style = [*_table_style(table, size), *(_shades(table, most) if table.is_shaded else [])]
    top = [_head_cell(column, size) for column in table.columns]
    rows = [top, *([_fitting(text, width, size) for text, width in zip(row, widths, strict=True)] for row in shown)]
    spare = max(WIDTH / sum(widths), 1e-9)
    parts: list[Flowable] = [
        title,
        Spacer(1, 2),
        LongTable(rows, colWidths=[width * spare for width in widths], repeatRows=1, style=style, hAlign="LEFT"),
    ]
    left = len(table.rows) - most
    note = f"{table.note} {f'{left:,} more rows are in the files for programs.' if left > 0 else ''}".strip()
    return [CondPageBreak(30 * mm), *parts, *([_paragraph(note, SMALL)] if note else [])]


BODY_SIZE: Final = 7.0
"""Of the letters of a table that fits; a wider one has smaller ones."""

MOST_LETTERS: Final = 60


def _widths(heads: list[str], rows: list[list[str]]) -> list[float]:
    """How wide each column is at seven points: its longest text, counted to some letters, or the longest word on top."""
    widths = []
    for head, column in zip(heads, zip(*rows, strict=True), strict=True):
        body = pdfmetrics.stringWidth(max(column, key=len)[:MOST_LETTERS], PLAIN, BODY_SIZE)
        word = max((pdfmetrics.stringWidth(each, BOLD, BODY_SIZE) for each in head.split()), default=0.0)
        widths.append(max(body, word, 14.0) + 8)
    return widths


def _head_cell(column: Column, size: float) -> Paragraph:
    """The name of a column, over as many lines as it takes."""
    style = _style("head cell", size, font=BOLD, color=MUTED)
    style.alignment = TA_RIGHT if column.unit in NUMBERS else TA_LEFT
    return _paragraph(column.label, style)


def _fitting(text: str, width: float, size: float) -> Any:
    """A text; one that is too long for its column is broken into lines."""
    if len(text) <= MOST_LETTERS:
        return text
    return Paragraph(_escaped(text), _style("cell", size))


def _table_style(table: Table, size: float) -> list[tuple[Any, ...]]:
    numbers = [place for place, column in enumerate(table.columns) if column.unit in NUMBERS]
    return [
        ("FONT", (0, 0), (-1, -1), PLAIN, size),
        ("TEXTCOLOR", (0, 0), (-1, -1), INK),
        ("LINEBELOW", (0, 0), (-1, -1), 0.3, RULE),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("VALIGN", (0, 1), (-1, -1), "TOP"),
        *(("ALIGN", (place, 0), (place, -1), "RIGHT") for place in numbers),
        *_paddings(1.5, 2.5),
    ]


def _shades(table: Table, most: int) -> list[tuple[Any, ...]]:
    """The colours of gains and losses, as on the page."""
    found: list[tuple[Any, ...]] = []
    for row, values in enumerate(table.rows[:most], 1):
        for place, (value, column) in enumerate(zip(values, table.columns, strict=True)):
            if value is None or isinstance(value, str) or not value:
                continue
            tone = TONES["gain" if value > 0 else "loss"]
            if column.unit == "share":
                step = min(int(abs(float(value)) / DEEPEST_SHADE * 4) + 1, 4)
                found.append(("BACKGROUND", (place, row), (place, row), _mixed(tone, (0, 0.1, 0.22, 0.36, 0.52)[step])))
            elif column.unit == "money" and column.name == "profit":
                found.append(("TEXTCOLOR", (place, row), (place, row), tone))
    return found


def _mixed(color: Color, share: float) -> Color:
    """A colour on white paper."""
    return Color(*(1 - share * (1 - part) for part in (color.red, color.green, color.blue)))


def _foot(report: Report) -> list[Flowable]:
    """What it was made of, so that it can be made again."""
    made = report.provenance
    engine = f", engine {made.engine}" if made.engine is not None else ""
    language = f", expressions {made.language}" if made.language is not None else ""
    version = f"Report version {made.report}{engine}{language}; made {iso_from_ns(report.made_ns)}."
    lines = [*made.conventions, version, *(f"Data: {each.what}: {each.content_hash}" for each in made.data)]
    return [
        CondPageBreak(40 * mm),
        _paragraph("Where it came from", HEAD),
        *(_paragraph(each, SMALL) for each in lines),
    ]
