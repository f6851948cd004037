"""The paths that the gateway serves itself: schema, docs, static files, the admin and the browser application."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularSwaggerSplitView

from gateway import frontend, pages

urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^api/schema/?$", pages.schema, name="schema"),
    re_path(r"^api/docs/?$", SpectacularSwaggerSplitView.as_view(url="/api/schema/")),
    re_path(r"^static/(?P<path>.+)$", pages.static_file),
    path("admin/", admin.site.urls),
    path("admin", RedirectView.as_view(url="/admin/")),
    *frontend.urlpatterns,
]
