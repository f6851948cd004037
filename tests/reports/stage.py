"""Tracks for tests of reports: seeded years of days with round trips between them."""

import numpy as np

from reports.builders.document import DataHash
from reports.builders.sources import Prices, RoundTrips, Track

DAY_NS = 86_400 * 10**9
FIRST_DAY_NS = 1_420_070_400 * 10**9  # 2015


def round_trips(count: int, days: int, seed: int = 1) -> RoundTrips:
    """Round trips at seeded times and prices, in the order of their closing."""
    rng = np.random.default_rng(seed)
    entry = np.sort(rng.integers(0, days - 12, count)) * DAY_NS + FIRST_DAY_NS
    exit_ns = entry + rng.integers(1, 10 * 24, count) * 3_600 * 10**9
    order = np.argsort(exit_ns, kind="stable")
    side = rng.choice(np.array([1, -1], np.int8), count)
    entry_price = rng.uniform(90, 110, count)
    exit_price = entry_price * (1 + rng.normal(0.001, 0.03, count))
    fees = np.full(count, 0.4)
    profit = side * (exit_price - entry_price) * 2 - fees
    columns = (side, np.full(count, 2.0), entry_price, exit_price, entry, exit_ns, fees, profit,
               np.minimum(profit, 0) - 1, np.maximum(profit, 0) + 1, np.full(count, np.nan))  # fmt: skip
    symbols = [("BTC-USDT", "ETH-USDT", "SOL-USDT")[place % 3] for place in range(count)]
    return RoundTrips(symbols, *(column[order] for column in columns))


def track(days: int = 3_650, trades: int = 2_000, seed: int = 7) -> Track:
    """A curve of so many days, beside a benchmark."""
    rng = np.random.default_rng(seed)
    time_ns = FIRST_DAY_NS + np.arange(days, dtype=np.int64) * DAY_NS
    equity = 10_000 * np.cumprod(1 + rng.normal(0.0006, 0.012, days))
    market = Prices("BTC-USDT", time_ns, 300 * np.cumprod(1 + rng.normal(0.0008, 0.02, days)))
    return Track(
        name="Ten years",
        subject="A seeded walk",
        currency="USDT",
        time_ns=time_ns,
        equity=equity,
        starting_equity=10_000.0,
        days_per_year=365,
        trades=round_trips(trades, days),
        data=(DataHash("seeded", "0" * 64),),
        benchmark=market,
        traded_value=1e6,
        exposure=0.5,
        engine=1,
        language=1,
    )
