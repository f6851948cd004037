"""Says in `Server-Timing` how long the answer took since the request entered; browsers show it, and metrics count it."""

from collections.abc import Awaitable

from django.http.response import HttpResponseBase
from django.utils.decorators import async_only_middleware

from gateway.requests import GatewayRequest, Next


@async_only_middleware
def publish_duration(get_response: Next) -> Next:
    """Have the header added. The start was noted on entry, so what stood in a queue before this counts too."""

    def answer(request: GatewayRequest) -> Awaitable[HttpResponseBase]:
        # The entrance adds it as the answer's head goes out: nobody has to wait here for that.
        request.visit.shows_duration = True
        return get_response(request)

    return answer
