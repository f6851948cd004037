"""The admin site, whose login slows down who guesses passwords."""

from typing import Any

from asgiref.sync import async_to_sync
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django_ratelimit.core import is_ratelimited

from operations.metrics import RATE_LIMITED

RATE_PER_NAME = "5/m"
"""Tries a minute for one user name from one address; another name, and another address, are not affected."""

RATE_PER_ADDRESS = "30/m"
"""Tries a minute from one address over all names: a list of names is guessing too."""

MAX_NAME_LENGTH = 150
RETRY_AFTER_S = 60


class SandbarAdminSite(AdminSite):
    """Django's admin with a limit on login attempts."""

    site_title = site_header = "Sandbar"
    index_title = "Administration"

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The login page; 429 for more attempts than a person makes."""
        if request.method == "POST" and is_guessing(request):
            async_to_sync(_count_refusal)()
            return HttpResponse(
                "Too many attempts to log in. Wait a minute, then try again.",
                status=429,
                content_type="text/plain; charset=utf-8",
                headers={"Retry-After": str(RETRY_AFTER_S)},
            )
        return super().login(request, extra_context)


def is_guessing(request: HttpRequest) -> bool:
    """Count this attempt; whether there were too many, for its name or in all."""
    limits = (("admin-login-name", _address_and_name, RATE_PER_NAME), ("admin-login", "ip", RATE_PER_ADDRESS))
    # Both are counted, whatever the first one says.
    exceeded = [
        is_ratelimited(request, group=group, key=key, rate=rate, method="POST", increment=True)
        for group, key, rate in limits
    ]
    return any(exceeded)


async def _count_refusal() -> None:
    """On the event loop, where the tables of metrics are written; the login itself runs in a thread."""
    RATE_LIMITED.add(("login",))


def _address_and_name(group: str, request: HttpRequest) -> str:
    name = request.POST.get("username", "")[:MAX_NAME_LENGTH]
    return f"{request.META['REMOTE_ADDR']} {name}"
