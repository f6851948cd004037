"""Every answer in one shape: six keys, and `error` beside them when something was refused.

The payload arrives as JSON bytes and is put between two halves of the envelope, so nothing is encoded twice.
"""

import time
from functools import cached_property
from http.cookies import SimpleCookie
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.http.response import ResponseHeaders

from api.errors import headers_of, status_of
from kit.clock import NS_PER_MS, iso_ms_from_ns
from kit.errors import DomainError
from kit.trace import current_trace_id, new_id

JSON = "application/json"
_JSON_HEADER = ("Content-Type", JSON)
_encode = msgspec.json.Encoder(enc_hook=str).encode
"""Details may hold anything a domain puts there; what JSON has no form for is written as text."""


def success(
    data: bytes, *, started_ns: int | None = None, trace_id: str | None = None, message: str | None = None
) -> bytes:
    """The envelope around `data` (JSON).

    `started_ns` is when the request came in, by the monotonic clock; now when it is not known.
    """
    return b"".join(
        (
            b'{"status":"success","data":',
            data,
            b',"message":',
            b"null" if message is None else _encode(message),
            _tail(started_ns, trace_id),
            b"}",
        )
    )


def failure(error: DomainError, *, started_ns: int | None = None, trace_id: str | None = None) -> bytes:
    """The envelope of a refusal: no data, a message, and code and details under `error`."""
    return b"".join(
        (
            b'{"status":"error","data":null,"message":',
            _encode(_speakable(error.message)),
            _tail(started_ns, trace_id),
            b',"error":{"code":',
            _encode(error.code),
            b',"details":',
            encode_details(error.details),
            b"}}",
        )
    )


class JsonAnswer(HttpResponse):
    """A HttpResponse of ready JSON, made without what Django does to find out content type, charset and status."""

    def __init__(self, body: bytes, status: int) -> None:
        # HttpResponse.__init__ is left out on purpose: it takes longer than encoding an order.
        headers = ResponseHeaders({})
        headers._store["content-type"] = _JSON_HEADER
        self.headers = headers
        self.status_code = status
        self.closed = False
        self._charset = self._reason_phrase = self._handler_class = None
        self._resource_closers: list[Any] = []
        self._container = [body]

    @cached_property
    def cookies(self) -> SimpleCookie:  # type: ignore[override]
        """The cookies of the answer; made only for who sets one."""
        return SimpleCookie()


def success_response(
    request: HttpRequest, data: bytes, *, status: int = 200, message: str | None = None
) -> HttpResponse:
    """An answer in the envelope around `data` (JSON)."""
    body = success(data, started_ns=started_ns_of(request), message=message)
    return JsonAnswer(body, status)


def failure_response(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The answer to a refused request, with the status and the headers of its kind."""
    body = failure(error, started_ns=started_ns_of(request))
    return HttpResponse(body, status=status_of(error), content_type=JSON, headers=headers_of(error))


def started_ns_of(request: HttpRequest) -> int | None:
    """When the request came in, by the monotonic clock, as the ASGI entry noted it; None when nobody did."""
    started_ns: int | None = getattr(request, "started_ns", None)
    return started_ns


def _tail(started_ns: int | None, trace_id: str | None) -> bytes:
    """The keys after the message."""
    took_ms = 0.0 if started_ns is None else (time.monotonic_ns() - started_ns) / NS_PER_MS
    trace_id = trace_id or current_trace_id() or new_id()
    now = iso_ms_from_ns(time.time_ns())
    return f',"timestamp":"{now}","trace_id":"{trace_id}","execution_time_ms":{took_ms:.3f}'.encode()


def encode_details(details: dict[str, Any]) -> bytes:
    """The details as JSON; one that holds text JSON cannot carry is written with that text made visible."""
    try:
        return _encode(details)
    except UnicodeEncodeError:
        return _encode({_speakable(str(key)): _speakable(str(value)) for key, value in details.items()})


def _speakable(text: str) -> str:
    """`text` with half surrogate pairs escaped: they have no form in UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode()
