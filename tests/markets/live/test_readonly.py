"""No private call can be made: not with keys, not without, by no method of ccxt, and not past the last gate."""

import asyncio
import inspect

import pytest

from kit.http_pool import HttpPool
from markets.sources.live.client import PublicClient
from markets.sources.live.library import exchange_class
from markets.sources.live.readonly import (
    PrivateCall,
    check_message,
    check_no_credentials,
    check_request,
    check_stream,
    read_only,
)
from tests.loopback_exchange import LoopbackExchange

HOSTS = {"api.binance.com", "stream.binance.com:9443"}
PRIVATE_CALLS = [
    "create_order", "cancel_order", "cancel_all_orders", "edit_order", "fetch_balance", "fetch_my_trades", "fetch_orders",
    "fetch_open_orders", "withdraw", "transfer", "fetch_deposit_address", "fetch_trading_fees", "fetch_ledger",
    "fetch_positions", "watch_balance", "watch_orders", "watch_my_trades",
]  # fmt: skip
ARGUMENTS = {
    "symbol": "BTC/USDT", "type": "limit", "side": "buy", "amount": 1.0, "price": 1.0, "id": "1", "code": "USDT",
    "address": "x", "from_account": "spot", "to_account": "funding", "fromAccount": "spot", "toAccount": "funding",
}  # fmt: skip


@pytest.fixture(scope="module")
def exchange():
    with LoopbackExchange() as running:
        yield running


@pytest.fixture
async def client(exchange):
    pool = HttpPool()
    pool.allow_loopback(exchange.url)
    made = PublicClient("binance", pool, base_url=exchange.url)
    yield made
    await made.close()
    await pool.close()


@pytest.mark.parametrize("name", PRIVATE_CALLS)
async def test_no_private_method_of_ccxt_sends_anything(client, exchange, name):
    await client.load_listings()
    before = list(exchange.requests)
    method = getattr(client._exchange, name)
    wanted = [
        ARGUMENTS[parameter.name]
        for parameter in inspect.signature(method).parameters.values()
        if parameter.default is parameter.empty
    ]
    with pytest.raises(Exception) as refusal:
        async with asyncio.timeout(5):
            await method(*wanted)
    assert not isinstance(refusal.value, (TimeoutError, TypeError, KeyError))
    assert exchange.requests == before
    exchange.assert_public()


async def test_even_with_keys_no_signed_request_leaves(client, exchange):
    await client.load_listings()
    client._exchange.apiKey, client._exchange.secret = "key", "secret"
    before = list(exchange.requests)
    for ask in (
        client._exchange.fetch_balance,
        client._exchange.private_get_account,
        client._exchange.private_post_order,
        client._exchange.sapi_get_capital_config_getall,
        client._exchange.public_post_userdatastream,
    ):
        with pytest.raises((PrivateCall, Exception)):
            await ask({"symbol": "BTCUSDT"})
    assert exchange.requests == before
    exchange.assert_public()


async def test_the_whole_public_side_works_and_breaks_no_rule(client, exchange):
    assert "BTC/USDT" in await client.load_listings()
    tickers = await client.fetch_tickers(["BTC/USDT", "ETH/USDT"])
    assert set(tickers) == {"BTC/USDT", "ETH/USDT"}
    assert (await client.fetch_book("BTC/USDT"))["bids"]
    assert len(await client.fetch_candles("BTC/USDT", "1m", 1_767_225_600_000, 10)) == 10
    async with asyncio.timeout(20):
        assert (await client.watch_trades(["BTC/USDT"]))[0]["price"] > 0
        assert (await client.watch_books(["BTC/USDT"]))[0]["bids"]
        assert await client.watch_tickers(["BTC/USDT"])
    exchange.assert_public()


def test_a_client_holds_no_credentials_and_one_that_does_is_refused():
    kind = read_only(exchange_class("binance"))
    check_no_credentials(kind({}))
    with pytest.raises(PrivateCall, match="apiKey"):
        check_no_credentials(kind({"apiKey": "x"}))


@pytest.mark.parametrize(
    ("url", "method", "headers", "body"),
    [
        ("https://api.binance.com/api/v3/order", "POST", {}, None),
        ("https://api.binance.com/api/v3/order", "DELETE", {}, None),
        ("https://api.binance.com/api/v3/depth", "GET", {"X-MBX-APIKEY": "x"}, None),
        ("https://api.binance.com/api/v3/depth", "GET", {"Authorization": "Bearer x"}, None),
        ("https://api.binance.com/api/v3/depth", "GET", {"KC-API-SIGN": "x"}, None),
        ("https://api.binance.com/api/v3/depth", "GET", {"OK-ACCESS-PASSPHRASE": "x"}, None),
        ("https://api.binance.com/api/v3/account?timestamp=1&signature=ab", "GET", {}, None),
        ("https://api.binance.com/api/v3/userDataStream?listenKey=ab", "GET", {}, None),
        ("https://api.binance.com/api/v3/depth", "GET", {}, "{}"),
        ("https://evil.example/api/v3/depth", "GET", {}, None),
        ("https://api.binance.com/0/private/Balance", "GET", {}, None),
    ],
)
def test_a_request_that_is_more_than_a_public_read_does_not_leave(url, method, headers, body):
    with pytest.raises(PrivateCall):
        check_request(url, method, headers, body, HOSTS)


def test_a_public_read_leaves():
    url = "https://api.binance.com/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=1&limit=1000"
    check_request(url, "GET", {"User-Agent": "x", "Accept-Encoding": "gzip"}, None, HOSTS)
    check_stream("wss://stream.binance.com:9443/ws/3", HOSTS)
    check_message({"method": "SUBSCRIBE", "params": ["btcusdt@trade"], "id": 1})


@pytest.mark.parametrize(
    "url",
    [
        "wss://ws-api.binance.com:443/ws-api/v3",
        "wss://stream.binance.com:9443/ws-api/v3",
        "wss://stream.binance.com:9443/ws?listenKey=abc",
        "wss://stream.binance.com:9443/private",
    ],
)
def test_a_stream_that_is_not_for_everybody_is_not_opened(url):
    with pytest.raises(PrivateCall):
        check_stream(url, HOSTS)


@pytest.mark.parametrize(
    "message",
    [
        {"method": "session.logon", "params": {"apiKey": "x"}},
        {"op": "login", "args": [{"passphrase": "x", "sign": "y"}]},
        {"event": "subscribe", "subscription": {"name": "ownTrades", "token": "x"}},
        [[[[[[[[{"deep": 1}]]]]]]]],
    ],
)
def test_a_message_of_a_customer_is_not_sent(message):
    with pytest.raises(PrivateCall):
        check_message(message)
