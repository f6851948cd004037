"""The admin login slows down who guesses; `ensure_admin` makes the one account there is."""

import asyncio
import io
import re
import stat
import threading
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.core.cache import caches
from django.core.management import call_command

from operations.tables import CounterTable
from tests.asgi_client import Answer, AsgiClient

pytestmark = pytest.mark.django_db(transaction=True)

LOGIN = "/admin/login/"


@pytest.fixture(autouse=True)
def fresh_counts(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """No attempts so far, in a minute that does not end during the test; hashes that cost nothing."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for cache in caches.all(initialized_only=True):
        cache.clear()
    monkeypatch.setattr("django_ratelimit.core.time.time", lambda: 1_700_000_000.0)


class Person:
    """Somebody at the login page, with a browser's cookies."""

    def __init__(self, client: AsgiClient) -> None:
        self.client = client

    async def log_in(self, name: str, password: str) -> Answer:
        page = await self.client.get(LOGIN)
        assert page.status == 200, page.body
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.body)
        assert token is not None
        cookies = SimpleCookie(page.headers["set-cookie"])
        body = f"csrfmiddlewaretoken={token[1].decode()}&username={name}&password={password}&next=/admin/"
        return await self.client.post(
            LOGIN,
            body=body.encode(),
            headers={
                "Content-Type": "application/x-www-form-urlencoded",
                "Cookie": f"csrftoken={cookies['csrftoken'].value}",
            },
        )


async def make_admin(name: str) -> None:
    await sync_to_async(get_user_model().objects.create_superuser)(name, password="the right password")


async def test_five_wrong_passwords_lock_the_name_for_that_address_alone(client: AsgiClient) -> None:
    await make_admin("admin")
    await make_admin("other")
    guesser = Person(client)
    for _ in range(5):
        assert (await guesser.log_in("admin", "wrong")).status == 200, "the page again, with the error"
    locked = await guesser.log_in("admin", "the right password")
    assert (locked.status, locked.headers["retry-after"]) == (429, "60")
    assert (await guesser.log_in("other", "the right password")).status == 302
    owner = Person(AsgiClient(client.app))
    assert (await owner.log_in("admin", "the right password")).status == 302


async def test_right_passwords_count_for_nothing_and_wrong_ones_between_them_do(client: AsgiClient) -> None:
    await make_admin("admin")
    person = Person(client)
    for _ in range(4):
        assert (await person.log_in("admin", "the right password")).status == 302
        assert (await person.log_in("admin", "wrong")).status == 200
    for _ in range(25):
        assert (await person.log_in("admin", "the right password")).status == 302, "more than an address may get wrong"
    assert (await person.log_in("admin", "wrong")).status == 200, "the fifth"
    assert (await person.log_in("admin", "wrong")).status == 429


async def test_many_guesses_at_the_same_moment_are_no_more_than_five(client: AsgiClient) -> None:
    await make_admin("admin")
    answers = await asyncio.gather(*(Person(client).log_in("admin", f"guess {number}") for number in range(12)))
    assert sorted(answer.status for answer in answers) == [200] * 5 + [429] * 7


@pytest.mark.parametrize("spelling", ["%20admin", "admin%20%20", "%EF%BD%81dmin"])
async def test_another_way_to_write_a_name_is_no_other_name(client: AsgiClient, spelling: str) -> None:
    await make_admin("admin")
    guesser = Person(client)
    assert (await guesser.log_in(spelling, "the right password")).status == 302, "it is the same name"
    for _ in range(5):
        assert (await guesser.log_in("admin", "wrong")).status == 200
    assert (await guesser.log_in(spelling, "wrong")).status == 429


async def test_a_list_of_names_from_one_address_is_stopped_too(client: AsgiClient) -> None:
    guesser = Person(client)
    statuses = [(await guesser.log_in(f"name{number}", "wrong")).status for number in range(31)]
    assert statuses == [200] * 30 + [429]


async def test_refused_attempts_are_counted_on_the_event_loop_and_others_are_not(
    client: AsgiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusals = CounterTable("sandbar_rate_limited", "", ("limit",))
    threads: list[int] = []

    class Watched:
        def add(self, labels: tuple[str, ...]) -> None:
            threads.append(threading.get_ident())
            refusals.add(labels)

    monkeypatch.setattr("operations.admin_site.RATE_LIMITED", Watched())
    guesser = Person(client)
    statuses = [(await guesser.log_in("admin", "wrong")).status for _ in range(7)]
    assert statuses == [200] * 5 + [429] * 2
    assert refusals.value("login") == 2
    assert set(threads) == {threading.get_ident()}


def test_ensure_admin_shows_the_password_once_and_keeps_it_for_the_owner(tmp_path: Path, settings: Any) -> None:
    settings.STATE_DIR = tmp_path
    output = io.StringIO()
    call_command("ensure_admin", stdout=output)
    path = tmp_path / "admin-password"
    password = path.read_text().strip()
    assert len(password) >= 20
    assert password in output.getvalue()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    admin = get_user_model().objects.get(username="admin")
    assert admin.is_superuser
    assert admin.check_password(password)

    again = io.StringIO()
    call_command("ensure_admin", stdout=again)
    assert again.getvalue() == ""
    assert path.read_text().strip() == password


def test_ensure_admin_replaces_a_password_file_that_others_could_read(tmp_path: Path, settings: Any) -> None:
    settings.STATE_DIR = tmp_path
    path = tmp_path / "admin-password"
    path.write_text("left from an earlier database")
    path.chmod(0o644)
    call_command("ensure_admin", stdout=io.StringIO())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert get_user_model().objects.get(username="admin").check_password(path.read_text().strip())
