"""One file of the candle store: written whole under another name, made durable, and only then given its own.

Whoever reads sees the old file or the new one, never a part; after a crash the folder holds one of the two, and perhaps a
leftover with a dot in front, which the next write removes. What the catalogue wants to know stands in the file's own
metadata, so that no second file can contradict it.
"""

import io
import os
from pathlib import Path

import msgspec
import polars as pl

from kit.trace import new_id
from markets.candle_store.hashing import digest_of
from markets.datasets.series import Decimals

METADATA_KEY = "sandbar.candles"
UNFINISHED = ".part"


class FileFacts(msgspec.Struct, frozen=True):
    """What a file says of its rows."""

    rows: int
    first_ns: int
    last_ns: int
    price_decimals: int | None
    volume_decimals: int | None
    digest: str


def write(path: Path, frame: pl.DataFrame) -> FileFacts:
    """Give `path` these rows (sorted, at least one) in one step that is on disk when this returns."""
    facts = _facts_of(frame)
    temporary = path.with_name(f".{path.name}.{new_id()}{UNFINISHED}")
    try:
        frame.write_parquet(
            temporary,
            compression="lz4",
            statistics=False,
            metadata={METADATA_KEY: msgspec.json.encode(facts).decode()},
        )
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _make_durable(path.parent)
    return facts


def read(path: Path) -> pl.DataFrame:
    """The rows of a file."""
    # From bytes: for files this small polars takes a third longer to read the path itself.
    return pl.read_parquet(io.BytesIO(path.read_bytes()))


def read_facts(path: Path) -> FileFacts:
    """What a file says of its rows, without decoding them."""
    return msgspec.json.decode(pl.read_parquet_metadata(path)[METADATA_KEY], type=FileFacts)


def remove_unfinished(folder: Path) -> None:
    """Remove what writers that died have left; only for who holds the lock of the folder."""
    for leftover in folder.glob(f".*{UNFINISHED}"):
        leftover.unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, so that they are there after a crash."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _make_durable(folder.parent)


def _make_durable(folder: Path) -> None:
    """Have the names in a folder on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _facts_of(frame: pl.DataFrame) -> FileFacts:
    prices, volumes = Decimals(), Decimals()
    for name in ("open", "high", "low", "close"):
        prices.add(frame[name].to_numpy())
    volumes.add(frame["volume"].to_numpy())
    return FileFacts(
        rows=frame.height,
        first_ns=int(frame["time"][0]),
        last_ns=int(frame["time"][-1]),
        price_decimals=prices.count,
        volume_decimals=volumes.count,
        digest=digest_of(frame),
    )
