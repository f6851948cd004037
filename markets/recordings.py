"""Data sets as the markets use them: opened for a replay, and read as candles for a chart.

Everything here reads files and the database: call it in a thread.
"""

from decimal import Decimal

import msgspec

from kit.clock import NS_PER_SECOND, iso_from_ns
from kit.errors import invalid_field
from markets.answers import CandleRow
from markets.datasets import services as datasets
from markets.datasets.records import Candles, Dataset
from markets.instruments import Instrument
from markets.paging import MAX_TIME_NS, Window
from markets.sources.replay import Recording

MINUTE_NS = 60 * NS_PER_SECOND
ROWS_PER_BATCH = 4_096
"""Rows turned into steps at once: some milliseconds in a thread, a fraction of a second of replay at full speed."""


class RecordedCandle(msgspec.Struct, frozen=True, gc=False):
    """A candle of a data set, as it is shown; its digits are the data's own where those are finer."""

    time_ns: int
    row: CandleRow


def open_recording(dataset: Dataset, instrument: Instrument) -> Recording:
    """A data set to be replayed from its first row; raises NotFound when it was deleted meanwhile."""
    is_candles = dataset.kind != "trades"  # quotes are replayed as the one-minute candles of their middle
    iterate = datasets.iterate_candles if is_candles else datasets.iterate_trades
    return Recording(
        dataset=dataset.id,
        instrument=instrument,
        bar_s=datasets.base_interval_s(dataset) if is_candles else 0,
        rows=datasets.replayed_rows(dataset),
        start_ns=dataset.from_ns if dataset.kind != "quotes" else dataset.from_ns // MINUTE_NS * MINUTE_NS,
        batches=iterate(dataset.id, batch=ROWS_PER_BATCH),
        content_hash=dataset.content_hash,
    )


def read_candles(dataset: Dataset, instrument: Instrument, interval: str, window: Window) -> list[RecordedCandle]:
    """The candles of a window, oldest first. Raises Invalid for another symbol's data set or an interval it lacks."""
    if dataset.symbol != instrument.symbol:
        raise invalid_field("dataset", f"It holds {dataset.symbol}, not {instrument.symbol}.")
    found = datasets.candles_from(
        dataset.id,
        interval,
        start_ns=window.from_ns if window.is_oldest_first else None,
        end_ns=None if window.to_ns == MAX_TIME_NS else window.to_ns + 1,
        limit=window.limit,
    )
    price_decimals = _finer(instrument.tick.decimals, dataset.price_decimals)
    volume_decimals = _finer(instrument.lot.decimals, dataset.volume_decimals)
    candles = _as_text(found, price_decimals, volume_decimals)
    return [candle for candle in candles if window.from_ns <= candle.time_ns <= window.to_ns]


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
