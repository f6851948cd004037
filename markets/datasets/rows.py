"""What each raw row means, and whether it may stay: one pass that parses, checks and counts.

A row that breaks a rule is left out, counted under its reason, and the first few are kept with their line for the
report. Nothing is dropped in silence, and a million broken rows cost no more memory than twenty.
"""

import msgspec
import polars as pl

from kit.clock import iso_from_ns
from markets.datasets.columns import ASK_ROLES, BID_ROLES, NUMBER_ROLES
from markets.datasets.layouts import Layout
from markets.datasets.lines import MAX_LINE_BYTES
from markets.datasets.records import BadRow, Columns, Example, Kind
from markets.datasets.store import SPREAD
from markets.datasets.tables import BLANK, EXTRA, PANEL, ROW, TOO_LONG, RawBatch
from markets.datasets.times import TimeReader, clock_ns, datetime_ns, epoch_ns, parse_times

MAX_EXAMPLES = 20
"""Bad rows kept with line and text for the report."""
MAX_EXAMPLE_CHARS = 120
MAX_VALUE = 1e15
"""Larger prices and volumes are broken cells; floats hold whole numbers exactly up to 9e15."""
PRICES = ("open", "high", "low", "close")
SYMBOL = "symbol"
ROWS_OF_A_FILE = 2**40
"""Rows of different files of one series are numbered this far apart, so that their order stays that of the files."""
SPREAD_DECIMALS = 12
"""A spread is a difference of two prices; further digits are noise of binary arithmetic."""
CROSSED = "ask is below bid"
CONTRADICTIONS = ("high is below low", "open or close is above high", "open or close is below low")
"""Reasons for which a bar is left out because its prices contradict each other."""
_SIZES = frozenset({"volume", "bid_size", "ask_size"})
"""Numbers that may be 0."""
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

    def merge(self, others: "BadRows") -> None:
        """Count what others counted as well."""
        for reason, count in others.by_reason.items():
            self.by_reason[reason] = self.by_reason.get(reason, 0) + count
        self.examples = (self.examples + others.examples)[:MAX_EXAMPLES]

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


def examples_of_rows(frame: pl.DataFrame, text: str) -> list[Example]:
    """Rows of a batch by their line in the file and their time."""
    places = zip(frame[ROW].to_list(), frame["time"].to_list(), strict=True)
    return [Example(time=iso_from_ns(time_ns), line=row % ROWS_OF_A_FILE, text=text) for row, time_ns in places]


class Checked(msgspec.Struct, frozen=True):
    """The rows of a batch in the order of the file: those that may stay, and those that may not with their `reason`.

    Both have a column `symbol` where the file has symbols.
    """

    good: pl.DataFrame
    bad: pl.DataFrame


class RowReader:
    """Turns raw batches into checked rows: `time`, `row` and the numbers of the kind.

    Candles have `open high low close volume` (and `spread` from bars of bid and ask), trades `price quantity buy` (a
    Boolean, null where the file has no side) and `id` (a hash of the venue's own), quotes `bid ask bid_size ask_size`.
    """

    def __init__(self, layout: Layout, first_row: int = 0) -> None:
        self._layout = layout
        self._first_row = first_row
        self._has_symbols: bool | None = None
        self.blank_lines = 0

    def read(self, batch: RawBatch) -> Checked:
        """The rows of the batch, parsed and judged."""
        raw = self._unfolded(self._without_blank_lines(batch.frame))
        has_symbols = self._notice_symbols(raw)
        parsed = _parse(raw, self._layout, has_symbols=has_symbols)
        rules = _rules(self._layout, has_symbols=has_symbols)
        kept = self._kept(has_symbols=has_symbols)
        if not _is_any_broken(parsed, rules):
            return Checked(parsed.select(kept), parsed.clear().with_columns(pl.lit(None, pl.String).alias(_REASON)))
        if batch.as_text is not None:
            # A row may not stay: read it again as it is written, for the report.
            return self.read(RawBatch(batch.as_text(), batch.fraction))
        checked = parsed.with_columns(_reason(rules).alias(_REASON))
        is_bad = pl.col(_REASON).is_not_null()
        return Checked(checked.filter(~is_bad).select(kept), checked.filter(is_bad))

    def _kept(self, *, has_symbols: bool) -> list[str | pl.Expr]:
        row = pl.col(ROW) + self._first_row if self._first_row else pl.col(ROW)
        return [row, *_kept_columns(self._layout), *((SYMBOL,) if has_symbols else ())]

    def _without_blank_lines(self, frame: pl.DataFrame) -> pl.DataFrame:
        if not self._layout.is_text or not frame[BLANK].any():
            return frame
        filled = frame.filter(~pl.col(BLANK) | pl.col(TOO_LONG))
        self.blank_lines += frame.height - filled.height
        return filled

    def _unfolded(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Roles as raw columns; a row of a panel becomes one row for each symbol that has a price in it."""
        if not self._layout.panel:
            return frame.rename({role: _RAW + role for role in self._layout.columns.used()})
        prices = [PANEL + name for name in self._layout.panel]
        others = [name for name in frame.columns if name not in prices]
        is_broken = pl.col(TOO_LONG) | pl.col(EXTRA).is_not_null() if self._layout.is_text else pl.lit(False)
        broken = frame.filter(is_broken).select(*others, pl.lit(None, pl.String).alias(SYMBOL))
        rows = frame.filter(~is_broken).unpivot(prices, index=others, variable_name=SYMBOL, value_name="close")
        rows = rows.filter(pl.col("close").is_not_null()).with_columns(pl.col(SYMBOL).str.strip_prefix(PANEL))
        unfolded = pl.concat([rows, broken], how="diagonal")
        return unfolded.rename({role: _RAW + role for role in ("time", "close", SYMBOL)})

    def _notice_symbols(self, raw: pl.DataFrame) -> bool:
        """Whether the file has symbols: a column of them that is not empty in the first rows."""
        if self._has_symbols is None and raw.height:
            name = _RAW + SYMBOL
            self._has_symbols = name in raw.columns and raw[name].null_count() < raw.height
        return bool(self._has_symbols)


# Cells to values


def _parse(raw: pl.DataFrame, layout: Layout, *, has_symbols: bool) -> pl.DataFrame:
    columns = layout.columns
    values: list[pl.Series | pl.Expr] = [_times(raw, layout.time_reader).alias("time")]
    values += [_numbers(raw[_RAW + role], layout).alias(role) for role in _number_roles(columns)]
    if has_symbols:
        values.append(_symbols(raw))
    if layout.kind == "candles" and columns.volume is None:
        values.append(pl.lit(0.0).alias("volume"))
    if layout.kind == "trades":
        values += [_buys(raw, columns), _ids(columns)]
    if layout.kind == "quotes":
        values += [pl.lit(0.0).alias(role) for role in ("bid_size", "ask_size") if getattr(columns, role) is None]
    parsed = raw.with_columns(values)
    if layout.panel:
        return parsed.with_columns(pl.col("close").alias(role) for role in ("open", "high", "low"))
    return parsed.with_columns(_side_prices(layout)) if layout.is_sided else parsed


def _side_prices(layout: Layout) -> list[pl.Expr]:
    """The candle of bars with a bid and an ask: the side that is wanted, or the middle, as LEAN's QuoteBar has it."""
    pairs = [(pl.col(bid), pl.col(ask)) for bid, ask in zip(BID_ROLES, ASK_ROLES, strict=True)]
    chosen = {
        "mid": [(bid + ask) / 2 for bid, ask in pairs],
        "bid": [bid for bid, _ in pairs],
        "ask": [ask for _, ask in pairs],
    }[layout.price]
    spread = (pl.col("ask_close") - pl.col("bid_close")).round(SPREAD_DECIMALS)
    return [*(price.alias(name) for name, price in zip(PRICES, chosen, strict=True)), spread.alias(SPREAD)]


def _number_roles(columns: Columns) -> tuple[str, ...]:
    return tuple(role for role in NUMBER_ROLES if getattr(columns, role) is not None)


_KEPT: dict[Kind, tuple[str, ...]] = {
    "candles": ("time", *PRICES, "volume"),
    "trades": ("time", "price", "quantity", "buy", "id"),
    "quotes": ("time", "bid", "ask", "bid_size", "ask_size"),
}


def _kept_columns(layout: Layout) -> tuple[str, ...]:
    return (*_KEPT[layout.kind], SPREAD) if layout.is_sided else _KEPT[layout.kind]


def _symbols(raw: pl.DataFrame) -> pl.Series:
    cells = raw[_RAW + SYMBOL]
    texts = cells if cells.dtype == pl.String else cells.cast(pl.String)
    return texts.str.strip_chars().alias(SYMBOL)


def _times(raw: pl.DataFrame, reader: TimeReader) -> pl.Series:
    cells = raw[_RAW + "time"]
    if reader.day_ns is not None:
        return clock_ns(cells, reader.day_ns)
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


Rule = tuple[pl.Expr, str]


def _is_any_broken(parsed: pl.DataFrame, rules: list[Rule]) -> bool:
    """Whether any row breaks a rule; nearly no batch has one, and this is cheaper than to say which."""
    return bool(parsed.select(pl.any_horizontal([is_broken.any() for is_broken, _ in rules])).item())


def _reason(rules: list[Rule]) -> pl.Expr:
    """Why a row may not stay, null when it may: the first rule it breaks."""
    verdict = pl.lit(None, dtype=pl.String)
    for is_broken, text in reversed(rules):
        verdict = pl.when(is_broken).then(pl.lit(text)).otherwise(verdict)
    return verdict


def _rules(layout: Layout, *, has_symbols: bool) -> list[Rule]:
    """What makes a row bad, in the order in which it is said."""
    columns = layout.columns
    rules: list[Rule] = []
    if layout.is_text:
        rules += [
            (pl.col(TOO_LONG), f"the line is longer than {MAX_LINE_BYTES:,} bytes"),
            (pl.col(EXTRA).is_not_null(), "more fields than columns"),
        ]
    needed = [role for role in columns.used() if role not in ("id", SYMBOL)]
    rules += [(_is_empty(_RAW + role), f"{role} is missing") for role in needed]
    if has_symbols:
        rules.append((_is_empty(SYMBOL) | (pl.col(SYMBOL) == ""), "symbol is missing"))
    rules.append((pl.col("time").is_null(), "time is not a time between 1800 and 2200"))
    for role in _number_roles(columns):
        rules += _number_rules(role)
    if layout.is_sided:
        rules += [*_bar_rules(BID_ROLES), *_bar_rules(ASK_ROLES)]
        rules += [(pl.col(ask) < pl.col(bid), CROSSED) for bid, ask in zip(BID_ROLES, ASK_ROLES, strict=True)]
    elif layout.kind == "candles" and not layout.panel:
        rules += _bar_rules(PRICES)
    if layout.kind == "quotes":
        rules.append((pl.col("ask") < pl.col("bid"), CROSSED))
    if columns.side or columns.buyer_maker:
        rules.append((pl.col("buy").is_null(), "side is neither buy nor sell"))
    return rules


def _number_rules(role: str) -> list[Rule]:
    value = pl.col(role)
    too_small = (value < 0, f"{role} is negative") if role in _SIZES else (value <= 0, f"{role} is not above 0")
    return [
        (value.is_null(), f"{role} is not a number"),
        (~value.is_finite(), f"{role} is not finite"),
        too_small,
        (value > MAX_VALUE, f"{role} is larger than {MAX_VALUE:g}"),
    ]


def _bar_rules(roles: tuple[str, ...]) -> list[Rule]:
    """What holds between the open, high, low and close of a bar, in this order."""
    first, high, low, last = roles
    broken = (
        pl.col(high) < pl.col(low),
        pl.col(high) < pl.max_horizontal(first, last),
        pl.col(low) > pl.min_horizontal(first, last),
    )
    return list(zip(broken, CONTRADICTIONS, strict=True))


def _is_empty(column: str) -> pl.Expr:
    return pl.col(column).is_null()
