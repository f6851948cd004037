"""The real application with hourly candles of six symbols in its store, and the job service with real worker processes."""

import random

import pytest

from markets import services as markets
from markets.candle_store import services as candle_store
from markets.datasets.records import Candles
from markets.instruments import make_instrument
from markets.universe import Universe
from tests.analytics.backtests.conftest import START, _compiled, result_of, workers  # noqa: F401 - fixtures
from tests.asgi_client import AsgiClient

HOUR = 3_600 * 10**9
BARS = 600
SYMBOLS = ["BTC-USDT", "ETH-USDT", "SOL-USDT", "XRP-USDT", "ADA-USDT", "DOGE-USDT"]


def wandering(seed: int, skipped: int = 0) -> Candles:
    """Hours of a seeded walk; the first ones may be missing."""
    rng = random.Random(seed)
    close = [1_000.0]
    for _ in range(BARS - 1):
        close.append(round(close[-1] * (1 + rng.gauss(0, 0.01)), 2))
    opens = [close[0], *close[:-1]]
    return Candles(
        time_ns=[START + place * HOUR for place in range(skipped, BARS)],
        open=opens[skipped:],
        high=[round(max(pair) * 1.002, 2) for pair in zip(opens, close, strict=True)][skipped:],
        low=[round(min(pair) * 0.998, 2) for pair in zip(opens, close, strict=True)][skipped:],
        close=close[skipped:],
        volume=[float(rng.randint(10, 90)) for _ in range(BARS - skipped)],
    )


@pytest.fixture
def client(_compiled, app, settings, tmp_path, transactional_db, monkeypatch):  # noqa: F811
    """A client of a gateway whose store has six symbols, one of them listed late."""
    settings.RATE_LIMIT_RPS = 10_000
    settings.LONG_WORK_PER_MINUTE = 0
    settings.STATE_DIR = tmp_path / "var"
    settings.STATE_DIR.mkdir()
    monkeypatch.setattr(markets, "UNIVERSE", Universe(markets.list_instruments()))
    for number, symbol in enumerate(SYMBOLS):
        if markets.find_instrument(symbol) is None:
            markets.add_instrument(make_instrument(symbol, tick="0.01", lot="0.001"))
        skipped = 100 if number == 5 else 0
        candle_store.append_candles("live:test", symbol, "1h", wandering(number, skipped))
    return AsgiClient(app)
