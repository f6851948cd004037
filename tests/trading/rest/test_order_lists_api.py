"""Order lists over REST: what is placed, how it reads back, and how it ends."""

import msgspec
import pytest

from trading import services

LISTS = "/api/v1/order-lists/"
ORDERS = "/api/v1/orders/"
BRACKET = {
    "type": "bracket",
    "symbol": "BTC-USDT",
    "side": "buy",
    "quantity": "0.01",
    "entry": {"price": "59900.00"},
    "take_profit": {"price": "66000.00"},
    "stop_loss": {"stop_price": "57000.00"},
}


@pytest.fixture
def place_list(desk, client, set_price):
    """POST a bracket at a price of 60,000, or what is said otherwise; None leaves a field out."""
    set_price(60_000)

    async def post(*, headers=None, **changes):
        body = {name: value for name, value in {**BRACKET, **changes}.items() if value is not None}
        return await client.post(LISTS, json=body, headers=headers or {})

    return post


async def test_a_bracket_answers_with_its_orders_as_they_stand(client, place_list):
    answer = await place_list()
    assert answer.status == 201
    placed = answer.data
    assert (placed["type"], placed["status"], placed["status_reason"], placed["fills"]) == (
        "bracket",
        "executing",
        None,
        [],
    )
    assert [(o["role"], o["side"], o["type"], o["status"]) for o in placed["orders"]] == [
        ("entry", "buy", "limit", "open"),
        ("take_profit", "sell", "limit", "pending"),
        ("stop_loss", "sell", "stop", "pending"),
    ]
    entry = placed["orders"][0]
    assert entry["id"] == placed["id"]
    assert {o["order_list_id"] for o in placed["orders"]} == {placed["id"]}
    assert placed["orders"][1]["status_reason"] == f"Waits for order {entry['id']} to fill."
    read = (await client.get(f"{LISTS}{placed['id']}/")).data
    assert read == {name: value for name, value in placed.items() if name != "fills"}
    assert (await client.get(LISTS)).data["items"] == [read]
    listed = (await client.get(ORDERS)).data["items"]
    assert [o["order_list_id"] for o in listed] == [placed["id"]] * 3


async def test_a_bracket_that_enters_at_once_answers_with_its_fills_and_ends_with_one_leg(
    client, place_list, set_price
):
    placed = (await place_list(entry={"type": "market"})).data
    assert [fill["order_id"] for fill in placed["fills"]] == [placed["id"]]
    assert [o["status"] for o in placed["orders"]] == ["filled", "open", "pending"]
    set_price(66_001)
    await services.get_desk().wait_until_durable()
    done = (await client.get(f"{LISTS}{placed['id']}/")).data
    assert done["status"] == "done"
    assert [o["status"] for o in done["orders"]] == ["filled", "filled", "canceled"]
    assert (await client.get(LISTS)).data["items"] == []
    assert (await client.get(f"{LISTS}?status=closed")).data["items"] == [done]


async def test_an_oco_holds_what_it_sells_once(client, place_list, buy):
    await buy(quantity="0.01")
    answer = await place_list(type="oco", side="sell", entry=None)
    assert answer.status == 201
    held = {b["asset"]: b["held"] for b in (await client.get("/api/v1/balances/")).data["items"]}
    assert held["BTC"] == "0.01"


async def test_an_oto_places_what_comes_then(client, place_list):
    answer = await place_list(
        type="oto", entry={"type": "market"}, then={"price": "61000.00"}, take_profit=None, stop_loss=None
    )
    assert [(o["role"], o["side"], o["status"]) for o in answer.data["orders"]] == [
        ("entry", "buy", "filled"),
        ("then", "sell", "open"),
    ]


async def test_canceling_a_list_cancels_what_is_open(client, place_list):
    placed = (await place_list()).data
    canceled = await client.delete(f"{LISTS}{placed['id']}/")
    assert canceled.status == 200
    assert (canceled.data["status"], canceled.data["status_reason"]) == ("canceled", "Canceled by its owner.")
    assert {o["status"] for o in canceled.data["orders"]} == {"canceled"}
    again = await client.delete(f"{LISTS}{placed['id']}/")
    assert (again.status, again.code) == (409, "ORDER_NOT_OPEN")


async def test_canceling_one_order_cancels_its_list(client, place_list):
    placed = (await place_list()).data
    stop = placed["orders"][2]["id"]
    assert (await client.delete(f"{ORDERS}{stop}/")).data["id"] == stop
    read = (await client.get(f"{LISTS}{placed['id']}/")).data
    assert read["status"] == "canceled"
    assert [o["status"] for o in read["orders"]] == ["canceled"] * 3


async def test_a_leg_takes_a_new_price(client, place_list, set_price):
    placed = (await place_list(entry={"type": "market"})).data
    stop = placed["orders"][2]["id"]
    answer = await client.patch(f"{ORDERS}{stop}/", json={"stop_price": "58000.00"})
    assert (answer.status, answer.data["stop_price"]) == (200, "58000.00")
    set_price(57_999)
    await services.get_desk().wait_until_durable()
    assert (await client.get(f"{ORDERS}{stop}/")).data["status"] == "filled"


async def test_a_refused_list_is_kept_with_its_reason(client, place_list):
    answer = await place_list(quantity="100")
    assert (answer.status, answer.code) == (422, "INSUFFICIENT_BALANCE")
    list_id = answer.details["order_list_id"]
    kept = (await client.get(f"{LISTS}{list_id}/")).data
    assert kept["status"] == "rejected"
    assert {o["status"] for o in kept["orders"]} == {"rejected"}
    assert kept["status_reason"] == answer.json()["message"]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"entry": None}, {"entry": ["The type bracket needs it."]}),
        ({"type": "oco"}, {"entry": ["The type oco takes none."]}),
        ({"type": "oto", "take_profit": None, "stop_loss": None}, {"then": ["The type oto needs it."]}),
        ({"take_profit": {"price": "66000.001"}}, {"take_profit.price": ["Must be a multiple of the tick size 0.01."]}),
        ({"quantity": "0.000001"}, {"quantity": ["Must be a multiple of the lot size 0.00001."]}),
        ({"take_profit": {"price": "1000.00"}}, {"take_profit.price": ["Must be above the price of the stop loss."]}),
        ({"stop_loss": {"stop_price": "57000.00", "quantity": "1"}}, {"stop_loss.quantity": ["Unknown field."]}),
        ({"type": "ladder"}, {"type": ["Must be one of: oco, oto, bracket."]}),
    ],
)
async def test_what_makes_no_list_is_named_by_its_fields(place_list, changes, fields):
    answer = await place_list(**changes)
    assert (answer.status, answer.code) == (400, "VALIDATION_FAILED")
    assert answer.details == fields


async def test_an_order_that_begins_no_list_is_none(client, place_list):
    placed = (await place_list()).data
    for order_id in (placed["orders"][1]["id"], "nothing"):
        for call in (client.get, client.delete):
            assert (await call(f"{LISTS}{order_id}/")).status == 404


async def test_lists_are_paged_newest_first(client, place_list):
    ids = [(await place_list(quantity="0.001")).data["id"] for _ in range(5)]
    for status in ("open", "all"):
        seen, cursor = [], None
        while True:
            after = f"&cursor={cursor}" if cursor else ""
            page = (await client.get(f"{LISTS}?status={status}&limit=2{after}")).data
            seen += [each["id"] for each in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert seen == ids[::-1]


async def test_the_same_key_places_a_list_once(client, place_list):
    first = await place_list(headers={"Idempotency-Key": "once"})
    again = await place_list(headers={"Idempotency-Key": "once"})
    assert first.body == again.body
    assert len((await client.get(LISTS)).data["items"]) == 1


async def test_a_bracket_goes_on_after_a_restart_in_the_middle(client, place_list, make_update):
    placed = (await place_list()).data
    at_entry = make_update(59_900 * 100)
    services.on_market(msgspec.structs.replace(at_entry, asks=((59_900 * 100, 400),)))
    await services.get_desk().wait_until_durable()
    before = (await client.get(f"{LISTS}{placed['id']}/")).data
    assert [o["quantity"] for o in before["orders"]] == ["0.01000", "0.00400", "0.00400"]
    await services.stop()
    await services.start()
    assert (await client.get(f"{LISTS}{placed['id']}/")).data == before
    services.on_market(make_update(56_000 * 100))
    await services.get_desk().wait_until_durable()
    after = (await client.get(f"{LISTS}{placed['id']}/")).data
    assert after["status"] == "done"
    filled = [o["filled_quantity"] for o in after["orders"]]
    assert filled[0] == filled[2]
    assert filled[1] == "0.00000"


async def test_the_type_of_a_leg_follows_from_what_it_says(place_list):
    placed = await place_list(
        take_profit={"stop_price": "66000.00", "price": "65990.00"},
        stop_loss={"trail_percent": "2", "limit_offset": "5"},
    )
    target, stop = placed.data["orders"][1:]
    assert (target["type"], target["price"], target["stop_price"]) == ("take_profit_limit", "65990.00", "66000.00")
    assert (stop["type"], stop["trail_percent"], stop["stop_price"]) == ("trailing_stop_limit", "2", None)


@pytest.mark.parametrize("method", ["get", "delete"])
async def test_a_list_that_there_is_not_is_called_a_list(client, desk, method):
    answer = await getattr(client, method)(f"{LISTS}nope/")
    assert (answer.status, answer.code, answer.json()["message"]) == (
        404,
        "NOT_FOUND",
        "There is no order list 'nope'.",
    )
