"""The paths of risk under /api/v1. The risk of an account has no list, which is what a router would make of it."""

from django.urls import re_path

from trading.risk.views import RiskViewSet

urlpatterns = [
    re_path(r"^risk/?$", RiskViewSet.as_view({"get": "retrieve"}), name="risk"),
    re_path(r"^risk/limits/?$", RiskViewSet.as_view({"get": "limits", "put": "put_limits"}), name="risk-limits"),
    re_path(r"^risk/halt/?$", RiskViewSet.as_view({"post": "halt"}), name="risk-halt"),
    re_path(r"^risk/resume/?$", RiskViewSet.as_view({"post": "resume"}), name="risk-resume"),
]
