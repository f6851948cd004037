"""Sandbar's backtests: from bars in memory and expressions as text to the result with all of its figures.

Bars in memory are the engine's panel, as others hold a table. In each timing is what a job of the REST interface does with
it: reading the expressions, their values, signals, the walk over the bars, trades, equity, both bounds, and the figures.
"""

import time

import numpy as np

from analytics.backtests.conditions import read_conditions, signals_of, workspace_of
from analytics.backtests.engine.bars import Panel, align, bars_from_prices
from analytics.backtests.engine.results import Result
from analytics.backtests.engine.running import run_backtest
from analytics.backtests.engine.specs import Backtest, backtest_from
from analytics.backtests.search import Axis, grid, space_of
from analytics.backtests.searching import Search
from analytics.backtests.work import figures_of
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


def measure(*, path: str, result_path: str, has_stops: bool) -> dict[str, object]:
    """One backtest with all of its figures, again and again."""
    panel, spec = load(path), spec_of(has_stops=has_stops)

    def once() -> Result:
        result = run(panel, spec)
        figures_of(result, panel, DAYS_PER_YEAR)
        return result

    times_s, result = time_calls(once)
    trades_of(result).write(result_path)
    return {"times_s": times_s, "peak_mb": peak_mb()}


def measure_kernel(*, path: str, result_path: str, has_stops: bool) -> dict[str, object]:
    """The same without the figures: what a hand-written loop does."""
    panel, spec = load(path), spec_of(has_stops=has_stops)
    times_s, result = time_calls(lambda: run(panel, spec))
    trades_of(result).write(result_path)
    return {"times_s": times_s, "peak_mb": peak_mb()}


def first_run(*, path: str, began_ns: int) -> dict[str, float]:
    """Seconds from `began_ns` of the system's clock, when the process was asked for, to its first backtest's figures."""
    panel = load(path)
    figures_of(run(panel, spec_of(has_stops=False)), panel, DAYS_PER_YEAR)
    return {"seconds": (time.time_ns() - began_ns) / 1e9}


def measure_sweep(*, path: str, result_path: str, fast: list[int], slow: list[int]) -> dict[str, object]:
    """Every fast with every slow average, on all cores: return, fall, Sharpe ratio, trades and eight more of each."""
    panel, spec = load(path), spec_of(has_stops=False, is_swept=True)
    space = space_of({"fast": Axis(values=list(fast)), "slow": Axis(values=list(slow))})
    times_s, found = time_calls(lambda: Search(spec, space, panel).run(grid(space), days_per_year=DAYS_PER_YEAR))
    fast_bars, slow_bars = (table.ravel() for table in np.meshgrid(fast, slow, indexing="ij"))
    np.savez(result_path, fast=fast_bars, slow=slow_bars, figures=found.figures[:, :4])
    return {"times_s": times_s, "peak_mb": peak_mb()}


def load(path: str) -> Panel:
    """Bars from a file, as the engine reads them."""
    arrays = read(path)
    prices = tuple(arrays[name] for name in PRICES)
    instrument = make_instrument(SYMBOL, tick=TICK, lot=LOT)
    return align([bars_from_prices(instrument, MINUTE_NS, arrays["time_ns"], prices=prices, volume=arrays["volume"])])


def spec_of(*, has_stops: bool, is_swept: bool = False) -> Backtest:
    """The rule of `benchmarks.tools.sma_cross`; in a sweep the windows are the space's."""
    strategy: dict[str, object] = {
        "long_entry": ENTRY,
        "long_exit": EXIT,
        "parameters": {} if is_swept else {"fast": FAST_BARS, "slow": SLOW_BARS},
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


def run(panel: Panel, spec: Backtest) -> Result:
    """From texts and bars to trades and equity; of one run to the next nothing but the reading of the texts is kept."""
    conditions = read_conditions(spec.strategy)
    signals = signals_of(workspace_of(panel), conditions, spec.strategy.parameters)
    return run_backtest(spec, panel, signals)


def trades_of(result: Result) -> Trades:
    """Its round trips, oldest first, by place of their bars."""
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
