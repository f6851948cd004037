"""Many orders in one call: each answered as if it came alone, all durable together."""

import pytest

BATCH = "/api/v1/orders/batch/"
ORDERS = "/api/v1/orders/"
RESTING = {"symbol": "BTC-USDT", "side": "buy", "type": "limit", "quantity": "0.01", "price": "50000.00"}


@pytest.fixture
def place_batch(desk, client, set_price):
    """POST some orders in one call, at a price of 60,000."""
    set_price(60_000)

    async def post(*orders, headers=None):
        return await client.post(BATCH, json={"orders": list(orders)}, headers=headers or {})

    return post


async def test_each_order_has_the_answer_that_it_would_have_alone(client, place_batch, place):
    orders = [
        {**RESTING, "client_order_id": "one"},
        {"symbol": "BTC-USDT", "side": "buy", "type": "market", "quantity": 0.01},
        {**RESTING, "price": None},
        {**RESTING, "quantity": "100"},
        {**RESTING, "client_order_id": "one"},
        {**RESTING, "symbol": "NO-SUCH"},
        {**RESTING, "colour": "red"},
    ]
    answer = await place_batch(*orders)
    assert answer.status == 200
    items = answer.data["items"]
    assert [(item["status"], (item["error"] or {}).get("code")) for item in items] == [
        (201, None),
        (201, None),
        (400, "VALIDATION_FAILED"),
        (422, "INSUFFICIENT_BALANCE"),
        (409, "DUPLICATE_CLIENT_ORDER_ID"),
        (404, "UNKNOWN_SYMBOL"),
        (400, "VALIDATION_FAILED"),
    ]
    assert [item["data"]["status"] if item["data"] else None for item in items[:3]] == ["open", "filled", None]
    assert len(items[1]["data"]["fills"]) == 1
    for number in (2, 3, 5, 6):
        alone = await place(**orders[number])
        assert alone.code == items[number]["error"]["code"]
        expected, found = alone.details, items[number]["error"]["details"]
        if number == 3:
            expected.pop("order_id"), found.pop("order_id")
        assert found == expected
    assert [o["id"] for o in (await client.get(ORDERS)).data["items"]] == [items[0]["data"]["id"]]


async def test_a_batch_is_answered_once_for_its_key(client, place_batch):
    first = await place_batch(RESTING, RESTING, headers={"Idempotency-Key": "k"})
    again = await place_batch(RESTING, RESTING, headers={"Idempotency-Key": "k"})
    assert again.body == first.body
    assert again.headers["idempotent-replayed"] == "true"
    assert len((await client.get(ORDERS)).data["items"]) == 2


async def test_a_batch_becomes_durable_as_one(desk, place_batch):
    before = desk.journal_writer.batches
    await place_batch(*[RESTING] * 20)
    assert desk.entries == 21
    assert desk.journal_writer.batches - before == 1


async def test_nothing_of_a_batch_is_answered_before_it_is_durable(place_batch, store):
    store.fail_before_write = True
    answer = await place_batch(RESTING, RESTING)
    assert (answer.status, answer.code) == (503, "JOURNAL_UNAVAILABLE")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"orders": []}, "orders"),
        ({"orders": [RESTING] * 101}, "orders"),
        ({"orders": ["order"]}, "orders"),
        ({"orders": {}}, "orders"),
        ({}, "orders"),
        ({"orders": [RESTING], "atomic": True}, "atomic"),
    ],
)
async def test_what_is_no_batch_is_refused_whole(client, desk, body, field):
    answer = await client.post(BATCH, json=body)
    assert (answer.status, answer.code) == (400, "VALIDATION_FAILED")
    assert [name.split(".")[0] for name in answer.details] == [field]
