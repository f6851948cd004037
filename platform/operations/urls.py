"""The paths of this app under /api/v1; those outside of it are in `operations.probe_urls`."""

from api.routers import ApiRouter
from operations.audit.views import AuditViewSet
from operations.config.views import ConfigViewSet
from operations.keys.views import KeyViewSet
from operations.views import JobViewSet, ServiceViewSet, SystemViewSet

router = ApiRouter()
router.register("config", ConfigViewSet, basename="config")
router.register("jobs", JobViewSet, basename="job")
router.register("keys", KeyViewSet, basename="key")
router.register("system/services", ServiceViewSet, basename="service")
router.register("system", SystemViewSet, basename="system")
router.register("audit", AuditViewSet, basename="audit")

urlpatterns = router.urls
