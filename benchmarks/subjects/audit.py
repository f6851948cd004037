"""The audit: pages over a million entries, the proof of the chains, and what it takes from the order path."""

import statistics
from collections.abc import Mapping

from benchmarks.subjects.http import ACCOUNT, ORDERS, PLENTY, WARMUP_S
from benchmarks.tools.child import run_in_child
from benchmarks.tools.environment import ensure_two_cores
from benchmarks.tools.loads import ensure_wrk, flood
from benchmarks.tools.passes import Plan, alternate
from benchmarks.tools.rows import Row, figure_row, ratio_row
from benchmarks.tools.servers import Gateway, GatewayFrom, cpu_seconds, fresh_gateway

ENTRIES, QUICK_ENTRIES = 1_000_000, 100_000
OWN_SHARE = 10
"""One in so many of the audit's own."""

PAGE_TARGET_MS = 50.0
VERIFY_TARGET_PER_S = 200_000
PATH_TARGET = 0.95
READING_PASSES = 1
"""Filling a million entries takes most of it, and its figures are medians already."""


class UnauditedGateway(GatewayFrom):
    """Without the audit."""

    module = "benchmarks.ours.unaudited_gateway"


def run(plan: Plan) -> list[Row]:
    """Measure and judge."""
    ensure_two_cores()
    ensure_wrk()
    entries = plan.size(ENTRIES, QUICK_ENTRIES)
    read = alternate(
        plan,
        {
            "audit": lambda: run_in_child(
                "benchmarks.ours.audit:measure",
                environment={"DJANGO_SETTINGS_MODULE": "gateway.settings"},
                folder=str(plan.work_dir), entries=entries, own_entries=entries // OWN_SHARE,
            )
        },
        passes=READING_PASSES,
    )["audit"]  # fmt: skip
    paths = alternate(
        plan, {"with": lambda: _orders(plan, Gateway), "without": lambda: _orders(plan, UnauditedGateway)}
    )
    return [*_reading_rows(read, entries), *_path_rows(paths)]


def _orders(plan: Plan, kind: type[Gateway]) -> Mapping[str, float]:
    """Orders a second, and the processor time of one, the index included."""
    with fresh_gateway(plan.work_dir, kind=kind) as gateway:
        gateway.lift_order_limit()
        gateway.call("POST", "/api/v1/accounts/", {"id": ACCOUNT, "name": "Benchmark", "balances": {"USDT": PLENTY}})
        flood(gateway.url + ORDERS, seconds=WARMUP_S, orders=True, account=ACCOUNT)
        before_s = cpu_seconds(gateway.pid)
        seen = flood(gateway.url + ORDERS, seconds=plan.seconds, orders=True, account=ACCOUNT)
        return {"orders": seen.per_s, "cpu us": (cpu_seconds(gateway.pid) - before_s) / seen.requests * 1e6}


def _reading_rows(read: list[Mapping[str, float]], entries: int) -> list[Row]:
    pages = {name: statistics.median(each[name] for each in read) for name in read[0] if name.startswith("page ")}
    worst = max(pages, key=lambda name: pages[name])
    size = f"a journal of {entries:,} entries and a table of {entries // OWN_SHARE:,}; a page of 100"
    each_ms = ", ".join(f"{name.removeprefix('page ')} {ms:.1f}" for name, ms in pages.items())
    return [
        figure_row("audit, a page, median of all filters", [statistics.median(pages.values())], unit="ms",
                   target=PAGE_TARGET_MS, better="lower", note=f"{size}; ms: {each_ms}"),
        figure_row("audit, a page, the slowest filter", [pages[worst]], unit="ms", target=PAGE_TARGET_MS, better="lower",
                   note=worst.removeprefix("page ")),
        figure_row("audit, proof of its own chain", [each["verify own"] for each in read], unit="/s",
                   target=VERIFY_TARGET_PER_S),
        figure_row("audit, proof of the journal's chain", [each["verify journal"] for each in read], unit="/s",
                   target=VERIFY_TARGET_PER_S),
        figure_row("audit, indexing an entry", [each["index us"] for each in read], unit="µs", better="lower",
                   note=f"processor time; {read[0]['index bytes']:.0f} bytes of index an entry"),
    ]  # fmt: skip


def _path_rows(paths: Mapping[str, list[Mapping[str, float]]]) -> list[Row]:
    orders = {name: [each["orders"] for each in passes] for name, passes in paths.items()}
    cpu_us = {name: statistics.median(each["cpu us"] for each in passes) for name, passes in paths.items()}
    return [
        ratio_row("POST /orders/ with the audit ÷ without", orders, ours="with", peer="without", unit="/s",
                  target=PATH_TARGET, note="processor time a request, µs, indexing included: "
                  + ", ".join(f"{name} {each:.0f}" for name, each in cpu_us.items())),
    ]  # fmt: skip
