"""Limits how often one address, or one key, may start long work, such as an import: far below the rate of other requests.

Counted by django-ratelimit in windows of a minute, by each gateway for itself. Refused before the body is read.
"""

from collections.abc import Awaitable
from typing import Final, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import async_only_middleware
from django_ratelimit.core import get_usage

from api.errors import RateLimited
from gateway.answers import refuse
from gateway.limiter import REQUESTS_PER_SECOND, bucket_name
from gateway.requests import GatewayRequest, Next
from kit import tunables
from operations.metrics import RATE_LIMITED

WINDOW_S: Final = 60

LONG_WORK_PER_MINUTE = tunables.whole_number(
    "rate_limit.long_work_per_minute",
    60,
    minimum=0,
    maximum=1_000_000,
    unit="starts/min",
    why="Imports, previews and the like that one client address may start. 0, or no limit on requests: no limit.",
    variable="LONG_WORK_PER_MINUTE",
)


@async_only_middleware
def limit_long_work(get_response: Next) -> Next:
    """Let each address, or key, start `rate_limit.long_work_per_minute`; 429 beyond.

    0, or no rate limit, turns it off. A change of the limit begins a new count.
    """

    def answer(request: GatewayRequest) -> Awaitable[HttpResponseBase]:
        per_minute = LONG_WORK_PER_MINUTE.value
        if not _starts_work(request) or not per_minute or not REQUESTS_PER_SECOND.value:
            return get_response(request)
        return answer_within_limit(request, per_minute)

    async def answer_within_limit(request: GatewayRequest, per_minute: int) -> HttpResponseBase:
        rate = (per_minute, WINDOW_S)
        usage = get_usage(request, group="long-work", key=_name_of, rate=rate, increment=True)
        if usage is None or not usage["should_limit"]:
            return await get_response(request)
        RATE_LIMITED.add(("long_work",))
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
