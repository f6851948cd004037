"""The paths of analyses under /api/v1."""

from analytics.tasks.views import AnalysisViewSet
from api.routers import ApiRouter

router = ApiRouter()
router.register("analytics", AnalysisViewSet, basename="analysis")

urlpatterns = router.urls
