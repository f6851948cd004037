"""Jobs, idempotent answers, services and the home page in the admin."""

import json
from collections.abc import Iterator

import pytest

from api.idempotency import TABLE, StoredAnswer
from jobs.executors import Outcome
from kit.clock import SYSTEM_CLOCK
from kit.errors import Unavailable
from operations.health import Health, HealthChecks
from operations.live_admin import overview
from operations.live_admin.overview import Tile, TileState
from operations.services_registry import Service, ServicesRegistry, ServiceState
from tests.admin_person import Person, log_in
from tests.asgi_client import AsgiApp, AsgiClient
from tests.operations.conftest import HeldJobs

JOBS = "/admin/jobs/job/"
RECORDS = "/admin/operations/idempotencyrecord/"
SERVICES = "/admin/services/"


async def test_a_job_is_shown_with_the_progress_it_has_now(owner: Person, held_jobs: HeldJobs) -> None:
    job = await held_jobs.submit()
    held_jobs.begin(job)
    held_jobs.progress(job, 0.25, "a quarter")
    (row,) = (await owner.open(JOBS)).rows
    assert (row["id"], row["state"], row["done"], row["message"]) == (job.id, "● running", "25 %", "a quarter")
    held_jobs.progress(job, 0.5, "half")
    assert (await owner.open(f"{JOBS}{job.id}/change/")).fields["Progress"] == "50 %"
    assert (await owner.open(f"{JOBS}?status__exact=failed")).rows == []
    assert len((await owner.open(f"{JOBS}?q=test.work&o=-1")).rows) == 1


async def test_jobs_are_canceled_and_those_that_cannot_be_are_named(owner: Person, held_jobs: HeldJobs) -> None:
    ended = await held_jobs.submit()
    held_jobs.begin(ended)
    await held_jobs.end(ended, Outcome("succeeded", result={"sum": 3}))
    running = await held_jobs.submit()
    held_jobs.begin(running)
    page = await owner.act(JOBS, "cancel_jobs", [ended.id, running.id])
    assert page.messages[0] == f"1 job canceled: {running.id} is canceled."
    assert page.messages[1] == f"Job {ended.id}: The job has succeeded."
    assert (await owner.open(f"{JOBS}{running.id}/change/")).fields["Status"] == "○ canceled"
    assert json.loads((await owner.open(f"{JOBS}{ended.id}/change/")).fields["Result"]) == {"sum": 3}


async def test_looking_at_jobs_is_no_permission_to_cancel_them(app: AsgiApp, held_jobs: HeldJobs) -> None:
    viewer = await log_in(AsgiClient(app), "vera", permissions=("jobs.view_job",))
    job = await held_jobs.submit()
    page = await viewer.act(JOBS, "cancel_jobs", [job.id])
    assert page.buttons == []
    assert page.rows[0]["state"] != "○ canceled"


@pytest.fixture
def answers() -> Iterator[None]:
    """One answer and one write that is running."""
    TABLE.__init__()  # type: ignore[misc] # as a process has it at its start
    now_ns = SYSTEM_CLOCK.now_ns()
    TABLE.restore([StoredAnswer("alice", "key:1", "f" * 64, 201, "application/json", b'{"data":{"id":7}}', now_ns)])
    TABLE.claim("bob", "running", "e" * 64)
    yield
    TABLE.__init__()  # type: ignore[misc]


async def test_idempotent_answers_are_listed_found_and_shown(owner: Person, answers: None) -> None:
    rows = (await owner.open(RECORDS)).rows
    assert [(row["key"], row["state"], row["status"]) for row in rows] == [
        ("running", "Running", "-"),
        ("key:1", "Answered", "201"),
    ]
    assert [row["key"] for row in (await owner.open(f"{RECORDS}?q=alice")).rows] == ["key:1"]
    assert [row["key"] for row in (await owner.open(f"{RECORDS}?state__exact=running")).rows] == ["running"]
    page = await owner.open(f"{RECORDS}alice_3Akey_3A1/change/")
    assert json.loads(page.fields["Answer"]) == {"data": {"id": 7}}
    assert page.fields["HTTP status"] == "201"


@pytest.fixture
def restarts(parts: ServicesRegistry) -> list[str]:
    """A part that can be restarted, one that cannot, and one whose restart fails; the restarts that were asked for."""
    asked: list[str] = []

    async def restart() -> None:
        asked.append("feed")

    async def fail() -> None:
        asked.append("broken")
        raise Unavailable("There is no disk.")

    parts.register(Service("feed", lambda: ServiceState("running", detail="simulated"), restart))
    parts.register(Service("exchange", lambda: ServiceState("failed", last_error="out of order")))
    parts.register(Service("broken", lambda: ServiceState("degraded"), fail))
    return asked


async def test_services_are_shown_and_restarted_after_a_question(owner: Person, restarts: list[str]) -> None:
    page = await owner.open(SERVICES)
    assert "feed ● running" in page.text and "exchange ✖ failed" in page.text and "out of order" in page.text
    assert page.source.count("Restart…") == 2
    question = await owner.open(f"{SERVICES}feed/restart/")
    assert "Restart feed?" in question.text
    assert restarts == []
    done = await owner.send(f"{SERVICES}feed/restart/", [])
    assert done.messages == ["Feed was restarted and is running."]
    assert restarts == ["feed"]


async def test_a_restart_that_fails_says_why(owner: Person, restarts: list[str]) -> None:
    assert (await owner.send(f"{SERVICES}broken/restart/", [])).messages == [
        "Broken was not restarted. There is no disk."
    ]
    (refusal,) = (await owner.send(f"{SERVICES}exchange/restart/", [])).messages
    assert "exchange cannot be restarted on its own" in refusal
    assert "It cannot be restarted on its own." in (await owner.open(f"{SERVICES}exchange/restart/")).text
    assert (await owner.open(f"{SERVICES}nothing/restart/")).status == 404


async def test_a_restart_takes_its_permission_and_its_token(app: AsgiApp, owner: Person, restarts: list[str]) -> None:
    viewer = await log_in(AsgiClient(app), "vera", permissions=("operations.view_service",))
    page = await viewer.open(SERVICES)
    assert (page.status, page.source.count("Restart…")) == (200, 0)
    assert (await viewer.send(f"{SERVICES}feed/restart/", [])).status == 403
    stranger = await log_in(AsgiClient(app), "sam")
    assert (await stranger.open(SERVICES)).status == 403
    assert (await owner.send(f"{SERVICES}feed/restart/", [], token="x" * 64)).status == 403
    assert restarts == []


async def test_home_shows_health_and_services_with_a_sign_and_a_word(
    owner: Person, restarts: list[str], checks: HealthChecks
) -> None:
    checks.register("disk", lambda: Health("degraded", "nearly full"), required=False)
    text = (await owner.open("/admin/")).text
    assert "disk ▲ degraded nearly full" in text
    assert "exchange ✖ failed out of order" in text
    figures = json.loads((await owner.open("/admin/overview/")).source)
    assert [(each["name"], each["light"], each["word"]) for each in figures["services"]] == [
        ("feed", "good", "running"),
        ("exchange", "bad", "failed"),
        ("broken", "warn", "degraded"),
    ]


async def test_a_tile_that_cannot_be_read_says_so_and_spoils_nothing(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> TileState:
        raise KeyError("secret")

    monkeypatch.setattr(overview.TILES, "_by_name", {})
    overview.register(Tile("broken", "Broken", broken, "operations.view_service", "admin:services"))
    overview.register(Tile("well", "Well", lambda: TileState("7"), "operations.view_service", "admin:services"))
    text = (await owner.open("/admin/")).text
    assert "Broken – ✖ unknown (KeyError)" in text
    assert "Well 7 ●" in text
    assert "secret" not in text


async def test_home_and_its_figures_are_for_the_staff(app: AsgiApp, transactional_db: None) -> None:
    for path in ("/admin/", "/admin/overview/", SERVICES):
        answer = await AsgiClient(app).get(path)
        assert (answer.status, answer.headers["location"]) == (302, f"/admin/login/?next={path}")


async def test_pages_run_no_script_and_wear_no_style_of_their_own(owner: Person, restarts: list[str]) -> None:
    for path in ("/admin/", SERVICES, f"{SERVICES}feed/restart/", JOBS, RECORDS):
        source = (await owner.open(path)).source
        assert "<style" not in source and " style=" not in source and "onclick=" not in source, path
        assert "<script>" not in source, path
