"""A small world for the streams: sample channels over plain values, and a client that speaks ASGI without a network."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest
from websockets.frames import Frame, Opcode
from websockets.protocol import CLIENT, Protocol

from kit.clock import NS_PER_SECOND, ManualClock
from kit.errors import Forbidden, NotFound
from kit.token_bucket import TokenBuckets
from streams.channels import ChannelKind, ChannelRegistry
from streams.consumer import StreamConsumer
from streams.hub import Hub
from streams.operations import OperationRegistry
from streams.session import MESSAGES_PER_S
from streams.transports import AsgiSend, Transport

SYMBOLS = ("BTC-USDT", "ETH-USDT")
START_NS = 1_767_225_600 * NS_PER_SECOND
"""2026-01-01T00:00:00Z."""


async def never(_seconds: float) -> None:
    """A pause that does not end by itself: tests call what time would bring."""
    await asyncio.Event().wait()


async def settle(rounds: int = 20) -> None:
    """Let every task that can go on do so."""
    for _ in range(rounds):
        await asyncio.sleep(0)


class Candles(msgspec.Struct):
    """The closes of the closed candles, and of the forming one (0 when there is none)."""

    closed: list[int]
    forming: int


class Board:
    """What the sample channels tell of; each change goes to the hub at once, as apps do it."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.tickers = dict.fromkeys(SYMBOLS, 0)
        self.tapes: dict[str, list[int]] = {symbol: [] for symbol in SYMBOLS}
        self.candles: dict[str, Candles] = {symbol: Candles([], 0) for symbol in SYMBOLS}
        self.orders: dict[str, list[int]] = {}

    def tick(self, price: int, symbol: str = "BTC-USDT") -> None:
        """A new price."""
        self.tickers[symbol] = price
        self.hub.publish(f"ticker:{symbol}", price)

    def trade(self, price: int, symbol: str = "BTC-USDT") -> None:
        """A print on the tape."""
        self.tapes[symbol].append(price)
        self.hub.publish(f"trades:{symbol}", price)

    def form_candle(self, price: int, symbol: str = "BTC-USDT") -> None:
        """The forming candle moved."""
        self.candles[symbol].forming = price
        self.hub.publish(f"candles:{symbol}:1m", {"close": price, "closed": False})

    def close_candle(self, price: int, symbol: str = "BTC-USDT") -> None:
        """The forming candle is done."""
        self.candles[symbol].closed.append(price)
        self.candles[symbol].forming = 0
        self.hub.publish(f"candles:{symbol}:1m", {"close": price, "closed": True}, final=True)

    def order(self, number: int, account: str = "default") -> None:
        """An order event of an account."""
        self.orders.setdefault(account, []).append(number)
        self.hub.publish_private("orders", account, number)


def _of_symbol(values: dict[str, Any]) -> Callable[[dict[str, str], str], Any]:
    def snapshot(params: dict[str, str], _account: str) -> Any:
        if params["symbol"] not in values:
            raise NotFound(f"There is no symbol {params['symbol']!r}.", code="UNKNOWN_SYMBOL")
        return values[params["symbol"]]

    return snapshot


def _owner_only(_params: dict[str, str], account: str) -> None:
    if account != "owner":
        raise Forbidden("Only the owner may see this.")


def _broken(_params: dict[str, str], _account: str) -> Any:
    raise ZeroDivisionError("a bug in a snapshot")


def register_samples(registry: ChannelRegistry, board: Board) -> None:
    """One channel of every kind of delivery, a private one, a guarded one and one with a bug."""

    def orders_of(_params: dict[str, str], account: str) -> list[int]:
        return board.orders.get(account, [])

    for kind in (
        ChannelKind("ticker", "ticker:{symbol}", "latest", _of_symbol(board.tickers)),
        ChannelKind("trades", "trades:{symbol}", "resync", _of_symbol(board.tapes)),
        ChannelKind("candles", "candles:{symbol}:{interval}", "latest", _of_symbol(board.candles)),
        ChannelKind("orders", "orders", "every", orders_of, private=True),
        ChannelKind("news", "news", "every", lambda _params, _account: "none"),
        ChannelKind("audit", "audit", "every", lambda _params, _account: [], authorize=_owner_only),
        ChannelKind("broken", "broken", "latest", _broken),
    ):
        registry.register(kind)


class Client:
    """A client at the other end of an ASGI connection. `frames` is what it got; it may stop taking data."""

    def __init__(self, hub: Hub, operations: OperationRegistry, buckets: TokenBuckets, query: str = "") -> None:
        self.frames: list[dict[str, Any]] = []
        self.sent_bytes = 0
        self.close_code: int | None = None
        self.close_reason = ""
        self.was_accepted = False
        self.was_cut = False
        self.writes = 0
        self.room: int | None = None
        """How many more sends the connection takes before it is full."""
        self._parser = Protocol(CLIENT)
        self._is_lost = False
        self._inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._writable = asyncio.Event()
        self._writable.set()
        self.transport = self
        self._inbox.put_nowait({"type": "websocket.connect"})
        scope = {"type": "websocket", "query_string": query.encode(), "client": ("127.0.0.1", 50_000)}
        consumer = StreamConsumer(hub=hub, operations=operations, buckets=buckets)
        self.task = asyncio.get_running_loop().create_task(consumer(scope, self._inbox.get, self.receive))

    # --- the server's side: what uvicorn's connection looks like to the consumer

    async def receive(self, message: dict[str, Any]) -> None:
        """ASGI `send` of a server with back-pressure."""
        await self._writable.wait()
        if self._is_lost:
            raise OSError("the connection is gone")
        if message["type"] == "websocket.accept":
            self.was_accepted = True
        elif message["type"] == "websocket.close":
            self.close_code, self.close_reason = message["code"], message["reason"]
            self._inbox.put_nowait({"type": "websocket.disconnect", "code": message["code"]})
        else:
            self.frames.append(json.loads(message["text"]))
            self._use_room()

    def write(self, data: bytes) -> bool:
        """Whole WebSocket frames, for a server that takes those: as uvicorn would, or not at all."""
        if not data or self._is_lost or self.close_code is not None or not self._writable.is_set():
            return False
        self.writes += 1
        self._parser.receive_data(data)
        assert self._parser.parser_exc is None
        for frame in self._parser.events_received():
            assert isinstance(frame, Frame) and frame.opcode is Opcode.TEXT and frame.fin
            self.frames.append(json.loads(bytes(frame.data)))
        self._use_room()
        return True

    def _use_room(self) -> None:
        if self.room is not None:
            self.room -= 1
            if self.room <= 0:
                self.stop_reading()

    def get_extra_info(self, _name: str) -> None:
        """There is no kernel socket."""

    def abort(self) -> None:
        """The server cut the connection."""
        self.was_cut = True
        self.lose()

    # --- the client's side

    def stop_reading(self) -> None:
        """Take no more data; the connection counts as full at once."""
        self._writable.clear()

    def read_on(self) -> None:
        """Take data again."""
        self.room = None
        self._writable.set()

    def lose(self) -> None:
        """The network is gone."""
        self._is_lost = True
        self._writable.set()
        self._inbox.put_nowait({"type": "websocket.disconnect", "code": 1006})

    def hang_up(self) -> None:
        """Close from the client's side."""
        self._inbox.put_nowait({"type": "websocket.disconnect", "code": 1000})

    def send_text(self, text: str) -> None:
        """Send one text frame."""
        self._inbox.put_nowait({"type": "websocket.receive", "text": text})

    def send_bytes(self, data: bytes) -> None:
        """Send one binary frame."""
        self._inbox.put_nowait({"type": "websocket.receive", "bytes": data})

    def send(self, **request: Any) -> None:
        """Send one request."""
        self.send_text(json.dumps(request))

    async def ask(self, **request: Any) -> list[dict[str, Any]]:
        """Send one request; the frames it brought."""
        self.frames.clear()
        self.send(**request)
        await settle()
        return list(self.frames)

    async def subscribe(self, *channels: Any) -> list[dict[str, Any]]:
        """Subscribe; the frames it brought."""
        return await self.ask(op="subscribe", id=1, channels=list(channels))

    def of_type(self, type_name: str) -> list[dict[str, Any]]:
        """The frames of that type."""
        return [frame for frame in self.frames if frame["type"] == type_name]


class World:
    """A hub with the sample channels, and its clients."""

    def __init__(self, sleep: Callable[[float], Awaitable[None]] = never) -> None:
        self.clock = ManualClock(START_NS)
        self.registry = ChannelRegistry()
        self.hub = Hub(registry=self.registry, clock=self.clock, stream="stream-1", sleep=sleep)
        self.board = Board(self.hub)
        register_samples(self.registry, self.board)
        self.operations = OperationRegistry()
        self.buckets = TokenBuckets(MESSAGES_PER_S, MESSAGES_PER_S, self.clock)
        self.clients: list[Client] = []

    async def connect(self, query: str = "") -> Client:
        """A new client, connected."""
        client = Client(self.hub, self.operations, self.buckets, query)
        self.clients.append(client)
        await settle()
        return client

    async def pass_time(self, seconds: float) -> None:
        """Let time pass second by second, as the hub's watch would see it."""
        for _ in range(round(seconds)):
            self.clock.advance_ns(NS_PER_SECOND)
            self.hub.tick()
            await settle()


def transport_with_frames(send: AsgiSend) -> Transport:
    """A client's connection as one that takes finished frames."""
    client: Client = send.__self__  # type: ignore[attr-defined]
    return Transport(send, client.abort, client.write)


@pytest.fixture(params=["messages", "frames"])
async def world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A world whose consumers have all ended by themselves when the test is over.

    Every test runs twice: over a server that takes ASGI messages only, and over one that takes finished frames.
    """
    if request.param == "frames":
        monkeypatch.setattr("streams.consumer.transport_of", transport_with_frames)
    world = World()
    yield world
    for client in world.clients:
        client.lose()
    await settle()
    for client in world.clients:
        assert client.task.done(), "a consumer outlived its connection"
        client.task.result()


@pytest.fixture(autouse=True)
def _no_hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gateway's and trading's hooks are theirs to test."""
    monkeypatch.setattr("streams.consumer.limiter", None)
    monkeypatch.setattr("streams.consumer.account_exists", None)
