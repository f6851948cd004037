"""Receives the body: after the rate limiter let the request in, before idempotency looks at what was sent."""

from collections.abc import Awaitable

from django.http.response import HttpResponseBase
from django.utils.decorators import async_only_middleware

from api.errors import BodyTooLarge
from gateway.answers import refuse
from gateway.requests import GatewayRequest, Next
from kit.errors import DomainError


@async_only_middleware
def receive_body(get_response: Next) -> Next:
    """Read the body within its limits. A client that hangs up before the end raises ClientGone: nothing is executed."""

    def answer(request: GatewayRequest) -> Awaitable[HttpResponseBase]:
        if request.has_no_body():
            request.take_empty_body()
            return get_response(request)
        return answer_with_body(request)

    async def answer_with_body(request: GatewayRequest) -> HttpResponseBase:
        try:
            await request.read_body()
        except DomainError as error:
            if isinstance(error, BodyTooLarge):
                await request.discard_body()
            response = refuse(request, error)
            response.headers["Connection"] = "close"  # what else the client meant to send is not read
            return response
        return await get_response(request)

    return answer
