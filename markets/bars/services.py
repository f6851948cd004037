"""Bars for research: find the candles of a symbol, and have them ready as a file that workers map into memory.

Everything here uses the database and files: call it in a thread, never on the event loop. What is found is the newest: a
data set that was named, else of the data sets of the symbol that reach into the time the one that ends last, else what was
recorded live. Prices are as they
were traded, without corporate actions.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from django.conf import settings

from kit.clock import NS_PER_SECOND, iso_from_ns
from kit.errors import Invalid, NotFound, invalid_field
from markets.bars.references import BarsReference
from markets.candle_store import services as candle_store
from markets.datasets import services as datasets
from markets.datasets.records import Candles, Dataset
from markets.intervals import interval_s_of, interval_text
from markets.paging import MAX_TIME_NS, MIN_TIME_NS, Window
from markets.recordings import ROWS_PER_BATCH
from markets.services import get_instrument
from markets.sources.base import Source
from markets.sources.replay import Recording, ReplaySource
from markets.sources.side_by_side import SideBySide

if TYPE_CHECKING:
    import polars as pl

    from markets.bars.records import StoredBars

MAX_ROWS = 10_000_000
"""Candles that are read of one symbol, before longer ones are made of them: twenty years of minutes, half a gigabyte."""

KEPT_BYTES = 4 * 1024**3
"""Files of bars that are kept; the one unused for longest goes first."""


def stage_bars(
    *,
    symbols: Sequence[str] = (),
    dataset_ids: Sequence[str] = (),
    interval: str,
    from_ns: int | None = None,
    to_ns: int | None = None,
) -> list[BarsReference]:
    """References to the candles of each symbol, or of each data set, from `from_ns` on and before `to_ns`.

    Raises NotFound for an unknown symbol or data set, Invalid naming the field for an interval that the data do not add up
    to, and Invalid NO_DATA where there are no candles of it.
    """
    length_s = interval_s_of(interval)
    if from_ns is not None and to_ns is not None and from_ns >= to_ns:
        raise invalid_field("from", "Must be before `to`.")
    first_ns, last_ns = MIN_TIME_NS if from_ns is None else from_ns, (MAX_TIME_NS if to_ns is None else to_ns) - 1
    window = Window(first_ns, last_ns, MAX_ROWS, True)
    named = [_of_dataset(datasets.get_dataset(each), length_s, window) for each in dataset_ids]
    return named + [_of_symbol(each, length_s, window) for each in symbols]


def _of_symbol(symbol: str, length_s: int, window: Window) -> BarsReference:
    get_instrument(symbol)
    fine_enough = [
        each
        for each in datasets.list_datasets(symbol=symbol, limit=candle_store.MAX_DATASETS_LISTED).items
        if length_s % datasets.base_interval_s(each) == 0
    ]
    fitting = [each for each in fine_enough if each.from_ns <= window.to_ns and each.to_ns >= window.from_ns]
    if fitting:
        return _of_dataset(max(fitting, key=lambda each: (each.to_ns, each.rows)), length_s, window)
    calendar = get_instrument(symbol).calendar
    key = candle_store.find_series(symbol, interval_text(length_s), calendar=calendar)
    if key is None and fine_enough:
        first, last = min(each.from_ns for each in fine_enough), max(each.to_ns for each in fine_enough)
        raise _none_in_time(symbol, f"; its data sets are from {iso_from_ns(first)} to {iso_from_ns(last)}")
    if key is None:
        raise NotFound(
            f"There are no candles of {symbol} that add up to {interval_text(length_s)}. Import or back-fill a data set.",
            code="NO_DATA",
            details={"symbols": [f"{symbol} has no candles of {interval_text(length_s)}."]},
        )
    part = _bounded(window, length_s, interval_s_of(key.interval), most=candle_store.MAX_ROWS_PER_READ)
    frame = candle_store.read_frame(key, interval_text(length_s), part, calendar=calendar)
    _require_whole(symbol, frame, part)
    return _staged(symbol, length_s, key.source, frame)


def _of_dataset(dataset: Dataset, length_s: int, window: Window) -> BarsReference:
    from markets.candle_store.longer import read_longer
    from markets.datasets import store

    base_s = datasets.base_interval_s(dataset)
    if length_s % base_s:
        rule = f"The data set of {dataset.symbol} has candles of {interval_text(base_s)}; ask for a multiple of that."
        raise invalid_field("interval", rule)
    path = datasets.candles_path(dataset)
    part = _bounded(window, length_s, base_s, most=MAX_ROWS)

    def read(rows: Window) -> "pl.DataFrame":
        return store.read_range(path, start_ns=rows.from_ns, end_ns=rows.to_ns + 1, limit=rows.limit)

    frame = read_longer(
        read,
        part,
        base_ns=base_s * NS_PER_SECOND,
        interval_ns=length_s * NS_PER_SECOND,
        calendar=get_instrument(dataset.symbol).calendar,
        volume_decimals=dataset.volume_decimals,
    )
    _require_whole(dataset.symbol, frame, part)
    return _staged(dataset.symbol, length_s, f"{candle_store.DATASET}{dataset.id}", frame)


def _bounded(window: Window, length_s: int, base_s: int, *, most: int) -> Window:
    """The window with a limit, so that no more than `most` candles of `base_s` are read for it."""
    return msgspec.structs.replace(window, limit=max(most // (length_s // base_s), 1))


def _require_whole(symbol: str, frame: "pl.DataFrame", window: Window) -> None:
    """Raise Invalid for what was cut at its limit."""
    if frame.height >= window.limit:
        raise invalid_field("from", f"{symbol} has {window.limit} candles or more in this time; choose less of it.")


def _staged(symbol: str, length_s: int, source: str, frame: "pl.DataFrame") -> BarsReference:
    """A frame of candles as a file under its hash, which is written unless it is there."""
    from markets.bars.records import COLUMNS, write_bars

    if frame.height == 0:
        raise _none_in_time(symbol)
    times = frame["time"].to_numpy()
    columns = {name: frame[name].to_numpy() for name in COLUMNS}
    digest = hashlib.sha256(interval_text(length_s).encode())
    for each in (times, *columns.values()):
        digest.update(each.data)
    content_hash = digest.hexdigest()
    path = bars_dir() / f"{content_hash}.npy"
    if path.exists():
        os.utime(path)
    else:
        write_bars(path, times, columns)
        _make_room(path)
    return BarsReference(
        instrument=get_instrument(symbol),
        interval=interval_text(length_s),
        interval_ns=length_s * NS_PER_SECOND,
        source=source,
        rows=frame.height,
        from_ns=int(times[0]),
        to_ns=int(times[-1]),
        content_hash=content_hash,
        path=str(path),
    )


def open_bars(references: Sequence[BarsReference]) -> Source:
    """The bars of some symbols, all of one interval, as a source that plays them side by side from the first to the last.

    It is what a backtest of them trades on. Raises NotFound BARS_GONE when a file has made room.
    """
    import numpy as np

    from markets.bars.records import read_bars

    bars = [read_bars(each) for each in references]
    recordings = [_recording(reference, stored) for reference, stored in zip(references, bars, strict=True)]
    return SideBySide(
        [ReplaySource(each) for each in recordings],
        dataset=", ".join(each.dataset for each in recordings),
        total_beats=len(np.unique(np.concatenate([each.time_ns for each in bars]))),
    )


def _recording(reference: BarsReference, bars: "StoredBars") -> Recording:
    return Recording(
        dataset=reference.source.removeprefix(candle_store.DATASET),
        instrument=reference.instrument,
        bar_s=reference.interval_ns // NS_PER_SECOND,
        rows=reference.rows,
        start_ns=reference.from_ns,
        batches=_batches(bars),
        content_hash=reference.content_hash,
    )


def _batches(bars: "StoredBars") -> Iterator[Candles]:
    """The bars as replays read them."""
    columns = (bars.time_ns, *bars.columns.values())
    for start in range(0, len(bars.time_ns), ROWS_PER_BATCH):
        yield Candles(*(column[start : start + ROWS_PER_BATCH].tolist() for column in columns))


def _none_in_time(symbol: str, where_there_are: str = "") -> Invalid:
    return Invalid(
        f"{symbol} has no candles in this time{where_there_are}.",
        code="NO_DATA",
        details={"from": [f"{symbol} has no candles between `from` and `to`."]},
    )


def interval_ns_of(interval: str) -> int:
    """How long the bars of an interval last; raises Invalid naming the field."""
    return interval_s_of(interval) * NS_PER_SECOND


def find_bars_file(content_hash: str) -> Path | None:
    """The file of bars with that hash, unless it has made room for others."""
    path = bars_dir() / f"{content_hash}.npy"
    return path if path.exists() else None


def bars_dir() -> Path:
    """Where the files are; made when it is first asked for."""
    path = Path(settings.STATE_DIR) / "bars"
    path.mkdir(parents=True, exist_ok=True)
    return path


def _make_room(newest: Path) -> None:
    """Delete what was unused for longest until the rest is small enough; a file that is mapped stays readable."""
    found = sorted(((each.stat(), each) for each in newest.parent.glob("*.npy")), key=lambda pair: -pair[0].st_mtime)
    total = 0
    for stat, path in found:
        total += stat.st_size
        if total > KEPT_BYTES and path != newest:
            with suppress(OSError):
                path.unlink()
