"""What a live market did stays: its own closed minutes go into the candle store, whatever streams and restarts missed."""

import time

import pytest

from markets import services
from markets.candle_store import services as candle_store
from markets.paging import MAX_TIME_NS, MIN_TIME_NS, Window
from markets.sources.live import keeping
from tests.markets.live.test_live_markets import BTC, fresh, live_feed
from tests.waiting import eventually

MINUTES = 30
MINUTE_NS = 60_000_000_000
SOURCE = "live:binance"
EVERYTHING = Window(MIN_TIME_NS, MAX_TIME_NS, limit=1_000, is_oldest_first=False)


@pytest.fixture
async def kept(live, settings, tmp_path, tune, monkeypatch):
    """The loopback exchange, whose last half hour is kept and looked at again soon."""
    settings.STATE_DIR = tmp_path / "var"
    monkeypatch.setattr(keeping, "CATCH_UP_MINUTES", MINUTES)
    monkeypatch.setattr(keeping, "OFF_LOOK_S", 0.05)
    tune("live.keep_candles_seconds", 10)
    return live


async def stored(symbol=BTC):
    """The minutes of a symbol in the store."""
    found = candle_store.read_candles(symbol, "1m", EVERYTHING, source=SOURCE)
    return None if found is None else found.candles


def venues_own(exchange, time_ns):
    """Open, high, low and close as the venue itself says of a minute."""
    row = exchange.markets["BTCUSDT"].candle("1m", time_ns // 1_000_000)
    return [float(price) for price in row[1:5]]


async def test_closed_minutes_are_stored_as_the_venue_has_them(kept):
    await live_feed()
    candles = await eventually(stored)
    forming_ns = time.time_ns() // MINUTE_NS * MINUTE_NS
    assert len(candles.time_ns) >= MINUTES
    assert forming_ns - candles.time_ns[-1] in (MINUTE_NS, 2 * MINUTE_NS)  # the minute may have ended since
    for index in (0, 7, -1):
        own = venues_own(kept, candles.time_ns[index])
        assert [candles.open[index], candles.high[index], candles.low[index], candles.close[index]] == own


async def test_what_was_missed_is_completed_and_nothing_is_asked_for_twice(kept, monkeypatch):
    await live_feed()
    before = await eventually(stored)
    await services.LIVE_MARKETS.stop()
    candle_store.remove_series(SOURCE, BTC, "1m")
    half = type(before)(*(getattr(before, name)[: MINUTES // 2] for name in before.__struct_fields__))
    candle_store.append_candles(SOURCE, BTC, "1m", half)
    kept.requests.clear()
    await live_feed()
    completed = await eventually(stored, lambda candles: candles is not None and len(candles.time_ns) >= MINUTES)
    gaps = {later - earlier for earlier, later in zip(completed.time_ns, completed.time_ns[1:], strict=False)}
    assert gaps == {MINUTE_NS}
    assert completed.close[: MINUTES // 2] == half.close


async def test_a_venue_that_fails_is_asked_again_in_the_next_round_and_prices_go_on(kept, tune, monkeypatch):
    tune("live.keep_candles_seconds", 0)
    await live_feed()
    assert await stored() is None
    real = candle_store.append_minutes
    failures = []

    def fails_first(*arguments):
        if len(failures) < 3:
            failures.append(arguments)
            raise OSError("No space left on device")
        return real(*arguments)

    session = services.LIVE_MARKETS._session
    monkeypatch.setattr(
        session._keeper, "_shelf", keeping.CandleShelf(newest_ns=candle_store.newest_ns, append=fails_first)
    )
    monkeypatch.setattr(session._keeper, "_every_s", lambda: 0.05)
    assert await eventually(stored)
    assert failures
    assert not (await fresh()).stale


async def test_a_setting_of_nought_stores_nothing(kept, tune):
    tune("live.keep_candles_seconds", 0)
    await live_feed()
    await fresh()
    assert await stored() is None
