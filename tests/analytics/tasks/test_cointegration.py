"""Cointegration: pairs that are bound by construction and pairs that are not, and every figure by another way."""

import numpy as np
import pytest

from analytics.tasks.kinds.cointegration import (
    adf_of,
    cointegration_of,
    hurst_of,
    kpss_of,
    least_squares,
    mean_reversion,
)
from analytics.tasks.kinds.library import adfuller
from analytics.tasks.kinds.specs import Cointegration
from kit.errors import Invalid
from tests.analytics.tasks.markets import ar1, times, walk
from tests.shared_data import shared_file

NAMES = ("Y-USD", "X-USD")


def bound_pair(count=1_100, seed=1, factor=0.9):
    """Two symbols with ln y = 0.5 + 0.8 ln x + what comes back, whose half-life is -ln 2 / ln `factor`."""
    x = np.log(walk(count, seed, level=100.0, deviation=0.02, inner=1)[3])
    y = 0.5 + 0.8 * x + ar1(count, seed + 100, factor=factor, deviation=0.005)
    return np.exp(y), np.exp(x)


def analysed(y, x, **options):
    return cointegration_of(Cointegration(**options), NAMES, [times(len(y)), times(len(x))], [y, x])


def test_a_pair_that_was_bound_is_found_with_its_ratio_and_half_life():
    found = analysed(*bound_pair())
    assert all(each.p_value < 0.001 and each.statistic < each.critical_1 for each in found.engle_granger)
    assert [each.dependent for each in found.engle_granger] == list(NAMES)
    none, one = found.johansen
    assert none.statistic > none.critical_1
    assert none.critical_10 < none.critical_5 < none.critical_1
    assert (none.rank, one.rank) == (0, 1)
    assert found.hedge.ratio == pytest.approx(0.8, abs=0.02)
    assert found.hedge.intercept == pytest.approx(0.5, abs=0.1)
    assert found.reversion.half_life_bars == pytest.approx(-np.log(2) / np.log(0.9), rel=0.25)
    assert found.adf.p_value < 0.01
    assert found.kpss.p_value > 0.05
    assert found.hurst < 0.3
    assert found.spread.z[-1] == found.spread.latest_z
    assert np.std(found.spread.z) == pytest.approx(1, abs=0.1)
    assert len(found.spread.time_ns) == 1_000


def test_two_walks_are_not_bound():
    found = analysed(walk(1_000, seed=11)[3], walk(1_000, seed=12)[3])
    assert min(each.p_value for each in found.engle_granger) > 0.05
    assert found.johansen[0].statistic < found.johansen[0].critical_5
    assert found.kpss.p_value < 0.05
    assert found.hurst == pytest.approx(0.5, abs=0.1)


def test_few_of_many_pairs_of_walks_look_bound():
    found = [analysed(walk(200, seed)[3], walk(200, seed + 50)[3]).engle_granger[0].p_value for seed in range(40)]
    assert sum(each < 0.05 for each in found) <= 6


def test_real_stocks_have_the_figures_of_statsmodels():
    import polars as pl
    from statsmodels.regression.linear_model import OLS
    from statsmodels.tools import add_constant
    from statsmodels.tsa.stattools import coint

    frame = pl.read_csv(shared_file("equity_daily/dj30_valid.csv")).pivot("tic", index="date", values="close")
    y, x = (frame[name].cast(pl.Float64).to_numpy() for name in ("KO", "PG"))
    found = analysed(y, x)
    fit = OLS(np.log(y), add_constant(np.log(x))).fit()
    assert (found.hedge.ratio, found.hedge.ratio_error) == pytest.approx((fit.params[1], fit.bse[1]))
    assert (found.hedge.intercept, found.hedge.r_squared) == pytest.approx((fit.params[0], fit.rsquared))
    np.testing.assert_allclose(found.spread.values, fit.resid, atol=1e-12)
    reverting = OLS(np.diff(fit.resid), add_constant(fit.resid[:-1])).fit()
    assert (found.reversion.speed, found.reversion.speed_error) == pytest.approx(
        (reverting.params[1], reverting.bse[1])
    )
    for test, pair in zip(found.engle_granger, ((y, x), (x, y)), strict=True):
        statistic, p_value, critical = coint(np.log(pair[0]), np.log(pair[1]))
        assert (test.statistic, test.p_value) == pytest.approx((statistic, p_value))
        assert (test.critical_1, test.critical_5, test.critical_10) == pytest.approx(tuple(critical))
    assert found.adf.statistic == pytest.approx(adfuller(fit.resid, autolag="AIC")[0])
    plain = analysed(y, x, prices="plain")
    assert plain.hedge.ratio == pytest.approx(np.polyfit(x, y, 1)[0])


@pytest.mark.parametrize(("exponent", "steps"), [(0.5, 1.0), (1.0, 0.0)])
def test_the_exponent_of_a_walk_is_a_half_and_that_of_a_line_one(exponent, steps):
    series = np.cumsum(0.01 + steps * np.random.default_rng(9).normal(size=8_000))
    assert hurst_of(series) == pytest.approx(exponent, abs=0.06)


def test_what_stands_still_has_no_exponent():
    assert hurst_of(np.zeros(400)) is None


@pytest.mark.parametrize("factor", [0.5, 0.8, 0.97])
def test_a_half_life_is_that_of_its_construction(factor):
    found = mean_reversion(ar1(20_000, seed=2, factor=factor))
    assert found.half_life_bars == pytest.approx(-np.log(2) / np.log(factor), rel=0.1)
    assert found.speed == pytest.approx(factor - 1, abs=4 * found.speed_error)


def test_what_runs_away_has_no_half_life():
    assert mean_reversion(1.01 ** np.arange(500.0)).half_life_bars is None


def test_the_tests_of_the_spread_agree_on_what_is_clear():
    stationary, wandering = ar1(500, seed=3, factor=0.5), np.cumsum(ar1(500, seed=4, factor=0.0))
    assert adf_of(stationary).p_value < 0.01 < 0.05 < adf_of(wandering).p_value
    assert kpss_of(wandering).p_value == 0.01 < 0.05 < kpss_of(stationary).p_value
    assert kpss_of(wandering).is_p_bounded


def test_nearly_the_same_asset_on_two_venues_has_a_spread_and_a_test():
    x = np.log(walk(300, seed=21)[3])
    found = analysed(np.exp(x + ar1(300, seed=22, factor=0.3, deviation=1e-5)), np.exp(x))
    assert found.hedge.r_squared > 1 - 1e-6
    assert -50 < found.engle_granger[0].statistic < found.engle_granger[0].critical_1


@pytest.mark.parametrize("prices", ["log", "plain"])
def test_the_same_series_twice_is_refused(prices):
    close = walk(300, seed=5)[3]
    for other in (close, close * 7):
        with pytest.raises(Invalid, match="Y-USD is X-USD, scaled and shifted") as no:
            analysed(close, other, prices=prices)
        assert (no.value.code, list(no.value.details)) == ("COLLINEAR_PRICES", ["symbols"])


def test_a_symbol_that_stood_still_on_the_common_bars_is_refused():
    still = walk(400, seed=6)[3].copy()
    still[:200] = 5.0
    with pytest.raises(Invalid, match="X-USD did not move on the bars that both") as no:
        cointegration_of(Cointegration(), NAMES, [times(200), times(400)], [walk(200, seed=7)[3], still])
    assert no.value.code == "CONSTANT_PRICES"


def test_too_few_common_bars_are_refused():
    y, x = bound_pair(150)
    with pytest.raises(Invalid, match="50 bars in common, 100 are needed") as no:
        cointegration_of(Cointegration(), NAMES, [times(150), times(250)[100:]], [y, x])
    assert no.value.code == "TOO_FEW_COMMON_BARS"


def test_least_squares_are_those_of_numpy():
    x, noise = np.random.default_rng(8).normal(size=(2, 300))
    y = 2 + 3 * x + noise
    ratio, error, intercept, rest = least_squares(y, x)
    (wanted, wanted_intercept), covariance = np.polyfit(x, y, 1, cov=True)
    assert (ratio, intercept) == pytest.approx((wanted, wanted_intercept))
    assert error == pytest.approx(np.sqrt(covariance[0, 0]), rel=1e-9)
    np.testing.assert_allclose(rest, y - wanted_intercept - wanted * x, atol=1e-12)
