"""The system clock set back an hour: the journal's order holds, keys are still answered, the rate limit still counts."""

import time
from collections.abc import Callable

import pytest

from kit.clock import NS_PER_SECOND
from tests.asgi_client import AsgiClient
from trading import services
from trading.audit import Walk
from trading.journal.reading import JournalReader

HOUR_S = 3_600
ORDERS = "/api/v1/orders/"


@pytest.fixture
def set_clock_back(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Set the machine's clock back by an hour, as an operator would; durations are not affected."""
    time_s, time_ns = time.time, time.time_ns

    def set_back() -> None:
        monkeypatch.setattr(time, "time", lambda: time_s() - HOUR_S)
        monkeypatch.setattr(time, "time_ns", lambda: time_ns() - HOUR_S * NS_PER_SECOND)

    return set_back


async def test_the_journal_goes_on_in_its_own_order(client, desk, place, set_clock_back, tmp_path):
    before = [(await place()).data["id"] for _ in range(3)]
    set_clock_back()
    after = [(await place()).data["id"] for _ in range(3)]
    listed = [order["id"] for order in (await client.get(ORDERS)).data["items"]]
    assert listed == (before + after)[::-1] == sorted(listed, reverse=True)
    state_hash = desk.exchange.state_hash()
    await services.stop()
    journal = JournalReader(tmp_path / services.JOURNAL_FILE)
    walk = Walk(journal)
    recorded_ns = [step.entry.wall_ns for step in walk.steps()]
    journal.close()
    assert recorded_ns[-1] < recorded_ns[0]  # the clock that was set back is told as it was
    assert walk.exchange.state_hash() == state_hash
    await services.start()
    assert services.get_desk().exchange.state_hash() == state_hash
    assert [order["id"] for order in (await client.get(ORDERS)).data["items"]] == listed


async def test_keys_are_answered_as_before(client, desk, place, set_clock_back):
    key = {"Idempotency-Key": "k"}
    first = await place(headers=key)
    set_clock_back()
    for restarts in (False, True):
        if restarts:
            await services.stop()
            services.TABLE.__init__()
            await services.start()
        again = await place(headers=key)
        assert (again.body, again.headers["idempotent-replayed"]) == (first.body, "true")
        other = await place(headers=key, quantity="0.02")
        assert (other.status, other.code) == (422, "IDEMPOTENCY_MISMATCH")
    later = {"Idempotency-Key": "later"}
    placed = await place(headers=later)
    assert (await place(headers=later)).body == placed.body
    assert len((await client.get(ORDERS)).data["items"]) == 2


async def test_the_rate_limit_counts_on(app, desk, set_clock_back):
    hurried, patient = AsgiClient(app), AsgiClient(app)
    assert 429 in [(await hurried.get(ORDERS)).status for _ in range(60)]
    set_clock_back()
    refused = [answer for answer in [await hurried.get(ORDERS) for _ in range(20)] if answer.status == 429]
    assert refused and all(answer.headers["retry-after"] == "1" for answer in refused)
    assert (await patient.get(ORDERS)).status == 200
