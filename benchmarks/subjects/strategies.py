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
    seconds = plan.size(15, 5)

    def ours(runs: int, symbols: int, *, always: bool = False) -> Any:
        return run_in_child(
            "benchmarks.ours.strategies:measure",
            folder=str(plan.work_dir), runs=runs, symbols=symbols, seconds=seconds, always=always,
        )  # fmt: skip

    found = alternate(
        plan,
        {
            "many": lambda: ours(RUNS, SYMBOLS),
            "few": lambda: ours(FEW, SYMBOLS),
            "at once": lambda: ours(FEW, 1, always=True),
        },
    )
    many = found["many"]
    orders, lag_ms = many[0]["orders_per_s"], max(each["lag_ms"] for each in many)
    at_once = found["at once"]
    return [
        figure_row(
            f"{RUNS} strategies on {SYMBOLS} symbols, a bar a second each in real time: share of a core",
            [each["core_share"] for each in many], unit="cores", target=MAX_SHARE, better="lower",
            note=f"with feed, exchange and journal; {orders:.0f} entries and exits a second, at most {lag_ms:.0f} ms late",
        ),
        figure_row(
            f"{FEW} strategies on {SYMBOLS} symbols: closed bar to order in the book, p99",
            [each["p99_ms"] for each in found["few"]], unit="ms", target=MAX_MS, better="lower",
            note=f"by the clock; {min(each['p99_worked_ms'] for each in found['few']):.2f} ms of processor time",
        ),
        figure_row(
            f"{FEW} strategies that order at every bar of one symbol, p99 of closed bar to order",
            [each["p99_ms"] for each in at_once], unit="ms", better="lower",
            note=f"{at_once[0]['orders_per_s']:.0f} orders a bar",
        ),
    ]  # fmt: skip
