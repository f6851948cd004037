"""Answers for the accounts of this gateway, and says of others which one to ask; a gateway that is alone has nothing to do.

What an operation is about is its account in the path, else the one of X-Account. Rehearsals are the gateway's own.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings
from django.http.response import HttpResponseBase
from django.utils.decorators import async_only_middleware

from gateway.answers import refuse
from gateway.middleware.authentication import ACCOUNT
from gateway.middleware.rehearsal import HEADER as REHEARSAL
from gateway.requests import GatewayRequest, Next
from kit.accounts import DEFAULT_ACCOUNT, is_account_id
from kit.errors import DomainError
from trading.ownership import services


@async_only_middleware
def direct_accounts(get_response: Next) -> Next:
    """Have a request answered by whom its account belongs to."""
    if not settings.JOURNAL_URL:
        return get_response

    def answer(request: GatewayRequest) -> Awaitable[HttpResponseBase]:
        account = _account_of(request)
        return get_response(request) if account is None else answer_for(request, account)

    async def answer_for(request: GatewayRequest, account: str) -> HttpResponseBase:
        keeps_tables = not _view(request).in_rehearsals
        try:
            context = services.direct(account, keeps_tables=keeps_tables)
            context = context or await services.find(account, keeps_tables=keeps_tables)
        except DomainError as refusal:
            return refuse(request, refusal)
        with context:
            return await get_response(request)

    return answer


def _account_of(request: GatewayRequest) -> str | None:
    """The account that an operation is about; None for one that is about none, or about one there cannot be."""
    match = request.resolver_match
    if match is None or REHEARSAL in request.META:
        return None
    view = match.func
    in_path: str | None = getattr(view, "account_in_path", None)
    account = None if in_path is None else match.kwargs.get(in_path)
    if account is None and request.method in getattr(view, "account_methods", ()):
        account = request.META.get(ACCOUNT, DEFAULT_ACCOUNT)
    return account if account is not None and is_account_id(account) else None


def _view(request: GatewayRequest) -> Any:
    view: Callable[..., Any] = request.resolver_match.func  # type: ignore[union-attr]
    return view
