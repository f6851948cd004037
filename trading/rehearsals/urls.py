"""The paths of rehearsals under /api/v1."""

from api.routers import ApiRouter
from trading.rehearsals.views import RehearsalViewSet

router = ApiRouter()
router.register("rehearsals", RehearsalViewSet)

urlpatterns = router.urls
