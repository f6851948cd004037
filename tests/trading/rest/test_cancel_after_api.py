"""The dead-man switch over REST."""

import pytest

from api.fields import time_ns_from_text
from kit.clock import SYSTEM_CLOCK

SWITCH = "/api/v1/orders/cancel-after/"
SECOND_NS = 1_000_000_000


async def test_the_switch_is_set_renewed_read_and_ended(client, desk):
    assert (await client.get(SWITCH)).data["deadline"] is None
    before_ns = SYSTEM_CLOCK.now_ns()
    armed = (await client.post(SWITCH, json={"seconds": 30})).data
    after_ns = SYSTEM_CLOCK.now_ns()
    assert armed["account"] == "default"
    assert before_ns <= time_ns_from_text(armed["deadline"]) - 30 * SECOND_NS <= after_ns
    assert (await client.get(SWITCH)).data["deadline"] == armed["deadline"]
    renewed = (await client.post(SWITCH, json={"seconds": 60})).data
    assert renewed["deadline"] > armed["deadline"]
    ended = (await client.post(SWITCH, json={"seconds": 0})).data
    assert ended["deadline"] is None
    assert (await client.get(SWITCH)).data["deadline"] is None


async def test_the_switch_is_of_one_account(client, desk):
    await client.post("/api/v1/accounts/", json={"id": "other", "name": "Other"})
    await client.post(SWITCH, json={"seconds": 30})
    assert (await client.get(SWITCH, headers={"X-Account": "other"})).data["deadline"] is None
    missing = await client.post(SWITCH, json={"seconds": 30}, headers={"X-Account": "nobody"})
    assert (missing.status, missing.code) == (404, "UNKNOWN_ACCOUNT")


async def test_the_longest_time_is_a_setting(client, desk, configure):
    assert (await client.post(SWITCH, json={"seconds": 86_400})).status == 200
    await configure("orders.cancel_after_max_seconds", 60)
    answer = await client.post(SWITCH, json={"seconds": 61})
    assert answer.status == 400
    assert answer.details == {"seconds": ["Must be at most 60; 0 ends the switch."]}


@pytest.mark.parametrize("body", [{}, {"seconds": -1}, {"seconds": "30"}, {"seconds": 1.5}, {"seconds": None}])
async def test_what_is_no_number_of_seconds_is_refused(client, desk, body):
    answer = await client.post(SWITCH, json=body)
    assert (answer.status, answer.code) == (400, "VALIDATION_FAILED")
    assert list(answer.details) == ["seconds"]


async def test_orders_are_gone_when_the_client_was_silent(client, desk, place):
    order = (await place()).data
    await client.post(SWITCH, json={"seconds": 3600})
    desk.switches._clock = type("Later", (), {"now_ns": staticmethod(lambda: 2**62)})()
    desk.switches.fire_due()
    await desk.wait_until_durable()
    read = (await client.get(f"/api/v1/orders/{order['id']}/")).data
    assert read["status"] == "canceled"
    assert read["status_reason"].startswith("Canceled by the cancel-after switch of the account")
