"""A trader's first hour, over real sockets under uvicorn and again under Daphne, and once more where keys are asked for."""

from collections.abc import Iterator
from decimal import Decimal

import httpx
import pytest

from tests.journeys.people import Refused, Trader, Watcher, authorization
from tests.server import Server, run_server

MARKET = {"symbol": "BTC-USDT", "side": "buy", "type": "market", "quantity": "0.01"}


WITH_KEYS = {"DISABLE_AUTH": "0", "PERSONAL_API_KEY_ENABLED": "1"}


@pytest.fixture(
    scope="module",
    params=[("uvicorn", {}), ("daphne", {}), ("uvicorn", WITH_KEYS)],
    ids=["uvicorn", "daphne", "uvicorn with keys"],
)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    kind, keys = request.param
    folder = tmp_path_factory.mktemp(kind)
    environment = {"GATEWAY_SERVER": kind, "RATE_LIMIT_RPS": "10000", **keys}
    with run_server(folder, environment) as running:
        yield running


@pytest.fixture
def trader(server: Server, request: pytest.FixtureRequest) -> Iterator[Trader]:
    """A trader with an account of its own."""
    with Trader(server.url, key=server.key) as owner:
        name = f"t-{abs(hash(request.node.nodeid)) % 10**12}"
        account = owner.call("POST", "accounts/", json={"name": name})
    with Trader(server.url, account["id"], server.key) as found:
        found.wait_until("markets/", lambda markets: any(m["symbol"] == "BTC-USDT" for m in markets["items"]))
        yield found


def account_of(trader: Trader) -> str:
    return trader.client.headers["X-Account"]


def test_market_order_fills_at_once_and_is_heard_on_the_socket(server, trader):
    channels = ["orders", "fills", "balances", "positions"]
    with Watcher(server.websocket_url, channels, account_of(trader), server.key) as watcher:
        order = trader.place(**MARKET)
        assert order["status"] == "filled"
        assert sum(Decimal(fill["quantity"]) for fill in order["fills"]) == Decimal("0.01")
        watcher.wait_for(lambda frames: len(frames["fills"]) > len(order["fills"]))
        watcher.wait_for(lambda frames: len(frames["balances"]) > 1 and len(frames["positions"]) > 1)
    assert [fill["id"] for fill in watcher.updates("fills")] == [fill["id"] for fill in order["fills"]]
    assert watcher.updates("orders")[-1]["status"] == "filled"


def test_limit_order_rests_is_replaced_and_canceled(trader):
    price = (Decimal(trader.get("markets/BTC-USDT/ticker/")["bid"]) * Decimal("0.8")).quantize(Decimal("1"))
    order = trader.place(symbol="BTC-USDT", side="buy", type="limit", quantity="0.1", price=str(price))
    assert order["status"] == "open"
    held = {b["asset"]: b for b in trader.get("balances/")["items"]}["USDT"]["held"]
    assert Decimal(held) >= price * Decimal("0.1")
    replaced = trader.call("PATCH", f"orders/{order['id']}/", json={"quantity": "0.05"})
    assert (replaced["id"], replaced["quantity"], bool(replaced["replaced_at"])) == (order["id"], "0.05000", True)
    assert [item["id"] for item in trader.get("orders/")["items"]] == [order["id"]]
    canceled = trader.call("DELETE", f"orders/{order['id']}/")
    assert canceled["status"] == "canceled"
    assert canceled["status_reason"]
    assert trader.get("orders/")["items"] == []
    with pytest.raises(Refused) as refused:
        trader.call("DELETE", f"orders/{order['id']}/")
    assert (refused.value.status, refused.value.code) == (409, "ORDER_NOT_OPEN")


def test_preview_then_order_then_close(trader):
    preview = trader.call("POST", "orders/preview/", json=MARKET)
    assert trader.everything("orders/", status="all") == []
    assert preview["accepted"] is True
    trader.place(**MARKET)
    position = trader.get("positions/BTC-USDT/")
    assert (position["side"], Decimal(position["quantity"])) == ("long", Decimal("0.01"))
    trader.call("DELETE", "positions/BTC-USDT/", params={"percent": "50"})
    assert Decimal(trader.get("positions/BTC-USDT/")["quantity"]) == Decimal("0.005")
    trader.call("DELETE", "positions/")
    assert Decimal(trader.get("positions/BTC-USDT/")["quantity"]) == 0


def test_refused_order_is_kept_and_says_why(trader):
    with pytest.raises(Refused) as refused:
        trader.place(symbol="BTC-USDT", side="sell", type="market", quantity="1")
    assert (refused.value.status, refused.value.code) == (422, "INSUFFICIENT_BALANCE")
    kept = trader.get(f"orders/{refused.value.details['order_id']}/")
    assert (kept["status"], bool(kept["status_reason"])) == ("rejected", True)


def test_same_idempotency_key_gives_the_same_answer_byte_for_byte(trader):
    headers = {"Idempotency-Key": "one-intent"}
    first = trader.client.post("orders/", json=MARKET, headers=headers)
    second = trader.client.post("orders/", json=MARKET, headers=headers)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(trader.everything("orders/", status="all")) == 1


def test_short_in_a_margin_account_that_allows_it(server, trader):
    account = trader.call("POST", "accounts/", json={"name": "short", "type": "margin", "allow_short": True})
    with Trader(server.url, account["id"], server.key) as seller:
        seller.place(symbol="BTC-USDT", side="sell", type="market", quantity="0.01")
        position = seller.get("positions/BTC-USDT/")
        assert position["side"] == "short"
        seller.call("DELETE", "positions/BTC-USDT/")
        assert seller.get("positions/BTC-USDT/")["side"] == "flat"


def test_reset_begins_a_new_epoch(trader):
    trader.place(**MARKET)
    account = trader.call("POST", f"accounts/{account_of(trader)}/reset/")
    assert account["epoch"] == 2
    assert trader.everything("orders/", status="all") == []
    assert all(Decimal(balance["held"]) == 0 for balance in trader.get("balances/")["items"])


def test_market_channels_follow_the_feed(server):
    channels = ["ticker:BTC-USDT", "trades:BTC-USDT", "orderbook:BTC-USDT", "candles:BTC-USDT:1m"]
    with Watcher(server.websocket_url, channels, key=server.key) as watcher:
        watcher.wait_for(lambda frames: all(len(frames[channel]) > 2 for channel in channels))
    ticker = watcher.frames["ticker:BTC-USDT"][-1]["data"]
    assert Decimal(ticker["bid"]) < Decimal(ticker["ask"])


def test_unknown_paths_and_methods_answer_in_the_envelope(server):
    headers = authorization(server.key)
    missing = httpx.get(f"{server.url}/api/v1/nothing/", headers=headers)
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "NOT_FOUND")
    wrong = httpx.delete(f"{server.url}/api/v1/markets/", headers=headers)
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert missing.headers["x-trace-id"] == missing.json()["trace_id"]


def test_health_pages_and_metrics(server):
    for path in ("/health", "/healthz", "/livez", "/readyz"):
        assert httpx.get(server.url + path, headers=authorization(server.key)).status_code == 200, path
    metrics = httpx.get(f"{server.url}/metrics", headers=authorization(server.key)).text
    assert "sandbar" in metrics
    assert httpx.get(f"{server.url}/api/docs/").status_code == 200
