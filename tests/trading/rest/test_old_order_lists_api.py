"""Order lists whose orders left memory: they read as before, and what still waits of them goes on."""

import pytest

from trading import services

LISTS = "/api/v1/order-lists/"


@pytest.fixture
def place_bracket(desk, client, set_price):
    """POST a bracket that enters at once at 60,000."""
    set_price(60_000)

    async def post():
        body = {
            "type": "bracket",
            "symbol": "BTC-USDT",
            "side": "buy",
            "quantity": "0.01",
            "entry": {"type": "market"},
            "take_profit": {"price": "66000"},
            "stop_loss": {"stop_price": "57000"},
        }
        return (await client.post(LISTS, json=body)).data

    return post


async def let_ended_orders_leave(desk):
    desk._housekeeper.kept_ended_orders = 0
    await desk._keep_house()


async def test_a_list_that_left_memory_reads_as_before(client, desk, place_bracket, set_price):
    ids = [(await place_bracket())["id"] for _ in range(3)]
    set_price(56_000)
    await desk.wait_until_durable()
    before = (await client.get(f"{LISTS}?status=closed")).data
    assert [(each["id"], each["status"]) for each in before["items"]] == [(list_id, "done") for list_id in ids[::-1]]
    await let_ended_orders_leave(desk)
    assert desk.exchange.orders == {}
    assert (await client.get(f"{LISTS}?status=closed")).data == before
    assert (await client.get(f"{LISTS}{ids[0]}/")).data == before["items"][-1]
    canceled = await client.delete(f"{LISTS}{ids[0]}/")
    assert (canceled.status, canceled.code) == (409, "ORDER_NOT_OPEN")


async def test_a_list_whose_entry_left_memory_goes_on(client, desk, place_bracket, set_price):
    placed = await place_bracket()
    await let_ended_orders_leave(desk)
    assert placed["id"] not in desk.exchange.orders
    opened = (await client.get(LISTS)).data["items"]
    assert [(each["id"], each["status"]) for each in opened] == [(placed["id"], "executing")]
    await services.stop()
    await services.start()
    services.on_market(desk._markets["BTC-USDT"])
    set_price(66_001)
    await services.get_desk().wait_until_durable()
    done = (await client.get(f"{LISTS}{placed['id']}/")).data
    assert done["status"] == "done"
    assert [order["status"] for order in done["orders"]] == ["filled", "filled", "canceled"]


async def test_a_list_whose_entry_left_memory_can_be_canceled(client, desk, place_bracket):
    placed = await place_bracket()
    await let_ended_orders_leave(desk)
    canceled = (await client.delete(f"{LISTS}{placed['id']}/")).data
    assert [order["status"] for order in canceled["orders"]] == ["filled", "canceled", "canceled"]
    assert canceled["status"] == "canceled"
