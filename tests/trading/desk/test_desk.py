"""The desk: durable before shown, read-only while the journal is down, the same after a restart."""

import asyncio
import sqlite3

import pytest

from api.idempotency import StoredAnswer
from kit.errors import Conflict, NotFound, Unavailable
from markets.instruments import make_instrument
from tests.trading.desk.bench import fills_of, orders_of
from trading.journal.entries import Entry, decode_entry
from trading.journal.errors import JournalDamaged, JournalLocked
from trading.journal.stores import MemoryStore
from trading.sandbox.events import OrderAccepted, OrderFilled
from trading.sandbox.orders import CancelAllOrders, CancelOrder, ReplaceOrder, ResetAccount, Side

ANSWER = StoredAnswer("default", "key", "print", 201, "application/json", b'{"id": 1}', 1_700_000_000_000_000_000)


def entries_of(path) -> list[Entry]:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    rows = connection.execute("SELECT body FROM entries ORDER BY seq").fetchall()
    connection.close()
    return [decode_entry(body.encode()) for (body,) in rows]


def shown_state(desk) -> dict:
    """Everything a reader can see, as plain values."""
    return {
        account_id: (
            orders_of(account),
            fills_of(account),
            account.present.open_orders(10_000),
            {asset: (b.total_units, b.held_units) for asset, b in account.account.balances.items()},
            {s: (p.quantity_lots, p.cost_units, p.realized_units) for s, p in account.account.positions.items()},
            account.account.epoch,
        )
        for account_id, account in desk.published.accounts.items()
    }


async def test_an_order_is_shown_when_it_is_durable_and_not_before(desk, bench, place):
    executed = desk.execute(place())
    account = desk.published.account("default")
    assert orders_of(account) == []
    assert account.account.balances["USDT"].held_units == 0
    await desk.commit([executed])
    assert [order.id for order in orders_of(account)] == ["order-1"]
    assert account.account.balances["USDT"].held_units == 50_025_000_000
    assert [type(event) for event in bench.told[-1].events] == [OrderAccepted]


async def test_an_order_that_rests_is_told_with_the_money_it_holds_and_nothing_that_stayed_as_it_was(
    desk, bench, place
):
    await desk.commit([desk.execute(place())])
    told = bench.told[-1]
    assert [order.id for order in told.orders] == ["order-1"]
    assert [(balance.asset, balance.held_units) for balance in told.balances] == [("USDT", 50_025_000_000)]
    assert (told.accounts, told.fills, told.positions) == ((), (), ())
    account = desk.published.account("default").account
    assert (set(account.positions), "BTC" in account.balances) == (set(), False)


async def test_a_change_is_published_although_its_client_has_gone(desk, bench, place):
    desk.execute(place())
    leaving = asyncio.create_task(desk.commit([desk.execute(place())]))
    await asyncio.sleep(0)
    leaving.cancel()
    await desk.commit([desk.execute(place())])
    assert [change.orders[0].id for change in bench.told[1:]] == ["order-1", "order-2", "order-3"]


async def test_a_step_of_the_price_fills_what_waits_and_is_journaled(desk, bench, place, make_update, journal_path):
    desk.on_market(make_update(6_000_000))
    await desk.commit([desk.execute(place(), actor="10.0.0.1")])
    desk.on_market(make_update(4_999_990, from_ticks=6_000_000, time_ns=2_000))
    await desk.wait_until_durable()
    placed, filled = entries_of(journal_path)[1:]
    assert (placed.kind, placed.account_id, placed.actor) == ("place_order", "default", "10.0.0.1")
    assert (filled.kind, filled.account_id, filled.time_ns) == ("market", None, 2_000)
    (fill,) = fills_of(desk.published.account("default"))
    assert (fill.price_ticks, fill.quantity_lots, fill.is_maker) == (5_000_000, 1_000, True)
    assert desk.published.account("default").account.positions["BTC-USDT"].quantity_lots == 1_000
    assert {state.asset for state in bench.told[-1].balances} == {"USDT", "BTC"}
    assert [state.quantity_lots for state in bench.told[-1].positions] == [1_000]


async def test_only_what_looks_different_is_told(desk, bench, place):
    await desk.commit([desk.execute(place())])
    assert [state.asset for state in bench.told[-1].balances] == ["USDT"]
    assert bench.told[-1].positions == ()


async def test_a_restart_gives_the_same_state(desk, bench, place, market_order, make_update, open_account):
    desk.on_market(make_update(5_000_000))
    desk.execute(open_account("short", account_type="margin", allow_short=True))
    desk.execute(market_order(account_id="short", side=Side.SELL))
    desk.execute(market_order(quantity_lots=150_000))
    desk.execute(place(price_ticks=4_900_000, client_order_id="mine"))
    replaced = desk.execute(place(price_ticks=4_800_000)).change.orders[0].id
    desk.execute(ReplaceOrder(order_id=replaced, account_id="default", quantity_lots=700))
    desk.execute(place(price_ticks=10_000_000_000))
    desk.execute(ResetAccount(account_id="short", balances={"USDT": 5}))
    await desk.wait_until_durable()
    state_hash, shown, entries = desk.exchange.state_hash(), shown_state(desk), desk.entries
    again = await bench.restarted()
    assert again.exchange.state_hash() == state_hash
    assert shown_state(again) == shown
    assert again.entries == entries
    with pytest.raises(Conflict, match="mine"):
        again.execute(place(client_order_id="mine"))


async def test_what_was_answered_is_there_after_a_crash(desk, bench, place):
    await desk.commit([desk.execute(place())], ANSWER)
    bench.stores[-1].close()  # the process is gone: no stop, no farewell
    again = bench.new_desk()
    await again.start()
    assert again.published.account("default").order("order-1").quantity_lots == 1_000
    assert bench.restored == [ANSWER]


@pytest.mark.parametrize("moment", ["fail_before_write", "fail_after_commit"])
async def test_a_failed_journal_makes_the_desk_read_only_until_it_works_again(desk, bench, place, moment):
    await desk.commit([desk.execute(place())])
    store, told = bench.stores[-1], len(bench.told)
    setattr(store, moment, True)
    store.may_reopen.clear()
    with pytest.raises(Unavailable) as caught:
        await desk.commit([desk.execute(place())], ANSWER)
    assert caught.value.code == "JOURNAL_UNAVAILABLE"
    with pytest.raises(Unavailable, match="Nothing can be changed at present"):
        desk.execute(place())
    assert [order.id for order in orders_of(desk.published.account("default"))] == ["order-1"]
    assert len(bench.told) == told

    setattr(store, moment, False)
    store.may_reopen.set()
    await desk.wait_for_recovery()
    survived = moment == "fail_after_commit"
    assert [order.id for order in orders_of(desk.published.account("default"))] == ["order-1", "order-2"][
        : 1 + survived
    ]
    assert len(bench.told) == told + survived
    assert bench.restored == ([ANSWER] if survived else [])
    await desk.commit([desk.execute(place())])
    assert orders_of(desk.published.account("default"))[-1].id == "order-4"


async def test_the_price_moves_on_while_the_desk_is_read_only_and_orders_meet_it_afterwards(
    desk, bench, place, make_update
):
    desk.on_market(make_update(6_000_000))
    await desk.commit([desk.execute(place())])
    store = bench.stores[-1]
    store.fail_before_write = True
    store.may_reopen.clear()
    with pytest.raises(Unavailable):
        await desk.commit([desk.execute(place())])
    desk.on_market(make_update(4_999_900, from_ticks=6_000_000, time_ns=9))
    assert desk.marks["BTC-USDT"] == 4_999_900
    assert fills_of(desk.published.account("default")) == []
    store.fail_before_write = False
    store.may_reopen.set()
    await desk.wait_for_recovery()
    await desk.wait_until_durable()
    assert [fill.order_id for fill in fills_of(desk.published.account("default"))] == ["order-1"]


async def test_a_fault_of_the_exchange_is_undone_from_the_journal(desk, bench, place, monkeypatch):
    await desk.commit([desk.execute(place())])
    state_hash = desk.exchange.state_hash()

    def break_down(*_):
        desk.exchange.accounts.clear()
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(desk.exchange, "apply", break_down)
    with pytest.raises(ZeroDivisionError):
        desk.execute(place())
    with pytest.raises(Unavailable, match="a bug"):
        desk.execute(place())
    await desk.wait_for_recovery()
    assert desk.exchange.state_hash() == state_hash


async def test_a_fault_at_a_step_of_the_price_does_not_reach_the_feed(desk, place, make_update, monkeypatch):
    await desk.commit([desk.execute(place())])

    def break_down(_):
        raise KeyError("a bug")

    monkeypatch.setattr(desk.exchange, "on_market", break_down)
    desk.on_market(make_update(5_000_000))
    with pytest.raises(Unavailable, match="a bug"):
        desk.execute(place())
    await desk.wait_for_recovery()
    await desk.commit([desk.execute(place())])
    assert len(orders_of(desk.published.account("default"))) == 2


async def test_a_journal_damaged_meanwhile_keeps_the_desk_read_only(desk, bench, place, journal_path):
    await desk.commit([desk.execute(place())])
    store = bench.stores[-1]
    store.fail_before_write = True
    store.may_reopen.clear()
    with pytest.raises(Unavailable):
        await desk.commit([desk.execute(place())])
    connection = sqlite3.connect(journal_path)
    connection.executescript("DROP TRIGGER entries_keep_on_delete; DELETE FROM entries WHERE seq = 2;")
    connection.close()
    store.fail_before_write = False
    store.may_reopen.set()
    await desk.wait_for_recovery()
    with pytest.raises(Unavailable, match="entry 2"):
        desk.execute(place())
    assert desk.published.account("default").order("order-1").id == "order-1"


async def test_a_refused_command_leaves_no_entry(desk, place):
    before = desk.entries
    with pytest.raises(NotFound):
        desk.execute(place(account_id="nobody"))
    with pytest.raises(NotFound) as caught:
        desk.execute(place(symbol="NO-SUCH"))
    assert caught.value.code == "UNKNOWN_SYMBOL"
    with pytest.raises(NotFound):
        desk.execute(CancelOrder(order_id="none", account_id="default"))
    nothing = desk.execute(CancelAllOrders(account_id="default"))
    await desk.commit([nothing])
    assert (nothing.events, desk.entries) == ((), before)


async def test_an_answer_without_a_change_is_durable_too(desk, bench):
    await desk.commit([desk.execute(CancelAllOrders(account_id="default"))], ANSWER)
    await bench.restarted()
    assert bench.restored == [ANSWER]


async def test_a_reset_tells_of_every_balance_and_position(desk, bench, market_order, make_update):
    desk.on_market(make_update(5_000_000))
    desk.execute(market_order())
    await desk.commit([desk.execute(ResetAccount(account_id="default", balances={"EUR": 7}))])
    change = bench.told[-1]
    assert {state.asset: state.total_units for state in change.balances} == {"USDT": 0, "BTC": 0, "EUR": 7}
    assert [(state.symbol, state.quantity_lots) for state in change.positions] == [("BTC-USDT", 0)]
    account = desk.published.account("default")
    assert (orders_of(account), fills_of(account), account.account.epoch) == ([], [], 2)


async def test_the_journal_remembers_the_steps_of_what_was_traded(desk, bench, place):
    await desk.commit([desk.execute(place())])
    del bench.instruments["BTC-USDT"]
    again = await bench.restarted()
    assert again.instrument("BTC-USDT").tick.units == 1
    bench.instruments["BTC-USDT"] = make_instrument("BTC-USDT", tick="0.1", lot="0.00001")
    await again.stop()
    with pytest.raises(JournalDamaged, match=r"BTC-USDT was traded in ticks of 0\.01 .* ticks of 0\.1"):
        await bench.new_desk().start()


async def test_a_second_desk_on_the_same_journal_is_refused(desk, bench):
    with pytest.raises(JournalLocked):
        await bench.new_desk().start()


async def test_a_desk_that_could_not_start_lets_go_of_the_journal(desk, bench, place, journal_path):
    await desk.commit([desk.execute(place())])
    await desk.stop()
    connection = sqlite3.connect(journal_path)
    connection.executescript("DROP TRIGGER entries_keep_on_update; UPDATE entries SET body = '{}' WHERE seq = 1;")
    for _ in range(2):
        with pytest.raises(JournalDamaged, match="entry 1"):
            await bench.new_desk().start()
    connection.close()


async def test_before_the_start_and_after_the_stop_nothing_can_be_changed(bench, place):
    desk = bench.new_desk()
    with pytest.raises(Unavailable, match="has not started"):
        desk.execute(place())
    await desk.start()
    await desk.stop()
    with pytest.raises(Unavailable, match="has stopped"):
        desk.execute(place())


async def test_beyond_what_may_wait_for_the_journal_orders_are_refused(desk, bench, place, monkeypatch):
    monkeypatch.setattr(type(desk._writer), "has_room", property(lambda _: False))
    with pytest.raises(Unavailable, match="is behind") as caught:
        desk.execute(place())
    assert caught.value.code == "JOURNAL_UNAVAILABLE"


async def test_without_a_journal_the_desk_works_and_forgets(bench, place):
    bench.make_store = MemoryStore
    desk = await bench.started_desk()
    await desk.commit([desk.execute(place())], ANSWER)
    assert desk.published.account("default").order("order-1").id == "order-1"
    again = await bench.restarted()
    assert orders_of(again.published.account("default")) == []


async def test_a_closed_market_fills_nothing(desk, market_order, make_update):
    desk.on_market(make_update(5_000_000))
    desk.on_market_closed("BTC-USDT")
    executed = desk.execute(market_order())
    assert executed.events[0].code == "NO_MARKET_PRICE"
    assert desk.marks["BTC-USDT"] == 5_000_000
    await desk.commit([executed])


async def test_each_entry_holds_what_it_takes_to_follow_it(desk, market_order, make_update, journal_path):
    desk.on_market(make_update(5_000_000))
    await desk.commit([desk.execute(market_order())])
    entry = entries_of(journal_path)[-1]
    assert entry.instrument is not None and entry.instrument.symbol == "BTC-USDT"
    assert entry.wall_ns == 1_700_000_000_000_000_000
    assert [type(event) for event in entry.events] == [OrderAccepted, OrderFilled]


async def test_orders_that_wait_in_some_symbols_are_counted(desk, place):
    await desk.commit([desk.execute(place())])
    assert desk.waiting_orders(("BTC-USDT", "ETH-USDT")) == 1
    assert desk.waiting_orders(("ETH-USDT",)) == 0


async def test_a_halt_outlives_a_journal_that_failed(desk, bench, place, market_order, make_update):
    desk.on_market(make_update(5_000_000))
    desk.on_market_halted("BTC-USDT")
    store = bench.stores[-1]
    store.fail_before_write = True
    with pytest.raises(Unavailable):
        await desk.commit([desk.execute(place())])
    store.fail_before_write = False
    await desk.wait_for_recovery()
    executed = desk.execute(market_order())
    assert executed.events[0].code == "TRADING_HALTED"
    desk.on_market(make_update(5_000_000, time_ns=9))
    filled = desk.execute(market_order())
    assert isinstance(filled.events[-1], OrderFilled)
    await desk.commit([executed, filled])
