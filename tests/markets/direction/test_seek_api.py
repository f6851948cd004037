"""Seeking over REST: anywhere in a recording, ahead in the simulation, and never past what waits unasked."""

import asyncio

import pytest

from kit.clock import iso_from_ns
from markets import services
from markets.direction import services as direction
from markets.instruments import DEFAULT_INSTRUMENTS
from markets.sources.simulated import SimulatedSource
from tests.markets.conftest import MINUTE_NS, START_NS
from tests.markets.direction.conftest import ROWS, reach

pytestmark = pytest.mark.django_db(transaction=True)

API = "/api/v1"


def at(minute):
    return iso_from_ns(START_NS + minute * MINUTE_NS)


async def replay(client, dataset, **more):
    body = {"source": "replay", "dataset": dataset, "speed": 0, "paused": True, **more}
    assert (await client.put(f"{API}/feed/", json=body)).status == 200


async def seek(client, minute, **more):
    return await client.post(f"{API}/feed/seek/", json={"time": at(minute), **more})


async def played_to_the_end(client, heard):
    """Everything the market hears from here on."""
    heard.clear()
    await client.put(f"{API}/feed/", json={"paused": False})
    await reach(lambda: services.get_feed().finished)
    return list(heard)


@pytest.mark.parametrize("kind", ["bars", "trades", "quotes"])
@pytest.mark.parametrize("played_before", [0, 5, 2_000])
async def test_a_seek_forth_or_back_plays_what_a_fresh_replay_plays_from_there(
    client, no_market, heard, bars, trades, quotes, kind, played_before
):
    dataset = {"bars": bars, "trades": trades, "quotes": quotes}[kind]
    await replay(client, dataset)
    whole = await played_to_the_end(client, heard)
    await replay(client, dataset)
    if played_before:
        await client.post(f"{API}/feed/step/", json={"steps": played_before})
    feed = (await seek(client, 700)).data
    assert (feed["position"]["time"], feed["status"], feed["speed"]) == (at(700), "paused", 0)
    assert feed["position"]["index"] == {"bars": 700, "trades": 2_100, "quotes": 2_100}[kind]
    assert feed["position"]["total"] == ROWS
    rest = await played_to_the_end(client, heard)
    expected = [update for update in whole if update.time_ns >= START_NS + 700 * MINUTE_NS]
    assert [(one.time_ns, one.last_ticks) for one in rest] == [(one.time_ns, one.last_ticks) for one in expected]
    if kind != "trades":
        assert rest == expected, "books and ranges too; those of prints are learned from the prints before"
    assert services.get_feed().position.index == ROWS


async def test_the_chart_before_the_moment_is_there_and_what_comes_after_is_not(client, bars, no_market):
    await replay(client, bars)
    await client.post(f"{API}/feed/step/", json={"steps": 5})
    await seek(client, 2_000)
    candles = (await client.get(f"{API}/markets/YYY-USD/candles/", query={"limit": 1000})).data["items"]
    stored = {"from": at(1_000), "to": at(2_000), "limit": 1000, "dataset": bars}
    assert candles[-1]["time"] == at(1_999)
    assert candles == (await client.get(f"{API}/markets/YYY-USD/candles/", query=stored)).data["items"]
    await client.post(f"{API}/feed/step/", json={"steps": 1})
    ticker = (await client.get(f"{API}/markets/YYY-USD/ticker/")).data
    assert (ticker["last"], ticker["stale"]) == ("3001", False)
    assert (ticker["high_24h"], ticker["low_24h"]) == ("3005", str(1_000 + 2_000 - 1_439 - 5))


async def test_a_seek_into_the_middle_of_a_bar_begins_with_the_next_one(client, bars, no_market):
    await replay(client, bars)
    answer = await client.post(f"{API}/feed/seek", json={"time": iso_from_ns(START_NS + 90 * 10**9)})
    assert answer.data["position"]["index"] == 2
    await client.post(f"{API}/feed/step/", json={})
    assert (await client.get(f"{API}/markets/YYY-USD/ticker/")).data["last"] == "1003"


async def test_a_running_feed_runs_on_from_there_and_a_finished_one_can_go_back(client, bars, no_market):
    await replay(client, bars, paused=False)
    await reach(lambda: services.get_feed().finished)
    feed = (await seek(client, ROWS - 3)).data
    assert feed["paused"] is False
    await reach(lambda: services.get_feed().finished)
    assert services.get_feed().position.index == ROWS


async def test_a_pause_that_comes_during_a_seek_holds(client, bars, no_market, monkeypatch):
    await replay(client, bars, paused=False, speed=1)
    opening, may_open = asyncio.Event(), asyncio.Event()
    open_replay = services.open_replay

    async def slow_open(dataset, start_ns):
        opening.set()
        await may_open.wait()
        return await open_replay(dataset, start_ns=start_ns)

    monkeypatch.setattr(services, "open_replay", slow_open)
    seeking = asyncio.ensure_future(seek(client, 500))
    await opening.wait()
    await client.put(f"{API}/feed/", json={"paused": True})
    may_open.set()
    assert (await seeking).data["status"] == "paused"
    assert services.get_feed().position.index == 500


async def test_a_switch_that_comes_during_a_seek_wins(client, bars, no_market, monkeypatch):
    await replay(client, bars)
    open_replay = services.open_replay

    async def switched_meanwhile(dataset, start_ns):
        await services.set_feed(source="simulated", dataset=None, speed=None, is_paused=True)
        return await open_replay(dataset, start_ns=start_ns)

    monkeypatch.setattr(services, "open_replay", switched_meanwhile)
    answer = await seek(client, 500)
    assert (answer.status, answer.code) == (409, "FEED_NOT_RUNNING")
    assert services.get_feed().source == "simulated"


@pytest.mark.parametrize("time", ["2025-12-31T23:59:59Z", at(ROWS), "2040-01-01", "1677-09-21T00:12:44Z"])
async def test_a_time_outside_the_data_is_refused_with_what_there_is(client, bars, no_market, time):
    await replay(client, bars)
    await client.post(f"{API}/feed/step/", json={"steps": 5})
    answer = await client.post(f"{API}/feed/seek/", json={"time": time})
    assert (answer.status, answer.code) == (400, "VALIDATION_FAILED")
    assert at(0) in answer.details["time"][0] and at(ROWS - 1) in answer.details["time"][0]
    assert services.get_feed().position.index == 5, "and nothing has changed"


@pytest.mark.parametrize("body", [{}, {"time": None}, {"time": 5}, {"time": "soon"}, {"time": at(1), "speed": 1}])
async def test_a_malformed_seek_names_the_field(client, market, body):
    answer = await client.post(f"{API}/feed/seek/", json=body)
    assert answer.status == 400
    assert set(answer.details) <= {"time", "speed"}


async def test_without_a_source_there_is_nothing_to_seek_in(client, no_market):
    answer = await seek(client, 5)
    assert (answer.status, answer.code) == (409, "FEED_NOT_RUNNING")


async def test_the_simulation_goes_ahead_from_its_own_prices_without_a_hole(client, market):
    before = (await client.get(f"{API}/markets/BTC-USDT/ticker/")).data
    feed = (await seek(client, 600)).data
    assert (feed["position"]["time"], feed["source"], feed["status"]) == (at(600), "simulated", "paused")
    await client.post(f"{API}/feed/step/", json={"steps": 1})
    candles = (await client.get(f"{API}/markets/BTC-USDT/candles/", query={"limit": 1000})).data["items"]
    assert [candle["time"] for candle in candles] == [at(minute) for minute in range(-120, 601)]
    assert candles[120]["close"] == before["last"]
    assert candles[121]["open"] == before["last"], "the skipped minutes go on from the last price"
    assert services.last_update("BTC-USDT").time_ns == START_NS + 600 * MINUTE_NS


async def test_the_same_leap_of_the_simulation_is_the_same(client, no_market):
    found = []
    for _ in range(2):
        source = SimulatedSource(DEFAULT_INSTRUMENTS, start_ns=START_NS, seed=5, history_minutes=5)
        await services.FEED.switch(source, speed=1, is_paused=True)
        await services.FEED.step(3)
        await seek(client, 30)
        await services.FEED.step(3)
        found.append([services.last_update(symbol) for symbol in source.symbols])
    assert found[0] == found[1]


@pytest.mark.parametrize("minute", [0, -5, 32 * 24 * 60])
async def test_the_simulation_goes_neither_back_nor_far_beyond(client, market, minute):
    answer = await seek(client, minute)
    assert (answer.status, list(answer.details)) == (400, ["time"])


async def test_orders_that_wait_are_not_left_behind_unasked(client, market, monkeypatch):
    asked = []
    monkeypatch.setattr(direction, "_waiting_orders", [lambda symbols: asked.append(symbols) or 2])
    answer = await seek(client, 10)
    assert (answer.status, answer.code) == (409, "OPEN_ORDERS")
    assert answer.details["orders"] == 2 and "BTC-USDT" in answer.details["symbols"]
    assert asked == [services.FEED.state().symbols]
    assert (await seek(client, 10, confirm=True)).status == 200
