"""The one interface to whatever runs jobs: the process pool here, a cluster elsewhere.

A task names its function as text and carries a small spec, so that any back end can run it with the same functions.
Data travel as files by content hash, never inside a spec or a result.
"""

from collections.abc import Callable
from typing import Any, Literal, Protocol

import msgspec

MAX_SPEC_BYTES = 64 * 1024
"""A spec names data, it does not hold them. It also fits a pipe's buffer whole, so that sending it never waits."""

MAX_RESULT_BYTES = 256 * 1024
"""A result is kept in the job table and, for a while, in memory; what is larger belongs into a file."""

MAX_ERROR_LENGTH = 1_000
"""A message is a sentence or two; a longer one is cut, what it says in detail belongs into the details."""


class Task(msgspec.Struct, frozen=True, tag="task"):
    """One piece of work: `function` is `package.module:function`, the spec is what JSON can say.

    It is ended when it runs longer than `timeout_s` or holds more than `memory_bytes` of its own (None: the back end's
    limit). `checkpoints` is the folder of what it keeps for a continuation, None when it cannot be continued.
    """

    id: str
    function: str
    spec: dict[str, Any]
    timeout_s: float
    trace_id: str
    memory_bytes: int | None = None
    checkpoints: str | None = None


class JobError(msgspec.Struct, frozen=True):
    """Why a job failed: a stable code, a message for people, and the numbers or fields behind it."""

    code: str
    message: str
    details: dict[str, Any] = {}


class Outcome(msgspec.Struct, frozen=True, tag="outcome"):
    """How a task ended. `interrupted` means that the back end went down with it."""

    status: Literal["succeeded", "failed", "canceled", "interrupted"]
    result: dict[str, Any] | None = None
    error: JobError | None = None


OUT_OF_MEMORY = "JOB_OUT_OF_MEMORY"
WORKER_DIED = "JOB_WORKER_DIED"
TIMEOUT = "JOB_TIMEOUT"

CANCELED = Outcome("canceled")
INTERRUPTED = Outcome("interrupted")


class Load(msgspec.Struct, frozen=True):
    """How busy a back end is; `fault` says why it can run nothing now, and is empty when it can."""

    workers: int
    running: int
    waiting: int
    fault: str = ""


OnProgress = Callable[[float, str, dict[str, Any] | None], None]
"""Told the fraction done, a message, and what there is of the result so far, or None when that has not changed."""


class Executor(Protocol):
    """Runs tasks. Every method is called on the event loop, and so are the callbacks it is given."""

    async def run(self, task: Task, *, on_started: Callable[[], None], on_progress: OnProgress) -> Outcome:
        """Wait for a free worker, run the task in it and say how it ended. Never raises for what the task does."""
        ...

    def cancel(self, task_id: str) -> None:
        """End a task soon: at once while it waits, by asking and then by force while it runs. Unknown ids are ignored."""
        ...

    def load(self) -> Load:
        """How busy it is now."""
        ...

    async def stop(self) -> None:
        """End every task as interrupted and give all workers back, within a few seconds."""
        ...


def failed(code: str, message: str, details: dict[str, Any] | None = None) -> Outcome:
    """The outcome of a task that failed."""
    return Outcome("failed", error=JobError(code, message[:MAX_ERROR_LENGTH], details or {}))


def internal_fault(trace_id: str, fault: BaseException) -> Outcome:
    """The outcome for an exception that nobody meant for the user: its kind, and where the log has the rest."""
    return failed(
        "INTERNAL", f"The job failed on an internal fault ({type(fault).__name__}); the log has it under {trace_id}."
    )
