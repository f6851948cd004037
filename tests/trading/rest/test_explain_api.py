"""Explanations and fill policies over REST."""

from decimal import Decimal

import pytest

from trading import services

ORDERS = "/api/v1/orders/"
ACCOUNTS = "/api/v1/accounts/"


async def explanation(client, order_id: str, **headers: str) -> dict:
    answer = await client.get(f"{ORDERS}{order_id}/explain/", headers=headers)
    assert answer.status == 200, answer.json()
    return answer.data


async def test_a_filled_order_is_explained_with_its_shares(client, buy, set_price):
    set_price(50_000)
    order = (await buy(quantity="1.5")).data
    told = await explanation(client, order["id"])
    assert told["order"] == {name: value for name, value in order.items() if name != "fills"}
    assert [moment["event"] for moment in told["timeline"]] == ["accepted", "filled", "filled"]
    assert told["not_filled"] is None
    for shares, fill in zip(told["fills"], order["fills"], strict=True):
        assert (shares["price"], shares["fee"], shares["quantity"]) == (fill["price"], fill["fee"], fill["quantity"])
        parts = [Decimal(shares[name]) for name in ("reference_price", "spread_cost", "slippage")]
        assert Decimal(shares["price"]) == sum(parts)
    assert told["policy"]["name"] == "realistic"
    assert told["policy"]["numbers"]["limit_fill"] == "queue"


async def test_a_waiting_order_says_how_near_the_market_came(client, desk, place, set_price):
    set_price(50_000)
    order = (await place(price="49000")).data
    set_price(49_100)
    set_price(50_000)
    told = await explanation(client, order["id"])
    assert told["not_filled"]["nearest_price"] == "49100.01"
    assert told["not_filled"]["missing"] == "100.01"


async def test_a_refused_order_is_explained_by_its_refusal(client, buy, set_price):
    set_price(50_000)
    refused = await buy(quantity="99")
    told = await explanation(client, refused.details["order_id"])
    assert [moment["event"] for moment in told["timeline"]] == ["rejected"]
    assert told["not_filled"]["reason"] == told["timeline"][0]["text"]


@pytest.mark.parametrize("is_restarted", [False, True])
async def test_an_order_that_left_memory_is_explained_as_before(client, desk, buy, place, set_price, is_restarted):
    desk.set_housekeeping(every_entries=10_000, kept_ended_orders=1)
    set_price(50_000)
    order = (await buy(quantity="1.5")).data
    before = await explanation(client, order["id"])
    for _number in range(3):
        other = (await place(price="40000")).data
        await client.delete(f"{ORDERS}{other['id']}/")
    desk._begin_housekeeping(desk.entries)
    await desk.wait_for_housekeeping()
    assert order["id"] not in desk.exchange.orders
    if is_restarted:
        await services.stop()
        await services.start()
    assert await explanation(client, order["id"]) == before


async def test_an_unknown_order_has_no_explanation(client, desk):
    answer = await client.get(f"{ORDERS}nothing/explain/")
    assert (answer.status, answer.code) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("wish", "name"),
    [("ideal", "ideal"), ({"slippage_ticks": 2}, "custom"), ({"preset": "pessimistic", "seed": 9}, "custom")],
)
async def test_an_account_is_opened_under_a_policy_and_its_orders_carry_it(client, set_price, wish, name):
    set_price(50_000)
    opened = await client.post(ACCOUNTS, json={"id": "mine", "name": "Mine", "fill_policy": wish})
    assert (opened.status, opened.data["fill_policy"]) == (201, name)
    assert (opened.data["fill_policy_numbers"] is None) == (name != "custom")
    await services.stop()
    await services.start()
    set_price(50_000)
    body = {"symbol": "BTC-USDT", "side": "buy", "type": "market", "quantity": "0.01"}
    order = (await client.post(ORDERS, json=body, headers={"X-Account": "mine"})).data
    assert order["fill_policy"] == name
    told = await explanation(client, order["id"], **{"X-Account": "mine"})
    if isinstance(wish, dict):
        numbers = {each: str(value) for each, value in wish.items() if each != "preset"}
        assert numbers.items() <= told["policy"]["numbers"].items()


@pytest.mark.parametrize("wish", ["perfect", 3, {"slippage": 1}, {"seed": -1}])
async def test_an_account_with_a_policy_that_is_none_is_refused_by_field(client, desk, wish):
    answer = await client.post(ACCOUNTS, json={"name": "Mine", "fill_policy": wish})
    assert (answer.status, list(answer.details)) == (400, ["fill_policy"])


async def test_an_order_under_latency_is_accepted_then_fills_when_it_arrives(client, desk, set_price):
    set_price(50_000)
    await client.post(ACCOUNTS, json={"id": "slow", "name": "Slow", "fill_policy": {"place_latency_ms": 60_000}})
    headers = {"X-Account": "slow"}
    body = {"symbol": "BTC-USDT", "side": "buy", "type": "market", "quantity": "0.01"}
    preview = (await client.post(f"{ORDERS}preview/", json=body, headers=headers)).data
    assert (preview["latency_ms"], len(preview["fills"]), preview["fill_policy"]) == (60_000.0, 1, "custom")
    order = (await client.post(ORDERS, json=body, headers=headers)).data
    assert (order["status"], order["fills"]) == ("accepted", [])
    desk.on_time(desk.exchange.next_due_ns)
    await desk.wait_until_durable()
    told = await explanation(client, order["id"], **headers)
    assert told["order"]["status"] == "filled"
    assert [moment["event"] for moment in told["timeline"]] == ["accepted", "arrived", "filled"]
    assert told["fills"][0]["latency_ms"] == 60_000.0


async def test_an_order_says_what_is_on_its_way_to_it_until_that_arrives(client, desk, set_price):
    set_price(50_000)
    slow = {"replace_latency_ms": 1_000, "cancel_latency_ms": 2_000}
    await client.post(ACCOUNTS, json={"id": "slow", "name": "Slow", "fill_policy": slow})
    headers = {"X-Account": "slow"}
    body = {"symbol": "BTC-USDT", "side": "buy", "type": "limit", "quantity": "0.01", "price": "40000"}
    path = f"{ORDERS}{(await client.post(ORDERS, json=body, headers=headers)).data['id']}/"
    changed = (await client.patch(path, json={"quantity": "0.02"}, headers=headers)).data
    assert (changed["status"], changed["quantity"]) == ("open", "0.01000")
    assert changed["status_reason"].startswith("A change is on its way and arrives at ")
    desk.on_time(desk.exchange.next_due_ns)
    await desk.wait_until_durable()
    arrived = (await client.get(path, headers=headers)).data
    assert (arrived["quantity"], arrived["status_reason"]) == ("0.02000", None)
    ending = (await client.delete(path, headers=headers)).data
    assert ending["status"] == "open"
    assert ending["status_reason"].startswith("A cancel is on its way and arrives at ")
    assert ending["status_reason"].endswith("; until then the order can fill.")
    desk.on_time(desk.exchange.next_due_ns)
    await desk.wait_until_durable()
    assert (await client.get(path, headers=headers)).data["status_reason"] == "Canceled by its owner."


async def test_a_preview_says_what_is_ahead_of_a_resting_order(client, desk, set_price):
    set_price(50_000)
    update = desk.exchange.market_update("BTC-USDT")
    price = desk.instrument("BTC-USDT").price_text(update.bids[0][0])
    body = {"symbol": "BTC-USDT", "side": "buy", "type": "limit", "quantity": "0.01", "price": price}
    preview = (await client.post(f"{ORDERS}preview/", json=body)).data
    assert preview["queue_ahead"] == desk.instrument("BTC-USDT").quantity_text(update.bids[0][1])
