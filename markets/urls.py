"""The paths of the markets under /api/v1."""

from django.urls import re_path

from api.routers import ApiRouter
from markets.corporate_actions import urls as corporate_actions
from markets.datasets import urls as datasets
from markets.direction import urls as direction
from markets.views import ExchangeViewSet, FeedViewSet, MarketViewSet, SymbolViewSet

router = ApiRouter()
router.register("exchanges", ExchangeViewSet)
router.register("symbols", SymbolViewSet)
router.register("markets", MarketViewSet)

urlpatterns = [
    # The one feed has no list, which is what a router would make of it.
    re_path(r"^feed/?$", FeedViewSet.as_view({"get": "retrieve", "put": "update"}), name="feed"),
    re_path(r"^feed/step/?$", FeedViewSet.as_view({"post": "step"}), name="feed-step"),
    *direction.urlpatterns,
    *router.urls,
    *datasets.urlpatterns,
    *corporate_actions.urlpatterns,
]
