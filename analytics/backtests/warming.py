"""Compile what backtests run on, once after an installation or an update, so that nobody waits for it later.

Compiled code is kept on disk (`NUMBA_CACHE_DIR`, else beside the source) and found by every worker. Done by carrying out a
small backtest, sweep, walk forward and resampling of made-up bars: what they call is what has to be compiled.
"""

import tempfile
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from analytics.backtests import work
from analytics.backtests.records import BacktestWork, ResampleWork, SweepWork, WalkWork
from analytics.backtests.search import Axis
from analytics.backtests.windows import Schedule
from jobs.progress import Progress
from markets.bars.records import write_bars
from markets.bars.references import BarsReference
from markets.instruments import make_instrument
from quant.expressions import parse
from quant.expressions.streaming import Stream

HOUR_NS = 3_600 * 10**9
BARS = 400
STRATEGY = {
    "long_entry": "cross_above(sma(close, p.fast), ema(close, 9)) and not rsi(close, 5) > 90 and low < ts_max(high, 9)",
    "long_exit": "cross_below(sma(open, p.fast), sma(open, 9))",
    "short_entry": "close < ts_median(low, 9) - atr(5)",
    "short_exit": "ts_count(close > open, 5) > 3 or ts_std(close, 5) > 2",
    "stop": {"kind": "percent", "percent": "2"},
    "target": {"kind": "atr", "multiple": "3", "bars": 5},
    "trailing": {"kind": "fixed", "amount": "1"},
}


def compile_kernels(folder: Path | None = None) -> None:
    """Compile everything; `folder` is for the files of it, a temporary one unless given."""
    if folder is None:
        with tempfile.TemporaryDirectory() as made:
            compile_kernels(Path(made))
        return
    bars, file, silent = [_bars(folder)], str(folder / "warm.npz"), Progress(lambda *_: None)
    spec: dict[str, Any] = {"symbols": ["WARM-UP"], "interval": "1h", "allow_short": True, "strategy": STRATEGY}
    fixed = {**spec, "strategy": {**STRATEGY, "parameters": {"fast": 3}}}
    sweep = SweepWork(
        spec=spec,
        bars=bars,
        file=file,
        axes={"fast": Axis(values=[2, 3, 4])},
        rising=[],
        samples=None,
        seed=0,
        metric="total_return",
        least_trades=0,
    )
    drawn = ResampleWork(file=file, what="trades", draws=10, seed=0, mean_block=5, ruin_percent=50.0, days_per_year=365)
    work.run_sweep(msgspec.to_builtins(sweep), silent)
    work.run_walk(msgspec.to_builtins(WalkWork(sweep=sweep, schedule=Schedule(200, 100))), silent)
    work.run(msgspec.to_builtins(BacktestWork(spec=fixed, bars=bars, file=file)), silent)
    work.run_resampling(msgspec.to_builtins(drawn), silent)
    _follow_bar_by_bar()


def _follow_bar_by_bar() -> None:
    """The other form of expressions, which alerts follow markets with."""
    texts = [text for text in STRATEGY.values() if isinstance(text, str)]
    stream = Stream([parse(text) for text in texts], symbols=1, parameters={"fast": 3})
    stream.update(dict.fromkeys(("open", "high", "low", "close", "volume"), 1.0))


def _bars(folder: Path) -> BarsReference:
    """Waves of a made-up symbol."""
    steps = np.arange(BARS)
    close = np.round(100 + 10 * np.sin(steps / 9) + np.sin(steps), 2)
    opens = np.concatenate((close[:1], close[:-1]))
    columns = {
        "open": opens,
        "high": np.maximum(opens, close) + 0.5,
        "low": np.minimum(opens, close) - 0.5,
        "close": close,
        "volume": np.full(BARS, 10.0),
    }
    path = folder / "warm.npy"
    write_bars(path, steps * HOUR_NS, columns)
    return BarsReference(
        instrument=make_instrument("WARM-UP", tick="0.01", lot="0.001"),
        interval="1h",
        interval_ns=HOUR_NS,
        source="made up",
        rows=BARS,
        from_ns=0,
        to_ns=int(steps[-1]) * HOUR_NS,
        content_hash="",
        path=str(path),
    )
