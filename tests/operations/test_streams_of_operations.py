"""The channels `jobs`, `jobs:ID` and `system` over a real WebSocket session."""

from collections.abc import Iterator
from typing import Any

import pytest

from jobs.executors import Outcome
from operations import channels
from operations.watch import WATCH, CheckState, SystemState
from streams.hub import HUB
from tests.asgi_client import AsgiClient
from tests.operations.conftest import HeldJobs

DONE = Outcome("succeeded", result={"rows": 3})


def is_about(channel: str, kind: str) -> Any:
    return lambda frame: frame["type"] == kind and frame.get("channel") == channel


@pytest.fixture(autouse=True)
def fresh_hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Any account may listen, and no test hears what another one's listeners left behind."""
    monkeypatch.setattr("streams.consumer.account_exists", None)
    yield
    HUB._live.clear()
    HUB._idle.clear()


async def subscribe(socket: Any, channel: str) -> dict[str, Any]:
    """Subscribe and return the snapshot's data."""
    await socket.send_json({"op": "subscribe", "id": 1, "channels": [channel]})
    frame = await socket.receive_until(is_about(channel, "snapshot"))
    data: dict[str, Any] = frame["data"]
    return data


async def test_one_jobs_progress_is_followed_to_its_end(client: AsgiClient, held_jobs: HeldJobs) -> None:
    job = await held_jobs.submit()
    channel = f"jobs:{job.id}"
    async with client.websocket("/ws") as socket:
        assert (await subscribe(socket, channel))["status"] == "queued"
        held_jobs.begin(job)
        assert (await socket.receive_until(is_about(channel, "update")))["data"]["status"] == "running"
        held_jobs.progress(job, 0.5, "half of it")
        frame = await socket.receive_until(is_about(channel, "update"))
        assert (frame["data"]["progress"], frame["data"]["message"]) == (0.5, "half of it")
        await held_jobs.end(job, DONE)
        frame = await socket.receive_until(is_about(channel, "update"))
        assert (frame["data"]["status"], frame["data"]["result"]) == ("succeeded", {"rows": 3})


async def test_who_comes_after_the_end_still_gets_the_result(client: AsgiClient, held_jobs: HeldJobs) -> None:
    job = await held_jobs.submit()
    await held_jobs.end(job, DONE)
    async with client.websocket("/ws") as socket:
        assert (await subscribe(socket, f"jobs:{job.id}"))["result"] == {"rows": 3}


async def test_an_unknown_or_foreign_job_is_an_error_frame(client: AsgiClient, held_jobs: HeldJobs) -> None:
    foreign = await held_jobs.submit(account="two")
    async with client.websocket("/ws") as socket:
        for channel in ("jobs:ghost", f"jobs:{foreign.id}"):
            await socket.send_json({"op": "subscribe", "id": 1, "channels": [channel]})
            frame = await socket.receive_until(lambda frame: frame["type"] == "error")
            assert frame["code"] == "NOT_FOUND"


async def test_an_account_hears_of_its_own_jobs_alone(client: AsgiClient, held_jobs: HeldJobs) -> None:
    before = await held_jobs.submit(account="one")
    async with client.websocket("/ws?account=one") as socket:
        snapshot: Any = await subscribe(socket, "jobs")
        assert [job["id"] for job in snapshot] == [before.id]
        await held_jobs.submit(account="two")
        mine = await held_jobs.submit(account="one")
        frame = await socket.receive_until(is_about("jobs", "update"))
        assert (frame["data"]["id"], frame["data"]["status"]) == (mine.id, "queued")


async def test_the_system_channel_tells_of_a_change(client: AsgiClient) -> None:
    changed = SystemState("started", "", "failed", [CheckState("journal", "failed")], [])
    async with client.websocket("/ws") as socket:
        assert (await subscribe(socket, "system"))["server"] == WATCH.state.server
        channels.publish_system(changed)
        frame = await socket.receive_until(is_about("system", "update"))
        assert frame["data"]["checks"] == [{"name": "journal", "status": "failed"}]
