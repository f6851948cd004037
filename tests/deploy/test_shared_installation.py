"""The installation of deploy/ on this machine: nginx, two gateways, Postgres, Redis, a scheduler and two workers.

A trader and a researcher go through nginx alone. What is killed under load comes back, or is stood in for, and of what was
acknowledged nothing is lost.
"""

import csv
import io
import json
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest

from kit.clock import ns_from_iso
from kit.spreadsheet import FORMULA_STARTS
from tests.deploy.installation import NAMES, SharedInstallation, run_shared_installation
from tests.journeys.test_journey_cluster import SWEEP, candles
from tests.postgres import PostgresServer
from tests.server import Server
from tests.shared_journal import gateway_of
from tests.waiting import until

ACCOUNTS = [f"desk-{number}" for number in range(8)]
BUY = {"symbol": "BTC-USDT", "side": "buy", "type": "market", "quantity": "0.01"}
LOW = {"symbol": "BTC-USDT", "side": "buy", "type": "limit", "quantity": "0.01", "price": "1000"}
BACK_WITHIN_S = 40.0
DONE_WITHIN_S = 60.0
"""What a job may take that takes a second on a machine with nothing else to do."""

ENOUGH = 40
"""Orders acknowledged before something is killed, and after it is back."""

pytestmark = pytest.mark.timeout(300)  # the first test waits for the whole installation, and for kernels to be compiled


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedInstallation]:
    with run_shared_installation(tmp_path_factory.mktemp("shared")) as found:
        for account in ACCOUNTS:
            # Without X-Account: each lies where the request happened to go, and is found all the same.
            opened = found.ask("POST", "/api/v1/accounts/", json={"id": account, "name": account})
            assert opened.status_code == 201, opened.text
        for account in ACCOUNTS:
            by_header = {"id": f"{account}-h", "name": account}
            assert found.ask("POST", "/api/v1/accounts/", f"{account}-h", json=by_header).status_code == 201
        yield found


def all_accounts() -> list[str]:
    return ACCOUNTS + [f"{account}-h" for account in ACCOUNTS]


@dataclass
class Load:
    """Clients that place orders through nginx, each under a key of its own, until told to stop."""

    installation: SharedInstallation
    accounts: list[str]
    acknowledged: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The account and the order's id, by key."""
    unknown: dict[str, str] = field(default_factory=dict)
    """The account, by the key of an order that was refused or not answered."""
    statuses: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._trade, args=(account,)) for account in self.accounts]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def wait_for_more(self, accounts: list[str] | None = None) -> None:
        """Return once each of the accounts has some more orders acknowledged."""
        wanted = accounts or self.accounts
        before = self._counts()
        until(lambda: all(self._counts()[each] >= before[each] + ENOUGH // 8 for each in wanted), BACK_WITHIN_S)

    def settle(self) -> None:
        """Ask again for what has no answer, with the same keys; afterwards everything is acknowledged."""
        with self._client() as client:
            for key, account in list(self.unknown.items()):
                until(lambda key=key, account=account: self._place(client, account, key), BACK_WITHIN_S)

    def check(self) -> None:
        """Every acknowledged order is there, once, and there are no others."""
        for account in self.accounts:
            wanted = [order_id for owner, order_id in self.acknowledged.values() if owner == account]
            found = [order["id"] for order in orders_of(self.installation, account)]
            assert sorted(found) == sorted(wanted), account
            assert len(set(wanted)) == len(wanted)

    def _counts(self) -> dict[str, int]:
        found = list(self.acknowledged.values())
        return {account: sum(owner == account for owner, _ in found) for account in self.accounts}

    def _client(self) -> httpx.Client:
        first = self.installation.client
        return httpx.Client(base_url=first.base_url, verify=self.installation.trust, headers=first.headers, timeout=30)

    def _trade(self, account: str) -> None:
        number = 0
        with self._client() as client:
            while not self._is_over.is_set():
                self._place(client, account, f"{account}-{number}")
                number += 1

    def _place(self, client: httpx.Client, account: str, key: str) -> bool:
        headers = {"X-Account": account, "Idempotency-Key": key}
        self.unknown[key] = account
        try:
            answer = client.post("/api/v1/orders/", json=LOW, headers=headers)
        except httpx.TransportError:
            return False
        self.statuses.add(answer.status_code)
        if answer.status_code != 201:
            time.sleep(0.05)
            return False
        self.acknowledged[key] = (account, answer.json()["data"]["id"])
        del self.unknown[key]
        return True


def orders_of(installation: SharedInstallation, account: str) -> list[dict[str, Any]]:
    """All of an account's open orders."""
    items: list[dict[str, Any]] = []
    cursor = ""
    while True:
        answer = installation.ask("GET", f"/api/v1/orders/?limit=1000{cursor}", account)
        assert answer.status_code == 200, answer.text
        page = answer.json()["data"]
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        cursor = f"&cursor={page['next_cursor']}"


def fresh_accounts(installation: SharedInstallation, stem: str) -> list[str]:
    """New accounts, some with each gateway."""
    made: list[str] = []
    for number in range(40):
        account = f"{stem}-{number}"
        body = {"id": account, "name": account, "balances": {"USDT": "1000000"}}
        assert installation.ask("POST", "/api/v1/accounts/", account, json=body).status_code == 201
        made.append(account)
        owners = [installation.owner(each) for each in made]
        if len(made) >= 4 and min(owners.count(0), owners.count(1)) >= 2:
            return made
    raise AssertionError("nginx sends all accounts to one gateway")


def audit_of(gateway: Server) -> str:
    """How a gateway says that its audit is doing."""
    checks = httpx.get(f"{gateway.url}/health", timeout=30).json()["data"]["checks"]
    return str(next(check["status"] for check in checks if check["name"] == "audit"))


def check_audit(gateway: Server) -> None:
    """Every chain of the gateway's database is proved, and something is in its own."""
    verified = gateway.run_command("audit", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert re.search(r"^audit: [1-9][\d,]* entries, chained to the end", verified.stdout, re.MULTILINE), verified.stdout
    assert not (gateway.state_dir / "audit.sqlite3").exists()


def caches(installation: SharedInstallation) -> set[str]:
    """What the gateways say of their cache."""
    answers = [httpx.get(f"{each.url}/health", timeout=30).json()["data"]["checks"] for each in installation.gateways]
    return {check["detail"] for checks in answers for check in checks if check["name"] == "cache"}


def test_an_account_is_served_wherever_it_was_opened(installation: SharedInstallation) -> None:
    owners = {account: installation.owner(account) for account in all_accounts()}
    assert set(owners.values()) == {0, 1}
    for account in all_accounts():
        placed = installation.ask("POST", "/api/v1/orders/", account, json=BUY)
        assert placed.status_code == 201, placed.text
        assert "x-accel-redirect" not in placed.headers
        shown = installation.ask("GET", f"/api/v1/accounts/{account}/")
        assert (shown.status_code, shown.json()["data"]["id"]) == (200, account)
    by_another_way = httpx.get(f"{installation.gateways[1 - owners[ACCOUNTS[0]]].url}/api/v1/accounts/{ACCOUNTS[0]}/")
    assert (by_another_way.status_code, by_another_way.headers["x-account-owner"]) == (
        421, NAMES[owners[ACCOUNTS[0]]],
    )  # fmt: skip


def test_a_large_file_comes_to_the_gateway_of_its_account(installation: SharedInstallation) -> None:
    """Half of these accounts lie elsewhere than where nginx asks first, and the file is more than its buffers hold."""
    file = candles() * 20
    assert len(file) > 500_000
    for account in ACCOUNTS:
        shown = installation.ask(
            "POST", "/api/v1/datasets/preview/", account, data={"symbol": "NEW-USD"}, files={"file": ("c.csv", file)}
        )
        assert shown.status_code == 200, shown.text
        assert shown.json()["data"]["kind"] == "candles"


def test_private_streams_come_from_the_owner(installation: SharedInstallation) -> None:
    for account in all_accounts():
        with installation.socket(f"/ws?account={account}") as socket:
            socket.send(json.dumps({"op": "subscribe", "id": 1, "channels": ["fills"]}))
            until(lambda socket=socket: json.loads(socket.recv(10)).get("type") == "snapshot")
            placed = installation.ask("POST", "/api/v1/orders/", account, json=BUY).json()["data"]
            for fill in placed["fills"]:
                assert next_of(socket, "fills")["id"] == fill["id"]


def next_of(socket: Any, channel: str) -> Any:
    """The data of a channel's next update."""
    while True:
        frame = json.loads(socket.recv(10))
        if frame.get("channel") == channel and frame["type"] == "update":
            return frame["data"]


def test_research_runs_on_the_workers(installation: SharedInstallation, tmp_path: Path) -> None:
    file = tmp_path / "candles.csv"
    file.write_text(candles())
    account = ACCOUNTS[0]
    fields = {"symbol": "NEW-USD", "interval": "1m", "kind": "candles"}
    with file.open("rb") as opened:
        job = installation.ask(
            "POST", "/api/v1/datasets/", account, data=fields, files={"file": ("candles.csv", opened)}
        ).json()["data"]
    _finished(installation, account, job)
    sweep = installation.ask("POST", "/api/v1/backtests/sweeps/", account, json=SWEEP)
    assert sweep.status_code == 202, sweep.text
    assert _finished(installation, account, sweep.json()["data"])["combinations"] == 90


def _finished(installation: SharedInstallation, account: str, job: dict[str, Any]) -> dict[str, Any]:
    """The result of a job that succeeds; fails with what it, its gateways and the workers said when it does not in time."""
    ends_s = time.monotonic() + DONE_WITHIN_S
    while job["status"] in ("queued", "running") and time.monotonic() < ends_s:
        time.sleep(0.2)
        job = installation.ask("GET", f"/api/v1/jobs/{job['id']}/", account).json()["data"]
    assert job["status"] == "succeeded", f"{json.dumps(job, indent=1)}\n{installation.last_words()}"
    result: dict[str, Any] = job["result"]
    return result


@pytest.mark.parametrize("number", [0, 1])
def test_a_gateway_killed_under_load_loses_nothing_and_is_stood_in_for(
    installation: SharedInstallation, number: int
) -> None:
    accounts = fresh_accounts(installation, f"killed-{number}")
    mine = [account for account in accounts if installation.owner(account) == number]
    gateway = installation.gateways[number]
    with Load(installation, accounts) as load:
        load.wait_for_more()
        gateway.kill()
        load.wait_for_more(mine)  # on the other one
        gateway.start()
        load.wait_for_more()
    assert load.statuses <= {201, 421, 503}
    assert [httpx.get(f"{gateway.url}/api/v1/accounts/{each}/").status_code for each in mine] == [200] * len(mine)
    load.settle()
    load.check()
    verified = gateway.run_command("journal", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_a_schedule_fires_once_also_for_all_that_its_gateway_has_missed(installation: SharedInstallation) -> None:
    """The gateway that stands in does not fire it: schedules are in the tables of the one that is away."""
    account = ACCOUNTS[0]
    number = installation.owner(account)
    body = {"kind": "statement", "format": "csv", "every": "daily"}
    made = installation.ask("POST", "/api/v1/reports/schedules/", account, json=body)
    assert made.status_code == 201, made.text
    schedule = made.json()["data"]["id"]
    make_due(installation, number, schedule)
    installation.ask("PATCH", f"/api/v1/reports/schedules/{schedule}/", account, json={"keep": 5})  # who keeps it looks
    first = report_of_schedule(installation, account, schedule, before=None)
    gateway = installation.gateways[number]
    gateway.kill()
    make_due(installation, number, schedule)
    try:
        until(lambda: orders_at(installation.gateways[1 - number], account) is not None, BACK_WITHIN_S)
        away = installation.ask("GET", f"/api/v1/reports/schedules/{schedule}/", account)
        assert away.status_code == 503, away.text
    finally:
        gateway.start()
    second = report_of_schedule(installation, account, schedule, before=first)
    counted = f"SELECT count(*) FROM reports_reportrow WHERE schedule_id = '{schedule}'"
    counts = [installation.postgres.query(f"gateway_{each}", counted) for each in (number + 1, 2 - number)]
    assert counts == ["2", "0"]
    listed = installation.ask("GET", f"/api/v1/reports/?schedule={schedule}", account).json()["data"]["items"]
    assert len(listed) == 2
    assert first != second


def make_due(installation: SharedInstallation, number: int, schedule: str) -> None:
    """Have a schedule be due three days ago, as after a time in which nobody looked."""
    due_ns = time.time_ns() - 3 * 86_400 * 10**9
    statement = f"UPDATE reports_schedulerow SET next_ns = {due_ns} WHERE id = '{schedule}'"
    installation.postgres.query(f"gateway_{number + 1}", statement)


def report_of_schedule(installation: SharedInstallation, account: str, schedule: str, before: str | None) -> str:
    """The job of a schedule's next report, once it has succeeded and the schedule is due in the future again."""
    shown: dict[str, Any] = {}

    def has_fired() -> bool:
        answer = installation.ask("GET", f"/api/v1/reports/schedules/{schedule}/", account)
        if answer.status_code == 200:
            shown.update(answer.json()["data"])
        return shown.get("last_job") not in (None, before)

    until(has_fired, BACK_WITHIN_S)
    job = installation.ask("GET", f"/api/v1/jobs/{shown['last_job']}/", account).json()["data"]
    _finished(installation, account, job)
    assert shown["last_error"] is None
    assert ns_from_iso(shown["next_at"]) > time.time_ns()
    return str(job["id"])


def test_redis_killed_under_load_stops_nothing(installation: SharedInstallation) -> None:
    accounts = fresh_accounts(installation, "without-redis")
    with Load(installation, accounts) as load:
        load.wait_for_more()
        installation.redis.kill()
        until(lambda: caches(installation) == {"Redis does not answer; memory stands in for it."}, BACK_WITHIN_S)
        load.wait_for_more()
        installation.redis.start()
        until(lambda: caches(installation) == {"in Redis"}, BACK_WITHIN_S)
        load.wait_for_more()
    assert load.statuses == {201}
    load.settle()
    load.check()


def test_postgres_killed_under_load_stops_writes_alone_and_loses_nothing(installation: SharedInstallation) -> None:
    accounts = fresh_accounts(installation, "without-postgres")
    owners = [installation.owner(account) for account in accounts]
    with Load(installation, accounts) as load:
        load.wait_for_more()
        installation.postgres.kill()
        until(lambda: 503 in load.statuses, BACK_WITHIN_S)
        assert all(installation.ask("GET", "/api/v1/balances/", account).status_code == 200 for account in accounts)
        installation.postgres.start()
        load.wait_for_more()
    assert load.statuses == {201, 503}
    assert [installation.owner(account) for account in accounts] == owners
    load.settle()
    load.check()
    for gateway in installation.gateways:
        until(lambda gateway=gateway: audit_of(gateway) == "ok", BACK_WITHIN_S)
    check_audit(installation.gateways[0])


def test_a_backup_under_load_is_put_back_elsewhere_with_the_state_it_was_made_of(
    installation: SharedInstallation, tmp_path: Path
) -> None:
    accounts = fresh_accounts(installation, "kept")
    with Load(installation, accounts) as load:
        load.wait_for_more()
        before = dict(load.acknowledged)
        made = [
            state_hash_of(gateway.run_command("backup", str(tmp_path / name)))
            for name, gateway in zip(NAMES, installation.gateways, strict=True)
        ]
        load.wait_for_more()
    elsewhere = elsewhere_of(installation.postgres, tmp_path)
    for name, gateway, state_hash in zip(NAMES, elsewhere, made, strict=True):
        assert state_hash_of(gateway.run_command("restore", str(tmp_path / name))) == state_hash
        assert state_hash_of(gateway.run_command("journal", "verify")) == state_hash
        check_audit(gateway)
    elsewhere[0].start()
    try:
        for account in accounts:  # those of the other one come once it is stood in for
            until(lambda account=account: orders_at(elsewhere[0], account) is not None, BACK_WITHIN_S)
            placed = {order_id for owner, order_id in before.values() if owner == account}
            assert placed <= set(orders_at(elsewhere[0], account) or ())
    finally:
        elsewhere[0].stop()


def elsewhere_of(postgres: PostgresServer, folder: Path) -> list[Server]:
    """Gateways of the same names that have nothing yet: other folders, other databases."""
    journals = postgres.make_database("journals_elsewhere")
    made = []
    for number, name in enumerate(NAMES, start=1):
        tables = postgres.make_database(f"elsewhere_{number}")
        made.append(gateway_of(folder, f"{name}-elsewhere", journals, DATABASE_URL=tables, GATEWAY_NAME=name))
    return made


def orders_at(gateway: Server, account: str) -> list[str] | None:
    """The ids of an account's open orders, asked directly; None while the gateway does not answer for it."""
    answer = httpx.get(f"{gateway.url}/api/v1/orders/?limit=1000", headers={"X-Account": account}, timeout=30)
    return [order["id"] for order in answer.json()["data"]["items"]] if answer.status_code == 200 else None


def state_hash_of(done: subprocess.CompletedProcess[str]) -> str:
    """What a command says that a journal adds up to."""
    assert done.returncode == 0, done.stdout + done.stderr
    found = re.search(r"[Ss]tate hash (\w+)", done.stdout)
    assert found is not None, done.stdout
    return found[1]


def test_a_report_of_the_workers_holds_no_formula(installation: SharedInstallation) -> None:
    """The names of accounts are what people bring into cells; beside them stands what they lost."""
    named = {"sums-1": "=1+1", "sums-2": "-1+2", "sums-3": "@SUM(A1)"}
    for account, name in named.items():
        opened = installation.ask("POST", "/api/v1/accounts/", json={"id": account, "name": name})
        assert opened.status_code == 201, opened.text
        for order in (BUY, BUY | {"side": "sell"}):  # which costs two fees and the spread
            assert installation.ask("POST", "/api/v1/orders/", account, json=order).status_code == 201
    asked = {"kind": "comparison", "accounts": list(named), "name": "=HYPERLINK(1)"}
    lines = list(csv.reader(io.StringIO(_report_of(installation, asked | {"format": "csv"}).decode("utf-8-sig"))))
    assert ["title", "'=HYPERLINK(1)"] in lines
    assert not [cell for line in lines for cell in line if cell.startswith(FORMULA_STARTS) and not _is_number(cell)]
    book = openpyxl.load_workbook(io.BytesIO(_report_of(installation, asked | {"format": "xlsx"})))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}  # and "f" for a formula
    assert not [cell for cell in cells if isinstance(cell.value, str) and cell.value.startswith(FORMULA_STARTS)]
    for name in named.values():
        by_csv = next(line for line in lines if line[:1] == [f"'{name}"])
        by_xlsx = next(row for row in book["Return and risk"].iter_rows() if row[0].value == f"'{name}")
        # Each is of its own moment: where the market's clock was set back in between, the later one begins there.
        assert _is_number(by_csv[1])
        assert by_xlsx[1].data_type == "n"
    texts = [cell for line in lines for cell in line] + [cell.value for cell in cells if cell.data_type == "s"]
    assert not [text for text in texts if text.startswith("'") and _is_number(text[1:])]  # a loss is no formula


def _report_of(installation: SharedInstallation, asked: dict[str, Any]) -> bytes:
    """The file of a report about accounts, made by the workers."""
    account = asked["accounts"][0]
    job = installation.ask("POST", "/api/v1/reports/", account, json=asked)
    assert job.status_code == 202, job.text
    report = _finished(installation, account, job.json()["data"])
    file = installation.ask("GET", f"/api/v1/reports/{report['report_id']}/download/", account)
    assert file.status_code == 200
    return file.content


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"-?[0-9]+([.][0-9]+)?(e-?[0-9]+)?", cell) is not None
