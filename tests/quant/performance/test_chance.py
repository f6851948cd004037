"""What a Sharpe ratio proves, what else might have happened, and how likely the best was chosen by chance."""

import math

import numpy as np
import pytest

from quant.performance.overfitting import probability_of_overfitting
from quant.performance.resampling import QUANTILES, resample_returns, resample_trades, stationary_places
from quant.performance.sharpe import (
    deflated_sharpe,
    expected_maximum_sharpe,
    minimum_track_record,
    probabilistic_sharpe,
)


def test_the_examples_of_the_papers():
    # Bailey and López de Prado (2012), exhibit 4: a track record of 24 months with a ratio of 0.458 a month.
    sharpe, skew, kurtosis = 0.458, -2.448, 10.164
    assert probabilistic_sharpe(sharpe, 24) == pytest.approx(0.982, abs=0.002)
    assert probabilistic_sharpe(sharpe, 24, skew=skew, kurtosis=kurtosis) == pytest.approx(0.913, abs=0.002)
    # The Deflated Sharpe Ratio (2014), its numerical example: 100 trials, a variance of the annual ratios of 1/2.
    hurdle = expected_maximum_sharpe(100, math.sqrt(0.5 / 250))
    assert hurdle == pytest.approx(0.1132, abs=0.0005)
    deflated = probabilistic_sharpe(2.5 / math.sqrt(250), 1250, skew=-3, kurtosis=10, benchmark=hurdle)
    assert deflated == pytest.approx(0.9004, abs=0.001)


def test_a_better_ratio_needs_a_shorter_record_and_one_below_the_hurdle_none_suffices():
    assert minimum_track_record(0.1) == pytest.approx(1 + (1 + 0.5 * 0.01) * (1.6448536 / 0.1) ** 2)
    assert minimum_track_record(0.2) < minimum_track_record(0.1) < minimum_track_record(0.1, skew=-1, kurtosis=8)
    assert minimum_track_record(0.0) is None
    needed = minimum_track_record(0.1, skew=-1, kurtosis=6)
    proven = probabilistic_sharpe(0.1, math.ceil(needed), skew=-1, kurtosis=6)
    assert proven == pytest.approx(0.95, abs=0.001)


def test_the_best_of_many_is_expected_as_simulation_finds_it():
    chance = np.random.default_rng(1)
    for trials in (10, 1_000):
        best = chance.normal(0, 0.3, (4_000, trials)).max(axis=1).mean()
        assert expected_maximum_sharpe(trials, 0.3) == pytest.approx(best, rel=0.06)
    assert expected_maximum_sharpe(1, 0.3) == 0.0


def test_the_more_was_tried_the_less_the_best_proves():
    chance = np.random.default_rng(2)
    trials = chance.normal(0, 0.05, 500)
    few = deflated_sharpe(0.12, 500, trials=5, spread=trials[:5].std(ddof=1))
    many = deflated_sharpe(0.12, 500, trials=500, spread=trials.std(ddof=1))
    assert many < few < probabilistic_sharpe(0.12, 500)
    assert deflated_sharpe(0.12, 500, trials=1, spread=0.0) == probabilistic_sharpe(0.12, 500)
    assert probabilistic_sharpe(0.1, 1) is None
    assert probabilistic_sharpe(3.0, 100, skew=3.0, kurtosis=3.0) is None


def test_trades_drawn_anew_lie_around_what_they_were():
    chance = np.random.default_rng(4)
    profit = chance.normal(2, 10, 400)
    found = resample_trades(profit, 1_000.0, draws=4_000, seed=1)
    total = profit.sum() / 1_000
    assert found.total_return.mean == pytest.approx(total, rel=0.03)
    deviation = profit.std() * math.sqrt(400) / 1_000
    middle, high = (
        found.total_return.quantiles[QUANTILES.index(0.5)],
        found.total_return.quantiles[QUANTILES.index(0.95)],
    )
    assert high - middle == pytest.approx(1.645 * deviation, rel=0.08)
    assert 0 <= found.probability_of_ruin <= found.probability_of_loss < 0.1
    assert found.max_drawdown.quantiles == sorted(found.max_drawdown.quantiles)
    assert found == resample_trades(profit, 1_000.0, draws=4_000, seed=1)
    assert found != resample_trades(profit, 1_000.0, draws=4_000, seed=2)


def test_blocks_go_on_in_order_and_are_as_long_as_asked():
    places = stationary_places(np.random.default_rng(5), 1_000, 40, 20)
    goes_on = (places[:, 1:] - places[:, :-1]) % 1_000 == 1
    assert goes_on.mean() == pytest.approx(1 - 1 / 20, abs=0.01)
    assert np.bincount(places.ravel(), minlength=1_000).min() > 0
    single = stationary_places(np.random.default_rng(5), 50, 3, 1)
    assert not ((single[:, 1:] - single[:, :-1]) == 1).all()


def test_returns_drawn_in_blocks_keep_the_swings_that_follow_each_other():
    phase = np.sin(np.arange(1_000) / 40)
    alone = resample_returns(0.01 * phase, draws=500, seed=1, mean_block=1)
    together = resample_returns(0.01 * phase, draws=500, seed=1, mean_block=100)
    middle = QUANTILES.index(0.5)
    assert together.max_drawdown.quantiles[middle] < 2 * alone.max_drawdown.quantiles[middle]
    assert together.sharpe.quantiles == sorted(together.sharpe.quantiles)


def test_progress_ends_at_the_whole():
    seen: list[float] = []
    resample_trades(np.ones(10), 100.0, draws=5_000, seed=1, progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


@pytest.mark.parametrize(
    "call",
    [
        lambda: resample_trades(np.empty(0), 1.0, draws=10, seed=1),
        lambda: resample_trades(np.ones(3), 1.0, draws=0, seed=1),
        lambda: resample_trades(np.array([1.0, np.nan]), 1.0, draws=10, seed=1),
        lambda: resample_returns(np.ones(3), draws=10, seed=1, mean_block=0),
        lambda: probability_of_overfitting(np.ones((100, 1))),
        lambda: probability_of_overfitting(np.ones((100, 3)), blocks=5),
        lambda: probability_of_overfitting(np.ones((10, 3)), blocks=8),
    ],
)
def test_what_cannot_be_drawn_is_refused(call):
    with pytest.raises(ValueError, match=r"draw|block|strateg"):
        call()


def test_noise_is_overfitted_half_of_the_time_and_skill_is_not():
    chance = np.random.default_rng(6)
    noise = chance.normal(0, 0.01, (600, 40))
    found = probability_of_overfitting(noise, blocks=8)
    assert (found.choices, found.strategies) == (70, 40)
    assert 0.3 < found.probability < 0.9
    skilled = noise.copy()
    skilled[:, 7] += 0.005
    assert probability_of_overfitting(skilled, blocks=8).probability < 0.02
    assert probability_of_overfitting(skilled, blocks=8).probability_of_loss < 0.02


def test_a_choice_by_hand():
    # Two blocks: the best of one is looked up in the other, both ways.
    returns = np.array([[0.02, 0.01], [0.03, 0.00], [0.00, 0.02], [-0.01, 0.03]])
    found = probability_of_overfitting(returns, blocks=2)
    assert (found.choices, found.probability) == (2, 1.0)
