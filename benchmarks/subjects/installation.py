"""Two gateways on one database of journals: what the second one adds, whether it costs the first anything, and a take-over.

With a core for each gateway there is none for load generator and Postgres on a machine of two: orders a second then say
little, and processor time per order says whether the gateways are in each other's way. Needs Postgres and its driver.
"""

import importlib.util
import time
import urllib.error
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.tools.child import run_in_child
from benchmarks.tools.environment import CLIENT_CORE, SERVER_CORE, ToolMissing, ensure_two_cores
from benchmarks.tools.loads import ensure_wrk, flood
from benchmarks.tools.passes import Plan, alternate
from benchmarks.tools.rows import Row, figure_row, ratio_row
from benchmarks.tools.servers import Gateway, cpu_seconds, on_core
from tests.postgres import PostgresServer, run_postgres

Figures = Mapping[str, float]
ORDERS = "/api/v1/orders/"
PLENTY = "10000000000"
WARMUP_S = 1.0
SCALE_TARGET = 1.5
CPU_TARGET = 1.15
"""Processor time of an order beside another gateway over that of one alone; what the two would serialise would wait, not
compute, but what they contend for (cache, the database's locks) shows here."""

TAKE_OVER_TARGET_S = 10.0
ACCOUNTS, ENTRIES = 1_000, 100_000
TAKE_OVER_DEADLINE_S = 60.0


def run(plan: Plan) -> list[Row]:
    """Measure and judge."""
    ensure_two_cores()
    ensure_wrk()
    if importlib.util.find_spec("psycopg") is None:
        raise ToolMissing("A shared journal needs the driver of Postgres: pip install psycopg[binary]")
    with run_postgres() as postgres:
        contenders = {"one": lambda: _flooded(plan, postgres, 1), "two": lambda: _flooded(plan, postgres, 2)}
        figures = alternate(plan, contenders)
        taken = alternate(plan, {"take-over": lambda: _take_over(plan, postgres)})["take-over"]
    cpu = {name: [each["cpu"] for each in figures[name]] for name in figures}
    orders = {name: [each["orders"] for each in figures[name]] for name in figures}
    entries = (
        f"{taken[0]['entries']:,.0f} entries of {taken[0]['accounts']:,.0f} accounts, two seconds of patience included"
    )
    return [
        ratio_row("orders of two gateways / one", orders, ours="two", peer="one", unit="1/s",
                  note=f"load and Postgres on the same two cores; where they have their own, the target is {SCALE_TARGET}"),
        ratio_row("processor time of an order, beside another gateway / alone", cpu, ours="two", peer="one", unit="µs",
                  target=CPU_TARGET, better="lower"),
        figure_row("an account is back on the other gateway", [each["s"] for each in taken], unit="s",
                   target=TAKE_OVER_TARGET_S, better="lower", note=entries),
    ]  # fmt: skip


def _flooded(plan: Plan, postgres: PostgresServer, count: int) -> Figures:
    """Orders a second of so many gateways at once, and the microseconds of processor time that one took them."""
    url = postgres.make_database(f"flood_{time.monotonic_ns()}")
    with ExitStack() as stack, ThreadPoolExecutor(count) as pool:
        cores = (SERVER_CORE, CLIENT_CORE)
        gateways = [stack.enter_context(_gateway(plan, url, f"g{number}", cores[number])) for number in range(count)]
        for number, gateway in enumerate(gateways):
            body = {"id": f"bench-{number}", "name": "Bench", "balances": {"USDT": PLENTY}}
            gateway.call("POST", "/api/v1/accounts/", body)
            gateway.lift_order_limit()

        def flood_all(seconds: float) -> int:
            floods = [
                pool.submit(flood, each.url + ORDERS, seconds=seconds, orders=True, account=f"bench-{number}")
                for number, each in enumerate(gateways)
            ]
            return sum(each.result().requests for each in floods)

        flood_all(WARMUP_S)
        before_s = sum(cpu_seconds(gateway.pid) for gateway in gateways)
        started_s = time.monotonic()
        orders = flood_all(plan.seconds)
        took_s = time.monotonic() - started_s
        spent_s = sum(cpu_seconds(gateway.pid) for gateway in gateways) - before_s
    return {"orders": orders / took_s, "cpu": spent_s / orders * 1e6}


def _take_over(plan: Plan, postgres: PostgresServer) -> Figures:
    """From the moment that a shard is nobody's until another gateway shows its last account."""
    url = postgres.make_database(f"taken_{time.monotonic_ns()}")
    accounts, entries = plan.size(ACCOUNTS, 100), plan.size(ENTRIES, 5_000)
    written = run_in_child("benchmarks.ours.shards:fill", url=url, shard="gone", accounts=accounts, entries=entries)
    last = f"account-{accounts - 1}"
    with _gateway(plan, url, "stays", SERVER_CORE) as gateway:
        started_s = gateway.started_s
        while (now_s := time.monotonic()) - started_s < TAKE_OVER_DEADLINE_S:
            try:
                gateway.call("GET", f"/api/v1/accounts/{last}/")
                return {"s": now_s - started_s, "accounts": accounts, **written}
            except urllib.error.HTTPError as refusal:
                if refusal.code != 503:
                    raise
                time.sleep(0.05)
    raise TimeoutError(f"{last} was not back within {TAKE_OVER_DEADLINE_S:g} s")


class _Named(Gateway):
    """One gateway of several; `started_s` is when it was ready."""

    started_s = 0.0

    def start(self) -> None:
        """Start, and note when it was ready: that is when it had looked at the shards for the first time."""
        super().start()
        self.started_s = time.monotonic()


@contextmanager
def _gateway(plan: Plan, url: str, name: str, core: int) -> Iterator[_Named]:
    folder = Path(plan.work_dir) / f"{name}-{time.monotonic_ns()}"
    folder.mkdir()
    gateway = _Named(folder, {"JOURNAL_URL": url, "GATEWAY_NAME": name, "JOB_WORKERS": "1"})
    with on_core(core):
        gateway.start()
    try:
        yield gateway
    finally:
        gateway.stop()
