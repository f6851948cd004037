"""Files as batches of raw rows: one frame per batch, its columns named by role, and the line each row came from.

Text files give String columns, Parquet and Feather whatever types they hold; what a cell means is said by
`markets.datasets.rows`. Memory is bounded by the batch, whatever the file.
"""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import msgspec
import polars as pl

from markets.datasets.columns import MAX_COLUMNS, NUMBER_ROLES, Picked, check_columns, pick_columns, refuse_columns
from markets.datasets.formats import (
    MAX_CONTENT_BYTES,
    MAX_RATIO,
    RATIO_FREE_BYTES,
    BoundedStream,
    FileFormat,
    as_plain_file,
    open_content,
)
from markets.datasets.layouts import Layout, Wishes, check_panel, detect_layout, panel_roles
from markets.datasets.lines import LineBatch, head_lines, line_batches
from markets.datasets.records import Columns
from markets.datasets.refusals import unknown_layout, unreadable, unsuitable
from markets.datasets.times import (
    ASSUMED_UTC,
    CONVERTED_UTC,
    EPOCH_READER,
    TimeReader,
    detect_times,
    given_reader,
)
from markets.datasets.unsuited import panel_columns, why_unsuited

ROW = "row"
EXTRA = "extra"
TOO_LONG = "too_long"
BLANK = "blank"
PANEL = "panel_"
"""Before the names of a panel's columns in a batch."""
TABLE_BATCH_ROWS = 100_000
_CELL_BYTES = 8
MAX_ERROR_CHARS = 200
SAMPLE_ROWS = 2_000


class Reading(msgspec.Struct, frozen=True):
    """A file opened for import: its layout, and its rows."""

    layout: Layout
    batches: Iterator["RawBatch"]


class RawBatch(msgspec.Struct, frozen=True):
    """Raw rows by role, with `row`, and for text `extra` (a field too many), `too_long` and `blank`.

    `fraction` says how much of the file has been read by now. Text whose every line fits is read straight into numbers;
    `as_text` then reads the same lines cell by cell, for whoever finds a row that may not stay.
    """

    frame: pl.DataFrame
    fraction: float
    as_text: Callable[[], pl.DataFrame] | None = None


@contextmanager
def open_table(path: Path, file_format: FileFormat, wishes: Wishes, work_dir: Path) -> Iterator[Reading]:
    """The file's layout and rows; raises Rejected or Invalid when it cannot be read as asked."""
    if file_format.content == "csv":
        with open_content(path, file_format) as head:
            layout = detect_layout(head_lines(head), wishes)
        with open_content(path, file_format) as stream:
            yield Reading(layout, _text_batches(stream, layout))
        return
    with as_plain_file(path, file_format, work_dir) as plain:
        with damage_refused():
            lazy = scan_table(plain, file_format)
            layout, rows = typed_layout(lazy, wishes)
        _check_unpacked_size(plain, rows=rows, columns=len(_wanted(layout)))
        yield Reading(layout, _typed_batches(lazy, layout, rows))


# Text


def _text_batches(stream: BoundedStream, layout: Layout) -> Iterator[RawBatch]:
    types = _number_types(layout)
    for batch in line_batches(stream):
        as_text = partial(_text_rows, batch, layout)
        frame = None if types is None else _number_rows(batch, layout, types)
        if frame is None:
            yield RawBatch(as_text(), stream.fraction())
        else:
            yield RawBatch(frame, stream.fraction(), as_text)


def _text_rows(batch: LineBatch, layout: Layout) -> pl.DataFrame:
    return _text_frame(batch, layout).filter(pl.col(ROW) > layout.skip_lines)


def _number_types(layout: Layout) -> dict[str, pl.DataType] | None:
    """The types of the columns that are wanted, by role; None where numbers are not written plainly."""
    if layout.panel or layout.decimal_comma:
        return None
    reader = layout.time_reader
    epoch = not reader.formats and reader.day_ns is None and layout.columns.date is None
    types: dict[str, pl.DataType] = {}
    for role in layout.columns.used():
        is_count = role == "time" and (epoch or reader.day_ns is not None)
        types[role] = pl.Int64() if is_count else pl.Float64() if role in NUMBER_ROLES else pl.String()
    return types


def _number_rows(batch: LineBatch, layout: Layout, types: dict[str, pl.DataType]) -> pl.DataFrame | None:
    """The lines read straight into numbers, several times as fast; None unless every line is exactly what it should be."""
    data = batch.data
    if batch.too_long or b'"' in data or b"\r" in data or not data.isascii():
        return None
    first_line, skipped = batch.first_line, max(0, layout.skip_lines - batch.first_line + 1)
    width = len(layout.names)
    roles = layout.columns.used()
    by_position = {_column(layout.names.index(name)): types[role] for role, name in roles.items()}
    try:
        frame = pl.read_csv(
            data,
            has_header=False,
            skip_lines=skipped,
            schema={_column(place): by_position.get(_column(place), pl.String()) for place in range(width + 1)},
            columns=[*by_position, _column(width)],
            separator=layout.separator,
            quote_char=None,
            extra_columns="ignore",
            missing_columns="insert",
        )
    except pl.exceptions.PolarsError:
        return None
    lines = batch.lines - skipped
    if frame.height != lines or frame[_column(width)].null_count() != lines:
        return None
    if any(frame[name].null_count() for name in by_position):
        return None
    first_row = first_line + skipped
    return frame.select(
        *(pl.col(_column(layout.names.index(name))).alias(role) for role, name in roles.items()),
        pl.col(_column(width)).alias(EXTRA),
        pl.int_range(first_row, first_row + pl.len(), dtype=pl.Int64).alias(ROW),
        pl.lit(False).alias(BLANK),
        pl.lit(False).alias(TOO_LONG),
    )


def _column(place: int) -> str:
    """What polars calls the column at a place of a file without a header."""
    return f"column_{place + 1}"


def _text_frame(batch: LineBatch, layout: Layout) -> pl.DataFrame:
    """One row per line, exactly: what is no line of fields becomes a row of nulls, so that line numbers hold."""
    if b"\r" in batch.data:
        batch = msgspec.structs.replace(batch, data=batch.data.replace(b"\r\n", b"\n"))
    width = len(layout.names)
    fields = _quoted_frame(batch, layout.separator, width) if b'"' in batch.data else None
    if fields is None:
        fields = _plain_frame(batch.data, layout.separator, width)
    roles = [pl.col(f"c{layout.names.index(name)}").alias(role) for role, name in _wanted(layout).items()]
    rows = pl.int_range(batch.first_line, batch.first_line + pl.len(), dtype=pl.Int64)
    is_blank = pl.all_horizontal(pl.all().is_null()).alias(BLANK)
    frame = fields.select(*roles, pl.col(f"c{width}").alias(EXTRA), rows.alias(ROW), is_blank)
    return frame.with_columns(pl.col(ROW).is_in(list(batch.too_long)).alias(TOO_LONG))


def _plain_frame(data: bytes, separator: str, width: int) -> pl.DataFrame:
    """Lines without quotes. One more column than the header has catches rows with a field too many."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        # The head of the file was UTF-8, so this is a broken cell; the mark makes it unreadable as a number.
        data = data.decode("utf-8", "replace").encode("utf-8")
    frame = pl.read_csv(
        data,
        has_header=False,
        schema={f"c{position}": pl.String for position in range(width + 1)},
        separator=separator,
        quote_char=None,
        extra_columns="ignore",
        missing_columns="insert",
    )
    assert frame.height == data.count(b"\n"), "polars gives one row per line when there are no quotes"
    return frame


def _quoted_frame(batch: LineBatch, separator: str, width: int) -> pl.DataFrame:
    """Lines with quotes, line by line: a quote that is not closed must not swallow the lines after it."""
    lines = batch.data.decode("utf-8", "replace").split("\n")[:-1]
    columns: list[list[str | None]] = [[] for _ in range(width + 1)]
    for line in lines:
        fields = _fields(line, separator)
        for position, column in enumerate(columns):
            column.append((fields[position] or None) if position < len(fields) else None)
    return pl.DataFrame(columns, schema={f"c{position}": pl.String for position in range(width + 1)})


def _fields(line: str, separator: str) -> list[str]:
    if '"' not in line:
        return line.split(separator)
    try:
        return next(csv.reader((line,), delimiter=separator, strict=True), [])
    except csv.Error:
        return [line]


def _wanted(layout: Layout) -> dict[str, str]:
    """The columns to read and what they are called in a batch: by role, those of a panel by their own names."""
    if not layout.panel:
        return layout.columns.used()
    assert layout.columns.time is not None, "every layout has a time column"
    return {"time": layout.columns.time, **{PANEL + name: name for name in layout.panel}}


# Parquet and Feather


def scan_table(plain: Path, file_format: FileFormat) -> pl.LazyFrame:
    """A Parquet or Feather file that lies unpacked, not read yet."""
    return pl.scan_parquet(plain) if file_format.content == "parquet" else pl.scan_ipc(plain)


def typed_layout(lazy: pl.LazyFrame, wishes: Wishes) -> tuple[Layout, int]:
    """The layout by the schema, and the number of rows; raises Rejected or Invalid."""
    schema = lazy.collect_schema()
    names = tuple(schema.names())
    if len(names) > MAX_COLUMNS:
        raise unknown_layout(f"The file has {len(names)} columns; at most {MAX_COLUMNS} are read.")
    panel: tuple[str, ...] = ()
    if wishes.columns is not None:
        picked = check_columns(wishes.columns, names, wishes.kind)
    else:
        found = pick_columns(names, kind=wishes.kind, symbol=wishes.symbol)
        picked, panel = (found, ()) if found is not None else _typed_panel(lazy, names, wishes)
    rows = int(lazy.select(pl.len()).collect().item())
    if rows == 0:
        raise unreadable("The file has no rows.")
    reader = _typed_times(lazy, schema, picked.columns)
    layout = Layout(names=names, picked=picked, time_reader=reader, is_text=False, panel=panel, price=wishes.price)
    return layout, rows


def _typed_panel(lazy: pl.LazyFrame, names: tuple[str, ...], wishes: Wishes) -> tuple[Picked, tuple[str, ...]]:
    """A panel of closing prices; raises Rejected for any other table, with what it is where that shows."""
    if reason := why_unsuited(names):
        raise unsuitable(reason)
    sample = lazy.head(SAMPLE_ROWS).select(pl.all().cast(pl.String, strict=False).fill_null("")).collect()
    panel = panel_columns(names, sample.rows()) if wishes.kind in (None, "candles") else ()
    if not panel:
        refuse_columns(names)
    check_panel(panel, wishes)
    return panel_roles(names[0], panel), panel


def _typed_times(lazy: pl.LazyFrame, schema: pl.Schema, columns: Columns) -> TimeReader:
    assert columns.time is not None, "every layout has a time column"
    dtype = schema[columns.time]
    if isinstance(dtype, pl.Datetime):
        zone = CONVERTED_UTC if dtype.time_zone not in (None, "UTC") else "UTC, as the column's type says"
        return TimeReader((), str(dtype), zone if dtype.time_zone else ASSUMED_UTC)
    if dtype == pl.Date:
        return TimeReader((), "date", ASSUMED_UTC)
    if not dtype.is_numeric() and dtype != pl.String:
        raise unknown_layout(f"Column {columns.time!r} holds {dtype} values, which are no times.")
    cells = [cell for cell in _typed_cells(lazy, columns) if cell]
    reader = given_reader(columns.time_format, cells) if columns.time_format else detect_times(cells)
    if reader is None and dtype.is_numeric():
        return EPOCH_READER
    if reader is None:
        shown = ", ".join(repr(cell[:40]) for cell in cells[:3])
        raise unknown_layout(f'The times in column {columns.time!r} are not recognised ({shown}): send "time_format".')
    return reader


def _typed_cells(lazy: pl.LazyFrame, columns: Columns) -> list[str]:
    """The first times as text, with the date before them where they stand in two columns."""
    parts = [pl.col(name).cast(pl.String) for name in (columns.date, columns.time) if name]
    return lazy.head(SAMPLE_ROWS).select(pl.concat_str(parts, separator=" ")).collect().to_series().to_list()


def _typed_batches(lazy: pl.LazyFrame, layout: Layout, rows: int) -> Iterator[RawBatch]:
    selected = lazy.select(pl.col(name).alias(role) for role, name in _wanted(layout).items())
    frames = iter(selected.collect_batches(chunk_size=TABLE_BATCH_ROWS, maintain_order=True))
    first_row = 1
    while (frame := _next_frame(frames)) is not None:
        numbered = frame.with_row_index(ROW, offset=first_row).with_columns(pl.col(ROW).cast(pl.Int64))
        first_row += frame.height
        yield RawBatch(numbered, min(1.0, (first_row - 1) / rows))


def _next_frame(frames: Iterator[pl.DataFrame]) -> pl.DataFrame | None:
    with damage_refused():
        return next(frames, None)


@contextmanager
def damage_refused() -> Iterator[None]:
    """What polars says about a damaged file, as a refusal. It panics on some, which is no ordinary exception."""
    try:
        yield
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as damage:
        text = (str(damage).splitlines() or [type(damage).__name__])[0]
        raise unreadable(
            f"The file is damaged or of a kind that cannot be read ({text[:MAX_ERROR_CHARS]})."
        ) from damage


def _check_unpacked_size(path: Path, *, rows: int, columns: int) -> None:
    """A few bytes of run lengths can claim billions of rows; refuse before any of them is made."""
    content_bytes = rows * columns * _CELL_BYTES
    file_bytes = path.stat().st_size
    if content_bytes > MAX_CONTENT_BYTES or content_bytes > max(RATIO_FREE_BYTES, MAX_RATIO * file_bytes):
        raise unreadable(f"The file claims {rows:,} rows in {file_bytes:,} bytes: more than {MAX_RATIO} to 1.")
