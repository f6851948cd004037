"""How likely it is that the best of many strategies on past data is worse than their median on new data.

Combinatorially symmetric cross-validation (Bailey, Borwein, López de Prado and Zhu, "The Probability of Backtest
Overfitting", 2015): time is cut into an even number of blocks; for every choice of half of them the strategy with the best
Sharpe ratio there is looked up, and its rank among all on the other half. The probability is the share of choices in which
it ranks in the lower half.
"""

from collections.abc import Callable
from itertools import combinations
from typing import Final

import msgspec
import numpy as np

from quant.performance.days import Floats

MAX_BLOCKS: Final = 16
"""12,870 choices; the paper's own number."""
CHUNK: Final = 256

Progress = Callable[[float], None]


class Overfitting(msgspec.Struct, frozen=True):
    """`probability` of overfitting; `probability_of_loss`: the chosen one's Sharpe ratio out of sample below 0.

    `slope` is that of the out-of-sample ratio of the chosen against its in-sample ratio: below 0, the better it looked the
    worse it did; None where all in-sample ratios are equal.
    """

    probability: float
    probability_of_loss: float
    slope: float | None
    choices: int
    strategies: int


def probability_of_overfitting(
    returns: Floats, *, blocks: int = MAX_BLOCKS, progress: Progress = lambda _: None
) -> Overfitting:
    """`returns` is float64[T, N]: one column for each strategy tried, one row for each period, all finite.

    Rows beyond a multiple of `blocks` are left out at the beginning. Raises ValueError for fewer than two strategies, an odd
    number of blocks, or fewer than two rows a block.
    """
    rows, strategies = returns.shape
    if strategies < 2 or blocks % 2 or not 2 <= blocks <= MAX_BLOCKS or rows < 2 * blocks:
        raise ValueError("needs two strategies, and an even number of blocks of at least two periods")
    length = rows // blocks
    parts = returns[rows - length * blocks :].reshape(blocks, length, strategies)
    sums, squares = parts.sum(axis=1), (parts**2).sum(axis=1)
    masks = _halves(blocks)
    size = length * blocks // 2
    best_in, best_out, ranks = [], [], []
    for start in range(0, len(masks), CHUNK):
        chosen = masks[start : start + CHUNK]
        inside = _sharpes(chosen @ sums, chosen @ squares, size)
        outside = _sharpes((1 - chosen) @ sums, (1 - chosen) @ squares, size)
        best = inside.argmax(axis=1)
        place = np.arange(len(best))
        best_in.append(inside[place, best])
        best_out.append(outside[place, best])
        below = (outside < outside[place, best][:, None]).sum(axis=1)
        equal = (outside == outside[place, best][:, None]).sum(axis=1)
        ranks.append((below + (equal + 1) / 2) / (strategies + 1))
        progress(min(start + CHUNK, len(masks)) / len(masks))
    inner, outer, rank = np.concatenate(best_in), np.concatenate(best_out), np.concatenate(ranks)
    return Overfitting(
        probability=float((rank <= 0.5).mean()),
        probability_of_loss=float((outer < 0).mean()),
        slope=float(np.polyfit(inner, outer, 1)[0]) if np.ptp(inner) > 0 else None,
        choices=len(masks),
        strategies=strategies,
    )


def _halves(blocks: int) -> Floats:
    """Every choice of half of the blocks, as rows of 0 and 1."""
    chosen = np.array(list(combinations(range(blocks), blocks // 2)))
    masks = np.zeros((len(chosen), blocks))
    np.put_along_axis(masks, chosen, 1.0, axis=1)
    return masks


def _sharpes(sums: Floats, squares: Floats, size: int) -> Floats:
    """Sharpe ratios by the period from sums and sums of squares; 0 of returns that do not move."""
    means = sums / size
    variances = np.maximum(squares - size * means**2, 0.0) / (size - 1)
    tiny = 1e-12 * squares / size
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios: Floats = np.where(variances > tiny, means / np.sqrt(variances), 0.0)
    return ratios
