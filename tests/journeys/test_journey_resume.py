"""Long work over restarts: a resumable job goes on where it was, another one says that it was interrupted.

And long work on a cluster that comes, goes and comes back while the gateway runs.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.jobs.cluster_scene import SETTINGS, ClusterScene
from tests.journeys.people import Trader, Watcher
from tests.server import Server, run_server
from tests.waiting import until

ENVIRONMENT = {"DJANGO_SETTINGS_MODULE": SETTINGS, "RATE_LIMIT_RPS": "10000", "JOB_WORKERS": "2"}
STOPS: dict[str, Callable[[Server], object]] = {"SIGTERM": Server.stop, "kill -9": Server.kill}


def submit(person: Trader, kind: str, **spec: Any) -> str:
    """Start a job of the tests; its id."""
    return str(person.call("POST", "samples/", json={"kind": f"test.{kind}", "spec": spec})["id"])


def ended(person: Trader, job_id: str) -> dict[str, Any]:
    """The job once nothing changes any more."""
    job: dict[str, Any] = person.wait_until(f"jobs/{job_id}/", lambda job: job["status"] not in ("queued", "running"))
    return job


@pytest.mark.parametrize("stop", STOPS)
def test_a_resumable_job_goes_on_by_itself_after_the_gateway_went(tmp_path: Path, stop: str) -> None:
    go_on = tmp_path / "go on"
    with run_server(tmp_path, ENVIRONMENT) as server, Trader(server.url) as person:
        climb = submit(person, "climb", steps=8, pause_at=5, go_on=str(go_on))
        hold = submit(person, "hold")
        shown = person.wait_until(f"jobs/{climb}/", lambda job: job["partial_result"] == {"done": 5})
        assert (shown["status"], shown["message"], shown["resumes"]) == ("running", "step 5", 0)
        person.wait_until(f"jobs/{hold}/", lambda job: job["status"] == "running")
        (listed,) = [job for job in person.get("jobs/")["items"] if job["id"] == climb]
        assert listed["partial_result"] is None
        folder = server.state_dir / "checkpoints" / climb
        assert (folder / "state").read_bytes() == b"5"

        STOPS[stop](server)
        assert (folder / "state").read_bytes() == b"5"
        server.start()
        again = person.wait_until(f"jobs/{climb}/", lambda job: job["status"] == "running")
        assert (again["resumes"], again["created_at"]) == (1, shown["created_at"])
        interrupted = person.get(f"jobs/{hold}/")
        assert (interrupted["status"], interrupted["message"]) == (
            "interrupted",
            "The gateway stopped before the job was done; submit it again.",
        )
        go_on.touch()
        done = ended(person, climb)
        assert (done["status"], done["partial_result"]) == ("succeeded", None)
        assert done["result"] == {"began_at": 5, "done": 8, "runs": 2}
        assert not folder.exists()


def test_cancelling_forgets_the_checkpoints_and_a_restart_leaves_the_job_alone(tmp_path: Path) -> None:
    with run_server(tmp_path, ENVIRONMENT) as server, Trader(server.url) as person:
        climb = submit(person, "climb", steps=8, pause_at=5, go_on=str(tmp_path / "never"))
        with Watcher(server.websocket_url, [f"jobs:{climb}"]) as watcher:
            watcher.wait_for(
                lambda frames: any((frame.get("data") or {}).get("partial_result") for frame in frames[f"jobs:{climb}"])
            )
            assert person.call("DELETE", f"jobs/{climb}/")["status"] == "canceled"
            watcher.wait_for(lambda frames: frames[f"jobs:{climb}"][-1]["data"]["status"] == "canceled")
        assert not (server.state_dir / "checkpoints" / climb).exists()
        server.kill()
        server.start()
        assert person.get(f"jobs/{climb}/")["status"] == "canceled"


def test_a_cluster_that_comes_goes_and_comes_back_while_the_gateway_runs(tmp_path: Path) -> None:
    scene = ClusterScene(tmp_path)
    try:
        with (
            run_server(tmp_path, {**ENVIRONMENT, "DASK_SCHEDULER": scene.address}) as server,
            Trader(server.url) as person,
        ):
            assert part(person)["state"] == "degraded"
            absent = f"scheduler at {scene.address} does not answer"
            person.wait_until(
                "system/services/",
                lambda page: any(absent in (part["last_error"] or "") for part in page["items"]),
            )
            early = submit(person, "add", a=1, b=2)
            waiting = person.wait_until(f"jobs/{early}/", lambda job: job["message"])
            assert waiting["status"] == "queued"
            assert scene.address in waiting["message"]

            worker = scene.start_worker("worker")
            scene.start_scheduler()
            assert ended(person, early)["result"]["sum"] == 3
            wait_for_state(person, "idle")

            hold = submit(person, "hold")
            person.wait_until(f"jobs/{hold}/", lambda job: job["progress"] > 0)
            assert scene.scheduler is not None
            scene.scheduler.kill()
            lost = ended(person, hold)
            assert (lost["status"], lost["error"]["code"]) == ("failed", "UNAVAILABLE")
            ready = person.client.get(f"{server.url}/readyz")
            assert ready.status_code == 200, "trading goes on without it"
            wait_for_state(person, "degraded")
            assert check(person)["status"] == "degraded"

            scene.start_scheduler()
            late = submit(person, "add", a=2, b=2)
            assert ended(person, late)["result"]["sum"] == 4
            until(lambda: check(person)["status"] == "ok", 30.0)
            assert worker.process.poll() is None, "the same worker came back by itself"
    finally:
        scene.close()


def part(person: Trader) -> dict[str, Any]:
    """What system/services says of long work."""
    (found,) = [part for part in person.get("system/services/")["items"] if part["name"] == "jobs"]
    return dict(found)


def wait_for_state(person: Trader, state: str) -> None:
    """Return once the part is in that state."""
    person.wait_until(
        "system/services/",
        lambda page: any(part["name"] == "jobs" and part["state"] == state for part in page["items"]),
    )


def check(person: Trader) -> dict[str, Any]:
    """What /health says of long work, once it looked anew."""
    report = person.client.get(f"{person.url}/health").json()["data"]
    (found,) = [check for check in report["checks"] if check["name"] == "jobs"]
    return dict(found)
