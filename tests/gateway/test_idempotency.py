"""Repeated writes: one effect, the same bytes; and what is not a repetition."""

import asyncio
import gzip

import pytest

from api.idempotency import TABLE, key_of_text
from kit.errors import Invalid
from tests.asgi_client import AsgiClient
from tests.gateway.test_bodies import multipart
from tests.waiting import eventually

BODY = {"name": "bolt"}


def has_ended(answer):
    return answer.status != 409


def keyed(key="key-1", **more):
    return {"Idempotency-Key": key, **more}


async def test_the_same_write_again_gets_the_same_bytes_and_takes_effect_once(client, counts):
    first = await client.post("/api/v1/echo/", json=BODY, headers=keyed())
    again = await client.post("/api/v1/echo/", json=BODY, headers=keyed())
    assert (first.status, again.status) == (201, 201)
    assert again.body == first.body
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert again.headers["x-trace-id"] != first.headers["x-trace-id"]
    assert counts.executed == ["bolt"]


async def test_a_refusal_of_the_view_is_replayed_too(client, counts):
    first = await client.post("/api/v1/fail/rejected/", json=BODY, headers=keyed())
    again = await client.post("/api/v1/fail/rejected/", json=BODY, headers=keyed())
    assert (again.status, again.code, again.body) == (422, "INSUFFICIENT_BALANCE", first.body)
    assert again.headers["idempotent-replayed"] == "true"


async def test_an_empty_answer_is_replayed_empty(client, counts):
    first = await client.delete("/api/v1/echo/7/", headers=keyed())
    again = await client.delete("/api/v1/echo/7/", headers=keyed())
    assert (first.status, again.status, again.body) == (204, 204, b"")
    assert counts.executed == ["7"]


@pytest.mark.parametrize("account", ["not an account", "x" * 65, "a,b"])
async def test_a_malformed_account_claims_no_key(client, counts, account):
    kept = len(TABLE)
    answer = await client.post("/api/v1/echo/", json=BODY, headers=keyed(**{"X-Account": account}))
    assert (answer.status, list(answer.details)) == (400, ["X-Account"])
    assert len(TABLE) == kept
    assert counts.executed == []


async def test_a_quoted_key_is_the_same_key(client, counts):
    await client.post("/api/v1/echo/", json=BODY, headers=keyed("abc"))
    again = await client.post("/api/v1/echo/", json=BODY, headers=keyed('"abc"'))
    assert again.headers["idempotent-replayed"] == "true"


async def test_fifty_at_once_execute_once(client, counts):
    first = asyncio.ensure_future(client.post("/api/v1/slow/", json=BODY, headers=keyed()))
    await counts.has_begun.wait()
    others = await asyncio.gather(*(client.post("/api/v1/slow/", json=BODY, headers=keyed()) for _ in range(49)))
    assert {(other.status, other.code) for other in others} == {(409, "IDEMPOTENCY_IN_PROGRESS")}
    assert {other.headers["retry-after"] for other in others} == {"1"}
    counts.may_finish.set()
    assert (await first).status == 201
    again = await client.post("/api/v1/slow/", json=BODY, headers=keyed())
    assert (again.status, again.body) == (201, (await first).body)
    assert counts.executed == ["bolt"]


@pytest.mark.parametrize(
    ("path", "body"),
    [("/api/v1/echo/", {"name": "nut"}), ("/api/v1/slow/", BODY), ("/api/v1/echo/?x=1", BODY)],
    ids=["body", "path", "query"],
)
async def test_a_key_for_another_write_is_refused(client, counts, path, body):
    await client.post("/api/v1/echo/", json=BODY, headers=keyed())
    other = await client.post(path, json=body, headers=keyed())
    assert (other.status, other.code) == (422, "IDEMPOTENCY_MISMATCH")
    assert counts.executed == ["bolt"]


async def test_a_key_for_another_method_is_refused(client, counts):
    await client.post("/api/v1/echo/", json=BODY, headers=keyed())
    other = await client.delete("/api/v1/echo/", json=BODY, headers=keyed())
    assert other.code == "IDEMPOTENCY_MISMATCH"


async def test_keys_belong_to_an_account(client, counts):
    await client.post("/api/v1/echo/", json=BODY, headers=keyed(**{"X-Account": "one"}))
    other = await client.post("/api/v1/echo/", json=BODY, headers=keyed(**{"X-Account": "two"}))
    assert (other.status, other.data["number"]) == (201, 2)


@pytest.mark.parametrize(
    "key", ["k" * 256, "", "tab\tbed", "two words", "caf\xe9", '"unclosed \x01"', '""', "bell\x07"]
)
async def test_a_malformed_key_is_refused(client, counts, key):
    answer = await client.post("/api/v1/echo/", json=BODY, headers=keyed(key))
    assert (answer.status, answer.code) == (400, "INVALID_IDEMPOTENCY_KEY")
    assert counts.executed == []


@pytest.mark.parametrize(
    ("header", "key"), [("k" * 255, "k" * 255), ('"a\\"b\\\\c"', 'a"b\\c'), ('"half', '"half'), ("~!", "~!")]
)
def test_a_key_may_be_bare_or_a_quoted_string(header, key):
    assert key_of_text(header) == key


def test_two_keys_in_one_header_are_told_apart_by_nothing():
    with pytest.raises(Invalid, match="visible ASCII"):
        key_of_text("one, two")


@pytest.mark.parametrize("keys", [(b"one", b"two"), (b"one", b"one")], ids=["different", "equal"])
async def test_two_keys_are_refused(client, counts, keys):
    headers = [(b"content-type", b"application/json"), *((b"idempotency-key", key) for key in keys)]
    answer = await client.post("/api/v1/echo/", body=b'{"name": "bolt"}', headers=headers)
    assert (answer.status, answer.code) == (400, "INVALID_IDEMPOTENCY_KEY")
    assert "more than once" in answer.json()["message"]
    assert counts.executed == []


async def test_a_read_with_a_key_is_just_a_read(client, counts):
    for _ in range(2):
        answer = await client.get("/api/v1/echo/", headers=keyed())
        assert (answer.status, "idempotent-replayed" in answer.headers) == (200, False)


async def test_after_a_429_the_same_key_executes(make_app, counts):
    client = AsgiClient(make_app(RATE_LIMIT_RPS=1))
    while (await client.get("/api/v1/whoami/")).status != 429:
        pass
    refused = await client.post("/api/v1/echo/", json=BODY, headers=keyed())
    assert refused.status == 429
    other_address = AsgiClient(client.app)
    assert (await other_address.post("/api/v1/echo/", json=BODY, headers=keyed())).status == 201


async def test_after_a_413_the_same_key_executes(client, counts):
    large = {"name": "x", "padding": "y" * 1024 * 1024}
    assert (await client.post("/api/v1/echo/", json=large, headers=keyed())).status == 413
    assert (await client.post("/api/v1/echo/", json=BODY, headers=keyed())).status == 201


async def test_after_a_415_the_same_key_executes(client, counts):
    body = b'{"name": "bolt"}'
    refused = await client.post("/api/v1/echo/", body=body, headers=keyed(**{"Content-Type": "text/plain"}))
    assert refused.status == 415
    good = await client.post("/api/v1/echo/", body=body, headers=keyed(**{"Content-Type": "application/json"}))
    assert good.status == 201


@pytest.mark.parametrize("kind", ["bug", "unavailable"])
async def test_after_a_fault_of_ours_the_same_key_executes(client, counts, kind):
    first = await client.post(f"/api/v1/fail/{kind}/", json=BODY, headers=keyed())
    again = await client.post(f"/api/v1/fail/{kind}/", json=BODY, headers=keyed())
    assert first.status == again.status >= 500
    assert "idempotent-replayed" not in again.headers


@pytest.mark.parametrize("path", ["/api/v1/slow/", "/api/v1/slow-page/"])
async def test_a_timed_out_write_goes_on_and_its_true_result_is_replayed(make_app, counts, path):
    client = AsgiClient(make_app(RATE_LIMIT_RPS=10_000, HTTP_REQUEST_TIMEOUT_SECS=0.05))
    first = await client.post(path, json=BODY, headers=keyed())
    assert (first.status, first.code) == (504, "TIMEOUT")
    running = await client.post(path, json=BODY, headers=keyed())
    assert (running.status, running.code) == (409, "IDEMPOTENCY_IN_PROGRESS")
    assert counts.executed == []
    counts.may_finish.set()
    again = await eventually(lambda: client.post(path, json=BODY, headers=keyed()), has_ended)
    assert again.status in (200, 201)
    assert again.headers["idempotent-replayed"] == "true"
    assert len(counts.executed) == 1


async def test_a_write_whose_client_left_keeps_its_key(client, counts):
    first = asyncio.ensure_future(client.post("/api/v1/slow/", json=BODY, headers=keyed()))
    await counts.has_begun.wait()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert (await client.post("/api/v1/slow/", json=BODY, headers=keyed())).status == 409
    counts.may_finish.set()
    again = await eventually(lambda: client.post("/api/v1/slow/", json=BODY, headers=keyed()), has_ended)
    assert (again.status, counts.executed) == (201, ["bolt"])


async def test_a_timed_out_read_is_abandoned(make_app, counts):
    client = AsgiClient(make_app(HTTP_REQUEST_TIMEOUT_SECS=0.05))
    tasks_before = len(asyncio.all_tasks())
    answer = await client.get("/api/v1/slow/")
    assert (answer.status, answer.code) == (504, "TIMEOUT")
    counts.may_finish.set()
    await asyncio.sleep(0)
    assert counts.executed == []
    assert len(asyncio.all_tasks()) == tasks_before


async def test_what_is_stored_is_not_compressed(client, counts):
    zipped = {"Accept-Encoding": "gzip"}
    first = await client.post("/api/v1/wide/", json=BODY, headers=keyed(**zipped))
    plain = await client.post("/api/v1/wide/", json=BODY, headers=keyed())
    again = await client.post("/api/v1/wide/", json=BODY, headers=keyed(**zipped))
    assert first.headers["content-encoding"] == again.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(again.body) == gzip.decompress(first.body) == plain.body


async def test_an_upload_sent_again_is_the_same_although_its_boundary_is_new(client, counts):
    content = b"time,open\n" * 200_000
    answers = []
    for boundary in ("frontier", "another-frontier"):
        body, headers = multipart(content, boundary=boundary)
        answers.append(await client.post("/api/v1/upload/", body=body, headers=headers | keyed()))
    assert answers[0].status == 200
    assert answers[1].body == answers[0].body
    assert counts.executed == ["upload"]


async def test_an_empty_upload_with_a_key_is_refused_like_one_without(client, counts):
    headers = {"Content-Type": "multipart/form-data"}
    plain = await client.post("/api/v1/upload/", body=b"", headers=headers)
    answers = [await client.post("/api/v1/upload/", body=b"", headers=headers | keyed()) for _ in range(2)]
    assert {(answer.status, answer.code) for answer in (plain, *answers)} == {(400, "VALIDATION_FAILED")}
    assert answers[1].headers["idempotent-replayed"] == "true"


async def test_an_upload_of_another_file_is_another_write(client, counts):
    for content in (b"a" * 2_000_000, b"b" * 2_000_000):
        body, headers = multipart(content)
        answer = await client.post("/api/v1/upload/", body=body, headers=headers | keyed())
    assert answer.code == "IDEMPOTENCY_MISMATCH"
