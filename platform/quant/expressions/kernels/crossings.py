"""At which bars one series crosses another: both directions in one look, and nothing as long as the series is written."""

import numpy as np

from quant.bits import lowest_bit
from quant.compiled import float_kernel, part_of_float_kernel
from quant.expressions.kernels.sums import STATE, room_for_sums, sum_on

BITS = 64
"""Bars that are looked at together, each with a bit of a number."""

STRETCH = 32_768
"""Bars of both sums that are looked at while they are in the processor's cache: a quarter of a megabyte each."""


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
    return look_on(a, b, 0, above, below, 0, 0)


@part_of_float_kernel
def look_on(
    a: np.ndarray, b: np.ndarray, start: int, above: np.ndarray, below: np.ndarray, ups: int, downs: int
) -> tuple[int, int]:
    """The crosses of some bars, the first of which is bar `start` and is only looked back at, after those that there are."""
    for first in range(1, a.size, BITS):
        last = min(first + BITS, a.size)
        up, down = crossed_bits(a[first - 1 : last - 1], b[first - 1 : last - 1], a[first:last], b[first:last])
        ups = write_places(up, start + first, above, ups)
        downs = write_places(down, start + first, below, downs)
    return ups, downs


@float_kernel
def sum_crossings_nb(
    x: np.ndarray,
    x_bars: int,
    x_divisor: float,
    y: np.ndarray,
    y_bars: int,
    y_divisor: float,
    above: np.ndarray,
    below: np.ndarray,
) -> tuple[int, int]:
    """`crossings_nb` of `sums.sum_nb` of two series, stretch by stretch: sums that nobody else asks for are not kept."""
    x_room, y_room = room_for_sums(x_bars), room_for_sums(y_bars)
    x_state, y_state = np.zeros(STATE, np.float64), np.zeros(STATE, np.float64)
    a, b = np.full(STRETCH + 1, np.nan), np.full(STRETCH + 1, np.nan)
    ups = downs = 0
    for start in range(0, x.size, STRETCH):
        stop = min(start + STRETCH, x.size)
        size = stop - start + 1
        sum_on(x, start, stop, x_bars, x_divisor, x_state, x_room, a[1:size])
        sum_on(y, start, stop, y_bars, y_divisor, y_state, y_room, b[1:size])
        ups, downs = look_on(a[:size], b[:size], start - 1, above, below, ups, downs)
        a[0], b[0] = a[size - 1], b[size - 1]
    return ups, downs
