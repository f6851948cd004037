"""The bare limit of a journal: lines appended to a plain file, with fdatasync, in group commit.

The same shape as Sandbar's journal: producers on an event loop, one writer thread, whatever arrived during a write goes
into the next. No encoding, no hash, no index, no transaction: the lines are ready-made.
"""

import asyncio
import os
import threading
import time
from pathlib import Path
from queue import Empty, SimpleQueue

Waiting = tuple[bytes, asyncio.Future[None]]


def measure(*, folder: str, seconds: float, producers: int, line_bytes: int) -> dict[str, float]:
    """Acknowledged lines a second."""
    path = Path(folder) / "plain.log"
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        return asyncio.run(_produce(file, seconds, producers, b"x" * (line_bytes - 1) + b"\n"))
    finally:
        os.close(file)
        path.unlink()


async def _produce(file: int, seconds: float, producers: int, line: bytes) -> dict[str, float]:
    loop = asyncio.get_running_loop()
    inbox: SimpleQueue[list[Waiting] | None] = SimpleQueue()
    outbox: list[Waiting] = []
    until_s = time.perf_counter() + seconds
    acknowledged = 0

    def hand_over() -> None:
        nonlocal outbox
        inbox.put(outbox)
        outbox = []

    async def produce() -> None:
        nonlocal acknowledged
        while time.perf_counter() < until_s:
            durable = loop.create_future()
            if not outbox:
                loop.call_soon(hand_over)
            outbox.append((line, durable))
            await durable
            acknowledged += 1

    writer = threading.Thread(target=_write, args=(file, inbox, loop))
    writer.start()
    started_s = time.perf_counter()
    await asyncio.gather(*(produce() for _ in range(producers)))
    spent_s = time.perf_counter() - started_s
    inbox.put(None)
    await asyncio.to_thread(writer.join)
    return {"per_s": acknowledged / spent_s}


def _write(file: int, inbox: "SimpleQueue[list[Waiting] | None]", loop: asyncio.AbstractEventLoop) -> None:
    """The writer thread."""
    while (batch := inbox.get()) is not None:
        try:
            while (more := inbox.get_nowait()) is not None:
                batch += more
        except Empty:
            pass
        os.write(file, b"".join(line for line, _ in batch))
        os.fdatasync(file)
        loop.call_soon_threadsafe(_acknowledge, batch)


def _acknowledge(batch: list[Waiting]) -> None:
    for _, durable in batch:
        durable.set_result(None)
