"""Seasonality: against pandas on real prices, and seasons that were put there."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.tasks.kinds.seasonality import group, seasonality_of, turn_of_month
from analytics.tasks.work import days_of
from markets.calendars import FX, zone_of
from quant.performance.days import NS_PER_DAY
from tests.analytics.tasks.markets import BTC, GOOG, HOUR, real_prices, times, walk


def assert_is(found, returns):
    """The figures of a group are those of the returns."""
    assert found.count == len(returns)
    assert found.mean == pytest.approx(returns.mean(), abs=1e-15)
    assert found.median == pytest.approx(returns.median(), abs=1e-15)
    assert found.positive == pytest.approx((returns > 0).mean())
    assert found.t == pytest.approx(stats.ttest_1samp(returns, 0).statistic)


def test_real_hours_in_new_york_are_those_of_pandas():
    moments, (_, _, _, close) = real_prices(BTC)
    found = seasonality_of(moments, close, days=moments // NS_PER_DAY, zone="America/New_York", is_daily=False)
    index = pd.to_datetime(moments, utc=True).tz_convert("America/New_York")
    returns = pd.Series(close, index).pct_change().iloc[1:]
    assert [each.label for each in found.hours] == [f"{hour:02}:00" for hour in range(24)]
    for hour, each in enumerate(found.hours):
        assert_is(each, returns[returns.index.hour == hour])


def test_real_days_months_and_turns_are_those_of_pandas():
    moments, (_, _, _, close) = real_prices(GOOG)
    found = seasonality_of(
        moments, close, days=days_of(moments, "XNYS", is_daily=True), zone=zone_of("XNYS"), is_daily=True
    )
    index = pd.to_datetime(moments)
    returns = pd.Series(close, index).pct_change().iloc[1:]
    assert (found.zone, found.days, found.hours) == ("America/New_York", 2_148, [])
    assert [each.label for each in found.weekdays] == ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
    for day, each in enumerate(found.weekdays):
        assert_is(each, returns[returns.index.day_of_week == day])
    for month, each in enumerate(found.months, 1):
        assert_is(each, returns[returns.index.month == month])
    period = returns.index.to_period("M")
    place = returns.groupby(period).cumcount()
    is_last = returns.groupby(period).cumcount(ascending=False) == 0
    is_first_month = period == period[0]
    turn = (is_last & (period != period[-1])) | ((place < 3) & ~is_first_month)
    rest = ~turn & ~is_first_month
    rest.iloc[-1] = False
    assert_is(found.turn_of_month[0], returns[turn])
    assert_is(found.turn_of_month[1], returns[rest])


def test_a_season_that_was_put_there_is_found():
    moments = times(24 * 400)
    hours = moments // HOUR % 24
    steps = np.random.default_rng(3).normal(0, 0.002, len(moments)) + np.where(hours == 14, 0.001, 0.0)
    close = 100 * np.exp(np.cumsum(steps))
    found = seasonality_of(moments, close, days=moments // NS_PER_DAY, zone="UTC", is_daily=False)
    best = max(found.hours, key=lambda each: each.t)
    assert (best.label, best.t > 5) == ("14:00", True)
    assert sum(abs(each.t) > 3 for each in found.hours) == 1


def test_the_currency_market_has_no_sunday():
    hours = times(24 * 60)
    evening = pd.to_datetime(hours, utc=True).tz_convert("America/New_York")
    is_open = ~((evening.day_of_week == 5) | ((evening.day_of_week == 4) & (evening.hour >= 17)))
    is_open &= ~((evening.day_of_week == 6) & (evening.hour < 17))
    moments = hours[is_open]
    close = walk(len(moments), seed=2)[3]
    in_sessions = seasonality_of(
        moments, close, days=days_of(moments, FX, is_daily=False), zone=zone_of(FX), is_daily=False
    )
    by_clock = seasonality_of(moments, close, days=moments // NS_PER_DAY, zone="UTC", is_daily=False)
    assert [each.label for each in in_sessions.weekdays] == ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
    assert "Sunday" in [each.label for each in by_clock.weekdays]


def test_what_is_not_known_of_the_first_and_the_last_month_is_left_out():
    months = np.repeat([0, 1, 2], [4, 6, 5])
    turn, rest = turn_of_month(months, begins_with=0)
    assert np.flatnonzero(turn).tolist() == [3, 4, 5, 6, 9, 10, 11, 12]
    assert np.flatnonzero(rest).tolist() == [7, 8, 13]


def test_groups_that_say_nothing_have_no_t():
    assert group("none", np.empty(0)).mean is None
    one = group("one", np.array([0.5]))
    assert (one.count, one.mean, one.t, one.positive) == (1, 0.5, None, 1.0)
    assert group("equal", np.full(9, 0.25)).t is None
