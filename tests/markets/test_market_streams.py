"""What streams show of a market, read by a client that knows nothing but the published contract."""

import zlib
from decimal import Decimal

import msgspec
import pytest

from kit.errors import NotFound
from markets.board import Market
from markets.channels import MarketSnapshots, StreamPublisher
from markets.instruments import make_instrument
from markets.sources.base import steps_of_bar
from markets.updates import Candle
from streams.channels import REGISTRY
from tests.markets.conftest import MINUTE_NS, START_NS, ListSource, RecordingHub, make_bars


class BookClient:
    """Rebuilds the order book from frames, as a program of a user would."""

    def __init__(self, snapshot):
        self.bids, self.asks = {}, {}
        self.take(snapshot)

    def take(self, data):
        for side, levels in ((self.bids, data["bids"]), (self.asks, data["asks"])):
            for price, quantity in levels:
                if Decimal(quantity) == 0:
                    del side[price]
                else:
                    side[price] = quantity
        assert self.checksum() == data["checksum"]

    def checksum(self):
        bids = sorted(self.bids.items(), key=lambda level: -Decimal(level[0]))[:10]
        asks = sorted(self.asks.items(), key=lambda level: Decimal(level[0]))[:10]
        return zlib.crc32("|".join(f"{price}:{quantity}" for price, quantity in [*bids, *asks]).encode())


def wire(data):
    """What a client decodes."""
    return msgspec.json.decode(msgspec.json.encode(data))


async def test_a_client_that_follows_the_updates_has_the_book_at_every_moment(bench):
    bars = [
        Candle(START_NS + n * MINUTE_NS, 10_000, 10_000 + n % 7 * 15, 10_000 - n % 5 * 20, 10_000, n * 37 % 900)
        for n in range(60)
    ]
    await bench.feed.switch(ListSource(bars), speed=1, is_paused=True)
    await bench.feed.step(1)
    client = BookClient(wire(bench.publisher.book_of("AAA-USD")))
    for bar in bars[1:]:
        before = len(bench.hub.on("orderbook:AAA-USD"))
        await bench.feed.step(1)
        for update in bench.hub.on("orderbook:AAA-USD")[before:]:
            client.take(wire(update))
        assert BookClient(wire(bench.publisher.book_of("AAA-USD"))).bids == client.bids
        for price in (*client.bids, *client.asks):
            assert bar.low_ticks <= Decimal(price) * 100 <= bar.high_ticks


async def test_a_book_nobody_followed_for_a_while_begins_with_the_present_one(bench):
    bench.hub.listened = set()
    await bench.feed.switch(ListSource(make_bars(10)), speed=1, is_paused=True)
    await bench.feed.step(5)
    assert bench.hub.published == [], "nothing is built for a channel nobody listens to"
    client = BookClient(wire(bench.publisher.book_of("AAA-USD")))
    bench.hub.listened = None
    await bench.feed.step(1)
    for update in bench.hub.on("orderbook:AAA-USD"):
        client.take(wire(update))


def test_a_snapshot_in_the_middle_of_publishing_holds_exactly_what_was_published():
    market = Market(make_instrument("AAA-USD", tick="0.01", lot="0.001"), "replay", 60)
    hub = RecordingHub()
    publisher = StreamPublisher(hub)
    told = []

    def publish(channel, data, *, final=False):
        if channel.startswith("trades"):
            told.append(data)
            assert publisher.trades_of("AAA-USD") == told[::-1]
        if channel.startswith("orderbook"):
            assert publisher.book_of("AAA-USD").checksum == data.checksum

    hub.publish = publish
    for bar in make_bars(3):
        for step in steps_of_bar("AAA-USD", bar, MINUTE_NS, 0):
            market.apply(step)
        publisher.publish(market, [])
    assert len(told) == 12


async def test_every_print_is_told_once_and_volumes_add_up(bench):
    bars = make_bars(20)
    await bench.feed.switch(ListSource(bars), speed=1, is_paused=True)
    await bench.feed.step(20)
    prints = [wire(data) for data in bench.hub.on("trades:AAA-USD")]
    assert sum(Decimal(one["quantity"]) for one in prints) == Decimal(sum(bar.volume_lots for bar in bars)) / 1000
    assert [one["time"] for one in prints] == sorted(one["time"] for one in prints)
    assert {one["side"] for one in prints} == {"buy", "sell"}
    assert set(prints[0]) == {"price", "quantity", "side", "time"}


async def test_closed_candles_are_final_and_forming_ones_are_not(bench):
    await bench.feed.switch(ListSource(make_bars(6)), speed=1, is_paused=True)
    await bench.feed.step(6)
    published = [(data, final) for name, data, final in bench.hub.published if name == "candles:AAA-USD:1m"]
    closed = [data for data, final in published if final]
    assert all(data.closed == final for data, final in published)
    assert [data.open for data in closed] == ["100.00", "100.10", "100.20", "100.30", "100.40"]
    assert closed[0].high == "100.60"
    assert closed[0].volume == "1.000"
    five = [data for name, data, final in bench.hub.published if name == "candles:AAA-USD:5m" and final]
    assert [(data.time, data.open, data.close) for data in five] == [("2026-01-01T00:00:00.000Z", "100.00", "100.50")]


async def test_the_end_of_the_data_closes_the_last_candle(bench):
    await bench.feed.switch(ListSource(make_bars(2)), speed=1, is_paused=True)
    await bench.feed.step(3)
    last, final = [(data, final) for name, data, final in bench.hub.published if name == "candles:AAA-USD:1m"][-1]
    assert final
    assert (last.open, last.closed) == ("100.10", True)


async def test_a_ticker_has_the_figures_of_the_last_24_hours(bench):
    day = make_bars(1_500)
    await bench.feed.switch(ListSource(day), speed=1, is_paused=True)
    await bench.feed.step(1_500)
    last = bench.hub.on("ticker:AAA-USD")[-1]
    within = day[-1_440:]
    assert last.last == f"{day[-1].close_ticks / 100:.2f}"
    assert last.high_24h == f"{max(bar.high_ticks for bar in within) / 100:.2f}"
    assert last.low_24h == f"{min(bar.low_ticks for bar in within) / 100:.2f}"
    assert Decimal(last.volume_24h) == Decimal(sum(bar.volume_lots for bar in within)) / 1000
    change = Decimal(within[-1].close_ticks - within[0].open_ticks) * 100 / within[0].open_ticks
    assert Decimal(last.change_24h) == round(change, 4)
    assert Decimal(last.bid) < Decimal(last.ask)
    assert (last.source, last.stale) == ("replay", False)


async def test_a_switch_tells_listeners_that_the_market_is_stale(bench):
    await bench.feed.switch(ListSource(make_bars(2)), speed=1, is_paused=True)
    await bench.feed.step(1)
    await bench.feed.switch(None, speed=1, is_paused=False)
    assert bench.hub.on("ticker:AAA-USD")[-1].stale
    assert bench.hub.on("orderbook:AAA-USD")[-1].stale
    assert bench.hub.on("orderbook:AAA-USD")[-1].bids == (), "no level has changed"


@pytest.fixture
def snapshots(bench):
    instrument = make_instrument("AAA-USD", tick="0.01", lot="0.001")

    def find(symbol):
        if symbol != "AAA-USD":
            raise NotFound(f"There is no instrument {symbol!r}.", code="UNKNOWN_SYMBOL")
        return instrument

    return MarketSnapshots(bench.board, bench.publisher, find)


async def test_snapshots_before_the_first_price_say_that_there_is_none(bench, snapshots):
    params = {"symbol": "AAA-USD", "interval": "1m"}
    assert snapshots.ticker(params, "default").last is None
    assert snapshots.ticker(params, "default").stale
    assert snapshots.book(params, "default").bids == ()
    assert snapshots.trades(params, "default") == []
    assert snapshots.candle(params, "default") is None


async def test_the_snapshot_of_candles_is_the_newest_one(bench, snapshots):
    params = {"symbol": "AAA-USD", "interval": "1m"}
    await bench.feed.switch(ListSource(make_bars(3)), speed=1, is_paused=True)
    await bench.feed.step(2)
    forming = snapshots.candle(params, "default")
    assert (forming.open, forming.closed) == ("100.10", False)
    await bench.feed.step(5)
    assert snapshots.candle(params, "default").closed
    assert len(snapshots.trades(params, "default")) == 12


async def test_unknown_symbols_and_intervals_are_refused(snapshots):
    with pytest.raises(NotFound) as unknown:
        snapshots.book({"symbol": "NO-SUCH"}, "default")
    assert unknown.value.code == "UNKNOWN_SYMBOL"
    with pytest.raises(NotFound, match="no interval '2m'"):
        snapshots.candle({"symbol": "AAA-USD", "interval": "2m"}, "default")


def test_the_four_channels_are_known_to_the_streams():
    for name in ("ticker:BTC-USDT", "trades:BTC-USDT", "orderbook:BTC-USDT", "candles:BTC-USDT:1m"):
        assert REGISTRY.resolve(name).params["symbol"] == "BTC-USDT"
