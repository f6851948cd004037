"""What entries can be found by, for every source: which actor, action, object and trace id occurs in which block of it.

A block is 256 entries in a row. The index only says which blocks are worth reading; what is shown comes from the chained
entries, each compared with the filter itself. So a lie in here cannot change an entry, and hiding one is found out by
`manage.py audit verify`, which compares the index with the entries. Blocks that are not in the index yet are read.

It is a file of its own, derived and made anew whenever it does not fit, filled behind the sources by a thread that works in
small pieces. The order path pays nothing but the core that this takes. In the journal's own transactions the same would cost
the writer a dirty page for each id, since ids lie anywhere in an index of a million entries.

Keys are kept as CRC-32: two texts that share one cost a look into a block in vain. Source, *shelf* (256 blocks), key and
block in the shelf are the bits of one number, and such numbers are all there is: a table can hold nothing smaller, and what
is written at once lies close together, however many entries there are.
"""

import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from kit.chain import Head, Record
from kit.errors import Unavailable
from operations.audit.sources import Source, SourceReader

BLOCK_ENTRIES = 256
SHELF_BLOCKS = 256
BLOCK_BITS, KEY_BITS, SHELF_BITS = 8, 32, 16
"""65,536 shelves are four thousand million entries of a source; seven bits are left for the source."""

MAX_SOURCES = 127
EARLIEST_NS, LATEST_NS = -(2**63), 2**63 - 1
FORMAT_VERSION = 2
FILE_NAME = "audit-index.sqlite3"
BUSY_TIMEOUT_S = 2.0
INSERT_ROWS = 500
"""Rows of a statement: each statement gives the interpreter lock away once."""

FAULTS = (sqlite3.Error, UnicodeDecodeError, OSError)

_SCHEMA = """
CREATE TABLE reached (
    source TEXT PRIMARY KEY, id INTEGER NOT NULL UNIQUE, blocks INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL
) STRICT;
CREATE TABLE blocks (
    place INTEGER PRIMARY KEY, oldest_ns INTEGER NOT NULL, newest_ns INTEGER NOT NULL
) STRICT;
CREATE TABLE keys (place INTEGER PRIMARY KEY) STRICT;
"""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for: entries that have all of `keys` and were recorded from `since_ns` on and before `until_ns`."""

    keys: tuple[str, ...] = ()
    since_ns: int | None = None
    until_ns: int | None = None

    @property
    def is_all(self) -> bool:
        """Whether nothing is narrowed."""
        return not self.keys and self.since_ns is None and self.until_ns is None


class Block(msgspec.Struct, frozen=True):
    """What the index has of a block."""

    number: int
    oldest_ns: int
    newest_ns: int
    keys: frozenset[int]


class AuditIndex:
    """The index file. Any thread may use it; one does at a time. `to_read`: to look into beside its gateway."""

    def __init__(self, path: Path, *, to_read: bool = False) -> None:
        self._path = path
        self._to_read = to_read
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def open(self) -> None:
        """Connect; a file that is no index of this version is thrown away. Raises Unavailable."""
        with self._lock:
            self._open()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._disconnect()

    def start_anew(self) -> None:
        """Forget everything: what is there belongs to other chains, or is damaged."""
        with self._lock:
            self._remove_file()
            self._open()

    def reached(self, source: str) -> tuple[int, Head]:
        """How many blocks of a source are in the index, and its chain's head behind the last of them."""
        rows = self._query("SELECT blocks, seq, hash FROM reached WHERE source = ?", (source,))
        return (rows[0][0], Head(rows[0][1], rows[0][2])) if rows else (0, Head())

    def add(self, source: str, blocks: Sequence[Block], head: Head) -> None:
        """Take in the next blocks of a source, which end at `head`. Raises Unavailable."""
        with self._lock:
            connection = self._open_connection()
            try:
                connection.execute("BEGIN IMMEDIATE")
                self._add(connection, source, blocks, head)
                connection.execute("COMMIT")
            except FAULTS as error:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise Unavailable(f"The index of the audit was not written: {error}") from error

    def _add(self, connection: sqlite3.Connection, source: str, blocks: Sequence[Block], head: Head) -> None:
        source_id = _source_id(connection, source)
        # In the order of the table, so that each of its pages is looked for once.
        places = sorted(_place(source_id, each.number, key) for each in blocks for key in each.keys)
        for first in range(0, len(places), INSERT_ROWS):
            some = places[first : first + INSERT_ROWS]
            connection.execute(f"INSERT INTO keys VALUES {','.join(['(?)'] * len(some))}", some)  # noqa: S608 - marks only
        ends = [(_place_of_block(source_id, each.number), each.oldest_ns, each.newest_ns) for each in blocks]
        connection.executemany("INSERT INTO blocks VALUES (?,?,?)", ends)
        connection.execute(
            "UPDATE reached SET blocks = ?, seq = ?, hash = ? WHERE id = ?",
            (blocks[-1].number + 1, head.seq, head.hash, source_id),
        )

    def candidates(self, source: str, wanted: Wanted, below: int) -> Iterator[int]:
        """The blocks below number `below` that may hold what is wanted, the last one first."""
        rows = self._query("SELECT id FROM reached WHERE source = ?", (source,))
        source_id = rows[0][0] if rows else 0
        for shelf in range((below - 1) // SHELF_BLOCKS, -1, -1):
            first, end = shelf * SHELF_BLOCKS, min((shelf + 1) * SHELF_BLOCKS, below)
            found = self._blocks_by_time(source_id, wanted, first, end)
            for key in wanted.keys:
                if not found:
                    break
                found &= self._blocks_by_key(source_id, shelf, key_number(key))
            yield from sorted(found, reverse=True)

    def shelf(self, source: str, shelf: int) -> dict[int, Block]:
        """What the index has of the blocks of a shelf."""
        ((source_id,),) = self._query("SELECT id FROM reached WHERE source = ?", (source,))
        first = shelf * SHELF_BLOCKS
        bounds = (_place(source_id, first, 0), _place(source_id, first + SHELF_BLOCKS, 0) - 1)
        keys: dict[int, set[int]] = {}
        for (place,) in self._query("SELECT place FROM keys WHERE place BETWEEN ? AND ?", bounds):
            key = place >> BLOCK_BITS & ((1 << KEY_BITS) - 1)
            keys.setdefault(first + place % SHELF_BLOCKS, set()).add(key)
        query = "SELECT place, oldest_ns, newest_ns FROM blocks WHERE place >= ? AND place < ?"
        ends = self._query(query, tuple(_place_of_block(source_id, each) for each in (first, first + SHELF_BLOCKS)))
        numbers = {first + place % SHELF_BLOCKS: (oldest_ns, newest_ns) for place, oldest_ns, newest_ns in ends}
        return {number: Block(number, *times, frozenset(keys.get(number, ()))) for number, times in numbers.items()}

    def _blocks_by_time(self, source_id: int, wanted: Wanted, first: int, end: int) -> set[int]:
        if wanted.since_ns is None and wanted.until_ns is None:
            return set(range(first, end))
        since_ns = EARLIEST_NS if wanted.since_ns is None else _storable(wanted.since_ns)
        until_ns = LATEST_NS if wanted.until_ns is None else _storable(wanted.until_ns)
        query = "SELECT place FROM blocks WHERE place >= ? AND place < ? AND newest_ns >= ? AND oldest_ns < ?"
        bounds = (_place_of_block(source_id, first), _place_of_block(source_id, end), since_ns, until_ns)
        return {first + place % SHELF_BLOCKS for (place,) in self._query(query, bounds)}

    def _blocks_by_key(self, source_id: int, shelf: int, key: int) -> set[int]:
        first = shelf * SHELF_BLOCKS
        place = _place(source_id, first, key)
        query = "SELECT place FROM keys WHERE place BETWEEN ? AND ?"
        return {first + each % SHELF_BLOCKS for (each,) in self._query(query, (place, place + SHELF_BLOCKS - 1))}

    def _query(self, query: str, values: Sequence[int | str]) -> list[tuple[Any, ...]]:
        with self._lock:
            try:
                return self._open_connection().execute(query, values).fetchall()
            except FAULTS as error:
                raise Unavailable(f"The index of the audit cannot be read: {error}") from error

    def _open_connection(self) -> sqlite3.Connection:
        if self._connection is None:
            raise Unavailable("The index of the audit is not open.")
        return self._connection

    def _open(self) -> None:
        try:
            self._connect()
        except FAULTS as error:
            if self._to_read:
                raise Unavailable(f"The index of the audit cannot be read: {error}") from error
            self._remove_file()
            try:
                self._connect()
            except FAULTS as error:
                raise Unavailable(f"The index of the audit cannot be opened: {error}") from error

    def _connect(self) -> None:
        if self._to_read:
            address = f"file:{quote(str(self._path.absolute()))}?mode=ro"
            self._connection = sqlite3.connect(address, uri=True, timeout=BUSY_TIMEOUT_S, check_same_thread=False)
            (version,) = self._connection.execute("PRAGMA user_version").fetchone()
            if version != FORMAT_VERSION:
                self._disconnect()
                raise sqlite3.DatabaseError(f"it has format {version}; the next start makes it anew")
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = OFF")  # it is derived; what a power cut damages is made anew
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version == 0:
                connection.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {FORMAT_VERSION}; COMMIT;")
            elif version != FORMAT_VERSION:
                raise sqlite3.DatabaseError(f"it has format {version}")
        except FAULTS:
            connection.close()
            raise
        self._connection = connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _remove_file(self) -> None:
        self._disconnect()
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)


def _storable(time_ns: int) -> int:
    """A time as far as a column holds it, which is from 1677 to 2262."""
    return max(EARLIEST_NS, min(time_ns, LATEST_NS))


def _source_id(connection: sqlite3.Connection, source: str) -> int:
    row = connection.execute("SELECT id FROM reached WHERE source = ?", (source,)).fetchone()
    if row is None:
        (count,) = connection.execute("SELECT count(*) FROM reached").fetchone()
        assert count < MAX_SOURCES, "seven bits tell 127 sources apart"
        row = (count + 1,)
        connection.execute("INSERT INTO reached VALUES (?,?,0,0,x'')", (source, *row))
    return int(row[0])


def _place(source_id: int, block: int, key: int) -> int:
    """The number that says that a key occurs in a block."""
    shelf, within = divmod(block, SHELF_BLOCKS)
    return ((source_id << SHELF_BITS | shelf) << KEY_BITS | key) << BLOCK_BITS | within


def _place_of_block(source_id: int, block: int) -> int:
    return source_id << SHELF_BITS + BLOCK_BITS | block


def key_number(key: str) -> int:
    """How the index keeps a key."""
    return zlib.crc32(key.encode("utf-8", "surrogatepass"))


def bounds_of(number: int) -> tuple[int, int]:
    """The numbers of the first and the last entry of a block."""
    return number * BLOCK_ENTRIES + 1, (number + 1) * BLOCK_ENTRIES


def summarize(source: Source, number: int, records: Iterable[Record]) -> Block:
    """A block as the index keeps it; raises ChainBroken for an entry that cannot be understood."""
    keys: set[str] = set()
    times = []
    for record in records:
        glance = source.glance(record)
        times.append(glance.wall_ns)
        keys.update(glance.keys)
    if not times:  # its segment was dropped: it holds nothing to be found
        return Block(number, LATEST_NS, EARLIEST_NS, frozenset())
    return Block(number, min(times), max(times), frozenset(map(key_number, keys)))


def is_of(reader: SourceReader, head: Head) -> bool:
    """Whether the index that reached `head` is of this chain: that entry is there with that hash, or was dropped."""
    if head == Head():
        return True
    if reader.last().seq < head.seq:
        return False
    records = reader.read_range(head.seq, head.seq)
    return not records or records[0].hash == head.hash


def differing_block(index: AuditIndex, source: Source, reader: SourceReader) -> int | None:
    """The first block that the index does not have as the entries are; None when there is none. Raises ChainBroken."""
    blocks, _ = index.reached(source.name)
    kept: dict[int, Block] = {}
    for number in range(blocks):
        if number % SHELF_BLOCKS == 0:
            kept = index.shelf(source.name, number // SHELF_BLOCKS)
        records = reader.read_range(*bounds_of(number))
        if records and not _covers(kept.get(number), summarize(source, number, records)):
            return number
    return None


def _covers(kept: Block | None, block: Block) -> bool:
    """Whether everything in a block can be found by what is kept of it."""
    return (
        kept is not None
        and kept.keys >= block.keys
        and kept.oldest_ns <= block.oldest_ns
        and kept.newest_ns >= block.newest_ns
    )
