"""Keys in the admin: what is shown of them, what never is, and their end."""

from collections.abc import Iterator

import pytest
from asgiref.sync import sync_to_async

from kit.clock import NS_PER_SECOND, SYSTEM_CLOCK
from kit.errors import DomainError
from operations.keys import services
from operations.keys.models import ApiKey
from operations.keys.ring import KeyRing
from operations.keys.services import KeyView, NewKey
from tests.admin_person import Person, log_in
from tests.asgi_client import AsgiApp, AsgiClient
from tests.operations.live_admin.conftest import AuditReadings

KEYS = "/admin/operations/apikey/"
BOT = NewKey("bot", ("trade",), ("desk",), ("10.0.0.0/8",), requests_per_s=2.5)


@pytest.fixture(autouse=True)
def ring(transactional_db: None) -> Iterator[KeyRing]:
    """The process's ring, empty again for the tests that follow."""
    yield services.RING
    services.RING.replace([])


async def make(wanted: NewKey = BOT) -> KeyView:
    return await sync_to_async(services.create_key)(wanted, created_by="user:someone")


async def make_expired() -> KeyView:
    made = await make(NewKey("old", ("read",)))
    await ApiKey.objects.filter(id=made.id).aupdate(expires_ns=SYSTEM_CLOCK.now_ns() - NS_PER_SECOND)
    return made


async def test_a_key_is_listed_with_what_it_may_do(owner: Person) -> None:
    made = await make()
    (row,) = (await owner.open(KEYS)).rows
    assert (row["name"], row["id"], row["status"], row["created_by"]) == ("bot", made.id, "● active", "user:someone")
    assert (row["scopes_shown"], row["accounts_shown"], row["addresses_shown"]) == ("trade", "desk", "10.0.0.0/8")
    assert (row["rate"], row["expires"], row["last_used"]) == ("2.5", "never", "never")
    page = await owner.open(f"{KEYS}{made.id}/change/")
    assert page.buttons == ["revoke_keys"]
    fields = page.fields
    assert (fields["Name"], fields["Revoked"], fields["In the audit"]) == (
        "bot",
        "never",
        "made and revoked · what it did",
    )


async def test_keys_are_found_filtered_and_sorted(owner: Person) -> None:
    bot, old = await make(), await make_expired()
    assert [row["id"] for row in (await owner.open(KEYS)).rows] == [old.id, bot.id]
    assert [row["id"] for row in (await owner.open(f"{KEYS}?o=1")).rows] == [bot.id, old.id]
    assert [row["id"] for row in (await owner.open(f"{KEYS}?q=bo")).rows] == [bot.id]
    assert [row["id"] for row in (await owner.open(f"{KEYS}?q={old.id}")).rows] == [old.id]
    by_status = {each: (await owner.open(f"{KEYS}?status={each}")).rows for each in ("active", "expired", "revoked")}
    assert {each: [row["id"] for row in rows] for each, rows in by_status.items()} == {
        "active": [bot.id], "expired": [old.id], "revoked": [],
    }  # fmt: skip
    assert by_status["expired"][0]["status"] == "▲ expired"


async def test_nothing_of_a_secret_is_shown_or_can_be_asked_for(owner: Person) -> None:
    made = await make()
    row = await ApiKey.objects.aget(id=made.id)
    assert made.token is not None
    for path in (KEYS, f"{KEYS}{made.id}/change/"):
        source = (await owner.open(path)).source
        assert row.secret_hash not in source and made.token[37:] not in source, path
    assert (await owner.open(f"{KEYS}?q={row.secret_hash}")).rows == []
    for lookup in ("secret_hash", "secret_hash__startswith", "secret_hash__gt"):
        assert (await owner.open(f"{KEYS}?{lookup}={row.secret_hash[0]}")).status == 400, lookup
    for sorting in ("secret_hash", "-secret_hash"):
        assert len((await owner.open(f"{KEYS}?o={sorting}")).rows) == 1


async def test_a_key_is_revoked_after_a_question_and_the_audit_says_by_whom_once(
    owner: Person, recording: AuditReadings
) -> None:
    made = await make()
    before = len(recording())
    question = await owner.act(KEYS, "revoke_keys", [made.id])
    assert "Revoke these keys?" in question.text and "bot" in question.text
    assert services.RING.check(str(made.token), "10.0.0.1").id == made.id
    assert len(recording()) == before

    page = await owner.act(KEYS, "revoke_keys", [made.id], confirmed="yes")
    assert page.messages == [f"1 API key revoked: bot ({made.id})."]
    assert page.rows[0]["status"] == "○ revoked"
    assert (await owner.open(f"{KEYS}{made.id}/change/")).buttons == []
    with pytest.raises(DomainError, match="This key was revoked"):
        services.RING.check(str(made.token), "10.0.0.1")
    (record,) = recording()[: len(recording()) - before]
    assert (record.action, record.actor, record.result) == ("keys.destroy", f"user:olga@{owner.client.address}", "done")
    assert [(each.kind, each.id) for each in record.objects] == [("key", made.id)]
    assert record.after["status"] == "revoked"


async def test_several_are_revoked_at_once_and_what_was_revoked_before_is_named(
    owner: Person, recording: AuditReadings
) -> None:
    first, second, third = await make(), await make(), await make()
    await owner.act(KEYS, "revoke_keys", [first.id], confirmed="yes")
    before = len(recording())
    page = await owner.act(KEYS, "revoke_keys", [first.id, second.id, third.id], confirmed="yes")
    assert page.messages[0] == "2 API keys revoked."
    assert page.messages[1].startswith(f"API key {first.id}: It was revoked before, at 20")
    added = recording()[: len(recording()) - before]
    assert {record.objects[0].id for record in added} == {second.id, third.id}
    assert len(added) == 2


async def test_looking_at_keys_is_no_permission_to_revoke_them(app: AsgiApp, recording: AuditReadings) -> None:
    made = await make()
    before = len(recording())
    viewer = await log_in(AsgiClient(app), "vera", permissions=("operations.view_apikey",))
    page = await viewer.act(KEYS, "revoke_keys", [made.id], confirmed="yes")
    assert (page.buttons, page.rows[0]["status"]) == ([], "● active")
    assert (await viewer.open(f"{KEYS}{made.id}/change/")).buttons == []
    assert len(recording()) == before
    stranger = await log_in(AsgiClient(app), "sam")
    assert (await stranger.open(KEYS)).status == 403
    assert (await stranger.act(KEYS, "revoke_keys", [made.id], confirmed="yes")).status == 403
    assert services.RING.check(str(made.token), "10.0.0.1").id == made.id


async def test_who_may_change_keys_revokes_them_and_cannot_add_edit_or_delete(app: AsgiApp) -> None:
    made = await make()
    keeper = await log_in(
        AsgiClient(app),
        "kim",
        permissions=("operations.change_apikey", "operations.add_apikey", "operations.delete_apikey"),
    )
    for path in (f"{KEYS}add/", f"{KEYS}{made.id}/delete/"):
        assert (await keeper.open(path)).status == 403, path
    assert (await keeper.send(f"{KEYS}{made.id}/change/", [("name", "mine")])).status == 403
    assert (await keeper.act(KEYS, "revoke_keys", [made.id], confirmed="yes")).rows[0]["status"] == "○ revoked"
