"""The default back end: worker processes on this machine, one thread of the gateway beside each.

A worker is a fresh interpreter that never saw the gateway's main module, so it starts in a tenth of a second, holds no
Django and inherits no locks. `concurrent.futures` is not used: it cannot end one running task, and one killed worker
breaks its whole pool. Here a worker that dies or overstays is replaced, and only its own task fails.

The threads only talk to pipes; everything the event loop sees arrives through `call_soon_threadsafe`.
"""

import asyncio
import logging
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path

from jobs.executors import (
    CANCELED,
    INTERRUPTED,
    OUT_OF_MEMORY,
    TIMEOUT,
    WORKER_DIED,
    Load,
    OnProgress,
    Outcome,
    Task,
    failed,
    internal_fault,
)
from jobs.resources import (
    MEMORY_INTERVAL_S,
    default_worker_count,
    memory_share_bytes,
    own_memory_bytes,
    worker_environment,
)
from jobs.wire import (
    MAX_FRAME_TO_GATEWAY_BYTES,
    Advance,
    Began,
    Cancel,
    LogLine,
    ToGateway,
    ToWorker,
    decode_to_gateway,
    encode,
)
from kit.trace import set_trace_id

CANCEL_GRACE_S = 3.0
"""A canceled job may clean up; one that does not report progress within this time is ended by force."""

WORKER_IDLE_S = 60.0
"""A worker without work is given back after a minute: it holds its libraries' memory."""

MAX_TASKS_PER_WORKER = 200
"""Then a fresh one: libraries leak."""

MAX_KEPT_BYTES = 512 * 1024 * 1024
"""What a worker may hold between two tasks; numba, polars and statsmodels together hold less than half of it."""

ATTEMPTS_TO_BEGIN = 3
"""A worker that dies before it takes a task in hand costs an attempt; several in a row are no accident."""

EXIT_TIMEOUT_S = 3.0
STOP_TIMEOUT_S = 4.0

log = logging.getLogger(__name__)


def _import_path() -> str:
    """The gateway's own import path, absolute: a worker must find the same code, whatever folder it starts in."""
    return os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path if entry)


def write_log_line(task: Task, line: LogLine) -> None:
    """Write what a job logged to this process's log, under the job's id."""
    fields = {"job_id": task.id, **line.fields}
    logging.getLogger(line.logger).log(line.level, "%s", line.text, extra={"fields": fields})


class _Assignment:
    """A task on its way through the pool, with the way back to the event loop."""

    def __init__(self, task: Task, on_started: Callable[[], None], on_progress: OnProgress) -> None:
        self.task = task
        self.outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.end_requested: Outcome | None = None
        self.slot: _Slot | None = None
        self._on_started = on_started
        self._on_progress = on_progress
        self._claim = threading.Lock()
        self.context = copy_context()
        """Who submitted it, for the lines of the thread that sees it through."""

    def claim(self) -> bool:
        """Whether the caller is the first to take it: a worker's thread, or a cancellation while it waits."""
        return self._claim.acquire(blocking=False)

    def tell_started(self) -> None:
        """Say so on the event loop."""
        self._on_loop(self._on_started)

    def tell_progress(self, advance: Advance) -> None:
        """Pass progress on to the event loop."""
        self._on_loop(lambda: self._on_progress(advance.fraction, advance.message, advance.partial))

    def finish(self, outcome: Outcome) -> None:
        """Wake who waits for the outcome, unless nobody does any more."""
        self._on_loop(lambda: None if self.outcome.done() else self.outcome.set_result(outcome))

    def _on_loop(self, call: Callable[[], None]) -> None:
        # RuntimeError: the loop is closed, and with it everybody who could have listened.
        with suppress(RuntimeError):
            self.outcome.get_loop().call_soon_threadsafe(call)


class _Process:
    """One worker process and our end of its pipe."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        ours, theirs = Pipe(duplex=True)
        descriptor = theirs.fileno()
        log_level = logging.getLogger().getEffectiveLevel()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no input in the arguments
                [sys.executable, "-P", "-m", "jobs.worker", str(descriptor), str(log_level)],
                pass_fds=(descriptor,),
                stdin=subprocess.DEVNULL,
                env={**os.environ, **environment, "PYTHONPATH": _import_path()},
                # A group of its own: Ctrl-C reaches the gateway alone, and force reaches what the job itself started.
                start_new_session=True,
            )
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        self.connection: Connection = ours
        self.tasks_done = 0

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def send(self, message: ToWorker) -> None:
        """Send a frame; OSError when the process is gone."""
        self.connection.send_bytes(encode(message))

    def receive(self) -> ToGateway | None:
        """The next frame; None when the process is gone or talks nonsense."""
        try:
            return decode_to_gateway(self.connection.recv_bytes(MAX_FRAME_TO_GATEWAY_BYTES))
        except (EOFError, OSError, ValueError) as fault:
            log.info("The pipe to worker %d ended: %r", self.pid, fault)
            return None

    def end(self, patience_s: float = 0.0) -> int:
        """Close the pipe, which lets an idle worker go by itself; after `patience_s` kill it with all it started.

        Gives its exit status: negative when a signal ended it.
        """
        self.connection.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(patience_s)
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        try:
            return self._process.wait(EXIT_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            # Taking many gigabytes back keeps the system busy for longer, and why the worker was ended must not be lost.
            log.warning("Worker %d was killed and has not gone after %g s.", self.pid, EXIT_TIMEOUT_S)
            return -signal.SIGKILL


class _Watched:
    """A task in a worker's hands: how long it may still take, what it may hold, and whether it was asked to end."""

    def __init__(self, assignment: _Assignment, options: "PoolOptions") -> None:
        self.assignment = assignment
        self.memory_limit_bytes = min(assignment.task.memory_bytes or options.memory_bytes, options.memory_bytes)
        self._write_log_line = options.write_log_line
        self.deadline_s = time.monotonic() + assignment.task.timeout_s
        self.has_begun = False
        self._was_asked = False

    def is_to_be_asked(self) -> bool:
        """Whether its end was requested and the worker does not know yet."""
        return self.assignment.end_requested is not None and not self._was_asked

    def shorten(self, grace_s: float) -> None:
        """Note that the worker is asked to end, and leave it no more than a grace."""
        self._was_asked = True
        self.deadline_s = min(self.deadline_s, time.monotonic() + grace_s)

    def take(self, message: Began | Advance | LogLine) -> None:
        """Pass on what the worker says."""
        if isinstance(message, LogLine):
            self._write_log_line(self.assignment.task, message)
        elif isinstance(message, Began):
            self.has_begun = True
            self.assignment.tell_started()
        elif self.assignment.end_requested is None:
            self.assignment.tell_progress(message)


class _Slot(threading.Thread):
    """A thread that takes one waiting task after the other and sees each through in its worker process."""

    def __init__(self, name: str, waiting: "queue.SimpleQueue[_Assignment | None]", options: "PoolOptions") -> None:
        super().__init__(name=name, daemon=True)
        self._waiting = waiting
        self._options = options
        self._process: _Process | None = None
        self._wake_read, self._wake_write = Pipe(duplex=False)

    def wake(self) -> None:
        """Have the task at hand looked at again; called on the event loop."""
        with suppress(OSError):  # it has ended by itself
            self._wake_write.send_bytes(b"")

    def run(self) -> None:
        """Serve until told to end, giving an idle worker back after a while."""
        while True:
            try:
                assignment = self._waiting.get(timeout=self._options.idle_s if self._process else None)
            except queue.Empty:
                self._retire()
                continue
            if assignment is None:
                break
            if assignment.claim():
                assignment.context.run(self._serve, assignment)
        self._retire()
        self._wake_read.close()
        self._wake_write.close()

    def _serve(self, assignment: _Assignment) -> None:
        """See one task through; whatever goes wrong on the way ends the task, never the thread."""
        set_trace_id(assignment.task.trace_id)
        assignment.slot = self
        try:
            outcome = self._conduct(assignment)
        except Exception as fault:
            log.exception("Job %s could not be run.", assignment.task.id)
            self._retire()
            outcome = internal_fault(assignment.task.trace_id, fault)
        assignment.slot = None
        # Whoever asked for the end gets it, also when the work was done just before.
        assignment.finish(assignment.end_requested or outcome)

    def _conduct(self, assignment: _Assignment) -> Outcome:
        """Run the task in the worker at hand or a fresh one.

        A worker may have died unnoticed since its last task. What it had not begun is given to another one.
        """
        for _ in range(ATTEMPTS_TO_BEGIN):
            watched = _Watched(assignment, self._options)
            process = self._process = self._worker_for(watched)
            process.tasks_done += 1
            with suppress(OSError):  # a dead worker shows below, as the end of its pipe
                process.send(assignment.task)
            outcome = self._watch(process, watched)
            if outcome is not None:
                return outcome
            status = self._retire()
            if watched.has_begun:
                break
        return _died(status)

    def _worker_for(self, watched: _Watched) -> _Process:
        """The worker at hand; a fresh one when it has done enough, or holds what the task would have to answer for."""
        if (process := self._process) is not None:
            may_hold_bytes = min(MAX_KEPT_BYTES, watched.memory_limit_bytes // 2)
            if process.tasks_done < MAX_TASKS_PER_WORKER and own_memory_bytes(process.pid) <= may_hold_bytes:
                return process
            self._retire()
        return _Process(self._options.environment())

    def _watch(self, process: _Process, watched: _Watched) -> Outcome | None:
        """Pass on what the worker says until its outcome, a limit or the end of a grace; None when it dies."""
        assignment = watched.assignment
        while True:
            if watched.is_to_be_asked():
                watched.shorten(self._options.grace_s(assignment.end_requested))
                with suppress(OSError):
                    process.send(Cancel(assignment.task.id))
            left_s = watched.deadline_s - time.monotonic()
            if left_s <= 0:
                return self._overstayed(assignment)
            if (memory_bytes := own_memory_bytes(process.pid)) > watched.memory_limit_bytes:
                return self._overgrown(memory_bytes, watched.memory_limit_bytes)
            ready = wait([process.connection, self._wake_read], timeout=min(left_s, MEMORY_INTERVAL_S))
            if self._wake_read in ready:
                self._wake_read.recv_bytes()
            if process.connection in ready:
                message = process.receive()
                if message is None or isinstance(message, Outcome):
                    return message
                watched.take(message)

    def _overgrown(self, memory_bytes: int, limit_bytes: int) -> Outcome:
        self._end_by_force()
        limit = f"{limit_bytes / 2**20:,.0f} MiB"
        log.error("The job was ended: it held %.0f MiB of memory, and its limit is %s.", memory_bytes / 2**20, limit)
        return failed(
            OUT_OF_MEMORY,
            f"The job was ended because it needed more than {limit} of memory; give it less to do at once.",
            {"memory_bytes": memory_bytes, "limit_bytes": limit_bytes},
        )

    def _overstayed(self, assignment: _Assignment) -> Outcome:
        self._end_by_force()
        if assignment.end_requested is not None:
            log.info("The job did not end by itself; its worker was ended by force.")
            return assignment.end_requested
        timeout_s = assignment.task.timeout_s
        log.error("The job was ended: it ran longer than %g s.", timeout_s)
        return failed(TIMEOUT, f"The job was ended because it ran longer than {timeout_s:g} s.")

    def _end_by_force(self) -> None:
        process, self._process = self._process, None
        assert process is not None, "a task is watched in a process"
        process.end()

    def _retire(self) -> int:
        """Give the worker back, if there is one; its exit status."""
        process, self._process = self._process, None
        return 0 if process is None else process.end(patience_s=1.0)


def _died(status: int) -> Outcome:
    """The outcome of a task whose worker ended under it."""
    cause = f"by {signal.Signals(-status).name}" if status < 0 else f"with exit status {status}"
    log.error("A worker process ended %s while it ran a job.", cause)
    hint = " The machine may have run out of memory." if status == -signal.SIGKILL else ""
    return failed(WORKER_DIED, f"The job's worker process was ended {cause} before the job was done.{hint}")


@dataclass(frozen=True, slots=True)
class PoolOptions:
    """How a pool behaves; each default says why where it is defined.

    `memory_bytes` is what one worker may hold (0: its share of the machine), `compiled_code` the folder where numba
    keeps what it compiled (None: beside the sources), `write_log_line` what becomes of the lines of jobs.
    """

    workers: int = field(default_factory=default_worker_count)
    cancel_grace_s: float = CANCEL_GRACE_S
    idle_s: float = WORKER_IDLE_S
    memory_bytes: int = 0
    compiled_code: Path | None = None
    write_log_line: Callable[[Task, LogLine], None] = write_log_line

    def __post_init__(self) -> None:
        if not self.memory_bytes:
            object.__setattr__(self, "memory_bytes", memory_share_bytes(self.workers))

    def environment(self) -> dict[str, str]:
        """What a worker's environment has beside the gateway's own."""
        return worker_environment(self.workers, self.compiled_code, os.environ)

    def grace_s(self, requested: Outcome | None) -> float:
        """How long a task may take to end by itself; at the stop of the gateway there is no time to wait."""
        return self.cancel_grace_s if requested is CANCELED else 0.0


class ProcessPool:
    """An `Executor`. Threads and workers are made one by one as tasks come: an idle gateway has none."""

    def __init__(self, options: PoolOptions | None = None) -> None:
        self._options = options or PoolOptions()
        self._waiting: queue.SimpleQueue[_Assignment | None] = queue.SimpleQueue()
        self._assignments: dict[str, _Assignment] = {}
        self._slots: list[_Slot] = []
        self._stopping = False

    async def run(self, task: Task, *, on_started: Callable[[], None], on_progress: OnProgress) -> Outcome:
        """As `Executor.run`."""
        if self._stopping:
            return INTERRUPTED
        assignment = _Assignment(task, on_started, on_progress)
        self._assignments[task.id] = assignment
        self._waiting.put(assignment)
        if len(self._slots) < min(self._options.workers, len(self._assignments)):
            self._add_slot()
        try:
            return await assignment.outcome
        except asyncio.CancelledError:
            self._end(assignment, CANCELED)
            raise
        finally:
            del self._assignments[task.id]

    def cancel(self, task_id: str) -> None:
        """As `Executor.cancel`."""
        if (assignment := self._assignments.get(task_id)) is not None:
            self._end(assignment, CANCELED)

    def load(self) -> Load:
        """As `Executor.load`."""
        running = sum(assignment.slot is not None for assignment in self._assignments.values())
        return Load(workers=self._options.workers, running=running, waiting=len(self._assignments) - running)

    async def stop(self) -> None:
        """As `Executor.stop`."""
        self._stopping = True
        for assignment in list(self._assignments.values()):
            self._end(assignment, INTERRUPTED)
        for _ in self._slots:
            self._waiting.put(None)
        await asyncio.to_thread(self._join)

    def _add_slot(self) -> None:
        slot = _Slot(f"jobs-{len(self._slots)}", self._waiting, self._options)
        self._slots.append(slot)
        slot.start()

    def _end(self, assignment: _Assignment, outcome: Outcome) -> None:
        """Have a task end with `outcome`: now if it still waits, else through its worker."""
        if assignment.end_requested is outcome:
            return
        assignment.end_requested = outcome
        if assignment.claim():
            assignment.finish(outcome)
        elif (slot := assignment.slot) is not None:
            slot.wake()

    def _join(self) -> None:
        deadline_s = time.monotonic() + STOP_TIMEOUT_S
        for slot in self._slots:
            slot.join(max(0.0, deadline_s - time.monotonic()))
            if slot.is_alive():
                log.error("A worker did not end within %g s.", STOP_TIMEOUT_S)
