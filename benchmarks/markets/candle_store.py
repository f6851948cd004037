"""A thousand candles out of a year of minutes: from the store, over REST, and by pandas and polars from the same files."""

import http.client
import json
import random
import shutil
import statistics
import time
from pathlib import Path
from typing import Any

from benchmarks.tools.child import run_in_child
from benchmarks.tools.environment import ensure_peers
from benchmarks.tools.passes import Plan, alternate, tell
from benchmarks.tools.rows import Row, figure_row, ratio_row
from benchmarks.tools.servers import fresh_gateway

MINUTES_OF_A_YEAR = 366 * 1_440
CANDLES = 1_000
READS = 60
TARGET_MS = 5.0


def run(plan: Plan) -> list[Row]:
    """Measure and judge."""
    folder = plan.work_dir / "year"
    minutes = plan.size(MINUTES_OF_A_YEAR, 40 * 1_440)
    tell("  writing a year of minutes …")
    made = run_in_child("benchmarks.ours.candle_store:write", folder=str(folder), minutes=minutes)
    arguments: dict[str, Any] = {"folder": str(folder), "minutes": minutes, "reads": READS, "candles": CANDLES}
    peers = ensure_peers()
    figures = alternate(
        plan,
        {
            "store": lambda: run_in_child("benchmarks.ours.candle_store:read", **arguments),
            "rest": lambda: _over_rest(plan, folder, minutes),
            "polars": lambda: run_in_child("benchmarks.peers.parquet_files:read_polars", python=peers, **arguments),
            "pandas": lambda: run_in_child("benchmarks.peers.parquet_files:read_pandas", python=peers, **arguments),
        },
    )
    medians = {name: [each["ms"] for each in passes] for name, passes in figures.items()}
    name = f"{CANDLES:,} candles out of {minutes:,} minutes"
    again = [each["again_ms"] for each in figures["store"]]
    return [
        figure_row(f"{name}, store", medians["store"], unit="ms", target=TARGET_MS, better="lower",
                   note=f"from days that were mostly not read before; from memory {statistics.median(again):.2f} ms"),
        figure_row(f"{name}, over REST", medians["rest"], unit="ms", target=TARGET_MS, better="lower",
                   note="one client, a new place each time, the answer decoded"),
        ratio_row(f"{name} ÷ polars", medians, ours="store", peer="polars", unit="ms", better="lower",
                  note="polars scans the same files and filters by time"),
        ratio_row(f"{name} ÷ pandas", medians, ours="store", peer="pandas", unit="ms", better="lower",
                  note="pandas reads the same files through pyarrow, filtered by time"),
        figure_row(f"iterating over {minutes:,} minutes", [each["iterate_per_s"] / 1e6 for each in figures["store"]],
                   unit="M candles/s"),
        figure_row(f"the hash of {minutes:,} minutes", [each["hash_ms"] for each in figures["store"]], unit="ms",
                   better="lower", note=f"appending them took {made['seconds']:.1f} s, every day of it made durable"),
        figure_row("a minute appended to its day", [each["append_ms"] for each in figures["store"]], unit="ms",
                   better="lower", note="on disk when it returns"),
    ]  # fmt: skip


def _over_rest(plan: Plan, folder: Path, minutes: int) -> dict[str, float]:
    """The median time of a page as a client sees it."""
    with fresh_gateway(plan.work_dir) as gateway:
        shutil.copytree(folder, gateway.state_dir / "candles")
        connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=20)
        random_ = random.Random(7)
        times_ms = []
        for number in range(READS + 5):
            start_s = 1_704_067_200 + 60 * random_.randrange(minutes - CANDLES)
            start = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(start_s))
            started_s = time.perf_counter()
            connection.request(
                "GET", f"/api/v1/markets/BTC-USDT/candles/?source=live:bench&limit={CANDLES}&from={start}"
            )
            items = json.loads(connection.getresponse().read())["data"]["items"]
            if number >= 5:  # the first ones load the libraries
                times_ms.append((time.perf_counter() - started_s) * 1e3)
            assert len(items) == CANDLES, f"{len(items)} candles came"
        connection.close()
    return {"ms": statistics.median(times_ms)}
