"""Live markets over a real exchange on loopback, through its failures and back."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from kit.errors import Invalid, Rejected
from markets import services
from markets.apps import check_market_source
from tests.loopback_exchange import LoopbackExchange
from tests.loopback_exchange.prices import many
from tests.waiting import eventually

BTC = "BTC-USDT"


async def live_feed(**more):
    return await services.set_feed(
        **{"source": "live", "dataset": None, "speed": None, "is_paused": None, "exchange": None, **more}
    )


async def ticker(symbol=BTC):
    return services.get_ticker(symbol)


async def fresh(symbol=BTC):
    """Its ticker, once it is live and fresh."""
    return await eventually(lambda: ticker(symbol), lambda found: found.source == "live:binance" and not found.stale)


async def stale(symbol=BTC):
    return await eventually(lambda: ticker(symbol), lambda found: found.stale)


async def test_live_markets_have_prices_books_trades_candles_and_figures(live):
    feed = await live_feed()
    assert (feed.source, feed.exchange, feed.status, feed.waiting_for) == ("live", "binance", "running", None)
    found = await fresh()
    assert found.age_ms is None
    assert 60_000 < float(found.bid) < float(found.ask) < 70_000
    assert found.change_24h is not None
    book = await eventually(_book, lambda each: len(each.bids) == 20)
    assert book.source == "live:binance"
    trades = await eventually(_trades, lambda page: len(page.items) > 3)
    assert trades.source == "live:binance" and not trades.stale
    candles = await services.list_candles(
        BTC, interval="1m", from_ns=None, to_ns=None, limit=100, cursor=None, dataset=None
    )
    assert bytes(candles.encoded()).count(b'"time"') >= 30


async def _book():
    return services.get_order_book(BTC, depth=None)


async def _trades():
    return services.list_trades(BTC, limit=10, cursor=None)


async def test_a_new_symbol_becomes_an_instrument_with_the_venues_steps_limits_and_fees_for_good(live):
    await live_feed()
    shown = services.get_symbol("XRP-USDT")
    assert (shown.tick_size, shown.lot_size, shown.min_notional) == ("0.0001", "0.1", "5")
    assert (shown.min_quantity, shown.max_quantity) == ("0.1", "9000.0")
    assert (shown.fees.maker_bps, shown.fees.taker_bps) == (10.0, 10.0)
    services.UNIVERSE._by_symbol.pop("XRP-USDT")
    await services.load()
    assert services.get_symbol("XRP-USDT") == shown


async def test_wanted_symbols_that_are_not_there_are_named(live, settings):
    settings.LIVE_SYMBOLS = "BTC-USDT,NOPE-USDT"
    await live_feed()
    venue = services.get_venue("binance")
    assert (venue.symbols, venue.missing_symbols) == ((BTC,), {"NOPE-USDT": "is not listed there"})


@pytest.mark.parametrize("fault", ["hang", "status", "garbage"])
async def test_a_venue_that_fails_leaves_its_last_prices_stale_with_their_age_and_recovers(live, fault):
    await live_feed()
    before = await fresh()
    setattr(live.faults, fault, 503 if fault == "status" else True)
    live.faults.refuse_sockets = fault != "hang"
    if fault == "status":
        live.cut_sockets()
    gone = await stale()
    assert gone.source == "live:binance"
    assert gone.last is not None and gone.time >= before.time
    older = await eventually(ticker, lambda found: found.age_ms > gone.age_ms + 300)
    assert (older.last, older.stale) == (gone.last, True)
    venue = await eventually(_venue, lambda found: found.breaker == "open")
    assert venue.stale and venue.error
    assert (await services.check_feed()).status == "degraded"
    live.faults.clear()
    back = await fresh()
    assert back.age_ms is None
    await eventually(_venue, lambda found: found.breaker == "closed" and not found.stale)


async def test_streams_that_are_opened_anew_say_no_old_print_again(live):
    await live_feed()
    await eventually(_prints, lambda count: count > 5)
    live.faults.hang = True
    await stale()
    before = await _prints()
    live.faults.clear()
    await eventually(_prints, lambda count: count > before + 5)
    venue = await _venue()
    assert venue.reconnects > 0
    assert venue.dropped_ticks == {}, "what was heard before is not heard again as out of order"


async def _prints():
    return services.BOARD.get(BTC).trade_count


async def _venue():
    return services.get_venue("binance")


async def test_without_a_first_price_the_simulation_serves_and_says_so_until_the_venue_comes(live, monkeypatch):
    monkeypatch.setattr("markets.live.FIRST_PRICE_WAIT_S", 0.2)
    live.faults.status = 503
    feed = await live_feed()
    assert (feed.source, feed.waiting_for) == ("simulated", "live:binance")
    assert (await ticker()).source == "simulated"
    assert services.get_order_book(BTC, depth=1).source == "simulated"
    assert services.get_venue("binance").status == "connecting"
    assert (await services.check_feed()).status == "degraded"
    live.faults.clear()
    await fresh()
    assert services.get_feed().waiting_for is None


async def test_without_a_stand_in_there_is_no_market_until_the_venue_comes(live, monkeypatch, tune):
    monkeypatch.setattr("markets.live.FIRST_PRICE_WAIT_S", 0.2)
    tune("live.simulated_until_first", False)
    live.faults.hang = True
    feed = await live_feed()
    assert (feed.source, feed.waiting_for) == (None, "live:binance")
    assert services.is_closed(BTC)
    live.faults.clear()
    await fresh()


async def test_429_is_obeyed_for_as_long_as_it_says_and_then_asked_again(live, monkeypatch):
    monkeypatch.setattr("markets.live.FIRST_PRICE_WAIT_S", 0.1)
    live.faults.status, live.faults.retry_after_s = 429, 1
    await live_feed()
    asked = len(live.requests)
    live.faults.clear()
    await fresh()
    assert asked == 1


async def test_a_cut_socket_is_opened_again(live):
    await live_feed()
    await fresh()
    await eventually(_streams, bool)
    live.cut_sockets()
    await eventually(_venue, lambda found: found.reconnects > 0 and found.streams)
    await fresh()


async def _streams():
    return services.get_venue("binance").streams


async def test_a_gap_in_the_sequence_of_a_book_leads_to_a_new_snapshot(live):
    await live_feed()
    await eventually(_book, lambda each: len(each.bids) == 20)
    snapshots = sum("/depth" in each for each in live.requests)
    live.skip_sequence(BTC)
    await eventually(_snapshots(live), lambda count: count > snapshots)
    found = await eventually(_book, lambda each: not each.stale and len(each.bids) == 20)
    assert float(found.bids[0][0]) < float(found.asks[0][0])


def _snapshots(live):
    async def count():
        return sum("/depth" in each for each in live.requests)

    return count


BAD_PRINTS = [("0", 0), ("-5", 0), ("NaN", 0), ("1000000", 0), ("65000.00", 60_000)]


async def test_bad_ticks_are_dropped_counted_and_shown_and_move_nothing(live):
    await live_feed()
    await fresh()
    await eventually(_trades, lambda page: page.items)
    live.faults.is_silent = True
    for price, ago_ms in BAD_PRINTS:
        live.say_print(BTC, price, ago_ms=ago_ms)
    venue = await eventually(_venue, lambda found: sum(found.dropped_ticks.values()) >= len(BAD_PRINTS))
    assert set(venue.dropped_ticks) == {"zero", "negative", "nan", "jump", "out_of_order"}
    assert services.get_feed().dropped_ticks == venue.dropped_ticks
    assert "dropped ticks" in services.sources_state().detail
    assert {labels for labels, _ in services.dropped_ticks()} == {(reason,) for reason in venue.dropped_ticks}
    assert all(
        60_000 < float(each.price) < 70_000 for each in services.list_trades(BTC, limit=1_000, cursor=None).items
    )


async def test_garbage_on_the_stream_is_counted_and_survived(live):
    await live_feed()
    await fresh()
    await eventually(_streams, bool)
    live.say_raw("<html>no json</html>")
    live.say_raw('{"e": "trade", "s": "BTCUSDT"}')
    live.say_raw("[]")
    await eventually(_trades, lambda page: len(page.items) > 5)
    await fresh()


async def test_the_feed_goes_to_live_and_back_and_to_live_again(live):
    await live_feed()
    await fresh()
    back = await live_feed(source="simulated")
    assert (back.source, back.exchange, back.waiting_for) == ("simulated", None, None)
    assert (await ticker()).source == "simulated"
    assert services.is_closed("XRP-USDT")
    await eventually(_sockets(live), lambda count: count == 0)
    await live_feed()
    await fresh()


def _sockets(live):
    async def count():
        return live.socket_count

    return count


async def test_a_restart_of_the_source_begins_the_venue_anew(live):
    await live_feed()
    await fresh()
    listings = sum("exchangeInfo" in each for each in live.requests)
    await services.restart()
    await fresh()
    assert sum("exchangeInfo" in each for each in live.requests) > listings


async def test_another_choice_of_symbols_begins_it_anew_too(live, tune):
    await live_feed()
    await fresh()
    tune("live.symbols", "SOL-USDT")
    services.LIVE_MARKETS.renew()
    await fresh("SOL-USDT")
    assert services.get_feed().symbols == ("SOL-USDT",)


@pytest.mark.parametrize(
    ("wish", "field"), [({"speed": 2.0}, "speed"), ({"is_paused": True}, "paused"), ({"dataset": "x"}, "dataset")]
)
async def test_a_live_market_has_no_pace_but_its_own(live, wish, field):
    with pytest.raises(Invalid) as refusal:
        await live_feed(**wish)
    assert list(refusal.value.details) == [field]


@pytest.mark.parametrize(
    "name", ["http://169.254.169.254/", "file:///etc/passwd", "nosuch", "../binance", "base", "__init__", "BINANCE"]
)
async def test_an_exchange_there_is_not_is_refused_and_nobody_is_asked(live, name):
    with pytest.raises(Rejected) as refusal:
        await live_feed(exchange=name)
    assert refusal.value.code == "UNKNOWN_EXCHANGE"
    assert live.requests == []


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/", "file:///etc/passwd", "https://10.0.0.1", "http://api.binance.com", "nonsense"]
)
async def test_a_start_with_an_address_that_leads_nowhere_good_is_refused(settings, url):
    settings.MARKET_SOURCE, settings.LIVE_EXCHANGE_URL = "live:binance", url
    assert [error.id for error in check_market_source()] == ["markets.E001"]
    with pytest.raises(ImproperlyConfigured, match="LIVE_EXCHANGE_URL"):
        await services.start()


async def test_a_start_with_a_live_source_has_its_prices(live, settings):
    settings.MARKET_SOURCE = "live:binance"
    await services.start()
    assert services.get_feed().source == "live"
    assert (await fresh()).last


async def test_of_many_markets_that_speak_at_once_each_is_heard(live, settings):
    listed = many(40)
    with LoopbackExchange(listed, tick_s=0.05) as crowd:
        settings.LIVE_EXCHANGE_URL, settings.LIVE_SYMBOLS = crowd.url, ",".join(listed)
        await live_feed()
        before = {symbol: services.BOARD.get(symbol).trade_count for symbol in listed}
        await eventually(_quietest(before), lambda prints: prints >= 5)
        crowd.assert_public()
        await services.LIVE_MARKETS.leave()


def _quietest(before):
    """How many prints the market with the fewest of them has had since."""

    async def count():
        return min(services.BOARD.get(symbol).trade_count - prints for symbol, prints in before.items())

    return count
