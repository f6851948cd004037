"""Scenarios over REST and in the streams, through the real application."""

import pytest

from kit.clock import iso_from_ns
from markets import services, tiles
from tests.markets.conftest import MINUTE_NS, START_NS

pytestmark = pytest.mark.django_db(transaction=True)

API = "/api/v1"
PATH = f"{API}/feed/scenarios/"
HALT = {"kind": "halt", "symbols": ["BTC-USDT"], "duration_seconds": 60}


async def test_a_scenario_is_put_on_listed_shown_and_ended(client, market):
    wish = {"kind": "crash", "symbols": ["BTC-USDT"], "percent": 10, "duration_seconds": 60, "seed": 7}
    made = await client.post(PATH, json=wish)
    assert made.status == 201
    shown = made.data
    assert (shown["kind"], shown["status"], shown["seed"]) == ("crash", "scheduled", 7)
    assert (shown["percent"], shown["times"], shown["recovery_seconds"]) == (10.0, None, None)
    assert (await client.get(f"{PATH}{shown['id']}/")).data == shown
    assert (await client.get(f"{API}/feed/")).data["scenarios"] == [shown]
    await client.post(f"{API}/feed/step/", json={"steps": 241})
    now = (await client.get(PATH)).data["items"]
    assert [one["status"] for one in now] == ["lasting"]
    ended = await client.delete(f"{PATH}{shown['id']}/")
    assert ended.status == 200
    assert (await client.delete(f"{PATH}{shown['id']}/")).code == "SCENARIO_ENDED"
    assert (await client.get(f"{PATH}no-such/")).code == "NOT_FOUND"
    assert (await client.delete(f"{PATH}no-such/")).code == "NOT_FOUND"


async def test_a_crash_takes_the_price_down_and_the_price_says_why(client, market):
    before = float((await client.get(f"{API}/markets/BTC-USDT/ticker/")).data["last"])
    other = (await client.get(f"{API}/markets/ETH-USDT/ticker/")).data
    await client.post(PATH, json={"kind": "crash", "symbols": ["BTC-USDT"], "percent": 30, "duration_seconds": 10})
    await client.post(f"{API}/feed/step/", json={"steps": 60})
    ticker = (await client.get(f"{API}/markets/BTC-USDT/ticker/")).data
    assert float(ticker["last"]) == pytest.approx(before * 0.7, rel=0.01)
    assert (ticker["source"], ticker["scenarios"]) == ("simulated", ["crash"])
    book = (await client.get(f"{API}/markets/BTC-USDT/orderbook/")).data
    assert book["scenarios"] == ["crash"] and float(book["bids"][0][0]) < float(book["asks"][0][0])
    assert (await client.get(f"{API}/markets/BTC-USDT/")).data["scenarios"] == ["crash"]
    after = (await client.get(f"{API}/markets/ETH-USDT/ticker/")).data
    assert float(after["last"]) == pytest.approx(float(other["last"]), rel=0.01)
    assert after["scenarios"] == []


async def test_all_symbols_of_the_feed_unless_some_are_named(client, market):
    made = (await client.post(PATH, json={"kind": "spread", "times": 5, "duration_seconds": 60})).data
    assert tuple(made["symbols"]) == services.FEED.state().symbols


async def test_a_halt_shows_in_the_market_and_ends_by_itself(client, market):
    await client.post(PATH, json=HALT)
    market_shown = (await client.get(f"{API}/markets/BTC-USDT/")).data
    assert (market_shown["status"], market_shown["scenarios"]) == ("halted", ["halt"])
    assert (await client.get(f"{API}/markets/BTC-USDT/ticker/")).data["scenarios"] == ["halt"]
    await client.post(f"{API}/feed/step/", json={"steps": 100})
    before = services.last_update("BTC-USDT")
    assert before.time_ns < services.market_time_ns() - 20 * 10**9
    await client.post(f"{API}/feed/step/", json={"steps": 150})
    assert (await client.get(f"{API}/markets/BTC-USDT/")).data["status"] == "open"
    assert services.last_update("BTC-USDT").time_ns > before.time_ns


async def test_a_start_of_its_own_waits_for_the_markets_clock(client, market):
    start = iso_from_ns(START_NS + 5 * MINUTE_NS)
    made = (await client.post(PATH, json={"kind": "gap", "percent": 20, "start": start})).data
    assert (made["start"], made["status"], made["end"]) == (start, "scheduled", None)
    await client.post(f"{API}/feed/step/", json={"steps": 5 * 240 + 3})
    assert (await client.get(f"{PATH}{made['id']}/")).data["status"] == "lasting"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "kind"),
        ({"kind": "flood"}, "kind"),
        ({"kind": "crash", "duration_seconds": 5}, "percent"),
        ({"kind": "crash", "percent": 10, "duration_seconds": -5}, "duration_seconds"),
        ({"kind": "crash", "percent": 10, "duration_seconds": 1e300}, "duration_seconds"),
        ({"kind": "crash", "percent": "deep", "duration_seconds": 5}, "percent"),
        ({**HALT, "symbols": []}, "symbols"),
        ({**HALT, "symbols": ["BTC-USDT", "BTC-USDT"]}, "symbols"),
        ({**HALT, "symbols": ["btc"]}, "symbols"),
        ({**HALT, "symbols": ["BTC-USDT"] * 1_000_000}, "symbols"),
        ({**HALT, "start": "2020-01-01"}, "start"),
        ({**HALT, "start": "2199-01-01"}, "start"),
        ({**HALT, "seed": -1}, "seed"),
        ({**HALT, "events": [{}] * 10_000}, "events"),
    ],
)
async def test_what_makes_no_scenario_is_refused_by_name(client, market, body, field):
    answer = await client.post(PATH, json=body)
    if answer.status == 413:
        assert answer.code == "BODY_TOO_LARGE"
        return
    assert (answer.status, answer.code) == (400, "VALIDATION_FAILED")
    assert any(name.partition(".")[0] == field for name in answer.details)
    assert (await client.get(PATH)).data["items"] == []


async def test_symbols_must_exist_and_be_fed(client, market):
    assert (await client.post(PATH, json={**HALT, "symbols": ["NO-SUCH"]})).code == "UNKNOWN_SYMBOL"
    from markets.instruments import make_instrument

    services.UNIVERSE.add(make_instrument("QUIET-USD", tick="0.01", lot="1"))
    answer = await client.post(PATH, json={**HALT, "symbols": ["QUIET-USD"]})
    assert (answer.status, list(answer.details)) == (400, ["symbols"])


async def test_without_a_feed_there_is_nothing_to_direct(client, no_market):
    assert (await client.post(PATH, json=HALT)).code == "FEED_NOT_RUNNING"
    assert (await client.get(PATH)).data["items"] == []


async def test_the_list_has_pages_newest_first(client, market):
    made = [(await client.post(PATH, json=HALT)).data["id"] for _ in range(3)]
    first = (await client.get(PATH, query={"limit": 2})).data
    rest = (await client.get(PATH, query={"limit": 2, "cursor": first["next_cursor"]})).data
    assert [one["id"] for one in first["items"] + rest["items"]] == made[::-1]
    assert rest["next_cursor"] is None


async def test_the_channel_of_the_feed_tells_of_scenarios_and_pauses(client, market):
    async with client.websocket("/ws") as socket:
        await socket.send_json({"op": "subscribe", "id": 1, "channels": ["feed"]})
        snapshot = await socket.receive_until(lambda frame: frame["type"] == "snapshot")
        assert (snapshot["data"]["status"], snapshot["data"]["scenarios"]) == ("paused", [])
        await client.post(PATH, json=HALT)
        update = await socket.receive_until(lambda frame: frame["type"] == "update")
        assert [one["kind"] for one in update["data"]["scenarios"]] == ["halt"]
        await client.put(f"{API}/feed/", json={"speed": 7})
        await socket.receive_until(lambda frame: frame["type"] == "update" and frame["data"]["speed"] == 7)


async def test_the_admins_tile_names_what_is_on_and_counts_what_comes(client, market):
    def scenarios_line():
        return next(detail for detail in tiles.read_feed().details if detail.label == "Scenarios").value

    assert scenarios_line() == "none"
    await client.post(PATH, json={"kind": "thin_book", "percent": 50, "duration_seconds": 600})
    await client.post(PATH, json={**HALT, "start": iso_from_ns(START_NS + 5 * MINUTE_NS)})
    await client.post(f"{API}/feed/step/", json={"steps": 2})
    assert scenarios_line() == "thin book, 1 to come"
