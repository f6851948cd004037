"""Limits how fast one network address may call /api/v1; pages, assets, health, metrics and the schema are not counted."""

import math
from typing import Final

from django.conf import settings
from django.http.response import HttpResponseBase
from django.utils.decorators import async_only_middleware

from api.errors import RateLimited
from gateway.answers import refuse
from gateway.limiter import REQUESTS_PER_SECOND, Limiter, address_key, burst_of, make_limiter
from gateway.requests import GatewayRequest, Next
from kit.token_bucket import Verdict
from operations.metrics import RATE_LIMITED

COUNTED_PREFIX: Final = "/api/v1/"


@async_only_middleware
def limit_rate(get_response: Next) -> Next:
    """Let `rate_limit.requests_per_second` pass for each address, twice that in a burst; 429 beyond; 0 turns it off.

    The rate may change at any time; what was counted stays.

    The headers are those of draft-ietf-httpapi-ratelimit-headers-10. The window `w` is the time in which an empty bucket
    fills; `t` is the time until the next request may pass, 0 while some are left.
    """
    counter = _Counter(settings.REDIS_URL)

    async def answer(request: GatewayRequest) -> HttpResponseBase:
        rate_per_s = REQUESTS_PER_SECOND.value
        if not rate_per_s or not request.path.startswith(COUNTED_PREFIX):
            return await get_response(request)
        visit = request.visit
        verdict = counter.at_rate(rate_per_s).take(address_key(visit.client))
        if not isinstance(verdict, Verdict):
            verdict = await verdict
        limit = (b"ratelimit", b'"default";r=%d;t=%d' % (verdict.remaining, verdict.retry_after_s))
        visit.headers += (counter.policy, limit)
        if verdict.allowed:
            return await get_response(request)
        RATE_LIMITED.add(("requests",))
        message = f"More than {rate_per_s:g} requests a second; try again in {verdict.retry_after_s} s."
        return refuse(request, RateLimited(message, retry_after_s=verdict.retry_after_s))

    return answer


class _Counter:
    """The limiter at the rate that holds now, and the header that says the rate. It is made when there is a rate."""

    def __init__(self, redis_url: str) -> None:
        self.policy = (b"ratelimit-policy", b"")
        self._redis_url = redis_url
        self._rate_per_s = 0.0
        self._limiter: Limiter | None = None

    def at_rate(self, rate_per_s: float) -> Limiter:
        """The limiter, changed to another rate if need be; the rate is more than 0."""
        if self._limiter is None or rate_per_s != self._rate_per_s:
            self._limiter = self._changed(rate_per_s, burst_of(rate_per_s))
        return self._limiter

    def _changed(self, rate_per_s: float, burst: int) -> Limiter:
        self._rate_per_s = rate_per_s
        self.policy = (b"ratelimit-policy", b'"default";q=%d;w=%d' % (burst, math.ceil(burst / rate_per_s)))
        if self._limiter is None:
            return make_limiter(rate_per_s, burst, self._redis_url)
        self._limiter.change_rate(rate_per_s, burst)
        return self._limiter
