"""Orders in the admin: as they are now, found, sorted and paged, and canceled in somebody's name."""

from functools import wraps

import pytest

from operations.live_admin import queryset
from tests.admin_person import log_in
from tests.asgi_client import AsgiClient
from trading.admin import OrderAdmin

ORDERS = "/admin/trading/order/"
ARCHIVED = "/admin/trading/archivedorder/"
FILLS = "/admin/trading/fill/"


def ids(page):
    return [row["id"] for row in page.rows]


async def entries(client, kind):
    """The journal's entries of a kind, as the admin lists them."""
    return (await client.open(f"/admin/trading/journalentry/?kind={kind}")).rows


@pytest.fixture
async def market(set_price):
    set_price(50_000)


@pytest.fixture
async def orders(market, client, place, buy):
    """Five orders, oldest first: a filled buy, open buys of two accounts at 40000 to 42000, and a canceled one."""
    await client.post("/api/v1/accounts/", json={"id": "second", "name": "Second", "balances": {"USDT": "100000"}})
    made = [(await buy()).data["id"]]
    for price, account in (("40000", "default"), ("42000", "second"), ("41000", "default")):
        order = await place(price=price, client_order_id=f"at-{price}", headers={"X-Account": account})
        made.append(order.data["id"])
    made.append((await place(price="39000")).data["id"])
    await client.delete(f"/api/v1/orders/{made[-1]}/")
    return made


async def test_orders_of_all_accounts_are_listed_newest_first(owner, orders):
    page = await owner.open(ORDERS)
    assert page.status == 200
    assert ids(page) == orders[::-1]
    assert "5 results" in page.text
    newest, *_, oldest = page.rows
    assert (newest["status_shown"], newest["price"], newest["quantity"]) == ("○ canceled", "39000.00", "0.01000")
    assert (oldest["status_shown"], oldest["filled_quantity"]) == ("● filled", "0.01000")
    assert [row["account_link"] for row in page.rows] == ["default", "default", "second", "default", "default"]


async def test_a_page_shows_the_present_state(owner, market, place, client):
    assert ids(await owner.open(ORDERS)) == []
    order = (await place(price="40000")).data
    assert ids(await owner.open(ORDERS)) == [order["id"]]
    await client.delete(f"/api/v1/orders/{order['id']}/")
    assert [row["status_shown"] for row in (await owner.open(ORDERS)).rows] == ["○ canceled"]


@pytest.mark.parametrize(
    ("query", "fitting"),
    [
        ("q=second", [2]),
        ("q=at-41", [3]),
        ("q=BTC", [4, 3, 2, 1, 0]),
        ("q=nothing-like-it", []),
        ("status__exact=open", [3, 2, 1]),
        ("status__exact=open&side__exact=buy&q=default", [3, 1]),
        ("symbol=BTC-USDT", [4, 3, 2, 1, 0]),
        ("symbol=ETH-USDT", []),
        ("type__exact=market", [0]),
        ("account=second", [2]),
        ("price__gte=41000", [3, 2]),
        ("created_at__gte=2030-01-01", []),
        ("created_at__lt=2030-01-01&status__exact=filled", [0]),
    ],
)
async def test_orders_are_searched_and_filtered(owner, orders, query, fitting):
    page = await owner.open(f"{ORDERS}?{query}")
    assert page.status == 200
    assert ids(page) == [orders[number] for number in fitting]


@pytest.mark.parametrize(("column", "order"), [("9", [0, 4, 1, 3, 2]), ("-9", [2, 3, 1, 4, 0]), ("1", [0, 1, 2, 3, 4])])
async def test_orders_are_sorted_by_a_column(owner, orders, column, order):
    assert ids(await owner.open(f"{ORDERS}?o={column}")) == [orders[number] for number in order]


async def test_counts_stand_beside_the_filters(owner, orders):
    text = (await owner.open(f"{ORDERS}?_facets=True")).text
    assert "open (3)" in text and "filled (1)" in text and "canceled (1)" in text
    assert "BTC-USDT (5)" in text and "ETH-USDT (0)" in text


@pytest.mark.parametrize("query", ["price__gte=many", "nothing=1", "status__regex=.", "created_at__gte=yesterday"])
async def test_a_wrong_filter_leads_to_the_list_and_not_to_a_fault(owner, orders, query):
    page = await owner.open(f"{ORDERS}?{query}")
    assert (page.status, page.answer.headers["location"]) == (302, f"{ORDERS}?e=1")
    assert len((await owner.open(f"{ORDERS}?e=1")).rows) == 5


async def test_many_orders_are_shown_page_by_page(owner, market, place):
    made = [(await place(price=f"{40_000 + number}")).data["id"] for number in range(53)]
    first, second = await owner.open(ORDERS), await owner.open(f"{ORDERS}?p=2")
    assert (len(first.rows), len(second.rows)) == (50, 3)
    assert ids(first) + ids(second) == made[::-1]
    assert ids(await owner.open(f"{ORDERS}?o=9&p=2")) == made[50:]


async def test_one_order_shows_every_field_and_no_form(owner, orders):
    page = await owner.open(f"{ORDERS}{orders[2]}/change/")
    assert page.status == 200
    fields = page.fields
    assert (fields["Account"], fields["Price"], fields["Status"]) == ("second", "42000.00", "● open")
    assert (fields["Client order id"], fields["Time in force"], fields["Epoch"]) == ("at-42000", "gtc", "1")
    assert 'type="text"' not in page.source.partition('id="content"')[2]
    assert page.buttons == ["cancel_orders"]
    gone = await owner.open(f"{ORDERS}no-such-order/change/")
    assert gone.answer.headers["location"] == "/admin/"


@pytest.mark.parametrize("path", [f"{ORDERS}add/", f"{ORDERS}ID/delete/"])
async def test_orders_are_neither_made_nor_deleted_here(owner, orders, path):
    assert (await owner.open(path.replace("ID", orders[1]))).status == 403
    assert (await owner.send(path.replace("ID", orders[1]), [("post", "yes")])).status == 403
    changed = await owner.send(f"{ORDERS}{orders[1]}/change/", [("price", "1.00")])
    assert changed.status == 403
    assert (await owner.open(f"{ORDERS}{orders[1]}/change/")).fields["Price"] == "40000.00"


async def test_orders_are_canceled_in_the_name_of_who_did_it(owner, client, orders):
    page = await owner.act(ORDERS, "cancel_orders", [orders[1], orders[2]])
    assert page.messages == ["2 orders canceled."]
    for order_id, account in ((orders[1], "default"), (orders[2], "second")):
        order = (await client.get(f"/api/v1/orders/{order_id}/", headers={"X-Account": account})).data
        assert order["status"] == "canceled"
    actors = [row["actor"] for row in await entries(owner, "cancel_order")]
    assert actors == [f"user:olga@{owner.client.address}"] * 2 + [client.address]


async def test_what_could_not_be_canceled_is_named_beside_what_was(owner, orders):
    page = await owner.act(ORDERS, "cancel_orders", [orders[0], orders[1], orders[4]])
    assert page.messages[0] == f"1 order canceled: {orders[1]}."
    assert len(page.messages) == 3
    assert any(orders[0] in each and "filled" in each for each in page.messages[1:])
    assert any(orders[4] in each and "canceled" in each for each in page.messages[1:])


async def test_all_that_a_filter_leaves_are_canceled_at_once(owner, client, orders):
    page = await owner.act(f"{ORDERS}?status__exact=open", "cancel_orders", [orders[1]], select_across="1")
    assert page.messages == ["3 orders canceled."]
    assert (await client.get("/api/v1/orders/")).data["items"] == []


async def test_who_may_only_look_sees_orders_and_cannot_cancel(viewer, client, orders):
    page = await viewer.open(ORDERS)
    assert len(page.rows) == 5
    assert page.buttons == []
    await viewer.act(ORDERS, "cancel_orders", [orders[1]])
    assert (await client.get(f"/api/v1/orders/{orders[1]}/")).data["status"] == "open"
    assert (await viewer.open(f"{ORDERS}{orders[1]}/change/")).buttons == []
    assert (await viewer.open(FILLS)).status == 403
    assert "Fills" not in (await viewer.open("/admin/")).text


async def test_the_change_permission_lets_one_cancel(app, client, orders, transactional_db):
    clerk = await log_in(AsgiClient(app), "carl", permissions=("trading.view_order", "trading.change_order"))
    page = await clerk.act(ORDERS, "cancel_orders", [orders[1]])
    assert page.messages == [f"1 order canceled: {orders[1]}."]


async def test_nobody_else_gets_in(app, client, orders, transactional_db):
    stranger = await AsgiClient(app).get(ORDERS)
    assert (stranger.status, stranger.headers["location"]) == (302, f"/admin/login/?next={ORDERS}")
    customer = await log_in(AsgiClient(app), "kim", is_superuser=False)
    assert (await customer.open(ORDERS)).status == 403


async def test_an_action_without_its_token_does_nothing(owner, client, orders):
    fields = [("action", "cancel_orders"), ("_selected_action", orders[1])]
    assert (await owner.send(ORDERS, fields, token="x" * 64)).status == 403
    assert (await client.get(f"/api/v1/orders/{orders[1]}/")).data["status"] == "open"


async def test_a_journal_that_does_not_write_is_said_and_not_hidden(owner, desk, orders):
    desk.store.fail_before_write = True
    page = await owner.act(ORDERS, "cancel_orders", [orders[1]])
    assert len(page.messages) == 1
    assert page.messages[0].startswith("It is not certain that anything was done.")


async def test_fills_are_listed_with_their_orders(owner, orders):
    (fill,) = (await owner.open(FILLS)).rows
    assert (fill["account_link"], fill["symbol"], fill["side_shown"], fill["quantity"]) == (
        "default", "BTC-USDT", "buy", "0.01000",
    )  # fmt: skip
    page = await owner.open(f"{FILLS}{fill['id']}/change/")
    assert page.fields["Order"] == orders[0]
    assert (await owner.open(f"{FILLS}?order_id={orders[0]}")).rows == [fill]
    assert (await owner.open(f"{FILLS}?order_id={orders[1]}")).rows == []
    assert (await owner.open(f"{FILLS}?q={orders[0]}&o=-5")).rows == [fill]


async def test_orders_that_left_memory_are_among_the_archived(owner, desk, orders):
    desk._housekeeper.kept_ended_orders = 0
    await keep_house(desk)
    assert orders[0] not in ids(await owner.open(ORDERS))
    archived = await owner.open(ARCHIVED)
    assert ids(archived) == [orders[4], orders[0]]
    assert ids(await owner.open(f"{ARCHIVED}?o=0")) == [orders[0], orders[4]]
    assert ids(await owner.open(f"{ARCHIVED}?status__exact=filled")) == [orders[0]]
    assert ids(await owner.open(f"{ARCHIVED}?account=second")) == []
    assert ids(await owner.open(f"{ARCHIVED}?created_at__lt=9999-12-31")) == [orders[4], orders[0]]
    assert ids(await owner.open(f"{ARCHIVED}?created_at__gte=9999-12-31")) == []
    assert ids(await owner.open(f"{ARCHIVED}?o=-7")) == [orders[0], orders[4]]
    page = await owner.open(f"{ARCHIVED}{orders[0]}/change/")
    assert (page.fields["Status"], page.fields["Epoch"]) == ("● filled", "1")
    assert page.buttons == []
    assert (await owner.open(f"{ORDERS}{orders[0]}/change/")).fields["Status"] == "● filled"
    (fill,) = (await owner.open("/admin/trading/archivedfill/")).rows
    assert (await owner.open(f"/admin/trading/archivedfill/{fill['id']}/change/")).fields["Order"] == orders[0]


async def keep_house(desk):
    """Bring ended orders to disk, as after many entries."""
    desk._begin_housekeeping(desk.entries)
    await desk.wait_for_housekeeping()


async def test_a_page_asks_for_its_rows_once_and_makes_each_cell_once(owner, desk, place, monkeypatch):
    asked, made = [], []
    run_on_loop, status_shown = queryset.run_on_loop, OrderAdmin.status_shown

    def ask(work, *arguments):
        asked.append(work.__name__)
        return run_on_loop(work, *arguments)

    @wraps(status_shown)
    def show(page, order):
        made.append(order.id)
        return status_shown(page, order)

    monkeypatch.setattr(queryset, "run_on_loop", ask)
    monkeypatch.setattr(OrderAdmin, "status_shown", show)
    placed = [(await place(price=f"3000{number}")).data["id"] for number in range(5)]
    for query in ("", "?o=2", "?status__exact=open"):
        asked.clear()
        made.clear()
        await owner.open(f"{ORDERS}{query}")
        assert (sorted(asked), sorted(made)) == (["count", "page"], sorted(placed)), query
