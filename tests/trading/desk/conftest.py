"""A desk over a journal with faults, on a market that the test writes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.trading.desk.bench import DEADLINE_S, Bench, open_account_command
from tests.trading.faulty_store import FaultyStore
from trading.desk import Desk
from trading.sandbox.orders import OpenAccount, OrderType, PlaceOrder, Side, TimeInForce


@pytest.fixture
async def bench(journal_path: Path) -> AsyncIterator[Bench]:
    """Where desks are made; all are stopped at the end."""
    bench = Bench(lambda: FaultyStore(journal_path), journal_path.parent)
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
