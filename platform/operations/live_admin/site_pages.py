"""The admin's pages that belong to no model: home, its figures as JSON, and the internal parts with their restart."""

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods

from kit.clock import iso_ms_from_ns
from kit.errors import DomainError, NotFound
from operations.live_admin.loop import call_on_loop, run_on_loop
from operations.live_admin.overview import TILES, Overview, Tile, light_of_service, look
from operations.live_admin.pages import SIGNS
from operations.services_registry import SERVICES, ServiceReport

VIEW_SERVICES = "operations.view_service"
RESTART_SERVICES = "operations.change_service"
PERCENT = 100
RESTART_TIMEOUT_S = 25.0
_encode = msgspec.json.Encoder().encode


def paths_of(site: AdminSite) -> list[URLPattern]:
    """The paths, each behind the site's login."""

    def view(function: Callable[..., HttpResponse], *methods: str) -> Callable[..., HttpResponse]:
        return site.admin_view(require_http_methods(methods)(partial(function, site)))

    return [
        path("overview/", view(show_overview, "GET", "HEAD"), name="overview"),
        path("services/", view(show_services, "GET", "HEAD"), name="services"),
        path("services/<str:name>/restart/", view(restart_service, "GET", "HEAD", "POST"), name="restart_service"),
    ]


def home_context(site: AdminSite, request: HttpRequest) -> dict[str, Any]:
    """What the home page shows before its script has asked for news."""
    tiles, overview = _look(request)
    links = {tile.name: reverse(tile.page, current_app=site.name) for tile in tiles}
    return {
        "overview": overview,
        "tiles": [(tile, links[tile.name], SIGNS[tile.state.light][0]) for tile in overview.tiles],
        "checks": [(each, SIGNS[each.light][0]) for each in overview.checks],
        "services": [(each, SIGNS[each.light][0]) for each in overview.services],
        "server_sign": SIGNS[overview.server.light][0],
        "may_see_services": _may_see_services(request),
    }


def show_overview(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """The figures of the home page as JSON."""
    return HttpResponse(_encode(_look(request)[1]), content_type="application/json")


def show_services(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """Every internal part: state, since when, latency, load, last error."""
    if not _may_see_services(request):
        raise PermissionDenied
    reports = call_on_loop(_list_services)
    context = {
        **site.each_context(request),
        "title": "Services",
        "services": [
            {
                "report": report,
                "light": light_of_service(report).light,
                "sign": SIGNS[light_of_service(report).light][0],
                "since": "" if report.since is None else iso_ms_from_ns(report.since),
                "load": "" if report.load is None else f"{report.load * PERCENT:.1f} %",
                "latency": "" if report.latency_ms is None else f"{report.latency_ms:,.2f} ms",
            }
            for report in reports
        ],
        "may_restart": request.user.has_perm(RESTART_SERVICES),
    }
    return TemplateResponse(request, "operations/services.html", context)


def restart_service(site: AdminSite, request: HttpRequest, name: str) -> HttpResponse:
    """Ask whether to restart a part; with the form's POST, do it."""
    if not request.user.has_perm(RESTART_SERVICES):
        raise PermissionDenied
    try:
        report = call_on_loop(_get_service, name)
    except NotFound as error:
        raise Http404(error.message) from error
    if request.method != "POST":
        context = {**site.each_context(request), "title": f"Restart {name}?", "report": report}
        return TemplateResponse(request, "operations/restart_service.html", context)
    try:
        after = run_on_loop(_restart_service, name, timeout_s=RESTART_TIMEOUT_S)
    except DomainError as error:
        messages.error(request, f"{name} was not restarted. {error.message}")
    except TimeoutError:
        messages.error(request, f"{name} did not come back within {RESTART_TIMEOUT_S:g} s.")
    else:
        messages.success(request, f"{name} was restarted and is {after.state}.")
    return HttpResponseRedirect(reverse("admin:services", current_app=site.name))


def _look(request: HttpRequest) -> tuple[list[Tile], Overview]:
    tiles = TILES.visible(request.user.has_perm)
    names = [tile.name for tile in tiles]
    return tiles, run_on_loop(look, names, _may_see_services(request))


def _may_see_services(request: HttpRequest) -> bool:
    return request.user.has_perm(VIEW_SERVICES) or request.user.has_perm(RESTART_SERVICES)


def _list_services() -> list[ServiceReport]:
    return SERVICES.list_services()


def _get_service(name: str) -> ServiceReport:
    return SERVICES.get(name)


async def _restart_service(name: str) -> ServiceReport:
    return await SERVICES.restart(name)
