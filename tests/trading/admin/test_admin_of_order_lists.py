"""Order lists in the admin: as they are now, found, opened and canceled in somebody's name."""

import pytest

LISTS = "/admin/trading/orderlist/"
ORDERS = "/admin/trading/order/"


@pytest.fixture
async def lists(set_price, client, desk):
    """Two lists, oldest first: a bracket whose entry filled, and an oto that waits."""
    set_price(60_000)
    common = {"symbol": "BTC-USDT", "side": "buy", "quantity": "0.01"}
    bodies = (
        {
            "type": "bracket",
            "entry": {"type": "market"},
            "take_profit": {"price": "66000"},
            "stop_loss": {"stop_price": "57000"},
        },
        {"type": "oto", "entry": {"price": "59000"}, "then": {"price": "61000"}},
    )
    return [(await client.post("/api/v1/order-lists/", json={**common, **body})).data["id"] for body in bodies]


async def test_lists_are_shown_with_their_orders_newest_first(owner, lists):
    page = await owner.open(LISTS)
    assert page.status == 200
    assert [(row["id"], row["type"], row["status_shown"], row["orders_shown"]) for row in page.rows] == [
        (lists[1], "oto", "● executing", "entry open · then pending"),
        (lists[0], "bracket", "● executing", "entry filled · take profit open · stop loss pending"),
    ]
    assert [row["id"] for row in (await owner.open(f"{LISTS}?type=bracket")).rows] == [lists[0]]


async def test_a_list_is_opened_and_leads_to_its_orders_and_back(owner, lists):
    page = await owner.open(f"{LISTS}{lists[0]}/change/")
    assert page.status == 200
    assert f"{ORDERS}{lists[0]}/change/" in page.source
    order = await owner.open(f"{ORDERS}{lists[0]}/change/")
    assert f"{LISTS}{lists[0]}/change/" in order.source
    assert [row["id"] for row in (await owner.open(f"{ORDERS}?order_list_id={lists[1]}")).rows][-1] == lists[1]


async def test_a_list_is_canceled_by_whoever_may(owner, lists, client):
    await owner.act(LISTS, "cancel_lists", [lists[1]])
    read = (await client.get(f"/api/v1/order-lists/{lists[1]}/")).data
    assert (read["status"], [order["status"] for order in read["orders"]]) == ("canceled", ["canceled", "canceled"])
    kinds = [row["kind"] for row in (await owner.open("/admin/trading/journalentry/?kind=cancel_order_list")).rows]
    assert len(kinds) == 1


async def test_whoever_may_not_see_lists_does_not(viewer, lists):
    assert (await viewer.open(LISTS)).status == 403
