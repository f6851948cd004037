"""Plain values of data sets: what an import is asked to do, what it found, and batches of rows for readers.

No Django and no polars here, so that the gateway may import these types at start.
"""

from typing import Literal

import msgspec

Kind = Literal["candles", "trades"]


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

    `file_name` is only shown, never opened. `calendar` is that of the instrument when it is known already.
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
    """A run of missing bars between the bars that open at `after_ns` and `before_ns`."""

    after_ns: int
    before_ns: int
    missing_bars: int


class Gaps(msgspec.Struct, frozen=True):
    """Runs of missing bars. `longest_s` is the time from the bar before to the bar after; `items` has the longest."""

    count: int = 0
    missing_bars: int = 0
    longest_s: int = 0
    items: tuple[Gap, ...] = ()


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """What was found in the file and what was done about it. Texts are for people, numbers for programs."""

    rows: int
    from_ns: int
    to_ns: int
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
    columns: Columns
    ignored_columns: tuple[str, ...]
    repairs: tuple[str, ...]
    notes: tuple[str, ...]


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


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """The head of a file as an import would read it: every column, the roles proposed and the first rows as text."""

    file_format: str
    kind: Kind
    header_line: int
    banner: tuple[str, ...]
    column_names: tuple[str, ...]
    columns: Columns
    ignored_columns: tuple[str, ...]
    time_format: str
    time_zone: str
    symbol: str | None
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
