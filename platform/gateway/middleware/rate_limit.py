"""Limits how fast one address, or one key, may call /api/v1; pages, assets, health, metrics and schema are not counted."""

import math
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.http.response import HttpResponseBase
from django.utils.decorators import async_only_middleware

from api.errors import RateLimited
from gateway.answers import refuse
from gateway.limiter import bucket_name, burst_of, make_limiter
from gateway.requests import GatewayRequest, Next

COUNTED_PREFIX: Final = "/api/v1/"
OWN_RATES: Final = 1_000
"""Different rates of keys that are remembered: as many as there may be keys."""


class RateLimit:
    """One rate: its limiter, and the header that says what it allows."""

    def __init__(self, rate_per_s: float) -> None:
        burst = burst_of(rate_per_s)
        self.rate_per_s = rate_per_s
        self.limiter = make_limiter(rate_per_s, burst, settings.REDIS_URL)
        self.policy = (b"ratelimit-policy", b'"default";q=%d;w=%d' % (burst, math.ceil(burst / rate_per_s)))


@async_only_middleware
def limit_rate(get_response: Next) -> Next:
    """Let `RATE_LIMIT_RPS` requests a second pass for each address, and twice that in a burst; 429 beyond; 0 turns it off.

    A request with a key counts against that key alone, at the key's own rate where it has one, whatever the default is.

    The headers are those of draft-ietf-httpapi-ratelimit-headers-10. The window `w` is the time in which an empty bucket
    fills; `t` is the time until the next request may pass, 0 while some are left.
    """
    default = RateLimit(settings.RATE_LIMIT_RPS) if settings.RATE_LIMIT_RPS else None
    if default is None and not settings.PERSONAL_API_KEY_ENABLED:
        return get_response
    own_limit = lru_cache(maxsize=OWN_RATES)(RateLimit)

    async def answer(request: GatewayRequest) -> HttpResponseBase:
        key = request.visit.key
        limit = default if key is None or key.requests_per_s is None else own_limit(key.requests_per_s)
        if limit is None or not request.path.startswith(COUNTED_PREFIX):
            return await get_response(request)
        visit = request.visit
        verdict = await limit.limiter.take(bucket_name(visit.caller))
        left = (b"ratelimit", b'"default";r=%d;t=%d' % (verdict.remaining, verdict.retry_after_s))
        visit.headers += (limit.policy, left)
        if verdict.allowed:
            return await get_response(request)
        message = f"More than {limit.rate_per_s:g} requests a second; try again in {verdict.retry_after_s} s."
        return refuse(request, RateLimited(message, retry_after_s=verdict.retry_after_s))

    return answer
