"""The head of a file as an import would read it: its rows as text, and the roles its columns would get.

A file whose layout nobody recognises is shown too, with the reason, so that its owner can write a column map.
"""

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from kit.errors import Rejected
from markets.datasets.archives import member_texts
from markets.datasets.depth.formats import NO_RECORDING, DepthFormat, find_format
from markets.datasets.depth.messages import BadMessage, OtherMessage
from markets.datasets.formats import FileFormat, as_plain_file, detect_format, open_content
from markets.datasets.layouts import SEPARATORS, Layout, Wishes, detect_layout, split_line
from markets.datasets.lines import head_lines
from markets.datasets.records import WORK_FOLDER, ImportSpec, Preview
from markets.datasets.refusals import UNKNOWN_LAYOUT, UNSUITABLE_DATA, unknown_layout
from markets.datasets.steps import DEFAULT_QUOTE, guess_symbol, symbol_of_ticker, without_date
from markets.datasets.tables import damage_refused, scan_table, typed_layout

MAX_ROWS = 20
MAX_CELL_CHARS = 100
MAX_CELLS = 40
Rows = tuple[tuple[str, ...], ...]


class Head(msgspec.Struct, frozen=True):
    """The first rows of a file, and its layout or why it is not recognised."""

    file_format: FileFormat
    names: tuple[str, ...]
    rows: Rows
    layout: Layout | None
    problem: Rejected | None
    recording: DepthFormat | None = None


def run(spec: dict[str, Any], progress: object) -> dict[str, Any]:
    """The job `dataset.preview`: an ImportSpec as a dict in, a Preview as a dict out; too short to report progress."""
    result: dict[str, Any] = msgspec.to_builtins(preview_file(msgspec.convert(spec, ImportSpec)))
    return result


def read_head(spec: ImportSpec) -> Head:
    """The head of the file; raises Rejected for what cannot be opened at all, Invalid for a wrong column map."""
    path = Path(spec.path)
    file_format = detect_format(path)
    wishes = Wishes(spec.kind, spec.symbol, spec.columns, spec.price, spec.closes, spec.file_name)
    if file_format.content == "csv":
        return _text_head(path, file_format, wishes)
    work_root = Path(spec.datasets_dir) / WORK_FOLDER
    work_root.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=work_root) as folder,
        as_plain_file(path, file_format, Path(folder)) as plain,
    ):
        return _typed_head(plain, file_format, wishes)


def preview_file(spec: ImportSpec) -> Preview:
    """The head of the file for its owner to look at; errors as `read_head`."""
    head = read_head(spec)
    layout = head.layout
    return Preview(
        file_format=str(head.file_format),
        kind=layout.kind if layout else "depth" if head.recording else None,
        header_line=layout.header_line if layout else 0,
        banner=layout.banner if layout else (),
        column_names=head.names,
        columns=layout.columns.used() if layout else {},
        ignored_columns=layout.ignored() if layout else (),
        time_format=layout.time_reader.label if layout else None,
        time_zone=layout.time_reader.zone if layout else None,
        symbol=symbol_of(spec, head),
        rows=head.rows,
        notes=_notes(head),
        problem=head.problem.message if head.problem else None,
    )


def symbol_of(spec: ImportSpec, head: Head) -> str | None:
    """The symbol: as given, else as a cell of the file or its name says; None when nothing does, or it holds several."""
    cells = _symbol_cells(head)
    if spec.symbol is not None or len(cells) > 1 or (head.layout and head.layout.panel):
        return spec.symbol
    name = without_date(spec.file_name).lstrip("-_. ")
    found = guess_symbol(*cells, name, *member_texts(Path(spec.path), head.file_format))
    ticker = cells[0] if cells else name if spec.quote else None
    return found or (symbol_of_ticker(ticker, spec.quote or DEFAULT_QUOTE) if ticker else None)


def lacks_symbol(spec: ImportSpec, head: Head) -> bool:
    """Whether nothing says which symbol the file holds, and the caller has to."""
    has_symbols = bool(_symbol_cells(head)) or bool(head.layout and head.layout.panel)
    return not has_symbols and symbol_of(spec, head) is None


def _notes(head: Head) -> tuple[str, ...]:
    notes = head.layout.picked.notes if head.layout else ()
    if len(_symbol_cells(head)) > 1:
        notes += ("The file holds several symbols: an import makes a data set of each.",)
    if head.file_format.packing == "archive":
        notes += ("This is the first file of the archive: an import makes a data set of each series.",)
    return notes


def _text_head(path: Path, file_format: FileFormat, wishes: Wishes) -> Head:
    with open_content(path, file_format) as stream:
        lines = head_lines(stream)
    if wishes.kind in (None, "depth"):
        if recording := find_format(lines):
            return _recording_head(lines, file_format, recording)
        if wishes.kind == "depth":
            return Head(file_format, ("line",), _whole_lines(lines), None, unknown_layout(NO_RECORDING))
    try:
        layout = detect_layout(lines, wishes)
    except Rejected as problem:
        if problem.code not in (UNKNOWN_LAYOUT, UNSUITABLE_DATA):
            raise
        separator = max(SEPARATORS, key=lambda one: sum(line.count(one) for line in lines[:MAX_ROWS]))
        rows = _text_rows(lines[:MAX_ROWS], separator)
        names = tuple(f"column_{number}" for number in range(1, max(map(len, rows), default=0) + 1))
        return Head(file_format, names, rows, None, problem)
    first = layout.skip_lines
    return Head(file_format, layout.names, _text_rows(lines[first : first + MAX_ROWS], layout.separator), layout, None)


def _recording_head(lines: list[str], file_format: FileFormat, recording: DepthFormat) -> Head:
    """The first lines of a recording of a book as they are, and the symbols they name."""
    for line in lines[:MAX_ROWS]:
        with suppress(BadMessage, OtherMessage):
            recording.read(line.strip())
    return Head(file_format, ("line",), _whole_lines(lines), None, None, recording)


def _whole_lines(lines: list[str]) -> Rows:
    return tuple((line[:MAX_CELL_CHARS],) for line in lines[:MAX_ROWS] if line)


def _text_rows(lines: list[str], separator: str) -> Rows:
    return tuple(
        tuple(cell[:MAX_CELL_CHARS] for cell in split_line(line, separator)[:MAX_CELLS]) for line in lines if line
    )


def _typed_head(plain: Path, file_format: FileFormat, wishes: Wishes) -> Head:
    with damage_refused():
        lazy = scan_table(plain, file_format)
        names = tuple(lazy.collect_schema().names())[:MAX_CELLS]
        frame = lazy.select(names).head(MAX_ROWS).collect()
        rows = tuple(tuple(_cell_text(cell) for cell in row) for row in frame.iter_rows())
        try:
            layout, _ = typed_layout(lazy, wishes)
        except Rejected as problem:
            if problem.code not in (UNKNOWN_LAYOUT, UNSUITABLE_DATA):
                raise
            return Head(file_format, names, rows, None, problem)
    return Head(file_format, names, rows, layout, None)


def _cell_text(cell: object) -> str:
    return "" if cell is None else str(cell)[:MAX_CELL_CHARS]


def _symbol_cells(head: Head) -> list[str]:
    """What the first rows say in their column of symbols, each once, or a recording of itself."""
    if head.recording is not None:
        return sorted(head.recording.symbols)
    name = head.layout.columns.symbol if head.layout else None
    if name is None or name not in head.names:
        return []
    position = head.names.index(name)
    cells = (row[position].strip() for row in head.rows if position < len(row))
    return list(dict.fromkeys(cell for cell in cells if cell))
