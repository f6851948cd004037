"""Has every write recorded that the journal does not: what was done before it is answered, what was refused within a second.

The outermost layer, so that it sees what any other one refuses. Reads pass by at the price of a comparison, and an order at
that of a few notes: its record is its journal entry.
"""

import asyncio
from collections.abc import Awaitable
from functools import lru_cache
from typing import Any, Final

import msgspec
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch
from django.utils.decorators import async_only_middleware

from gateway.guard import SAFE_METHODS
from gateway.middleware.admin import is_admin_path
from gateway.middleware.compression import plain_content_of
from gateway.middleware.rate_limit import COUNTED_PREFIX
from gateway.requests import GatewayRequest, Next
from kit.accounts import DEFAULT_ACCOUNT
from kit.caller import Caller
from kit.trail import Trail, begin_trail
from operations.audit import services
from operations.audit.admin_site import name_of_user
from operations.audit.redaction import MAX_READ_BYTES, readable, readable_json, readable_text
from operations.audit.writes import Write, record_write

KNOWN_ROUTES: Final = 2_000
COUNTED_STATUSES: Final = frozenset({401, 429})
"""Turned away at the door: summed up by address and minute, for anybody can cause as many as they like."""

UNKNOWN_CODE: Final = "ERROR"
LOGIN: Final = "admin.login"
LOGOUT: Final = "admin.logout"
ASKED: Final = 200
"""The status of a page of the admin that asks again: nothing was done."""


class _Shown(msgspec.Struct, frozen=True):
    """What is read of an answer's envelope."""

    data: Any = None
    error: Any = None


class _Route(msgspec.Struct, frozen=True):
    """What a method of a path is called in the audit."""

    action: str
    subject_kind: str
    has_account: bool
    only_reads: bool


_decode = msgspec.json.Decoder(_Shown).decode


@async_only_middleware
def record_writes(get_response: Next) -> Next:
    """Begin the notes on a write, and make its record when it is over."""

    def answer(request: GatewayRequest) -> Awaitable[HttpResponseBase]:
        if request.method in SAFE_METHODS:
            return get_response(request)
        return answer_recorded(request)

    async def answer_recorded(request: GatewayRequest) -> HttpResponseBase:
        trail = begin_trail()
        try:
            response = await get_response(request)
        except BaseException:
            _record_when_ended(request, trail)
            raise
        if not trail.is_journaled and not _record_when_ended(request, trail):
            await _record(request, trail, response)
        return response

    return answer


def _record_when_ended(request: GatewayRequest, trail: Trail) -> bool:
    """For a command that outlives its request: record its true outcome. False when there is none."""
    command = request.unfinished
    if command is None:
        return False

    async def record() -> None:
        await asyncio.wait([command])
        failed = command.cancelled() or command.exception() is not None
        await _record(request, trail, HttpResponse(status=500) if failed else command.result())

    services.keep(asyncio.get_running_loop().create_task(record()))
    return True


async def _record(request: GatewayRequest, trail: Trail, response: HttpResponseBase) -> None:
    if trail.is_journaled or response.has_header("Idempotent-Replayed"):
        return
    status, shown = response.status_code, _shown_of(response)
    code = None
    if status >= 400:
        code = str(shown.error["code"]) if isinstance(shown.error, dict) else UNKNOWN_CODE
    match = request.resolver_match
    if is_admin_path(request.path):
        await _record_in_admin(request, trail, status)
    elif match is None or status in COUNTED_STATUSES or not request.path.startswith(COUNTED_PREFIX):
        services.record_turned_away(request.visit.client, code or UNKNOWN_CODE)
    elif not (route := _route_of(match.func, request.visit.route, str(request.method))).only_reads:
        await record_write(_write(request, route, match, shown, status=status, code=code), trail)


def _write(
    request: GatewayRequest, route: _Route, match: ResolverMatch, shown: _Shown, *, status: int, code: str | None
) -> Write:
    named = next(iter(match.kwargs.values()), None)
    subject = None if named is None else (route.subject_kind, named)
    if subject is None and isinstance(shown.data, dict) and isinstance(shown.data.get("id"), str):
        subject = ("job" if status == 202 else route.subject_kind, shown.data["id"])
    return Write(
        action=route.action,
        actor=request.visit.caller.actor,
        trace_id=request.visit.trace_id,
        status=status,
        account=readable_text(request.META.get("HTTP_X_ACCOUNT", DEFAULT_ACCOUNT)) if route.has_account else None,
        subject=subject,
        code=code,
        input=_input_of(request),
        after=shown.data,
        detail=_detail_of(request),
    )


async def _record_in_admin(request: GatewayRequest, trail: Trail, status: int) -> None:
    """What somebody logged in sent, and every attempt to log in; the rest only counts."""
    match = request.resolver_match
    user = name_of_user(request)
    action = _admin_action(request, match)
    if (user is None and action != LOGIN) or status in COUNTED_STATUSES:
        services.record_turned_away(request.visit.client, f"ADMIN_{status}")
        return
    if status == ASKED and action.endswith("_action"):
        return  # a page that asks whether it is meant so
    refused = status == ASKED and action != LOGOUT
    caller = request.visit.caller if user is None else Caller("user", user, request.visit.client)
    subject = None if match is None or "object_id" not in match.kwargs else (action, match.kwargs["object_id"])
    write = Write(
        action=action,
        actor=caller.actor,
        trace_id=request.visit.trace_id,
        status=400 if refused else status,
        subject=subject,
        code="FORM_REFUSED" if refused else (f"ADMIN_{status}" if status >= 400 else None),
        input=_input_of(request),
        detail=_detail_of(request),
        names_changes=True,
    )
    await record_write(write, trail)


def _admin_action(request: GatewayRequest, match: ResolverMatch | None) -> str:
    """`admin.login`, `admin.auth_user_add`, `admin.jobs_job.cancel_action`."""
    name = "unknown" if match is None or match.url_name is None else match.url_name
    if name.endswith("_changelist") and hasattr(request, "_post"):
        chosen = readable_text(str(request.POST.get("action", "")), 64)
        return f"admin.{name.removesuffix('_changelist')}.{chosen}_action"
    return f"admin.{name}"


def _shown_of(response: HttpResponseBase) -> _Shown:
    """What an answer of ours says; nothing for a page or a stream."""
    if not isinstance(response, HttpResponse) or not response.headers.get("Content-Type", "").startswith(
        "application/json"
    ):
        return _Shown()
    content = plain_content_of(response)
    if len(content) > MAX_READ_BYTES:
        return _Shown()
    try:
        return _decode(content)
    except msgspec.DecodeError:
        return _Shown()


def _input_of(request: GatewayRequest) -> Any:
    """What was sent, as far as it was read: the JSON of a body, or the fields of a form."""
    if hasattr(request, "_post") and request._post:
        fields: dict[str, Any] = {
            name: values[0] if len(values) == 1 else values for name, values in request.POST.lists()
        }
        files: dict[str, Any] = dict(request.FILES.items())
        files = {name: {"name": each.name, "bytes": each.size} for name, each in files.items()}
        return {**fields, **files}
    return readable_json(getattr(request, "_body", b"")) if request.upload is None else None


def _detail_of(request: GatewayRequest) -> dict[str, Any]:
    detail: dict[str, Any] = {"method": request.method, "path": readable_text(request.path)}
    if request.META["QUERY_STRING"]:
        detail["query"] = readable(dict(request.GET.items()))
    return detail


@lru_cache(maxsize=KNOWN_ROUTES)
def _route_of(view: Any, route: str, method: str) -> _Route:
    """The name of an operation: the fixed parts of its path and its handler, `system.services.restart`."""
    handler = getattr(view, "actions", {}).get(method.lower(), method.lower())
    words = [
        word.replace("-", "_") for word in route.removeprefix(COUNTED_PREFIX).split("/") if word and word[0] != "{"
    ]
    if not words or words[-1] != handler:
        words.append(handler)
    operation = getattr(getattr(getattr(view, "cls", None), handler, None), "operation", None)
    return _Route(
        action=".".join(words),
        subject_kind=str(getattr(view, "initkwargs", {}).get("basename") or words[0]),
        has_account=bool(getattr(operation, "account", False)),
        only_reads=bool(getattr(operation, "only_reads", False)),
    )
