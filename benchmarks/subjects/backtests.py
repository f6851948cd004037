"""Backtests beside vectorbt, backtesting.py and a loop written by hand: the same trades first, then the times.

Each contender is a process of its own that warms up and then times its call at least five times; one that takes minutes is
timed less often, and the note says so. Times begin with bars in memory, in the form each one keeps them in.
"""

import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.tools.bars import (
    DOCUMENTED,
    write_documented_bars,
    write_real_minutes,
    write_seeded_minutes,
    write_untied_minutes,
)
from benchmarks.tools.child import run_in_child
from benchmarks.tools.environment import ToolMissing, ensure_peers
from benchmarks.tools.passes import Plan, alternate
from benchmarks.tools.rows import Row, figure_row, ratio_row
from benchmarks.tools.sma_cross import EQUITY_TOLERANCE, Disagreement, check_equal, read_trades
from benchmarks.tools.timing import LEAST_TIMINGS

SEEDED_BARS, QUICK_SEEDED_BARS = 1_000_000, 100_000
OURS, LOOP = "benchmarks.ours.backtests", "benchmarks.peers.numba_loop"
PEERS = {
    "vectorbt": ("benchmarks.peers.vectorbt_backtests", "vectorbt"),
    "backtesting.py": ("benchmarks.peers.backtesting_py", "backtesting"),
}
"""By name, its module and the group of its environment."""

TARGETS = {
    ("vectorbt", False): 20.0,
    ("vectorbt", True): 10.0,
    ("backtesting.py", False): 300.0,
    ("backtesting.py", True): 300.0,
}
"""By peer and whether there are stops, how many times as fast Sandbar has to be."""
MIN_SHARE_OF_LOOP = 0.6

GRIDS = {
    1_000: (range(2, 27), range(55, 255, 5)),
    10_000: (range(2, 52), range(52, 252)),
}
"""By number of combinations, the windows of the fast and of the slow average."""
QUICK_GRIDS = {100: (range(2, 12), range(55, 255, 20))}
SWEEP_TARGET = 80.0
MAX_SWEEP_MB = 300.0
MAX_FIRST_S = 1.0

Measured = Mapping[str, Any]


def run(plan: Plan) -> list[Row]:
    """Measure and judge."""
    real, seeded, untied = (str(plan.work_dir / f"{name}.npz") for name in ("real", "seeded", "untied"))
    months = write_real_minutes(path=real)["bars"]
    bars = write_seeded_minutes(path=seeded, real_path=real, bars=plan.size(SEEDED_BARS, QUICK_SEEDED_BARS))["bars"]
    write_untied_minutes(path=untied, real_path=real)
    rows = []
    for text, path, count in ((f"{months:,} real bars", real, months), (f"{bars:,} seeded bars", seeded, bars)):
        for has_stops in (False, True):
            rows += _single(plan, text, path, count, has_stops=has_stops)
    rows += [_beside_loop(plan, seeded, bars, has_stops=has_stops) for has_stops in (False, True)]
    for combinations, (fast, slow) in (QUICK_GRIDS if plan.quick else GRIDS).items():
        rows += _sweep(plan, untied, combinations, list(fast), list(slow))
    rows += [_documented(plan, text, name) for text, name in DOCUMENTED.items()]
    return [*rows, _first(plan, real)]


def _single(plan: Plan, text: str, path: str, bars: int, *, has_stops: bool) -> list[Row]:
    """One backtest with its figures: a row for each peer."""
    name = f"SMA cross{' with stop and target' if has_stops else ''}, {text}"
    names = {peer: f"{name} ÷ {peer}" for peer in PEERS}
    ask = partial(_ask, plan, path=path, has_stops=has_stops)
    contenders: dict[str, Callable[[], Measured]] = {"ours": partial(ask, f"{OURS}:measure", name="ours")}
    missing: dict[str, Row] = {}
    for peer, (module, group) in PEERS.items():
        try:
            contenders[peer] = partial(ask, f"{module}:measure", name=peer, python=ensure_peers(group))
        except ToolMissing as reason:
            missing[peer] = Row(name=names[peer], target=TARGETS[peer, has_stops], skipped=str(reason))
    found = {peer: passes[0] for peer, passes in alternate(plan, contenders, passes=1).items()}
    rows = []
    for peer in PEERS:
        if peer in missing:
            rows.append(missing[peer])
            continue
        target = TARGETS[peer, has_stops]
        rows.append(_judged(plan, names[peer], found["ours"], peer, found[peer], bars, target=target))
    return rows


def _beside_loop(plan: Plan, path: str, bars: int, *, has_stops: bool) -> Row:
    name = f"SMA cross{' with stop and target' if has_stops else ''} without figures ÷ a hand-written numba loop"
    ask = partial(_ask, plan, path=path, has_stops=has_stops)
    contenders: dict[str, Callable[[], Measured]] = {
        "ours": partial(ask, f"{OURS}:measure_kernel", name="ours"),
        "loop": partial(ask, f"{LOOP}:measure", name="loop"),
    }
    found = {contender: passes[0] for contender, passes in alternate(plan, contenders, passes=1).items()}
    target = None if has_stops else MIN_SHARE_OF_LOOP
    return _judged(plan, f"{name}, {bars:,} seeded bars", found["ours"], "loop", found["loop"], bars, target=target)


def _judged(
    plan: Plan, name: str, ours: Measured, peer: str, measured: Measured, bars: int, *, target: float | None
) -> Row:
    """The row of two who did the same; skipped with what differs where they did not."""
    try:
        equal = check_equal(_trades(plan, "ours"), _trades(plan, peer), peer)
    except Disagreement as reason:
        return Row(name=name, target=target, skipped=str(reason))
    rates = {who: [bars / each for each in found["times_s"]] for who, found in (("ours", ours), ("peer", measured))}
    note = f"{equal}; {_times_text(ours)} beside {_times_text(measured)}"
    return ratio_row(name, rates, ours="ours", peer="peer", unit="bars/s", target=target, note=note)


def _sweep(plan: Plan, path: str, combinations: int, fast: list[int], slow: list[int]) -> list[Row]:
    """All combinations of windows: speed beside vectorbt, and memory."""
    name = f"sweep of {combinations:,} combinations"
    module, group = PEERS["vectorbt"]
    ask = partial(_ask, plan, path=path, fast=fast, slow=slow)
    ours = ask(f"{OURS}:measure_sweep", name="ours")
    memory = figure_row(f"{name}, peak memory", [ours["peak_mb"]], unit="MB", better="lower",
                        target=MAX_SWEEP_MB if combinations == max(GRIDS) else None,
                        note="resident memory of the process, libraries and bars included")  # fmt: skip
    try:
        peer = ask(f"{module}:sweep", name="vectorbt", python=ensure_peers(group))
        equal = _check_sweep(plan, combinations)
    except (ToolMissing, Disagreement) as reason:
        return [Row(name=f"{name} ÷ vectorbt", target=SWEEP_TARGET, skipped=str(reason)), memory]
    rates = {who: [combinations / each for each in found["times_s"]] for who, found in (("ours", ours), ("peer", peer))}
    note = f"{equal}; {_times_text(ours)} beside {_times_text(peer)}"
    speed = ratio_row(f"{name} ÷ vectorbt", rates, ours="ours", peer="peer", unit="/s", target=SWEEP_TARGET, note=note)
    return [speed, memory]


def _check_sweep(plan: Plan, combinations: int) -> str:
    """Trades and total return of every combination are equal; falls and ratios are of days here and of bars there."""
    with np.load(_result(plan, "ours")) as ours, np.load(_result(plan, "vectorbt")) as peer:
        mine, others = ours["figures"], peer["figures"]
        assert (
            len(mine) == combinations and (ours["fast"] == peer["fast"]).all() and (ours["slow"] == peer["slow"]).all()
        )
        is_equal = mine[:, 3] == others[:, 3]
        is_equal &= np.abs(mine[:, 0] - others[:, 0]) <= EQUITY_TOLERANCE * np.abs(others[:, 0])
    if not is_equal.all():
        place = int(np.argmin(is_equal))
        text = (
            f"trades {mine[place, 3]:.0f} and {others[place, 3]:.0f}, returns {mine[place, 0]} and {others[place, 0]}"
        )
        raise Disagreement(f"{int((~is_equal).sum())} of {combinations} combinations differ; the first: {text}")
    return f"equal trades and returns in all, {int(mine[:, 3].sum()):,} trades"


def _documented(plan: Plan, text: str, name: str) -> Row:
    """The strategy of backtesting.py's documentation on the bars it is shown on: equal trades, or what differs."""
    row = f"the documented SMA cross, {text}: trades equal to backtesting.py's"
    path = str(plan.work_dir / "documented.npz")
    try:
        bars = write_documented_bars(path=path, name=name)["bars"]
        ours = _ask(plan, "benchmarks.ours.documented_cross:trade", name="ours", path=path)
        python = ensure_peers(PEERS["backtesting.py"][1])
        _ask(plan, "benchmarks.peers.documented_cross:trade", name="peer", path=path, python=python)
        check_equal(_trades(plan, "ours"), _trades(plan, "peer"), "backtesting.py")
    except (ToolMissing, Disagreement) as reason:
        return Row(name=row, target=1.0, skipped=str(reason))
    note = f"{bars:,} bars; {ours['long']} of the trades are long"
    return figure_row(row, [ours["trades"]], unit="trades", target=1.0, note=note)


def _first(plan: Plan, path: str) -> Row:
    """From the start of a process to its first backtest; a process before it has left compiled code on disk."""
    ask = partial(run_in_child, f"{OURS}:first_run", path=path)
    ask(began_ns=time.time_ns())
    seconds = [float(ask(began_ns=time.time_ns())["seconds"]) for _ in range(1 if plan.quick else LEAST_TIMINGS)]
    return figure_row("first backtest of a process", seconds, unit="s", target=MAX_FIRST_S, better="lower",
                      note="with Python's start, all imports, reading 45,031 bars and compiled code")  # fmt: skip


def _ask(plan: Plan, function: str, *, name: str, python: Path | None = None, **arguments: Any) -> Measured:
    """Have a contender measured in a process of its own; its result is in a file of its name."""
    measured: Measured = run_in_child(function, python=python, result_path=_result(plan, name), **arguments)
    return measured


def _result(plan: Plan, name: str) -> str:
    return str(plan.work_dir / f"result-{name}.npz")


def _trades(plan: Plan, name: str) -> Any:
    return read_trades(Path(_result(plan, name)))


def _times_text(measured: Measured) -> str:
    """How often it was timed, and its memory."""
    times = len(measured["times_s"])
    few = "" if times >= LEAST_TIMINGS else ", as one takes so long"
    return f"{times} timing{'s' if times > 1 else ''}{few}, {measured['peak_mb']:,.0f} MB"
