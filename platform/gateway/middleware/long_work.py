"""Limits how often one address, or one key, may start long work, such as an import: far below the rate of other requests.

Counted by django-ratelimit in windows of a minute, by each gateway for itself. Refused before the body is read.
"""

from typing import Final, cast

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import async_only_middleware
from django_ratelimit.core import get_usage

from api.errors import RateLimited
from gateway.answers import refuse
from gateway.limiter import bucket_name
from gateway.requests import GatewayRequest, Next

WINDOW_S: Final = 60


@async_only_middleware
def limit_long_work(get_response: Next) -> Next:
    """Let each address, or key, start `LONG_WORK_PER_MINUTE` pieces of it; 429 beyond. 0, or no rate limit, turns it off."""
    per_minute = settings.LONG_WORK_PER_MINUTE
    if not per_minute or not settings.RATE_LIMIT_RPS:
        return get_response
    rate = (per_minute, WINDOW_S)

    async def answer(request: GatewayRequest) -> HttpResponseBase:
        if not _starts_work(request):
            return await get_response(request)
        usage = get_usage(request, group="long-work", key=_name_of, rate=rate, increment=True)
        if usage is None or not usage["should_limit"]:
            return await get_response(request)
        retry_after_s = max(1, min(WINDOW_S, usage["time_left"]))
        message = f"More than {per_minute} imports and the like a minute; try again in {retry_after_s} s."
        request.visit.headers += (
            (b"ratelimit-policy", b'"long-work";q=%d;w=%d' % (per_minute, WINDOW_S)),
            (b"ratelimit", b'"long-work";r=0;t=%d' % retry_after_s),
        )
        return refuse(request, RateLimited(message, retry_after_s=retry_after_s))

    return answer


def _starts_work(request: GatewayRequest) -> bool:
    match = request.resolver_match
    return match is not None and request.method in getattr(match.func, "starts_work", ())


def _name_of(group: str, request: HttpRequest) -> str:
    return bucket_name(cast(GatewayRequest, request).visit.caller)
