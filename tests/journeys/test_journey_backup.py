"""A gateway is backed up while clients trade, and another one goes on from the backup as from a power cut at that moment."""

import json
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.people import Trader
from tests.journeys.test_journey_restart import MARKET, everything_of
from tests.server import Server, run_server

CLIENTS = 3
ENVIRONMENT = {"RATE_LIMIT_RPS": "0", "SANDBOX_SNAPSHOT_ENTRIES": "50", "SANDBOX_ENDED_ORDERS_IN_MEMORY": "100"}
CANDLES = "timestamp,open,high,low,close,volume\n" + "".join(
    f"{1_700_000_000 + 60 * minute},100,101,99,{100 + minute % 2},5\n" for minute in range(120)
)


class Crowd:
    """Clients that trade all the time; `orders` has every order that was acknowledged, by its id."""

    def __init__(self, url: str) -> None:
        self.orders: dict[str, dict[str, Any]] = {}
        self.stop = threading.Event()
        self.is_busy = threading.Event()
        self._faults: list[Exception] = []
        self._threads = [threading.Thread(target=self._trade, args=(url,)) for _ in range(CLIENTS)]

    def _trade(self, url: str) -> None:
        try:
            with Trader(url) as trader:
                while not self.stop.is_set():
                    placed = trader.place(**MARKET | {"quantity": "0.0001"})
                    self.orders[placed["id"]] = placed
                    if len(self.orders) > 100:
                        self.is_busy.set()
        except Exception as fault:
            self._faults.append(fault)
            self.is_busy.set()

    @contextmanager
    def trading(self) -> Iterator[None]:
        """Trade until the block ends."""
        for thread in self._threads:
            thread.start()
        try:
            assert self.is_busy.wait(60)
            yield
        finally:
            self.stop.set()
            for thread in self._threads:
                thread.join(30)
        assert self._faults == []


def folder_in(parent: Path, name: str) -> Path:
    folder = parent / name
    folder.mkdir()
    return folder


def succeed(server: Server, *arguments: str) -> str:
    done = server.run_command(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def state_hash_in(text: str) -> str:
    found = re.search(r"[Ss]tate hash (\w+)", text)
    assert found is not None, text
    return found[1]


def contents(folder: Path) -> dict[str, bytes]:
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.parquet")}
    assert found
    return found


class Scene:
    """A gateway's life: it was backed up while clients traded, and once more, without data, after it had stopped."""

    def __init__(self, folder: Path) -> None:
        self.under_load, self.stopped = folder / "backups" / "first", folder / "backups" / "second"
        candles = folder / "candles.csv"
        candles.write_text(CANDLES)
        with run_server(folder_in(folder, "here"), ENVIRONMENT) as server, Trader(server.url) as trader:
            trader.wait_until("markets/", lambda markets: any(m["symbol"] == "BTC-USDT" for m in markets["items"]))
            trader.import_file(candles, symbol="ABC-USDT", interval="1m", kind="candles")
            trader.call("PUT", "config/risk.max_open_orders/", json={"value": 500, "reason": "Too many."})
            crowd = Crowd(server.url)
            with crowd.trading():
                self.acknowledged_before = set(crowd.orders)
                self.said = succeed(server, "backup", str(self.under_load))
                self.acknowledged_after = set(crowd.orders)
            self.refused = server.run_command("backup", str(self.under_load))
            self.datasets = trader.everything("datasets/")
            self.shown = everything_of(trader)
            self.prices = contents(server.state_dir / "datasets")
        succeed(server, "backup", "--without-data", str(self.stopped))
        self.mark = json.loads((self.under_load / "manifest.json").read_text())["manifest"]["journal"]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return Scene(tmp_path_factory.mktemp("scene"))


def test_a_backup_under_load_is_put_back_elsewhere_with_the_state_it_was_made_of(scene: Scene, tmp_path: Path) -> None:
    assert scene.acknowledged_before < scene.acknowledged_after, "clients traded while the backup was made"
    assert state_hash_in(scene.said) == scene.mark["state_hash"]
    server = Server(tmp_path, ENVIRONMENT)
    assert state_hash_in(succeed(server, "restore", str(scene.under_load))) == scene.mark["state_hash"]
    verified = succeed(server, "journal", "verify")
    assert f"journal: ok. {scene.mark['seq']:,} entries" in verified
    assert state_hash_in(verified) == scene.mark["state_hash"]
    assert ".snapshot: ok." in verified
    succeed(server, "audit", "verify")
    assert contents(server.state_dir / "datasets") == scene.prices
    server.start()
    try:
        with Trader(server.url) as trader:
            assert scene.acknowledged_before <= {order["id"] for order in trader.everything("orders/", status="all")}
            assert trader.get("config/risk.max_open_orders/")["value"] == 500
            assert trader.everything("datasets/") == scene.datasets
            trader.wait_until("markets/", lambda markets: any(m["symbol"] == "BTC-USDT" for m in markets["items"]))
            trader.place(**MARKET)
    finally:
        server.stop()
    refused = server.run_command("restore", str(scene.under_load))
    assert refused.returncode != 0
    assert "put back in an empty place only" in refused.stderr


def test_a_backup_is_never_written_over(scene: Scene) -> None:
    assert scene.refused.returncode != 0
    assert "exists; name a new folder" in scene.refused.stderr


def test_a_backup_of_a_stopped_gateway_shows_the_same_to_its_clients(scene: Scene, tmp_path: Path) -> None:
    server = Server(tmp_path, ENVIRONMENT)
    done = server.run_command("restore", str(scene.stopped))
    assert done.returncode == 0, done.stderr
    assert "files that the backup only names are not here" in done.stderr
    assert "datasets/" in done.stderr
    server.start()
    try:
        with Trader(server.url) as trader:
            assert everything_of(trader) == scene.shown
    finally:
        server.stop()


def test_nothing_secret_and_nothing_derived_is_in_a_backup(scene: Scene) -> None:
    backup = scene.under_load
    names = {path.name for path in backup.rglob("*") if path.is_file()}
    assert {"manifest.json", "journal.sqlite3", "sandbar.sqlite3", "audit.sqlite3"} <= names
    assert not names & {"secret_key", "admin-password", "audit-index.sqlite3", "journal.lock"}
    assert backup.stat().st_mode & 0o077 == 0


def test_a_backup_that_was_changed_is_refused_with_the_name_of_the_file(scene: Scene, tmp_path: Path) -> None:
    backup = shutil.copytree(scene.stopped, tmp_path / "copy")
    server = Server(folder_in(tmp_path, "there"), ENVIRONMENT)
    assert "is whole" in succeed(server, "backup", "--verify", str(backup))
    journal = backup / "state" / "journal.sqlite3"
    content = bytearray(journal.read_bytes())
    content[len(content) // 2] ^= 1
    journal.write_bytes(content)
    for arguments in (("backup", "--verify"), ("restore",)):
        refused = server.run_command(*arguments, str(backup))
        assert refused.returncode != 0
        assert "damaged at journal.sqlite3: its content is not what was written" in refused.stderr
    assert not (server.state_dir / "journal.sqlite3").exists()
    assert not (server.state_dir / "sandbar.sqlite3").exists()


def test_a_place_where_the_gateway_never_ran_has_nothing_to_back_up(tmp_path: Path) -> None:
    server = Server(tmp_path, ENVIRONMENT)
    refused = server.run_command("backup", str(tmp_path / "backup"))
    assert refused.returncode != 0
    assert "has never run here" in refused.stderr
    assert list(tmp_path.glob("backup*")) == []
