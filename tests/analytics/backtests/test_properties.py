"""What holds of every backtest: nothing looks ahead, money is neither made nor lost, and one or many runs say the same."""

import dataclasses

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from analytics.backtests.engine import layout
from analytics.backtests.engine.bars import align
from analytics.backtests.engine.preparing import (
    Measures,
    Signals,
    distance_values,
    events_of,
    moments_of,
    settings_of,
    sides_of,
)
from analytics.backtests.engine.reasons import NO_NEXT_BAR
from analytics.backtests.engine.running import run_backtest
from analytics.backtests.engine.sweeping import FIGURES, crossing_events, sweep
from kit.errors import Invalid
from quant.performance.days import last_marks
from tests.analytics.backtests.stage import bars_of, spec_of
from tests.analytics.backtests.test_engine_against_reference import cases

few = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def cut(signals: Signals, bars: int) -> Signals:
    said = {name: flags[:bars] for name, flags in vars(signals).items() if flags is not None}
    return Signals(**said)


@few
@given(cases())
def test_what_comes_later_changes_nothing_before(case):
    spec, panel, signals = case
    bars = len(panel.time_ns) // 2
    if not bars or spec.close_at_end:
        return
    end_ns = panel.time_ns[bars - 1]
    symbols = [each.until(int(np.searchsorted(each.time_ns, end_ns, side="right"))) for each in panel.symbols
               if each.time_ns[0] <= end_ns]  # fmt: skip
    if len(symbols) < len(panel.symbols):
        return
    if spec.fills.volume_cap_percent and not all(each.volume_lots.any() for each in symbols):
        return  # bars without any volume are refused under a cap
    whole, part = run_backtest(spec, panel, signals), run_backtest(spec, align(symbols), cut(signals, bars))
    assert part.equity.tolist() == whole.equity[:bars].tolist()
    before = whole.order_rows[whole.order_rows[:, layout.BAR] < bars].tolist()
    acted = part.order_rows[part.order_rows[:, layout.STATUS] != NO_NEXT_BAR].tolist()
    assert acted == [row for row in before if row[layout.STATUS] != NO_NEXT_BAR]


@few
@given(cases())
def test_signals_and_the_bars_at_which_they_are_true_are_the_same(case):
    spec, panel, signals = case
    _, symbols, bars = panel.prices.shape
    moments = moments_of(signals, bars, symbols)
    one, other = run_backtest(spec, panel, signals), run_backtest(spec, panel, moments)
    assert one.order_rows.tolist() == other.order_rows.tolist()
    start, stop = bars // 3, bars - bars // 4
    part = Signals(**{name: None if flags is None else flags[start:stop] for name, flags in vars(signals).items()})
    cut_out = moments_of(part, stop - start, symbols)
    for side, expected in zip(sides_of(moments.between(start, stop)), sides_of(cut_out), strict=True):
        assert (side is None) == (expected is None)
        assert [each.tolist() for each in side or ()] == [each.tolist() for each in expected or ()]


@few
@given(cases())
def test_money_is_what_was_there_and_what_trades_made(case):
    spec, panel, signals = case
    result = run_backtest(spec, panel, signals)
    rows = result.order_rows
    units = np.array([each.instrument.unit_value for each in panel.symbols])[rows[:, layout.SYMBOL]]
    spent = rows[:, layout.SIDE] * rows[:, layout.FILLED_LOTS] * rows[:, layout.PRICE] * units + rows[:, layout.FEE]
    start = int(spec.starting_cash * 10**8)
    assert result.cash_units[-1] == start - spent.sum()
    held = {each.symbol: each for each in result.positions}
    worth = sum(
        held[each.symbol].quantity_lots * held[each.symbol].mark_ticks * each.instrument.unit_value
        for each in panel.symbols
        if each.symbol in held
    )
    assert round(result.final_equity * 1e8) == pytest.approx(int(result.cash_units[-1]) + worth, abs=64)
    if not held:
        assert result.trades.profit.sum() == pytest.approx(result.final_equity - result.starting_equity, abs=1e-4)
        assert result.trades.fees.sum() == pytest.approx(result.fees, abs=1e-6)
    assert (result.trades.mae <= 0).all()
    assert (result.trades.mfe >= 0).all()


@few
@given(cases())
def test_a_sweep_of_one_is_the_backtest(case):
    spec, panel, signals = case
    result, measures = run_backtest(spec, panel, signals), Measures(panel)
    row = settings_of(spec, panel, measures)
    at_close = spec.fills.fill_at == "signal_close"
    nothing = dataclasses.replace(signals, long_entry=None, short_entry=None)
    said = [nothing, signals]
    events = events_of(panel, said, at_close=at_close, delisted_after_bars=spec.delisted_after_bars)
    found = sweep(panel, events, np.array([1, 0]), np.stack([row, row]), measures.array(), days_per_year=365)
    assert found.column("trades").tolist() == [len(result.trades), 0]
    assert found.column("fees")[0] == pytest.approx(result.fees)
    assert found.column("wins")[0] == (result.trades.profit > 0).sum()
    assert found.column("traded_value")[0] == pytest.approx(result.traded_value)
    assert found.column("exposure")[0] == result.exposure
    assert found.column("ambiguous_bars")[0] == result.ambiguous_bars
    if result.starting_equity:
        expected = result.final_equity / result.starting_equity - 1.0
        assert found.column("total_return")[0] == pytest.approx(expected, abs=1e-12)


def test_a_combination_differs_from_its_backtest_by_the_columns_of_a_distance():
    panel = align([bars_of([(100, 104, 96, 100)] * 30)])
    measures = Measures(panel)
    plain = spec_of()
    stopped = spec_of(strategy={"stop": {"kind": "atr", "multiple": "2", "bars": 5}})
    settings = settings_of(plain, panel, measures)
    columns = slice(layout.STOP_KIND, layout.STOP_KIND + 3)
    settings[:, columns] = distance_values("strategy.stop", stopped.strategy.stop, panel, measures)
    assert settings.tolist() == settings_of(stopped, panel, measures).tolist()
    assert measures.array().shape == (1, 1, 30)


def wave(bars: int) -> np.ndarray:
    chance = np.random.default_rng(5)
    return np.maximum(np.round(1_000 + 80 * np.cumsum(chance.normal(size=bars)) / 10), 20).astype(np.int64)


def test_crossing_averages_are_the_signals_of_their_crossings():
    closes = wave(2_000)
    panel = align([bars_of([(close, close + 3, close - 3, close) for close in closes.tolist()])])
    fast, slow = closes.astype(float), np.convolve(closes, np.ones(9) / 9)[:2_000]
    slow[:8] = np.nan
    above = fast > slow
    known = ~np.isnan(slow)
    changes = np.append(False, (above[1:] != above[:-1]) & known[1:] & known[:-1])
    signals = Signals(changes & above, changes & ~above, changes & ~above, changes & above)
    expected = events_of(panel, [signals], at_close=False, delisted_after_bars=100)
    found = crossing_events(fast[None], slow[None], [(0, 0)], is_both_sides=True)
    assert found.rows.tolist() == expected.rows.tolist()
    assert len(found.rows) > 100


def test_the_daily_figures_of_a_sweep_are_those_of_its_equity():
    closes = wave(6_000)
    panel = align([bars_of([(close, close + 3, close - 3, close) for close in closes.tolist()])])
    chance = np.random.default_rng(1)
    signals = Signals(chance.random(6_000) < 0.05, chance.random(6_000) < 0.05)
    spec = spec_of(strategy={"sizing": {"kind": "fixed", "quantity": "20"}})
    result, measures = run_backtest(spec, panel, signals), Measures(panel)
    events = events_of(panel, [signals], at_close=False, delisted_after_bars=100)
    row = settings_of(spec, panel, measures)
    done = []
    found = sweep(
        panel, events, np.zeros(200, np.int64), np.repeat(row[None], 200, 0), measures.array(),
        days_per_year=365, threads=2, progress=lambda *numbers: done.append(numbers),
    )  # fmt: skip
    daily = result.equity[last_marks(panel.time_ns)]
    changes = np.diff(np.append(100_000.0, daily)) / np.append(100_000.0, daily)[:-1]
    peaks = np.maximum.accumulate(np.append(100_000.0, daily))
    assert len(daily) == 5
    for figures in found.figures:
        named = dict(zip(FIGURES, figures.tolist(), strict=True))
        assert named["sharpe"] == pytest.approx(changes.mean() / changes.std(ddof=1) * np.sqrt(365))
        assert named["max_drawdown"] == pytest.approx((np.append(100_000.0, daily) / peaks - 1).min())
    assert done[-1] == (200, 200)


def test_a_strategy_with_too_many_orders_is_refused(monkeypatch):
    monkeypatch.setattr("analytics.backtests.engine.running.MAX_ORDERS", 64)
    panel = align([bars_of([(100, 101, 99, 100)] * 300)])
    odd = np.arange(300) % 2 == 1
    with pytest.raises(Invalid) as refused:
        run_backtest(spec_of(), panel, Signals(odd, ~odd))
    assert refused.value.code == "TOO_MANY_ORDERS"
