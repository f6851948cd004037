"""How the rows of a file are laid out: separator, banner, header or none, the roles of columns, the writing of times.

Detection looks at the head of a text file, or at the schema of a Parquet or Feather file. What it cannot tell it
refuses, saying what the caller can send along; it never guesses between two readings that both fit.
"""

import csv
from collections.abc import Callable, Sequence
from typing import NoReturn

import msgspec

from kit.errors import invalid_field
from markets.datasets.columns import (
    ASK_ROLES,
    BID_ROLES,
    MAX_COLUMNS,
    Picked,
    check_columns,
    pick_columns,
    refuse_columns,
)
from markets.datasets.records import Columns, Kind, Price
from markets.datasets.refusals import unknown_layout, unreadable, unsuitable
from markets.datasets.times import TimeReader, detect_clock, detect_times, given_reader
from markets.datasets.unsuited import panel_columns, refusal_of_panel, why_json, why_unsuited

SEPARATORS = (",", ";", "\t", "|")
MAX_BANNER_LINES = 20
"""Lines before the header that a vendor may use for a banner."""
MAX_BANNER_CHARS = 200
MIN_COLUMNS = 3
"""Time, price and quantity are the least that can be imported."""
SAMPLE_LINES = 2_000
HEADERLESS_LINES = 50
_GOOD_SHARE = 0.9
"""Of the sampled lines, this many must fit a headerless layout."""


class Wishes(msgspec.Struct, frozen=True):
    """What the caller said about the file; everything unsaid is detected. `file_name` is only looked at for a date."""

    kind: Kind | None = None
    symbol: str | None = None
    columns: Columns | None = None
    price: Price = "mid"
    closes: bool = False
    file_name: str = ""


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """How to read the rows. `header_line` is 0 where there is none; rows begin on the line after `skip_lines`.

    `panel` names the columns of a panel of closing prices, one a symbol; `price` is the side that is taken of bars
    with a bid and an ask.
    """

    names: tuple[str, ...]
    picked: Picked
    time_reader: TimeReader
    separator: str = ","
    decimal_comma: bool = False
    header_line: int = 0
    skip_lines: int = 0
    banner: tuple[str, ...] = ()
    is_text: bool = True
    panel: tuple[str, ...] = ()
    price: Price = "mid"

    @property
    def is_sided(self) -> bool:
        """Whether the rows are bars of bid and ask."""
        return self.picked.columns.bid_open is not None

    @property
    def kind(self) -> Kind:
        """Candles or trades."""
        return self.picked.kind

    @property
    def columns(self) -> Columns:
        """The roles of columns."""
        return self.picked.columns

    def ignored(self) -> tuple[str, ...]:
        """The columns that play no role."""
        used = {*self.columns.used().values(), *self.panel}
        return tuple(name for name in self.names if name not in used)


class _Header(msgspec.Struct, frozen=True):
    """Where names and rows begin, before times were looked at."""

    names: tuple[str, ...]
    picked: Picked
    separator: str
    line: int
    skip_lines: int
    panel: tuple[str, ...] = ()


def detect_layout(lines: Sequence[str], wishes: Wishes) -> Layout:
    """The layout of a text file from its first lines; raises Rejected or Invalid with the way out."""
    header = _find_header(lines, wishes) or _find_headerless(lines, wishes) or _find_panel(lines, wishes)
    if header is None:
        _refuse(lines)
    rows = [
        split_line(line, header.separator)
        for line in lines[header.skip_lines : header.skip_lines + SAMPLE_LINES]
        if line
    ]
    if not rows:
        raise unreadable("There are no rows after the header.")
    picked, reader = _find_times(rows, header, wishes)
    return Layout(
        names=header.names,
        picked=picked,
        time_reader=reader,
        separator=header.separator,
        decimal_comma=_has_decimal_comma(rows, header),
        header_line=header.line,
        skip_lines=header.skip_lines,
        banner=tuple(line[:MAX_BANNER_CHARS] for line in lines[: max(header.line - 1, 0)] if line.strip()),
        panel=header.panel,
        price=wishes.price,
    )


def split_line(line: str, separator: str) -> list[str]:
    """The fields of a line, quotes removed; a line with broken quotes is split as if it had none."""
    if '"' not in line:
        return line.split(separator)
    try:
        return next(csv.reader((line,), delimiter=separator, strict=True), [])
    except csv.Error:
        return line.split(separator)


def column_cells(rows: Sequence[Sequence[str]], names: Sequence[str], name: str) -> list[str]:
    """The cells of one column in sampled rows; rows that are too short are left out."""
    position = names.index(name)
    return [row[position] for row in rows if len(row) > position]


def _find_header(lines: Sequence[str], wishes: Wishes) -> _Header | None:
    kind, symbol, columns = wishes.kind, wishes.symbol, wishes.columns
    for number, line in enumerate(lines[: MAX_BANNER_LINES + 1], 1):
        for separator in SEPARATORS:
            names = tuple(name.strip() for name in split_line(line, separator))
            if not MIN_COLUMNS <= len(names) <= MAX_COLUMNS:
                continue
            if columns is not None:
                if set(columns.used().values()) <= set(names):
                    return _Header(names, check_columns(columns, names, kind), separator, number, number)
            elif picked := pick_columns(names, kind=kind, symbol=symbol):
                return _Header(names, picked, separator, number, number)
    return None


def panel_roles(time: str, panel: Sequence[str]) -> Picked:
    """The roles in a panel: its rows are read as one row for each symbol, whose close stands in the column `close`."""
    note = (
        f"A panel of closing prices of {len(panel)} symbols: open, high and low are the close, and every volume is 0. "
        "What happens within a bar is unknown."
    )
    return Picked("candles", Columns(time=time, close="close", symbol="symbol"), (note,))


def _find_panel(lines: Sequence[str], wishes: Wishes) -> _Header | None:
    """A panel of closing prices below a header, when it was asked for; raises Rejected when it was not."""
    if wishes.kind not in (None, "candles") or wishes.columns is not None or not lines:
        return None
    for separator in SEPARATORS:
        names = tuple(name.strip() for name in split_line(lines[0], separator))
        rows = [split_line(line, separator) for line in lines[1:SAMPLE_LINES] if line.strip()]
        if not 2 <= len(names) <= MAX_COLUMNS or not (panel := panel_columns(names, rows)):
            continue
        check_panel(panel, wishes)
        return _Header(names, panel_roles(names[0], panel), separator, 1, 1, panel)
    return None


def check_panel(panel: Sequence[str], wishes: Wishes) -> None:
    """Raise Rejected for a panel of closing prices that nobody asked to import as candles."""
    if not wishes.closes:
        raise unsuitable(refusal_of_panel(panel))


def _find_times(rows: Sequence[Sequence[str]], header: _Header, wishes: Wishes) -> tuple[Picked, TimeReader]:
    """How times are written; where a day and a clock column do not join into times, the day alone is tried."""
    columns = header.picked.columns
    assert columns.time is not None, "every layout has a time column"
    times = column_cells(rows, header.names, columns.time)
    dates = column_cells(rows, header.names, columns.date) if columns.date else []
    cells = [f"{date} {time}" for date, time in zip(dates, times, strict=False)] if columns.date else times
    if columns.time_format:
        return header.picked, given_reader(columns.time_format, cells)
    if header.line == 0 and not columns.date and (reader := detect_clock(cells, wishes.file_name)):
        return header.picked, reader
    if reader := detect_times(cells):
        return header.picked, reader
    if columns.date and (reader := detect_times(dates)):
        alone = msgspec.structs.replace(columns, time=columns.date, date=None)
        return msgspec.structs.replace(header.picked, columns=alone), reader
    shown = ", ".join(repr(cell[:40]) for cell in cells[:3])
    raise unknown_layout(
        f"The times in column {columns.time!r} are not recognised ({shown}): "
        'send "time_format" in the column map, such as "%d/%m/%Y %H:%M".'
    )


def _has_decimal_comma(rows: Sequence[Sequence[str]], header: _Header) -> bool:
    """Whether a comma is the decimal point. Commas before three digits alone could as well group thousands: no."""
    if header.separator == ",":
        return False
    columns = header.picked.columns
    roles = ("open", "high", "low", "close", "price", "bid", "ask", *BID_ROLES, *ASK_ROLES)
    prices = header.panel or [name for role in roles if (name := getattr(columns, role))]
    cells = [cell.strip() for name in prices for cell in column_cells(rows, header.names, name)]
    written = [cell for cell in cells if "," in cell]
    is_single = all(cell.count(",") == 1 and "." not in cell for cell in written)
    return is_single and any(len(cell.partition(",")[2]) != 3 for cell in written)


def _refuse(lines: Sequence[str]) -> NoReturn:
    for line in lines[: MAX_BANNER_LINES + 1]:
        for separator in SEPARATORS:
            names = [name.strip()[:40] for name in split_line(line, separator)]
            if len(names) > 1 and (reason := why_json(line) or why_unsuited(names)):
                raise unsuitable(reason)
            if len(names) >= MIN_COLUMNS:
                refuse_columns(names)
    raise unknown_layout(
        "No line of at least three columns separated by comma, semicolon, tab or | was found at the head of the file."
    )


# Files without a header: the layouts that exchanges publish, each proved on the rows themselves.

_HEADERLESS: tuple[Columns, ...] = (
    Columns(time="column_1", open="column_2", high="column_3", low="column_4", close="column_5", volume="column_6"),
    Columns(
        date="column_1", time="column_2", open="column_3", high="column_4", low="column_5", close="column_6",
        volume="column_7",
    ),
    Columns(
        time="column_1", bid_open="column_2", bid_high="column_3", bid_low="column_4", bid_close="column_5",
        ask_open="column_7", ask_high="column_8", ask_low="column_9", ask_close="column_10",
    ),
    Columns(time="column_5", price="column_2", quantity="column_3", buyer_maker="column_6", id="column_1"),
    Columns(time="column_6", price="column_2", quantity="column_3", buyer_maker="column_7", id="column_1"),
    Columns(time="column_1", price="column_2", quantity="column_3", side="column_4"),
    Columns(time="column_1", price="column_2", quantity="column_3"),
    Columns(time="column_1", open="column_2", high="column_3", low="column_4", close="column_5"),
)  # fmt: skip
"""Plain OHLCV and Kraken and Binance candles; MetaTrader; QuantConnect's bars of bid and ask; Binance trades; Binance
aggregate trades; time, price, quantity and side; Kraken trades; OHLC without a volume."""

_HEADERLESS_WIDTHS: tuple[tuple[int, ...], ...] = ((6, 7, 12), (7, 9), (11,), (6, 7), (7, 8), (4,), (3,), (5,))
_SIDE_TEXTS = frozenset({"buy", "sell", "b", "s", "true", "false", "t", "f", "1", "0", "-1"})


def _find_headerless(lines: Sequence[str], wishes: Wishes) -> _Header | None:
    kind, columns = wishes.kind, wishes.columns
    sample = [line for line in lines[:HEADERLESS_LINES] if line.strip()]
    for separator in SEPARATORS:
        rows = [split_line(line, separator) for line in sample]
        width = len(rows[0]) if rows else 0
        if not MIN_COLUMNS <= width <= MAX_COLUMNS:
            continue
        names = tuple(f"column_{number}" for number in range(1, width + 1))
        if columns is not None:
            return _given_headerless(columns, names, kind, separator)
        for candidate, widths in zip(_HEADERLESS, _HEADERLESS_WIDTHS, strict=True):
            picked = check_columns(candidate, names, None) if width in widths else None
            if picked and kind in (None, picked.kind) and _fits(rows, names, picked, wishes.file_name):
                return _Header(names, picked, separator, 0, 0)
    return None


def _given_headerless(columns: Columns, names: tuple[str, ...], kind: Kind | None, separator: str) -> _Header:
    if not set(columns.used().values()) <= set(names):
        shown = ", ".join(repr(name) for name in columns.used().values())
        raise invalid_field(
            "columns", f"No header with {shown} was found; name the columns of a file without one column_1, column_2, …"
        )
    return _Header(names, check_columns(columns, names, kind), separator, 0, 0)


def _fits(rows: Sequence[Sequence[str]], names: Sequence[str], picked: Picked, file_name: str) -> bool:
    """Whether the rows are what the layout says they are: real times, consistent prices, known sides."""
    columns = picked.columns
    assert columns.time is not None, "every layout has a time column"
    times = column_cells(rows, names, columns.time)
    if columns.date:
        times = [f"{date} {time}" for date, time in zip(column_cells(rows, names, columns.date), times, strict=False)]
    check: Callable[[Sequence[str], Sequence[str], Columns], bool]
    check = _is_sided_row if columns.bid_open else _is_candle_row if picked.kind == "candles" else _is_trade_row
    fitting = sum(len(row) == len(names) and check(row, names, columns) for row in rows)
    if fitting < _GOOD_SHARE * len(rows):
        return False
    is_bar = picked.kind == "candles" and not columns.date
    return (is_bar and detect_clock(times, file_name) is not None) or _are_recent_times(times)


def _are_recent_times(cells: Sequence[str]) -> bool:
    reader = detect_times(cells)
    # Without a header a small number is as likely an index as an epoch, so a bare epoch must lie after 1973.
    return reader is not None and (bool(reader.formats) or all(_digits(cell) >= 9 for cell in cells[:1]))


def _digits(cell: str) -> int:
    return len(cell.strip().partition(".")[0])


def _is_sided_row(row: Sequence[str], names: Sequence[str], columns: Columns) -> bool:
    sides = [
        Columns(**{role.partition("_")[2]: getattr(columns, role) for role in roles})
        for roles in (BID_ROLES, ASK_ROLES)
    ]
    return all(_is_candle_row(row, names, side) for side in sides)


def _is_candle_row(row: Sequence[str], names: Sequence[str], columns: Columns) -> bool:
    cells = [columns.open, columns.high, columns.low, columns.close, *([columns.volume] if columns.volume else [])]
    numbers = _numbers(row, names, [name for name in cells if name])
    return numbers is not None and 0 < numbers[2] <= min(numbers[0], numbers[3]) and numbers[1] >= max(numbers[:4])


def _is_trade_row(row: Sequence[str], names: Sequence[str], columns: Columns) -> bool:
    numbers = _numbers(row, names, [name for name in (columns.price, columns.quantity) if name])
    side = columns.side or columns.buyer_maker
    known_side = side is None or row[names.index(side)].strip().lower() in _SIDE_TEXTS
    return numbers is not None and min(numbers) > 0 and known_side


def _numbers(row: Sequence[str], names: Sequence[str], wanted: Sequence[str]) -> list[float] | None:
    try:
        return [float(row[names.index(name)]) for name in wanted]
    except ValueError:
        return None
