"""The deepest drawdowns one by one: from which high, to which low, and when it was made good."""

from typing import Final

import numpy as np

from quant.performance.days import NS_PER_DAY
from reports.builders.document import Table, columns
from reports.builders.sources import Floats, Integers

DEEPEST: Final = 10


def drawdown_table(time_ns: Integers, equity: Floats, start: float, most: int = DEEPEST) -> Table:
    """The deepest falls below the highest equity before, all bars looked at; one that lasts has no end."""
    peaks = np.maximum(np.maximum.accumulate(equity), start)
    below = equity < peaks
    edges = np.flatnonzero(np.diff(np.concatenate(([False], below, [False])).astype(np.int8)))
    falls = []
    for first, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        lowest = first + int(np.argmin(equity[first:end] / peaks[first:end]))
        peak = float(peaks[first])
        if peak > 0:
            falls.append((float(equity[lowest]) / peak - 1, first, lowest, end))
    falls.sort()
    rows = [_row(time_ns, *fall) for fall in falls[:most]]
    return Table(
        name="drawdowns",
        title="Deepest drawdowns",
        columns=columns(
            ("depth", "Depth", "share"),
            ("from", "From", "time"),
            ("lowest", "Lowest", "time"),
            ("to", "Made good", "time"),
            ("days", "Length", "days"),
        ),
        rows=rows,
        note="Length: from the high to the recovery, or to the end where it lasts.",
    )


def _row(
    time_ns: Integers, depth: float, first: int, lowest: int, end: int
) -> tuple[float, int, int, int | None, float]:
    """A fall from the mark before it to the mark that made it good."""
    start_ns = int(time_ns[max(first - 1, 0)])
    is_over = end < len(time_ns)
    end_ns = int(time_ns[end]) if is_over else int(time_ns[-1])
    return depth, start_ns, int(time_ns[lowest]), end_ns if is_over else None, (end_ns - start_ns) / NS_PER_DAY
