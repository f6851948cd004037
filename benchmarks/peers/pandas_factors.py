"""Alpha158 in plain pandas: one long table by symbol and time, `groupby` and `rolling`, as a notebook would have it.

Slopes, fits and correlations are made of rolling means, which are its fast kernels; the place of an extreme is a function
that pandas calls for every window, as it has no kernel for it.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks.tools.alpha158 import WINDOWS, write_factors
from benchmarks.tools.bars import Arrays, read
from benchmarks.tools.timing import peak_mb, time_calls

TINY = 1e-12
"""What Alpha158 adds to what it divides by."""
WARM_UP_SYMBOLS = 2


class Fields:
    """The columns of the long table, what is derived of them, and rolling figures by symbol."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.open, self.high, self.low = table["open"], table["high"], table["low"]
        self.close, self.volume = table["close"], table["volume"]
        self.vwap = (self.high + self.low + self.close) / 3
        self.close_before, self.volume_before = self.shift(self.close, 1), self.shift(self.volume, 1)
        self.change, self.volume_change = self.close - self.close_before, self.volume - self.volume_before
        self.weighted = (self.close / self.close_before - 1).abs() * self.volume
        level = self.close.groupby(level=0, sort=False).transform("mean")
        self.centred = self.close - level  # small numbers: the squares of prices would swallow what is looked for
        place = self.close.groupby(level=0, sort=False).cumcount().astype(float)
        self.place = place - place.groupby(level=0, sort=False).transform("mean")

    def shift(self, column: pd.Series, bars: int) -> pd.Series:
        """The value so many bars before."""
        return column.groupby(level=0, sort=False).shift(bars)

    def roll(self, column: pd.Series, bars: int, figure: str, *arguments: object, **options: object) -> pd.Series:
        """A rolling figure of pandas, by symbol, in the order of the table."""
        rolling = column.groupby(level=0, sort=False).rolling(bars)
        rolled: pd.Series = getattr(rolling, figure)(*arguments, **options)
        return rolled.set_axis(column.index)

    def place_of(self, column: pd.Series, bars: int, extreme: Callable[[np.ndarray], np.intp]) -> pd.Series:
        """How far the extreme lies from the beginning of the window, counted from 1."""
        return self.roll(column, bars, "apply", lambda window: extreme(window) + 1, raw=True)

    def correlation(self, one: pd.Series, other: pd.Series, bars: int) -> pd.Series:
        """Pearson's, of rolling means; nothing where one of them stands still."""
        both = self.roll(one * other, bars, "mean") - self.roll(one, bars, "mean") * self.roll(other, bars, "mean")
        spread = self.roll(one, bars, "std", ddof=0) * self.roll(other, bars, "std", ddof=0)
        return (both / spread).where(spread > 0)


def alpha158(table: pd.DataFrame) -> pd.DataFrame:
    """The 158 columns of a long table with index (symbol, time), sorted by both."""
    fields = Fields(table)
    columns = _of_the_bar(fields)
    for bars in WINDOWS:
        rolled = _prices(fields, bars) | _fits(fields, bars) | _extremes(fields, bars) | _changes(fields, bars)
        columns |= {f"{name}{bars}": column for name, column in rolled.items()}
    return pd.DataFrame(columns)


def _of_the_bar(fields: Fields) -> dict[str, pd.Series]:
    open_, high, low, close = fields.open, fields.high, fields.low, fields.close
    upper, lower, width = np.maximum(open_, close), np.minimum(open_, close), high - low + TINY
    return {
        "KMID": (close - open_) / open_,
        "KLEN": (high - low) / open_,
        "KMID2": (close - open_) / width,
        "KUP": (high - upper) / open_,
        "KUP2": (high - upper) / width,
        "KLOW": (lower - low) / open_,
        "KLOW2": (lower - low) / width,
        "KSFT": (2 * close - high - low) / open_,
        "KSFT2": (2 * close - high - low) / width,
        "OPEN0": open_ / close,
        "HIGH0": high / close,
        "LOW0": low / close,
        "VWAP0": fields.vwap / close,
    }


def _prices(fields: Fields, bars: int) -> dict[str, pd.Series]:
    close = fields.close
    return {
        "ROC": fields.shift(close, bars) / close,
        "MA": fields.roll(close, bars, "mean") / close,
        "STD": fields.roll(close, bars, "std") / close,
        "QTLU": fields.roll(close, bars, "quantile", 0.8) / close,
        "QTLD": fields.roll(close, bars, "quantile", 0.2) / close,
        "RANK": fields.roll(close, bars, "rank", pct=True),
    }


def _fits(fields: Fields, bars: int) -> dict[str, pd.Series]:
    """The straight line through the window's closes, and correlations with volume."""
    close, centred, place = fields.close, fields.centred, fields.place
    mean = fields.roll(centred, bars, "mean")
    both = fields.roll(centred * place, bars, "mean") - mean * fields.roll(place, bars, "mean")
    slope = both / ((bars**2 - 1) / 12)
    volume_ratio = np.log(fields.volume / fields.volume_before + 1)
    return {
        "BETA": slope / close,
        "RSQR": fields.correlation(centred, place, bars) ** 2,
        "RESI": (centred - mean - slope * (bars - 1) / 2) / close,
        "CORR": fields.correlation(centred, np.log(fields.volume + 1), bars),
        "CORD": fields.correlation(close / fields.close_before - 1, volume_ratio, bars),
    }


def _extremes(fields: Fields, bars: int) -> dict[str, pd.Series]:
    close = fields.close
    highest, lowest = fields.roll(fields.high, bars, "max"), fields.roll(fields.low, bars, "min")
    high_at = fields.place_of(fields.high, bars, np.argmax)
    low_at = fields.place_of(fields.low, bars, np.argmin)
    return {
        "MAX": highest / close,
        "MIN": lowest / close,
        "RSV": (close - lowest) / (highest - lowest + TINY),
        "IMAX": high_at / bars,
        "IMIN": low_at / bars,
        "IMXD": (high_at - low_at) / bars,
    }


def _changes(fields: Fields, bars: int) -> dict[str, pd.Series]:
    """How often and how far closes and volumes rose and fell."""
    volume = fields.volume + TINY
    rises = fields.roll((fields.change > 0).astype(float), bars, "mean")
    falls = fields.roll((fields.change < 0).astype(float), bars, "mean")
    weighted = fields.roll(fields.weighted, bars, "std") / (fields.roll(fields.weighted, bars, "mean") + TINY)
    return {
        "CNTP": rises,
        "CNTN": falls,
        "CNTD": rises - falls,
        "VMA": fields.roll(fields.volume, bars, "mean") / volume,
        "VSTD": fields.roll(fields.volume, bars, "std") / volume,
        "WVMA": weighted,
        **_sums(fields, fields.change, bars, "SUM"),
        **_sums(fields, fields.volume_change, bars, "VSUM"),
    }


def _sums(fields: Fields, change: pd.Series, bars: int, name: str) -> dict[str, pd.Series]:
    total = fields.roll(change.abs(), bars, "sum") + TINY
    up = fields.roll(change.clip(lower=0), bars, "sum")
    down = fields.roll((-change).clip(lower=0), bars, "sum")
    return {f"{name}P": up / total, f"{name}N": down / total, f"{name}D": (up - down) / total}


def measure(*, path: str, result_path: str) -> dict[str, object]:
    """Alpha158 of a panel: from the long table in memory to the table of 158 columns."""
    panel = read(path)
    table = _table(panel)
    symbols = panel["close"].shape[1]
    first = table.loc[: WARM_UP_SYMBOLS - 1]
    times_s, result = time_calls(lambda: alpha158(table), warm_up=lambda: alpha158(first))
    shape = (symbols, len(panel["time_ns"]), result.shape[1])
    write_factors(result_path, list(result.columns), result.to_numpy().reshape(shape))
    return {"times_s": times_s, "peak_mb": peak_mb()}


def _table(panel: Arrays) -> pd.DataFrame:
    symbols = panel["close"].shape[1]
    index = pd.MultiIndex.from_product([range(symbols), pd.DatetimeIndex(panel["time_ns"])], names=["symbol", "time"])
    names = ("open", "high", "low", "close", "volume")
    return pd.DataFrame({name: panel[name].T.ravel() for name in names}, index=index)
