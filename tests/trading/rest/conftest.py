"""The real application with the exchange running, and no feed: the tests say what the market does."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from api.idempotency import TABLE
from markets.updates import MarketUpdate
from tests.asgi_client import Answer, AsgiClient
from tests.trading.faulty_store import FaultyStore
from trading import services
from trading.desk import Desk

DEADLINE_S = 20


@pytest.fixture
async def desk(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    """The process' desk, over a journal of its own with faults on demand."""
    settings.STATE_DIR = tmp_path
    monkeypatch.setattr(services, "SqliteStore", FaultyStore)
    monkeypatch.setattr("trading.services.RETRY_DELAYS_S", (0.0,))
    times_ns = itertools.count(1_700_000_000_000_000_000, 1_000_000)
    monkeypatch.setattr("trading.services.markets.market_time_ns", lambda: next(times_ns))
    await services.start()
    yield services.get_desk()
    async with asyncio.timeout(DEADLINE_S):
        await services.stop()
    TABLE.__init__()  # type: ignore[misc]


@pytest.fixture
def store(desk: Desk) -> FaultyStore:
    """The running desk's journal."""
    return desk._store


@pytest.fixture
def set_price(desk: Desk, make_update: Callable[..., MarketUpdate]) -> Callable[..., None]:
    """Move the market of BTC-USDT to a price in dollars; its depth is 1 BTC at each of three levels."""

    def move(price: int, **options: Any) -> None:
        services.on_market(make_update(price * 100, **options))

    return move


@pytest.fixture
def place(desk: Desk, client: AsgiClient) -> Callable[..., Any]:
    """POST an order, a limit buy of 0.01 BTC at 50000 unless said otherwise; None leaves a field out."""

    async def post(*, headers: dict[str, str] | None = None, by: AsgiClient | None = None, **changes: Any) -> Answer:
        order = {"symbol": "BTC-USDT", "side": "buy", "type": "limit", "quantity": "0.01", "price": "50000.00"}
        order = {name: value for name, value in {**order, **changes}.items() if value is not None}
        return await (by or client).post("/api/v1/orders/", json=order, headers=headers or {})

    return post


@pytest.fixture
def buy(place: Callable[..., Any]) -> Callable[..., Any]:
    """POST a market order, a buy of 0.01 BTC unless said otherwise."""

    async def post(**changes: Any) -> Answer:
        return await place(**{"type": "market", "price": None, **changes})

    return post
