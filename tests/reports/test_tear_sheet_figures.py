"""The tear sheet beside empyrical and quantstats, where their conventions are ours (docs/metrics.md names the others)."""

import dataclasses
import math

import empyrical
import numpy as np
import pandas as pd
import pytest
import quantstats

from reports.builders.comparison import build_comparison
from reports.builders.performance import ROLLING_DAYS, build_performance
from reports.builders.sources import Prices
from tests.reports.stage import DAY_NS, FIRST_DAY_NS, track

TRACK = track(days=1_000, trades=120)
REPORT = build_performance(TRACK, made_ns=0, time_zone="UTC")
EQUITY = np.concatenate(([TRACK.starting_equity], TRACK.equity))
RETURNS = pd.Series(EQUITY[1:] / EQUITY[:-1] - 1, index=pd.to_datetime(TRACK.time_ns))


def figure(name, report=REPORT):
    return next(each.value for section in report.sections for each in section.figures if each.name == name)


def chart(name, report=REPORT):
    return next(each for section in report.sections for each in section.charts if each.name == name)


def table(name, report=REPORT):
    return next(each for each in report.tables if each.name == name)


def test_ratios_are_those_of_empyrical():
    year = {"annualization": 365}
    assert figure("sharpe") == pytest.approx(empyrical.sharpe_ratio(RETURNS, **year))
    assert figure("sortino") == pytest.approx(empyrical.sortino_ratio(RETURNS, **year))
    assert figure("volatility") == pytest.approx(empyrical.annual_volatility(RETURNS, **year))
    assert figure("downside_deviation") == pytest.approx(empyrical.downside_risk(RETURNS, **year))
    assert figure("omega") == pytest.approx(empyrical.omega_ratio(RETURNS))
    assert figure("maximum") == pytest.approx(empyrical.max_drawdown(RETURNS))
    assert figure("tail_ratio") == pytest.approx(empyrical.tail_ratio(RETURNS))
    assert figure("value_at_risk_95") == pytest.approx(empyrical.value_at_risk(RETURNS, 0.05))


def test_and_those_of_quantstats():
    assert figure("sharpe") == pytest.approx(quantstats.stats.sharpe(RETURNS, periods=365))
    assert figure("sortino") == pytest.approx(quantstats.stats.sortino(RETURNS, periods=365))
    assert figure("skew") == pytest.approx(quantstats.stats.skew(RETURNS))
    assert figure("kurtosis") == pytest.approx(quantstats.stats.kurtosis(RETURNS))
    assert figure("total_return") == pytest.approx(quantstats.stats.comp(RETURNS))


def test_the_table_of_months_is_that_of_quantstats():
    expected = quantstats.stats.monthly_returns(RETURNS, eoy=True)
    rows = {row[0]: row[1:] for row in table("months").rows}
    assert list(rows) == [str(year) for year in expected.index]
    for year, months in rows.items():
        wanted = expected.loc[int(year) if int(year) in expected.index else year].tolist()
        # Theirs are 0 for months that are not there, ours are not known.
        assert [each or 0.0 for each in months] == pytest.approx(wanted)


def test_rolling_ratios_are_those_of_a_plain_window():
    window = RETURNS.rolling(ROLLING_DAYS)
    sharpe = (window.mean() / window.std(ddof=1) * math.sqrt(365)).dropna()
    shown = chart("rolling_sharpe")
    assert shown.series[0].values == pytest.approx(sharpe.tolist())
    assert shown.x[0] == FIRST_DAY_NS + (ROLLING_DAYS - 1) * DAY_NS
    volatility = (window.std(ddof=1) * math.sqrt(365)).dropna()
    assert chart("rolling_volatility").series[0].values == pytest.approx(volatility.tolist())


def test_the_deepest_drawdowns_are_those_of_quantstats():
    details = quantstats.stats.drawdown_details(quantstats.stats.to_drawdown_series(RETURNS))
    theirs = sorted(details["max drawdown"])[:10]
    ours = [row[0] * 100 for row in table("drawdowns").rows]
    assert ours == pytest.approx(theirs)
    assert ours[0] == pytest.approx(figure("maximum") * 100)


def test_the_benchmark_is_held_from_the_start():
    held = chart("equity").series[1].values
    prices = TRACK.benchmark.price
    assert held[-1] == pytest.approx(prices[-1] / prices[0] * TRACK.starting_equity)
    market = pd.Series(prices, index=RETURNS.index).pct_change().dropna()
    assert figure("beta") == pytest.approx(empyrical.beta(RETURNS[1:], market))


def test_every_round_trip_is_in_the_table_and_they_add_up():
    rows = table("trades").rows
    assert len(rows) == 120 == figure("count")
    profit = [column.name for column in table("trades").columns].index("profit")
    total = sum(row[profit] for row in rows)
    assert total == pytest.approx(TRACK.trades.profit.sum())
    assert sum(row[3] for row in table("symbols").rows) == pytest.approx(total)


def test_what_was_at_work_counts_each_round_trip_while_it_lasts():
    trades, shown = TRACK.trades, chart("exposure")
    for place in (0, 100, 500, -1):
        time_ns = shown.x[place]
        is_open = (trades.entry_time_ns <= time_ns) & (trades.exit_time_ns > time_ns)
        value = float((trades.quantity * trades.entry_price)[is_open].sum())
        equity = float(TRACK.equity[np.searchsorted(TRACK.time_ns, time_ns)])
        assert shown.series[0].values[place] == pytest.approx(value / equity)


def test_long_curves_are_thinned_and_no_drawdown_is_lost():
    long = build_performance(track(days=3_650, trades=10), made_ns=0, time_zone="UTC")
    shown = chart("drawdown", long)
    assert len(shown.x) == 1_200
    assert min(shown.series[0].values) == pytest.approx(figure("maximum", long))
    assert chart("equity", long).series[0].values[-1] == pytest.approx(figure("end_equity", long))


def test_those_side_by_side_have_their_own_figures():
    other = track(days=1_000, trades=5, seed=11)
    report = build_comparison([TRACK, other], made_ns=0, time_zone="UTC")
    rows = table("figures", report).rows
    assert [row[0] for row in rows] == ["Ten years", "Ten years (2)"]
    assert rows[0][1] == pytest.approx(figure("total_return"))
    correlations = table("correlations", report).rows
    theirs = np.diff(np.concatenate(([other.starting_equity], other.equity))) / np.concatenate(
        ([other.starting_equity], other.equity[:-1])
    )
    assert correlations[0][2] == pytest.approx(np.corrcoef(RETURNS, theirs)[0, 1])
    assert correlations[0][1] == pytest.approx(1.0)
    growth = chart("growth", report).series
    assert growth[0].values[-1] == pytest.approx(TRACK.equity[-1] / TRACK.starting_equity)


def test_a_benchmark_that_begins_late_is_said_to():
    market = TRACK.benchmark
    late = dataclasses.replace(TRACK, benchmark=Prices(market.name, market.time_ns[400:], market.price[400:]))
    report = build_performance(late, made_ns=0, time_zone="UTC")
    told = "Prices of BTC-USDT begin on 2016-02-05 only: it is bought then, and compared on the days that both have."
    assert told in report.warnings
    assert next(each for each in report.sections if each.name == "benchmark").text == told
    assert chart("equity", report).series[1].values[400] == pytest.approx(TRACK.starting_equity)
    assert not any("begin on" in each for each in REPORT.warnings)


def test_what_is_compared_is_told_with_what_is_to_be_known_of_it():
    known = dataclasses.replace(track(days=1_000, trades=5, seed=11), name="Other", warnings=("Mind the gap.",))
    report = build_comparison([TRACK, known], made_ns=0, time_zone="UTC")
    assert (report.subtitle, report.warnings) == ("Ten years, Other", ())
    assert table("subjects", report).rows == [
        ("Ten years", "A seeded walk", None),
        ("Other", "A seeded walk", "Mind the gap."),
    ]
