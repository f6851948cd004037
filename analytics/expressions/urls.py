"""The paths of expressions under /api/v1."""

from django.urls import re_path

from analytics.expressions.views import ExpressionViewSet

urlpatterns = [
    re_path(r"^expressions/validate/?$", ExpressionViewSet.as_view({"post": "validate"}), name="expression-validate"),
    re_path(r"^factors/operators/?$", ExpressionViewSet.as_view({"get": "operators"}), name="factor-operators"),
]
