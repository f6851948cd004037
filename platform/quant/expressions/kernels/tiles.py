"""What many windows come to at once: as `scalars` has it for one, in the same order of sums, and so to the last bit.

A tile is up to `TILE` windows that begin one bar after another. Their sums are taken side by side, one place of all windows
after the other, which the processor does several at a time; window by window it would wait for each addition.

A row of the room holds a value for each window of the tile. What is added to it lies side by side in the data.
"""

import math

import numpy as np

from quant.compiled import float_kernel, part_of_float_kernel
from quant.expressions.kernels.elements import finite
from quant.expressions.kernels.scalars import (
    CORR,
    COV,
    DECAY,
    KURT,
    MAD,
    PRODUCT,
    RESID,
    RSQUARE,
    SKEW,
    SLOPE,
    STD,
    VAR,
)

TILE = 128
"""Windows of a tile: the rows that a sum goes on with stay in the nearest cache."""

FIRST_PARTS, SECOND_PARTS, SHIFT, OTHER_SHIFT, MIDDLE, OTHER_MIDDLE, SPREAD, OTHER_SPREAD, VALUE, ROWS = (
    0, 4, 8, 9, 10, 11, 12, 13, 14, 15,
)  # fmt: skip
"""Rows of the room; parts are four rows each."""


@float_kernel
def room_for_tiles() -> np.ndarray:
    """What a tile is worked out in, float64[ROWS, TILE]."""
    return np.empty((ROWS, TILE), np.float64)


# One place of all windows ------------------------------------------------------------------------------------------------


@part_of_float_kernel
def add_distances(total: np.ndarray, row: np.ndarray, base: np.ndarray) -> None:
    """Add the distances from the windows' bases."""
    for lane in range(total.size):
        total[lane] += row[lane] - base[lane]


@part_of_float_kernel
def add_distances_and_squares(total: np.ndarray, squares: np.ndarray, row: np.ndarray, middle: np.ndarray) -> None:
    """Add the distances from the windows' middles, and their squares."""
    for lane in range(total.size):
        distance = row[lane] - middle[lane]
        total[lane] += distance
        squares[lane] += distance * distance


@part_of_float_kernel
def add_weighted_distances(total: np.ndarray, row: np.ndarray, base: np.ndarray, weight: float) -> None:
    """Add the distances from the windows' bases, times a weight."""
    for lane in range(total.size):
        total[lane] += weight * (row[lane] - base[lane])


@part_of_float_kernel
def add_weighted(total: np.ndarray, row: np.ndarray, weight: float) -> None:
    """Add what is there, times a weight."""
    for lane in range(total.size):
        total[lane] += weight * row[lane]


@part_of_float_kernel
def add_products(total: np.ndarray, x: np.ndarray, x_middle: np.ndarray, y: np.ndarray, y_middle: np.ndarray) -> None:
    """Add the products of the distances of two."""
    for lane in range(total.size):
        total[lane] += (x[lane] - x_middle[lane]) * (y[lane] - y_middle[lane])


@part_of_float_kernel
def add_sizes(total: np.ndarray, row: np.ndarray, middle: np.ndarray) -> None:
    """Add the distances without their signs."""
    for lane in range(total.size):
        total[lane] += abs(row[lane] - middle[lane])


@part_of_float_kernel
def add_powers(total: np.ndarray, row: np.ndarray, middle: np.ndarray, power: int) -> None:
    """Add the second, third or fourth powers of the distances."""
    for lane in range(total.size):
        distance = row[lane] - middle[lane]
        square = distance * distance
        if power == 2:
            total[lane] += square
        elif power == 3:
            total[lane] += square * distance
        else:
            total[lane] += square * square


@part_of_float_kernel
def multiply_by(total: np.ndarray, row: np.ndarray) -> None:
    """Multiply by what is there."""
    for lane in range(total.size):
        total[lane] *= row[lane]


@part_of_float_kernel
def add_ranks(total: np.ndarray, row: np.ndarray, newest: np.ndarray) -> None:
    """Add 2 where the window's newest value is above what is there, and 1 where it is the same."""
    for lane in range(total.size):
        total[lane] += 2.0 if row[lane] < newest[lane] else (1.0 if row[lane] == newest[lane] else 0.0)


# All places of all windows -----------------------------------------------------------------------------------------------


@part_of_float_kernel
def fourth_of(place: int, n: int) -> int:
    """Which of four parts of a sum takes a place of the window; what does not fill all four goes to the first."""
    return place % 4 if place < n // 4 * 4 else 0


@part_of_float_kernel
def joined_of(room: np.ndarray, first: int, lane: int) -> float:
    """The sum of the four parts that begin with a row."""
    return float((room[first, lane] + room[first + 1, lane]) + (room[first + 2, lane] + room[first + 3, lane]))


@part_of_float_kernel
def clear(room: np.ndarray, first: int, rows: int) -> None:
    """Set rows to 0."""
    for row in range(first, first + rows):
        room[row] = 0.0


@part_of_float_kernel
def fill_middles(row: np.ndarray, first: int, n: int, lanes: int, room: np.ndarray, other: int) -> None:
    """How far each window's mean is from its first value, and the mean: `scalars.mean_from`."""
    base = row[first : first + lanes]
    clear(room, FIRST_PARTS, 4)
    for place in range(n):
        part = room[FIRST_PARTS + fourth_of(place, n)]
        add_distances(part[:lanes], row[first + place : first + place + lanes], base)
    shift, middle = room[SHIFT + other], room[MIDDLE + other]
    for lane in range(lanes):
        shift[lane] = joined_of(room, FIRST_PARTS, lane) / n
        middle[lane] = base[lane] + shift[lane]


@part_of_float_kernel
def fill_spreads(row: np.ndarray, first: int, n: int, lanes: int, room: np.ndarray, other: int) -> None:
    """The sum of squared distances of each window, whose middle is known: `scalars.spread_of`.

    There a window whose mean is its first value goes without the correction, which is 0 for it here.
    """
    middle = room[MIDDLE + other][:lanes]
    clear(room, FIRST_PARTS, 8)
    for place in range(n):
        part = fourth_of(place, n)
        total, squares = room[FIRST_PARTS + part][:lanes], room[SECOND_PARTS + part][:lanes]
        add_distances_and_squares(total, squares, row[first + place : first + place + lanes], middle)
    spread = room[SPREAD + other]
    for lane in range(lanes):
        rest = joined_of(room, FIRST_PARTS, lane) / n
        spread[lane] = max(joined_of(room, SECOND_PARTS, lane) - n * rest * rest, 0.0)


@part_of_float_kernel
def fill_lines(code: int, row: np.ndarray, first: int, n: int, lanes: int, room: np.ndarray) -> None:
    """`scalars.line_of` for windows whose middles are known, and for R squared their spreads."""
    base, half = row[first : first + lanes], (n - 1) * 0.5
    clear(room, FIRST_PARTS, 2)
    for place in range(n):
        part = room[FIRST_PARTS + place % 2][:lanes]
        add_weighted_distances(part, row[first + place : first + place + lanes], base, place - half)
    shift, spread, value = room[SHIFT], room[SPREAD], room[VALUE]
    widths = n * (n * n - 1.0) / 12.0
    newest = row[first + n - 1 : first + n - 1 + lanes]
    for lane in range(lanes):
        slope = (room[FIRST_PARTS, lane] + room[FIRST_PARTS + 1, lane]) / widths
        if code == SLOPE:
            value[lane] = slope
        elif code == RESID:
            value[lane] = (newest[lane] - base[lane] - shift[lane]) - slope * half
        else:
            value[lane] = min(slope * slope * widths / spread[lane], 1.0) if spread[lane] > 0.0 else np.nan


@part_of_float_kernel
def fill_shapes(code: int, row: np.ndarray, first: int, n: int, lanes: int, room: np.ndarray) -> None:
    """`scalars.shape_of` for windows whose middles and spreads are known."""
    middle, spread, value = room[MIDDLE][:lanes], room[SPREAD], room[VALUE]
    clear(room, FIRST_PARTS, 2)
    power = 3 if code == SKEW else 4
    for place in range(n):
        here = row[first + place : first + place + lanes]
        add_powers(room[FIRST_PARTS][:lanes], here, middle, 2)
        add_powers(room[FIRST_PARTS + 1][:lanes], here, middle, power)
    for lane in range(lanes):
        second, higher = room[FIRST_PARTS, lane], room[FIRST_PARTS + 1, lane]
        if second <= 0.0 or spread[lane] == 0.0:
            value[lane] = np.nan
        elif code == SKEW:
            deviation = math.sqrt(second / (n - 1))
            value[lane] = n / ((n - 1.0) * (n - 2.0)) * higher / (deviation * deviation * deviation)
        else:
            variance = second / (n - 1)
            fourths = n * (n + 1.0) / ((n - 1.0) * (n - 2.0) * (n - 3.0)) * higher / (variance * variance)
            value[lane] = fourths - 3.0 * (n - 1.0) * (n - 1.0) / ((n - 2.0) * (n - 3.0))


@part_of_float_kernel
def fill_plain(code: int, row: np.ndarray, first: int, n: int, lanes: int, room: np.ndarray) -> None:
    """The weighted mean, the mean distance from the mean (whose middles are known), and the product."""
    value = room[VALUE][:lanes]
    clear(room, FIRST_PARTS, 2)
    value[:] = 1.0 if code == PRODUCT else 0.0
    for place in range(n):
        here = row[first + place : first + place + lanes]
        if code == DECAY:
            add_weighted(room[FIRST_PARTS + place % 2][:lanes], here, place + 1.0)
        elif code == MAD:
            add_sizes(value, here, room[MIDDLE][:lanes])
        else:
            multiply_by(value, here)
    for lane in range(lanes):
        if code == DECAY:
            value[lane] = (room[FIRST_PARTS, lane] + room[FIRST_PARTS + 1, lane]) / (n * (n + 1.0) * 0.5)
        elif code == MAD:
            value[lane] = value[lane] / n


# What they come to -------------------------------------------------------------------------------------------------------


@part_of_float_kernel
def fill_windows(code: int, row: np.ndarray, first: int, n: int, lanes: int, room: np.ndarray) -> None:
    """`scalars.window_of` for the `lanes` windows of n bars from `first` on, into the row VALUE of the room."""
    if code not in (DECAY, PRODUCT):
        fill_middles(row, first, n, lanes, room, 0)
    if code in (VAR, STD, RSQUARE, SKEW, KURT):
        fill_spreads(row, first, n, lanes, room, 0)
    spread, value = room[SPREAD], room[VALUE]
    if code == VAR:
        for lane in range(lanes):
            value[lane] = spread[lane] / (n - 1)
    elif code == STD:
        for lane in range(lanes):
            value[lane] = math.sqrt(spread[lane] / (n - 1))
    elif code in (SLOPE, RSQUARE, RESID):
        fill_lines(code, row, first, n, lanes, room)
    elif code in (SKEW, KURT):
        fill_shapes(code, row, first, n, lanes, room)
    else:
        fill_plain(code, row, first, n, lanes, room)
    for lane in range(lanes):
        value[lane] = finite(value[lane])


@part_of_float_kernel
def fill_pairs(code: int, x: np.ndarray, y: np.ndarray, first: int, n: int, lanes: int, room: np.ndarray) -> None:
    """`scalars.pair_of` for the `lanes` windows of n bars from `first` on, into the row VALUE of the room."""
    fill_middles(x, first, n, lanes, room, 0)
    fill_middles(y, first, n, lanes, room, 1)
    if code == CORR:
        fill_spreads(x, first, n, lanes, room, 0)
        fill_spreads(y, first, n, lanes, room, 1)
    clear(room, FIRST_PARTS, 2)
    x_middle, y_middle = room[MIDDLE][:lanes], room[OTHER_MIDDLE][:lanes]
    for place in range(n):
        start, part = first + place, room[FIRST_PARTS + place % 2][:lanes]
        add_products(part, x[start : start + lanes], x_middle, y[start : start + lanes], y_middle)
    spread, other, value = room[SPREAD], room[OTHER_SPREAD], room[VALUE]
    for lane in range(lanes):
        together = room[FIRST_PARTS, lane] + room[FIRST_PARTS + 1, lane]
        if code == COV:
            value[lane] = finite(together / (n - 1))
        else:
            spreads = spread[lane] * other[lane]
            # Spreads of infinite values are NaN, which is not at most 0, and stays NaN.
            value[lane] = np.nan if spreads <= 0.0 else min(max(together / math.sqrt(spreads), -1.0), 1.0)


@part_of_float_kernel
def fill_ranks(row: np.ndarray, first: int, n: int, lanes: int, room: np.ndarray) -> None:
    """The rank of the newest value of each window among all of it, from 1/n to 1, equals sharing theirs."""
    clear(room, VALUE, 1)
    value, newest = room[VALUE][:lanes], row[first + n - 1 : first + n - 1 + lanes]
    for place in range(n):
        add_ranks(value, row[first + place : first + place + lanes], newest)
    for lane in range(lanes):
        value[lane] = (value[lane] + 1.0) * 0.5 / n
