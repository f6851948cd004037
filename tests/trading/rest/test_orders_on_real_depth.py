"""Orders on a replayed book with real depth: they fill where the book says, and the calculator says it before."""

from decimal import Decimal

import pytest

from markets import services as markets
from markets.datasets import importing
from markets.datasets import services as datasets
from markets.datasets.records import ImportSpec
from tests.markets.depth.venue import record

pytestmark = pytest.mark.django_db(transaction=True)

API = "/api/v1"
SYMBOL = "DEEP-USDT"


class Silent:
    """Nobody watches this import."""

    def update(self, fraction: float, message: str = "") -> None:
        assert 0 <= fraction <= 1


@pytest.fixture
async def replayed(desk, client, tmp_path, monkeypatch):
    """A recording that is replayed as the main market, paused in its middle."""
    monkeypatch.setattr(markets.UNIVERSE, "_by_symbol", dict(markets.UNIVERSE._by_symbol))
    from asgiref.sync import sync_to_async

    path = tmp_path / "stream"
    path.write_text(record(200).text())

    def imported():
        spec = ImportSpec(str(path), path.name, str(datasets.datasets_dir()), symbol=SYMBOL)
        return datasets.enter(importing.import_file(spec, Silent()))[0]

    dataset = await sync_to_async(imported)()
    answer = await client.put(f"{API}/feed/", json={"source": "replay", "dataset": dataset.id, "paused": True})
    assert answer.status == 200, answer.json()
    stepped = await client.post(f"{API}/feed/step/", json={"steps": 60})
    assert stepped.status == 200, stepped.json()
    yield dataset
    await markets.FEED.switch(None, speed=1, is_paused=False)


async def test_a_replay_of_depth_is_a_market_with_real_prints_and_levels(client, replayed):
    feed = (await client.get(f"{API}/feed/")).data
    assert (feed["source"], feed["dataset"], feed["symbols"]) == ("replay", replayed.id, [SYMBOL])
    assert feed["dataset_hash"] == replayed.content_hash
    assert feed["position"]["index"] == 60
    book = (await client.get(f"{API}/markets/{SYMBOL}/orderbook/", query={"depth": 5})).data
    assert (len(book["bids"]), len(book["asks"]), book["stale"], book["source"]) == (5, 5, False, "replay")
    assert Decimal(book["bids"][0][0]) < Decimal(book["asks"][0][0])
    trades = (await client.get(f"{API}/markets/{SYMBOL}/trades/")).data["items"]
    known = {(f"{price / 100:.2f}", f"{lots / 1000:.3f}", side) for price, lots, side in record(200).trades}
    assert trades
    assert {(one["price"], one["quantity"], one["side"]) for one in trades} <= known


@pytest.mark.parametrize("side", ["buy", "sell"])
async def test_an_order_fills_as_the_calculator_said_over_the_real_levels(client, replayed, place, side):
    if side == "sell":
        await place(symbol=SYMBOL, side="buy", type="market", price=None, quantity="3")
    book = (await client.get(f"{API}/markets/{SYMBOL}/orderbook/")).data
    levels = book["asks" if side == "buy" else "bids"]
    asked = {"side": side, "quantity": "2.500"}
    said = (await client.get(f"{API}/markets/{SYMBOL}/calculate/", query=asked)).data
    order = (await place(symbol=SYMBOL, type="market", price=None, **asked)).data
    assert order["status"] == "filled"
    assert order["average_price"] == said["average_price"]
    assert order["fills"][-1]["price"] == said["worst_price"]
    assert len(order["fills"]) == said["levels"]
    assert (said["complete"], said["missing_quantity"], said["source"], said["stale"]) == (
        True,
        "0.000",
        "replay",
        False,
    )
    there = dict(map(tuple, levels))
    assert all(Decimal(fill["quantity"]) <= Decimal(there[fill["price"]]) for fill in order["fills"])


async def test_resting_orders_fill_when_the_other_side_of_the_real_book_comes_to_them(client, desk, replayed, place):
    await place(symbol=SYMBOL, side="buy", type="market", price=None, quantity="1")
    ticker = (await client.get(f"{API}/markets/{SYMBOL}/ticker/")).data
    bid, ask = round(Decimal(ticker["bid"]) * 100), round(Decimal(ticker["ask"]) * 100)
    buy = (await place(symbol=SYMBOL, side="buy", quantity="0.100", price=ticker["bid"])).data
    sell = (await place(symbol=SYMBOL, side="sell", quantity="0.100", price=ticker["ask"])).data
    assert (buy["status"], sell["status"]) == ("open", "open")
    bought = sold = False
    while not (bought or sold):
        assert await markets.step_feed(1), "the recording never came to an order"
        update = markets.last_update(SYMBOL)
        bought, sold = update.asks[0][0] <= bid, update.bids[0][0] >= ask
    await desk.wait_until_durable()
    for order, is_filled in ((buy, bought), (sell, sold)):
        shown = (await client.get(f"{API}/orders/{order['id']}/")).data
        assert (shown["status"] in ("filled", "partially_filled")) == is_filled
        assert not is_filled or Decimal(shown["average_price"]) == Decimal(order["price"])


async def test_the_calculator_asks_for_one_thing_and_names_the_fields(client, replayed):
    path = f"{API}/markets/{SYMBOL}/calculate/"
    for query, fields in (
        ({"side": "buy"}, {"quantity", "notional", "price"}),
        ({"side": "buy", "quantity": "1", "price": "2600"}, {"quantity", "price"}),
        ({"quantity": "1"}, {"side"}),
        ({"side": "hold", "quantity": "1"}, {"side"}),
        ({"side": "buy", "quantity": "0"}, {"quantity"}),
        ({"side": "buy", "quantity": "0.0001"}, {"quantity"}),
        ({"side": "buy", "notional": "-5"}, {"notional"}),
    ):
        answer = await client.get(path, query=query)
        assert answer.status == 400, query
        assert set(answer.json()["error"]["details"]) == fields
    assert (await client.get(f"{API}/markets/NO-SUCH/calculate/", query={"side": "buy", "price": "1"})).status == 404


async def test_a_book_too_thin_for_a_quantity_says_what_is_missing(client, replayed):
    path = f"{API}/markets/{SYMBOL}/calculate/"
    asked = {"side": "sell", "quantity": "1000000"}
    shown = (await client.get(path, query=asked)).data
    book = (await client.get(f"{API}/markets/{SYMBOL}/orderbook/")).data
    assert not shown["complete"]
    assert shown["levels"] == len(book["bids"])
    assert Decimal(shown["quantity"]) == sum(Decimal(lots) for _, lots in book["bids"])
    assert Decimal(shown["missing_quantity"]) + Decimal(shown["quantity"]) == 1_000_000
    up_to = (await client.get(path, query={"side": "sell", "price": book["bids"][3][0]})).data
    assert (up_to["levels"], up_to["complete"], up_to["missing_quantity"]) == (4, True, None)
