"""The admin where nothing is kept on disk (SANDBOX_JOURNAL=off)."""

import pytest


@pytest.fixture(autouse=True)
def nothing_on_disk(settings):
    settings.SANDBOX_JOURNAL = False


async def test_the_entries_that_memory_has_are_shown_and_their_chain_is_checked(owner, desk, set_price, place):
    set_price(50_000)
    await place()
    rows = (await owner.open("/admin/trading/journalentry/")).rows
    assert rows[0]["kind"] == "place_order"
    page = await owner.open(f"/admin/trading/journalentry/{rows[0]['seq']}/change/")
    assert page.fields["Chain"].startswith("✔")


async def test_orders_that_left_memory_are_read_from_where_they_are(owner, desk, set_price, buy):
    set_price(50_000)
    order = (await buy()).data
    desk._housekeeper._kept_ended_orders = 0
    desk._begin_housekeeping(desk.entries)
    await desk.wait_for_housekeeping()
    in_memory = (await owner.open("/admin/trading/order/")).rows
    archived = (await owner.open("/admin/trading/archivedorder/")).rows
    assert [row["id"] for row in in_memory + archived] == [order["id"]]
    assert (await owner.open(f"/admin/trading/order/{order['id']}/change/")).fields["Status"] == "● filled"
