"""Correlation: against pandas and scipy, on bars that symbols have in common, and without a look at what comes later."""

import re
from itertools import pairwise

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from analytics.tasks.kinds.common import common_times
from analytics.tasks.kinds.correlation import correlation_of, matrix_of, order_of, ranks_of, rolling_correlation
from analytics.tasks.kinds.specs import Correlation
from kit.errors import Invalid
from tests.analytics.tasks.markets import HOUR, times, walk
from tests.shared_data import shared_file

PAIRS = ("ADA", "DASH", "ETC", "ETH", "LTC")


def real_closes():
    """Real five-minute closes of five coins, one of which has a gap: times and closes of each."""
    found = []
    for name in PAIRS:
        frame = pl.read_ipc(shared_file(f"crypto_bars/freqtrade_5m_btc_pairs/{name}_BTC-5m.feather"))
        moments = frame["date"].dt.cast_time_unit("ns").to_physical().to_numpy()
        found.append((moments, frame["close"].cast(pl.Float64).to_numpy()))
    return [moments for moments, _ in found], [close for _, close in found]


def test_real_coins_correlate_as_pandas_says():
    moments, closes = real_closes()
    found = correlation_of(Correlation(pair=("ETH", "ADA"), window=200), PAIRS, moments, closes)
    joined = pd.concat(
        [pd.Series(close, index=time, name=name) for name, time, close in zip(PAIRS, moments, closes, strict=True)],
        axis=1, join="inner",
    )  # fmt: skip
    returns = np.log(joined).diff().dropna()
    assert found.common_bars == len(joined) < max(found.own_bars)
    np.testing.assert_allclose(found.pearson, returns.corr(), atol=1e-12)
    np.testing.assert_allclose(found.spearman, returns.corr("spearman"), atol=1e-12)
    rolling = returns["ETH"].rolling(200).corr(returns["ADA"])
    wanted = rolling.loc[found.rolling.time_ns]
    np.testing.assert_allclose(np.array(found.rolling.values), wanted, atol=1e-8)
    assert found.rolling.time_ns[-1] == joined.index[-1]
    assert sorted(found.order) == list(range(5))


def test_twins_and_opposites_are_known():
    _, _, _, close = walk(500, seed=1)
    moments = [times(500)] * 3
    found = correlation_of(Correlation(), ("A", "B", "C"), moments, [close, close * 3, 1 / close])
    assert np.round(found.pearson, 9).tolist() == [[1, 1, -1], [1, 1, -1], [-1, -1, 1]]
    assert np.round(found.spearman, 9).tolist() == [[1, 1, -1], [1, 1, -1], [-1, -1, 1]]


def test_families_stand_together_in_the_order():
    generator = np.random.default_rng(4)
    families = generator.normal(size=(800, 3))
    members = [n % 3 for n in range(12)]
    columns = np.column_stack([families[:, each] + 0.3 * generator.normal(size=800) for each in members])
    order = order_of(matrix_of(columns))
    of_order = [members[place] for place in order]
    assert sorted(order) == list(range(12))
    assert sum(one != other for one, other in pairwise(of_order)) == 2


@given(arrays.arrays(np.float64, 40, elements=st.integers(-5, 5).map(float)))
@settings(max_examples=50, deadline=None)
def test_equal_values_share_their_mean_rank(values):
    np.testing.assert_array_equal(ranks_of(values[:, None])[:, 0], stats.rankdata(values))


@given(cut=st.integers(60, 400), window=st.integers(5, 60))
@settings(max_examples=30, deadline=None)
def test_no_window_knows_the_returns_after_it(cut, window):
    first, second = np.random.default_rng(5).normal(size=(2, 400))
    places, values = rolling_correlation(first, second, window)
    cut_places, cut_values = rolling_correlation(first[:cut], second[:cut], window)
    both = places < cut
    np.testing.assert_array_equal(cut_places, places[both])
    np.testing.assert_array_equal(cut_values, values[both])


def test_a_window_in_which_a_side_stood_still_has_no_correlation():
    generator = np.random.default_rng(6)
    first, second = generator.normal(size=(2, 60))
    second[:30] = 0.0
    _, values = rolling_correlation(first, second, 20)
    assert np.isnan(values).sum() == 11
    assert np.abs(values[11:]).max() <= 1


def test_the_symbol_that_has_too_little_in_common_is_named():
    moments = [times(500), times(500), times(500, start_ns=int(times(500)[-1]) - 9 * HOUR)]
    closes = [walk(500, seed=n)[3] for n in range(3)]
    with pytest.raises(
        Invalid, match=r"3 symbols have 10 bars in common, 31 are needed. Without C there would be 500"
    ) as no:
        correlation_of(Correlation(), ("A", "B", "C"), moments, closes)
    assert no.value.code == "TOO_FEW_COMMON_BARS"
    assert list(no.value.details) == ["symbols"]


def test_a_symbol_that_stands_still_on_the_common_bars_is_named():
    still = walk(500, seed=1)[3].copy()
    still[:100] = 7.0
    with pytest.raises(Invalid, match="B did not move") as no:
        correlation_of(Correlation(), ("A", "B"), [times(100), times(500)], [walk(100, seed=2)[3], still])
    assert no.value.code == "CONSTANT_PRICES"


def test_a_window_longer_than_what_is_common_is_refused():
    with pytest.raises(Invalid, match="200 returns does not fit into the 99") as no:
        correlation_of(
            Correlation(window=200), ("A", "B"), [times(100), times(500)], [walk(100, 2)[3], walk(500, 3)[3]]
        )
    assert "correlation.window" in no.value.details


@given(st.lists(st.sets(st.integers(0, 30), min_size=1), min_size=2, max_size=6), st.integers(1, 31))
@settings(max_examples=150, deadline=None)
def test_whoever_is_named_is_who_leaves_most_to_the_rest(sets, least):
    names = [f"S{number}" for number in range(len(sets))]
    moments = [np.array(sorted(each), np.int64) for each in sets]
    if len(set.intersection(*sets)) >= least:
        assert common_times(names, moments, least).tolist() == sorted(set.intersection(*sets))
        return
    with pytest.raises(Invalid) as no:
        common_times(names, moments, least)
    without = {
        name: len(set.intersection(*(each for other, each in zip(names, sets, strict=True) if other != name)))
        for name in names
    }
    first = re.search(r"Without (S\d)", no.value.message)[1]
    assert without[first] == max(without.values())
    blamed = re.search(r"Without (.+?) there would be (\d+);", no.value.message)
    rest = [each for name, each in zip(names, sets, strict=True) if name not in blamed[1].split(", ")]
    assert len(set.intersection(*rest)) == int(blamed[2])
