"""Data sets as the markets use them: opened for a replay, and read as candles for a chart.

Everything here reads files and the database: call it in a thread.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import chain

import msgspec

from kit.clock import NS_PER_MS, NS_PER_SECOND, iso_from_ns
from kit.errors import invalid_field
from markets.datasets import services as datasets
from markets.datasets.records import Candles, Dataset, Quotes, Trades
from markets.instruments import Instrument
from markets.paging import MAX_TIME_NS, Window
from markets.sources.replay import Recording, bars_of
from markets.updates import Candle

ROWS_PER_BATCH = 4_096
"""Rows turned into steps at once: some milliseconds in a thread, a fraction of a second of replay at full speed."""


PAST_CANDLES = 1_500
"""Before the middle of a recording where a replay begins: a day and an hour of minutes, as the simulation has."""


def open_recording(dataset: Dataset, instrument: Instrument, start_ns: int | None = None) -> Recording:
    """A data set to be replayed from its first row, or from the first one at or after `start_ns`.

    Raises NotFound when it was deleted meanwhile, SourceFailed when candles before the start cannot be true.
    """
    return Recording(
        dataset=dataset.id,
        instrument=instrument,
        bar_s=datasets.base_interval_s(dataset) if dataset.kind == "candles" else 0,
        rows=dataset.rows,
        start_ns=dataset.from_ns if start_ns is None else start_ns,
        batches=_batches(dataset, start_ns),
        first_row=0 if start_ns is None else datasets.rows_before(dataset.id, start_ns),
        past=() if start_ns is None else _past(dataset, instrument, start_ns),
        content_hash=dataset.content_hash,
    )


def _batches(dataset: Dataset, start_ns: int | None) -> Iterator[Candles | Trades | Quotes]:
    """The rows to replay; raises NotFound when the data set was deleted meanwhile."""
    if dataset.kind == "quotes":
        return datasets.iterate_quotes(dataset.id, batch=ROWS_PER_BATCH, start_ns=start_ns)
    if dataset.kind == "trades":
        return datasets.iterate_trades(dataset.id, batch=ROWS_PER_BATCH, start_ns=start_ns)
    return datasets.iterate_candles(dataset.id, batch=ROWS_PER_BATCH, start_ns=start_ns)


def _past(dataset: Dataset, instrument: Instrument, end_ns: int) -> tuple[Candle, ...]:
    """The last candles that ended by `end_ns`, of the shortest interval the data set gives."""
    interval = dataset.interval or "1m"
    length_ns = datasets.base_interval_s(dataset) * NS_PER_SECOND
    whole_end_ns = end_ns if dataset.kind == "candles" else end_ns // length_ns * length_ns
    rows = datasets.candles_from(dataset.id, interval, end_ns=whole_end_ns, limit=PAST_CANDLES)
    return tuple(bars_of(rows, instrument))


def read_candles(dataset: Dataset, instrument: Instrument, interval: str, window: Window) -> Candles:
    """The candles of a window, oldest first. Raises Invalid for another symbol's data set or an interval it lacks.

    Days are those of the instrument's calendar.
    """
    if dataset.symbol != instrument.symbol:
        raise invalid_field("dataset", f"It holds {dataset.symbol}, not {instrument.symbol}.")
    found = datasets.candles_from(
        dataset.id,
        interval,
        start_ns=window.from_ns if window.is_oldest_first else None,
        end_ns=None if window.to_ns == MAX_TIME_NS else window.to_ns + 1,
        limit=window.limit,
        calendar=instrument.calendar,
    )
    first = bisect_left(found.time_ns, window.from_ns)
    return found if first == 0 else cut(found, first)


def cut(candles: Candles, first: int, end: int | None = None) -> Candles:
    """The candles from number `first` to before `end`."""
    return Candles(*(column[first:end] for column in msgspec.structs.astuple(candles)))


def rows_json(
    candles: Candles, instrument: Instrument, *, price_decimals: int | None, volume_decimals: int | None
) -> bytes:
    """Candles as the JSON array of their rows, with the digits of the instrument's steps or, where those are finer, of the
    data; None decimals show every digit.

    The array is filled into one template: a struct for each row costs three times as much.
    """
    if not len(candles):
        return b"[]"
    price, prices = _shown(
        (candles.open, candles.high, candles.low, candles.close), _finer(instrument.tick.decimals, price_decimals)
    )
    volume, volumes = _shown((candles.volume,), _finer(instrument.lot.decimals, volume_decimals))
    row = f'{{"time":"%s","open":"{price}","high":"{price}","low":"{price}","close":"{price}","volume":"{volume}"}}'
    values = tuple(chain.from_iterable(zip(_iso_times(candles.time_ns), *prices, *volumes, strict=True)))
    template = f"[{','.join([row] * len(candles))}]"
    return (template % values).encode()


def _finer(step_decimals: int, data_decimals: int | None) -> int | None:
    """The digits that show both; None when the data are no plain decimals and every digit is to be shown."""
    return None if data_decimals is None else max(step_decimals, data_decimals)


def _shown(columns: Sequence[Sequence[float]], decimals: int | None) -> tuple[str, Sequence[Sequence[float | str]]]:
    """How a number stands in a template, and what is put there: plain decimal text with so many digits or with all."""
    if decimals is not None:
        return f"%.{decimals}f", columns
    return "%s", [[format(Decimal(repr(value)), "f") for value in column] for column in columns]


def _iso_times(times_ns: Sequence[int]) -> list[str]:
    """`iso_from_ns` of many times; bars open at whole milliseconds, which numpy writes at once."""
    import numpy as np

    times = np.asarray(times_ns, dtype=np.int64)
    if (times % NS_PER_MS).any():
        return [iso_from_ns(time_ns) for time_ns in times_ns]
    return [f"{text}Z" for text in np.datetime_as_string((times // NS_PER_MS).astype("datetime64[ms]")).tolist()]
