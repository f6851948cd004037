"""The lowest and the highest of every window, and where they were: the windows of two bars, then of four, of eight, ...

A window is two that overlap and are as wide as a power of two, so that each width costs a comparison for each bar, several
of which the processor makes at a time. Of equals the oldest counts, as in `scalars.extreme_of`, which knows one window.
"""

import numpy as np

from quant.compiled import float_kernel, part_of_float_kernel
from quant.expressions.kernels.scalars import ARGMIN, MAX, MIN

STRETCH = 512
"""Windows that are worked out together, or as many as a window has bars if that is more: what they share is done once."""


@part_of_float_kernel
def wider(is_low: bool, older: np.ndarray, newer: np.ndarray, out: np.ndarray) -> None:
    """The extremes of windows that each consist of an older and a newer one."""
    if is_low:
        for i in range(out.size):
            out[i] = newer[i] if newer[i] < older[i] else older[i]
    else:
        for i in range(out.size):
            out[i] = newer[i] if newer[i] > older[i] else older[i]


@part_of_float_kernel
def wider_places(
    is_low: bool,
    older: np.ndarray,
    newer: np.ndarray,
    older_places: np.ndarray,
    newer_places: np.ndarray,
    out: np.ndarray,
) -> None:
    """Where those extremes are."""
    if is_low:
        for i in range(out.size):
            out[i] = newer_places[i] if newer[i] < older[i] else older_places[i]
    else:
        for i in range(out.size):
            out[i] = newer_places[i] if newer[i] > older[i] else older_places[i]


@part_of_float_kernel
def fill_stretch(code: int, row: np.ndarray, n: int, room: np.ndarray) -> int:
    """The extremes of all windows of a part of a row; the row of the room that they are in. A NaN spoils its windows.

    `room` is float64[4, row.size]: values and places, twice.
    """
    is_low, wants_place = code in (MIN, ARGMIN), code not in (MIN, MAX)
    now, width, count = 0, 1, row.size
    for i in range(count):
        room[0, i], room[2, i] = row[i], i
    while width < n:
        ahead = min(width, n - width)
        count -= ahead
        values, places, later = room[now], room[now + 2], 1 - now
        wider(is_low, values[:count], values[ahead : ahead + count], room[later][:count])
        if wants_place:
            wider_places(
                is_low,
                values[:count],
                values[ahead : ahead + count],
                places[:count],
                places[ahead : ahead + count],
                room[later + 2][:count],
            )
        now, width = later, width + ahead
    return now


@float_kernel
def extreme_nb(code: int, x: np.ndarray, n: int, out: np.ndarray) -> None:
    """`extreme_of` at every bar of [K, T]; NaN where a window is not whole or holds a NaN."""
    stretch = max(STRETCH, n)
    room = np.empty((4, stretch + n - 1), np.float64)
    for k in range(x.shape[0]):
        row, run = x[k], 0
        for t in range(min(n - 1, row.size)):
            run = run + 1 if row[t] == row[t] else 0
            out[k, t] = np.nan
        for start in range(n - 1, row.size, stretch):
            first, stop = start - n + 1, min(start + stretch, row.size)
            now = fill_stretch(code, row[first:stop], n, room)
            for t in range(start, stop):
                run = run + 1 if row[t] == row[t] else 0
                if run < n:
                    out[k, t] = np.nan
                elif code in (MIN, MAX):
                    out[k, t] = room[now, t - start]
                else:
                    out[k, t] = (t - first) - room[now + 2, t - start]
