"""A trader watches BTC-USDT while the exchange it comes from fails, hangs, talks nonsense and recovers.

What is seen is fresh, then stale with its age, then fresh again: never an error page, never a fill at a price that is gone
or never was, and nothing private was ever asked of the exchange.
"""

from decimal import Decimal
from itertools import groupby

import pytest

from tests.journeys.people import Refused, Trader, Watcher
from tests.loopback_exchange import LoopbackExchange
from tests.server import run_server

BTC = "BTC-USDT"
TICKER = f"markets/{BTC}/ticker/"
READS = [
    TICKER, "markets/", f"markets/{BTC}/", f"markets/{BTC}/orderbook/", f"markets/{BTC}/trades/", f"markets/{BTC}/candles/",
    "symbols/", "exchanges/", "exchanges/binance/", "feed/", "system/services/", "positions/", "balances/", "orders/",
]  # fmt: skip
BAD_PRINTS = ["0", "-1", "NaN", "1", "100000000"]


def is_fresh(ticker):
    return ticker["source"] == "live:binance" and not ticker["stale"]


def is_true(price):
    """Whether the exchange could have had that price: it stays within two percent of 65,000."""
    return Decimal("63700") < Decimal(price) < Decimal("66300")


@pytest.fixture
def exchange():
    with LoopbackExchange() as running:
        yield running


def test_a_trader_sees_fresh_stale_with_age_and_fresh_again(tmp_path, exchange):
    environment = {"MARKET_SOURCE": "live:binance", "LIVE_EXCHANGE_URL": exchange.url, "RATE_LIMIT_RPS": "10000"}
    with run_server(tmp_path, environment) as server, Trader(server.url) as trader:
        trader.call("PUT", "config/live.stale_after_seconds/", json={"value": 2})
        trader.wait_until(TICKER, is_fresh)
        with Watcher(server.websocket_url, [f"ticker:{BTC}", "fills", "system", "feed"]) as watcher:
            waiting = place_first_orders(trader)
            say_nonsense(exchange, trader)
            fail(exchange, trader)
            recover(exchange, trader)
            assert trader.get(f"orders/{waiting['id']}/")["status"] == "open"
            fills = trader.everything("fills/")
            watcher.wait_for(lambda frames: len(frames["fills"]) > len(fills))
            watcher.wait_for(lambda frames: stale_by_events(frames["system"])[-2:] == [True, False])
            watcher.wait_for(lambda frames: stale_by_channel(frames["feed"])[-2:] == [True, False])
        assert [is_true(fill["price"]) for fill in fills] == [True] * len(fills)
        seen = [frame["data"] for frame in watcher.frames[f"ticker:{BTC}"]]
        assert_fresh_stale_fresh(seen)
    exchange.assert_public()


def stale_by_events(frames):
    """Whether BTC-USDT was stale by each event of the feed that said something new about it."""
    return _changes(
        [BTC in frame["data"]["feed"]["stale_symbols"] for frame in frames if frame["data"].get("event") == "feed"]
    )


def stale_by_channel(frames):
    """Whether BTC-USDT was stale by each word of the channel `feed` that said something new about it."""
    return _changes([BTC in frame["data"]["stale_symbols"] for frame in frames])


def _changes(told):
    return [each for place, each in enumerate(told) if place == 0 or each != told[place - 1]]


def place_first_orders(trader):
    """Buys at the market and leaves an order where only nonsense reaches it."""
    bought = trader.place(symbol=BTC, side="buy", type="market", quantity="0.01")
    assert bought["status"] == "filled" and is_true(bought["average_price"])
    return trader.place(symbol=BTC, side="buy", type="limit", price="40000", quantity="0.1")


def say_nonsense(exchange, trader):
    """Prints that cannot be: none of them moves the market."""
    for price in BAD_PRINTS:
        exchange.say_print(BTC, price)
    exchange.say_raw("<html>what is this</html>")
    venue = trader.wait_until(
        "exchanges/binance/", lambda found: sum(found["dropped_ticks"].values()) >= len(BAD_PRINTS)
    )
    assert {"zero", "negative", "nan", "jump"} <= set(venue["dropped_ticks"])
    trader.wait_until(TICKER, is_fresh)


def fail(exchange, trader):
    """The exchange hangs, then refuses: the last prices stand, stale, and nothing fills at them."""
    exchange.faults.hang = True
    first = trader.wait_until(TICKER, lambda found: found["stale"])
    assert first["source"] == "live:binance" and is_true(first["last"]) and first["age_ms"] >= 2_000
    older = trader.wait_until(TICKER, lambda found: found["age_ms"] > first["age_ms"] + 1_000)
    assert older["last"] == first["last"]
    for path in READS:
        assert trader.client.get(path).status_code == 200, path
    with pytest.raises(Refused) as refusal:
        trader.place(symbol=BTC, side="buy", type="market", quantity="0.01")
    assert (refusal.value.status, refusal.value.code) == (422, "STALE_PRICE")
    order = trader.get(f"orders/{refusal.value.details['order_id']}/")
    assert "stale" in order["status_reason"]
    expired = trader.place(symbol=BTC, side="buy", type="limit", price="70000", quantity="0.01", time_in_force="ioc")
    assert (expired["status"], "stale" in expired["status_reason"]) == ("expired", True)
    exchange.faults.status, exchange.faults.refuse_sockets, exchange.faults.hang = 503, True, False
    exchange.cut_sockets()
    trader.wait_until("exchanges/binance/", lambda found: found["breaker"] == "open")
    assert trader.get(TICKER)["stale"]
    assert trader.client.get(f"{trader.url}/readyz").status_code == 200


def recover(exchange, trader):
    """It is back, and so is the market."""
    exchange.faults.clear()
    trader.wait_until(TICKER, is_fresh)
    trader.wait_until("exchanges/binance/", lambda found: found["breaker"] == "closed" and found["streams"])
    sold = trader.place(symbol=BTC, side="sell", type="market", quantity="0.005")
    assert sold["status"] == "filled" and is_true(sold["average_price"])


def assert_fresh_stale_fresh(seen):
    """The tickers that a socket heard: fresh ones, stale ones that grow older, fresh ones; every price a true one."""
    assert all(is_true(ticker["last"]) and ticker["source"] == "live:binance" for ticker in seen)
    runs = [(is_stale, list(run)) for is_stale, run in groupby(seen, key=lambda ticker: ticker["stale"])]
    assert (runs[0][0], runs[-1][0]) == (False, False)
    # Where the exchange of the test itself is kept waiting for seconds, there are others beside the one that was meant.
    ages = [[ticker["age_ms"] for ticker in run] for is_stale, run in runs if is_stale]
    assert all(each == sorted(each) for each in ages)
    assert any(len(each) >= 2 and each[-1] > each[0] for each in ages)
    assert all(ticker["age_ms"] is None for ticker in seen if not ticker["stale"])
