"""The paths that the gateway serves itself: schema, docs, static files, the admin and the browser application."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularSwaggerSplitView

from api.operation import needs
from gateway import frontend, pages

public = needs("public")
"""Everybody may read how to use this, and the files that show it; the admin has its own login."""

urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^api/schema/?$", public(pages.schema), name="schema"),
    re_path(r"^api/docs/?$", public(SpectacularSwaggerSplitView.as_view(url="/api/schema/"))),
    re_path(r"^static/(?P<path>.+)$", public(pages.static_file)),
    path("admin/", admin.site.urls),
    path("admin", public(RedirectView.as_view(url="/admin/"))),
    *frontend.urlpatterns,
]
