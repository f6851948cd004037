"""Starts what is measured: peers under uvicorn, and the gateway as it ships, each on the server's core."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.tools.child import ROOT, import_path
from benchmarks.tools.environment import SERVER_CORE, ensure_peers
from tests.server import Server, free_port

START_DEADLINE_S = 20.0
STOP_DEADLINE_S = 10.0
NEVER_REACHED_RPS = "1000000"
"""The rate limiter stays in the path, with the highest limit that it takes."""

MOST_OPEN_ORDERS = 10_000_000
"""The highest that the gateway takes; the check stays in the path too."""


class PeerFailed(RuntimeError):
    """A peer did not start; the message holds what it printed."""


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Processes that are started within run on one core, whatever they start themselves included."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class Peer(msgspec.Struct, frozen=True):
    """A peer that runs."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        """Its address without a final slash."""
        return f"http://127.0.0.1:{self.port}"


def cpu_seconds(pid: int) -> float:
    """The processor time that a process has used, all its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def peer_server(application: str, work_dir: Path, environment: Mapping[str, str] | None = None) -> Iterator[Peer]:
    """A peer, `module:name` in benchmarks.peers, under uvicorn with the gateway's settings."""
    port = free_port()
    command = [
        str(ensure_peers()), "-m", "uvicorn", f"benchmarks.peers.{application}", "--port", str(port),
        "--loop", "uvloop", "--http", "httptools", "--ws", "websockets-sansio", "--ws-per-message-deflate", "false",
        "--no-access-log", "--log-level", "warning", "--lifespan", "auto",
        "--no-proxy-headers", "--no-server-header", "--no-date-header",
    ]  # fmt: skip
    output = work_dir / "peer.out"
    with output.open("wb") as sink, on_core(SERVER_CORE):
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": import_path(), **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
        )
    try:
        _wait_for_port(port, process, output)
        yield Peer(port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_DEADLINE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for_port(port: int, process: subprocess.Popen[bytes], output: Path) -> None:
    deadline_s = time.monotonic() + START_DEADLINE_S
    while time.monotonic() < deadline_s and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise PeerFailed(f"The peer did not start:\n{output.read_text(errors='replace')}")


class Gateway(Server):
    """The gateway as it ships, with a rate limit that is never reached."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        super().__init__(
            folder, {"RATE_LIMIT_RPS": NEVER_REACHED_RPS, "PYTHONPATH": import_path(), **(environment or {})}
        )

    def lift_order_limit(self) -> None:
        """Let an account have more open orders than any run places: a flood of them rests in one account."""
        self.call("PUT", "/api/v1/config/risk.max_open_orders/", {"value": MOST_OPEN_ORDERS})

    def resident_mb(self) -> float:
        """Its resident memory."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def call(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        """One request; the data of its envelope. Raises urllib's HTTPError for a refusal."""
        request = urllib.request.Request(
            self.url + path,
            method=method,
            data=None if body is None else msgspec.json.encode(body),
            headers={"content-type": "application/json", **(headers or {})},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return msgspec.json.decode(answer.read())["data"]


class GatewayFrom(Gateway):
    """The gateway started by another entrance than manage.py: `module` adds what a measurement needs and serves."""

    module: str

    def start(self) -> None:
        """Start and return once /readyz answers 200."""
        with self.output_file.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module],
                env=self.environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        try:
            self._wait_until_ready(time.monotonic() + START_DEADLINE_S)
        except BaseException:
            self.kill()
            raise


class StreamingGateway(GatewayFrom):
    """With a channel that is published to without end."""

    module = "benchmarks.ours.streaming_gateway"


class WatchedGateway(GatewayFrom):
    """With the number of tasks among its metrics."""

    module = "benchmarks.ours.watched_gateway"


@contextmanager
def fresh_gateway(
    plan_dir: Path, environment: Mapping[str, str] | None = None, kind: type[Gateway] = Gateway
) -> Iterator[Gateway]:
    """A gateway with folders of its own that are gone afterwards; the tables are made once and copied."""
    template = plan_dir / "template.sqlite3"
    folder = plan_dir / "gateway"
    gateway = kind(folder, environment)
    gateway.state_dir.mkdir(parents=True)
    if not template.exists():
        gateway.migrate()
        shutil.copyfile(gateway.state_dir / "sandbar.sqlite3", template)
    else:
        shutil.copyfile(template, gateway.state_dir / "sandbar.sqlite3")
    try:
        with on_core(SERVER_CORE):
            gateway.start()
        yield gateway
    finally:
        gateway.stop()
        shutil.rmtree(folder)
