"""Whether a strategy knows what comes: with other bars after a moment, what it said until then must stay as it was.

At several cuts the later bars are taken away, as freqtrade's lookahead-analysis does, and then exchanged for others, which
come to the opposite: a filter that drops entries because of what follows shows nothing when the bars just end, for an entry
that it let pass it may let pass again. What a strategy says is a code for each bar, uint8: the bits of `layout` (LONG_ENTRY
and so on). Pure: the choice of the cuts comes from a seed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from random import Random
from typing import Final

import numpy as np
import numpy.typing as npt

from analytics.backtests.engine import layout

FIRST_SHARE: Final = 4
"""Cuts leave at least a fourth of the bars: code that needs some bars to run at all is not asked to do without."""

SIDES: Final = {
    "long_entry": layout.LONG_ENTRY,
    "long_exit": layout.LONG_EXIT,
    "short_entry": layout.SHORT_ENTRY,
    "short_exit": layout.SHORT_EXIT,
}

Codes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Difference:
    """The first bar and signal in which two answers differ, and what each of them says there."""

    bar: int
    signal: str
    first: bool
    second: bool


def cuts_of(bars: int, spoken: Sequence[npt.NDArray[np.int64]], most: int, seed: str) -> list[int]:
    """After how many bars to cut, rising, at most `most` of them and each once.

    `spoken` are for each signal the bars at which it is said. One that owes itself to the next bar is found by a cut right
    behind it, and cuts at random would seldom meet one of a hundred bars; so half of the cuts are those, of each signal as
    many. The last two bars are cut off as well, the others are spread by chance over all but the first fourth.
    """
    first = max(bars // FIRST_SHARE, 1)
    room = range(first, bars)
    chance = Random(seed)  # noqa: S311 - reproducible, not secret
    chosen = dict.fromkeys(cut for cut in (bars - 1, bars - 2)[:most] if cut in room)
    half = (most + len(chosen)) // 2
    for cut in _in_turn([[int(bar) + 1 for bar in each if first <= bar + 1 < bars] for each in spoken], half, chance):
        if len(chosen) < half:
            chosen[cut] = None
    for cut in chance.sample(room, min(len(room), 2 * most)):
        if len(chosen) < most:
            chosen[cut] = None
    return sorted(chosen)


def _in_turn(lists: Sequence[list[int]], most: int, chance: Random) -> list[int]:
    """Some of each list, drawn by chance: one of every list, then a second of every list, and so on."""
    drawn = [chance.sample(each, min(len(each), most)) for each in lists]
    return [each for row in zip_longest(*drawn) for each in row if each is not None]


def mirrored(prices: npt.NDArray[np.float64], level: float) -> npt.NDArray[np.float64]:
    """Prices that go the other way from `level`: one that is a tenth above it comes to ten elevenths of it."""
    other: npt.NDArray[np.float64] = level * level / prices
    return other


def difference_of(first: Codes, second: Codes) -> Difference | None:
    """Where two answers differ first over the bars that both have; None where they do not."""
    bars = min(len(first), len(second))
    places = np.flatnonzero(first[:bars] != second[:bars])
    if not len(places):
        return None
    bar = int(places[0])
    signal, bit = next((name, bit) for name, bit in SIDES.items() if (first[bar] ^ second[bar]) & bit)
    return Difference(bar, signal, bool(first[bar] & bit), bool(second[bar] & bit))
