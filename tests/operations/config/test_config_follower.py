"""What was set before the start, and what others write: restored, taken over, and never a reason not to start."""

from typing import Any

import pytest
from django.db import DatabaseError, OperationalError

from kit.tunables import TUNABLES
from operations.config import follower as follower_module
from operations.config import revisions, services
from operations.config.follower import Follower
from operations.config.in_force import CONFIG
from operations.config.models import ConfigRevision
from operations.config.revisions import Draft, Revision

pytestmark = pytest.mark.django_db(transaction=True)

ORDERS = TUNABLES.find("risk.max_open_orders")
MESSAGES = TUNABLES.find("sockets.messages_per_second")


def write(key: str, value: Any) -> Revision:
    """A revision of somebody else's: it is in the database, and nobody here knows of it."""
    written = services.write_value(key, value, reason="", seen=None, author="somebody else")
    assert written.is_new and written.newest is not None
    return written.newest


def write_unchecked(key: str, value: Any) -> None:
    """A revision of another version, whose bounds were others."""
    draft = Draft("set", 1, value, is_default=False, author="an older version", reason="")
    assert revisions.append(key, lambda _: draft).is_new


@pytest.fixture
def follower() -> Follower:
    """A follower that looks when the test says so."""
    return Follower(CONFIG)


def in_thread(work: Any, *arguments: Any) -> Any:
    return follower_module._in_thread(lambda: work(*arguments))


async def test_a_start_begins_with_what_was_set_before(follower):
    await in_thread(write, ORDERS.key, 500)
    await in_thread(write, MESSAGES.key, 10)
    await in_thread(write, ORDERS.key, 600)
    assert ORDERS.value == 10_000
    await follower.look()
    assert (ORDERS.value, MESSAGES.value, ORDERS.source) == (600, 10, "revision")
    assert CONFIG.get(ORDERS.key).revision == 3


async def test_a_reset_before_the_start_is_the_default(follower):
    await in_thread(write, ORDERS.key, 500)
    await in_thread(lambda: services.write_default(ORDERS.key, reason="", author=""))
    await follower.look()
    assert (ORDERS.value, ORDERS.source, CONFIG.get(ORDERS.key).revision) == (10_000, "default", 2)


async def test_what_others_write_is_in_force_at_the_next_look_and_told_once(follower, monkeypatch):
    told: list[Any] = []
    monkeypatch.setattr(CONFIG, "_listeners", [told.append])
    await follower.look()
    await in_thread(write, ORDERS.key, 500)
    assert ORDERS.value == 10_000
    await follower.look()
    await follower.look()
    assert ORDERS.value == 500
    assert [(change.revision.revision, change.value) for change in told] == [(1, 500)]


async def test_a_change_made_here_is_not_told_again_at_the_next_look(follower, monkeypatch):
    told: list[Any] = []
    monkeypatch.setattr(CONFIG, "_listeners", [told.append])
    await follower.look()
    CONFIG.take_effect(await in_thread(write, ORDERS.key, 500))
    await follower.look()
    assert [change.value for change in told] == [500]


async def test_an_older_revision_that_comes_late_does_not_undo_a_newer_one():
    older, newer = await in_thread(write, ORDERS.key, 500), await in_thread(write, ORDERS.key, 600)
    CONFIG.take_effect(newer)
    CONFIG.take_effect(older)
    assert ORDERS.value == 600


async def test_who_sets_what_somebody_else_just_set_is_answered_with_that(client):
    await in_thread(write, ORDERS.key, 500)
    shown = (await client.put(f"/api/v1/config/{ORDERS.key}/", json={"value": 500})).data
    assert (shown["value"], shown["revision"], shown["changed_by"]) == (500, 1, "somebody else")
    assert ORDERS.value == 500


async def test_a_database_that_was_put_back_is_taken_as_it_is(follower):
    await in_thread(write, ORDERS.key, 500)
    await in_thread(write, MESSAGES.key, 10)
    await follower.look()
    await ConfigRevision.objects.filter(number=2).adelete()
    await follower.look()
    assert (ORDERS.value, MESSAGES.value) == (500, 50)


async def test_a_stored_value_that_is_no_longer_allowed_degrades_and_leaves_the_default(follower):
    await in_thread(write_unchecked, ORDERS.key, 99_000_000)
    await in_thread(write, MESSAGES.key, 10)
    await follower.start()
    await follower.stop()
    assert (ORDERS.value, ORDERS.source, MESSAGES.value) == (10_000, "default", 10)
    health = await CONFIG.check_health()
    assert health.status == "degraded"
    assert health.detail == (
        "risk.max_open_orders: Revision 1 set 99000000, and the default is used. "
        "Must be a whole number from 0 to 10000000."
    )
    assert CONFIG.get(ORDERS.key).fault in health.detail
    CONFIG.take_effect(await in_thread(write, ORDERS.key, 500))
    assert (await CONFIG.check_health()).status == "ok"
    assert ORDERS.value == 500


async def test_a_value_that_is_no_longer_allowed_cannot_be_rolled_back_to(client, follower):
    await in_thread(write_unchecked, ORDERS.key, 99_000_000)
    await in_thread(write, ORDERS.key, 500)
    await follower.look()
    answer = await client.post(f"/api/v1/config/{ORDERS.key}/rollback/", json={"revision": 1})
    assert (answer.status, list(answer.details)) == (400, ["revision"])
    assert "Must be a whole number from 0 to 10000000." in answer.json()["message"]


async def test_a_key_that_this_version_does_not_have_is_left_alone(follower, caplog):
    await in_thread(write_unchecked, "gone.for_good", 1)
    await follower.look()
    assert "gone.for_good, which this version does not have" in caplog.text
    assert (await CONFIG.check_health()).status == "ok"


async def test_a_database_that_is_away_at_the_start_degrades_and_is_caught_up_with_later(follower, monkeypatch):
    await in_thread(write, ORDERS.key, 500)
    newest = revisions.newest_number
    faults: list[DatabaseError] = [OperationalError("unable to open database file")]

    def sometimes() -> int:
        if faults:
            raise faults[0]
        return newest()

    monkeypatch.setattr(revisions, "newest_number", sometimes)
    await follower.start()
    await follower.stop()
    assert ORDERS.value == 10_000
    health = await CONFIG.check_health()
    assert (health.status, "unable to open database file" in health.detail) == ("degraded", True)
    faults.clear()
    await follower.look()
    assert ORDERS.value == 500
    assert (await CONFIG.check_health()).status == "ok"


async def test_many_revisions_are_taken_over_in_one_look(follower, monkeypatch):
    monkeypatch.setattr(follower_module, "REVISIONS_A_LOOK", 3)
    await follower.look()
    for value in range(1, 9):
        await in_thread(write, ORDERS.key, value)
    await follower.look()
    assert (ORDERS.value, CONFIG.get(ORDERS.key).revision) == (8, 8)


async def test_who_finds_its_number_taken_decides_anew(monkeypatch):
    """As on a database that lets two writers in at once: the second one's number is gone when it writes."""
    await in_thread(write, ORDERS.key, 500)
    newest, stale = revisions.newest_number, [0]
    monkeypatch.setattr(revisions, "newest_number", lambda: stale.pop() if stale else newest())
    written = await in_thread(write, ORDERS.key, 600)
    assert (written.revision, written.old_value, stale) == (2, 500, [])


async def test_the_health_of_the_configuration_is_part_of_the_gateways(client):
    envelope = (await client.get("/health")).json()
    report = envelope["data"] or envelope["error"]["details"]  # other parts are not started here
    assert "config" in [check["name"] for check in report["checks"]]
