"""A gateway with seeded bars of two symbols, and the job service with its real worker processes."""

import pytest

from jobs import services as jobs
from markets.candle_store import services as candle_store
from markets.datasets.records import Candles
from tests.analytics.tasks.markets import HOUR, START, walk
from tests.asgi_client import AsgiClient


def stored(prices) -> Candles:
    """Prices as candles of hours."""
    opened, high, low, close = (column.tolist() for column in prices)
    times = [START + place * HOUR for place in range(len(close))]
    return Candles(time_ns=times, open=opened, high=high, low=low, close=close, volume=[25.0] * len(close))


@pytest.fixture
def client(app, settings, tmp_path, transactional_db):
    """A client of a gateway whose store has hours of two symbols, and of one that never moves."""
    settings.RATE_LIMIT_RPS = 10_000
    settings.LONG_WORK_PER_MINUTE = 0
    settings.STATE_DIR = tmp_path / "var"
    settings.STATE_DIR.mkdir()
    candle_store.append_candles("live:test", "BTC-USDT", "1h", stored(walk(1_100, seed=1)))
    candle_store.append_candles("live:test", "ETH-USDT", "1h", stored(walk(1_100, seed=2, level=3_000.0)))
    candle_store.append_candles("live:test", "SOL-USDT", "1h", stored(walk(400, seed=3, deviation=0.0)))
    return AsgiClient(app)


@pytest.fixture
async def workers(client):
    """The job service with its workers."""
    await jobs.start()
    yield
    await jobs.stop()


@pytest.fixture
def analysis_of(client, workers):
    """POST an analysis, and the analysis itself when its job has ended well."""

    async def post(kind: str, symbols=("BTC-USDT",), **body):
        answer = await client.post(
            "/api/v1/analytics/?wait=25", json={"kind": kind, "symbols": list(symbols), "interval": "1h", **body}
        )
        assert answer.status == 202, answer.json()
        assert answer.data["status"] == "succeeded", answer.data
        made = answer.data["result"]
        assert made["kind"] == kind
        return (await client.get(f"/api/v1/analytics/{made['analysis_id']}/")).data

    return post
