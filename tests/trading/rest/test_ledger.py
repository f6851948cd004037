"""The ledger of an account: what memory and disk have of an epoch, oldest first, and where it ends."""

import pytest

from kit.errors import Invalid, NotFound, Rejected
from tests.trading.rest.test_old_orders_api import old, settings_of_memory  # noqa: F401 - fixtures
from trading import services
from trading.ledger import services as ledgers
from trading.ledger.services import gather_ledger


async def test_it_has_what_left_memory_too_and_is_in_order(desk, client, old, buy, monkeypatch):  # noqa: F811
    monkeypatch.setattr(ledgers, "PAGE", 2)
    for _ in range(3):
        await buy()
    ledger = await gather_ledger("default")
    assert [each.id for each in ledger.orders][:6] == old
    assert len(ledger.orders) == 9
    assert [each.order_id for each in ledger.fills] == [old[0], *(each.id for each in ledger.orders[-3:])]
    assert [each.time_ns for each in ledger.fills] == sorted(each.time_ns for each in ledger.fills)
    assert ledger.fills[0].price_ticks == ledger.fills[0].reference_ticks + ledger.fills[0].spread_ticks
    position = desk.published.account("default").account.positions["BTC-USDT"]
    assert [(each.symbol, each.quantity_lots) for each in ledger.positions] == [("BTC-USDT", position.quantity_lots)]
    assert (ledger.head_seq, bytes.fromhex(ledger.head_hash)) == (desk.durable_head.seq, desk.durable_head.hash)


async def test_a_period_has_its_orders_and_every_fill_before_its_end(client, desk, buy, set_price):
    set_price(50_000)
    for _ in range(4):
        await buy()
    whole = await gather_ledger("default")
    third_ns = whole.orders[2].created_ns
    later = await gather_ledger("default", since_ns=third_ns)
    assert [each.id for each in later.orders] == [each.id for each in whole.orders[2:]]
    assert later.fills == whole.fills
    earlier = await gather_ledger("default", until_ns=third_ns)
    assert [each.id for each in earlier.orders] == [each.id for each in whole.orders[:2]]
    assert earlier.fills == whole.fills[:2]
    with pytest.raises(Invalid):
        await gather_ledger("default", until_ns=1)


async def test_a_clock_that_was_set_back_hides_no_trade(client, desk, buy, set_price, monkeypatch):
    set_price(50_000)
    for _ in range(3):
        await buy()
    whole = await gather_ledger("default")
    assert not whole.is_set_back
    before_ns = whole.fills[0].time_ns - 1
    monkeypatch.setattr(desk, "market_time_ns", lambda: before_ns)
    after = await gather_ledger("default")
    assert after.is_set_back
    assert (after.fills, after.orders) == (whole.fills, whole.orders)
    assert all(after.since_ns <= fill.time_ns < after.until_ns for fill in after.fills)


async def test_a_period_without_history_names_the_field_that_was_given(client, desk, buy, set_price):
    set_price(50_000)
    await buy()
    with pytest.raises(Invalid) as late:
        await gather_ledger("default", since_ns=2**62)
    with pytest.raises(Invalid) as early:
        await gather_ledger("default", until_ns=1)
    assert [list(each.value.details) for each in (late, early)] == [["from"], ["to"]]


async def test_an_epoch_that_ended_is_as_it_was(client, desk, buy, set_price):
    set_price(50_000)
    await buy()
    before = await gather_ledger("default")
    await client.post("/api/v1/accounts/default/reset/", json={})
    now = await gather_ledger("default")
    assert (now.epoch, now.fills, now.positions) == (2, [], [])
    past = await gather_ledger("default", epoch=1)
    assert (past.fills, past.positions) == (before.fills, before.positions)
    with pytest.raises(NotFound):
        await gather_ledger("default", epoch=3)
    with pytest.raises(NotFound):
        await gather_ledger("nobody")


async def test_money_that_came_is_no_growth(client, desk, buy, set_price):
    set_price(50_000)
    await buy(quantity="1")
    await client.post("/api/v1/accounts/default/deposit/", json={"asset": "USDT", "amount": "50000"})
    ledger = await gather_ledger("default")
    first, last = ledger.samples[0], ledger.samples[-1]
    assert last.deposit_units - first.deposit_units == 50_000 * 10**8
    assert last.equity_units > 1.4 * first.equity_units
    assert 0.999 < last.growth < 1  # the fee


async def test_there_is_an_end_to_it(client, desk, buy, set_price, monkeypatch):
    monkeypatch.setattr(ledgers, "MAX_FILLS", 2)
    set_price(50_000)
    for _ in range(3):
        await buy()
    with pytest.raises(Rejected) as refused:
        await gather_ledger("default")
    assert refused.value.code == "TOO_MUCH_HISTORY"
    assert services.get_desk() is desk
