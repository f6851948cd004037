"""The job service: the way of a job through the table, memory and the back end, and what callers see of it.

Most tests stand in for the back end with a fake that does as it is told; the last ones use real worker processes.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError

from jobs import registry, services
from jobs.executors import CANCELED, INTERRUPTED, MAX_SPEC_BYTES, Load, Outcome, Task, failed
from jobs.models import Job
from jobs.process_pool import PoolOptions, ProcessPool
from jobs.registry import JobKind
from jobs.services import JobService, JobView
from kit.clock import NS_PER_SECOND, ManualClock
from kit.errors import Conflict, Invalid, NotFound, Rejected, Unavailable
from kit.trace import set_trace_id
from tests.waiting import eventually

pytestmark = pytest.mark.django_db(transaction=True)

DEADLINE_S = 30.0
START_NS = 1_700_000_000 * NS_PER_SECOND


class FakeExecutor:
    """An executor whose tasks end when, and how, the test says."""

    def __init__(self) -> None:
        self.tasks: dict[str, tuple[Task, Callable[[], None], Callable[[float, str], None]]] = {}
        self.outcomes: dict[str, asyncio.Future[Outcome]] = {}
        self.arrived = asyncio.Event()

    async def run(
        self, task: Task, *, on_started: Callable[[], None], on_progress: Callable[[float, str], None]
    ) -> Outcome:
        self.tasks[task.id] = (task, on_started, on_progress)
        self.outcomes[task.id] = asyncio.get_running_loop().create_future()
        self.arrived.set()
        return await self.outcomes[task.id]

    def cancel(self, task_id: str) -> None:
        self.outcomes[task_id].set_result(CANCELED)

    def load(self) -> Load:
        return Load(workers=1, running=0, waiting=len(self.outcomes))

    async def stop(self) -> None:
        for outcome in self.outcomes.values():
            if not outcome.done():
                outcome.set_result(INTERRUPTED)

    def begin(self, job_id: str) -> None:
        self.tasks[job_id][1]()

    def progress(self, job_id: str, fraction: float, message: str) -> None:
        self.tasks[job_id][2](fraction, message)

    def end(self, job_id: str, outcome: Outcome) -> None:
        self.outcomes[job_id].set_result(outcome)


class Bench:
    """A started service over a fake back end, and what its listener heard."""

    def __init__(self) -> None:
        self.clock = ManualClock(START_NS)
        self.executor = FakeExecutor()
        self.service = JobService(lambda: self.executor, self.clock)
        self.heard: list[JobView] = []
        self.service.add_listener(self.heard.append)

    async def submit(self, kind: str = "test.add", account: str = "default", **spec: Any) -> JobView:
        """Submit a job and see it arrive at the back end."""
        self.executor.arrived.clear()
        job = await self.service.submit(kind, spec, account=account)
        async with asyncio.timeout(DEADLINE_S):
            await self.executor.arrived.wait()
        return job

    async def finish(self, job: JobView, outcome: Outcome) -> JobView:
        self.executor.end(job.id, outcome)
        return await self.service.wait(job.id, DEADLINE_S)


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kinds of the tests, gone afterwards."""
    monkeypatch.setattr(registry, "_kinds", {})
    for name in ("add", "hold"):
        registry.register(JobKind(f"test.{name}", f"tests.jobs.sample_work:{name}"))


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    made = Bench()
    await made.service.start()
    yield made
    await made.service.stop()


def succeeded(**result: Any) -> Outcome:
    return Outcome("succeeded", result=result)


async def row(job_id: str) -> Job:
    return await Job.objects.aget(id=job_id)


async def test_a_submitted_job_is_in_the_table_before_it_is_answered(bench: Bench) -> None:
    set_trace_id("trace-1")
    job = await bench.submit(a=1, b=2)
    assert (job.status, job.progress, job.created_at, job.trace_id) == ("queued", 0.0, START_NS, "trace-1")
    stored = await row(job.id)
    assert (stored.kind, stored.account, stored.spec, stored.status) == (
        "test.add",
        "default",
        {"a": 1, "b": 2},
        "queued",
    )


def test_a_list_reads_no_specs(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1) as asked:
        services._load_list({}, 5)
    assert '"spec"' not in asked.captured_queries[0]["sql"]


async def test_what_a_job_is_about_is_one_line_that_the_table_takes(bench: Bench) -> None:
    registry.register(JobKind("test.named", "tests.jobs.sample_work:add", subject=lambda spec: spec["name"] + "\0"))
    plain = await bench.submit("test.named", name=" Trend\n of gold ")
    assert plain.subject == (await row(plain.id)).subject == "Trend of gold \ufffd"
    long = await bench.submit("test.named", name="x" * 10_000)
    assert long.subject == (await row(long.id)).subject == "x" * 127 + "…"
    assert (await bench.submit()).subject == ""


async def test_a_job_goes_from_queued_over_running_to_succeeded(bench: Bench) -> None:
    job = await bench.submit()
    bench.clock.advance_ns(5)
    bench.executor.begin(job.id)
    bench.executor.progress(job.id, 0.5, "half of it")
    assert (await bench.service.get(job.id)).message == "half of it"
    bench.clock.advance_ns(5)
    done = await bench.finish(job, succeeded(sum=3))
    assert (done.status, done.progress, done.result, done.error) == ("succeeded", 1.0, {"sum": 3}, None)
    assert (done.started_at, done.finished_at) == (START_NS + 5, START_NS + 10)
    assert [view.status for view in bench.heard] == ["queued", "running", "running", "succeeded"]
    stored = await row(job.id)
    assert (stored.status, stored.result, stored.finished_ns) == ("succeeded", {"sum": 3}, START_NS + 10)


async def test_an_ended_job_reads_the_same_from_memory_and_from_the_table(bench: Bench) -> None:
    job = await bench.submit()
    bench.executor.begin(job.id)
    done = await bench.finish(job, failed("BAD_ROWS", "Row 7 has no close.", {"rows": [7]}))
    assert done.message == "Row 7 has no close."
    assert await bench.service.get(job.id) == done
    assert bench.service.recent() == [done]


async def test_what_no_table_keeps_of_an_end_is_replaced_and_the_rest_written_down(bench: Bench) -> None:
    job = await bench.submit()
    bench.executor.progress(job.id, 0.5, "half\0way")
    ended = await bench.finish(job, succeeded(text="a\0b", **{"k\0": [float("nan"), {"deep": float("-inf")}, 0.5]}))
    assert ended.result == {"text": "a\ufffdb", "k\ufffd": [None, {"deep": None}, 0.5]}
    assert ended.message == "half\ufffdway"
    row = await Job.objects.aget(id=job.id)
    assert (row.status, row.result, row.message) == ("succeeded", ended.result, ended.message)


async def test_an_error_with_a_nul_is_written_down_as_well(bench: Bench) -> None:
    ended = await bench.finish(await bench.submit(), failed("BROKEN", "not\0this", {"given": "x\0"}))
    row = await Job.objects.aget(id=ended.id)
    assert (row.status, row.message, row.error["details"]) == ("failed", "not\ufffdthis", {"given": "x\ufffd"})


async def test_waiting_gives_the_job_as_it_stands_when_time_is_up(bench: Bench) -> None:
    job = await bench.submit()
    assert (await bench.service.wait(job.id, 0.0)).status == "queued"
    with pytest.raises(NotFound, match="There is no job 'ghost'"):
        await bench.service.wait("ghost", 0.0)


async def test_a_job_is_hidden_from_other_accounts(bench: Bench) -> None:
    job = await bench.submit(account="one")
    assert (await bench.service.get(job.id, account="one")).id == job.id
    for call in (bench.service.get, bench.service.cancel):
        with pytest.raises(NotFound):
            await call(job.id, account="two")


async def test_jobs_are_listed_newest_first_with_filters_and_pages(bench: Bench) -> None:
    jobs = [await bench.submit(account=account) for account in ("one", "two", "one")]
    await bench.finish(jobs[0], succeeded())
    ids = [job.id for job in jobs]
    list_jobs = bench.service.list_jobs
    assert [job.id for job in await list_jobs()] == ids[::-1]
    assert [job.id for job in await list_jobs(account="one")] == [ids[2], ids[0]]
    assert [job.id for job in await list_jobs(status="succeeded")] == [ids[0]]
    assert [job.id for job in await list_jobs(kind="test.hold")] == []
    assert [job.id for job in await list_jobs(limit=1, before=ids[2])] == [ids[1]]


async def test_lists_show_of_a_result_its_ids_and_counts_and_leave_the_rest_to_who_asks(bench: Bench) -> None:
    job = await bench.submit()
    bench.executor.begin(job.id)
    whole = {
        "backtest_id": "b-1",
        "bars": 3,
        "sharpe": None,
        "figures": {"months": [1, 2]},
        "top": [1],
        "text": "x" * 300,
    }
    await bench.finish(job, Outcome("succeeded", result=whole))
    (listed,) = await bench.service.list_jobs()
    assert listed.result == {"backtest_id": "b-1", "bars": 3, "sharpe": None}
    assert (await bench.service.get(job.id)).result == whole


async def test_progress_of_a_running_job_shows_in_the_list(bench: Bench) -> None:
    job = await bench.submit()
    bench.executor.begin(job.id)
    bench.executor.progress(job.id, 0.25, "a quarter")
    assert [(view.progress, view.message) for view in await bench.service.list_jobs()] == [(0.25, "a quarter")]


async def test_what_has_begun_a_moment_ago_is_listed_as_running(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "STARTED_AFTER_S", DEADLINE_S)
    waiting, begun = await bench.submit(), await bench.submit()
    bench.executor.begin(begun.id)
    assert (await row(begun.id)).status == "queued"  # it may be over before that is worth a write
    assert [view.id for view in await bench.service.list_jobs(status="running")] == [begun.id]
    assert [view.id for view in await bench.service.list_jobs(status="queued")] == [waiting.id]


async def test_that_a_job_runs_is_written_down_unless_it_is_over_soon(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[str] = []
    update = services._update
    monkeypatch.setattr(services, "_update", lambda view: (saved.append(view.status), update(view)))
    monkeypatch.setattr(services, "STARTED_AFTER_S", DEADLINE_S)
    short = await bench.submit()
    bench.executor.begin(short.id)
    await bench.finish(short, succeeded())
    assert saved == ["succeeded"]
    monkeypatch.setattr(services, "STARTED_AFTER_S", 0.0)
    long = await bench.submit()
    bench.executor.begin(long.id)
    await eventually(lambda: row(long.id), lambda stored: stored.status == "running", DEADLINE_S)
    await bench.finish(long, succeeded())
    assert saved == ["succeeded", "running", "succeeded"]


async def test_that_a_job_runs_is_not_written_down_once_it_has_failed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[str] = []

    def fail_first(view: JobView) -> None:
        saved.append(view.status)
        if len(saved) == 1:
            raise OperationalError("disk I/O error")

    monkeypatch.setattr(services, "_update", fail_first)
    monkeypatch.setattr(services, "SAVE_PAUSE_S", 0.05)
    job = await bench.submit()
    monkeypatch.setattr(services, "STARTED_AFTER_S", 0.0)
    bench.executor.begin(job.id)
    bench.executor.outcomes[job.id].set_exception(RuntimeError("The back end is broken."))
    assert (await bench.service.wait(job.id, DEADLINE_S)).status == "failed"
    assert saved == ["failed", "failed"]


async def test_a_job_that_ends_while_a_list_is_read_is_listed_as_ended(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, load = asyncio.get_running_loop(), services._load_list

    def load_and_end(*arguments: Any) -> list[JobView]:
        views = load(*arguments)
        for job in [view for view in views if not view.is_finished]:
            asyncio.run_coroutine_threadsafe(bench.finish(job, succeeded()), loop).result(DEADLINE_S)
        return views

    monkeypatch.setattr(services, "_load_list", load_and_end)
    await bench.submit()
    assert [view.status for view in await bench.service.list_jobs()] == ["succeeded"]
    await bench.submit()
    assert await bench.service.list_jobs(status="queued") == []


async def test_a_canceled_job_ends_as_canceled_and_not_twice(bench: Bench) -> None:
    job = await bench.submit()
    canceled = await bench.service.cancel(job.id)
    assert (canceled.status, canceled.message) == ("canceled", "Canceled on request.")
    with pytest.raises(Conflict, match="The job is canceled") as refusal:
        await bench.service.cancel(job.id)
    assert (refusal.value.code, refusal.value.details) == ("JOB_NOT_CANCELABLE", {"status": "canceled"})


async def test_too_many_unfinished_jobs_are_refused(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_UNFINISHED_JOBS", 2)
    first, _ = await bench.submit(), await bench.submit()
    with pytest.raises(Unavailable, match="2 jobs are waiting or running") as refusal:
        await bench.service.submit("test.add", {})
    assert refusal.value.code == "JOB_QUEUE_FULL"
    await bench.finish(first, succeeded())
    assert (await bench.submit()).status == "queued"


async def test_of_many_that_come_together_only_those_with_a_place_are_prepared_and_few_at_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MAX_UNFINISHED_JOBS", 5)
    under_way, prepared, most_at_once = 0, 0, 0

    async def prepare() -> dict[str, Any]:
        nonlocal under_way, prepared, most_at_once
        under_way, prepared = under_way + 1, prepared + 1
        most_at_once = max(most_at_once, under_way)
        await asyncio.to_thread(lambda: None)
        under_way -= 1
        return {}

    asked = [bench.service.submit_prepared("test.add", prepare) for _ in range(1_000)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    taken = [each for each in answers if isinstance(each, JobView)]
    refused = [each.code for each in answers if isinstance(each, Unavailable)]
    assert (len(taken), len(refused), set(refused)) == (5, 995, {"JOB_QUEUE_FULL"})
    assert (prepared, most_at_once) == (5, services.PREPARED_AT_ONCE)


async def test_a_place_is_free_again_when_who_asked_for_it_leaves(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MAX_UNFINISHED_JOBS", 4)
    begun, may_end = asyncio.Semaphore(0), asyncio.Event()

    async def prepare() -> dict[str, Any]:
        begun.release()
        await may_end.wait()
        return {}

    asked = [asyncio.create_task(bench.service.submit_prepared("test.add", prepare)) for _ in range(4)]
    for _ in range(services.PREPARED_AT_ONCE):
        await begun.acquire()
    with pytest.raises(Unavailable, match="4 jobs are waiting or running"):
        await bench.service.submit("test.add", {})
    asked[0].cancel()  # while its spec is made
    asked[3].cancel()  # while it waits for its turn
    await asyncio.wait([asked[0], asked[3]])
    may_end.set()
    assert [(await each).status for each in asked[1:3]] == ["queued", "queued"]
    assert [(await bench.submit()).status for _ in range(2)] == ["queued", "queued"]
    with pytest.raises(Unavailable):
        await bench.service.submit_prepared("test.add", prepare)


async def test_nothing_is_prepared_for_a_server_that_has_stopped(bench: Bench) -> None:
    prepared: list[int] = []

    async def prepare() -> dict[str, Any]:
        prepared.append(1)
        if len(prepared) == 1:
            await bench.service.stop()
        return {}

    for _ in range(2):
        with pytest.raises(Unavailable, match="starting or stopping"):
            await bench.service.submit_prepared("test.add", prepare)
    assert prepared == [1]


async def test_a_place_whose_preparation_fails_is_free_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_UNFINISHED_JOBS", 1)

    async def fail() -> dict[str, Any]:
        raise NotFound("There is no account.")

    async def prepare() -> dict[str, Any]:
        return {"a": 1, "b": 2}

    for _ in range(3):
        with pytest.raises(NotFound, match=r"There is no account\."):
            await bench.service.submit_prepared("test.add", fail)
    job = await bench.service.submit_prepared("test.add", prepare, account="one")
    assert (job.status, job.account) == ("queued", "one")


async def test_who_reads_the_table_does_not_wait_for_all_that_is_to_be_written(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = await bench.submit()
    await bench.finish(ended, succeeded())
    may_write = threading.Event()
    insert = services._insert

    def insert_late(*arguments: Any) -> None:
        assert may_write.wait(DEADLINE_S)
        insert(*arguments)

    monkeypatch.setattr(services, "_insert", insert_late)
    waiting = [asyncio.create_task(bench.service.submit("test.add", {})) for _ in range(3)]
    try:
        assert [job.id for job in await bench.service.list_jobs()] == [ended.id]
        assert (await bench.service.get(ended.id)).status == "succeeded"
        assert not any(each.done() for each in waiting)
    finally:
        may_write.set()
        await asyncio.gather(*waiting)
    assert len(await bench.service.list_jobs()) == 4


async def test_what_cannot_be_a_job_is_refused_and_leaves_nothing(bench: Bench) -> None:
    with pytest.raises(NotFound, match=r"no kind of job called 'test\.ghost'"):
        await bench.service.submit("test.ghost", {})
    with pytest.raises(Invalid, match="must be what JSON can say"):
        await bench.service.submit("test.add", {"at": object()})
    with pytest.raises(Invalid, match=f"at most {MAX_SPEC_BYTES} are taken"):
        await bench.service.submit("test.add", {"text": "x" * MAX_SPEC_BYTES})
    assert await Job.objects.acount() == 0


async def test_a_service_that_is_not_started_takes_no_jobs() -> None:
    with pytest.raises(Unavailable, match="starting or stopping"):
        await JobService(FakeExecutor).submit("test.add", {})


async def test_a_table_that_cannot_be_written_refuses_the_job(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(services, "_insert", locked)
    with pytest.raises(Unavailable, match="cannot be written now"):
        await bench.service.submit("test.add", {})
    assert bench.service.state().queued == 0


async def test_an_end_that_cannot_be_written_is_still_shown(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: Any) -> None:
        raise OperationalError("database is locked")

    job = await bench.submit()
    monkeypatch.setattr(services, "_update", locked)
    monkeypatch.setattr(services, "SAVE_PAUSE_S", 0.0)
    await bench.finish(job, succeeded(sum=3))
    assert (await bench.service.get(job.id)).result == {"sum": 3}


def kind_with(on_success: Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]) -> str:
    registry.register(JobKind("test.stored", "tests.jobs.sample_work:add", on_success))
    return "test.stored"


async def test_the_result_is_what_taking_it_over_made_of_it(bench: Bench) -> None:
    kind = kind_with(lambda spec, result: {"stored": result["sum"], "by": spec["name"], "rows": Job.objects.count()})
    job = await bench.submit(kind, name="importer")
    done = await bench.finish(job, succeeded(sum=3))
    assert (done.status, done.result) == ("succeeded", {"stored": 3, "by": "importer", "rows": 1})


async def test_a_refusal_while_taking_over_fails_the_job_and_says_why(bench: Bench) -> None:
    def refuse(spec: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
        raise Rejected("This data set exists already.", code="DUPLICATE_DATASET", details={"id": ["abc"]})

    job = await bench.submit(kind_with(refuse))
    done = await bench.finish(job, succeeded(sum=3))
    assert (done.status, done.result) == ("failed", None)
    assert done.error is not None
    assert (done.error.code, done.error.details) == ("DUPLICATE_DATASET", {"id": ["abc"]})
    assert done.message == "The result could not be stored: This data set exists already."


@pytest.mark.parametrize(("answer", "kind"), [(lambda: 1 // 0, "ZeroDivisionError"), (object, "TypeError")])
async def test_a_fault_while_taking_over_fails_the_job_without_its_text(
    answer: Callable[[], Any], kind: str, bench: Bench
) -> None:
    job = await bench.submit(kind_with(lambda spec, result: {"is": answer()}))
    done = await bench.finish(job, succeeded(sum=3))
    assert done.status == "failed"
    assert done.message == (
        f"The work was done, but its result could not be stored ({kind}); the log has it under {done.trace_id}."
    )


async def test_requests_that_hold_every_thread_do_not_keep_a_job_from_its_end(bench: Bench) -> None:
    loop, release = asyncio.get_running_loop(), threading.Event()
    loop.set_default_executor(ThreadPoolExecutor(1))
    held = loop.run_in_executor(None, release.wait, DEADLINE_S)
    job = await bench.submit(kind_with(lambda spec, result: result))
    done = await bench.finish(job, succeeded(sum=3))
    release.set()
    assert await held
    assert done.status == "succeeded"


async def test_a_job_whose_result_is_being_stored_cannot_be_canceled(bench: Bench) -> None:
    loop, inside, go_on = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()

    def slow(spec: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
        loop.call_soon_threadsafe(inside.set)
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(DEADLINE_S)
        return result

    job = await bench.submit(kind_with(slow))
    bench.executor.end(job.id, succeeded(sum=3))
    await inside.wait()
    with pytest.raises(Conflict, match="The job is just ending"):
        await bench.service.cancel(job.id)
    go_on.set()
    assert (await bench.service.wait(job.id, DEADLINE_S)).status == "succeeded"


async def test_a_listener_that_fails_does_not_keep_the_others(bench: Bench) -> None:
    def broken(job: JobView) -> None:
        raise ValueError("deaf")

    heard: list[str] = []
    bench.service.add_listener(broken)
    bench.service.add_listener(lambda job: heard.append(job.status))
    await bench.finish(await bench.submit(), succeeded())
    assert heard == ["queued", "succeeded"]


async def test_what_a_killed_gateway_left_is_interrupted_at_the_next_start(bench: Bench) -> None:
    queued, running = await bench.submit(), await bench.submit()
    bench.executor.begin(running.id)
    done = await bench.finish(await bench.submit(), succeeded())
    await bench.service.list_jobs()  # the table has it all by now

    successor = JobService(FakeExecutor, bench.clock)
    await successor.start()
    for job in (queued, running):
        view = await successor.get(job.id)
        assert (view.status, view.message) == ("interrupted", services.INTERRUPTED_MESSAGE)
        assert view.finished_at == START_NS
    assert (await successor.get(done.id)).status == "succeeded"
    assert [view.id for view in successor.recent()] == [done.id, running.id, queued.id]


async def test_stopping_interrupts_and_starting_again_accepts(bench: Bench) -> None:
    job = await bench.submit()
    await bench.service.stop()
    assert (await row(job.id)).status == "interrupted"
    assert bench.service.state().is_accepting is False
    bench.executor = FakeExecutor()
    await bench.service.restart()
    assert (await bench.submit()).status == "queued"
    assert bench.service.state().queued == 1


async def test_the_state_names_the_last_error(bench: Bench) -> None:
    await bench.finish(await bench.submit(), failed("BAD_ROWS", "Row 7 has no close."))
    assert bench.service.state().last_error == "test.add: Row 7 has no close."


async def test_only_so_many_ended_jobs_are_kept(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_FINISHED_JOBS", 2)
    monkeypatch.setattr(services, "MAX_RECENT_JOBS", 2)
    unfinished = await bench.submit()
    ended = [await bench.finish(await bench.submit(), succeeded()) for _ in range(4)]
    kept = [job.id for job in await bench.service.list_jobs()]
    assert kept == [ended[3].id, ended[2].id, unfinished.id]
    assert len(bench.service.recent()) == 3


async def test_the_oldest_ended_job_goes_even_while_an_older_one_runs(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MAX_FINISHED_JOBS", 1)
    first = await bench.finish(await bench.submit(), succeeded())
    await bench.finish(await bench.submit(), succeeded())
    bench.service._recent.clear()
    with pytest.raises(NotFound):
        await bench.service.get(first.id)


@pytest.fixture
async def real_service() -> AsyncIterator[JobService]:
    """The service over real worker processes."""
    service = JobService(lambda: ProcessPool(PoolOptions(workers=1)))
    await service.start()
    yield service
    await service.stop()


async def test_work_in_a_real_worker_ends_in_the_table(real_service: JobService) -> None:
    job = await real_service.submit("test.add", {"a": 2, "b": 3})
    done = await real_service.wait(job.id, DEADLINE_S)
    assert done.status == "succeeded"
    assert done.result is not None
    assert done.result["sum"] == 5
    assert (await row(job.id)).result == done.result


async def test_a_real_running_job_is_canceled(real_service: JobService) -> None:
    running = asyncio.Event()
    real_service.add_listener(lambda job: running.set() if job.progress else None)
    job = await real_service.submit("test.hold", {})
    async with asyncio.timeout(DEADLINE_S):
        await running.wait()
    canceled = await real_service.cancel(job.id)
    assert canceled.status == "canceled"
    assert (await row(job.id)).status == "canceled"
