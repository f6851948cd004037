"""Asks for a key, and holds it to its scope and its accounts: the one place where that is decided for HTTP.

Who it is is asked behind CORS, because a browser sends no key with a preflight and must be able to read a refusal; and
before the rate limit, so that a request counts against its key and not its address. Wrong keys are counted by
`gateway.authentication`. What a key may do is asked behind the rate limit: who is refused without end must not be able
to fill the audit with it.
"""

from collections.abc import Awaitable

from django.conf import settings
from django.http.response import HttpResponseBase
from django.utils.decorators import async_only_middleware

from api.operation import need_of
from gateway.answers import refuse
from gateway.authentication import access_without_key, admit
from gateway.middleware.admin import is_admin_path
from gateway.requests import GatewayRequest, Next
from kit.errors import DomainError

ACCOUNT: str = "HTTP_X_ACCOUNT"


@async_only_middleware
def check_keys(get_response: Next) -> Next:
    """Let in who may; without PERSONAL_API_KEY_ENABLED there are no keys, and an Authorization header means nothing."""
    if not settings.PERSONAL_API_KEY_ENABLED:
        return get_response
    public_access = access_without_key()

    def answer(request: GatewayRequest) -> Awaitable[HttpResponseBase]:
        if _need_of(request) == "public":
            request.access = public_access
            return get_response(request)
        try:
            request.access = admit(request.visit, request.META.get("HTTP_AUTHORIZATION"))
        except DomainError as refusal:
            return _refuse(request, refusal)
        return get_response(request)

    return answer


@async_only_middleware
def check_access(get_response: Next) -> Next:
    """Refuse what the key's scope does not cover, and the accounts that are not there for it."""
    if not settings.PERSONAL_API_KEY_ENABLED:
        return get_response

    def answer(request: GatewayRequest) -> Awaitable[HttpResponseBase]:
        need, access = _need_of(request), request.access
        if need == "public":
            return get_response(request)
        try:
            if need is not None:
                access.require(need)
            if access.accounts:
                _hold_to_accounts(request)
        except DomainError as refusal:
            return _refuse(request, refusal)
        return get_response(request)

    return answer


def _need_of(request: GatewayRequest) -> str | None:
    """The scope that is needed; None, any key, for what is not there: only who has one learns that."""
    if is_admin_path(request.path):
        return "public"  # it has a login of its own
    match = request.resolver_match
    return None if match is None else need_of(match.func, str(request.method))


def _hold_to_accounts(request: GatewayRequest) -> None:
    """Name the key's own account where none is named, for idempotency and the view; raise NotFound for another one."""
    meta, access = request.META, request.access
    access.require_account(meta.setdefault(ACCOUNT, access.home_account))
    match = request.resolver_match
    in_path = None if match is None else getattr(match.func, "account_in_path", None)
    if match is not None and in_path in match.kwargs:
        access.require_account(match.kwargs[in_path])


async def _refuse(request: GatewayRequest, refusal: DomainError) -> HttpResponseBase:
    return refuse(request, refusal)
