"""A desk over a journal with faults, on a market that the test writes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from api.idempotency import StoredAnswer
from kit.clock import ManualClock
from kit.errors import NotFound
from markets.instruments import DEFAULT_INSTRUMENTS, Instrument
from trading.desk import Desk
from trading.published import Change
from trading.sandbox.orders import OpenAccount, OrderType, PlaceOrder, Side, TimeInForce

DEADLINE_S = 20
WALL_NS = 1_700_000_000_000_000_000


class Bench:
    """Makes desks over one journal file, and keeps what they told."""

    def __init__(self, store_type: type, path: Path) -> None:
        self.instruments = {instrument.symbol: instrument for instrument in DEFAULT_INSTRUMENTS}
        self.clock = ManualClock(WALL_NS)
        self.time_ns = 1_000
        self.told: list[Change] = []
        self.restored: list[StoredAnswer] = []
        self._store_type = store_type
        self._path = path
        self.desks: list[Desk] = []
        self.stores: list = []

    def find_instrument(self, symbol: str) -> Instrument:
        """The instruments of the test's market."""
        if symbol not in self.instruments:
            raise NotFound(f"There is no symbol {symbol!r}.", code="UNKNOWN_SYMBOL")
        return self.instruments[symbol]

    def new_desk(self) -> Desk:
        """A desk that has not started yet, over a new connection to the same journal."""
        store = self._store_type(self._path)
        desk = Desk(
            store=store,
            find_instrument=self.find_instrument,
            market_time_ns=lambda: self.time_ns,
            clock=self.clock,
            restore_answers=self.restored.extend,
            retry_delays_s=(0.0, 0.001),
        )
        desk.add_listener(self.told.append)
        self.desks.append(desk)
        self.stores.append(store)
        return desk

    async def started_desk(self) -> Desk:
        """A desk that trades, with the account `default`."""
        desk = self.new_desk()
        await desk.start()
        if "default" not in desk.published.accounts:
            await desk.commit([desk.execute(open_account_command("default"))])
        return desk

    async def restarted(self) -> Desk:
        """Stop the last desk in good order and start the next one on its journal."""
        await self.desks[-1].stop()
        return await self.started_desk()


def open_account_command(account_id: str, *, account_type: str = "cash", allow_short: bool = False) -> OpenAccount:
    return OpenAccount(
        account_id=account_id,
        name=account_id,
        type=account_type,
        base_currency="USDT",
        allow_short=allow_short,
        maker_ppm=200,
        taker_ppm=500,
        fill_policy="realistic",
        balances={"USDT": 100_000 * 10**8},
    )


@pytest.fixture
async def bench(store, journal_path: Path) -> AsyncIterator[Bench]:
    """Where desks are made; all are stopped at the end."""
    store.close()
    bench = Bench(type(store), journal_path)
    yield bench
    async with asyncio.timeout(DEADLINE_S):
        for desk in bench.desks:
            await desk.stop()


@pytest.fixture
async def desk(bench: Bench) -> Desk:
    """A desk that trades."""
    return await bench.started_desk()


@pytest.fixture
def place() -> Callable[..., PlaceOrder]:
    """Orders of the account `default`, a limit buy of 0.01 BTC at 50000.00 unless said otherwise."""
    numbers = iter(range(1, 1_000_000))

    def make(**changes: object) -> PlaceOrder:
        values: dict = {
            "order_id": f"order-{next(numbers)}",
            "account_id": "default",
            "symbol": "BTC-USDT",
            "side": Side.BUY,
            "type": OrderType.LIMIT,
            "time_in_force": TimeInForce.GTC,
            "quantity_lots": 1_000,
            "price_ticks": 5_000_000,
        }
        return PlaceOrder(**{**values, **changes})

    return make


@pytest.fixture
def market_order(place: Callable[..., PlaceOrder]) -> Callable[..., PlaceOrder]:
    """Market orders for 0.01 BTC."""

    def make(**changes: object) -> PlaceOrder:
        values = {"type": OrderType.MARKET, "time_in_force": TimeInForce.IOC, "price_ticks": None}
        return place(**{**values, **changes})

    return make


@pytest.fixture
def open_account() -> Callable[..., OpenAccount]:
    """Commands that open accounts with 100,000 USDT."""
    return open_account_command
