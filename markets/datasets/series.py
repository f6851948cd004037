"""Sorted rows to a clean series: duplicates out, sides filled in, and the facts that only the whole series shows.

Rules: a candle written twice counts once; of candles that disagree about one time the newer row in the file's own
direction stays (a download that was appended to holds the finished candle last). Trades are only duplicates when the
venue's own id is the same; equal trades and quotes without ids are kept, since markets do print them.
"""

from collections import Counter
from collections.abc import Iterator

import numpy as np
import polars as pl

from kit.clock import NS_PER_SECOND
from markets.datasets.inspecting import ReturnSample
from markets.datasets.records import Example, Kind
from markets.datasets.rows import examples_of_rows
from markets.datasets.store import CANDLE_SCHEMA, SIDES, ContentHash, schema_of

MAX_DECIMALS = 12
"""More decimals than this are noise of binary arithmetic, not how anybody quotes."""
NOISE_ULPS = 2
DECIMALS_SAMPLE = 1_000
"""Numbers that are looked at first, so that all of them are looked at once and not once for each decimal."""
KEPT_ROWS = 500_000
"""Rows of a short series that stay in memory for the second look at them: about 25 MB."""
MAX_SPACINGS = 10_000
"""Different distances between candles that are counted before the rare ones are forgotten."""
KEPT_SPACINGS = 1_000
PRICE_COLUMNS: dict[Kind, tuple[str, ...]] = {
    "candles": tuple(CANDLE_SCHEMA.names()[1:5]),
    "trades": ("price",),
    "quotes": ("bid", "ask"),
}
SIZE_COLUMNS: dict[Kind, tuple[str, ...]] = {
    "candles": ("volume",),
    "trades": ("quantity",),
    "quotes": ("bid_size", "ask_size"),
}
LOWEST_COLUMN: dict[Kind, str] = {"candles": "low", "trades": "price", "quotes": "bid"}
DAY_NS = 86_400 * NS_PER_SECOND
HOUR_NS = 3_600 * NS_PER_SECOND
MAX_REPEAT_EXAMPLES = 5
MAX_ASIDE_ROWS = 100_000
"""Candles kept beside a data set because they lost to another of the same time."""
_TRADE_VALUES = ["time", "price", "quantity", "buy", "id"]
_SATURDAY = 2
_SUNDAY = 3
"""1970-01-01 was a Thursday, day 0."""


class Decimals:
    """How many decimals numbers have, found on their values; None when some have more than 12.

    Two units in the last place are forgiven: vendors' own arithmetic leaves 4.070000000000001e-05 for 0.0000407.
    """

    def __init__(self) -> None:
        self.count: int | None = 0

    def add(self, values: np.ndarray) -> None:
        """Look at more numbers (Float64, finite)."""
        for part in (values[:DECIMALS_SAMPLE], values):
            while self.count is not None and not _has_decimals(part, self.count):
                self.count = self.count + 1 if self.count < MAX_DECIMALS else None


class SeriesBuilder:
    """Cleans sorted frames one after the other; its attributes hold what was found when all have passed."""

    def __init__(self, kind: Kind, *, expected_rows: int, has_spread: bool = False) -> None:
        self.kind = kind
        self.returns = ReturnSample(expected_rows)
        self.schema = schema_of(kind, has_spread=has_spread)
        self.content = ContentHash(kind, has_spread=has_spread)
        self.price_decimals = Decimals()
        self.volume_decimals = Decimals()
        self.rows = 0
        self.first_ns = 0
        self.last_ns = 0
        self.exact_duplicates = 0
        self.conflicting_duplicates = 0
        self.equal_rows = 0
        self.repeat_examples: list[Example] = []
        self.kept: list[pl.DataFrame] | None = []
        """All frames of a series that is short enough, else None."""
        self.aside: list[pl.DataFrame] = []
        self.aside_rows = 0
        """Candles in `aside`: of each time with several, the first one where it is another than the one that stayed."""
        self.zero_volume = 0
        self.lowest_price = float("inf")
        self.longest_ns = 0
        self.spacings: Counter[int] = Counter()
        self.days: set[int] = set()
        self.hours: set[int] = set()
        self._last_price = 0.0
        self._last_is_buy = True

    def clean(self, frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """The frames as they are stored; `frames` are sorted and never divide rows of equal time."""
        cleaners = {
            "candles": self._without_duplicate_candles,
            "trades": self._clean_trades,
            "quotes": self._count_equal_quotes,
        }
        clean = cleaners[self.kind]
        for arrived in frames:
            frame = clean(arrived).select(self.schema.names())
            self._note_times(frame["time"].to_numpy())
            self._note_numbers(frame)
            self.content.add(frame)
            self._keep(frame)
            yield frame

    def _keep(self, frame: pl.DataFrame) -> None:
        if self.kept is not None:
            self.kept = [*self.kept, frame] if self.rows <= KEPT_ROWS else None

    def interval_ns(self) -> int | None:
        """The most common distance between rows; None for fewer than two."""
        return self.spacings.most_common(1)[0][0] if self.spacings else None

    @property
    def has_saturdays(self) -> bool:
        """Whether any row lies on a Saturday in UTC."""
        return _SATURDAY in self.days

    @property
    def has_sundays(self) -> bool:
        """Whether any row lies on a Sunday in UTC."""
        return _SUNDAY in self.days

    def _without_duplicate_candles(self, frame: pl.DataFrame) -> pl.DataFrame:
        times = frame["time"].to_numpy()
        if len(times) < 2 or bool((times[1:] > times[:-1]).all()):
            return frame
        unique = frame.unique("time", keep="last", maintain_order=True)
        different = frame.select(pl.exclude("row")).n_unique()
        self.exact_duplicates += frame.height - different
        if len(self.repeat_examples) < MAX_REPEAT_EXAMPLES and frame.height > different:
            is_repeat = frame.select(pl.exclude("row")).is_duplicated() & pl.Series(
                np.concatenate(([False], times[1:] == times[:-1]))
            )
            repeats = frame.filter(is_repeat).head(MAX_REPEAT_EXAMPLES - len(self.repeat_examples))
            self.repeat_examples += examples_of_rows(repeats, "written before")
        self.conflicting_duplicates += different - unique.height
        if different > unique.height:
            self._set_aside(frame.unique("time", keep="first", maintain_order=True), unique)
        return unique

    def _set_aside(self, first: pl.DataFrame, kept: pl.DataFrame) -> None:
        """Keep the first candles of their times that say something else than the ones that stay."""
        values = [name for name in self.schema.names() if name != "time"]
        differ = np.logical_or.reduce([first[name].to_numpy() != kept[name].to_numpy() for name in values])
        others = first.filter(pl.Series(differ)).select(self.schema.names()).head(MAX_ASIDE_ROWS - self.aside_rows)
        self.aside.append(others)
        self.aside_rows += others.height

    def _count_equal_quotes(self, frame: pl.DataFrame) -> pl.DataFrame:
        self.equal_rows += frame.height - frame.select(self.schema.names()).n_unique()
        return frame

    def _clean_trades(self, frame: pl.DataFrame) -> pl.DataFrame:
        if "side" in frame.columns:
            return frame  # stored before, and clean
        repeats = self._repeats_of_trades(frame)
        if frame["id"].null_count():
            self.equal_rows += repeats
        elif repeats:
            self.exact_duplicates += repeats
            frame = frame.unique(_TRADE_VALUES, keep="first", maintain_order=True)
        buys = self._tick_rule(frame["price"]) if frame["buy"].null_count() else frame["buy"]
        sides = (~buys).cast(pl.UInt8).cat.to(SIDES).alias("side")
        return frame.select("time", "price", "quantity", sides)

    def _repeats_of_trades(self, frame: pl.DataFrame) -> int:
        """Rows that equal another in every value; only rows of one time can."""
        times = frame["time"].to_numpy()
        is_same = times[1:] == times[:-1]
        if not is_same.any():
            return 0
        beside_another = np.concatenate((is_same, [False])) | np.concatenate(([False], is_same))
        rows = frame.filter(pl.Series(beside_another)).select(_TRADE_VALUES)
        return rows.height - rows.n_unique()

    def _tick_rule(self, prices: pl.Series) -> pl.Series:
        """Whether each trade was a buy: above the last different price yes, below no (Lee and Ready, 1991)."""
        before = prices.shift(1, fill_value=self._last_price or prices[0])
        moves = pl.DataFrame({"step": prices - before}).select(
            pl.when(pl.col("step") != 0).then(pl.col("step") > 0).forward_fill().fill_null(self._last_is_buy)
        )
        buys = moves.to_series()
        self._last_price, self._last_is_buy = prices[-1], buys[-1]
        return buys

    def _note_times(self, times: np.ndarray) -> None:
        if not self.rows:
            self.first_ns = int(times[0])
        else:
            times = np.concatenate(([self.last_ns], times))
        self.last_ns = int(times[-1])
        steps = np.diff(times)
        if len(steps):
            self.longest_ns = max(self.longest_ns, int(steps.max()))
        self.days.update(np.flatnonzero(np.bincount(times // DAY_NS % 7)).tolist())
        self.hours.update(np.flatnonzero(np.bincount(times % DAY_NS // HOUR_NS)).tolist())
        if self.kind == "candles" and len(steps):
            self._note_spacings(steps)

    def _note_spacings(self, steps: np.ndarray) -> None:
        if (steps == steps[0]).all():
            self.spacings[int(steps[0])] += len(steps)
            return
        distances, counts = np.unique(steps, return_counts=True)
        self.spacings.update(dict(zip(distances.tolist(), counts.tolist(), strict=True)))
        if len(self.spacings) > MAX_SPACINGS:
            self.spacings = Counter(dict(self.spacings.most_common(KEPT_SPACINGS)))

    def _note_numbers(self, frame: pl.DataFrame) -> None:
        for name in PRICE_COLUMNS[self.kind]:
            self.price_decimals.add(frame[name].to_numpy())
        for name in SIZE_COLUMNS[self.kind]:
            self.volume_decimals.add(frame[name].to_numpy())
        if self.kind == "candles":
            self.zero_volume += int((frame["volume"].to_numpy() == 0).sum())
        prices = last_prices(frame, self.kind)
        self.returns.add(prices)
        if self.kind == "quotes":
            # Candles are made of the middle, which has half a step more.
            self.price_decimals.add(prices)
        lowest = frame[LOWEST_COLUMN[self.kind]].to_numpy().min()
        self.lowest_price = min(self.lowest_price, float(lowest))
        self.rows += frame.height


def last_prices(frame: pl.DataFrame, kind: Kind) -> np.ndarray:
    """The one price of each row that a series goes by: close, trade price, or the middle of bid and ask."""
    if kind == "quotes":
        middle: np.ndarray = (frame["bid"].to_numpy() + frame["ask"].to_numpy()) / 2
        return middle
    return frame["close" if kind == "candles" else "price"].to_numpy()


def _has_decimals(values: np.ndarray, count: int) -> bool:
    """Whether every value is a number of `count` decimals, but for the noise of binary arithmetic."""
    scale = np.float64(10**count)
    nearest = np.rint(values * scale) / scale
    is_off = nearest != values
    if not is_off.any():
        return True
    off = values[is_off]
    return bool(np.all(np.abs(nearest[is_off] - off) <= NOISE_ULPS * np.spacing(off)))
