"""Idempotent orders, a journal that fails, clients that hang up, and restarts, seen from outside."""

import asyncio

import pytest

from operations.lifecycle import StartRefused
from tests.asgi_client import AsgiClient, NoAnswer
from trading import services

ORDERS = "/api/v1/orders/"
ORDER = {"symbol": "BTC-USDT", "side": "buy", "type": "limit", "quantity": "0.01", "price": "50000.00"}


def keyed(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}


async def test_the_same_write_twice_is_one_order_and_the_same_bytes(client, place, desk):
    first = await place(headers=keyed("k1"))
    again = await place(headers=keyed("k1"))
    assert (again.status, again.body) == (201, first.body)
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert len(desk.exchange.orders) == 1


async def test_fifty_at_once_are_one_order(app, place, desk):
    answers = await asyncio.gather(*(place(headers=keyed("k"), by=AsgiClient(app)) for _ in range(50)))
    assert len(desk.exchange.orders) == 1
    assert {answer.status for answer in answers} <= {201, 409}
    assert {answer.code for answer in answers if answer.status == 409} <= {"IDEMPOTENCY_IN_PROGRESS"}
    assert len({answer.body for answer in answers if answer.status == 201}) == 1
    assert (await place(headers=keyed("k"))).status == 201


async def test_a_key_belongs_to_one_write(client, place, desk):
    order = (await place(headers=keyed("k"))).data
    for answer in (
        await place(headers=keyed("k"), quantity="0.02"),
        await client.delete(f"{ORDERS}{order['id']}/", headers=keyed("k")),
    ):
        assert (answer.status, answer.code) == (422, "IDEMPOTENCY_MISMATCH")
    assert [each.status for each in desk.exchange.orders.values()] == ["open"]
    await client.post("/api/v1/accounts/", json={"id": "b", "name": "b"})
    assert (await place(headers={**keyed("k"), "X-Account": "b"})).status == 201


@pytest.mark.parametrize("key", ["x" * 256, "", "a\tb", '""', "naïve"])
async def test_a_malformed_key_is_refused(place, desk, key):
    answer = await place(headers=keyed(key))
    assert (answer.status, answer.code) == (400, "INVALID_IDEMPOTENCY_KEY")
    assert desk.exchange.orders == {}


async def test_a_refusal_is_replayed_too(place, desk):
    first = await place(headers=keyed("k"), quantity="5")
    again = await place(headers=keyed("k"), quantity="5")
    assert (first.status, again.body) == (422, first.body)
    assert len(desk.exchange.orders) == 1


async def test_the_stored_answer_survives_a_crash_with_its_order(client, place, desk, store):
    first = await place(headers=keyed("k"))
    state_hash = desk.exchange.state_hash()
    store.close()  # the process is gone
    services._holder.desk = None
    services.TABLE.__init__()
    await services.start()
    again = await place(headers=keyed("k"))
    assert again.body == first.body
    assert again.headers["idempotent-replayed"] == "true"
    assert services.get_desk().exchange.state_hash() == state_hash
    read = await client.get(f"{ORDERS}{first.data['id']}/")
    assert read.data["id"] == first.data["id"]


async def test_a_failed_journal_refuses_writes_and_serves_reads(client, place, desk, store):
    order = (await place()).data
    store.fail_before_write = True
    store.may_reopen.clear()
    answer = await place(headers=keyed("k"))
    assert (answer.status, answer.code) == (503, "JOURNAL_UNAVAILABLE")
    for refused in (
        await place(),
        await client.delete(f"{ORDERS}{order['id']}/"),
        await client.delete(ORDERS),
        await client.patch(f"{ORDERS}{order['id']}/", json={"quantity": "0.02"}),
        await client.post("/api/v1/accounts/", json={"name": "x"}),
        await client.post("/api/v1/accounts/default/reset/"),
    ):
        assert (refused.status, refused.code) == (503, "JOURNAL_UNAVAILABLE")
    assert [each["id"] for each in (await client.get(ORDERS)).data["items"]] == [order["id"]]
    assert (await client.get("/api/v1/balances/")).data["items"][0]["held"] == "500.25"
    health = await services.check_health()
    assert (health.status, health.detail) == ("failed", "Read-only. disk full")
    assert services.exchange_state().state == "degraded"

    store.fail_before_write = False
    store.may_reopen.set()
    await desk.wait_for_recovery()
    assert (await services.check_health()).status == "ok"
    assert (await place(headers=keyed("k"))).status == 201
    assert len((await client.get(ORDERS)).data["items"]) == 2


async def test_a_client_that_hangs_up_leaves_its_order_whole_or_absent(app, client, desk):
    for number in range(100):
        gone = AsgiClient(app)
        try:
            await gone.post(ORDERS, json={**ORDER, "client_order_id": str(number)}, disconnects=number % 2 == 0)
        except NoAnswer:
            continue
    await desk.wait_until_durable()
    state_hash = desk.exchange.state_hash()
    listed = [each["client_order_id"] for each in (await client.get(ORDERS, query={"limit": 1000})).data["items"]]
    assert set(map(str, range(1, 100, 2))) <= set(listed)
    assert len(listed) == len(set(listed)) == len(desk.exchange.orders)
    await services.stop()
    await services.start()
    assert services.get_desk().exchange.state_hash() == state_hash


async def test_a_restart_gives_the_same_answers(client, place, buy, set_price):
    set_price(50_000)
    await buy(quantity="1.2")
    await place(price="49000", client_order_id="x")
    await place(quantity="9")
    paths = [f"{ORDERS}?status=all", "/api/v1/fills/", "/api/v1/balances/"]
    before = [(await client.get(path)).data for path in paths]
    await services.stop()
    assert (await client.get(ORDERS)).status == 503
    await services.start()
    set_price(50_000)
    assert [(await client.get(path)).data for path in paths] == before
    assert (await place(client_order_id="x")).code == "DUPLICATE_CLIENT_ORDER_ID"


async def test_a_journal_that_belongs_to_another_gateway_is_said_so(client, desk, settings):
    services._holder.desk = None  # what another process would see
    with pytest.raises(StartRefused, match="Another gateway"):
        await services.start()
    answer = await client.get(ORDERS)
    assert (answer.status, answer.code) == (503, "UNAVAILABLE")
    assert "Another gateway" in answer.json()["message"]
    health = await services.check_health()
    assert health.status == "failed" and "Another gateway" in health.detail
    services._holder.desk = desk
