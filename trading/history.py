"""Orders that ended, with their fills, on disk: what leaves memory so that memory has a limit.

Everything in here follows from the journal and can be made anew from it; the file is thrown away whenever it does not fit.
One connection, used by one thread at a time: the housekeeper writes, requests read in threads of their own.
"""

import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from kit.trace import new_id
from trading.journal.entries import GENESIS_HASH, Head
from trading.journal.errors import StoreFailed
from trading.journal.reading import connect_to_read
from trading.journal.stores import SQLITE_FAULTS
from trading.published import MAX_SCANNED, EndedOrder, Found
from trading.sandbox.events import OrderFilled
from trading.sandbox.orders import Order
from trading.side_files import SideFile

FORMAT_VERSION = 1
READ_ROWS = 1_000
"""Rows fetched at once where all are read."""

INSERT_SIZES = (64, 8, 1)
"""Rows per INSERT statement."""

_SCHEMA = """
CREATE TABLE about (
    id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL
) STRICT;
CREATE TABLE orders (
    account TEXT NOT NULL, epoch INTEGER NOT NULL, place INTEGER NOT NULL, id TEXT NOT NULL, symbol TEXT NOT NULL,
    side TEXT NOT NULL, created_ns INTEGER NOT NULL, client_order_id TEXT, body TEXT NOT NULL, checksum INTEGER NOT NULL,
    PRIMARY KEY (account, epoch, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE fills (
    account TEXT NOT NULL, epoch INTEGER NOT NULL, place INTEGER NOT NULL, order_id TEXT NOT NULL, symbol TEXT NOT NULL,
    side TEXT NOT NULL, time_ns INTEGER NOT NULL, body TEXT NOT NULL, checksum INTEGER NOT NULL,
    PRIMARY KEY (account, epoch, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX orders_by_id ON orders (id);
CREATE INDEX orders_by_client_order_id ON orders (account, client_order_id, id) WHERE client_order_id IS NOT NULL;
CREATE INDEX fills_by_order ON fills (order_id, place);
"""


class OrderFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which orders are wanted; None does not narrow. Times are market time, `until_ns` is the first that is not wanted."""

    is_open: bool | None = None
    symbol: str | None = None
    side: str | None = None
    since_ns: int | None = None
    until_ns: int | None = None
    heads_only: bool = False
    """Only the first orders of order lists."""

    def fits(self, order: Order) -> bool:
        """Whether an order is wanted."""
        return (
            (self.is_open is None or order.is_live == self.is_open)
            and self.symbol in (None, order.symbol)
            and self.side in (None, order.side.value)
            and (self.since_ns is None or order.created_ns >= self.since_ns)
            and (self.until_ns is None or order.created_ns < self.until_ns)
            and (not self.heads_only or (order.link is not None and order.link.list_id == order.id))
        )


class FillFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which fills are wanted; None does not narrow."""

    order_id: str | None = None
    symbol: str | None = None
    since_ns: int | None = None
    until_ns: int | None = None


class FillOfOrder(msgspec.Struct, frozen=True):
    """A fill, with what a reader needs of its order."""

    fill: OrderFilled
    symbol: str
    side: str


class ArchiveFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which rows of all accounts are wanted; None does not narrow. Times: when placed, or filled."""

    account_id: str | None = None
    order_id: str | None = None
    symbol: str | None = None
    side: str | None = None
    since_ns: int | None = None
    until_ns: int | None = None

    def where(self, *, order_id: str, time: str) -> tuple[str, list[str | int]]:
        """As SQL and its values, with the names of the columns that differ between orders and fills."""
        return _where(
            ("1 = ?", 1),
            ("account = ?", self.account_id),
            (f"{order_id} = ?", self.order_id),
            ("symbol = ?", self.symbol),
            ("side = ?", self.side),
            (f"{time} >= ?", self.since_ns),
            (f"{time} < ?", self.until_ns),
        )


class ArchivedOrder(msgspec.Struct, frozen=True):
    """An order on disk, with its epoch."""

    order: Order
    epoch: int


class HistoryFailed(StoreFailed):
    """The history on disk could not be read or written. Trading does not depend on it."""


_encode = msgspec.json.Encoder().encode
_order_decoder = msgspec.json.Decoder(Order)
_fill_decoder = msgspec.json.Decoder(OrderFilled)


class History(SideFile):
    """The history of one journal. Without a path it ends with the process; `to_read` changes nothing."""

    short_name = "history"
    long_name = "history of ended orders"
    closed_text = "The history of ended orders is not open."
    schema = _SCHEMA
    format_version = FORMAT_VERSION
    failure = HistoryFailed
    faults = (*SQLITE_FAULTS, msgspec.DecodeError)

    def __init__(self, path: Path | None = None, *, to_read: bool = False) -> None:
        super().__init__(path)
        self._to_read = to_read
        self.name = ""
        """Made with the file: a snapshot names the history it goes with."""
        self.head = Head()
        """The journal entry up to which orders were taken from memory."""

    # ---- life

    def open(self) -> None:
        """Connect; a file that is no history is thrown away, unless it is only read. Raises HistoryFailed."""
        if not self._to_read:
            super().open()
            return
        try:
            self._connect()
        except SQLITE_FAULTS as error:
            self.close()
            raise self._cannot_be_opened(error) from error

    def _connect(self) -> None:
        if self._to_read and self._path is not None:
            self._connection = connect_to_read(self._path)
            self._prepare(self._connection)
        else:
            super()._connect()

    def _begin(self, connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO about VALUES (1, ?, 0, ?)", (new_id(), GENESIS_HASH))

    def _look_around(self, connection: sqlite3.Connection) -> None:
        self.name, seq, digest = connection.execute("SELECT name, seq, hash FROM about").fetchone()
        self.head = Head(seq, digest)

    # ---- writing

    def add(self, ended: Sequence[EndedOrder]) -> None:
        """Keep orders and their fills, durably after the next `note_head`; one that is there already is written anew."""
        orders = [_order_row(each) for each in ended]
        fills = [_fill_row(each, place, fill) for each in ended for place, fill in each.fills]
        with self._use() as connection:
            connection.execute("BEGIN")
            _insert(connection, "orders", orders)
            _insert(connection, "fills", fills)
            connection.execute("COMMIT")

    def note_head(self, head: Head) -> None:
        """Say up to which entry orders were taken from memory, after all of them were added; it never goes back."""
        if head.seq <= self.head.seq:
            return
        with self._use() as connection:
            # This one transaction is synced to the disk, and with it the log of those before.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("UPDATE about SET seq = ?, hash = ?", (head.seq, head.hash))
            connection.execute("PRAGMA synchronous = NORMAL")
        self.head = head

    # ---- reading

    def order(self, account_id: str, order_id: str) -> tuple[int, Order] | None:
        """One order of an account with its epoch, or None."""
        query = "SELECT body, checksum, epoch FROM orders WHERE id = ? AND account = ?"
        with self._use() as connection:
            row = connection.execute(query, (order_id, account_id)).fetchone()
        return None if row is None else (row[2], _order_decoder.decode(_checked(row[0], row[1])))

    def look_for_orders(
        self, account_id: str, epoch: int, wanted: OrderFilter, *, before: int, limit: int
    ) -> Found[Order]:
        """Up to `limit` wanted orders of an epoch, newest first, among so many before a place as one page looks at."""
        if wanted.is_open:
            return Found([], 0)
        lowest = max(before - MAX_SCANNED, 0)
        where, values = _where(
            ("account = ?", account_id),
            ("epoch = ?", epoch),
            ("place < ?", before),
            ("place >= ?", lowest),
            ("symbol = ?", wanted.symbol),
            ("side = ?", wanted.side),
            ("created_ns >= ?", wanted.since_ns),
            ("created_ns < ?", wanted.until_ns),
            # As it is encoded: quotes inside of a text are escaped, so nothing else looks like it.
            ("instr(body, ? || id || '\"') > 0", '"list_id":"' if wanted.heads_only else None),
        )
        query = f"SELECT body, checksum, place FROM orders WHERE {where} ORDER BY place DESC LIMIT ?"  # noqa: S608 - marks only
        with self._use() as connection:
            rows = connection.execute(query, (*values, limit)).fetchall()
        items = [(place, _order_decoder.decode(_checked(body, checksum))) for body, checksum, place in rows]
        return Found(items, items[-1][0] if len(items) == limit else lowest)

    def look_for_fills(
        self, account_id: str, epoch: int, wanted: FillFilter, *, before: int, limit: int
    ) -> Found[FillOfOrder]:
        """As `look_for_orders`, for fills."""
        lowest = 0 if wanted.order_id is not None else max(before - MAX_SCANNED, 0)
        where, values = _where(
            ("account = ?", account_id),
            ("epoch = ?", epoch),
            ("place < ?", before),
            ("place >= ?", lowest),
            ("order_id = ?", wanted.order_id),
            ("symbol = ?", wanted.symbol),
            ("time_ns >= ?", wanted.since_ns),
            ("time_ns < ?", wanted.until_ns),
        )
        query = f"SELECT body, checksum, place, symbol, side FROM fills WHERE {where} ORDER BY place DESC LIMIT ?"  # noqa: S608
        with self._use() as connection:
            rows = connection.execute(query, (*values, limit)).fetchall()
        items = [
            (place, FillOfOrder(_fill_decoder.decode(_checked(body, checksum)), symbol, side))
            for body, checksum, place, symbol, side in rows
        ]
        return Found(items, items[-1][0] if len(items) == limit else lowest)

    def archived_orders(self, wanted: ArchiveFilter, *, offset: int = 0, limit: int) -> list[ArchivedOrder]:
        """Orders of all accounts and epochs, the newest first."""
        where, values = wanted.where(order_id="id", time="created_ns")
        query = f"SELECT body, checksum, epoch FROM orders WHERE {where} ORDER BY id DESC LIMIT ? OFFSET ?"  # noqa: S608
        with self._use() as connection:
            rows = connection.execute(query, (*values, limit, offset)).fetchall()
        return [ArchivedOrder(_order_decoder.decode(_checked(body, checksum)), epoch) for body, checksum, epoch in rows]

    def archived_fills(self, wanted: ArchiveFilter, *, offset: int = 0, limit: int) -> list[FillOfOrder]:
        """Fills of all accounts and epochs, those of the newest order first."""
        where, values = wanted.where(order_id="order_id", time="time_ns")
        query = f"""SELECT body, checksum, symbol, side FROM fills WHERE {where}
            ORDER BY order_id DESC, place DESC LIMIT ? OFFSET ?"""  # noqa: S608
        with self._use() as connection:
            rows = connection.execute(query, (*values, limit, offset)).fetchall()
        return [
            FillOfOrder(_fill_decoder.decode(_checked(body, checksum)), symbol, side)
            for body, checksum, symbol, side in rows
        ]

    def count_archived_orders(self, wanted: ArchiveFilter) -> int:
        """How many orders are wanted."""
        where, values = wanted.where(order_id="id", time="created_ns")
        return self._count(f"SELECT count(*) FROM orders WHERE {where}", values)  # noqa: S608

    def count_archived_fills(self, wanted: ArchiveFilter) -> int:
        """How many fills are wanted."""
        where, values = wanted.where(order_id="order_id", time="time_ns")
        return self._count(f"SELECT count(*) FROM fills WHERE {where}", values)  # noqa: S608

    def _count(self, query: str, values: Sequence[str | int]) -> int:
        with self._use() as connection:
            (count,) = connection.execute(query, values).fetchone()
        return int(count)

    def client_order_ids(self) -> Iterator[tuple[str, str, str]]:
        """Account, client order id and order id of every order that has one."""
        query = "SELECT account, client_order_id, id FROM orders WHERE client_order_id IS NOT NULL"
        with self._use() as connection:
            rows = connection.execute(query)
            while page := rows.fetchmany(READ_ROWS):
                yield from page

    def count(self) -> tuple[int, int]:
        """How many orders and fills there are."""
        with self._use() as connection:
            row = connection.execute("SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM fills)").fetchone()
        return row[0], row[1]


def _insert(connection: sqlite3.Connection, table: str, rows: Sequence[tuple[str | int | None, ...]]) -> None:
    """Insert in few statements: each gives the interpreter lock away once, and a busy loop returns it late."""
    start = 0
    for size in INSERT_SIZES:
        while len(rows) - start >= size:
            values = [value for row in rows[start : start + size] for value in row]
            marks = ",".join(["(" + ",".join("?" * len(rows[0])) + ")"] * size)
            connection.execute(f"INSERT OR REPLACE INTO {table} VALUES {marks}", values)  # noqa: S608 - marks only
            start += size


def _where(*conditions: tuple[str, str | int | None]) -> tuple[str, list[str | int]]:
    """The conditions that narrow, as SQL and its values."""
    narrowing = [(text, value) for text, value in conditions if value is not None]
    return " AND ".join(text for text, _ in narrowing), [value for _, value in narrowing]


def _order_row(ended: EndedOrder) -> tuple[str | int | None, ...]:
    order = ended.order
    body = _encode(order)
    return (
        order.account_id,
        ended.epoch,
        ended.place,
        order.id,
        order.symbol,
        order.side.value,
        order.created_ns,
        order.client_order_id,
        body.decode(),
        zlib.crc32(body),
    )


def _fill_row(ended: EndedOrder, place: int, fill: OrderFilled) -> tuple[str | int, ...]:
    order = ended.order
    body = _encode(fill)
    return (
        order.account_id,
        ended.epoch,
        place,
        order.id,
        order.symbol,
        order.side.value,
        fill.time_ns,
        body.decode(),
        zlib.crc32(body),
    )


def _checked(body: str, checksum: int) -> str:
    """The body, if it is what was written; raises sqlite3.DatabaseError otherwise."""
    if zlib.crc32(body.encode()) != checksum:
        raise HistoryFailed("A row of the history of ended orders is not what was written.")
    return body
