"""The admin over a gateway that trades: how long a page over many orders takes, and what orders pay for it.

Both contenders are gateways of their own with as many orders in memory, under orders at half of the rate they took before;
beside one of them somebody reads a page a second.
"""

import statistics
import time
from collections.abc import Mapping
from contextlib import nullcontext

from benchmarks.tools.admin_reader import AdminReader
from benchmarks.tools.environment import ensure_open_model, ensure_two_cores
from benchmarks.tools.loads import ensure_wrk, flood, pace
from benchmarks.tools.passes import Plan, alternate
from benchmarks.tools.rows import Row, figure_row, ratio_row
from benchmarks.tools.servers import Gateway, cpu_seconds, fresh_gateway

Figures = Mapping[str, float]
ACCOUNT = "bench"
PLENTY = "10000000000"
ORDERS = "/api/v1/orders/"
LISTED = "/admin/trading/order/"
PAGES = (
    LISTED,
    f"{LISTED}?status__exact=open",
    f"{LISTED}?o=-9",
    f"{LISTED}?p=100",
    f"{LISTED}?q=bench",
)
"""As it opens, filtered, sorted by price, in the middle, and searched."""

ORDERS_IN_MEMORY = 100_000
FLOOD_S = 2.0
MIN_PACED_S = 5.0
"""So that every kind of page is read at least once while orders flow."""

WARMUP_S = 1.0
IDLE_SHARE = 0.2
"""Of a processor: the feed goes on."""

IDLE_DEADLINE_S = 60.0
PAGE_EVERY_S = 1.0
PAGE_TARGET_MS = 300.0
P99_TARGET = 1.2


def run(plan: Plan) -> list[Row]:
    """Measure and judge."""
    ensure_two_cores()
    ensure_wrk()
    ensure_open_model()
    figures = alternate(
        plan,
        {"read": lambda: _measure(plan, is_read=True), "alone": lambda: _measure(plan, is_read=False)},
    )
    return _rows(figures)


def _measure(plan: Plan, *, is_read: bool) -> Figures:
    with fresh_gateway(plan.work_dir) as gateway:
        gateway.lift_order_limit()
        gateway.call("POST", "/api/v1/accounts/", {"id": ACCOUNT, "name": "Benchmark", "balances": {"USDT": PLENTY}})
        rate = _fill(gateway) / 2
        reader = AdminReader(gateway, PAGES, every_s=PAGE_EVERY_S)
        reader.read(LISTED)  # templates are compiled when they are first used
        _wait_until_idle(gateway)
        with reader if is_read else nullcontext():
            paced = pace(
                gateway.url + ORDERS,
                rate=rate,
                seconds=max(plan.seconds, MIN_PACED_S),
                warmup_s=WARMUP_S,
                orders=True,
                account=ACCOUNT,
            )
    figures = {"rate": rate, "p50": paced.p50_ms, "p99": paced.p99_ms}
    if is_read:
        assert len(reader.times_ms) >= len(PAGES), "every kind of page was read"
        figures |= {"page": statistics.median(reader.times_ms), "slowest": max(reader.times_ms)}
    return figures


def _fill(gateway: Gateway) -> float:
    """Place the orders, and tell the rate of the last ones."""
    placed, per_s = 0, 0.0
    while placed < ORDERS_IN_MEMORY:
        seen = flood(gateway.url + ORDERS, seconds=FLOOD_S, orders=True, account=ACCOUNT)
        placed, per_s = placed + seen.requests, seen.per_s
    return per_s


def _wait_until_idle(gateway: Gateway) -> None:
    """Until the snapshot that so many orders led to is written: it is not what is measured."""
    deadline_s = time.monotonic() + IDLE_DEADLINE_S
    while time.monotonic() < deadline_s:
        before_s = cpu_seconds(gateway.pid)
        time.sleep(1.0)
        if cpu_seconds(gateway.pid) - before_s < IDLE_SHARE:
            return
    raise AssertionError(f"the gateway is still busy after {IDLE_DEADLINE_S:g} s without a request")


def _rows(figures: Mapping[str, list[Figures]]) -> list[Row]:
    read = figures["read"]
    p99 = {name: [each["p99"] for each in passes] for name, passes in figures.items()}
    rate = statistics.median(each["rate"] for each in read)
    slowest_ms = max(each["slowest"] for each in read)
    return [
        figure_row(f"admin, a page over {ORDERS_IN_MEMORY:,} orders", [each["page"] for each in read], unit="ms",
                   target=PAGE_TARGET_MS, better="lower",
                   note=f"while {rate:,.0f} orders a second come in; plain, filtered, sorted, in the middle, searched; "
                   f"the slowest {slowest_ms:,.0f} ms"),
        ratio_row("POST /orders/ p99, a page a second ÷ no pages", p99, ours="read", peer="alone", unit="ms",
                  target=P99_TARGET, better="lower"),
    ]  # fmt: skip
