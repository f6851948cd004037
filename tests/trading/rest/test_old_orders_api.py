"""Orders that left memory, seen from outside: listed, paged, found, and not to be changed any more."""

import pytest

from trading import services

ORDERS = "/api/v1/orders/"


@pytest.fixture(autouse=True)
def settings_of_memory(settings):
    """One ended order stays in memory."""
    settings.SANDBOX_ENDED_ORDERS_IN_MEMORY = 1


@pytest.fixture
async def old(desk, client, place, buy, set_price) -> list[str]:
    """Six orders, oldest first: a bought one, four canceled ones and an open one; only the last two are in memory."""
    set_price(50_000)
    ids = [(await buy()).data["id"]]
    for number in range(5):
        ids.append((await place(price="40000", client_order_id=f"mine-{number}")).data["id"])
    for order_id in ids[1:5]:
        await client.delete(f"{ORDERS}{order_id}/")
    desk._begin_housekeeping(desk.entries)
    await desk.wait_for_housekeeping()
    assert list(desk.exchange.orders) == ids[4:]
    return ids


@pytest.fixture(params=["running", "restarted"])
async def again(request, old) -> list[str]:
    """The same before and after a restart."""
    if request.param == "restarted":
        await services.stop()
        await services.start()
    return old


async def test_they_are_listed_page_by_page(client, again):
    seen, cursor = [], None
    while True:
        query = {"status": "all", "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(ORDERS, query=query)).data
        seen += [order["id"] for order in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == again[::-1]
    closed = (await client.get(ORDERS, query={"status": "closed"})).data["items"]
    assert [order["id"] for order in closed] == again[4::-1]
    assert [order["id"] for order in (await client.get(ORDERS)).data["items"]] == again[5:]


async def test_they_are_found_by_id_and_by_the_clients_id(client, again):
    order = (await client.get(f"{ORDERS}{again[1]}/")).data
    assert (order["id"], order["status"], order["client_order_id"]) == (again[1], "canceled", "mine-0")
    found = (await client.get(ORDERS, query={"client_order_id": "mine-0", "status": "all"})).data["items"]
    assert found == [order]
    assert (await client.get(ORDERS, query={"client_order_id": "mine-0"})).data["items"] == []
    assert (await client.get(f"{ORDERS}no-such/")).status == 404
    await client.post("/api/v1/accounts/", json={"id": "b", "name": "b"})
    assert (await client.get(f"{ORDERS}{again[1]}/", headers={"X-Account": "b"})).status == 404


async def test_their_fills_are_listed(client, again):
    (fill,) = (await client.get("/api/v1/fills/")).data["items"]
    assert (fill["order_id"], fill["symbol"], fill["side"]) == (again[0], "BTC-USDT", "buy")
    assert (await client.get("/api/v1/fills/", query={"order_id": again[0]})).data["items"] == [fill]


async def test_they_cannot_be_changed_and_their_client_ids_not_used_again(client, place, again):
    for answer in (
        await client.delete(f"{ORDERS}{again[1]}/"),
        await client.patch(f"{ORDERS}{again[1]}/", json={"quantity": "0.02"}),
    ):
        assert (answer.status, answer.code) == (409, "ORDER_NOT_OPEN")
        assert "canceled" in answer.json()["message"]
    assert (await client.delete(f"{ORDERS}no-such/")).status == 404
    duplicate = await place(client_order_id="mine-0")
    assert (duplicate.status, duplicate.code) == (409, "DUPLICATE_CLIENT_ORDER_ID")


async def test_a_history_that_cannot_be_read_is_said_and_trading_goes_on(client, place, desk, old):
    desk.history.close()
    refused = await client.get(ORDERS, query={"status": "all"})
    assert (refused.status, refused.code) == (503, "UNAVAILABLE")
    assert "Older orders cannot be read" in refused.json()["message"]
    assert (await place()).status == 201
    desk.history.open()
