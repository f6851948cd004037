"""Plain values of data sets: what an import is asked to do, what it found, and batches of rows for readers.

No Django and no polars here, so that the gateway may import these types at start.
"""

from typing import Literal

import msgspec

Kind = Literal["candles", "trades", "depth"]

WORK_FOLDER = ".work"
"""In the folder of data sets: what imports under way have on disk."""


class Columns(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which column of a file plays which role. A file without a header names its columns `column_1`, `column_2`, …

    `date` is set when the day and the time of day stand in two columns; `time` is then the time of day.
    `time_format` is a strftime format (`%d/%m/%Y %H:%M`) for times that cannot be recognised.
    """

    time: str | None = None
    date: str | None = None
    open: str | None = None
    high: str | None = None
    low: str | None = None
    close: str | None = None
    volume: str | None = None
    price: str | None = None
    quantity: str | None = None
    side: str | None = None
    buyer_maker: str | None = None
    id: str | None = None
    symbol: str | None = None
    time_format: str | None = None

    def used(self) -> dict[str, str]:
        """The roles that have a column, and its name."""
        return {
            role: name
            for role in self.__struct_fields__
            if role != "time_format" and (name := getattr(self, role)) is not None
        }


class ImportSpec(msgspec.Struct, frozen=True):
    """One import, as it travels to a worker process.

    `file_name` is only shown, never opened. `calendar` is that of the instrument, None when there is none yet.
    `delete_source` removes the uploaded copy when the import has ended, however it ended.
    """

    path: str
    file_name: str
    datasets_dir: str
    symbol: str | None = None
    interval: str | None = None
    kind: Kind | None = None
    columns: Columns | None = None
    calendar: str | None = None
    delete_source: bool = False


class BadRow(msgspec.Struct, frozen=True):
    """One row that was left out: its line in the file (a row number in Parquet and Feather), why, and its text."""

    line: int
    reason: str
    text: str


class Gap(msgspec.Struct, frozen=True):
    """A run of missing bars between the bars that open at `after` and `before` (ISO 8601)."""

    after: str
    before: str
    missing_bars: int


class Gaps(msgspec.Struct, frozen=True):
    """Runs of missing bars. `longest_seconds` is from the bar before to the bar after; `items` are the longest."""

    count: int = 0
    missing_bars: int = 0
    longest_seconds: int = 0
    items: tuple[Gap, ...] = ()


class InstrumentNote(msgspec.Struct, frozen=True):
    """The instrument a data set belongs to; `created` when the import made it, out of the data's decimals."""

    symbol: str
    created: bool
    tick_size: str
    lot_size: str
    notes: tuple[str, ...]


class Quality(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """What was found in the file and what was done about it. Texts are for people, numbers for programs.

    `from_` and `to` are the times of the first and the last row. `gaps` are runs of missing bars while the market
    was open, `breaks` those while it was closed by its `calendar`. `duplicates` counts rows that were left out for
    having the time of another; `conflicting_duplicates` are those of them that had other values. `out_of_order`
    counts steps of time against the direction of the file (`order`). `off_grid` counts bars that do not open at a
    multiple of the interval. `repairs` says what was changed, `notes` what a reader should know.
    """

    rows: int
    from_: str
    to: str
    interval: str | None
    gaps: Gaps
    breaks: Gaps
    calendar: str
    duplicates: int
    conflicting_duplicates: int
    out_of_order: int
    order: str
    bad_rows: int
    bad_row_reasons: dict[str, int]
    bad_row_examples: tuple[BadRow, ...]
    blank_lines: int
    zero_volume: int
    off_grid: int
    time_zone: str
    time_format: str
    file_format: str
    banner: tuple[str, ...]
    columns: dict[str, str]
    ignored_columns: tuple[str, ...]
    repairs: tuple[str, ...]
    notes: tuple[str, ...]
    instrument: InstrumentNote | None = None


class Dataset(msgspec.Struct, frozen=True, kw_only=True):
    """A stored data set. `interval` and `interval_s` (seconds) are None for trades and depth; times in UTC nanoseconds.

    `from_ns` and `to_ns` are the times of the first and the last row. `price_decimals` and `volume_decimals` are
    those of the data, None where the numbers are no plain decimals.
    """

    id: str
    symbol: str
    kind: Kind
    interval: str | None
    interval_s: int | None
    rows: int
    from_ns: int
    to_ns: int
    price_decimals: int | None
    volume_decimals: int | None
    content_hash: str
    size_bytes: int
    file_name: str
    created_ns: int


class ImportResult(msgspec.Struct, frozen=True, kw_only=True):
    """What an import gives: the stored content and its description. `lowest_price` helps to choose a tick."""

    content_hash: str
    symbol: str
    kind: Kind
    interval: str | None
    rows: int
    from_ns: int
    to_ns: int
    price_decimals: int | None
    volume_decimals: int | None
    lowest_price: float
    size_bytes: int
    file_name: str
    quality: Quality


class Candles(msgspec.Struct, frozen=True):
    """Candles as equally long columns, oldest first; `time_ns` is the open time in UTC."""

    time_ns: list[int]
    open: list[float]
    high: list[float]
    low: list[float]
    close: list[float]
    volume: list[float]

    def __len__(self) -> int:
        return len(self.time_ns)


class Trades(msgspec.Struct, frozen=True):
    """Trades as equally long columns, oldest first; `side` is the taker's, `buy` or `sell`."""

    time_ns: list[int]
    price: list[float]
    quantity: list[float]
    side: list[str]

    def __len__(self) -> int:
        return len(self.time_ns)


class DepthStart(msgspec.Struct, frozen=True):
    """Where a replay of recorded depth begins: the number of its first step's message, and that one's time."""

    row: int
    time_ns: int
    has_trades: bool


class DepthRows(msgspec.Struct, frozen=True):
    """Messages of recorded depth as columns, in the order of the recording. Prices and quantities in 10**-8.

    `event` is snapshot, reset, diff or trade. The levels of all messages follow each other in four flat columns; a
    message has the next `bid_counts` bids and `ask_counts` asks of them. `price`, `quantity`, `side` are a trade's.
    """

    time_ns: list[int]
    event: list[str]
    first_id: list[int]
    last_id: list[int]
    previous_id: list[int]
    bid_counts: list[int]
    ask_counts: list[int]
    bid_prices: list[int]
    bid_quantities: list[int]
    ask_prices: list[int]
    ask_quantities: list[int]
    price: list[int]
    quantity: list[int]
    side: list[str]

    def __len__(self) -> int:
        return len(self.time_ns)


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """The head of a file as an import would read it: every column, the roles proposed and the first rows as text.

    `problem` says why the layout is not recognised; there is then no kind, and the columns are numbered.
    """

    file_format: str
    kind: Kind | None
    header_line: int
    banner: tuple[str, ...]
    column_names: tuple[str, ...]
    columns: dict[str, str]
    ignored_columns: tuple[str, ...]
    time_format: str | None
    time_zone: str | None
    symbol: str | None
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    problem: str | None
