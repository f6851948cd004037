"""Data sets as the markets use them: opened for a replay, and read as candles for a chart.

Everything here reads files and the database: call it in a thread.
"""

from bisect import bisect_left
from decimal import Decimal

import msgspec

from kit.clock import iso_from_ns
from kit.errors import invalid_field
from markets.answers import CandleRow
from markets.datasets import services as datasets
from markets.datasets.records import Candles, Dataset
from markets.instruments import Instrument
from markets.paging import MAX_TIME_NS, Window
from markets.sources.replay import Recording

ROWS_PER_BATCH = 4_096
"""Rows turned into steps at once: some milliseconds in a thread, a fraction of a second of replay at full speed."""


class RecordedCandle(msgspec.Struct, frozen=True, gc=False):
    """A candle of a data set, as it is shown; its digits are the data's own where those are finer."""

    time_ns: int
    row: CandleRow


def open_recording(dataset: Dataset, instrument: Instrument) -> Recording:
    """A data set to be replayed from its first row; raises NotFound when it was deleted meanwhile."""
    is_candles = dataset.kind == "candles"
    iterate = datasets.iterate_candles if is_candles else datasets.iterate_trades
    return Recording(
        dataset=dataset.id,
        instrument=instrument,
        bar_s=datasets.base_interval_s(dataset) if is_candles else 0,
        rows=dataset.rows,
        start_ns=dataset.from_ns,
        batches=iterate(dataset.id, batch=ROWS_PER_BATCH),
    )


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


def cut(candles: Candles, first: int) -> Candles:
    """The candles from number `first` on."""
    return Candles(*(column[first:] for column in msgspec.structs.astuple(candles)))


def as_rows(
    candles: Candles, instrument: Instrument, *, price_decimals: int | None, volume_decimals: int | None
) -> list[RecordedCandle]:
    """Candles as they are shown, with the digits of the instrument's steps or, where those are finer, of the data."""
    return _as_text(
        candles, _finer(instrument.tick.decimals, price_decimals), _finer(instrument.lot.decimals, volume_decimals)
    )


def _finer(step_decimals: int, data_decimals: int | None) -> int | None:
    """The digits that show both; None when the data are no plain decimals and every digit is to be shown."""
    return None if data_decimals is None else max(step_decimals, data_decimals)


def _as_text(candles: Candles, price_decimals: int | None, volume_decimals: int | None) -> list[RecordedCandle]:
    columns = [
        [_text(value, price_decimals) for value in column]
        for column in (candles.open, candles.high, candles.low, candles.close)
    ]
    volumes = [_text(value, volume_decimals) for value in candles.volume]
    rows = map(CandleRow, map(iso_from_ns, candles.time_ns), *columns, volumes)
    return list(map(RecordedCandle, candles.time_ns, rows))


def _text(value: float, decimals: int | None) -> str:
    """Plain decimal text, with so many digits or, for None, as many as the number has."""
    return format(Decimal(repr(value)), "f") if decimals is None else f"{value:.{decimals}f}"
