"""The configuration over REST: seeing, setting, taking back, and every refusal."""

from typing import Any

import pytest

from operations.config.models import ConfigRevision
from tests.asgi_client import AsgiClient

pytestmark = pytest.mark.django_db(transaction=True)

CONFIG = "/api/v1/config/"
ORDERS = f"{CONFIG}risk.max_open_orders/"


async def put(client: AsgiClient, value: Any, **more: Any) -> Any:
    return await client.put(ORDERS, json={"value": value, **more})


async def test_a_setting_says_what_holds_where_it_comes_from_and_what_may_be_set(client):
    assert (await client.get(ORDERS)).data == {
        "key": "risk.max_open_orders",
        "group": "risk",
        "type": "int",
        "value": 10_000,
        "default": 10_000,
        "source": "default",
        "unit": "orders",
        "why": "Open orders that an account may have; a new one that would wait is refused. Those that are open stay.",
        "minimum": 0,
        "maximum": 10_000_000,
        "choices": None,
        "variable": None,
        "revision": 0,
        "changed_at": None,
        "changed_by": None,
        "reason": None,
        "fault": None,
    }


async def test_a_setting_of_the_environment_says_so(client):
    shown = (await client.get(f"{CONFIG}rate_limit.requests_per_second/")).data
    assert (shown["value"], shown["default"], shown["source"]) == (10_000, 10_000, "environment")
    assert shown["variable"] == "RATE_LIMIT_RPS"


async def test_all_are_listed_by_group_page_by_page(client):
    everything = (await client.get(CONFIG)).data
    keys = [each["key"] for each in everything["items"]]
    assert everything["next_cursor"] is None
    assert keys == sorted(keys)
    paged, query = [], {"limit": 4}
    while True:
        page = (await client.get(CONFIG, query=query)).data
        paged += [each["key"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert paged == keys
    risk = (await client.get(CONFIG, query={"group": "risk"})).data["items"]
    assert [each["key"] for each in risk] == [key for key in keys if key.startswith("risk.")]
    assert {"risk.max_open_orders", "risk.max_order_notional"} < {each["key"] for each in risk}
    assert (await client.get(CONFIG, query={"group": "nothing"})).data["items"] == []


async def test_what_is_set_holds_with_the_answer_and_says_who_did_it_and_why(client):
    answer = await put(client, 500, reason="Too many at once.", revision=0)
    assert answer.status == 200
    shown = answer.data
    assert (shown["value"], shown["source"], shown["default"]) == (500, "revision", 10_000)
    assert (shown["revision"], shown["changed_by"], shown["reason"]) == (1, client.address, "Too many at once.")
    assert (await client.get(ORDERS)).data == shown


async def test_every_change_is_a_numbered_revision_with_its_trace_id(client):
    first = await put(client, 500, reason="one")
    await client.put(f"{CONFIG}log.level/", json={"value": "DEBUG"})
    await put(client, 600)
    newest, oldest = (await client.get(f"{ORDERS}history/")).data["items"]
    assert (oldest["revision"], oldest["action"], oldest["old_value"], oldest["new_value"]) == (1, "set", 10_000, 500)
    assert (oldest["author"], oldest["reason"]) == (client.address, "one")
    assert oldest["trace_id"] == first.json()["trace_id"]
    assert (newest["revision"], newest["old_value"], newest["new_value"], newest["reason"]) == (3, 500, 600, "")


async def test_the_history_comes_in_pages(client):
    for value in range(1, 6):
        await put(client, value)
    first = (await client.get(f"{ORDERS}history/", query={"limit": 3})).data
    rest = (await client.get(f"{ORDERS}history/", query={"limit": 3, "cursor": first["next_cursor"]})).data
    assert [each["revision"] for each in first["items"] + rest["items"]] == [5, 4, 3, 2, 1]
    assert rest["next_cursor"] is None
    wrong = await client.get(f"{ORDERS}history/", query={"cursor": "nonsense"})
    assert (wrong.status, wrong.code) == (400, "INVALID_CURSOR")


async def test_delete_goes_back_to_the_default_as_a_revision(client):
    await put(client, 500)
    answer = await client.delete(ORDERS, query={"reason": "Calm again."})
    shown = answer.data
    assert (shown["value"], shown["source"], shown["revision"], shown["reason"]) == (
        10_000,
        "default",
        2,
        "Calm again.",
    )
    newest = (await client.get(f"{ORDERS}history/")).data["items"][0]
    assert (newest["action"], newest["old_value"], newest["new_value"], newest["is_default"]) == (
        "reset",
        500,
        10_000,
        True,
    )


async def test_what_changes_nothing_is_no_revision(client):
    await put(client, 500)
    assert (await put(client, 500)).data["revision"] == 1
    await client.delete(ORDERS)
    assert (await client.delete(ORDERS)).data["revision"] == 2
    assert (await client.post(f"{ORDERS}rollback/", json={"revision": 0})).data["revision"] == 2
    assert await ConfigRevision.objects.acount() == 2


async def test_setting_the_default_itself_is_a_change_because_it_outlives_another_default(client):
    shown = (await put(client, 10_000)).data
    assert (shown["value"], shown["source"], shown["revision"]) == (10_000, "revision", 1)


async def test_a_rollback_is_a_new_revision_with_the_old_value(client):
    await put(client, 500)
    await put(client, 600)
    shown = (await client.post(f"{ORDERS}rollback/", json={"revision": 1, "reason": "It did not help."})).data
    assert (shown["value"], shown["revision"], shown["reason"]) == (500, 3, "It did not help.")
    newest = (await client.get(f"{ORDERS}history/")).data["items"][0]
    assert (newest["action"], newest["old_value"], newest["new_value"]) == ("rollback", 600, 500)


async def test_a_rollback_to_zero_or_to_a_reset_is_the_default(client):
    await put(client, 500)
    shown = (await client.post(f"{ORDERS}rollback/", json={"revision": 0})).data
    assert (shown["value"], shown["source"], shown["revision"]) == (10_000, "default", 2)
    await put(client, 600)
    shown = (await client.post(f"{ORDERS}rollback/", json={"revision": 2})).data
    assert (shown["value"], shown["source"], shown["revision"]) == (10_000, "default", 4)


@pytest.mark.parametrize("number", [2, 99])
async def test_a_rollback_goes_to_the_keys_own_revisions_alone(client, number):
    await put(client, 500)
    await client.put(f"{CONFIG}log.level/", json={"value": "DEBUG"})
    answer = await client.post(f"{ORDERS}rollback/", json={"revision": number})
    assert (answer.status, answer.code) == (400, "VALIDATION_FAILED")
    assert answer.details == {
        "revision": ["Must be one of the revisions of risk.max_open_orders, or 0 for the time before the first."]
    }


@pytest.mark.parametrize("value", [-1, 10_000_001, 1.5, "500", True, None, [], {}, [[500]]])
async def test_a_value_out_of_bounds_or_of_another_type_is_refused_with_the_bounds(client, value):
    answer = await put(client, value)
    assert (answer.status, answer.code) == (400, "VALIDATION_FAILED")
    assert "value" in answer.details
    if value is not None:
        assert answer.details == {
            "value": ["Must be a whole number from 0 to 10000000."],
            "minimum": 0,
            "maximum": 10_000_000,
        }
    assert (await client.get(ORDERS)).data["value"] == 10_000
    assert await ConfigRevision.objects.acount() == 0


async def test_a_word_that_is_no_choice_is_refused_with_those_there_are(client):
    answer = await client.put(f"{CONFIG}accounts.fill_policy/", json={"value": "perfect"})
    assert (answer.status, answer.details["choices"][:2]) == (400, ["ideal", "realistic"])


async def test_an_amount_is_decimal_text_and_a_number_is_taken_by_its_digits(client):
    path = f"{CONFIG}risk.max_order_notional/"
    assert (await client.put(path, json={"value": "25000.50"})).data["value"] == "25000.5"
    assert (await client.put(path, json={"value": 100})).data["value"] == "100"
    answer = await client.put(path, json={"value": "-1"})
    assert (answer.status, answer.details["minimum"]) == (400, "0")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "value"),
        ({"value": 5, "revision": -1}, "revision"),
        ({"value": 5, "revision": "1"}, "revision"),
        ({"value": 5, "reason": "x" * 501}, "reason"),
        ({"value": 5, "reason": 7}, "reason"),
        ({"value": 5, "why": "because"}, "why"),
    ],
)
async def test_a_body_that_does_not_fit_is_refused_by_field(client, body, field):
    answer = await client.put(ORDERS, json=body)
    assert (answer.status, answer.code) == (400, "VALIDATION_FAILED")
    assert list(answer.details) == [field]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PUT", "", {"value": 5}),
        ("DELETE", "", None),
        ("GET", "history/", None),
        ("POST", "rollback/", {"revision": 0}),
    ],
)
async def test_an_unknown_key_is_a_404_with_the_nearest_one(client, method, path, body):
    answer = await client.request(method, f"{CONFIG}risk.max_open_order/{path}", json=body)
    assert (answer.status, answer.code) == (404, "NOT_FOUND")
    assert answer.details == {"suggestion": "risk.max_open_orders"}
    assert "Did you mean risk.max_open_orders?" in answer.json()["message"]


async def test_who_decided_on_an_old_revision_is_told_both_values_and_changes_nothing(client):
    await put(client, 500, revision=0)
    late = await put(client, 600, revision=0)
    assert (late.status, late.code) == (409, "CONFIG_CHANGED")
    assert late.details == {
        "key": "risk.max_open_orders",
        "revision": 1,
        "seen": 0,
        "current_value": 500,
        "value": 600,
    }
    assert (await client.get(ORDERS)).data["value"] == 500
    assert (await put(client, 600, revision=1)).data["value"] == 600


async def test_another_keys_revision_is_no_reason_to_refuse(client):
    await client.put(f"{CONFIG}log.level/", json={"value": "DEBUG", "revision": 0})
    assert (await put(client, 500, revision=0)).status == 200


async def test_the_same_idempotency_key_makes_one_revision(client):
    headers = {"Idempotency-Key": "config-1"}
    answers = [await client.put(ORDERS, json={"value": 700}, headers=headers) for _ in range(2)]
    assert answers[0].body == answers[1].body
    assert await ConfigRevision.objects.acount() == 1


async def test_a_revision_is_never_changed_and_never_deleted(client):
    await put(client, 500)
    row = await ConfigRevision.objects.aget()
    with pytest.raises(AssertionError, match="never deleted"):
        row.delete()
    with pytest.raises(AssertionError, match="never changed"):
        row.save(update_fields=["new_value"])


async def test_followers_of_the_system_hear_of_a_change(client, configure):
    def is_update(frame: Any) -> bool:
        return frame["type"] == "update"

    async with client.websocket("/ws") as socket:
        await socket.send_json({"op": "subscribe", "id": 1, "channels": ["system"]})
        frame = await socket.receive_until(lambda frame: frame["type"] == "snapshot")
        assert frame["data"]["event"] == "state"
        await configure("risk.max_open_orders", 500)
        assert (await socket.receive_until(is_update))["data"] == {
            "event": "config",
            "key": "risk.max_open_orders",
            "old_value": 10_000,
            "value": 500,
            "source": "revision",
            "revision": 1,
        }
        await client.delete(ORDERS)
        data = (await socket.receive_until(is_update))["data"]
        assert (data["value"], data["source"], data["revision"]) == (10_000, "default", 2)


async def test_system_info_shows_what_holds(client, configure):
    await configure("rate_limit.requests_per_second", 5_000)
    assert (await client.get("/api/v1/system/info/")).data["config"]["RATE_LIMIT_RPS"] == 5_000


async def test_a_database_that_does_not_take_the_change_is_a_503(client, monkeypatch):
    from django.db import OperationalError

    def locked(*_: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("operations.config.revisions.newest_of", locked)
    answer = await put(client, 500)
    assert (answer.status, answer.code) == (503, "UNAVAILABLE")
    assert (await client.get(ORDERS)).data["value"] == 10_000


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("DELETE", "", None), ("PUT", "", {"value": 500}), ("POST", "rollback/", {"revision": 1})],
)
async def test_a_write_that_changes_nothing_is_on_record_with_the_same_before_and_after(
    client, monkeypatch, method, path, body
):
    noted: list[Any] = []

    async def keep(entry: Any) -> None:
        noted.append(entry)

    await put(client, 500)
    if method == "DELETE":
        await client.delete(ORDERS)
    monkeypatch.setattr("operations.audit.services.record_durably", keep)
    revision = (await client.get(ORDERS)).data["revision"]
    answer = await client.request(method, f"{ORDERS}{path}", json=body)
    assert (answer.status, answer.data["revision"]) == (200, revision)
    value = 10_000 if method == "DELETE" else 500
    (entry,) = noted
    assert (entry.action.split(".")[0], entry.result, entry.before, entry.after) == ("config", "done", value, value)
