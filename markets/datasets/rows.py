"""What each raw row means, and whether it may stay: one pass that parses, checks and counts.

A row that breaks a rule is left out, counted under its reason, and the first few are kept with their line for the
report. Nothing is dropped in silence, and a million broken rows cost no more memory than twenty.
"""

import polars as pl

from markets.datasets.layouts import Layout
from markets.datasets.lines import MAX_LINE_BYTES
from markets.datasets.records import BadRow, Columns
from markets.datasets.tables import BLANK, EXTRA, ROW, TOO_LONG, RawBatch
from markets.datasets.times import TimeReader, datetime_ns, epoch_ns, parse_times

MAX_EXAMPLES = 20
"""Bad rows kept with line and text for the report."""
MAX_EXAMPLE_CHARS = 120
MAX_VALUE = 1e15
"""Larger prices and volumes are broken cells; floats hold whole numbers exactly up to 9e15."""
MAX_SYMBOLS = 5
"""Different symbols collected for the refusal of a file that holds several."""

PRICES = ("open", "high", "low", "close")
_REASON = "reason"
_RAW = "raw_"
_SIDE_IS_BUY: dict[str, bool] = {
    "buy": True, "b": True, "bid": True, "1": True, "sell": False, "s": False, "ask": False, "-1": False,
}  # fmt: skip
_MAKER_IS_BUYER: dict[str, bool] = {
    "true": True, "t": True, "1": True, "yes": True, "false": False, "f": False, "0": False, "no": False,
}  # fmt: skip


class BadRows:
    """Rows that were left out: how many for which reason, and the first few."""

    def __init__(self) -> None:
        self.by_reason: dict[str, int] = {}
        self.examples: list[BadRow] = []

    @property
    def count(self) -> int:
        """All of them."""
        return sum(self.by_reason.values())

    def add(self, bad: pl.DataFrame) -> None:
        """Count rows that have a `reason`; their raw cells are the columns whose name begins with `raw_`."""
        for reason, count in bad[_REASON].value_counts().iter_rows():
            self.by_reason[reason] = self.by_reason.get(reason, 0) + count
        examples = bad.head(MAX_EXAMPLES - len(self.examples)).select(
            ROW, _REASON, pl.col(rf"^{_RAW}.*$").cast(pl.String)
        )
        for line, reason, *cells in examples.iter_rows():
            text = ", ".join((cell or "")[:MAX_EXAMPLE_CHARS] for cell in cells)
            self.examples.append(BadRow(line, reason, text[:MAX_EXAMPLE_CHARS]))


class RowReader:
    """Turns raw batches into checked rows: `time`, `row` and the numbers of the kind; and keeps count.

    Candles have `open high low close volume`, trades `price quantity buy` (a Boolean, null where the file has no
    side) and `id` (a hash of the venue's own).
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._last_time_ns: int | None = None
        self.bad = BadRows()
        self.good = 0
        self.blank_lines = 0
        self.rising = 0
        self.falling = 0
        self.symbols: list[str] = []

    def read(self, batch: RawBatch) -> pl.DataFrame:
        """The rows of the batch that pass every check, in the order of the file."""
        raw = self._without_blank_lines(batch.frame)
        checked = _parse(raw, self._layout).with_columns(_reason(self._layout).alias(_REASON))
        bad = checked.filter(pl.col(_REASON).is_not_null())
        if bad.height:
            self.bad.add(bad)
        good = checked.filter(pl.col(_REASON).is_null()).select(ROW, *_kept_columns(self._layout))
        self._note_order(good["time"])
        self._note_symbols(checked)
        self.good += good.height
        return good

    @property
    def is_newest_first(self) -> bool:
        """Whether most steps of time go backwards."""
        return self.falling > self.rising

    @property
    def out_of_order(self) -> int:
        """Steps of time against the direction of the file."""
        return min(self.falling, self.rising)

    def _without_blank_lines(self, frame: pl.DataFrame) -> pl.DataFrame:
        raw = frame.rename({role: _RAW + role for role in self._layout.columns.used()})
        if not self._layout.is_text:
            return raw
        filled = raw.filter(~pl.col(BLANK) | pl.col(TOO_LONG))
        self.blank_lines += raw.height - filled.height
        return filled

    def _note_order(self, times: pl.Series) -> None:
        if not len(times):
            return
        if self._last_time_ns is not None:
            times = pl.concat([pl.Series("time", [self._last_time_ns], dtype=pl.Int64), times])
        steps = times.diff()
        self.rising += int((steps > 0).sum())
        self.falling += int((steps < 0).sum())
        self._last_time_ns = times[-1]

    def _note_symbols(self, checked: pl.DataFrame) -> None:
        if self._layout.columns.symbol is None or len(self.symbols) >= MAX_SYMBOLS:
            return
        names = checked[_RAW + "symbol"].cast(pl.String).drop_nulls().unique(maintain_order=True).head(MAX_SYMBOLS)
        self.symbols += [name for text in names if (name := text.strip()) not in self.symbols]


# Cells to values


def _parse(raw: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    columns = layout.columns
    values: list[pl.Series | pl.Expr] = [_times(raw, layout.time_reader).alias("time")]
    values += [_numbers(raw[_RAW + role], layout).alias(role) for role in _number_roles(columns)]
    if layout.kind == "candles" and columns.volume is None:
        values.append(pl.lit(0.0).alias("volume"))
    if layout.kind == "trades":
        values += [_buys(raw, columns), _ids(columns)]
    return raw.with_columns(values)


def _number_roles(columns: Columns) -> tuple[str, ...]:
    return tuple(role for role in (*PRICES, "volume", "price", "quantity") if getattr(columns, role) is not None)


def _kept_columns(layout: Layout) -> tuple[str, ...]:
    if layout.kind == "candles":
        return ("time", *PRICES, "volume")
    return ("time", "price", "quantity", "buy", "id")


def _times(raw: pl.DataFrame, reader: TimeReader) -> pl.Series:
    cells = raw[_RAW + "time"]
    if _RAW + "date" in raw.columns:
        joined = pl.concat_str(
            pl.col(_RAW + "date").cast(pl.String), pl.col(_RAW + "time").cast(pl.String), separator=" "
        )
        return parse_times(raw.select(joined).to_series(), reader)
    if isinstance(cells.dtype, pl.Datetime) or cells.dtype == pl.Date:
        return datetime_ns(cells)
    if cells.dtype.is_numeric() and not reader.formats:
        return epoch_ns(cells)
    return parse_times(cells.cast(pl.String), reader)


def _numbers(cells: pl.Series, layout: Layout) -> pl.Series:
    """Float64; null where a cell is no number. Float32 and Decimal go through their shortest decimal text."""
    if cells.dtype.is_integer() or cells.dtype == pl.Float64:
        return cells.cast(pl.Float64)
    if not (cells.dtype.is_numeric() or cells.dtype in (pl.String, pl.Null)):
        return pl.repeat(None, len(cells), dtype=pl.Float64, eager=True)
    texts = cells.cast(pl.String).str.strip_chars()
    if layout.decimal_comma:
        texts = texts.str.replace(",", ".", literal=True)
    return texts.cast(pl.Float64, strict=False)


def _buys(raw: pl.DataFrame, columns: Columns) -> pl.Expr:
    """Whether the taker bought. Where the buyer was the maker, the taker sold."""
    if columns.side is not None:
        return _word("side").replace_strict(_SIDE_IS_BUY, default=None, return_dtype=pl.Boolean).alias("buy")
    if columns.buyer_maker is not None:
        return (~_word("buyer_maker").replace_strict(_MAKER_IS_BUYER, default=None, return_dtype=pl.Boolean)).alias(
            "buy"
        )
    return pl.lit(None, dtype=pl.Boolean).alias("buy")


def _word(role: str) -> pl.Expr:
    return pl.col(_RAW + role).cast(pl.String).str.strip_chars().str.to_lowercase()


def _ids(columns: Columns) -> pl.Expr:
    """Equal ids at one time mark a row written twice; eight bytes of hash keep any venue's ids small."""
    if columns.id is None:
        return pl.lit(None, dtype=pl.UInt64).alias("id")
    return pl.col(_RAW + "id").cast(pl.String).hash(seed=0).alias("id")


# Values to verdicts


def _reason(layout: Layout) -> pl.Expr:
    """Why a row may not stay, null when it may: the first rule it breaks, in the order written here."""
    columns = layout.columns
    rules: list[tuple[pl.Expr, str]] = []
    if layout.is_text:
        rules += [
            (pl.col(TOO_LONG), f"the line is longer than {MAX_LINE_BYTES:,} bytes"),
            (pl.col(EXTRA).is_not_null(), "more fields than columns"),
        ]
    needed = [role for role in columns.used() if role not in ("id", "symbol")]
    rules += [(_is_empty(_RAW + role), f"{role} is missing") for role in needed]
    rules.append((pl.col("time").is_null(), "time is not a time between 1800 and 2200"))
    for role in _number_roles(columns):
        rules += _number_rules(role)
    rules += _CANDLE_RULES if layout.kind == "candles" else []
    if columns.side or columns.buyer_maker:
        rules.append((pl.col("buy").is_null(), "side is neither buy nor sell"))
    verdict = pl.lit(None, dtype=pl.String)
    for is_broken, text in reversed(rules):
        verdict = pl.when(is_broken).then(pl.lit(text)).otherwise(verdict)
    return verdict


def _number_rules(role: str) -> list[tuple[pl.Expr, str]]:
    value = pl.col(role)
    too_small = (value < 0, f"{role} is negative") if role == "volume" else (value <= 0, f"{role} is not above 0")
    return [
        (value.is_null(), f"{role} is not a number"),
        (~value.is_finite(), f"{role} is not finite"),
        too_small,
        (value > MAX_VALUE, f"{role} is larger than {MAX_VALUE:g}"),
    ]


_CANDLE_RULES: list[tuple[pl.Expr, str]] = [
    (pl.col("high") < pl.col("low"), "high is below low"),
    (pl.col("high") < pl.max_horizontal("open", "close"), "open or close is above high"),
    (pl.col("low") > pl.min_horizontal("open", "close"), "open or close is below low"),
]


def _is_empty(column: str) -> pl.Expr:
    return pl.col(column).is_null()
