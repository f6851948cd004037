"""Answers for every POST that starts long work: 202 with the job, after its end or `?wait=SECONDS`, whichever is first.

    @operation(body=…, query=WaitQuery, response=JobSerializer, status=202, account=True)
    async def create(self, call: Call) -> Answer:
        return await start_job(call, "backtest.run", spec)

Uploads are read in a thread; such a handler returns `start_job_later(…)`, so that the wait holds no thread.
"""

from collections.abc import Callable
from typing import Any, Final

from api.limits import REQUEST_TIMEOUT_S
from api.viewsets import Answer, Call, Later
from jobs import services as jobs
from operations.serializers import JobSerializer, WaitQuery

__all__ = ["STARTING_WORK", "JobSerializer", "WaitQuery", "job_answer", "start_job", "start_job_later"]

TIMEOUT_MARGIN_S = 2.0
"""A wait ends this long before the request's own timeout, so that the job is the answer and not a 504."""


STARTING_WORK: Final[dict[str, Any]] = {
    "query": WaitQuery,
    "response": JobSerializer,
    "status": 202,
    "account": True,
    "starts_work": True,
}
"""What `@operation` is told of every handler that starts a job for an account, beside its body and errors."""


def _nothing_to_tidy() -> None:
    pass


async def start_job(call: Call, kind: str, spec: dict[str, Any]) -> Answer:
    """Submit a job for the request's account and answer with it; errors as `jobs.services.submit`."""
    return await job_answer(call, await jobs.submit(kind, spec, account=call.account))


def start_job_later(
    call: Call, kind: str, spec: dict[str, Any], *, on_refusal: Callable[[], None] = _nothing_to_tidy
) -> Later:
    """`start_job` for a handler that runs in a thread; `on_refusal` tidies up when the job is not taken."""

    async def finish() -> Answer:
        try:
            job = await jobs.submit(kind, spec, account=call.account)
        except Exception:
            on_refusal()
            raise
        return await job_answer(call, job)

    return Later(finish)


async def job_answer(call: Call, job: jobs.JobView) -> Answer:
    """202 with the job, at its end when that comes within the `wait` of the query."""
    wait_s = min(call.query.wait, max(0.0, REQUEST_TIMEOUT_S.value - TIMEOUT_MARGIN_S))
    if wait_s > 0:
        job = await jobs.wait(job.id, wait_s)
    return Answer(job, status=202)
