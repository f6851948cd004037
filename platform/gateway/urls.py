"""Every path of the gateway: the apps' resources under /api/v1, what operators probe, the docs and the admin."""

import importlib.util

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path

from gateway import pages

API_APPS = ("operations", "markets", "trading")

urlpatterns: list[URLPattern | URLResolver] = [
    *(
        path("api/v1/", include(f"{app}.urls"))
        for app in API_APPS
        if apps.is_installed(app) and importlib.util.find_spec(f"{app}.urls")
    ),
    path("", include("gateway.page_urls")),
]

handler400 = pages.bad_request
handler403 = pages.forbidden
handler404 = pages.not_found
handler500 = pages.server_error
