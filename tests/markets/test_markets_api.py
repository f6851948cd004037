"""Markets and the feed over REST, through the real ASGI application."""

import asyncio
from decimal import Decimal

import pytest

from kit.clock import iso_from_ns, ns_from_iso
from markets import services
from markets.datasets.records import ImportSpec
from markets.instruments import DEFAULT_INSTRUMENTS, make_instrument
from markets.sources.simulated import SimulatedSource
from tests.markets.conftest import MINUTE_NS, START_NS

pytestmark = pytest.mark.django_db(transaction=True)

API = "/api/v1"
DEADLINE_S = 20.0
CSV_ROWS = 300


@pytest.fixture
async def market():
    """The simulated market, paused after its first round, with two hours behind it."""
    source = SimulatedSource(DEFAULT_INSTRUMENTS, start_ns=START_NS, history_minutes=120)
    await services.FEED.switch(source, speed=1, is_paused=True)
    await services.FEED.step(1)
    yield services.BOARD
    await services.FEED.switch(None, speed=1, is_paused=False)


@pytest.fixture
async def no_market():
    await services.FEED.switch(None, speed=1, is_paused=False)
    yield
    await services.FEED.switch(None, speed=1, is_paused=False)


@pytest.fixture
def dataset(tmp_path):
    """A data set of one-minute bars of a symbol of its own, imported as a worker would."""
    from markets.datasets import importing
    from markets.datasets import services as datasets

    file = tmp_path / "bars.csv"
    lines = ["time,open,high,low,close,volume"]
    for minute in range(CSV_ROWS):
        price = 100 + minute % 17 / 10
        opened = iso_from_ns(START_NS + minute * MINUTE_NS)
        lines.append(f"{opened},{price:.2f},{price + 0.5:.2f},{price - 0.5:.2f},{price + 0.1:.2f},{minute % 7}.25")
    file.write_text("\n".join(lines) + "\n")
    spec = ImportSpec(str(file), file.name, str(datasets.datasets_dir()), symbol="ZZZ-USD", interval="1m")
    found, _ = datasets.enter(importing.import_file(spec, SilentProgress()))
    return found.id


class SilentProgress:
    """Nobody watches this import."""

    def update(self, fraction, message=""):
        assert 0 <= fraction <= 1


async def finished(client):
    """Ask until the replay has ended."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            feed = services.get_feed()
            if feed.finished or feed.status == "failed":
                return (await client.get(f"{API}/feed/")).data
            await asyncio.sleep(0)


async def test_symbols_tell_how_they_are_traded(client):
    answer = await client.get(f"{API}/symbols/BTC-USDT/")
    assert answer.data == {
        "symbol": "BTC-USDT",
        "base": "BTC",
        "quote": "USDT",
        "tick_size": "0.01",
        "lot_size": "0.00001",
        "min_notional": "5",
        "min_quantity": "0.00001",
        "max_quantity": None,
        "fees": {"maker_bps": 2.0, "taker_bps": 5.0},
        "calendar": "24/7",
    }
    page = (await client.get(f"{API}/symbols", query={"limit": 2})).data
    assert [item["symbol"] for item in page["items"]] == ["BTC-USDT", "ETH-USDT"]
    rest = (await client.get(f"{API}/symbols/", query={"limit": 1000, "cursor": page["next_cursor"]})).data
    assert rest["items"][0]["symbol"] == "SOL-USDT"
    assert rest["next_cursor"] is None


async def test_a_ticker_is_priced_in_the_instruments_digits(client, market):
    ticker = (await client.get(f"{API}/markets/EUR-USD/ticker/")).data
    assert {"last", "bid", "ask", "change_24h", "high_24h", "low_24h", "volume_24h"} < set(ticker)
    assert (ticker["source"], ticker["stale"]) == ("simulated", False)
    assert all(len(ticker[name].partition(".")[2]) == 5 for name in ("last", "bid", "ask", "high_24h", "low_24h"))
    assert "." not in ticker["volume_24h"]
    assert Decimal(ticker["bid"]) < Decimal(ticker["ask"])
    assert Decimal(ticker["low_24h"]) <= Decimal(ticker["last"]) <= Decimal(ticker["high_24h"])
    every = (await client.get(f"{API}/markets/")).data
    assert ticker in every["items"]
    whole = (await client.get(f"{API}/markets/EUR-USD/")).data
    assert whole["ticker"] == ticker
    assert whole["status"] == "open"
    assert whole["instrument"]["tick_size"] == "0.00001"


async def test_the_order_book_has_the_depth_asked_for_and_one_checksum(client, market):
    whole = (await client.get(f"{API}/markets/BTC-USDT/orderbook/")).data
    top = (await client.get(f"{API}/markets/BTC-USDT/orderbook/", query={"depth": 3})).data
    assert len(whole["bids"]) == len(whole["asks"]) == 20
    assert top["bids"] == whole["bids"][:3]
    assert top["asks"] == whole["asks"][:3]
    assert top["checksum"] == whole["checksum"]
    assert Decimal(whole["bids"][0][0]) < Decimal(whole["asks"][0][0])
    assert (await client.get(f"{API}/markets/BTC-USDT/orderbook/", query={"depth": 0})).status == 400


async def test_trades_come_newest_first_and_page_by_page(client, market):
    await services.FEED.step(49)
    first = (await client.get(f"{API}/markets/BTC-USDT/trades/", query={"limit": 30})).data
    rest = (await client.get(f"{API}/markets/BTC-USDT/trades/", query={"cursor": first["next_cursor"]})).data
    trades = first["items"] + rest["items"]
    assert len(trades) == 50
    assert rest["next_cursor"] is None
    assert [trade["time"] for trade in trades] == sorted((trade["time"] for trade in trades), reverse=True)
    assert set(trades[0]) == {"price", "quantity", "side", "time"}
    assert (first["source"], first["stale"]) == ("simulated", False)


async def test_candles_are_oldest_first_and_the_newest_without_from(client, market):
    path = f"{API}/markets/BTC-USDT/candles/"
    newest = (await client.get(path, query={"limit": 50})).data
    times = [candle["time"] for candle in newest["items"]]
    assert times == sorted(times)
    assert times[-1] == iso_from_ns(START_NS), "the forming one"
    older = (await client.get(path, query={"limit": 1000, "cursor": newest["next_cursor"]})).data
    assert len(older["items"]) == 121 - 50
    assert older["items"][-1]["time"] < times[0]
    assert older["next_cursor"] is None
    assert set(times).isdisjoint(candle["time"] for candle in older["items"])


async def test_candles_from_a_time_go_forward_page_by_page(client, market):
    path = f"{API}/markets/BTC-USDT/candles/"
    start = iso_from_ns(START_NS - 60 * MINUTE_NS)
    first = (await client.get(path, query={"from": start, "to": iso_from_ns(START_NS), "limit": 40})).data
    assert first["items"][0]["time"] == start
    second = await client.get(
        path, query={"from": start, "to": iso_from_ns(START_NS), "limit": 40, "cursor": first["next_cursor"]}
    )
    times = [candle["time"] for candle in first["items"] + second.data["items"]]
    assert times == [iso_from_ns(START_NS + minute * MINUTE_NS) for minute in range(-60, 0)], "to is not included"
    assert second.data["next_cursor"] is None
    hours = (await client.get(path, query={"interval": "1h"})).data["items"]
    assert [candle["time"] for candle in hours] == [iso_from_ns(START_NS + n * 60 * MINUTE_NS) for n in (-2, -1, 0)]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"}, "from"),
        ({"limit": 10**9}, "limit"),
        ({"limit": -1}, "limit"),
        ({"interval": "2m"}, "interval"),
        ({"from": "yesterday"}, "from"),
        ({"form": "2026-01-01T00:00:00Z"}, "form"),
        ({"cursor": "AAAA"}, "cursor"),
    ],
)
async def test_a_bad_question_for_candles_names_its_field(client, query, field):
    answer = await client.get(f"{API}/markets/BTC-USDT/candles/", query=query)
    assert answer.status == 400
    assert field in answer.details


async def test_fifty_years_of_minutes_are_cut_to_a_page_with_a_cursor(client, market):
    answer = await client.get(
        f"{API}/markets/BTC-USDT/candles/", query={"from": "1976-01-01", "to": "2026-01-01", "limit": 100}
    )
    assert len(answer.data["items"]) == 100
    assert answer.data["next_cursor"]


@pytest.mark.parametrize(
    "symbol", ["btc-usdt", "NO-SUCH", "BTC", "' OR 1=1 --", "{{7*7}}", "%2e%2e%2fpasswd", "BTC-USDT;DROP", "x" * 300]
)
@pytest.mark.parametrize("path", ["symbols/{}/", "markets/{}/ticker/", "markets/{}/candles/"])
async def test_what_is_no_symbol_is_not_found(client, symbol, path):
    answer = await client.get(f"{API}/{path.format(symbol)}")
    assert answer.status == 404
    assert answer.code in ("UNKNOWN_SYMBOL", "NOT_FOUND")


async def test_a_symbol_that_never_had_a_market_says_so(client, no_market):
    services.UNIVERSE.add(make_instrument("NEW-USD", tick="0.01", lot="1"))
    ticker = (await client.get(f"{API}/markets/NEW-USD/ticker/")).data
    assert (ticker["last"], ticker["source"], ticker["stale"]) == (None, None, True)
    book = (await client.get(f"{API}/markets/NEW-USD/orderbook/")).data
    assert (book["bids"], book["asks"], book["stale"]) == ([], [], True)
    assert (await client.get(f"{API}/markets/NEW-USD/trades/")).data["items"] == []
    assert (await client.get(f"{API}/markets/NEW-USD/candles/")).data["items"] == []


async def test_exchanges_are_the_sources_with_their_state(client, market):
    page = (await client.get(f"{API}/exchanges/")).data
    assert [venue["id"] for venue in page["items"]] == ["simulated", "replay", "binance"]
    binance = page["items"][2]
    assert (binance["status"], binance["source"], binance["stale"]) == ("idle", "live:binance", True)
    simulated = (await client.get(f"{API}/exchanges/simulated/")).data
    assert simulated["status"] == "paused"
    assert simulated["breaker"] == "closed"
    assert "BTC-USDT" in simulated["symbols"]
    assert (await client.get(f"{API}/exchanges/replay/")).data["status"] == "idle"
    assert (await client.get(f"{API}/exchanges/kraken/")).code == "NOT_FOUND"


async def test_a_data_set_is_replayed_at_full_speed_and_gives_its_own_candles(client, dataset, market):
    put = await client.put(f"{API}/feed/", json={"source": "replay", "dataset": dataset, "speed": 0})
    assert put.data["source"] == "replay"
    content_hash = (await client.get(f"{API}/datasets/{dataset}/")).data["content_hash"]
    assert put.data["dataset_hash"] == content_hash, "what is computed from it can name what it was computed from"
    feed = await finished(client)
    assert (feed["status"], feed["finished"], feed["error"]) == ("finished", True, None)
    assert feed["position"] == {
        "time": iso_from_ns(START_NS + CSV_ROWS * MINUTE_NS - 1_000_000),
        "index": CSV_ROWS,
        "total": CSV_ROWS,
    }
    path = f"{API}/markets/ZZZ-USD/candles/"
    live = (await client.get(path, query={"limit": 1000})).data
    stored = (await client.get(path, query={"limit": 1000, "dataset": dataset})).data
    assert live["items"] == stored["items"]
    assert len(live["items"]) == CSV_ROWS
    assert (live["source"], live["stale"]) == ("replay", True), "nothing feeds it any more"
    market_shown = (await client.get(f"{API}/markets/ZZZ-USD/")).data
    assert (market_shown["status"], market_shown["stale"]) == ("open", True), "it can still be traded on"
    assert (await client.get(f"{API}/exchanges/replay/")).data["stale"]
    assert (stored["source"], stored["stale"]) == ("dataset", True)
    for interval in ("5m", "1h"):
        live = (await client.get(path, query={"interval": interval})).data["items"]
        assert live == (await client.get(path, query={"interval": interval, "dataset": dataset})).data["items"]


@pytest.mark.parametrize(("interval", "minutes"), [("2m", 2), ("7m", 7), ("30m", 30), ("60m", 60), ("1h", 60)])
async def test_a_data_set_gives_candles_of_any_whole_interval(client, dataset, interval, minutes):
    path = f"{API}/markets/ZZZ-USD/candles/"
    stored = (await client.get(path, query={"dataset": dataset, "limit": 1000})).data["items"]
    found = (await client.get(path, query={"dataset": dataset, "interval": interval, "limit": 1000})).data["items"]
    groups = {}
    for candle in stored:
        minute = ns_from_iso(candle["time"]) // MINUTE_NS
        groups.setdefault(minute // minutes * minutes, []).append(candle)
    assert [candle["time"] for candle in found] == [iso_from_ns(minute * MINUTE_NS) for minute in groups]
    for candle, parts in zip(found, groups.values(), strict=True):
        assert (candle["open"], candle["close"]) == (parts[0]["open"], parts[-1]["close"])
        assert Decimal(candle["high"]) == max(Decimal(part["high"]) for part in parts)
        assert Decimal(candle["volume"]) == sum(Decimal(part["volume"]) for part in parts)


@pytest.mark.parametrize(
    ("interval", "says"),
    [("2d", "up to 1d"), ("1s", "such as 1m"), ("0m", "such as 1m"), ("m", "such as 1m"), ("400d", "such as 1m")],
)
async def test_an_interval_that_a_data_set_cannot_give_is_refused_with_what_it_can(client, dataset, interval, says):
    answer = await client.get(f"{API}/markets/ZZZ-USD/candles/", query={"dataset": dataset, "interval": interval})
    assert (answer.status, list(answer.details)) == (400, ["interval"])
    assert says in answer.details["interval"][0]


async def test_a_market_says_which_intervals_it_has(client, market):
    answer = await client.get(f"{API}/markets/BTC-USDT/candles/", query={"interval": "30m"})
    assert (answer.status, list(answer.details)) == (400, ["interval"])
    assert "1m, 5m, 15m, 1h, 4h, 1d" in answer.details["interval"][0]


async def test_a_paused_replay_goes_on_step_by_step(client, dataset, no_market):
    body = {"source": "replay", "dataset": dataset, "speed": 0, "paused": True}
    assert (await client.put(f"{API}/feed/", json=body)).data["status"] == "paused"
    assert (await client.get(f"{API}/markets/ZZZ-USD/ticker/")).data["stale"], "no price before the first step"
    stepped = (await client.post(f"{API}/feed/step/", json={"steps": 3})).data
    assert stepped["steps"] == 3
    assert stepped["feed"]["position"]["index"] == 3
    assert (await client.get(f"{API}/markets/ZZZ-USD/ticker/")).data["last"] == "100.3"
    assert (await client.post(f"{API}/feed/step", json={})).data["feed"]["position"]["index"] == 4, (
        "one unless said otherwise"
    )
    again = (await client.put(f"{API}/feed/", json=body)).data
    assert again["position"]["index"] == 4, "the same choice changes nothing"
    assert (await client.put(f"{API}/feed/", json={"paused": False})).data["source"] == "replay"
    assert (await finished(client))["position"]["index"] == CSV_ROWS
    assert (await client.post(f"{API}/feed/step/", json={"steps": 1})).code == "FEED_NOT_RUNNING"
    replayed = (await client.put(f"{API}/feed/", json=body)).data
    assert (replayed["status"], replayed["position"]["index"]) == ("paused", 0), "a finished one begins again"


async def test_a_switch_leaves_the_last_values_marked_stale(client, dataset, market):
    before = (await client.get(f"{API}/markets/BTC-USDT/ticker/")).data
    await client.put(f"{API}/feed/", json={"dataset": dataset, "paused": True})
    after = (await client.get(f"{API}/markets/BTC-USDT/ticker/")).data
    assert after == {**before, "stale": True, "age_ms": after["age_ms"]}
    assert after["age_ms"] >= 0 and before["age_ms"] is None
    assert (await client.get(f"{API}/markets/BTC-USDT/")).data["status"] == "closed"
    assert (await client.get(f"{API}/markets/BTC-USDT/candles/")).data["stale"]


async def test_a_symbol_nothing_feeds_shows_the_candles_of_its_data_set(client, dataset, no_market):
    page = (await client.get(f"{API}/markets/ZZZ-USD/candles/", query={"interval": "15m", "limit": 7})).data
    assert len(page["items"]) == 7
    assert (page["source"], page["stale"]) == ("dataset", True)
    assert page["items"][-1]["time"] == iso_from_ns(START_NS + (CSV_ROWS - 15) * MINUTE_NS)
    older = (
        await client.get(f"{API}/markets/ZZZ-USD/candles/", query={"interval": "15m", "cursor": page["next_cursor"]})
    ).data
    assert len(older["items"]) == CSV_ROWS // 15 - 7
    wrong = await client.get(f"{API}/markets/BTC-USDT/candles/", query={"dataset": dataset})
    assert (wrong.status, list(wrong.details)) == (400, ["dataset"])


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"source": "replay"}, 400, "dataset"),
        ({"source": "csv"}, 400, "source"),
        ({"source": "live", "speed": 2}, 400, "speed"),
        ({"source": "live", "exchange": "nosuch"}, 422, "exchange"),
        ({"source": "live", "exchange": "http://169.254.169.254/"}, 422, "exchange"),
        ({"source": "simulated", "exchange": "binance"}, 400, "exchange"),
        ({"source": "simulated", "dataset": "x"}, 400, "dataset"),
        ({"speed": -1}, 400, "speed"),
        ({"speed": 1e9}, 400, "speed"),
        ({"speed": 0.001}, 400, "speed"),
        ({"paused": "yes"}, 400, "paused"),
        ({"seed": 5}, 400, "seed"),
        ({"dataset": "no-such-set"}, 404, None),
    ],
)
async def test_a_bad_choice_of_the_feed_changes_nothing(client, market, body, status, field):
    before = services.get_feed()
    answer = await client.put(f"{API}/feed/", json=body)
    assert answer.status == status
    assert field is None or field in answer.details
    assert services.get_feed() == before


@pytest.mark.parametrize("steps", [0, -1, 100_001, "5", 1.5])
async def test_a_number_of_steps_must_make_sense(client, market, steps):
    answer = await client.post(f"{API}/feed/step/", json={"steps": steps})
    assert answer.status == 400
    assert "steps" in answer.details


async def test_a_running_feed_cannot_be_stepped(client, market):
    services.FEED.set_pace(speed=0.01, is_paused=False)
    answer = await client.post(f"{API}/feed/step/", json={"steps": 1})
    assert (answer.status, answer.code) == (409, "FEED_NOT_PAUSED")


async def test_a_data_set_is_not_deleted_while_it_is_replayed(client, dataset, no_market):
    await client.put(f"{API}/feed/", json={"dataset": dataset, "paused": True})
    refused = await client.delete(f"{API}/datasets/{dataset}/")
    assert (refused.status, refused.code) == (409, "DATASET_IN_USE")
    await services.FEED.switch(None, speed=1, is_paused=False)
    assert (await client.delete(f"{API}/datasets/{dataset}/")).status == 204
