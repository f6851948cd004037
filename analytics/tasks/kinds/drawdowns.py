"""How far a symbol fell below its highest close, and how long it took to come back."""

from typing import Final

import numpy as np

from analytics.tasks.kinds.results import DrawdownsResult, Episode, Underwater
from analytics.tasks.kinds.series import Floats, Integers, part_ends
from analytics.tasks.kinds.specs import Drawdowns
from quant.performance.days import NS_PER_DAY, last_marks

CONVENTIONS: Final = (
    "Falls are those of closes below the highest close before, as a fraction of it; dividends are not added.",
    "Lengths are calendar days between the opens of bars; a fall ends with the first close that is not below its peak.",
    "The pain and the ulcer index are those of the last close of each UTC day.",
)


def drawdowns_of(options: Drawdowns, time_ns: Integers, close: Floats) -> DrawdownsResult:
    """The falls of T bars with closes above 0."""
    fall = falls(close)
    starts, ends = episodes_of(fall)
    lengths = (time_ns[np.minimum(ends, len(close) - 1)] - time_ns[starts - 1]) / NS_PER_DAY
    depths = np.minimum.reduceat(fall, starts) if len(starts) else np.empty(0)
    worst = np.argsort(depths, kind="stable")[: options.episodes]
    daily = fall[last_marks(time_ns)]
    return DrawdownsResult(
        maximum=float(fall.min()),
        current=float(fall[-1]),
        count=len(starts),
        underwater_share=underwater_share(time_ns, fall),
        longest_days=float(lengths.max()) if len(lengths) else 0.0,
        pain_index=pain_index(daily),
        ulcer_index=ulcer_index(daily),
        episodes=[_episode(time_ns, fall, int(starts[place]), int(ends[place])) for place in worst],
        underwater=_underwater(time_ns, fall),
    )


def falls(close: Floats) -> Floats:
    """C / highest C so far - 1 at each bar, float64[T], at most 0."""
    fall: Floats = close / np.maximum.accumulate(close) - 1.0
    return fall


def episodes_of(fall: Floats) -> tuple[Integers, Integers]:
    """The first bar below the peak and the first one that is not, of each fall in order of time; T where there is none yet.

    The bar before the first one is the last at the peak.
    """
    edges = np.diff(np.concatenate(([False], fall < 0, [False])).astype(np.int8))
    return np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)


def underwater_share(time_ns: Integers, fall: Floats) -> float:
    """The share of the time between the first and the last bar that a bar below the peak begins."""
    lengths = np.diff(time_ns)
    return float(lengths[fall[:-1] < 0].sum() / lengths.sum())


def pain_index(fall: Floats) -> float:
    """The mean fall, at least 0 (Zephyr Associates 2006, as in Bacon, Practical Portfolio Performance Measurement, 2008)."""
    return float(-fall.mean())


def ulcer_index(fall: Floats) -> float:
    """√mean(fall²) (Martin and McCann, The Investor's Guide to Fidelity Funds, 1989)."""
    return float(np.sqrt(np.mean(fall * fall)))


def _episode(time_ns: Integers, fall: Floats, start: int, end: int) -> Episode:
    trough = start + int(np.argmin(fall[start:end]))
    peak_ns, trough_ns = int(time_ns[start - 1]), int(time_ns[trough])
    recovery_ns = int(time_ns[end]) if end < len(fall) else None
    return Episode(
        peak_ns=peak_ns,
        trough_ns=trough_ns,
        recovery_ns=recovery_ns,
        depth=float(fall[trough]),
        days_to_trough=(trough_ns - peak_ns) / NS_PER_DAY,
        days_to_recovery=None if recovery_ns is None else (recovery_ns - trough_ns) / NS_PER_DAY,
    )


def _underwater(time_ns: Integers, fall: Floats) -> Underwater:
    """The deepest fall of each part, so that no trough is lost between two points."""
    ends = part_ends(len(fall))
    starts = np.concatenate(([0], ends[:-1] + 1))
    return Underwater(time_ns[ends].tolist(), np.minimum.reduceat(fall, starts).tolist())
