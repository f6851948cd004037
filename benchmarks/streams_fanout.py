"""How many frames a second one process delivers to many sockets: Sandbar's hub, stock Channels, a bare ASGI broadcast.

    python benchmarks/streams_fanout.py [--sockets 500] [--runs 3] [--pace 20]

Each variant runs under uvicorn (websockets-sansio, no compression) in a process of its own; the sockets are held by this
one. Variants alternate, the median counts. Every frame is about 320 bytes of JSON. Beside the rate by the clock stands the
rate by the server's processor time, which other work on the machine disturbs less. With `--pace` messages are sent at
that rate and the time from publish to client is measured instead.
"""

import argparse
import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import psutil
import uvloop

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "platform")]

CHANNEL = "ticker:BTC-USDT"
HANDSHAKE = (
    b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
PACED_SECONDS = 10
RUN_DEADLINE_S = 120.0
MESSAGES = {"sandbar": 1_000, "bare": 1_000, "stock": 25}
"""Published in a run at full speed: a few seconds' worth for 500 sockets."""


class Tick(msgspec.Struct, frozen=True):
    """What is published: with its envelope 320 bytes. `sent_ns` is monotonic, shared by the processes of a machine."""

    sent_ns: int
    number: int
    text: str = "x" * 170


# ---------------------------------------------------------------------- the servers


async def publish_all(publish: Callable[[Tick], Awaitable[None]], messages: int, pace: float) -> None:
    """Publish so many messages, as fast as they are taken or at `pace` a second."""
    for number in range(messages):
        await publish(Tick(time.monotonic_ns(), number))
        await asyncio.sleep(1 / pace if pace else 0)


def serve(variant: str, sockets: int, messages: int, pace: float) -> None:
    """Serve one variant on a free port, print the port, publish once all sockets are there."""
    import socket

    import uvicorn

    app, count, publish = {"sandbar": sandbar_variant, "stock": stock_variant, "bare": bare_variant}[variant]()

    async def run() -> None:
        with socket.create_server(("127.0.0.1", 0), backlog=1_024) as listener:
            sys.stdout.write(f"{listener.getsockname()[1]}\n")
            sys.stdout.flush()
            config = uvicorn.Config(
                app, ws="websockets-sansio", ws_per_message_deflate=False, lifespan="off", log_config=None,
                loop="uvloop", ws_ping_interval=None,
            )  # fmt: skip
            serving = asyncio.create_task(uvicorn.Server(config).serve(sockets=[listener]))
            while count() < sockets:  # noqa: ASYNC110 - three variants count in three ways
                await asyncio.sleep(0.05)
            await asyncio.sleep(0.5)
            await publish_all(publish, messages, pace)
            await serving

    uvloop.run(run())


def sandbar_variant() -> tuple[Any, Callable[[], int], Callable[[Tick], Awaitable[None]]]:
    """The streams as they ship: consumer, hub, snapshots, sequence numbers, back-pressure."""
    from streams.channels import ChannelKind, register
    from streams.consumer import StreamConsumer
    from streams.hub import HUB

    register(ChannelKind("ticker", "ticker:{symbol}", "every", lambda _params, _account: None))

    async def publish(tick: Tick) -> None:
        HUB.publish(CHANNEL, tick)
        await HUB.drained()
        while HUB.stats().blocked_sockets:  # noqa: ASYNC110 - the bare loop waits for the slowest socket too
            await asyncio.sleep(0)

    return StreamConsumer.as_asgi(), lambda: HUB.stats().subscriptions, publish


def envelope_of(tick: Tick) -> str:
    """The frame that Sandbar would send, for the others."""
    frame = {
        "type": "update",
        "channel": CHANNEL,
        "seq": tick.number,
        "time": "2026-01-01T00:00:00.123456Z",
        "data": tick,
    }
    return msgspec.json.encode(frame).decode()


def stock_variant() -> tuple[Any, Callable[[], int], Callable[[Tick], Awaitable[None]]]:
    """Channels as its tutorial has it: a group on the in-memory layer."""
    from channels.generic.websocket import AsyncWebsocketConsumer
    from channels.layers import get_channel_layer
    from django.conf import settings

    layer = {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 100_000}}
    settings.configure(CHANNEL_LAYERS={"default": layer})
    joined: list[str] = []

    class Consumer(AsyncWebsocketConsumer):
        async def connect(self) -> None:
            await self.channel_layer.group_add("all", self.channel_name)
            await self.accept()
            joined.append(self.channel_name)

        async def tick(self, event: dict[str, Any]) -> None:
            await self.send(text_data=event["text"])

    async def publish(tick: Tick) -> None:
        await get_channel_layer().group_send("all", {"type": "tick", "text": envelope_of(tick)})

    return Consumer.as_asgi(), lambda: len(joined), publish


def bare_variant() -> tuple[Any, Callable[[], int], Callable[[Tick], Awaitable[None]]]:
    """The least there can be: an ASGI function that remembers each `send`, and a loop over them."""
    sends: list[Any] = []

    async def app(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        sends.append(send)
        while (await receive())["type"] != "websocket.disconnect":
            pass

    async def publish(tick: Tick) -> None:
        message = {"type": "websocket.send", "text": envelope_of(tick)}
        for send in sends:
            await send(message)

    return app, lambda: len(sends), publish


# ---------------------------------------------------------------------- the clients


@dataclass(slots=True)
class Reception:
    """What all sockets of a run received together; processor time of the server counts from the first frame."""

    server_pid: int
    sockets: int
    expected: int
    done: asyncio.Event = field(default_factory=asyncio.Event)
    frames: int = 0
    first_ns: int = 0
    last_ns: int = 0
    server_cpu_s: float = 0.0
    delays_ms: list[float] = field(default_factory=list)


class Reader(asyncio.Protocol):
    """One socket: upgrades, subscribes, and counts the frames of more than 125 bytes (heartbeats are shorter)."""

    def __init__(self, reception: Reception, is_timed: bool) -> None:
        self._reception = reception
        self._is_timed = is_timed
        self._rest = b""
        self._is_upgraded = False

    def connection_made(self, transport: Any) -> None:
        """Ask for the upgrade."""
        self._transport = transport
        transport.write(HANDSHAKE)

    def data_received(self, data: bytes) -> None:
        """Count what is complete."""
        data = self._rest + data
        if not self._is_upgraded:
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                self._rest = head
                return
            self._is_upgraded = True
            self._transport.write(masked_text(b'{"op":"subscribe","channels":["%s"]}' % CHANNEL.encode()))
        self._rest = data[self._count(data) :]

    def _count(self, data: bytes) -> int:
        """Count the complete frames; where the incomplete one begins."""
        place, end, counted = 0, len(data), 0
        while place + 4 <= end:
            length = data[place + 1]
            size = 2 + length if length < 126 else 4 + (data[place + 2] << 8 | data[place + 3])
            if place + size > end:
                break
            if length == 126 and b'"sent_ns"' in data[place : place + size]:
                counted += 1
                if self._is_timed:
                    self._note_delay(data[place + 4 : place + size])
            place += size
        if counted:
            self._note(counted)
        return place

    def _note(self, counted: int) -> None:
        reception = self._reception
        reception.last_ns = time.monotonic_ns()
        if not reception.frames:
            reception.first_ns = reception.last_ns
            reception.server_cpu_s -= cpu_s_of(reception.server_pid)
        reception.frames += counted
        if reception.frames >= reception.expected:
            reception.server_cpu_s += cpu_s_of(reception.server_pid)
            reception.done.set()

    def _note_delay(self, frame: bytes) -> None:
        sent_ns = msgspec.json.decode(frame)["data"]["sent_ns"]
        self._reception.delays_ms.append((time.monotonic_ns() - sent_ns) / 1e6)


def masked_text(payload: bytes) -> bytes:
    """A client's text frame of less than 126 bytes, masked with zeros."""
    return bytes([0x81, 0x80 | len(payload), 0, 0, 0, 0]) + payload


def measure(variant: str, sockets: int, pace: float) -> Reception:
    """One run of one variant."""
    messages = round(pace * PACED_SECONDS) if pace else max(10, MESSAGES[variant] * 500 // sockets)
    arguments = [sys.executable, __file__, "--serve", variant, str(sockets), str(messages), str(pace)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        try:
            reception = Reception(server.pid, sockets, sockets * messages)
            uvloop.run(receive(int(server.stdout.readline()), reception, bool(pace)))
        finally:
            server.kill()
    return reception


async def receive(port: int, reception: Reception, is_timed: bool) -> None:
    """Hold the sockets until all that is expected has come."""
    loop = asyncio.get_running_loop()
    for _ in range(reception.sockets):
        await loop.create_connection(lambda: Reader(reception, is_timed), "127.0.0.1", port)
    await asyncio.wait_for(reception.done.wait(), RUN_DEADLINE_S)


def cpu_s_of(pid: int) -> float:
    """Processor time that a process has used."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def rates_of(reception: Reception) -> tuple[float, float]:
    """Frames a second by the clock, from the first frame to the last, and by the server's processor time."""
    return reception.frames / (reception.last_ns - reception.first_ns) * 1e9, reception.frames / reception.server_cpu_s


def report_rates(variants: list[str], sockets: int, runs: int) -> None:
    """Full speed: print the median rates of each variant and how Sandbar compares."""
    rates: dict[str, list[tuple[float, float]]] = {variant: [] for variant in variants}
    for _ in range(runs):
        for variant in variants:
            rates[variant].append(rates_of(measure(variant, sockets, 0)))
    medians = {
        variant: tuple(statistics.median(values) for values in zip(*pairs, strict=True))
        for variant, pairs in rates.items()
    }
    for variant, (by_clock, by_cpu) in medians.items():
        print(f"{variant:8} {by_clock:>10,.0f} frames/s by the clock {by_cpu:>10,.0f} by the server's processor time")
    for peer in ("stock", "bare"):
        if peer in medians and "sandbar" in medians:
            ratios = [ours / theirs for ours, theirs in zip(medians["sandbar"], medians[peer], strict=True)]
            print(f"sandbar / {peer}: {ratios[0]:.2f} by the clock, {ratios[1]:.2f} by processor time")


def report_delays(variants: list[str], sockets: int, pace: float) -> None:
    """Paced: print the median and 99th percentile from publish to client."""
    for variant in variants:
        delays = sorted(measure(variant, sockets, pace).delays_ms)
        print(f"{variant:8} p50 {delays[len(delays) // 2]:8.2f} ms   p99 {delays[len(delays) * 99 // 100]:8.2f} ms")


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sockets", type=int, default=500)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--pace", type=float, default=0)
    parser.add_argument("--variants", nargs="+", default=["sandbar", "bare", "stock"])
    parser.add_argument("--serve", nargs=4, metavar=("VARIANT", "SOCKETS", "MESSAGES", "PACE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        variant, sockets, messages, pace = options.serve
        serve(variant, int(sockets), int(messages), float(pace))
    elif options.pace:
        report_delays(options.variants, options.sockets, options.pace)
    else:
        report_rates(options.variants, options.sockets, options.runs)


if __name__ == "__main__":
    main()
