"""The journal alone: its writer and its SQLite file (WAL, synchronous FULL), fed by producers that wait for durability."""

import asyncio
import time
from pathlib import Path

from benchmarks.tools.disk import percentile
from trading.journal.entries import Entry
from trading.journal.stores import SqliteStore
from trading.journal.writer import JournalWriter
from trading.sandbox.events import OrderAccepted
from trading.sandbox.orders import OrderType, Side, TimeInForce


def measure(*, folder: str, seconds: float, producers: int) -> dict[str, float]:
    """Acknowledged entries a second, and the time of one in milliseconds."""
    path = Path(folder) / "journal.sqlite3"
    store = SqliteStore(path)
    store.open()
    try:
        figures = asyncio.run(_produce(store, seconds, producers))
    finally:
        store.close()
        for file in path.parent.glob("journal.*"):
            file.unlink()
    return figures


async def _produce(store: SqliteStore, seconds: float, producers: int) -> dict[str, float]:
    failures: list[Exception] = []
    writer = JournalWriter(store, store.last(), on_failure=failures.append)
    times_ms: list[float] = []
    until_s = time.perf_counter() + seconds

    async def produce(producer: int) -> None:
        number = 0
        while (begun_s := time.perf_counter()) < until_s:
            number += 1
            await writer.append(make_entry(producer, number)).wait()
            times_ms.append((time.perf_counter() - begun_s) * 1e3)

    started_s = time.perf_counter()
    await asyncio.gather(*map(produce, range(producers)))
    spent_s = time.perf_counter() - started_s
    await writer.stop()
    assert not failures, failures
    return {"per_s": len(times_ms) / spent_s, "p99_ms": percentile(times_ms, 99), "batches": float(writer.batches)}


def make_entry(producer: int, number: int) -> Entry:
    """What a limit order that rests writes: some 400 bytes of JSON."""
    time_ns = 1_700_000_000_000_000_000 + number
    accepted = OrderAccepted(
        time_ns=time_ns,
        account_id="default",
        order_id=f"01975f3e-7c1a-7000-{producer:04x}-{number:012x}",
        symbol="BTC-USDT",
        side=Side.BUY,
        type=OrderType.LIMIT,
        time_in_force=TimeInForce.GTC,
        quantity_lots=10_000,
        sequence=number,
        price_ticks=5_000_000,
        held_units=500_250_000_000,
    )
    return Entry(
        kind="place_order",
        time_ns=time_ns,
        wall_ns=time_ns,
        account_id="default",
        trace_id="01975f3e-7c1a-7000-8000-0123456789ab",
        actor="127.0.0.1",
        events=(accepted,),
    )
