"""How the handler remembers where paths lead."""

import pytest

from gateway import handler
from gateway.handler import Handler
from gateway.requests import GatewayRequest
from gateway.visit import Visit


@pytest.fixture
def routes(monkeypatch, make_app) -> Handler:
    """A handler that remembers five paths."""
    monkeypatch.setattr(handler, "ROUTE_CACHE_LIMIT", 5)
    make_app()
    return Handler()


def route_of(routes: Handler, path: str) -> tuple[str, dict[str, str]]:
    """The route and the path parameters that a request for `path` gets."""
    scope = {"method": "GET", "path": path, "headers": [], "query_string": b"", "client": None}
    request = GatewayRequest(scope, Visit(scope), None)
    routes._route(request)
    return request.visit.route, request.resolver_match.kwargs if request.resolver_match else {}


def test_each_path_keeps_its_own_parameters(routes):
    for _ in range(2):
        for kind in ("bug", "drf"):
            assert route_of(routes, f"/api/v1/fail/{kind}/") == ("/api/v1/fail/{kind}/", {"kind": kind})
    assert route_of(routes, "/api/v1/fail/bug/none") == ("", {})


def test_invented_paths_do_not_fill_the_memory(routes):
    for number in range(50):
        route_of(routes, f"/api/v1/fail/{number}/")
        route_of(routes, f"/nowhere/{number}/")
    assert routes._remembered.cache_info().currsize == 5


def test_a_long_path_is_found_and_not_kept(routes):
    kind = "x" * 1_000
    assert route_of(routes, f"/api/v1/fail/{kind}/")[1] == {"kind": kind}
    assert routes._remembered.cache_info().currsize == 0
