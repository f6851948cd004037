"""How fast the feed goes when nobody says: the setting `feed.speed`, also while it runs."""

from collections.abc import AsyncIterator

import pytest

from markets import services

FEED = "/api/v1/feed/"


@pytest.fixture(autouse=True)
async def a_feed_at_its_start(transactional_db: None) -> AsyncIterator[None]:
    """The feed as a gateway starts it."""
    await services.start()
    yield
    await services.FEED.switch(None, speed=1, is_paused=False)
    services.MAIN.speed_choice.is_own = False


async def test_a_running_feed_goes_at_the_new_speed(client, configure):
    assert (await client.get(FEED)).data["speed"] == 1
    await configure("feed.speed", 4)
    shown = (await client.get(FEED)).data
    assert (shown["speed"], shown["status"]) == (4, "running")


async def test_a_paused_feed_stays_paused(client, configure):
    await client.put(FEED, json={"paused": True})
    await configure("feed.speed", 4)
    shown = (await client.get(FEED)).data
    assert (shown["speed"], shown["status"]) == (4, "paused")


async def test_a_feed_that_was_given_a_speed_keeps_it(client, configure):
    await client.put(FEED, json={"speed": 2})
    await configure("feed.speed", 4)
    assert (await client.get(FEED)).data["speed"] == 2
    await services.restart()
    await configure("feed.speed", 5)
    assert (await client.get(FEED)).data["speed"] == 2


async def test_the_next_source_begins_at_it(client, configure):
    await client.put(FEED, json={"speed": 2})
    await configure("feed.speed", 4)
    await services.FEED.switch(None, speed=1, is_paused=False)
    assert (await client.put(FEED, json={"source": "simulated"})).data["speed"] == 4
    await configure("feed.speed", 3)
    assert (await client.get(FEED)).data["speed"] == 3


async def test_a_speed_the_feed_cannot_keep_is_refused(client):
    answer = await client.put("/api/v1/config/feed.speed/", json={"value": 0.001})
    assert (answer.status, answer.code) == (400, "VALIDATION_FAILED")
    assert answer.details["value"] == ["Must be 0 or a number from 0.01 to 1000000."]
