"""Session, login, messages and CSRF: Django's own, for /admin alone, in the process that makes its pages.

Everything else is used by programs, carries no cookie, and must not pay for a thread hop in each of these. They are
subclasses in settings.MIDDLEWARE, so that Django's checks of the admin find what they look for; the handler leads other
requests past all of them.
"""

from collections.abc import Callable
from typing import Any, Final

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.middleware.csrf import CsrfViewMiddleware

from gateway.admin_pages.process import ADMIN_PAGES

ADMIN_PREFIX: Final = "/admin/"


def is_admin_path(path: str) -> bool:
    """Whether a path is the admin's, whose answers are pages for people."""
    return path.startswith(ADMIN_PREFIX)


def for_admin_alone(admins: Any, others: Any) -> Callable[[Any], Any]:
    """A step of the chain: requests under /admin go on through `admins`, all others through `others`.

    Where another process makes the admin's pages, these layers are its own.
    """

    def answer(request: Any) -> Any:
        if not request.path.startswith(ADMIN_PREFIX) or ADMIN_PAGES.is_on:
            return others(request)
        return admins(request)

    return answer


class AdminSessionMiddleware(SessionMiddleware):
    """Sessions under /admin."""

    is_for_admin_alone = True


class AdminAuthenticationMiddleware(AuthenticationMiddleware):
    """The logged-in user under /admin."""

    is_for_admin_alone = True


class AdminMessageMiddleware(MessageMiddleware):
    """One-time notices under /admin."""

    is_for_admin_alone = True


class AdminCsrfViewMiddleware(CsrfViewMiddleware):
    """CSRF tokens under /admin. Elsewhere the guards on Host and Origin, and JSON-only bodies, do that work."""

    is_for_admin_alone = True

    def process_view(self, request: Any, callback: Any, callback_args: Any, callback_kwargs: Any) -> Any:
        """Check the token of forms under /admin."""
        if is_admin_path(request.path):
            return super().process_view(request, callback, callback_args, callback_kwargs)
        return None
