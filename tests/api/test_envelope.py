"""The envelope's keys, in order, around whatever is said."""

import json
import re
import time
from decimal import Decimal
from typing import Any

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from api.envelope import failure, failure_response, success, success_response
from api.errors import RateLimited
from kit.errors import Invalid
from kit.trace import set_trace_id

SIX = ["status", "data", "message", "timestamp", "trace_id", "execution_time_ms"]


def test_success_has_the_six_keys_in_order() -> None:
    body = json.loads(success(b'{"a":1}', trace_id="t-1"))
    assert list(body) == SIX
    assert (body["status"], body["data"], body["message"], body["trace_id"]) == ("success", {"a": 1}, None, "t-1")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", body["timestamp"])
    assert body["execution_time_ms"] == 0.0


def test_failure_has_the_error_beside_the_six_keys() -> None:
    body = json.loads(failure(Invalid("a: Is wrong.", code="WRONG", details={"a": ["Is wrong."]}), trace_id="t-1"))
    assert list(body) == [*SIX, "error"]
    assert (body["status"], body["data"], body["message"]) == ("error", None, "a: Is wrong.")
    assert body["error"] == {"code": "WRONG", "details": {"a": ["Is wrong."]}}


def test_the_trace_id_is_that_of_the_context() -> None:
    set_trace_id("t-2")
    assert json.loads(success(b"null"))["trace_id"] == "t-2"


def test_the_time_it_took_is_measured_from_the_start() -> None:
    body = json.loads(success(b"null", started_ns=time.monotonic_ns() - 5_000_000))
    assert body["execution_time_ms"] >= 5.0


@given(st.text(), st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.text())))
def test_any_text_can_be_said(message: str, details: dict[str, Any]) -> None:
    body = json.loads(failure(Invalid(message, details=details)))
    assert body["status"] == "error"
    if "\\" not in message:
        assert body["message"] == message.encode("utf-8", "backslashreplace").decode()


def test_details_may_hold_what_json_has_no_form_for() -> None:
    body = json.loads(failure(Invalid("x", details={"needed": Decimal("1.50"), "what": {1: Exception("y")}})))
    assert body["error"]["details"] == {"needed": "1.50", "what": {"1": "y"}}


def test_responses_carry_status_and_headers() -> None:
    request = RequestFactory().get("/")
    response = success_response(request, b"1", status=201, message="Made.")
    assert (response.status_code, response.headers["Content-Type"]) == (201, "application/json")
    assert json.loads(response.content)["message"] == "Made."
    refused = failure_response(request, RateLimited("Too fast.", retry_after_s=3))
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3")


@pytest.mark.parametrize("status", [400, 500])
def test_only_the_message_of_a_domain_error_is_told(status: int) -> None:
    from api.errors import Internal

    body = json.loads(failure(Internal() if status == 500 else Invalid("x")))
    assert ("Something went wrong" in body["message"]) == (status == 500)
