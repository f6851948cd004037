"""Swagger UI in a real browser that has no network: it shows every operation, and tries one out."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.browser import open_browser
from tests.server import Server, run_server

PLACE_ORDER = "#operations-orders-orders_create"
FOUND = """((found) => {
    document.querySelectorAll('.opblock').forEach((each) => found.add(each.id));
    window.scrollBy(0, 400);
    return found;
})(window.found ??= new Set())"""
"""The operations seen so far, half a screen further at each look: of many, the page makes those that can be seen."""


def scrolled_to(operation: str) -> str:
    """Whether an operation is there; looks further down when it is not."""
    return f"""((there) => {{
        if (there) there.scrollIntoView(); else window.scrollBy(0, 400);
        return there !== null;
    }})(document.querySelector('{operation} .opblock-summary-control'))"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The gateway, with its usual limits: the page of one person must not meet them."""
    with run_server(tmp_path_factory.mktemp("swagger")) as running:
        yield running


def test_swagger_ui_shows_every_operation_and_asks_nobody_else(server: Server, tmp_path: Path) -> None:
    schema = httpx.get(f"{server.url}/api/schema/").json()
    operations = sum(len(methods) for methods in schema["paths"].values())
    with open_browser(tmp_path) as page:
        page.goto(f"{server.url}/api/docs/")
        page.wait_until(f"{FOUND}.size === {operations}")
        assert page.evaluate("document.querySelector('.info .title').innerText").startswith(schema["info"]["title"])
        assert page.complaints == []
        assert page.requests_elsewhere(server.url) == []
        assert f"{server.url}/api/schema/" in page.requests


def test_the_example_order_is_placed_from_the_page(server: Server, tmp_path: Path) -> None:
    with open_browser(tmp_path) as page:
        page.goto(f"{server.url}/api/docs/")
        page.wait_until(scrolled_to(PLACE_ORDER))
        page.click(f"{PLACE_ORDER} .opblock-summary-control")
        page.click(f"{PLACE_ORDER} .try-out__btn")
        page.click(f"{PLACE_ORDER} .execute")
        page.wait_until(f"document.querySelector('{PLACE_ORDER} .live-responses-table .response') !== null")
        answer = page.evaluate(f"document.querySelector('{PLACE_ORDER} .live-responses-table .response').innerText")
        assert answer.lstrip().startswith("201")
        assert page.complaints == []
        assert page.requests_elsewhere(server.url) == []
    orders = httpx.get(f"{server.url}/api/v1/orders/").json()["data"]["items"]
    assert [(order["symbol"], order["price"]) for order in orders] == [("BTC-USDT", "30000.00")]


def test_the_browser_would_have_told(server: Server, tmp_path: Path) -> None:
    with open_browser(tmp_path) as page:
        page.goto(f"{server.url}/api/docs/")
        page.wait_until("document.readyState === 'complete'")
        page.evaluate("document.body.append(Object.assign(new Image(), {src: 'https://elsewhere.example/x.png'}))")
        page.wait_for_complaint("img-src 'self' data:")
        page.evaluate("document.head.append(Object.assign(document.createElement('script'), {text: 'void 0'}))")
        page.wait_for_complaint("default-src 'self'")
        page.evaluate("console.error('said by the page')")
        page.wait_for_complaint("said by the page")
        assert len(page.complaints) >= 3


@pytest.fixture(scope="module")
def closed_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A gateway that asks for keys."""
    environment = {"DISABLE_AUTH": "0", "PERSONAL_API_KEY_ENABLED": "1"}
    with run_server(tmp_path_factory.mktemp("swagger with keys"), environment) as running:
        yield running


AUTHORIZE = ".swagger-ui .scheme-container .auth-wrapper .authorize"
TYPE_KEY = """(key => {
    const field = document.querySelector('.dialog-ux .auth-container input');
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, key);
    field.dispatchEvent(new Event('input', {bubbles: true}));
    return true;
})(%s)"""
"""As a person types: the page must be told of it."""

READ_TIME = "#operations-system-system_time"
ANSWERED = f"document.querySelector('{READ_TIME} .live-responses-table .response .response-col_status')"


def test_a_key_is_typed_in_behind_the_authorize_button_and_sent_from_then_on(
    closed_server: Server, tmp_path: Path
) -> None:
    with open_browser(tmp_path) as page:
        page.goto(f"{closed_server.url}/api/docs/")
        page.wait_until(scrolled_to(READ_TIME))
        page.click(f"{READ_TIME} .opblock-summary-control")
        page.click(f"{READ_TIME} .try-out__btn")
        page.click(f"{READ_TIME} .execute")
        page.wait_until(f"{ANSWERED} !== null && {ANSWERED}.innerText.startsWith('401')")
        page.click(AUTHORIZE)
        page.wait_until("document.querySelector('.dialog-ux .auth-container input') !== null")
        assert "bearer" in page.evaluate("document.querySelector('.dialog-ux .auth-container').innerText")
        assert page.evaluate(TYPE_KEY % f"'{closed_server.key}'")
        page.click(".dialog-ux .auth-btn-wrapper .authorize")
        page.click(".dialog-ux .auth-btn-wrapper .btn-done")
        page.click(f"{READ_TIME} .execute")
        page.wait_until(f"{ANSWERED} !== null && {ANSWERED}.innerText.startsWith('200')")
        assert all("401" in each for each in page.complaints), page.complaints
        assert page.requests_elsewhere(closed_server.url) == []
