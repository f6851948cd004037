"""What every answer has: the envelope, a trace id, no code of ours; and the methods, paths and headers around it."""

import gzip
import re
from pathlib import Path

import pytest

from tests.gateway import echo_views

SOURCE = Path(echo_views.__file__).read_bytes()
ENVELOPE_KEYS = {"status", "data", "message", "timestamp", "trace_id", "execution_time_ms", "error"}


@pytest.mark.parametrize("view", ["fail", "fail-in-thread"])
@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("rejected", 422, "INSUFFICIENT_BALANCE"),
        ("conflict", 409, "ORDER_NOT_OPEN"),
        ("unavailable", 503, "UNAVAILABLE"),
        ("http404", 404, "NOT_FOUND"),
        ("denied", 403, "FORBIDDEN"),
        ("suspicious", 400, "VALIDATION_FAILED"),
        ("drf", 400, "VALIDATION_FAILED"),
        ("bug", 500, "INTERNAL"),
    ],
)
async def test_what_a_view_raises_is_answered_in_the_envelope(client, view, kind, status, code):
    answer = await client.get(f"/api/v1/{view}/{kind}/")
    assert (answer.status, answer.code) == (status, code)
    assert set(answer.json()) == ENVELOPE_KEYS
    assert answer.json()["trace_id"] == answer.headers["x-trace-id"]
    assert b"secret" not in answer.body and b"Traceback" not in answer.body


async def test_details_reach_the_client(client):
    assert (await client.get("/api/v1/fail/rejected/")).details == {"missing": "5"}
    assert (await client.get("/api/v1/fail/drf/")).details == {"price": ["Too low."]}


async def test_a_bug_is_logged_under_its_trace_id(client, caplog):
    answer = await client.get("/api/v1/fail/bug/", headers={"X-Trace-Id": "find-me"})
    assert answer.json()["trace_id"] == "find-me"
    (record,) = [record for record in caplog.records if record.exc_info]
    assert "secret state of ours" in str(record.exc_info[1])


@pytest.mark.parametrize(
    "path", ["/nope", "/nope/", "/api/v1/nope", "/api/v1/", "/api/v2/orders/", "/static/none.css", "/wp-login.php"]
)
async def test_an_unknown_path_is_a_404_in_the_envelope(client, path):
    answer = await client.get(path)
    assert (answer.status, answer.code) == (404, "NOT_FOUND")
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/static/../../settings.py", "/static/%2e%2e/settings.py", "/static/..%2fsettings.py"]
)
async def test_static_files_stay_in_their_folders(client, path):
    assert (await client.get(path)).status in (400, 404)


async def test_a_nul_in_the_path_is_refused(client):
    assert (await client.get("/api/v1/fail/\x00/")).status == 400


@pytest.mark.parametrize("path", ["/api/v1/echo", "/api/v1/echo/"])
async def test_paths_work_with_and_without_the_final_slash(client, counts, path):
    assert (await client.get(path)).status == 200
    assert (await client.post(path, json={"name": "x"})).status == 201


async def test_another_method_is_told_which_are_served(client, counts):
    answer = await client.put("/api/v1/echo/", json={})
    assert (answer.status, answer.code) == (405, "METHOD_NOT_ALLOWED")
    assert {name.strip() for name in answer.headers["allow"].split(",")} >= {"GET", "POST"}


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "get"])
@pytest.mark.parametrize("path", ["/api/v1/echo/", "/nope", "/admin/"])
async def test_strange_methods_are_refused(client, method, path):
    answer = await client.request(method, path)
    assert (answer.status, answer.code) == (405, "METHOD_NOT_ALLOWED")
    assert "GET" in answer.headers["allow"]


async def test_options_says_what_is_served(client):
    answer = await client.request("OPTIONS", "/api/v1/echo/")
    assert answer.status in (200, 204)
    assert "POST" in answer.headers["allow"]


async def test_a_head_has_the_headers_of_its_get_and_no_body(client, counts):
    head = await client.request("HEAD", "/api/v1/whoami/")
    assert (head.status, head.body) == (200, b"")
    assert int(head.headers["content-length"]) > 0


async def test_an_error_in_djangos_own_form_is_put_into_the_envelope(client):
    answer = await client.get("/api/v1/bare-refusal/")
    assert (answer.status, answer.code) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == "PUT"


@pytest.mark.parametrize(
    "path", ["/api/v1/whoami/", "/nope", "/api/v1/fail/bug/", "/admin/login/", "/static/admin/css/base.css"]
)
async def test_a_sane_trace_id_is_echoed_on_every_answer(client, path):
    answer = await client.get(path, headers={"X-Trace-Id": "my-trace_1.0"})
    assert answer.headers["x-trace-id"] == "my-trace_1.0"


@pytest.mark.parametrize("sent", ["", "a" * 65, "two words", "semi;colon", "\xe9", "line\r\nbreak"])
async def test_another_trace_id_is_replaced(client, sent):
    answer = await client.get("/api/v1/whoami/", headers={"X-Trace-Id": sent})
    assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["x-trace-id"])
    assert answer.json()["trace_id"] == answer.headers["x-trace-id"]


async def test_the_trace_id_reaches_a_plain_view_in_its_thread(client):
    answer = await client.post(
        "/api/v1/plain/", body=b"hi", headers={"X-Trace-Id": "t-1", "Content-Type": "text/plain"}
    )
    assert answer.json() == {"method": "POST", "body": "hi", "trace_id": "t-1", "thread": False}


@pytest.mark.parametrize("path", ["/api/v1/whoami/", "/nope", "/admin/login/", "/api/v1/fail/bug/"])
async def test_security_headers_are_on_every_answer(client, path):
    headers = (await client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["referrer-policy"]


async def test_security_headers_are_on_refusals_at_the_door(client):
    answer = await client.get("/api/v1/whoami/", headers={"Host": "evil.com"})
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_duration_is_told(client):
    assert re.fullmatch(r"app;dur=\d+\.\d{3}", (await client.get("/api/v1/whoami/")).headers["server-timing"])


async def test_what_escapes_the_middleware_is_caught_at_the_entrance(client, monkeypatch, caplog):
    async def broken(request):
        raise RuntimeError("secret fault of a middleware")

    monkeypatch.setattr(client.app._http, "_middleware_chain", broken)
    answer = await client.get("/api/v1/whoami/")
    assert (answer.status, answer.code) == (500, "INTERNAL")
    assert b"secret" not in answer.body
    assert "secret fault" in caplog.text


async def test_a_download_is_sent_in_pieces(client):
    answer = await client.get("/api/v1/download/")
    assert answer.body == SOURCE


async def test_gzip_for_those_who_ask(client):
    plain = await client.get("/api/v1/wide/")
    packed = await client.get("/api/v1/wide/", headers={"Accept-Encoding": "br, gzip;q=0.5"})
    assert "content-encoding" not in plain.headers
    assert (b"Vary", b"Accept-Encoding") in plain.raw_headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["etag"] == 'W/"one"'
    assert int(packed.headers["content-length"]) == len(packed.body) < len(plain.body)
    assert gzip.decompress(packed.body) == plain.body


@pytest.mark.parametrize("accepted", ["", "gzip;q=0", "gzip; q=0.0", "br", "identity", "xgzip"])
async def test_no_gzip_for_those_who_do_not(client, accepted):
    answer = await client.get("/api/v1/wide/", headers={"Accept-Encoding": accepted})
    assert "content-encoding" not in answer.headers


async def test_small_answers_are_not_compressed(client):
    answer = await client.get("/api/v1/whoami/", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in answer.headers
