"""Writes that are sent again: one order, whatever the client's network makes of it."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.attacker import API, GOOD, ORDER, Answer, Attacker

AT_ONCE = 50


def keyed(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}


def order(**changes: str) -> bytes:
    return json.dumps(ORDER | changes).encode()


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    """A key of this test's own."""
    return f"key-{abs(hash(request.node.nodeid))}"


def ids_of(attacker: Attacker) -> set[str]:
    return {each["id"] for each in attacker.orders()}


def test_the_same_key_and_body_twice_is_one_order_and_the_same_bytes(attacker: Attacker, key: str) -> None:
    before = ids_of(attacker)
    first = attacker.post("orders/", GOOD, keyed(key))
    again = attacker.post("orders/", GOOD, keyed(key))
    assert (first.status, again.status) == (201, 201)
    assert again.body == first.body
    assert (first.headers.get("idempotent-replayed"), again.headers["idempotent-replayed"]) == (None, "true")
    assert ids_of(attacker) - before == {first.data["id"]}


def test_fifty_at_once_are_one_order(attacker: Attacker, key: str) -> None:
    before = ids_of(attacker)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers: list[Answer] = list(pool.map(lambda _: attacker.post("orders/", GOOD, keyed(key)), range(AT_ONCE)))
    placed = [answer for answer in answers if answer.status == 201]
    early = [answer for answer in answers if answer.status != 201]
    assert len(ids_of(attacker) - before) == 1
    assert placed
    assert {answer.body for answer in placed} == {placed[0].body}
    assert all((answer.status, answer.code) == (409, "IDEMPOTENCY_IN_PROGRESS") for answer in early)
    assert attacker.post("orders/", GOOD, keyed(key)).body == placed[0].body


def test_a_refusal_of_the_exchange_is_repeated_too(attacker: Attacker, key: str) -> None:
    unaffordable = order(quantity="5000")
    first = attacker.post("orders/", unaffordable, keyed(key))
    before = ids_of(attacker)
    again = attacker.post("orders/", unaffordable, keyed(key))
    assert (first.status, first.code) == (422, "INSUFFICIENT_BALANCE")
    assert again.body == first.body
    assert ids_of(attacker) == before


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "orders/", order(quantity="0.02")),
        ("POST", "orders/", order(price="1000.0")),
        ("POST", "orders/?x=1", GOOD),
        ("POST", "orders/preview/", GOOD),
        ("POST", "accounts/", GOOD),
        ("DELETE", "orders/", None),
        ("PUT", "feed/", GOOD),
    ],
    ids=[
        "other quantity",
        "other text of the price",
        "other query",
        "other path",
        "other resource",
        "other method",
        "PUT",
    ],
)
def test_the_same_key_for_another_write_executes_nothing(
    attacker: Attacker, key: str, method: str, path: str, body: bytes | None
) -> None:
    assert attacker.post("orders/", GOOD, keyed(key)).status == 201
    before = attacker.state()
    headers = keyed(key) | ({"Content-Type": "application/json"} if body else {})
    answer = attacker.ask(method, f"{API}/{path}", body, headers)
    assert (answer.status, answer.code) == (422, "IDEMPOTENCY_MISMATCH")
    assert attacker.state() == before


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("key", ["k" * 256, "", "   ", "two words", "tab\tbed", '""', "caf\xe9"])
def test_a_key_that_is_none_is_refused(attacker: Attacker, key: str) -> None:
    head = attacker.head("POST", "orders/", "Content-Type: application/json", f"Content-Length: {len(GOOD)}")
    answer = attacker.send(
        head.removesuffix(b"\r\n") + b"Idempotency-Key: " + key.encode("latin1") + b"\r\n\r\n" + GOOD
    )
    assert answer is not None
    assert (answer.status, answer.code) == (400, "INVALID_IDEMPOTENCY_KEY")


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("control", [b"\x00", b"\x01", b"\x07", b"\x1b", b"\x7f", b"\r"])
def test_a_key_with_a_control_character_is_refused(attacker: Attacker, control: bytes) -> None:
    head = attacker.head("POST", "orders/", "Content-Type: application/json", f"Content-Length: {len(GOOD)}")
    key = b"Idempotency-Key: a" + control + b"b\r\n\r\n"
    answer = attacker.send(head.removesuffix(b"\r\n") + key + GOOD)
    assert answer is None or answer.status == 400  # httptools refuses some of them itself
    if answer is not None and answer.headers.get("content-type") == "application/json":
        assert answer.code == "INVALID_IDEMPOTENCY_KEY"


@pytest.mark.usefixtures("unchanged")
def test_two_keys_are_refused(attacker: Attacker) -> None:
    head = attacker.head(
        "POST", "orders/", "Content-Type: application/json", f"Content-Length: {len(GOOD)}",
        "Idempotency-Key: one", "Idempotency-Key: two",
    )  # fmt: skip
    answer = attacker.send(head + GOOD)
    assert answer is not None
    assert (answer.status, answer.code) == (400, "INVALID_IDEMPOTENCY_KEY")


@pytest.mark.parametrize(
    ("body", "media_type", "code"),
    [(GOOD + b" " * 1024 * 1024, "application/json", "BODY_TOO_LARGE"), (GOOD, "text/plain", "UNSUPPORTED_MEDIA_TYPE")],
    ids=["413", "415"],
)
def test_a_try_that_nobody_looked_at_leaves_the_key_free(
    attacker: Attacker, key: str, body: bytes, media_type: str, code: str
) -> None:
    before = ids_of(attacker)
    refused = attacker.ask("POST", f"{API}/orders/", body, keyed(key) | {"Content-Type": media_type})
    assert refused.code == code
    placed = attacker.post("orders/", GOOD, keyed(key))
    assert placed.status == 201
    assert ids_of(attacker) - before == {placed.data["id"]}
