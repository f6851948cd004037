"""Publishes the trace id and who asks: to the view on the request, and to log lines and services through the context."""

from collections.abc import Awaitable

from django.http.response import HttpResponseBase
from django.utils.decorators import async_only_middleware

from gateway.requests import GatewayRequest, Next
from kit.caller import set_caller
from kit.trace import set_trace_id


@async_only_middleware
def publish_trace_id(get_response: Next) -> Next:
    """Make both known below. The header on the answer is the entrance's work, so that no answer misses it."""

    def answer(request: GatewayRequest) -> Awaitable[HttpResponseBase]:
        request.trace_id = request.visit.trace_id
        set_trace_id(request.trace_id)
        set_caller(request.visit.caller)
        return get_response(request)

    return answer
