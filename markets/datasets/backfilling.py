"""Fetches the past candles of an exchange and stores them as a data set.

This is what a worker process runs: no Django, its argument a plain dict. Pages are asked for one after the other, each tried
again while that makes sense; what came is written as a text file and goes the way of every import, so that it is checked row
by row, reported on and named by its content like any other.
"""

import asyncio
import csv
import tempfile
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec

from kit.clock import NS_PER_MS, NS_PER_SECOND
from kit.errors import Rejected, Unavailable, invalid_field
from kit.http_pool import HttpPool
from markets.datasets.importing import Progress, import_file
from markets.datasets.records import WORK_FOLDER, ImportResult, ImportSpec
from markets.sources.live.client import MAX_CANDLES_PER_ASK, PublicClient, VenueFault, VenueRefused
from markets.updates import INTERVALS

MAX_BARS: Final = 1_000_000
"""Bars of one back-fill: nearly two years of minutes, a thousand asks of a thousand."""

COLUMNS: Final = ("time", "open", "high", "low", "close", "volume")
FETCHING_SHARE: Final = 0.9


class BackfillSpec(msgspec.Struct, frozen=True):
    """What to fetch: candles of `symbol` that open from `from_ns` on and before `to_ns`."""

    exchange: str
    base_url: str
    symbol: str
    interval: str
    from_ns: int
    to_ns: int
    datasets_dir: str
    calendar: str | None = None

    @property
    def bars(self) -> int:
        """How many there can be."""
        return max(0, self.to_ns - self.from_ns) // (INTERVALS[self.interval] * NS_PER_SECOND)


def run(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The job `dataset.backfill`: a BackfillSpec as a dict in, an ImportResult as a dict out."""
    result: dict[str, Any] = msgspec.to_builtins(backfill(msgspec.convert(spec, BackfillSpec), progress))
    return result


def backfill(spec: BackfillSpec, progress: Progress) -> ImportResult:
    """Fetch and store; raises Unavailable, Rejected or Invalid saying why not, and then leaves nothing behind."""
    work_root = Path(spec.datasets_dir) / WORK_FOLDER
    work_root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=work_root) as folder:
        path = Path(folder) / f"{spec.exchange}-{spec.symbol}-{spec.interval}.csv"
        try:
            rows = asyncio.run(_write(spec, path, progress))
        except VenueRefused as fault:
            raise Rejected(f"{spec.exchange} refused: {fault}", code="NOT_OFFERED") from fault
        except VenueFault as fault:
            raise Unavailable(f"{spec.exchange} cannot be read: {fault}") from fault
        if not rows:
            raise Rejected(
                f"{spec.exchange} has no candles of {spec.symbol} in that time.", code="NO_CANDLES", details={}
            )
        return import_file(
            ImportSpec(
                path=str(path),
                file_name=path.name,
                datasets_dir=spec.datasets_dir,
                symbol=spec.symbol,
                interval=spec.interval,
                kind="candles",
                calendar=spec.calendar,
            ),
            progress,
        )


async def _write(spec: BackfillSpec, path: Path, progress: Progress) -> int:
    """Write the candles as a text file; how many there were."""
    pool = HttpPool()
    if spec.base_url:
        pool.allow_loopback(spec.base_url)
    client = PublicClient(spec.exchange, pool, base_url=spec.base_url)
    count = 0
    try:
        if spec.interval not in client.timeframes():
            offered = ", ".join(name for name in INTERVALS if name in client.timeframes())
            raise invalid_field("interval", f"{spec.exchange} has candles of {offered}.")
        await client.load_listings()
        with path.open("w", newline="") as file:
            table = csv.writer(file)
            table.writerow(COLUMNS)
            async for page in _pages(client, spec):
                table.writerows([int(row[0]), *map(_text, row[1:6])] for row in page)
                count += len(page)
                progress.update(FETCHING_SHARE * min(1.0, count / max(1, spec.bars)), f"{count:,} candles fetched")
    finally:
        await client.close()
        await pool.close()
    return count


async def _pages(client: PublicClient, spec: BackfillSpec) -> AsyncIterator[list[list[float]]]:
    """The candles in time, page by page, each once; a stretch without any is stepped over."""
    length_ms = INTERVALS[spec.interval] * 1_000
    since_ms, to_ms = -(-spec.from_ns // (length_ms * NS_PER_MS)) * length_ms, spec.to_ns // NS_PER_MS
    symbol = spec.symbol.replace("-", "/")
    while since_ms < to_ms:
        found = await client.fetch_candles(symbol, spec.interval, since_ms)
        page = [row for row in found if since_ms <= row[0] < to_ms]
        if page:
            yield page
            since_ms = int(page[-1][0]) + length_ms
        else:
            since_ms += MAX_CANDLES_PER_ASK * length_ms


def _text(number: float) -> str:
    """A number in plain decimal notation with as many digits as it has."""
    return format(Decimal(repr(number)), "f")
