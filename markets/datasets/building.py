"""Sorted rows of one symbol to a stored series, and the second look at it that its quality report is made of.

Both an import and a repair end here, so that a repaired data set is judged by the same rules as any other.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import polars as pl

from kit.clock import NS_PER_SECOND
from markets.datasets import store
from markets.datasets.inspecting import Block, Inspection
from markets.datasets.quality import GapFinder, judge_calendar
from markets.datasets.records import Gaps, Kind
from markets.datasets.refusals import unsuitable
from markets.datasets.resampling import stream_candles, trades_of_quotes
from markets.datasets.series import SeriesBuilder, last_prices
from markets.datasets.sessions import Closing, Phases
from markets.updates import INTERVALS

MINUTE_NS = INTERVALS[store.MINUTE] * NS_PER_SECOND


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """What a second look at a stored series shows."""

    calendar: str
    gaps: Gaps
    breaks: Gaps
    off_grid: int
    inspection: Inspection
    closings: tuple[Closing, ...] = ()
    holes: tuple[Closing, ...] = ()
    phases: dict[int, int] = {}


def settle_interval(given: str | None, series: SeriesBuilder) -> str | None:
    """The interval given, if the data can have it, else the one found: the most common distance between bars.

    None for trades and quotes, which have none. Raises Rejected.
    """
    if series.kind != "candles":
        return None
    found_ns = series.interval_ns()
    if given is not None:
        given_ns = INTERVALS[given] * NS_PER_SECOND
        if found_ns is not None and found_ns % given_ns:
            raise unsuitable(f"Bars are mostly {found_ns / NS_PER_SECOND:g} s apart, which is no multiple of {given}.")
        return given
    if found_ns is None:
        raise unsuitable("One bar does not show its interval: give it.")
    for interval, length_s in INTERVALS.items():
        if length_s * NS_PER_SECOND == found_ns:
            return interval
    raise unsuitable(
        f"Bars are mostly {found_ns / NS_PER_SECOND:g} s apart; data sets have one of {', '.join(INTERVALS)}. "
        "Give the interval if the file only has holes."
    )


def examine(
    path: Path,
    series: SeriesBuilder,
    *,
    interval: str | None,
    calendar: str | None,
    has_volume: bool,
    filled_ns: np.ndarray | None = None,
) -> Examined:
    """Read a stored series once more and judge it; `filled_ns` are the times of bars that a repair made up, sorted."""
    interval_ns = INTERVALS[interval] * NS_PER_SECOND if interval else MINUTE_NS
    judged = judge_calendar(series, interval_ns, calendar)
    inspection = Inspection(series.kind, series.returns.scale(), has_volume=has_volume)
    finder, phases, off_grid = GapFinder(interval_ns, judged), Phases(interval_ns), 0
    for frame in store.iterate_frames(path) if series.kept is None else series.kept:
        block = block_of(frame, series.kind, filled_ns)
        inspection.add(block)
        if interval is not None:
            finder.add(block.times)
            off_grid += phases.add(block.times)
    inspection.finish()
    if interval is None:
        # Trades and quotes have no bars to miss, only a longest silence.
        silence = Gaps(longest_seconds=series.longest_ns // NS_PER_SECOND)
        return Examined(calendar=judged, gaps=silence, breaks=Gaps(), off_grid=0, inspection=inspection)
    return Examined(
        calendar=judged,
        gaps=finder.gaps.result(),
        breaks=finder.breaks.result(),
        off_grid=off_grid,
        inspection=inspection,
        closings=tuple(finder.closings),
        holes=finder.gaps.longest(),
        phases=phases.result(),
    )


def block_of(frame: pl.DataFrame, kind: Kind, filled_ns: np.ndarray | None = None) -> Block:
    """A stored frame as arrays for the inspection."""
    times, close = frame["time"].to_numpy(), last_prices(frame, kind)
    if kind != "candles":
        return Block(times, close)
    filled = None if filled_ns is None else np.isin(times, filled_ns, assume_unique=True)
    first, high, low, volume = (frame[name].to_numpy() for name in ("open", "high", "low", "volume"))
    return Block(times, close, first, high, low, volume, filled)


def store_minutes(stored: Path, minutes: Path, *, kind: Kind, volume_decimals: int | None) -> None:
    """Write the one-minute candles of stored trades, or of the middle of stored quotes."""
    frames: Iterator[pl.DataFrame] = store.iterate_frames(stored)
    if kind == "quotes":
        frames = map(trades_of_quotes, frames)
    candles = stream_candles(frames, interval_ns=MINUTE_NS, volume_decimals=volume_decimals)
    store.write_frames(minutes, store.CANDLE_SCHEMA, candles)
