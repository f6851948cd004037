"""Imports files: read in batches, check every row, sort, clean, store, and say what was found.

This is what a worker process runs: no Django, its argument a plain dict. Files are only read; all it writes lies in a
temporary folder beside the stored data sets until everything is done and each content gets its name. A file of one symbol
is imported or refused; of several symbols each is, and the report says which.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn, Protocol

import msgspec

from kit.clock import NS_PER_SECOND, iso_from_ns
from kit.errors import DomainError, Invalid, Rejected, invalid_field
from kit.trace import new_id
from markets.datasets import findings, store
from markets.datasets.archives import Part, Source, open_sources
from markets.datasets.building import Examined, examine, settle_interval, store_minutes
from markets.datasets.collecting import Collection, SymbolRows
from markets.datasets.depth import importing as depth
from markets.datasets.layouts import Layout, Wishes
from markets.datasets.records import WORK_FOLDER, ImportReport, ImportResult, ImportSpec, Quality, Refused
from markets.datasets.refusals import TOO_MANY_BAD_ROWS, unreadable, unsuitable
from markets.datasets.rows import ROWS_OF_A_FILE, RowReader
from markets.datasets.series import DAY_NS, SeriesBuilder
from markets.datasets.sessions import TimeFacts, guess_bar_time, guess_zone
from markets.datasets.steps import DEFAULT_QUOTE, check_symbol, guess_symbol, steps_of, symbol_of_ticker
from markets.datasets.tables import open_table
from markets.updates import INTERVALS

MAX_ROWS = 200_000_000
"""Rows of one import; about 5 GB while they are sorted."""
REFUSAL_EXAMPLES = 5
EARLY_END_DAYS = 10
"""A series that ends so many days before the newest one of the same import has left the market."""
_READING_SHARE = 0.7
_STORING_SHARE = 0.95


class Progress(Protocol):
    """Where an import reports to; raises when the job was canceled."""

    def update(self, fraction: float, message: str = "") -> None:
        """Say how much is done, 0 to 1."""
        ...


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for all symbols of a source."""

    layout: Layout
    file_format: str
    blank_lines: int
    files: int
    is_shared: bool
    """Whether the source holds several symbols."""
    newest_ns: int


class Built(msgspec.Struct, frozen=True):
    """A data set that is written and not published: its description, and which file gets which name."""

    result: ImportResult
    files: tuple[tuple[Path, Path], ...]


def run(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The job `dataset.import`: an ImportSpec as a dict in; out one ImportResult as a dict, or for several symbols the
    name of a file in the work folder that holds an ImportReport, which may be larger than a job's result may be.
    """
    import_spec = msgspec.convert(spec, ImportSpec)
    try:
        report = import_all(import_spec, progress)
    finally:
        if import_spec.delete_source:
            Path(import_spec.path).unlink(missing_ok=True)
    if len(report.results) == 1 and not report.refused:
        result: dict[str, Any] = msgspec.to_builtins(report.results[0])
        return result
    name = f"{new_id()}.report"
    (Path(import_spec.datasets_dir) / WORK_FOLDER / name).write_bytes(msgspec.json.encode(report))
    return {"report": name}


def import_file(spec: ImportSpec, progress: Progress) -> ImportResult:
    """Import a file of one symbol; raises Rejected or Invalid saying why not, and then leaves nothing behind."""
    return import_all(spec, progress, only_one=True).results[0]


def import_all(spec: ImportSpec, progress: Progress, *, only_one: bool = False) -> ImportReport:
    """Import every symbol of a file, an archive or a folder: each becomes a data set, or is refused with its reason.

    Raises Rejected or Invalid when nothing can be imported, or with `only_one` more than one symbol. Nothing has its name
    before everything is done, so an import that fails or is canceled leaves nothing behind.
    """
    _check_spec(spec)
    datasets_dir = Path(spec.datasets_dir)
    work_root = datasets_dir / WORK_FOLDER
    work_root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=work_root) as folder, open_sources(spec, Path(folder)) as sources:
        built: list[Built] = []
        refused: list[tuple[str, DomainError]] = list(sources.refused)
        for place, source in enumerate(sources.items):
            inner = Path(folder) / f"source-{place:05d}"
            inner.mkdir()
            part = _PartOfProgress(progress, place, len(sources.items))
            _import_source(spec, source, inner, part, built, refused)
        if not built:
            raise refused[0][1]
        if only_one and len(built) + len(refused) > 1:
            raise unsuitable(f"The file holds {len(built) + len(refused)} symbols, and one was expected.")
        for one in built:
            for written, final in one.files:
                store.publish(written, final)
    rows = sum(one.result.rows for one in built)
    progress.update(1.0, f"{rows:,} {built[0].result.kind} stored")
    return ImportReport(
        tuple(one.result for one in built),
        tuple(Refused(name, error.code, error.message) for name, error in refused),
    )


class _PartOfProgress:
    """The progress of one of several sources."""

    def __init__(self, progress: Progress, place: int, count: int) -> None:
        self._progress = progress
        self._place = place
        self._count = count

    def update(self, fraction: float, message: str = "") -> None:
        """Say how much of the source is done."""
        self._progress.update(min(1.0, (self._place + fraction) / self._count), message)


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


def _import_source(
    spec: ImportSpec,
    source: Source,
    work_dir: Path,
    progress: Progress,
    built: list[Built],
    refused: list[tuple[str, DomainError]],
) -> None:
    """Read one file, or the files of one series, and build a data set for each symbol in it."""
    try:
        recording = _recording_in(spec, source, work_dir, progress)
        if recording is not None:
            built.append(recording)
            return
        facts, collection = _read(spec, source, work_dir, progress)
    except (Rejected, Invalid) as refusal:
        refused.append((source.name, refusal))
        return
    chosen = _chosen(spec, collection, source)
    for place, (name, rows) in enumerate(chosen.items()):
        try:
            one = _build(spec, source, facts, name, rows, work_dir, _storing(progress, place, len(chosen)))
            built.append(one)
        except (Rejected, Invalid) as refusal:
            refused.append((name or source.name, refusal))


def _recording_in(spec: ImportSpec, source: Source, work_dir: Path, progress: Progress) -> Built | None:
    """The data set of a recorded book; None for other files. Raises Rejected or Invalid saying why there can be none.

    Of an archive only what is asked for as depth is looked at: each look unpacks a file once more.
    """
    if source.is_one_of_many and spec.kind != "depth":
        return None
    if len(source.parts) > 1:
        if spec.kind == "depth":
            raise unsuitable("A recording of a book in several files: join them in order, or import them apart.")
        return None
    (part,) = source.parts
    with part.opened() as path:
        file_format = part.file_format(path)
        recording = depth.detect(path, file_format, spec.kind)
        if recording is None:
            return None
        built = depth.build_depth(spec, path, file_format, recording, work_dir, progress)
    return Built(built.result, built.files)


def _chosen(spec: ImportSpec, collection: Collection, source: Source) -> dict[str | None, SymbolRows]:
    """The symbols to import: all, or of several the one that was asked for; raises Invalid when it is not there."""
    if spec.symbol is None or len(collection.by_symbol) == 1:
        return collection.by_symbol
    names = {_symbol_of(name, spec, source): name for name in collection.by_symbol}
    if spec.symbol not in names:
        shown = ", ".join(sorted(symbol for symbol in names if symbol)[:REFUSAL_EXAMPLES])
        raise invalid_field(
            "symbol", f"The file holds {len(names)} symbols ({shown}, …), and {spec.symbol} is none of them."
        )
    name = names[spec.symbol]
    return {name: collection.by_symbol[name]}


class _Storing:
    """The progress of one of several symbols, after reading."""

    def __init__(self, progress: Progress, place: int, count: int) -> None:
        self._progress = progress
        self._place = place
        self._count = count

    def update(self, fraction: float, message: str = "") -> None:
        """Say how much of the symbol is stored."""
        done = (self._place + min(1.0, fraction)) / self._count
        self._progress.update(_READING_SHARE + (_STORING_SHARE - _READING_SHARE) * done, message)


def _storing(progress: Progress, place: int, count: int) -> Progress:
    return _Storing(progress, place, count)


# Reading


def _read(spec: ImportSpec, source: Source, work_dir: Path, progress: Progress) -> tuple[Facts, Collection]:
    collection = Collection(work_dir)
    layout: Layout | None = None
    rows_before, blank_lines = 0, 0
    for place, part in enumerate(source.parts):
        wishes = Wishes(spec.kind, spec.symbol, spec.columns, spec.price, spec.closes, part.file_name)
        with part.opened() as path, open_table(path, part.file_format(path), wishes, work_dir) as reading:
            if layout is not None:
                _check_same(layout, reading.layout, part)
            reader = RowReader(reading.layout, rows_before)
            for batch in reading.batches:
                collection.take(reader.read(batch))
                if collection.rows > MAX_ROWS:
                    raise unsuitable(f"The file has more than {MAX_ROWS:,} rows: split it.")
                done = _READING_SHARE * (place + batch.fraction) / len(source.parts)
                progress.update(done, f"{collection.rows:,} rows read")
        layout = layout or reading.layout
        rows_before += ROWS_OF_A_FILE
        blank_lines += reader.blank_lines
    assert layout is not None, "a source has a part"
    collection.settle()
    if collection.bad_rows > collection.rows:
        _refuse_bad_rows(collection)
    if not collection.rows:
        raise unreadable("There are no rows after the header.")
    return Facts(
        layout=layout,
        file_format=source.file_format,
        blank_lines=blank_lines,
        files=len(source.parts),
        is_shared=len(collection.by_symbol) > 1,
        newest_ns=max(rows.newest_ns for rows in collection.by_symbol.values()),
    ), collection


def _check_same(first: Layout, other: Layout, part: Part) -> None:
    if (first.kind, first.is_sided) != (other.kind, other.is_sided):
        raise unsuitable(
            f"{part.file_name} holds {other.kind} and the files before it {first.kind}: import them apart."
        )


def _refuse_bad_rows(collection: Collection) -> NoReturn:
    """A file in which most rows are bad was misread or is broken; what is left of it would be no series."""
    everything = collection.unassigned
    for rows in collection.by_symbol.values():
        everything.merge(rows.bad)
    reasons = [f"{count:,} rows: {reason}" for reason, count in _by_count(everything.by_reason)]
    examples = [f"line {bad.line}: {bad.reason} ({bad.text})" for bad in everything.examples[:REFUSAL_EXAMPLES]]
    raise Rejected(
        f"{everything.count:,} of {everything.count + collection.rows:,} rows are bad; a file with more bad rows than "
        f"good ones is not imported. {examples[0].capitalize()}.",
        code=TOO_MANY_BAD_ROWS,
        details={"file": reasons, "examples": examples},
    )


def _by_count(reasons: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(reasons.items(), key=lambda item: -item[1])


# Building


def _build(
    spec: ImportSpec,
    source: Source,
    facts: Facts,
    name: str | None,
    rows: SymbolRows,
    work_dir: Path,
    progress: Progress,
) -> Built:
    """Write one symbol's data set; raises Rejected or Invalid saying why there can be none."""
    if rows.bad.count > rows.good:
        raise Rejected(
            f"{rows.bad.count:,} of {rows.bad.count + rows.good:,} rows are bad; a symbol with more bad rows than good "
            "ones is not imported.",
            code=TOO_MANY_BAD_ROWS,
        )
    symbol = _settle_symbol(spec, source, name)
    folder = Path(tempfile.mkdtemp(dir=work_dir))
    layout = facts.layout
    series = SeriesBuilder(layout.kind, expected_rows=rows.good, has_spread=layout.is_sided)
    stored = folder / "stored.parquet"
    frames = series.clean(rows.sorter.ranges(newest_first=rows.is_newest_first))
    store.write_frames(stored, series.schema, _with_progress(frames, progress, total=rows.good))
    interval = settle_interval(spec.interval, series)
    has_volume = layout.columns.volume is not None
    examined = examine(stored, series, interval=interval, calendar=spec.calendar, has_volume=has_volume)
    quality = _describe(spec, source, facts, name, rows, series, interval, examined)
    result = _result(spec, source, series, quality, symbol=symbol, size_bytes=stored.stat().st_size)
    if spec.calendar is None:
        # There is no instrument yet: a symbol that could not get one is refused before anything is stored.
        steps_of(result)
    return Built(result, _files(Path(spec.datasets_dir), folder, stored, series, result))


def _files(
    datasets_dir: Path, folder: Path, stored: Path, series: SeriesBuilder, result: ImportResult
) -> tuple[tuple[Path, Path], ...]:
    """What is to be published, the content itself last: whoever sees it finds what lies beside it."""
    files: list[tuple[Path, Path]] = []
    if result.kind != "candles":
        minutes = folder / "minutes.parquet"
        store_minutes(stored, minutes, kind=result.kind, volume_decimals=result.volume_decimals)
        files.append((minutes, store.minute_path(datasets_dir, result.content_hash, result.kind)))
    if series.aside_rows:
        aside = folder / "aside.parquet"
        store.write_frames(aside, series.schema, iter(series.aside))
        files.append((aside, store.aside_path(datasets_dir, result.content_hash)))
    return (*files, (stored, store.data_path(datasets_dir, result.content_hash, result.kind)))


def _with_progress(frames: Iterator[Any], progress: Progress, *, total: int) -> Iterator[Any]:
    done = 0
    for frame in frames:
        yield frame
        done += frame.height
        progress.update(done / total, f"{done:,} rows stored")


def _symbol_of(name: str | None, spec: ImportSpec, source: Source) -> str | None:
    """The symbol of a name in the file, or of the file's own name; None when neither says it."""
    quote = spec.quote or DEFAULT_QUOTE
    if name is not None:
        return guess_symbol(name) or symbol_of_ticker(name, quote) or guess_symbol(*source.symbol_texts)
    found = guess_symbol(*source.symbol_texts)
    if found is None and (spec.quote is not None or source.is_one_of_many):
        found = symbol_of_ticker(source.symbol_texts[0], quote)
    return found


def _settle_symbol(spec: ImportSpec, source: Source, name: str | None) -> str:
    found = _symbol_of(name, spec, source)
    symbol = found if spec.symbol is None or source.is_one_of_many else spec.symbol
    if symbol is None:
        raise invalid_field("symbol", "The file does not say which symbol it holds: give it, such as BTC-USDT.")
    return symbol


def _result(
    spec: ImportSpec, source: Source, series: SeriesBuilder, quality: Quality, *, symbol: str, size_bytes: int
) -> ImportResult:
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
        file_name=source.name,
        quality=quality,
    )


# Describing


def _describe(
    spec: ImportSpec,
    source: Source,
    facts: Facts,
    name: str | None,
    rows: SymbolRows,
    series: SeriesBuilder,
    interval: str | None,
    examined: Examined,
) -> Quality:
    layout = facts.layout
    times = time_facts(layout.time_reader.zone, layout.columns.time or "", series, interval, examined)
    zone, bar_time = guess_zone(times), guess_bar_time(times)
    evidence = findings.Evidence(
        series=series,
        inspection=examined.inspection,
        gaps=examined.gaps,
        out_of_order=rows.out_of_order,
        order_examples=rows.order_examples,
        bad_by_reason=dict(_by_count(rows.bad.by_reason)),
        bad_examples=tuple(rows.bad.examples),
        off_grid=examined.off_grid,
        is_closes=bool(layout.panel),
        bar_time=bar_time,
        zone=zone,
        ends_early_days=_days_early(facts, series),
    )
    found = findings.find(evidence)
    return Quality(
        rows=series.rows,
        from_=iso_from_ns(series.first_ns),
        to=iso_from_ns(series.last_ns),
        interval=interval,
        gaps=examined.gaps,
        breaks=examined.breaks,
        calendar=examined.calendar,
        duplicates=series.exact_duplicates + series.conflicting_duplicates,
        conflicting_duplicates=series.conflicting_duplicates,
        out_of_order=rows.out_of_order,
        order="newest first" if rows.is_newest_first else "oldest first",
        bad_rows=rows.bad.count,
        bad_row_reasons=evidence.bad_by_reason,
        bad_row_examples=evidence.bad_examples,
        blank_lines=facts.blank_lines,
        zero_volume=series.zero_volume,
        off_grid=examined.off_grid,
        time_zone=layout.time_reader.zone,
        time_format=layout.time_reader.label,
        file_format=facts.file_format,
        banner=layout.banner,
        columns=layout.columns.used(),
        ignored_columns=layout.ignored(),
        repairs=tuple(_repairs(rows, series)),
        notes=tuple(_notes(spec, source, facts, name, series)),
        verdict=findings.verdict_of(found),
        findings=found,
        bar_time=bar_time,
        zone=zone,
        proposal=findings.propose(found, bar_time, zone) if layout.kind == "candles" else None,
    )


def time_facts(stated: str, column: str, series: SeriesBuilder, interval: str | None, examined: Examined) -> TimeFacts:
    """What the guesses about times are made of."""
    return TimeFacts(
        stated=stated,
        column=column,
        kind=series.kind,
        calendar=examined.calendar,
        interval_ns=INTERVALS[interval] * NS_PER_SECOND if interval else None,
        first_ns=series.first_ns,
        last_ns=series.last_ns,
        closings=examined.closings,
        phases=examined.phases,
        holes=examined.holes,
    )


def _days_early(facts: Facts, series: SeriesBuilder) -> int:
    """Days by which a symbol ends before the newest one beside it; 0 for what goes on nearly as long."""
    days = (facts.newest_ns - series.last_ns) // DAY_NS if facts.is_shared else 0
    return days if days >= EARLY_END_DAYS else 0


def _repairs(rows: SymbolRows, series: SeriesBuilder) -> Iterator[str]:
    """What was changed on the way from the file to the data set, as sentences."""
    if rows.is_newest_first:
        yield "The file runs newest first; the data set runs oldest first."
    if rows.out_of_order:
        yield f"{rows.out_of_order:,} places were out of order and were sorted."
    if rows.bad.count:
        yield f"{rows.bad.count:,} bad rows were left out."
    if series.exact_duplicates:
        yield f"{series.exact_duplicates:,} rows were written more than once and were kept once."
    if series.conflicting_duplicates:
        yield f"{series.conflicting_duplicates:,} rows disagreed with a newer row of the same time, which was kept."


def _notes(spec: ImportSpec, source: Source, facts: Facts, name: str | None, series: SeriesBuilder) -> Iterator[str]:
    """What a reader of the data set should know."""
    layout = facts.layout
    yield from layout.picked.notes
    yield f"Times are taken as {layout.time_reader.zone}."
    if layout.kind == "candles":
        yield "The time of a bar is taken as its open time."
    if layout.is_sided:
        chosen = "the middle of bid and ask" if layout.price == "mid" else f"the {layout.price}"
        yield f"The bars have a bid and an ask: prices are {chosen}, the spread at the close is kept beside them."
    if series.zero_volume:
        yield f"{series.zero_volume:,} bars have a volume of 0."
    if series.equal_rows:
        yield f"{series.equal_rows:,} {series.kind} equal another of the same time; without ids they were kept."
    if not layout.header_line and layout.is_text:
        yield "The file has no header; its columns were recognised by their values."
    if facts.files > 1:
        yield f"{facts.files:,} files whose names differ by a date were joined to one series."
    yield from _symbol_notes(spec, source, name)


def _symbol_notes(spec: ImportSpec, source: Source, name: str | None) -> Iterator[str]:
    stated = guess_symbol(name) if name is not None else None
    if stated and spec.symbol and stated.replace("-", "") != spec.symbol.replace("-", ""):
        yield f"The file itself says {name}; it was imported as {spec.symbol}."
    if spec.symbol is None and spec.quote is None and stated is None and guess_symbol(*source.symbol_texts) is None:
        yield f"The file says no quote asset; {DEFAULT_QUOTE} is assumed."
