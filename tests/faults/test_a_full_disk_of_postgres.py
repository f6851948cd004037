"""The disk of the journals that gateways share is full: writes are refused, reads go on, and it recovers by itself.

The database lies in a tablespace on a small file system of the test's own; Postgres' own files are elsewhere, as a careful
operator has them, so that the server itself goes on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.test_faults_of_the_disk import ORDER, full_disk, may_mount, place_until_refused, place_when_recovered
from tests.journeys.people import Trader, Watcher
from tests.postgres import PostgresServer
from tests.server import Server
from tests.shared_journal import gateway_of, run_shared_postgres

SMALL_DISK = "24m"
"""An empty database takes eight."""


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    folder = tmp_path / "small"
    folder.mkdir()
    if not may_mount(folder):
        pytest.skip("this machine does not let a test mount a small file system")
    return folder


@pytest.fixture
def postgres(small_disk: Path) -> Iterator[PostgresServer]:
    with run_shared_postgres(on_small_disk(small_disk)) as server:
        yield server


def on_small_disk(folder: Path) -> list[str]:
    """What runs a command that sees a small file system in a folder; not as root, by whom Postgres refuses to be run."""
    mount = f'mount -t tmpfs -o size={SMALL_DISK} tmpfs "$0" && exec unshare -U --map-user=1000 "$@"'
    return ["unshare", "-rm", "sh", "-c", mount, str(folder)]


def test_a_shared_journal_whose_disk_is_full_refuses_writes_and_goes_on_by_itself(
    postgres: PostgresServer, small_disk: Path, tmp_path: Path
) -> None:
    postgres.query("postgres", f"CREATE TABLESPACE small LOCATION '{small_disk}'")
    postgres.query("postgres", "CREATE DATABASE journals TABLESPACE small")
    gateway = gateway_of(tmp_path, "first", postgres.url("journals"))
    gateway.start()
    seen_from_here = Path(f"/proc/{postgres.pid}/root{small_disk}")
    with (
        stopped_at_the_end(gateway),
        Trader(gateway.url) as trader,
        Watcher(gateway.websocket_url, ["orders"]) as watcher,
    ):
        acknowledged = [trader.place(**ORDER)["id"] for _ in range(20)]
        with full_disk(gateway, seen_from_here):
            acknowledged += place_until_refused(trader)
            assert [order["id"] for order in trader.everything("orders/")] == acknowledged[::-1]
            refusal = trader.client.post("orders/", json=ORDER)
            assert (refusal.status_code, refusal.json()["error"]["code"]) == (503, "JOURNAL_UNAVAILABLE")
        acknowledged.append(place_when_recovered(trader))
        acknowledged += [trader.place(**ORDER)["id"] for _ in range(60)]
        assert [order["id"] for order in trader.everything("orders/")] == acknowledged[::-1]
        watcher.wait_for(lambda frames: len(frames["orders"]) > len(acknowledged))
        assert [order["id"] for order in watcher.updates("orders")] == acknowledged
        assert "No space left on device" in (postgres.folder / "log").read_text()
        verified = gateway.run_command("journal", "verify")
        assert verified.returncode == 0, verified.stdout + verified.stderr


@contextmanager
def stopped_at_the_end(gateway: Server) -> Iterator[None]:
    try:
        yield
    finally:
        gateway.stop()
