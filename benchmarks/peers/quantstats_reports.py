"""quantstats' tear sheet of the same days beside the same market, as its own page of HTML."""

import tempfile
from pathlib import Path

import matplotlib
import pandas as pd

from benchmarks.ours.reports import seeded_track
from benchmarks.tools.timing import peak_mb, time_calls

matplotlib.use("Agg")


def measure(*, form: str, days: int, trades: int) -> dict[str, object]:
    """Seconds of each page; it has no round trips, exposure or costs in it."""
    import quantstats

    assert form == "html", "it writes no other"
    track = seeded_track(days=days, trades=trades)
    assert track.benchmark is not None, "the walk has a market"
    index = pd.to_datetime(track.time_ns)
    returns, market = (
        pd.Series(values, index=index).pct_change().dropna() for values in (track.equity, track.benchmark.price)
    )
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"

        def once() -> int:
            quantstats.reports.html(returns, benchmark=market, output=str(page), periods_per_year=365)
            return page.stat().st_size

        times_s, size = time_calls(once)
    return {"times_s": times_s, "bytes": size, "peak_mb": peak_mb()}
