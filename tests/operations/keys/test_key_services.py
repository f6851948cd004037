"""Keys in the table, and a ring that follows it."""

from typing import Any

import msgspec
import pytest
from django.db import connection

from kit.errors import DomainError
from operations.keys import services
from operations.keys.models import ApiKey
from operations.keys.services import NewKey, create_key, get_key, list_keys, revoke_key
from tests.operations.keys.conftest import NOW_NS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_ring")]

READER = NewKey("reader", ("read",))


def refused(call: Any, *arguments: Any, **options: Any) -> DomainError:
    with pytest.raises(DomainError) as refusal:
        call(*arguments, **options)
    return refusal.value


def test_the_token_is_in_the_answer_and_in_no_table(clock):
    made = create_key(READER, created_by="tests", clock=clock)
    assert services.RING.check(made.token, "192.0.2.1").id == made.id
    assert get_key(made.id).token is None
    secret = made.token[37:]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM operations_apikey")
        assert secret not in repr(cursor.fetchall())


def test_a_key_is_shown_as_it_was_wanted(clock):
    wanted = NewKey("bot", ("trade", "read"), ("b", "a", "b"), ("10.0.0.0/8", "::ffff:192.0.2.7"), 5.0, NOW_NS + 10)
    made = create_key(wanted, created_by="user:someone", clock=clock)
    shown = msgspec.to_builtins(msgspec.structs.replace(made, token=None))
    assert shown == {
        "id": made.id, "name": "bot", "status": "active", "scopes": ["read", "trade"], "accounts": ["b", "a"],
        "addresses": ["10.0.0.0/8", "192.0.2.7/32"], "requests_per_second": 5.0, "created_at": NOW_NS,
        "created_by": "user:someone", "expires_at": NOW_NS + 10, "revoked_at": None, "last_used_at": None, "token": None,
    }  # fmt: skip
    clock.advance_ns(10)
    assert get_key(made.id, clock).status == "expired"


def test_revoking_ends_it_and_keeps_it(clock):
    made = create_key(READER, created_by="tests", clock=clock)
    clock.advance_ns(5)
    first = revoke_key(made.id, revoked_by="tests", clock=clock)
    assert (first.status, first.revoked_at) == ("revoked", NOW_NS + 5)
    assert refused(services.RING.check, made.token, "192.0.2.1").message == "This key was revoked."
    clock.advance_ns(5)
    assert revoke_key(made.id, revoked_by="tests", clock=clock) == first
    assert [key.id for key in list_keys(limit=10)] == [made.id]


def test_there_is_no_other_key():
    for call in (get_key, lambda key_id: revoke_key(key_id, revoked_by="tests")):
        assert refused(call, "0190-no").code == "NOT_FOUND"


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("name", {"name": " "}),
        ("name", {"name": "x" * 65}),
        ("scopes", {"scopes": ()}),
        ("scopes", {"scopes": ("write",)}),
        ("accounts", {"accounts": ("a b",)}),
        ("accounts", {"accounts": tuple(f"a{number}" for number in range(101))}),
        ("accounts", {"scopes": ("admin",), "accounts": ("default",)}),
        ("addresses", {"addresses": ("10.0.0.1/8",)}),
        ("addresses", {"addresses": tuple(f"10.0.0.{number}" for number in range(33))}),
        ("requests_per_second", {"requests_per_s": 0.0}),
        ("requests_per_second", {"requests_per_s": float("nan")}),
        ("expires_at", {"expires_ns": NOW_NS}),
        ("expires_at", {"expires_ns": 2**63}),
    ],
)
def test_what_makes_no_key_is_refused_by_field(clock, field, changes):
    refusal = refused(create_key, msgspec.structs.replace(READER, **changes), created_by="tests", clock=clock)
    assert refusal.code == "VALIDATION_FAILED"
    assert list(refusal.details) == [field]
    assert not ApiKey.objects.exists()


def test_there_is_an_end_to_keys_and_revoked_ones_do_not_count(monkeypatch):
    monkeypatch.setattr(services, "MAX_KEYS", 2)
    first, _ = (create_key(READER, created_by="tests") for _ in range(2))
    assert refused(create_key, READER, created_by="tests").code == "TOO_MANY_KEYS"
    revoke_key(first.id, revoked_by="tests")
    assert create_key(READER, created_by="tests")


def test_the_ring_follows_a_change_of_another_process_and_only_then_reads_the_table(django_assert_num_queries):
    made = create_key(READER, created_by="tests")
    with django_assert_num_queries(1):
        services.refresh_ring()
    # As another process does it: this one's ring is not told.
    ApiKey.objects.filter(id=made.id).update(revoked_ns=1, revision=ApiKey.objects.get(id=made.id).revision + 1)
    services.refresh_ring()
    assert refused(services.RING.check, made.token, "192.0.2.1").message == "This key was revoked."
    ApiKey.objects.all().delete()
    services.refresh_ring()
    assert refused(services.RING.check, made.token, "192.0.2.1").message == "This key is not valid."


def test_listeners_hear_of_each_change(monkeypatch):
    heard: list[int] = []
    monkeypatch.setattr(services, "_listeners", [lambda: heard.append(len(services.RING))])
    made = create_key(READER, created_by="tests")
    revoke_key(made.id, revoked_by="tests")
    assert heard == [1, 1]


def test_a_row_that_was_edited_into_nonsense_opens_nothing_and_holds_up_nobody(caplog):
    bad, good = (create_key(READER, created_by="tests") for _ in range(2))
    ApiKey.objects.filter(id=bad.id).update(addresses=["somewhere"])
    services.reload_ring()
    assert services.RING.check(good.token, "192.0.2.1")
    assert refused(services.RING.check, bad.token, "192.0.2.1").message == "This key is not valid."
    assert bad.id in caplog.text
