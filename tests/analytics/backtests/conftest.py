"""The real application with candles in its store, and the job service with its real worker processes."""

import math

import pytest

from analytics.backtests.warming import compile_kernels
from analytics.factors.warming import compile_kernels as compile_factor_kernels
from jobs import services as jobs
from markets.candle_store import services as candle_store
from markets.datasets.records import Candles
from tests.asgi_client import AsgiClient

HOUR = 3_600 * 10**9
START = 1_700_000_000 * 10**9 // (24 * HOUR) * (24 * HOUR)
BARS = 2_400


def waves(count: int = BARS, level: float = 50_000.0) -> Candles:
    """Hours that swing in slow and in fast waves, each bar opening where the last one closed."""
    close = [
        round(level * (1 + 0.08 * math.sin(place / 60) + 0.02 * math.sin(place / 7) + 0.004 * math.sin(place * 1.7)), 2)
        for place in range(count)
    ]
    opens = [close[0], *close[:-1]]
    return Candles(
        time_ns=[START + place * HOUR for place in range(count)],
        open=opens,
        high=[round(max(pair) * 1.002, 2) for pair in zip(opens, close, strict=True)],
        low=[round(min(pair) * 0.998, 2) for pair in zip(opens, close, strict=True)],
        close=close,
        volume=[25.0] * count,
    )


@pytest.fixture(scope="session")
def _compiled(tmp_path_factory):
    """Every kernel compiled and on disk, where the workers find it: the first time takes longer than an answer may."""
    compile_kernels(tmp_path_factory.mktemp("compiled"))
    compile_factor_kernels(tmp_path_factory.mktemp("factors"))


@pytest.fixture
def client(_compiled, app, settings, tmp_path, transactional_db):
    """A client of a gateway whose store has waves of two symbols."""
    settings.RATE_LIMIT_RPS = 10_000
    settings.LONG_WORK_PER_MINUTE = 0
    settings.STATE_DIR = tmp_path / "var"
    settings.STATE_DIR.mkdir()
    candle_store.append_candles("live:test", "BTC-USDT", "1h", waves())
    candle_store.append_candles("live:test", "ETH-USDT", "1h", waves(level=3_000.0))
    return AsgiClient(app)


@pytest.fixture
async def workers(client):
    """The job service with its workers."""
    await jobs.start()
    yield
    await jobs.stop()


@pytest.fixture
def result_of(client, workers):
    """POST work, and its job's result when it has ended well."""

    async def post(path: str, **body):
        answer = await client.post(f"{path}?wait=25", json=body)
        assert answer.status == 202, answer.json()
        assert answer.data["status"] == "succeeded", answer.data
        return answer.data["result"]

    return post
