"""The candle store with a year of minutes: written once, then read in fresh processes."""

import random
import statistics
import time
from pathlib import Path

import numpy as np
import polars as pl

from kit.clock import NS_PER_SECOND
from markets.candle_store.records import SeriesKey
from markets.candle_store.store import CandleStore
from markets.datasets.store import CANDLE_SCHEMA, candles_of
from markets.paging import Window

KEY = SeriesKey("live:bench", "BTC-USDT", "1m")
BEGIN_NS = 1_704_067_200 * NS_PER_SECOND
MINUTE_NS = 60 * NS_PER_SECOND
END_NS = 2**63 - 2


def year_of(minutes: int) -> pl.DataFrame:
    """A random walk of minutes with prices of two decimals and volumes of five."""
    draws = np.random.default_rng(11)
    close = np.round(50_000 + np.cumsum(draws.normal(0, 5, minutes)).clip(-40_000), 2)
    open_ = np.concatenate(([50_000.0], close[:-1]))
    high = np.round(np.maximum(open_, close) + draws.uniform(0, 5, minutes), 2)
    low = np.round(np.minimum(open_, close) - draws.uniform(0, 5, minutes), 2)
    volume = np.round(draws.exponential(3, minutes), 5)
    times = BEGIN_NS + np.arange(minutes) * MINUTE_NS
    return pl.DataFrame([times, open_, high, low, close, volume], schema=CANDLE_SCHEMA)


def write(*, folder: str, minutes: int) -> dict[str, float]:
    """Append the year to a new store; the seconds that took."""
    frame = year_of(minutes)
    started_s = time.perf_counter()
    CandleStore(Path(folder)).append(KEY, frame)
    return {"seconds": time.perf_counter() - started_s}


def read(*, folder: str, minutes: int, reads: int, candles: int) -> dict[str, float]:
    """Medians: a thousand candles as columns, first and again; a million of them in batches; their hash; an append."""
    store, random_ = CandleStore(Path(folder)), random.Random(5)
    starts = [BEGIN_NS + random_.randrange(minutes - candles) * MINUTE_NS for _ in range(reads)]
    first = [_timed_ms(store, start_ns, candles) for start_ns in starts]
    again = [_timed_ms(store, start_ns, candles) for start_ns in starts]
    fresh = CandleStore(Path(folder))
    started_s = time.perf_counter()
    seen = sum(frame.height for frame in fresh.iterate(KEY, from_ns=0, to_ns=END_NS))
    iterate_s = time.perf_counter() - started_s
    assert seen == minutes, f"{seen} candles were there"
    started_s = time.perf_counter()
    fresh.range_hash(KEY, from_ns=0, to_ns=END_NS)
    hash_s = time.perf_counter() - started_s
    return {
        "ms": statistics.median(first),
        "again_ms": statistics.median(again),
        "iterate_per_s": seen / iterate_s,
        "hash_ms": hash_s * 1e3,
        "append_ms": _append_ms(store),
    }


def _timed_ms(store: CandleStore, start_ns: int, candles: int) -> float:
    started_s = time.perf_counter()
    found = candles_of(store.read(KEY, Window(start_ns, END_NS, candles, True)))
    spent_s = time.perf_counter() - started_s
    assert len(found) == candles, f"{len(found)} candles came"
    return spent_s * 1e3


def _append_ms(store: CandleStore) -> float:
    key = SeriesKey("live:bench", f"NEW-{time.time_ns()}", "1m")
    frame = year_of(1_440)
    store.append(key, frame[:1_380])
    times_ms = []
    for number in range(1_380, 1_440):
        started_s = time.perf_counter()
        store.append(key, frame[number : number + 1])
        times_ms.append((time.perf_counter() - started_s) * 1e3)
    store.remove(key)
    return statistics.median(times_ms)
