"""Sandbar's backtests: from bars in memory and expressions as text to the result with all of its figures.

Bars in memory are the engine's panel and the columns of expressions, as others hold a table. In each timing are: reading the
expressions, their values, signals, the walk over the bars, trades, equity, both bounds and `measure`.
"""

import time
from dataclasses import dataclass

import numpy as np

from analytics.backtests.engine.bars import Bars, Panel, align, bars_from_prices
from analytics.backtests.engine.preparing import Measures, Signals, settings_of
from analytics.backtests.engine.results import Result
from analytics.backtests.engine.running import run_backtest
from analytics.backtests.engine.specs import Backtest, backtest_from
from analytics.backtests.engine.sweeping import crossing_events, sweep
from benchmarks.tools.bars import MINUTE_NS, PRICES, SEEDED_DECIMALS, read
from benchmarks.tools.sma_cross import (
    FAST_BARS,
    FEE_SHARE,
    QUANTITY,
    SLOW_BARS,
    STARTING_CASH,
    STOP_SHARE,
    TARGET_SHARE,
    Trades,
)
from benchmarks.tools.timing import peak_mb, time_calls
from markets.instruments import make_instrument
from quant.expressions import parse
from quant.expressions.evaluating import Workspace
from quant.expressions.panel import Panel as Columns
from quant.performance.measuring import measure as measure_performance

SYMBOL = "BTC-USD"
TICK = f"{10.0**-SEEDED_DECIMALS:.{SEEDED_DECIMALS}f}"
"""Fine enough that a stop at 99 % of any price is a whole number of ticks to eleven digits: the peers have no ticks."""
LOT = "0.01"
DAYS_PER_YEAR = 365
FEE_BPS = f"{FEE_SHARE * 10_000:.10g}"
ENTRY, EXIT = (
    "cross_above(sma(close, p.fast), sma(close, p.slow))",
    "cross_below(sma(close, p.fast), sma(close, p.slow))",
)
PARAMETERS = {"fast": FAST_BARS, "slow": SLOW_BARS}
THREADS = 2


@dataclass(frozen=True)
class Loaded:
    """The bars in memory."""

    panel: Panel
    columns: Columns

    @property
    def bars(self) -> Bars:
        """Those of the one symbol."""
        return self.panel.symbols[0]


def measure(*, path: str, result_path: str, has_stops: bool) -> dict[str, object]:
    """One backtest, again and again."""
    loaded, spec = load(path), spec_of(has_stops=has_stops)
    times_s, result = time_calls(lambda: run(loaded, spec))
    _trades(result).write(result_path)
    return {"times_s": times_s, "peak_mb": peak_mb()}


def measure_kernel(*, path: str, result_path: str, has_stops: bool) -> dict[str, object]:
    """The same without the figures: what a hand-written loop does."""
    loaded, spec = load(path), spec_of(has_stops=has_stops)
    times_s, result = time_calls(lambda: run_backtest(spec, loaded.panel, signals_of(loaded, spec)))
    _trades(result).write(result_path)
    return {"times_s": times_s, "peak_mb": peak_mb()}


def first_run(*, path: str, began_ns: int) -> dict[str, float]:
    """Seconds from `began_ns` of the system's clock, when the process was asked for, to its first backtest's figures."""
    run(load(path), spec_of(has_stops=False))
    return {"seconds": (time.time_ns() - began_ns) / 1e9}


def measure_sweep(*, path: str, result_path: str, fast: list[int], slow: list[int]) -> dict[str, object]:
    """Every fast with every slow average: the averages as expressions, each distinct window once, then all combinations."""
    loaded, spec = load(path), spec_of(has_stops=False)
    pairs = [(place, other) for place in range(len(fast)) for other in range(len(slow))]

    def once() -> np.ndarray:
        workspace = Workspace(loaded.columns)
        average = parse("sma(close, p.bars)", parameters=("bars",))
        fast_values, slow_values = (
            np.stack([workspace.value(average.bind({"bars": bars})) for bars in family]) for family in (fast, slow)
        )
        events = crossing_events(fast_values, slow_values, pairs, is_both_sides=False)
        measures = Measures(loaded.panel)
        settings = np.repeat(settings_of(spec, loaded.panel, measures)[None], len(pairs), axis=0)
        rows = np.arange(len(pairs))
        return sweep(
            loaded.panel, events, rows, settings, measures.array(), days_per_year=DAYS_PER_YEAR, threads=THREADS
        ).figures

    times_s, figures = time_calls(once)
    fast_bars, slow_bars = (table.ravel() for table in np.meshgrid(fast, slow, indexing="ij"))
    np.savez(result_path, fast=fast_bars, slow=slow_bars, figures=figures[:, :4])
    return {"times_s": times_s, "peak_mb": peak_mb()}


def load(path: str) -> Loaded:
    """Bars from a file, as the engine and as expressions read them."""
    arrays = read(path)
    prices = tuple(arrays[name] for name in PRICES)
    instrument = make_instrument(SYMBOL, tick=TICK, lot=LOT)
    bars = bars_from_prices(instrument, MINUTE_NS, arrays["time_ns"], prices=prices, volume=arrays["volume"])
    return Loaded(align([bars]), Columns({name: arrays[name] for name in (*PRICES, "volume")}))


def spec_of(*, has_stops: bool) -> Backtest:
    """The rule of `benchmarks.tools.sma_cross`."""
    strategy: dict[str, object] = {
        "long_entry": ENTRY,
        "long_exit": EXIT,
        "parameters": dict(PARAMETERS),
        "sizing": {"kind": "fixed", "quantity": str(QUANTITY)},
    }
    if has_stops:
        strategy["stop"] = {"kind": "percent", "percent": f"{STOP_SHARE * 100:.10g}"}
        strategy["target"] = {"kind": "percent", "percent": f"{TARGET_SHARE * 100:.10g}"}
    return backtest_from(
        {
            "symbols": [SYMBOL],
            "interval": "1m",
            "strategy": strategy,
            "fills": {"limit_fill": "touch"},
            "fees": {"maker_bps": FEE_BPS, "taker_bps": FEE_BPS},
            "starting_cash": f"{STARTING_CASH:.0f}",
        }
    )


def signals_of(loaded: Loaded, spec: Backtest) -> Signals:
    """What the expressions say, from their texts."""
    workspace = Workspace(loaded.columns)
    texts = {"long_entry": spec.strategy.long_entry, "long_exit": spec.strategy.long_exit}
    read_ = {side: parse(str(text), parameters=tuple(PARAMETERS)) for side, text in texts.items()}
    return Signals(**{side: workspace.value(each.bind(PARAMETERS)) for side, each in read_.items()})


def run(loaded: Loaded, spec: Backtest) -> Result:
    """The timed path."""
    result = run_backtest(spec, loaded.panel, signals_of(loaded, spec))
    measure_performance(
        result.time_ns,
        result.equity,
        result.starting_equity,
        days_per_year=DAYS_PER_YEAR,
        trades=result.trades,
        traded_value=result.traded_value,
        exposure=result.exposure,
        fees=result.fees,
    )
    return result


def _trades(result: Result) -> Trades:
    trades = result.trades
    order = np.argsort(trades.entry_time_ns, kind="stable")
    return Trades(
        entry_bar=np.searchsorted(result.time_ns, trades.entry_time_ns)[order],
        exit_bar=np.searchsorted(result.time_ns, trades.exit_time_ns)[order],
        side=trades.side[order].astype(np.int64),
        entry_price=trades.entry_price[order],
        exit_price=trades.exit_price[order],
        final_equity=float(result.equity[-1]),
    )
