"""Trailing stops, take-profits, ends, icebergs and reduce-only orders over REST, and how they read back."""

import csv
import io

import pytest

from trading.audit import Walk
from trading.export import csv_lines
from trading.journal.reading import JournalReader
from trading.orders.serializers import OrderIn
from trading.services import JOURNAL_FILE

ORDERS = "/api/v1/orders/"
FIELDS = ("trail_amount", "trail_percent", "limit_offset", "watermark", "expires_at", "reduce_only", "display_quantity")


def terms_of(order: dict) -> dict:
    """What of the terms an order says, without what it does not."""
    return {name: order[name] for name in FIELDS if order[name] not in (None, False)}


async def test_a_trailing_stop_reads_back_with_its_stop_where_it_is_now(client, place, buy, set_price):
    set_price(50_000)
    await buy()
    answer = await place(side="sell", type="trailing_stop", price=None, trail_amount="500")
    assert (answer.status, answer.data["status"], answer.data["stop_price"]) == (201, "pending", "49500.00")
    assert terms_of(answer.data) == {"trail_amount": "500.00", "watermark": "50000.00"}
    set_price(51_000)
    order = (await client.patch(f"{ORDERS}{answer.data['id']}/", json={"quantity": "0.009"})).data
    assert (order["stop_price"], order["watermark"], order["quantity"]) == ("50500.00", "51000.00", "0.00900")
    read = (await client.get(f"{ORDERS}{answer.data['id']}/")).data
    listed = (await client.get(ORDERS)).data["items"]
    assert listed == [read] == [order]


async def test_a_trailing_stop_limit_by_percent_shows_its_limit_and_is_filled_beyond_its_stop(
    client, desk, place, buy, set_price
):
    set_price(50_000)
    await buy()
    asked = {"side": "sell", "type": "trailing_stop_limit", "price": None, "trail_percent": "1.5", "limit_offset": "10"}
    order = (await place(**asked)).data
    assert (order["stop_price"], order["price"]) == ("49250.00", "49240.00")
    assert terms_of(order) == {"trail_percent": "1.5", "limit_offset": "10.00", "watermark": "50000.00"}
    set_price(49_000, from_ticks=5_000_000)
    await desk.wait_until_durable()
    order = (await client.get(f"{ORDERS}{order['id']}/")).data
    assert (order["status"], order["average_price"]) == ("filled", "49249.99")


@pytest.mark.parametrize(("kind", "price"), [("take_profit", None), ("take_profit_limit", "50990")])
async def test_a_take_profit_sells_when_the_price_has_risen(client, desk, place, buy, set_price, kind, price):
    set_price(50_000)
    await buy()
    order = (await place(side="sell", type=kind, stop_price="51000", price=price)).data
    assert order["status"] == "pending"
    set_price(51_500, from_ticks=5_000_000)
    await desk.wait_until_durable()
    order = (await client.get(f"{ORDERS}{order['id']}/")).data
    assert (order["status"], order["average_price"]) == ("filled", "50999.99")


async def test_a_gtd_order_keeps_its_end_to_the_nanosecond_and_may_be_given_another(client, place, set_price):
    set_price(50_000)
    order = (await place(price="40000", time_in_force="gtd", expires_at="2030-01-01T00:00:00.000000001Z")).data
    assert terms_of(order) == {"expires_at": "2030-01-01T00:00:00.000000001Z"}
    changed = await client.patch(f"{ORDERS}{order['id']}/", json={"expires_at": "2031-01-01"})
    assert changed.data["expires_at"].startswith("2031-01-01T00:00:00")
    refused = await client.patch(f"{ORDERS}{order['id']}/", json={"expires_at": "2001-01-01"})
    assert (refused.status, list(refused.details)) == (400, ["expires_at"])


async def test_a_day_order_ends_with_the_session_of_its_market(client, place, set_price):
    set_price(50_000)
    order = (await place(price="40000", time_in_force="day")).data
    assert terms_of(order) == {"expires_at": "2023-11-15T00:00:00.000Z"}
    share = await place(symbol="AAPL-USD", quantity="1", price="100", time_in_force="day")
    assert share.data["expires_at"] == "2023-11-15T21:00:00.000Z"


async def test_reduce_only_is_refused_with_a_code_of_its_own_and_cut_with_a_reason(client, place, buy, set_price):
    set_price(50_000)
    refused = await buy(side="sell", reduce_only=True)
    assert (refused.status, refused.code) == (422, "REDUCE_ONLY")
    assert refused.details["position"] == "0.00000"
    await buy()
    set_price(50_000)
    order = (await buy(side="sell", quantity="0.03", reduce_only=True)).data
    assert (order["status"], order["quantity"], order["reduce_only"]) == ("filled", "0.01000", True)
    assert order["status_reason"] == "Reduce only: cut from 0.03000 to 0.01000 BTC, which is the whole position."


async def test_an_iceberg_says_what_it_shows(client, place, set_price):
    set_price(50_000)
    order = (await place(price="49000", display_quantity="0.002")).data
    assert terms_of(order) == {"display_quantity": "0.00200"}


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ({"type": "trailing_stop", "price": None, "trail_percent": "2"}, "510.255"),
        ({"type": "take_profit", "price": None, "stop_price": "49000"}, "490.245"),
        ({"price": "49000", "time_in_force": "day"}, "490.245"),
        ({"price": "49000", "display_quantity": "0.001"}, "490.245"),
    ],
)
async def test_a_preview_says_what_the_order_would_hold_and_places_nothing(client, set_price, asked, held):
    set_price(50_000)
    order = {"symbol": "BTC-USDT", "side": "buy", "type": "limit", "quantity": "0.01", **asked}
    order = {name: value for name, value in order.items() if value is not None}
    preview = (await client.post(f"{ORDERS}preview/", json=order)).data
    assert (preview["accepted"], preview["held"]) == (True, {"asset": "USDT", "amount": held})
    assert preview["resting_quantity"] == "0.01000"
    assert (await client.get(ORDERS)).data["items"] == []


@pytest.mark.parametrize("example", OrderIn.example_bodies.values(), ids=OrderIn.example_bodies)
async def test_what_swagger_lets_one_choose_is_taken_by_the_exchange(client, buy, set_price, example):
    set_price(60_000)
    await buy()
    preview = (await client.post(f"{ORDERS}preview/", json=example)).data
    assert (preview["accepted"], preview["reason"]) == (True, None)


async def test_a_preview_of_reduce_only_says_why_not(client, set_price):
    set_price(50_000)
    order = {"symbol": "BTC-USDT", "side": "sell", "type": "market", "quantity": "0.01", "reduce_only": True}
    preview = (await client.post(f"{ORDERS}preview/", json=order)).data
    assert (preview["accepted"], preview["code"]) == (False, "REDUCE_ONLY")
    assert "position in BTC-USDT is 0.00000" in preview["reason"]


async def test_the_journal_as_a_table_has_a_column_for_each_of_them(client, desk, place, buy, set_price, tmp_path):
    set_price(50_000)
    await buy(quantity="0.05")
    await place(side="sell", type="trailing_stop_limit", price=None, trail_percent="1.5", limit_offset="10")
    await place(price="40000", time_in_force="gtd", expires_at="2030-01-01T00:00:00Z", display_quantity="0.002")
    await place(side="sell", price="60000", reduce_only=True)
    set_price(51_000, from_ticks=5_000_000)
    await desk.wait_until_durable()
    journal = JournalReader(tmp_path / JOURNAL_FILE)
    text = "".join(
        line if line.endswith("\n") else f"{line}\n" for line in csv_lines(Walk(journal), from_seq=1, account_id=None)
    )
    journal.close()
    rows = list(csv.DictReader(io.StringIO(text)))
    trailing, iceberg, reducing = (row for row in rows if row["event"] == "order_accepted" and row["type"] != "market")
    assert (trailing["trail_percent"], trailing["limit_offset"], trailing["watermark"]) == ("1.5", "10.00", "50000.00")
    assert (iceberg["expires_at"], iceberg["display_quantity"]) == ("2030-01-01T00:00:00.000Z", "0.00200")
    assert reducing["reduce_only"] == "true"
    (moved,) = (row for row in rows if row["event"] == "stops_trailed")
    assert (moved["symbol"], moved["watermark"]) == ("BTC-USDT", "51000.00")
