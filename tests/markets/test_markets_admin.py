"""Instruments and data sets in the admin."""

import json

import pytest
from asgiref.sync import sync_to_async

from markets import services
from markets.models import CorporateActionRow, DatasetRow
from tests.admin_person import log_in

INSTRUMENTS = "/admin/markets/instrument/"
DATASETS = "/admin/markets/datasetrow/"


@pytest.fixture
async def owner(client, settings, transactional_db):
    settings.RATE_LIMIT_RPS = 10_000
    return await log_in(client, "olga", is_superuser=True)


@pytest.fixture
async def market(settings):
    """The simulated market, at its first step."""
    settings.MARKET_SOURCE = "simulated"
    await services.start()
    yield
    await services.stop()


async def test_instruments_are_shown_with_their_market_now(owner, client, market):
    rows = {row["symbol"]: row for row in (await owner.open(INSTRUMENTS)).rows}
    tickers = (await client.get("/api/v1/markets/")).data["items"]
    assert list(rows) == sorted(each["symbol"] for each in tickers)
    assert rows["BTC-USDT"]["source"] == "simulated"
    assert rows["BTC-USDT"]["market_shown"] == "● open"
    page = await owner.open(f"{INSTRUMENTS}BTC-USDT/change/")
    assert (page.fields["Base"], page.fields["Quote"], page.fields["Tick"]) == ("BTC", "USDT", "0.01")


async def test_instruments_are_searched_filtered_and_sorted(owner, market):
    assert [row["symbol"] for row in (await owner.open(f"{INSTRUMENTS}?q=eth")).rows] == ["ETH-USDT"]
    of_equities = (await owner.open(f"{INSTRUMENTS}?calendar__exact=equities")).rows
    assert [row["symbol"] for row in of_equities] == ["AAPL-USD"]
    symbols = [row["symbol"] for row in (await owner.open(f"{INSTRUMENTS}?o=-0")).rows]
    assert len(symbols) >= 5 and symbols == sorted(symbols, reverse=True)
    assert (await owner.open(f"{INSTRUMENTS}NOT-HERE/change/")).answer.headers["location"] == "/admin/"


async def test_a_data_set_shows_what_was_found_in_it_and_cannot_be_changed(owner):
    row = DatasetRow(
        id="set-1", symbol="AAA-USD", kind="candles", interval="1m", content_hash="c" * 64, rows=10,
        from_ns=1_700_000_000_000_000_000, to_ns=1_700_000_600_000_000_000, price_decimals=2, volume_decimals=3,
        size_bytes=3 * 2**20, file_name="prices.csv", created_ns=1_700_000_900_000_000_000, quality={"gaps": 2},
    )  # fmt: skip
    await sync_to_async(row.save)()
    (shown,) = (await owner.open(f"{DATASETS}?q=prices")).rows
    assert (shown["symbol"], shown["size"], shown["since"]) == ("AAA-USD", "3.0 MiB", "2023-11-14T22:13:20.000Z")
    page = await owner.open(f"{DATASETS}set-1/change/")
    assert json.loads(page.fields["Quality"]) == {"gaps": 2}
    assert (await owner.send(f"{DATASETS}set-1/change/", [("symbol", "BBB-USD")])).status == 403
    assert (await owner.open(f"{DATASETS}set-1/delete/")).status == 403


async def test_splits_and_dividends_are_shown(owner):
    row = CorporateActionRow(
        id="act-1", symbol="AAA-USD", kind="split", ex_date="2020-08-31", ratio_new=4, ratio_old=1,
        created_ns=1_700_000_900_000_000_000,
    )  # fmt: skip
    await sync_to_async(row.save)()
    (shown,) = (await owner.open("/admin/markets/corporateactionrow/?q=AAA")).rows
    assert (shown["symbol"], shown["kind"], shown["ratio"]) == ("AAA-USD", "split", "4:1")
    page = await owner.open("/admin/markets/corporateactionrow/act-1/change/")
    assert page.fields["Ratio, new:old"] == "4:1"
