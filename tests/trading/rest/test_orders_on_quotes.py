"""Orders on replayed quotes: they meet the bid and the ask as they were, with the sizes that were quoted."""

from decimal import Decimal

import pytest
from asgiref.sync import sync_to_async

from markets import services as markets
from markets.datasets import importing
from markets.datasets import services as datasets
from markets.datasets.records import ImportSpec

pytestmark = pytest.mark.django_db(transaction=True)

API = "/api/v1"
SYMBOL = "QUO-USDT"
START_S = 1_546_300_800
QUOTES = [(100.0, 100.5, 3.0, 2.0), (100.5, 101.0, 1.5, 4.0), (98.0, 98.5, 2.0, 2.5)]


class Silent:
    """Nobody watches this import."""

    def update(self, fraction: float, message: str = "") -> None:
        assert 0 <= fraction <= 1


@pytest.fixture
async def replayed(desk, client, tmp_path, monkeypatch):
    """Three quotes, replayed as the main market and paused at the first."""
    monkeypatch.setattr(markets.UNIVERSE, "_by_symbol", dict(markets.UNIVERSE._by_symbol))
    path = tmp_path / "quotes.csv"
    rows = "".join(f"{START_S + second},{','.join(map(str, quote))}\n" for second, quote in enumerate(QUOTES))
    path.write_text(f"time,bid,ask,bid_size,ask_size\n{rows}")

    def imported():
        spec = ImportSpec(str(path), path.name, str(datasets.datasets_dir()), symbol=SYMBOL)
        return datasets.enter(importing.import_file(spec, Silent()))[0]

    dataset = await sync_to_async(imported)()
    answer = await client.put(f"{API}/feed/", json={"source": "replay", "dataset": dataset.id, "paused": True})
    assert answer.status == 200, answer.json()
    await step(client)
    yield dataset
    await markets.FEED.switch(None, speed=1, is_paused=False)


async def step(client):
    assert (await client.post(f"{API}/feed/step/", json={"steps": 1})).status == 200


async def test_the_book_and_the_ticker_are_the_quote(client, replayed):
    book = (await client.get(f"{API}/markets/{SYMBOL}/orderbook/")).data
    ticker = (await client.get(f"{API}/markets/{SYMBOL}/ticker/")).data
    assert [[float(cell) for cell in level] for level in (*book["bids"], *book["asks"])] == [[100.0, 3.0], [100.5, 2.0]]
    assert tuple(Decimal(ticker[name]) for name in ("bid", "last", "ask")) == (100, Decimal("100.25"), Decimal("100.5"))
    trades = (await client.get(f"{API}/markets/{SYMBOL}/trades/")).data["items"]
    assert trades == [], "a quote is no trade"


async def test_a_market_order_takes_the_ask_and_no_more_than_was_quoted(client, replayed, place):
    order = (await place(symbol=SYMBOL, side="buy", type="market", price=None, quantity="3")).data
    assert [(Decimal(fill["price"]), Decimal(fill["quantity"])) for fill in order["fills"]] == [(Decimal("100.5"), 2)]
    assert order["status"] == "expired"


async def test_a_resting_order_fills_at_its_own_price_when_a_quote_has_gone_past_it(client, desk, replayed, place):
    order = (await place(symbol=SYMBOL, side="buy", quantity="1", price="99.5")).data
    await step(client)
    assert (await client.get(f"{API}/orders/{order['id']}/")).data["status"] == "open"
    await step(client)
    await desk.wait_until_durable()
    shown = (await client.get(f"{API}/orders/{order['id']}/")).data
    assert (shown["status"], Decimal(shown["average_price"])) == ("filled", Decimal("99.5"))
