"""Housekeeping: a quick start from a snapshot, old orders readable from disk, and nobody held up when it fails."""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from kit.errors import Conflict, NotFound
from tests.trading.desk.bench import Bench, open_account_command, orders_of
from trading import pages
from trading.desk import Desk
from trading.history import FillFilter, OrderFilter
from trading.journal.snapshots import SnapshotFolder
from trading.sandbox.orders import CancelOrder, PlaceOrder, ResetAccount

Place = Callable[..., PlaceOrder]


@pytest.fixture
async def keeper(bench: Bench) -> AsyncIterator[Desk]:
    """A desk that keeps three ended orders in memory, and house when a test says so."""
    bench.kept_ended_orders = 3
    yield await bench.started_desk()


async def keep_house(desk: Desk) -> None:
    """One round, from its begin to its end."""
    await desk.wait_until_durable()
    desk._begin_housekeeping(desk.entries)
    await desk.wait_for_housekeeping()


async def trade(desk: Desk, place: Place, count: int, *, cancels: bool = True) -> None:
    """Orders that are placed and, most of them, canceled again."""
    for number in range(count):
        executed = desk.execute(place())
        if cancels and number % 4:
            desk.execute(CancelOrder(order_id=executed.change.orders[0].id, account_id="default"))
    await desk.wait_until_durable()


async def every_order(desk: Desk) -> list[str]:
    page, after = await pages.page_of_orders(desk, "default", OrderFilter(), limit=1_000, after=None)
    assert after is None
    return [order.id for order in page]


def newest_first(count: int) -> list[str]:
    return [f"order-{number}" for number in range(count, 0, -1)]


async def test_a_start_replays_only_what_came_after_the_snapshot(keeper, bench, place, monkeypatch):
    await trade(keeper, place, 12)
    await keep_house(keeper)
    await trade(keeper, place, 5, cancels=False)
    state_hash, entries = keeper.exchange.state_hash(), keeper.entries
    await keeper.stop()
    again = bench.new_desk()
    folded: list[int] = []
    rebuild = again._rebuild
    monkeypatch.setattr(again, "_rebuild", lambda told: folded.append((done := rebuild(told)).replayed) or done)
    await again.start()
    assert folded == [5]
    assert again.exchange.state_hash() == state_hash
    assert again.entries == entries
    assert await every_order(again) == newest_first(17)


async def test_the_snapshot_before_is_used_when_the_newest_is_damaged_and_it_is_said(keeper, bench, place, caplog):
    for _ in range(2):
        await trade(keeper, place, 6)
        await keep_house(keeper)
    newest, before = bench.snapshots()
    await trade(keeper, place, 2)
    state_hash = keeper.exchange.state_hash()
    newest.path.write_bytes(newest.path.read_bytes()[:-10])
    again = await bench.restarted()
    assert again.exchange.state_hash() == state_hash
    assert f"Snapshot {newest.path.name} is passed over: " in caplog.text
    assert f"Snapshot {before.path.name} is passed over" not in caplog.text


async def test_without_any_snapshot_the_whole_journal_is_replayed(keeper, bench, place):
    await trade(keeper, place, 12)
    await keep_house(keeper)
    await trade(keeper, place, 2)
    state_hash = keeper.exchange.state_hash()
    shutil.rmtree(bench.folder / "snapshots")
    again = await bench.restarted()
    assert again.exchange.state_hash() == state_hash
    assert await every_order(again) == newest_first(14)


async def test_a_snapshot_of_another_journal_is_passed_over(keeper, bench, place, tmp_path, caplog):
    await trade(keeper, place, 8)
    await keep_house(keeper)
    await keeper.stop()
    other = Bench(bench.make_store, tmp_path / "other")
    other.folder.mkdir()
    for name in ("history.sqlite3", "snapshots"):
        (bench.folder / name).rename(other.folder / name)
    (bench.folder / "journal.sqlite3").rename(other.folder / "journal.sqlite3")
    fresh = await bench.started_desk()
    await trade(fresh, place, 8)
    state_hash = fresh.exchange.state_hash()
    await fresh.stop()
    shutil.copytree(other.folder / "snapshots", bench.folder / "snapshots", dirs_exist_ok=True)
    again = await bench.started_desk()
    assert again.exchange.state_hash() == state_hash
    assert "of this journal is not the one it was written after" in caplog.text


@pytest.mark.parametrize("damage", ["gone", "garbage"])
async def test_a_history_that_is_lost_is_made_anew_from_the_journal(keeper, bench, place, damage, caplog):
    await trade(keeper, place, 12)
    await keep_house(keeper)
    state_hash = keeper.exchange.state_hash()
    await keeper.stop()
    for path in bench.folder.glob("history.sqlite3*"):
        path.unlink()
    if damage == "garbage":
        (bench.folder / "history.sqlite3").write_bytes(b"dear diary " * 999)
    again = await bench.started_desk()
    assert "the history of ended orders that it was written with is not there" in caplog.text
    assert again.exchange.state_hash() == state_hash
    await keep_house(again)
    assert again.history.count()[0] > 0
    assert await every_order(again) == newest_first(12)


async def test_a_history_of_another_journal_is_thrown_away(keeper, bench, place, caplog):
    await trade(keeper, place, 12)
    await keep_house(keeper)
    await keeper.stop()
    for path in bench.folder.glob("journal.sqlite3*"):
        path.unlink()
    again = await bench.started_desk()
    assert "it belongs to another journal than this one" in caplog.text
    with pytest.raises(NotFound):
        await pages.find_order(again, "default", "order-2")


async def test_memory_holds_the_open_orders_and_a_few_ended_ones(keeper, place):
    for _ in range(5):
        await trade(keeper, place, 40)
        await keep_house(keeper)
    assert len(keeper.exchange.accounts["default"].open_orders) == 50
    assert len(keeper.exchange.orders) == 53
    assert len(orders_of(keeper.published.account("default"))) == 53
    assert len(keeper.published.ended) == 3
    assert keeper.history.count() == (147, 0)
    assert await every_order(keeper) == newest_first(200)


async def test_an_order_that_left_memory_cannot_be_canceled_and_its_client_id_stays_used(keeper, bench, place):
    executed = keeper.execute(place(client_order_id="mine"))
    keeper.execute(CancelOrder(order_id="order-1", account_id="default"))
    await trade(keeper, place, 12)
    await keep_house(keeper)
    assert "order-1" not in keeper.exchange.orders
    for restarts in (False, True):
        desk = await bench.restarted() if restarts else keeper
        found = await pages.find_order(desk, "default", "order-1")
        assert (found.id, found.status) == (executed.change.orders[0].id, "canceled")
        with pytest.raises(Conflict, match="mine") as caught:
            desk.execute(place(client_order_id="mine"))
        assert caught.value.details == {"order_id": "order-1"}


async def test_orders_of_an_earlier_epoch_are_found_by_their_id(keeper, bench, place, market_order, make_update):
    keeper.on_market(make_update(5_000_000))
    bought = keeper.execute(market_order()).change.orders[0]
    await trade(keeper, place, 9)
    keeper.execute(ResetAccount(account_id="default", balances={"USDT": 10**13}))
    await keeper.wait_until_durable()
    for _ in range(2):
        assert await pages.find_order(keeper, "default", bought.id) == bought
        await keep_house(keeper)
    assert bought.id not in keeper.exchange.orders
    again = await bench.restarted()
    assert await pages.find_order(again, "default", bought.id) == bought
    assert await every_order(again) == []
    assert again.exchange.state_hash() == keeper.exchange.state_hash()


async def test_fills_leave_with_their_order_and_stay_readable(keeper, bench, market_order, make_update):
    keeper.on_market(make_update(5_000_000))
    for _ in range(20):
        keeper.execute(market_order())
    await keep_house(keeper)
    assert len(keeper.published.account("default").present.fills) == 3
    for restarts in (False, True):
        desk = await bench.restarted() if restarts else keeper
        page, _ = await pages.page_of_fills(desk, "default", FillFilter(), limit=100, after=None)
        assert [each.fill.order_id for each in page] == newest_first(20)
        assert {(each.symbol, each.side) for each in page} == {("BTC-USDT", "buy")}


async def test_a_snapshot_shows_one_moment_although_trading_goes_on_while_it_is_taken(bench, place, caplog):
    desk = await bench.started_desk()
    for number in range(120):
        desk.execute(open_account_command(f"a{number}"))
        desk.execute(place(account_id=f"a{number}"))
    await desk.wait_until_durable()
    state_hash, entries = desk.exchange.state_hash(), desk.entries
    desk._begin_housekeeping(desk.entries)
    while not desk._keeping_house.done():
        for number in range(0, 120, 7):
            desk.execute(place(account_id=f"a{119 - number}"))
        desk.execute(open_account_command(f"late-{desk.entries}"))
        desk.execute(ResetAccount(account_id="a118", balances={"USDT": 1}))
        await desk.wait_until_durable()
    later = desk.exchange.state_hash()
    assert desk.entries > entries + 19
    (file,) = bench.snapshots()
    assert file.seq == entries
    assert snapshot_hash(bench, file.path) == state_hash
    desk._housekeeper.keep = do_nothing  # no newer snapshot at the stop
    assert (await bench.restarted()).exchange.state_hash() == later
    assert "passed over" not in caplog.text


async def do_nothing(*_) -> None:
    """Keep no house."""


def snapshot_hash(bench: Bench, path: Path) -> str:
    """The hash of the state that a snapshot shows."""
    from trading.books import Books
    from trading.journal.snapshots import read_snapshot

    books = Books(bench.find_instrument)
    books.restore(read_snapshot(path)[1], lambda: ())
    return books.exchange.state_hash()


async def test_a_snapshot_that_cannot_be_written_is_said_and_holds_up_nothing(
    keeper, bench, place, caplog, monkeypatch
):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(SnapshotFolder, "write", fail)
    await trade(keeper, place, 12)
    await keep_house(keeper)
    assert "No space left on device" in keeper.housekeeping_trouble
    assert f"No snapshot after entry {keeper.entries}" in caplog.text
    await trade(keeper, place, 1)
    monkeypatch.undo()
    await keep_house(keeper)
    assert keeper.housekeeping_trouble is None
    assert len(bench.snapshots()) == 1


async def test_a_history_that_cannot_be_written_keeps_the_orders_in_memory(keeper, bench, place):
    await trade(keeper, place, 12)
    keeper.history.close()
    await keep_house(keeper)
    assert "not open" in keeper.housekeeping_trouble
    assert await every_order(keeper) == newest_first(12)
    assert bench.snapshots() == []
    keeper.history.open()
    await keep_house(keeper)
    assert await every_order(keeper) == newest_first(12)
    assert len(orders_of(keeper.published.account("default"))) == 6


async def test_house_is_kept_by_itself_after_so_many_entries(bench, place):
    bench.keep_house_every = 20
    desk = await bench.started_desk()
    await trade(desk, place, 19, cancels=False)
    await desk.wait_for_housekeeping()
    assert [file.seq for file in bench.snapshots()] == [20]
    await trade(desk, place, 19, cancels=False)
    await desk.wait_for_housekeeping()
    assert [file.seq for file in bench.snapshots()] == [20]
    await trade(desk, place, 1, cancels=False)
    await desk.wait_for_housekeeping()
    assert [file.seq for file in bench.snapshots()] == [40, 20]


async def test_a_long_replay_is_followed_by_a_snapshot_and_a_stop_writes_one(bench, place):
    desk = await bench.started_desk()
    await trade(desk, place, 30, cancels=False)
    bench.keep_house_every = 25
    again = await bench.restarted()
    await again.wait_for_housekeeping()
    assert [file.seq for file in bench.snapshots()] == [31]
    await trade(again, place, 24, cancels=False)
    await again.stop()
    assert [file.seq for file in bench.snapshots()] == [31]
    again = await bench.started_desk()
    await trade(again, place, 1, cancels=False)
    await again.stop()
    assert [file.seq for file in bench.snapshots()] == [56, 31]


async def test_a_journal_that_comes_back_starts_from_a_snapshot_and_tells_each_change_once(keeper, bench, place):
    await trade(keeper, place, 12, cancels=False)
    await keep_house(keeper)
    await trade(keeper, place, 3, cancels=False)
    store, told = bench.stores[-1], len(bench.told)
    store.fail_after_commit = True
    lost = keeper.execute(place())
    with pytest.raises(Exception, match="Nothing can be changed"):
        await keeper.commit([lost])
    store.fail_after_commit = False
    async with asyncio.timeout(20):
        await keeper.wait_for_recovery()
    assert keeper.trouble is None
    assert [change.orders[0].id for change in bench.told[told:]] == ["order-16"]
    assert await every_order(keeper) == newest_first(16)
    await trade(keeper, place, 4)
    await keep_house(keeper)
    assert await every_order(keeper) == newest_first(20)


async def test_a_replay_of_many_entries_does_not_fill_the_memory(keeper, bench, place, monkeypatch):
    await trade(keeper, place, 40)
    shutil.rmtree(bench.folder / "snapshots", ignore_errors=True)
    monkeypatch.setattr("trading.journal.recovery.MILESTONE_ENTRIES", 10)
    again = await bench.restarted()
    assert len(again.exchange.orders) <= 10 + 3 + 10
    assert again.exchange.state_hash() == keeper.exchange.state_hash()
    assert await every_order(again) == newest_first(40)


async def test_without_a_journal_old_orders_are_readable_until_the_end(bench, place, caplog):
    from trading.journal.stores import MemoryStore

    caplog.set_level(logging.INFO)
    bench.make_store, bench.folder, bench.kept_ended_orders = MemoryStore, None, 2
    desk = await bench.started_desk()
    await trade(desk, place, 12)
    await keep_house(desk)
    assert len(desk.exchange.orders) == 5
    assert await every_order(desk) == newest_first(12)
    assert "Snapshot" not in caplog.text
