"""Strategies side by side in one process: the share of a core that they take, and from a closed bar to an order."""

from typing import Any

from benchmarks.tools.child import run_in_child
from benchmarks.tools.passes import Plan, alternate
from benchmarks.tools.rows import Row, figure_row

RUNS, SYMBOLS = 500, 50
FEW = 100
MAX_SHARE = 0.5
MAX_MS = 5.0


def run(plan: Plan) -> list[Row]:
    """Measure and judge."""
    rounds = plan.size(120, 20)

    def ours(runs: int, symbols: int, *, always: bool = False) -> Any:
        return run_in_child(
            "benchmarks.ours.strategies:measure",
            folder=str(plan.work_dir), runs=runs, symbols=symbols, rounds=rounds, always=always,
        )  # fmt: skip

    found = alternate(
        plan,
        {
            "many": lambda: ours(RUNS, SYMBOLS),
            "few": lambda: ours(FEW, SYMBOLS),
            "at once": lambda: ours(FEW, 1, always=True),
        },
    )
    orders = found["many"][0]["orders_per_s"]
    at_once = found["at once"]
    return [
        figure_row(
            f"{RUNS} strategies on {SYMBOLS} symbols, a bar a second each: share of a core",
            [each["core_share"] for each in found["many"]],
            unit="cores", target=MAX_SHARE, better="lower", note=f"{orders:.0f} entries and exits a second, journal on disk",
        ),
        figure_row(
            f"{FEW} strategies on {SYMBOLS} symbols: closed bar to order in the book, p99",
            [each["p99_ms"] for each in found["few"]], unit="ms", target=MAX_MS, better="lower",
        ),
        figure_row(
            f"{FEW} strategies that order at every bar of one symbol, p99 of closed bar to order",
            [each["p99_ms"] for each in at_once], unit="ms", better="lower",
            note=f"{at_once[0]['orders_per_s']:.0f} orders a bar",
        ),
    ]  # fmt: skip
