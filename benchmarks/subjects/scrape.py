"""A scrape of /metrics, and what counting costs."""

from functools import partial
from typing import Any

from benchmarks.tools.child import run_in_child
from benchmarks.tools.passes import Plan, alternate
from benchmarks.tools.rows import Row, figure_row

TARGET_MS = 10.0
TARGET_NS = 1_000.0


def run(plan: Plan) -> list[Row]:
    """Measure and judge."""
    folder = str(plan.work_dir)
    environment = {"STATE_DIR": folder, "LOG_DIR": folder, "DJANGO_SETTINGS_MODULE": "gateway.settings"}
    measure = partial(run_in_child, "benchmarks.ours.scrape:measure", environment=environment)
    passes: list[Any] = alternate(plan, {"ours": measure})["ours"]
    note = f"{passes[0]['bytes'] / 1024:.0f} KiB: 240 routes with their buckets, every other metric"
    return [
        figure_row("a scrape of /metrics", [each["ms"] for each in passes], unit="ms", target=TARGET_MS, better="lower",
                   note=note),
        figure_row("counting an order", [each["count_ns"] for each in passes], unit="ns", target=TARGET_NS, better="lower"),
        figure_row("counting in a histogram", [each["observe_ns"] for each in passes], unit="ns", target=TARGET_NS,
                   better="lower"),
    ]  # fmt: skip
