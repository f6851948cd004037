"""Lets a request work in the rehearsal that it names by X-Rehearsal; all others go by untouched."""

from collections.abc import Awaitable
from typing import Final

from django.http.response import HttpResponseBase
from django.utils.decorators import async_only_middleware

from gateway.answers import refuse
from gateway.middleware.rate_limit import COUNTED_PREFIX
from gateway.requests import GatewayRequest, Next
from kit.errors import DomainError
from trading.rehearsals import services

HEADER: Final = "HTTP_X_REHEARSAL"


@async_only_middleware
def choose_rehearsal(get_response: Next) -> Next:
    """Have the views find the desk and the feed of the rehearsal; refuse one that does not go on."""

    def answer(request: GatewayRequest) -> Awaitable[HttpResponseBase]:
        if HEADER not in request.META or not request.path.startswith(COUNTED_PREFIX):
            return get_response(request)
        return answer_in_rehearsal(request) if _is_served(request) else get_response(request)

    async def answer_in_rehearsal(request: GatewayRequest) -> HttpResponseBase:
        try:
            rehearsal = services.rehearse(request.META[HEADER])
        except DomainError as refusal:
            return refuse(request, refusal)
        with rehearsal:
            return await get_response(request)

    return answer


def _is_served(request: GatewayRequest) -> bool:
    """Whether there is anything to answer: what is not served says so, whatever rehearsal it is asked of."""
    match = request.resolver_match
    return match is not None and str(request.method).lower() in getattr(match.func, "actions", ())
