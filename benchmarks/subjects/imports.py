"""Import of a file of real candles against polars reading the same file."""

from pathlib import Path
from typing import Any

from benchmarks.tools.child import ROOT, run_in_child
from benchmarks.tools.passes import Plan, alternate
from benchmarks.tools.rows import Row, figure_row, ratio_row

CANDLES = "shared/data/crypto_bars/btc-perp-20211231-20220201_1m.csv"
CANDLES_ROWS = 45_031
TARGET_S = 2.0


def run(plan: Plan) -> list[Row]:
    """Measure and judge."""
    path = ROOT.parent / CANDLES
    name = f"import of {CANDLES_ROWS:,} candles"
    if not path.is_file():
        return [Row(name=name, skipped=f"the file ../{CANDLES} is not here")]
    figures = alternate(plan, {"ours": lambda: _ours(path, plan), "polars": lambda: _polars(path)})
    return [
        figure_row(name, figures["ours"], unit="s", target=TARGET_S, better="lower",
                   note="every row checked, sorted, stored as Parquet by content hash, quality judged"),
        ratio_row(f"{name} ÷ polars reading them", figures, ours="ours", peer="polars", unit="s", better="lower"),
    ]  # fmt: skip


def _ours(path: Path, plan: Plan) -> float:
    arguments: dict[str, Any] = {"path": str(path), "folder": str(plan.work_dir), "rows": CANDLES_ROWS}
    return float(run_in_child("benchmarks.ours.imports:measure", **arguments)["seconds"])


def _polars(path: Path) -> float:
    return float(run_in_child("benchmarks.ours.reading:measure", path=str(path), rows=CANDLES_ROWS)["seconds"])
