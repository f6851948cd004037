"""How a request becomes a call and a value an answer, seen at the view itself."""

import asyncio
import json
from typing import Any

import pytest
from asgiref.sync import iscoroutinefunction
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import resolve

from api.idempotency import Claimed, IdempotencyTable, Replay
from api.serializers import ApiSerializer
from api.viewsets import ApiViewSet, Call, operation
from kit.trace import set_trace_id
from tests.api.conftest import Ask
from tests.api.sample_views import Step

LEGS = "/api/v1/legs/"
LEG = {"price": "1.5"}


@pytest.fixture(autouse=True)
def no_steps() -> None:
    """Each test begins with nothing committed and a journal that can be written."""
    Step.commits.clear()
    Step.fails = False


def told(response: Any) -> Any:
    return json.loads(response.content)


def refusal(response: Any) -> tuple[int, str, dict[str, Any]]:
    body = told(response)
    assert list(body) == ["status", "data", "message", "timestamp", "trace_id", "execution_time_ms", "error"]
    assert (body["status"], body["data"]) == ("error", None)
    return response.status_code, body["error"]["code"], body["error"]["details"]


async def test_a_value_is_answered_in_the_envelope(ask: Ask) -> None:
    set_trace_id("trace-1")
    response = await ask("GET", f"{LEGS}7/")
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")
    body = told(response)
    assert list(body) == ["status", "data", "message", "timestamp", "trace_id", "execution_time_ms"]
    assert (body["status"], body["message"], body["trace_id"]) == ("success", None, "trace-1")
    assert body["data"] == {"account": "default", "text": "7", "trace_id": "trace-1"}


@pytest.mark.parametrize("path", ["/api/v1/legs", "/api/v1/legs/", "/api/v1/legs/7", "/api/v1/legs/7/"])
async def test_the_final_slash_does_not_matter(ask: Ask, path: str) -> None:
    assert (await ask("GET", path)).status_code == 200


async def test_a_page_has_its_items_and_the_next_cursor(ask: Ask) -> None:
    data = told(await ask("GET", LEGS, query="limit=5"))["data"]
    assert data == {"items": [{"price": "1", "note": None}, {"price": "2", "note": None}], "next_cursor": "WzJd"}


async def test_an_answer_may_have_its_own_status_headers_and_message(ask: Ask) -> None:
    response = await ask("POST", f"{LEGS}preview/", LEG)
    assert (response.status_code, response.headers["X-Extra"], told(response)["message"]) == (202, "1", "Later.")
    assert told(response)["data"] == [{"price": "1.5", "note": None}]


async def test_204_has_no_body(ask: Ask) -> None:
    response = await ask("DELETE", f"{LEGS}7/")
    assert (response.status_code, response.content) == (204, b"")


async def test_one_path_serves_several_methods_of_an_action(ask: Ask) -> None:
    assert told(await ask("GET", f"{LEGS}limits/"))["data"]["note"] == "limit"
    assert told(await ask("PUT", f"{LEGS}limits/", {"price": "2", "note": "new"}))["data"]["note"] == "new"


async def test_another_method_is_405_and_says_which_are_served(ask: Ask) -> None:
    response = await ask("PATCH", LEGS, LEG)
    assert response.headers["Allow"] == "GET, HEAD, POST, OPTIONS"
    allowed = {"allowed": ["GET", "HEAD", "POST", "OPTIONS"]}
    assert refusal(response) == (405, "METHOD_NOT_ALLOWED", allowed)


async def test_options_says_what_is_served(ask: Ask) -> None:
    response = await ask("OPTIONS", f"{LEGS}7/")
    assert (response.status_code, response.headers["Allow"]) == (204, "DELETE, GET, HEAD, OPTIONS")


async def test_head_is_answered_like_get(ask: Ask) -> None:
    assert (await ask("HEAD", f"{LEGS}7/")).status_code == 200


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
async def test_a_body_that_is_not_json_is_415(ask: Ask, kind: str) -> None:
    response = await ask("POST", LEGS, b'{"price": "1.5"}', content_type=kind)
    assert refusal(response)[:2] == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert Step.commits == []


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
async def test_json_may_carry_parameters(ask: Ask, kind: str) -> None:
    assert (await ask("POST", LEGS, LEG, content_type=kind)).status_code == 201


async def test_a_form_cannot_trigger_a_write_without_a_body(ask: Ask) -> None:
    response = await ask("POST", f"{LEGS}7/touch/", b"", content_type="application/x-www-form-urlencoded")
    assert refusal(response)[:2] == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(("body", "status"), [(None, 200), (b"", 200), ({}, 200), ({"a": 1}, 400), (b"[]", 400)])
async def test_a_write_without_a_body_takes_nothing_or_an_empty_object(ask: Ask, body: Any, status: int) -> None:
    assert (await ask("POST", f"{LEGS}7/touch/", body)).status_code == status


@pytest.mark.parametrize(("body", "note"), [(None, None), ({}, None), ({"note": "x"}, "x")])
async def test_a_body_may_be_declared_optional(ask: Ask, body: Any, note: str | None) -> None:
    assert told(await ask("POST", f"{LEGS}7/annotate/", body))["data"]["note"] == note


async def test_a_missing_body_is_malformed(ask: Ask) -> None:
    assert refusal(await ask("POST", LEGS)) == (400, "MALFORMED_JSON", {})


async def test_wrong_fields_are_named(ask: Ask) -> None:
    response = await ask("POST", LEGS, {"price": "0", "size": 1})
    details = {"price": ["Must be greater than 0."], "size": ["Unknown field."]}
    assert refusal(response) == (400, "VALIDATION_FAILED", details)
    assert told(response)["message"] == "price: Must be greater than 0. (1 more in details)"


async def test_a_domain_error_is_answered_with_its_status_and_code(ask: Ask) -> None:
    assert refusal(await ask("GET", f"{LEGS}missing/")) == (404, "UNKNOWN_LEG", {})


async def test_a_fault_of_ours_is_left_to_the_error_middleware(ask: Ask) -> None:
    with pytest.raises(ZeroDivisionError):
        await ask("GET", f"{LEGS}broken/")


@pytest.mark.parametrize(
    ("query", "details"),
    [
        ("limit=0", {"limit": ["Ensure this value is greater than or equal to 1."]}),
        ("limit=1000000000", {"limit": ["Ensure this value is less than or equal to 1000."]}),
        ("limit=1_0", {"limit": ["A valid integer is required."]}),
        ("limit=%D9%A3", {"limit": ["A valid integer is required."]}),
        ("limit=2&limit=3", {"limit": ["Was given more than once."]}),
        ("deep=yes", {"deep": ["Must be a valid boolean."]}),
        ("symbl=BTC-USDT", {"symbl": ["Unknown field."]}),
        ("symbol=%00", {"symbol": ["Must be a symbol such as BTC-USDT."]}),
    ],
)
async def test_a_wrong_query_is_named(ask: Ask, query: str, details: dict[str, list[str]]) -> None:
    assert refusal(await ask("GET", LEGS, query=query)) == (400, "VALIDATION_FAILED", details)


async def test_a_parameter_nobody_reads_is_refused(ask: Ask) -> None:
    response = await ask("DELETE", f"{LEGS}7/", query="symbol=BTC-USDT")
    assert refusal(response) == (400, "VALIDATION_FAILED", {"symbol": ["Unknown parameter."]})


async def test_the_account_comes_from_its_header(ask: Ask) -> None:
    response = await ask("GET", f"{LEGS}7/", headers={"X-Account": "bot-1"})
    assert told(response)["data"]["account"] == "bot-1"


@pytest.mark.parametrize("account", ["", "a b", "x" * 65, "a,b", "ä", "../x"])
async def test_a_malformed_account_is_refused(ask: Ask, account: str) -> None:
    response = await ask("GET", f"{LEGS}7/", headers={"X-Account": account})
    assert refusal(response)[:2] == (400, "VALIDATION_FAILED")


@pytest.mark.parametrize("value", ["x" * 256, "a%00b", "a\nb"])
async def test_a_path_value_no_id_could_have_is_not_found(ask: Ask, value: str) -> None:
    assert refusal(await ask("GET", f"{LEGS}{value.replace('%00', chr(0))}"))[:2] == (404, "NOT_FOUND")


@pytest.mark.django_db(transaction=True)
async def test_a_plain_handler_runs_in_a_thread_with_the_trace_id(ask: Ask) -> None:
    set_trace_id("trace-2")
    data = told(await ask("GET", "/api/v1/threads/"))["data"]
    assert data == {"account": "default", "text": "7", "trace_id": "trace-2"}


@pytest.mark.django_db(transaction=True)
async def test_an_upload_gives_its_fields_and_its_file(ask: Ask) -> None:
    file = SimpleUploadedFile("bars.csv", b"x" * 1_000)
    body = encode_multipart(BOUNDARY, {"symbol": "BTC-USDT", "rows": "3", "file": file})
    response = await ask("POST", "/api/v1/threads/", body, content_type=MULTIPART_CONTENT)
    assert response.status_code == 201
    assert told(response)["data"]["text"] == "BTC-USDT 3 bars.csv 1000"


@pytest.mark.django_db(transaction=True)
async def test_an_upload_without_its_file_or_as_json_is_refused(ask: Ask) -> None:
    body = encode_multipart(BOUNDARY, {"symbol": "BTC-USDT"})
    missing = await ask("POST", "/api/v1/threads/", body, content_type=MULTIPART_CONTENT)
    assert refusal(missing)[2] == {"file": ["No file was submitted."]}
    assert refusal(await ask("POST", "/api/v1/threads/", {"symbol": "BTC-USDT"}))[0] == 415


@pytest.mark.django_db(transaction=True)
async def test_a_handler_may_answer_a_file(ask: Ask) -> None:
    response = await ask("GET", "/api/v1/threads/download/")
    assert (response.headers["Content-Type"], response.content) == ("text/csv", b"a,b\n")


def test_every_view_is_async_and_says_whether_it_takes_uploads() -> None:
    legs: Any = resolve(LEGS, urlconf="tests.api.sample_urls").func
    threads: Any = resolve("/api/v1/threads/", urlconf="tests.api.sample_urls").func
    assert (iscoroutinefunction(legs), iscoroutinefunction(threads)) == (True, True)
    assert (legs.takes_uploads, threads.takes_uploads) == (False, True)


def a_claim(table: IdempotencyTable) -> Claimed:
    claim = table.claim("default", "key-1", "fingerprint")
    assert isinstance(claim, Claimed)
    return claim


async def test_a_staged_answer_is_rendered_before_it_is_committed_with_the_claim(ask: Ask) -> None:
    table = IdempotencyTable()
    response = await ask("POST", LEGS, LEG, attributes={"idempotency_claim": a_claim(table)})
    [stored] = Step.commits
    assert stored is not None
    assert (stored.account, stored.key, stored.status, stored.content_type) == (
        "default",
        "key-1",
        201,
        "application/json",
    )
    assert stored.body == response.content
    assert table.claim("default", "key-1", "fingerprint") == Replay(stored)


async def test_without_a_claim_nothing_is_stored_with_the_effect(ask: Ask) -> None:
    assert (await ask("POST", LEGS, LEG)).status_code == 201
    assert Step.commits == [None]


async def test_a_staged_refusal_is_committed_too(ask: Ask) -> None:
    table = IdempotencyTable()
    body = {"price": "1", "note": "refused"}
    response = await ask("POST", LEGS, body, attributes={"idempotency_claim": a_claim(table)})
    assert refusal(response) == (422, "WOULD_TAKE", {"order_id": "7"})
    assert [stored and stored.status for stored in Step.commits] == [422]


async def test_a_failed_commit_answers_503_and_frees_the_key(ask: Ask) -> None:
    Step.fails = True
    table = IdempotencyTable()
    response = await ask("POST", LEGS, LEG, attributes={"idempotency_claim": a_claim(table)})
    assert refusal(response)[:2] == (503, "JOURNAL_UNAVAILABLE")
    assert isinstance(table.claim("default", "key-1", "other"), Claimed)


@pytest.mark.parametrize(("method", "path", "body"), [("POST", f"{LEGS}preview/", LEG), ("POST", LEGS, {"price": "0"})])
async def test_the_result_of_a_plain_write_is_kept_too(ask: Ask, method: str, path: str, body: Any) -> None:
    table = IdempotencyTable()
    response = await ask(method, path, body, attributes={"idempotency_claim": a_claim(table)})
    again = table.claim("default", "key-1", "fingerprint")
    assert isinstance(again, Replay)
    assert (again.answer.status, again.answer.body) == (response.status_code, response.content)


async def test_a_refused_media_type_is_not_kept(ask: Ask) -> None:
    table = IdempotencyTable()
    await ask("POST", LEGS, b"x", content_type="text/plain", attributes={"idempotency_claim": a_claim(table)})
    assert isinstance(table.claim("default", "key-1", "fingerprint"), Claimed)


async def test_fifty_requests_at_once_each_get_their_own_call(ask: Ask) -> None:
    responses = await asyncio.gather(*(ask("GET", f"{LEGS}{number}/") for number in range(50)))
    assert [told(response)["data"]["text"] for response in responses] == [str(number) for number in range(50)]


def test_an_action_without_an_operation_cannot_be_served() -> None:
    class Bare(ApiViewSet):
        async def list(self, call: Call) -> None: ...

    with pytest.raises(TypeError, match=r"Bare.list has no @operation"):
        Bare.as_view({"get": "list"})


def test_an_async_upload_handler_cannot_be_served() -> None:
    class Hasty(ApiViewSet):
        @operation(upload=True)
        async def create(self, call: Call) -> None: ...

    with pytest.raises(TypeError, match="must be a plain def"):
        Hasty.as_view({"post": "create"})


def test_a_contract_that_cannot_be_compiled_stops_the_start() -> None:
    from rest_framework.serializers import DateField

    class Vague(ApiSerializer):
        day = DateField()

    class Views(ApiViewSet):
        @operation(body=Vague)
        async def create(self, call: Call) -> None: ...

    with pytest.raises(TypeError, match=r"Vague.day \(DateField\) cannot be compiled"):
        Views.as_view({"post": "create"})
