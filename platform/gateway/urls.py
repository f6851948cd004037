"""Every path of the gateway: the apps' resources under /api/v1, what operators probe, the docs and the admin."""

from django.urls import URLPattern, URLResolver, include, path

from gateway import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("trading.urls")),
    path("api/v1/", include("markets.urls")),
    path("api/v1/", include("analytics.urls")),
    path("api/v1/", include("reports.urls")),
    path("api/v1/", include("operations.urls")),
    path("", include("operations.probe_urls")),
    path("", include("gateway.page_urls")),
]

handler400 = pages.bad_request
handler403 = pages.forbidden
handler404 = pages.not_found
handler500 = pages.server_error
