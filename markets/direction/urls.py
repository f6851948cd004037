"""The paths of seeking and scenarios under /api/v1."""

from django.urls import re_path

from api.routers import ApiRouter
from markets.direction.views import FeedSeekViewSet, ScenarioViewSet

router = ApiRouter()
router.register("feed/scenarios", ScenarioViewSet)

urlpatterns = [
    re_path(r"^feed/seek/?$", FeedSeekViewSet.as_view({"post": "create"}), name="feed-seek"),
    *router.urls,
]
