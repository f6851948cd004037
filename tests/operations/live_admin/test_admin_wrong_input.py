"""What no database takes, in the addresses and forms of the admin: refused by name; Django itself would ask Postgres."""

import pytest

from tests.admin_person import Page, Person

JOBS = "/admin/jobs/job/"
USERS = "/admin/auth/user/"


def assert_refused(page: Page, name: str) -> None:
    assert (page.answer.status, page.answer.code, list(page.answer.details)) == (400, "VALIDATION_FAILED", [name])
    assert "NUL" in page.answer.json()["message"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (f"{JOBS}?kind=%00", "kind"),
        (f"{JOBS}?q=a%00b", "q"),
        (f"{JOBS}?status__exact=queued&account__in=a,%00", "account__in"),
        (f"{USERS}?username__startswith=%00", "username__startswith"),
        (f"{USERS}?%00=1", ""),
    ],
)
async def test_a_nul_in_an_address_is_refused(owner: Person, path: str, name: str) -> None:
    assert_refused(await owner.open(path), name)


async def test_a_nul_in_a_form_or_a_choice_of_rows_is_refused(owner: Person) -> None:
    assert_refused(await owner.act(USERS, "delete_selected", ["1", "\0"]), "_selected_action")
    assert_refused(await owner.send(f"{USERS}add/", [("username", "a\0b"), ("password1", "long enough 1")]), "username")
    assert [row["username"] for row in (await owner.open(USERS)).rows] == ["olga"]


@pytest.mark.parametrize("value", ["%ED%A0%80", "%FF", str(10**30), "1e308", "x" * 3_000, "9999-12-31", "NaN", "😀"])
@pytest.mark.parametrize(
    "path", [f"{JOBS}?kind=", f"{JOBS}?created_ns__gte=", f"{USERS}?id=", f"{USERS}?last_login__gte="]
)
async def test_other_nonsense_finds_nothing_or_is_refused(owner: Person, path: str, value: str) -> None:
    assert (await owner.open(path + value)).status in (200, 302, 400)
