"""The paths of reports under /api/v1."""

from api.routers import ApiRouter
from reports.schedules.views import ScheduleViewSet
from reports.views import ReportViewSet

router = ApiRouter()
router.register("reports/schedules", ScheduleViewSet, basename="report-schedule")
router.register("reports", ReportViewSet, basename="report")

urlpatterns = [*router.urls]
