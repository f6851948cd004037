"""Says in `Server-Timing` how long the answer took since the request entered; browsers show it, and metrics count it."""

from django.http.response import HttpResponseBase
from django.utils.decorators import async_only_middleware

from gateway.requests import GatewayRequest, Next


@async_only_middleware
def publish_duration(get_response: Next) -> Next:
    """Add the header. The start was noted on entry, so what stood in a queue before this counts too."""

    async def answer(request: GatewayRequest) -> HttpResponseBase:
        response = await get_response(request)
        request.visit.headers.append((b"server-timing", b"app;dur=%.3f" % request.visit.elapsed_ms()))
        return response

    return answer
