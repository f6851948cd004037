"""Candles of our own making, and a store in a folder of its own."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from kit.clock import NS_PER_SECOND, ns_from_iso
from markets.candle_store.records import SeriesKey
from markets.candle_store.store import CandleStore
from markets.datasets.store import CANDLE_SCHEMA

SHARED_DATA = Path(os.environ.get("SHARED_DATA") or Path(__file__).resolve().parents[4] / "shared" / "data")
MINUTE_NS = 60 * NS_PER_SECOND
START_NS = ns_from_iso("2024-02-28T22:00:00Z")
"""Two hours before midnight of a leap year's last February days."""
KEY = SeriesKey("live:test", "BTC-USDT", "1m")


def make_candles(count: int, *, start_ns: int = START_NS, interval_ns: int = MINUTE_NS, seed: int = 1) -> pl.DataFrame:
    """Candles without a pause; prices of two decimals, volumes of three."""
    random_ = random.Random(seed)
    rows, price = [], 10_000
    for number in range(count):
        open_, close = price, max(1_000, price + random_.randint(-50, 50))
        high, low = max(open_, close) + random_.randint(0, 20), min(open_, close) - random_.randint(0, 20)
        volume = random_.randint(0, 10**7) / 1_000
        rows.append((start_ns + number * interval_ns, open_ / 100, high / 100, low / 100, close / 100, volume))
        price = close
    return pl.DataFrame(rows, schema=CANDLE_SCHEMA, orient="row")


@pytest.fixture
def store(tmp_path: Path) -> CandleStore:
    return CandleStore(tmp_path / "candles")


@pytest.fixture
def shared() -> Callable[[str], Path]:
    """A file of the shared real data; skips the test where the folder is absent."""

    def find(name: str) -> Path:
        path = SHARED_DATA / name
        if not path.exists():
            pytest.skip(f"the shared data folder has no {name} here")
        return path

    return find
