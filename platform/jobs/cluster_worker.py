"""A worker of a Dask cluster that runs our jobs, each in a process of its own as on the gateway's machine.

Dask's worker takes tasks and stands for them at the scheduler; a process pool beside it runs them. So a job that crashes
or outgrows its memory takes neither the worker nor its neighbours along, and a canceled one can be ended by force, which
Dask itself cannot do to a running task. What a job says goes back as events of the scheduler (`Worker.log_event`), in order.
"""

import asyncio
import logging
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from distributed import Worker
from distributed.diagnostics.plugin import WorkerPlugin

from jobs import registry
from jobs.cluster_task import PLUGIN
from jobs.executors import WORKER_DIED, Outcome, Task, failed
from jobs.process_pool import PoolOptions, ProcessPool
from jobs.wire import Advance, Began, LogLine, ToGateway, decode_to_worker, encode

RETRY_S = 0.5
"""How often an absent scheduler is looked for."""

START_TIMEOUT_S = 20.0
STOP_TIMEOUT_S = 8.0
LAST_WORDS_TIMEOUT_S = 2.0

STILL_RUNS = frozenset({"executing", "long-running", "memory", "error"})
"""Where Dask has a task whose result is still wanted; anything else after `executing` means that it was given up."""

log = logging.getLogger(__name__)


class JobHost(WorkerPlugin):
    """What our workers have beside Dask's own: the processes, and the way back to whoever sent a task."""

    name = PLUGIN

    def __init__(self, options: PoolOptions) -> None:
        self._pool = ProcessPool(replace(options, write_log_line=self._relay))
        self._ids: dict[str, str] = {}
        """The ids of the tasks at hand, by their Dask key."""
        self._senders: dict[str, Callable[[ToGateway], None]] = {}
        self._is_idle = asyncio.Event()
        self._is_idle.set()
        self._worker: Any = None

    def setup(self, worker: Any) -> None:
        """Called by Dask's worker at its start."""
        self._worker = worker

    async def teardown(self, worker: Any) -> None:
        """Called by Dask's worker at its end, also when it lost its scheduler."""
        await self._pool.stop()

    def transition(self, key: Any, start: str, finish: str, **_: Any) -> None:
        """Called by Dask's worker for each change of a task: end one that was canceled, or whose gateway has gone."""
        if key in self._ids and finish not in STILL_RUNS:
            self._pool.cancel(self._ids[key])

    async def run(self, frame: bytes, topic: str, key: str) -> None:
        """Run a task and say how it ended; called by what travels through Dask."""

        def send(message: ToGateway) -> None:
            event = {"key": key, "worker": self._worker.address, "frame": encode(message)}
            self._worker.log_event(topic, event)

        task = decode_to_worker(frame)
        if not isinstance(task, Task) or not registry.is_function_of_a_kind(task.function):
            send(failed("UNAVAILABLE", "The cluster's worker knows no such kind of job; its version may be another."))
        elif await self._has_begun_before(key):
            send(failed(WORKER_DIED, "The job's worker went away before the job was done; submit it again."))
        else:
            send(await self._run(task, key, send))

    async def _has_begun_before(self, key: str) -> bool:
        """Whether another worker had this task, and died over it: Dask gives it to the next one, but it may run once.

        The mark is one of Dask's own events at the scheduler; the gateway removes it when the task has ended.
        """
        scheduler = self._worker.scheduler
        if await scheduler.event_is_set(name=key):
            return True
        await scheduler.event_set(name=key)
        return False

    async def _run(self, task: Task, key: str, send: Callable[[ToGateway], None]) -> Outcome:
        self._ids[key] = task.id
        self._senders[task.id] = send
        self._is_idle.clear()
        try:
            outcome = await self._pool.run(
                task,
                on_started=lambda: send(Began()),
                on_progress=lambda fraction, message, partial: send(Advance(fraction, message, partial)),
            )
        finally:
            del self._ids[key], self._senders[task.id]
            if not self._ids:
                self._is_idle.set()
        if outcome.status == "interrupted":
            return failed(WORKER_DIED, "The job's worker was stopped before the job was done; submit it again.")
        return outcome

    def _relay(self, task: Task, line: LogLine) -> None:
        """Send a line of a job to the gateway, which alone writes the log; called in the pool's threads."""
        if (send := self._senders.get(task.id)) is not None:
            send(line)

    async def stop(self) -> None:
        """End every task and let the gateway know."""
        await self._pool.stop()
        try:
            async with asyncio.timeout(LAST_WORDS_TIMEOUT_S):
                await self._is_idle.wait()
        except TimeoutError:
            log.error("Not every job could be ended in time.")


@dataclass(frozen=True, slots=True)
class HostOptions:
    """A worker: which scheduler it serves, what it is called, how many jobs it runs at once, and how they run."""

    scheduler: str
    name: str
    threads: int
    pool: PoolOptions


async def serve(options: HostOptions, say: Callable[[str], None]) -> None:
    """Work for the scheduler until SIGTERM or SIGINT; wait for it when it is away, whenever that is.

    `say` is told what an operator wants to read.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    was_said = False
    while not stop.is_set():
        if await _answers(options.scheduler):
            was_said = False
            await _work(options, stop, say)
        elif not was_said:
            was_said = True
            say(f"Waiting for the scheduler at {options.scheduler}.")
        await _pause(stop)


async def _answers(address: str) -> bool:
    """Whether somebody listens there. Dask would wait for ever for its scheduler, and not be stoppable meanwhile."""
    parts = urlsplit(address)
    try:
        async with asyncio.timeout(START_TIMEOUT_S):
            _, writer = await asyncio.open_connection(parts.hostname, parts.port)
    except OSError:  # TimeoutError is one
        return False
    writer.close()
    return True


async def _pause(stop: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(RETRY_S):
            await stop.wait()
    except TimeoutError:
        pass


async def _work(options: HostOptions, stop: asyncio.Event, say: Callable[[str], None]) -> None:
    """Serve the scheduler until it goes away or `stop` is set."""
    host = JobHost(options.pool)
    worker = Worker(
        options.scheduler,
        nthreads=options.threads,
        name=options.name,
        plugins=(host,),
        # Shown on Dask's pages; jobs are measured by the pool, and this process holds no data.
        memory_limit=options.pool.memory_bytes * options.threads,
        dashboard_address="127.0.0.1:0",
    )
    try:
        async with asyncio.timeout(START_TIMEOUT_S):
            await worker
    except (OSError, ValueError, RuntimeError) as fault:
        say(f"The scheduler at {options.scheduler} does not take this worker: {fault}")
    else:
        say(f"Worker {options.name} serves {options.scheduler}.")
        await _until_over(worker, stop)
        if stop.is_set():
            await host.stop()
    await _close(worker)


async def _until_over(worker: Any, stop: asyncio.Event) -> None:
    """Return when the worker has closed, because its scheduler went away, or `stop` is set."""
    waits = [asyncio.ensure_future(worker.finished()), asyncio.ensure_future(stop.wait())]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()


async def _close(worker: Any) -> None:
    try:
        async with asyncio.timeout(STOP_TIMEOUT_S):
            await worker.close(nanny=False, executor_wait=False)
    except TimeoutError:
        log.error("Dask's worker did not close within %g s.", STOP_TIMEOUT_S)
