"""What a live strategy is measured and sized with in plain Python is what the kernels of a backtest compute, to the unit."""

import numpy as np
import pytest

from analytics.backtests.engine.measures import average_ranges_nb, volatility_shares_nb
from quant.strategies.deciding import Said, entering, leaving, wanted_side
from quant.strategies.distances import UNKNOWN, AverageRange, DistancePlan, VolatilityShare
from quant.strategies.sizing import Means, Offer, SizePlan, covered_lots, entry_size, nearest_distance
from quant.strategies.specs import VolatilityTarget


def walk(seed: int, bars: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """High, low and close of a random walk in ticks."""
    chance = np.random.default_rng(seed)
    close = 50_000 + np.cumsum(chance.integers(-400, 401, bars))
    high, low = close + chance.integers(0, 300, bars), close - chance.integers(0, 300, bars)
    return high.astype(np.int64), low.astype(np.int64), close.astype(np.int64)


@pytest.mark.parametrize("bars", [1, 2, 14, 100])
def test_the_average_true_range_is_the_kernels(bars):
    high, low, close = walk(bars)
    average, found = AverageRange(bars), []
    for row in zip(high.tolist(), low.tolist(), close.tolist(), strict=True):
        average.add(*row)
        found.append(average.range_ppm)
    assert found == average_ranges_nb(high, low, close, bars).tolist()


@pytest.mark.parametrize("bars", [2, 30])
def test_the_share_of_a_volatility_target_is_the_kernels(bars):
    _, _, close = walk(bars)
    close[50:60] = close[50]  # prices that stand still ask for the most there is
    target = VolatilityTarget(annual_percent=20, bars=bars, bars_per_year=525_600)
    share, found = VolatilityShare(target, 3_000_000), []
    for price in close.tolist():
        share.add(price)
        found.append(share.share_ppm)
    kernel = volatility_shares_nb(close, bars, 525_600.0, 0.2, 3_000_000)
    assert np.abs(np.array(found) - kernel).max() <= 1, "the kernel's root and logarithm may differ in the last bit"
    assert found[: bars - 1] == [UNKNOWN] * (bars - 1)


def test_a_distance_by_the_average_true_range_is_unknown_until_that_is_known():
    plan = DistancePlan(multiple_ppm=2_500_000, bars=14)
    assert plan.ticks_from(100, -1) == UNKNOWN
    assert plan.ticks_from(100, 40_000_000) == 100
    assert nearest_distance(UNKNOWN, 5) == UNKNOWN
    assert (nearest_distance(7, 5), nearest_distance(0, 5), nearest_distance(0, 0)) == (5, 5, 0)


def means(equity: int, **changes: int) -> Means:
    return Means(**{"equity_units": equity, "free_units": equity, "leverage": 1, "fee_ppm": 1_000, "unit_value": 1,
                    **changes})  # fmt: skip


def offer(price: int, paid: int | None = None) -> Offer:
    return Offer(price, price, lambda lots: price if paid is None else paid)


@pytest.mark.parametrize(
    ("plan", "means", "offer", "nearest", "found"),
    [
        (SizePlan(lots=3), means(1_000), offer(100), 0, (3, None)),
        (SizePlan(lots=30), means(1_000), offer(100), 0, (30, "no_cash")),
        (SizePlan(share_ppm=500_000), means(1_000), offer(100), 0, (4, None)),
        (SizePlan(share_ppm=1_000_000), means(1_000), offer(100, paid=200), 0, (4, None)),
        (SizePlan(share_ppm=1_000_000), means(50), offer(100), 0, (0, "below_lot")),
        (SizePlan(share_ppm=1_000_000), means(1_000, free_units=0), offer(100), 0, (0, "no_cash")),
        (SizePlan(share_ppm=1_000_000), means(1_000, least_notional_units=2_000), offer(100), 0, (9, "below_minimum")),
        (SizePlan(lots=9), means(10_000, most_lots=5), offer(100), 0, (9, "above_maximum")),
        (SizePlan(share_ppm=1_000_000), means(10_000, most_lots=5), offer(100), 0, (5, None)),
        (SizePlan(share_ppm=1_000_000), means(10_000, max_share_ppm=100_000), offer(100), 0, (10, None)),
        (SizePlan(lots=20), means(10_000, max_share_ppm=100_000), offer(100), 0, (20, "position_limit")),
        (SizePlan(risk_ppm=10_000), means(10_000), offer(100), 5, (20, None)),
        (SizePlan(risk_ppm=10_000), means(10_000), offer(100), UNKNOWN, (0, "unknown_distance")),
        (SizePlan(lots=2**31), means(10_000), offer(100), 0, (2**31, "too_large")),
    ],
)
def test_an_entry_is_sized_or_refused_in_the_words_of_a_backtest(plan, means, offer, nearest, found):
    sized = entry_size(plan, means, offer, nearest_ticks=nearest, volatility_ppm=UNKNOWN)
    assert (sized.lots, sized.refusal) == found


def test_what_is_covered_is_the_most_that_margin_and_fee_allow():
    for leverage in (1, 3, 125):
        rich = means(999_983, leverage=leverage)
        lots = covered_lots(rich, 317, 10**9)
        assert covered_lots(rich, 317, lots) == lots
        assert covered_lots(rich, 317, lots + 1) == lots


@pytest.mark.parametrize(
    ("said", "lots", "leaves", "enters"),
    [
        (Said(long_entry=True), 0, None, (1, None)),
        (Said(long_entry=True), 1, None, (0, None)),
        (Said(long_exit=True), 1, "signal", (0, None)),
        (Said(short_entry=True), 1, "reversal", (0, "not_closed")),
        (Said(long_entry=True, long_exit=True), 0, None, (0, "conflict")),
        (Said(long_entry=True, short_entry=True), 0, None, (0, "conflict")),
        (Said(long_entry=True, long_exit=True), 1, "signal", (0, None)),
        (Said(short_exit=True), -1, "signal", (0, None)),
    ],
)
def test_the_table_of_signals_is_that_of_a_backtest(said, lots, leaves, enters):
    assert leaving(said, lots, allow_short=True) == leaves
    assert entering(said, lots, allow_short=True) == enters
    assert wanted_side(Said(short_entry=True), allow_short=False) == 0
