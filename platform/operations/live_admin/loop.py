"""From a page to the event loop and back, and how work on many rows is cut up so that it holds nobody up.

What lives in memory belongs to the loop; pages are made elsewhere (`operations.live_admin.conversation`), and whatever they
need of it is asked for here. Work on many rows is written as `Steps`: on the loop they are taken in short turns, with pauses
for the orders that came meanwhile; over files they are taken in a thread that rests as often.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Generator
from pathlib import Path
from typing import Any, TypeVar

from asgiref.sync import async_to_sync

from kit.resting import Rests
from operations.live_admin.conversation import current_conversation

T = TypeVar("T")
Steps = Generator[None, None, T]
"""Work that may be left and taken up again at each `yield`; what it returns is its result."""

log = logging.getLogger(__name__)

LOOP_TIMEOUT_S = 20.0
"""How long a page waits for the loop: below the time a request may take, so that it can still say so."""

TURN_S = 0.0003
"""How long copying may hold the loop at a time."""

PAUSE_S = 0.002
"""Between two turns: time for the orders that came meanwhile. At half of it a page slowed the slowest orders noticeably."""

TIMER_SLACK_FILE = Path("/proc/self/timerslack_ns")
TIMER_SLACK_NS = 1_000
"""How late a timer of the loop's thread may be. The system's own 50 µs would be added to each of those waits."""


def run_on_loop(work: Callable[..., Awaitable[T]], *arguments: Any, timeout_s: float = LOOP_TIMEOUT_S) -> T:
    """Run a coroutine function on the event loop that serves the request, in the name of this page's reader.

    Where pages are made in a process of their own, `work` is a function of a module, and what goes in and comes out can be
    pickled. Raises what it raises, and TimeoutError.
    """
    conversation = current_conversation()
    if conversation is not None:
        result: T = conversation.ask(work, arguments, timeout_s)
        return result

    async def bounded() -> T:
        async with asyncio.timeout(timeout_s):
            return await work(*arguments)

    return async_to_sync(bounded)()


def call_on_loop(work: Callable[..., T], *arguments: Any) -> T:
    """Call a plain, quick function on the event loop, likewise."""
    result: T = run_on_loop(_call, work, *arguments)
    return result


async def _call(work: Callable[..., Any], *arguments: Any) -> Any:
    return work(*arguments)


async def sharpen_timers() -> None:
    """Let the thread that calls this, the loop's, and those it starts wake when they want to. Only Linux knows of it."""
    try:
        TIMER_SLACK_FILE.write_text(str(TIMER_SLACK_NS))  # noqa: ASYNC240 - the kernel answers at once
    except OSError as fault:
        log.info("Timers keep their slack: %s", fault)


class Turns:
    """Cuts work on the loop into turns: `await turns.pause_if_over()` now and then."""

    def __init__(self, turn_s: float = TURN_S, pause_s: float = PAUSE_S) -> None:
        self._turn_s = turn_s
        self._pause_s = pause_s
        self._ends_s = time.perf_counter() + turn_s

    async def pause_if_over(self) -> None:
        """Let others have the loop when this turn was long enough."""
        if time.perf_counter() >= self._ends_s:
            await asyncio.sleep(self._pause_s)
            self._ends_s = time.perf_counter() + self._turn_s


async def in_turns(steps: Steps[T]) -> T:
    """The result of the steps, taken on the event loop in short turns."""
    turns = Turns()
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result
        await turns.pause_if_over()


def with_rests(steps: Steps[T]) -> T:
    """The result of the steps, taken in a thread that rests as long as it works."""
    rests = Rests(share=1.0)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result
        rests.rest_if_due()
