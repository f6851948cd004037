"""Regimes: states that were put there are recovered, what did not converge says so, and a trend is a trend."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.tasks.kinds.library import MarkovRegression
from analytics.tasks.kinds.regimes import efficiency_ratio, fit_states, regime_of, trend_labels
from analytics.tasks.kinds.specs import Regime
from kit.errors import Invalid
from tests.analytics.tasks.markets import GOOG, real_prices, times, walk

STAY = 0.98


def states_and_returns(count=2_000, seed=1, deviations=(0.005, 0.02)):
    """States that last fifty bars, and returns with the deviation of their state."""
    generator = np.random.default_rng(seed)
    states = np.zeros(count, int)
    for place in range(1, count):
        is_new = generator.random() > STAY
        others = [each for each in range(len(deviations)) if each != states[place - 1]]
        states[place] = generator.choice(others) if is_new else states[place - 1]
    return states, generator.normal(0.0, 1.0, count) * np.array(deviations)[states]


def test_two_states_are_recovered():
    states, returns = states_and_returns()
    close = 100 * np.exp(np.concatenate(([0.0], np.cumsum(returns))))
    found = regime_of(Regime(), times(2_001), close, bars_per_year=8_760.0)
    assert found.is_converged
    assert 0 < found.iterations <= 200
    calm, wild = found.states
    assert (calm.volatility, wild.volatility) == pytest.approx((0.005 * np.sqrt(8_760), 0.02 * np.sqrt(8_760)), rel=0.1)
    assert (calm.expected_duration_bars, wild.expected_duration_bars) == pytest.approx((50, 50), rel=0.5)
    assert np.sum(found.transitions, axis=1) == pytest.approx([1, 1])
    assert calm.share + wild.share == pytest.approx(1)
    assert calm.share == pytest.approx((states == 0).mean(), abs=0.05)
    assert found.current_state == states[-1]
    probabilities = np.array(found.series.probabilities)
    assert probabilities.shape == (2, 1_000)
    assert found.series.time_ns[-1] == times(2_001)[-1]
    assert (probabilities.argmax(axis=0) == states[1::2]).mean() > 0.9


def test_three_states_are_recovered():
    states, returns = states_and_returns(700, seed=2, deviations=(0.003, 0.012, 0.05))
    fit = fit_states(returns, 3, iterations=100, seed=0)
    assert fit.is_converged
    assert (fit.probabilities.argmax(axis=1) == states).mean() > 0.9
    np.testing.assert_allclose(np.sqrt(fit.variances), (0.003, 0.012, 0.05), rtol=0.2)


def test_the_same_seed_gives_the_same_fit_and_the_likelihood_is_that_of_the_model():
    _, returns = states_and_returns(800, seed=3)
    fit, again = (fit_states(returns, 2, iterations=100, seed=5) for _ in range(2))
    np.testing.assert_array_equal(fit.probabilities, again.probabilities)
    model = MarkovRegression(returns, k_regimes=2, trend="c", switching_variance=True)
    params = [fit.transitions[0, 0], fit.transitions[1, 0], *fit.means, *fit.variances]
    assert fit.log_likelihood == pytest.approx(model.loglike(np.array(params)), rel=1e-6)
    mixed = model.smooth(np.array(params))
    np.testing.assert_allclose(fit.probabilities, mixed.smoothed_marginal_probabilities, atol=1e-6)


def test_a_search_that_ends_at_its_limit_says_so():
    _, returns = states_and_returns(800, seed=4)
    fit = fit_states(returns, 3, iterations=1, seed=0)
    assert (fit.is_converged, fit.iterations) == (False, 1)


def test_real_days_have_a_calm_and_a_wild_state():
    moments, (_, _, _, close) = real_prices(GOOG)
    found = regime_of(Regime(), moments, close, bars_per_year=252.0)
    assert found.is_converged
    assert found.states[0].volatility < 0.3 < found.states[1].volatility
    assert found.states[0].share > found.states[1].share
    wild = np.array(found.series.probabilities[1]) > 0.5
    crisis = (np.array(found.series.time_ns) // (365 * 86_400 * 10**9)) == 38
    assert wild[crisis].mean() > 2 * wild[~crisis].mean()


@pytest.mark.filterwarnings("error")
def test_bars_that_mostly_stand_still_have_no_states():
    returns = np.zeros(400)
    returns[::40] = np.random.default_rng(7).normal(0, 0.01, 10)
    with pytest.raises(Invalid, match="No states of volatility") as no:
        fit_states(returns, 2, iterations=100, seed=0)
    assert (no.value.code, list(no.value.details)) == ("NO_STATES", ["regime.states"])
    with pytest.raises(Invalid, match="No states"):
        fit_states(np.full(400, 0.001), 2, iterations=100, seed=0)


def test_a_line_is_a_trend_and_a_zigzag_is_a_range():
    line, zigzag = np.arange(100.0) + 1, 10 + np.arange(100) % 2.0
    assert set(trend_labels(line, 20, 0.3)[20:]) == {"up"}
    assert set(trend_labels(line[::-1], 20, 0.3)[20:]) == {"down"}
    assert set(trend_labels(zigzag, 20, 0.3)) == {"range"}
    assert efficiency_ratio(line, 20)[20:].tolist() == [1.0] * 80
    still = trend_labels(np.full(100, 3.0), 20, 0.0)
    assert set(still) == {"range"}


def test_the_efficiency_ratio_is_what_a_loop_works_out():
    close = walk(300, seed=5)[3]
    found = efficiency_ratio(close, 25)
    assert np.isnan(found[:25]).all()
    for place in range(25, 300):
        part = close[place - 25 : place + 1]
        assert found[place] == pytest.approx(abs(part[-1] - part[0]) / np.abs(np.diff(part)).sum())


@given(cut=st.integers(61, 300), window=st.integers(5, 60))
@settings(max_examples=30, deadline=None)
def test_no_label_knows_the_bars_after_it(cut, window):
    close = walk(300, seed=6)[3]
    np.testing.assert_array_equal(trend_labels(close, window, 0.3)[:cut], trend_labels(close[:cut], window, 0.3))
