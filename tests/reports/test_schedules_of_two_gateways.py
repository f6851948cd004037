"""Two gateways as real processes on one database of tables: whatever is due is made by one of them."""

import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.journeys.people import Trader
from tests.server import Server

SCHEDULES = 8
SCHEDULE = {"kind": "statement", "format": "csv", "every": "daily", "keep": 10}
DAY_NS = 86_400 * 10**9


@pytest.fixture
def gateways(tmp_path: Path) -> Iterator[list[Server]]:
    """Two that run, each with a folder and a journal of its own."""
    with ExitStack() as stack:
        made = []
        for name in ("first", "second"):
            (tmp_path / name).mkdir()
            made.append(
                Server(tmp_path / name, {"RATE_LIMIT_RPS": "0", "DATABASE_URL": f"sqlite:///{tmp_path}/tables"})
            )
            stack.callback(made[-1].stop)
            made[-1].start()
        yield made


def test_each_is_made_once_also_when_one_gateway_is_killed_and_comes_back(
    gateways: list[Server], tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "tables", timeout=30)) as tables:
        with Trader(gateways[0].url) as trader:
            ids = [trader.call("POST", "reports/schedules/", json=SCHEDULE)["id"] for _ in range(SCHEDULES)]
        make_due(tables)
        wake(gateways, ids[0])
        assert reports_of(tables, times=1) == dict.fromkeys(ids, 1)
        gateways[0].kill()
        make_due(tables)
        wake(gateways[1:], ids[0])
        assert reports_of(tables, times=2) == dict.fromkeys(ids, 2)
        make_due(tables)
        gateways[0].start()  # and looks at once
        wake(gateways, ids[0])
        assert reports_of(tables, times=3) == dict.fromkeys(ids, 3)
        ((asked_for,),) = tables.execute("SELECT count(*) FROM jobs_job WHERE kind = 'report.make'").fetchall()
        assert asked_for == 3 * SCHEDULES


def make_due(tables: sqlite3.Connection) -> None:
    """Have every schedule be due, for the third day in a row."""
    with tables:
        tables.execute("UPDATE reports_schedulerow SET next_ns = ?", (time.time_ns() - 3 * DAY_NS,))


def wake(gateways: list[Server], schedule: str) -> None:
    """Have gateways look for what is due, all at once; else they do within half a minute."""
    for gateway in gateways:
        with Trader(gateway.url) as trader:
            trader.call("PATCH", f"reports/schedules/{schedule}/", json={"keep": 10})


def reports_of(tables: sqlite3.Connection, *, times: int) -> Counter[str]:
    """How many reports each schedule has, once none is under way and there are enough."""
    asked = "SELECT schedule_id, count(*) FROM reports_reportrow GROUP BY schedule_id"
    under_way = "SELECT count(*) FROM jobs_job WHERE status IN ('queued', 'running')"
    ends_s = time.monotonic() + 60
    while time.monotonic() < ends_s:
        found = Counter(dict(tables.execute(asked).fetchall()))
        if found.total() >= times * SCHEDULES and tables.execute(under_way).fetchone() == (0,):
            return found
        time.sleep(0.05)
    raise AssertionError(f"{found}, and there should be {times} of each")
