"""Running sums, compensated, in both forms."""

import numpy as np

from quant.compiled import float_kernel, part_of_float_kernel
from quant.expressions.kernels.elements import finite

REFRESH_BARS = 512
"""A running sum is added up anew after so many bars, or after its own length if that is more."""

ABREAST = 4
"""Stretches from one such beginning to the next that are led on side by side: no one of them waits for another."""

CHANGES, ROUNDINGS, TOTALS, ROWS = 0, ABREAST, 2 * ABREAST, 3 * ABREAST
"""Rows of the room that they are worked out in, one a stretch."""

STATE = 4
"""Numbers that a sum is led on from (`sum_on`)."""


@float_kernel
def added(total: float, lost: float, value: float) -> tuple[float, float]:
    """A sum and what roundings have lost of it, with one value more (Neumaier 1974)."""
    grown = total + value
    part = grown - total
    return grown, lost + ((total - (grown - part)) + (value - part))


@float_kernel
def sum_of(row: np.ndarray, first: int, n: int) -> tuple[float, float]:
    """The sum of a window and what roundings have lost of it."""
    total, lost = 0.0, 0.0
    for i in range(first, first + n):
        total, lost = added(total, lost, row[i])
    return total, lost


@float_kernel
def moved(total: float, lost: float, new: float, old: float) -> tuple[float, float]:
    """A running sum one bar on."""
    change = new - old
    part = change - new
    gone = (new - (change - part)) - (old + part)
    grown = total + change
    part = grown - total
    return grown, lost + (gone + ((total - (grown - part)) + (change - part)))


@float_kernel
def sum_nb(x: np.ndarray, n: int, divisor: float, out: np.ndarray) -> None:
    """The sum of every window, divided by `divisor`."""
    room, state = room_for_sums(n), np.empty(STATE, np.float64)
    for k in range(x.shape[0]):
        state[:] = 0.0
        sum_on(x[k], 0, x.shape[1], n, divisor, state, room, out[k])


@float_kernel
def room_for_sums(n: int) -> np.ndarray:
    """What stretches are worked out in, float64[ROWS, length]."""
    return np.empty((ROWS, max(n, REFRESH_BARS)), np.float64)


@part_of_float_kernel
def sum_on(
    row: np.ndarray,
    start: int,
    stop: int,
    n: int,
    divisor: float,
    state: np.ndarray,
    room: np.ndarray,
    out: np.ndarray,
) -> None:
    """The sums of the windows that end at the bars `[start, stop)`, into as many places of `out`.

    `state` is how the bars before left it, zeros at the beginning: bars since the last NaN, the sum, what is lost of it,
    and after how many bars it is added up anew.
    """
    every = room.shape[1]
    t, run, total, lost, left = start, int(state[0]), state[1], state[2], int(state[3])
    while t < stop:
        after = t + ABREAST * every
        if left == 0 and run >= n - 1 and after <= stop and is_known(row[t:after]):
            sum_abreast(row, t, n, divisor, room, out[t - start : after - start])
            t, run = after, run + ABREAST * every
            continue
        value = row[t]
        run = run + 1 if value == value else 0
        if run < n:
            out[t - start], left = np.nan, 0
        else:
            if left == 0:
                total, lost = sum_of(row, t - n + 1, n)
                left = every
            else:
                total, lost = moved(total, lost, value, row[t - n])
            left -= 1
            out[t - start] = finite((total + lost) / divisor)
        t += 1
    state[0], state[1], state[2], state[3] = run, total, lost, left


@part_of_float_kernel
def is_known(row: np.ndarray) -> bool:
    """Whether there is no NaN."""
    unknown = 0
    for i in range(row.size):
        unknown += 0 if row[i] == row[i] else 1
    return unknown == 0


@part_of_float_kernel
def sum_abreast(row: np.ndarray, first: int, n: int, divisor: float, room: np.ndarray, out: np.ndarray) -> None:
    """`ABREAST` stretches of running sums, each from its own beginning on, without a NaN: `moved` step by step.

    What is a chain, where every bar waits for the one before, is led on in all stretches at once.
    """
    every = room.shape[1]
    for stretch in range(ABREAST):
        start, changes, roundings = first + stretch * every, room[CHANGES + stretch], room[ROUNDINGS + stretch]
        changes[0], roundings[0] = sum_of(row, start - n + 1, n)
        new, old = row[start + 1 : start + every], row[start + 1 - n : start + every - n]
        fill_changes(new, old, changes[1:], roundings[1:])
    add_up(room, CHANGES, TOTALS)
    for stretch in range(ABREAST):
        totals = room[TOTALS + stretch]
        add_roundings(totals[: every - 1], totals[1:], room[CHANGES + stretch][1:], room[ROUNDINGS + stretch][1:])
    add_up(room, ROUNDINGS, ROUNDINGS)
    for stretch in range(ABREAST):
        here = out[stretch * every : (stretch + 1) * every]
        fill_sums(room[TOTALS + stretch], room[ROUNDINGS + stretch], divisor, here)


@part_of_float_kernel
def add_up(room: np.ndarray, source: int, target: int) -> None:
    """What each row of four comes to up to every place of it, into four others or the same."""
    a, b, c, d = room[source, 0], room[source + 1, 0], room[source + 2, 0], room[source + 3, 0]
    room[target, 0], room[target + 1, 0], room[target + 2, 0], room[target + 3, 0] = a, b, c, d
    for i in range(1, room.shape[1]):
        a += room[source, i]
        b += room[source + 1, i]
        c += room[source + 2, i]
        d += room[source + 3, i]
        room[target, i], room[target + 1, i], room[target + 2, i], room[target + 3, i] = a, b, c, d


@part_of_float_kernel
def fill_changes(new: np.ndarray, old: np.ndarray, changes: np.ndarray, roundings: np.ndarray) -> None:
    """By how much the sums change from bar to bar, and what is lost of that."""
    for i in range(changes.size):
        change = new[i] - old[i]
        part = change - new[i]
        changes[i] = change
        roundings[i] = (new[i] - (change - part)) - (old[i] + part)


@part_of_float_kernel
def add_roundings(before: np.ndarray, grown: np.ndarray, changes: np.ndarray, roundings: np.ndarray) -> None:
    """What is lost where the sums change."""
    for i in range(roundings.size):
        part = grown[i] - before[i]
        roundings[i] += (before[i] - (grown[i] - part)) + (changes[i] - part)


@part_of_float_kernel
def fill_sums(totals: np.ndarray, lost: np.ndarray, divisor: float, out: np.ndarray) -> None:
    """The sums, divided."""
    for i in range(out.size):
        out[i] = finite((totals[i] + lost[i]) / divisor)


@float_kernel
def sum_step_nb(
    kept: np.ndarray,
    place: int,
    runs: np.ndarray,
    totals: np.ndarray,
    losts: np.ndarray,
    n: int,
    divisor: float,
    x: np.ndarray,
    out: np.ndarray,
) -> None:
    """One bar more."""
    every = max(n, REFRESH_BARS)
    for k in range(x.size):
        old = kept[k, place]
        kept[k, place] = kept[k, place + n] = x[k]
        runs[k] = runs[k] + 1 if x[k] == x[k] else 0
        if runs[k] < n:
            out[k] = np.nan
            continue
        if (runs[k] - n) % every == 0:
            totals[k], losts[k] = sum_of(kept[k], place + 1, n)
        else:
            totals[k], losts[k] = moved(totals[k], losts[k], x[k], old)
        out[k] = finite((totals[k] + losts[k]) / divisor)
