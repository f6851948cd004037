"""The files of factor values, and when two contenders' values count as equal.

Alpha158 is Qlib's set: 9 figures of the bar, 4 prices, and 29 figures over 5, 10, 20, 30 and 60 bars each.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.tools.bars import Floats

WINDOWS = (5, 10, 20, 30, 60)
WARM_UP_BARS = 61
"""The longest window and the change before it: until then some take a shorter window, and others give nothing."""

TOLERANCE = 1e-6
"""Relative to the value, or where that is smaller to the factor's usual size: single precision keeps 6e-8 of it."""
COUNT = 158
CORRELATIONS = ("CORR", "CORD", "RSQR")
"""Of these Qlib gives nothing where a window deviates by less than 2e-5, which it counts as standing still: not judged."""

LEAST_DEVIATION = 1e-5
"""Nor are they where closes deviate by a smaller share of their level: of nine closes of 4,025,000 and one of 4,025,001
Qlib's sums find a correlation of -0.558, and rolling means one of -0.555, where -0.5547 is right."""


def write_factors(path: str, names: list[str], values: npt.NDArray[np.floating]) -> None:
    """Keep factor values of shape [K, T, factors] for the check, in single precision: 158 of a large panel are 800 MB."""
    assert values.shape[2] == len(names) == COUNT
    order = np.argsort(names)
    np.save(path, np.ascontiguousarray(values.transpose(2, 0, 1)[order], np.float32))
    Path(path).with_suffix(".txt").write_text("\n".join(sorted(names)))


def differences(ours_path: str, peer_path: str, close: Floats) -> dict[str, float]:
    """By factor that differs, the largest relative difference among the values that both must have.

    Those are bars with a whole window of bars of the symbol behind them; `close` [T, K] says where it has none. A value that
    one alone has counts as infinitely different.
    """
    names, peer_names = (Path(path).with_suffix(".txt").read_text().split("\n") for path in (ours_path, peer_path))
    assert names == peer_names, "both hold the same factors"
    is_judged = _has_window(close)
    found = {}
    for name, mine, others in zip(
        names, np.load(ours_path, mmap_mode="r"), np.load(peer_path, mmap_mode="r"), strict=True
    ):
        is_asked = is_judged
        if name.startswith(CORRELATIONS):
            is_asked = is_judged & np.isfinite(others) & _deviates(close, int(name[4:]))
        apart = _apart(mine[is_asked].astype(np.float64), others[is_asked].astype(np.float64))
        if apart > TOLERANCE:
            found[name] = apart
    return found


def _has_window(close: Floats) -> npt.NDArray[np.bool_]:
    """Where a symbol has its last `WARM_UP_BARS` bars, [K, T]."""
    counts = np.cumsum(np.isfinite(close), axis=0)
    counts[WARM_UP_BARS:] -= counts[:-WARM_UP_BARS].copy()
    return np.asarray(counts == WARM_UP_BARS).T


def _deviates(close: Floats, bars: int) -> npt.NDArray[np.bool_]:
    """Where the closes of the window are not next to equal, [K, T]."""
    windows = np.lib.stride_tricks.sliding_window_view(close, bars, axis=0)
    deviates = np.zeros(close.shape, np.bool_)
    deviates[bars - 1 :] = windows.std(axis=2) > LEAST_DEVIATION * windows.mean(axis=2)
    return deviates.T


def _apart(mine: Floats, others: Floats) -> float:
    if (np.isfinite(mine) != np.isfinite(others)).any():
        return np.inf
    is_there = np.isfinite(others)
    mine, others = mine[is_there], others[is_there]
    usual = np.median(np.abs(others))
    return float((np.abs(mine - others) / np.maximum(np.abs(others), max(usual, 1e-12))).max(initial=0.0))
