"""How symbols move together: correlations of their returns on common bars, and their order for a heat map."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from analytics.tasks.kinds.common import common_times, rows_at
from analytics.tasks.kinds.results import CorrelationResult, RollingCorrelation
from analytics.tasks.kinds.series import Floats, Integers, is_constant, log_returns, numbers, part_ends
from analytics.tasks.kinds.specs import DEMANDS, Correlation
from kit.errors import Invalid

CONVENTIONS: Final = (
    "Returns are logarithmic, from one bar that all symbols have to the next one; a gap of one symbol is a gap of all.",
    "Pearson's correlation of returns; Spearman's of their ranks, equal ones sharing the mean rank.",
    "The order is that of average linkage at the distance √(2 (1 - ρ)), neighbours turned towards each other.",
)


def correlation_of(
    options: Correlation, symbols: Sequence[str], time_ns: Sequence[Integers], close: Sequence[Floats]
) -> CorrelationResult:
    """The correlations of symbols by their times (int64[T]) and closes (float64[T]) each, which may differ in length.

    Raises Invalid: TOO_FEW_COMMON_BARS and CONSTANT_PRICES, naming symbols, and of `correlation.window` when it is too long.
    """
    common = common_times(symbols, time_ns, DEMANDS["correlation"].least_bars)
    returns = np.column_stack([log_returns(rows_at(*each, common)) for each in zip(time_ns, close, strict=True)])
    _require_movement(symbols, returns)
    pearson, spearman = matrix_of(returns), matrix_of(ranks_of(returns))
    pair = options.pair or (symbols[0], symbols[1])
    first, second = (returns[:, symbols.index(each)] for each in pair)
    ends, values = rolling_correlation(first, second, options.window)
    return CorrelationResult(
        symbols=list(symbols),
        common_bars=len(common),
        own_bars=[len(each) for each in time_ns],
        pearson=pearson.tolist(),
        spearman=spearman.tolist(),
        order=order_of(pearson),
        rolling=RollingCorrelation(pair, options.window, common[ends + 1].tolist(), numbers(values)),
    )


def matrix_of(columns: Floats) -> Floats:
    """Pearson's correlations of the columns of float64[T, N], float64[N, N]: within -1 and 1, and 1 on the diagonal."""
    matrix: Floats = np.clip(np.corrcoef(columns, rowvar=False), -1.0, 1.0)
    np.fill_diagonal(matrix, 1.0)
    return matrix


def ranks_of(columns: Floats) -> Floats:
    """The ranks of each column's values (Spearman 1904), equal values sharing their mean rank."""
    return np.column_stack([pl.Series(column).rank("average").to_numpy() for column in columns.T])


def order_of(correlations: Floats) -> list[int]:
    """The places of symbols so that those that move together stand together.

    Average linkage (Sokal and Michener 1958) at Mantegna's distance √(2 (1 - ρ)) (Hierarchical structure in financial
    markets, 1999); leaves are turned so that neighbours are near (Bar-Joseph, Gifford and Jaakkola 2001).
    """
    distances = np.sqrt(np.maximum(2.0 * (1.0 - correlations), 0.0))
    tree = linkage(squareform(distances, checks=False), "average", optimal_ordering=True)
    places: list[int] = leaves_list(tree).tolist()
    return places


def rolling_correlation(first: Floats, second: Floats, window: int) -> tuple[Integers, Floats]:
    """Pearson's correlation of the last `window` values at some places, each by the sums of its own window alone.

    Returns places (int64[P]) and correlations (float64[P]), at most 1,000; NaN where a side stood still.
    """
    if window > len(first):
        rule = f"A window of {window} returns does not fit into the {len(first)} that the symbols have in common."
        raise Invalid(f"correlation.window: {rule}", details={"correlation.window": [f"{rule} Choose a shorter one."]})
    ends = part_ends(len(first), first=window - 1)
    return ends, np.array([_correlation(first, second, slice(end + 1 - window, end + 1)) for end in ends.tolist()])


def _correlation(first: Floats, second: Floats, part: slice) -> float:
    if is_constant(first[part]) or is_constant(second[part]):
        return float("nan")
    x, y = first[part] - first[part].mean(), second[part] - second[part].mean()
    return min(max(float(x @ y) / float(np.sqrt((x @ x) * (y @ y))), -1.0), 1.0)


def _require_movement(symbols: Sequence[str], returns: Floats) -> None:
    """Raise Invalid naming the symbols whose price is the same on all common bars, or moves by the same step always."""
    still = [symbol for symbol, column in zip(symbols, returns.T, strict=True) if is_constant(column)]
    if still:
        message = f"{', '.join(still)} did not move on the bars that all symbols have; leave it out."
        raise Invalid(message, code="CONSTANT_PRICES", details={"symbols": [message]})
