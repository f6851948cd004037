"""What clients send as a body: media types, sizes, lengths that lie, broken JSON; and clients that leave."""

import asyncio
import tracemalloc

import pytest

from tests.asgi_client import AsgiClient, NoAnswer
from tests.waiting import eventually

MIB = 1024 * 1024
GOOD = {"name": "bolt", "price": "64000.10", "count": 3}


async def number_of_tasks() -> int:
    return len(asyncio.all_tasks())


async def is_still_served(client: AsgiClient) -> bool:
    return (await client.post("/api/v1/echo/", json=GOOD)).status == 201


async def test_a_good_body_is_taken(client, counts):
    answer = await client.post("/api/v1/echo/", json=GOOD)
    assert (answer.status, answer.data) == (201, {"name": "bolt", "number": 1})
    assert set(answer.json()) == {"status", "data", "message", "timestamp", "trace_id", "execution_time_ms"}
    assert answer.json()["execution_time_ms"] > 0


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/x-www-form-urlencoded", b"name=bolt"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nbolt\r\n--x--\r\n',
        ),
        ("text/plain", b'{"name": "bolt"}'),
        ("", b'{"name": "bolt"}'),
        ("application/xml", b"<name/>"),
    ],
)
async def test_only_json_is_read(client, counts, media_type, body):
    answer = await client.post("/api/v1/echo/", body=body, headers={"Content-Type": media_type})
    assert (answer.status, answer.code) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert counts.executed == []


BROKEN_JSON = {
    "empty": b"",
    "not json": b"{name}",
    "truncated": b'{"name": "bo',
    "null": b"null",
    "array": b"[]",
    "array of one": b'[{"name": "x"}]',
    "text": b'"name"',
    "byte order mark": b'\xef\xbb\xbf{"name": "x"}',
    "utf-16": '{"name": "x"}'.encode("utf-16"),
    "not utf-8": b'{"name": "\xff\xfe"}',
    "nested objects": b'{"name":' * 50_000,
    "nested brackets": b"[" * 100_000,
    "infinite by exponent": b'{"name": "x", "count": 1e400}',
    "NaN": b'{"name": "x", "count": NaN}',
    "Infinity": b'{"name": "x", "count": -Infinity}',
    "a number of 5,000 digits": b'{"name": "x", "count": ' + b"9" * 5_000 + b"}",
    "a price of 5,000 digits": b'{"name": "x", "price": ' + b"9" * 5_000 + b"}",
    "unknown field": b'{"name": "x", "nmae": "y"}',
    "100 kB of text": b'{"name": "' + b"x" * 100_000 + b'"}',
    "NUL": b'{"name": "a\\u0000b"}',
    "half a surrogate pair": b'{"name": "\\ud800"}',
    "trailing text": b'{"name": "x"} {"name": "y"}',
}


@pytest.mark.parametrize("body", BROKEN_JSON.values(), ids=BROKEN_JSON)
async def test_broken_json_is_a_400(client, counts, body):
    answer = await client.post("/api/v1/echo/", body=body, headers={"Content-Type": "application/json"})
    assert answer.status == 400, answer.body
    assert answer.code in ("VALIDATION_FAILED", "MALFORMED_JSON")
    assert b"Traceback" not in answer.body
    assert answer.json()["trace_id"] == answer.headers["x-trace-id"]
    assert counts.executed == []
    assert await is_still_served(client)


async def test_a_body_may_have_one_mebibyte_and_not_a_byte_more(client, counts):
    padding = b" " * (MIB - len(b'{"name":"x"}'))
    just = await client.post(
        "/api/v1/echo/", body=b'{"name":"x"}' + padding, headers={"Content-Type": "application/json"}
    )
    over = await client.post(
        "/api/v1/echo/", body=b'{"name":"x"}' + padding + b" ", headers={"Content-Type": "application/json"}
    )
    assert just.status == 201
    assert (over.status, over.code, over.details) == (413, "BODY_TOO_LARGE", {"limit_bytes": MIB})
    assert over.headers["connection"] == "close"


async def test_ten_megabytes_without_a_length_are_refused_in_flat_memory(client, counts):
    taken = 0

    def chunks():
        nonlocal taken
        for _ in range(160):
            taken += 1
            yield b"x" * 65_536

    headers = {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}
    await is_still_served(client)
    tracemalloc.start()
    try:
        answer = await client.post("/api/v1/echo/", chunks=chunks(), headers=headers)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (answer.status, answer.code) == (413, "BODY_TOO_LARGE")
    assert counts.executed == ["bolt"]
    assert peak < 4 * MIB + 160 * 65_536  # the client's own chunks are the larger part


@pytest.mark.parametrize(
    ("more", "kib"),
    [({"Content-Length": str(10 * MIB)}, 10 * 1024), ({"Transfer-Encoding": "chunked"}, 17 * 1024)],
    ids=["declared", "in chunks"],
)
async def test_a_body_that_is_too_large_is_taken_in_so_that_its_client_reads_why(client, counts, more, kib):
    answer, sent = await ask_while_sending(client, kib, {"Content-Type": "application/json", **more})
    assert (answer["status"], sent) == (413, kib)
    assert counts.executed == []


async def test_a_body_without_end_is_not_taken_in_for_ever(client, counts):
    answer, sent = await ask_while_sending(client, 2**20, {"Transfer-Encoding": "chunked"})
    assert answer["status"] == 413
    assert 16 * 1024 < sent < 18 * 1024


@pytest.mark.parametrize(
    "more",
    [{"Content-Length": str(17 * MIB)}, {"Content-Length": str(2 * MIB), "Expect": "100-continue"}],
    ids=["far too large", "asks first"],
)
async def test_a_body_that_need_not_be_sent_is_not_asked_for(client, counts, more):
    answer, sent = await ask_while_sending(client, 2**20, {"Content-Type": "application/json", **more})
    assert (answer["status"], sent) == (413, 0)


async def ask_while_sending(client, kib, headers):
    """The start of the answer, and how many KiB of `kib` the application had taken when it came."""
    sent_kib = 0
    answers = []
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = client.scope("http", "/api/v1/echo/", headers=[(b"host", client.host.encode()), *raw])

    async def receive():
        nonlocal sent_kib
        sent_kib += 64
        return {"type": "http.request", "body": b"x" * 65_536, "more_body": sent_kib < kib}

    async def send(message):
        answers.append(message)

    async with asyncio.timeout(20):
        await client.app(scope | {"method": "POST", "scheme": "http"}, receive, send)
    return answers[0], sent_kib


async def test_a_client_that_stops_sending_what_is_too_large_is_answered_all_the_same(client, monkeypatch, counts):
    monkeypatch.setattr("gateway.requests.DISCARD_LIMIT_S", 0.05)
    messages = [{"type": "http.request", "body": b"x" * 65_536, "more_body": True}]
    sent = []

    async def receive():
        if not messages:
            await asyncio.Event().wait()
        return messages.pop()

    async def send(message):
        sent.append(message)

    headers = [(b"host", client.host.encode()), (b"content-length", str(2 * MIB).encode())]
    scope = client.scope("http", "/api/v1/echo/", headers=headers) | {"method": "POST", "scheme": "http"}
    async with asyncio.timeout(20):
        await client.app(scope, receive, send)
    assert sent[0]["status"] == 413


@pytest.mark.parametrize("length", ["5", "500", "-1", "1e3", "12, 12", "٣", ""])
async def test_a_length_that_lies_is_refused(client, counts, length):
    body = b'{"name": "bolt"}'
    headers = [(b"content-type", b"application/json"), (b"content-length", length.encode())]
    answer = await client.post("/api/v1/echo/", chunks=[body], headers=headers)
    assert (answer.status, answer.code) == (400, "VALIDATION_FAILED")
    assert counts.executed == []


async def test_a_client_that_leaves_before_its_body_is_complete_executes_nothing(client, counts):
    headers = {"Content-Type": "application/json", "Content-Length": "400"}
    with pytest.raises(NoAnswer):
        await client.post("/api/v1/echo/", chunks=[b'{"name": "bolt"}'], headers=headers, disconnects=True)
    assert counts.executed == []
    assert await is_still_served(client)


async def test_a_body_that_does_not_come_is_given_up(make_app, counts):
    client = AsgiClient(make_app(HTTP_REQUEST_TIMEOUT_SECS=0.05))
    headers = [(b"content-type", b"application/json"), (b"content-length", b"100"), (b"host", b"127.0.0.1:8080")]
    sent = []
    scope = client.scope("http", "/api/v1/echo/", headers=headers) | {"method": "POST", "scheme": "http"}

    async def never():
        await asyncio.Event().wait()

    async def keep(message):
        sent.append(message)

    await client.app(scope, never, keep)
    assert sent[0]["status"] == 504
    assert b"TIMEOUT" in sent[1]["body"]
    assert counts.executed == []


async def test_a_body_in_many_chunks_is_put_together(client, counts):
    chunks = [bytes([byte]) for byte in b'{"name": "bolt"}']
    headers = {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}
    assert (await client.post("/api/v1/echo/", chunks=chunks, headers=headers)).status == 201


async def test_a_write_whose_client_left_is_completed(client, counts):
    """The client hangs up right after the request; under both servers the answer then goes nowhere."""
    tasks_before = len(asyncio.all_tasks())
    for number in range(100):
        request = asyncio.ensure_future(client.post("/api/v1/slow/", json={"name": str(number)}))
        await counts.has_begun.wait()
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
        counts.has_begun.clear()
    assert counts.executed == []
    counts.may_finish.set()
    await eventually(number_of_tasks, lambda number: number <= tasks_before)
    assert counts.executed == [str(number) for number in range(100)]


def multipart(content: bytes, *, note: str = "hello", boundary: str = "frontier") -> tuple[bytes, dict[str, str]]:
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="note"\r\n\r\n{note}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="../../bars.csv"\r\n'
        "Content-Type: text/csv\r\n\r\n"
    ).encode() + content
    return body + f"\r\n--{boundary}--\r\n".encode(), {"Content-Type": f"multipart/form-data; boundary={boundary}"}


async def test_an_upload_beyond_the_json_limit_is_streamed_to_the_view(client, counts):
    body, headers = multipart(b"0123456789abcdef" * 200_000)
    chunks = [body[start : start + 65_536] for start in range(0, len(body), 65_536)]
    answer = await client.post("/api/v1/upload/", chunks=chunks, headers=headers | {"Content-Length": str(len(body))})
    assert answer.json() == {"name": "bars.csv", "size": 3_200_000, "note": "hello", "number": 1}


async def test_an_upload_has_a_limit_too(client, counts, tune):
    tune("requests.upload_bytes", 2 * MIB)
    body, headers = multipart(b"x" * 3 * MIB)
    chunks = [body[start : start + 65_536] for start in range(0, len(body), 65_536)]
    answer = await client.post("/api/v1/upload/", chunks=chunks, headers=headers | {"Transfer-Encoding": "chunked"})
    assert (answer.status, answer.code) == (413, "BODY_TOO_LARGE")
    assert counts.executed == []


async def test_uploads_leave_no_file_behind(client, counts, settings):
    body, headers = multipart(b"x" * 2 * MIB)
    assert (await client.post("/api/v1/upload/", body=body, headers=headers)).status == 200
    assert list(settings.UPLOAD_DIR.iterdir()) == []


async def test_a_broken_upload_is_a_400(client, counts):
    broken = await client.post("/api/v1/upload/", body=b"x", headers={"Content-Type": "multipart/form-data"})
    assert (broken.status, broken.code) == (400, "VALIDATION_FAILED")


async def test_json_to_an_upload_path_keeps_the_json_limit(client, counts):
    answer = await client.post("/api/v1/upload/", body=b"1" * (MIB + 1), headers={"Content-Type": "application/json"})
    assert answer.status == 413


@pytest.mark.parametrize("charset", ["UTF-8", "latin-1", "idna", "rot13", "unicode_escape"])
async def test_a_form_is_utf8_whatever_it_says_to_be(client, counts, charset):
    body, headers = multipart(b"abc", note="gr\u00f6\u00dfer \\ud800")
    headers["Content-Type"] += f"; charset={charset}"
    answer = await client.post("/api/v1/upload/", body=body, headers=headers)
    assert answer.json()["note"] == "gr\u00f6\u00dfer \\ud800"
