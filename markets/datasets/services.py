"""Data sets for the rest of Sandbar: import them, find them, read them, delete them.

What is not async here uses the database or reads files: call it in a thread, never on the event loop. Polars is imported by
what reads and imports, not by this module: a gateway that never touches a data set saves 40 MB and its start 0.2 s.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile

from api.pagination import Page, decode_cursor, encode_cursor
from jobs import registry
from jobs import services as jobs
from jobs.registry import JobKind
from kit.clock import NS_PER_SECOND, SYSTEM_CLOCK, Clock, iso_from_ns
from kit.errors import Conflict, DomainError, Invalid, NotFound, Rejected, Unavailable, invalid_field
from kit.trace import new_id
from markets.datasets.models import DatasetRow
from markets.datasets.records import (
    WORK_FOLDER,
    Candles,
    Columns,
    Dataset,
    DepthRows,
    DepthStart,
    Gaps,
    ImportReport,
    ImportResult,
    ImportSpec,
    InstrumentNote,
    Kind,
    Preview,
    Price,
    Quality,
    Quotes,
    Refused,
    RepairPlan,
    RepairSpec,
    Trades,
)
from markets.datasets.refusals import REFUSALS
from markets.instruments import Instrument, make_instrument
from markets.intervals import interval_s_of
from markets.live import default_exchange
from markets.paging import MAX_TIME_NS, MIN_TIME_NS, Window
from markets.sources.live.library import exchange_fault
from markets.updates import INTERVALS

if TYPE_CHECKING:
    import polars as pl

    from markets.datasets.importing import Progress as ImportProgress

IMPORT_JOB = "dataset.import"
IMPORT_TIMEOUT_S = 3_600.0
REPAIR_JOB = "dataset.repair"
BACKFILL_JOB = "dataset.backfill"
BACKFILL_TIMEOUT_S = 3_600.0
PREVIEW_JOB = "dataset.preview"
PREVIEW_WAIT_S = 20.0
"""Below the timeout of a request; a look at the head of a file takes milliseconds once a worker runs."""
MAX_READ_ROWS = 100_000
"""Rows of one read; a reader that wants more iterates."""
BATCH_ROWS = 10_000
MAX_SHOWN_REFUSALS = 200
"""Of an import of many symbols; the rest is counted."""
MAX_MESSAGE_CHARS = 300
MAX_IGNORED_COLUMNS = 20
"""Columns without a role that a repaired data set still names; what travels to a worker has a limit."""
MAX_FILE_NAME_CHARS = 200
MAX_COLUMN_MAP_CHARS = 4_000
LEFTOVER_AGE_S = 86_400
"""No import takes a day: what it had on disk is then a leftover of a process that died."""

InUseCheck = Callable[[str], str | None]
"""Told a data set's id; says by what it is in use (`the feed replays it`), or None."""

CandleSink = Callable[[str, str, str, Candles], object]
"""Told a source, a symbol, an interval and candles of them, oldest first: where they go beside their data set."""

_in_use_checks: list[InUseCheck] = []
_candle_sinks: list[CandleSink] = []
_catalogue_lock = threading.Lock()
"""Between the end of an import and a deletion of the same content, one has to come first."""


class Catalogue(msgspec.Struct, frozen=True):
    """How data sets reach the instruments, which the markets keep."""

    find: Callable[[str], Instrument | None]
    add: Callable[[Instrument], Instrument]


_catalogues: list[Catalogue] = []


# Wiring, called in AppConfig.ready() ---------------------------------------------------------------------------------


def register(
    *, find_instrument: Callable[[str], Instrument | None], add_instrument: Callable[[Instrument], Instrument]
) -> None:
    """Make the jobs known, and where instruments are found and added."""
    registry.register(
        JobKind(
            IMPORT_JOB,
            "markets.datasets.importing:run",
            on_success=store_result,
            timeout_s=IMPORT_TIMEOUT_S,
            subject=lambda spec: spec["file_name"],
        )
    )
    registry.register(
        JobKind(
            REPAIR_JOB,
            "markets.datasets.repairing:run",
            on_success=store_repair,
            timeout_s=IMPORT_TIMEOUT_S,
            subject=lambda spec: f"{spec['parent']['symbol']} {spec['parent']['interval'] or ''}",
        )
    )
    registry.register(
        JobKind(
            BACKFILL_JOB,
            "markets.datasets.backfilling:run",
            on_success=store_backfill,
            timeout_s=BACKFILL_TIMEOUT_S,
            subject=lambda spec: f"{spec['symbol']} {spec['interval']} of {spec['exchange']}",
        )
    )
    registry.register(
        JobKind(
            PREVIEW_JOB,
            "markets.datasets.preview:run",
            timeout_s=PREVIEW_WAIT_S,
            subject=lambda spec: spec["file_name"],
        )
    )
    _catalogues[:] = [Catalogue(find_instrument, add_instrument)]


def register_in_use_check(check: InUseCheck) -> None:
    """Ask `check` before a data set is deleted."""
    _in_use_checks.append(check)


def register_candle_sink(sink: CandleSink) -> None:
    """Have `sink` called with what every back-fill brings, in a thread."""
    _candle_sinks.append(sink)


def clear_leftovers(clock: Clock = SYSTEM_CLOCK) -> None:
    """Remove what imports that died have left: work folders, and uploads that no worker took away, after a day."""
    oldest_s = clock.now_ns() / NS_PER_SECOND - LEFTOVER_AGE_S
    for leftover in (*uploads_dir().glob("*.upload"), *(datasets_dir() / WORK_FOLDER).glob("*")):
        with suppress(FileNotFoundError):
            if leftover.stat().st_mtime < oldest_s:
                shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()


# Import --------------------------------------------------------------------------------------------------------------


def stage_upload(
    file: UploadedFile,
    *,
    symbol: str | None = None,
    interval: str | None = None,
    kind: Kind | None = None,
    columns: str | None = None,
    price: Price = "mid",
    quote: str | None = None,
    closes: bool = False,
) -> ImportSpec:
    """Keep an uploaded file for a worker; the spec of its import, or of `discard_upload` when none comes.

    Raises Rejected or Invalid, and keeps nothing, for what can be refused by the head of the file.
    """
    clear_leftovers()
    path = keep_upload(file)
    with _discarded_on_error(path):
        spec = import_spec(
            path,
            file_name=file.name or "",
            symbol=symbol,
            interval=interval,
            kind=kind,
            columns=parse_columns(columns),
            price=price,
            quote=quote,
            closes=closes,
            delete_source=True,
        )
        check_upload(spec)
    return spec


def discard_upload(spec: ImportSpec) -> None:
    """Remove a file that was kept for a worker, if it is still there."""
    Path(spec.path).unlink(missing_ok=True)


def stage_preview(
    file: UploadedFile,
    *,
    symbol: str | None = None,
    kind: Kind | None = None,
    columns: str | None = None,
    price: Price = "mid",
    quote: str | None = None,
    closes: bool = False,
) -> ImportSpec:
    """Keep an uploaded file until it was looked at by `preview_text` or `preview_in_worker`; raises Invalid."""
    path = keep_upload(file)
    with _discarded_on_error(path):
        return import_spec(
            path,
            file_name=file.name or "",
            symbol=symbol,
            kind=kind,
            columns=parse_columns(columns),
            price=price,
            quote=quote,
            closes=closes,
        )


def preview_text(spec: ImportSpec) -> Preview | None:
    """The head of a staged text file as an import would read it, or None for a file that is not text.

    A Parquet or Feather file is left to `preview_in_worker`: what a damaged or hostile one does to its reader, it does
    not do to the gateway. Nothing is kept but such a file. Raises Rejected or Invalid.
    """
    from markets.datasets import formats, preview

    with _discarded_on_error(Path(spec.path)):
        if formats.detect_format(Path(spec.path)).content != "csv":
            return None
        head = preview.preview_file(spec)
    discard_upload(spec)
    return head


async def preview_in_worker(spec: ImportSpec, account: str) -> Preview:
    """The head of a staged file as a worker reads it; nothing is kept. Raises Rejected, Invalid or Unavailable."""
    try:
        job = await jobs.submit(PREVIEW_JOB, msgspec.to_builtins(spec), account=account)
        return _preview_of(await jobs.wait(job.id, PREVIEW_WAIT_S))
    finally:
        discard_upload(spec)


def _preview_of(job: jobs.JobView) -> Preview:
    """What a worker found; raises what it refused the file for."""
    if job.result is not None:
        return msgspec.convert(job.result, Preview)
    if job.error is not None and job.error.code in REFUSALS:
        raise Rejected(job.error.message, code=job.error.code, details=job.error.details)
    if job.error is not None and job.error.code == Invalid.default_code:
        raise Invalid(job.error.message, details=job.error.details)
    raise Unavailable(f"The file could not be looked at: the job {job.id} is {job.status}. {job.message}")


@contextmanager
def _discarded_on_error(path: Path) -> Iterator[None]:
    """Let go of an upload when the body raises."""
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def keep_upload(file: UploadedFile) -> Path:
    """Keep an uploaded file under a name of ours in the state folder, for a worker to read.

    The caller's name for it is never used as a path. A large upload lies in that folder already and gets a second
    name, which outlives the request; nothing is copied.
    """
    path = uploads_dir() / f"{new_id()}.upload"
    if isinstance(file, TemporaryUploadedFile):
        os.link(file.temporary_file_path(), path)
        return path
    with path.open("xb") as kept:
        for chunk in file.chunks():
            kept.write(chunk)
    return path


def import_spec(
    path: Path,
    *,
    file_name: str,
    symbol: str | None = None,
    interval: str | None = None,
    kind: Kind | None = None,
    columns: Columns | None = None,
    price: Price = "mid",
    quote: str | None = None,
    closes: bool = False,
    delete_source: bool = False,
) -> ImportSpec:
    """What a worker needs to import the file at `path`; raises Invalid for an interval or a symbol there cannot be."""
    from markets.datasets.steps import check_quote, check_symbol

    if interval is not None and interval not in INTERVALS:
        raise invalid_field("interval", f"Must be one of {', '.join(INTERVALS)}.")
    instrument = _catalogue().find(check_symbol(symbol)) if symbol else None
    return ImportSpec(
        path=str(path),
        file_name=shown_name(file_name),
        datasets_dir=str(datasets_dir()),
        symbol=symbol,
        interval=interval,
        kind=kind,
        columns=columns,
        price=price,
        quote=check_quote(quote) if quote else None,
        closes=closes,
        calendar=instrument.calendar if instrument else None,
        delete_source=delete_source,
    )


def check_upload(spec: ImportSpec) -> None:
    """Refuse at once what the head of the file shows to be unusable; raises Rejected or Invalid.

    A Parquet or Feather file is only opened by a worker.
    """
    from markets.datasets import formats, preview

    found = formats.detect_format(Path(spec.path))
    if found.content != "csv" or found.packing == "archive":
        return
    head = preview.read_head(spec)
    if head.problem is not None:
        raise head.problem
    if preview.lacks_symbol(spec, head):
        raise invalid_field("symbol", "The file does not say which symbol it holds: give it, such as BTC-USDT.")


def parse_columns(text: str | None) -> Columns | None:
    """A column map from JSON; raises Invalid."""
    if not text:
        return None
    if len(text) > MAX_COLUMN_MAP_CHARS:
        raise invalid_field("columns", f"Must have at most {MAX_COLUMN_MAP_CHARS} characters.")
    try:
        return msgspec.json.decode(text, type=Columns)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as fault:
        raise invalid_field("columns", f'Must be a JSON object such as {{"time": "date", …}}: {fault}.') from fault


def import_local(
    path: Path,
    progress: "ImportProgress",
    *,
    symbol: str | None = None,
    interval: str | None = None,
    kind: Kind | None = None,
    columns: Columns | None = None,
    price: Price = "mid",
) -> tuple[Dataset, bool]:
    """Import a file of one symbol of this machine in this process; the data set, and whether it is new.

    Raises Rejected, Invalid, or OSError for a file that cannot be opened.
    """
    from markets.datasets import importing

    spec = import_spec(
        path, file_name=path.name, symbol=symbol, interval=interval, kind=kind, columns=columns, price=price
    )
    return enter(importing.import_file(spec, progress))


def import_path(
    path: Path,
    progress: "ImportProgress",
    *,
    symbol: str | None = None,
    interval: str | None = None,
    kind: Kind | None = None,
    columns: Columns | None = None,
    price: Price = "mid",
    quote: str | None = None,
    closes: bool = False,
) -> tuple[list[tuple[Dataset, bool]], tuple[Refused, ...]]:
    """Import every symbol of a file, an archive or a folder of this machine in this process.

    The data sets, each with whether it is new, and what was refused. Raises Rejected or Invalid when nothing could be
    imported, or OSError.
    """
    from markets.datasets import importing

    spec = import_spec(
        path,
        file_name=path.name,
        symbol=symbol,
        interval=interval,
        kind=kind,
        columns=columns,
        price=price,
        quote=quote,
        closes=closes,
    )
    report = importing.import_all(spec, progress)
    return _enter_all(report)


def store_result(spec: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    """Enter what a worker has stored in the catalogue; the job's result is the data set as REST shows it.

    The same content of the same symbol is the data set that is there already. Raises Conflict when the content was
    deleted between the worker's end and now.
    """
    if "report" in result:
        return _store_report(result["report"])
    found = msgspec.convert(result, ImportResult)
    dataset, is_new = enter(found)
    return {**shown(dataset), "already_stored": not is_new}


def _store_report(name: str) -> dict[str, Any]:
    """Enter the data sets of an import of several symbols; what it was, short enough for a job's result."""
    path = datasets_dir() / WORK_FOLDER / Path(name).name
    try:
        report = msgspec.json.decode(path.read_bytes(), type=ImportReport)
    finally:
        path.unlink(missing_ok=True)
    entered, refused = _enter_all(report)
    return {
        "datasets": [
            {
                "id": dataset.id,
                "symbol": dataset.symbol,
                "kind": dataset.kind,
                "interval": dataset.interval,
                "rows": dataset.rows,
                "already_stored": not is_new,
            }
            for dataset, is_new in entered
        ],
        "refused": [
            {"name": one.name, "code": one.code, "message": one.message[:MAX_MESSAGE_CHARS]}
            for one in refused[:MAX_SHOWN_REFUSALS]
        ],
        "refused_count": len(refused),
    }


def _enter_all(report: ImportReport) -> tuple[list[tuple[Dataset, bool]], tuple[Refused, ...]]:
    """Enter each data set by itself: one that cannot be entered is refused and costs no other its place."""
    entered, refused = [], list(report.refused)
    for result in report.results:
        try:
            entered.append(enter(result))
        except DomainError as refusal:
            refused.append(Refused(result.symbol, refusal.code, refusal.message))
    return entered, tuple(refused)


# Repair --------------------------------------------------------------------------------------------------------------


def stage_repair(dataset_id: str, plan: RepairPlan, *, dry_run: bool) -> RepairSpec:
    """What a worker needs to repair a data set; raises NotFound, Invalid or Rejected for a plan it cannot have."""
    from markets.datasets import repairing

    row = _row(dataset_id)
    quality = msgspec.convert(row.quality, Quality)
    shortened = msgspec.structs.replace(
        quality,
        gaps=_without_items(quality.gaps),
        breaks=_without_items(quality.breaks),
        bad_row_examples=(),
        ignored_columns=quality.ignored_columns[:MAX_IGNORED_COLUMNS],
    )
    spec = RepairSpec(
        datasets_dir=str(datasets_dir()), parent=_dataset(row), quality=shortened, plan=plan, dry_run=dry_run
    )
    repairing.check_plan(plan, spec.parent, quality)
    return spec


def store_repair(spec: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    """Enter a repaired data set, which names its parent; what a dry run found goes out as it is."""
    if spec["dry_run"]:
        return result
    dataset, is_new = enter(msgspec.convert(result, ImportResult))
    repair = result["quality"]["repair"]
    return {
        **shown(dataset),
        "already_stored": not is_new,
        "steps": repair["steps"],
        "parent_hash": repair["parent_hash"],
    }


def _without_items(gaps: Gaps) -> Gaps:
    return msgspec.structs.replace(gaps, items=())


def stage_backfill(
    *, exchange: str | None, symbol: str, interval: str, from_ns: int, to_ns: int | None, clock: Clock = SYSTEM_CLOCK
) -> dict[str, Any]:
    """The spec of a back-fill: candles that open from `from_ns` on and before `to_ns`, closed ones alone.

    Raises Invalid, or Rejected UNKNOWN_EXCHANGE.
    """
    from markets.datasets.backfilling import MAX_BARS, BackfillSpec
    from markets.datasets.steps import check_symbol

    exchange_id = exchange or default_exchange(settings.MARKET_SOURCE)
    fault = exchange_fault(exchange_id)
    if fault is not None:
        raise Rejected(fault, code="UNKNOWN_EXCHANGE", details={"exchange": [fault]})
    length_ns = INTERVALS[interval] * NS_PER_SECOND
    instrument = _catalogue().find(check_symbol(symbol))
    spec = BackfillSpec(
        exchange=exchange_id,
        base_url=settings.LIVE_EXCHANGE_URL,
        symbol=symbol,
        interval=interval,
        from_ns=from_ns,
        to_ns=min(clock.now_ns() if to_ns is None else to_ns, clock.now_ns()) // length_ns * length_ns,
        datasets_dir=str(datasets_dir()),
        calendar=instrument.calendar if instrument else None,
    )
    if not spec.bars:
        raise invalid_field("from", f"Must be at least one closed candle of {interval} before `to`.")
    if spec.bars > MAX_BARS:
        raise invalid_field("from", f"That is {spec.bars:,} candles; one back-fill brings up to {MAX_BARS:,}.")
    built: dict[str, Any] = msgspec.to_builtins(spec)
    return built


def store_backfill(spec: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    """Enter what a back-fill has stored in the catalogue, and hand its candles to whoever keeps some."""
    stored = store_result(spec, result)
    for sink in _candle_sinks:
        for candles in iterate_candles(stored["id"]):
            sink(f"live:{spec['exchange']}", spec["symbol"], spec["interval"], candles)
    return stored


def enter(result: ImportResult, clock: Clock = SYSTEM_CLOCK) -> tuple[Dataset, bool]:
    """Enter an import in the catalogue and see that its instrument exists; the data set, and whether it is new."""
    from markets.datasets import store

    with _catalogue_lock:
        if not store.data_path(datasets_dir(), result.content_hash, result.kind).exists():
            raise Conflict("The same content was deleted while it was imported; import it again.")
        quality = msgspec.structs.replace(result.quality, instrument=_settle_instrument(result))
        row, is_new = DatasetRow.objects.get_or_create(
            content_hash=result.content_hash,
            symbol=result.symbol,
            interval=result.interval or "",
            defaults={"id": new_id(), **_row_values(result, quality, clock)},
        )
    return _dataset(row), is_new


# Catalogue -----------------------------------------------------------------------------------------------------------


def get_dataset(dataset_id: str) -> Dataset:
    """The data set of that id; raises NotFound."""
    return _dataset(_row(dataset_id))


def get_quality(dataset_id: str) -> Quality:
    """What was found when the data set was imported; raises NotFound."""
    return msgspec.convert(_row(dataset_id).quality, Quality)


def list_datasets(
    *, symbol: str | None = None, kind: str | None = None, limit: int = 100, cursor: str | None = None
) -> Page:
    """A page of data sets, newest first; raises Invalid INVALID_CURSOR."""
    chosen = {"symbol": symbol, "kind": kind, "id__lt": decode_cursor(cursor, str) if cursor else None}
    filters = {name: value for name, value in chosen.items() if value is not None}
    rows = list(DatasetRow.objects.filter(**filters).defer("quality").order_by("-id")[: limit + 1])
    next_cursor = encode_cursor(rows[limit - 1].id) if len(rows) > limit else None
    return Page([_dataset(row) for row in rows[:limit]], next_cursor)


def newest_dataset(symbol: str, *, interval: str) -> Dataset | None:
    """The newest data set of the symbol that can give candles of that interval; depth only when it is asked for by id."""
    length_s = INTERVALS[interval]
    rows = DatasetRow.objects.filter(symbol=symbol).exclude(kind="depth").defer("quality").order_by("-id")
    return next((found for row in rows if length_s % base_interval_s(found := _dataset(row)) == 0), None)


def delete_dataset(dataset_id: str) -> None:
    """Delete a data set, and its content when no other data set has the same.

    Raises NotFound, or Conflict DATASET_IN_USE while something reads it.
    """
    from markets.datasets import store

    with _catalogue_lock:
        row = _row(dataset_id)
        for check in _in_use_checks:
            if reason := check(dataset_id):
                raise Conflict(f"The data set is in use: {reason}.", code="DATASET_IN_USE")
        row.delete()
        if not DatasetRow.objects.filter(content_hash=row.content_hash).exists():
            store.remove(datasets_dir(), row.content_hash, msgspec.convert(row.kind, Kind))


def shown(dataset: Dataset) -> dict[str, Any]:
    """The data set as REST shows it, for the result of a job."""
    return {
        "id": dataset.id,
        "symbol": dataset.symbol,
        "kind": dataset.kind,
        "interval": dataset.interval,
        "rows": dataset.rows,
        "from": iso_from_ns(dataset.from_ns),
        "to": iso_from_ns(dataset.to_ns),
        "price_decimals": dataset.price_decimals,
        "volume_decimals": dataset.volume_decimals,
        "content_hash": dataset.content_hash,
        "size_bytes": dataset.size_bytes,
        "file_name": dataset.file_name,
        "created_at": iso_from_ns(dataset.created_ns),
        "parent": dataset.parent,
    }


# Reading -------------------------------------------------------------------------------------------------------------


def read_candles(
    dataset_id: str, start_ns: int | None = None, end_ns: int | None = None, limit: int = 1_000
) -> Candles:
    """Candles of the data set's own interval with start <= open time < end, oldest first.

    At most `limit`: the first from a given start, else the last before the end. Raises NotFound, and Invalid for a
    data set of trades (`candles_from` makes candles of those).
    """
    from markets.datasets import store

    path = _path_of(dataset_id, "candles")
    return store.candles_of(store.read_range(path, start_ns=start_ns, end_ns=end_ns, limit=_limited(limit)))


def read_trades(dataset_id: str, start_ns: int | None = None, end_ns: int | None = None, limit: int = 1_000) -> Trades:
    """Trades with start <= time < end, oldest first; limits and errors as `read_candles`."""
    from markets.datasets import store

    path = _path_of(dataset_id, "trades")
    return store.trades_of(store.read_range(path, start_ns=start_ns, end_ns=end_ns, limit=_limited(limit)))


def iterate_candles(dataset_id: str, batch: int = BATCH_ROWS, start_ns: int | None = None) -> Iterator[Candles]:
    """All candles from `start_ns` on, `batch` at a time, oldest first; raises NotFound or Invalid at once.

    Of a data set of quotes they are the one-minute candles of the middle of bid and ask.
    """
    from markets.datasets import store

    dataset = get_dataset(dataset_id)
    if dataset.kind == "quotes":
        path = store.minute_path(datasets_dir(), dataset.content_hash, "quotes")
    else:
        path = _path_of(dataset_id, "candles")
    return (store.candles_of(frame) for frame in _batches(path, batch, start_ns))


def iterate_trades(dataset_id: str, batch: int = BATCH_ROWS, start_ns: int | None = None) -> Iterator[Trades]:
    """All trades from `start_ns` on, `batch` at a time, oldest first; raises NotFound or Invalid at once."""
    from markets.datasets import store

    path = _path_of(dataset_id, "trades")
    return (store.trades_of(frame) for frame in _batches(path, batch, start_ns))


def iterate_quotes(dataset_id: str, batch: int = BATCH_ROWS, start_ns: int | None = None) -> Iterator[Quotes]:
    """All quotes from `start_ns` on, `batch` at a time, oldest first; raises NotFound or Invalid at once."""
    from markets.datasets import store

    path = _path_of(dataset_id, "quotes")
    return (store.quotes_of(frame) for frame in _batches(path, batch, start_ns))


def depth_start(dataset_id: str, start_ns: int | None = None) -> DepthStart:
    """Where the market of recorded depth begins: at its first message with a price, at or after `start_ns`.

    A price is there from the first trade on, or, in depth without trades, from the first book. Raises NotFound, or Invalid
    for other kinds.
    """
    from markets.datasets.depth import storing

    return storing.start_of(_path_of(dataset_id, "depth"), start_ns)


def iterate_depth(dataset_id: str, batch: int) -> Iterator[DepthRows]:
    """All messages of recorded depth, `batch` at a time, in order; raises NotFound or Invalid at once."""
    from markets.datasets.depth import storing

    return storing.read_batches(_path_of(dataset_id, "depth"), batch=batch)


def rows_before(dataset_id: str, time_ns: int) -> int:
    """How many of the rows that a replay passes through lie before a time; raises NotFound."""
    from markets.datasets import store

    dataset = get_dataset(dataset_id)
    return store.rows_before(store.data_path(datasets_dir(), dataset.content_hash, dataset.kind), time_ns)


def candles_from(
    dataset_id: str,
    interval: str,
    start_ns: int | None = None,
    end_ns: int | None = None,
    limit: int = 1_000,
    calendar: str = "24/7",
) -> Candles:
    """Candles of any interval that the data set's rows add up to, exactly; bounds and limit as `read_candles`.

    Days are those of the calendar. Raises NotFound, and Invalid for an interval that is shorter than the data set's or no
    multiple of it.
    """
    from markets.candle_store.longer import read_longer
    from markets.datasets import store

    dataset = get_dataset(dataset_id)
    base_s, length_s = base_interval_s(dataset), interval_s_of(interval)
    if length_s % base_s:
        possible = [name for name, seconds in INTERVALS.items() if seconds % base_s == 0]
        raise invalid_field("interval", f"This data set gives candles of {', '.join(possible)}.")
    path = candles_path(dataset)

    def read(part: Window) -> "pl.DataFrame":
        start = part.from_ns if part.is_oldest_first else None
        return store.read_range(path, start_ns=start, end_ns=part.to_ns + 1, limit=part.limit)

    end = MAX_TIME_NS if end_ns is None else end_ns
    window = Window(MIN_TIME_NS if start_ns is None else start_ns, end - 1, _limited(limit), start_ns is not None)
    found = read_longer(
        read,
        window,
        base_ns=base_s * NS_PER_SECOND,
        interval_ns=length_s * NS_PER_SECOND,
        calendar=calendar,
        volume_decimals=dataset.volume_decimals,
    )
    return store.candles_of(found)


def candles_path(dataset: Dataset) -> Path:
    """The file of a data set's own candles, which are those of a minute for trades, quotes and depth."""
    from markets.datasets import store

    if dataset.kind == "candles":
        return store.data_path(datasets_dir(), dataset.content_hash, "candles")
    return store.minute_path(datasets_dir(), dataset.content_hash, dataset.kind)


def base_interval_s(dataset: Dataset) -> int:
    """Seconds of the shortest candles a data set can give: its own, or a minute for trades and quotes."""
    return dataset.interval_s or INTERVALS["1m"]


# Inside --------------------------------------------------------------------------------------------------------------


def datasets_dir() -> Path:
    """Where content lies; made when it is first asked for."""
    path = Path(settings.STATE_DIR) / "datasets"
    path.mkdir(parents=True, exist_ok=True)
    return path


def uploads_dir() -> Path:
    """Where uploads wait for their import; on the same disk as the state folder."""
    path = Path(settings.UPLOAD_DIR)
    path.mkdir(parents=True, exist_ok=True)
    return path


def shown_name(file_name: str) -> str:
    """The caller's file name fit to be shown: the last part, printable, of bounded length. It is never a path."""
    last = file_name.replace("\\", "/").rpartition("/")[2]
    return "".join(character for character in last if character.isprintable())[:MAX_FILE_NAME_CHARS] or "upload"


def _catalogue() -> Catalogue:
    assert _catalogues, "the markets app registers where instruments are kept"
    return _catalogues[0]


def _limited(limit: int) -> int:
    return max(1, min(limit, MAX_READ_ROWS))


def _row(dataset_id: str) -> DatasetRow:
    row = DatasetRow.objects.filter(id=dataset_id).first()
    if row is None:
        raise NotFound(f"There is no data set {dataset_id!r}.")
    return row


def _dataset(row: DatasetRow) -> Dataset:
    return Dataset(
        id=row.id,
        symbol=row.symbol,
        kind=msgspec.convert(row.kind, Kind),
        interval=row.interval or None,
        interval_s=INTERVALS[row.interval] if row.interval else None,
        rows=row.rows,
        from_ns=row.from_ns,
        to_ns=row.to_ns,
        price_decimals=row.price_decimals,
        volume_decimals=row.volume_decimals,
        content_hash=row.content_hash,
        size_bytes=row.size_bytes,
        file_name=row.file_name,
        created_ns=row.created_ns,
        parent=row.parent or None,
    )


def _row_values(result: ImportResult, quality: Quality, clock: Clock) -> dict[str, Any]:
    return {
        "kind": result.kind,
        "rows": result.rows,
        "from_ns": result.from_ns,
        "to_ns": result.to_ns,
        "price_decimals": result.price_decimals,
        "volume_decimals": result.volume_decimals,
        "size_bytes": result.size_bytes,
        "file_name": result.file_name,
        "created_ns": clock.now_ns(),
        "parent": quality.repair.parent if quality.repair else "",
        "quality": msgspec.to_builtins(quality),
    }


def _path_of(dataset_id: str, kind: Kind) -> Path:
    from markets.datasets import store

    dataset = get_dataset(dataset_id)
    if dataset.kind != kind:
        raise invalid_field("dataset", f"The data set holds {dataset.kind}, not {kind}.")
    return store.data_path(datasets_dir(), dataset.content_hash, kind)


def _batches(path: Path, batch: int, start_ns: int | None) -> Iterator["pl.DataFrame"]:
    from markets.datasets import store

    for frame in store.iterate_frames(path, start_ns=start_ns):
        yield from frame.iter_slices(batch)


def _settle_instrument(result: ImportResult) -> InstrumentNote:
    """The symbol's instrument, made out of the data's decimals where there is none."""
    from markets.datasets.steps import steps_of

    catalogue = _catalogue()
    instrument = catalogue.find(result.symbol)
    if instrument is not None:
        return _instrument_note(instrument, created=False, notes=_coarser_notes(instrument, result))
    steps = steps_of(result)
    made = make_instrument(result.symbol, tick=steps.tick, lot=steps.lot, calendar=result.quality.calendar)
    return _instrument_note(catalogue.add(made), created=True, notes=steps.notes)


def _instrument_note(instrument: Instrument, *, created: bool, notes: tuple[str, ...]) -> InstrumentNote:
    return InstrumentNote(instrument.symbol, created, str(instrument.tick), str(instrument.lot), notes)


def _coarser_notes(instrument: Instrument, result: ImportResult) -> tuple[str, ...]:
    """What of the data is finer than the instrument that is there already."""
    notes: list[str] = []
    if result.price_decimals is None or result.price_decimals > instrument.tick.decimals:
        notes.append(f"Prices are finer than the tick of {instrument.tick}; they are rounded to it in the market.")
    if result.volume_decimals is None or result.volume_decimals > instrument.lot.decimals:
        notes.append(f"Volumes are finer than the lot of {instrument.lot}; they are rounded to it in the market.")
    return tuple(notes)
