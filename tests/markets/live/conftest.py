"""The loopback exchange beside the gateway's own feed, and ways to wait for what becomes of it."""

import pytest

from kit.breaker import BreakerPolicy
from kit.http_pool import POOL
from markets import services
from markets.instruments import DEFAULT_INSTRUMENTS
from markets.sources.live import client, following, session
from markets.universe import Universe
from tests.loopback_exchange import LoopbackExchange


@pytest.fixture
def exchange():
    with LoopbackExchange(tick_s=0.05) as running:
        yield running


@pytest.fixture
def haste(monkeypatch):
    """Nobody waits for long: pauses, timeouts and breakers of a tenth of their length."""
    monkeypatch.setattr(client, "REQUEST_TIMEOUT_S", 0.4)
    monkeypatch.setattr(client, "CONNECT_TIMEOUT_MS", 1_000)
    monkeypatch.setattr(client, "BREAKER", BreakerPolicy(failures=2, window_calls=10, window_s=60, open_s=0.3))
    monkeypatch.setattr(client, "STREAM_BREAKER", BreakerPolicy(failures=3, window_calls=10, window_s=60, open_s=0.3))
    monkeypatch.setattr(following, "SILENT_STREAMS_S", 0.6)
    monkeypatch.setattr(following, "LONGEST_PAUSE_S", 0.5)
    monkeypatch.setattr(session, "WATCH_S", 0.05)
    monkeypatch.setattr(session, "AGE_TOLD_S", 0.2)
    monkeypatch.setattr(session, "LONGEST_PAUSE_S", 0.3)
    monkeypatch.setattr(session, "HISTORY_MINUTES", 30)


@pytest.fixture
async def live(exchange, settings, tune, monkeypatch, transactional_db, haste):
    """Live markets of the loopback exchange, not yet begun; `services.set_feed(source="live")` begins them."""
    settings.LIVE_EXCHANGE_URL = exchange.url
    settings.LIVE_SYMBOLS = "BTC-USDT,ETH-USDT,XRP-USDT"
    universe = Universe(DEFAULT_INSTRUMENTS)
    monkeypatch.setattr(services, "UNIVERSE", universe)
    monkeypatch.setattr(services.FEED, "_instrument_of", universe.get)
    monkeypatch.setattr(services.MAIN.snapshots, "_instrument_of", universe.get)
    tune("live.stale_after_seconds", 0.8)
    tune("live.poll_seconds", 0.2)
    await services.FEED.switch(None, speed=1, is_paused=False)
    yield exchange
    await services.LIVE_MARKETS.stop()
    await services.FEED.switch(None, speed=1, is_paused=False)
    POOL.refuse_loopback()
    exchange.assert_public()
