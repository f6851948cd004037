"""Drawdowns: falls that can be told by eye, real ones against a loop, and properties that hold on any prices."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.tasks.kinds.drawdowns import drawdowns_of, falls, underwater_share
from analytics.tasks.kinds.specs import Drawdowns
from quant.performance.days import NS_PER_DAY
from tests.analytics.tasks.markets import BTC, GOOG, real_prices, times


def told(close, step_ns=NS_PER_DAY, **options):
    values = np.array(close, np.float64)
    return drawdowns_of(Drawdowns(**options), times(len(values), step_ns), values)


def test_two_falls_that_can_be_told_by_eye():
    found = told([100, 90, 95, 100, 110, 55, 88, 99])
    moments = times(8, NS_PER_DAY).tolist()
    worst, other = found.episodes
    assert (worst.depth, worst.peak_ns, worst.trough_ns, worst.recovery_ns) == (-0.5, moments[4], moments[5], None)
    assert (worst.days_to_trough, worst.days_to_recovery) == (1.0, None)
    assert other.depth == pytest.approx(-0.1)
    assert (other.peak_ns, other.trough_ns, other.recovery_ns) == (moments[0], moments[1], moments[3])
    assert (other.days_to_trough, other.days_to_recovery) == (1.0, 2.0)
    assert (found.count, found.maximum, found.current) == (2, -0.5, pytest.approx(-0.1))
    assert found.longest_days == 3.0
    assert found.underwater_share == pytest.approx(4 / 7)
    fall = np.array([0, 0.1, 0.05, 0, 0, 0.5, 0.2, 0.1])
    assert found.pain_index == pytest.approx(fall.mean())
    assert found.ulcer_index == pytest.approx(np.sqrt((fall**2).mean()))


def test_what_only_rises_has_no_fall():
    found = told([1, 2, 3])
    assert (found.count, found.maximum, found.longest_days, found.episodes) == (0, 0.0, 0.0, [])
    assert (found.pain_index, found.underwater_share) == (0.0, 0.0)


def by_loop(close):
    """Every fall as peak, trough, recovery and depth, by walking the bars."""
    found, peak, trough = [], 0, None
    for place in range(1, len(close)):
        if close[place] >= close[peak]:
            if trough is not None:
                found.append((peak, trough, place, close[trough] / close[peak] - 1))
            peak, trough = place, None
        elif trough is None or close[place] < close[trough]:
            trough = place
    if trough is not None:
        found.append((peak, trough, None, close[trough] / close[peak] - 1))
    return found


@pytest.mark.parametrize("name", [BTC, GOOG])
def test_real_falls_are_those_that_a_loop_finds(name):
    moments, (_, _, _, close) = real_prices(name)
    found = drawdowns_of(Drawdowns(episodes=50), moments, close)
    wanted = sorted(by_loop(close.tolist()), key=lambda each: each[3])
    assert found.count == len(wanted)
    for episode, (peak, trough, recovery, depth) in zip(found.episodes, wanted, strict=False):
        assert (episode.peak_ns, episode.trough_ns) == (moments[peak], moments[trough])
        assert episode.recovery_ns == (None if recovery is None else moments[recovery])
        assert episode.depth == pytest.approx(depth, rel=1e-12)
    assert len(found.underwater.time_ns) == 1_000
    assert min(found.underwater.drawdown) == found.maximum


@given(st.lists(st.integers(1, 50), min_size=2, max_size=80), st.integers(1, 79))
@settings(max_examples=100, deadline=None)
def test_falls_hold_what_they_must_and_do_not_know_what_comes(close, cut):
    found = told(close)
    assert -1 < found.maximum <= found.current <= 0
    assert found.pain_index <= found.ulcer_index + 1e-12
    assert 0 <= found.underwater_share <= 1
    depths = [each.depth for each in found.episodes]
    assert depths == sorted(depths)
    assert all(each.peak_ns < each.trough_ns for each in found.episodes)
    values = np.array(close, np.float64)
    np.testing.assert_array_equal(falls(values[:cut]), falls(values)[:cut])


def test_time_under_water_is_time_and_not_bars():
    moments = np.array([0, 1, 2, 10], np.int64)
    assert underwater_share(moments, np.array([0.0, -0.1, -0.1, 0.0])) == 0.9
