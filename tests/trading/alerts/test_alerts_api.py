"""Rules and events over REST and on the stream, in the real application over a real exchange."""

import pytest
from django.db import DatabaseError

from tests.asgi_client import AsgiClient
from tests.trading.alerts.conftest import ALERTS, EVENTS, REFUSED
from tests.trading.alerts.receivers import http_listener
from tests.trading.rest.test_trading_streams import subscribe
from tests.waiting import eventually
from trading.alerts import services, table, watching
from trading.alerts.deliveries import Sent
from trading.alerts.models import AlertRuleRow
from trading.alerts.occurrences import Occurrence
from trading.alerts.ways_out import SENDERS
from trading.alerts.webhook_pool import POOL

RSI = {"kind": "expression", "expression": "rsi(close, 14) < 30", "symbol": "BTC-USDT", "interval": "1m"}
EQUITY = {"kind": "account", "fact": "equity", "comparison": "<", "value": "90000"}


async def status_of(owner, rule):
    return (await owner.client.get(f"{ALERTS}{rule}/")).data["status"]


# Rules


async def test_a_rule_is_made_read_listed_changed_replaced_and_deleted(owner):
    made = await owner.make(RSI, severity="critical", cool_down_seconds=60, rearm_level="35")
    assert made["status"] == "armed"
    assert made["condition"] == {**dict.fromkeys(("fact", "comparison", "value", "occurrence")), **RSI}
    assert (made["channels"], made["webhook_secret"], made["warm_up_bars"] > 14) == (["websocket"], None, True)
    assert made["waiting_for"] == "a market of BTC-USDT with bars of 1m"
    path = f"{ALERTS}{made['id']}/"
    shown = {name: value for name, value in made.items() if name != "webhook_secret"}
    assert (await owner.client.get(path)).data == shown
    assert (await owner.client.get(ALERTS)).data == {"items": [shown], "next_cursor": None}
    changed = (await owner.client.patch(path, json={"name": "Renamed", "enabled": False})).data
    assert (changed["name"], changed["enabled"], changed["status"]) == ("Renamed", False, "off")
    assert (changed["severity"], changed["rearm_level"]) == ("critical", "35")
    replaced = (await owner.client.put(path, json={"name": "Anew", "condition": EQUITY})).data
    assert (replaced["severity"], replaced["rearm_level"], replaced["enabled"]) == ("warning", None, True)
    assert (replaced["id"], replaced["created_at"]) == (made["id"], made["created_at"])
    assert (await owner.client.delete(path)).status == 204
    assert (await owner.client.get(path)).status == 404
    assert (await owner.client.delete(path)).status == 404


async def test_rules_come_in_pages_newest_first(owner):
    ids = [(await owner.make(REFUSED, name=f"r{number}"))["id"] for number in range(3)]
    first = (await owner.client.get(ALERTS, query={"limit": 2})).data
    rest = (await owner.client.get(ALERTS, query={"limit": 2, "cursor": first["next_cursor"]})).data
    assert [each["id"] for each in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "two\nlines"}, "name"),
        ({"severity": "loud"}, "severity"),
        ({"cool_down_seconds": -1}, "cool_down_seconds"),
        ({"condition": {"kind": "expression", "expression": "close > 1"}}, "condition.symbol"),
        ({"condition": {**RSI, "fact": "equity"}}, "condition.fact"),
        ({"condition": {**RSI, "expression": "close"}}, "condition.expression"),
        ({"condition": {**RSI, "expression": "rank(close) > 0.5"}}, "condition.expression"),
        ({"condition": {**RSI, "interval": "7m"}}, "condition.interval"),
        ({"condition": {**EQUITY, "value": "0.123456789"}}, "condition.value"),
        ({"condition": {**EQUITY, "fact": "luck"}}, "condition.fact"),
        ({"condition": {**RSI, "expression": "close > open and volume > 1"}, "rearm_level": "1"}, "rearm_level"),
        ({"condition": RSI, "rearm_level": "25"}, "rearm_level"),
        ({"condition": EQUITY, "rearm_level": "80000"}, "rearm_level"),
        ({"rearm_level": "1"}, "rearm_level"),
        ({"channels": ["pigeon"]}, "channels.0"),
        ({"channels": ["email"], "email_to": ["a@example.org"]}, "channels"),
        ({"email_to": ["a@example.org"]}, "email_to"),
        ({"channels": ["webhook"]}, "webhook_url"),
        ({"webhook_url": "https://example.org/"}, "webhook_url"),
        ({"channels": ["webhook"], "webhook_url": "http://127.0.0.1:8080/api/v1/orders/"}, "webhook_url"),
        ({"channels": ["webhook"], "webhook_url": "https://me:secret@example.org/"}, "webhook_url"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
async def test_what_makes_no_sense_is_refused_by_its_field(owner, changes, field):
    answer = await owner.client.post(ALERTS, json={"name": "r", "condition": REFUSED, **changes})
    assert (answer.status, answer.code) == (400, "VALIDATION_FAILED")
    assert field in answer.details
    assert (await owner.client.get(ALERTS)).data["items"] == []


async def test_what_is_no_expression_and_what_is_no_symbol(owner):
    wrong = await owner.client.post(ALERTS, json={"name": "r", "condition": {**RSI, "expression": "close > > 1"}})
    assert (wrong.status, wrong.code) == (422, "INVALID_EXPRESSION")
    assert "column" in wrong.details
    unknown = await owner.client.post(ALERTS, json={"name": "r", "condition": {**RSI, "symbol": "NO-SUCH"}})
    assert (unknown.status, unknown.code) == (404, "UNKNOWN_SYMBOL")


async def test_an_email_needs_addresses_that_are_some(owner, settings):
    settings.EMAIL_HOST = "mail.example.org"
    body = {"name": "r", "condition": REFUSED, "channels": ["email"]}
    for addresses in ([], ["nobody"], ["a@example.org\nBcc: b@example.org"]):
        answer = await owner.client.post(ALERTS, json={**body, "email_to": addresses})
        assert (answer.status, list(answer.details)) == (400, ["email_to"])
    assert (await owner.make(REFUSED, channels=["email"], email_to=["a@example.org"]))["email_to"] == ["a@example.org"]


async def test_an_account_has_so_many_rules_and_all_accounts_together_so_many(owner, monkeypatch):
    monkeypatch.setattr(services, "MAX_RULES", 1)
    await owner.make(REFUSED)
    answer = await owner.client.post(ALERTS, json={"name": "r", "condition": REFUSED})
    assert (answer.status, answer.code) == (422, "TOO_MANY_ALERTS")
    monkeypatch.setattr(services, "MAX_RULES", 10)
    monkeypatch.setattr(services, "MAX_RULES_IN_ALL", 1)
    answer = await owner.client.post(ALERTS, json={"name": "r", "condition": REFUSED})
    assert (answer.status, answer.code) == (422, "TOO_MANY_ALERTS")


async def test_a_rule_of_an_account_there_is_not(owner):
    answer = await owner.client.post(ALERTS, json={"name": "r", "condition": REFUSED}, headers={"X-Account": "nobody"})
    assert (answer.status, answer.code) == (404, "UNKNOWN_ACCOUNT")


async def test_the_secret_is_new_with_a_new_address_and_shown_once(owner):
    hook = {"channels": ["webhook"], "webhook_url": "https://example.org/a"}
    made = await owner.make(REFUSED, **hook)
    path, secret = f"{ALERTS}{made['id']}/", made["webhook_secret"]
    assert len(secret) > 40
    same = (await owner.client.patch(path, json={"name": "Same address"})).data
    other = (await owner.client.patch(path, json={"webhook_url": "https://example.org/b"})).data
    assert same["webhook_secret"] is None
    assert len(other["webhook_secret"]) > 40 and other["webhook_secret"] != secret
    without = (await owner.client.patch(path, json={"channels": []})).data
    assert (without["webhook_url"], without["channels"]) == (None, ["websocket"])


async def test_while_alerts_do_not_run_they_say_so(client, desk):
    answer = await client.get(ALERTS)
    assert (answer.status, answer.code) == (503, "UNAVAILABLE")


async def test_a_rule_that_cannot_be_written_is_not_there(owner, monkeypatch):
    def fail(*_):
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(table, "write_rule", fail)
    answer = await owner.client.post(ALERTS, json={"name": "r", "condition": REFUSED})
    assert answer.status == 503
    assert (await owner.client.get(ALERTS)).data["items"] == []


# Occurrences and events


async def test_a_refused_order_is_told_once_each_time(owner, refuse):
    rule = await owner.make(REFUSED, severity="info", channels=["log"])
    first = (await refuse()).json()["error"]["details"]["order_id"]
    await refuse()
    events = await owner.wait_for(2)
    assert [each["value"] for each in events] == ["INSUFFICIENT_BALANCE"] * 2
    assert first in events[0]["text"]
    assert {each["rule_id"] for each in events} == {rule["id"]}
    (delivery,) = events[0]["deliveries"]
    assert (delivery["channel"], delivery["status"], delivery["attempts"]) == ("log", "delivered", 1)
    shown = (await owner.client.get(f"{ALERTS}{rule['id']}/")).data
    assert (shown["fired_count"], shown["fired_value"]) == (2, "INSUFFICIENT_BALANCE")


async def test_only_the_account_and_the_symbol_of_a_rule_count(owner, refuse):
    await owner.client.post("/api/v1/accounts/", json={"id": "b", "name": "b"})
    await owner.make({**REFUSED, "symbol": "ETH-USDT"})
    await owner.make(REFUSED, account="b")
    await refuse()
    marker = await owner.make(REFUSED)
    await refuse()
    events = await owner.wait_for(1)
    assert [each["rule_id"] for each in events] == [marker["id"]]
    assert await owner.events(account="b") == []


async def test_once_is_once_until_it_is_switched_on_again(owner, refuse):
    rule = await owner.make(REFUSED, repeat="once")
    await refuse()
    await refuse()
    await owner.wait_for(1)
    assert await status_of(owner, rule["id"]) == "fired"
    await owner.client.patch(f"{ALERTS}{rule['id']}/", json={"enabled": True})
    assert await status_of(owner, rule["id"]) == "armed"
    await refuse()
    assert len(await owner.wait_for(2)) == 2


async def test_a_halt_of_all_is_told_to_everybody(owner):
    await owner.client.post("/api/v1/accounts/", json={"id": "b", "name": "b"})
    condition = {"kind": "occurrence", "occurrence": "risk_state_changed"}
    await owner.make(condition)
    await owner.make(condition, account="b")
    await owner.client.post("/api/v1/risk/halt/", json={"scope": "all", "reason": "Fire."})
    (mine,) = await owner.wait_for(1)
    (theirs,) = await owner.events(account="b")
    assert mine["text"] == theirs["text"] == "Trading of every account is HALTED: Fire."
    assert mine["value"] == "HALTED"


async def test_a_silent_source_and_what_other_apps_tell(owner):
    await owner.make({"kind": "occurrence", "occurrence": "feed_stale", "symbol": "BTC-USDT"})
    await owner.make({"kind": "occurrence", "occurrence": "strategy_stopped"})
    services.on_market_stale("ETH-USDT", 1)
    services.on_market_stale("BTC-USDT", 1)
    services.tell(
        Occurrence(kind="strategy_stopped", account="default", text="The strategy Breakout stopped.", time_ns=5)
    )
    told = await owner.wait_for(2)
    assert [each["text"] for each in told] == [
        "The source of BTC-USDT has fallen silent.",
        "The strategy Breakout stopped.",
    ]


async def test_events_are_found_by_rule_severity_time_and_whether_they_were_acknowledged(owner, refuse):
    one = await owner.make(REFUSED, severity="critical")
    other = await owner.make(REFUSED, severity="info")
    await refuse()
    await owner.wait_for(2)
    (critical,) = await owner.events(severity="critical")
    (of_other,) = await owner.events(rule=other["id"])
    assert (critical["rule_id"], of_other["severity"]) == (one["id"], "info")
    await owner.client.post(f"{EVENTS}{critical['id']}/acknowledge/")
    assert [each["id"] for each in await owner.events(acknowledged="true")] == [critical["id"]]
    assert [each["id"] for each in await owner.events(acknowledged="false")] == [of_other["id"]]
    assert await owner.events(to=critical["time"]) == [] or of_other["time"] < critical["time"]
    assert len(await owner.events(**{"from": min(critical["time"], of_other["time"])})) == 2
    assert (await owner.client.get(EVENTS, query={"from": "2030-01-01", "to": "2020-01-01"})).status == 400


async def test_events_come_in_pages(owner, refuse):
    await owner.make(REFUSED)
    for _ in range(3):
        await refuse()
    ids = [each["id"] for each in await owner.wait_for(3)]
    first = (await owner.client.get(EVENTS, query={"limit": 2})).data
    rest = (await owner.client.get(EVENTS, query={"limit": 2, "cursor": first["next_cursor"]})).data
    assert [each["id"] for each in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next_cursor"] is None


async def test_the_first_who_acknowledges_is_noted(owner, refuse, app):
    await owner.make(REFUSED)
    await refuse()
    (event,) = await owner.wait_for(1)
    path = f"{EVENTS}{event['id']}/"
    first = (await owner.client.post(f"{path}acknowledge/")).data
    assert (first["acknowledged_by"], first["acknowledged_at"] > event["time"]) == (owner.client.address, True)
    assert (await AsgiClient(app).post(f"{path}acknowledge/")).data == first
    assert (await owner.client.get(path)).data == first


async def test_what_belongs_to_another_account_is_not_there(owner, refuse):
    await owner.client.post("/api/v1/accounts/", json={"id": "b", "name": "b"})
    rule = await owner.make(REFUSED)
    await refuse()
    (event,) = await owner.wait_for(1)
    others = {"X-Account": "b"}
    for method, path in (
        ("GET", f"{ALERTS}{rule['id']}/"),
        ("DELETE", f"{ALERTS}{rule['id']}/"),
        ("POST", f"{ALERTS}{rule['id']}/test/"),
        ("GET", f"{EVENTS}{event['id']}/"),
        ("POST", f"{EVENTS}{event['id']}/acknowledge/"),
    ):
        answer = await owner.client.request(method, path, headers=others)
        assert (answer.status, answer.code) == (404, "NOT_FOUND"), path


async def test_of_an_account_the_newest_events_are_kept(owner, refuse, monkeypatch):
    monkeypatch.setattr(table, "MAX_EVENTS", 2)
    monkeypatch.setattr(table, "EVENTS_BEYOND", 1)
    await owner.make(REFUSED)
    for _ in range(5):
        await refuse()
    newest = (await refuse()).json()["error"]["details"]["order_id"]
    kept = await eventually(owner.events, lambda found: found and newest in found[-1]["text"])
    assert 2 <= len(kept) <= 3


async def test_what_cannot_be_written_is_told_all_the_same_and_written_later(owner, refuse, monkeypatch):
    written, write = [], table.write_batch

    def fail_twice(batch, counts):
        written.append(batch)
        if len(written) <= 2:
            raise DatabaseError("the disk is full")
        write(batch, counts)

    monkeypatch.setattr(table, "write_batch", fail_twice)
    await owner.make(REFUSED)
    async with owner.client.websocket() as socket:
        await subscribe(socket, ["alerts"])
        await refuse()
        told = (await socket.receive_until(lambda frame: frame["type"] == "update"))["data"]
    (event,) = await owner.wait_for(1)
    assert (event["id"], len(written) >= 3) == (told["id"], True)
    assert (await services.check_health()).status == "ok"


# The stream


async def test_the_stream_begins_with_what_nobody_has_acknowledged_and_tells_all_that_comes(owner, refuse):
    await owner.make(REFUSED, channels=["log"])
    await refuse()
    (first,) = await owner.wait_for(1)
    async with owner.client.websocket() as socket:
        assert (await subscribe(socket, ["alerts"]))["alerts"]["data"] == [first]
        await refuse()
        updates = [(await socket.receive_until(lambda frame: frame["type"] == "update"))["data"] for _ in range(2)]
        assert [each["deliveries"][0]["status"] for each in updates] == ["queued", "delivered"]
        assert updates[0]["id"] == updates[1]["id"] != first["id"]
        await owner.client.post(f"{EVENTS}{first['id']}/acknowledge/")
        told = (await socket.receive_until(lambda frame: frame["type"] == "update"))["data"]
        assert (told["id"], told["acknowledged_by"]) == (first["id"], owner.client.address)
    async with owner.client.websocket() as socket:
        assert [each["id"] for each in (await subscribe(socket, ["alerts"]))["alerts"]["data"]] == [updates[0]["id"]]


async def test_each_account_hears_its_own(owner, refuse):
    await owner.client.post("/api/v1/accounts/", json={"id": "b", "name": "b"})
    await owner.make(REFUSED)
    await refuse()
    await owner.wait_for(1)
    async with owner.client.websocket("/ws?account=b") as socket:
        assert (await subscribe(socket, ["alerts"]))["alerts"]["data"] == []


# Tests of rules, faults, and restarts


async def test_a_test_goes_by_every_channel_and_changes_nothing_of_the_rule(owner):
    with http_listener() as listener:
        POOL.allow_private_networks(True)
        rule = await owner.make(REFUSED, channels=["log", "webhook"], webhook_url=listener.url)
        answer = await owner.client.post(f"{ALERTS}{rule['id']}/test/")
        assert (answer.status, answer.data["kind"]) == (202, "test")
        (event,) = await owner.wait_for(1)
        assert {each["channel"]: each["status"] for each in event["deliveries"]} == {
            "log": "delivered",
            "webhook": "delivered",
        }
        (request,) = listener.received
        assert (request.event["id"], request.event["kind"]) == (event["id"], "test")
    shown = (await owner.client.get(f"{ALERTS}{rule['id']}/")).data
    assert (shown["status"], shown["fired_count"]) == ("armed", 0)


async def test_a_rule_that_fails_is_switched_off_and_says_why(owner, alerts):
    rule = await owner.make(RSI, channels=["log"])
    alerts.bars._on_fault(rule["id"], "It could not be evaluated.")
    (event,) = await owner.wait_for(1)
    assert (event["kind"], event["text"]) == ("failed", "The rule was switched off. It could not be evaluated.")
    shown = (await owner.client.get(f"{ALERTS}{rule['id']}/")).data
    assert (shown["enabled"], shown["status"], shown["fault"]) == (False, "failed", "It could not be evaluated.")
    again = (await owner.client.patch(f"{ALERTS}{rule['id']}/", json={"enabled": True})).data
    assert (again["status"], again["fault"]) == ("armed", None)


async def test_rules_and_their_progress_events_and_deliveries_survive_a_restart(owner, refuse, monkeypatch):
    sent = []

    async def keep(event, target):
        sent.append((event.id, target.webhook_url, target.webhook_secret))
        return Sent(True, 1)

    hook = {"channels": ["webhook"], "webhook_url": "https://example.org/hook"}
    once = await owner.make(REFUSED, repeat="once", **hook)
    fresh = await owner.make(RSI)
    for worker in services.ALERTS.deliverer._workers:
        worker.cancel()
    await refuse()
    (event,) = await eventually(owner.events, lambda found: len(found) == 1)
    assert event["deliveries"][0]["status"] == "queued"
    await services.stop()
    monkeypatch.setitem(SENDERS, "webhook", keep)
    await services.start()
    assert (await status_of(owner, once["id"]), await status_of(owner, fresh["id"])) == ("fired", "armed")
    (event,) = await owner.wait_for(1)
    assert sent == [(event["id"], "https://example.org/hook", once["webhook_secret"])]
    await refuse()
    async with owner.client.websocket() as socket:
        assert [each["id"] for each in (await subscribe(socket, ["alerts"]))["alerts"]["data"]] == [event["id"]]
    assert len(await owner.events()) == 1


async def test_restarting_the_part_keeps_its_rules(owner):
    rule = await owner.make(REFUSED)
    restarted = await owner.client.post("/api/v1/system/services/alerts/restart/")
    assert (restarted.status, restarted.data["state"]) == (200, "running")
    assert await status_of(owner, rule["id"]) == "armed"


async def test_a_rule_whose_evaluation_breaks_is_the_only_one_that_ends(owner, alerts, refuse, monkeypatch):
    broken, sound = await owner.make(REFUSED, name="broken"), await owner.make(REFUSED, name="sound")
    decide = watching.decide

    def break_one(rule, progress, seen):
        if rule.id == broken["id"]:
            raise ZeroDivisionError
        return decide(rule, progress, seen)

    monkeypatch.setattr(watching, "decide", break_one)
    await refuse()
    told = await owner.wait_for(2)
    assert [(each["rule_name"], each["kind"]) for each in told] == [("broken", "failed"), ("sound", "fired")]
    assert (await status_of(owner, broken["id"]), await status_of(owner, sound["id"])) == ("failed", "fired")
    assert alerts.is_running


async def test_a_rule_that_cannot_be_read_is_left_out_at_the_start(owner):
    good, bad = await owner.make(REFUSED, name="good"), await owner.make(REFUSED, name="bad")
    await services.stop()  # or its own writing would meet ours
    await AlertRuleRow.objects.filter(id=bad["id"]).aupdate(rule={"nonsense": 1})
    await services.start()
    assert [each["id"] for each in (await owner.client.get(ALERTS)).data["items"]] == [good["id"]]
