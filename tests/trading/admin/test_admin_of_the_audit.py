"""The audit in the admin: entries of the journal and of its own table as one list, found by whatever they are about."""

import json
import sqlite3

import pytest

from operations.audit import services as audit
from operations.audit import table
from operations.audit.entries import AuditEntry, Subject
from operations.live_admin import pages
from tests.admin_person import log_in
from tests.asgi_client import AsgiClient
from trading import services

AUDIT = "/admin/operations/auditentry/"
NOON_NS = 1_700_049_600_000_000_000
"""2023-11-15T12:00:00Z."""


def key_change(number, **changes):
    """An entry of the own table, told apart by its number."""
    told = {
        "action": "keys.create",
        "wall_ns": NOON_NS + number * 1_000_000_000,
        "actor": "user:root@192.0.2.1",
        "subject": Subject("key", f"key-{number}"),
        "trace_id": f"trace-{number}",
        "status": 201,
        "after": {"name": f"bot {number}"},
    }
    return AuditEntry(**{**told, **changes})


def write(*entries):
    """Have them on disk, in this order."""
    for entry in entries:
        audit.write_now(entry)


@pytest.fixture
def refused():
    """A write of long ago that was refused."""
    return key_change(
        7,
        action="config.update",
        actor="key:01a2@10.0.0.7",
        subject=Subject("config", "risk.max_open_orders"),
        result="refused",
        status=400,
        code="VALIDATION_FAILED",
        input={"value": -1},
        before=50,
        after={"value": "<b>60</b>"},
    )


async def test_both_chains_are_one_list_with_the_newest_first(owner, desk, recording, place):
    write(key_change(1))
    order = (await place(price="30000", headers={"X-Trace-ID": "seen"})).data
    rows = (await owner.open(AUDIT)).rows
    assert (rows[0]["id"].partition("-")[0], rows[0]["action_link"], rows[0]["trace_link"]) == (
        "journal", "place_order", "seen",
    )  # fmt: skip
    assert (rows[0]["objects_shown"], rows[0]["account"]) == (f"order {order['id']}", "default")
    assert (rows[-1]["id"], rows[-1]["recorded"], rows[-1]["result_shown"]) == (
        "audit-1",
        "2023-11-15T12:00:01.000Z",
        "● done",
    )
    times = [row["recorded"] for row in rows]
    assert times == sorted(times, reverse=True)
    assert [row["id"] for row in (await owner.open(f"{AUDIT}?o=1")).rows] == [row["id"] for row in rows[::-1]]


async def test_a_search_finds_what_anything_is_about(owner, desk, recording, place, refused):
    write(*map(key_change, range(5)), refused)
    answer = await place(price="30000", client_order_id="mine-1", headers={"X-Trace-ID": "seen"})
    found = {
        "trace-3": ["audit-4"],
        "key-3": ["audit-4"],
        "config.update": ["audit-6"],
        "key:01a2": ["audit-6"],
        "10.0.0.7": ["audit-6"],
        "user:root": ["audit-5", "audit-4", "audit-3", "audit-2", "audit-1"],
        "nothing": [],
    }
    for text, ids in found.items():
        assert [row["id"] for row in (await owner.open(f"{AUDIT}?q={text}")).rows] == ids, text
    for text in ("seen", answer.data["id"], "mine-1"):
        assert [row["action_link"] for row in (await owner.open(f"{AUDIT}?q={text}")).rows] == ["place_order"], text
    assert [row["id"] for row in (await owner.open(f"{AUDIT}?q=user:root&trace_id=trace-2")).rows] == ["audit-3"]


async def test_filters_narrow_by_who_what_result_chain_and_time(owner, desk, recording, refused):
    write(*map(key_change, range(5)), refused)
    journal = [row["id"] for row in (await owner.open(f"{AUDIT}?source=journal")).rows]
    assert journal and all(each.startswith("journal-") for each in journal)
    day = "time__gte=2023-11-15T12:00:02&time__lt=2023-11-15T12:00:04"
    for query, ids in {
        "source=audit&action=config.update": ["audit-6"],
        "actor=key:01a2@10.0.0.7": ["audit-6"],
        "result__exact=refused": ["audit-6"],
        "code=VALIDATION_FAILED": ["audit-6"],
        "trace_id=trace-4": ["audit-5"],
        day: ["audit-4", "audit-3"],
        f"{day}&o=1": ["audit-3", "audit-4"],
        "time__lte=2023-11-15T12:00:00": ["audit-1"],
        "time__gt=2023-11-15T12:00:06&source=audit": ["audit-6"],
        "objects_touched__contains=key-2": ["audit-3"],
        "account=nobody": [],
    }.items():
        assert [row["id"] for row in (await owner.open(f"{AUDIT}?{query}")).rows] == ids, query
    assert (await owner.open(f"{AUDIT}?time__gte=yesterday")).status == 302
    assert "Refused (1)" in (await owner.open(f"{AUDIT}?_facets=True")).text


async def test_one_entry_shows_every_field_and_that_its_hash_fits(owner, desk, recording, refused):
    write(key_change(1), refused)
    page = await owner.open(f"{AUDIT}audit-2/change/")
    shown = page.fields
    assert (shown["Entry"], shown["Number"], shown["Source"]) == ("audit-2", "2", "audit")
    assert (shown["Action"], shown["Who"], shown["Trace id"]) == ("config.update", "key:01a2@10.0.0.7", "trace-7")
    assert (shown["Result"], shown["HTTP status"], shown["Error code"]) == ("▲ refused", "400", "VALIDATION_FAILED")
    assert (json.loads(shown["Input"]), shown["Before"]) == ({"value": -1}, "50")
    assert "<b>60" not in page.source and "&lt;b&gt;60" in page.source
    assert '<pre class="document">{\n  &quot;value&quot;' in page.source
    assert shown["Chain"].startswith("✔ The hash follows from entry 1")
    assert len(shown["Hash"]) == 64


async def test_an_entry_of_the_journal_shows_its_events(owner, desk, recording, place):
    order = (await place(price="30000")).data
    (row,) = (await owner.open(f"{AUDIT}?q={order['id']}")).rows
    fields = (await owner.open(f"{AUDIT}{row['id']}/change/")).fields
    assert json.loads(fields["Detail"])["events"][0]["event"] == "order_accepted"
    assert fields["Chain"].startswith("✔")


async def test_an_entry_that_was_changed_on_disk_is_told_from_one_that_was_not(owner, desk, recording):
    write(*map(key_change, range(3)))
    connection = sqlite3.connect(audit.audit_path())
    connection.execute("DROP TRIGGER entries_keep_on_update")
    connection.execute("UPDATE entries SET body = replace(body, 'bot 1', 'bot 9') WHERE seq = 2")
    connection.commit()
    connection.close()
    shown = [(await owner.open(f"{AUDIT}audit-{seq}/change/")).fields["Chain"][0] for seq in (1, 2, 3)]
    assert shown == ["✔", "✖", "✔"]


@pytest.mark.parametrize(
    "key", ["audit-0", "audit-99", "audit", "nothing-1", "audit-x", "audit-99999999999999999999", "-1"]
)
async def test_an_entry_that_there_is_not_leads_home(owner, desk, recording, key):
    write(key_change(1))
    page = await owner.open(f"{AUDIT}{key}/change/")
    assert (page.status, page.answer.headers["location"]) == (302, "/admin/")


async def test_pages_go_on_where_the_one_before_ended_and_say_where_they_end(owner, desk, recording, monkeypatch):
    write(*map(key_change, range(60)))
    first = (await owner.open(f"{AUDIT}?source=audit")).rows
    second = (await owner.open(f"{AUDIT}?source=audit&p=2")).rows
    assert [row["id"] for row in first + second] == [f"audit-{seq}" for seq in range(60, 0, -1)]
    assert len(first) == pages.ROWS_A_PAGE
    monkeypatch.setattr(table, "MAX_LISTED", 55)
    for query in ("", "source=audit", "q=user:root"):
        page = await owner.open(f"{AUDIT}?{query}")
        assert page.messages == ["The newest 55 entries are looked at; narrow the time to see older ones."], query
        assert "55 audit entries" in page.text, query
    older = await owner.open(f"{AUDIT}?source=audit&time__lt=2023-11-15T12:00:03")
    assert ([row["id"] for row in older.rows], older.messages) == (["audit-3", "audit-2", "audit-1"], [])


async def test_looking_at_the_audit_takes_its_permission_and_nobody_changes_it(app, owner, desk, recording):
    write(key_change(1))
    viewer = await log_in(AsgiClient(app), "vera", permissions=("operations.view_auditentry",))
    assert [row["id"] for row in (await viewer.open(f"{AUDIT}?source=audit")).rows] == ["audit-1"]
    stranger = await log_in(AsgiClient(app), "sam", permissions=("trading.view_order",))
    assert [(await stranger.open(path)).status for path in (AUDIT, f"{AUDIT}audit-1/change/")] == [403, 403]
    for path in (f"{AUDIT}add/", f"{AUDIT}audit-1/delete/"):
        assert (await owner.open(path)).status == 403, path
    assert (await owner.send(f"{AUDIT}audit-1/change/", [("actor", "nobody")])).status == 403
    assert (await owner.open(AUDIT)).buttons == []


async def test_a_chain_that_cannot_be_read_is_named_and_the_other_one_shown(owner, client, desk, recording, place):
    order = (await place(price="30000")).data
    write(key_change(1))
    audit.audit_path().write_bytes(b"no database at all" * 1_000)
    page = await owner.open(AUDIT)
    assert page.rows and all(row["id"].startswith("journal-") for row in page.rows)
    (told,) = page.messages
    assert told.startswith("Nothing of the audit can be read")
    answer = await client.get("/api/v1/audit/", query={"object": order["id"]})
    assert [each["action"] for each in answer.data["items"]] == ["place_order"]
    assert answer.json()["message"].startswith("Nothing of the audit can be read")
    export = await client.get("/api/v1/audit/export/")
    assert (export.status, export.code) == (503, "UNAVAILABLE"), "no file is begun that could be taken for a whole one"
    home = await owner.open("/admin/")
    assert "Audit – ✖" in home.text


async def test_an_audit_of_which_nothing_can_be_read_is_said_on_the_home_page(
    owner, client, desk, recording, monkeypatch
):
    monkeypatch.setattr("operations.audit.sources._sources", [audit.OWN])
    audit.audit_path().write_bytes(b"no database at all" * 1_000)
    page = await owner.open(AUDIT)
    assert (page.status, page.answer.headers["location"]) == (302, "/admin/")
    home = await owner.open("/admin/")
    assert len(home.messages) == 1 and "audit cannot be read" in home.messages[0]
    assert (await client.get("/api/v1/audit/")).status == 503


async def test_home_shows_how_much_was_recorded_and_what_the_last_proof_came_to(
    owner, client, desk, recording, monkeypatch
):
    monkeypatch.setattr(audit._running, "last_proof", None)
    write(*map(key_change, range(3)))

    async def tile():
        tiles = json.loads((await owner.open("/admin/overview/")).source)["tiles"]
        (state,) = [each["state"] for each in tiles if each["name"] == "audit"]
        return state, {each["label"]: each["value"] for each in state["details"]}

    state, details = await tile()
    journal = services.get_desk().entries
    assert (state["figure"], state["light"], state["word"]) == (str(3 + journal), "good", "written")
    assert details == {"In its own table": "3", "In the journal": str(journal), "Last proof": "none since the start"}
    assert (await client.get("/api/v1/audit/verify/")).data["valid"]
    assert (await tile())[1]["Last proof"].startswith("20")
    connection = sqlite3.connect(audit.audit_path())
    connection.execute("DROP TRIGGER entries_keep_on_update")
    connection.execute("UPDATE entries SET body = replace(body, 'bot 1', 'bot 9') WHERE seq = 2")
    connection.commit()
    connection.close()
    assert not (await client.get("/api/v1/audit/verify/")).data["valid"]
    state, _ = await tile()
    assert (state["light"], state["word"]) == ("bad", "audit does not fit at entry 2")
