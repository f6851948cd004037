"""The recordings of books that can be read, each known by its first lines: raw Binance streams, Bybit's book files,
Binance's depth tables and Tardis' book snapshots.

Every format is a class with `matches` and `read`; `read` gives the messages of a line, none as long as a table's group of
rows goes on.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

import msgspec

from kit.clock import NS_PER_MS, NS_PER_US
from markets.datasets.depth.messages import MAX_UNITS as MAX_INTEGER
from markets.datasets.depth.messages import BadMessage, Message, OtherMessage, levels_of, units_of

NO_RECORDING = (
    "This is no recording of a book that is known: a raw Binance stream, a Bybit order book file, a Binance depth table or "
    "Tardis book snapshots."
)
MAX_PROBE_LINES = 20
_STAMPED = re.compile(r"([0-9]{16}|[0-9]{19}) +(\{.*)")
"""A receive time in nanoseconds (microseconds with 16 digits), then the message as it came."""
_NS_DIGITS = 19


class DepthFormat(Protocol):
    """Reads one recording, line by line."""

    name: str
    """What a quality report calls it."""
    symbols: set[str]
    """The venue's symbols seen so far."""

    def read(self, line: str) -> list[Message]:
        """The messages that are whole with this line; raises BadMessage or OtherMessage."""
        ...

    def finish(self) -> list[Message]:
        """What is left at the end of the file."""
        ...


def find_format(lines: Sequence[str]) -> DepthFormat | None:
    """The format of a recording by its first lines; None for what is no recording of a book."""
    first = next((line for line in lines[:MAX_PROBE_LINES] if line.strip()), "")
    if first.startswith(BinanceTable.header):
        return BinanceTable()
    if first.startswith(TardisSnapshots.prefix) and ("asks[0].price" in first or "bids[0].price" in first):
        return TardisSnapshots(first)
    if '"topic":"orderbook.' in first:
        return BybitBook()
    if '"data"' in first or '"lastUpdateId"' in first:
        text = first if (stamped := _STAMPED.fullmatch(first)) is None else stamped[2]
        if text.startswith("{") and ('"stream"' in text or '"lastUpdateId"' in text):
            return BinanceStream()
    return None


def _decode(decoder: msgspec.json.Decoder, text: str) -> object:
    try:
        return decoder.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as fault:
        raise BadMessage(str(fault)) from fault


def _check_ids(*ids: int) -> None:
    if any(not -1 <= one <= MAX_INTEGER for one in ids):
        raise BadMessage("an update id does not fit 64 bits")


# Raw combined streams of Binance ---------------------------------------------------------------------------------------


class _DepthUpdate(msgspec.Struct, tag_field="e", tag="depthUpdate"):
    E: int
    s: str
    U: int
    u: int
    b: list[tuple[str, str]]
    a: list[tuple[str, str]]
    pu: int | None = None


class _Trade(msgspec.Struct, tag_field="e", tag="trade"):
    E: int
    s: str
    t: int
    p: str
    q: str
    m: bool


class _Quote(msgspec.Struct, tag_field="e", tag="bookTicker"):
    s: str = ""


class _Frame(msgspec.Struct):
    data: _DepthUpdate | _Trade | _Quote | None = None
    lastUpdateId: int | None = None
    E: int | None = None
    bids: list[tuple[str, str]] = []
    asks: list[tuple[str, str]] = []


class _AnyData(msgspec.Struct):
    e: str = ""


class _AnyFrame(msgspec.Struct):
    data: _AnyData | None = None
    stream: str = ""


class BinanceStream:
    """Frames of Binance's combined streams (`depth`, `trade`) and answers of its depth snapshot, one a line, each after
    its receive time in nanoseconds if the recorder wrote one. Futures name the diff before (`pu`), spot counts ids."""

    name = "raw Binance stream"

    def __init__(self) -> None:
        self.symbols: set[str] = set()
        self._frames = msgspec.json.Decoder(_Frame)
        self._any_frames = msgspec.json.Decoder(_AnyFrame)

    def read(self, line: str) -> list[Message]:
        """The message of a line."""
        received_ns, text = None, line
        if stamped := _STAMPED.fullmatch(line):
            received_ns = int(stamped[1]) * 10 ** (_NS_DIGITS - len(stamped[1]))
            text = stamped[2]
        if received_ns is not None and received_ns > MAX_INTEGER:
            raise BadMessage("the receive time does not fit 64 bits")
        frame = self._frame(text)
        if frame.lastUpdateId is not None:
            return [_snapshot(frame, received_ns)]
        if isinstance(frame.data, _DepthUpdate):
            self.symbols.add(frame.data.s)
            return [_diff(frame.data, received_ns)]
        if isinstance(frame.data, _Trade):
            self.symbols.add(frame.data.s)
            return [_trade(frame.data, received_ns)]
        if isinstance(frame.data, _Quote):
            raise OtherMessage("bookTicker")
        raise BadMessage("it is neither a frame of a stream nor a snapshot")

    def finish(self) -> list[Message]:
        """Nothing: a line is a message."""
        return []

    def _frame(self, text: str) -> _Frame:
        try:
            return self._frames.decode(text)
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as fault:
            known = ("depthUpdate", "trade")
            try:
                other = self._any_frames.decode(text)
            except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
                raise BadMessage(str(fault)) from fault
            kind = (other.data.e if other.data else "") or other.stream.partition("@")[2]
            if kind and kind not in known:
                raise OtherMessage(kind) from None
            raise BadMessage(str(fault)) from fault


def _snapshot(frame: _Frame, received_ns: int | None) -> Message:
    assert frame.lastUpdateId is not None, "a snapshot has its id"
    _check_ids(frame.lastUpdateId)
    return Message(
        event="snapshot",
        received_ns=received_ns,
        exchange_ns=None if frame.E is None else _ns_of_ms(frame.E),
        last_id=frame.lastUpdateId,
        bids=levels_of(frame.bids),
        asks=levels_of(frame.asks),
    )


def _diff(update: _DepthUpdate, received_ns: int | None) -> Message:
    previous_id = update.U - 1 if update.pu is None else update.pu
    _check_ids(update.U, update.u, previous_id)
    if not previous_id <= update.u or update.u < update.U:
        raise BadMessage(f"the update ids {previous_id}, {update.U}, {update.u} are not in order")
    return Message(
        event="diff",
        received_ns=received_ns,
        exchange_ns=_ns_of_ms(update.E),
        first_id=update.U,
        last_id=update.u,
        previous_id=previous_id,
        bids=levels_of(update.b),
        asks=levels_of(update.a),
    )


def _trade(trade: _Trade, received_ns: int | None) -> Message:
    price, quantity = units_of(trade.p), units_of(trade.q)
    _check_ids(trade.t)
    if price == 0 or quantity == 0:
        raise BadMessage("a trade has a price or a quantity of 0")
    return Message(
        event="trade",
        received_ns=received_ns,
        exchange_ns=_ns_of_ms(trade.E),
        last_id=trade.t,
        price=price,
        quantity=quantity,
        # `m`: the buyer was the maker, so a seller took.
        side="sell" if trade.m else "buy",
    )


def _ns_of_ms(time_ms: int) -> int:
    if not 0 <= time_ms <= MAX_INTEGER // NS_PER_MS:
        raise BadMessage(f"{time_ms} is no time in milliseconds")
    return time_ms * NS_PER_MS


# Bybit's order book files ------------------------------------------------------------------------------------------------


class _BybitData(msgspec.Struct):
    s: str
    b: list[tuple[str, str]]
    a: list[tuple[str, str]]
    u: int


class _BybitFrame(msgspec.Struct):
    type: str
    ts: int
    data: _BybitData


class BybitBook:
    """Bybit's `orderbook` topic, one frame a line: a snapshot, then deltas whose `u` counts one by one. Every snapshot in
    it is the venue's word to start over."""

    name = "Bybit order book"

    def __init__(self) -> None:
        self.symbols: set[str] = set()
        self._frames = msgspec.json.Decoder(_BybitFrame)

    def read(self, line: str) -> list[Message]:
        """The message of a line."""
        frame = _decode(self._frames, line)
        assert isinstance(frame, _BybitFrame)
        data = frame.data
        _check_ids(data.u)
        if frame.type not in ("snapshot", "delta"):
            raise BadMessage(f"{frame.type[:40]!r} is neither a snapshot nor a delta")
        self.symbols.add(data.s)
        is_reset = frame.type == "snapshot"
        return [
            Message(
                event="reset" if is_reset else "diff",
                exchange_ns=_ns_of_ms(frame.ts),
                first_id=data.u,
                last_id=data.u,
                previous_id=data.u - 1,
                bids=levels_of(data.b),
                asks=levels_of(data.a),
            )
        ]

    def finish(self) -> list[Message]:
        """Nothing: a line is a message."""
        return []


# Binance's depth tables --------------------------------------------------------------------------------------------------


class BinanceTable:
    """Binance's downloads of futures depth: a row a level, `snap` rows of a snapshot and `set` rows of diffs. Rows of one
    time and one range of ids are one message. A header that comes again, as when two files are joined, is passed over."""

    name = "Binance depth table"
    header = "symbol,timestamp,first_update_id,last_update_id,side,update_type,price,qty"
    _WIDTH = 9

    def __init__(self) -> None:
        self.symbols: set[str] = set()
        self._key: tuple[str, ...] = ()
        self._sides: dict[str, list[tuple[str, str]]] = {"b": [], "a": []}
        self._is_spoiled = False

    def read(self, line: str) -> list[Message]:
        """The message before this row, if the row begins another. A bad row spoils its message, which is left out."""
        if line.startswith(self.header):
            return []
        try:
            return self._read_row(line)
        except BadMessage:
            self._is_spoiled = True
            raise

    def _read_row(self, line: str) -> list[Message]:
        cells = line.split(",")
        if len(cells) != self._WIDTH or cells[4] not in self._sides or cells[5] not in ("snap", "set"):
            raise BadMessage("it is no row of symbol, time, ids, side (a, b), type (snap, set), price, quantity, pu")
        symbol, time_ms, first_id, last_id, side, kind, price, quantity, previous_id = cells
        if not all(cell.removeprefix("-").isascii() and cell.removeprefix("-").isdecimal() for cell in (
            time_ms, first_id, last_id, previous_id
        )):  # fmt: skip
            raise BadMessage("its time or ids are no whole numbers")
        units_of(price), units_of(quantity)
        self.symbols.add(symbol)
        key = (time_ms, first_id, last_id, kind, previous_id)
        whole = self.finish() if key != self._key else []
        self._key = key
        self._sides[side].append((price, quantity))
        return whole

    def finish(self) -> list[Message]:
        """The message whose rows are read so far."""
        if not self._key:
            return []
        (time_ms, first_id, last_id, kind, previous_id), self._key = self._key, ()
        bids, asks = self._sides["b"], self._sides["a"]
        self._sides = {"b": [], "a": []}
        is_spoiled, self._is_spoiled = self._is_spoiled, False
        if is_spoiled:
            return []
        ids = int(first_id), int(last_id), int(previous_id)
        _check_ids(*ids)
        return [
            Message(
                event="snapshot" if kind == "snap" else "diff",
                exchange_ns=_ns_of_ms(int(time_ms)),
                first_id=ids[0],
                last_id=ids[1],
                previous_id=ids[2] if ids[2] >= 0 else ids[0] - 1,
                bids=levels_of(bids),
                asks=levels_of(asks),
            )
        ]


# Tardis' book snapshots --------------------------------------------------------------------------------------------------


class TardisSnapshots:
    """Tardis' `book_snapshot_N` tables: each row is the whole top of the book, so each is a reset."""

    name = "Tardis book snapshots"
    prefix = "exchange,symbol,timestamp,local_timestamp,"

    def __init__(self, header: str) -> None:
        self.symbols: set[str] = set()
        self._names = header.strip().split(",")
        self._columns = {
            side: [
                (self._names.index(name), self._names.index(f"{side}[{number}].amount"))
                for number in range(len(self._names))
                if (name := f"{side}[{number}].price") in self._names and f"{side}[{number}].amount" in self._names
            ]
            for side in ("bids", "asks")
        }
        self._rows = 0

    def read(self, line: str) -> list[Message]:
        """The message of a row."""
        cells = line.split(",")
        if cells == self._names:
            return []
        if len(cells) != len(self._names) or not (cells[2].isdecimal() and cells[3].isdecimal()):
            raise BadMessage("it is no row of the table's columns with two times in microseconds")
        self.symbols.add(cells[1])
        self._rows += 1
        exchange_us, received_us = int(cells[2]), int(cells[3])
        if max(exchange_us, received_us) > MAX_INTEGER // NS_PER_US:
            raise BadMessage("a time does not fit 64 bits")
        return [
            Message(
                event="reset",
                received_ns=received_us * NS_PER_US,
                exchange_ns=exchange_us * NS_PER_US,
                first_id=self._rows,
                last_id=self._rows,
                previous_id=self._rows - 1,
                bids=levels_of(_filled(cells, self._columns["bids"])),
                asks=levels_of(_filled(cells, self._columns["asks"])),
            )
        ]

    def finish(self) -> list[Message]:
        """Nothing: a row is a message."""
        return []


def _filled(cells: Sequence[str], columns: Iterable[tuple[int, int]]) -> list[tuple[str, str]]:
    """The levels whose cells are not empty: a thin book has fewer than the table is wide."""
    return [(cells[price], cells[amount]) for price, amount in columns if cells[price] and cells[amount]]
