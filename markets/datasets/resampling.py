"""Trades to candles, and candles to longer candles, exactly: volumes are added as whole numbers of their last decimal.

A candle opens at a multiple of its interval since 1970 UTC, a daily one with the session of its market's calendar. Its open
and close are the first and last price in the order of the data; an interval without a trade has no candle.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from kit.errors import invalid_field
from markets.calendars import ALWAYS, DAY_NS, session_times
from markets.datasets.store import CANDLE_SCHEMA

NOISE_DECIMALS = 12
"""Volumes that are no plain decimals (sums done in binary elsewhere) are added in steps of 10**-12."""
_EXACT_FLOAT = 2**53


def candles_from_trades(trades: pl.DataFrame, *, interval_ns: int, volume_decimals: int | None) -> pl.DataFrame:
    """Candles of trades that are sorted by time."""
    price = pl.col("price")
    first, last = price.first().alias("open"), price.last().alias("close")
    prices = (first, price.max().alias("high"), price.min().alias("low"), last)
    return _group(trades, interval_ns, volume_decimals, prices=prices, volume=pl.col("quantity"))


def longer_candles(
    candles: pl.DataFrame, *, interval_ns: int, volume_decimals: int | None, calendar: str = ALWAYS
) -> pl.DataFrame:
    """Candles of a longer interval from candles that are sorted by time; days are those of the calendar.

    Raises Invalid for more than a day of a calendar other than `24/7`: how its sessions would be counted is not settled.
    """
    prices = (pl.col("open").first(), pl.col("high").max(), pl.col("low").min(), pl.col("close").last())
    if calendar != ALWAYS and interval_ns >= DAY_NS:
        if interval_ns > DAY_NS:
            raise invalid_field("interval", f"Candles of more than a day are not made by the calendar {calendar}.")
        # A session is known by one time, which stands for all of its candles before they are grouped.
        sessions = pl.Series("time", session_times(calendar, candles["time"].to_numpy()), dtype=pl.Int64)
        return _group(candles.with_columns(sessions), 1, volume_decimals, prices=prices, volume=pl.col("volume"))
    return _group(candles, interval_ns, volume_decimals, prices=prices, volume=pl.col("volume"))


def trades_of_quotes(quotes: pl.DataFrame) -> pl.DataFrame:
    """Quotes as prices without a size: the middle of bid and ask, of which candles can be made."""
    return quotes.select("time", ((pl.col("bid") + pl.col("ask")) / 2).alias("price"), pl.lit(0.0).alias("quantity"))


def stream_candles(
    trades: Iterator[pl.DataFrame], *, interval_ns: int, volume_decimals: int | None
) -> Iterator[pl.DataFrame]:
    """Candles of any number of trades; the trades of the last interval of a frame wait for the next frame."""
    waiting: pl.DataFrame | None = None
    for arrived in trades:
        frame = arrived if waiting is None else pl.concat([waiting, arrived])
        last_open = frame["time"][-1] // interval_ns * interval_ns
        is_whole = pl.col("time") < last_open
        waiting = frame.filter(~is_whole)
        whole = frame.filter(is_whole)
        if whole.height:
            yield candles_from_trades(whole, interval_ns=interval_ns, volume_decimals=volume_decimals)
    if waiting is not None:
        yield candles_from_trades(waiting, interval_ns=interval_ns, volume_decimals=volume_decimals)


def _group(
    frame: pl.DataFrame,
    interval_ns: int,
    volume_decimals: int | None,
    *,
    prices: tuple[pl.Expr, ...],
    volume: pl.Expr,
) -> pl.DataFrame:
    decimals = NOISE_DECIMALS if volume_decimals is None else volume_decimals
    # 128 bits: a day of meme-coin volume in steps of 10**-12 does not fit 64.
    steps = (volume * float(10**decimals)).round().cast(pl.Int128).sum().alias("volume")
    open_time = (pl.col("time") // interval_ns * interval_ns).alias("time")
    grouped = frame.group_by(open_time, maintain_order=True).agg(*prices, steps)
    volumes = _divide(grouped["volume"], 10**decimals)
    return grouped.with_columns(volumes).select(CANDLE_SCHEMA.names())


def _divide(steps: pl.Series, scale: int) -> pl.Series:
    """Each whole number by `scale` to the nearest float."""
    if (steps < _EXACT_FLOAT).all():
        # Both operands are exact as floats, so the division rounds once, correctly.
        return pl.Series("volume", steps.cast(pl.Float64).to_numpy() / np.float64(scale))
    return pl.Series("volume", [count / scale for count in steps.to_list()], dtype=pl.Float64)
