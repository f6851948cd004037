#!/usr/bin/env python3
"""Measures Sandbar side by side with its peers and with the bare limit, in one run on one machine.

    benchmarks/run.py                      # everything, about half an hour
    benchmarks/run.py engine journal       # some subjects
    benchmarks/run.py --quick http         # one short pass, to see that it works
    benchmarks/run.py --json               # the judged rows for a program

It runs in the project's own environment, .venv, whatever Python starts it.

Contenders take turns, pass by pass, each in a fresh process; the table holds medians. Progress goes to stderr. The exit
code is 1 when a target is missed, 2 when a subject could not be measured.
"""

import argparse
import importlib
import os
import signal
import sys
import tempfile
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = ROOT / ".venv" / "bin" / "python"
if PYTHON.exists() and Path(sys.prefix) != PYTHON.parents[1]:
    os.execv(PYTHON, [str(PYTHON), *sys.argv])  # the same script, in the environment with what it needs
sys.path[:1] = [str(ROOT), str(ROOT / "platform")]
os.environ["PYTHONPATH"] = os.pathsep.join(sys.path[:2])

from benchmarks.tools.disk import measure_disk  # noqa: E402 - the path comes first
from benchmarks.tools.environment import ToolMissing, check_quiet, machine  # noqa: E402
from benchmarks.tools.passes import FULL_SECONDS, QUICK_SECONDS, Plan, tell  # noqa: E402
from benchmarks.tools.rows import Row, as_json, as_table  # noqa: E402

SUBJECTS = {
    "http": "benchmarks.subjects.http",
    "streams": "benchmarks.subjects.streams",
    "engine": "benchmarks.subjects.engine",
    "journal": "benchmarks.subjects.journal",
    "serializers": "benchmarks.subjects.serializers",
    "import": "benchmarks.subjects.imports",
    "markets": "benchmarks.subjects.markets",
    "scrape": "benchmarks.subjects.scrape",
    "audit": "benchmarks.subjects.audit",
    "admin": "benchmarks.subjects.admin",
    "backtests": "benchmarks.subjects.backtests",
    "factors": "benchmarks.subjects.factors",
    "reports": "benchmarks.subjects.reports",
    "strategies": "benchmarks.subjects.strategies",
    "installation": "benchmarks.subjects.installation",
}
MIN_PASSES = 5
WORK_DIR = Path(__file__).resolve().parent / ".work"
"""Beside the code and not in /tmp, which may be memory: the journal is measured on a disk."""


def main() -> int:
    """Run the subjects asked for and print their rows."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))  # so that whatever was started is ended
    WORK_DIR.mkdir(exist_ok=True)
    warning = check_quiet()
    tell(warning or "The machine is quiet.")
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(dir=WORK_DIR) as folder:
        plan = Plan(
            passes=options.passes or (1 if options.quick else MIN_PASSES),
            seconds=QUICK_SECONDS if options.quick else FULL_SECONDS,
            quick=options.quick,
            work_dir=Path(folder),
        )
        disk = measure_disk(plan.work_dir)
        for name in options.subjects or SUBJECTS:
            rows += _rows_of(name, plan)
    if options.json:
        print(as_json(rows))
    else:
        print(f"{machine()}; {disk}.\n{plan.passes} passes of {plan.seconds:g} s. {warning}\n\n{as_table(rows)}")
    if any(row.skipped for row in rows):
        return 2
    return 1 if any(row.is_met is False for row in rows) else 0


def _rows_of(name: str, plan: Plan) -> list[Row]:
    """The rows of one subject; one that lacks a tool, or fails, is skipped with the reason and costs no other its rows."""
    tell(f"{name}:")
    try:
        rows: list[Row] = importlib.import_module(SUBJECTS[name]).run(plan)
    except ToolMissing as reason:
        return [Row(name=name, skipped=str(reason))]
    except Exception as fault:
        traceback.print_exc()
        return [Row(name=name, skipped=f"it failed: {str(fault).splitlines()[0] if str(fault) else repr(fault)}")]
    return rows


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("subjects", nargs="*", metavar="subject", help=f"some of {', '.join(SUBJECTS)}; all if none")
    parser.add_argument("--json", action="store_true", help="print the judged rows as JSON")
    parser.add_argument("--passes", type=int, help=f"how often each contender is measured (at least {MIN_PASSES})")
    parser.add_argument("--quick", action="store_true", help="one short pass with small sizes: to see that it works")
    options = parser.parse_args()
    if unknown := set(options.subjects) - SUBJECTS.keys():
        parser.error(f"there is no subject {', '.join(sorted(unknown))}; there are {', '.join(SUBJECTS)}")
    if options.passes is not None and options.passes < (1 if options.quick else MIN_PASSES):
        parser.error(f"--passes must be at least {MIN_PASSES}; fewer only with --quick")
    return options


if __name__ == "__main__":
    sys.exit(main())
