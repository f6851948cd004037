"""The paths of strategies under /api/v1."""

from api.routers import ApiRouter
from trading.strategies.views import StrategyViewSet

router = ApiRouter()
router.register("strategies", StrategyViewSet, basename="strategy")

urlpatterns = router.urls
