"""`manage.py key`: what an operator types and reads."""

import io
import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from kit.clock import NS_PER_SECOND, SYSTEM_CLOCK, iso_from_ns
from operations.keys import services
from operations.keys.services import get_key, list_keys

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_ring")]

DAY_NS = 86_400 * NS_PER_SECOND


def run(*words: str) -> tuple[str, str]:
    """The command's output and what it says beside it."""
    output, said = io.StringIO(), io.StringIO()
    call_command("key", *words, stdout=output, stderr=said)
    return output.getvalue(), said.getvalue()


def only_key() -> Any:
    (key,) = list_keys(limit=10)
    return key


def test_add_prints_the_token_alone_and_once():
    output, said = run("add", "Bot", "--scope", "read", "--scope", "trade", "--account", "one", "--account", "two")
    assert re.fullmatch(r"sbk_[0-9a-f]{32}_[\w-]{43}\n", output)
    key = only_key()
    assert key.id in said and "once" in said
    assert (key.name, key.scopes, key.accounts, key.created_by) == (
        "Bot", ["read", "trade"], ["one", "two"], "system:manage.py key",
    )  # fmt: skip
    assert services.RING.check(output.strip(), "192.0.2.1").access.home_account == "one"


@pytest.mark.parametrize(("span", "days"), [("30d", 30), ("48h", 2), ("1w", 7), ("1440m", 1)])
def test_a_key_may_end_some_time_from_now(span, days):
    before_ns = SYSTEM_CLOCK.now_ns()
    run("add", "Short", "--scope", "read", "--expires", span)
    after_ns = SYSTEM_CLOCK.now_ns()
    assert before_ns + days * DAY_NS <= only_key().expires_at <= after_ns + days * DAY_NS


def test_or_at_a_time_from_listed_addresses_at_a_rate_of_its_own():
    run("add", "x", "--scope", "admin", "--expires", "2100-01-01", "--address", "10.0.0.0/8", "--rate", "7.5")
    key = only_key()
    assert (iso_from_ns(key.expires_at), key.addresses, key.requests_per_second) == (
        "2100-01-01T00:00:00.000Z", ["10.0.0.0/8"], 7.5,
    )  # fmt: skip


def test_list_shows_every_key_and_no_secret():
    tokens = [run("add", name, "--scope", "read")[0].strip() for name in ("one", "two")]
    output, _ = run("list")
    assert [line.split("  ")[-1] for line in output.splitlines()] == ["two", "one"]
    assert "active" in output and "accounts=all" in output and "expires=never" in output
    assert not any(token[37:] in output for token in tokens)


def test_revoke_ends_a_key():
    run("add", "Bot", "--scope", "read")
    output, _ = run("revoke", only_key().id)
    assert output.startswith("Revoked: ")
    assert get_key(only_key().id).status == "revoked"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "x"), "--scope"),
        (("add", "x", "--scope", "everything"), "everything"),
        (("add", "x", "--scope", "read", "--expires", "soon"), "30d"),
        (("add", "x", "--scope", "read", "--expires", "2001-01-01"), "expires_at"),
        (("add", "x", "--scope", "read", "--expires", "99999w"), "expires_at"),
        (("add", "x", "--scope", "read", "--address", "home"), "addresses"),
        (("add", "x", "--scope", "admin", "--account", "one"), "accounts"),
        (("add", "x", "--scope", "read", "--rate", "0"), "requests_per_second"),
        (("revoke", "nothing"), "There is no key"),
        ((), "word"),
    ],
)
def test_a_mistake_is_told_in_a_line(words, said):
    with pytest.raises(CommandError, match=said):
        run(*words)
    assert list_keys(limit=10) == []


def test_a_database_without_tables_is_told_in_a_sentence(monkeypatch):
    def without_tables(*_: Any, **__: Any) -> None:
        raise OperationalError("no such table: operations_apikey")

    monkeypatch.setattr(services, "list_keys", without_tables)
    with pytest.raises(CommandError, match=r"no such table: operations_apikey. Has `manage.py migrate` been run"):
        run("list")
