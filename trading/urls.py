"""The paths of trading under /api/v1."""

from django.urls import re_path
from rest_framework.routers import Route

from api.routers import ApiRouter
from trading.accounts.views import AccountViewSet, BalanceViewSet, PositionViewSet
from trading.alerts import urls as alerts
from trading.cancel_after.views import CancelAfterViewSet
from trading.order_batches.views import OrderBatchViewSet
from trading.order_lists.views import OrderListViewSet
from trading.orders.views import FillViewSet, OrderViewSet
from trading.portfolio.views import PortfolioViewSet
from trading.rehearsals import urls as rehearsals
from trading.risk import urls as risk
from trading.strategies import urls as strategies

_LIST = Route(
    url=r"^{prefix}{trailing_slash}$",
    mapping={"get": "list", "post": "create", "delete": "destroy_all"},
    name="{basename}-list",
    detail=False,
    initkwargs={"suffix": "List"},
)


class TradingRouter(ApiRouter):
    """The router of resources of which all can be deleted at once: `DELETE orders/` is `destroy_all`."""

    routes = [_LIST, *ApiRouter.routes[1:]]


router = TradingRouter()
router.register("orders", OrderViewSet)
router.register("order-lists", OrderListViewSet)
router.register("fills", FillViewSet)
router.register("positions", PositionViewSet)
router.register("balances", BalanceViewSet)
router.register("accounts", AccountViewSet)
router.register("portfolio", PortfolioViewSet)

urlpatterns = [
    re_path(
        r"^orders/cancel-after/?$",
        CancelAfterViewSet.as_view({"get": "retrieve", "post": "create"}),
        name="order-cancel-after",
    ),
    re_path(r"^orders/batch/?$", OrderBatchViewSet.as_view({"post": "create"}), name="order-batch"),
    *router.urls,
    *rehearsals.urlpatterns,
    *risk.urlpatterns,
    *alerts.urlpatterns,
    *strategies.urlpatterns,
]
