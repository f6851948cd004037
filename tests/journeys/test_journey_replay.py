"""A month of real minute bars, replayed as fast as it goes, with a scripted set of orders.

Each fill is at a price that its bar holds, balances equal a recomputation from the answers to the last unit, a socket
hears every order, fill and balance in sequence, and a second run is identical.
"""

import csv
from decimal import ROUND_CEILING, Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.people import Trader, Watcher, data_file
from tests.server import run_server

BARS_FILE = "crypto_bars/btc-perp-20211231-20220201_1m.csv"
STEPS = 24
BARS_A_STEP = 1_500
UNIT = Decimal("0.00000001")
PRIVATE = ["orders", "fills", "positions", "balances"]


def scripted_orders(step: int, last: Decimal) -> list[dict[str, Any]]:
    """What the script places after a step, around the price it finds."""
    low, high = (last * Decimal("0.997")).quantize(Decimal("0.01")), (last * Decimal("1.003")).quantize(Decimal("0.01"))
    orders = [
        {"side": "buy", "type": "market", "quantity": "0.05"},
        {"side": "buy", "type": "limit", "price": str(low), "quantity": "0.02"},
        {"side": "sell", "type": "limit", "price": str(high), "quantity": "0.015"},
        {"side": "sell", "type": "stop", "stop_price": str(low), "quantity": "0.01"},
        {"side": "buy", "type": "stop_limit", "stop_price": str(high), "price": str(high + 20), "quantity": "0.01"},
        {"side": "buy", "type": "limit", "price": str(high), "quantity": "0.01", "time_in_force": "fok"},
        {"side": "sell", "type": "limit", "price": str(last), "quantity": "0.005", "time_in_force": "ioc"},
        {"side": "buy", "type": "limit", "price": str(last), "quantity": "0.004", "post_only": True},
    ]
    return [{"symbol": "BTC-USDT", "client_order_id": f"s{step}-{n}", **order} for n, order in enumerate(orders)]


def run_script(folder: Path, file: Path) -> dict[str, Any]:
    """One run on a server of its own: everything a client could see of it."""
    with run_server(folder, {"RATE_LIMIT_RPS": "10000"}) as server, Trader(server.url) as trader:
        dataset = trader.import_file(file, symbol="BTC-USDT", interval="1m", kind="candles")
        feed = {"source": "replay", "dataset": dataset["id"], "speed": 0, "paused": True}
        trader.call("PUT", "feed/", json=feed)
        with Watcher(server.websocket_url, PRIVATE) as watcher:
            refused = place_scripted_orders(trader)
            trader.call("PUT", "feed/", json={**feed, "paused": False})
            trader.wait_until("feed/", lambda found: found["finished"])
            seen: dict[str, Any] = {
                "orders": trader.everything("orders/", status="all"),
                "fills": trader.everything("fills/"),
                "balances": trader.balances(),
                "positions": trader.get("positions/")["items"],
                "refused": refused,
            }
            watcher.wait_for(lambda frames: len(frames["fills"]) > len(seen["fills"]))
            watcher.wait_for(lambda frames: is_latest(frames["balances"], seen["balances"]))
    seen["heard"] = {channel: watcher.updates(channel) for channel in PRIVATE}
    return seen


def place_scripted_orders(trader: Trader) -> list[str]:
    """Step through the bars and place the script's orders; returns the codes of those that were refused."""
    refused: list[str] = []
    for step in range(STEPS):
        trader.call("POST", "feed/step/", json={"steps": BARS_A_STEP})
        last = Decimal(trader.get("markets/BTC-USDT/ticker/")["last"])
        for order in scripted_orders(step, last):
            answer = trader.client.post("orders/", json=order)
            if answer.status_code != 201:
                refused.append(answer.json()["error"]["code"])
    return refused


def is_latest(frames: list[dict[str, Any]], balances: list[dict[str, Any]]) -> bool:
    """Whether the newest update of each asset is the balance that REST says."""
    latest: dict[str, Any] = {}
    for frame in frames:
        for balance in frame["data"] if isinstance(frame["data"], list) else [frame["data"]]:
            latest[balance["asset"]] = {name: value for name, value in balance.items() if name != "worth"}
    return all(latest.get(balance["asset"]) == balance for balance in balances if balance["asset"] in ("BTC", "USDT"))


@pytest.fixture(scope="module")
def file() -> Path:
    return data_file(BARS_FILE)


@pytest.fixture(scope="module")
def seen(file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return run_script(tmp_path_factory.mktemp("first"), file)


@pytest.fixture(scope="module")
def bars(file: Path) -> dict[str, tuple[Decimal, Decimal]]:
    """Minute to (low, high), read from the file by the csv module."""
    with file.open() as lines:
        return {
            row["timestamp"][:16].replace(" ", "T"): (Decimal(row["low"]), Decimal(row["high"]))
            for row in csv.DictReader(lines)
        }


def test_the_script_had_orders_of_every_fate(seen):
    fates = {order["status"] for order in seen["orders"]}
    assert {"filled", "expired", "rejected"} <= fates
    assert len(seen["orders"]) == STEPS * 8
    assert len(seen["fills"]) > STEPS * 3
    assert {fill["liquidity"] for fill in seen["fills"]} == {"maker", "taker"}


def test_each_fill_is_at_a_price_its_bar_allows(seen, bars):
    for fill in seen["fills"]:
        low, high = bars[fill["time"][:16]]
        assert low <= Decimal(fill["price"]) <= high, fill


def test_no_fill_is_outside_its_orders_limit(seen):
    orders = {order["id"]: order for order in seen["orders"]}
    for fill in seen["fills"]:
        order = orders[fill["order_id"]]
        if order["price"] is not None:
            distance = Decimal(order["price"]) - Decimal(fill["price"])
            assert distance >= 0 if order["side"] == "buy" else distance <= 0


def test_balances_equal_an_independent_recomputation_to_the_last_unit(seen):
    totals = {"USDT": Decimal(100_000), "BTC": Decimal(0)}
    for fill in seen["fills"]:
        sign = 1 if fill["side"] == "buy" else -1
        cost = Decimal(fill["price"]) * Decimal(fill["quantity"])
        rate = Decimal("0.0002") if fill["liquidity"] == "maker" else Decimal("0.0005")
        assert Decimal(fill["fee"]) == (cost * rate).quantize(UNIT, ROUND_CEILING)
        totals["USDT"] -= sign * cost + Decimal(fill["fee"])
        totals["BTC"] += sign * Decimal(fill["quantity"])
    balances = {balance["asset"]: balance for balance in seen["balances"]}
    for asset, total in totals.items():
        assert Decimal(balances[asset]["total"]) == total
        assert Decimal(balances[asset]["available"]) + Decimal(balances[asset]["held"]) == total
    open_buys = [o for o in seen["orders"] if o["status"] in ("open", "pending", "partially_filled")]
    assert (Decimal(balances["USDT"]["held"]) > 0) == any(order["side"] == "buy" for order in open_buys)


def test_position_is_what_was_bought_less_what_was_sold(seen):
    bought = sum(Decimal(f["quantity"]) * (1 if f["side"] == "buy" else -1) for f in seen["fills"])
    position = next(item for item in seen["positions"] if item["symbol"] == "BTC-USDT")
    assert Decimal(position["quantity"]) == bought
    assert Decimal(position["fees"]) == sum(Decimal(fill["fee"]) for fill in seen["fills"])


def test_socket_heard_every_order_fill_and_balance_in_sequence(seen):
    heard = seen["heard"]
    assert [fill["id"] for fill in heard["fills"]] == [fill["id"] for fill in reversed(seen["fills"])]
    latest = {order["id"]: order for order in heard["orders"]}
    for order in seen["orders"]:
        assert latest[order["id"]]["status"] == order["status"]
        assert latest[order["id"]]["filled_quantity"] == order["filled_quantity"]


def test_second_run_is_identical(seen, file, tmp_path):
    again = run_script(tmp_path, file)

    def without_ids(run: dict[str, Any]) -> dict[str, Any]:
        names = {order["id"]: order["client_order_id"] for order in run["orders"]}
        orders = [{k: v for k, v in order.items() if k not in ("id", "fills")} for order in run["orders"]]
        fills = [{**fill, "id": None, "order_id": names[fill["order_id"]]} for fill in run["fills"]]
        return {"orders": orders, "fills": fills} | {k: run[k] for k in ("balances", "positions", "refused")}

    assert without_ids(again) == without_ids(seen)
