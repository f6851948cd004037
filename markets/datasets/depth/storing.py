"""Depth as a Parquet file: a row a message, in the order of the recording, its levels as lists of whole numbers.

`time` (UTC ns) is what a replay goes by: the receive time with the recorder's clock put right. Both times as they were
written stand beside it, `received_time` and `exchange_time`. Prices and quantities are in 10**-8.
"""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from markets.datasets import store
from markets.datasets.depth.messages import EVENTS, Message
from markets.datasets.records import DepthRows, DepthStart

EVENT = pl.Enum(list(EVENTS))
SIDES = pl.Enum(["buy", "sell"])
LEVEL_COLUMNS = ("bid_prices", "bid_quantities", "ask_prices", "ask_quantities")
ARRIVED_SCHEMA = pl.Schema(
    [
        ("received_time", pl.Int64),
        ("exchange_time", pl.Int64),
        ("event", EVENT),
        ("first_id", pl.Int64),
        ("last_id", pl.Int64),
        ("previous_id", pl.Int64),
        *((name, pl.List(pl.Int64)) for name in LEVEL_COLUMNS),
        ("price", pl.Int64),
        ("quantity", pl.Int64),
        ("side", SIDES),
    ]
)
"""Messages before the clock was put right."""
DEPTH_SCHEMA = pl.Schema([("time", pl.Int64), *ARRIVED_SCHEMA.items()])
ROW_GROUP_ROWS = 1_024
"""Messages that are decoded together: one holds some dozens of levels, a snapshot thousands."""
BATCH_LEVELS = 200_000
"""Levels of one batch of a replay; they become Python numbers, some 20 MB of them."""


class DepthHash:
    """The hash of depth, fed frame by frame; how the rows were divided into frames does not matter."""

    def __init__(self) -> None:
        self._columns = {name: hashlib.sha256() for name in DEPTH_SCHEMA}
        self._lengths = {name: hashlib.sha256() for name in LEVEL_COLUMNS}

    def add(self, frame: pl.DataFrame) -> None:
        """Take the next rows."""
        for name, digest in self._columns.items():
            values = frame[name]
            if name in self._lengths:
                self._lengths[name].update(values.list.len().to_numpy().tobytes())
                values = values.explode(empty_as_null=False)
            # No time and no id is -1 in a recording.
            digest.update(values.to_physical().cast(pl.Int64).fill_null(-1).to_numpy().tobytes())

    def hexdigest(self) -> str:
        """The hash so far."""
        whole = hashlib.sha256(b"depth")
        for name, digest in (*self._columns.items(), *self._lengths.items()):
            whole.update(name.encode() + digest.digest())
        return whole.hexdigest()


def write_frames(path: Path, schema: pl.Schema, frames: Iterator[pl.DataFrame]) -> None:
    """Write messages as `store.write_frames` does, in smaller groups."""
    store.write_frames(path, schema, frames, row_group_rows=ROW_GROUP_ROWS)


def read_frames(path: Path, *, columns: list[str] | None = None) -> Iterator[pl.DataFrame]:
    """The rows of a file that `write_frames` wrote, one row group at a time."""
    lazy = pl.scan_parquet(path)
    rows = int(lazy.select(pl.len()).collect().item())
    selected = lazy if columns is None else lazy.select(columns)
    for first in range(0, rows, ROW_GROUP_ROWS):
        yield selected.slice(first, ROW_GROUP_ROWS).collect()


def frame_of(messages: Sequence[Message]) -> pl.DataFrame:
    """Messages as rows."""
    columns = {
        "received_time": [message.received_ns for message in messages],
        "exchange_time": [message.exchange_ns for message in messages],
        "event": [message.event for message in messages],
        "first_id": [message.first_id for message in messages],
        "last_id": [message.last_id for message in messages],
        "previous_id": [message.previous_id for message in messages],
        "bid_prices": [[level[0] for level in message.bids] for message in messages],
        "bid_quantities": [[level[1] for level in message.bids] for message in messages],
        "ask_prices": [[level[0] for level in message.asks] for message in messages],
        "ask_quantities": [[level[1] for level in message.asks] for message in messages],
        "price": [message.price for message in messages],
        "quantity": [message.quantity for message in messages],
        "side": [message.side for message in messages],
    }
    return pl.DataFrame(columns, schema=ARRIVED_SCHEMA)


def timed(frames: Iterator[pl.DataFrame], *, offset_ns: int, start_ns: int) -> Iterator[pl.DataFrame]:
    """The frames with `time`: the receive time moved by `offset_ns`, else the exchange's; it never runs backwards.

    `start_ns` is the time of a message before the first one that has any.
    """
    last_ns = start_ns
    for frame in frames:
        told = pl.coalesce(pl.col("received_time") + offset_ns, pl.col("exchange_time"), pl.lit(0, pl.Int64))
        forward = pl.max_horizontal(told.cum_max(), pl.lit(last_ns, pl.Int64))
        timed_frame = frame.with_columns(forward.alias("time")).select(DEPTH_SCHEMA.names())
        last_ns = timed_frame["time"][-1]
        yield timed_frame


def trades_of(frame: pl.DataFrame) -> pl.DataFrame:
    """The trades among the rows, as rows of a data set of trades."""
    trades = frame.filter(pl.col("event") == "trade")
    scale = 10.0**8
    return trades.select(
        "time", pl.col("price").cast(pl.Float64) / scale, pl.col("quantity").cast(pl.Float64) / scale, "side"
    )


def read_batches(path: Path, *, batch: int) -> Iterator[DepthRows]:
    """The stored messages, up to `batch` at a time, fewer where they hold many levels."""
    lazy = pl.scan_parquet(path)
    rows = int(lazy.select(pl.len()).collect().item())
    counts = pl.col("bid_prices").list.len() + pl.col("ask_prices").list.len()
    for group in range(0, rows, ROW_GROUP_ROWS):
        levels = lazy.slice(group, ROW_GROUP_ROWS).select(counts).collect().to_series().to_list()
        for start, count in _cuts(levels, batch):
            yield _rows_of(lazy.slice(group + start, count).collect())


def _cuts(levels: Sequence[int], batch: int) -> Iterator[tuple[int, int]]:
    """(start, count) of stretches of at most `batch` messages and about `BATCH_LEVELS` levels, at least one message."""
    start = held = 0
    for row, count in enumerate(levels):
        if row > start and (row - start >= batch or held + count > BATCH_LEVELS):
            yield start, row - start
            start, held = row, 0
        held += count
    if start < len(levels):
        yield start, len(levels) - start


def start_of(path: Path, start_ns: int | None = None) -> DepthStart:
    """The first message with a price, at or after `start_ns`; the last message where all are before it."""
    lazy = pl.scan_parquet(path).select("time", "event").with_row_index("row")
    event = pl.col("event").cast(pl.String)
    found = _first(lazy.filter(event == "trade"))
    has_trades = found is not None
    row, time_ns = found or _first(lazy.filter(event.is_in(["snapshot", "reset"]))) or (0, 0)
    if start_ns is not None and start_ns > time_ns:
        row, time_ns = _first(lazy.filter(pl.col("time") >= start_ns)) or _first(lazy.tail(1)) or (row, time_ns)
    return DepthStart(row, time_ns, has_trades)


def _first(rows: pl.LazyFrame) -> tuple[int, int] | None:
    frame = rows.head(1).collect()
    return (int(frame["row"][0]), int(frame["time"][0])) if frame.height else None


def _rows_of(frame: pl.DataFrame) -> DepthRows:
    flat = {name: frame[name].explode(empty_as_null=False).to_list() for name in LEVEL_COLUMNS}
    return DepthRows(
        time_ns=frame["time"].to_list(),
        event=frame["event"].cast(pl.String).to_list(),
        first_id=frame["first_id"].to_list(),
        last_id=frame["last_id"].to_list(),
        previous_id=frame["previous_id"].to_list(),
        bid_counts=frame["bid_prices"].list.len().to_list(),
        ask_counts=frame["ask_prices"].list.len().to_list(),
        price=frame["price"].to_list(),
        quantity=frame["quantity"].to_list(),
        side=frame["side"].cast(pl.String).to_list(),
        **flat,
    )
