"""Reports: a tear sheet of ten years of days with 2,000 round trips in every format, and beside quantstats' page.

Times begin with arrays in memory and end with the bytes of the file. Both pages are of the same days and the same market;
quantstats' has no round trips.
"""

from functools import partial
from typing import Any

from benchmarks.tools.child import run_in_child
from benchmarks.tools.environment import ToolMissing
from benchmarks.tools.passes import Plan, alternate
from benchmarks.tools.rows import Row, figure_row, ratio_row

DAYS, TRADES = 3_650, 2_000
QUICK_DAYS, QUICK_TRADES = 400, 50
MOST_MS = {"json": 100.0, "html": 1_000.0, "pdf": 5_000.0, "csv": 1_000.0, "xlsx": 5_000.0}
OURS = "benchmarks.ours.reports:measure"
QUANTSTATS = "benchmarks.peers.quantstats_reports:measure"
TARGET = 5.0


def run(plan: Plan) -> list[Row]:
    """Measure and judge."""
    days, trades = plan.size(DAYS, QUICK_DAYS), plan.size(TRADES, QUICK_TRADES)
    rows = [_figure(plan, form, days, trades) for form in MOST_MS]
    try:
        rows.append(_beside_quantstats(plan, days, trades))
    except ToolMissing as reason:
        rows.append(Row(name="tear sheet as HTML ÷ quantstats", target=TARGET, skipped=str(reason)))
    return rows


def _figure(plan: Plan, form: str, days: int, trades: int) -> Row:
    """The row of one format: the median of a warm worker, and in its note what the first file took."""
    ask = partial(run_in_child, OURS, form=form, days=days, trades=trades)
    found: list[dict[str, Any]] = alternate(plan, {form: ask})[form]
    times_ms = [each * 1e3 for measured in found for each in measured["times_s"]]
    first_ms = max(measured["first_s"] for measured in found) * 1e3
    note = f"the first of a process up to {first_ms:,.0f} ms, {found[0]['bytes'] / 1e3:,.0f} kB"
    name = f"tear sheet of {days:,} days and {trades:,} round trips as {form}"
    return figure_row(name, times_ms, unit="ms", target=MOST_MS[form], better="lower", note=note)


def _beside_quantstats(plan: Plan, days: int, trades: int) -> Row:
    contenders = {
        name: partial(run_in_child, function, form="html", days=days, trades=trades)
        for name, function in (("ours", OURS), ("quantstats", QUANTSTATS))
    }
    found: dict[str, Any] = {name: passes[0] for name, passes in alternate(plan, contenders, passes=1).items()}
    rates = {name: [1 / each for each in measured["times_s"]] for name, measured in found.items()}
    note = ", ".join(f"{name} {measured['bytes'] / 1e3:,.0f} kB" for name, measured in found.items())
    return ratio_row(
        "tear sheet as HTML ÷ quantstats",
        rates,
        ours="ours",
        peer="quantstats",
        unit="pages/s",
        target=TARGET,
        note=note,
    )
