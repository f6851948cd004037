"""The paths of alerts under /api/v1."""

from api.routers import ApiRouter
from trading.alerts.views import AlertEventViewSet, AlertViewSet

router = ApiRouter()
router.register("alerts/events", AlertEventViewSet, basename="alert-event")
router.register("alerts", AlertViewSet, basename="alert")

urlpatterns = router.urls
