"""Import of a price file: read, check, clean, store as Parquet, judge its quality."""

import shutil
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
