"""Figures of equity curves and trades: by hand, against empyrical and quantstats on real prices, and where they differ."""

import math
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime

import empyrical
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import quantstats.stats as quantstats

import msgspec

from quant.performance.days import NS_PER_DAY, daily_equity, last_marks, returns_of
from quant.performance.measuring import measure
from quant.performance.sweeping import depth_nb, ratios_nb
from quant.performance.trading import trade_figures
from tests.shared_data import shared_file

HOUR = NS_PER_DAY // 24
CALM = settings(deadline=None)  # the first call compiles
START = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 10**9


@dataclass
class Trips:
    """Round trips by hand."""

    profit: np.ndarray
    side: np.ndarray
    fees: np.ndarray
    entry_time_ns: np.ndarray
    exit_time_ns: np.ndarray
    mae: np.ndarray
    mfe: np.ndarray
    risk: np.ndarray


def trips(profits, *, side=1, risk=math.nan) -> Trips:
    n = len(profits)
    times = START + HOUR * np.arange(n, dtype=np.int64)
    profit = np.array(profits, float)
    return Trips(
        profit=profit,
        side=np.full(n, side, np.int8),
        fees=np.ones(n),
        entry_time_ns=times,
        exit_time_ns=times + 3 * HOUR,
        mae=np.minimum(profit, -1.0),
        mfe=np.maximum(profit, 2.0),
        risk=np.full(n, risk),
    )


def daily(values) -> tuple[np.ndarray, np.ndarray]:
    """One mark at noon of each day."""
    return START + NS_PER_DAY * np.arange(len(values), dtype=np.int64) + 12 * HOUR, np.array(values, float)


# By hand -----------------------------------------------------------------------------------------------------------------


def test_a_day_is_what_it_was_at_its_last_mark():
    time_ns = START + HOUR * np.array([0, 5, 23, 24, 80, 81])
    assert last_marks(time_ns).tolist() == [2, 3, 5]
    days, equity = daily_equity(time_ns, np.arange(6.0), 9.0)
    assert (days - days[0]).tolist() == [0, 1, 3]
    assert equity.tolist() == [9.0, 2.0, 3.0, 5.0]
    assert last_marks(START + 40 * NS_PER_DAY * np.arange(3)).tolist() == [0, 1, 2]
    assert last_marks(np.empty(0, np.int64)).tolist() == []


@CALM
@given(st.lists(st.integers(0, 200), min_size=1, unique=True).map(sorted))
def test_both_ways_of_finding_days_agree(hours):
    time_ns = START + HOUR * np.array(hours, np.int64)
    days = time_ns // NS_PER_DAY
    wanted = [place for place in range(len(days)) if place + 1 == len(days) or days[place + 1] != days[place]]
    assert last_marks(time_ns).tolist() == wanted


def test_a_short_curve_by_hand():
    time_ns, equity = daily([110.0, 99.0, 108.9])
    figures = measure(time_ns, equity, 100.0, days_per_year=365)
    returns, risk, drawdowns = figures.returns, figures.risk, figures.drawdowns
    assert (returns.profit, returns.days, returns.elapsed_days, returns.is_short_sample) == (
        pytest.approx(8.9),
        3,
        2.0,
        True,
    )
    assert returns.total_return == pytest.approx(0.089)
    assert (returns.cagr, risk.calmar) == (None, None)
    assert (returns.best_day, returns.worst_day) == (pytest.approx(0.1), pytest.approx(-0.1))
    assert returns.positive_days == pytest.approx(2 / 3)
    deviation = math.sqrt(2 * (0.1 - 1 / 30) ** 2 / 2 + (-0.1 - 1 / 30) ** 2 / 2)
    assert risk.volatility == pytest.approx(deviation * math.sqrt(365))
    assert risk.sharpe == pytest.approx(1 / 30 / deviation * math.sqrt(365))
    assert risk.sortino == pytest.approx(1 / 30 / math.sqrt(0.01 / 3) * math.sqrt(365))
    assert risk.omega == pytest.approx(2.0)
    assert (drawdowns.maximum, drawdowns.count, drawdowns.longest_days) == (pytest.approx(-0.1), 1, 2.0)
    assert (drawdowns.current, drawdowns.is_recovered) == (pytest.approx(-0.01), False)
    assert drawdowns.recovery_factor == pytest.approx(0.89)
    assert [(each.period, pytest.approx(each.value)) for each in returns.months] == [("2026-01", 0.089)]
    assert returns.years[0].period == "2026"


def test_months_begin_where_the_last_one_ended():
    time_ns, equity = daily(np.linspace(101, 160, 60))
    months = measure(time_ns, equity, 100.0, days_per_year=365).returns.months
    assert [each.period for each in months] == ["2026-01", "2026-02", "2026-03"]
    assert math.prod(1 + each.value for each in months) == pytest.approx(1.6)
    assert months[0].value == pytest.approx(equity[30] / 100 - 1)


@pytest.mark.parametrize("values", [[100.0], [100.0] * 40, [100.0, 101.0]])
def test_what_is_undefined_is_none(values):
    risk = measure(*daily(values), 100.0, days_per_year=252).risk
    assert risk.sortino is None
    assert risk.sharpe is None or len(values) == 2
    assert risk.tail_ratio is None


def test_a_curve_that_loses_everything_has_figures_all_the_same():
    figures = measure(*daily([50.0, 0.0, -10.0, -20.0]), 100.0, days_per_year=365)
    assert figures.returns.total_return == pytest.approx(-1.2)
    assert figures.drawdowns.maximum == pytest.approx(-1.2)
    assert figures.returns.worst_day == -1.0
    assert figures.returns.cagr is None


@pytest.mark.parametrize(
    ("time_ns", "equity"), [([], []), ([1, 2], [1.0]), ([1, 2], [1.0, math.nan]), ([1], [math.inf])]
)
def test_what_is_no_curve_is_refused(time_ns, equity):
    with pytest.raises(ValueError, match="equity"):
        measure(np.array(time_ns, np.int64), np.array(equity), 100.0, days_per_year=365)


CURVES = st.lists(st.floats(1.0, 1e6), min_size=1, max_size=80)


@CALM
@given(CURVES, st.floats(1e-3, 1e3))
def test_the_unit_of_money_changes_no_share(values, scale):
    def shares(unit):
        figures = measure(*daily(np.array(values) * unit), 100.0 * unit, days_per_year=365)
        return [*msgspec.structs.astuple(figures.risk), *msgspec.structs.astuple(figures.drawdowns)]

    for one, other in zip(shares(1.0), shares(scale), strict=True):
        assert (one is None) == (other is None)
        assert one is None or one == pytest.approx(other, rel=1e-3, abs=1e-6)


def numbers_in(value):
    if isinstance(value, float):
        yield value
    elif isinstance(value, msgspec.Struct):
        for each in msgspec.structs.astuple(value):
            yield from numbers_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from numbers_in(each)


@CALM
@given(CURVES, st.lists(st.floats(-100, 100), max_size=20))
def test_no_figure_is_infinite_or_no_number(values, profits):
    time_ns, equity = daily(values)
    found = measure(time_ns, equity, 100.0, days_per_year=252, trades=trips(profits), benchmark=(time_ns, equity[::-1]))
    assert all(math.isfinite(each) for each in numbers_in(found))
    assert found.drawdowns.maximum <= found.drawdowns.current <= 0 or found.drawdowns.is_recovered


@CALM
@given(CURVES)
def test_the_kernels_of_sweeps_give_the_same_as_the_whole(values):
    time_ns, equity = daily(values)
    found = measure(time_ns, equity, 100.0, days_per_year=365)
    volatility, sharpe, sortino = ratios_nb(daily_equity(time_ns, equity, 100.0)[1], 365)
    assert depth_nb(equity, 100.0) == pytest.approx(found.drawdowns.maximum, rel=1e-12)
    for one, other in ((volatility, found.risk.volatility), (sharpe, found.risk.sharpe), (sortino, found.risk.sortino)):
        assert math.isnan(one) or other is None or one == pytest.approx(other, rel=1e-3, abs=1e-9)
        assert math.isnan(one) == (other is None) or volatility < 1e-11  # where a deviation begins is one of roundings


# Trades ------------------------------------------------------------------------------------------------------------------


def test_trades_by_hand():
    trades = trips([10.0, -5.0, 20.0, 0.0, -5.0], risk=5.0)
    found = trade_figures(trades)
    assert (found.count, found.win_rate, found.gross_profit, found.gross_loss) == (5, 0.4, 30.0, 10.0)
    assert (found.profit_factor, found.payoff_ratio, found.expectancy, found.expectancy_r) == (3.0, 3.0, 4.0, 0.8)
    assert (found.average_win, found.average_loss, found.median) == (15.0, -5.0, 0.0)
    assert (found.best, found.worst, found.average_hold_hours) == (20.0, -5.0, 3.0)
    assert (found.most_wins_in_a_row, found.most_losses_in_a_row) == (1, 1)
    assert found.kelly == pytest.approx(0.4 - 0.6 / 3)
    multiples = np.array([2.0, -1, 4, 0, -1])
    assert found.system_quality == pytest.approx(math.sqrt(5) * 0.8 / multiples.std(ddof=1))
    assert (found.long.count, found.long.profit, found.short.count, found.short.win_rate) == (5, 20.0, 0, None)


def test_without_trades_or_losses_nothing_is_made_up():
    none = trade_figures(trips([]))
    assert (none.count, none.win_rate, none.profit_factor, none.best, none.kelly) == (0, None, None, None, None)
    hardly = trade_figures(trips([100.0, -5e-324]))
    assert (hardly.profit_factor, hardly.payoff_ratio, hardly.kelly) == (None, None, None)
    won = trade_figures(trips([1.0, 2.0]))
    assert (won.profit_factor, won.payoff_ratio, won.average_loss, won.expectancy_r) == (None, None, None, None)


@CALM
@given(st.lists(st.booleans()))
def test_runs_are_the_longest_there_are(flags):
    text = "".join("x" if flag else " " for flag in flags)
    won = trade_figures(trips([1.0 if flag else -1.0 for flag in flags]))
    lost = trade_figures(trips([-1.0 if flag else 0.0 for flag in flags]))
    assert won.most_wins_in_a_row == lost.most_losses_in_a_row == max(map(len, text.split()), default=0)


def test_costs_by_hand():
    time_ns, equity = daily(np.full(366, 200.0))
    costs = measure(
        time_ns, equity, 200.0, days_per_year=365, trades=trips([9.0, -6.0]), traded_value=4_000.0, exposure=0.25
    ).costs
    assert (costs.fees, costs.fees_of_gross_profit, costs.exposure) == (2.0, 0.2, 0.25)
    assert costs.turnover == pytest.approx(20 / (365 / 365.25))


# Against others ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def prices() -> pd.Series:
    frame = pd.read_csv(shared_file("equity_daily/GOOG.csv"), index_col=0, parse_dates=True)
    return frame["Close"].astype(float)


@pytest.fixture(scope="module")
def market(prices) -> pd.Series:
    chance = np.random.default_rng(3)
    moved = prices.pct_change().fillna(0) * 0.6 + chance.normal(0, 0.01, len(prices))
    return 1_000 * (1 + moved).cumprod()


def times_of(series: pd.Series) -> np.ndarray:
    return series.index.to_numpy().astype("datetime64[ns]").astype(np.int64)


@pytest.fixture(scope="module")
def figures(prices, market):
    return measure(
        times_of(prices),
        prices.to_numpy(),
        float(prices.iloc[0]),
        days_per_year=252,
        benchmark=(times_of(market), market.to_numpy()),
    )


@pytest.fixture(scope="module")
def returns(prices) -> pd.Series:
    """The first day's return is that from the start to the first mark, here 0."""
    return prices.pct_change().fillna(0)


def test_as_empyrical_has_it(figures, returns):
    risk = figures.risk
    assert risk.volatility == pytest.approx(empyrical.annual_volatility(returns))
    assert risk.sharpe == pytest.approx(empyrical.sharpe_ratio(returns))
    assert risk.sortino == pytest.approx(empyrical.sortino_ratio(returns))
    assert risk.downside_deviation == pytest.approx(empyrical.downside_risk(returns))
    assert risk.omega == pytest.approx(empyrical.omega_ratio(returns))
    assert risk.tail_ratio == pytest.approx(empyrical.tail_ratio(returns))
    assert risk.value_at_risk_95 == pytest.approx(empyrical.value_at_risk(returns, 0.05))
    assert figures.drawdowns.maximum == pytest.approx(empyrical.max_drawdown(returns))
    assert figures.returns.total_return == pytest.approx(empyrical.cum_returns_final(returns))
    # Its expected shortfall takes the int(0.05 n) worst days; here are all at or below the quantile.
    assert risk.expected_shortfall_95 == pytest.approx(empyrical.conditional_value_at_risk(returns), rel=0.01)
    # Its growth goes by days of trading over 252; here by the calendar.
    years = (returns.index[-1] - returns.index[0]).days / 365.25
    assert figures.returns.cagr == pytest.approx((1 + empyrical.cum_returns_final(returns)) ** (1 / years) - 1)
    assert figures.returns.cagr == pytest.approx(empyrical.cagr(returns), rel=0.02)
    yearly = empyrical.aggregate_returns(returns, "yearly")
    assert {each.period: pytest.approx(each.value) for each in figures.returns.years} == {
        str(year): value for year, value in yearly.items()
    }


def test_beside_a_benchmark_as_empyrical_has_it(figures, returns, market):
    own, other = returns.iloc[1:], market.pct_change().iloc[1:]
    found = figures.benchmark
    assert found.beta == pytest.approx(empyrical.beta(own, other))
    # Its alpha is compounded over the year; here the daily one times 252.
    daily_alpha = (1 + empyrical.alpha(own, other)) ** (1 / 252) - 1
    assert found.alpha == pytest.approx(daily_alpha * 252)
    assert found.correlation == pytest.approx(np.corrcoef(own, other)[0, 1])
    assert found.information_ratio == pytest.approx(empyrical.excess_sharpe(own, other) * math.sqrt(252))
    assert found.tracking_error == pytest.approx((own - other).std() * math.sqrt(252))
    assert found.total_return == pytest.approx(market.iloc[-1] / market.iloc[0] - 1)
    # Its captures compound and annualise both sides; here are plain means.
    assert found.up_capture == pytest.approx(own[other > 0].mean() / other[other > 0].mean())
    assert found.down_capture == pytest.approx(own[other < 0].mean() / other[other < 0].mean())


def test_as_quantstats_has_it(figures, returns):
    risk = figures.risk
    assert risk.sharpe == pytest.approx(quantstats.sharpe(returns))
    assert risk.sortino == pytest.approx(quantstats.sortino(returns))
    assert risk.skew == pytest.approx(quantstats.skew(returns))
    assert risk.kurtosis == pytest.approx(quantstats.kurtosis(returns))
    assert risk.tail_ratio == pytest.approx(abs(quantstats.tail_ratio(returns)))
    assert figures.drawdowns.maximum == pytest.approx(quantstats.max_drawdown(returns))
    # Its ulcer index divides by n - 1.
    n = len(returns)
    assert figures.drawdowns.ulcer_index == pytest.approx(quantstats.ulcer_index(returns) * math.sqrt((n - 1) / n))
    assert figures.drawdowns.recovery_factor == pytest.approx(
        figures.returns.total_return / abs(quantstats.max_drawdown(returns))
    )
    # Its value at risk is that of a normal distribution; here it is the historical quantile.
    normal = returns.mean() + returns.std() * -1.6448536269514722
    assert quantstats.value_at_risk(returns) == pytest.approx(normal)
    assert risk.value_at_risk_95 == pytest.approx(returns.quantile(0.05))
    # Its probabilistic ratio takes bias-corrected moments, the excess kurtosis among them.
    assert risk.probabilistic_sharpe == pytest.approx(quantstats.probabilistic_sharpe_ratio(returns), abs=0.01)
    assert risk.calmar == pytest.approx(figures.returns.cagr / -figures.drawdowns.maximum)
    # Its recovery factor adds returns up where here they are compounded.
    assert quantstats.recovery_factor(returns) == pytest.approx(returns.sum() / -figures.drawdowns.maximum)
    # Its share of days won leaves out days of 0.
    won = figures.returns.positive_days * n
    assert quantstats.win_rate(returns) == pytest.approx(won / (returns != 0).sum())
    # Its growth goes by days of trading, and its Calmar ratio by that growth.
    growth = (1 + figures.returns.total_return) ** (252 / n) - 1
    assert quantstats.cagr(returns, periods=252) == pytest.approx(growth)
    assert quantstats.calmar(returns, periods=252) == pytest.approx(growth / -figures.drawdowns.maximum)
    # Its expected shortfall is that of a normal distribution unless it is asked for the historical one.
    assert risk.expected_shortfall_95 == pytest.approx(quantstats.expected_shortfall(returns, method="historical"))
    tail = math.exp(-(1.6448536269514722**2) / 2) / math.sqrt(2 * math.pi) / 0.05
    assert quantstats.expected_shortfall(returns) == pytest.approx(returns.mean() - returns.std() * tail)


def test_a_riskless_rate_is_taken_off_every_day(prices, returns):
    found = measure(times_of(prices), prices.to_numpy(), float(prices.iloc[0]), days_per_year=252, risk_free=0.05)
    rate = 1.05 ** (1 / 252) - 1
    assert found.risk.sharpe == pytest.approx(empyrical.sharpe_ratio(returns, risk_free=rate))


def test_returns_stop_where_nothing_is_left():
    np.testing.assert_array_equal(returns_of(np.array([1.0, 2.0, 0.0, 1.0])), [1.0, -1.0, np.nan])
