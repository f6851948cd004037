"""Fixed paths win over parameters, and the final slash is optional everywhere."""

from typing import Any

import pytest
from django.urls import Resolver404, URLResolver
from django.urls.resolvers import RegexPattern

from api.routers import ApiRouter
from api.viewsets import ApiViewSet, Call, action, operation


class RunViewSet(ApiViewSet):
    """Runs, by id."""

    @operation()
    async def retrieve(self, call: Call) -> None: ...

    @action(detail=True)
    @operation()
    async def trades(self, call: Call) -> None: ...


class SweepViewSet(ApiViewSet):
    """Sweeps, which live under the runs."""

    @operation()
    async def list(self, call: Call) -> None: ...

    @operation()
    async def retrieve(self, call: Call) -> None: ...


@pytest.fixture(scope="module")
def resolver() -> URLResolver:
    """The routes of both, the general ones registered first."""
    router = ApiRouter()
    router.register("runs", RunViewSet)
    router.register("runs/sweeps", SweepViewSet)
    return URLResolver(RegexPattern(r"^"), router.urls)


@pytest.mark.parametrize(
    ("path", "view", "kwargs"),
    [
        ("runs/7/", "RunViewSet", {"id": "7"}),
        ("runs/7", "RunViewSet", {"id": "7"}),
        ("runs/7/trades", "RunViewSet", {"id": "7"}),
        ("runs/sweeps/", "SweepViewSet", {}),
        ("runs/sweeps", "SweepViewSet", {}),
        ("runs/sweeps/7/", "SweepViewSet", {"id": "7"}),
        ("runs/sweeps/trades/", "SweepViewSet", {"id": "trades"}),
        ("runs/BRK.B-USD/", "RunViewSet", {"id": "BRK.B-USD"}),
    ],
)
def test_the_most_fixed_path_wins(resolver: URLResolver, path: str, view: str, kwargs: dict[str, Any]) -> None:
    match = resolver.resolve(path)
    served_by: Any = match.func
    assert (served_by.cls.__name__, match.kwargs) == (view, kwargs)


@pytest.mark.parametrize("path", ["runs//", "runs/7/trades/x", "runs/7//", "sweeps/"])
def test_other_paths_do_not_exist(resolver: URLResolver, path: str) -> None:
    with pytest.raises(Resolver404):
        resolver.resolve(path)
