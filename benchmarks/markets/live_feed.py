"""What live prices cost: 200 symbols at 20 ticks a second each, as the share of a core that the process used.

.venv/bin/python benchmarks/run.py markets
"""

from functools import partial
from typing import Any

from benchmarks.tools.child import run_in_child
from benchmarks.tools.passes import Plan, alternate
from benchmarks.tools.rows import Row, figure_row

TARGET_CORES = 0.5
RATE = "200 symbols at 20 ticks a second each"


def run(plan: Plan) -> list[Row]:
    """Measure and judge."""
    folder = str(plan.work_dir)
    environment = {"STATE_DIR": folder, "LOG_DIR": folder, "DJANGO_SETTINGS_MODULE": "gateway.settings"}
    child = partial(run_in_child, environment=environment, seconds=plan.seconds)
    contenders = {
        "listened": lambda: child("benchmarks.ours.live_feed:measure", listens=True),
        "alone": lambda: child("benchmarks.ours.live_feed:measure", listens=False),
    }
    passes: dict[str, list[Any]] = alternate(plan, contenders)
    taken = min(each["ticks_per_s"] for each in passes["listened"])
    return [
        figure_row(f"live feed, {RATE}", [each["cores"] for each in passes["listened"]], unit="cores", target=TARGET_CORES,
                   better="lower", note=f"judged ticks through feed, candles, book and hub, {taken:,.0f} a second; every "
                   "ticker, a hundred books and a hundred forming candles are listened to"),
        figure_row(f"live feed, {RATE}, nobody listens", [each["cores"] for each in passes["alone"]], unit="cores",
                   note="the same without a listener"),
    ]  # fmt: skip
