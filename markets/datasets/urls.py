"""The paths of data sets under /api/v1."""

from api.routers import ApiRouter
from markets.datasets.views import DatasetViewSet

router = ApiRouter()
router.register("datasets", DatasetViewSet, basename="dataset")

urlpatterns = router.urls
