"""Foreign hosts, foreign pages, strange methods and oversized heads are turned away at the door."""

import pytest
from websockets.exceptions import InvalidStatus

from tests.faults.attacker import API, GOOD, JSON, Attacker

pytestmark = pytest.mark.usefixtures("unchanged")

FOREIGN_PAGES = ["http://localhost:3000", "https://evil.com", "null", "http://127.0.0.1:9999", "https://127.0.0.1"]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("host", ["evil.com:8080", "0.0.0.0", "0.0.0.0:{port}", "", "127.0.0.1", "{host}.evil.com"])
def test_a_host_that_is_not_ours_gets_no_data(attacker: Attacker, method: str, host: str) -> None:
    host = host.format(port=attacker.server.port, host=attacker.host)
    body = GOOD if method == "POST" else b""
    head = attacker.head(method, "orders/", f"Content-Length: {len(body)}", "Content-Type: application/json", host=host)
    answer = attacker.send(head + body)
    assert answer is not None
    assert (answer.status, answer.code) == (400, "INVALID_HOST")
    assert b"BTC-USDT" not in answer.body


def test_two_hosts_get_no_data(attacker: Attacker) -> None:
    for second in (attacker.host, "evil.com"):
        answer = attacker.send(attacker.head("GET", "orders/", f"Host: {second}"))
        assert answer is not None
        assert (answer.status, answer.code) == (400, "INVALID_HOST")


@pytest.mark.parametrize("origin", FOREIGN_PAGES)
def test_a_foreign_page_places_no_order(attacker: Attacker, origin: str) -> None:
    answer = attacker.post("orders/", GOOD, {"Origin": origin})
    assert (answer.status, answer.code) == (403, "ORIGIN_NOT_ALLOWED")
    assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("origin", FOREIGN_PAGES)
def test_a_preflight_of_a_foreign_page_is_allowed_nothing(attacker: Attacker, origin: str) -> None:
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    answer = attacker.ask("OPTIONS", f"{API}/orders/", headers=asked)
    assert (answer.status, answer.code) == (403, "ORIGIN_NOT_ALLOWED")
    assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("origin", FOREIGN_PAGES)
def test_a_foreign_page_gets_no_socket(attacker: Attacker, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refusal, attacker.socket(Origin=origin):
        pass
    assert refusal.value.response.status_code == 403


def test_programs_and_our_own_pages_get_a_socket(attacker: Attacker) -> None:
    for headers in ({}, {"Origin": f"http://{attacker.host}"}, {"Origin": "http://localhost:5173"}):
        with attacker.socket(**headers) as socket:
            socket.send('{"op": "ping", "id": 1}')
            while '"pong"' not in str(socket.recv(timeout=10)):
                pass


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "BREW"])
def test_a_method_that_is_not_served_is_refused(attacker: Attacker, method: str) -> None:
    answer = attacker.send(attacker.head(method, "orders/"))
    # A method that the server's own parser does not know gets the server's own answer.
    assert answer is None or answer.status in (400, 405)
    if method == "TRACE":
        assert answer is not None
        assert (answer.status, answer.code) == (405, "METHOD_NOT_ALLOWED")


@pytest.mark.parametrize(
    "lines",
    [["X-Filler: " + "a" * 16_500], ["X-Filler: " + "a" * 100_000], ["X-Many: 1"] * 600, ["X-Many: 1"] * 20_000],
    ids=["a header of 16 kB", "a header of 100 kB", "600 headers", "20,000 headers"],
)
def test_an_oversized_head_is_refused(attacker: Attacker, lines: list[str]) -> None:
    answer = attacker.send(attacker.head("GET", "orders/", *lines))
    assert answer is None or answer.status == 400  # Twisted and the watch over uvicorn's connections just hang up
    if answer is not None and answer.headers.get("content-type") == "application/json":
        assert answer.code == "VALIDATION_FAILED"


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/x-www-form-urlencoded", b"symbol=BTC-USDT&side=buy&type=market&quantity=1"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="symbol"\r\n\r\nA\r\n--x--\r\n',
        ),
        ("text/plain", GOOD),
        ("text/plain;charset=application/json", GOOD),
        ("application/jsonx", GOOD),
        ("", GOOD),
    ],
)
@pytest.mark.parametrize("path", ["orders/", "orders/preview/", "accounts/"])
def test_what_a_plain_form_can_send_is_no_order(attacker: Attacker, path: str, media_type: str, body: bytes) -> None:
    answer = attacker.ask("POST", f"{API}/{path}", body, {"Content-Type": media_type} if media_type else {})
    assert (answer.status, answer.code) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_json_with_a_charset_is_json(attacker: Attacker) -> None:
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert attacker.ask("POST", f"{API}/orders/preview/", GOOD, JSON | headers).status == 200
