"""What a portfolio may lose, out of what its prices did: historical value at risk and expected shortfall.

Historical simulation: what is held now is put through every move that its prices made in the sample, each weighed
alike, and the losses are sorted (J. Hull, Risk Management and Financial Institutions, "Historical simulation"; horizon and
confidence as in the Basel market risk standard MAR33). With `n` losses and a tail of `n * (1 - confidence)` of them:

- value at risk is the loss that is exceeded by no more than the tail: number floor(tail) + 1 from the worst;
- expected shortfall is the mean of the tail, in which the loss at its edge counts by the part that lies inside it
  (C. Acerbi and D. Tasche, "On the coherence of expected shortfall", 2002).

Nothing is scaled to another horizon and nothing is assumed of the distribution. Amounts are floats: this is analytics.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

import msgspec

CONFIDENCES_PERCENT: Final = (95, 99)
MIN_SAMPLE: Final = 100
"""Moves that are needed: with fewer the worst hundredth is less than one of them."""


class TailLevel(msgspec.Struct, frozen=True):
    """What may be lost at one confidence, as positive amounts; negative where even the tail would gain."""

    confidence_percent: int
    value_at_risk: float
    expected_shortfall: float


class Sample(msgspec.Struct, frozen=True):
    """The profit of what is held under each move of its prices, and the times of the first and the last."""

    profits: list[float]
    from_ns: int
    to_ns: int


def sample_of(worths: Mapping[str, float], closes: Mapping[str, Mapping[int, float]]) -> Sample | None:
    """What is held (symbol to signed worth) under each move between two times at which every symbol has a close.

    None where there is no move that all of them have.
    """
    times = sorted(set.intersection(*(set(closes[symbol]) for symbol in worths))) if worths else []
    if len(times) < 2:
        return None
    profits = [
        sum(worth * (closes[symbol][now] / closes[symbol][before] - 1) for symbol, worth in worths.items())
        for before, now in pairwise(times)
    ]
    return Sample(profits, times[0], times[-1])


def tail_levels(profits: Sequence[float]) -> list[TailLevel]:
    """Value at risk and expected shortfall of equally likely profits, at every confidence."""
    losses = sorted((-profit for profit in profits), reverse=True)
    return [_tail_level(losses, confidence) for confidence in CONFIDENCES_PERCENT]


def _tail_level(losses: Sequence[float], confidence_percent: int) -> TailLevel:
    tail_hundredths = len(losses) * (100 - confidence_percent)
    whole, part = divmod(tail_hundredths, 100)
    tail_sum = sum(losses[:whole]) + losses[whole] * part / 100
    return TailLevel(confidence_percent, losses[whole], tail_sum * 100 / tail_hundredths)
