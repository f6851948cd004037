"""Keeps the schedules: looks for what is due and submits its jobs. Runs on the gateway's event loop, tables in a thread."""

import asyncio
import logging
from functools import partial
from typing import Any, Final

import msgspec
from django.db import DatabaseError

from jobs import services as jobs
from kit.caller import Caller, set_caller
from kit.clock import NS_PER_SECOND, SYSTEM_CLOCK, Clock
from kit.errors import DomainError, Unavailable
from kit.trace import new_id, set_trace_id
from markets import services as markets
from operations.services_registry import ServiceState
from reports.gathering import in_thread
from reports.records import Asked
from reports.schedules import services
from reports.schedules.services import Due
from reports.services import MAKE_JOB, stage_report

LONGEST_PAUSE_S: Final = 30.0
"""How late a schedule may be noticed that somebody else has written, another gateway or a command."""

SHORTEST_PAUSE_S: Final = 0.05
RETRY_PAUSE_S: Final = 10.0
"""After there was no room for a job, or no database."""

STOP_S: Final = 3.0
"""So long a stop waits for the report that is just being gathered; after that it is gathered anew at the next start."""

log = logging.getLogger(__name__)


class Keeper:
    """Looks, submits, sleeps until the next is due. A fault of one schedule is noted on it and keeps nobody else."""

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._woken = asyncio.Event()
        self._is_ending = False
        self._making: dict[str, str] = {}
        """Schedules by the jobs that are under way for them."""
        self._since_ns = clock.now_ns()
        self._last_error: str | None = None
        self._noting: set[asyncio.Task[None]] = set()
        self.submitted = 0

    async def start(self) -> None:
        """Look from now on; what was missed while nobody looked is due once."""
        if self._task is None:
            self._woken = asyncio.Event()
            self._is_ending = False
            jobs.add_listener(self._hear)
            self._since_ns = self._clock.now_ns()
            self._task = asyncio.create_task(self._run(), name="report schedules")

    async def stop(self) -> None:
        """Look no more; what was taken in hand and is not asked for yet is due at the next start."""
        task, self._task = self._task, None
        if task is not None:
            self._is_ending = True
            self._woken.set()
            await asyncio.wait([task], timeout=STOP_S)
            task.cancel()
            jobs.remove_listener(self._hear)
            await asyncio.wait([task, *self._noting])
            self._making.clear()
            self._since_ns = self._clock.now_ns()

    async def restart(self) -> None:
        """Stop and start."""
        await self.stop()
        await self.start()

    def wake(self) -> None:
        """Look again at once: a schedule was made or changed."""
        self._woken.set()

    def state(self) -> ServiceState:
        """How it is doing."""
        if self._task is None:
            return ServiceState("stopped", self._since_ns, self._last_error)
        return ServiceState(
            "running" if self._making else "idle",
            self._since_ns,
            self._last_error,
            detail=f"{self.submitted} reports asked for since the start, {len(self._making)} under way",
        )

    async def _run(self) -> None:
        set_caller(Caller("system", "report schedules"))
        while not self._is_ending:
            set_trace_id(new_id())
            self._woken.clear()
            try:
                pause_s = await self.look()
            except DatabaseError as fault:
                self._last_error = f"The schedules cannot be read: {fault}"
                log.warning("The schedules of reports cannot be read: %s", fault)
                pause_s = RETRY_PAUSE_S
            except Exception as fault:
                # The keeper must outlive whatever one report does.
                self._last_error = f"{type(fault).__name__}: {fault}"
                log.exception("Keeping the schedules of reports failed; trying again.")
                pause_s = RETRY_PAUSE_S
            try:
                async with asyncio.timeout(pause_s):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def look(self) -> float:
        """Submit what is due, and say for how long nothing will be."""
        left = await in_thread(partial(services.claim_due, self._clock.now_ns()))
        try:
            while left:
                due = left.pop(0)
                if self._is_ending or not await self._submit(due):
                    left.append(due)
                    return RETRY_PAUSE_S
        finally:  # also when one of them failed in a way that nobody foresaw, which is not to cost the others
            for due in left:
                await in_thread(partial(services.put_back, due))
        following_ns = await in_thread(services.first_due_ns)
        if following_ns is None:
            return LONGEST_PAUSE_S
        left_s = (following_ns - self._clock.now_ns()) / NS_PER_SECOND
        return min(max(left_s, SHORTEST_PAUSE_S), LONGEST_PAUSE_S)

    async def _submit(self, due: Due) -> bool:
        """Have one report made; False when there is no room for its job now."""
        is_staged = False

        async def stage() -> dict[str, Any]:
            nonlocal is_staged
            spec = await stage_report(due.account, _spanned(due), schedule_id=due.schedule_id, keep=due.keep)
            is_staged = True
            return spec

        try:
            job = await jobs.submit_prepared(MAKE_JOB, stage, account=due.account)
        except asyncio.CancelledError:
            if not is_staged:  # else its job may be in the table
                await in_thread(partial(services.put_back, due))
            raise
        except Unavailable as fault:
            self._last_error = fault.message
            text = f"{fault.message} It is tried again."
            await in_thread(partial(services.note_error, due.schedule_id, text))
            return False
        except DomainError as refused:
            text = f"{refused.code}: {refused.message}"
            self._last_error = text
            await in_thread(partial(services.note_error, due.schedule_id, text))
            return True
        self.submitted += 1
        if not job.is_finished:
            self._making[job.id] = due.schedule_id
        await in_thread(partial(services.note_job, due.schedule_id, job.id))
        log.info("The report of schedule %s is made by job %s.", due.schedule_id, job.id)
        return True

    def _hear(self, job: jobs.JobView) -> None:
        """A job changed: one of ours that failed is told on its schedule."""
        if not job.is_finished:
            return
        schedule_id = self._making.pop(job.id, None)
        if schedule_id is not None and job.error is not None:
            text = f"{job.error.code}: {job.error.message}"
            noting = asyncio.create_task(in_thread(partial(services.note_error, schedule_id, text)))
            self._noting.add(noting)
            noting.add_done_callback(self._noting.discard)


def _spanned(due: Due) -> Asked:
    """What is asked for, of the span that ends now by the market's clock."""
    if due.span == services.ALL:
        return due.asked
    now_ns = markets.market_time_ns() or SYSTEM_CLOCK.now_ns()
    return msgspec.structs.replace(due.asked, from_ns=now_ns - services.SPANS_NS[due.span])


KEEPER = Keeper()
