"""The router of every resource: paths with and without the final slash, fixed paths before those with a parameter."""

from typing import Any

from django.urls import URLPattern, URLResolver
from rest_framework.routers import SimpleRouter


class ApiRouter(SimpleRouter):
    """DRF's simple router, whose patterns end in an optional slash and never hide one another.

    `orders/preview/` comes before `orders/{id}/`, and `backtests/sweeps/{id}/` before `backtests/{id}/trades/`,
    whatever the order of registration.
    """

    def __init__(self) -> None:
        super().__init__()
        self.trailing_slash = "/?"

    def get_default_basename(self, viewset: Any) -> str:
        """The name of a resource that was registered without one: its class's, without the suffix."""
        return str(viewset.__name__).removesuffix("ViewSet").lower()

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The patterns, the most fixed first."""
        return sorted(super().get_urls(), key=_parameters_by_segment)


def _parameters_by_segment(pattern: URLPattern | URLResolver) -> tuple[bool, ...]:
    """For each segment of the path whether it is a parameter: fixed ones sort first, at the first difference."""
    path = str(pattern.pattern).lstrip("^").rstrip("$").removesuffix("/?")
    return tuple("(?P<" in segment for segment in path.replace("[^/", "[^").split("/"))
