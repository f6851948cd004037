"""Windows over time, in both forms."""

import numpy as np

from quant.compiled import float_kernel
from quant.expressions.kernels.elements import FALSE, TRUE, UNKNOWN, finite
from quant.expressions.kernels.scalars import pair_of, window_of
from quant.expressions.kernels.tiles import TILE, VALUE, fill_pairs, fill_ranks, fill_windows, room_for_tiles

MEDIAN, QUANTILE, RANK = range(3)

COUNTED_BARS = 256
"""Of windows up to this length, ranks are counted sooner than values are kept in order."""


# Functions of whole windows ------------------------------------------------------------------------------------------


@float_kernel
def window_nb(code: int, x: np.ndarray, n: int, out: np.ndarray) -> None:
    """`window_of` at every bar."""
    room = room_for_tiles()
    for k in range(x.shape[0]):
        row, run = x[k], before_first(x[k], n, out[k])
        for start in range(n - 1, x.shape[1], TILE):
            lanes = min(TILE, x.shape[1] - start)
            fill_windows(code, row, start - n + 1, n, lanes, room)
            for lane in range(lanes):
                t = start + lane
                run = run + 1 if row[t] == row[t] else 0
                out[k, t] = room[VALUE, lane] if run >= n else np.nan


@float_kernel
def before_first(row: np.ndarray, n: int, out: np.ndarray) -> int:
    """Say that no window is whole before bar n - 1, and return how many bars there were then since the last NaN."""
    run = 0
    for t in range(min(n - 1, row.size)):
        run = run + 1 if row[t] == row[t] else 0
        out[t] = np.nan
    return run


@float_kernel
def window_step_nb(
    code: int, kept: np.ndarray, place: int, runs: np.ndarray, n: int, x: np.ndarray, out: np.ndarray
) -> None:
    """One bar more; `kept` is [K, 2 n], and `place` goes round below n."""
    for k in range(x.size):
        kept[k, place] = kept[k, place + n] = x[k]
        runs[k] = runs[k] + 1 if x[k] == x[k] else 0
        out[k] = window_of(code, kept[k], place + 1, n) if runs[k] >= n else np.nan


@float_kernel
def pair_nb(code: int, x: np.ndarray, y: np.ndarray, n: int, out: np.ndarray) -> None:
    """`pair_of` at every bar."""
    room = room_for_tiles()
    for k in range(x.shape[0]):
        a, b = x[k], y[k]
        run = min(before_first(a, n, out[k]), before_first(b, n, out[k]))
        for start in range(n - 1, x.shape[1], TILE):
            lanes = min(TILE, x.shape[1] - start)
            fill_pairs(code, a, b, start - n + 1, n, lanes, room)
            for lane in range(lanes):
                t = start + lane
                run = run + 1 if a[t] == a[t] and b[t] == b[t] else 0
                out[k, t] = room[VALUE, lane] if run >= n else np.nan


@float_kernel
def pair_step_nb(
    code: int,
    x_kept: np.ndarray,
    y_kept: np.ndarray,
    place: int,
    runs: np.ndarray,
    n: int,
    x: np.ndarray,
    y: np.ndarray,
    out: np.ndarray,
) -> None:
    """One bar more of both."""
    for k in range(x.size):
        x_kept[k, place] = x_kept[k, place + n] = x[k]
        y_kept[k, place] = y_kept[k, place + n] = y[k]
        runs[k] = runs[k] + 1 if x[k] == x[k] and y[k] == y[k] else 0
        out[k] = pair_of(code, x_kept[k], y_kept[k], place + 1, n) if runs[k] >= n else np.nan


# Sorted windows ------------------------------------------------------------------------------------------------------


@float_kernel
def below(ordered: np.ndarray, size: int, value: float) -> int:
    """How many of the first `size` are below a value."""
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        if ordered[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


@float_kernel
def put(ordered: np.ndarray, size: int, value: float) -> None:
    """Put a value among the first `size`, which stay in order."""
    place = below(ordered, size, value)
    for i in range(size, place, -1):
        ordered[i] = ordered[i - 1]
    ordered[place] = value


@float_kernel
def exchanged(ordered: np.ndarray, n: int, old: float, new: float) -> None:
    """Let a value go and another one in; only what lies between the two moves."""
    place = below(ordered, n, old)
    while place + 1 < n and ordered[place + 1] < new:
        ordered[place] = ordered[place + 1]
        place += 1
    while place > 0 and ordered[place - 1] > new:
        ordered[place] = ordered[place - 1]
        place -= 1
    ordered[place] = new


@float_kernel
def ordered_of(code: int, ordered: np.ndarray, n: int, share: float, value: float) -> float:
    """The median, a quantile (type 7 of Hyndman and Fan 1996), or the rank of `value`, of a window in order."""
    if code == RANK:
        first = below(ordered, n, value)
        last = first
        while last < n and ordered[last] == value:
            last += 1
        return (first + last + 1) * 0.5 / n
    place = (n - 1) * share
    whole = int(place)
    if whole + 1 >= n:
        return float(ordered[n - 1])
    low, high = ordered[whole], ordered[whole + 1]
    return float(low + (high - low) * (place - whole))


@float_kernel
def rank_nb(x: np.ndarray, n: int, out: np.ndarray) -> None:
    """The rank of every bar's value in its window, by counting."""
    room = room_for_tiles()
    for k in range(x.shape[0]):
        row, run = x[k], before_first(x[k], n, out[k])
        for start in range(n - 1, x.shape[1], TILE):
            lanes = min(TILE, x.shape[1] - start)
            fill_ranks(row, start - n + 1, n, lanes, room)
            for lane in range(lanes):
                t = start + lane
                run = run + 1 if row[t] == row[t] else 0
                out[k, t] = room[VALUE, lane] if run >= n else np.nan


@float_kernel
def ordered_nb(code: int, x: np.ndarray, n: int, share: float, out: np.ndarray) -> None:
    """`ordered_of` at every bar."""
    if code == RANK and n <= COUNTED_BARS:
        rank_nb(x, n, out)
        return
    ordered = np.empty(n, np.float64)
    for k in range(x.shape[0]):
        row, run = x[k], 0
        for t in range(x.shape[1]):
            value = row[t]
            if value != value:
                run = 0
                out[k, t] = np.nan
                continue
            run += 1
            if run <= n:
                put(ordered, run - 1, value)
            else:
                exchanged(ordered, n, row[t - n], value)
            out[k, t] = finite(ordered_of(code, ordered, n, share, value)) if run >= n else np.nan


@float_kernel
def ordered_step_nb(
    code: int,
    kept: np.ndarray,
    ordered: np.ndarray,
    place: int,
    runs: np.ndarray,
    n: int,
    share: float,
    x: np.ndarray,
    out: np.ndarray,
) -> None:
    """One bar more; `kept` is [K, n], `ordered` as well."""
    for k in range(x.size):
        old, value = kept[k, place], x[k]
        kept[k, place] = value
        if value != value:
            runs[k] = 0
            out[k] = np.nan
            continue
        runs[k] += 1
        if runs[k] <= n:
            put(ordered[k], runs[k] - 1, value)
        else:
            exchanged(ordered[k], n, old, value)
        out[k] = finite(ordered_of(code, ordered[k], n, share, value)) if runs[k] >= n else np.nan


# What is passed on ---------------------------------------------------------------------------------------------------


@float_kernel
def delay_nb(x: np.ndarray, n: int, out: np.ndarray) -> None:
    """Every value n bars later."""
    for k in range(x.shape[0]):
        for t in range(x.shape[1]):
            out[k, t] = x[k, t - n] if t >= n else np.nan


@float_kernel
def recursive_nb(x: np.ndarray, n: int, alpha: float, out: np.ndarray) -> None:
    """An exponential average that begins with the mean of its first n values."""
    for k in range(x.shape[0]):
        count, average = 0, 0.0
        for t in range(x.shape[1]):
            count, average = averaged(count, average, x[k, t], n, alpha)
            out[k, t] = average if count >= n and x[k, t] == x[k, t] else np.nan


@float_kernel
def averaged(count: int, average: float, value: float, n: int, alpha: float) -> tuple[int, float]:
    """An exponential average and how many values it has seen, with one bar more; below n it is still their sum."""
    if value != value:
        return count, average
    if count >= n:
        return count, value * alpha + average * (1.0 - alpha)
    average += value
    return count + 1, average / n if count + 1 == n else average


@float_kernel
def recursive_step_nb(
    counts: np.ndarray, averages: np.ndarray, n: int, alpha: float, x: np.ndarray, out: np.ndarray
) -> None:
    """One bar more."""
    for k in range(x.size):
        counts[k], averages[k] = averaged(counts[k], averages[k], x[k], n, alpha)
        out[k] = averages[k] if counts[k] >= n and x[k] == x[k] else np.nan


# Conditions ----------------------------------------------------------------------------------------------------------


@float_kernel
def crossing(is_above: bool, a_before: float, b_before: float, a: float, b: float) -> int:
    """Whether a went above (below) b with this bar."""
    if a != a or b != b or a_before != a_before or b_before != b_before:
        return UNKNOWN
    if is_above:
        return TRUE if a > b and a_before <= b_before else FALSE
    return TRUE if a < b and a_before >= b_before else FALSE


@float_kernel
def cross_nb(is_above: bool, a: np.ndarray, b: np.ndarray, out: np.ndarray) -> None:
    """`crossing` at every bar."""
    for k in range(a.shape[0]):
        if a.shape[1]:
            out[k, 0] = UNKNOWN
        for t in range(1, a.shape[1]):
            out[k, t] = crossing(is_above, a[k, t - 1], b[k, t - 1], a[k, t], b[k, t])


@float_kernel
def cross_step_nb(
    is_above: bool, a_before: np.ndarray, b_before: np.ndarray, a: np.ndarray, b: np.ndarray, out: np.ndarray
) -> None:
    """One bar more."""
    for k in range(a.size):
        out[k] = crossing(is_above, a_before[k], b_before[k], a[k], b[k])
        a_before[k], b_before[k] = a[k], b[k]


@float_kernel
def count_nb(c: np.ndarray, n: int, out: np.ndarray) -> None:
    """In how many bars of every window a condition was true."""
    for k in range(c.shape[0]):
        run = count = 0
        for t in range(c.shape[1]):
            if c[k, t] == UNKNOWN:
                run = count = 0
                out[k, t] = np.nan
                continue
            run += 1
            count += c[k, t] == TRUE
            if run > n:
                count -= c[k, t - n] == TRUE
            out[k, t] = float(count) if run >= n else np.nan


@float_kernel
def count_step_nb(
    kept: np.ndarray, place: int, runs: np.ndarray, counts: np.ndarray, n: int, c: np.ndarray, out: np.ndarray
) -> None:
    """One bar more."""
    for k in range(c.size):
        old = kept[k, place]
        kept[k, place] = c[k]
        if c[k] == UNKNOWN:
            runs[k] = counts[k] = 0
            out[k] = np.nan
            continue
        runs[k] += 1
        counts[k] += c[k] == TRUE
        if runs[k] > n:
            counts[k] -= old == TRUE
        out[k] = float(counts[k]) if runs[k] >= n else np.nan


@float_kernel
def bars_since_nb(c: np.ndarray, n: int, out: np.ndarray) -> None:
    """Bars since a condition was last true, within n bars."""
    for k in range(c.shape[0]):
        since = n
        for t in range(c.shape[1]):
            since = 0 if c[k, t] == TRUE else since + 1
            out[k, t] = float(since) if since < n and t + 1 >= n else np.nan


@float_kernel
def bars_since_step_nb(since: np.ndarray, seen: int, n: int, c: np.ndarray, out: np.ndarray) -> None:
    """One bar more, the `seen`th."""
    for k in range(c.size):
        since[k] = 0 if c[k] == TRUE else since[k] + 1
        out[k] = float(since[k]) if since[k] < n and seen >= n else np.nan
