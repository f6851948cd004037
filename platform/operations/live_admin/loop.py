"""From a page to the event loop and back, and how work on many rows is cut up so that it holds nobody up.

What lives in memory belongs to the loop; pages are made elsewhere (`operations.live_admin.conversation`), and whatever they
need of it is asked for here. Work on many rows is written as `Steps`: on the loop they are taken in short turns, with pauses
for the orders that came meanwhile; over files they are taken in a thread that rests as often.
"""

import asyncio
import logging
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Generator
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from asgiref.sync import async_to_sync

from operations.live_admin.conversation import current_conversation

T = TypeVar("T")
Steps = Generator[None, None, T]
"""Work that may be left and taken up again at each `yield`; what it returns is its result."""

log = logging.getLogger(__name__)

LOOP_TIMEOUT_S = 20.0
"""How long a page waits for the loop: below the time a request may take, so that it can still say so."""

TURN_S = 0.0003
"""How long copying may hold the loop at a time."""

PAUSE_S = 0.001
"""Between two turns: time for the orders that came meanwhile."""

WORK_S = 0.0005
REST_SHARE = 1.0
MAX_REST_S = 0.002
"""A thread that works rests after so long, for that share of the time it worked."""

SWITCH_INTERVAL_S = 0.00001
"""How long the loop waits for a thread that makes a page, each time it wants the interpreter. With Python's own 5 ms it
would do 200 small things a second beside such a thread, with this three quarters of what it does alone.
"""

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
    """The result of the steps, taken in a thread that rests a little after every half millisecond of work."""
    with SHORT_SWITCHES:
        began_s = time.perf_counter()
        while True:
            try:
                next(steps)
            except StopIteration as end:
                result: T = end.value
                return result
            worked_s = time.perf_counter() - began_s
            if worked_s >= WORK_S:
                time.sleep(min(worked_s * REST_SHARE, MAX_REST_S))
                began_s = time.perf_counter()


class ShortSwitches:
    """While anyone is within, threads give the interpreter away after `SWITCH_INTERVAL_S`. Any thread may enter."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._within = 0
        self._usual_s = 0.0

    def __enter__(self) -> None:
        with self._lock:
            if self._within == 0:
                self._usual_s = sys.getswitchinterval()
                sys.setswitchinterval(min(SWITCH_INTERVAL_S, self._usual_s))
            self._within += 1

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._within -= 1
            if self._within == 0:
                sys.setswitchinterval(self._usual_s)


SHORT_SWITCHES = ShortSwitches()
