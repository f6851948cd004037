"""The browser application: its built files, and its page under each of its own paths. Without a build there is only the API.

The built files are those that `npm run build` leaves in `frontend/dist`. Names under `assets/` hold a hash of their content, so
browsers may keep them for good; everything else is asked for again each time.
"""

import mimetypes
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from kit.errors import NotFound

PAGES: Final = r"^(?:services|trading(?:/[A-Za-z0-9._-]{1,64})?|data|system)/?$"
"""The paths that the application has pages for, beside the root; `frontend/src/site.ts` names the same."""

FILES: Final = r"^(?P<name>assets/[\w.-]+|samples/[\w.-]+|[\w-]+\.(?:js|svg|json|txt))$"
"""What a build holds beside the page itself."""

_FOREVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "no-cache"
_HOME_WITHOUT_BUILD: Final = "/api/docs/"


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """The application's first page, or Swagger UI where it was not built."""
    if _file_of("index.html") is None:
        return HttpResponseRedirect(_HOME_WITHOUT_BUILD)
    return _answer(request, "index.html", _ASK_AGAIN)


@require_safe
def page(request: HttpRequest) -> HttpResponseBase:
    """The application, which shows the page of its address."""
    return _answer(request, "index.html", _ASK_AGAIN)


@require_safe
def built_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """A file of the build."""
    return _answer(request, name, _FOREVER if name.startswith("assets/") else _ASK_AGAIN)


def _answer(request: HttpRequest, name: str, keep: str) -> HttpResponseBase:
    path = _file_of(name)
    if path is None:
        raise NotFound("There is no such page.")
    status = path.stat()
    tag = f'"{status.st_mtime_ns:x}-{status.st_size:x}"'
    headers = {"Cache-Control": keep, "ETag": tag, "Last-Modified": http_date(status.st_mtime)}
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        return HttpResponseNotModified(headers=headers)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return HttpResponse(path.read_bytes(), content_type=kind, headers=headers)


def _file_of(name: str) -> Path | None:
    """Where the file lies, if it is one of the build's: a name that leads out of the folder is no file of ours."""
    root: Path = settings.FRONTEND_DIR
    path = (root / name).resolve()
    return path if path.is_relative_to(root.resolve()) and path.is_file() else None
