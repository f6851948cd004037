"""Waiting for something to become true, with a deadline and without guessing how long it takes."""

import asyncio
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
