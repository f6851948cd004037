"""Random stories: whatever is done, and wherever the process dies, the journal gives the same state back.

Told once with a desk that keeps everything in memory, and once with one that keeps house after every third entry and
hardly an ended order in memory.
"""

import asyncio
import sqlite3
import tempfile
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.errors import DomainError, Unavailable
from tests.trading.desk.bench import Bench
from tests.trading.faulty_store import FaultyStore
from trading import pages
from trading.books import Books
from trading.history import FillFilter, OrderFilter
from trading.journal.entries import decode_entry
from trading.sandbox.orders import (
    CancelAllOrders,
    CancelOrder,
    Order,
    OrderType,
    PlaceOrder,
    ReplaceOrder,
    ResetAccount,
    Side,
    TimeInForce,
)

TYPES = {
    OrderType.MARKET: (TimeInForce.IOC, TimeInForce.FOK),
    OrderType.LIMIT: tuple(TimeInForce),
    OrderType.STOP: (TimeInForce.GTC,),
    OrderType.STOP_LIMIT: (TimeInForce.GTC, TimeInForce.IOC),
}
prices = st.integers(99, 111).map(lambda step: step * 50_000)
lots = st.integers(1, 400_000)

orders = st.sampled_from(sorted(TYPES)).flatmap(
    lambda order_type: st.builds(
        dict,
        type=st.just(OrderType(order_type)),
        side=st.sampled_from(Side),
        time_in_force=st.sampled_from(TYPES[OrderType(order_type)]),
        quantity_lots=lots,
        price_ticks=prices if "limit" in order_type else st.none(),
        stop_ticks=prices if "stop" in order_type else st.none(),
        client_order_id=st.none() | st.sampled_from(["a", "b"]),
    )
)
steps = st.one_of(
    st.tuples(st.just("place"), orders),
    st.tuples(st.just("market"), prices),
    st.tuples(st.just("cancel"), st.integers(0, 9)),
    st.tuples(st.just("replace"), st.tuples(st.integers(0, 9), lots, prices)),
    st.tuples(st.sampled_from(["cancel all", "reset", "commit", "restart", "crash", "disk", "damage"]), st.none()),
)


class Story:
    """Carries out steps on a desk, and dies and comes back when the story says so."""

    def __init__(self, bench, make_update) -> None:
        self.bench = bench
        self.make_update = make_update
        self.orders = 0

    async def tell(self, story: list[tuple]) -> None:
        desk = await self.bench.started_desk()
        for what, detail in story:
            self.bench.time_ns += 1
            if what in ("restart", "crash"):
                desk = await self.come_back(desk, dies=what == "crash")
            elif what == "disk":
                await self.lose_the_disk(desk)
            elif what == "damage":
                self.damage_newest_snapshot()
            elif what == "commit":
                await desk.wait_until_durable()
                check_that_all_is_shown(desk)
            elif what == "market":
                desk.on_market(self.make_update(detail, time_ns=self.bench.time_ns))
            else:
                self.command(desk, what, detail)
        await desk.wait_until_durable()
        check_that_all_is_shown(desk)
        state_hash, shown = desk.exchange.state_hash(), await all_that_is_shown(desk)
        again = await self.bench.restarted()
        assert again.exchange.state_hash() == state_hash
        check_that_all_is_shown(again)
        assert await all_that_is_shown(again) == shown
        self.forget_snapshots()
        whole = await self.bench.restarted()
        assert whole.exchange.state_hash() == state_hash
        assert await all_that_is_shown(whole) == shown
        check_that_history_is_the_journal(whole, self.bench.folder / "journal.sqlite3")

    def damage_newest_snapshot(self) -> None:
        for file in self.bench.snapshots()[:1]:
            content = bytearray(file.path.read_bytes())
            content[len(content) // 2] ^= 1
            file.path.write_bytes(content)

    def forget_snapshots(self) -> None:
        for file in self.bench.snapshots():
            file.path.unlink()

    def command(self, desk, what: str, detail) -> None:
        known = list(desk.exchange.orders)
        if what == "place":
            self.orders += 1
            command = PlaceOrder(order_id=f"o{self.orders}", account_id="default", symbol="BTC-USDT", **detail)
        elif what == "cancel":
            command = CancelOrder(account_id="default", order_id=known[detail % len(known)] if known else "none")
        elif what == "replace":
            number, quantity, price = detail
            order_id = known[number % len(known)] if known else "none"
            command = ReplaceOrder(account_id="default", order_id=order_id, quantity_lots=quantity, price_ticks=price)
        elif what == "reset":
            command = ResetAccount(account_id="default", balances={"USDT": 10**13, "BTC": 10**9})
        else:
            command = CancelAllOrders(account_id="default")
        before = desk.exchange.state_hash()
        try:
            desk.execute(command)
        except Unavailable:
            raise
        except DomainError:
            assert desk.exchange.state_hash() == before

    async def come_back(self, desk, *, dies: bool):
        if dies:  # whatever the writer has not begun to write is lost
            desk._writer._outbox.clear()
        await desk.stop()
        state = await self.bench.started_desk()
        check_that_all_is_shown(state)
        return state

    async def lose_the_disk(self, desk) -> None:
        store = self.bench.stores[-1]
        await desk.wait_until_durable()
        store.fail_before_write = True
        lost = desk.execute(PlaceOrder(order_id="lost", account_id="default", symbol="BTC-USDT", **LOST))
        try:
            await desk.commit([lost])
        except Unavailable:
            store.fail_before_write = False
            await desk.wait_for_recovery()
        assert desk.trouble is None
        assert "lost" not in desk.exchange.orders
        check_that_all_is_shown(desk)


LOST = {
    "type": OrderType.LIMIT,
    "side": Side.BUY,
    "time_in_force": TimeInForce.GTC,
    "quantity_lots": 1,
    "price_ticks": 1,
}


def check_that_all_is_shown(desk) -> None:
    """When nothing is on its way, readers see exactly what the exchange has."""
    for account_id, account in desk.exchange.accounts.items():
        published = desk.published.account(account_id)
        own = [order for order in desk.exchange.orders.values() if order.account_id == account_id]
        epochs = [published.present, *published.past.values()]
        orders = [order for epoch in epochs for order in epoch.orders.values()]
        assert sorted(orders, key=by_id) == sorted(own, key=by_id)
        assert {order.id for order in published.present.open_orders(10_000)} == set(account.open_orders)
        for asset, balance in account.balances.items():
            shown = published.account.balances.get(asset)
            held = (shown.total_units, shown.held_units) if shown else (0, 0)
            assert held == (balance.total_units, balance.held_units)
            assert balance.total_units >= balance.held_units >= 0
        for order in own:
            fills = [fill for epoch in epochs for fill in epoch.fills.values() if fill.order_id == order.id]
            assert sum(fill.quantity_lots for fill in fills) == order.filled_lots <= order.quantity_lots
            assert sum(fill.fee_units for fill in fills) == order.fee_units
        for symbol, position in account.positions.items():
            shown_position = published.account.position(symbol)
            for name in type(position).__slots__:
                assert getattr(shown_position, name) == getattr(position, name), name


async def all_that_is_shown(desk) -> dict:
    """Everything that a client could read, page by page."""
    shown = {}
    for account_id, published in desk.published.accounts.items():
        orders, after = await pages.page_of_orders(desk, account_id, OrderFilter(), limit=3, after=None)
        while after is not None:
            more, after = await pages.page_of_orders(desk, account_id, OrderFilter(), limit=3, after=after)
            orders += more
        fills, after = await pages.page_of_fills(desk, account_id, FillFilter(), limit=3, after=None)
        while after is not None:
            more_fills, after = await pages.page_of_fills(desk, account_id, FillFilter(), limit=3, after=after)
            fills += more_fills
        account = published.account
        shown[account_id] = (
            [msgspec.to_builtins(order) for order in orders],
            fills,
            [(asset, b.total_units, b.held_units) for asset, b in account.balances.items()],
            [(symbol, p.quantity_lots, p.cost_units, p.realized_units) for symbol, p in account.positions.items()],
            (account.epoch, dict(account.client_order_ids)),
        )
    return shown


def check_that_history_is_the_journal(desk, path: Path) -> None:
    """Every order that the journal tells of is in memory or on disk, as a plain fold has it."""
    plain = Books(desk._find_instrument)
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    for (body,) in connection.execute("SELECT body FROM entries ORDER BY seq"):
        plain.fold(decode_entry(body.encode()))
    connection.close()
    for order in plain.exchange.orders.values():
        known = desk.exchange.orders.get(order.id)
        if known is None:
            found = desk.history.order(order.account_id, order.id)
            assert found is not None, order.id
            known = found[1]
        assert known == order


def by_id(order: Order) -> str:
    return order.id


@settings(max_examples=60, deadline=None)
@given(story=st.lists(steps, max_size=25), keeps_house=st.booleans())
def test_any_story_comes_back_from_its_journal(make_update, story, keeps_house) -> None:
    with tempfile.TemporaryDirectory() as folder:

        async def run() -> None:
            bench = Bench(lambda: FaultyStore(Path(folder) / "journal.sqlite3"), Path(folder))
            if keeps_house:
                bench.keep_house_every, bench.kept_ended_orders = 3, 1
            try:
                async with asyncio.timeout(60):
                    await Story(bench, make_update).tell(story)
            finally:
                for desk in bench.desks:
                    await desk.stop()

        asyncio.run(run())
