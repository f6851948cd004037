"""Long work for the rest of Sandbar: submit it, look at it, wait for it, cancel it, hear about it.

One `JobService` per process holds what is queued or running; the job table keeps everything. Changes of a job that is
under way are made on the event loop alone. The table is only written from one thread, in order, so that a later state
never meets an earlier one, and read from another, so that who asks does not wait for all that is to be written: of a job
under way memory knows more than the table, and one that has ended is in the table before memory forgets it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, TypeVar

import msgspec
from django.db import DatabaseError, close_old_connections

from jobs import checkpoints, registry
from jobs.back_ends import checkpoints_folder, make_executor
from jobs.executors import MAX_SPEC_BYTES, Executor, JobError, Outcome, Task, failed, internal_fault
from jobs.models import MAX_SUBJECT, Job
from jobs.storable import storable
from kit.accounts import DEFAULT_ACCOUNT
from kit.clock import SYSTEM_CLOCK, Clock
from kit.errors import Conflict, DomainError, Invalid, NotFound, Unavailable
from kit.trace import current_trace_id, new_id, set_trace_id

MAX_UNFINISHED_JOBS = 100
"""Queued and running together. Whoever submits more learns at once that there is too much to do."""

PREPARED_AT_ONCE = 2
"""Specs that are costly to make: they use the threads that every request uses, and those are few."""

MAX_FINISHED_JOBS = 10_000
"""The table keeps this many ended jobs; older ones go."""

MAX_RECENT_JOBS = 100
"""So many ended jobs stay in memory, for streams that show them without asking the table."""

MAX_RESUMES = 10
"""A job that goes down with the gateway time and again may be what takes it down."""

MAX_LIST_LENGTH = 1_001
MAX_LISTED_TEXT = 256
"""Of a result's texts in lists: an id, a name, a hash."""

CANCEL_WAIT_S = 5.0
"""A cancellation is answered when the job has ended, which its grace bounds to three seconds; else as it stands."""

STARTED_AFTER_S = 1.0
"""That a job runs is written down when it has for so long: most end sooner, and a write keeps SQLite's readers waiting."""

SAVE_ATTEMPTS = 3
SAVE_PAUSE_S = 0.5
STOP_TIMEOUT_S = 3.0
RESULT_THREADS = 2
"""Results are stored in threads of their own: requests that hold every other thread must not keep a job from its end."""

Status = Literal["queued", "running", "succeeded", "failed", "canceled", "interrupted"]
UNFINISHED: tuple[Status, ...] = ("queued", "running")
T = TypeVar("T")
_decode_object = msgspec.json.Decoder(dict[str, Any]).decode
log = logging.getLogger(__name__)


class JobView(msgspec.Struct, frozen=True):
    """A job as it stands: `progress` from 0 to 1, times in UTC nanoseconds, `error` only when it failed.

    `subject` is what it is about, in a few words for people. `partial_result` is what a running job shows of its result so
    far, `resumes` how often it was taken up again after a stop.
    """

    id: str
    kind: str
    account: str
    status: Status
    created_at: int
    trace_id: str
    subject: str = ""
    progress: float = 0.0
    message: str = ""
    result: dict[str, Any] | None = None
    error: JobError | None = None
    started_at: int | None = None
    finished_at: int | None = None
    partial_result: dict[str, Any] | None = None
    resumes: int = 0

    @property
    def is_finished(self) -> bool:
        """Whether nothing will change any more."""
        return self.status not in UNFINISHED

    def in_list(self) -> "JobView":
        """The job as lists show it: without what a hundred of them would make megabytes of.

        Of the result stay ids, counts and short texts; what is nested is left to who asks for the job itself.
        """
        if self.partial_result is None and not self.result:
            return self
        result = None if self.result is None else {name: one for name, one in self.result.items() if _is_short(one)}
        return msgspec.structs.replace(self, partial_result=None, result=result)


def _is_short(value: Any) -> bool:
    return not isinstance(value, dict | list | str) or (isinstance(value, str) and len(value) <= MAX_LISTED_TEXT)


class JobsState(msgspec.Struct, frozen=True):
    """How the job service is doing; `since` is when it was started or stopped (UTC nanoseconds).

    `fault` says why the back end can run nothing now, and is empty when it can.
    """

    is_accepting: bool
    since: int
    workers: int
    running: int
    queued: int
    last_error: str | None
    fault: str = ""


@dataclass(slots=True)
class _Unfinished:
    """A job under way. From `is_ending` on it cannot be canceled: its end is being made sure of and written down."""

    view: JobView
    spec: dict[str, Any]
    kind: registry.JobKind
    is_ending: bool = False
    done: asyncio.Event = field(default_factory=asyncio.Event)


class JobService:
    """The jobs of this process, over one back end that is made anew at each start."""

    def __init__(self, make_executor: Callable[[], Executor], clock: Clock = SYSTEM_CLOCK) -> None:
        self._make_executor = make_executor
        self._clock = clock
        self._executor: Executor | None = None
        self._since_ns = clock.now_ns()
        self._last_error: str | None = None
        self._unfinished: dict[str, _Unfinished] = {}
        self._recent: dict[str, JobView] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._listeners: list[Callable[[JobView], None]] = []
        self._places_held = 0
        self._preparing = asyncio.Semaphore(PREPARED_AT_ONCE)
        self._table = ThreadPoolExecutor(1, thread_name_prefix="job-table")
        self._reading = ThreadPoolExecutor(1, thread_name_prefix="job-read")
        self._results = ThreadPoolExecutor(RESULT_THREADS, thread_name_prefix="job-result")

    # ---- for the server ----

    async def start(self) -> None:
        """Accept jobs. Of those left unfinished, the resumable ones are queued again, the others become `interrupted`."""
        if self._executor is None:
            resumed = await self._in_table(_take_up_unfinished, self._clock.now_ns())
            newest = await self._in_table(_load_list, {}, MAX_RECENT_JOBS)
            self._recent = {view.id: view for view in reversed(newest) if view.is_finished}
            self._preparing = asyncio.Semaphore(PREPARED_AT_ONCE)  # of this event loop
            self._executor = self._make_executor()
            self._since_ns = self._clock.now_ns()
            for job in resumed:
                self._unfinished[job.view.id] = job
                self._begin(job)

    async def stop(self) -> None:
        """Accept no more, and end what is under way as `interrupted`; bounded in time."""
        executor, self._executor = self._executor, None
        if executor is None:
            return
        self._since_ns = self._clock.now_ns()
        await executor.stop()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=STOP_TIMEOUT_S)
            for task in late:
                task.cancel()
        self._unfinished.clear()

    async def restart(self) -> None:
        """Stop and start: every worker is made anew."""
        await self.stop()
        await self.start()

    def state(self) -> JobsState:
        """How busy it is."""
        load = None if self._executor is None else self._executor.load()
        running = sum(job.view.status == "running" for job in self._unfinished.values())
        return JobsState(
            is_accepting=self._executor is not None,
            since=self._since_ns,
            workers=load.workers if load else 0,
            running=running,
            queued=len(self._unfinished) - running,
            last_error=self._last_error,
            fault=load.fault if load else "",
        )

    # ---- for everyone ----

    async def submit(self, kind: str, spec: dict[str, Any], *, account: str = DEFAULT_ACCOUNT) -> JobView:
        """Put a job in the queue and give it as queued.

        Raises NotFound for an unknown kind, Invalid for a spec that JSON cannot say or that is too large, Unavailable
        when too many jobs are unfinished, the server is not started or the table cannot be written. A caller that
        goes away leaves a job that runs.
        """
        job_kind = registry.get(kind)
        spec = _checked_spec(spec)
        self._require_place()
        view = JobView(
            id=new_id(),
            kind=kind,
            account=account,
            status="queued",
            created_at=self._clock.now_ns(),
            trace_id=current_trace_id() or new_id(),
            subject=_subject_of(job_kind, spec),
        )
        job = self._unfinished[view.id] = _Unfinished(view, spec, job_kind)
        return await asyncio.shield(asyncio.create_task(self._enter(job)))

    async def submit_prepared(
        self, kind: str, prepare: Callable[[], Awaitable[dict[str, Any]]], *, account: str = DEFAULT_ACCOUNT
    ) -> JobView:
        """As `submit`, of a spec that is costly to make: it is made once there is a place for the job, which is kept.

        So whoever finds the queue full, or the server stopped, learns it at once and costs nothing, however many come
        together. Raises also what `prepare` raises.
        """
        self._require_place()
        self._places_held += 1
        try:
            async with self._preparing:
                spec = await prepare()
        finally:
            self._places_held -= 1
        return await self.submit(kind, spec, account=account)  # takes the place before anybody else runs

    def _require_place(self) -> None:
        if self._executor is None:
            raise Unavailable("Long work is not taken now: the server is starting or stopping.")
        if len(self._unfinished) + self._places_held >= MAX_UNFINISHED_JOBS:
            raise Unavailable(
                f"{MAX_UNFINISHED_JOBS} jobs are waiting or running; wait for one to end, or cancel one.",
                code="JOB_QUEUE_FULL",
            )

    async def get(self, job_id: str, *, account: str | None = None) -> JobView:
        """The job as it stands; raises NotFound, also for a job of another account when `account` is given."""
        job = self._unfinished.get(job_id)
        view = job.view if job else await self._in_thread(self._reading, _load, job_id)
        if view is None or (account is not None and view.account != account):
            raise NotFound(f"There is no job {job_id!r}.")
        return view

    async def list_jobs(
        self,
        *,
        account: str | None = None,
        kind: str | None = None,
        status: str | None = None,
        before: str | None = None,
        limit: int = 100,
    ) -> list[JobView]:
        """Jobs, newest first; `before` is the id after which to go on."""
        filters = {"account": account, "kind": kind, "status": status, "id__lt": before}
        chosen: dict[str, Any] = {name: value for name, value in filters.items() if value is not None}
        most = min(limit, MAX_LIST_LENGTH)
        if status in UNFINISHED:  # of these, memory alone knows which has begun
            del chosen["status"]
            chosen["status__in"], most = UNFINISHED, MAX_LIST_LENGTH
        views = await self._in_thread(self._reading, _load_list, chosen, most)
        known = [view if view.is_finished else self._newer(view) for view in views]
        return [view.in_list() for view in known if status is None or view.status == status][:limit]

    def _newer(self, view: JobView) -> JobView:
        """What is known of a job that the table had under way a moment ago: it may have begun or ended meanwhile."""
        job = self._unfinished.get(view.id)
        return job.view if job else self._recent.get(view.id, view)

    def recent(self) -> list[JobView]:
        """What is known without asking the table, newest first: every unfinished job and the last ended ones."""
        known = self._recent | {job_id: job.view for job_id, job in self._unfinished.items()}
        return [known[job_id] for job_id in sorted(known, reverse=True)]

    async def wait(self, job_id: str, seconds: float) -> JobView:
        """The job when it has ended, or as it stands after `seconds`; raises NotFound."""
        job = self._unfinished.get(job_id)
        if job is None:
            return await self.get(job_id)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await job.done.wait()
        return job.view

    async def cancel(self, job_id: str, *, account: str | None = None) -> JobView:
        """End a job and give it as it then stands, usually canceled.

        Raises NotFound, and Conflict (JOB_NOT_CANCELABLE) when it has ended or its result is already being stored.
        """
        view = await self.get(job_id, account=account)
        job = self._unfinished.get(job_id)
        if job is None or view.is_finished or job.is_ending or self._executor is None:
            state = f"has {view.status}" if view.status in ("succeeded", "failed") else f"is {view.status}"
            reason = f"The job {state}." if view.is_finished else "The job is just ending."
            raise Conflict(reason, code="JOB_NOT_CANCELABLE", details={"status": view.status})
        self._executor.cancel(job_id)
        return await self.wait(job_id, CANCEL_WAIT_S)

    def add_listener(self, listener: Callable[[JobView], None]) -> None:
        """Call `listener` on the event loop whenever a job changes."""
        self._listeners.append(listener)

    def remove_listener(self, listener: Callable[[JobView], None]) -> None:
        """Call it no more."""
        self._listeners.remove(listener)

    # ---- the way of one job ----

    async def _enter(self, job: _Unfinished) -> JobView:
        try:
            await self._in_table(_insert, job.view, job.spec)
        except DatabaseError as fault:
            del self._unfinished[job.view.id]
            log.exception("A job could not be entered in the table.")
            raise Unavailable("The job table cannot be written now; try again.") from fault
        self._begin(job)
        return job.view

    def _begin(self, job: _Unfinished) -> None:
        self._tell(job)
        task = asyncio.create_task(self._conduct(job))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _conduct(self, job: _Unfinished) -> None:
        set_trace_id(job.view.trace_id)
        try:
            outcome = await self._run(job)
            job.is_ending = True
            if outcome.status == "succeeded":
                outcome = await self._take_over(job, outcome)
        except Exception as fault:
            job.is_ending = True
            log.exception("Job %s could not be conducted.", job.view.id)
            outcome = internal_fault(job.view.trace_id, fault)
        if outcome.status == "interrupted" and _can_resume(job.kind, job.view):
            await self._put_off(job)
        else:
            await self._finish(job, outcome)

    async def _run(self, job: _Unfinished) -> Outcome:
        if self._executor is None:
            return Outcome("interrupted")
        task = Task(
            id=job.view.id,
            function=job.kind.function,
            spec=job.spec,
            timeout_s=job.kind.timeout_s,
            trace_id=job.view.trace_id,
            memory_bytes=job.kind.memory_bytes,
            checkpoints=str(checkpoints_folder() / job.view.id) if job.kind.is_resumable else None,
        )
        return await self._executor.run(
            task, on_started=partial(self._started, job), on_progress=partial(self._progressed, job)
        )

    def _started(self, job: _Unfinished) -> None:
        job.view = msgspec.structs.replace(job.view, status="running", started_at=self._clock.now_ns())
        saving = asyncio.create_task(self._save_start(job))
        self._tasks.add(saving)
        saving.add_done_callback(self._tasks.discard)
        self._tell(job)

    async def _save_start(self, job: _Unfinished) -> None:
        """Write down that a job runs, unless it is over soon."""
        with suppress(TimeoutError):
            async with asyncio.timeout(STARTED_AFTER_S):
                await job.done.wait()
        if not job.is_ending and not job.done.is_set():
            await self._save(job.view, attempts=1)

    def _progressed(
        self, job: _Unfinished, fraction: float, message: str, partial: dict[str, Any] | None = None
    ) -> None:
        """Note progress in memory only: writing it down would cost more than a restart could lose."""
        shown = job.view.partial_result if partial is None else partial
        job.view = msgspec.structs.replace(job.view, progress=fraction, message=message, partial_result=shown)
        self._tell(job)

    async def _take_over(self, job: _Unfinished, outcome: Outcome) -> Outcome:
        """Let the kind store the result; the job succeeds only when that did."""
        if job.kind.on_success is None:
            return outcome
        assert outcome.result is not None, "a success has a result"
        try:
            result = await asyncio.get_running_loop().run_in_executor(
                self._results,
                copy_context().run,  # here too
                _with_fresh_connections,
                job.kind.on_success,
                job.spec,
                outcome.result,
            )
            # As JSON says it, so that the table takes it.
            return Outcome("succeeded", result=_decode_object(msgspec.json.encode(result)))
        except DomainError as fault:
            details = msgspec.to_builtins(fault.details, str_keys=True, enc_hook=str)
            return failed(fault.code, f"The result could not be stored: {fault.message}", details)
        except Exception as fault:
            log.exception("The result of job %s could not be stored.", job.view.id)
            return failed(
                "INTERNAL",
                f"The work was done, but its result could not be stored ({type(fault).__name__}); "
                f"the log has it under {job.view.trace_id}.",
            )

    async def _finish(self, job: _Unfinished, outcome: Outcome) -> None:
        """Write the end down, then show it. An end that cannot be written is kept in memory, where it is still true."""
        view = _ended(job.view, outcome, self._clock.now_ns())
        is_saved = await self._save(view, attempts=SAVE_ATTEMPTS)
        if is_saved and job.kind.is_resumable:
            await self._in_table(checkpoints.remove, checkpoints_folder(), view.id)
        job.view = view
        if view.error is not None:
            self._last_error = f"{view.kind}: {view.error.message}"
        if is_saved:
            self._unfinished.pop(view.id, None)
        self._recent[view.id] = view
        if len(self._recent) > MAX_RECENT_JOBS:
            del self._recent[next(iter(self._recent))]
        job.done.set()
        log.info("Job %s (%s) %s. %s", view.id, view.kind, view.status, view.message)
        self._tell(job)

    async def _put_off(self, job: _Unfinished) -> None:
        """Leave a job that the stop of the gateway interrupted to the next start, and let go of who waits for it."""
        job.view = msgspec.structs.replace(
            job.view, status="queued", message=PUT_OFF_MESSAGE, started_at=None, partial_result=None
        )
        await self._save(job.view, attempts=SAVE_ATTEMPTS)
        job.done.set()
        log.info("Job %s (%s) goes on after the next start.", job.view.id, job.view.kind)
        self._tell(job)

    def _tell(self, job: _Unfinished) -> None:
        for listener in self._listeners:
            try:
                listener(job.view)
            except Exception:
                log.exception("A listener failed on job %s.", job.view.id)

    # ---- the table ----

    async def _save(self, view: JobView, *, attempts: int) -> bool:
        for left in reversed(range(attempts)):
            try:
                await self._in_table(_update, view)
            except DatabaseError:
                log.exception("Job %s could not be written to the table.", view.id)
                await asyncio.sleep(SAVE_PAUSE_S if left else 0)
            else:
                return True
        return False

    async def _in_table(self, call: Callable[..., T], *arguments: Any) -> T:
        return await self._in_thread(self._table, call, *arguments)

    async def _in_thread(self, thread: ThreadPoolExecutor, call: Callable[..., T], *arguments: Any) -> T:
        in_context = copy_context().run  # the log lines of the thread carry the trace id, too
        return await asyncio.get_running_loop().run_in_executor(
            thread, in_context, _with_fresh_connections, call, *arguments
        )


def _with_fresh_connections(call: Callable[..., T], *arguments: Any) -> T:
    """Run in a thread what uses the database: a connection that broke or is too old is not used, nor kept."""
    close_old_connections()
    try:
        return call(*arguments)
    finally:
        close_old_connections()


def _checked_spec(spec: dict[str, Any]) -> dict[str, Any]:
    """The spec as JSON says it; raises Invalid."""
    try:
        encoded = msgspec.json.encode(spec)
    except (TypeError, ValueError) as fault:
        raise Invalid(f"A job's spec must be what JSON can say: {fault}") from fault
    if len(encoded) > MAX_SPEC_BYTES:
        raise Invalid(f"A job's spec has {len(encoded)} bytes; at most {MAX_SPEC_BYTES} are taken.")
    return _decode_object(encoded)


def _ended(view: JobView, outcome: Outcome, now_ns: int) -> JobView:
    """The job's last state, of which everything can be written down."""
    ended = msgspec.structs.replace(view, status=outcome.status, partial_result=None, finished_at=now_ns)
    if outcome.status == "succeeded":
        return msgspec.structs.replace(
            ended, progress=1.0, message=storable(view.message), result=storable(outcome.result)
        )
    messages = {"canceled": "Canceled on request.", "interrupted": INTERRUPTED_MESSAGE}
    if outcome.error is None:
        return msgspec.structs.replace(ended, message=messages[outcome.status])
    error = JobError(*map(storable, msgspec.structs.astuple(outcome.error)))
    return msgspec.structs.replace(ended, message=error.message, error=error)


def _can_resume(kind: registry.JobKind, view: JobView) -> bool:
    return kind.is_resumable and view.resumes < MAX_RESUMES


INTERRUPTED_MESSAGE = "The gateway stopped before the job was done; submit it again."
PUT_OFF_MESSAGE = "The gateway stopped; the job goes on when it is started again."
RESUMED_MESSAGE = "Goes on after a restart of the gateway."


def _subject_of(kind: registry.JobKind, spec: dict[str, Any]) -> str:
    """One line of it that the table takes."""
    text = str(storable(" ".join(kind.subject(spec).split())))
    return text if len(text) <= MAX_SUBJECT else f"{text[: MAX_SUBJECT - 1]}…"


def _insert(view: JobView, spec: dict[str, Any]) -> None:
    Job.objects.create(
        id=view.id,
        kind=view.kind,
        account=view.account,
        spec=spec,
        subject=view.subject,
        status=view.status,
        created_ns=view.created_at,
        trace_id=view.trace_id,
    )


def _update(view: JobView) -> None:
    Job.objects.filter(id=view.id).update(
        status=view.status,
        progress=view.progress,
        message=view.message,
        result=view.result,
        error=None if view.error is None else msgspec.to_builtins(view.error),
        started_ns=view.started_at,
        finished_ns=view.finished_at,
        resumes=view.resumes,
    )
    if view.is_finished:
        _forget_oldest()


def _forget_oldest() -> None:
    beyond = Job.objects.order_by("-id").values_list("id", flat=True)[MAX_FINISHED_JOBS : MAX_FINISHED_JOBS + 1]
    for oldest_to_go in beyond:
        Job.objects.filter(id__lte=oldest_to_go).exclude(status__in=UNFINISHED).delete()


def _take_up_unfinished(now_ns: int) -> list[_Unfinished]:
    """Of what the last stop left: the resumable jobs, as queued again; the others are marked as interrupted."""
    resumed = []
    for row in Job.objects.filter(status__in=UNFINISHED).order_by("id"):
        view = _view(row)
        kind = registry.find(row.kind)
        if kind is not None and _can_resume(kind, view):
            view = msgspec.structs.replace(
                view, status="queued", message=RESUMED_MESSAGE, started_at=None, resumes=view.resumes + 1
            )
            _update(view)
            resumed.append(_Unfinished(view, row.spec, kind))
    count = (
        Job.objects.filter(status__in=UNFINISHED)
        .exclude(id__in=[job.view.id for job in resumed])
        .update(status="interrupted", message=INTERRUPTED_MESSAGE, finished_ns=now_ns)
    )
    if count or resumed:
        log.warning("%d jobs were interrupted by the last stop; %d go on.", count, len(resumed))
    checkpoints.remove_others(checkpoints_folder(), [job.view.id for job in resumed])
    return resumed


def _load(job_id: str) -> JobView | None:
    row = Job.objects.filter(id=job_id).first()
    return None if row is None else _view(row)


def _load_list(filters: dict[str, Any], limit: int) -> list[JobView]:
    # Specs may be large, and no list shows them.
    return [_view(row) for row in Job.objects.filter(**filters).defer("spec").order_by("-id")[:limit]]


def _view(row: Job) -> JobView:
    return JobView(
        id=row.id,
        kind=row.kind,
        account=row.account,
        status=msgspec.convert(row.status, Status),
        created_at=row.created_ns,
        trace_id=row.trace_id,
        subject=row.subject,
        progress=row.progress,
        message=row.message,
        result=row.result,
        error=None if row.error is None else msgspec.convert(row.error, JobError),
        started_at=row.started_ns,
        finished_at=row.finished_ns,
        resumes=row.resumes,
    )


JOBS = JobService(make_executor)


start = JOBS.start
stop = JOBS.stop
restart = JOBS.restart
state = JOBS.state
submit = JOBS.submit
submit_prepared = JOBS.submit_prepared
get = JOBS.get
list_jobs = JOBS.list_jobs
recent = JOBS.recent
wait = JOBS.wait
cancel = JOBS.cancel
add_listener = JOBS.add_listener
remove_listener = JOBS.remove_listener
