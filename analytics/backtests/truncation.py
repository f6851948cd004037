"""Whether a strategy knows what comes: it is asked again with the bars cut off, and what it said before must stay as it was.

The check of freqtrade's lookahead-analysis, done by itself for every strategy in Python. What a strategy says is a code for
each bar, uint8: the bits of `layout` (LONG_ENTRY and so on). Pure: the choice of the cuts comes from a seed.
"""

from dataclasses import dataclass
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


def cuts_of(bars: int, spoken: npt.NDArray[np.int64], most: int, seed: int) -> list[int]:
    """After how many bars to cut, rising, at most `most` of them and each once.

    `spoken` are the bars at which the strategy says something. A signal that owes itself to the next bar is found by a cut
    right behind it, and cuts at random would seldom meet one of a hundred bars; so half of the cuts are those. The last two
    bars are cut off as well, the others are spread by chance over all but the first fourth.
    """
    first = max(bars // FIRST_SHARE, 1)
    room = range(first, bars)
    chance = Random(seed)  # noqa: S311 - reproducible, not secret
    late = [cut for cut in (bars - 1, bars - 2) if cut in room][:most]
    after = [int(bar) + 1 for bar in spoken if first <= bar + 1 < bars]
    behind = chance.sample(after, min(len(after), (most - len(late)) // 2))
    chosen = {*late, *behind}
    rest = [cut for cut in chance.sample(room, min(len(room), 2 * most)) if cut not in chosen]
    return sorted(chosen | set(rest[: most - len(chosen)]))


def difference_of(first: Codes, second: Codes) -> Difference | None:
    """Where two answers differ first over the bars that both have; None where they do not."""
    bars = min(len(first), len(second))
    places = np.flatnonzero(first[:bars] != second[:bars])
    if not len(places):
        return None
    bar = int(places[0])
    signal, bit = next((name, bit) for name, bit in SIDES.items() if (first[bar] ^ second[bar]) & bit)
    return Difference(bar, signal, bool(first[bar] & bit), bool(second[bar] & bit))
