"""What workers do for backtests: functions of a spec, without Django. Bars are mapped from files, arrays go into one."""

import math
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from analytics.backtests.conditions import check_values, read_conditions, signals_of, workspace_of
from analytics.backtests.engine.bars import Panel, align, bars_from_prices
from analytics.backtests.engine.preparing import Moments, Signals
from analytics.backtests.engine.results import Result
from analytics.backtests.engine.running import run_backtest
from analytics.backtests.engine.specs import Backtest, backtest_from
from analytics.backtests.going_on import WalkState, run_in_blocks
from analytics.backtests.python_signals import PythonSignals
from analytics.backtests.records import ENGINE, TRADE_COLUMNS, BacktestWork, ResampleWork, SweepWork, WalkWork
from analytics.backtests.robustness import best_of, robustness_of
from analytics.backtests.search import draw, grid, in_order, space_of
from analytics.backtests.searching import Found, Search, part_of
from analytics.backtests.strategy_files import StrategyFile
from analytics.backtests.windows import Window, windows_of
from jobs.progress import Progress
from kit.errors import Invalid, NotFound
from markets.bars.records import read_bars
from markets.bars.references import BarsReference, days_per_year
from quant.performance.days import daily_equity, returns_of
from quant.performance.figures import Figures
from quant.performance.measuring import DaysPerYear, measure
from quant.performance.overfitting import probability_of_overfitting
from quant.performance.resampling import resample_returns, resample_trades

TOP: Final = 100
"""Combinations that a sweep's own result names; all of them are in its file."""

OVERFITTING_STRATEGIES: Final = 200
"""Combinations, evenly chosen, whose daily returns are compared for the probability of overfitting."""


def panel_of(references: Sequence[BarsReference]) -> Panel:
    """The bars of references, in their order, on one axis of time."""
    found = []
    for each in references:
        bars = read_bars(each)
        found.append(
            bars_from_prices(
                each.instrument,
                each.interval_ns,
                bars.time_ns,
                prices=(bars.open, bars.high, bars.low, bars.close),
                volume=bars.volume,
                content_hash=each.content_hash,
            )
        )
    return align(found)


# One backtest ------------------------------------------------------------------------------------------------------------


def run(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """A backtest: its summary, and its arrays in the work's file."""
    work = msgspec.convert(spec, BacktestWork)
    backtest = backtest_from(work.spec)
    progress.update(0.02, "Reading bars")
    panel = panel_of(work.bars)
    result, said = _result_of(work, backtest, panel, progress)
    progress.update(0.9, "Measuring")
    figures = figures_of(result, panel, days_per_year(work.bars))
    _save(Path(work.file), arrays_of(result))
    return summary_of(result, figures, work.bars) | said


def _result_of(
    work: BacktestWork, backtest: Backtest, panel: Panel, progress: Progress
) -> tuple[Result, dict[str, Any]]:
    """The result, and what its summary says of how it came about."""
    if backtest.program is not None:
        from analytics.backtests.programs import run_program  # with an exchange, which conditions do not need

        return run_program(backtest, panel, progress), {"warm_up_bars": None, "python": None}
    progress.update(0.2, "Working out the conditions" if work.python is None else "Loading the strategy")
    signals, said = _signals_of(work, backtest, panel, progress)
    progress.update(0.5, "Trading")
    return run_backtest(backtest, panel, signals), said


def _signals_of(
    work: BacktestWork, backtest: Backtest, panel: Panel, progress: Progress
) -> tuple[Signals | Moments, dict[str, Any]]:
    """The signals of the strategy, and what its summary says of how they came about."""
    strategy = backtest.strategy
    if work.python is None or strategy.python is None:
        conditions = read_conditions(strategy)
        warm_up = check_values(conditions, strategy.parameters)
        return signals_of(workspace_of(panel), conditions, strategy.parameters), {
            "warm_up_bars": warm_up,
            "python": None,
        }
    source = PythonSignals(work.python, panel, allow_short=backtest.allow_short)
    asked = source.asked(
        strategy.python.parameters, pulse=lambda share, message: progress.update(0.2 + 0.3 * share, message)
    )
    found = _python(work.python) | {"parameters": asked.parameters, "cuts": asked.cuts}
    return asked.signals, {"warm_up_bars": None, "python": found}


def _python(file: StrategyFile) -> dict[str, Any]:
    """Which strategy in Python a result was computed with."""
    return {"name": file.name, "sha256": file.sha256}


def figures_of(result: Result, panel: Panel, year: DaysPerYear) -> Figures:
    """The figures of a result; beside the symbol itself, bought and held, where there is one."""
    only = panel.symbols[0] if len(panel.symbols) == 1 else None
    return measure(
        result.time_ns,
        result.equity,
        result.starting_equity,
        days_per_year=year,
        trades=result.trades,
        benchmark=None if only is None else (only.time_ns, only.close),
        traded_value=result.traded_value,
        exposure=result.exposure,
        fees=result.fees,
    )


def summary_of(result: Result, figures: Figures, references: Sequence[BarsReference]) -> dict[str, Any]:
    """What is kept of a backtest beside its arrays."""
    return {
        "engine": ENGINE,
        "figures": msgspec.to_builtins(figures),
        "bars": len(result.time_ns),
        "orders": len(result.order_rows),
        "refusals": result.refusals(),
        "ambiguous_bars": result.ambiguous_bars,
        "bounds": msgspec.to_builtins(result.bounds),
        "positions": [_position(result, each, references) for each in result.positions],
        "data": [_data(each) for each in references],
    }


def _position(result: Result, position: Any, references: Sequence[BarsReference]) -> dict[str, str]:
    instrument = next(each.instrument for each in references if each.symbol == position.symbol)
    return {
        "symbol": position.symbol,
        "quantity": instrument.quantity_text(position.quantity_lots),
        "mark_price": instrument.price_text(position.mark_ticks),
    }


def _data(reference: BarsReference) -> dict[str, Any]:
    """Which bars a result was computed from."""
    return {
        "symbol": reference.symbol,
        "interval": reference.interval,
        "source": reference.source,
        "rows": reference.rows,
        "from_ns": reference.from_ns,
        "to_ns": reference.to_ns,
        "content_hash": reference.content_hash,
    }


def arrays_of(result: Result) -> dict[str, np.ndarray]:
    """What is kept of a backtest as arrays, by name."""
    trades = {f"trade_{name}": getattr(result.trades, name) for name in TRADE_COLUMNS}
    return {
        "time_ns": result.time_ns,
        "starting_equity": np.array(result.starting_equity),
        "equity": result.equity,
        "drawdown": result.drawdown,
        "order_rows": result.order_rows,
        **trades,
    }


def _save(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write arrays to a file that is there whole or not at all."""
    unfinished = path.with_name(f".{path.name}")
    with unfinished.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]
    unfinished.replace(path)


# Sweeps ------------------------------------------------------------------------------------------------------------------


def run_sweep(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """A sweep: the best combinations, how alone the best stands, and the figures of all in the work's file."""
    work = msgspec.convert(spec, SweepWork)
    year = days_per_year(work.bars)
    progress.update(0.01, "Reading bars")
    search, numbers = search_of(work)
    found = run_in_blocks(
        search,
        numbers,
        days_per_year=year,
        metric=work.metric,
        least_trades=work.least_trades,
        progress=progress,
        shares=(0.05, 0.85),
    )
    progress.update(0.86, "Comparing")
    metric = found.metric(work.metric, work.least_trades)
    ranked = ranking(metric)
    best = best_of(metric)
    if best is not None:
        search.require_blind(best)
    summary = {
        "engine": ENGINE,
        "combinations": len(numbers),
        "metric": work.metric,
        "best": None if best is None else msgspec.to_builtins(found.combination(numbers.index(best))),
        "top": [msgspec.to_builtins(found.combination(place)) for place in ranked[:TOP]],
        "robustness": None if best is None else msgspec.to_builtins(robustness_of(search.space, metric, best)),
        "overfitting": _overfitting(search, numbers, found, progress),
        "trials": trials_of(found.column("sharpe"), year),
        "best_days": _best_days(search, best),
        "python": None if work.python is None else _python(work.python),
        "data": [_data(each) for each in work.bars],
    }
    # Last, so that a sweep that is canceled leaves no file that nobody deletes.
    _save(
        Path(work.file), {"numbers": np.array(numbers), "figures": found.figures, "ranked": np.array(ranked, np.int64)}
    )
    return summary


def search_of(work: SweepWork) -> tuple[Search, list[int]]:
    """The search of a sweep and the combinations it tries; raises Invalid as the spec and the space do."""
    space = space_of(in_order(work.axes, work.names), work.rising)
    search = Search(backtest_from(work.spec), space, panel_of(work.bars), work.python)
    return search, grid(space) if work.samples is None else draw(space, work.samples, work.seed)


def ranking(metric: dict[int, float]) -> list[int]:
    """The places of combinations, the highest figure first; those without one are left out."""
    known = [(-value, place) for place, value in enumerate(metric.values()) if not math.isnan(value)]
    return [place for _, place in sorted(known)]


def trials_of(sharpes: np.ndarray, year: int) -> dict[str, Any]:
    """How many ratios were seen, and by the day their mean and the sum of squares around it: what a deflated one needs."""
    known = sharpes[np.isfinite(sharpes)] / math.sqrt(year)
    mean = float(known.mean()) if len(known) else 0.0
    return {"count": len(known), "mean": mean, "squares": float(((known - mean) ** 2).sum())}


def _best_days(search: Search, best: int | None) -> dict[str, Any] | None:
    """The daily moments of the best combination, for its deflated Sharpe ratio."""
    if best is None:
        return None
    result = run_backtest(search.spec_of(best), search.panel, search.signals(best))
    returns = _daily_returns(result)
    deviation = float(returns.std()) if len(returns) > 1 else 0.0
    if deviation <= 1e-13:
        return None
    z = (returns - returns.mean()) / deviation
    return {
        "count": len(returns),
        "sharpe": float(returns.mean() / returns.std(ddof=1)),
        "skew": float((z**3).mean()),
        "kurtosis": float((z**4).mean()),
    }


def _daily_returns(result: Result) -> np.ndarray:
    _, equity = daily_equity(result.time_ns, result.equity, result.starting_equity)
    returns = returns_of(equity)
    known: np.ndarray = np.nan_to_num(returns)
    return known


def _overfitting(search: Search, numbers: Sequence[int], found: Found, progress: Progress) -> dict[str, Any] | None:
    """The probability that the best was chosen by chance; None where there are too few days or combinations."""
    traded = [number for number, trades in zip(numbers, found.column("trades"), strict=True) if trades > 0]
    step = -(-len(traded) // OVERFITTING_STRATEGIES) or 1
    chosen = traded[::step]
    columns = []
    for done, number in enumerate(chosen, 1):
        columns.append(_daily_returns(run_backtest(search.spec_of(number), search.panel, search.signals(number))))
        progress.update(0.86 + 0.1 * done / len(chosen), "Looking for overfitting")
    if len(columns) < 2:
        return None
    blocks = next((count for count in (16, 12, 10, 8, 6, 4) if len(columns[0]) >= 2 * count), None)
    if blocks is None:
        return None
    found_out: dict[str, Any] = msgspec.to_builtins(probability_of_overfitting(np.column_stack(columns), blocks=blocks))
    return found_out | {"blocks": blocks}


# Walking forward -----------------------------------------------------------------------------------------------------------


def run_walk(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """A walk forward: the best of every window on the bars after it, one after the other with the same money."""
    work = msgspec.convert(spec, WalkWork)
    year = days_per_year(work.sweep.bars)
    search, numbers = search_of(work.sweep)
    windows = windows_of(work.schedule, len(search.panel.time_ns))
    starting = float(search.spec.starting_cash)
    state = WalkState(starting)
    state.take_up(progress.checkpoints)
    for place in range(len(state.steps), len(windows)):
        progress.update(place / len(windows), f"Window {place + 1} of {len(windows)}", state.shown())
        state.add(*_walk_one(search, numbers, work, windows[place], state.cash, year))
        state.keep(progress.checkpoints)
    if not state.curves:
        raise Invalid(
            "No window had a combination to choose. Lower least_trades, or lengthen the training.", code="NO_RESULT"
        )
    time_ns, equity = np.concatenate(state.times), np.concatenate(state.curves)
    figures = measure(time_ns, equity, starting, days_per_year=year, traded_value=state.traded, fees=state.fees)
    _save(Path(work.sweep.file), {"time_ns": time_ns, "equity": equity})
    inside, outside = (
        [each[name] for each in state.steps if each["train"] is not None and each["test"] is not None]
        for name in ("train_metric", "test_metric")
    )
    return {
        "engine": ENGINE,
        "metric": work.sweep.metric,
        "windows": state.steps,
        "figures": msgspec.to_builtins(figures),
        "efficiency": _efficiency(inside, outside),
        "python": None if work.sweep.python is None else _python(work.sweep.python),
        "data": [_data(each) for each in work.sweep.bars],
    }


def _walk_one(
    search: Search, numbers: list[int], work: WalkWork, window: Window, cash: float, year: DaysPerYear
) -> tuple[dict[str, Any], Result | None]:
    """One window: the best of its training, and what came of it."""
    train, test = range(window.train_from, window.train_until), range(window.test_from, window.test_until)
    found = search.run(numbers, days_per_year=year, bars=train)
    metric = found.metric(work.sweep.metric, work.sweep.least_trades)
    best = best_of(metric)
    times = search.panel.time_ns
    step: dict[str, Any] = {
        "train_from_ns": int(times[train.start]),
        "train_to_ns": int(times[train.stop - 1]),
        "test_from_ns": int(times[test.start]),
        "test_to_ns": int(times[test.stop - 1]),
        "train": None,
        "test": None,
    }
    if best is None:
        return step, None
    part = part_of(search.panel, test)
    spec = msgspec.structs.replace(search.spec_of(best), starting_cash=_money(cash), close_at_end=True)
    result = run_backtest(spec, part, search.signals(best, test))
    tested = search.run([best], days_per_year=year, bars=test, threads=1)
    step |= {
        "train": msgspec.to_builtins(found.combination(numbers.index(best))),
        "test": msgspec.to_builtins(tested.combination(0)),
        "train_metric": metric[best],
        "test_metric": _number(tested.metric(work.sweep.metric, 0)[best]),
    }
    return step, result


def _money(value: float) -> Decimal:
    return Decimal(f"{value:.8f}")


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value


def _efficiency(inside: list[float], outside: list[float | None]) -> float | None:
    """The mean figure out of sample over the mean in sample (Pardo's efficiency); None where that says nothing."""
    pairs = [(one, other) for one, other in zip(inside, outside, strict=True) if other is not None]
    total = sum(one for one, _ in pairs)
    return sum(other for _, other in pairs) / total if total > 0 else None


# Monte Carlo ---------------------------------------------------------------------------------------------------------------


def run_resampling(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """What else might have come of a backtest: its trades, or blocks of its daily returns, drawn anew."""
    work = msgspec.convert(spec, ResampleWork)
    try:
        with np.load(work.file) as arrays:
            time_ns, equity, profit = arrays["time_ns"], arrays["equity"], arrays["trade_profit"]
            start = float(arrays["starting_equity"])
    except FileNotFoundError as fault:
        raise NotFound("The backtest was deleted before it could be drawn anew.", code="ARRAYS_GONE") from fault
    ruin = 1 - work.ruin_percent / 100

    def tell(share: float) -> None:
        progress.update(share, f"{round(share * work.draws)} of {work.draws} curves")

    if work.what == "trades":
        if len(profit) < 2:
            raise Invalid("The backtest has fewer than two trades to draw from.", code="TOO_FEW_TRADES")
        found = resample_trades(profit, start, draws=work.draws, seed=work.seed, ruin_share=ruin, progress=tell)
    else:
        returns = np.nan_to_num(returns_of(daily_equity(time_ns, equity, start)[1]))
        if len(returns) < 2:
            raise Invalid("The backtest has fewer than two days to draw from.", code="TOO_FEW_DAYS")
        found = resample_returns(
            returns,
            draws=work.draws,
            seed=work.seed,
            mean_block=work.mean_block,
            days_per_year=work.days_per_year,
            ruin_share=ruin,
            progress=tell,
        )
    return {"what": work.what, "resampled": msgspec.to_builtins(found)}
