"""The only table from the kind of an error to its HTTP status, the errors that exist in HTTP alone, and how the
exceptions of Django and DRF become errors of ours.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core import exceptions as django_exceptions
from django.db import InterfaceError, OperationalError
from django.http import Http404, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from rest_framework import exceptions as drf_exceptions
from rest_framework.settings import api_settings

from kit.errors import Conflict, DomainError, Forbidden, Invalid, Misdirected, NotFound, Rejected, Unavailable

DATABASE_AWAY = (OperationalError, InterfaceError)
"""What a driver raises for a server that is away, a full disk or a lock that is not given up; the log should have it too."""


class MalformedJson(Invalid):
    """The body is not JSON as RFC 8259 means it, or goes beyond what we read of it."""

    default_code = "MALFORMED_JSON"


class Unauthenticated(DomainError):
    """The request needs a key and has none that is valid."""

    default_code = "UNAUTHENTICATED"


class MethodNotAllowed(DomainError):
    """The path exists, the method does not."""

    default_code = "METHOD_NOT_ALLOWED"

    def __init__(self, message: str, *, allowed: tuple[str, ...] = ()) -> None:
        super().__init__(message, details={"allowed": list(allowed)})
        self.allowed = allowed


class BodyTooLarge(DomainError):
    """The body is larger than the path accepts."""

    default_code = "BODY_TOO_LARGE"


class UnsupportedMediaType(DomainError):
    """The body is of another kind than the path reads."""

    default_code = "UNSUPPORTED_MEDIA_TYPE"


class RateLimited(DomainError):
    """Too many requests; `retry_after_s` is at least 1."""

    default_code = "RATE_LIMITED"

    def __init__(self, message: str, *, retry_after_s: int, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message, details=details)
        self.retry_after_s = max(1, retry_after_s)


class Timeout(DomainError):
    """The answer took longer than a request may take; whether it took effect is not known."""

    default_code = "TIMEOUT"


class Internal(DomainError):
    """A fault of ours. Carries nothing of the code; the log has the rest under the trace id."""

    default_code = "INTERNAL"
    public_message: ClassVar[str] = "Something went wrong on our side; the log has it under this trace id."

    def __init__(self) -> None:
        super().__init__(self.public_message)


OWNER_HEADER = "X-Account-Owner"
"""Names the gateway that a request should have gone to."""

STATUS_BY_KIND: dict[type[DomainError], int] = {
    Invalid: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    MethodNotAllowed: 405,
    Conflict: 409,
    BodyTooLarge: 413,
    UnsupportedMediaType: 415,
    Misdirected: 421,
    Rejected: 422,
    RateLimited: 429,
    Internal: 500,
    Unavailable: 503,
    Timeout: 504,
}


def status_of(error: DomainError) -> int:
    """The HTTP status of an error: that of its nearest kind; 500 for an error of no kind."""
    for kind in type(error).__mro__:
        status = STATUS_BY_KIND.get(kind)
        if status is not None:
            return status
    return 500


def status_of_kind(kind: type[DomainError]) -> int:
    """The HTTP status of a kind of error, as `status_of` gives it for an instance."""
    return next((STATUS_BY_KIND[base] for base in kind.__mro__ if base in STATUS_BY_KIND), 500)


def headers_of(error: DomainError) -> dict[str, str]:
    """The headers an error's answer must carry besides the envelope (`Allow`, `Retry-After`, `WWW-Authenticate`).

    A request that another gateway must answer is handed on by nginx, which obeys X-Accel-Redirect and does not show it:
    https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ignore_headers
    """
    if isinstance(error, Misdirected):
        return {OWNER_HEADER: error.owner, "X-Accel-Redirect": "@owner"}
    if isinstance(error, MethodNotAllowed):
        return {"Allow": ", ".join(error.allowed)}
    if isinstance(error, RateLimited):
        return {"Retry-After": str(error.retry_after_s)}
    if isinstance(error, Unauthenticated):
        return {"WWW-Authenticate": "Bearer"}
    return {}


def domain_error_from(exception: BaseException) -> DomainError | None:
    """What an exception of Django or DRF means to a client; None when it is a fault of ours."""
    if isinstance(exception, DomainError):
        return exception
    if isinstance(exception, drf_exceptions.APIException):
        return _from_drf(exception)
    return _from_django(exception)


def invalid_from_details(details: dict[str, list[str]]) -> Invalid:
    """One `Invalid` out of messages by field: its message is the first of them, and says how many more there are."""
    field, messages = next(iter(details.items()), ("", ["The input is invalid."]))
    named = messages[0] if field in ("", WHOLE_INPUT) else f"{field}: {messages[0]}"
    others = sum(len(each) for each in details.values()) - 1
    if others > 0:
        named = f"{named} ({others} more in details)"
    return Invalid(named, details=details)


WHOLE_INPUT = str(api_settings.NON_FIELD_ERRORS_KEY)
"""The key under which messages about the whole input, and not one field, are found."""

MAX_DETAIL_FIELDS = 100
"""So many fields are named in one answer; a body of a million wrong ones must not make a larger answer."""


def flat_details(detail: Any) -> dict[str, list[str]]:
    """DRF's nested messages by dotted path: `{"legs": [{}, {"price": [...]}]}` gives `{"legs.1.price": [...]}`."""
    flat: dict[str, list[str]] = {}
    _flatten(detail, "", flat)
    return flat


def _flatten(detail: Any, path: str, into: dict[str, list[str]]) -> None:
    """Add the messages under `detail` to `into`."""
    if len(into) >= MAX_DETAIL_FIELDS:
        return
    if isinstance(detail, Mapping):
        for key, below in detail.items():
            under = path if key == WHOLE_INPUT and path else f"{path}.{key}" if path else str(key)
            _flatten(below, under, into)
    elif isinstance(detail, (list, tuple)):
        for index, below in enumerate(detail):
            nested = isinstance(below, (Mapping, list, tuple))
            _flatten(below, f"{path}.{index}" if nested and path else path or WHOLE_INPUT, into)
    else:
        into.setdefault(path or WHOLE_INPUT, []).append(str(detail))


def _from_drf(exception: drf_exceptions.APIException) -> DomainError | None:
    """DRF's exceptions, those that can reach a view of ours."""
    if isinstance(exception, drf_exceptions.ValidationError):
        return invalid_from_details(flat_details(exception.detail))
    message = str(exception.detail)
    if isinstance(exception, drf_exceptions.Throttled):
        return RateLimited(message, retry_after_s=int(getattr(exception, "wait", None) or 1))
    for kind, ours in _DRF_KINDS:
        if isinstance(exception, kind):
            return ours(message)
    return None


def _from_django(exception: BaseException) -> DomainError | None:
    """Django's exceptions that stand for a client's mistake, or for something that is away."""
    if isinstance(exception, django_exceptions.ValidationError):
        return invalid_from_details(flat_details(drf_exceptions.ValidationError(_messages_of(exception)).detail))
    if isinstance(exception, django_exceptions.DisallowedHost):
        return Invalid("This host name is not served here.", code="INVALID_HOST")
    if isinstance(exception, DATABASE_AWAY):
        return Unavailable(
            "The application's database does not answer; trading goes on. Try again later.", code="DATABASE_UNAVAILABLE"
        )
    for kind, ours, message in _DJANGO_KINDS:
        if isinstance(exception, kind):
            return ours(message)
    return None


def _messages_of(exception: django_exceptions.ValidationError) -> Any:
    """Django's messages as DRF holds them: by field where it knows the field."""
    return exception.message_dict if hasattr(exception, "error_dict") else exception.messages


_DRF_KINDS: tuple[tuple[type[drf_exceptions.APIException], type[DomainError]], ...] = (
    (drf_exceptions.ParseError, MalformedJson),
    (drf_exceptions.NotAuthenticated, Unauthenticated),
    (drf_exceptions.AuthenticationFailed, Unauthenticated),
    (drf_exceptions.PermissionDenied, Forbidden),
    (drf_exceptions.NotFound, NotFound),
    (drf_exceptions.MethodNotAllowed, MethodNotAllowed),
    (drf_exceptions.UnsupportedMediaType, UnsupportedMediaType),
)

_DJANGO_KINDS: tuple[tuple[type[BaseException], type[DomainError], str], ...] = (
    (Http404, NotFound, "There is no such page."),
    (django_exceptions.RequestDataTooBig, BodyTooLarge, "The body is larger than this path accepts."),
    (django_exceptions.PermissionDenied, Forbidden, "This is not permitted."),
    (django_exceptions.SuspiciousOperation, Invalid, "The request is malformed."),
    (django_exceptions.BadRequest, Invalid, "The request is malformed."),
    (MultiPartParserError, Invalid, "The multipart body is malformed."),
    (UnreadablePostError, Invalid, "The body ended before it was complete."),
)
