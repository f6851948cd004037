"""The admin site: a login that slows down who guesses passwords, a home of its own, and pages that hold nobody up."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.forms import UsernameField
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django_ratelimit.core import get_usage

from kit.caller import Caller, current_caller, set_caller
from kit.errors import invalid_field
from operations.audit.admin_site import RecordedAdminSite
from operations.live_admin import site_pages
from operations.live_admin.loop import call_on_loop
from operations.metrics import RATE_LIMITED

RATE_PER_NAME = "5/m"
"""Wrong tries a minute for one user name from one address; another name, and another address, are not affected."""

RATE_PER_ADDRESS = "30/m"
"""Wrong tries a minute from one address over all names: a list of names is guessing too."""

RIGHT = "-right"
"""What the groups of right tries are called beside those of all tries."""

SUCCEEDED = 302
"""The status of a login that succeeded; one that did not is answered with the form."""

MAX_NAME_LENGTH = 150
RETRY_AFTER_S = 60
LAST_APPS = {"jobs": 1, "operations": 2, "config": 2, "auth": 3}
"""Markets and trading come before these."""


AdminView = Callable[..., HttpResponse]


class SandbarAdminSite(RecordedAdminSite):
    """Django's admin with a limit on login attempts, the state of the gateway on its home page, and its services."""

    site_title = site_header = "Sandbar"
    index_title = "At a glance"
    index_template = "operations/home.html"
    site_url = None
    enable_nav_sidebar = False
    """The pages are a line in the head: tables need the width."""

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """With the pages that belong to no model; they come first, for the last of Django's takes every path."""
        return [*site_pages.paths_of(self), *super().get_urls()]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Behind the login, in the name of who is logged in."""
        return super().admin_view(attended(view), cacheable)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Home."""
        return super().index(request, {**site_pages.home_context(self, request), **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """With the services, which have a page and no table; what is about this installation itself comes last."""
        apps = super().get_app_list(request, app_label)
        if request.user.has_perm(site_pages.VIEW_SERVICES):
            url = reverse("admin:services", current_app=self.name)
            services = {"name": "Services", "object_name": "Service", "admin_url": url, "view_only": True, "perms": {}}
            for app in apps:
                if app["app_label"] == "operations":
                    app["models"].append(services)
        return sorted(apps, key=lambda app: LAST_APPS.get(app["app_label"], 0))

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The login page; 429 for more wrong attempts than a person makes."""
        if request.method == "POST" and is_guessing(request):
            call_on_loop(_count_refusal)
            return HttpResponse(
                "Too many attempts to log in. Wait a minute, then try again.",
                status=429,
                content_type="text/plain; charset=utf-8",
                headers={"Retry-After": str(RETRY_AFTER_S)},
            )
        response = super().login(request, extra_context)
        if request.method == "POST" and response.status_code == SUCCEEDED:
            take_back(request)
        return response


def attended(view: AdminView) -> AdminView:
    """A view of somebody logged in: what it does is done in that name, and no NUL of theirs reaches a table."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
        refuse_nul(request.GET)
        refuse_nul(request.POST)
        set_caller(Caller("user", request.user.get_username(), current_caller().address))
        return view(request, *args, **values)

    return run


def refuse_nul(asked: QueryDict) -> None:
    """Raise Invalid for a NUL in a filter, a choice of rows or a form: Django would ask Postgres for it in vain."""
    for name, texts in asked.lists():
        if any("\0" in text for text in (name, *texts)):
            raise invalid_field(name.replace("\0", ""), "Holds a NUL, which no text here does; leave it out.")


def is_guessing(request: HttpRequest) -> bool:
    """Count this attempt; whether there were too many wrong ones, for its name or in all.

    It counts before its password is looked at, so that many at the same moment are no way around; a right one is taken
    back afterwards.
    """
    # A list, for both are counted, whatever the first one says.
    exceeded = [_is_over(request, *limit) for limit in _limits()]
    return any(exceeded)


def take_back(request: HttpRequest) -> None:
    """This attempt was right."""
    for limit in _limits():
        _usage(request, *limit, suffix=RIGHT, increment=True)


def _limits() -> tuple[tuple[str, Any, str], ...]:
    """Of each limit the group, what is counted apart, and the rate."""
    return ("admin-login-name", _address_and_name, RATE_PER_NAME), ("admin-login", "ip", RATE_PER_ADDRESS)


def _is_over(request: HttpRequest, group: str, key: Any, rate: str) -> bool:
    tries = _usage(request, group, key, rate, increment=True)
    right = _usage(request, group, key, rate, suffix=RIGHT, increment=False)
    return tries["count"] - right["count"] > tries["limit"] or not tries["limit"]  # no limit: it could not be counted


def _usage(
    request: HttpRequest, group: str, key: Any, rate: str, *, suffix: str = "", increment: bool
) -> dict[str, int]:
    usage: dict[str, int] = get_usage(
        request, group=f"{group}{suffix}", key=key, rate=rate, method="POST", increment=increment
    )
    return usage


def _count_refusal() -> None:
    """On the event loop, where the tables of metrics are written."""
    RATE_LIMITED.add(("login",))


def _address_and_name(group: str, request: HttpRequest) -> str:
    """The name as the form reads it: another way to write the same one is no other name."""
    name = UsernameField(required=False).to_python(request.POST.get("username", "").strip()[:MAX_NAME_LENGTH])
    return f"{request.META['REMOTE_ADDR']} {name}"
