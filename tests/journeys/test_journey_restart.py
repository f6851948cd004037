"""What was answered is there after a power cut: orders, fills, balances, and the answers to idempotency keys."""

from decimal import Decimal
from typing import Any

import pytest

from tests.journeys.people import Trader
from tests.server import Server, run_server

MARKET = {"symbol": "BTC-USDT", "side": "buy", "type": "market", "quantity": "0.01"}


def everything_of(trader: Trader) -> dict[str, Any]:
    """What a client can read of an account, without what follows the market's price."""
    accounts = trader.everything("accounts/")
    return {
        "orders": trader.everything("orders/", status="all"),
        "fills": trader.everything("fills/"),
        "balances": trader.balances(),
        "positions": [
            {key: item[key] for key in ("symbol", "quantity", "average_price", "realized_pnl", "fees", "opened_at")}
            for item in trader.get("positions/")["items"]
        ],
        "accounts": [(account["id"], account["name"], account["epoch"]) for account in accounts],
    }


@pytest.mark.parametrize(
    "keys", [{}, {"DISABLE_AUTH": "0", "PERSONAL_API_KEY_ENABLED": "1"}], ids=["without keys", "with keys"]
)
def test_everything_answered_survives_kill_9(tmp_path, keys):
    environment = {"RATE_LIMIT_RPS": "10000", **keys}
    with run_server(tmp_path, environment) as server, Trader(server.url, key=server.key) as trader:
        trader.wait_until("markets/", lambda markets: any(m["symbol"] == "BTC-USDT" for m in markets["items"]))
        trader.call("POST", "accounts/", json={"name": "second"})
        price = (Decimal(trader.get("markets/BTC-USDT/ticker/")["bid"]) * Decimal("0.5")).quantize(Decimal("1"))
        for _ in range(10):
            trader.place(**MARKET)
            trader.place(symbol="BTC-USDT", side="buy", type="limit", quantity="0.01", price=str(price))
        keyed = trader.client.post("orders/", json=MARKET, headers={"Idempotency-Key": "k"})
        open_order = trader.get("orders/")["items"][0]
        trader.call("DELETE", f"orders/{open_order['id']}/")
        before = everything_of(trader)
        server.kill()
        server.start()
        assert everything_of(trader) == before
        again = trader.client.post("orders/", json=MARKET, headers={"Idempotency-Key": "k"})
        assert (again.status_code, again.content) == (keyed.status_code, keyed.content)
        assert len(trader.everything("orders/", status="all")) == 21
        trader.place(**MARKET)


@pytest.mark.parametrize("kind", ["uvicorn", "daphne"])
def test_second_gateway_on_the_same_journal_refuses_and_says_whose_it_is(tmp_path, kind):
    with run_server(tmp_path) as server:
        second = Server(tmp_path, {"GATEWAY_SERVER": kind})
        refused = second.run_command("serve")
        assert refused.returncode != 0
        assert f"process {server.pid}" in refused.stderr
        assert "STATE_DIR" in refused.stderr
        with Trader(server.url) as trader:
            assert trader.get("accounts/default/")["id"] == "default"
