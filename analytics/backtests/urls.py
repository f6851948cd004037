"""The paths of backtests under /api/v1."""

from django.urls import re_path

from analytics.backtests.views import BacktestViewSet, SweepViewSet, WalkForwardViewSet
from api.routers import ApiRouter

router = ApiRouter()
router.register("backtests/sweeps", SweepViewSet, basename="sweep")
router.register("backtests/walk-forward", WalkForwardViewSet, basename="walk-forward")
router.register("backtests", BacktestViewSet, basename="backtest")

urlpatterns = [
    re_path(r"^backtests/monte-carlo/?$", BacktestViewSet.as_view({"post": "monte_carlo"}), name="monte-carlo"),
    re_path(
        r"^backtests/python-strategies/?$",
        BacktestViewSet.as_view({"get": "python_strategies"}),
        name="python-strategies",
    ),
    *router.urls,
]
