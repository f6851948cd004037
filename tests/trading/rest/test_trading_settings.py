"""What of trading an operator changes at run time, seen by a trader: limits of orders, what accounts start with, memory."""

from trading import services

ORDERS = "/api/v1/orders/"


async def test_the_limit_of_open_orders_holds_from_the_next_order_on(desk, client, place, set_price, configure):
    set_price(60_000)
    first = (await place()).data
    await configure("risk.max_open_orders", 1)
    refused = await place()
    assert (refused.status, refused.code) == (422, "RISK_MAX_OPEN_ORDERS")
    assert (refused.details["open_orders"], refused.details["limit"]) == ("1", "1")
    kept = (await client.get(f"{ORDERS}{refused.details['order_id']}/")).data
    assert (kept["status"], kept["status_reason"]) == ("rejected", refused.json()["message"])
    await client.delete(f"{ORDERS}{first['id']}/")
    assert (await place()).status == 201
    assert (await place()).status == 422
    await configure("risk.max_open_orders", 2)
    assert (await place()).status == 201


async def test_the_largest_order_holds_for_orders_previews_and_changes(desk, client, place, set_price, configure):
    set_price(60_000)
    order_id = (await place(quantity="0.01")).data["id"]
    await configure("risk.max_order_notional", "600")
    for answer in (
        await place(quantity="0.02"),
        await client.patch(f"{ORDERS}{order_id}/", json={"quantity": "0.02"}),
    ):
        assert (answer.status, answer.code) == (422, "RISK_MAX_ORDER_NOTIONAL")
        assert (answer.details["notional"], answer.details["limit"]) == ("1000", "600")
    body = {"symbol": "BTC-USDT", "side": "buy", "type": "limit", "quantity": "0.02", "price": "50000"}
    preview = (await client.post(f"{ORDERS}preview/", json=body)).data
    assert (preview["accepted"], preview["code"]) == (False, "RISK_MAX_ORDER_NOTIONAL")
    await configure("risk.max_order_notional", "0")
    assert (await place(quantity="0.02")).status == 201


async def test_a_limit_outlives_a_journal_that_failed_and_came_back(desk, store, client, place, set_price, configure):
    set_price(60_000)
    await configure("risk.max_open_orders", 1)
    assert (await place()).status == 201
    store.fail_before_write = True
    assert (await client.delete(ORDERS)).status == 503
    store.fail_before_write = False
    await desk.wait_for_recovery()
    assert (await place()).code == "RISK_MAX_OPEN_ORDERS"


async def test_new_accounts_start_with_the_fees_and_the_policy_that_hold_then(desk, client, configure):
    await configure("accounts.maker_fee_bps", 0.25)
    await configure("accounts.taker_fee_bps", 7.55)
    opened = (await client.post("/api/v1/accounts/", json={"name": "New"})).data
    assert opened["fees"] == {"maker_bps": 0.25, "taker_bps": 7.55}
    assert opened["fill_policy"] == "realistic"
    own = {"maker_bps": 1, "taker_bps": 1}
    assert (await client.post("/api/v1/accounts/", json={"name": "Own", "fees": own})).data["fees"] == own
    before = (await client.get("/api/v1/accounts/default/")).data
    assert before["fees"] == {"maker_bps": 2, "taker_bps": 5}


async def test_snapshots_come_as_often_and_memory_keeps_as_much_as_is_set(desk, client, place, configure, tmp_path):
    await configure("rate_limit.requests_per_second", 0)
    await configure("journal.snapshot_entries", 50)
    await configure("journal.ended_orders_in_memory", 100)
    ids = []
    for _ in range(150):
        ids.append((await place()).data["id"])
        await client.delete(f"{ORDERS}{ids[-1]}/")
    await desk.wait_for_housekeeping()
    assert list((tmp_path / "snapshots").iterdir())
    assert len(desk.exchange.orders) < 150
    assert (await client.get(f"{ORDERS}{ids[0]}/")).data["status"] == "canceled"


async def test_a_start_takes_the_limits_that_are_set_by_then(desk, place, configure):
    await services.stop()
    await configure("risk.max_open_orders", 1)
    await services.start()
    assert [(await place()).status for _ in range(2)] == [201, 422]
