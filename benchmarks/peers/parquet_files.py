"""A thousand candles out of the candle store's own files, by the two libraries people would read them with."""

import random
import statistics
import time
from pathlib import Path

BEGIN_NS = 1_704_067_200 * 10**9
MINUTE_NS = 60 * 10**9


def _starts(minutes: int, reads: int, candles: int) -> list[int]:
    random_ = random.Random(5)
    return [BEGIN_NS + random_.randrange(minutes - candles) * MINUTE_NS for _ in range(reads)]


def read_polars(*, folder: str, minutes: int, reads: int, candles: int) -> dict[str, float]:
    """The median milliseconds of a read."""
    import polars

    pattern = f"{folder}/*/BTC-USDT/1m/*.parquet"
    times_ms = []
    for start_ns in _starts(minutes, reads, candles):
        started_s = time.perf_counter()
        found = polars.scan_parquet(pattern).filter(polars.col("time") >= start_ns).head(candles).collect().to_dict()
        times_ms.append((time.perf_counter() - started_s) * 1e3)
        assert len(found["time"]) == candles, f"{len(found['time'])} candles came"
    return {"ms": statistics.median(times_ms)}


def read_pandas(*, folder: str, minutes: int, reads: int, candles: int) -> dict[str, float]:
    """The median milliseconds of a read."""
    import pandas

    (series,) = Path(folder).glob("*/BTC-USDT/1m")
    times_ms = []
    for start_ns in _starts(minutes, reads, candles):
        end_ns = start_ns + candles * MINUTE_NS
        started_s = time.perf_counter()
        found = pandas.read_parquet(series, filters=[("time", ">=", start_ns), ("time", "<", end_ns)])
        times_ms.append((time.perf_counter() - started_s) * 1e3)
        assert len(found) == candles, f"{len(found)} candles came"
    return {"ms": statistics.median(times_ms)}
