"""Sandbar's Alpha158: over whole arrays, and bar by bar as a live market asks for it.

In each timing of the arrays: reading the 158 texts, which a process remembers, and evaluating them over columns in memory.
Live: one new bar of every symbol through a stream that has its history, to the 158 values of each symbol.
"""

import time

import numpy as np

from analytics.factors.alpha158 import alpha158
from benchmarks.tools.alpha158 import WARM_UP_BARS, write_factors
from benchmarks.tools.bars import PRICES, read
from benchmarks.tools.timing import peak_mb, time_calls
from quant.expressions import parse
from quant.expressions.evaluating import evaluate
from quant.expressions.panel import Panel
from quant.expressions.streaming import Stream

FIELDS = (*PRICES, "volume")
WARM_UP_LIVE = 2 * WARM_UP_BARS
"""Bars before the clock runs: a whole history, and as many again."""


def measure(*, path: str, result_path: str) -> dict[str, object]:
    """The whole set over a panel."""
    arrays = read(path)
    columns = {name: arrays[name] for name in FIELDS}

    def once() -> list[np.ndarray]:
        return evaluate([parse(text) for text in alpha158().values()], Panel(columns))

    times_s, values = time_calls(once)
    peak = peak_mb()
    write_factors(result_path, list(alpha158()), np.stack([value.T for value in values], axis=2))
    return {"times_s": times_s, "peak_mb": peak}


def measure_live(*, path: str, bars: int) -> dict[str, object]:
    """Seconds of each of some new bars."""
    arrays = read(path)
    symbols = arrays["close"].shape[1]
    stream = Stream([parse(text) for text in alpha158().values()], symbols)
    times_s = []
    for bar in range(WARM_UP_LIVE + bars):
        given = {name: np.ascontiguousarray(arrays[name][bar]) for name in FIELDS}
        started_s = time.perf_counter()
        values = stream.update(given)
        times_s.append(time.perf_counter() - started_s)
    assert np.isfinite(np.array(values)).all(), "every factor of every symbol has a value by now"
    return {"times_s": times_s[WARM_UP_LIVE:], "peak_mb": peak_mb()}
