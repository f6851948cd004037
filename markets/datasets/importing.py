"""Imports one file: read in batches, check every row, sort, clean, store, and say what was found.

This is what a worker process runs: no Django, its argument a plain dict. The file is only read; all it writes lies
in a temporary folder beside the stored data sets until the last step gives the content its name.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn, Protocol

import msgspec
import numpy as np

from kit.clock import NS_PER_SECOND, iso_from_ns
from kit.errors import Rejected, invalid_field
from markets.datasets import store
from markets.datasets.depth import importing as depth
from markets.datasets.formats import FileFormat, detect_format
from markets.datasets.layouts import Layout
from markets.datasets.quality import find_gaps, judge_calendar
from markets.datasets.records import WORK_FOLDER, Gaps, ImportResult, ImportSpec, Quality
from markets.datasets.refusals import TOO_MANY_BAD_ROWS, unreadable, unsuitable
from markets.datasets.resampling import stream_candles
from markets.datasets.rows import MAX_SYMBOLS, RowReader
from markets.datasets.series import SeriesBuilder
from markets.datasets.sorting import TimeSorter
from markets.datasets.steps import check_symbol, guess_symbol, steps_of
from markets.datasets.tables import Wishes, open_table
from markets.updates import INTERVALS

MAX_ROWS = 200_000_000
"""Rows of one data set; about 5 GB while they are sorted."""
REFUSAL_EXAMPLES = 5
MINUTE_NS = INTERVALS[store.MINUTE] * NS_PER_SECOND
_READING_SHARE = 0.7
_STORING_SHARE = 0.25


class Progress(Protocol):
    """Where an import reports to; raises when the job was canceled."""

    def update(self, fraction: float, message: str = "") -> None:
        """Say how much is done, 0 to 1."""
        ...


def run(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The job `dataset.import`: an ImportSpec as a dict in, an ImportResult as a dict out."""
    import_spec = msgspec.convert(spec, ImportSpec)
    try:
        result: dict[str, Any] = msgspec.to_builtins(import_file(import_spec, progress))
        return result
    finally:
        if import_spec.delete_source:
            Path(import_spec.path).unlink(missing_ok=True)


def import_file(spec: ImportSpec, progress: Progress) -> ImportResult:
    """Import the file of `spec`; raises Rejected or Invalid saying why not, and then leaves nothing behind."""
    _check_spec(spec)
    path, datasets_dir = Path(spec.path), Path(spec.datasets_dir)
    file_format = detect_format(path)
    work_root = datasets_dir / WORK_FOLDER
    work_root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=work_root) as folder:
        work_dir = Path(folder)
        if recording := depth.detect(path, file_format, spec.kind):
            return _publish_depth(depth.build_depth(spec, path, file_format, recording, work_dir, progress), progress)
        layout, reader, sorter = _read(spec, path, file_format, work_dir, progress)
        series = SeriesBuilder(layout.kind)
        stored = work_dir / "stored.parquet"
        frames = series.clean(sorter.ranges(newest_first=reader.is_newest_first))
        reported = _with_progress(frames, progress, total=sorter.rows)
        store.write_frames(stored, store.SCHEMAS[layout.kind], reported)
        symbol = _settle_symbol(spec, reader)
        interval = _settle_interval(spec, series) if layout.kind == "candles" else None
        quality = _describe(spec, file_format, layout, reader, series, interval, stored)
        result = _result(spec, series, quality, symbol=symbol, size_bytes=stored.stat().st_size)
        if spec.calendar is None:
            # There is no instrument yet: a symbol that could not get one is refused before anything is stored.
            steps_of(result)
        if layout.kind == "trades":
            _store_minutes(stored, work_dir, datasets_dir, result)
        store.publish(stored, store.data_path(datasets_dir, result.content_hash, result.kind))
    progress.update(1.0, f"{result.rows:,} {result.kind} stored")
    return result


def _publish_depth(built: depth.BuiltDepth, progress: Progress) -> ImportResult:
    for written, final in built.files:
        store.publish(written, final)
    progress.update(1.0, f"{built.result.rows:,} messages stored")
    return built.result


def _check_spec(spec: ImportSpec) -> None:
    if spec.symbol is not None:
        check_symbol(spec.symbol)
    if spec.interval is not None and spec.interval not in INTERVALS:
        raise invalid_field("interval", f"Must be one of {', '.join(INTERVALS)}.")


def _read(
    spec: ImportSpec, path: Path, file_format: FileFormat, work_dir: Path, progress: Progress
) -> tuple[Layout, RowReader, TimeSorter]:
    wishes = Wishes(kind=spec.kind, symbol=spec.symbol, columns=spec.columns)
    with open_table(path, file_format, wishes, work_dir) as reading:
        reader, sorter = RowReader(reading.layout), TimeSorter(work_dir)
        for batch in reading.batches:
            sorter.add(reader.read(batch))
            if sorter.rows > MAX_ROWS:
                raise unsuitable(f"The file has more than {MAX_ROWS:,} rows: split it.")
            progress.update(_READING_SHARE * batch.fraction, f"{sorter.rows:,} rows read")
    if reader.bad.count > reader.good:
        _refuse_bad_rows(reader)
    if not reader.good:
        raise unreadable("There are no rows after the header.")
    if len(reader.symbols) > 1:
        shown = ", ".join(reader.symbols[:MAX_SYMBOLS])
        raise unsuitable(f"The file holds several symbols ({shown}): split it into one file for each.")
    return reading.layout, reader, sorter


def _refuse_bad_rows(reader: RowReader) -> NoReturn:
    """A file in which most rows are bad was misread or is broken; what is left of it would be no series."""
    reasons = [f"{count:,} rows: {reason}" for reason, count in _by_count(reader.bad.by_reason)]
    examples = [f"line {bad.line}: {bad.reason} ({bad.text})" for bad in reader.bad.examples[:REFUSAL_EXAMPLES]]
    raise Rejected(
        f"{reader.bad.count:,} of {reader.bad.count + reader.good:,} rows are bad; a file with more bad rows than "
        f"good ones is not imported. {examples[0].capitalize()}.",
        code=TOO_MANY_BAD_ROWS,
        details={"file": reasons, "examples": examples},
    )


def _by_count(reasons: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(reasons.items(), key=lambda item: -item[1])


def _with_progress(frames: Iterator[Any], progress: Progress, *, total: int) -> Iterator[Any]:
    done = 0
    for frame in frames:
        yield frame
        done += frame.height
        progress.update(_READING_SHARE + _STORING_SHARE * min(1.0, done / total), f"{done:,} rows stored")


def _settle_symbol(spec: ImportSpec, reader: RowReader) -> str:
    symbol = spec.symbol or guess_symbol(*reader.symbols, spec.file_name)
    if symbol is None:
        raise invalid_field("symbol", "The file does not say which symbol it holds: give it, such as BTC-USDT.")
    return symbol


def _settle_interval(spec: ImportSpec, series: SeriesBuilder) -> str:
    """The interval given, if the data can have it, else the one found: the most common distance between bars."""
    found_ns = series.interval_ns()
    if spec.interval is not None:
        given_ns = INTERVALS[spec.interval] * NS_PER_SECOND
        if found_ns is not None and found_ns % given_ns:
            raise unsuitable(
                f"Bars are mostly {found_ns / NS_PER_SECOND:g} s apart, which is no multiple of {spec.interval}."
            )
        return spec.interval
    if found_ns is None:
        raise unsuitable("One bar does not show its interval: give it.")
    for interval, length_s in INTERVALS.items():
        if length_s * NS_PER_SECOND == found_ns:
            return interval
    raise unsuitable(
        f"Bars are mostly {found_ns / NS_PER_SECOND:g} s apart; data sets have one of {', '.join(INTERVALS)}. "
        "Give the interval if the file only has holes."
    )


def _store_minutes(stored: Path, work_dir: Path, datasets_dir: Path, result: ImportResult) -> None:
    """The one-minute candles of trades; named before the trades, so that no trades are ever seen without them."""
    minutes = work_dir / "minutes.parquet"
    candles = stream_candles(
        store.iterate_frames(stored), interval_ns=MINUTE_NS, volume_decimals=result.volume_decimals
    )
    store.write_frames(minutes, store.CANDLE_SCHEMA, candles)
    store.publish(minutes, store.minute_path(datasets_dir, result.content_hash))


def _result(spec: ImportSpec, series: SeriesBuilder, quality: Quality, *, symbol: str, size_bytes: int) -> ImportResult:
    return ImportResult(
        content_hash=series.content.hexdigest(),
        symbol=symbol,
        kind=series.kind,
        interval=quality.interval,
        rows=series.rows,
        from_ns=series.first_ns,
        to_ns=series.last_ns,
        price_decimals=series.price_decimals.count,
        volume_decimals=series.volume_decimals.count,
        lowest_price=series.lowest_price,
        size_bytes=size_bytes,
        file_name=spec.file_name,
        quality=quality,
    )


def _describe(
    spec: ImportSpec,
    file_format: FileFormat,
    layout: Layout,
    reader: RowReader,
    series: SeriesBuilder,
    interval: str | None,
    stored: Path,
) -> Quality:
    gaps, breaks, calendar, off_grid = _find_gaps(spec, series, interval, stored)
    return Quality(
        rows=series.rows,
        from_=iso_from_ns(series.first_ns),
        to=iso_from_ns(series.last_ns),
        interval=interval,
        gaps=gaps,
        breaks=breaks,
        calendar=calendar,
        duplicates=series.exact_duplicates + series.conflicting_duplicates,
        conflicting_duplicates=series.conflicting_duplicates,
        out_of_order=reader.out_of_order,
        order="newest first" if reader.is_newest_first else "oldest first",
        bad_rows=reader.bad.count,
        bad_row_reasons=dict(_by_count(reader.bad.by_reason)),
        bad_row_examples=tuple(reader.bad.examples),
        blank_lines=reader.blank_lines,
        zero_volume=series.zero_volume,
        off_grid=off_grid,
        time_zone=layout.time_reader.zone,
        time_format=layout.time_reader.label,
        file_format=str(file_format),
        banner=layout.banner,
        columns=layout.columns.used(),
        ignored_columns=layout.ignored(),
        repairs=tuple(_repairs(reader, series)),
        notes=tuple(_notes(spec, layout, reader, series)),
    )


def _find_gaps(
    spec: ImportSpec, series: SeriesBuilder, interval: str | None, stored: Path
) -> tuple[Gaps, Gaps, str, int]:
    """For candles the missing bars; trades have no bars to miss, only a longest silence."""
    if interval is None:
        calendar = judge_calendar(series, MINUTE_NS, spec.calendar)
        return Gaps(longest_seconds=series.longest_ns // NS_PER_SECOND), Gaps(), calendar, 0
    interval_ns = INTERVALS[interval] * NS_PER_SECOND
    calendar = judge_calendar(series, interval_ns, spec.calendar)
    times: Iterator[np.ndarray] = (frame["time"].to_numpy() for frame in store.iterate_frames(stored, columns=["time"]))
    gaps, breaks, off_grid = find_gaps(times, interval_ns, calendar)
    return gaps, breaks, calendar, off_grid


def _repairs(reader: RowReader, series: SeriesBuilder) -> Iterator[str]:
    """What was changed on the way from the file to the data set, as sentences."""
    if reader.is_newest_first:
        yield "The file runs newest first; the data set runs oldest first."
    if reader.out_of_order:
        yield f"{reader.out_of_order:,} places were out of order and were sorted."
    if reader.bad.count:
        yield f"{reader.bad.count:,} bad rows were left out."
    if series.exact_duplicates:
        yield f"{series.exact_duplicates:,} rows were written more than once and were kept once."
    if series.conflicting_duplicates:
        yield f"{series.conflicting_duplicates:,} rows disagreed with a newer row of the same time, which was kept."


def _notes(spec: ImportSpec, layout: Layout, reader: RowReader, series: SeriesBuilder) -> Iterator[str]:
    """What a reader of the data set should know."""
    yield from layout.picked.notes
    yield f"Times are taken as {layout.time_reader.zone}."
    if layout.kind == "candles":
        yield "The time of a bar is taken as its open time."
    if series.zero_volume:
        yield f"{series.zero_volume:,} bars have a volume of 0."
    if series.equal_trades:
        yield f"{series.equal_trades:,} trades equal another of the same time; without ids they were kept."
    if not layout.header_line and layout.is_text:
        yield "The file has no header; its columns were recognised by their values."
    stated = guess_symbol(*reader.symbols)
    if stated and spec.symbol and stated.replace("-", "") != spec.symbol.replace("-", ""):
        yield f"The file itself says {', '.join(reader.symbols)}; it was imported as {spec.symbol}."
