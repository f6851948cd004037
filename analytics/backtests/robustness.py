"""How much of a sweep's best result its neighbours share: a plateau is worth more than a peak.

A combination whose neighbours (one step away on any axis) do as well does not owe its result to the exact numbers it was
given; one that stands alone was fitted to the noise of the bars. What is judged is one figure of each combination, the
higher the better; NaN is a combination that has none.
"""

import math
from collections.abc import Mapping
from statistics import median

import msgspec

from analytics.backtests.search import Space


class Robustness(msgspec.Struct, frozen=True):
    """The neighbours of a combination, by the figure that was swept for; None where there is nothing to say.

    `share_of_best` is the neighbours' median over the combination's own figure, where that is above 0; `share_above_zero` is
    the part of the neighbours whose figure is.
    """

    neighbours: int
    median: float | None
    worst: float | None
    share_of_best: float | None
    share_above_zero: float | None


def best_of(figures: Mapping[int, float]) -> int | None:
    """The number of the combination with the highest figure, the lowest number of equals; None when none has a figure."""
    known = [(-figure, number) for number, figure in figures.items() if not math.isnan(figure)]
    return min(known)[1] if known else None


def robustness_of(space: Space, figures: Mapping[int, float], number: int) -> Robustness:
    """The neighbours of combination `number` among those that were tried."""
    found = [figures[other] for other in space.neighbours_of(number) if other in figures]
    known = [figure for figure in found if not math.isnan(figure)]
    if not known:
        return Robustness(len(found), None, None, None, None)
    own, middle = figures[number], median(known)
    return Robustness(
        neighbours=len(found),
        median=middle,
        worst=min(known),
        share_of_best=middle / own if own > 0 else None,
        share_above_zero=sum(figure > 0 for figure in known) / len(known),
    )
