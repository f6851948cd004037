"""What else might have happened: equity curves drawn anew from what did, seeded and therefore repeatable.

Trades are drawn one by one with replacement, as if their order and number of repetitions were chance. Returns are drawn in
blocks, so that what follows what within a block stays: the stationary bootstrap (Politis and Romano 1994), with blocks of
random length around a mean, wrapped around the end.
"""

from collections.abc import Callable
from typing import Final

import msgspec
import numpy as np

from quant.performance.days import Floats

MAX_DRAWS: Final = 100_000
CHUNK: Final = 2_000
"""Curves that are drawn together; memory is bounded by a chunk times the length of a curve."""
MAX_CELLS_A_CHUNK: Final = 20_000_000

QUANTILES: Final = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)

Progress = Callable[[float], None]


class Spread(msgspec.Struct, frozen=True):
    """Of one figure over all curves: the quantiles of `QUANTILES`, and the mean."""

    quantiles: list[float]
    mean: float


class Resampled(msgspec.Struct, frozen=True):
    """Figures over all curves. Returns are shares; `probability_of_loss` ends below the start, `probability_of_ruin` falls
    to the ruinous share of the start or lower on its way."""

    draws: int
    total_return: Spread
    max_drawdown: Spread
    sharpe: Spread | None
    probability_of_loss: float
    probability_of_ruin: float


def resample_trades(
    profit: Floats,
    starting_equity: float,
    *,
    draws: int,
    seed: int,
    ruin_share: float = 0.5,
    progress: Progress = lambda _: None,
) -> Resampled:
    """Curves of as many trades as there were, each drawn from all of them with replacement; profits are money.

    Raises ValueError without trades, or for draws outside 1 to `MAX_DRAWS`.
    """
    profit = _usable(profit, draws)
    chance = np.random.default_rng(seed)

    def curves(count: int) -> Floats:
        drawn = chance.integers(0, len(profit), (count, len(profit)))
        return 1 + np.cumsum(profit[drawn], axis=1) / starting_equity

    return _figures(curves, len(profit), draws, ruin_share, None, progress)


def resample_returns(
    returns: Floats,
    *,
    draws: int,
    seed: int,
    mean_block: int = 20,
    days_per_year: int = 365,
    ruin_share: float = 0.5,
    progress: Progress = lambda _: None,
) -> Resampled:
    """Curves of as many returns as there were, drawn in blocks of `mean_block` on average.

    Raises ValueError without returns, for draws outside 1 to `MAX_DRAWS`, or a block below 1.
    """
    returns = _usable(returns, draws)
    if mean_block < 1:
        raise ValueError("a block has at least one return")
    chance = np.random.default_rng(seed)

    def curves(count: int) -> Floats:
        places = stationary_places(chance, len(returns), count, mean_block)
        return np.cumprod(1 + returns[places], axis=1)

    return _figures(curves, len(returns), draws, ruin_share, days_per_year, progress)


def stationary_places(chance: np.random.Generator, length: int, count: int, mean_block: int) -> np.ndarray:
    """Places [count, length] of the stationary bootstrap: each is one on, or with probability 1 / mean_block anywhere."""
    begins = chance.random((count, length)) < 1 / mean_block
    begins[:, 0] = True
    starts = chance.integers(0, length, (count, length))
    steps = np.arange(length)
    last_begin = np.maximum.accumulate(np.where(begins, steps, 0), axis=1)
    places: np.ndarray = (np.take_along_axis(starts, last_begin, axis=1) + steps - last_begin) % length
    return places


def _usable(values: Floats, draws: int) -> Floats:
    values = np.asarray(values, np.float64)
    if len(values) == 0 or not np.isfinite(values).all():
        raise ValueError("there is nothing to draw from")
    if not 1 <= draws <= MAX_DRAWS:
        raise ValueError(f"draws must be from 1 to {MAX_DRAWS}")
    return values


def _figures(
    curves: Callable[[int], Floats],
    length: int,
    draws: int,
    ruin_share: float,
    days_per_year: int | None,
    progress: Progress,
) -> Resampled:
    totals, depths, sharpes, lows = [], [], [], []
    chunk = max(1, min(CHUNK, MAX_CELLS_A_CHUNK // length))
    for done in range(0, draws, chunk):
        drawn = curves(min(chunk, draws - done))
        peaks = np.maximum(np.maximum.accumulate(drawn, axis=1), 1.0)
        totals.append(drawn[:, -1] - 1)
        depths.append((drawn / peaks - 1).min(axis=1, initial=0.0))
        lows.append(drawn.min(axis=1))
        if days_per_year is not None:
            sharpes.append(_sharpes(drawn, days_per_year))
        progress(min(done + chunk, draws) / draws)
    total, low = np.concatenate(totals), np.concatenate(lows)
    return Resampled(
        draws=draws,
        total_return=_spread(total),
        max_drawdown=_spread(np.concatenate(depths)),
        sharpe=_spread(np.concatenate(sharpes)) if sharpes else None,
        probability_of_loss=float((total < 0).mean()),
        probability_of_ruin=float((low <= ruin_share).mean()),
    )


def _sharpes(curves: Floats, days_per_year: int) -> Floats:
    """Annual Sharpe ratios; 0 for a curve that never moves."""
    returns = curves[:, 1:] / curves[:, :-1] - 1
    returns = np.concatenate((curves[:, :1] - 1, returns), axis=1)
    deviations = returns.std(axis=1, ddof=1) if returns.shape[1] > 1 else np.zeros(len(returns))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios: Floats = np.where(deviations > 0, returns.mean(axis=1) / deviations * np.sqrt(days_per_year), 0.0)
    return ratios


def _spread(values: Floats) -> Spread:
    return Spread([float(each) for each in np.quantile(values, QUANTILES)], float(values.mean()))
