"""Sandbar's Alpha158: over whole arrays, and bar by bar as a live market asks for it.

In each timing of the arrays: reading the 158 texts and evaluating them over columns in memory. Live: one new bar of every
symbol through a stream that has its history, to the 158 values of each symbol.
"""

import time

import numpy as np

from benchmarks.tools.alpha158 import WARM_UP_BARS, WINDOWS, write_factors
from benchmarks.tools.bars import PRICES, read
from benchmarks.tools.timing import peak_mb, time_calls
from quant.expressions import parse
from quant.expressions.evaluating import evaluate
from quant.expressions.panel import Panel
from quant.expressions.streaming import Stream

FIELDS = (*PRICES, "volume")
WARM_UP_LIVE = 2 * WARM_UP_BARS
"""Bars before the clock runs: a whole history, and as many again."""

OF_THE_BAR = {
    "KMID": "(close - open) / open",
    "KLEN": "(high - low) / open",
    "KMID2": "(close - open) / (high - low + 1e-12)",
    "KUP": "(high - max(open, close)) / open",
    "KUP2": "(high - max(open, close)) / (high - low + 1e-12)",
    "KLOW": "(min(open, close) - low) / open",
    "KLOW2": "(min(open, close) - low) / (high - low + 1e-12)",
    "KSFT": "(2 * close - high - low) / open",
    "KSFT2": "(2 * close - high - low) / (high - low + 1e-12)",
    "OPEN0": "open / close",
    "HIGH0": "high / close",
    "LOW0": "low / close",
    "VWAP0": "vwap / close",
}
OVER_TIME = {
    "ROC": "delay(close, {n}) / close",
    "MA": "ts_mean(close, {n}) / close",
    "STD": "ts_std(close, {n}) / close",
    "BETA": "ts_slope(close, {n}) / close",
    "RSQR": "ts_rsquare(close, {n})",
    "RESI": "ts_resid(close, {n}) / close",
    "MAX": "ts_max(high, {n}) / close",
    "MIN": "ts_min(low, {n}) / close",
    "QTLU": "ts_quantile(close, {n}, 0.8) / close",
    "QTLD": "ts_quantile(close, {n}, 0.2) / close",
    "RANK": "ts_rank(close, {n})",
    "RSV": "(close - ts_min(low, {n})) / (ts_max(high, {n}) - ts_min(low, {n}) + 1e-12)",
    "IMAX": "({n} - ts_argmax(high, {n})) / {n}",
    "IMIN": "({n} - ts_argmin(low, {n})) / {n}",
    "IMXD": "(ts_argmin(low, {n}) - ts_argmax(high, {n})) / {n}",
    "CORR": "ts_corr(close, log(volume + 1), {n})",
    "CORD": "ts_corr(close / delay(close, 1), log(volume / delay(volume, 1) + 1), {n})",
    "CNTP": "ts_count(close > delay(close, 1), {n}) / {n}",
    "CNTN": "ts_count(close < delay(close, 1), {n}) / {n}",
    "CNTD": "ts_count(close > delay(close, 1), {n}) / {n} - ts_count(close < delay(close, 1), {n}) / {n}",
    "SUMP": "ts_sum(max(delta(close, 1), 0), {n}) / (ts_sum(abs(delta(close, 1)), {n}) + 1e-12)",
    "SUMN": "ts_sum(max(-delta(close, 1), 0), {n}) / (ts_sum(abs(delta(close, 1)), {n}) + 1e-12)",
    "SUMD": "(ts_sum(max(delta(close, 1), 0), {n}) - ts_sum(max(-delta(close, 1), 0), {n}))"
    " / (ts_sum(abs(delta(close, 1)), {n}) + 1e-12)",
    "VMA": "ts_mean(volume, {n}) / (volume + 1e-12)",
    "VSTD": "ts_std(volume, {n}) / (volume + 1e-12)",
    "WVMA": "ts_std(abs(returns(close)) * volume, {n}) / (ts_mean(abs(returns(close)) * volume, {n}) + 1e-12)",
    "VSUMP": "ts_sum(max(delta(volume, 1), 0), {n}) / (ts_sum(abs(delta(volume, 1)), {n}) + 1e-12)",
    "VSUMN": "ts_sum(max(-delta(volume, 1), 0), {n}) / (ts_sum(abs(delta(volume, 1)), {n}) + 1e-12)",
    "VSUMD": "(ts_sum(max(delta(volume, 1), 0), {n}) - ts_sum(max(-delta(volume, 1), 0), {n}))"
    " / (ts_sum(abs(delta(volume, 1)), {n}) + 1e-12)",
}
"""Qlib's Alpha158 (`qlib.contrib.data.loader.Alpha158DL`, 0.9.7) in Sandbar's language; `{n}` is each of the windows."""


def alpha158() -> dict[str, str]:
    """The 158 expressions by their names."""
    rolled = {f"{name}{bars}": text.format(n=bars) for name, text in OVER_TIME.items() for bars in WINDOWS}
    return OF_THE_BAR | rolled


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
