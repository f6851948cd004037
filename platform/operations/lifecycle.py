"""What runs with the server: started in order when it comes up, stopped in reverse when it goes down.

Parts register their steps in `AppConfig.ready()`; nothing runs in a management command. The gateway calls `start()`
from its lifespan, or on the first connection under a server that has none.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

import msgspec

from kit.caller import Caller, set_caller
from kit.clock import SYSTEM_CLOCK, Clock
from kit.trace import new_id, set_trace_id

START_STEP_TIMEOUT_S = 300.0
"""A start replays the journal: 100,000 entries take seconds, so minutes mean that it hangs."""

STOP_STEP_TIMEOUT_S = 8.0
STOP_TIMEOUT_S = 20.0
"""Supervisors kill what is not gone after about half a minute; stopping must be done before that."""

State = Literal["stopped", "starting", "started", "failed", "stopping"]
AsyncStep = Callable[[], Awaitable[None]]
log = logging.getLogger(__name__)


class StartRefused(Exception):
    """Raised by a start step when the process must not stay up at all: another one owns what it needs, for instance."""


class LifecycleState(msgspec.Struct, frozen=True):
    """Where the server stands; `reason` names the step that failed and why, `since` is in UTC nanoseconds.

    `must_exit` says that the failed start was refused: the server ends instead of staying up to say what is wrong.
    """

    state: State
    since: int
    reason: str = ""
    must_exit: bool = False


@dataclass(frozen=True, slots=True)
class _Step:
    name: str
    order: int
    run: AsyncStep


class Lifecycle:
    """The start and stop steps of a process, and whether it is started."""

    def __init__(
        self,
        clock: Clock = SYSTEM_CLOCK,
        *,
        start_step_timeout_s: float = START_STEP_TIMEOUT_S,
        stop_step_timeout_s: float = STOP_STEP_TIMEOUT_S,
        stop_timeout_s: float = STOP_TIMEOUT_S,
    ) -> None:
        self._clock = clock
        self._start_step_timeout_s = start_step_timeout_s
        self._stop_step_timeout_s = stop_step_timeout_s
        self._stop_timeout_s = stop_timeout_s
        self._starts: list[_Step] = []
        self._stops: list[_Step] = []
        self._entered: set[str] = set()
        self._starting: asyncio.Task[None] | None = None
        self._listeners: list[Callable[[LifecycleState], None]] = []
        self.state = LifecycleState("stopped", clock.now_ns())
        self.refusal = ""
        """Why a start step refused to let the process stay up; kept beyond the stop, for who reports it."""

    def on_start(self, run: AsyncStep, name: str, order: int = 0) -> None:
        """Run `run` at the start; lower orders first, equal ones as registered."""
        self._starts.append(_Step(name, order, run))

    def on_stop(self, run: AsyncStep, name: str, order: int = 0) -> None:
        """Run `run` at the stop; higher orders first. It is skipped when the start step of that name never began."""
        self._stops.append(_Step(name, order, run))

    def add_listener(self, listener: Callable[[LifecycleState], None]) -> None:
        """Call `listener` on the event loop at each change of state."""
        self._listeners.append(listener)

    async def start(self) -> LifecycleState:
        """Run the start steps once, whoever asks and how often; a failed one ends the start and is kept as the reason.

        Never raises for a step's fault: the server stays up to say what is wrong. A caller that goes away does not
        stop the start.
        """
        if self.state.state in ("stopped", "starting"):
            if self._starting is None:
                self._starting = asyncio.create_task(self._start())
            await asyncio.shield(self._starting)
        return self.state

    async def _start(self) -> None:
        # In a task of its own: whatever runs from here on, such as the feed, is the start's work until somebody else asks.
        set_trace_id(new_id())
        set_caller(Caller("system", "start"))
        self._become("starting")
        for step in sorted(self._starts, key=lambda step: step.order):
            self._entered.add(step.name)
            try:
                reason = await _fault_of(step, self._start_step_timeout_s)
            except StartRefused as refusal:
                self.refusal = str(refusal)
                self._become("failed", self.refusal, must_exit=True)
                return
            if reason is not None:
                self._become("failed", f"{step.name} did not start: {reason}")
                return
        self._become("started")

    async def stop(self) -> None:
        """Run the stop steps in reverse, each and all bounded in time; a fault of one does not keep the others."""
        if self.state.state in ("stopped", "stopping"):
            return
        await self._end_start()
        self._become("stopping")
        deadline_s = self._clock.monotonic_s() + self._stop_timeout_s
        started_names = {step.name for step in self._starts}
        for step in sorted(self._stops, key=lambda step: step.order)[::-1]:
            if step.name in started_names and step.name not in self._entered:
                continue
            left_s = max(0.0, deadline_s - self._clock.monotonic_s())
            await _fault_of(step, min(left_s, self._stop_step_timeout_s))
        self._entered.clear()
        self._become("stopped")

    async def _end_start(self) -> None:
        """Give up a start that is still under way."""
        starting, self._starting = self._starting, None
        if starting is not None and not starting.done():
            starting.cancel()
            await asyncio.wait([starting])

    def _become(self, state: State, reason: str = "", *, must_exit: bool = False) -> None:
        self.state = LifecycleState(state, self._clock.now_ns(), reason, must_exit)
        log.log(logging.ERROR if state == "failed" else logging.INFO, "The server is %s. %s", state, reason)
        for listener in self._listeners:
            listener(self.state)


async def _fault_of(step: _Step, timeout_s: float) -> str | None:
    """Run a step; None when it went well, else why not. Any fault counts: one part's bug must not stop the rest.

    A StartRefused passes through.
    """
    try:
        async with asyncio.timeout(timeout_s):
            await step.run()
    except TimeoutError as fault:
        reason = str(fault) or f"not done within {timeout_s:g} s"
        log.exception("%s timed out.", step.name)
    except StartRefused:
        raise
    except Exception as fault:
        reason = f"{type(fault).__name__}: {fault}"
        log.exception("%s failed.", step.name)
    else:
        return None
    return reason


LIFECYCLE = Lifecycle()


def on_start(run: AsyncStep, name: str, order: int = 0) -> None:
    """Have `run` awaited when the server starts; lower orders first."""
    LIFECYCLE.on_start(run, name, order)


def on_stop(run: AsyncStep, name: str, order: int = 0) -> None:
    """Have `run` awaited when the server stops; higher orders first."""
    LIFECYCLE.on_stop(run, name, order)


async def start() -> LifecycleState:
    """Start what is registered; idempotent."""
    return await LIFECYCLE.start()


async def stop() -> None:
    """Stop what was started, in reverse and bounded in time."""
    await LIFECYCLE.stop()
