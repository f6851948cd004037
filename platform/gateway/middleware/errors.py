"""Turns what views raise into answers, and gives every error answer the envelope."""

import logging
from collections.abc import Callable
from typing import Final

from django.http.response import HttpResponseBase
from django.utils.decorators import async_only_middleware

from api.envelope import failure_response
from api.errors import (
    DATABASE_AWAY,
    BodyTooLarge,
    Internal,
    MethodNotAllowed,
    Unauthenticated,
    UnsupportedMediaType,
    domain_error_from,
)  # fmt: skip
from gateway.middleware.admin import is_admin_path
from gateway.requests import GatewayRequest, Next
from kit.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, Rejected, Unavailable

log = logging.getLogger(__name__)

_KIND_BY_STATUS: Final[dict[int, Callable[[str], DomainError]]] = {
    400: Invalid,
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    413: BodyTooLarge,
    415: UnsupportedMediaType,
    422: Rejected,
    503: Unavailable,
}


@async_only_middleware
def answer_errors(get_response: Next) -> Next:
    """The innermost layer: a client's mistake gets its code, a fault of ours is logged and says only INTERNAL."""

    async def answer(request: GatewayRequest) -> HttpResponseBase:
        try:
            response = await get_response(request)
        except Exception as fault:
            return failure_response(request, error_of(fault, request))
        if response.status_code < 400 or is_admin_path(request.path):
            return response
        return _in_envelope(response, request)

    return answer


def error_of(fault: Exception, request: GatewayRequest) -> DomainError:
    """What a fault means to the client; the log keeps what it may not see."""
    error = domain_error_from(fault)
    if error is None:
        log.error("%s %s failed.", request.method, request.path, exc_info=fault)
        return Internal()
    if isinstance(fault, DATABASE_AWAY):
        log.warning("%s %s failed at the database: %s", request.method, request.path, fault)
    return error


def _in_envelope(response: HttpResponseBase, request: GatewayRequest) -> HttpResponseBase:
    """Replace an error that a page or a decorator of Django's answered in its own form."""
    if response.headers.get("Content-Type", "").startswith("application/json"):
        return response
    phrase = f"{response.reason_phrase}."
    if response.status_code == 405:
        allowed = tuple(name.strip() for name in response.headers.get("Allow", "").split(",") if name.strip())
        return failure_response(request, MethodNotAllowed(f"{request.method} is not served here.", allowed=allowed))
    kind = _KIND_BY_STATUS.get(response.status_code)
    return failure_response(request, kind(phrase) if kind else Internal())
