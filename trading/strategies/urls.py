"""The paths of strategies under /api/v1."""

from api.routers import ApiRouter
from trading.strategies.views import StrategyRehearsalViewSet, StrategyViewSet

router = ApiRouter()
router.register("strategies/rehearsals", StrategyRehearsalViewSet, basename="strategy-rehearsal")
router.register("strategies", StrategyViewSet, basename="strategy")

urlpatterns = router.urls
