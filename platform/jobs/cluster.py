"""The back end on a Dask cluster: our side, in the gateway.

Dask's client lives on an event loop of its own, in one thread, away from the loop that trades. It only carries: a task goes
out as the frame that a worker process would be sent, and what the worker says comes back as events of the scheduler
(`Client.subscribe_topic`). Nothing that a job returns is unpickled here.

A scheduler that is away keeps waiting jobs waiting, with a message; it fails those that were running, because nobody can
tell any more how they end. Once it is back, everything goes on by itself.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any

import msgspec
from distributed import Client, wait
from distributed.client import FuturesCancelledError

from jobs.cluster_task import quieten_dask, run_task
from jobs.executors import (
    CANCELED,
    INTERRUPTED,
    TIMEOUT,
    WORKER_DIED,
    Load,
    OnProgress,
    Outcome,
    Task,
    failed,
    internal_fault,
)
from jobs.process_pool import CANCEL_GRACE_S, write_log_line
from jobs.wire import Advance, Began, LogLine, decode_to_gateway, encode
from kit.trace import new_id, set_trace_id

CONNECT_TIMEOUT_S = 3.0
"""Less than a stop may take."""

RETRY_S = 1.0
LOOK_S = 0.25
"""How often the connection is looked at: a running job must not look alive for long after its scheduler went."""

ASK_S = 1.0
ASK_TIMEOUT_S = 10.0
"""How often the scheduler is asked for its workers, and after how long without an answer it counts as away."""

WAIT_TIMEOUT_S = 600.0
"""So long a job waits for a cluster that is away or has no worker; then whoever submitted it should know."""

CANCEL_MARGIN_S = 2.0
"""A canceled job ends with its worker's word; when that does not come within the grace and this, without it."""

TIMEOUT_MARGIN_S = 30.0
"""A job's time limit is its worker's to keep; this much later the gateway no longer waits for that."""

STOP_TIMEOUT_S = 4.0
CLOSE_TIMEOUT_S = 2.0

UNAVAILABLE = "UNAVAILABLE"
EVERYBODY = "all"
"""The scheduler's own topic of events that concern everyone, such as the loss of a worker."""

log = logging.getLogger(__name__)


class _Run:
    """A task on its way through the cluster, with the way back to the gateway's loop. Changed on the link's loop only."""

    def __init__(self, task: Task, on_started: Callable[[], None], on_progress: OnProgress) -> None:
        self.task = task
        self.outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.entered_s = time.monotonic()
        self._entry = new_id()
        self.attempts = 0
        self.future: Any = None
        self.worker = ""
        """The address of the worker that has begun it; empty before."""
        self.end_requested: Outcome | None = None
        self._on_started = on_started
        self._on_progress = on_progress
        self._context = copy_context()
        """Who submitted it, for the lines it logs."""
        self._context.run(set_trace_id, task.trace_id)

    @property
    def key(self) -> str:
        """Dask's key of the present attempt: another one each time that a job goes on, for what has begun may run once."""
        return f"sandbar-{self.task.id}-{self._entry}-{self.attempts}"

    def tell_started(self) -> None:
        """Say so on the gateway's loop."""
        self._on_loop(self._on_started)

    def tell_progress(self, advance: Advance) -> None:
        """Pass progress on."""
        self._on_loop(lambda: self._on_progress(advance.fraction, advance.message, advance.partial))

    def write(self, line: LogLine) -> None:
        """Write what the job logged, in the name of who submitted it."""
        self._context.run(write_log_line, self.task, line)

    def finish(self, outcome: Outcome) -> None:
        """Wake who waits for the outcome, unless nobody does any more."""
        self._on_loop(lambda: None if self.outcome.done() else self.outcome.set_result(outcome))

    def _on_loop(self, call: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the gateway's loop is closed
            self.outcome.get_loop().call_soon_threadsafe(call)


@dataclass(frozen=True, slots=True)
class ClusterOptions:
    """How patient the gateway is; each default says why where it is defined."""

    wait_timeout_s: float = WAIT_TIMEOUT_S
    cancel_grace_s: float = CANCEL_GRACE_S


class _Link(threading.Thread):
    """The thread with Dask's client: connects, connects again, and knows every run."""

    def __init__(self, address: str, options: ClusterOptions) -> None:
        super().__init__(name="cluster", daemon=True)
        self._address = address
        self._options = options
        self._loop = asyncio.new_event_loop()
        self._ending = asyncio.Event()
        self._client: Any = None
        self._runs: dict[str, _Run] = {}
        self._tasks: set[asyncio.Future[Any]] = set()
        self._obstacle_since_s = time.monotonic()
        self.obstacle = f"The cluster's scheduler at {address} was not reached yet."
        """Why nothing can be run now; empty when something can. Read by the gateway's thread, as are the next ones."""
        self.workers = 0

    def call(self, method: Callable[..., None], *arguments: Any) -> None:
        """Have a method of the link called in its thread."""
        with suppress(RuntimeError):  # it has ended, and every run with it
            self._loop.call_soon_threadsafe(method, *arguments)

    def counts(self) -> tuple[int, int]:
        """How many runs have begun, and how many wait."""
        runs = list(self._runs.values())
        begun = sum(bool(run.worker) for run in runs)
        return begun, len(runs) - begun

    def run(self) -> None:
        """Keep in touch with the scheduler until told to end."""
        try:
            self._loop.run_until_complete(self._keep_in_touch())
        except Exception:
            log.exception("The link to the cluster broke.")
        finally:
            for run in list(self._runs.values()):
                self._finish(run, INTERRUPTED)
            self._loop.close()

    # ---- called in the thread, for the gateway ----

    def enter(self, run: _Run) -> None:
        """Take a run in hand."""
        self._runs[run.task.id] = run
        if self.obstacle:
            run.tell_progress(Advance(0.0, self.obstacle))
        if self._client is not None:
            self._submit(run)

    def end(self, task_id: str, outcome: Outcome) -> None:
        """Have a run end with `outcome`: now if it has not begun, else with its worker's last word."""
        run = self._runs.get(task_id)
        if run is None or run.end_requested is not None:
            return
        run.end_requested = outcome
        if run.future is not None and self._client is not None:
            self._background(run.future.cancel())
        if run.worker and outcome is CANCELED and self._client is not None:
            self._loop.call_later(self._options.cancel_grace_s + CANCEL_MARGIN_S, self._finish, run, outcome)
        else:
            self._finish(run, outcome)

    def end_all(self) -> None:
        """Interrupt every run, and end the thread."""
        self._ending.set()
        for task_id in list(self._runs):
            self.end(task_id, INTERRUPTED)

    # ---- the connection ----

    async def _keep_in_touch(self) -> None:
        quieten_dask(logging.CRITICAL)  # what it would say is said here
        while not self._ending.is_set():
            client = await self._connect()
            if client is None:
                self._meet(f"The cluster's scheduler at {self._address} does not answer.")
                await self._pause(RETRY_S)
                continue
            try:
                await self._attend(client)
            finally:
                await self._leave(client)
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLOSE_TIMEOUT_S)

    async def _connect(self) -> Any:
        """A connected client, or None."""
        try:
            return await Client(  # type: ignore[no-untyped-call]
                self._address, asynchronous=True, timeout=CONNECT_TIMEOUT_S, set_as_default=False, name="sandbar"
            )
        except (OSError, ValueError, ImportError, RuntimeError) as fault:
            log.debug("The scheduler at %s: %r", self._address, fault)
            return None

    async def _attend(self, client: Any) -> None:
        """Submit what waits, and stay until the connection is lost or the gateway stops."""
        log.info("Connected to the cluster's scheduler at %s.", self._address)
        # Its own id: the scheduler forgets that topic's events when the client goes.
        client.subscribe_topic(client.id, self._hear)
        client.subscribe_topic(EVERYBODY, self._hear_of_workers)
        self._client = client
        for run in list(self._runs.values()):
            self._submit(run)
        next_ask_s = 0.0
        while client.status == "running" and not self._ending.is_set():
            if (now_s := time.monotonic()) >= next_ask_s:
                next_ask_s = now_s + ASK_S
                if not await self._ask(client):
                    break
            await self._pause(LOOK_S)

    async def _ask(self, client: Any) -> bool:
        """Whether the scheduler answers; notes its workers."""
        try:
            async with asyncio.timeout(ASK_TIMEOUT_S):
                identity = await client.scheduler.identity(n_workers=0)
        except OSError:  # TimeoutError is one
            return False
        self.workers = int(identity["total_threads"])
        self._meet("" if self.workers else f"No worker serves the scheduler at {self._address}.")
        return True

    async def _leave(self, client: Any) -> None:
        """Let go of a client; what had begun is lost, what had not is submitted again to the next one."""
        self._client, self.workers = None, 0
        if not self._ending.is_set():
            self._meet(f"The cluster's scheduler at {self._address} went away.")
            log.error("Lost the cluster's scheduler at %s.", self._address)
            for run in list(self._runs.values()):
                self._lose(run)
        with suppress(OSError, RuntimeError):  # TimeoutError is the first
            async with asyncio.timeout(CLOSE_TIMEOUT_S):
                await client.close()

    def _meet(self, obstacle: str) -> None:
        """Note what stands in the way, tell who waits when that has changed, and end who waits too long."""
        if obstacle != self.obstacle:
            if not self.obstacle:
                self._obstacle_since_s = time.monotonic()
            self.obstacle = obstacle
            for run in self._waiting():
                run.tell_progress(Advance(0.0, obstacle))
        if obstacle:
            latest_s = time.monotonic() - self._options.wait_timeout_s
            for run in self._waiting():
                if max(run.entered_s, self._obstacle_since_s) < latest_s:
                    self._give_up(run, failed(UNAVAILABLE, f"{obstacle} The job waited as long as it may."))

    def _waiting(self) -> list[_Run]:
        return [run for run in self._runs.values() if not run.worker]

    async def _pause(self, seconds: float) -> None:
        """Wait, but not beyond the stop."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ending.wait()

    # ---- the way of a run ----

    def _submit(self, run: _Run) -> None:
        if run.end_requested is not None:
            return
        run.attempts += 1
        run.future = self._client.submit(
            run_task, encode(run.task), self._client.id, run.key, key=run.key, pure=False, retries=0
        )
        self._background(self._follow(run, run.future))

    def _background(self, work: Awaitable[Any]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _follow(self, run: _Run, future: Any) -> None:
        """See what becomes of a run without its worker's word: the connection broke, or Dask could not run it."""
        try:
            await wait([future])  # type: ignore[no-untyped-call]
        except FuturesCancelledError:
            if run.future is future and run.end_requested is None:
                self._lose(run)
            return
        if future.status == "error" and run.future is future:
            kind = type(await future.exception()).__name__
            if kind == "KilledWorker":
                self._finish(run, _died())
            else:
                log.error("Dask could not run %s: %s", run.key, kind)
                self._finish(
                    run, failed(UNAVAILABLE, f"The cluster could not run the job ({kind}); see its workers' logs.")
                )

    def _lose(self, run: _Run) -> None:
        """The connection went away under a run."""
        if run.end_requested is not None:
            self._finish(run, run.end_requested)
        elif run.worker:
            message = f"The cluster's scheduler at {self._address} went away while the job ran; submit it again."
            self._finish(run, failed(UNAVAILABLE, message))
        else:
            run.future = None
            if self._client is not None and self._client.status == "running":
                self._submit(run)

    def _give_up(self, run: _Run, outcome: Outcome) -> None:
        if run.future is not None and self._client is not None:
            self._background(run.future.cancel())
        self._finish(run, outcome)

    def _finish(self, run: _Run, outcome: Outcome) -> None:
        if self._runs.get(run.task.id) is run:
            del self._runs[run.task.id]
            if self._client is not None and run.attempts:
                self._background(self._forget(self._client, run.key))
            run.finish(run.end_requested or outcome)
            run.future = None

    async def _forget(self, client: Any, key: str) -> None:
        """Remove the mark of a begun task from the scheduler."""
        with suppress(OSError):
            await client.scheduler.event_clear(name=key)

    # ---- what the cluster says ----

    def _hear(self, event: tuple[float, Any]) -> None:
        """Take what a worker says about a task; the scheduler's own remarks on this topic have no frame."""
        said = event[1]
        if not isinstance(said, dict) or "frame" not in said:
            return
        run = next((run for run in self._runs.values() if run.attempts and run.key == said["key"]), None)
        if run is None:
            return
        try:
            self._take(run, decode_to_gateway(said["frame"]), said["worker"])
        except msgspec.DecodeError as fault:
            log.exception("What a worker says of job %s cannot be read.", run.task.id)
            self._give_up(run, internal_fault(run.task.trace_id, fault))

    def _take(self, run: _Run, message: Began | Advance | LogLine | Outcome, worker: str) -> None:
        if isinstance(message, Outcome):
            self._finish(run, message)
        elif isinstance(message, LogLine):
            run.write(message)
        elif isinstance(message, Advance):
            if run.end_requested is None:
                run.tell_progress(message)
        elif not run.worker:
            run.worker = worker
            run.tell_started()
            self._loop.call_later(run.task.timeout_s + TIMEOUT_MARGIN_S, self._give_up_overdue, run)

    def _give_up_overdue(self, run: _Run) -> None:
        message = f"The job ran longer than {run.task.timeout_s:g} s, and its worker does not answer."
        self._give_up(run, failed(TIMEOUT, message))

    def _hear_of_workers(self, event: tuple[float, Any]) -> None:
        """Fail what a worker had begun when the scheduler lost it; Dask would only give it to another one."""
        said = event[1]
        if isinstance(said, dict) and said.get("action") == "remove-worker":
            for run in [run for run in self._runs.values() if run.worker == said["worker"]]:
                log.error("Worker %s went away while it ran job %s.", run.worker, run.task.id)
                self._give_up(run, _died())


def _died() -> Outcome:
    return failed(WORKER_DIED, "The job's worker went away before the job was done; submit it again.")


class Cluster:
    """An `Executor`. Its thread connects by itself, whenever there is somebody to connect to."""

    def __init__(self, address: str, options: ClusterOptions | None = None) -> None:
        self._link = _Link(address, options or ClusterOptions())
        self._link.start()
        self._is_stopping = False

    async def run(self, task: Task, *, on_started: Callable[[], None], on_progress: OnProgress) -> Outcome:
        """As `Executor.run`; `UNAVAILABLE` when the cluster went away under the task, or stays away for too long."""
        if self._is_stopping:
            return INTERRUPTED
        run = _Run(task, on_started, on_progress)
        self._link.call(self._link.enter, run)
        try:
            return await run.outcome
        except asyncio.CancelledError:
            self.cancel(task.id)
            raise

    def cancel(self, task_id: str) -> None:
        """As `Executor.cancel`."""
        self._link.call(self._link.end, task_id, CANCELED)

    def load(self) -> Load:
        """As `Executor.load`; workers are counted by how many jobs they run at once."""
        running, waiting = self._link.counts()
        return Load(workers=self._link.workers, running=running, waiting=waiting, fault=self._link.obstacle)

    async def stop(self) -> None:
        """As `Executor.stop`; the scheduler has the tasks of a client that leaves ended by their workers."""
        self._is_stopping = True
        self._link.call(self._link.end_all)
        await asyncio.to_thread(self._link.join, STOP_TIMEOUT_S)
        if self._link.is_alive():
            log.error("The link to the cluster did not end within %g s.", STOP_TIMEOUT_S)
