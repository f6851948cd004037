"""At which bars one series crosses another: both directions in one look, and nothing as long as the series is written."""

import numpy as np

from quant.bits import lowest_bit
from quant.compiled import float_kernel, part_of_float_kernel

BITS = 64
"""Bars that are looked at together, each with a bit of a number."""


@part_of_float_kernel
def crossed_bits(
    a_before: np.ndarray, b_before: np.ndarray, a: np.ndarray, b: np.ndarray
) -> tuple[np.uint64, np.uint64]:
    """Up to `BITS` bars: at which of them a went above b, and below, as `windows.crossing` has it."""
    above = below = np.uint64(0)
    for i in range(a.size):
        bit = np.uint64(1) << np.uint64(i)
        above |= bit if (a[i] > b[i]) & (a_before[i] <= b_before[i]) else np.uint64(0)
        below |= bit if (a[i] < b[i]) & (a_before[i] >= b_before[i]) else np.uint64(0)
    return above, below


@part_of_float_kernel
def write_places(bits: np.uint64, first: int, places: np.ndarray, count: int) -> int:
    """Write the places of the bits that are set, counted from `first` on, after the `count` that there are."""
    while bits != np.uint64(0):
        places[count] = first + np.int64(lowest_bit(bits))
        bits &= bits - np.uint64(1)
        count += 1
    return count


@float_kernel
def crossings_nb(a: np.ndarray, b: np.ndarray, above: np.ndarray, below: np.ndarray) -> tuple[int, int]:
    """Write the bars at which a[T] goes above b[T], and below, and return how many there are of each.

    Both lists, int64, need room for half of the bars: who has crossed has to come back before the next time.
    """
    ups = downs = 0
    for first in range(1, a.size, BITS):
        last = min(first + BITS, a.size)
        up, down = crossed_bits(a[first - 1 : last - 1], b[first - 1 : last - 1], a[first:last], b[first:last])
        ups, downs = write_places(up, first, above, ups), write_places(down, first, below, downs)
    return ups, downs
