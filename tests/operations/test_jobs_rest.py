"""jobs/ through the real application, and the answer of a POST that starts long work."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

import pytest
from django.urls import include, path

from api.routers import ApiRouter
from api.viewsets import Answer, ApiViewSet, Call, Later, operation
from jobs import services as jobs
from jobs.executors import Outcome, failed
from operations.jobs_api import JobSerializer, WaitQuery, start_job, start_job_later
from tests.asgi_client import AsgiClient
from tests.operations.conftest import HeldJobs

DEADLINE_S = 10.0
DONE = Outcome("succeeded", result={"rows": 3})


async def test_a_job_is_shown_as_the_contract_says(client: AsgiClient, held_jobs: HeldJobs) -> None:
    job = await held_jobs.submit()
    held_jobs.begin(job)
    held_jobs.progress(job, 0.5, "half of it")
    shown = (await client.get(f"/api/v1/jobs/{job.id}/")).data
    assert {
        name: shown[name] for name in ("id", "kind", "account", "status", "progress", "message", "result", "error")
    } == {
        "id": job.id,
        "kind": "test.work",
        "account": "default",
        "status": "running",
        "progress": 0.5,
        "message": "half of it",
        "result": None,
        "error": None,
    }
    assert shown["created_at"].endswith("Z")
    assert shown["started_at"].endswith("Z")
    assert shown["finished_at"] is None


async def test_an_ended_job_has_its_result_or_its_error(client: AsgiClient, held_jobs: HeldJobs) -> None:
    good, bad = await held_jobs.submit(), await held_jobs.submit()
    await held_jobs.end(good, DONE)
    await held_jobs.end(bad, failed("BAD_ROWS", "Row 7 has no close.", {"rows": [7]}))
    shown = (await client.get(f"/api/v1/jobs/{good.id}")).data
    assert (shown["status"], shown["progress"], shown["result"]) == ("succeeded", 1.0, {"rows": 3})
    shown = (await client.get(f"/api/v1/jobs/{bad.id}")).data
    assert shown["error"] == {"code": "BAD_ROWS", "message": "Row 7 has no close.", "details": {"rows": [7]}}


async def test_jobs_are_paged_newest_first(client: AsgiClient, held_jobs: HeldJobs) -> None:
    ids = [(await held_jobs.submit()).id for _ in range(3)][::-1]
    first = (await client.get("/api/v1/jobs/", query={"limit": 2})).data
    assert [job["id"] for job in first["items"]] == ids[:2]
    second = (await client.get("/api/v1/jobs/", query={"limit": 2, "cursor": first["next_cursor"]})).data
    assert [job["id"] for job in second["items"]] == ids[2:]
    assert second["next_cursor"] is None


async def test_jobs_are_filtered_by_kind_status_and_account(client: AsgiClient, held_jobs: HeldJobs) -> None:
    work, other = await held_jobs.submit(), await held_jobs.submit(kind="test.other")
    foreign = await held_jobs.submit(account="two")
    await held_jobs.end(other, DONE)

    async def found(headers: dict[str, str] | None = None, **query: str) -> list[str]:
        page = (await client.get("/api/v1/jobs/", query=query, headers=headers)).data
        return [job["id"] for job in page["items"]]

    assert await found() == [other.id, work.id]
    assert await found(kind="test.other") == [other.id]
    assert await found(status="queued") == [work.id]
    assert await found({"X-Account": "two"}) == [foreign.id]


@pytest.mark.parametrize("query", ["status=gone", "limit=0", "limit=1001", "kinds=x"])
async def test_a_filter_that_makes_no_sense_is_refused_by_name(query: str, client: AsgiClient) -> None:
    answer = await client.get(f"/api/v1/jobs/?{query}")
    assert (answer.status, answer.code) == (400, "VALIDATION_FAILED")
    assert list(answer.details) == [query.partition("=")[0]]


@pytest.mark.parametrize("cursor", ["nonsense", "IjEi", "eyJhIjoxfQ"])
async def test_a_cursor_of_another_list_is_refused(cursor: str, client: AsgiClient) -> None:
    answer = await client.get("/api/v1/jobs/", query={"cursor": cursor})
    assert (answer.status, answer.code) == (400, "INVALID_CURSOR")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("job_id", ["ghost", "' OR 1=1 --", "..%2f..%2fetc", "{{7*7}}", "x" * 300])
async def test_an_unknown_job_is_a_404(job_id: str, client: AsgiClient) -> None:
    for answer in (await client.get(f"/api/v1/jobs/{job_id}/"), await client.delete(f"/api/v1/jobs/{job_id}/")):
        assert answer.status == 404


async def test_a_job_of_another_account_is_a_404(client: AsgiClient, held_jobs: HeldJobs) -> None:
    job = await held_jobs.submit(account="two")
    assert (await client.get(f"/api/v1/jobs/{job.id}/")).code == "NOT_FOUND"
    assert (await client.delete(f"/api/v1/jobs/{job.id}/")).code == "NOT_FOUND"
    assert (await client.get(f"/api/v1/jobs/{job.id}/", headers={"X-Account": "two"})).data["status"] == "queued"


async def test_a_job_is_canceled_once(client: AsgiClient, held_jobs: HeldJobs) -> None:
    job = await held_jobs.submit()
    canceled = await client.delete(f"/api/v1/jobs/{job.id}/")
    assert (canceled.status, canceled.data["status"]) == (200, "canceled")
    again = await client.delete(f"/api/v1/jobs/{job.id}/")
    assert (again.status, again.code) == (409, "JOB_NOT_CANCELABLE")
    assert again.details == {"status": "canceled"}


class WorkViewSet(ApiViewSet):
    """A resource whose POST starts long work."""

    @operation(query=WaitQuery, response=JobSerializer, status=202, account=True)
    async def create(self, call: Call) -> Answer:
        return await start_job(call, "test.work", {})


class UploadViewSet(ApiViewSet):
    """The same from a thread, where it leaves something behind unless the job is taken."""

    left: ClassVar[list[str]] = []

    @operation(query=WaitQuery, response=JobSerializer, status=202, account=True)
    def create(self, call: Call) -> Later:
        self.left.append("a file")
        return start_job_later(call, "test.work", {}, on_refusal=self.left.clear)


router = ApiRouter()
router.register("work", WorkViewSet, basename="work")
router.register("uploads", UploadViewSet, basename="upload")
urlpatterns = [path("", include("tests.operations.paths")), path("", include(router.urls))]


@pytest.fixture
def work_client(settings: Any) -> AsgiClient:
    """A client of the application with the two resources above."""
    from gateway.asgi import make_application

    settings.ROOT_URLCONF = __name__
    return AsgiClient(make_application(lifecycle=None))


@pytest.mark.parametrize("path", ["/work/", "/uploads/"])
async def test_long_work_is_answered_with_its_job(path: str, work_client: AsgiClient, held_jobs: HeldJobs) -> None:
    answer = await work_client.post(path, headers={"X-Account": "two"})
    assert answer.status == 202
    assert (answer.data["status"], answer.data["account"]) == ("queued", "two")


async def test_a_job_that_is_not_taken_leaves_nothing_behind(work_client: AsgiClient, held_jobs: HeldJobs) -> None:
    await jobs.stop()
    answer = await work_client.post("/uploads/")
    assert (answer.status, answer.code) == (503, "UNAVAILABLE")
    assert UploadViewSet.left == []


async def test_uploads_that_wait_for_their_jobs_hold_no_thread(work_client: AsgiClient, held_jobs: HeldJobs) -> None:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    posts = [asyncio.create_task(work_client.post("/uploads/?wait=20")) for _ in range(4)]
    async with asyncio.timeout(DEADLINE_S):
        while len(held_jobs._executor.outcomes) < len(posts):
            held_jobs._executor.arrived.clear()
            await held_jobs._executor.arrived.wait()
    for outcome in held_jobs._executor.outcomes.values():
        outcome.set_result(DONE)
    assert [(await post).data["status"] for post in posts] == ["succeeded"] * len(posts)


@pytest.mark.parametrize("path", ["/work/", "/uploads/"])
async def test_waiting_answers_with_the_ended_job(path: str, work_client: AsgiClient, held_jobs: HeldJobs) -> None:
    posting = asyncio.create_task(work_client.post(f"{path}?wait=20"))
    await held_jobs._executor.arrived.wait()
    (job_id,) = held_jobs._executor.outcomes
    held_jobs._executor.outcomes[job_id].set_result(DONE)
    answer = await posting
    assert answer.status == 202
    assert (answer.data["status"], answer.data["result"]) == ("succeeded", {"rows": 3})


@pytest.mark.parametrize("path", ["/work/", "/uploads/"])
async def test_a_wait_that_runs_out_answers_with_the_job_as_it_stands(
    path: str, work_client: AsgiClient, held_jobs: HeldJobs
) -> None:
    answer = await work_client.post(f"{path}?wait=0.01")
    assert (answer.status, answer.data["status"]) == (202, "queued")


@pytest.mark.parametrize("wait", ["26", "-1", "nan", "soon"])
async def test_a_wait_out_of_bounds_is_refused_and_starts_nothing(
    wait: str, work_client: AsgiClient, held_jobs: HeldJobs
) -> None:
    answer = await work_client.post(f"/work/?wait={wait}")
    assert (answer.status, list(answer.details)) == (400, ["wait"])
    assert held_jobs._executor.outcomes == {}


async def test_a_wait_ends_before_the_request_itself_times_out(
    work_client: AsgiClient, held_jobs: HeldJobs, settings: Any
) -> None:
    settings.HTTP_REQUEST_TIMEOUT_SECS = 2.0
    answer = await work_client.post("/work/?wait=20")
    assert (answer.status, answer.data["status"]) == (202, "queued")
