"""Data sets as Parquet files named by the hash of their content: write once, read in ranges, never changed.

Candles: `time` Int64 (open time, UTC ns), `open high low close volume` Float64. Trades: `time` Int64, `price
quantity` Float64, `side` (`buy`, `sell`), and beside them their one-minute candles, so that a chart of ten million
trades opens at once. Quotes: `time`, `bid ask bid_size ask_size` Float64, and the one-minute candles of their middle.
The hash covers the values, not the bytes of the file: it stays when the compression changes.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl
from polars.io.plugins import register_io_source

from markets.datasets.records import Candles, Kind, Quotes, Trades

ROW_GROUP_ROWS = 131_072
"""Rows per Parquet row group: what a read in the middle of a series decodes at least."""
COMPRESSION: Literal["lz4"] = "lz4"
"""Written and read a third faster than zstd at its quickest, and a third larger."""
SIDES = pl.Enum(["buy", "sell"])
CANDLE_SCHEMA = pl.Schema(
    [
        ("time", pl.Int64),
        ("open", pl.Float64),
        ("high", pl.Float64),
        ("low", pl.Float64),
        ("close", pl.Float64),
        ("volume", pl.Float64),
    ]
)
SPREAD = "spread"
"""A further column of candles that were made of bid and ask: the ask's close less the bid's."""
TRADE_SCHEMA = pl.Schema([("time", pl.Int64), ("price", pl.Float64), ("quantity", pl.Float64), ("side", SIDES)])
QUOTE_SCHEMA = pl.Schema(
    [
        ("time", pl.Int64),
        ("bid", pl.Float64),
        ("ask", pl.Float64),
        ("bid_size", pl.Float64),
        ("ask_size", pl.Float64),
    ]
)
SCHEMAS: dict[Kind, pl.Schema] = {"candles": CANDLE_SCHEMA, "trades": TRADE_SCHEMA, "quotes": QUOTE_SCHEMA}
MINUTE = "1m"


class ContentHash:
    """The hash of a data set's values, fed frame by frame; how the rows were divided into frames does not matter."""

    def __init__(self, kind: Kind, *, has_spread: bool = False) -> None:
        self._kind = kind
        self._columns = {name: hashlib.sha256() for name in schema_of(kind, has_spread=has_spread)}

    def add(self, frame: pl.DataFrame) -> None:
        """Take the next rows."""
        for name, digest in self._columns.items():
            values = frame[name].to_physical() if name == "side" else frame[name]
            digest.update(np.ascontiguousarray(values.to_numpy()).data)

    def hexdigest(self) -> str:
        """The hash so far."""
        whole = hashlib.sha256(self._kind.encode())
        for name, digest in self._columns.items():
            whole.update(name.encode() + digest.digest())
        return whole.hexdigest()


def schema_of(kind: Kind, *, has_spread: bool = False) -> pl.Schema:
    """The columns of a stored data set."""
    return pl.Schema({**SCHEMAS[kind], SPREAD: pl.Float64()}) if has_spread else SCHEMAS[kind]


def data_path(datasets_dir: Path, content_hash: str, kind: Kind) -> Path:
    """Where the content of that hash lies."""
    return datasets_dir / f"{kind}-{content_hash}.parquet"


def minute_path(datasets_dir: Path, content_hash: str, kind: Kind = "trades") -> Path:
    """Where the one-minute candles of trades or quotes lie, or of the trades among depth."""
    return datasets_dir / f"{kind}-{content_hash}-{MINUTE}.parquet"


def aside_path(datasets_dir: Path, content_hash: str) -> Path:
    """Where the candles lie that lost to another of the same time and said something else."""
    return datasets_dir / f"candles-{content_hash}-aside.parquet"


def write_frames(
    path: Path, schema: pl.Schema, frames: Iterator[pl.DataFrame], *, row_group_rows: int = ROW_GROUP_ROWS
) -> None:
    """Write frames of that schema as one Parquet file, holding a few row groups at a time.

    What `frames` raises is raised here unchanged, and the file is then incomplete: write to a temporary name.
    """
    raised: list[BaseException] = []

    def source(
        with_columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, batch_size: int | None
    ) -> Iterator[pl.DataFrame]:
        assert with_columns is None and predicate is None and n_rows is None, "a plain sink asks for everything"
        try:
            yield from frames
        except BaseException as error:
            raised.append(error)
            raise

    try:
        register_io_source(source, schema=schema).sink_parquet(
            path, compression=COMPRESSION, row_group_size=row_group_rows, statistics=True
        )
    except BaseException as error:
        # Polars wraps what a source raises into errors of its own; the caller wants the original.
        raise raised[0] if raised else error from None


def publish(temporary: Path, final: Path) -> None:
    """Give a finished file its name in one step, durable before it can be seen. Content already there is kept."""
    if final.exists():
        temporary.unlink()
        return
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.replace(final)
    folder = os.open(final.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def remove(datasets_dir: Path, content_hash: str, kind: Kind) -> None:
    """Delete the content of that hash."""
    data_path(datasets_dir, content_hash, kind).unlink(missing_ok=True)
    minute_path(datasets_dir, content_hash, kind).unlink(missing_ok=True)
    aside_path(datasets_dir, content_hash).unlink(missing_ok=True)


def count_rows(path: Path) -> int:
    """How many rows are stored."""
    return int(pl.scan_parquet(path).select(pl.len()).collect().item())


def iterate_frames(
    path: Path, *, start_ns: int | None = None, columns: list[str] | None = None
) -> Iterator[pl.DataFrame]:
    """The stored rows from `start_ns` on, oldest first, one row group at a time."""
    lazy = pl.scan_parquet(path)
    rows = count_rows(path)
    first = 0 if start_ns is None else rows_before(path, start_ns)
    selected = lazy if columns is None else lazy.select(columns)
    while first < rows:
        count = ROW_GROUP_ROWS - first % ROW_GROUP_ROWS
        yield selected.slice(first, count).collect()
        first += count


def rows_before(path: Path, time_ns: int) -> int:
    """How many rows are older than a time."""
    return int(pl.scan_parquet(path).select((pl.col("time") < time_ns).sum()).collect().item())


def read_range(path: Path, *, start_ns: int | None, end_ns: int | None, limit: int) -> pl.DataFrame:
    """Rows with start <= time < end, at most `limit`: the first from a given start, else the last before the end."""
    lazy = pl.scan_parquet(path)
    if start_ns is not None:
        lazy = lazy.filter(pl.col("time") >= start_ns)
    if end_ns is not None:
        lazy = lazy.filter(pl.col("time") < end_ns)
    return (lazy.head(limit) if start_ns is not None else lazy.tail(limit)).collect()


def candles_of(frame: pl.DataFrame) -> Candles:
    """A frame of candles as plain columns."""
    return Candles(
        time_ns=frame["time"].to_list(),
        open=frame["open"].to_list(),
        high=frame["high"].to_list(),
        low=frame["low"].to_list(),
        close=frame["close"].to_list(),
        volume=frame["volume"].to_list(),
    )


def trades_of(frame: pl.DataFrame) -> Trades:
    """A frame of trades as plain columns."""
    return Trades(
        time_ns=frame["time"].to_list(),
        price=frame["price"].to_list(),
        quantity=frame["quantity"].to_list(),
        side=frame["side"].cast(pl.String).to_list(),
    )


def quotes_of(frame: pl.DataFrame) -> Quotes:
    """A frame of quotes as plain columns."""
    return Quotes(
        time_ns=frame["time"].to_list(),
        bid=frame["bid"].to_list(),
        ask=frame["ask"].to_list(),
        bid_size=frame["bid_size"].to_list(),
        ask_size=frame["ask_size"].to_list(),
    )
