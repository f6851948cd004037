"""Limits how fast one network address may call /api/v1; pages, assets, health, metrics and the schema are not counted."""

import math
from typing import Final

from django.conf import settings
from django.http.response import HttpResponseBase
from django.utils.decorators import async_only_middleware

from api.errors import RateLimited
from gateway.answers import refuse
from gateway.limiter import address_key, burst_of, make_limiter
from gateway.requests import GatewayRequest, Next
from operations.metrics import RATE_LIMITED

COUNTED_PREFIX: Final = "/api/v1/"


@async_only_middleware
def limit_rate(get_response: Next) -> Next:
    """Let `RATE_LIMIT_RPS` requests a second pass for each address, and twice that in a burst; 429 beyond; 0 turns it off.

    The headers are those of draft-ietf-httpapi-ratelimit-headers-10. The window `w` is the time in which an empty bucket
    fills; `t` is the time until the next request may pass, 0 while some are left.
    """
    rate_per_s = settings.RATE_LIMIT_RPS
    if not rate_per_s:
        return get_response
    burst = burst_of(rate_per_s)
    limiter = make_limiter(rate_per_s, burst, settings.REDIS_URL)
    policy = (b"ratelimit-policy", b'"default";q=%d;w=%d' % (burst, math.ceil(burst / rate_per_s)))

    async def answer(request: GatewayRequest) -> HttpResponseBase:
        if not request.path.startswith(COUNTED_PREFIX):
            return await get_response(request)
        visit = request.visit
        verdict = await limiter.take(address_key(visit.client))
        limit = (b"ratelimit", b'"default";r=%d;t=%d' % (verdict.remaining, verdict.retry_after_s))
        visit.headers += (policy, limit)
        if verdict.allowed:
            return await get_response(request)
        RATE_LIMITED.add(("requests",))
        message = f"More than {rate_per_s:g} requests a second; try again in {verdict.retry_after_s} s."
        return refuse(request, RateLimited(message, retry_after_s=verdict.retry_after_s))

    return answer
