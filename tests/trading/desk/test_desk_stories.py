"""Random stories: whatever is done, and wherever the process dies, the journal gives the same state back."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kit.errors import DomainError, Unavailable
from tests.trading.desk.bench import Bench
from tests.trading.faulty_store import FaultyStore
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
    st.tuples(st.sampled_from(["cancel all", "reset", "commit", "restart", "crash", "disk"]), st.none()),
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
            elif what == "commit":
                await desk.wait_until_durable()
                check_that_all_is_shown(desk)
            elif what == "market":
                desk.on_market(self.make_update(detail, time_ns=self.bench.time_ns))
            else:
                self.command(desk, what, detail)
        await desk.wait_until_durable()
        check_that_all_is_shown(desk)
        state_hash = desk.exchange.state_hash()
        again = await self.bench.restarted()
        assert again.exchange.state_hash() == state_hash
        check_that_all_is_shown(again)

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
        assert sorted(published.orders, key=by_id) == sorted(account.orders.values(), key=by_id)
        assert {order.id for order in published.open_orders(10_000)} == set(account.open_orders)
        for asset, balance in account.balances.items():
            shown = published.account.balances.get(asset)
            held = (shown.total_units, shown.held_units) if shown else (0, 0)
            assert held == (balance.total_units, balance.held_units)
            assert balance.total_units >= balance.held_units >= 0
        for order in account.orders.values():
            fills = [fill for fill in published.fills if fill.order_id == order.id]
            assert sum(fill.quantity_lots for fill in fills) == order.filled_lots <= order.quantity_lots
            assert sum(fill.fee_units for fill in fills) == order.fee_units
        for symbol, position in account.positions.items():
            shown_position = published.account.position(symbol)
            for name in type(position).__slots__:
                assert getattr(shown_position, name) == getattr(position, name), name


def by_id(order: Order) -> str:
    return order.id


@settings(max_examples=60, deadline=None)
@given(story=st.lists(steps, max_size=25))
def test_any_story_comes_back_from_its_journal(make_update, story) -> None:
    with tempfile.TemporaryDirectory() as folder:

        async def run() -> None:
            bench = Bench(lambda: FaultyStore(Path(folder) / "journal.sqlite3"))
            try:
                async with asyncio.timeout(60):
                    await Story(bench, make_update).tell(story)
            finally:
                for desk in bench.desks:
                    await desk.stop()

        asyncio.run(run())
