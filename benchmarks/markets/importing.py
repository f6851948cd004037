"""Import of price files: as fast as polars and pandas read them, and in little memory whatever their size."""

from pathlib import Path
from typing import Any

from benchmarks.tools.child import run_in_child
from benchmarks.tools.passes import Plan, alternate
from benchmarks.tools.rows import Row, figure_row, ratio_row

CANDLES = 500_000
QUICK_CANDLES = 50_000
TRADES = 10_000_000
QUICK_TRADES = 500_000
MIN_SHARE_OF_POLARS = 0.5
MAX_PEAK_MB = 500.0
MEMORY_PASSES = 1


def run(plan: Plan) -> list[Row]:
    """Measure and judge."""
    return [*_speed(plan), *_speed_of_epochs(plan), *_memory(plan)]


def _speed(plan: Plan) -> list[Row]:
    rows = plan.size(CANDLES, QUICK_CANDLES)
    path = str(plan.work_dir / "candles.csv")
    run_in_child("benchmarks.ours.imports:write_candles", path=path, rows=rows)
    figures = alternate(
        plan,
        {
            "ours": lambda: _rate("benchmarks.ours.imports:measure", rows, path=path, folder=str(plan.work_dir)),
            "polars": lambda: _rate("benchmarks.ours.reading:measure", rows, path=path),
            "pandas": lambda: _rate("benchmarks.ours.reading:measure_pandas", rows, path=path),
        },
    )
    Path(path).unlink()
    name = f"import of {rows:,} candles"
    return [
        ratio_row(f"{name} ÷ polars reading them", figures, ours="ours", peer="polars", unit="rows/s",
                  target=MIN_SHARE_OF_POLARS, note="every row checked, sorted, hashed, stored as Parquet, judged"),
        ratio_row(f"{name} ÷ pandas reading them", figures, ours="ours", peer="pandas", unit="rows/s"),
    ]  # fmt: skip


def _speed_of_epochs(plan: Plan) -> list[Row]:
    """Beside the target: numbers for times spare polars most of its work, and an import only a part of its own."""
    rows = plan.size(CANDLES, QUICK_CANDLES)
    path = str(plan.work_dir / "candles.csv")
    run_in_child("benchmarks.ours.imports:write_candles", path=path, rows=rows, epoch=True)
    figures = alternate(
        plan,
        {
            "ours": lambda: _rate("benchmarks.ours.imports:measure", rows, path=path, folder=str(plan.work_dir)),
            "polars": lambda: _rate("benchmarks.ours.reading:measure", rows, path=path),
        },
    )
    Path(path).unlink()
    return [
        ratio_row(f"import of {rows:,} candles with epoch times ÷ polars reading them", figures, ours="ours",
                  peer="polars", unit="rows/s", note="polars has no times to read here, only numbers")
    ]  # fmt: skip


def _memory(plan: Plan) -> list[Row]:
    rows = plan.size(TRADES, QUICK_TRADES)
    path = str(plan.work_dir / "trades.csv")
    run_in_child("benchmarks.ours.imports:write_trades", path=path, rows=rows)
    peaks: list[dict[str, Any]] = [
        run_in_child("benchmarks.ours.imports:measure_peak", path=path, folder=str(plan.work_dir), rows=rows)
        for _ in range(MEMORY_PASSES)
    ]
    Path(path).unlink()
    name = f"import of {rows:,} trades"
    return [
        figure_row(f"{name}, peak of the worker", [peak["peak_mb"] for peak in peaks], unit="MB", target=MAX_PEAK_MB,
                   better="lower", note="resident memory, the libraries' own included"),
        figure_row(name, [peak["seconds"] for peak in peaks], unit="s", better="lower"),
    ]  # fmt: skip


def _rate(function: str, rows: int, **arguments: Any) -> float:
    return rows / float(run_in_child(function, rows=rows, **arguments)["seconds"])
