"""Candles over REST from the store: by source, before a live market's memory, by calendar days, adjusted."""

import asyncio

import pytest

from kit.clock import iso_from_ns, ns_from_iso
from markets import calendars, services
from markets.candle_store import services as candle_store
from markets.datasets.records import Candles
from markets.datasets.store import candles_of
from markets.services import UNIVERSE
from markets.updates import Candle
from tests.asgi_client import AsgiClient
from tests.markets.candle_store.conftest import make_candles
from tests.markets.conftest import MINUTE_NS, START_NS, ListSource, make_bars
from tests.markets.datasets.test_datasets_rest import MULTIPART, form

API = "/api/v1"
CANDLES = f"{API}/markets/BTC-USDT/candles/"
DAY_NS = 1_440 * MINUTE_NS


@pytest.fixture
async def client(app, settings, tmp_path, transactional_db):
    settings.STATE_DIR = tmp_path / "var"
    settings.RATE_LIMIT_RPS = 10_000
    await services.FEED.switch(None, speed=1, is_paused=False)
    yield AsgiClient(app)
    await services.FEED.switch(None, speed=1, is_paused=False)


def store(count, *, source="live:test", symbol="BTC-USDT", interval="1m", **more):
    candles = candles_of(make_candles(count, **more))
    candle_store.append_candles(source, symbol, interval, candles)
    return candles


async def play(bars, *, source, symbol="BTC-USDT"):
    """Have a source of that name play its bars and stay, paused, at the last."""
    await services.FEED.switch(ListSource(bars, symbol=symbol, name=source), speed=0, is_paused=True)
    await services.FEED.step(len(bars))


def times(answer):
    return [row["time"] for row in answer.data["items"]]


async def every_page(client, query):
    rows, cursor = [], None
    while True:
        page = (await client.get(CANDLES, query={**query, **({"cursor": cursor} if cursor else {})})).data
        rows += page["items"] if "from" in query else []
        rows = rows if "from" in query else page["items"] + rows
        cursor = page["next_cursor"]
        if cursor is None:
            return rows


async def test_stored_candles_are_read_by_source_and_by_page(client):
    candles = store(2_500, start_ns=START_NS)
    answer = await client.get(CANDLES, query={"source": "live:test", "limit": 2})
    assert (answer.data["source"], answer.data["stale"]) == ("live:test", True)
    assert times(answer) == [iso_from_ns(time) for time in candles.time_ns[-2:]]
    for query in ({"from": iso_from_ns(START_NS)}, {}):
        rows = await every_page(client, {"source": "live:test", "limit": 999, **query})
        assert [row["time"] for row in rows] == [iso_from_ns(time) for time in candles.time_ns]
        assert [row["close"] for row in rows] == [f"{close:.2f}" for close in candles.close]


async def test_without_a_market_the_newest_stored_candles_are_shown(client, monkeypatch):
    monkeypatch.setattr(services.BOARD, "_markets", {})
    store(50, start_ns=START_NS)
    answer = await client.get(CANDLES, query={"limit": 1})
    assert answer.data["source"] == "live:test"


async def test_a_source_there_is_not_is_not_found(client):
    answer = await client.get(CANDLES, query={"source": "../../etc"})
    assert (answer.status, answer.code) == (404, "NOT_FOUND")
    answer = await client.get(CANDLES, query={"source": "a", "dataset": "b"})
    assert (answer.status, list(answer.details)) == (400, ["source"])
    answer = await client.get(CANDLES, query={"adjust": "some"})
    assert (answer.status, list(answer.details)) == (400, ["adjust"])


@pytest.mark.parametrize("interval", ["1m", "5m", "1h"])
async def test_a_live_market_goes_on_before_its_memory_with_what_is_stored_of_it(client, interval):
    stored = store(300, start_ns=START_NS - 300 * MINUTE_NS)
    bars = make_bars(130)
    await play(bars, source="live:test")
    query = {"interval": interval, "limit": 7}
    newest_first = await every_page(client, query)
    assert newest_first == await every_page(client, {**query, "from": iso_from_ns(START_NS - DAY_NS)})
    whole = (await client.get(CANDLES, query={"interval": interval, "limit": 1_000})).data
    assert whole["items"] == newest_first
    assert (whole["source"], whole["stale"]) == ("live:test", False)
    assert newest_first[0]["open"] == f"{stored.open[0]:.2f}"
    minutes = {"1m": 1, "5m": 5, "1h": 60}[interval]
    assert len(newest_first) == -(-430 // minutes)


async def test_a_simulated_market_never_shows_what_is_stored_of_a_real_one(client):
    store(300, start_ns=START_NS - 300 * MINUTE_NS)
    await play(make_bars(5), source="simulated")
    answer = await client.get(CANDLES, query={"limit": 100})
    assert (len(answer.data["items"]), answer.data["source"]) == (5, "simulated")


async def test_fifty_years_of_stored_minutes_come_as_one_page(client):
    store(3_000, start_ns=START_NS - DAY_NS)
    store(10, start_ns=ns_from_iso("1976-01-01T00:00:00Z"))
    answer = await client.get(
        CANDLES, query={"source": "live:test", "from": "1976-01-01", "to": "2026-02-01", "limit": 1_000}
    )
    assert len(answer.data["items"]) == 1_000
    assert answer.data["next_cursor"]


async def test_daily_candles_of_a_currency_are_those_of_new_york(client):
    start_ns = ns_from_iso("2024-03-07T22:00:00Z")
    hours = candles_of(make_candles(48, start_ns=start_ns, interval_ns=60 * MINUTE_NS))
    candle_store.append_candles("live:test", "EUR-USD", "1h", hours)
    answer = await client.get(f"{API}/markets/EUR-USD/candles/", query={"interval": "1d", "source": "live:test"})
    assert times(answer)[0] == "2024-03-07T22:00:00.000Z"


async def test_the_series_of_a_symbol_are_listed_with_their_hashes(client):
    store(300, start_ns=START_NS)
    found = (await client.get(f"{API}/markets/BTC-USDT/series/")).data
    assert [(each["source"], each["interval"], each["rows"]) for each in found] == [("live:test", "1m", 300)]
    assert found[0]["from"] == iso_from_ns(START_NS)
    assert found[0]["content_hash"] == candle_store.range_hash("BTC-USDT", "1m")
    assert (await client.get(f"{API}/markets/NONE-USD/series/")).code == "UNKNOWN_SYMBOL"


async def test_a_live_market_is_closed_outside_of_its_hours(client, monkeypatch):
    await play(make_bars(3), source="live:test", symbol="EUR-USD")
    await play(make_bars(3), source="live:test")
    monkeypatch.setattr(calendars, "is_open", lambda calendar, time_ns: False)
    assert not services.is_closed("BTC-USDT")  # it never closes
    await play(make_bars(3), source="live:test", symbol="EUR-USD")
    assert services.is_closed("EUR-USD")
    monkeypatch.undo()
    assert services.is_closed("EUR-USD") is not calendars.is_open("fx", services.SYSTEM_CLOCK.now_ns())
    await play(make_bars(3), source="replay", symbol="EUR-USD")
    assert not services.is_closed("EUR-USD")


async def test_a_live_market_whose_exchange_is_not_known_yet_is_closed_until_it_is(client, monkeypatch):
    loaded = []
    monkeypatch.setattr(calendars, "is_loaded", lambda calendar: bool(loaded))
    monkeypatch.setattr(calendars, "load", loaded.append)
    monkeypatch.setattr(calendars, "is_open", lambda calendar, time_ns: True)
    monkeypatch.setattr(services, "_calendars_asked_for", set())
    await play(make_bars(3), source="live:test", symbol="AAPL-USD")
    assert services.is_closed("AAPL-USD")
    async with asyncio.timeout(20):
        while True:
            if not services.is_closed("AAPL-USD"):
                break
            await asyncio.sleep(0)
    assert loaded == ["equities"]


# Splits and dividends ------------------------------------------------------------------------------------------------

ACTIONS = f"{API}/corporate-actions/"
SPLIT = {"symbol": "AAPL-USD", "kind": "split", "ex_date": "2020-08-31", "ratio": "4:1"}


@pytest.fixture
def shares(client):
    """Two sessions of AAPL before a split and one after it."""
    days = [ns_from_iso(f"2020-08-{day}T00:00:00Z") for day in (27, 28, 31)]
    closes = [500.0, 499.25, 129.04]
    candle_store.append_candles("archive", "AAPL-USD", "1d", Candles(days, closes, closes, closes, closes, [1e6] * 3))
    return client


async def closes(client, adjust, **more):
    query = {"interval": "1d", "source": "archive", "adjust": adjust, **more}
    answer = await client.get(f"{API}/markets/AAPL-USD/candles/", query=query)
    return [row["close"] for row in answer.data["items"]]


async def test_prices_are_adjusted_by_choice(shares):
    assert (await shares.post(ACTIONS, json=SPLIT)).status == 201
    dividend = {"symbol": "AAPL-USD", "kind": "dividend", "ex_date": "2020-08-28", "amount": "5"}
    assert (await shares.post(ACTIONS, json=dividend)).status == 201
    assert await closes(shares, "none") == ["500.00", "499.25", "129.04"]
    assert await closes(shares, "splits") == ["125.000000", "124.812500", "129.040000"]
    assert await closes(shares, "all") == ["123.750000", "124.812500", "129.040000"]
    assert await closes(shares, "all", to="2020-08-28T00:00:00Z") == ["123.750000"]


async def test_a_market_in_memory_is_adjusted_too(client):
    day = START_NS // DAY_NS * DAY_NS
    bars = [
        Candle(day - MINUTE_NS, 40_000, 40_000, 40_000, 40_000, 10),
        Candle(day, 10_000, 10_000, 10_000, 10_000, 10),
    ]
    await client.post(ACTIONS, json={**SPLIT, "symbol": "BTC-USDT", "ex_date": iso_from_ns(day)[:10]})
    await play(bars, source="replay")
    rows = (await client.get(CANDLES, query={"adjust": "splits"})).data["items"]
    assert [row["close"] for row in rows] == ["100.000000", "100.000000"]
    assert (await client.get(CANDLES)).data["items"][0]["close"] == "400.00"


async def test_actions_are_listed_by_page_shown_and_deleted(client):
    days = ["2020-01-02", "2020-01-03", "2020-02-01"]
    made = [(await client.post(ACTIONS, json={**SPLIT, "ex_date": day})).data for day in days]
    first = (await client.get(ACTIONS, query={"limit": 2})).data
    assert [item["ex_date"] for item in first["items"]] == days[:2]
    rest = (await client.get(ACTIONS, query={"limit": 2, "cursor": first["next_cursor"]})).data
    assert (rest["items"], rest["next_cursor"]) == ([made[2]], None)
    assert (await client.get(f"{ACTIONS}{made[0]['id']}/")).data == made[0]
    assert made[0]["ratio"] == "4:1"
    assert (await client.delete(f"{ACTIONS}{made[0]['id']}/")).status == 204
    assert (await client.get(f"{ACTIONS}{made[0]['id']}/")).code == "NOT_FOUND"
    assert len((await client.get(ACTIONS, query={"symbol": "AAPL-USD", "kind": "split"})).data["items"]) == 2
    assert (await client.get(ACTIONS, query={"symbol": "MSFT-USD"})).data["items"] == []


async def test_a_second_split_of_a_day_is_a_conflict(client):
    await client.post(ACTIONS, json=SPLIT)
    again = await client.post(ACTIONS, json={**SPLIT, "ratio": "2:1"})
    assert (again.status, again.code) == (409, "ACTION_EXISTS")


@pytest.mark.parametrize(
    ("field", "change"), [("ratio", {"ratio": "x"}), ("ex_date", {"ex_date": "soon"}), ("kind", {"kind": "spin-off"})]
)
async def test_an_action_at_fault_is_refused_by_field(client, field, change):
    answer = await client.post(ACTIONS, json={**SPLIT, **change})
    assert (answer.status, answer.code, list(answer.details)) == (400, "VALIDATION_FAILED", [field])


async def test_a_file_is_imported_whole_or_not_at_all(client):
    path = f"{ACTIONS}import/"
    good = "symbol,ex_date,kind,ratio,amount\nAAPL-USD,2020-08-31,split,4:1,\nAAPL-USD,2020-08-07,dividend,,0.82\n"
    answer = await client.post(path, body=form(good), headers=MULTIPART)
    assert answer.data == {"added": 2, "replaced": 0, "unchanged": 0}
    answer = await client.post(path, body=form(good.replace("4:1", "5:1")), headers=MULTIPART)
    assert answer.data == {"added": 0, "replaced": 1, "unchanged": 1}
    answer = await client.post(path, body=form(f"{good}MSFT-USD,2020-01-02,split,0,\n"), headers=MULTIPART)
    assert (answer.status, list(answer.details)) == (400, ["file"])
    assert "Line 4: ratio" in answer.json()["message"]
    ratios = [item["ratio"] for item in (await client.get(ACTIONS)).data["items"]]
    assert ratios == [None, "5:1"]


async def test_the_universe_has_a_calendar_for_every_symbol(client):
    assert all(calendars.is_calendar(instrument.calendar) for instrument in UNIVERSE.list())


async def test_the_newest_closed_candles_are_those_of_memory_and_of_a_live_source_those_stored_before_it(client):
    stored = store(300, start_ns=START_NS - 300 * MINUTE_NS)
    bars = make_bars(10)
    await play(bars, source="live:test")
    memory = await services.closed_candles("BTC-USDT", "1m", limit=5)
    assert memory.time_ns == [bar.time_ns for bar in bars[4:9]]  # the last bar is still forming
    assert memory.close == [bar.close_ticks / 100 for bar in bars[4:9]]
    both = await services.closed_candles("BTC-USDT", "1m", limit=20)
    assert (len(both), both.close[:11]) == (20, stored.close[-11:])
    before = await services.closed_candles("BTC-USDT", "1m", limit=20, before_ns=bars[3].time_ns)
    assert (len(before), before.time_ns[-1]) == (20, bars[2].time_ns)
    hours = await services.closed_candles("BTC-USDT", "1h", limit=3)
    assert hours.time_ns == [START_NS - number * 60 * MINUTE_NS for number in (3, 2, 1)]


async def test_there_are_no_closed_candles_without_a_market_or_of_an_interval_that_it_does_not_make(client):
    assert await services.closed_candles("BTC-USDT", "1m", limit=5) is None
    store(300, start_ns=START_NS - 300 * MINUTE_NS, source="simulated")
    await play(make_bars(3), source="simulated")
    simulated = await services.closed_candles("BTC-USDT", "1m", limit=5)
    assert len(simulated) == 2  # and nothing of what is stored: it was another simulation
    assert services.playing() == "simulated:set-1"
