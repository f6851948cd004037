"""Thousands of random commands on the exchange and its journal, with crashes, damaged snapshots and restarts in between.

After every step money is conserved to the last unit, counted apart from the exchange. After every crash what was
acknowledged is there, and the state is the fold of the journal, whichever way the start took and whatever PYTHONHASHSEED.
"""

import asyncio
import os
import random
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kit.errors import DomainError
from markets.instruments import DEFAULT_INSTRUMENTS
from markets.updates import MarketUpdate
from tests.trading.desk.bench import Bench, market_update, open_account_command
from trading.audit import Walk
from trading.desk import Desk
from trading.journal.reading import JournalReader
from trading.journal.stores import SqliteStore
from trading.sandbox.events import AccountOpened, AccountReset, AnyEvent, OrderAccepted, OrderFilled
from trading.sandbox.orders import (
    CancelAllOrders,
    CancelOrder,
    Command,
    OrderType,
    PlaceOrder,
    ReplaceOrder,
    ResetAccount,
    Side,
    TimeInForce,
)

ACCOUNTS = ("default", "margin")
SYMBOL = "BTC-USDT"
INSTRUMENT = next(each for each in DEFAULT_INSTRUMENTS if each.symbol == SYMBOL)
MIDDLE_TICKS = 5_000_000
KINDS = {
    "market": (OrderType.MARKET, TimeInForce.IOC),
    "limit": (OrderType.LIMIT, TimeInForce.GTC),
    "ioc": (OrderType.LIMIT, TimeInForce.IOC),
    "stop": (OrderType.STOP, TimeInForce.GTC),
    "stop_limit": (OrderType.STOP_LIMIT, TimeInForce.GTC),
}
offsets = st.integers(-12, 12)
accounts = st.sampled_from(ACCOUNTS)
lots = st.integers(1_000, 400_000)


def ledger_of(events: list[AnyEvent]) -> dict[tuple[str, str], int]:
    """What each account has of each asset, out of openings and fills alone."""
    totals: dict[tuple[str, str], int] = defaultdict(int)
    sides: dict[str, Side] = {}
    for event in events:
        if isinstance(event, AccountOpened | AccountReset):
            for key in [key for key in totals if key[0] == event.account_id]:
                del totals[key]
            totals.update(((event.account_id, asset), units) for asset, units in event.balances.items())
        elif isinstance(event, OrderAccepted):
            sides[event.order_id] = event.side
        elif isinstance(event, OrderFilled):
            sign = 1 if sides[event.order_id] is Side.BUY else -1
            cost_units = INSTRUMENT.notional_units(event.price_ticks, event.quantity_lots)
            totals[event.account_id, "USDT"] -= sign * cost_units + event.fee_units
            totals[event.account_id, "BTC"] += sign * event.quantity_lots * INSTRUMENT.lot_units
    return {key: units for key, units in totals.items() if units}


class Trading:
    """A desk in a folder, everything that happened to it, and how it dies and comes back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bench = Bench(lambda: SqliteStore(folder / "journal.sqlite3"), folder)
        self.bench.keep_house_every, self.bench.kept_ended_orders = 8, 2
        self.loop = asyncio.new_event_loop()
        self.events: list[AnyEvent] = []
        self.acknowledged = 0
        self.orders = 0
        self.price_ticks = MIDDLE_TICKS
        self.desk: Desk = self.run(self._open())

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(asyncio.wait_for(work, 60))

    async def _open(self) -> Desk:
        desk = self.bench.new_desk()
        await desk.start()
        for account_id in ACCOUNTS:
            is_margin = account_id == "margin"
            command = open_account_command(
                account_id, account_type="margin" if is_margin else "cash", allow_short=is_margin
            )
            self.events += desk.execute(command).events
        await desk.wait_until_durable()
        self.acknowledged = len(self.events)
        return desk

    def command(self, command: Command) -> None:
        before = self.desk.exchange.state_hash()
        try:
            self.events += self.desk.execute(command).events
        except DomainError:
            assert self.desk.exchange.state_hash() == before

    def place(self, account_id: str, kind: str, side: str, quantity_lots: int, offset: int, named: bool) -> None:
        order_type, time_in_force = KINDS[kind]
        ticks = MIDDLE_TICKS + 20_000 * offset
        self.orders += 1
        self.command(
            PlaceOrder(
                order_id=f"order-{self.orders}",
                account_id=account_id,
                symbol=SYMBOL,
                side=Side(side),
                type=order_type,
                time_in_force=time_in_force,
                quantity_lots=quantity_lots,
                price_ticks=ticks if order_type in (OrderType.LIMIT, OrderType.STOP_LIMIT) else None,
                stop_ticks=ticks if order_type in (OrderType.STOP, OrderType.STOP_LIMIT) else None,
                client_order_id=f"client-{self.orders // 2}" if named else None,
            )
        )

    def known(self, number: int) -> tuple[str, str]:
        """An order that exists, by a number; an unknown one while there is none."""
        ids = list(self.desk.exchange.orders)
        order_id = ids[number % len(ids)] if ids else "none"
        return order_id, self.desk.exchange.orders[order_id].account_id if ids else "default"

    async def _on_market(self, update: MarketUpdate) -> None:
        self.desk.on_market(update)

    def move(self, offset: int, *, jumps: bool) -> None:
        before_ticks, self.price_ticks = self.price_ticks, MIDDLE_TICKS + 20_000 * offset
        self.bench.time_ns += 1
        from_ticks = None if jumps else before_ticks
        update = market_update(self.price_ticks, from_ticks=from_ticks, time_ns=self.bench.time_ns)
        told: list[AnyEvent] = []
        on_market = self.desk.exchange.on_market
        self.desk.exchange.on_market = lambda each: told.extend(events := on_market(each)) or events  # type: ignore
        self.run(self._on_market(update))
        self.desk.exchange.on_market = on_market  # type: ignore[method-assign]
        self.events += told

    def commit(self) -> None:
        self.run(self.desk.wait_until_durable())
        self.acknowledged = len(self.events)

    def keep_house(self) -> None:
        self.commit()
        self.run(self._keep_house())

    async def _keep_house(self) -> None:
        self.desk._begin_housekeeping(self.desk.entries)
        await self.desk.wait_for_housekeeping()

    def crash(self) -> None:
        """The process is gone, with whatever was not on its way to the disk yet."""
        self.run(self._crash())
        journal = JournalReader(self.folder / "journal.sqlite3")
        walk = Walk(journal)
        survived = [event for step in walk.steps() for event in step.entry.events]
        journal.close()
        assert len(survived) >= self.acknowledged, "something acknowledged is lost"
        assert survived == self.events[: len(survived)]
        self.events, self.acknowledged = survived, len(survived)
        self.desk = self.bench.new_desk()
        self.run(self.desk.start())
        assert self.desk.exchange.state_hash() == walk.exchange.state_hash()

    async def _crash(self) -> None:
        await self.desk.wait_for_housekeeping()
        writer = self.desk._writer
        assert writer is not None
        writer._outbox.clear()
        await writer.stop()
        self.desk._writer = None
        await self.desk.stop()

    def restart(self) -> None:
        self.run(self.desk.stop())
        self.acknowledged = len(self.events)
        state_hash = self.desk.exchange.state_hash()
        self.desk = self.bench.new_desk()
        self.run(self.desk.start())
        assert self.desk.exchange.state_hash() == state_hash

    def damage(self, number: int) -> None:
        """Flip a bit of a snapshot."""
        files = self.bench.snapshots()
        if files:
            path = files[number % len(files)].path
            content = bytearray(path.read_bytes())
            content[number % len(content)] ^= 1
            path.write_bytes(content)

    def check_money(self) -> None:
        shown = {
            (account.id, asset): balance.total_units
            for account in self.desk.exchange.accounts.values()
            for asset, balance in account.balances.items()
            if balance.total_units
        }
        assert shown == ledger_of(self.events)
        for balance in self.desk.exchange.accounts["default"].balances.values():
            assert balance.total_units >= balance.held_units >= 0

    def close(self) -> None:
        self.run(self.desk.stop())
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()


class Machine(RuleBasedStateMachine):
    """Everything that can happen, in any order."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.trading = Trading(Path(self.folder.name))
        self.trading.move(0, jumps=True)

    @rule(
        account_id=accounts,
        kind=st.sampled_from(sorted(KINDS)),
        side=st.sampled_from(["buy", "sell"]),
        quantity_lots=lots,
        offset=offsets,
        named=st.booleans(),
    )
    def place(self, **order: Any) -> None:
        self.trading.place(**order)

    @rule(number=st.integers(0, 99))
    def cancel(self, number: int) -> None:
        order_id, account_id = self.trading.known(number)
        self.trading.command(CancelOrder(order_id=order_id, account_id=account_id))

    @rule(number=st.integers(0, 99), quantity_lots=lots, offset=offsets)
    def replace(self, number: int, quantity_lots: int, offset: int) -> None:
        order_id, account_id = self.trading.known(number)
        ticks = MIDDLE_TICKS + 20_000 * offset
        self.trading.command(
            ReplaceOrder(order_id=order_id, account_id=account_id, quantity_lots=quantity_lots, price_ticks=ticks)
        )

    @rule(account_id=accounts)
    def cancel_all(self, account_id: str) -> None:
        self.trading.command(CancelAllOrders(account_id=account_id))

    @rule(account_id=accounts)
    def reset(self, account_id: str) -> None:
        self.trading.command(ResetAccount(account_id=account_id, balances={"USDT": 10**13, "BTC": 10**9}))

    @rule(offset=offsets, jumps=st.booleans())
    def move(self, offset: int, jumps: bool) -> None:
        self.trading.move(offset, jumps=jumps)

    @rule()
    def commit(self) -> None:
        self.trading.commit()

    @rule()
    def keep_house(self) -> None:
        self.trading.keep_house()

    @rule()
    def crash(self) -> None:
        self.trading.crash()

    @rule()
    def restart(self) -> None:
        self.trading.restart()

    @rule(number=st.integers(0, 10_000))
    def damage(self, number: int) -> None:
        self.trading.damage(number)

    @invariant()
    def money_is_conserved(self) -> None:
        if hasattr(self, "trading"):
            self.trading.check_money()

    def teardown(self) -> None:
        if hasattr(self, "trading"):
            self.trading.crash()
            self.trading.close()
            self.folder.cleanup()


Machine.TestCase.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
TestMachine = Machine.TestCase


COMMANDS = 4_000
REPLAY = """
import asyncio, sys
from pathlib import Path
from tests.trading.desk.bench import Bench
from trading.journal.stores import SqliteStore

async def replay(folder):
    desk = Bench(lambda: SqliteStore(folder / "journal.sqlite3"), folder).new_desk()
    await desk.start()
    print(desk.exchange.state_hash())
    await desk.stop()

asyncio.run(replay(Path(sys.argv[1])))
"""


def random_trading(folder: Path) -> str:
    """Thousands of commands with a crash now and then; the hash of the state they lead to."""
    rng = random.Random(34)
    trading = Trading(folder)
    trading.move(0, jumps=True)
    for number in range(COMMANDS):
        draw = rng.random()
        if draw < 0.6:
            trading.place(
                rng.choice(ACCOUNTS),
                rng.choice(sorted(KINDS)),
                rng.choice(["buy", "sell"]),
                rng.randint(1_000, 60_000),
                rng.randint(-12, 12),
                rng.random() < 0.5,
            )
        elif draw < 0.8:
            trading.move(rng.randint(-12, 12), jumps=rng.random() < 0.5)
        elif draw < 0.99:
            order_id, account_id = trading.known(rng.randrange(10_000))
            trading.command(CancelOrder(order_id=order_id, account_id=account_id))
        else:
            account_id = rng.choice(ACCOUNTS)
            trading.command(ResetAccount(account_id=account_id, balances={"USDT": 10**13, "BTC": 10**9}))
        if number % 400 == 399:
            trading.crash()
            trading.check_money()
    trading.commit()
    state_hash = trading.desk.exchange.state_hash()
    trading.close()
    return state_hash


def test_any_hash_seed_leads_to_the_same_state_from_a_snapshot_and_from_the_first_entry(tmp_path):
    state_hash = random_trading(tmp_path)
    snapshots = sorted((tmp_path / "snapshots").glob("*.snapshot"))
    assert snapshots
    for with_snapshots in (True, False):
        if not with_snapshots:
            for path in snapshots:
                path.unlink()
        for seed in ("0", "1", "4242"):
            done = subprocess.run(
                [sys.executable, "-c", REPLAY, str(tmp_path)],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": seed},
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
            )
            assert (done.stdout.strip(), done.stderr) == (state_hash, "")
