"""CORS: lets the pages of listed origins read answers and send the headers they need. Others have been refused already."""

from collections.abc import Awaitable
from typing import Final

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import async_only_middleware

from gateway.requests import GatewayRequest, Next

METHODS: Final = b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
REQUEST_HEADERS: Final = (
    b"Authorization, Content-Type, Idempotency-Key, If-None-Match, X-Account, X-Rehearsal, X-Trace-Id, Traceparent, "
    b"Tracestate"
)
ANSWER_HEADERS: Final = (
    b"ETag, Idempotent-Replayed, RateLimit, RateLimit-Policy, Retry-After, Server-Timing, Traceparent, X-Trace-Id"
)
PREFLIGHT_LIFETIME_S: Final = 600
_VARY: Final = (b"vary", b"Origin")


@async_only_middleware
def allow_listed_origins(get_response: Next) -> Next:
    """Answer preflights, and name the calling page in the answers it may read."""
    origins = frozenset(origin.encode() for origin in settings.EXACT_ORIGINS)

    # Most answers go through untouched: the coroutine below is handed on as it is.
    def answer(request: GatewayRequest) -> Awaitable[HttpResponseBase]:
        visit = request.visit
        visit.headers.append(_VARY)
        if visit.origin not in origins:
            return get_response(request)
        visit.headers.append((b"access-control-allow-origin", visit.origin))
        if request.method == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in request.META:
            visit.headers += (
                (b"access-control-allow-methods", METHODS),
                (b"access-control-allow-headers", REQUEST_HEADERS),
                (b"access-control-max-age", str(PREFLIGHT_LIFETIME_S).encode()),
            )
            return _answer_preflight()
        visit.headers.append((b"access-control-expose-headers", ANSWER_HEADERS))
        return get_response(request)

    return answer


async def _answer_preflight() -> HttpResponse:
    return HttpResponse(status=204)
