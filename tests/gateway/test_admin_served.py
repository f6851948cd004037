"""The admin behind both servers, and its home page in a real browser: one logs in, sees an order come, and cancels it."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.browser import open_browser
from tests.server import Server, run_server

ORDERS = "/admin/trading/order/"
OPEN_ORDERS = "document.querySelector('[data-tile=orders] [data-figure]').innerText"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@pytest.fixture(scope="module", params=["uvicorn", "daphne"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The gateway with its first user."""
    folder = tmp_path_factory.mktemp("admin")
    with run_server(folder, {"GATEWAY_SERVER": request.param, "RATE_LIMIT_RPS": "1000"}) as running:
        made = running.run_command("ensure_admin")
        assert made.returncode == 0, made.stderr
        yield running


def password_of(server: Server) -> str:
    return (server.state_dir / "admin-password").read_text().strip()


def place_order(server: Server) -> str:
    order = {"symbol": "BTC-USDT", "side": "buy", "type": "limit", "quantity": "0.01", "price": "20000.00"}
    answer = httpx.post(f"{server.url}/api/v1/orders/", json=order)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["id"])


def form_of(page: httpx.Response, **fields: str) -> dict[str, str]:
    """The fields of a form, with the token of the page it stands on."""
    token = TOKEN.search(page.text)
    assert token is not None, page.text
    return {"csrfmiddlewaretoken": token[1], **fields}


@pytest.fixture
def browser(server: Server) -> Iterator[httpx.Client]:
    """A client that keeps cookies, logged in."""
    with httpx.Client(base_url=server.url, headers={"Origin": server.url}, timeout=30) as client:
        form = form_of(client.get("/admin/login/"), username="admin", password=password_of(server), next="/admin/")
        answer = client.post("/admin/login/", data=form)
        assert (answer.status_code, answer.headers["location"]) == (302, "/admin/")
        yield client


def test_an_order_is_seen_and_canceled_and_the_journal_says_by_whom(server: Server, browser: httpx.Client) -> None:
    order_id = place_order(server)
    page = browser.get(ORDERS)
    assert page.status_code == 200 and order_id in page.text
    form = form_of(page, action="cancel_orders", index="0", _selected_action=order_id)
    done = browser.post(ORDERS, data=form, follow_redirects=True)
    assert f"1 order canceled: {order_id}." in done.text
    order = httpx.get(f"{server.url}/api/v1/orders/{order_id}/").json()["data"]
    assert order["status"] == "canceled"
    assert "user:admin@127.0.0.1" in browser.get("/admin/trading/journalentry/?kind=cancel_order").text


def test_a_part_is_restarted_and_goes_on(server: Server, browser: httpx.Client) -> None:
    question = browser.get("/admin/services/feed/restart/")
    done = browser.post("/admin/services/feed/restart/", data=form_of(question), follow_redirects=True)
    assert "Feed was restarted and is " in done.text
    assert httpx.get(f"{server.url}/readyz").status_code == 200


@pytest.mark.parametrize("server", ["uvicorn"], indirect=True)
def test_home_follows_what_happens_and_asks_nobody_else(server: Server, tmp_path: Path) -> None:
    with open_browser(tmp_path) as page:
        page.goto(f"{server.url}/admin/login/?next=/admin/")
        page.wait_until("document.querySelector('#id_password') !== null && document.readyState === 'complete'")
        page.evaluate(
            f"document.querySelector('#id_username').value = 'admin';"
            f"document.querySelector('#id_password').value = '{password_of(server)}';"
            "document.querySelector('#login-form').submit()"
        )
        page.wait_until("document.querySelector('[data-tile=orders]') !== null && document.readyState === 'complete'")
        before = int(page.evaluate(OPEN_ORDERS))
        place_order(server)
        page.wait_until(f"{OPEN_ORDERS} === '{before + 1}'")
        assert page.evaluate("document.querySelector('[data-server]').innerText") == "● Server started"
        assert page.complaints == []
        assert page.requests_elsewhere(server.url) == []
