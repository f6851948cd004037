"""Sandbar's tear sheet of ten years of days with 2,000 round trips: from arrays in memory to the bytes of a file.

The first file of a process also loads the library of its format; it is timed apart, as a fresh worker would feel it.
"""

import time

import numpy as np

from benchmarks.tools.timing import peak_mb, time_calls
from reports.builders.document import DataHash
from reports.builders.performance import build_performance
from reports.builders.sources import Prices, RoundTrips, Track
from reports.work import exporter_of

DAY_NS = 86_400 * 10**9
FIRST_DAY_NS = 1_420_070_400 * 10**9
MADE_NS = 1_795_000_000 * 10**9
SYMBOLS = ("BTC-USDT", "ETH-USDT", "SOL-USDT")


def measure(*, form: str, days: int, trades: int) -> dict[str, object]:
    """Seconds of the first file and of those after it, and how large it is."""
    track = seeded_track(days=days, trades=trades)

    def once() -> bytes:
        return exporter_of(form)(build_performance(track, made_ns=MADE_NS, time_zone="UTC"))

    started_s = time.perf_counter()
    once()
    first_s = time.perf_counter() - started_s
    times_s, content = time_calls(once)
    return {"first_s": first_s, "times_s": times_s, "bytes": len(content), "peak_mb": peak_mb()}


def seeded_track(*, days: int, trades: int) -> Track:
    """A walk of so many days beside a market, with round trips of up to ten days."""
    rng = np.random.default_rng(7)
    time_ns = FIRST_DAY_NS + np.arange(days, dtype=np.int64) * DAY_NS
    return Track(
        name="Ten years",
        subject="A seeded walk",
        currency="USDT",
        time_ns=time_ns,
        equity=10_000 * np.cumprod(1 + rng.normal(0.0006, 0.012, days)),
        starting_equity=10_000.0,
        days_per_year=365,
        trades=_round_trips(rng, trades, days),
        data=(DataHash("seeded", "0" * 64),),
        benchmark=Prices("BTC-USDT", time_ns, 300 * np.cumprod(1 + rng.normal(0.0008, 0.02, days))),
        traded_value=1e6,
        exposure=0.5,
        engine=1,
        language=1,
    )


def _round_trips(rng: np.random.Generator, count: int, days: int) -> RoundTrips:
    entry_ns = np.sort(rng.integers(0, days - 12, count)) * DAY_NS + FIRST_DAY_NS
    exit_ns = entry_ns + rng.integers(1, 240, count) * 3_600 * 10**9
    order = np.argsort(exit_ns, kind="stable")
    side = rng.choice(np.array([1, -1], np.int8), count)
    entry = rng.uniform(90, 110, count)
    closed = entry * (1 + rng.normal(0.001, 0.03, count))
    profit = side * (closed - entry) * 2 - 0.4
    columns = (side, np.full(count, 2.0), entry, closed, entry_ns, exit_ns, np.full(count, 0.4), profit,
               np.minimum(profit, 0) - 1, np.maximum(profit, 0) + 1, np.full(count, np.nan))  # fmt: skip
    return RoundTrips([SYMBOLS[place % 3] for place in range(count)], *(column[order] for column in columns))
