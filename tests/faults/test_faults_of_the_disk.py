"""The journal's disk is full, breaks or is held by another program: writes are refused, reads go on, it recovers by itself.

On a real gateway: its own small file system that fills up, the system's limit on file sizes as a disk that does not write
any more, another program's lock on the file.
"""

import errno
import os
import resource
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.people import Trader, Watcher
from tests.server import Server
from trading.audit import audit
from trading.journal.snapshots import SnapshotFolder

ORDER = {"symbol": "BTC-USDT", "side": "buy", "type": "limit", "quantity": "0.001", "price": "15000"}
ENVIRONMENT = {"RATE_LIMIT_RPS": "0", "SANDBOX_SNAPSHOT_ENTRIES": "50"}
SMALL_DISK = "6m"
RECOVERY_DEADLINE_S = 40
"""The gateway waits up to 15 s between two attempts."""

ON_A_SMALL_DISK = [
    "unshare", "-rm", "sh", "-c",
    f'mount -t tmpfs -o size={SMALL_DISK} tmpfs "$STATE_DIR" && "$0" "$1" migrate --verbosity 0 && exec "$0" "$@"',
]  # fmt: skip


def may_mount(folder: Path) -> bool:
    """Whether this machine lets us have a file system of our own."""
    command = ["unshare", "-rm", "mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", str(folder)]
    return (
        shutil.which("unshare") is not None
        and subprocess.run(command, capture_output=True, check=False).returncode == 0
    )


@contextmanager
def full_disk(server: Server, state_dir: Path) -> Iterator[None]:
    """Somebody else's file takes all that is left."""
    ballast = state_dir / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError as fault:
            assert fault.errno == errno.ENOSPC
    yield
    ballast.unlink()


@contextmanager
def broken_disk(server: Server, state_dir: Path) -> Iterator[None]:
    """No file of the gateway may be written beyond its first bytes."""
    before = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (1, before[1]))
    yield
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, before)


@contextmanager
def locked_file(server: Server, state_dir: Path) -> Iterator[None]:
    """Another program holds the journal's file for writing."""
    intruder = sqlite3.connect(state_dir / "journal.sqlite3", isolation_level=None)
    intruder.execute("BEGIN IMMEDIATE")
    yield
    intruder.execute("ROLLBACK")
    intruder.close()


@pytest.fixture
def make_server(tmp_path: Path) -> Iterator[Callable[[bool], tuple[Server, Path]]]:
    """Start a gateway, maybe on a small disk; returns it and where its state is seen from outside."""
    server = Server(tmp_path, ENVIRONMENT)

    def make(is_small: bool) -> tuple[Server, Path]:
        if not is_small:
            server.start()
            return server, server.state_dir
        server.state_dir.mkdir()
        if not may_mount(server.state_dir):
            pytest.skip("this machine does not let a test mount a small file system")
        (server.state_dir / "sandbar.sqlite3").touch()  # the tables are made inside
        server.wrapper = ON_A_SMALL_DISK
        server.start()
        return server, Path(f"/proc/{server.pid}/root{server.state_dir}")

    yield make
    server.kill()


@pytest.mark.parametrize("fault", [full_disk, broken_disk, locked_file])
def test_a_disk_that_does_not_take_the_journal(make_server, tmp_path, fault):
    server, state_dir = make_server(fault is full_disk)
    with Trader(server.url) as trader, Watcher(server.websocket_url, ["orders"]) as watcher:
        acknowledged = [trader.place(**ORDER)["id"] for _ in range(20)]
        with fault(server, state_dir):
            acknowledged += place_until_refused(trader)
            refused_everything(trader)
            listed = [order["id"] for order in trader.everything("orders/")]
            assert listed == acknowledged[::-1]
            assert trader.get("balances/")["items"][0]["held"] == held_by(len(acknowledged))
            assert exchange_of(trader)["state"] == "degraded"
        acknowledged.append(place_when_recovered(trader))
        acknowledged += [trader.place(**ORDER)["id"] for _ in range(60)]
        assert [order["id"] for order in trader.everything("orders/")] == acknowledged[::-1]
        watcher.wait_for(lambda frames: len(frames["orders"]) > len(acknowledged))
        assert [order["id"] for order in watcher.updates("orders")] == acknowledged
        copy = tmp_path / "copy"
        shutil.copytree(state_dir, copy, ignore=shutil.ignore_patterns("*.lock"))
    for finding in audit(copy / "journal.sqlite3", SnapshotFolder(copy / "snapshots"), None):
        assert finding.is_sound, finding


def exchange_of(trader: Trader) -> dict[str, Any]:
    """How the gateway says its exchange is doing."""
    return part_in(trader.get("system/services/"), "exchange")


def part_in(parts: dict[str, Any], name: str) -> dict[str, Any]:
    """One of the internal parts."""
    (found,) = [each for each in parts["items"] if each["name"] == name]
    return found


def held_by(orders: int) -> str:
    """What so many open orders hold: 15 USDT and the larger fee of 5 bps each."""
    return f"{15.0075 * orders:.4f}".rstrip("0").rstrip(".")


def place_until_refused(trader: Trader) -> list[str]:
    """Place orders until the journal takes no more; those it still took."""
    taken: list[str] = []
    while True:
        answer = trader.client.post("orders/", json=ORDER)
        if answer.status_code == 503:
            assert answer.json()["error"]["code"] == "JOURNAL_UNAVAILABLE"
            return taken
        assert answer.status_code == 201, answer.text
        taken.append(answer.json()["data"]["id"])
        assert len(taken) < 20_000, "the fault does not reach the journal"


def refused_everything(trader: Trader) -> None:
    """Whatever would change something is refused, and at once."""
    order_id = trader.get("orders/")["items"][0]["id"]
    writes: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "orders/", {"json": ORDER}),
        ("DELETE", f"orders/{order_id}/", {}),
        ("PATCH", f"orders/{order_id}/", {"json": {"quantity": "0.002"}}),
        ("POST", "accounts/", {"json": {"name": "x"}}),
        ("POST", "accounts/default/reset/", {"json": {}}),
    ]
    for method, path, arguments in writes:
        answer = trader.client.request(method, path, **arguments)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "JOURNAL_UNAVAILABLE"), answer.text


def place_when_recovered(trader: Trader) -> str:
    """The first order that is taken again."""
    deadline_s = time.monotonic() + RECOVERY_DEADLINE_S
    while True:
        answer = trader.client.post("orders/", json=ORDER)
        if answer.status_code == 201:
            return str(answer.json()["data"]["id"])
        assert answer.status_code == 503, answer.text
        assert time.monotonic() < deadline_s, "it does not recover"
        os.sched_yield()


def test_a_disk_that_takes_no_snapshot_holds_up_nothing(make_server):
    server, state_dir = make_server(False)
    folder = state_dir / "snapshots"
    folder.write_text("a file where the folder should be")
    with Trader(server.url) as trader:
        placed = [trader.place(**ORDER)["id"] for _ in range(60)]
        trader.wait_until(
            "system/services/", lambda parts: "snapshots" in (part_in(parts, "journal")["last_error"] or "")
        )
        server.kill()
        server.start()
        assert [order["id"] for order in trader.everything("orders/")] == placed[::-1]


def test_a_full_disk_fails_a_report_and_not_the_gateway(make_server):
    server, state_dir = make_server(True)
    asked = {"kind": "statement", "format": "csv"}
    with Trader(server.url) as trader:
        trader.place(**ORDER)
        before = trader.result_of(trader.call("POST", "reports/", json=asked))["report_id"]
        with full_disk(server, state_dir):
            answer = trader.client.post("reports/", json={**asked, "name": "no room for it"})
            assert (answer.status_code, answer.json()["error"]["code"]) == (503, "DISK_FULL")
            assert [each["id"] for each in trader.get("reports/")["items"]] == [before]
            assert trader.client.get(f"reports/{before}/download/").status_code == 200
        after = trader.result_of(trader.call("POST", "reports/", json=asked))["report_id"]
        left = {path.name for folder in ("files", "material") for path in (state_dir / "reports" / folder).iterdir()}
        assert {f"{before}.csv", f"{after}.csv"} <= left
        assert not [name for name in left if name.startswith(".")]
