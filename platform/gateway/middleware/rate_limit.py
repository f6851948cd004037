"""Limits how fast one address, or one key, may call /api/v1; pages, assets, health, metrics and schema are not counted."""

import math
from collections.abc import Awaitable
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.http.response import HttpResponseBase
from django.utils.decorators import async_only_middleware

from api.errors import RateLimited
from gateway.answers import refuse
from gateway.limiter import REQUESTS_PER_SECOND, Limiter, bucket_name, burst_of, make_limiter
from gateway.requests import GatewayRequest, Next
from kit.token_bucket import Verdict
from operations.metrics import RATE_LIMITED

COUNTED_PREFIX: Final = "/api/v1/"
OWN_RATES: Final = 1_000
"""Different rates of keys that are remembered: as many as there may be keys."""


class RateLimit:
    """One rate: its limiter, and the header that says what it allows."""

    def __init__(self, rate_per_s: float, limiter: Limiter) -> None:
        self.limiter = limiter
        self._note(rate_per_s)

    def change_rate(self, rate_per_s: float) -> None:
        """Let another rate hold from now on; what was counted stays."""
        self.limiter.change_rate(rate_per_s, burst_of(rate_per_s))
        self._note(rate_per_s)

    def _note(self, rate_per_s: float) -> None:
        burst = burst_of(rate_per_s)
        self.rate_per_s = rate_per_s
        self.policy = (b"ratelimit-policy", b'"default";q=%d;w=%d' % (burst, math.ceil(burst / rate_per_s)))


@async_only_middleware
def limit_rate(get_response: Next) -> Next:
    """Let `rate_limit.requests_per_second` pass for each address, twice that in a burst; 429 beyond; 0 turns it off.

    The rate may change at any time; what was counted stays.

    A request with a key counts against that key alone, at the key's own rate where it has one, whatever the default is.

    The headers are those of draft-ietf-httpapi-ratelimit-headers-10. The window `w` is the time in which an empty bucket
    fills; `t` is the time until the next request may pass, 0 while some are left.
    """
    limits = _Limits()

    # What is counted in memory goes on untouched: the coroutine below is handed on as it is.
    def answer(request: GatewayRequest) -> Awaitable[HttpResponseBase]:
        visit = request.visit
        key = visit.key
        limit = limits.default() if key is None or key.requests_per_s is None else limits.own(key.requests_per_s)
        if limit is None or not request.path.startswith(COUNTED_PREFIX):
            return get_response(request)
        verdict = limit.limiter.take(bucket_name(visit.caller))
        if isinstance(verdict, Verdict):
            return go_on(request, limit, verdict)
        return answer_later(request, limit, verdict)

    async def answer_later(request: GatewayRequest, limit: RateLimit, verdict: Awaitable[Verdict]) -> HttpResponseBase:
        return await go_on(request, limit, await verdict)

    def go_on(request: GatewayRequest, limit: RateLimit, verdict: Verdict) -> Awaitable[HttpResponseBase]:
        left = (b"ratelimit", b'"default";r=%d;t=%d' % (verdict.remaining, verdict.retry_after_s))
        request.visit.headers += (limit.policy, left)
        return get_response(request) if verdict.allowed else _refuse(request, limit, verdict)

    return answer


async def _refuse(request: GatewayRequest, limit: RateLimit, verdict: Verdict) -> HttpResponseBase:
    RATE_LIMITED.add(("requests",))
    message = f"More than {limit.rate_per_s:g} requests a second; try again in {verdict.retry_after_s} s."
    return refuse(request, RateLimited(message, retry_after_s=verdict.retry_after_s))


class _Limits:
    """The limit of whoever has no rate of its own, at the rate that holds now, and those of keys that have one."""

    def __init__(self) -> None:
        self._default: RateLimit | None = None
        self._first: Limiter | None = None
        self.own = lru_cache(maxsize=OWN_RATES)(self._made)
        """The limit at a key's own rate."""

    def default(self) -> RateLimit | None:
        """The default limit, changed to another rate if need be; None while there is none."""
        rate_per_s = REQUESTS_PER_SECOND.value
        limit = self._default
        if limit is not None and limit.rate_per_s == rate_per_s:
            return limit
        return self._changed(rate_per_s) if rate_per_s else None

    def _changed(self, rate_per_s: float) -> RateLimit:
        if self._default is None:
            self._default = self._made(rate_per_s)
        else:
            self._default.change_rate(rate_per_s)
        return self._default

    def _made(self, rate_per_s: float) -> RateLimit:
        burst = burst_of(rate_per_s)
        if self._first is not None:
            return RateLimit(rate_per_s, self._first.beside(rate_per_s, burst))
        self._first = make_limiter(rate_per_s, burst, settings.REDIS_URL)
        return RateLimit(rate_per_s, self._first)
