"""The files of factor values, and when two contenders' values count as equal.

Alpha158 is Qlib's set: 9 figures of the bar, 4 prices, and 29 figures over 5, 10, 20, 30 and 60 bars each.

Qlib and pandas carry sums of squares along, whose roundings stay for good: of nine closes of 4,025,000 and one of 4,025,001
Qlib finds a correlation with volume of -0.558 where -0.5547 is right, and nothing at all where a window deviates by less
than 2e-5. So where a deviation or correlation differs, the window itself is computed anew, and ours must be right.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.tools.bars import Arrays, Floats

WINDOWS = (5, 10, 20, 30, 60)
WARM_UP_BARS = 61
"""The longest window and the change before it: until then some take a shorter window, and others give nothing."""

TOLERANCE = 1e-6
"""Relative to the value, or where that is smaller to the factor's usual size: single precision keeps 6e-8 of it."""
COUNT = 158
LITTLE = 1e-12
"""What Alpha158 adds to what it divides by."""


@dataclass(frozen=True)
class Comparison:
    """How many values were compared; by factor the values that differ and are ours to explain; and the peer's own errors."""

    compared: int
    differing: Mapping[str, int]
    wrong_in_peer: Mapping[str, int]

    def __str__(self) -> str:
        text = f"{self.compared:,} equal values"
        if errors := sum(self.wrong_in_peer.values()):
            text += (
                f", but for {errors:,} deviations and correlations of next to equal bars, which the peer rounds away"
            )
        return text


def write_factors(path: str, names: list[str], values: npt.NDArray[np.floating]) -> None:
    """Keep factor values of shape [K, T, factors] for the check, in single precision: 158 of a large panel are 800 MB."""
    assert values.shape[2] == len(names) == COUNT
    order = np.argsort(names)
    np.save(path, np.ascontiguousarray(values.transpose(2, 0, 1)[order], np.float32))
    Path(path).with_suffix(".txt").write_text("\n".join(sorted(names)))


def compare_factors(ours_path: str, peer_path: str, panel: Arrays) -> Comparison:
    """Compare all values of bars that have a whole history of bars behind them; `panel` is what both were given."""
    names, peer_names = (Path(path).with_suffix(".txt").read_text().split("\n") for path in (ours_path, peer_path))
    assert names == peer_names, "both hold the same factors"
    is_judged = _has_history(panel["close"])
    differing, wrong = {}, {}
    tables = zip(names, np.load(ours_path, mmap_mode="r"), np.load(peer_path, mmap_mode="r"), strict=True)
    for name, mine, others in tables:
        ours, theirs = np.asarray(mine, np.float64), np.asarray(others, np.float64)
        usual = float(np.nanmedian(np.abs(ours[is_judged])))
        cells = np.argwhere(is_judged & ~_is_equal(ours, theirs, usual))
        faults = sum(not _is_right(name, float(ours[symbol, bar]), panel, symbol, bar, usual) for symbol, bar in cells)
        if faults:
            differing[name] = faults
        if len(cells) > faults:
            wrong[name] = len(cells) - faults
    return Comparison(int(is_judged.sum()) * len(names), differing, wrong)


def _has_history(close: Floats) -> npt.NDArray[np.bool_]:
    """Where a symbol has its last `WARM_UP_BARS` bars, [K, T]."""
    counts = np.cumsum(np.isfinite(close), axis=0)
    counts[WARM_UP_BARS:] -= counts[:-WARM_UP_BARS].copy()
    return np.asarray(counts == WARM_UP_BARS).T


def _is_equal(one: Floats, other: Floats, usual: float) -> npt.NDArray[np.bool_]:
    is_known = np.isfinite(one)
    is_near = np.abs(one - other) <= TOLERANCE * np.maximum(np.abs(other), usual)
    return np.asarray(np.where(is_known, is_near, ~np.isfinite(other)))


def _is_right(name: str, value: float, panel: Arrays, symbol: int, bar: int, usual: float) -> bool:
    """Whether a value is what its window comes to; False for factors that have no window to compute anew."""
    family, bars = re.fullmatch(r"([A-Z]+)(\d*)", name).groups()  # type: ignore[union-attr]  # every name has this form
    if family not in ANEW:
        return False
    rows = slice(bar - int(bars), bar + 1)
    window = {field: panel[field][rows, symbol] for field in ("close", "volume")}
    return bool(_is_equal(np.array(value), np.array(ANEW[family](window)), usual))


def _deviation(window: Arrays) -> float:
    return float(np.std(window["close"][1:], ddof=1) / window["close"][-1])


def _weighted_deviation(window: Arrays) -> float:
    changes = np.abs(window["close"][1:] / window["close"][:-1] - 1) * window["volume"][1:]
    return float(np.std(changes, ddof=1) / (np.mean(changes) + LITTLE))


def _fit(window: Arrays) -> float:
    closes = window["close"][1:]
    return _correlation(closes, np.arange(len(closes), dtype=np.float64)) ** 2


def _with_volume(window: Arrays) -> float:
    return _correlation(window["close"][1:], np.log(window["volume"][1:] + 1))


def _changes_with_volume(window: Arrays) -> float:
    close, volume = window["close"], window["volume"]
    with np.errstate(divide="ignore", invalid="ignore"):
        return _correlation(close[1:] / close[:-1], np.log(volume[1:] / volume[:-1] + 1))


def _correlation(one: Floats, other: Floats) -> float:
    """Pearson's in two passes; NaN where one stands still."""
    if np.ptp(one) == 0 or np.ptp(other) == 0 or not np.isfinite(one + other).all():
        return float("nan")
    return float(np.corrcoef(one, other)[0, 1])


ANEW: Mapping[str, Callable[[Arrays], float]] = {
    "STD": _deviation,
    "WVMA": _weighted_deviation,
    "RSQR": _fit,
    "CORR": _with_volume,
    "CORD": _changes_with_volume,
}
"""By family, the factor of a window of so many bars and one before them."""
