"""The paths of splits and dividends under /api/v1."""

from api.routers import ApiRouter
from markets.corporate_actions.views import CorporateActionViewSet

router = ApiRouter()
router.register("corporate-actions", CorporateActionViewSet, basename="corporate-action")

urlpatterns = router.urls
