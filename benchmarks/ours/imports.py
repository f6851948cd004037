"""Import of a price file: read, check, clean, store as Parquet, judge its quality."""

import resource
import shutil
import sys
import time
from pathlib import Path

from markets.datasets.importing import import_file
from markets.datasets.records import ImportSpec


class Silent:
    """Nobody is told how far it is."""

    def update(self, fraction: float, message: str = "") -> None:
        """Say nothing."""


def measure(*, path: str, folder: str, rows: int) -> dict[str, float]:
    """Seconds of one import in a fresh process, its libraries loaded as in a worker that waits for work."""
    import polars  # noqa: F401 - a waiting worker has it loaded

    datasets = Path(folder) / "datasets"
    spec = ImportSpec(path=path, file_name=Path(path).name, datasets_dir=str(datasets), symbol="BTC-USD")
    started_s = time.perf_counter()
    result = import_file(spec, Silent())
    spent_s = time.perf_counter() - started_s
    shutil.rmtree(datasets)
    assert result.rows == rows, f"{result.rows} rows were imported, and {rows} are there"
    return {"seconds": spent_s}


def measure_peak(*, path: str, folder: str, rows: int) -> dict[str, float]:
    """The largest resident memory of a process that imports one file, in MB, and its seconds."""
    measured = measure(path=path, folder=folder, rows=rows)
    # Linux counts in kB, macOS in bytes.
    unit_bytes = 1 if sys.platform == "darwin" else 1024
    return {**measured, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit_bytes / 1e6}


def write_candles(*, path: str, rows: int, epoch: bool = False) -> dict[str, int]:
    """A made-up file of minutes: prices to the cent, times as text, or as milliseconds since 1970."""
    import numpy as np
    import polars as pl

    chance = np.random.default_rng(7)
    close = 40_000 + np.cumsum(chance.normal(0, 5, rows))
    first = np.concatenate(([close[0]], close[:-1]))
    spread = np.abs(chance.normal(0, 4, (2, rows)))
    start_ns = 1_546_300_800 * 10**9
    times = pl.Series(start_ns + 60 * 10**9 * np.arange(rows)).cast(pl.Datetime("ns"))
    pl.DataFrame(
        {
            "time": times.dt.epoch("ms") if epoch else times,
            "open": first.round(2),
            "high": (np.maximum(first, close) + spread[0]).round(2),
            "low": (np.minimum(first, close) - spread[1]).round(2),
            "close": close.round(2),
            "volume": chance.exponential(3, rows).round(3),
        }
    ).write_csv(path, datetime_format="%Y-%m-%d %H:%M:%S")
    return {"rows": rows}


def write_trades(*, path: str, rows: int) -> dict[str, int]:
    """A made-up file of trades in order of time, with ids and the maker's side."""
    import numpy as np
    import polars as pl

    chance = np.random.default_rng(7)
    batch = 500_000
    with Path(path).open("wb") as file:
        file.write(b"id,price,qty,time,is_buyer_maker\n")
        for first in range(0, rows, batch):
            count = min(batch, rows - first)
            pl.DataFrame(
                {
                    "id": np.arange(first, first + count),
                    "price": (40_000 + np.cumsum(chance.normal(0, 0.5, count))).round(2),
                    "qty": chance.exponential(0.1, count).round(5) + 0.00001,
                    "time": 1_546_300_800_000 + 40 * np.arange(first, first + count),
                    "is_buyer_maker": chance.integers(0, 2, count).astype(bool),
                }
            ).write_csv(file, include_header=False)
    return {"rows": rows}
