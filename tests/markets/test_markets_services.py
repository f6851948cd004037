"""Start, health and instruments of the markets, and their streams through the real application."""

import asyncio
import zlib
from decimal import Decimal

import pytest
from django.core.exceptions import ImproperlyConfigured

from kit.errors import Conflict, NotFound
from markets import answers, serializers, services
from markets.apps import check_market_source
from markets.instrument_models import AddedInstrument
from markets.instruments import DEFAULT_INSTRUMENTS, make_instrument
from markets.sources.simulated import SimulatedSource
from markets.universe import Universe
from tests.markets.conftest import START_NS, ListSource, make_bars

DEADLINE_S = 20.0
SYMBOLS = {instrument.symbol for instrument in DEFAULT_INSTRUMENTS}


@pytest.fixture(autouse=True)
async def idle_feed():
    await services.FEED.switch(None, speed=1, is_paused=False)
    yield
    await services.FEED.switch(None, speed=1, is_paused=False)


@pytest.fixture
def universe(monkeypatch):
    """A universe of its own, as of a new process."""
    made = Universe(DEFAULT_INSTRUMENTS)
    monkeypatch.setattr(services, "UNIVERSE", made)
    return made


async def test_a_start_has_a_price_for_every_symbol_of_the_default_universe(settings):
    settings.MARKET_SOURCE = "simulated"
    await services.start()
    assert services.get_feed().status == "running"
    assert {update.symbol for symbol in SYMBOLS if (update := services.last_update(symbol))} == SYMBOLS
    assert not any(services.is_stale(symbol) for symbol in SYMBOLS)
    assert services.market_time_ns() == services.last_update("BTC-USDT").time_ns
    assert services.get_ticker("BTC-USDT").change_24h is not None


async def test_a_start_with_replay_is_idle_until_a_data_set_is_chosen(settings):
    settings.MARKET_SOURCE = "replay"
    await services.start()
    assert services.get_feed().status == "idle"
    assert services.get_feed().source is None
    assert (await services.check_feed()).status == "ok"
    with pytest.raises(Conflict, match="no source to restart"):
        await services.restart()


@pytest.mark.parametrize("source", ["live:nosuch", "live:", "live:../x", "csv", ""])
async def test_a_source_there_is_not_refuses_the_start(settings, source):
    settings.MARKET_SOURCE = source
    assert [error.id for error in check_market_source()] == ["markets.E001"]
    with pytest.raises(ImproperlyConfigured, match="MARKET_SOURCE"):
        await services.start()
    assert services.get_feed().status == "idle"


def test_the_sources_there_are_pass_the_check(settings):
    for source in ("simulated", "replay", "live:binance", "live:kraken"):
        settings.MARKET_SOURCE = source
        assert check_market_source() == []


async def test_a_failed_source_is_told_in_health_and_services_and_can_be_restarted(monkeypatch):
    monkeypatch.setattr(services, "UNIVERSE", Universe([make_instrument("AAA-USD", tick="0.01", lot="0.001")]))
    monkeypatch.setattr(services.FEED, "_instrument_of", services.UNIVERSE.get)
    broken = ListSource(make_bars(2), name="simulated", fault="the well ran dry")
    await services.FEED.switch(broken, speed=0, is_paused=False)
    async with asyncio.timeout(DEADLINE_S):
        while services.get_feed().status != "failed":  # noqa: ASYNC110 (no event tells this)
            await asyncio.sleep(0)
    assert (await services.check_feed()).detail == "the well ran dry"
    assert (await services.check_feed()).status == "failed"
    assert services.feed_service_state().state == "failed"
    venue = services.get_venue("simulated")
    assert (venue.status, venue.breaker, venue.stale, venue.error) == ("failed", "open", True, "the well ran dry")
    assert services.is_stale("AAA-USD")


@pytest.mark.django_db(transaction=True)
async def test_a_restart_begins_the_source_again():
    await services.FEED.switch(
        SimulatedSource(DEFAULT_INSTRUMENTS, start_ns=START_NS, history_minutes=5), speed=1, is_paused=True
    )
    await services.FEED.step(3)
    await services.restart()
    assert services.get_feed().position.index == 0
    assert services.get_feed().status == "paused"


@pytest.mark.django_db(transaction=True)
def test_an_added_instrument_outlives_the_process(universe, monkeypatch):
    made = services.add_instrument(make_instrument("NEW-EUR", tick="0.05", lot="0.01", min_notional="1.5"))
    assert services.get_instrument("NEW-EUR") is made
    later = Universe(DEFAULT_INSTRUMENTS)
    monkeypatch.setattr(services, "UNIVERSE", later)
    with pytest.raises(NotFound) as unknown:
        services.get_instrument("NEW-EUR")
    assert unknown.value.code == "UNKNOWN_SYMBOL"
    services.load_instruments()
    assert services.get_instrument("NEW-EUR") == made
    assert services.list_instruments()[-1] == made


@pytest.mark.django_db(transaction=True)
def test_the_first_instrument_of_a_symbol_holds(universe, monkeypatch):
    first = services.add_instrument(make_instrument("NEW-EUR", tick="0.05", lot="0.01"))
    again = services.add_instrument(make_instrument("NEW-EUR", tick="0.1", lot="1"))
    assert again is first
    monkeypatch.setattr(services, "UNIVERSE", Universe(DEFAULT_INSTRUMENTS))
    assert services.add_instrument(make_instrument("NEW-EUR", tick="0.1", lot="1")) == first
    assert AddedInstrument.objects.count() == 1
    assert services.add_instrument(make_instrument("BTC-USDT", tick="1", lot="1")) == DEFAULT_INSTRUMENTS[0]
    assert AddedInstrument.objects.count() == 1, "the default universe is not stored"


@pytest.mark.django_db(transaction=True)
def test_a_command_finds_instruments_that_it_did_not_load(universe, monkeypatch):
    first = services.add_instrument(make_instrument("NEW-EUR", tick="0.05", lot="0.01"))
    monkeypatch.setattr(services, "UNIVERSE", Universe(DEFAULT_INSTRUMENTS))
    assert services.find_instrument("NEW-EUR") == first
    assert services.find_instrument("NO-SUCH") is None


async def test_a_socket_follows_book_and_candles_from_snapshot_through_updates(client):
    source = SimulatedSource(DEFAULT_INSTRUMENTS, start_ns=START_NS, history_minutes=5)
    await services.FEED.switch(source, speed=1, is_paused=True)
    await services.FEED.step(1)
    async with client.websocket("/ws") as socket:
        channels = ["orderbook:BTC-USDT", "candles:BTC-USDT:1m", "trades:BTC-USDT"]
        await socket.send_json({"op": "subscribe", "id": 1, "channels": channels})
        ack = await socket.receive_until(lambda frame: frame["type"] == "ack")
        assert [one["name"] for one in ack["channels"]] == channels
        frames = [await socket.receive_until(lambda frame: frame["type"] == "snapshot") for _ in channels]
        book = {frame["channel"]: frame for frame in frames}["orderbook:BTC-USDT"]
        sides = {side: dict(map(tuple, book["data"][side])) for side in ("bids", "asks")}
        await services.FEED.step(1)
        update = await socket.receive_until(
            lambda frame: frame["type"] == "update" and frame["channel"] == "orderbook:BTC-USDT"
        )
    assert update["seq"] == book["seq"] + 1
    for side, levels in sides.items():
        levels.update(map(tuple, update["data"][side]))
        sides[side] = {price: quantity for price, quantity in levels.items() if Decimal(quantity)}
    best = [
        *sorted(sides["bids"].items(), key=lambda level: -Decimal(level[0]))[:10],
        *sorted(sides["asks"].items(), key=lambda level: Decimal(level[0]))[:10],
    ]
    assert zlib.crc32("|".join(":".join(level) for level in best).encode()) == update["data"]["checksum"]


@pytest.mark.parametrize("channel", ["ticker:NO-SUCH", "candles:BTC-USDT:2m", "orderbook:btc-usdt"])
async def test_a_socket_is_told_that_there_is_no_such_market(client, channel):
    async with client.websocket("/ws") as socket:
        await socket.send_json({"op": "subscribe", "id": 7, "channels": [channel]})
        error = await socket.receive_until(lambda frame: frame["type"] == "error")
    assert error["code"] in ("UNKNOWN_SYMBOL", "NOT_FOUND")


@pytest.mark.parametrize(
    ("contract", "shown"),
    [
        (serializers.TickerOut, answers.Ticker),
        (serializers.OrderBookOut, answers.OrderBook),
        (serializers.CandlePageOut, answers.CandlePage),
        (serializers.TradePageOut, answers.TradePage),
        (serializers.SymbolOut, answers.SymbolShown),
        (serializers.MarketOut, answers.MarketShown),
        (serializers.ExchangeOut, answers.Venue),
        (serializers.FeedOut, answers.FeedShown),
        (serializers.FeedSteppedOut, answers.FeedStepped),
    ],
)
def test_answers_are_encoded_as_they_are_without_a_copy(contract, shown):
    assert contract.output().is_direct(shown)
