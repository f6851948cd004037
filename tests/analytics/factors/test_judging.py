"""What is said of a factor, beside alphalens, statsmodels, scipy and pandas, and on cases that can be worked out by hand."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from analytics.factors import kernels
from analytics.factors.judging import (
    by_month,
    coverage_of,
    forward_returns,
    judge,
    mean_of,
    newey_west_t,
    quantiles_of,
)
from analytics.factors.panels import Columns
from kit.errors import Invalid
from tests.shared_data import shared_file

DAY = 24 * 3_600 * 10**9
START = 1_577_836_800 * 10**9
"""2020-01-01."""


def columns_of(close: np.ndarray, opens: np.ndarray | None = None) -> Columns:
    """Daily bars of some closes [T, K]."""
    opens = close if opens is None else opens
    return Columns(
        symbols=tuple(f"S{number}-USD" for number in range(close.shape[1])),
        time_ns=START + DAY * np.arange(len(close)),
        columns={"open": opens, "high": close, "low": close, "close": close, "volume": np.ones(close.shape)},
        groups={},
    )


def seeded(bars: int = 300, symbols: int = 12, seed: int = 3) -> tuple[np.ndarray, Columns]:
    """A factor that knows a little of the next return, with holes, and prices with some symbols listed late."""
    rng = np.random.default_rng(seed)
    returns = rng.normal(0, 0.02, (bars, symbols))
    values = np.vstack((returns[1:], np.zeros(symbols))) * 0.3 + rng.normal(0, 0.02, (bars, symbols))
    close = 100 * np.cumprod(1 + returns, axis=0)
    close[:40, 0] = np.nan
    values[np.isnan(close) | (rng.random(close.shape) < 0.03)] = np.nan
    return values, columns_of(close)


@pytest.fixture(scope="module")
def dow():
    """29 members of the Dow in 2020: closes [T, K] and a factor of them."""
    table = pd.read_csv(shared_file("equity_daily/dj30_valid.csv"))
    wide = table.pivot(index="date", columns="tic", values="adjcp")
    close = wide.to_numpy()
    values = np.full(close.shape, np.nan)
    values[20:] = -(close[20:] / close[:-20] - 1)
    return values, columns_of(close)


def as_alphalens(values: np.ndarray, columns: Columns, quantiles: int, periods: tuple[int, ...]) -> pd.DataFrame:
    """Its table: a row for each symbol and bar, with quantile and forward returns."""
    dates = pd.DatetimeIndex(columns.time_ns.astype("datetime64[ns]"), freq="D", name="date")
    wide = pd.DataFrame(values, index=dates, columns=pd.Index(columns.symbols, name="asset"))
    prices = pd.DataFrame(columns.columns["close"], index=dates, columns=list(columns.symbols))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from alphalens.utils import get_clean_factor_and_forward_returns

        table: pd.DataFrame = get_clean_factor_and_forward_returns(
            wide.stack(), prices, quantiles=quantiles, periods=periods, max_loss=1.0
        )
    return table


@pytest.mark.parametrize("source", ["seeded", "dow"])
@pytest.mark.filterwarnings("ignore")
def test_alphalens_agrees(source, request):
    values, columns = seeded() if source == "seeded" else request.getfixturevalue("dow")
    bars, quantiles = 5, 4
    from alphalens import performance

    # With one horizon, so that the peer cuts no more bars off than the horizon asks for.
    table = as_alphalens(values, columns, quantiles, (bars,))
    ours = judge(values, columns, horizons=[bars], quantiles=quantiles, entry="close").horizons[0]

    rank_ic = performance.factor_information_coefficient(table).iloc[:, 0].dropna()
    assert ours.ic.rank_ic.count == len(rank_ic) > 150
    assert ours.ic.rank_ic.mean == pytest.approx(rank_ic.mean(), abs=1e-12)
    assert ours.ic.rank_ic.std == pytest.approx(rank_ic.std(), abs=1e-12)
    monthly = performance.mean_information_coefficient(table, by_time="ME").iloc[:, 0].dropna()
    assert [each.mean for each in ours.ic_by_month if each.mean is not None] == pytest.approx(list(monthly), abs=1e-12)

    daily, _ = performance.mean_return_by_quantile(table, by_date=True, demeaned=False)
    means = daily.iloc[:, 0].groupby(level="factor_quantile", observed=True).mean()
    assert [each.returns.mean for each in ours.quantiles] == pytest.approx(list(means), abs=1e-12)
    apart, _ = performance.mean_return_by_quantile(table, by_date=True, demeaned=True)
    excess = apart.iloc[:, 0].groupby(level="factor_quantile", observed=True).mean()
    assert [each.excess for each in ours.quantiles] == pytest.approx(list(excess), abs=1e-12)
    spread, _ = performance.compute_mean_returns_spread(daily, quantiles, 1)
    # The peer holds half a unit each way, we one.
    assert ours.spread.mean == pytest.approx(2 * spread.iloc[:, 0].mean(), abs=1e-12)


@pytest.mark.filterwarnings("ignore")
def test_turnover_and_autocorrelation_are_those_of_alphalens(dow):
    values, columns = dow
    from alphalens import performance

    # The peer looks only at bars with a return after them; given those, both say the same.
    bars = 5
    table = as_alphalens(values, columns, 4, (bars,))
    known = np.where(np.isnan(forward_returns(columns, bars, "close")), np.nan, values)
    ours = judge(known, columns, horizons=[bars], quantiles=4, entry="close").horizons[0]
    for quantile in (1, 4):
        theirs = performance.quantile_turnover(table["factor_quantile"], quantile, bars).dropna()
        assert ours.quantiles[quantile - 1].turnover == pytest.approx(theirs.mean(), abs=1e-12)
    theirs = performance.factor_rank_autocorrelation(table, bars).dropna()
    assert ours.rank_autocorrelation == pytest.approx(theirs.mean(), abs=1e-12)


@pytest.mark.parametrize("lag", [1, 3, 10])
def test_the_t_statistic_is_that_of_statsmodels(lag):
    import statsmodels.api as sm

    series = np.random.default_rng(5).normal(0.02, 0.1, 250)
    series = np.convolve(series, np.ones(4) / 4)
    fitted = sm.OLS(series, np.ones(len(series))).fit(
        cov_type="HAC", cov_kwds={"maxlags": lag, "use_correction": False}
    )
    assert newey_west_t(series, lag) == pytest.approx(float(fitted.tvalues[0]), rel=1e-10)


def test_what_does_not_vary_has_no_t_statistic():
    assert newey_west_t(np.full(50, 0.3), 2) is None
    assert newey_west_t(np.array([0.3]), 2) is None
    assert mean_of(np.array([np.nan, np.nan]), 1).mean is None


cells = st.one_of(st.just(float("nan")), st.integers(-3, 3).map(float))


@given(arrays(np.float64, (6, 7), elements=cells), arrays(np.float64, (6, 7), elements=cells))
def test_rank_correlations_are_spearmans(one, other):
    found, counts = np.empty(6), np.empty(6, np.int64)
    kernels.rank_correlations_nb(one, other, 3, found, counts)
    for row in range(6):
        both = ~np.isnan(one[row]) & ~np.isnan(other[row])
        assert counts[row] == both.sum()
        a, b = one[row][both], other[row][both]
        if both.sum() < 3 or np.ptp(a) == 0 or np.ptp(b) == 0:
            assert np.isnan(found[row])
        else:
            assert found[row] == pytest.approx(stats.spearmanr(a, b).statistic, abs=1e-12)


@given(arrays(np.float64, (4, 9), elements=st.one_of(st.just(float("nan")), st.floats(-5, 5))), st.integers(2, 5))
def test_quantiles_are_those_of_qcut(values, quantiles):
    found = quantiles_of(values, quantiles)
    for row, given_row in zip(found, values, strict=True):
        known = given_row[~np.isnan(given_row)]
        if len(known) < max(quantiles, 3):
            assert not row.any()
            continue
        edges = np.quantile(known, np.arange(1, quantiles) / quantiles)
        expected = 1 + np.searchsorted(edges, known, side="left")
        assert row[~np.isnan(given_row)].tolist() == expected.tolist()
        assert not row[np.isnan(given_row)].any()
        if len(np.unique(np.quantile(known, np.linspace(0, 1, quantiles + 1)))) == quantiles + 1:
            assert (pd.qcut(known, quantiles, labels=False) + 1).tolist() == expected.tolist()


def test_who_acts_on_a_bar_buys_at_the_next_open():
    opens = np.array([[10.0], [11.0], [12.0], [15.0], [14.0]])
    columns = columns_of(opens + 0.5, opens)
    assert forward_returns(columns, 2, "next_open")[:, 0] == pytest.approx(
        [15 / 11 - 1, 14 / 12 - 1, np.nan, np.nan, np.nan], nan_ok=True
    )
    assert forward_returns(columns, 2, "close")[0, 0] == pytest.approx(12.5 / 10.5 - 1)
    assert np.isnan(forward_returns(columns, 9, "close")).all()


def test_a_factor_that_knows_the_order_is_perfect():
    bars, symbols = 60, 5
    returns = np.tile(np.linspace(-0.02, 0.02, symbols), (bars, 1))
    columns = columns_of(100 * np.cumprod(1 + returns, axis=0))
    found = judge(returns, columns, horizons=[1, 3], quantiles=5, entry="close")
    for horizon in found.horizons:
        assert horizon.ic.rank_ic.mean == pytest.approx(1)
        assert horizon.ic.share_positive == 1
        assert horizon.ic.icir is None  # it never varies
        assert horizon.monotonicity == pytest.approx(1)
        assert horizon.rank_autocorrelation == pytest.approx(1)
        assert {each.turnover for each in horizon.quantiles} == {0}
    assert found.horizons[0].spread.mean == pytest.approx(0.04)
    assert found.coverage.share == 1
    assert found.curve[-1].quantiles[0] == pytest.approx(0.98 ** (bars - 1))
    assert found.curve[-1].spread == pytest.approx(1.04 ** (bars - 1))


def test_a_worthless_factor_is_told_apart_from_one_that_knows_a_little():
    values, columns = seeded(bars=600)
    found = judge(values, columns, horizons=[1], quantiles=4, entry="close").horizons[0]
    assert found.ic.rank_ic.t > 5
    noise = np.random.default_rng(1).normal(size=values.shape)
    found = judge(noise, columns, horizons=[1], quantiles=4, entry="close").horizons[0]
    assert abs(found.ic.rank_ic.t) < 3


def test_months_and_coverage_are_counted_where_there_are_bars():
    columns = columns_of(np.ones((60, 2)))
    months = np.array([0] * 31 + [1] * 29)
    series = np.concatenate((np.full(31, 2.0), np.full(29, np.nan)))
    first, second = by_month(series, months)
    assert (first.month, first.bars, first.mean, second.bars, second.mean) == ("1970-01", 31, 2.0, 0, None)
    values = np.ones((60, 2))
    values[:30, 0] = np.nan
    has_bar = columns.has_bar.copy()
    has_bar[:10, 0] = False
    found = coverage_of(values, has_bar, months)
    assert found.share == pytest.approx(90 / 110)
    assert (found.least_symbols, found.most_symbols) == (1, 2)


def test_two_symbols_are_too_few_to_judge():
    values, columns = seeded(symbols=2)
    with pytest.raises(Invalid) as refused:
        judge(values, columns, horizons=[1], quantiles=2, entry="close")
    assert refused.value.code == "TOO_FEW_DATES"
