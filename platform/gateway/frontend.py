"""The browser application: its built files, and its page under its own paths. Without a build there is only the API.

The built files are those that `npm run build` leaves in `frontend/dist`. Names under `assets/` hold a hash of their
content, so browsers may keep them for good; everything else is asked for again each time. A file is read and packed once,
in a thread, and again when it has changed; a build is about a megabyte.
"""

import asyncio
import gzip
import mimetypes
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.urls import URLPattern, re_path
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from api.operation import needs
from gateway.middleware.compression import accepts_gzip
from kit.errors import NotFound

_FOREVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "no-cache"
_HOME_WITHOUT_BUILD: Final = "/api/docs/"
_PACKABLE: Final = ("text/", "application/json", "application/javascript", "image/svg")
_KEPT_FILES: Final = 128


public = needs("public")
"""The files hold nothing: what the pages show they ask the API for, with a key where there are keys."""


@public
@require_safe
async def home(request: HttpRequest) -> HttpResponse:
    """The application's first page, or Swagger UI where it was not built."""
    if _file_of("index.html") is None:
        return HttpResponseRedirect(_HOME_WITHOUT_BUILD)
    return await _answer(request, "index.html", _ASK_AGAIN)


@public
@require_safe
async def page(request: HttpRequest, **place: str) -> HttpResponse:
    """The application, which shows the page of its address."""
    return await _answer(request, "index.html", _ASK_AGAIN)


@public
@require_safe
async def asset(request: HttpRequest, name: str) -> HttpResponse:
    """A script, a style sheet or another file whose name changes with its content."""
    return await _answer(request, f"assets/{name}", _FOREVER)


@public
@require_safe
async def sample(request: HttpRequest, name: str) -> HttpResponse:
    """A price file to begin with."""
    return await _answer(request, f"samples/{name}", _ASK_AGAIN)


@public
@require_safe
async def root_file(request: HttpRequest, name: str) -> HttpResponse:
    """A file beside the page."""
    return await _answer(request, name, _ASK_AGAIN)


urlpatterns: list[URLPattern] = [
    re_path(r"^$", home),
    # The paths that the application has pages for; `frontend/src/site.ts` names the same.
    re_path(
        r"^(?P<page>services|trading|risk|strategies|alerts|reports|accounts|backtests|sweeps|factors|analyses|jobs|parity"
        r"|data|system)/?$",
        page,
    ),
    re_path(r"^(?P<page>strategies|reports|backtests|sweeps|factors|analyses)/(?P<id>[A-Za-z0-9._-]+)/?$", page),
    re_path(r"^trading/(?P<symbol>[A-Za-z0-9._-]+)/?$", page),
    re_path(r"^assets/(?P<name>[A-Za-z0-9._-]+)$", asset),
    re_path(r"^samples/(?P<name>[A-Za-z0-9._-]+)$", sample),
    re_path(r"^(?P<name>theme\.js|favicon\.svg|licences\.json)$", root_file),
]


async def _answer(request: HttpRequest, name: str, keep: str) -> HttpResponse:
    path = _file_of(name)
    if path is None:
        raise NotFound("There is no such page.")
    status = path.stat()
    tag = f'"{status.st_mtime_ns:x}-{status.st_size:x}"'
    headers = {"Cache-Control": keep, "ETag": tag}
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        return HttpResponseNotModified(headers=headers)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    plain, packed = await asyncio.to_thread(_content, path, tag, kind)
    if packed is None:
        return HttpResponse(plain, content_type=kind, headers=headers)
    is_packed = accepts_gzip(request.headers.get("Accept-Encoding", ""))
    if is_packed:
        headers["Content-Encoding"] = "gzip"
    response = HttpResponse(packed if is_packed else plain, content_type=kind, headers=headers)
    patch_vary_headers(response, ("Accept-Encoding",))
    return response


def _file_of(name: str) -> Path | None:
    """Where the file lies, if it is one of the build's: a name that leads out of the folder is no file of ours."""
    root: Path = settings.FRONTEND_DIR
    path = (root / name).resolve()
    return path if path.is_relative_to(root.resolve()) and path.is_file() else None


@lru_cache(maxsize=_KEPT_FILES)
def _content(path: Path, tag: str, kind: str) -> tuple[bytes, bytes | None]:
    """A file as it is and packed, where packing helps; `tag` is another one once the file has changed."""
    plain = path.read_bytes()
    return plain, gzip.compress(plain, mtime=0) if kind.startswith(_PACKABLE) else None
