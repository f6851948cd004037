"""The paths of analytics under /api/v1."""

from django.urls import URLPattern, URLResolver

from analytics.backtests import urls as backtests
from analytics.expressions import urls as expressions

urlpatterns: list[URLPattern | URLResolver] = [*expressions.urlpatterns, *backtests.urlpatterns]
