"""What every broadcast shares, Sandbar's included: the message, and the pace it is published at."""

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable

SOCKETS = int(os.environ.get("BENCH_SOCKETS", "500"))
"""Publishing begins when as many listen."""
RATE_PER_S = float(os.environ.get("BENCH_RATE", "0"))
"""Messages a second; 0: the next as soon as the last was handed to every socket."""

CHANNEL = "bench:flood"
PAD = "x" * 160
"""Makes a frame of some 320 bytes."""
POLL_S = 0.05


def message_data() -> dict[str, str]:
    """What is published: when it was, in monotonic nanoseconds, and padding."""
    return {"at": f"{time.monotonic_ns():020d}", "pad": PAD}


def message_text(seq: int) -> str:
    """An update as Sandbar frames it."""
    return json.dumps(
        {
            "type": "update",
            "channel": CHANNEL,
            "seq": seq,
            "time": "2026-01-01T00:00:00.000000Z",
            "data": message_data(),
        },
        separators=(",", ":"),
    )


async def keep_publishing(listeners: Callable[[], int], publish: Callable[[int], Awaitable[None]]) -> None:
    """Publish message after message, for ever. A paced publisher keeps its schedule: a late one hurries the next."""
    while listeners() < SOCKETS:  # noqa: ASYNC110 - what is counted lies in another library
        await asyncio.sleep(POLL_S)
    seq, due_s = 0, time.monotonic()
    while True:
        seq += 1
        await publish(seq)
        if RATE_PER_S:
            due_s += 1 / RATE_PER_S
            await asyncio.sleep(max(0.0, due_s - time.monotonic()))
