"""Strategies in the real gateway: one runs on a market that plays, and a power cut between any two of its steps costs and
doubles nothing.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.journeys.people import Refused, Trader
from tests.server import Server, run_server

FAST = {"RATE_LIMIT_RPS": "0"}
SPEED = 120.0
"""Two bars of a minute a second."""
DEADLINE_S = 40.0

ALWAYS: dict[str, Any] = {
    "name": "Always in",
    "symbols": ["BTC-USDT"],
    "interval": "1m",
    "strategy": {
        "long_entry": "close > 0",
        "sizing": {"kind": "fixed", "quantity": "0.01"},
        "stop": {"kind": "percent", "percent": "50"},
        "target": {"kind": "percent", "percent": "50"},
    },
}
ON_MINE = {**ALWAYS, "strategy": {name: value for name, value in ALWAYS["strategy"].items() if name != "target"}}
IN_AND_OUT = {
    "name": "In and out",
    "symbols": ["BTC-USDT", "ETH-USDT"],
    "interval": "1m",
    "strategy": {
        "long_entry": "close > open",
        "long_exit": "close < open",
        "sizing": {"kind": "equity_share", "percent": "30"},
    },
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with run_server(tmp_path_factory.mktemp("strategies"), FAST) as running:
        yield running


@pytest.fixture
def trader(server: Server) -> Iterator[Trader]:
    with Trader(server.url) as talking:
        talking.call("PUT", "feed/", json={"speed": SPEED, "paused": False})
        yield talking


def started(trader: Trader, wish: dict[str, Any], **start: Any) -> tuple[str, dict[str, Any]]:
    strategy_id = trader.call("POST", "strategies/", json=wish)["id"]
    return strategy_id, trader.call("POST", f"strategies/{strategy_id}/start/", json=start)


def test_a_run_trades_closed_bars_on_an_account_of_its_own_and_explains_itself(trader):
    strategy_id, run = started(trader, IN_AND_OUT, cash="5000", risk_limits={"max_open_orders": 10})
    assert (run["version"], run["own_account"], run["account"] != "default") == (1, True, True)
    trader.wait_until(f"strategies/{strategy_id}/", lambda one: one["runs"][0]["state"] == "running")
    own = Trader(trader.url, account=run["account"])
    with own:
        limits = own.get("risk/limits/")
        assert limits["own"]["max_open_orders"] == 10
        signals = trader.wait_until(
            f"strategies/{strategy_id}/signals/", lambda page: sum(s["outcome"] == "ordered" for s in page["items"]) > 5
        )["items"]
        ordered = [signal for signal in signals if signal["outcome"] == "ordered"]
        for signal in ordered:
            assert set(signal["values"]) == {"close", "open"}
            rose = signal["values"]["close"] > signal["values"]["open"]
            assert signal["said"] == (["long_entry"] if rose else ["long_exit"])
        fills = own.everything("fills/")
        orders = {order["id"]: order for order in own.everything("orders/", status="all")}
        assert {one for signal in ordered for one in signal["order_ids"]} <= orders.keys()
        assert {orders[fill["order_id"]]["type"] for fill in fills} == {"market"}
    shown = trader.get(f"strategies/{strategy_id}/performance/")
    assert (shown["start_equity"], shown["run_id"]) == ("5000", run["id"])
    assert shown["fills"] >= 5
    assert Decimal(shown["profit"]) == Decimal(shown["equity"]) - 5000
    [ended] = trader.call("POST", f"strategies/{strategy_id}/stop/", json={"mode": "close"})["items"]
    assert (ended["state"], "positions closed" in ended["reason"]) == ("stopped", True)
    with Trader(trader.url, account=run["account"]) as own:
        assert own.get("positions/")["items"] == []
    assert trader.get(f"strategies/{strategy_id}/runs/")["items"][0]["state"] == "stopped"
    with pytest.raises(Refused) as refused:
        trader.call("POST", f"strategies/{strategy_id}/stop/")
    assert (refused.value.status, refused.value.code) == (409, "STRATEGY_NOT_RUNNING")


def test_the_journal_says_that_a_strategy_ordered(trader):
    strategy_id, run = started(trader, ALWAYS)
    with Trader(trader.url, account=run["account"]) as own:
        own.wait_until("fills/", lambda page: page["items"])
        orders = own.everything("orders/", status="all")
    keys = [order["client_order_id"] for order in orders]
    assert all(key.startswith(f"{run['id']}.0.") for key in keys)
    assert sorted(key.rsplit(".", 1)[1] for key in keys) == ["entry", "stop", "target"]
    entries = trader.get("audit/", trace_id=run["id"])["items"]
    assert {entry["actor"] for entry in entries} == {f"strategy:{strategy_id}"}
    trader.call("POST", f"strategies/{strategy_id}/stop/", json={"mode": "close"})


def test_what_is_refused_by_risk_is_told_with_its_reason(trader):
    strategy_id, _ = started(trader, ALWAYS, risk_limits={"max_order_notional": "1"})
    page = trader.wait_until(f"strategies/{strategy_id}/signals/", lambda page: page["items"])
    signal = page["items"][-1]
    assert (signal["outcome"], signal["reason"]) == ("refused", "RISK_MAX_ORDER_NOTIONAL")
    assert "the limit is 1 USDT" in signal["text"]
    trader.wait_until(f"strategies/{strategy_id}/", lambda one: one["runs"][0]["refused"] >= 1)
    assert len(trader.get(f"strategies/{strategy_id}/signals/")["items"]) == 1, "the same refusal is told once"
    trader.call("POST", f"strategies/{strategy_id}/stop/")


@pytest.mark.parametrize("failpoint", ["before_write", "after_commit"])
def test_a_power_cut_around_an_order_leaves_one_order(failpoint, tmp_path):
    """The first batch of a new journal opens the account `default`; the second is what the run orders first."""
    server = Server(tmp_path, {**FAST, "SANDBOX_FAILPOINT": f"{failpoint}:2"})
    server.start()
    try:
        with Trader(server.url) as trader:
            trader.call("PUT", "config/feed.speed/", json={"value": SPEED})
            strategy_id, _ = started(trader, ON_MINE, own_account=False)
        assert server.process is not None
        assert server.process.wait(DEADLINE_S) == -9, "what the run writes is the end of the process"
        server.process = None
        del server.environment["SANDBOX_FAILPOINT"]
        server.start()
        with Trader(server.url) as trader:
            trader.wait_until("orders/", lambda page: len(page["items"]) == 1)
            seen = trader.get(f"strategies/{strategy_id}/")["runs"][0]["bars"]
            trader.wait_until(f"strategies/{strategy_id}/", lambda one: one["runs"][0]["bars"] >= seen + 2)
            orders = trader.everything("orders/", status="all")
            assert sorted(order["client_order_id"].rsplit(".", 1)[1] for order in orders) == ["entry", "stop"]
            assert [fill["quantity"] for fill in trader.everything("fills/")] == ["0.01000"]
            assert trader.get(f"strategies/{strategy_id}/runs/")["items"][0]["state"] == "running"
    finally:
        server.kill()
