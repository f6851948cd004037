"""Order books: levels a second through book, market and stream, and how fast a recording of depth replays.

.venv/bin/python benchmarks/run.py markets
"""

from collections.abc import Mapping
from typing import Any

from benchmarks.tools.child import ROOT, run_in_child
from benchmarks.tools.environment import SERVER_CORE
from benchmarks.tools.passes import Plan, alternate
from benchmarks.tools.rows import Row, figure_row, ratio_row

RECORDING = "shared/data/book/usdm_ethusdt_20240808.gz"
TARGET_LEVELS_PER_S = 200_000
TARGET_REPLAY_FACTOR = 50


def run(plan: Plan) -> list[Row]:
    """Measure and judge."""
    return [*_levels(plan), *_replay(plan)]


def _levels(plan: Plan) -> list[Row]:
    contenders = {
        "ours": lambda: _child("benchmarks.ours.books:levels", seconds=plan.seconds),
        "sortedcontainers": lambda: _child("benchmarks.peers.sorted_books:sorted_dicts", seconds=plan.seconds),
        "dict and sort": lambda: _child("benchmarks.peers.sorted_books:plain_dicts", seconds=plan.seconds),
    }
    figures = alternate(plan, contenders)
    speeds = {name: [float(each["per_s"]) for each in passes] for name, passes in figures.items()}
    return [
        figure_row("book updates, levels a second", speeds["ours"], unit="/s", target=TARGET_LEVELS_PER_S,
                   note="one thread: chain, book of 1,000 levels a side, candles, and the changes to a listened stream"),
        ratio_row("book updates ÷ a SortedDict a side", speeds, ours="ours", peer="sortedcontainers", unit="/s",
                  note="the peer has no chain, candles or stream; it gives the 1,000 best levels after each message"),
        ratio_row("book updates ÷ dicts sorted after each message", speeds, ours="ours", peer="dict and sort", unit="/s",
                  note="the same, with dicts and sorted()"),
    ]  # fmt: skip


def _replay(plan: Plan) -> list[Row]:
    path = ROOT.parent / RECORDING
    name = "replay of recorded depth, times real time"
    if not path.is_file():
        return [Row(name=name, skipped=f"the file ../{RECORDING} is not here")]
    folder = str(plan.work_dir)
    figures = alternate(
        plan, {"ours": lambda: _child("benchmarks.ours.books:replay", path=str(path), folder=folder)["factor"]}
    )
    return [
        figure_row(name, figures["ours"], unit="×", target=TARGET_REPLAY_FACTOR,
                   note="20,600 messages of 345 s through feed, book, candles, tape and listened streams at speed 0")
    ]  # fmt: skip


def _child(function: str, **arguments: Any) -> Mapping[str, float]:
    figures: dict[str, float] = run_in_child(function, core=SERVER_CORE, **arguments)
    return figures
