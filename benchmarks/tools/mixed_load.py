"""The soak's load: orders that are placed, changed, filled and canceled, reads, and sockets that come and go."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from benchmarks.tools.clients import HttpConnection, listen

ACCOUNT = "soak"
PLENTY = {"USDT": "1000000000", "BTC": "100000"}
WORKERS = 32
SOCKETS = 40
SOCKET_LIFE_S = 20.0
"""Sockets come and go, so that one that is not given back shows."""

MAX_OPEN_ORDERS = 500
MAX_FAULT_KINDS = 20
CHANNELS = [
    "ticker:BTC-USDT",
    "trades:BTC-USDT",
    "orderbook:BTC-USDT",
    "candles:BTC-USDT:1m",
    "orders",
    "fills",
    "balances",
    "positions",
]
READS = [
    "/api/v1/markets/BTC-USDT/ticker/",
    "/api/v1/markets/BTC-USDT/orderbook/?depth=10",
    "/api/v1/orders/?limit=20",
    "/api/v1/fills/?limit=20",
    "/api/v1/balances/",
    "/api/v1/positions/",
    "/api/v1/markets/BTC-USDT/candles/?interval=1m&limit=50",
]
ORDERS = "/api/v1/orders/"
EXPECTED = {200, 201, 404, 409, 422}
"""404 and 409: an order that the market filled before it was to be changed; 422: the book was taken."""


class MixedLoad:
    """Sends the mix, closed for the peak and at a fixed rate for the soak."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._rng = random.Random(1)  # the same mix in every run
        self._open_ids: list[str] = []
        self._numbers = itertools.count()
        self.rate_per_s = 0.0
        self.answered = 0
        self.placed = 0
        self.faults: Counter[str] = Counter()
        """What went wrong and how often."""
        self.sockets_opened = 0

    async def find_peak(self, seconds: float) -> float:
        """Requests a second when every worker sends its next request at once."""
        loop = asyncio.get_running_loop()
        started_s, before = loop.time(), self.answered
        until_s = started_s + seconds

        async def work(connection: HttpConnection) -> None:
            while loop.time() < until_s:
                await self._send_one(connection)

        await self._with_connections(work)
        return (self.answered - before) / (loop.time() - started_s)

    async def run(self, rate_per_s: float) -> None:
        """Keep the rate until cancelled. A late request hurries the next; none is left out."""
        self.rate_per_s = rate_per_s
        loop = asyncio.get_running_loop()
        started_s = loop.time()
        turns = itertools.count()

        async def work(connection: HttpConnection) -> None:
            while True:
                due_s = started_s + next(turns) / rate_per_s
                await asyncio.sleep(max(0.0, due_s - loop.time()))
                await self._send_one(connection)

        sockets = [asyncio.create_task(self._keep_socket(number)) for number in range(SOCKETS)]
        try:
            await self._with_connections(work)
        finally:
            for task in sockets:
                task.cancel()
            await asyncio.gather(*sockets, return_exceptions=True)

    async def _with_connections(self, work: Callable[[HttpConnection], Awaitable[None]]) -> None:
        connections = [HttpConnection(self._port) for _ in range(WORKERS)]
        try:
            await asyncio.gather(*map(work, connections))
        finally:
            for connection in connections:
                connection.close()

    async def _send_one(self, connection: HttpConnection) -> None:
        """One request of the mix: half of them reads."""
        draw = self._rng.random()
        if draw < 0.5:
            method, path, body = "GET", READS[next(self._numbers) % len(READS)], None
        elif draw < 0.7 or not self._open_ids:
            method, path, body = "POST", ORDERS, self._limit_order()
        elif draw < 0.75:
            method, path, body = "POST", ORDERS, self._market_order()
        elif draw < 0.8:
            method, path, body = "PATCH", f"{ORDERS}{self._rng.choice(self._open_ids)}/", {"quantity": "0.00110"}
        else:
            method, path, body = "DELETE", f"{ORDERS}{self._open_ids.pop(0)}/", None
        await self._exchange(connection, method, path, body)

    async def _exchange(self, connection: HttpConnection, method: str, path: str, body: Any) -> None:
        try:
            status, answer = await connection.call(method, path, body, ACCOUNT)
        except (OSError, EOFError, TimeoutError, asyncio.IncompleteReadError) as fault:
            connection.close()
            self._note(f"{method} {_shape_of(path)}: {fault!r}")
            return
        self.answered += 1
        if status not in EXPECTED:
            self._note(f"{method} {_shape_of(path)}: {status}")
        elif method == "POST" and status == 201:
            self.placed += 1
            order = msgspec.json.decode(answer)["data"]
            if order["status"] == "open" and len(self._open_ids) < MAX_OPEN_ORDERS:
                self._open_ids.append(order["id"])

    def _limit_order(self) -> dict[str, str]:
        """Far below the market, where it rests until it is canceled."""
        price = f"{10_000 + self._rng.randrange(1_000_000) / 100:.2f}"
        return {"symbol": "BTC-USDT", "side": "buy", "type": "limit", "quantity": "0.00100", "price": price}

    def _market_order(self) -> dict[str, str]:
        """Bought and sold by turns."""
        side = "buy" if next(self._numbers) % 2 else "sell"
        return {"symbol": "BTC-USDT", "side": side, "type": "market", "quantity": "0.00020"}

    async def _keep_socket(self, number: int) -> None:
        """Listen for a while, hang up, come back."""
        first_life_s = SOCKET_LIFE_S * (number + 1) / SOCKETS
        for life_s in itertools.chain([first_life_s], itertools.repeat(SOCKET_LIFE_S)):
            self.sockets_opened += 1
            try:
                async with asyncio.timeout(life_s):
                    await listen(self._port, CHANNELS, ACCOUNT)
                self._note("a socket was closed by the server")
            except TimeoutError:
                continue  # its life was over
            except Exception as fault:
                self._note(f"a socket broke: {fault!r}")
                await asyncio.sleep(1.0)

    def _note(self, text: str) -> None:
        """Count a fault; of too many different ones the rest is counted together."""
        self.faults[text if text in self.faults or len(self.faults) < MAX_FAULT_KINDS else "others"] += 1


def _shape_of(path: str) -> str:
    """The path with an order's id left out."""
    return f"{ORDERS}ID/" if path.startswith(ORDERS) and not path.startswith(f"{ORDERS}?") and path != ORDERS else path
