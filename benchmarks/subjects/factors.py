"""Alpha158 beside Qlib and plain pandas: equal values first, then the times; and how long one new bar takes.

Times begin with columns in memory and end with 158 tables of values. Qlib runs two processes, as many as there are cores,
pandas and Sandbar's expressions one thread.
"""

from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.tools.alpha158 import COUNT, compare_factors
from benchmarks.tools.bars import read, write_pairs, write_seeded_panel
from benchmarks.tools.child import run_in_child
from benchmarks.tools.environment import ToolMissing, ensure_peers
from benchmarks.tools.passes import Plan, alternate
from benchmarks.tools.rows import Row, figure_row, ratio_row
from benchmarks.tools.timing import LEAST_TIMINGS

SYMBOLS, DAYS = 500, 2_520
QUICK_SYMBOLS, QUICK_DAYS = 20, 300
QLIB_PROCESSES = 2
OURS = "benchmarks.ours.factors"
TARGETS = {"Qlib": 5.0, "pandas": 10.0}
LIVE_BARS = 100
MAX_LIVE_MS = 10.0


def run(plan: Plan) -> list[Row]:
    """Measure and judge."""
    pairs, panel = str(plan.work_dir / "pairs.npz"), str(plan.work_dir / "panel.npz")
    rows: list[Row] = []
    try:
        size = write_pairs(path=pairs)
        rows += _whole(plan, pairs, f"{size['symbols']} × {size['bars']:,} real bars")
    except ToolMissing as reason:
        rows.append(Row(name=f"Alpha{COUNT}, real bars", target=min(TARGETS.values()), skipped=str(reason)))
    symbols, days = plan.size(SYMBOLS, QUICK_SYMBOLS), plan.size(DAYS, QUICK_DAYS)
    write_seeded_panel(path=panel, symbols=symbols, days=days)
    rows += _whole(plan, panel, f"{symbols} × {days:,} seeded bars")
    live = run_in_child(f"{OURS}:measure_live", path=panel, bars=LIVE_BARS)
    times_ms = [each * 1e3 for each in live["times_s"]]
    name = f"one new bar through Alpha{COUNT} for {symbols} symbols"
    row = figure_row(name, times_ms, unit="ms", target=MAX_LIVE_MS,
                     better="lower", note=f"median of {LIVE_BARS} bars, the slowest {max(times_ms):.1f} ms")  # fmt: skip
    return [*rows, row]


def _whole(plan: Plan, path: str, text: str) -> list[Row]:
    """The whole set over one panel: a row for each peer."""
    names = {peer: f"Alpha{COUNT}, {text} ÷ {peer}" for peer in TARGETS}
    try:
        python = ensure_peers("qlib")
    except ToolMissing as reason:
        return [Row(name=names[peer], target=target, skipped=str(reason)) for peer, target in TARGETS.items()]
    contenders = {
        "ours": partial(_ask, plan, path, "ours", f"{OURS}:measure"),
        "Qlib": partial(
            _ask, plan, path, "Qlib", "benchmarks.peers.qlib_factors:measure", python, processes=QLIB_PROCESSES
        ),
        "pandas": partial(_ask, plan, path, "pandas", "benchmarks.peers.pandas_factors:measure", python),
    }
    found: dict[str, Any] = {name: passes[0] for name, passes in alternate(plan, contenders, passes=1).items()}
    values = len(read(path)["close"].ravel()) * COUNT
    rates = {name: [values / each for each in measured["times_s"]] for name, measured in found.items()}
    rows = [_judged(plan, path, names[peer], peer, rates, found) for peer in TARGETS]
    for name in found:
        Path(_result(plan, name)).unlink()  # 800 MB each
    return rows


def _judged(plan: Plan, path: str, name: str, peer: str, rates: dict[str, list[float]], found: dict[str, Any]) -> Row:
    """The row of two with equal values; skipped with the factors that differ where they have not."""
    compared = compare_factors(_result(plan, "ours"), _result(plan, peer), read(path))
    if compared.differing:
        few = ", ".join(f"{factor} {count}" for factor, count in list(compared.differing.items())[:10])
        return Row(name=name, target=TARGETS[peer], skipped=f"{len(compared.differing)} factors differ: {few}")
    note = f"{compared}; {_times_text(found['ours'])} beside {_times_text(found[peer])}"
    return ratio_row(name, rates, ours="ours", peer=peer, unit="values/s", target=TARGETS[peer], note=note)


def _ask(plan: Plan, path: str, name: str, function: str, python: Path | None = None, **arguments: Any) -> Any:
    return run_in_child(function, python=python, path=path, result_path=_result(plan, name), **arguments)


def _result(plan: Plan, name: str) -> str:
    return str(plan.work_dir / f"factors-{name}.npy")


def _times_text(measured: dict[str, Any]) -> str:
    """How often it was timed, and its memory."""
    times = len(measured["times_s"])
    few = "" if times >= LEAST_TIMINGS else ", as one takes so long"
    return f"{times} timing{'s' if times > 1 else ''}{few}, {measured['peak_mb']:,.0f} MB"
