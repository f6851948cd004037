"""Whatever happens between them, a client that follows the rules of the protocol ends up with the truth."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from streams import hub, live

from .conftest import Client, World, settle, transport_with_frames

CHANNELS = ("ticker:BTC-USDT", "trades:BTC-USDT", "candles:BTC-USDT:1m", "orders")
MAY_SKIP = {"ticker:BTC-USDT", "candles:BTC-USDT:1m"}
UPDATES = ("tick", "trade", "form_candle", "close_candle", "order")
SMALL_LOGS = {"latest": 2, "resync": 3, "every": 5}
"""So short that a few steps overrun them."""


class Follower:
    """A client that only knows the protocol: what it believes of each channel, from the frames alone."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.wanted: set[str] = set()
        self.places: dict[str, tuple[str, int]] = {}
        self.beliefs: dict[str, Any] = {}
        self.client: Client | None = None
        self.read = 0

    async def connect(self) -> None:
        """Connect, again if need be, and ask for every wanted channel, from its last place where there is one."""
        self.client, self.read = await self.world.connect(), 0
        if self.wanted:
            self.client.send(op="subscribe", id=1, channels=[self._request(name) for name in sorted(self.wanted)])
        await settle()

    async def subscribe(self, name: str) -> None:
        """Want one more channel, from a snapshot."""
        assert self.client is not None
        self.wanted.add(name)
        self.client.send(op="subscribe", id=1, channels=[name])
        await settle()

    async def unsubscribe(self, name: str) -> None:
        """Want one channel less."""
        assert self.client is not None
        self.wanted.discard(name)
        self.client.send(op="unsubscribe", id=2, channels=[name])
        await settle()

    def follow(self) -> None:
        """Take in the frames that came."""
        assert self.client is not None
        for frame in self.client.frames[self.read :]:
            self.read += 1
            if frame["type"] == "snapshot":
                self.places[frame["channel"]] = ("stream-1", frame["seq"])
                self.beliefs[frame["channel"]] = frame["data"]
            elif frame["type"] == "update":
                self._apply(frame)
            elif frame["type"] == "resync_required":
                self.beliefs.pop(frame["channel"], None)
                self.places.pop(frame["channel"], None)

    def _request(self, name: str) -> Any:
        if name not in self.places:
            return name
        stream, seq = self.places[name]
        return {"name": name, "stream": stream, "after": seq}

    def _apply(self, frame: dict[str, Any]) -> None:
        name, seq, data = frame["channel"], frame["seq"], frame["data"]
        assert name in self.places, f"an update of {name} before its snapshot"
        last = self.places[name][1]
        assert seq > last if name in MAY_SKIP else seq == last + 1, f"{name} went from {last} to {seq}"
        self.places[name] = ("stream-1", seq)
        if name == "ticker:BTC-USDT":
            self.beliefs[name] = data
        elif name.startswith("candles"):
            candles = self.beliefs[name]
            candles["forming"] = 0 if data["closed"] else data["close"]
            candles["closed"] += [data["close"]] if data["closed"] else []
        else:
            self.beliefs[name].append(data)


class StreamMachine(RuleBasedStateMachine):
    """Random publishing, subscribing, blocking, breaking and waiting, with three followers."""

    inline_sockets = 64
    chunk = 64
    takes_frames = False

    def __init__(self) -> None:
        super().__init__()
        self.patches = pytest.MonkeyPatch()
        self.patches.setattr(live, "KEPT_UPDATES", SMALL_LOGS)
        self.patches.setattr(hub, "INLINE_SOCKETS", self.inline_sockets)
        self.patches.setattr(hub, "FAN_OUT_CHUNK", self.chunk)
        if self.takes_frames:
            self.patches.setattr("streams.consumer.transport_of", transport_with_frames)
        self.loop = asyncio.new_event_loop()
        self.count = 0
        self.world = self.run(self._make_world())
        self.followers = [Follower(self.world) for _ in range(3)]
        for follower in self.followers:
            follower.wanted.update(CHANNELS)
            self.run(follower.connect())

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do something on the loop."""
        return self.loop.run_until_complete(work)

    async def _make_world(self) -> World:
        return World()

    @rule(what=st.lists(st.sampled_from(UPDATES), min_size=1, max_size=8))
    def publish(self, what: list[str]) -> None:
        """Several updates within one turn of the loop."""

        async def publish_all() -> None:
            for method in what:
                self.count += 1
                getattr(self.world.board, method)(self.count)

        self.run(publish_all())

    @rule(index=st.integers(0, 2), what=st.lists(st.sampled_from(UPDATES), min_size=1, max_size=8))
    def publish_while_blocked(self, index: int, what: list[str]) -> None:
        """The same beside a client that takes no data just now."""
        self.stop_reading(index)
        self.publish(what)

    @rule()
    def let_tasks_run(self) -> None:
        """Whoever can go on does."""
        self.run(settle())

    @rule(index=st.integers(0, 2), name=st.sampled_from(CHANNELS))
    def subscribe(self, index: int, name: str) -> None:
        """A client asks for a channel, or for it again."""
        self.run(self.followers[index].subscribe(name))

    @rule(index=st.integers(0, 2), name=st.sampled_from(CHANNELS))
    def unsubscribe(self, index: int, name: str) -> None:
        """A client has enough of a channel."""
        self.run(self.followers[index].unsubscribe(name))

    @rule(index=st.integers(0, 2))
    def stop_reading(self, index: int) -> None:
        """A client takes no more data."""
        client = self.followers[index].client
        assert client is not None
        client.stop_reading()

    @rule(index=st.integers(0, 2), room=st.integers(1, 4))
    def run_full(self, index: int, room: int) -> None:
        """A client's connection will be full after a few more sends, wherever that falls."""
        client = self.followers[index].client
        assert client is not None
        client.room = room

    @rule(index=st.integers(0, 2))
    def read_on(self, index: int) -> None:
        """It takes data again, without the writer having run yet."""
        client = self.followers[index].client
        assert client is not None
        client.read_on()

    @rule(index=st.integers(0, 2))
    def break_connection(self, index: int) -> None:
        """The network fails; the client comes back and resumes."""
        follower = self.followers[index]
        assert follower.client is not None
        follower.follow()
        follower.client.lose()
        self.run(settle())
        self.run(follower.connect())

    @rule(seconds=st.sampled_from([1, 3, 130]))
    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.run(self.world.pass_time(seconds))

    @rule(index=st.integers(0, 2))
    def come_back(self, index: int) -> None:
        """A client that was closed connects again."""
        follower = self.followers[index]
        if follower.client is not None and follower.client.task.done():
            follower.follow()
            self.run(follower.connect())

    @invariant()
    def frames_follow_the_rules(self) -> None:
        """Each frame fits what came before it."""
        for follower in self.followers:
            follower.follow()

    def teardown(self) -> None:
        """Let everyone read to the end and compare."""
        for follower in self.followers:
            self.run(self._finish(follower))
            self._compare(follower)
        for client in self.world.clients:
            client.lose()
        self.run(settle())
        assert self.world.hub.stats().sockets == 0
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.run(settle())
        self.loop.close()
        self.patches.undo()

    async def _finish(self, follower: Follower) -> None:
        assert follower.client is not None
        follower.client.read_on()
        await settle(60)
        follower.follow()
        if follower.client.task.done():
            await follower.connect()
            follower.follow()

    def _compare(self, follower: Follower) -> None:
        board = self.world.board
        candles = board.candles["BTC-USDT"]
        truth = {
            "ticker:BTC-USDT": board.tickers["BTC-USDT"],
            "trades:BTC-USDT": board.tapes["BTC-USDT"],
            "candles:BTC-USDT:1m": {"closed": candles.closed, "forming": candles.forming},
            "orders": board.orders.get("default", []),
        }
        for name in follower.wanted:
            assert follower.beliefs[name] == truth[name], name


class WideStreamMachine(StreamMachine):
    """The same with every channel served by the fan-out task, one socket at a time."""

    inline_sockets = 0
    chunk = 1


class FrameStreamMachine(StreamMachine):
    """The same over connections that take finished frames, several at once."""

    takes_frames = True


class WideFrameStreamMachine(WideStreamMachine):
    """Both."""

    takes_frames = True


BOUNDED = settings(
    max_examples=100,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestStreamsTellTheTruth = StreamMachine.TestCase
TestStreamsTellTheTruth.settings = BOUNDED
TestWideStreamsTellTheTruth = WideStreamMachine.TestCase
TestWideStreamsTellTheTruth.settings = BOUNDED
TestFrameStreamsTellTheTruth = FrameStreamMachine.TestCase
TestFrameStreamsTellTheTruth.settings = BOUNDED
TestWideFrameStreamsTellTheTruth = WideFrameStreamMachine.TestCase
TestWideFrameStreamsTellTheTruth.settings = BOUNDED
