"""What the gateway serves itself: the OpenAPI schema, static files, and the answers to errors outside of any view."""

from functools import lru_cache
from typing import Any, Final

from django.contrib.staticfiles.views import serve
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer

from api.envelope import failure_response
from api.errors import Internal
from kit.errors import Forbidden, Invalid, NotFound, invalid_field

STATIC_LIFETIME_S: Final = 3_600
_RENDERERS: Final[dict[str, type[Any]]] = {"json": OpenApiJsonRenderer, "yaml": OpenApiYamlRenderer}


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The OpenAPI schema as JSON, or as YAML with `?format=yaml`."""
    form = request.GET.get("format", "json")
    if form not in _RENDERERS:
        raise invalid_field("format", f"Must be one of {', '.join(_RENDERERS)}.")
    return HttpResponse(_rendered_schema(form), content_type=_RENDERERS[form].media_type)


@lru_cache(maxsize=len(_RENDERERS))
def _rendered_schema(form: str) -> bytes:
    """The schema is made once: it changes with the code only, and takes a good part of a second."""
    generator: Any = SchemaGenerator  # drf-spectacular has no types
    rendered: bytes = _RENDERERS[form]().render(generator().get_schema(request=None, public=True))
    return rendered


@require_safe
def static_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """A file of the admin's or of Swagger UI's, straight from the installed packages."""
    response = serve(request, path, insecure=True)
    response.headers["Cache-Control"] = f"public, max-age={STATIC_LIFETIME_S}"
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler400."""
    return failure_response(request, Invalid("The request is malformed."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler403."""
    return failure_response(request, Forbidden("This is not permitted."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler404."""
    return failure_response(request, NotFound("There is no such page."))


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500."""
    return failure_response(request, Internal())
