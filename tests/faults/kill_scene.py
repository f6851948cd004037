"""A gateway that is killed while clients trade, and what must be true when it is back.

Each client keeps what it asked before it asks and what it was told as it is told. So after a kill every request is either
acknowledged, and then its effect is there once and whole, or its fate is unknown, and then asking again with the same
Idempotency-Key leads to one order, whether or not the first try had come through. What a socket was told is true afterwards.
"""

import http.client
import itertools
import json
import random
import threading
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.journeys.people import Trader, Watcher
from tests.server import Server

CLIENTS = 4
SNAPSHOT_ENTRIES = 50
ENDED_ORDERS_IN_MEMORY = 100
DEADLINE_S = 30
LIVE = ("pending", "open", "partially_filled")
ACCOUNT = {"id": "shop", "name": "Shop", "balances": {"USDT": "1000000000", "BTC": "1000"}}
ENVIRONMENT = {
    "RATE_LIMIT_RPS": "0",
    "LOG_LEVEL": "WARN",
    "SANDBOX_SNAPSHOT_ENTRIES": str(SNAPSHOT_ENTRIES),
    "SANDBOX_ENDED_ORDERS_IN_MEMORY": str(ENDED_ORDERS_IN_MEMORY),
}


@dataclass
class Attempt:
    """A write with its key, and its answer if one came."""

    key: str
    method: str
    path: str
    body: dict[str, Any] | None
    status: int = 0
    answer: bytes = b""

    @property
    def is_answered(self) -> bool:
        """Whether its fate is known."""
        return self.status != 0

    def send(self, connection: http.client.HTTPConnection) -> tuple[int, bytes]:
        """Ask; raises OSError or HTTPException when no whole answer comes."""
        headers = {"Idempotency-Key": self.key, "X-Account": ACCOUNT["id"], "Content-Type": "application/json"}
        connection.request(self.method, self.path, None if self.body is None else json.dumps(self.body), headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


class Client(threading.Thread):
    """Trades until the gateway is gone."""

    def __init__(self, scene: "KillScene", number: int, seed: int) -> None:
        super().__init__(name=f"client-{number}")
        self.attempts: list[Attempt] = []
        self._scene = scene
        self._rng = random.Random(seed)
        self._open: list[str] = []

    def run(self) -> None:
        """One write after the other."""
        connection = http.client.HTTPConnection("127.0.0.1", self._scene.server.port, timeout=DEADLINE_S)
        try:
            while True:
                attempt = self._next_attempt()
                self.attempts.append(attempt)
                attempt.status, attempt.answer = attempt.send(connection)
                self._learn(attempt)
                self._scene.acknowledged.release()
        except (OSError, http.client.HTTPException):
            return  # killed: the fate of the last attempt is unknown
        finally:
            connection.close()

    def _next_attempt(self) -> Attempt:
        number = next(self._scene.numbers)
        draw = self._rng.random()
        if draw < 0.3 and self._open:
            return Attempt(f"key-{number}", "DELETE", f"/api/v1/orders/{self._open.pop(0)}/", None)
        order = {"symbol": "BTC-USDT", "side": "buy", "client_order_id": f"client-{number}", "quantity": "0.001"}
        if draw < 0.5:
            order |= {"type": "market", "side": self._rng.choice(["buy", "sell"])}
        else:
            order |= {"type": "limit", "price": str(self._rng.randint(10_000, 20_000))}
        return Attempt(f"key-{number}", "POST", "/api/v1/orders/", order)

    def _learn(self, attempt: Attempt) -> None:
        if attempt.status == 201:
            data = json.loads(attempt.answer)["data"]
            if data["status"] == "open":
                self._open.append(data["id"])


@dataclass
class KillScene:
    """The gateway's folder, and everything that was ever asked of it."""

    folder: Path
    seed: int
    server: Server = field(init=False)
    attempts: list[Attempt] = field(default_factory=list)
    numbers: Any = field(default_factory=itertools.count)
    kills: int = 0
    heard: list[dict[str, Any]] = field(default_factory=list)
    """Every order as a socket was told of it."""
    acknowledged: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def __post_init__(self) -> None:
        self.server = Server(self.folder, ENVIRONMENT)
        self.rng = random.Random(self.seed)

    def open(self) -> None:
        """The first start, with an account that has plenty."""
        self.start()
        with Trader(self.server.url) as trader:
            trader.call("POST", "accounts/", json=ACCOUNT)

    def start(self, failpoint: str | None = None) -> None:
        """Start the gateway, maybe with a failpoint, and wait for its market."""
        self.server.environment.pop("SANDBOX_FAILPOINT", None)
        if failpoint is not None:
            self.server.environment["SANDBOX_FAILPOINT"] = failpoint
        self.server.start()
        with Trader(self.server.url) as trader:
            trader.wait_until("markets/", lambda markets: any(m["symbol"] == "BTC-USDT" for m in markets["items"]))

    def trade_until_killed(self, *, after_answers: int | None) -> None:
        """Trade from all clients; the kill comes after so many answers, or from the gateway's own failpoint (None)."""
        self.acknowledged = threading.Semaphore(0)
        clients = [Client(self, number, self.rng.randrange(1 << 30)) for number in range(CLIENTS)]
        with Watcher(self.server.websocket_url, ["orders"], ACCOUNT["id"]) as watcher:
            for client in clients:
                client.start()
            self._wait_for_kill(after_answers)
            for client in clients:
                client.join(DEADLINE_S)
                assert not client.is_alive(), "a client hangs"
                self.attempts += client.attempts
        if watcher.frames["orders"]:
            self.heard += watcher.updates("orders")

    def _wait_for_kill(self, after_answers: int | None) -> None:
        if after_answers is not None:
            for _ in range(after_answers):
                assert self.acknowledged.acquire(timeout=DEADLINE_S), "the gateway does not answer"
            self.server.kill()
        else:
            assert self.server.process is not None
            assert self.server.process.wait(DEADLINE_S) == -9, "the failpoint did not end it"
            self.server.process = None
        self.kills += 1

    def check_back(self) -> None:
        """With the gateway back: nothing acknowledged is lost, nothing is there twice, and what is unknown converges."""
        before = self._orders()
        self._check_heard(before)
        for attempt in self.attempts:
            if not attempt.is_answered and attempt.body is not None:
                assert len(before.get(attempt.body["client_order_id"], [])) <= 1
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=DEADLINE_S)
        for attempt in self.attempts:
            if not attempt.is_answered:
                attempt.status, attempt.answer = attempt.send(connection)
                assert attempt.status in (200, 201, 422), attempt
            elif self.rng.random() < 0.05:
                assert attempt.send(connection) == (attempt.status, attempt.answer), attempt
        connection.close()
        self._check_orders(self._orders())

    def _check_heard(self, orders: dict[str, list[dict[str, Any]]]) -> None:
        """Nothing was published that is not durable: an order is where the socket had it, or further on."""
        for told in self.heard:
            (order,) = orders[told["client_order_id"]]
            assert order["id"] == told["id"]
            assert Decimal(order["filled_quantity"]) >= Decimal(told["filled_quantity"])
            if told["status"] not in LIVE:
                assert (order["status"], order["filled_quantity"]) == (told["status"], told["filled_quantity"])

    def _check_orders(self, orders: dict[str, list[dict[str, Any]]]) -> None:
        fills = self._fills()
        canceled = {json.loads(each.answer)["data"]["id"] for each in self.attempts if each.method == "DELETE"}
        for attempt in self.attempts:
            if attempt.body is None:
                continue
            (order,) = orders.pop(attempt.body["client_order_id"])
            answer = json.loads(attempt.answer)
            if attempt.status == 201:
                told = answer["data"]
                assert told["id"] == order["id"]
                told_fills = told.pop("fills")
                if told["status"] == "open":
                    assert order["status"] == ("canceled" if order["id"] in canceled else "open")
                else:
                    assert order == told
                assert [fill for fill in fills[order["id"]] if fill in told_fills] == told_fills[::-1]
            else:
                assert (order["status"], answer["error"]["details"]["order_id"]) == ("rejected", order["id"])
            assert sum(Decimal(fill["quantity"]) for fill in fills[order["id"]]) == Decimal(order["filled_quantity"])
        assert orders == {}, "there are orders that nobody asked for"

    def _orders(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        with Trader(self.server.url, ACCOUNT["id"]) as trader:
            items = trader.everything("orders/", status="all")
        assert max(Counter(item["id"] for item in items).values(), default=1) == 1
        for item in items:
            found[item["client_order_id"]].append(item)
        return found

    def _fills(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        with Trader(self.server.url, ACCOUNT["id"]) as trader:
            for fill in trader.everything("fills/"):
                found[fill["order_id"]].append(fill)
        return found

    def everything_shown(self) -> dict[str, Any]:
        """What a client can read, without what follows the market's price."""
        with Trader(self.server.url, ACCOUNT["id"]) as trader:
            return {
                "orders": trader.everything("orders/", status="all"),
                "fills": trader.everything("fills/"),
                "balances": trader.balances(),
            }
