"""The candle store for the rest of Sandbar: append what comes in, read it at any interval, name it by hash, list it.

Everything here reads or writes files: call it in a thread, never on the event loop. Polars is imported by what needs it,
not by this module.

A series belongs to a source, under the name that the source has in answers (`live:binance`). A data set is read the same
way, as the source `dataset:ID`: its rows stay where the import put them, immutable and under their own hash, and only the
catalogue lists it beside the series of the store. So nothing is stored twice, and nothing that a result was computed from
can change under its name.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from kit.clock import NS_PER_SECOND
from kit.errors import NotFound, invalid_field
from markets.candle_store.records import Appended, Outline, SeriesFacts, SeriesKey, StoredCandles
from markets.datasets import services as datasets
from markets.datasets.records import Candles, Dataset
from markets.instruments import Instrument
from markets.intervals import interval_s_of, interval_text
from markets.paging import MAX_TIME_NS, MIN_TIME_NS, Window
from markets.updates import Candle

if TYPE_CHECKING:
    import polars as pl

    from markets.candle_store.store import CandleStore

DATASET = "dataset:"
BATCH_ROWS = 10_000
MAX_DATASETS_LISTED = 1_000
MAX_ROWS_PER_READ = 3_000_000
"""Shorter candles that one read takes in to make longer ones: two thousand days of minutes, half a second."""


# Writing -------------------------------------------------------------------------------------------------------------


def append_candles(source: str, symbol: str, interval: str, candles: Candles) -> Appended:
    """Add closed candles, in any order, to the series of that source, symbol and interval; on disk when this returns.

    The same candle again changes nothing, another one of its time replaces it. Raises Invalid, having added none, for a
    candle that contradicts itself, more than a million of them, or a name that is none.
    """
    from markets.candle_store import checking

    if source.startswith(DATASET):
        raise invalid_field("source", "A data set does not change; import another one.")
    key = SeriesKey(source, symbol, interval_text(interval_s_of(interval)))
    return _store().append(key, checking.frame_of(candles))


def append_minutes(source: str, instrument: Instrument, candles: Sequence[Candle]) -> Appended:
    """Add closed minutes in ticks and lots; see `append_candles`."""
    return append_candles(source, instrument.symbol, "1m", candles_of_ticks(instrument, candles))


def candles_of_ticks(instrument: Instrument, candles: Sequence[Candle]) -> Candles:
    """Candles in ticks and lots as the store has them: the nearest floats of the decimals, so that nothing is lost."""
    return Candles(
        time_ns=[candle.time_ns for candle in candles],
        open=[float(instrument.price_text(candle.open_ticks)) for candle in candles],
        high=[float(instrument.price_text(candle.high_ticks)) for candle in candles],
        low=[float(instrument.price_text(candle.low_ticks)) for candle in candles],
        close=[float(instrument.price_text(candle.close_ticks)) for candle in candles],
        volume=[float(instrument.quantity_text(candle.volume_lots)) for candle in candles],
    )


def remove_series(source: str, symbol: str, interval: str) -> None:
    """Delete a series of the store; nothing happens when there is none."""
    _store().remove(SeriesKey(source, symbol, interval_text(interval_s_of(interval))))


# Reading -------------------------------------------------------------------------------------------------------------


def read_candles(
    symbol: str, interval: str, window: Window, *, source: str | None = None, calendar: str = "24/7"
) -> StoredCandles | None:
    """The candles of a window, oldest first, its first `limit` or its last; None when nothing can give that interval.

    Made exactly from the longest stored candles that divide the interval; days are those of the calendar. Without a source
    it is the one with the newest candles. Raises NotFound for a data set there is not.
    """
    if source is not None and source.startswith(DATASET):
        return _read_dataset(_dataset_of(source, symbol), interval, window, calendar)
    key = find_series(symbol, interval, source=source, calendar=calendar)
    return None if key is None else read_series(key, interval, window, calendar=calendar)


def read_series(key: SeriesKey, interval: str, window: Window, *, calendar: str = "24/7") -> StoredCandles:
    """`read_candles` of a series that `find_series` has found."""
    from markets.datasets.store import candles_of

    price_decimals, volume_decimals = _store().decimals(key)
    frame = read_frame(key, interval, window, calendar=calendar)
    return StoredCandles(key, candles_of(frame), price_decimals, volume_decimals)


def read_frame(key: SeriesKey, interval: str, window: Window, *, calendar: str = "24/7") -> "pl.DataFrame":
    """`read_series` as a table: `time` Int64, `open high low close volume` Float64."""
    _, volume_decimals = _store().decimals(key)
    return _read(key, interval, window, calendar=calendar, volume_decimals=volume_decimals)


def resample(candles: Candles, interval: str, calendar: str = "24/7") -> Candles:
    """Candles of a longer interval out of sorted ones, exact to the last decimal of their volumes; days by the calendar.

    Raises Invalid for an interval that is none, or for more than a day of a calendar whose days are sessions.
    """
    import numpy as np

    from markets.candle_store import checking
    from markets.datasets.resampling import longer_candles
    from markets.datasets.series import Decimals
    from markets.datasets.store import candles_of

    decimals, interval_ns = Decimals(), interval_s_of(interval) * NS_PER_SECOND
    decimals.add(np.asarray(candles.volume, dtype=np.float64))
    frame = checking.frame_of(candles)
    return candles_of(longer_candles(frame, interval_ns=interval_ns, volume_decimals=decimals.count, calendar=calendar))


def newest_ns(source: str, symbol: str, interval: str) -> int | None:
    """The open time of the newest candle of exactly that series, or None when there is no such series; cheap."""
    span = _store().span(SeriesKey(source, symbol, interval_text(interval_s_of(interval))))
    return None if span is None else span[1]


def outline(key: SeriesKey) -> Outline:
    """The newest candle's time of a series that `find_series` has found, and its decimals; cheap."""
    span = _store().span(key)
    return Outline(MIN_TIME_NS if span is None else span[1], *_store().decimals(key))


def iterate_candles(
    symbol: str,
    interval: str,
    *,
    source: str | None = None,
    from_ns: int = MIN_TIME_NS,
    to_ns: int = MAX_TIME_NS - 1,
    batch: int = BATCH_ROWS,
) -> Iterator[Candles]:
    """The stored candles of exactly that interval from one time to another, both included, `batch` at a time.

    However many there are, a few files of them are in memory. Raises NotFound at once when there is no such series.
    """
    from markets.datasets.store import candles_of

    if source is not None and source.startswith(DATASET):
        return _iterate_dataset(_dataset_of(source, symbol), from_ns, to_ns, batch)
    key = _exact_series(symbol, interval, source)
    return (candles_of(frame) for frame in _store().iterate(key, from_ns=from_ns, to_ns=to_ns, batch=batch))


def range_hash(
    symbol: str,
    interval: str,
    *,
    source: str | None = None,
    from_ns: int = MIN_TIME_NS,
    to_ns: int = MAX_TIME_NS - 1,
) -> str:
    """The content hash of the candles from one time to another, both included: what a result computed from them names.

    The same candles have the same hash in every source, a data set as well, and however they came in. Raises NotFound.
    """
    if source is not None and source.startswith(DATASET):
        return _hash_of_dataset(_dataset_of(source, symbol), from_ns, to_ns)
    return _store().range_hash(_exact_series(symbol, interval, source), from_ns=from_ns, to_ns=to_ns)


def find_series(symbol: str, interval: str, *, source: str | None = None, calendar: str = "24/7") -> SeriesKey | None:
    """The stored series that gives candles of that interval best: newest candles first, then the longest candles."""
    length_s = interval_s_of(interval)
    best: tuple[int, int, SeriesKey] | None = None
    for key in _store().list_series(symbol):
        base_s = interval_s_of(key.interval)
        if (source is not None and key.source != source) or length_s % base_s or not _makes(base_s, length_s, calendar):
            continue
        span = _store().span(key)
        # Series of one source end together, but for what is forming: the interval itself is better than a later minute.
        if span is not None and (best is None or (span[1] // (length_s * NS_PER_SECOND), base_s) > best[:2]):
            best = (span[1] // (length_s * NS_PER_SECOND), base_s, key)
    return None if best is None else best[2]


# Catalogue -----------------------------------------------------------------------------------------------------------


def list_series(symbol: str | None = None) -> list[SeriesFacts]:
    """Every series of the store, and every data set as a series of its own; of one symbol when it is given."""
    stored = (_store().facts(key) for key in _store().list_series(symbol))
    page = datasets.list_datasets(symbol=symbol, limit=MAX_DATASETS_LISTED)
    return [*(facts for facts in stored if facts is not None), *(_facts_of(dataset) for dataset in page.items)]


# Inside --------------------------------------------------------------------------------------------------------------


def _store() -> "CandleStore":
    return _store_in(Path(settings.STATE_DIR) / "candles")


@lru_cache(maxsize=4)
def _store_in(root: Path) -> "CandleStore":
    from markets.candle_store.store import CandleStore

    return CandleStore(root)


def _makes(base_s: int, length_s: int, calendar: str) -> bool:
    """Whether shorter candles add up to days that end when the calendar says, which may be at any whole hour."""
    return calendar == "24/7" or base_s == length_s or length_s < 86_400 or base_s <= 3_600


def _exact_series(symbol: str, interval: str, source: str | None) -> SeriesKey:
    name = interval_text(interval_s_of(interval))
    keys = [key for key in _store().list_series(symbol) if key.interval == name and source in (None, key.source)]
    spans = [(span[1], key) for key in keys if (span := _store().span(key)) is not None]
    if not spans:
        raise NotFound(f"There are no stored candles of {symbol} at {name}.")
    return max(spans)[1]


def _read(
    key: SeriesKey, interval: str, window: Window, *, calendar: str, volume_decimals: int | None
) -> "pl.DataFrame":
    from markets.candle_store.longer import read_longer

    def read(part: Window) -> "pl.DataFrame":
        if part.limit > MAX_ROWS_PER_READ:
            raise invalid_field("limit", f"Asks for {part.limit:,} candles of {key.interval}; iterate over so many.")
        return _store().read(key, part)

    return read_longer(
        read,
        window,
        base_ns=interval_s_of(key.interval) * NS_PER_SECOND,
        interval_ns=interval_s_of(interval) * NS_PER_SECOND,
        calendar=calendar,
        volume_decimals=volume_decimals,
    )


def _dataset_of(source: str, symbol: str) -> Dataset:
    dataset = datasets.get_dataset(source.removeprefix(DATASET))
    if dataset.symbol != symbol:
        raise invalid_field("dataset", f"It holds {dataset.symbol}, not {symbol}.")
    return dataset


def _read_dataset(dataset: Dataset, interval: str, window: Window, calendar: str) -> StoredCandles:
    found = datasets.candles_from(
        dataset.id,
        interval,
        start_ns=window.from_ns if window.is_oldest_first else None,
        end_ns=None if window.to_ns == MAX_TIME_NS else window.to_ns + 1,
        limit=window.limit,
        calendar=calendar,
    )
    return StoredCandles(_key_of(dataset), found, dataset.price_decimals, dataset.volume_decimals)


def _iterate_dataset(dataset: Dataset, from_ns: int, to_ns: int, batch: int) -> Iterator[Candles]:
    from markets.datasets.store import candles_of

    for frame in _frames_of(dataset, from_ns, to_ns):
        yield from (candles_of(part) for part in frame.iter_slices(batch))


def _hash_of_dataset(dataset: Dataset, from_ns: int, to_ns: int) -> str:
    from markets.candle_store.hashing import hash_of

    return hash_of(_frames_of(dataset, from_ns, to_ns), datasets.base_interval_s(dataset))


def _frames_of(dataset: Dataset, from_ns: int, to_ns: int) -> Iterator["pl.DataFrame"]:
    """The candles of a data set from one time to another, a row group at a time."""
    from markets.datasets.store import iterate_frames

    start_ns = None if from_ns <= dataset.from_ns else from_ns
    for frame in iterate_frames(datasets.candles_path(dataset), start_ns=start_ns):
        end = int(frame["time"].search_sorted(to_ns, side="right"))
        if end:
            yield frame.head(end)
        if end < frame.height:
            return


def _key_of(dataset: Dataset) -> SeriesKey:
    interval = interval_text(datasets.base_interval_s(dataset))
    return SeriesKey(f"{DATASET}{dataset.id}", dataset.symbol, interval)


def _facts_of(dataset: Dataset) -> SeriesFacts:
    """A data set as the catalogue shows it, under the hash its import gave it."""
    return SeriesFacts(
        key=_key_of(dataset),
        rows=dataset.rows,
        from_ns=dataset.from_ns,
        to_ns=dataset.to_ns,
        price_decimals=dataset.price_decimals,
        volume_decimals=dataset.volume_decimals,
        content_hash=dataset.content_hash,
        size_bytes=dataset.size_bytes,
    )
