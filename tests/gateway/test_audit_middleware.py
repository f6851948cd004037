"""What the outermost layer makes of writes that end late, fail, or are refused on their way."""

from collections.abc import Callable
from typing import Any

import pytest

from kit.clock import SYSTEM_CLOCK
from operations.audit import services
from operations.audit.entries import AuditEntry
from operations.audit.recorder import Recorder
from tests.asgi_client import AsgiApp, AsgiClient, NoAnswer
from tests.waiting import eventually

BODY = {"name": "one"}


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[AuditEntry]]:
    """What was recorded in this test; nothing of it goes to a disk."""
    recorder = Recorder(SYSTEM_CLOCK)
    monkeypatch.setattr(services, "RECORDER", recorder)
    return lambda: [entry for entry, _ in recorder._queue] + recorder.tally.take(is_last=True)


async def test_a_write_that_outlives_its_timeout_is_recorded_with_its_true_outcome(
    make_app: Callable[..., AsgiApp], counts: Any, recorded: Callable[[], list[AuditEntry]]
) -> None:
    client = AsgiClient(make_app(RATE_LIMIT_RPS=10_000, HTTP_REQUEST_TIMEOUT_SECS=0.05))
    answer = await client.post("/api/v1/slow/", json=BODY, headers={"X-Trace-Id": "late"})
    assert (answer.status, answer.code) == (504, "TIMEOUT")
    assert recorded() == []
    counts.may_finish.set()

    async def records() -> list[AuditEntry]:
        return recorded()

    (entry,) = await eventually(records)
    assert (entry.action, entry.trace_id, entry.status, entry.result) == ("slow.create", "late", 201, "done")
    assert entry.actor == client.address


async def test_a_write_that_fails_for_a_fault_of_ours_is_recorded_as_failed(
    client: AsgiClient, recorded: Callable[[], list[AuditEntry]]
) -> None:
    answer = await client.post("/api/v1/fail/bug/", json=BODY)
    assert answer.status == 500
    (entry,) = recorded()
    assert (entry.result, entry.status, entry.code) == ("failed", 500, "INTERNAL")


async def test_a_done_write_holds_what_was_sent_and_what_was_answered(
    client: AsgiClient, counts: Any, recorded: Callable[[], list[AuditEntry]]
) -> None:
    await client.post("/api/v1/echo/?x=1", json=BODY)
    await client.post("/api/v1/echo/", json=BODY, headers={"X-Account": "not an id!"})
    await client.post("/api/v1/echo/", json=BODY)
    wrong_query, wrong_account, done = recorded()
    assert (wrong_query.code, wrong_query.detail["query"]) == ("VALIDATION_FAILED", {"x": "1"})
    assert (wrong_account.status, wrong_account.result) == (400, "refused")
    assert (done.action, done.input, done.after) == ("echo.create", BODY, {"name": "one", "number": 1})


async def test_a_body_that_is_too_large_is_recorded_without_it(
    client: AsgiClient, recorded: Callable[[], list[AuditEntry]]
) -> None:
    answer = await client.post("/api/v1/echo/", body=b"x" * 2_000_000, headers={"Content-Type": "application/json"})
    assert answer.status == 413
    (entry,) = recorded()
    assert (entry.code, entry.input) == ("BODY_TOO_LARGE", None)


async def test_a_flood_over_the_rate_is_one_entry(
    make_app: Callable[..., AsgiApp], counts: Any, recorded: Callable[[], list[AuditEntry]]
) -> None:
    client = AsgiClient(make_app(RATE_LIMIT_RPS=1))
    answers = [await client.post("/api/v1/echo/", json=BODY) for _ in range(20)]
    refused = [answer for answer in answers if answer.status == 429]
    found = [entry for entry in recorded() if entry.result == "refused"]
    assert len(refused) >= 15
    assert [(entry.action, entry.actor, entry.detail["count"]) for entry in found] == [
        ("requests.turned_away", client.address, len(refused))
    ]


@pytest.mark.parametrize("method", ["PROPFIND", "TRACK"])
async def test_a_method_that_is_served_nowhere_only_counts(
    method: str, client: AsgiClient, recorded: Callable[[], list[AuditEntry]]
) -> None:
    await client.request(method, "/api/v1/echo/")
    (entry,) = recorded()
    assert (entry.action, entry.code) == ("requests.turned_away", "METHOD_NOT_ALLOWED")


async def test_who_hangs_up_before_the_end_of_a_body_wrote_nothing(
    client: AsgiClient, recorded: Callable[[], list[AuditEntry]]
) -> None:
    headers = {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}
    with pytest.raises(NoAnswer):
        await client.request("POST", "/api/v1/echo/", chunks=[b'{"name"'], disconnects=True, headers=headers)
    assert recorded() == []
