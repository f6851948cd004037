"""The paths of analytics under /api/v1."""

from django.urls import URLPattern, URLResolver

from analytics.expressions import urls as expressions

urlpatterns: list[URLPattern | URLResolver] = [*expressions.urlpatterns]
