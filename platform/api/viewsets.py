"""The viewset of every resource: to DRF's routers and to drf-spectacular a viewset, in its dispatch only ours.

DRF's dispatch negotiates content, wraps the request and renders its Response through a thread. Here a request is
decoded by the operation's compiled contract, the handler is called, and its value is encoded into the envelope.
Every view is async from outside: an `async def` handler runs on the event loop, a plain `def` in a thread (for ORM).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPMethod
from types import MappingProxyType
from typing import Any

import msgspec
from asgiref.sync import markcoroutinefunction, sync_to_async
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSetMixin

from api import envelope
from api.encoding import encode_json
from api.errors import (
    MethodNotAllowed,
    UnsupportedMediaType,
    domain_error_from,
    invalid_from_details,
)
from api.etags import etag_of, is_known
from api.idempotency import Claimed, is_kept
from api.operation import SAFE_METHODS, Operation, action, operation
from api.pagination import Page
from api.schema import ApiSchema
from api.serializers import ApiSerializer
from api.staged import Staged
from kit.access import UNLIMITED, Access
from kit.accounts import ACCOUNT_ID_RULE, DEFAULT_ACCOUNT, is_account_id
from kit.caller import current_caller
from kit.errors import NotFound, invalid_field
from kit.trace import current_trace_id

__all__ = ["Answer", "ApiViewSet", "Call", "Later", "action", "operation"]

MAX_PATH_VALUE_LENGTH = 255
"""Longer than any id or symbol we give out."""

_MULTIPART = "multipart/form-data"
_UTF8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_NO_PARAMETERS: Mapping[str, str] = MappingProxyType({})


class EmptyBody(ApiSerializer):
    """The body of a write that takes none: absent, or an empty object."""


class Call(msgspec.Struct, eq=False):
    """One request, decoded: what a handler gets. `kwargs` are the parameters of the path."""

    request: HttpRequest
    account: str
    body: Any
    query: Any
    kwargs: dict[str, str]

    @property
    def trace_id(self) -> str:
        """The trace id of the request."""
        return current_trace_id()

    @property
    def actor(self) -> str:
        """Who asks, in the form that the journal and the audit keep."""
        return current_caller().actor

    @property
    def access(self) -> Access:
        """What the caller may do. The gateway has refused what it may not; this is for lists and details."""
        access: Access = getattr(self.request, "access", UNLIMITED)
        return access


@dataclass(frozen=True, slots=True)
class Answer:
    """A handler's value with a status, headers, a message or an ETag of its own."""

    value: Any = None
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    message: str | None = None
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """What a plain handler leaves to the event loop: `finish` is awaited there for the value, and holds no thread."""

    finish: Callable[[], Awaitable[Any]]


class ApiViewSet(ViewSetMixin, APIView):
    """The base of every resource. One instance serves all requests, so handlers keep what they need in the Call."""

    authentication_classes = []
    permission_classes = []
    throttle_classes = []
    schema = ApiSchema()
    lookup_field = "id"
    lookup_value_regex = "[^/]+"
    account_in_path: str | None = None
    """The parameter of the path that is an account's id: for a key that is bound to others there is no such account."""
    in_rehearsals = False
    """Whether X-Rehearsal has it answer about a rehearsal."""

    @classmethod
    def as_view(cls, actions: Any = None, **initkwargs: Any) -> Any:
        """The async view that serves `{method: action}`; raises TypeError for an action without `@operation`."""
        if not actions:
            raise TypeError(f"{cls.__name__}.as_view() needs its actions, such as {{'get': 'list'}}")
        for attribute in ("name", "description", "suffix", "detail", "basename"):
            initkwargs.setdefault(attribute, None)
        viewset = cls(**initkwargs)
        endpoints = {
            method.upper(): Endpoint(viewset, action, is_safe=method.upper() in SAFE_METHODS)
            for method, action in actions.items()
        }
        if "GET" in endpoints:
            endpoints.setdefault("HEAD", endpoints["GET"])
        allowed = (*(str(method) for method in HTTPMethod if method in endpoints), "OPTIONS")

        @markcoroutinefunction
        def view(request: HttpRequest, **kwargs: str) -> Awaitable[HttpResponseBase]:
            endpoint = endpoints.get(request.method or "")
            if endpoint is None:
                return _answer_without_endpoint(request, allowed)
            return endpoint.respond(request, kwargs)

        view.__name__ = view.__qualname__ = cls.__name__
        view.__doc__ = cls.__doc__
        # What DRF's routers and drf-spectacular look for on a view, and what our ASGI handler does.
        vars(view).update(
            cls=cls,
            actions=dict(actions),
            initkwargs=initkwargs,
            csrf_exempt=True,
            login_required=False,
            takes_uploads=any(endpoint.operation.upload for endpoint in endpoints.values()),
            starts_work=frozenset(method for method, endpoint in endpoints.items() if endpoint.operation.starts_work),
            needs={method: endpoint.operation.need(method) for method, endpoint in endpoints.items()},
            account_in_path=cls.account_in_path,
            account_methods=frozenset(method for method, endpoint in endpoints.items() if endpoint.operation.account),
            in_rehearsals=cls.in_rehearsals,
        )
        return view


class Endpoint:
    """One method of one path, with all that can be found out before a request comes."""

    def __init__(self, viewset: ApiViewSet, action: str, *, is_safe: bool) -> None:
        handler = getattr(viewset, action)
        declared: Operation | None = getattr(handler, "operation", None)
        if declared is None:
            raise TypeError(f"{type(viewset).__name__}.{action} has no @operation")
        self.operation = declared
        self._handler = handler
        self._runs_on_loop = asyncio.iscoroutinefunction(handler)
        if declared.upload and self._runs_on_loop:
            raise TypeError(
                f"{type(viewset).__name__}.{action}: uploads are read in a thread, so it must be a plain def"
            )
        self._query = declared.query.contract() if declared.query else None
        self._body = (declared.body or EmptyBody).contract() if not is_safe else None
        self._output = declared.response.output() if declared.response else None
        self._in_thread: Callable[..., Awaitable[Any]] = sync_to_async(self._run_in_thread, thread_sensitive=False)

    async def respond(self, request: HttpRequest, kwargs: dict[str, str]) -> HttpResponseBase:
        """The whole way from request to response. Faults of ours are raised, for the error middleware to log."""
        claim: Claimed | None = getattr(request, "idempotency_claim", None)
        try:
            if self._runs_on_loop:
                outcome = await self._handler(self._call_of(request, kwargs))
                if isinstance(outcome, Staged):
                    return await self._commit(request, outcome, claim)
                response = self._response_to(request, outcome)
            else:
                call = None if self.operation.upload else self._call_of(request, kwargs)
                response = await self._in_thread(request, kwargs, call)
                if isinstance(response, Later):
                    response = self._response_to(request, await response.finish())
        except Exception as fault:
            error = domain_error_from(fault)
            if error is None:
                _settle(claim, None)
                raise
            response = envelope.failure_response(request, error)
        if claim is not None:
            _settle(claim, None if self.operation.secret else response)
        return response

    def _run_in_thread(
        self, request: HttpRequest, kwargs: dict[str, str], call: Call | None
    ) -> HttpResponseBase | Later:
        """Handler and encoding of a plain `def`: both may use the ORM, whose connection must not go stale."""
        close_old_connections()
        try:
            outcome = self._handler(call or self._call_of(request, kwargs))
            assert not isinstance(outcome, Staged), "what must be committed is staged on the event loop"
            return outcome if isinstance(outcome, Later) else self._response_to(request, outcome)
        finally:
            close_old_connections()

    def _call_of(self, request: HttpRequest, kwargs: dict[str, str]) -> Call:
        """Everything a handler is given, checked; raises DomainErrors."""
        for name, value in kwargs.items():
            if len(value) > MAX_PATH_VALUE_LENGTH or not value.isprintable():
                raise NotFound(f"There is no such {name}.")
        account = request.META.get("HTTP_X_ACCOUNT", DEFAULT_ACCOUNT)
        if account is not DEFAULT_ACCOUNT and not is_account_id(account):
            raise invalid_field("X-Account", ACCOUNT_ID_RULE)
        query = self._query_of(request)
        body = None if self._body is None else self._body_of(request)
        return Call(request, account, body, query, kwargs)

    def _query_of(self, request: HttpRequest) -> Any:
        """The decoded query parameters; a parameter nobody reads is refused, as it is most likely misspelled."""
        params = request.GET if request.META.get("QUERY_STRING") else _NO_PARAMETERS
        if self.operation.query is not None:
            return self.operation.query.decode_query(params)
        if params:
            raise invalid_from_details({name: ["Unknown parameter."] for name in params})
        return None

    def _body_of(self, request: HttpRequest) -> Any:
        """The decoded body; raises UnsupportedMediaType, MalformedJson or Invalid."""
        assert self._body is not None, "safe methods have no body"
        if self.operation.upload:
            return self._form_of(request)
        body = request.body
        content_type = request.META.get("CONTENT_TYPE", "")
        if content_type != envelope.JSON and (body or content_type):
            _require_media_type(content_type, envelope.JSON)
        if body:
            return self._body.decode(body)
        if self.operation.body is None:
            return None
        return self._body.decode(b"{}" if self.operation.optional_body else body)

    def _form_of(self, request: HttpRequest) -> Any:
        """The text fields and files of a multipart body."""
        _require_media_type(request.META.get("CONTENT_TYPE", ""), _MULTIPART)
        _require_utf8((request.content_params or {}).get("charset", "utf-8"))
        fields = request.POST.copy()
        fields.update(request.FILES)  # type: ignore[arg-type]
        return None if self.operation.body is None else self.operation.body.decode_query(fields)

    def _response_to(self, request: HttpRequest, outcome: Any) -> HttpResponseBase:
        """What is sent for a handler's value."""
        if isinstance(outcome, HttpResponseBase):
            return outcome
        if not isinstance(outcome, Answer):
            return self._enveloped(request, outcome, self.operation.status)
        status = self.operation.status if outcome.status is None else outcome.status
        response = self._enveloped(request, outcome.value, status, outcome.message, outcome.etag)
        for name, value in outcome.headers.items():
            response.headers[name] = value
        return response

    def _enveloped(
        self, request: HttpRequest, value: Any, status: int, message: str | None = None, etag: str | None = None
    ) -> HttpResponse:
        """A value in the envelope; nothing at all for 204, and a 304 for a client that still has it."""
        if status == 204:
            return HttpResponse(status=204)
        data = self._encode(value)
        if not self.operation.etag:
            return envelope.success_response(request, data, status=status, message=message)
        etag = etag or etag_of(data)
        if is_known(etag, request.META.get("HTTP_IF_NONE_MATCH", "")):
            response = HttpResponse(status=304)
            del response.headers["Content-Type"]
        else:
            response = envelope.success_response(request, data, status=status, message=message)
        response.headers["ETag"] = etag
        return response

    def _encode(self, value: Any) -> bytes:
        """The value as JSON, by the operation's contract; a msgspec.Raw is JSON already."""
        if type(value) is msgspec.Raw:
            return bytes(value)
        if self._output is None:
            if value is not None:
                raise TypeError(f"{self._handler.__qualname__} answers a value and declares no response")
            return b"null"
        if self.operation.page:
            assert isinstance(value, Page), f"{self._handler.__qualname__} answers a Page"
            items = self._output.encode_many(value.items)
            return b'{"items":%b,"next_cursor":%b}' % (items, encode_json(value.next_cursor))
        return self._output.encode_many(value) if self.operation.many else self._output.encode(value)

    async def _commit(self, request: HttpRequest, staged: Staged, claim: Claimed | None) -> HttpResponseBase:
        """Render the answer, have it made durable together with its effect, then let it go out."""
        response: HttpResponse
        if staged.error is None:
            response = self._enveloped(request, staged.value, staged.status)
        else:
            response = envelope.failure_response(request, staged.error)
        answer = None
        if claim is not None and is_kept(response.status_code):
            answer = claim.answer(response.status_code, response.headers.get("Content-Type", ""), response.content)
        await staged.commit(answer)
        if claim is not None:
            claim.table.finish(claim, answer)
        return response


async def _answer_without_endpoint(request: HttpRequest, allowed: tuple[str, ...]) -> HttpResponse:
    """OPTIONS says what is served here; another method is not."""
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": ", ".join(allowed)})
    error = MethodNotAllowed(f"{request.method} is not served here.", allowed=allowed)
    return envelope.failure_response(request, error)


def _require_media_type(content_type: str, wanted: str) -> None:
    """Raise UnsupportedMediaType unless the body is of the wanted kind, whatever its parameters."""
    if content_type.partition(";")[0].strip().lower() != wanted:
        named = content_type[:100] or "none"
        raise UnsupportedMediaType(f"The Content-Type must be {wanted}, not {named}.")


def _settle(claim: Claimed | None, response: HttpResponseBase | None) -> None:
    """End the claim of a write that is answered: also when a timeout answered the client long ago."""
    if claim is None:
        return
    answer = None
    if isinstance(response, HttpResponse) and is_kept(response.status_code):
        answer = claim.answer(response.status_code, response.headers.get("Content-Type", ""), response.content)
    claim.table.finish(claim, answer)


def _require_utf8(charset: str) -> None:
    """Raise UnsupportedMediaType for a form in another encoding: it would be read as UTF-8, and spoiled."""
    if charset.lower() not in _UTF8:
        raise UnsupportedMediaType(f"Forms are read as UTF-8, not {charset[:100]}; send it so, and without a charset.")
