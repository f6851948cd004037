"""The admin through the whole application: its cookies, its CSRF tokens, and that nobody else gets any."""

import re
from urllib.parse import urlencode

import pytest
from django.contrib.auth import get_user_model

pytestmark = pytest.mark.django_db(transaction=True)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def owner(transactional_db):
    return get_user_model().objects.create_superuser("owner", password="correct horse battery")


def cookies_of(answer):
    return {
        name: value
        for key, raw in answer.raw_headers
        if key.lower() == b"set-cookie"
        for name, value in [raw.decode().split(";")[0].split("=", 1)]
    }


async def log_in(client, **changes):
    page = await client.get("/admin/login/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.body.decode())[1]
    fields = {"csrfmiddlewaretoken": token, "username": "owner", "password": "correct horse battery"} | changes
    headers = FORM | {"Cookie": f"csrftoken={cookies_of(page)['csrftoken']}", "Origin": "http://127.0.0.1:8080"}
    return await client.post("/admin/login/?next=/admin/", body=urlencode(fields).encode(), headers=headers)


async def test_a_login_gives_a_session_that_opens_the_admin(client, owner):
    answer = await log_in(client)
    assert (answer.status, answer.headers["location"]) == (302, "/admin/")
    session = cookies_of(answer)["sessionid"]
    index = await client.get("/admin/", headers={"Cookie": f"sessionid={session}"})
    assert index.status == 200
    assert b"owner" in index.body


async def test_a_wrong_password_opens_nothing(client, owner):
    answer = await log_in(client, password="wrong")
    assert answer.status == 200
    assert "sessionid" not in cookies_of(answer)


async def test_a_form_without_its_token_is_refused(client, owner):
    answer = await log_in(client, csrfmiddlewaretoken="x" * 64)
    assert answer.status == 403


async def test_a_session_cookie_is_for_programs_of_the_browser_only(client, owner):
    answer = await log_in(client)
    cookie = next(raw for key, raw in answer.raw_headers if raw.startswith(b"sessionid"))
    assert b"HttpOnly" in cookie and b"SameSite=Strict" in cookie


async def test_the_api_sets_and_reads_no_cookie(client):
    answer = await client.get("/api/v1/whoami/", headers={"Cookie": "sessionid=stolen"})
    assert answer.status == 200
    assert cookies_of(answer) == {}


@pytest.mark.parametrize("path", ["/api/docs", "/api/docs/"])
async def test_swagger_ui_needs_no_network_and_no_inline_script(client, path):
    page = (await client.get(path)).body.decode()
    assert re.findall(r'(?:src|href)="(https?:)?//', page) == []
    assert re.findall(r"<script>", page) == []
    for file in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert (await client.get(file)).status == 200


@pytest.mark.parametrize(("form", "first"), [("", b"{"), ("?format=json", b"{"), ("?format=yaml", b"openapi:")])
async def test_the_schema_comes_as_json_or_yaml(client, form, first):
    answer = await client.get(f"/api/schema/{form}")
    assert answer.status == 200
    assert answer.body.startswith(first)


async def test_another_form_of_the_schema_is_refused(client):
    answer = await client.get("/api/schema/?format=xml")
    assert (answer.status, answer.code) == (400, "VALIDATION_FAILED")
