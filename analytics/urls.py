"""The paths of analytics under /api/v1."""

from django.urls import URLPattern, URLResolver

from analytics.backtests import urls as backtests
from analytics.expressions import urls as expressions
from analytics.factors import urls as factors
from analytics.tasks import urls as tasks

urlpatterns: list[URLPattern | URLResolver] = [
    *expressions.urlpatterns,
    *factors.urlpatterns,
    *backtests.urlpatterns,
    *tasks.urlpatterns,
]
