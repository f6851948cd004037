"""Bodies that are too large, that lie about their length, that are no JSON, or whose numbers are no numbers."""

import json
from typing import Any

import psutil
import pytest

from tests.faults.attacker import GOOD, ORDER, Answer, Attacker

pytestmark = pytest.mark.usefixtures("unchanged")

MIB = 1024 * 1024
LONG = 10 * MIB
GROWTH_LIMIT_BYTES = 8 * MIB


def order(**changes: Any) -> bytes:
    return json.dumps(ORDER | changes).encode()


def order_with(name: str, raw: str) -> bytes:
    """An order one of whose fields is JSON that Python would not write."""
    return order(**{name: "RAW"}).replace(b'"RAW"', raw.encode("utf-8", "surrogatepass"))


def resident_bytes(attacker: Attacker) -> int:
    return int(psutil.Process(attacker.server.pid).memory_info().rss)


def assert_too_large(answer: Answer | None) -> None:
    """413 in the envelope: the gateway takes in what is still being sent, so the client gets to read it."""
    assert answer is not None
    assert (answer.status, answer.code) == (413, "BODY_TOO_LARGE")


def test_ten_megabytes_in_chunks_without_a_length_are_refused_in_flat_memory(attacker: Attacker) -> None:
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    head = attacker.head("POST", "orders/", "Content-Type: application/json", "Transfer-Encoding: chunked")
    attacker.send(head + chunk * 2 + b"0\r\n\r\n")
    before = resident_bytes(attacker)
    for _ in range(5):
        assert_too_large(attacker.send(head + chunk * (LONG // 65_536) + b"0\r\n\r\n"))
    assert resident_bytes(attacker) - before < GROWTH_LIMIT_BYTES


def test_ten_declared_megabytes_are_refused(attacker: Attacker) -> None:
    head = attacker.head("POST", "orders/", "Content-Type: application/json", f"Content-Length: {LONG}")
    assert_too_large(attacker.send(head + b"x" * LONG))


def test_a_little_over_a_mebibyte_is_refused_with_the_limit(attacker: Attacker) -> None:
    answer = attacker.post("orders/", GOOD + b" " * MIB)
    assert (answer.status, answer.code) == (413, "BODY_TOO_LARGE")
    assert answer.details == {"limit_bytes": MIB}


def test_a_body_longer_than_its_length_is_cut_there_and_refused(attacker: Attacker) -> None:
    head = attacker.head("POST", "orders/", "Content-Type: application/json", "Content-Length: 20")
    answer = attacker.send(head + GOOD)
    assert answer is not None
    assert answer.status == 400
    if answer.headers.get("content-type") == "application/json":
        # Uvicorn's parser reads the rest as the next request, and may be the first to answer.
        assert answer.code == "MALFORMED_JSON"


def test_a_body_shorter_than_its_length_does_nothing(attacker: Attacker) -> None:
    head = attacker.head("POST", "orders/", "Content-Type: application/json", f"Content-Length: {len(GOOD) + 1}")
    assert attacker.send(head + GOOD, is_all=True) is None


@pytest.mark.parametrize("length", ["-1", "1e3", "0x10", "12, 13", "99999999999999999999", "٣"])
def test_a_length_that_is_none_is_refused(attacker: Attacker, length: str) -> None:
    head = attacker.head("POST", "orders/", "Content-Type: application/json").removesuffix(b"\r\n")
    answer = attacker.send(head + f"Content-Length: {length}\r\n\r\n".encode() + GOOD, is_all=True)
    assert answer is None or answer.status in (400, 413)  # mostly the servers' own parsers


def test_a_body_with_a_length_and_in_chunks_smuggles_no_second_request(attacker: Attacker) -> None:
    head = attacker.head(
        "POST", "orders/", "Content-Type: application/json", "Content-Length: 4", "Transfer-Encoding: chunked"
    )
    hidden = attacker.head("DELETE", "orders/")
    answer = attacker.send(head + b"0\r\n\r\n" + hidden)
    assert answer is None or answer.status == 400


BROKEN: dict[str, bytes] = {
    "empty": b"",
    "blanks": b"  \n ",
    "no JSON": b"symbol=BTC-USDT",
    "truncated": GOOD[:-1],
    "trailing text": GOOD + GOOD,
    "a trailing comma": GOOD.replace(b"}", b",}"),
    "null": b"null",
    "a number": b"1",
    "a text": b'"BTC-USDT"',
    "an array": b"[]",
    "an order in an array": b"[" + GOOD + b"]",
    "a byte order mark": b"\xef\xbb\xbf" + GOOD,
    "UTF-16": GOOD.decode().encode("utf-16"),
    "UTF-16 without a mark": GOOD.decode().encode("utf-16-le"),
    "UTF-32": GOOD.decode().encode("utf-32"),
    "Latin-1": order(client_order_id="X").replace(b'"X"', b'"\xe9"'),
    "100,000 brackets": b"[" * 100_000,
    "100,000 closed brackets": b"[" * 50_000 + b"]" * 50_000,
    "100,000 objects": b'{"symbol":' * 100_000,
    "1e400": order_with("quantity", "1e400"),
    "-1e400": order_with("quantity", "-1e400"),
    "NaN": order_with("quantity", "NaN"),
    "Infinity": order_with("price", "-Infinity"),
    "5,000 digits": order_with("quantity", "9" * 5_000),
    "5,000 digits of price": order_with("price", "9" * 5_000),
    "5,000 digits after the point": order_with("price", "0." + "1" * 5_000),
    "an exponent of 5,000 digits": order_with("price", "1e" + "9" * 5_000),
    "a key twice": GOOD.replace(b"{", b'{"quantity": "5", ', 1),
    "NUL": order_with("client_order_id", r'"a\u0000b"'),
    "a raw NUL": order_with("client_order_id", '"a\x00b"'),
    "half a surrogate pair": order_with("client_order_id", r'"\ud800"'),
    "the other half": order_with("client_order_id", r'"\udc00x"'),
    "half a pair, raw": order_with("client_order_id", '"\ud800"'),
    "half a pair as a key": GOOD.replace(b"{", rb'{"\ud800": 1, ', 1),
    "100 kB of text": order(client_order_id="x" * 100_000),
    "100 kB of symbol": order(symbol="A" * 100_000),
    "an unknown field": order(leverage="10"),
    "10,000 unknown fields": order(**{f"field{number}": 1 for number in range(10_000)}),
    "__class__": order(__class__="Order"),
    "a nested order": order(symbol={"symbol": "BTC-USDT"}),
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_what_is_no_order_is_a_400(attacker: Attacker, body: bytes) -> None:
    answer = attacker.post("orders/", body)
    assert answer.status == 400, answer.body[:1_000]
    assert answer.code in ("MALFORMED_JSON", "VALIDATION_FAILED")
    assert len(answer.body) < 20_000, "a small answer, whatever was sent"


def test_unknown_fields_are_refused_by_name(attacker: Attacker) -> None:
    answer = attacker.post("orders/", order(leverage="10", margin=True))
    assert (answer.status, set(answer.details)) == (400, {"leverage", "margin"})


NO_NUMBERS = [
    "0", "0.0", "-1", "-0", "1_000", "1,000", "1E+1000000", "1e3", "+1", " 1", "1 ", ".5", "5.", "0x10", "١", "１", "½",
    "", "NaN", "Infinity", "0." + "0" * 29 + "1", "1." + "1" * 30, "9" * 19, "null", True, [], {}, ["1"],
]  # fmt: skip


@pytest.mark.parametrize("field", ["quantity", "price"])
@pytest.mark.parametrize("value", NO_NUMBERS, ids=repr)
def test_what_is_no_amount_is_refused_by_field(attacker: Attacker, field: str, value: Any) -> None:
    answer = attacker.post("orders/", order(**{field: value}))
    assert (answer.status, answer.code, set(answer.details)) == (400, "VALIDATION_FAILED", {field})


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("quantity", "0.000001", "Must be a multiple of the lot size 0.00001."),
        ("quantity", "1.000005", "Must be a multiple of the lot size 0.00001."),
        ("price", "1000.001", "Must be a multiple of the tick size 0.01."),
        ("quantity", "999999999999999999", "Is too large."),
        ("price", "999999999999999999", "Is too large."),
    ],
)
def test_an_amount_off_its_step_is_refused_by_field(attacker: Attacker, field: str, value: str, message: str) -> None:
    answer = attacker.post("orders/", order(**{field: value}))
    assert (answer.status, answer.code, answer.details) == (400, "VALIDATION_FAILED", {field: [message]})


@pytest.mark.parametrize("path", ["orders/", "orders/preview/", "accounts/", "feed/step/"])
@pytest.mark.parametrize("body", [b"[" * 100_000, b"\xff\xfe{}", b'{"x": 1e400}'], ids=["brackets", "UTF-16", "1e400"])
def test_every_path_that_reads_json_refuses_it(attacker: Attacker, path: str, body: bytes) -> None:
    answer = attacker.post(path, body)
    assert answer.status == 400
    assert answer.code in ("MALFORMED_JSON", "VALIDATION_FAILED")
