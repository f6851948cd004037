"""Bars that several symbols have in common."""

from collections.abc import Sequence
from functools import reduce

import numpy as np

from analytics.tasks.kinds.series import Floats, Integers
from kit.errors import Invalid


def common_times(symbols: Sequence[str], times: Sequence[Integers], least: int) -> Integers:
    """The times that all symbols have, rising, int64.

    Raises Invalid TOO_FEW_COMMON_BARS when there are fewer than `least`, naming the symbols without which there would be
    more.
    """
    common = _intersection(times)
    if len(common) >= least:
        return common
    blamed, left = _apart(symbols, times, least)
    message = (
        f"{len(symbols)} symbols have {len(common)} bars in common, {least} are needed. "
        f"Without {', '.join(blamed)} there would be {left}; leave out, or choose another time."
    )
    details = {"symbols": [f"{symbol} has too few bars in common with the others." for symbol in blamed]}
    raise Invalid(message, code="TOO_FEW_COMMON_BARS", details=details)


def rows_at(times: Integers, values: Floats, common: Integers) -> Floats:
    """The values at common times; `times` rise and have them all."""
    return values[np.searchsorted(times, common)]


def _intersection(times: Sequence[Integers]) -> Integers:
    return reduce(lambda one, other: np.intersect1d(one, other, assume_unique=True), times)


def _apart(symbols: Sequence[str], times: Sequence[Integers], least: int) -> tuple[list[str], int]:
    """The symbols to leave out, one by one whichever helps most, until the rest has enough; and how much that then is.

    Times are counted by how many symbols have them: without one symbol, the rest has in common what all have, and what it
    alone lacks.
    """
    every = np.unique(np.concatenate(times))
    places = [np.searchsorted(every, each) for each in times]
    counts = np.bincount(np.concatenate(places), minlength=len(every))
    left, count = list(range(len(symbols))), 0
    blamed: list[str] = []
    while len(left) > 1 and count < least:
        almost = int((counts == len(left) - 1).sum())
        without = [almost + _surplus(counts[places[number]], len(left)) for number in left]
        worst = left.pop(int(np.argmax(without)))
        count = max(without)
        counts[places[worst]] -= 1
        blamed.append(symbols[worst])
    return blamed, count


def _surplus(counts: Integers, symbols: int) -> int:
    """How many more of a symbol's times all have than lack just one other symbol."""
    return int((counts == symbols).sum()) - int((counts == symbols - 1).sum())
