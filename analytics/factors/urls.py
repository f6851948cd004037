"""The paths of factors under /api/v1."""

from django.urls import re_path

from analytics.factors.views import FactorViewSet
from api.routers import ApiRouter

router = ApiRouter()
router.register("factors", FactorViewSet, basename="factor")

urlpatterns = [
    re_path(r"^factors/sets/?$", FactorViewSet.as_view({"get": "sets"}), name="factor-sets"),
    re_path(r"^factors/compute/?$", FactorViewSet.as_view({"post": "compute"}), name="factor-compute"),
    re_path(r"^factors/evaluate/?$", FactorViewSet.as_view({"post": "evaluate"}), name="factor-evaluate"),
    re_path(r"^factors/values/(?P<id>[^/]+)/?$", FactorViewSet.as_view({"get": "values"}), name="factor-values"),
    *router.urls,
]
