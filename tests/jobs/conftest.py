"""What the tests of jobs share: tasks over tests/jobs/sample_work.py, and a pool that leaves no process behind."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from jobs.executors import Executor, Outcome, Task
from jobs.process_pool import PoolOptions, ProcessPool
from kit.trace import new_id

DEADLINE_S = 30.0


@dataclass
class Run:
    """A task in a pool or cluster, with all it told on the way."""

    pool: Executor
    task: Task
    started: asyncio.Event = field(default_factory=asyncio.Event)
    reported: asyncio.Event = field(default_factory=asyncio.Event)
    progress: list[tuple[float, str]] = field(default_factory=list)
    partials: list[dict[str, Any]] = field(default_factory=list)
    on_message: Callable[[str], None] = lambda message: None

    def begin(self) -> asyncio.Task[Outcome]:
        return asyncio.create_task(self.pool.run(self.task, on_started=self.started.set, on_progress=self._note))

    async def first_message(self) -> str:
        async with asyncio.timeout(DEADLINE_S):
            await self.reported.wait()
        return self.progress[-1][1]

    def _note(self, fraction: float, message: str, partial: dict[str, Any] | None) -> None:
        self.progress.append((fraction, message))
        if partial is not None:
            self.partials.append(partial)
        self.reported.set()
        self.on_message(message)


class Pools:
    """Makes pools and runs, and stops every pool at the end."""

    def __init__(self) -> None:
        self.made: list[ProcessPool] = []

    def pool(self, workers: int = 1, **options: Any) -> ProcessPool:
        pool = ProcessPool(PoolOptions(workers=workers, **options))
        self.made.append(pool)
        return pool

    def run_of(
        self,
        pool: Executor,
        function: str,
        timeout_s: float = DEADLINE_S,
        memory_bytes: int | None = None,
        checkpoints: str | None = None,
        **spec: Any,
    ) -> Run:
        name = f"tests.jobs.sample_work:{function}"
        return Run(pool, Task(new_id(), name, spec, timeout_s, "trace-of-the-test", memory_bytes, checkpoints))


@pytest.fixture
async def pools() -> AsyncIterator[Pools]:
    """Pools that are stopped when the test ends."""
    made = Pools()
    yield made
    for pool in made.made:
        await pool.stop()
