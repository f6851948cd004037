"""Volatility: the estimators against pandas and against a walk whose deviation is known; no value knows what comes later."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.tasks.kinds.library import acf
from analytics.tasks.kinds.series import log_returns
from analytics.tasks.kinds.specs import ESTIMATORS, Volatility
from analytics.tasks.kinds.volatility import cone_window, persistence_of, rolling_deviation, volatility_of
from tests.analytics.tasks.markets import BTC, GOOG, real_prices, times, walk

WINDOW = 20


def in_pandas(estimator, prices, window):
    """The same formulas, written out with pandas."""
    o, h, l, c = (pd.Series(each) for each in prices)  # noqa: E741 (the letters of the papers)
    rs = np.log(h / o) * np.log(h / c) + np.log(l / o) * np.log(l / c)
    match estimator:
        case "close_to_close":
            return np.log(c).diff().rolling(window).std()
        case "parkinson":
            return np.sqrt((np.log(h / l) ** 2).rolling(window).mean() / (4 * np.log(2)))
        case "garman_klass":
            terms = 0.5 * np.log(h / l) ** 2 - (2 * np.log(2) - 1) * np.log(c / o) ** 2
            return np.sqrt(terms.rolling(window).mean())
        case "rogers_satchell":
            return np.sqrt(rs.rolling(window).mean())
        case _:
            k = 0.34 / (1.34 + (window + 1) / (window - 1))
            jumps = np.log(o / c.shift()).rolling(window).var()
            within = np.log(c / o).iloc[1:].rolling(window).var().reindex(o.index)
            return np.sqrt(jumps + k * within + (1 - k) * rs.iloc[1:].rolling(window).mean().reindex(o.index))


@pytest.mark.parametrize("name", [BTC, GOOG])
@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_real_bars_have_the_volatility_that_pandas_works_out(estimator, name):
    _, prices = real_prices(name)
    prices = tuple(each[:5_000] for each in prices)
    found, wanted = rolling_deviation(estimator, prices, WINDOW), in_pandas(estimator, prices, WINDOW)
    assert np.isnan(found).sum() == wanted.isna().sum() == WINDOW - 1 + (estimator in ("close_to_close", "yang_zhang"))
    np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_a_walk_of_known_deviation_is_recognised(estimator):
    prices = walk(4_000, seed=5, deviation=0.02, inner=400)
    found = rolling_deviation(estimator, prices, 3_999)[-1]
    # A path of few steps never quite reaches its extremes, so that ranges are a little too small.
    assert found == pytest.approx(0.02, rel=0.06)


def test_ranges_say_more_than_closes():
    prices = walk(20_000, seed=6, deviation=0.02, inner=200)
    spreads = {each: np.nanstd(rolling_deviation(each, prices, WINDOW)[WINDOW::WINDOW]) for each in ESTIMATORS}
    assert (
        max(spreads["parkinson"], spreads["garman_klass"], spreads["rogers_satchell"]) < 0.7 * spreads["close_to_close"]
    )


@given(cut=st.integers(1, 399), window=st.integers(5, 60), estimator=st.sampled_from(ESTIMATORS))
@settings(max_examples=40, deadline=None)
def test_no_window_knows_the_bars_after_it(cut, window, estimator):
    prices = walk(400, seed=7)
    whole = rolling_deviation(estimator, prices, window)
    part = rolling_deviation(estimator, tuple(each[:cut] for each in prices), window)
    np.testing.assert_array_equal(whole[:cut], part)


def test_the_cone_has_the_quantiles_of_all_windows():
    _, prices = real_prices(GOOG)
    cone = cone_window("close_to_close", prices, 60, math.sqrt(252))
    wanted = in_pandas("close_to_close", prices, 60).dropna() * math.sqrt(252)
    assert cone.count == len(wanted)
    assert (cone.minimum, cone.median, cone.maximum, cone.latest) == pytest.approx(
        (wanted.min(), wanted.median(), wanted.max(), wanted.iloc[-1])
    )
    assert cone.latest_rank == pytest.approx((wanted <= wanted.iloc[-1] * (1 + 1e-9)).mean())
    empty = cone_window("parkinson", tuple(each[:50] for each in prices), 60, 1.0)
    assert (empty.count, empty.median, empty.latest) == (0, None, None)


def test_movement_lasts_as_statsmodels_says():
    _, prices = real_prices(GOOG)
    returns = log_returns(prices[3])
    found = persistence_of(returns, 40)
    np.testing.assert_allclose(found.values, acf(np.abs(returns), nlags=40, fft=False)[1:], rtol=1e-10)
    assert found.values[0] > found.band


def test_the_picture_ends_with_the_newest_bar_and_is_annual():
    prices = walk(5_000, seed=8, deviation=0.01)
    found = volatility_of(Volatility(window=24), times(5_000), prices, bars_per_year=8_760.0)
    assert len(found.series.time_ns) == 1_000
    assert found.series.time_ns[-1] == times(5_000)[-1]
    assert found.series.parkinson[-1] == found.latest.parkinson
    assert found.latest.close_to_close == pytest.approx(
        np.diff(np.log(prices[3]))[-24:].std(ddof=1) * math.sqrt(8_760), rel=1e-9
    )
    assert [each.window for each in found.cone] == [10, 20, 60, 120, 250]


def test_where_all_bars_move_alike_nothing_lasts():
    assert persistence_of(np.tile([0.01, -0.01], 50), 10).values == []
