"""Recorded depth as the main market, over REST: replayed, charted, begun again, and refused on a tick that is too coarse."""

import asyncio

import pytest
from asgiref.sync import sync_to_async

from markets import services
from markets.datasets import importing
from markets.datasets import services as datasets
from markets.datasets.records import ImportSpec
from tests.markets.depth.venue import record

pytestmark = pytest.mark.django_db(transaction=True)

API = "/api/v1"


class Silent:
    """Nobody watches this import."""

    def update(self, fraction, message=""):
        assert 0 <= fraction <= 1


@pytest.fixture
async def import_recording(tmp_path, monkeypatch):
    """Imports a recording as a worker would, and leaves no feed and no instrument behind."""
    monkeypatch.setattr(services.UNIVERSE, "_by_symbol", dict(services.UNIVERSE._by_symbol))

    def imported(recorder, symbol):
        path = tmp_path / "stream"
        path.write_text(recorder.text())
        spec = ImportSpec(str(path), path.name, str(datasets.datasets_dir()), symbol=symbol)
        return datasets.enter(importing.import_file(spec, Silent()))[0]

    yield sync_to_async(imported)
    await services.FEED.switch(None, speed=1, is_paused=False)


async def test_a_replay_of_depth_runs_to_its_end_and_can_begin_again(client, import_recording):
    recorder = record(90)
    dataset = await import_recording(recorder, "RUN-USDT")
    for _ in range(2):
        started = await client.put(f"{API}/feed/", json={"source": "replay", "dataset": dataset.id, "speed": 0})
        assert started.status == 200, started.json()
        while not services.get_feed().finished:
            assert services.get_feed().status == "running"
            await asyncio.sleep(0)
        feed = (await client.get(f"{API}/feed/")).data
        assert feed["position"]["index"] == feed["position"]["total"]
        tape = (await client.get(f"{API}/markets/RUN-USDT/trades/", query={"limit": 1000})).data["items"]
        assert [(one["price"], one["quantity"], one["side"]) for one in reversed(tape)] == [
            (f"{price / 100:.2f}", f"{lots / 1000:.3f}", side) for price, lots, side in recorder.trades
        ]


async def test_the_book_over_rest_is_stale_from_a_gap_to_the_next_snapshot(client, import_recording):
    dataset = await import_recording(record(120, lost=(50,), snapshots=(10, 80)), "GAP-USDT")
    await client.put(f"{API}/feed/", json={"source": "replay", "dataset": dataset.id, "paused": True})
    await services.step_feed(75)
    book = (await client.get(f"{API}/markets/GAP-USDT/orderbook/")).data
    assert (book["bids"], book["asks"], book["stale"], book["checksum"]) == ([], [], True, 0)
    ticker = (await client.get(f"{API}/markets/GAP-USDT/ticker/")).data
    assert (ticker["bid"], ticker["ask"], ticker["stale"]) == (None, None, True)
    assert ticker["last"] is not None
    asked = {"side": "buy", "quantity": "1"}
    shown = (await client.get(f"{API}/markets/GAP-USDT/calculate/", query=asked)).data
    assert (shown["quantity"], shown["missing_quantity"], shown["stale"]) == ("0.000", "1.000", True)
    await services.step_feed(60)
    book = (await client.get(f"{API}/markets/GAP-USDT/orderbook/")).data
    assert book["bids"]
    assert book["asks"]
    assert not book["stale"]


async def test_candles_of_its_trades_are_read_by_the_data_set(client, import_recording):
    recorder = record(90)
    dataset = await import_recording(recorder, "BAR-USDT")
    query = {"interval": "1m", "dataset": dataset.id}
    candles = (await client.get(f"{API}/markets/BAR-USDT/candles/", query=query)).data["items"]
    prices = [price for price, _, _ in recorder.trades]
    assert candles[0]["open"] == f"{prices[0] / 100:.2f}"
    assert candles[-1]["close"] == f"{prices[-1] / 100:.2f}"
    assert max(float(candle["high"]) for candle in candles) == max(prices) / 100
    assert (await client.get(f"{API}/markets/BAR-USDT/candles/")).data["items"] == [], (
        "a chart does not pick it by itself"
    )


async def test_depth_finer_than_the_tick_is_not_replayed_on_it(client, import_recording):
    dataset = await import_recording(record(20), "EUR-USD")
    coarse = await sync_to_async(services.add_instrument)(
        services.make_instrument("COARSE-USDT", tick="0.1", lot="0.001")
    )
    on_coarse = await import_recording(record(20), coarse.symbol)
    refused = await client.put(f"{API}/feed/", json={"source": "replay", "dataset": on_coarse.id})
    assert refused.status == 400
    assert "finer than the tick of 0.1" in refused.json()["message"]
    assert set(refused.json()["error"]["details"]) == {"dataset"}
    assert (
        await client.put(f"{API}/feed/", json={"source": "replay", "dataset": dataset.id, "paused": True})
    ).status == 200


async def test_a_data_set_that_is_replayed_is_not_deleted(client, import_recording):
    dataset = await import_recording(record(20), "USE-USDT")
    await client.put(f"{API}/feed/", json={"source": "replay", "dataset": dataset.id, "paused": True})
    refused = await client.delete(f"{API}/datasets/{dataset.id}/")
    assert (refused.status, refused.code) == (409, "DATASET_IN_USE")
