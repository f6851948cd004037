"""The real ASGI application with the paths of operations, and jobs over a back end that the test holds."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from jobs import registry
from jobs import services as jobs
from jobs.executors import CANCELED, INTERRUPTED, Load, Outcome, Task
from jobs.registry import JobKind
from operations import health, lifecycle, services_registry
from operations.health import HealthChecks
from operations.lifecycle import Lifecycle, LifecycleState
from operations.services_registry import ServicesRegistry
from tests.asgi_client import AsgiApp, AsgiClient

DEADLINE_S = 20.0


@pytest.fixture
def app(settings: Any) -> AsgiApp:
    """The application behind all its middleware."""
    from gateway.asgi import make_application

    settings.ROOT_URLCONF = "tests.operations.paths"
    settings.RATE_LIMIT_RPS = 10_000
    return make_application(lifecycle=None)


@pytest.fixture
def client(app: AsgiApp) -> AsgiClient:
    return AsgiClient(app)


class HeldExecutor:
    """A back end whose tasks end when the test says so."""

    def __init__(self) -> None:
        self.outcomes: dict[str, asyncio.Future[Outcome]] = {}
        self.callbacks: dict[str, tuple[Callable[[], None], Callable[[float, str], None]]] = {}
        self.arrived = asyncio.Event()

    async def run(
        self, task: Task, *, on_started: Callable[[], None], on_progress: Callable[[float, str], None]
    ) -> Outcome:
        self.callbacks[task.id] = (on_started, on_progress)
        self.outcomes[task.id] = asyncio.get_running_loop().create_future()
        self.arrived.set()
        return await self.outcomes[task.id]

    def cancel(self, task_id: str) -> None:
        self.outcomes[task_id].set_result(CANCELED)

    def load(self) -> Load:
        return Load(workers=1, running=0, waiting=0)

    async def stop(self) -> None:
        for outcome in self.outcomes.values():
            if not outcome.done():
                outcome.set_result(INTERRUPTED)


class HeldJobs:
    """The job service of the process over a held back end."""

    def __init__(self, executor: HeldExecutor) -> None:
        self._executor = executor

    async def submit(self, account: str = "default", kind: str = "test.work") -> jobs.JobView:
        self._executor.arrived.clear()
        job = await jobs.submit(kind, {}, account=account)
        async with asyncio.timeout(DEADLINE_S):
            await self._executor.arrived.wait()
        return job

    def begin(self, job: jobs.JobView) -> None:
        self._executor.callbacks[job.id][0]()

    def progress(self, job: jobs.JobView, fraction: float, message: str) -> None:
        self._executor.callbacks[job.id][1](fraction, message)

    async def end(self, job: jobs.JobView, outcome: Outcome) -> jobs.JobView:
        self._executor.outcomes[job.id].set_result(outcome)
        return await jobs.wait(job.id, DEADLINE_S)


@pytest.fixture
async def held_jobs(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> AsyncIterator[HeldJobs]:
    """Jobs that are started, and end as the test says."""
    executor = HeldExecutor()
    monkeypatch.setattr(registry, "_kinds", {})
    registry.register(JobKind("test.work", "tests.jobs.sample_work:add"))
    registry.register(JobKind("test.other", "tests.jobs.sample_work:add"))
    monkeypatch.setattr(jobs.JOBS, "_make_executor", lambda: executor)
    await jobs.start()
    yield HeldJobs(executor)
    await jobs.stop()


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> HealthChecks:
    """The process's health checks, emptied: what the test registers is all there is, and nothing is remembered."""
    monkeypatch.setattr(health.CHECKS, "_checks", {})
    monkeypatch.setattr(health.CHECKS, "_report", None)
    monkeypatch.setattr(health.CHECKS, "_lifetime_s", 0.0)
    return health.CHECKS


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> ServicesRegistry:
    """The process's table of parts, emptied."""
    monkeypatch.setattr(services_registry.SERVICES, "_by_name", {})
    monkeypatch.setattr(services_registry.SERVICES, "_sources", [])
    monkeypatch.setattr(services_registry.SERVICES, "_last_errors", {})
    monkeypatch.setattr(services_registry.SERVICES, "_seen", {})
    return services_registry.SERVICES


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Lifecycle:
    """The process's lifecycle, as if everything had been started."""
    monkeypatch.setattr(lifecycle.LIFECYCLE, "state", LifecycleState("started", 0))
    return lifecycle.LIFECYCLE
