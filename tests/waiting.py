"""Waiting for something to become true, with a deadline and without guessing how long it takes."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

Value = TypeVar("Value")


async def eventually(
    ask: Callable[[], Awaitable[Value]], is_wanted: Callable[[Value], bool] = bool, deadline_s: float = 10.0
) -> Value:
    """The first answer of `ask` that `is_wanted`; TimeoutError when none comes in time. Other tasks run in between."""
    async with asyncio.timeout(deadline_s):
        while True:
            value = await ask()
            if is_wanted(value):
                return value
            await asyncio.sleep(0)


def until(condition: Callable[[], bool], deadline_s: float = 10.0) -> None:
    """Return once another thread or process has made it true; fails when it does not come to be in time."""
    ends_s = time.monotonic() + deadline_s
    while not condition():
        assert time.monotonic() < ends_s, "it does not come to be"
        time.sleep(0.001)
