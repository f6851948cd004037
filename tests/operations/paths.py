"""The paths of operations, as the gateway mounts them; nothing of the apps above."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from operations.admin_site import SandbarAdminSite


async def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("nothing", status=404)


urlpatterns = [
    path("api/v1/", include("operations.urls")),
    path("", include("operations.probe_urls")),
    path("admin/", SandbarAdminSite(name="admin").urls),
]
handler404 = nothing
