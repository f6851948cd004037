"""Candles over REST for a client that polls: 304 while nothing changed, the new page once something did."""

import pytest

from markets import services
from markets.instruments import DEFAULT_INSTRUMENTS
from markets.sources.simulated import SimulatedSource

CANDLES = "/api/v1/markets/BTC-USDT/candles/"
START_NS = 1_767_225_600 * 10**9


@pytest.fixture
async def market():
    """The simulated market, paused, with an hour behind it."""
    source = SimulatedSource(DEFAULT_INSTRUMENTS, start_ns=START_NS, history_minutes=60)
    await services.FEED.switch(source, speed=1, is_paused=True)
    await services.FEED.step(1)
    yield
    await services.FEED.switch(None, speed=1, is_paused=False)


async def test_a_page_the_client_has_is_not_sent_again_until_the_market_moves(client, market):
    first = await client.get(CANDLES, query={"limit": 20})
    tag = first.headers["etag"]
    again = await client.get(CANDLES, query={"limit": 20}, headers={"If-None-Match": tag})
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert "content-type" not in again.headers
    await services.FEED.step(1)
    moved = await client.get(CANDLES, query={"limit": 20}, headers={"If-None-Match": tag})
    assert moved.status == 200
    assert moved.headers["etag"] != tag
    assert moved.data["items"] != first.data["items"]


async def test_another_question_has_another_tag(client, market):
    tags = {
        (await client.get(CANDLES, query=query)).headers["etag"]
        for query in ({"limit": 20}, {"limit": 21}, {"interval": "5m"}, {"limit": 20, "to": "2025-12-31T23:50:00Z"})
    }
    assert len(tags) == 4
