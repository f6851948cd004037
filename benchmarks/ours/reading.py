"""The bare limit of an import: polars reads the CSV into columns, and nothing else."""

import time


def measure(*, path: str, rows: int) -> dict[str, float]:
    """Seconds of reading the file in a fresh process."""
    import polars

    started_s = time.perf_counter()
    frame = polars.read_csv(path, try_parse_dates=True)
    spent_s = time.perf_counter() - started_s
    assert frame.height == rows, f"{frame.height} rows were read, and {rows} are there"
    return {"seconds": spent_s}


def measure_pandas(*, path: str, rows: int) -> dict[str, float]:
    """Seconds of reading the file with pandas in a fresh process."""
    import pandas

    started_s = time.perf_counter()
    frame = pandas.read_csv(path, parse_dates=["time"])
    spent_s = time.perf_counter() - started_s
    assert len(frame) == rows, f"{len(frame)} rows were read, and {rows} are there"
    return {"seconds": spent_s}
