"""WebSocket: fan-out to many sockets, its latency at a fixed pace, and inbound messages."""

import json
from collections.abc import Mapping
from typing import Any

from benchmarks.peers.broadcasting import CHANNEL
from benchmarks.tools.child import run_in_child
from benchmarks.tools.environment import CLIENT_CORE, ensure_peers, ensure_two_cores
from benchmarks.tools.passes import Plan, alternate
from benchmarks.tools.rows import Row, figure_row, ratio_row
from benchmarks.tools.servers import StreamingGateway, fresh_gateway, peer_server

FAN_OUT_SOCKETS = 500
INBOUND_SOCKETS = 50
PACE_PER_S = 20
WARMUP_S = 1.0
PACED_TARGET_MS = 15.0
SUBSCRIBE = json.dumps({"op": "subscribe", "id": 1, "channels": [CHANNEL]})
SUBSCRIBED_FRAMES = 2
"""Ack and snapshot."""
PING = json.dumps({"op": "ping", "id": 1})
Figures = Mapping[str, float]


def run(plan: Plan) -> list[Row]:
    """Measure and judge."""
    ensure_two_cores()
    ensure_peers()
    fan_out = _alternate(plan, "count_frames", FAN_OUT_SOCKETS, rate=0, peers=("bare_broadcast", "channels_broadcast"))
    paced = _alternate(
        plan, "time_frames", FAN_OUT_SOCKETS, rate=PACE_PER_S, peers=("bare_broadcast", "channels_broadcast")
    )
    inbound = _alternate(plan, "echo_messages", INBOUND_SOCKETS, rate=0, peers=("bare_echo", "channels_echo"))
    return [*_fan_out_rows(fan_out), *_paced_rows(paced), *_inbound_rows(inbound)]


def _alternate(plan: Plan, client: str, sockets: int, *, rate: int, peers: tuple[str, ...]) -> dict[str, list[Figures]]:
    """The figures of the gateway and of its peers with that client."""
    environment = {"BENCH_SOCKETS": str(sockets), "BENCH_RATE": str(rate)}
    is_echo = client == "echo_messages"
    common: dict[str, Any] = {"sockets": sockets, "warmup_s": WARMUP_S, "seconds": plan.seconds}
    if is_echo:
        common["text"] = PING

    def measure_gateway() -> Figures:
        with fresh_gateway(plan.work_dir, environment, StreamingGateway) as gateway:
            hello, frames = ("", 0) if is_echo else (SUBSCRIBE, SUBSCRIBED_FRAMES)
            return _client(client, port=gateway.port, path="/ws", hello=hello, frames_of_hello=frames, **common)

    def measure_peer(module: str) -> Figures:
        with peer_server(f"{module}:application", plan.work_dir, environment) as peer:
            return _client(client, port=peer.port, path="/", hello="", frames_of_hello=0 if is_echo else 1, **common)

    contenders = {"gateway": measure_gateway}
    contenders |= {name: lambda name=name: measure_peer(name) for name in peers}  # type: ignore[misc]
    return alternate(plan, contenders)


def _client(function: str, **arguments: Any) -> Figures:
    figures: Figures = run_in_child(f"benchmarks.tools.sockets:{function}", core=CLIENT_CORE, **arguments)
    return figures


def _fan_out_rows(figures: Mapping[str, list[Figures]]) -> list[Row]:
    speeds = _of(figures, "per_s")
    name = f"fan-out to {FAN_OUT_SOCKETS} sockets, frames a second"
    return [
        ratio_row(f"{name} ÷ stock group_send", speeds, ours="gateway", peer="channels_broadcast", unit="/s", target=20.0,
                  note="320-byte frames over the gateway's hub; the peer's layer is waited for, so that it drops nothing"),
        ratio_row(f"{name} ÷ a bare ASGI broadcast", speeds, ours="gateway", peer="bare_broadcast", unit="/s",
                  target=0.85),
    ]  # fmt: skip


def _paced_rows(figures: Mapping[str, list[Figures]]) -> list[Row]:
    p99 = _of(figures, "p99_ms")
    name = f"{PACE_PER_S} messages a second to {FAN_OUT_SOCKETS} sockets, p99"
    return [
        figure_row(name, p99["gateway"], unit="ms", target=PACED_TARGET_MS, better="lower",
                   note="from publish to the client's read"),
        ratio_row(f"{name} ÷ stock group_send", p99, ours="gateway", peer="channels_broadcast", unit="ms", better="lower"),
        ratio_row(f"{name} ÷ a bare ASGI broadcast", p99, ours="gateway", peer="bare_broadcast", unit="ms",
                  better="lower"),
    ]  # fmt: skip


def _inbound_rows(figures: Mapping[str, list[Figures]]) -> list[Row]:
    speeds, p99 = _of(figures, "per_s"), _of(figures, "p99_ms")
    name = f"inbound messages, {INBOUND_SOCKETS} sockets"
    return [
        ratio_row(f"{name} ÷ a stock consumer", speeds, ours="gateway", peer="channels_echo", unit="/s", target=3.0,
                  note="ours: ping decoded, counted by both limits, answered; the peers send the text back unread"),
        ratio_row(f"{name}, p99 ÷ a stock consumer", p99, ours="gateway", peer="channels_echo", unit="ms", target=0.125,
                  better="lower"),
        ratio_row(f"{name} ÷ a bare ASGI echo", speeds, ours="gateway", peer="bare_echo", unit="/s"),
    ]  # fmt: skip


def _of(figures: Mapping[str, list[Figures]], key: str) -> dict[str, list[float]]:
    return {name: [each[key] for each in passes] for name, passes in figures.items()}
