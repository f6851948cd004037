"""The paths that operators and their programs probe, at the root: health, liveness, readiness, metrics."""

from django.urls import re_path

from operations.views import ProbeViewSet, show_metrics

urlpatterns = [
    re_path(r"^health/?$", ProbeViewSet.as_view({"get": "health"}), name="health"),
    re_path(r"^healthz/?$", ProbeViewSet.as_view({"get": "alive"}), name="healthz"),
    re_path(r"^livez/?$", ProbeViewSet.as_view({"get": "alive"}), name="livez"),
    re_path(r"^readyz/?$", ProbeViewSet.as_view({"get": "ready"}), name="ready"),
    re_path(r"^metrics/?$", show_metrics, name="metrics"),
]
