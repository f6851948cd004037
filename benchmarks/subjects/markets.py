"""Market data: the rows of every module in benchmarks/markets."""

import importlib
import pkgutil

from benchmarks import markets
from benchmarks.tools.passes import Plan
from benchmarks.tools.rows import Row


def run(plan: Plan) -> list[Row]:
    """Measure and judge, part by part."""
    names = sorted(module.name for module in pkgutil.iter_modules(markets.__path__))
    rows: list[Row] = []
    for name in names:
        rows += importlib.import_module(f"{markets.__name__}.{name}").run(plan)
    return rows
