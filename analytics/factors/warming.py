"""Compile what factors run on, by computing Alpha158 and judging one of it over made-up bars."""

import tempfile
from pathlib import Path

import numpy as np

from analytics.factors.alpha158 import alpha158
from analytics.factors.judging import judge
from analytics.factors.panels import Columns
from analytics.factors.records import Factor
from analytics.factors.values import check_truncation, compute

BARS, SYMBOLS = 80, 4
HOUR_NS = 3_600 * 10**9


def compile_kernels(folder: Path | None = None) -> None:
    """Compile everything; `folder` is for the files of it, a temporary one unless given."""
    if folder is None:
        with tempfile.TemporaryDirectory() as made:
            compile_kernels(Path(made))
        return
    columns = _columns()
    computed = list(compute([Factor(name, text) for name, text in alpha158().items()], columns, folder))
    across = Factor("across", "zscore(neutralize(rank(returns(close)), sector))")
    check_truncation([*computed, *compute([across], columns, folder)], columns, cuts=1)
    judge(computed[0].values, columns, horizons=[1], quantiles=2, entry="next_open")


def _columns() -> Columns:
    """Waves of made-up symbols in two groups."""
    steps = np.arange(BARS)[:, None] + 7 * np.arange(SYMBOLS)
    close = 100 + 10 * np.sin(steps / 9) + np.sin(steps)
    opens = np.vstack((close[:1], close[:-1]))
    columns = {
        "open": opens,
        "high": np.maximum(opens, close) + 0.5,
        "low": np.minimum(opens, close) - 0.5,
        "close": close,
        "volume": 10.0 + steps % 5,
    }
    groups = {"sector": np.arange(SYMBOLS, dtype=np.int64) % 2}
    return Columns(tuple(f"W{number}-USD" for number in range(SYMBOLS)), HOUR_NS * np.arange(BARS), columns, groups)
