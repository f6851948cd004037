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
    blamed, left = _apart(list(zip(symbols, times, strict=True)), least)
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


def _apart(left: list[tuple[str, Integers]], least: int) -> tuple[list[str], int]:
    """The symbols to leave out, one by one whichever helps most, until the rest has enough; and how much that then is."""
    blamed: list[str] = []
    count = 0
    while len(left) > 1 and count < least:
        without = [len(_intersection([times for _, times in left[:n] + left[n + 1 :]])) for n in range(len(left))]
        worst = int(np.argmax(without))
        count = without[worst]
        blamed.append(left.pop(worst)[0])
    return blamed, count
